/*
 * bench-reader - a reader on a terminal: how long it takes to its first screen, from a key to the changed screen, and its memory.
 *
 *	bench-reader [-n TIMES] [-g COLSxROWS] [-k KEYS] [-w TEXT] [-o KEYS] [-t KEY]... [-m TEXT] [-s SOCKET -f FEEDS -r RATE] COMMAND...
 *
 * The command runs TIMES (5) times on a pseudo-terminal of COLS columns (80) and ROWS rows (24). Its first screen is there when TEXT (of -w)
 * has been written to it. The last run goes on: -o is typed (to open a list), then, when that is there, each KEY in turns (PgDn and PgUp),
 * KEYS (200) times; the screen counts as changed when anything has been written since the key, or TEXT (of -m) if it is given. With SOCKET
 * the first FEEDS (2000) feeds of gazetted are refreshed meanwhile, RATE times a second, and keys come at any moment: counts that move write
 * by themselves then, so TEXT should be what only a key brings, as the attributes of what is selected. One JSON object; times in
 * milliseconds, memory in KiB as the kernel has it (VmRSS then, VmHWM at most).
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	OUTPUT_BYTES = 4 << 20, WAIT_MS = 120000, KEY_WAIT_MS = 1000, KEYS_MAX = 10000, TURNS_MAX = 16,
	SILENCE_MS = 20,		/* before a key, if nothing else moves */
	PAUSE_MS = 70			/* at most before a key, if something does */
};

struct options {
	int		 times, rows, cols, keys, feeds, rate;
	const char	*first, *open, *changed, *socket, *turns[TURNS_MAX];
	int		 n_turns;
	char		**argv;
};

struct child { pid_t pid; int terminal; char *output; size_t len; };

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- the reader ------------------------------------------------------------------------------------------ */

static struct child
start(const struct options *options)
{
	struct winsize size = { .ws_row = (unsigned short)options->rows, .ws_col = (unsigned short)options->cols };
	struct child child = { .output = malloc(OUTPUT_BYTES + 1) };

	child.pid = forkpty(&child.terminal, NULL, NULL, &size);
	if (child.pid == -1 || child.output == NULL)
		err(1, "forkpty");
	if (child.pid == 0) {
		setenv("TERM", "xterm", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(options->argv[0], options->argv);
		_exit(127);
	}
	return child;
}

static void
stop(struct child *child)
{
	kill(child->pid, SIGKILL);	/* some take their time to leave */
	close(child->terminal);
	waitpid(child->pid, NULL, 0);
	free(child->output);
}

/* What has been written until the deadline or the first of it; false if there was nothing. */
static bool
take(struct child *child, double deadline_ms)
{
	double left_ms = deadline_ms - now_ms();
	struct pollfd ready = { .fd = child->terminal, .events = POLLIN };
	ssize_t got;

	if (left_ms <= 0 || poll(&ready, 1, (int)left_ms + 1) <= 0)
		return false;
	if (child->len > OUTPUT_BYTES / 2)
		child->len = 0;
	got = read(child->terminal, child->output + child->len, OUTPUT_BYTES - child->len);
	if (got <= 0)
		errx(1, "the reader has left: %.*s", (int)child->len, child->output);
	child->len += (size_t)got;
	child->output[child->len] = '\0';
	return true;
}

static void
await(struct child *child, const char *text)
{
	double deadline_ms = now_ms() + WAIT_MS;

	while (child->len == 0 || memmem(child->output, child->len, text, strlen(text)) == NULL)
		if (!take(child, deadline_ms))
			errx(1, "\"%s\" has not come", text);
}

static long
memory_kb(pid_t pid, const char *name)
{
	char path[64], line[256];
	long kilobytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kilobytes = strtol(line + strlen(name) + 1, NULL, 10);
	if (file != NULL)
		fclose(file);
	return kilobytes;
}

/* Until nothing has been written for a while, or for a while that is different each time. */
static void
rest(struct child *child, bool moving)
{
	double end_ms = now_ms() + random() % PAUSE_MS;

	if (moving)
		while (take(child, end_ms))
			continue;
	else
		while (take(child, now_ms() + SILENCE_MS) && child->len <= OUTPUT_BYTES / 4)
			continue;
	child->len = 0;
}

/* From the key to the changed screen; negative: it did not change. */
static double
press(struct child *child, const char *key, const char *changed)
{
	double start_ms = now_ms();

	if (write(child->terminal, key, strlen(key)) == -1)
		err(1, "write");
	while (child->len == 0 || memmem(child->output, child->len, changed, strlen(changed)) == NULL)
		if (!take(child, start_ms + KEY_WAIT_MS))
			return -1;
	return now_ms() - start_ms;
}

/* --- feeds that are refreshed ------------------------------------------------------------------------------ */

static pid_t
start_refreshing(const struct options *options)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char request[128], answer[65536];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", options->socket);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		err(1, "%s", options->socket);
	for (long number = 0;; number++) {
		int len = snprintf(request, sizeof(request), "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"feed.refresh\",\"params\":"
		    "{\"feeds\":[%ld],\"wait\":false}}\n", number + 1, number % options->feeds + 1);

		if (write(fd, request, (size_t)len) != len)
			_exit(1);
		poll(NULL, 0, 1000 / options->rate);
		while (recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > 0)
			continue;
	}
}

/* --- figures --------------------------------------------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
	double one = *(const double *)left, other = *(const double *)right;

	return (one > other) - (one < other);
}

static void
measure_keys(const struct options *options, struct child *child)
{
	static double took_ms[KEYS_MAX];
	pid_t refreshing = options->socket != NULL ? start_refreshing(options) : 0;
	int count = 0, missed = 0;

	for (int key = 0; key < options->keys; key++) {
		double took;

		rest(child, options->socket != NULL);
		took = press(child, options->turns[key % options->n_turns], options->changed);
		if (took < 0)
			missed++;
		else
			took_ms[count++] = took;
	}
	if (refreshing > 0) {
		kill(refreshing, SIGTERM);
		waitpid(refreshing, NULL, 0);
	}
	qsort(took_ms, (size_t)count, sizeof(*took_ms), compare);
	if (count > 0)
		printf(",\"keys\":%d,\"missed\":%d,\"key_p50_ms\":%.2f,\"key_p99_ms\":%.2f,\"key_max_ms\":%.2f", count, missed,
		    took_ms[count / 2], took_ms[count * 99 / 100], took_ms[count - 1]);
}

static void
measure(const struct options *options)
{
	double *first_ms = calloc((size_t)options->times, sizeof(*first_ms));

	for (int run = 0; run < options->times; run++) {
		double start_ms = now_ms();
		struct child child = start(options);

		await(&child, options->first);
		first_ms[run] = now_ms() - start_ms;
		if (run + 1 == options->times) {
			printf("{\"command\":\"%s\",\"rss_kb\":%ld", options->argv[0], memory_kb(child.pid, "VmRSS:"));
			if (options->open != NULL) {
				rest(&child, false);
				if (press(&child, options->open, "") < 0)
					errx(1, "the list has not come");
				measure_keys(options, &child);
			}
			printf(",\"rss_then_kb\":%ld,\"rss_most_kb\":%ld", memory_kb(child.pid, "VmRSS:"), memory_kb(child.pid, "VmHWM:"));
		}
		stop(&child);
	}
	qsort(first_ms, (size_t)options->times, sizeof(*first_ms), compare);
	printf(",\"first_least_ms\":%.2f,\"first_p50_ms\":%.2f}\n", first_ms[0], first_ms[options->times / 2]);
	free(first_ms);
}

static void __attribute__((noreturn))
usage(void)
{
	errx(2, "usage: bench-reader [-n TIMES] [-g COLSxROWS] [-k KEYS] [-w TEXT] [-o KEYS] [-t KEY]... [-m TEXT] "
	    "[-s SOCKET -f FEEDS -r RATE] COMMAND...");
}

static void
add_turn(struct options *options, const char *key)
{
	if (options->n_turns == TURNS_MAX)
		usage();
	options->turns[options->n_turns++] = key;
}

static struct options
read_options(int argc, char **argv)
{
	struct options options = { .times = 5, .rows = 24, .cols = 80, .keys = 200, .feeds = 2000, .rate = 50, .first = "unread", .changed = "" };
	int opt;

	while ((opt = getopt(argc, argv, "+n:g:k:w:o:t:m:s:f:r:")) != -1)
		switch (opt) {
		case 'n': options.times = atoi(optarg); break;
		case 'g':
			if (sscanf(optarg, "%dx%d", &options.cols, &options.rows) != 2)
				usage();
			break;
		case 'k': options.keys = atoi(optarg); break;
		case 'w': options.first = optarg; break;
		case 'o': options.open = optarg; break;
		case 't': add_turn(&options, optarg); break;
		case 'm': options.changed = optarg; break;
		case 's': options.socket = optarg; break;
		case 'f': options.feeds = atoi(optarg); break;
		case 'r': options.rate = atoi(optarg); break;
		default: usage();
		}
	options.argv = argv + optind;
	if (optind == argc || options.times < 1 || options.rate < 1 || options.feeds < 1 || options.keys < 0 || options.keys > KEYS_MAX)
		usage();
	if (options.n_turns == 0) {
		add_turn(&options, "\033[6~");
		add_turn(&options, "\033[5~");
	}
	return options;
}

int
main(int argc, char **argv)
{
	struct options options = read_options(argc, argv);

	measure(&options);
	return 0;
}
