/*
 * drive-fetcher - plays core to a fetcher: gives it a configuration and jobs, prints what it answers as JSON lines.
 *
 *	drive-fetcher [-gqv] [-l FILE] [-n TIMES] [-r BYTES] FETCHER [KEY=VALUE]... [URL [KEY=VALUE]...]...
 *
 *	-g		a frame of garbage comes after the configuration
 *	-l FILE		a job for each line of FILE, a URL
 *	-n TIMES	do all jobs so many times; from the second time on with the validators that the first one gave
 *	-q		only outcomes, not feeds and entries
 *	-r BYTES	read slowly: after so many bytes look away for a millisecond
 *	-v		the fetcher is verbose
 *
 * Keys before the first URL are the configuration's (configs below), those after a URL are its job's (jobs below).
 * The last line gives the wall time and the fetcher's peak memory. Exit status 1 if the fetcher breaks a promise: a job
 * answered twice or not at all, rows that mix, a wrong count of entries, an unclean end.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/shared/conf.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/mark.h"
#include "daemon/shared/record.h"
#include "feeds/base/arena.h"
#include "feeds/base/json.h"

enum { GUARD_S = 300, HEADERS_MAX = 8, FILES_MAX = 8, CANCEL_FLAG = 1 };

struct job {
	struct rec_job	 rec;
	uint64_t	 cancel;	/* take it back at once */
	uint64_t	 keep;		/* its connection */
	struct span	 headers[HEADERS_MAX];
	bool		 answered;
};

struct driver {
	struct loop	*loop;
	struct ipc	*ipc;
	struct loop_timer *look_away;
	struct arena	*arena;		/* for good */
	struct arena	*frame_arena;	/* of one frame */
	struct buf	 out;
	struct rec_config config;
	struct job	*jobs;
	size_t		 n_jobs, cap_jobs;
	size_t		 n_left;	/* to be answered in this round */
	uint64_t	 round, rounds;
	uint64_t	 current, entries;	/* of the row that is coming in; 0: none */
	size_t		 slow_bytes, read_bytes;
	bool		 quiet, verbose, closed;
	pid_t		 pid;
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("drive-fetcher: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* --- what to do ------------------------------------------------------------------------- */

enum kind { TEXT, FILE_TEXT, NUMBER, SIZE, DURATION, FLAG, HEADER };

struct key { const char *name; enum kind kind; size_t offset; };

static const struct key configs[] = {
	{ "parallel", NUMBER, offsetof(struct rec_config, parallel) },
	{ "max_body", SIZE, offsetof(struct rec_config, max_body) },
	{ "timeout", DURATION, offsetof(struct rec_config, timeout_ms) },
	{ "allow_private", FLAG, offsetof(struct rec_config, allow_private_networks) },
	{ "user_agent", TEXT, offsetof(struct rec_config, user_agent) },
	{ "ca_file", TEXT, offsetof(struct rec_config, ca_file) },
	{ "proxy", TEXT, offsetof(struct rec_config, proxy) },
	{ NULL, TEXT, 0 }
};

static const struct key jobs[] = {
	{ "etag", TEXT, offsetof(struct job, rec.etag) },
	{ "last_modified", TEXT, offsetof(struct job, rec.last_modified) },
	{ "validators_url", TEXT, offsetof(struct job, rec.validators_url) },
	{ "hash", NUMBER, offsetof(struct job, rec.body_hash) },
	{ "flags", NUMBER, offsetof(struct job, rec.flags) },
	{ "user_agent", TEXT, offsetof(struct job, rec.user_agent) },
	{ "cookie", TEXT, offsetof(struct job, rec.cookie) },
	{ "proxy", TEXT, offsetof(struct job, rec.proxy) },
	{ "username", TEXT, offsetof(struct job, rec.username) },
	{ "password", TEXT, offsetof(struct job, rec.password) },
	{ "header", HEADER, offsetof(struct job, rec.headers) },
	{ "ca", FILE_TEXT, offsetof(struct job, rec.ca) },
	{ "cancel", NUMBER, offsetof(struct job, cancel) },
	{ "keep", NUMBER, offsetof(struct job, keep) },
	{ NULL, TEXT, 0 }
};

/* What a small file holds; for good. */
static const char *
file_text(const char *path)
{
	static char texts[FILES_MAX][RECORD_CA_MAX];
	static size_t n_texts;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (n_texts == FILES_MAX)
		die("too many files");
	len = read(fd, texts[n_texts], RECORD_CA_MAX - 1);
	if (len == -1)
		die("%s: %s", path, strerror(errno));
	close(fd);
	return texts[n_texts++];
}

static void
set_value(void *object, const struct key *key, const char *value)
{
	void *member = (char *)object + key->offset;
	struct span_list *list = member;
	int64_t number = 0;

	switch (key->kind) {
	case TEXT:
		*(struct span *)member = span_of(value);
		return;
	case FILE_TEXT:
		*(struct span *)member = span_of(file_text(value));
		return;
	case FLAG:
		*(bool *)member = strcmp(value, "yes") == 0;
		return;
	case HEADER:
		list->items = ((struct job *)object)->headers;
		if (list->count == HEADERS_MAX)
			die("too many headers");
		list->items[list->count++] = span_of(value);
		return;
	case NUMBER:
		*(uint64_t *)member = strtoull(value, NULL, 10);
		return;
	case SIZE:
		if (conf_size(value, &number) != 0)
			die("%s: no size", value);
		break;
	case DURATION:
		if (conf_duration_ms(value, &number) != 0)
			die("%s: no duration", value);
		break;
	}
	*(uint64_t *)member = (uint64_t)number;
}

static bool
set(void *object, const struct key *keys, const char *word)
{
	size_t len = strcspn(word, "=");

	for (; keys->name != NULL; keys++)
		if (strlen(keys->name) == len && strncmp(keys->name, word, len) == 0 && word[len] == '=') {
			set_value(object, keys, word + len + 1);
			return true;
		}
	return false;
}

static void
add_job(struct driver *driver, const char *url)
{
	struct job *job = arena_push(driver->arena, &driver->jobs, &driver->n_jobs, &driver->cap_jobs, sizeof(*job));

	memset(job, 0, sizeof(*job));
	job->rec.url = span_of(url);
}

static void
add_list(struct driver *driver, const char *file)
{
	FILE *stream = fopen(file, "r");
	char *line = NULL;
	size_t cap = 0;

	if (stream == NULL)
		die("%s: %s", file, strerror(errno));
	while (getline(&line, &cap, stream) != -1) {
		line[strcspn(line, "\r\n")] = '\0';
		add_job(driver, arena_strdup(driver->arena, line));
	}
	free(line);
	fclose(stream);
}

static void
read_words(struct driver *driver, char **words)
{
	for (; *words != NULL; words++) {
		struct job *last = driver->n_jobs != 0 ? &driver->jobs[driver->n_jobs - 1] : NULL;

		if (last != NULL ? set(last, jobs, *words) : set(&driver->config, configs, *words))
			continue;
		if (strstr(*words, ":") == NULL)
			die("%s: neither a key nor a URL", *words);
		add_job(driver, *words);
	}
}

/* --- what comes back ------------------------------------------------------------------------ */

static struct job *
find_job(struct driver *driver, uint64_t number)
{
	uint64_t first = driver->round * driver->n_jobs + 1;

	if (number < first || number - first >= driver->n_jobs)
		die("an answer to job %" PRIu64 ", which there is none", number);
	return &driver->jobs[number - first];
}

/* All records of one job stand together. */
static void
check_row(struct driver *driver, uint64_t job)
{
	if (find_job(driver, job)->answered)
		die("job %" PRIu64 " is answered again", job);
	if (driver->current != 0 && driver->current != job)
		die("job %" PRIu64 " interrupts job %" PRIu64, job, driver->current);
	driver->current = job;
}

static void
print_field(struct json *json, const struct record_field *field, const void *member)
{
	const struct span *span = member;
	const struct span_list *list = member;

	switch (field->kind) {
	case FIELD_UINT:
		json_put_integer(json, field->name, (int64_t)*(const uint64_t *)member);
		break;
	case FIELD_INT:
		if (*(const int64_t *)member != INT64_MIN)
			json_put_integer(json, field->name, *(const int64_t *)member);
		break;
	case FIELD_BOOL:
		json_put_bool(json, field->name, *(const bool *)member);
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
		if (span->ptr != NULL)
			json_put_stringn(json, field->name, span->ptr, span->len);
		break;
	case FIELD_TEXTS:
		json_put_array(json, field->name);
		for (size_t i = 0; i < list->count; i++)
			json_put_stringn(json, NULL, list->items[i].ptr, list->items[i].len);
		json_end(json);
		break;
	}
}

static void
print(struct driver *driver, const struct record_desc *desc, const void *rec, const char *word)
{
	struct json json = JSON_INIT(&driver->out);

	buf_clear(&driver->out);
	json_put_object(&json, NULL);
	json_put_string(&json, "record", desc->name);
	json_put_string(&json, "word", word);
	for (size_t i = 0; i < desc->n_fields; i++)
		print_field(&json, &desc->fields[i], (const char *)rec + desc->fields[i].offset);
	json_end(&json);
	puts(buf_str(&driver->out));
}

static void	start_round(struct driver *driver);

static struct span
keep(struct driver *driver, struct span span)
{
	return span.ptr != NULL ? (struct span){ arena_strndup(driver->arena, span.ptr, span.len), span.len } : span;
}

static void	send_record(struct driver *driver, const struct record_desc *desc, const void *rec);

/* A redirect: the same job goes on, at once. */
static void
follow(struct driver *driver, const struct job *job, const struct rec_done *done)
{
	struct rec_job rec = job->rec;

	rec.hops = done->hops;
	rec.permanent_hops = done->permanent_hops;
	rec.elapsed_ms = done->elapsed_ms;
	driver->current = 0;
	send_record(driver, &record_job, &rec);
}

static void
take_done(struct driver *driver, const struct rec_done *done)
{
	struct job *job = find_job(driver, done->job);

	if (done->entries != driver->entries)
		die("job %" PRIu64 ": %" PRIu64 " entries came, %" PRIu64 " were told", done->job, driver->entries, done->entries);
	if (done->outcome == OUTCOME_HOP) {
		follow(driver, job, done);
		return;
	}
	print(driver, &record_done, done, outcome_word((enum outcome)done->outcome));
	job->answered = true;
	if (driver->round + 1 < driver->rounds && (done->outcome == OUTCOME_OK || done->outcome == OUTCOME_NOT_MODIFIED)) {
		job->rec.etag = keep(driver, done->etag);
		job->rec.last_modified = keep(driver, done->last_modified);
		job->rec.validators_url = keep(driver, done->final_url);
		job->rec.body_hash = done->body_hash;
		job->rec.flags |= JOB_HASH_KNOWN;
	}
	driver->current = driver->entries = 0;
	if (--driver->n_left == 0 && ++driver->round < driver->rounds)
		start_round(driver);
	else if (driver->n_left == 0)
		loop_stop(driver->loop);
}

static const struct record_desc *
desc_of(int type)
{
	static const struct record_desc *const rows[] = { &record_entry, &record_feed, &record_done };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((int)rows[i]->type == type)
			return rows[i];
	die("a record of type %d", type);
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct driver *driver = arg;
	const struct record_desc *desc = desc_of(record_type(ptr, len));
	union { struct rec_entry entry; struct rec_feed feed; struct rec_done done; } rec;
	const char *error;

	arena_reset(driver->frame_arena);
	if (record_decode(desc, ptr, len, &rec, driver->frame_arena, &error) != 0)
		die("%s", error);
	check_row(driver, rec.entry.job);	/* the first member of all three */
	if (desc == &record_entry && rec.entry.ordinal != driver->entries++)
		die("job %" PRIu64 ": entry %" PRIu64 " is out of order", rec.entry.job, rec.entry.ordinal);
	if (desc == &record_done)
		take_done(driver, &rec.done);
	else if (!driver->quiet)
		print(driver, desc, &rec, NULL);
	driver->read_bytes += len;
	if (driver->slow_bytes != 0 && driver->read_bytes >= driver->slow_bytes) {
		driver->read_bytes = 0;
		ipc_pause(driver->ipc);
		loop_timer_start(driver->look_away, 1);
	}
	return 0;
}

static void
on_look_again(void *arg)
{
	ipc_resume(((struct driver *)arg)->ipc);
}

static void
on_close(void *arg, const char *why)
{
	struct driver *driver = arg;

	fprintf(stderr, "drive-fetcher: the channel: %s\n", why);
	driver->closed = true;
	loop_stop(driver->loop);
}

static const struct ipc_ops ipc_ops = { on_frame, NULL, NULL, on_close };

/* --- the run ------------------------------------------------------------------------------------ */

static void
send_record(struct driver *driver, const struct record_desc *desc, const void *rec)
{
	record_encode(desc, rec, ipc_begin(driver->ipc));
	ipc_end(driver->ipc);
}

static void
send_garbage(struct driver *driver)
{
	buf_puts(ipc_begin(driver->ipc), "neither this nor that");
	ipc_end(driver->ipc);
}

static void
start_round(struct driver *driver)
{
	driver->n_left = driver->n_jobs;
	for (size_t i = 0; i < driver->n_jobs; i++) {
		struct job *job = &driver->jobs[i];
		struct rec_cancel cancel;

		job->rec.job = cancel.job = driver->round * driver->n_jobs + i + 1;
		if (job->rec.body_hash != 0)
			job->rec.flags |= JOB_HASH_KNOWN;
		if (job->keep != 0)
			job->rec.flags |= JOB_KEEP;
		job->answered = false;
		send_record(driver, &record_job, &job->rec);
		if (job->cancel == CANCEL_FLAG) {
			send_record(driver, &record_cancel, &cancel);
			driver->n_left--;
		}
	}
}

/* The descriptor gets this number; another one that has it makes room. */
static void
place(int fd, int *other, int number)
{
	if (other != NULL && *other == number)
		*other = dup(*other);
	if (fd == number ? fcntl(fd, F_SETFD, 0) == -1 : dup2(fd, number) == -1 || close(fd) == -1)
		die("dup2: %s", strerror(errno));
}

static void
start_fetcher(struct driver *driver, char *program)
{
	char verbose[] = "-v", *const argv[] = { program, driver->verbose ? verbose : NULL, NULL };
	int pair[2], mark;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		die("socketpair: %s", strerror(errno));
	mark = mark_new();
	driver->pid = fork();
	if (driver->pid == -1)
		die("fork: %s", strerror(errno));
	if (driver->pid == 0) {
		close(pair[0]);
		place(pair[1], &mark, IPC_FD);
		place(mark, NULL, MARK_FD);
		execv(program, argv);
		die("%s: %s", program, strerror(errno));
	}
	close(pair[1]);
	close(mark);
	driver->ipc = ipc_new(driver->loop, pair[0], &ipc_ops, driver);
}

static unsigned long
peak_kb(pid_t pid)
{
	char path[64], line[256];
	unsigned long peak = 0;
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	stream = fopen(path, "r");
	if (stream == NULL)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), stream) != NULL)
		if (sscanf(line, "VmHWM: %lu", &peak) == 1)
			break;
	fclose(stream);
	return peak;
}

static int
finish(struct driver *driver, int64_t wall_ms)
{
	unsigned long peak = driver->closed ? 0 : peak_kb(driver->pid);
	int status;

	ipc_free(driver->ipc);
	if (waitpid(driver->pid, &status, 0) == -1)
		die("waitpid: %s", strerror(errno));
	printf("{\"wall_ms\":%" PRId64 ",\"peak_kb\":%lu,\"status\":%d}\n", wall_ms, peak, status);
	return driver->closed || driver->n_left != 0 || status != 0;
}

int
main(int argc, char **argv)
{
	struct driver driver = { .rounds = 1, .out = BUF_INIT(256 << 20),
	    .config = { .parallel = 64, .max_body = 32 << 20, .timeout_ms = 60000 } };
	const char *list = NULL;
	bool garbage = false;
	int64_t start;
	int chr, status;

	driver.arena = arena_new(0);
	driver.frame_arena = arena_new(0);
	while ((chr = getopt(argc, argv, "+gl:n:qr:v")) != -1)
		switch (chr) {
		case 'g': garbage = true; break;
		case 'l': list = optarg; break;
		case 'n': driver.rounds = strtoull(optarg, NULL, 10); break;
		case 'q': driver.quiet = true; break;
		case 'r': driver.slow_bytes = strtoull(optarg, NULL, 10); break;
		case 'v': driver.verbose = true; break;
		default: return 2;
		}
	if (optind == argc)
		die("no fetcher");
	alarm(GUARD_S);
	driver.loop = loop_new();
	driver.look_away = loop_timer_new(driver.loop, on_look_again, &driver);
	start_fetcher(&driver, argv[optind]);
	read_words(&driver, argv + optind + 1);
	if (list != NULL)
		add_list(&driver, list);
	start = loop_mono_ms();
	send_record(&driver, &record_config, &driver.config);
	if (garbage)
		send_garbage(&driver);
	start_round(&driver);
	if (driver.n_left != 0)
		loop_run(driver.loop);
	status = finish(&driver, loop_mono_ms() - start);
	loop_timer_free(driver.look_away);
	loop_free(driver.loop);
	buf_free(&driver.out);
	arena_free(driver.frame_arena);
	arena_free(driver.arena);
	return status;
}
