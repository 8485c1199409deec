/*
 * bench-clients - how much those who misbehave slow down one who does not.
 *
 *	bench-clients [-r ROUNDS] [-m MS] [-p PAGE] SOCKET DAEMON_PID
 *
 * A good client asks, reads the answer and asks again, for MS (30): alone, then beside others of one kind, then alone, ... ROUNDS (20) of
 * each. For each kind one line: of the time for an answer the median, the 90th and the 99th percentile alone, and how many times that they are
 * beside the others, with the least and the most that this is in 95 of 100 draws of as many rounds out of these (what the rounds
 * do not agree about is not known); then the ratio of its answers in a second, and the CPU time of the daemon for one. Then the same
 * for two spans alone, which is what the machine's own noise makes of it. The last word is "ok" if all of the three are LIMIT at most with
 * that certainty, "slower" if one is certainly more, else "unsure": more rounds tell. The others run in a process of their own; a span
 * beside them begins when they have done all that they do at first: the daemon uses no CPU time of its own (those who then only wait),
 * or SETTLE_MS are over (those who go on).
 *
 * Under "chrt -f 1", daemon and good client have the machine before anybody else, also the others, whose scheduling is always the ordinary
 * one: then the ratios are what the daemon makes of them, on a machine that has other work, too.
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
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

enum {
	OTHERS_MAX = 255, CHUNK_BYTES = 64 << 10, SETTLE_MS = 300, REST_MS = 60, NOISE_BYTES = 4096,
	STEPS = 4096,			/* of time, each STEP of the one before, from FIRST_NS on */
	FIRST_NS = 1000,
	DRAWS = 1000, ROUNDS_MAX = 2000, QUANTILES = 3
};

#define STEP	1.004
#define LIMIT	1.10

static const double quantiles[QUANTILES] = { 0.50, 0.90, 0.99 };

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

/* How many answers took so long, by rounds. */
struct series { uint32_t (*rounds)[STEPS]; int64_t count, spent_ns, cpu_ns; };

static size_t
step_of(int64_t took_ns)
{
	double step = took_ns > FIRST_NS ? log((double)took_ns / FIRST_NS) / log(STEP) : 0;

	return step < STEPS - 1 ? (size_t)step : STEPS - 1;
}

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
span(int fd, int span_ms, struct series *series, int round)
{
	int64_t begun = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(daemon_clock), now = begun;

	while (now < begun + (int64_t)span_ms * 1000000) {
		int64_t before = now;

		ask(fd);
		now = clock_ns(CLOCK_MONOTONIC);
		series->rounds[round][step_of(now - before)]++;
		series->count++;
	}
	series->spent_ns += now - begun;
	series->cpu_ns += clock_ns(daemon_clock) - cpu;
}

/* In microseconds, of the rounds that are picked. */
static void
percentiles(const struct series *series, const int *picks, int rounds, double found_us[QUANTILES])
{
	static int64_t sums[STEPS];
	int64_t count = 0, below = 0;
	int found = 0;

	memset(sums, 0, sizeof sums);
	for (int i = 0; i < rounds; i++)
		for (size_t step = 0; step < STEPS; step++)
			sums[step] += series->rounds[picks[i]][step];
	for (size_t step = 0; step < STEPS; step++)
		count += sums[step];
	for (size_t step = 0; step < STEPS; step++) {
		below += sums[step];
		while (found < QUANTILES && (double)below > quantiles[found] * (double)count)
			found_us[found++] = FIRST_NS * pow(STEP, (double)step + 0.5) / 1e3;
	}
}

static int
by_value(const void *one, const void *other)
{
	double left = *(const double *)one, right = *(const double *)other;

	return (left > right) - (left < right);
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
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
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

struct ratio { double alone_us, is, least, most; };

/* The same rounds are drawn of both: they were next to each other. */
static void
compare(const struct series *alone, const struct series *beside, int rounds, struct ratio ratios[QUANTILES])
{
	static double drawn[QUANTILES][DRAWS];
	static int picks[ROUNDS_MAX];
	double half[QUANTILES] = { 0 }, other[QUANTILES] = { 0 };

	for (int draw = 0; draw < DRAWS; draw++) {
		for (int i = 0; i < rounds; i++)
			picks[i] = (int)(random() % rounds);
		percentiles(alone, picks, rounds, half);
		percentiles(beside, picks, rounds, other);
		for (int at = 0; at < QUANTILES; at++)
			drawn[at][draw] = other[at] / half[at];
	}
	for (int i = 0; i < rounds; i++)
		picks[i] = i;
	percentiles(alone, picks, rounds, half);
	percentiles(beside, picks, rounds, other);
	for (int at = 0; at < QUANTILES; at++) {
		qsort(drawn[at], DRAWS, sizeof drawn[at][0], by_value);
		ratios[at] = (struct ratio){ half[at], other[at] / half[at], drawn[at][DRAWS * 25 / 1000], drawn[at][DRAWS * 975 / 1000] };
	}
}

static const char *
verdict(const struct ratio ratios[QUANTILES])
{
	const char *word = "ok";

	for (int at = 0; at < QUANTILES; at++) {
		if (ratios[at].least > LIMIT)
			return "slower";
		if (ratios[at].most > LIMIT)
			word = "unsure";
	}
	return word;
}

static void
report(const char *name, int count, const struct series *alone, const struct series *beside, int rounds)
{
	double rates[2] = { (double)alone->count / (double)alone->spent_ns, (double)beside->count / (double)beside->spent_ns };
	struct ratio ratios[QUANTILES];

	compare(alone, beside, rounds, ratios);
	printf("%-12s %5d", name, count);
	for (int at = 0; at < QUANTILES; at++)
		printf(" %8.1f %6.3f (%.3f-%.3f)", ratios[at].alone_us, ratios[at].is, ratios[at].least, ratios[at].most);
	printf(" %7.3f %8.1f %8.1f  %s\n", rates[1] / rates[0], (double)alone->cpu_ns / 1e3 / (double)alone->count,
	    (double)beside->cpu_ns / 1e3 / (double)beside->count, verdict(ratios));
	fflush(stdout);
}

static struct series
series_new(int rounds)
{
	struct series series = { .rounds = calloc((size_t)rounds, sizeof *series.rounds) };

	if (series.rounds == NULL)
		fail("memory");
	return series;
}

/* kind: NULL for nobody. */
static void
measure(int fd, const struct kind *kind, int rounds, int span_ms)
{
	struct series alone = series_new(rounds), beside = series_new(rounds);

	for (int round = 0; round < rounds; round++) {
		pid_t pid = 0;

		span(fd, span_ms, &alone, round);
		if (kind != NULL) {
			pid = start(kind);
			settle(kind->rests);
		}
		span(fd, span_ms, &beside, round);
		if (kind != NULL)
			end(pid);
	}
	report(kind != NULL ? kind->name : "nobody", kind != NULL ? kind->count : 0, &alone, &beside, rounds);
	free(alone.rounds);
	free(beside.rounds);
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
	if (argc < 2 || rounds < 1 || rounds > ROUNDS_MAX || strlen(argv[0]) >= sizeof addr.sun_path || clock_getcpuclockid(atoi(argv[1]), &daemon_clock) != 0) {
		fprintf(stderr, "usage: bench-clients [-r ROUNDS] [-m MS] [-p PAGE] SOCKET DAEMON_PID [KIND...]\n");
		return 2;
	}
	memcpy(addr.sun_path, argv[0], strlen(argv[0]) + 1);
	fd = try_connect(0);
	if (fd == -1)
		fail(argv[0]);
	printf("%-12s %5s %8s %22s %8s %22s %8s %22s %7s %8s %8s\n", "others", "many", "p50 us", "times beside", "p90 us", "times beside", "p99 us",
	    "times beside", "rate", "CPU us", "beside");
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
