/*
 * bench-entries - a daemon with many entries, asked over its socket while entries come in.
 *
 *	bench-entries fill [-d DIR] [-n ENTRIES] [-f FEEDS] [-k BYTES] [-w WORDS]	a store and its index
 *	bench-entries serve [-d DIR] [-f FEEDS] [-t TIMES] [-r RATE] [-q PART]	questions; only those whose names have PART in them
 *
 * fill puts ENTRIES (200,000) of BYTES (2,048) of text into DIR/state as ingest does, out of a vocabulary of WORDS (50,000), then gives a sample of them once more, all known, then
 * builds the index as the indexer does, and tells the rates and how much disk the whole takes for each byte of text. serve starts DIR/bin/gazetted,
 * where tests/bench/entries has put it with flood-fetcher as its fetcher, lets RATE (500) new entries a second come, and asks each kind of
 * question TIMES (200) times; how late a watch is told is measured beside. One JSON object a line; times in milliseconds.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/indexer/index.h"
#include "tests/bench/fill.h"

enum { BODIES = 20000, KNOWN_MAX = 60000, FLOOD = 10, TICK_MS = 10, QUIET_S = 2, LINE_MAX_BYTES = 64 << 20, LAGS_MAX = 1 << 20, TEXT_BYTES = 1024 };

struct options { const char *dir; long entries; uint32_t feeds; size_t bytes, words; int times, rate; const char *only; };

static char *
path_in(const struct options *options, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", options->dir, name) < 0)
		abort();
	return path;
}

static double
file_bytes(const struct options *options, const char *name)
{
	char *path = path_in(options, name);
	struct stat st = { .st_size = 0 };

	if (stat(path, &st) < 0)
		st.st_size = 0;
	free(path);
	return (double)st.st_size;
}

/* --- fill ------------------------------------------------------------------------------------------------ */

static void
tell_rate(const char *what, long entries, double start)
{
	printf("{\"what\":\"%s\",\"entries\":%ld,\"seconds\":%.2f,\"entries_per_s\":%.0f}\n", what, entries, fill_now() - start,
	    (double)entries / (fill_now() - start));
	fflush(stdout);
}

static void
fill_index(const char *dir)
{
	char error[INDEX_ERROR_BYTES];
	struct index *index = index_open(dir, error);
	enum index_result result;
	double start = fill_now();

	if (index == NULL)
		errx(1, "%s", error);
	do
		result = index_step(index);
	while (result == INDEX_MORE || result == INDEX_REBUILDING);
	if (result == INDEX_FAILED)
		errx(1, "%s", index_error(index));
	tell_rate("indexed", (long)index_state(index).entries, start);
	start = fill_now();
	while (index_tidy(index) == INDEX_MORE)
		continue;
	tell_rate("tidied", (long)index_state(index).entries, start);
	index_close(index);
}

static int
fill(const struct options *options)
{
	char error[STORE_ERROR_BYTES], *dir = path_in(options, "state");
	struct fill_corpus corpus = fill_corpus_new(BODIES, options->bytes);
	long known = options->entries < KNOWN_MAX ? options->entries : KNOWN_MAX;
	struct store *store;
	double start, text = (double)options->entries * (double)options->bytes;

	mkdir(options->dir, 0700);
	if (mkdir(dir, 0700) < 0)
		err(1, "%s", dir);
	if (store_open(&store, dir, error) != STORE_OK)
		errx(1, "%s", error);
	fill_subscribe(store, options->feeds);
	start = fill_now();
	fill_take(store, &corpus, 0, options->entries, options->feeds);
	tell_rate("stored", options->entries, start);
	start = fill_now();
	fill_take(store, &corpus, 0, known, options->feeds);
	tell_rate("known", known, start);
	store_close(store);
	fill_index(dir);
	printf("{\"what\":\"disk\",\"gazette_mb\":%.1f,\"index_mb\":%.1f,\"text_mb\":%.1f,\"ratio\":%.3f}\n",
	    file_bytes(options, "state/gazette.db") / 1e6, file_bytes(options, "state/index.db") / 1e6, text / 1e6,
	    (file_bytes(options, "state/gazette.db") + file_bytes(options, "state/index.db")) / text);
	fill_corpus_free(&corpus);
	free(dir);
	return 0;
}

/* --- a connection ------------------------------------------------------------------------------------------- */

struct peer { int fd; char *in; size_t len, cap; };

/* -1 if nobody listens. */
static int
dial(const struct options *options, struct peer *peer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char *path = path_in(options, "socket");

	snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	free(path);
	*peer = (struct peer){ .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	if (peer->fd < 0)
		err(1, "socket");
	if (connect(peer->fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return 0;
	close(peer->fd);
	return -1;
}

static void
send_line(struct peer *peer, const char *method, const char *params)
{
	static int id;
	char *line = NULL;
	int len = asprintf(&line, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}\n", ++id, method, params);

	if (len < 0)
		abort();
	if (write(peer->fd, line, (size_t)len) != len)
		err(1, "write");
	free(line);
}

/* The next line, or NULL if none is complete and wait is false; to be taken before the next call. */
static char *
read_line(struct peer *peer, bool wait)
{
	static char line[LINE_MAX_BYTES];

	for (;;) {
		char *end = peer->len > 0 ? memchr(peer->in, '\n', peer->len) : NULL;
		struct pollfd pfd = { .fd = peer->fd, .events = POLLIN };
		ssize_t got;

		if (end != NULL) {
			size_t len = (size_t)(end - peer->in);

			memcpy(line, peer->in, len);
			line[len] = '\0';
			peer->len -= len + 1;
			memmove(peer->in, end + 1, peer->len);
			return line;
		}
		if (!wait && poll(&pfd, 1, 0) == 0)
			return NULL;
		if (peer->cap - peer->len < 1 << 16) {
			peer->cap = peer->cap * 2 + (1 << 17);
			peer->in = realloc(peer->in, peer->cap);
			if (peer->in == NULL || peer->cap > LINE_MAX_BYTES)
				abort();
		}
		got = read(peer->fd, peer->in + peer->len, peer->cap - peer->len);
		if (got <= 0)
			errx(1, "the daemon has closed the connection");
		peer->len += (size_t)got;
	}
}

static char *
call(struct peer *peer, const char *method, const char *params)
{
	char *line;

	send_line(peer, method, params);
	line = read_line(peer, true);
	if (strstr(line, "\"error\":{") != NULL)
		errx(1, "%s %s: %.500s", method, params, line);
	return line;
}

/* And of a list of feeds the pages that follow. */
static void
call_all(struct peer *peer, const char *method, const char *params)
{
	char *line = call(peer, method, params), *more = strstr(line, "],\"after\":"), next[64];

	while (strcmp(method, "feed.list") == 0 && more != NULL) {
		snprintf(next, sizeof next, "{\"limit\":1000,\"after\":%ld}", atol(more + strlen("],\"after\":")));
		more = strstr(call(peer, method, next), "],\"after\":");
	}
}

static void
hang_up(struct peer *peer)
{
	close(peer->fd);
	free(peer->in);
}

/* --- results ------------------------------------------------------------------------------------------------- */

static int
compare(const void *one, const void *two)
{
	double left = *(const double *)one, right = *(const double *)two;

	return left < right ? -1 : left > right;
}

/* limit: what p99 is to be below. */
static void
report(const char *what, double *times, size_t count, double limit)
{
	if (count == 0)
		errx(1, "%s: nothing was measured", what);
	qsort(times, count, sizeof *times, compare);
	printf("{\"what\":\"%s\",\"count\":%zu,\"median\":%.2f,\"p99\":%.2f,\"worst\":%.2f,\"limit\":%.0f,\"ok\":%s}\n", what, count, times[count / 2],
	    times[count * 99 / 100], times[count - 1], limit, times[count * 99 / 100] < limit ? "true" : "false");
	fflush(stdout);
}

/* --- the flood, in a process of its own: refreshes FLOOD entries at a time, and watches ------------------------ */

static volatile sig_atomic_t ended;

static void
on_term(int signo)
{
	(void)signo;
	ended = 1;
}

/* Whether there were any. */
static bool
take_changes(struct peer *peer, double *lags, size_t *count)
{
	char *line, *title;
	bool some = false;

	while ((line = read_line(peer, false)) != NULL) {
		some = true;
		title = strstr(line, "\"title\":\"flood ");
		if (title != NULL && strstr(line, "item-new") != NULL && *count < LAGS_MAX)
			lags[(*count)++] = fill_now() * 1e3 - atof(title + strlen("\"title\":\"flood ")) / 1e3;
	}
	return some;
}

/* The next feeds, for so many entries as are due and not asked for yet; returns how many those are then. */
static long
ask_for(const struct options *options, struct peer *refresh, long asked, double due)
{
	static uint32_t feed = UINT32_MAX;
	char params[TEXT_BYTES] = "{\"wait\":false,\"feeds\":[";
	long before = asked;
	uint32_t first;

	/* one that a run just before this has refreshed would be left alone */
	if (feed == UINT32_MAX)
		feed = (uint32_t)((uint64_t)(fill_now() * options->rate / FLOOD) % options->feeds);
	first = feed;

	for (; (double)asked < due && strlen(params) < TEXT_BYTES - 32; asked += FLOOD) {
		feed = feed % options->feeds + 1;
		snprintf(params + strlen(params), 32, "%s\"%" PRIu32 "\"", params[strlen(params) - 1] == '[' ? "" : ",", feed);
	}
	if (asked == before)
		return asked;
	snprintf(params + strlen(params), 8, "]}");
	send_line(refresh, "feed.refresh", params);
	/* it is behind: the same again later */
	if (strstr(read_line(refresh, true), "\"busy\"") == NULL)
		return asked;
	feed = first;
	return before;
}

/* Until it is told to end, and what was due by then has come; how long that took is told, too. */
static int
flood(const struct options *options, const char *when)
{
	static double lags[LAGS_MAX];
	struct peer watch, refresh;
	char told[64];
	size_t count = 0;
	bool some;
	double start = fill_now(), now = start, end = 0, heard = start;
	long asked = 0;

	signal(SIGTERM, on_term);
	if (dial(options, &watch) < 0 || dial(options, &refresh) < 0)
		errx(1, "flood: nobody listens");
	call(&watch, "watch", "{}");
	while (end == 0 || (now - heard < QUIET_S && ((double)asked < (end - start) * options->rate || (long)count < asked))) {
		asked = ask_for(options, &refresh, asked, ((end != 0 ? end : now) - start) * options->rate);
		some = take_changes(&watch, lags, &count);
		poll(&(struct pollfd){ .fd = watch.fd, .events = POLLIN }, 1, TICK_MS);
		now = fill_now();
		if (some || !ended)
			heard = now;
		if (ended && end == 0)
			end = now;
	}
	snprintf(told, sizeof told, "watch: told after%s", when);
	printf("{\"what\":\"ingested%s\",\"asked\":%ld,\"entries\":%zu,\"entries_per_s\":%.0f,\"behind_s\":%.2f}\n", when, asked, count,
	    (double)count / (end - start), heard > end ? heard - end : 0);
	report(told, lags, count, when[0] == '\0' ? 1000 : 10000);
	hang_up(&watch);
	hang_up(&refresh);
	return 0;
}

/* --- questions ------------------------------------------------------------------------------------------------ */

/* %w is a word of ranks low to high, %p its first letters, %f a feed. */
struct question { const char *what; double limit; const char *method, *params; size_t low, high; };

#define LIST(query)	"{\"query\":\"" query "\",\"limit\":50}"
#define BEST(query)	"{\"query\":\"" query "\",\"limit\":50,\"sort\":\"relevance\"}"

static const struct question questions[] = {
	{ "newest 50 unread of all", 5, "item.list", LIST("is:unread"), 0, 0 },
	{ "newest 50 unread of a tag", 5, "item.list", LIST("is:unread tag:news"), 0, 0 },
	{ "newest 50 unread of a feed", 5, "item.list", LIST("is:unread feed:%f"), 0, 0 },
	{ "counts of a tag, a feed, all", 5, "item.count", "{\"queries\":[\"is:unread\",\"is:unread tag:news\",\"is:unread feed:%f\"]}", 0, 0 },
	{ "counts for all feeds", 10, "feed.counts", "{}", 0, 0 },
	{ "all feeds, all that is known", 50, "feed.list", "{\"limit\":1000}", 0, 0 },
	{ "rare word", 20, "item.list", LIST("%w"), 20000, 40000 },
	{ "mid word", 20, "item.list", LIST("%w"), 1000, 1500 },
	{ "common word", 20, "item.list", LIST("%w"), 0, 60 },
	{ "two words", 20, "item.list", LIST("%w %w"), 300, 500 },
	{ "common and rare word", 20, "item.list", LIST("ba %w"), 20000, 40000 },
	{ "phrase of common words", 20, "item.list", LIST("\\\"%w %w\\\""), 0, 60 },
	{ "phrase of mid words", 20, "item.list", LIST("\\\"%w %w\\\""), 300, 500 },
	{ "word in the title", 20, "item.list", LIST("title:%w"), 100, 4000 },
	{ "prefix of three letters", 20, "item.list", LIST("%p*"), 0, 5000 },
	{ "unread, tag and word", 20, "item.list", LIST("is:unread tag:news %w"), 100, 1000 },
	{ "rare word by relevance", 50, "item.list", BEST("%w"), 20000, 40000 },
	{ "mid word by relevance", 50, "item.list", BEST("%w"), 1000, 1500 },
	{ "common word by relevance", 50, "item.list", BEST("%w"), 0, 60 },
	{ "two words by relevance", 50, "item.list", BEST("%w %w"), 300, 500 },
	{ "prefix by relevance", 50, "item.list", BEST("%p*"), 0, 5000 },
};

static void
write_params(const struct options *options, const struct question *question, char params[TEXT_BYTES])
{
	size_t len = 0;

	for (const char *at = question->params; *at != '\0' && len < TEXT_BYTES - 64; at++) {
		const char *word = fill_word(question->low + fill_draw(question->high - question->low + 1));

		if (*at != '%')
			params[len++] = *at;
		else if (*++at == 'f')
			len += (size_t)snprintf(params + len, 32, "%" PRIu64, 1 + fill_draw(options->feeds));
		else
			len += (size_t)snprintf(params + len, 32, *at == 'p' ? "%.3s" : "%s", word);
	}
	params[len] = '\0';
}

static void
ask(const struct options *options, struct peer *peer, const struct question *question)
{
	double *times = calloc((size_t)options->times, sizeof *times), worst = 0;
	char params[TEXT_BYTES], slowest[TEXT_BYTES] = "";

	if (times == NULL)
		abort();
	for (int i = 0; i < options->times; i++) {
		double start;

		write_params(options, question, params);
		start = fill_now();
		call_all(peer, question->method, params);
		times[i] = (fill_now() - start) * 1e3;
		if (times[i] > worst) {
			worst = times[i];
			memcpy(slowest, params, sizeof slowest);
		}
	}
	if (worst >= question->limit)
		fprintf(stderr, "%s: %.1f ms: %s\n", question->what, worst, slowest);
	report(question->what, times, (size_t)options->times, question->limit);
	free(times);
}

/* What changes much: once each, and taken back. */
static const struct question bulk[] = {
	{ "tag 10,000 entries", 200, "item.tag", "{\"query\":\"before:2023-11-15T17:36:20\",\"add\":[\"old\"]}", 0, 0 },
	{ "star 10,000 entries", 200, "item.tag", "{\"query\":\"before:2023-11-15T17:36:20\",\"add\":[\"starred\"]}", 0, 0 },
	{ "undo of 10,000", 200, "undo", "{}", 0, 0 },
	{ "undo of 10,000 tags", 200, "undo", "{}", 0, 0 },
	{ NULL, 0, NULL, NULL, 0, 0 },
};

static const struct question large_bulk[] = {
	{ "mark 100,000 read", 2000, "item.tag", "{\"query\":\"is:unread before:2023-11-23T00:00\",\"remove\":[\"unread\"]}", 0, 0 },
	{ "undo of 100,000", 2000, "undo", "{}", 0, 0 },
	{ NULL, 0, NULL, NULL, 0, 0 },
};

static void
ask_bulk(struct peer *peer, const struct question *rows)
{
	for (size_t i = 0; rows[i].what != NULL; i++) {
		double start = fill_now(), time;
		char *line = call(peer, rows[i].method, rows[i].params);

		time = (fill_now() - start) * 1e3;
		fprintf(stderr, "%s: %s\n", rows[i].what, line);
		report(rows[i].what, &time, 1, rows[i].limit);
	}
}

/* --- the daemon ------------------------------------------------------------------------------------------------ */

static pid_t
start(const struct options *options)
{
	char *program = path_in(options, "bin/gazetted"), *state = path_in(options, "state"), *sock = path_in(options, "socket"),
	    *conf = path_in(options, "gazetted.conf"), *log = path_in(options, "log");
	struct peer peer;
	double begun = fill_now(), ready;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

		dup2(fd, STDERR_FILENO);
		execl(program, program, "-d", state, "-s", sock, "-f", conf, (char *)NULL);
		_exit(127);
	}
	while (dial(options, &peer) < 0) {
		if (fill_now() - begun > 60 || waitpid(pid, NULL, WNOHANG) == pid)
			errx(1, "the daemon does not start; see %s", log);
		usleep(200);
	}
	call(&peer, "status", "{}");
	ready = (fill_now() - begun) * 1e3;
	report("start to ready", &ready, 1, 100);
	hang_up(&peer);
	free(program);
	free(state);
	free(sock);
	free(conf);
	free(log);
	return pid;
}

static void
report_memory(pid_t pid)
{
	char path[64], line[256];
	FILE *stream;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	stream = fopen(path, "r");
	while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			printf("{\"what\":\"core's peak memory\",\"mib\":%.1f,\"limit\":64,\"ok\":%s}\n", atof(line + 6) / 1024,
			    atof(line + 6) < 65536 ? "true" : "false");
	}
	if (stream != NULL)
		fclose(stream);
	fflush(stdout);
}

/* What others on this machine have kept core from a CPU: then the times above are theirs, too. */
static void
report_waits(pid_t pid)
{
	char path[64];
	double ran_ns = 0, waited_ns = 0;
	FILE *stream;

	snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)pid);
	stream = fopen(path, "r");
	if (stream != NULL && fscanf(stream, "%lf %lf", &ran_ns, &waited_ns) == 2)
		printf("{\"what\":\"core and the CPU\",\"ran_s\":%.2f,\"waited_s\":%.2f}\n", ran_ns / 1e9, waited_ns / 1e9);
	if (stream != NULL)
		fclose(stream);
}

static pid_t
start_flood(const struct options *options, const char *when)
{
	pid_t child = options->rate > 0 ? fork() : 0;

	if (child == 0 && options->rate > 0)
		exit(flood(options, when));
	return child;
}

static void
end_flood(pid_t child)
{
	int status;

	if (child == 0)
		return;
	kill(child, SIGTERM);
	waitpid(child, &status, 0);
}

static int
serve(const struct options *options)
{
	pid_t daemon = start(options), child = start_flood(options, "");
	struct peer peer;
	int status;

	if (dial(options, &peer) < 0)
		errx(1, "nobody listens");
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
		if (options->only == NULL || strstr(questions[i].what, options->only) != NULL)
			ask(options, &peer, &questions[i]);
	if (options->only == NULL)
		ask_bulk(&peer, bulk);
	end_flood(child);
	/* who watches is told of each of these, too, and in order */
	if (options->only == NULL) {
		child = start_flood(options, " beside 100,000 marked");
		ask_bulk(&peer, large_bulk);
		end_flood(child);
	}
	report_memory(daemon);
	report_waits(daemon);
	hang_up(&peer);
	kill(daemon, SIGTERM);
	waitpid(daemon, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
main(int argc, char **argv)
{
	static const char usage[] = "usage: bench-entries fill|serve [-d DIR] [-n ENTRIES] [-f FEEDS] [-k BYTES] [-w WORDS] [-t TIMES] [-r RATE] [-q PART]";
	struct options options = { "bench-entries.d", 200000, 2000, 2048, FILL_WORDS, 200, 500, NULL };
	int opt;

	if (argc < 2)
		errx(2, "%s", usage);
	while ((opt = getopt(argc - 1, argv + 1, "d:n:f:k:t:r:q:w:")) != -1) {
		switch (opt) {
		case 'd': options.dir = optarg; break;
		case 'n': options.entries = atol(optarg); break;
		case 'f': options.feeds = (uint32_t)atol(optarg); break;
		case 'k': options.bytes = (size_t)atol(optarg); break;
		case 't': options.times = atoi(optarg); break;
		case 'q': options.only = optarg; break;
		case 'w': options.words = (size_t)atol(optarg); break;
		case 'r': options.rate = atoi(optarg); break;
		default: errx(2, "%s", usage);
		}
	}
	if (options.words < FILL_WORDS || options.words > FILL_WORDS_MAX)
		errx(2, "-w: from %d to %d", FILL_WORDS, FILL_WORDS_MAX);
	fill_vocabulary(options.words);
	if (strcmp(argv[1], "fill") == 0)
		return fill(&options);
	if (strcmp(argv[1], "serve") == 0)
		return serve(&options);
	errx(2, "%s", usage);
}
