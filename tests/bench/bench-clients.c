/*
 * bench-clients - how much those who misbehave slow down one who does not.
 *
 *	bench-clients [-r ROUNDS] [-m MS] [-p PAGE] SOCKET DAEMON_PID
 *
 * A good client asks, reads the answer and asks again, for MS (30): alone, then beside others of one kind, then alone, ... ROUNDS (20) of
 * each. For each kind one line: the ratio, beside them to alone, of its median and 99th percentile of time for an answer, and of its
 * answers in a second; then the same for two spans alone, which is what the machine's own noise makes of it. The others run in a process
 * of their own; a span beside them begins when they have done all that they do at first: the daemon uses no CPU time of its own
 * (those who then only wait), or SETTLE_MS are over (those who go on). Per request CPU time of the daemon is given, too.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OTHERS_MAX = 255, SAMPLES_MAX = 1 << 21, CHUNK_BYTES = 64 << 10, SETTLE_MS = 300, REST_MS = 60, NOISE_BYTES = 4096 };

static struct sockaddr_un addr = { .sun_family = AF_UNIX };
static clockid_t daemon_clock;
static const char *page = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"item.list\",\"params\":{\"query\":\"*\",\"limit\":20}}\n";
static char chunk[CHUNK_BYTES];		/* what others send, over and over */
static size_t chunk_len;

static void __attribute__((noreturn))
fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) == -1)
		fail("clock");
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* -1: nobody lets it in just now. */
static int
try_connect(int flags)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	if (fd != -1 && connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

/* --- the others -------------------------------------------------------------------------- */

static int others[OTHERS_MAX];

static void
fill_chunk(const char *line)
{
	size_t len = strlen(line);

	for (chunk_len = 0; chunk_len + len <= sizeof chunk; chunk_len += len)
		memcpy(chunk + chunk_len, line, len);
}

static void
fill_noise(void)
{
	uint64_t seed = 88172645463325252u;

	for (chunk_len = 0; chunk_len < sizeof chunk; chunk_len++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		chunk[chunk_len] = chunk_len % NOISE_BYTES == NOISE_BYTES - 1 ? '\n' : (char)seed;
		if (chunk[chunk_len] == '\n' && chunk_len % NOISE_BYTES != NOISE_BYTES - 1)
			chunk[chunk_len] = ' ';
	}
}

static void
open_others(int count)
{
	for (int i = 0; i < count; i++) {
		others[i] = try_connect(0);
		if (others[i] == -1)
			fail("connect");
	}
}

static void __attribute__((noreturn))
stay(void)
{
	for (;;)
		pause();
}

/* As much as is taken, for ever; answers are read or not. One that the daemon closes comes again. */
static void __attribute__((noreturn))
press_on(int count, bool reads)
{
	static char bytes[CHUNK_BYTES];
	struct pollfd fds[OTHERS_MAX];
	size_t at[OTHERS_MAX] = { 0 };

	for (;;) {
		for (int i = 0; i < count; i++)
			fds[i] = (struct pollfd){ .fd = others[i], .events = POLLOUT | (reads ? POLLIN : 0) };
		poll(fds, (nfds_t)count, -1);
		for (int i = 0; i < count; i++) {
			ssize_t got = 1, put = 0;

			if ((fds[i].revents & POLLIN) != 0)
				got = recv(others[i], bytes, sizeof bytes, MSG_DONTWAIT);
			if ((fds[i].revents & POLLOUT) != 0)
				put = send(others[i], chunk + at[i], chunk_len - at[i], MSG_DONTWAIT | MSG_NOSIGNAL);
			if (put > 0)
				at[i] = (at[i] + (size_t)put) % chunk_len;
			if (got != 0 && !(put == -1 && errno != EAGAIN) && (fds[i].revents & POLLERR) == 0)
				continue;
			close(others[i]);
			others[i] = try_connect(0);
			at[i] = 0;
		}
	}
}

static void
do_silent(int count)
{
	open_others(count);
	stay();
}

static void
do_slow(int count)
{
	fill_chunk(page);
	open_others(count);
	press_on(count, false);
}

static void
do_flooding(int count)
{
	fill_chunk(page);
	open_others(count);
	press_on(count, true);
}

static void
do_garbage(int count)
{
	fill_noise();
	open_others(count);
	press_on(count, true);
}

static void
do_endless(int count)
{
	fill_chunk("y");
	open_others(count);
	press_on(count, true);
}

/* A call that waits, and no more to say. */
static void
do_half_closed(int count)
{
	static const char watch[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"watch\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"meth";

	open_others(count);
	for (int i = 0; i < count; i++)
		if (send(others[i], watch, sizeof watch - 1, MSG_NOSIGNAL) == -1 || shutdown(others[i], SHUT_WR) == -1)
			fail("half-closed");
	stay();
}

static void
do_coming(int count)
{
	(void)count;
	for (;;) {
		int fd = try_connect(0);

		if (fd != -1)
			close(fd);
	}
}

static const struct kind {
	const char *name;
	int	 count;
	bool	 rests;		/* all that they do is done after a while */
	void	(*run)(int count);
} kinds[] = {
	{ "silent", 254, true, do_silent },
	{ "slow", 100, true, do_slow },
	{ "flooding", 10, false, do_flooding },
	{ "garbage", 10, false, do_garbage },
	{ "endless", 10, false, do_endless },
	{ "half-closed", 50, true, do_half_closed },
	{ "coming", 2, false, do_coming }
};

/* --- the good one ------------------------------------------------------------------------- */

struct series { int64_t *samples; size_t count; int64_t spent_ns, cpu_ns; };

static void
ask(int fd)
{
	static char answer[1 << 20];
	size_t len = strlen(page), got = 0;

	if (send(fd, page, len, MSG_NOSIGNAL) != (ssize_t)len)
		fail("asking");
	do {
		ssize_t some = recv(fd, answer + got, sizeof answer - got, 0);

		if (some <= 0)
			fail("the good client's answer");
		got += (size_t)some;
	} while (answer[got - 1] != '\n');
}

static void
span(int fd, int span_ms, struct series *series)
{
	int64_t begun = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(daemon_clock), now = begun;

	while (now < begun + (int64_t)span_ms * 1000000 && series->count < SAMPLES_MAX) {
		int64_t before = now;

		ask(fd);
		now = clock_ns(CLOCK_MONOTONIC);
		series->samples[series->count++] = now - before;
	}
	series->spent_ns += now - begun;
	series->cpu_ns += clock_ns(daemon_clock) - cpu;
}

static int
by_value(const void *one, const void *other)
{
	int64_t left = *(const int64_t *)one, right = *(const int64_t *)other;

	return (left > right) - (left < right);
}

static double
percentile(struct series *series, size_t percent)
{
	size_t at = series->count * percent / 100;

	qsort(series->samples, series->count, sizeof *series->samples, by_value);
	return (double)series->samples[at];
}

static void
settle(bool rests)
{
	int64_t until = clock_ns(CLOCK_MONOTONIC) + (int64_t)(rests ? 10 : 1) * SETTLE_MS * 1000000, before;

	do {
		before = clock_ns(daemon_clock);
		sleep_ms(REST_MS);
	} while (clock_ns(CLOCK_MONOTONIC) < until && (!rests || clock_ns(daemon_clock) - before > 1000000));
}

static pid_t
start(const struct kind *kind)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == -1)
		fail("fork");
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		kind->run(kind->count);
	_exit(1);
}

static void
end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (!WIFSIGNALED(status))
		fprintf(stderr, "bench-clients: the others ended by themselves\n");
	settle(true);
}

static void
report(const char *name, int count, struct series *alone, struct series *beside)
{
	double rates[2] = { (double)alone->count / (double)alone->spent_ns, (double)beside->count / (double)beside->spent_ns };
	double half[2] = { percentile(alone, 50), percentile(beside, 50) }, most[2] = { percentile(alone, 99), percentile(beside, 99) };

	printf("%-12s %5d %9.1f %9.1f %8.3f %9.1f %9.1f %8.3f %9.3f %8.1f %8.1f\n", name, count, half[0] / 1e3, half[1] / 1e3, half[1] / half[0],
	    most[0] / 1e3, most[1] / 1e3, most[1] / most[0], rates[1] / rates[0], (double)alone->cpu_ns / 1e3 / (double)alone->count,
	    (double)beside->cpu_ns / 1e3 / (double)beside->count);
	fflush(stdout);
}

static struct series
series_new(void)
{
	struct series series = { .samples = calloc(SAMPLES_MAX, sizeof *series.samples) };

	if (series.samples == NULL)
		fail("memory");
	return series;
}

/* kind: NULL for nobody. */
static void
measure(int fd, const struct kind *kind, int rounds, int span_ms)
{
	struct series alone = series_new(), beside = series_new();

	for (int i = 0; i < rounds; i++) {
		pid_t pid = 0;

		span(fd, span_ms, &alone);
		if (kind != NULL) {
			pid = start(kind);
			settle(kind->rests);
		}
		span(fd, span_ms, &beside);
		if (kind != NULL)
			end(pid);
	}
	report(kind != NULL ? kind->name : "nobody", kind != NULL ? kind->count : 0, &alone, &beside);
	free(alone.samples);
	free(beside.samples);
}

int
main(int argc, char **argv)
{
	int rounds = 20, span_ms = 30, fd, opt;

	while ((opt = getopt(argc, argv, "m:p:r:")) != -1)
		switch (opt) {
		case 'm': span_ms = atoi(optarg); break;
		case 'p': page = optarg; break;
		case 'r': rounds = atoi(optarg); break;
		default: return 2;
		}
	argc -= optind;
	argv += optind;
	if (argc < 2 || strlen(argv[0]) >= sizeof addr.sun_path || clock_getcpuclockid(atoi(argv[1]), &daemon_clock) != 0) {
		fprintf(stderr, "usage: bench-clients [-r ROUNDS] [-m MS] [-p PAGE] SOCKET DAEMON_PID [KIND...]\n");
		return 2;
	}
	memcpy(addr.sun_path, argv[0], strlen(argv[0]) + 1);
	fd = try_connect(0);
	if (fd == -1)
		fail(argv[0]);
	printf("%-12s %5s %9s %9s %8s %9s %9s %8s %9s %8s %8s\n", "others", "many", "p50 us", "beside", "ratio", "p99 us", "beside", "ratio",
	    "rate", "CPU us", "beside");
	if (argc == 2)
		measure(fd, NULL, rounds, span_ms);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		bool wanted = argc == 2;

		for (int named = 2; named < argc; named++)
			wanted |= strcmp(argv[named], kinds[i].name) == 0;
		if (wanted)
			measure(fd, &kinds[i], rounds, span_ms);
	}
	close(fd);
	return 0;
}
