/*
 * million - the real daemon with very many subscriptions, at its defaults, for a while: what it gets done and what that takes.
 *
 *	million [-b BUILD] [-d DIR] [-n FEEDS] [-r RATE] [-o OVERDUE] [-c CHANGED] [-h FEEDS] [-s SECONDS] [-v]
 *
 * A store of FEEDS (1,000,000), -h (1) at each host, an address of 127.0.0.0/8, of which RATE (330) are due each second and OVERDUE (0) at
 * the start; one of CHANGED (20) has news, the others answer "not modified". The origin is tests/origin/origin. DIR keeps the store;
 * without it it is a new folder under TMPDIR, removed at the end. Each second the daemon is asked for its status and /proc for the
 * CPU time and memory of its processes; in between a client asks as a reader does. -v prints each second. Ends with status 1 if a
 * figure is not as it has to be: those that are printed with what is wanted.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/million.h"

enum {
	PATH_BYTES = 512, READY_MS = 60 * 1000, CHILDREN_MAX = 16, ASK_EVERY_MS = 100, KINDS_MAX = 8,
	ASKS_MAX = 40000, SECONDS_MAX = 4000, FEED_ITEMS = 20, TICK_WANTED_MS = 5, RATE_WANTED = 300, CORE_WANTED_KIB = 64 << 10,
	FETCHER_WANTED_KIB = 128 << 10, WARM_MS = 5000
};

static struct million million = { .feeds = 1000000, .rate = 330, .changed = 20, .host_feeds = 1 };
static const char *build = ".";
static char	 base[PATH_BYTES], sock_path[PATH_BYTES + 16];
static int64_t	 seconds = 60;
static bool	 verbose, failed;
static pid_t	 origin, daemon_pid;

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
wait_ms(double until_ms)
{
	double left_ms = until_ms - now_ms();

	if (left_ms > 0)
		nanosleep(&(struct timespec){ (time_t)(left_ms / 1000), (long)(left_ms * 1e6) % 1000000000 }, NULL);
}

/* --- processes ------------------------------------------------------------------------ */

/* It ends when we do. */
static pid_t
start(const char *program, const char *const argv[], const char *log)
{
	char path[2 * PATH_BYTES];
	pid_t pid = fork();
	int out;

	if (pid == -1)
		err(1, "fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	snprintf(path, sizeof path, "%s/%s", base, log);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (out == -1 || dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		err(1, "%s", path);
	snprintf(path, sizeof path, "%s/%s", build, program);
	execv(path, (char *const *)argv);
	err(1, "%s", path);
}

static void
stop(pid_t *pid)
{
	if (*pid > 0) {
		kill(*pid, SIGTERM);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

static void
write_file(const char *name, const char *text)
{
	char path[2 * PATH_BYTES];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", base, name);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		err(1, "%s", path);
}

static void
write_feed(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		abort();
	fprintf(out, "<rss version=\"2.0\"><channel><title>What there is to say</title><link>http://127.0.0.1/</link>\n");
	for (int i = 0; i < FEED_ITEMS; i++)
		fprintf(out, "<item><guid>g%d</guid><title>Entry number %d</title><link>http://127.0.0.1/%d</link><pubDate>Tue, 03 Nov "
		    "2026 10:%02d:00 GMT</pubDate><description>Some words, not many, on what happened then.</description></item>\n", i, i, i, i);
	fprintf(out, "</channel></rss>\n");
	fclose(out);
	write_file("site/feed.xml", text);
	write_file("site/feed.xml.behave", "etag=" MILLION_ETAG "\n");
	free(text);
}

static void
start_origin(void)
{
	char site[PATH_BYTES + 16], port_file[PATH_BYTES + 16];
	const char *const argv[] = { "origin", "-A", "-k", "-d", site, "-P", port_file, NULL };
	FILE *file = NULL;
	double until_ms = now_ms() + READY_MS;

	snprintf(site, sizeof site, "%s/site", base);
	snprintf(port_file, sizeof port_file, "%s/port", base);
	if (mkdir(site, 0700) == -1 && errno != EEXIST)
		err(1, "%s", site);
	write_feed();
	origin = start("tests/origin/origin", argv, "origin.log");
	while (file == NULL && now_ms() < until_ms) {
		wait_ms(now_ms() + 5);
		file = fopen(port_file, "r");
	}
	if (file == NULL || fscanf(file, "%d", &million.port) != 1)
		errx(1, "no origin: see %s/origin.log", base);
	fclose(file);
}

/* --- the socket --------------------------------------------------------------------------- */

static int
try_connect(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (snprintf(addr.sun_path, sizeof addr.sun_path, "%s", sock_path) >= (int)sizeof addr.sun_path)
		errx(1, "%s: too long", sock_path);
	if (fd == -1 || connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The result of a call; its bytes and how long it took. */
static json_t *
call(FILE *peer, const char *method, const char *params, size_t *bytes, double *took_ms)
{
	char *line = NULL;
	size_t size = 0;
	double from_ms = now_ms();
	json_t *answer, *result;
	ssize_t len;

	fprintf(peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n", method, params);
	fflush(peer);
	len = getline(&line, &size, peer);
	*took_ms = now_ms() - from_ms;
	if (len <= 0)
		errx(1, "%s: the daemon has gone: see %s/daemon.log", method, base);
	*bytes = (size_t)len;
	answer = json_loadb(line, (size_t)len, 0, NULL);
	result = json_incref(json_object_get(answer, "result"));
	if (result == NULL)
		errx(1, "%s: %.300s", method, line);
	json_decref(answer);
	free(line);
	return result;
}

/* Until it answers, in milliseconds. */
static double
start_daemon(FILE **peer)
{
	char conf[PATH_BYTES + 16], state[PATH_BYTES + 16];
	const char *const argv[] = { "gazetted", "-f", conf, "-d", state, "-s", sock_path, NULL };
	double from_ms = now_ms(), took_ms;
	size_t bytes;
	int fd = -1;

	snprintf(conf, sizeof conf, "%s/conf", base);
	snprintf(state, sizeof state, "%s", million.dir);
	write_file("conf", "allow_private_networks = yes\n");
	daemon_pid = start("daemon/gazetted", argv, "daemon.log");
	while (fd == -1 && now_ms() - from_ms < READY_MS) {
		wait_ms(now_ms() + 1);
		fd = try_connect();
	}
	*peer = fd != -1 ? fdopen(fd, "r+") : NULL;
	if (*peer == NULL)
		errx(1, "no daemon: see %s/daemon.log", base);
	json_decref(call(*peer, "status", "{}", &bytes, &took_ms));
	return now_ms() - from_ms;
}

/* --- /proc --------------------------------------------------------------------------------- */

struct process { char name[32]; double cpu_s; long rss_kib, peak_kib; };

static void
read_process(pid_t pid, struct process *process)
{
	char path[64], line[512];
	long ticks[2] = { 0 };
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%*d (%31[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", process->name, &ticks[0],
	    &ticks[1]) != 3)
		ticks[0] = ticks[1] = 0;
	if (file != NULL)
		fclose(file);
	process->cpu_s = (double)(ticks[0] + ticks[1]) / (double)sysconf(_SC_CLK_TCK);
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "VmRSS: %ld", &process->rss_kib) != 1)
			sscanf(line, "VmHWM: %ld", &process->peak_kib);
	if (file != NULL)
		fclose(file);
}

struct usage { struct process core, fetcher, indexer; };

/* Helpers are core's children; of several fetchers CPU is the sum and memory the largest. */
static void
read_usage(struct usage *usage)
{
	char path[64];
	int pid;
	FILE *file;

	memset(usage, 0, sizeof *usage);
	read_process(daemon_pid, &usage->core);
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)daemon_pid, (int)daemon_pid);
	file = fopen(path, "r");
	while (file != NULL && fscanf(file, "%d", &pid) == 1) {
		struct process one = { .rss_kib = 0 }, *sum;

		read_process(pid, &one);
		sum = strncmp(one.name, "gazetted-fetch", 14) == 0 ? &usage->fetcher :
		    strncmp(one.name, "gazetted-index", 14) == 0 ? &usage->indexer : NULL;
		if (sum == NULL)
			continue;
		sum->cpu_s += one.cpu_s;
		sum->rss_kib = one.rss_kib > sum->rss_kib ? one.rss_kib : sum->rss_kib;
		sum->peak_kib = one.peak_kib > sum->peak_kib ? one.peak_kib : sum->peak_kib;
	}
	if (file != NULL)
		fclose(file);
}

/* --- a client ------------------------------------------------------------------------------ */

static struct kind {
	const char *method, *params;	/* "%d" in it: a feed */
	double	*took_ms;
	size_t	 count, bytes;		/* bytes: the most */
} kinds[KINDS_MAX] = {
	{ .method = "status", .params = "{}" },
	{ .method = "item.list", .params = "{\"limit\":50}" },
	{ .method = "item.list", .params = "{\"query\":\"feed:%d\",\"limit\":50}" },
	{ .method = "item.count", .params = "{\"queries\":[\"is:unread\"]}" },
	{ .method = "feed.get", .params = "{\"feed\":%d}" },
	{ .method = "feed.list", .params = "{}" },
};

static void
ask(FILE *peer)
{
	static size_t turn;
	struct kind *kind = &kinds[turn++ % KINDS_MAX];
	char params[256];
	int feed = 1 + (int)(turn * 2654435761u % (uint32_t)million.feeds);

	if (kind->method == NULL || kind->count == ASKS_MAX)
		return;
	if (kind->took_ms == NULL)
		kind->took_ms = calloc(ASKS_MAX, sizeof *kind->took_ms);
	if (kind->took_ms == NULL)
		abort();
	if (strchr(kind->params, '%') != NULL) {
		const char *hole = strchr(kind->params, '%');

		snprintf(params, sizeof params, "%.*s%d%s", (int)(hole - kind->params), kind->params, feed, hole + 2);
	} else
		snprintf(params, sizeof params, "%s", kind->params);
	size_t bytes;
	json_decref(call(peer, kind->method, params, &bytes, &kind->took_ms[kind->count]));
	kind->count++;
	kind->bytes = bytes > kind->bytes ? bytes : kind->bytes;
}

/* --- samples -------------------------------------------------------------------------------- */

struct sample { double at_ms; int64_t polls, failed, due, turns, turns_us, turns_cpu_us, turn_max_us; struct usage usage; };

static struct sample samples[SECONDS_MAX + 1];
static size_t	 n_samples;

static int64_t
number(const json_t *object, const char *outer, const char *key)
{
	if (outer != NULL)
		object = json_object_get(object, outer);
	return json_integer_value(json_object_get(object, key));
}

static void
take_sample(FILE *peer)
{
	struct sample *sample = &samples[n_samples++];
	size_t bytes;
	double took_ms;
	json_t *status = call(peer, "status", "{}", &bytes, &took_ms);

	sample->at_ms = now_ms();
	sample->polls = number(status, "polls", "total");
	sample->failed = number(status, "polls", "failed");
	sample->due = number(status, NULL, "due");
	sample->turns = number(status, "schedule", "turns");
	sample->turns_us = number(status, "schedule", "turns_us");
	sample->turns_cpu_us = number(status, "schedule", "turns_cpu_us");
	sample->turn_max_us = number(status, "schedule", "turn_max_us");
	read_usage(&sample->usage);
	json_decref(status);
	if (verbose && n_samples > 1)
		printf("%4zu s: %6" PRId64 " polls, %6" PRId64 " due; core %.2f s %ld KiB, fetcher %.2f s %ld KiB, indexer %.2f s; scheduling "
		    "%.1f ms\n", n_samples - 1, sample->polls - sample[-1].polls, sample->due, sample->usage.core.cpu_s,
		    sample->usage.core.rss_kib, sample->usage.fetcher.cpu_s, sample->usage.fetcher.rss_kib, sample->usage.indexer.cpu_s,
		    (double)(sample->turns_us - sample[-1].turns_us) / 1e3);
}

static void
watch(FILE *peer)
{
	double next_ms = now_ms() + WARM_MS;

	wait_ms(next_ms);
	take_sample(peer);
	for (int64_t second = 0; second < seconds; second++) {
		for (int i = 0; i < 1000 / ASK_EVERY_MS; i++) {
			next_ms += ASK_EVERY_MS;
			wait_ms(next_ms);
			ask(peer);
		}
		take_sample(peer);
	}
}

/* --- figures ---------------------------------------------------------------------------------- */

static int
compare(const void *one, const void *two)
{
	double left = *(const double *)one, right = *(const double *)two;

	return (left > right) - (left < right);
}

/* Sorts. */
static double
quantile(double *values, size_t count, double part)
{
	size_t at = (size_t)((double)count * part);

	if (count == 0)
		return 0;
	qsort(values, count, sizeof *values, compare);
	return values[at < count ? at : count - 1];
}

/* more: at least so much is wanted; else less than that. */
static void
figure(const char *name, double value, const char *unit, double wanted, bool more)
{
	bool good = more ? value >= wanted : value < wanted;

	printf("%-34s %10.2f %-5s (%s %.0f)%s\n", name, value, unit, more ? "at least" : "under", wanted, good ? "" : "  NO");
	failed = failed || !good;
}

static void
print_ticks(void)
{
	static double ticks[SECONDS_MAX], cpu[SECONDS_MAX];
	int64_t longest_us = 0;

	for (size_t i = 1; i < n_samples; i++) {
		ticks[i - 1] = (double)(samples[i].turns_us - samples[i - 1].turns_us) / (samples[i].at_ms - samples[i - 1].at_ms);
		cpu[i - 1] = (double)(samples[i].turns_cpu_us - samples[i - 1].turns_cpu_us) / (samples[i].at_ms - samples[i - 1].at_ms);
		longest_us = samples[i].turn_max_us > longest_us ? samples[i].turn_max_us : longest_us;
	}
	figure("scheduling in a second, median", quantile(ticks, n_samples - 1, 0.5), "ms", TICK_WANTED_MS, false);
	figure("its CPU time, in 99 of 100", quantile(cpu, n_samples - 1, 0.99), "ms", TICK_WANTED_MS, false);
	printf("  by the clock: 99 %% %.2f ms, worst %.2f ms, in %.0f turns; longest turn %.2f ms\n", quantile(ticks, n_samples - 1, 0.99),
	    quantile(ticks, n_samples - 1, 1), (double)(samples[n_samples - 1].turns - samples[0].turns) / (double)(n_samples - 1),
	    (double)longest_us / 1e3);
}

static void
print_figures(void)
{
	const struct sample *first = &samples[0], *last = &samples[n_samples - 1];
	double took_s = (last->at_ms - first->at_ms) / 1e3;
	double core = (last->usage.core.cpu_s - first->usage.core.cpu_s) / took_s;
	double fetcher = (last->usage.fetcher.cpu_s - first->usage.fetcher.cpu_s) / took_s;
	double indexer = (last->usage.indexer.cpu_s - first->usage.indexer.cpu_s) / took_s;

	printf("%" PRId64 " feeds, %.0f s, %" PRId64 " polls, %" PRId64 " failed, %" PRId64 " due at the end\n", million.feeds, took_s,
	    last->polls - first->polls, last->failed - first->failed, last->due);
	figure("polls", (double)(last->polls - first->polls) / took_s, "/s", million.rate < RATE_WANTED ? 1 : RATE_WANTED, true);
	figure("CPU, core and fetcher", (core + fetcher) * 100, "%", 100, false);
	printf("  core %.1f %%, fetcher %.1f %%, indexer %.1f %%\n", core * 100, fetcher * 100, indexer * 100);
	figure("core's peak memory", (double)last->usage.core.peak_kib / 1024, "MiB", CORE_WANTED_KIB >> 10, false);
	figure("fetcher's peak memory", (double)last->usage.fetcher.peak_kib / 1024, "MiB", FETCHER_WANTED_KIB >> 10, false);
	print_ticks();
	for (size_t i = 0; i < KINDS_MAX && kinds[i].method != NULL; i++)
		printf("%-10s %-36s median %6.2f ms, 99 %% %7.2f ms, worst %7.2f ms, %zu bytes\n", kinds[i].method, kinds[i].params,
		    quantile(kinds[i].took_ms, kinds[i].count, 0.5), quantile(kinds[i].took_ms, kinds[i].count, 0.99),
		    quantile(kinds[i].took_ms, kinds[i].count, 1), kinds[i].bytes);
}

/* --- the command line --------------------------------------------------------------------------- */

static int
remove_one(const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
	(void)status, (void)flag, (void)ftw;
	return remove(path);
}

static void
clean(void)
{
	stop(&daemon_pid);
	stop(&origin);
	if (base[0] != '\0')
		nftw(base, remove_one, CHILDREN_MAX, FTW_DEPTH | FTW_PHYS);
}

static int64_t
number_option(const char *arg, int64_t least, int64_t most)
{
	char *end;
	long long value = strtoll(arg, &end, 10);

	if (*end != '\0' || value < least || value > most)
		errx(2, "%s: a number from %" PRId64 " to %" PRId64, arg, least, most);
	return value;
}

static void
parse_options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "b:c:d:h:n:o:r:s:v")) != -1)
		switch (opt) {
		case 'b': build = optarg; break;
		case 'c': million.changed = number_option(optarg, 1, INT32_MAX); break;
		case 'd': million.dir = optarg; break;
		case 'h': million.host_feeds = number_option(optarg, 1, INT32_MAX); break;
		case 'n': million.feeds = number_option(optarg, 1, 10000000); break;
		case 'o': million.overdue = number_option(optarg, 0, 10000000); break;
		case 'r': million.rate = number_option(optarg, 1, 100000); break;
		case 's': seconds = number_option(optarg, 1, SECONDS_MAX); break;
		case 'v': verbose = true; break;
		default:
			fputs("usage: million [-v] [-b BUILD] [-c CHANGED] [-d DIR] [-h FEEDS] [-n FEEDS] [-o OVERDUE] [-r RATE] [-s SECONDS]\n",
			    stderr);
			exit(2);
		}
}

static void
make_folders(void)
{
	static char state[PATH_BYTES + 16];
	const char *parent = getenv("TMPDIR");

	snprintf(base, sizeof base, "%s/million.XXXXXX", parent != NULL ? parent : "/tmp");
	if (mkdtemp(base) == NULL)
		err(1, "%s", base);
	atexit(clean);
	snprintf(sock_path, sizeof sock_path, "%s/socket", base);
	snprintf(state, sizeof state, "%s/state", base);
	if (million.dir == NULL)
		million.dir = state;
	if (mkdir(million.dir, 0700) == -1 && errno != EEXIST)
		err(1, "%s", million.dir);
}

int
main(int argc, char **argv)
{
	double from_ms;
	FILE *peer;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	parse_options(argc, argv);
	make_folders();
	start_origin();
	from_ms = now_ms();
	million_fill(&million);
	printf("store made in %.1f s\n", (now_ms() - from_ms) / 1e3);
	printf("ready after %.0f ms\n", start_daemon(&peer));
	watch(peer);
	print_figures();
	fclose(peer);
	peer = NULL;
	from_ms = now_ms();
	stop(&daemon_pid);
	printf("ended within %.0f ms, ", now_ms() - from_ms);
	printf("ready again after %.0f ms\n", start_daemon(&peer));
	fclose(peer);
	return failed ? 1 : 0;
}
