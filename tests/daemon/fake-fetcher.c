/*
 * fake-fetcher - takes core's jobs and answers them as their URLs say, without any network.
 *
 *	http://HOST/ACTION[/ARGUMENT[/ARGUMENT]]
 *
 *	ok/N[/TAG]	N entries, guids TAG-0 ...; the ETag is "TAG", and a job that knows it is told not modified
 *	page/URL	a page that names a feed ("!" in it stands for "/")
 *	fail/OUTCOME/STATUS	that outcome (a number) and HTTP status
 *	retry/SECONDS[/URL]	503 with Retry-After, behind a redirect to URL ("!" as above)
 *	age/SECONDS	one entry, with max-age
 *	at/ADDRESS	one entry, from that address
 *	moved/URL	one entry, behind a permanent redirect to URL ("!" as above)
 *	via/URL		one entry, behind a temporary one
 *	big/BYTES	one entry of so many bytes
 *	hold		no answer before another job that says "release" comes
 *	release		one entry; lets those that are held go
 *	crash		dies by SIGSEGV with the job in its hands; "crash-idle": with nothing; "crash-other": with what is nobody's job
 *	kill		is killed by SIGKILL; "kill-once" only if no file "killed" is there, which it makes; "kill-half" with
 *			one of two entries sent, once, too
 *	memory		aborts for want of memory
 *	answered	answers, and crashes with the job in its hands all the same
 *	exit		exits with status 3
 *	stop		stops by SIGSTOP
 *	garbage, disorder, mixed, count, unknown, huge, crashed, text, long, kind, feed	breaks the protocol in this way
 *
 * Each job is a line in the file "jobs" of the folder that FAKE_DIR names: URL, ETag or "-", flags. With a file "no-start" in it
 * the fetcher exits with status 3 as soon as it is started.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/mark.h"
#include "daemon/shared/record.h"

enum { ARENA_BYTES = 1 << 20, ARGS_MAX = 3, HELD_MAX = 64, ENDS_S = 120 };

struct job { uint64_t number; const char *url, *etag, *action, *args[ARGS_MAX]; };

struct fake {
	struct loop	*loop;
	struct ipc	*ipc;
	struct arena	*arena;
	FILE		*log;
	uint64_t	 held[HELD_MAX];
	size_t		 n_held;
};

/* --- answers ------------------------------------------------------------------------ */

static void
send_record(struct fake *fake, const struct record_desc *desc, const void *record)
{
	record_encode(desc, record, ipc_begin(fake->ipc));
	ipc_end(fake->ipc);
}

static void
send_entry(struct fake *fake, const struct job *job, uint64_t ordinal, struct span html)
{
	const char *tag = job->args[1] != NULL ? job->args[1] : job->action;
	struct rec_entry entry = {
		.job = job->number, .ordinal = ordinal, .html = html, .published = 1790000000 + (int64_t)ordinal, .modified = INT64_MIN,
		.rest = SPAN("{\"authors\":[{\"name\":\"Ann\"}],\"tags\":[\"one\"]}"),
		.gazette = SPAN("{\"tags\":[{\"term\":\"one\",\"scheme\":\"s\"}]}"), .authors = SPAN("Ann")
	};

	entry.guid = SPAN(arena_printf(fake->arena, "%s-%" PRIu64, tag, ordinal));
	entry.url = SPAN(arena_printf(fake->arena, "%s#%" PRIu64, job->url, ordinal));
	entry.title = SPAN(arena_printf(fake->arena, "Title %s %" PRIu64, tag, ordinal));
	entry.content_hash = ordinal * 31 + entry.guid.len;
	send_record(fake, &record_entry, &entry);
}

static void
send_feed(struct fake *fake, const struct job *job)
{
	struct rec_feed feed = {
		.job = job->number, .format = SPAN("rss-2.0"), .home_page_url = SPAN("http://home.test/"), .members = SPAN("{}"),
		.ttl_min = INT64_MIN, .update_frequency = INT64_MIN
	};

	feed.title = SPAN(arena_printf(fake->arena, "Feed %s", strchr(job->url, '/') + 2));
	send_record(fake, &record_feed, &feed);
}

static struct rec_done
new_done(const struct job *job, enum outcome outcome)
{
	return (struct rec_done){
		.job = job->number, .outcome = (uint64_t)outcome, .http_status = 200, .retry_after_s = INT64_MIN, .max_age_s = INT64_MIN
	};
}

static void
send_done(struct fake *fake, const struct rec_done *done)
{
	send_record(fake, &record_done, done);
}

/* One entry and its feed. */
static void
send_single(struct fake *fake, const struct job *job, struct rec_done *done)
{
	done->entries = 1;
	send_entry(fake, job, 0, SPAN("<p>text</p>"));
	send_feed(fake, job);
	send_done(fake, done);
}

/* "http:!!host!path" to "http://host/path" */
static const char *
unescape(struct fake *fake, const char *text)
{
	char *url = arena_strdup(fake->arena, text);

	for (char *pos = url; *pos != '\0'; pos++)
		if (*pos == '!')
			*pos = '/';
	return url;
}

/* --- actions ------------------------------------------------------------------------- */

static void
act_ok(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);
	const char *tag = job->args[1] != NULL ? job->args[1] : job->action;

	if (job->etag != NULL && strcmp(job->etag, tag) == 0) {
		done.outcome = OUTCOME_NOT_MODIFIED;
		done.http_status = 304;
		send_done(fake, &done);
		return;
	}
	done.entries = strtoull(job->args[0], NULL, 10);
	done.etag = SPAN(tag);
	for (uint64_t i = 0; i < done.entries; i++)
		send_entry(fake, job, i, SPAN("<p>text of this entry</p>"));
	send_feed(fake, job);
	send_done(fake, &done);
}

static void
act_page(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_NOT_FEED);
	struct span candidates[2] = { SPAN(unescape(fake, job->args[0])), SPAN("News") };

	done.message = SPAN("this is a page, not a feed");
	done.candidates = (struct span_list){ candidates, 2 };
	send_done(fake, &done);
}

static void
act_fail(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, (enum outcome)atoi(job->args[0]));

	done.http_status = strtoull(job->args[1], NULL, 10);
	done.message = SPAN("it failed as asked");
	send_done(fake, &done);
}

static void
act_retry(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_HTTP);

	done.http_status = 503;
	done.retry_after_s = atoll(job->args[0]);
	done.message = SPAN("503 Service Unavailable");
	if (job->args[1] != NULL)
		done.final_url = SPAN(unescape(fake, job->args[1]));
	send_done(fake, &done);
}

static void
act_age(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.max_age_s = atoll(job->args[0]);
	send_single(fake, job, &done);
}

static void
act_at(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.address = SPAN(job->args[0]);
	send_single(fake, job, &done);
}

static void
act_moved(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.permanent_url = done.final_url = SPAN(unescape(fake, job->args[0]));
	send_single(fake, job, &done);
}

static void
act_via(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.final_url = SPAN(unescape(fake, job->args[0]));
	send_single(fake, job, &done);
}

static void
act_big(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);
	size_t len = strtoull(job->args[0], NULL, 10);
	char *text = arena_alloc(fake->arena, len + 1);

	memset(text, 'x', len);
	done.entries = 1;
	send_entry(fake, job, 0, (struct span){ text, len });
	send_feed(fake, job);
	send_done(fake, &done);
}

static void
act_hold(struct fake *fake, const struct job *job)
{
	if (fake->n_held < HELD_MAX)
		fake->held[fake->n_held++] = job->number;
}

static void
act_release(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	send_single(fake, job, &done);
	while (fake->n_held > 0) {
		const struct job held = { .number = fake->held[--fake->n_held], .url = "http://held.test/", .action = "held" };

		done = new_done(&held, OUTCOME_OK);
		send_single(fake, &held, &done);
	}
}

/* By the signal itself, not what a sanitizer makes of it. */
static void
crash(void)
{
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void
act_crash(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	crash();
}

static void
act_crash_idle(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	mark_set(MARK_NOBODY);
	crash();
}

static void
act_crash_other(struct fake *fake, const struct job *job)
{
	(void)fake;
	mark_set(job->number + 1000);
	crash();
}

static void
act_kill(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	raise(SIGKILL);
}

static void
act_memory(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	mark_memory(64 << 20);
	errno = ENOMEM;
	abort();
}

static void
act_stop(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	for (;;)
		raise(SIGSTOP);
}

/* True the first time. */
static bool
first_time(struct fake *fake)
{
	const char *path = arena_printf(fake->arena, "%s/killed", getenv("FAKE_DIR"));
	FILE *stream;

	if (access(path, F_OK) == 0)
		return false;
	stream = fopen(path, "w");
	if (stream == NULL)
		abort();
	fclose(stream);
	return true;
}

static void
act_kill_once(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	if (first_time(fake))
		raise(SIGKILL);
	send_single(fake, job, &done);
}

static void
act_kill_half(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.entries = 2;
	send_entry(fake, job, 0, SPAN("one"));
	if (first_time(fake)) {
		/* The first entry is on its way for sure before the end. */
		static char filler[400 << 10];
		struct rec_entry entry = { .job = job->number, .ordinal = 1, .published = INT64_MIN, .modified = INT64_MIN };

		memset(filler, 'y', sizeof filler);
		entry.html = (struct span){ filler, sizeof filler };
		send_record(fake, &record_entry, &entry);
		raise(SIGKILL);
	}
	send_entry(fake, job, 1, SPAN("two"));
	send_feed(fake, job);
	send_done(fake, &done);
}

static void
put_frame(struct buf *out, const struct record_desc *desc, const void *record)
{
	size_t start = ipc_frame_start(out);

	record_encode(desc, record, out);
	ipc_frame_end(out, start);
}

/* So many frames go out at once. */
static void
act_answered(struct fake *fake, const struct job *job)
{
	static char filler[100 << 10];
	struct buf out = BUF_INIT(1 << 20);
	struct rec_done done = new_done(job, OUTCOME_OK);
	struct rec_entry entry = { .job = job->number, .title = SPAN("Title"), .html = { filler, sizeof filler },
	    .published = INT64_MIN, .modified = INT64_MIN };

	memset(filler, 'z', sizeof filler);
	done.entries = 1;
	put_frame(&out, &record_entry, &entry);
	put_frame(&out, &record_done, &done);
	ipc_send_frames(fake->ipc, out.ptr, out.len);
	crash();
}

static void
act_exit(struct fake *fake, const struct job *job)
{
	(void)fake;
	(void)job;
	_exit(3);
}

static void
act_garbage(struct fake *fake, const struct job *job)
{
	(void)job;
	buf_puts(ipc_begin(fake->ipc), "this is no record");
	ipc_end(fake->ipc);
}

static void
act_disorder(struct fake *fake, const struct job *job)
{
	send_entry(fake, job, 1, SPAN("two"));
	send_entry(fake, job, 0, SPAN("one"));
}

static void
act_mixed(struct fake *fake, const struct job *job)
{
	struct job other = *job;

	send_entry(fake, job, 0, SPAN("one"));
	other.number += 1000;
	send_entry(fake, &other, 1, SPAN("two"));
}

static void
act_count(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	send_entry(fake, job, 0, SPAN("one"));
	done.entries = 7;
	send_done(fake, &done);
}

/* A frame that says it is too large. */
static void
act_huge(struct fake *fake, const struct job *job)
{
	static const char head[] = { '\xff', '\xff', '\xff', '\xff' };

	(void)job;
	ipc_send_frames(fake->ipc, head, sizeof head);
}

/* Who lives to say that did not crash. record_encode() would not say it: the outcome is the byte in which two others differ. */
static void
act_crashed(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK), other = new_done(job, OUTCOME_NOT_MODIFIED);
	struct buf one = BUF_INIT(1 << 10), two = BUF_INIT(1 << 10);

	record_encode(&record_done, &done, &one);
	record_encode(&record_done, &other, &two);
	for (size_t i = 0; i < one.len; i++)
		if (one.ptr[i] != two.ptr[i])
			one.ptr[i] = OUTCOME_CRASH;
	buf_put(ipc_begin(fake->ipc), one.ptr, one.len);
	ipc_end(fake->ipc);
	buf_free(&one);
	buf_free(&two);
}

/* An entry whose guid is written as told, after a good one; record_encode() would not. */
static void
send_strange(struct fake *fake, const struct job *job, struct span guid)
{
	struct buf *out;

	send_entry(fake, job, 0, SPAN("one"));
	out = ipc_begin(fake->ipc);
	buf_puts(out, "\xdc");		/* an array, two bytes of length */
	buf_putc(out, 0);
	buf_putc(out, (char)(record_entry.n_fields + 1));
	buf_putc(out, RECORD_ENTRY);
	buf_putc(out, (char)job->number);	/* small: there are few jobs here */
	buf_putc(out, 1);
	buf_put(out, guid.ptr, guid.len);
	ipc_end(fake->ipc);
}

static void
act_long(struct fake *fake, const struct job *job)
{
	static char guid[5 + RECORD_URL_MAX + 1] = { '\xdb', 0, 1, 0, 1 };

	memset(guid + 5, 'x', sizeof guid - 5);
	send_strange(fake, job, (struct span){ guid, sizeof guid });
}

static void
act_kind(struct fake *fake, const struct job *job)
{
	send_strange(fake, job, SPAN("\x07"));
}

/* The feed of another job. */
static void
act_feed(struct fake *fake, const struct job *job)
{
	struct job other = *job;

	send_entry(fake, job, 0, SPAN("one"));
	other.number += 1000;
	send_feed(fake, &other);
}

/* No UTF-8. */
static void
act_text(struct fake *fake, const struct job *job)
{
	send_entry(fake, job, 0, SPAN("one"));
	send_entry(fake, job, 1, SPAN("\xff\xfe"));
}

static void
act_unknown(struct fake *fake, const struct job *job)
{
	struct rec_done done = new_done(job, OUTCOME_OK);

	done.job += 1000;
	send_done(fake, &done);
}

static const struct { const char *name; void (*act)(struct fake *, const struct job *); } actions[] = {
	{ "ok", act_ok }, { "page", act_page }, { "fail", act_fail }, { "retry", act_retry }, { "age", act_age }, { "at", act_at },
	{ "moved", act_moved }, { "via", act_via }, { "big", act_big }, { "hold", act_hold }, { "release", act_release },
	{ "crash", act_crash },
	{ "crash-idle", act_crash_idle }, { "crash-other", act_crash_other }, { "kill", act_kill }, { "kill-once", act_kill_once },
	{ "kill-half", act_kill_half }, { "memory", act_memory }, { "answered", act_answered }, { "exit", act_exit }, { "stop", act_stop },
	{ "garbage", act_garbage }, { "disorder", act_disorder }, { "mixed", act_mixed }, { "count", act_count },
	{ "unknown", act_unknown }, { "huge", act_huge }, { "crashed", act_crashed }, { "text", act_text },
	{ "long", act_long }, { "kind", act_kind }, { "feed", act_feed },
};

/* --- jobs ------------------------------------------------------------------------------- */

static void
take_job(struct fake *fake, const struct rec_job *record)
{
	struct job job = { .number = record->job, .url = arena_strndup(fake->arena, record->url.ptr, record->url.len) };
	char *path = strchr(arena_strdup(fake->arena, job.url + strlen("http://")), '/'), *part;

	if (record->etag.ptr != NULL)
		job.etag = arena_strndup(fake->arena, record->etag.ptr, record->etag.len);
	fprintf(fake->log, "%s\t%s\t%" PRIu64 "\n", job.url, job.etag != NULL ? job.etag : "-", record->flags);
	fflush(fake->log);
	path++;
	job.action = strsep(&path, "/");
	for (size_t i = 0; i < ARGS_MAX && (part = strsep(&path, "/")) != NULL; i++)
		job.args[i] = part;
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, job.action) == 0) {
			mark_set(job.number);
			actions[i].act(fake, &job);
			mark_set(MARK_NOBODY);
		}
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct fake *fake = arg;
	struct rec_job job;
	const char *error;

	if (record_type(ptr, len) != RECORD_JOB)
		return 0;
	arena_reset(fake->arena);
	if (record_decode(&record_job, ptr, len, &job, fake->arena, &error) == -1) {
		fprintf(stderr, "fake-fetcher: %s\n", error);
		return -1;
	}
	take_job(fake, &job);
	return 0;
}

static void
on_close(void *arg, const char *why)
{
	struct fake *fake = arg;

	(void)why;
	loop_stop(fake->loop);
}

static const struct ipc_ops ops = { on_frame, NULL, NULL, on_close };

int
main(void)
{
	const char *dir = getenv("FAKE_DIR");
	struct fake fake = { .arena = arena_new(ARENA_BYTES) };

	alarm(ENDS_S);
	signal(SIGSEGV, SIG_DFL);	/* not what a sanitizer makes of it */
	if (dir == NULL || chdir(dir) == -1 || mark_open(MARK_FD) == -1)
		return 2;
	if (access("no-start", F_OK) == 0)
		return 3;
	mark_set(MARK_NOBODY);
	fake.log = fopen("jobs", "a");
	if (fake.log == NULL)
		return 2;
	fake.loop = loop_new();
	fake.ipc = ipc_new(fake.loop, IPC_FD, &ops, &fake);
	loop_run(fake.loop);
	ipc_free(fake.ipc);
	loop_free(fake.loop);
	arena_free(fake.arena);
	return fclose(fake.log) == 0 ? 0 : 1;
}
