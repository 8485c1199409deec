/* Polling, ingest, helpers that fail, restarts: a real gazetted with a fetcher that does as it is told. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/core/add.h"
#include "daemon/core/client.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/poll.h"
#include "daemon/core/refresh.h"
#include "tests/daemon/rig.h"

static struct rig rig;

/* Hosts have no spacing; what was polled just now may be polled a second later. */
#define QUICK "min_interval = 1s\nhost_spacing = 0s\n"

static int
teardown(void **state)
{
	(void)state;
	rig_stop(&rig);
	return 0;
}

static int
setup_quick(void **state)
{
	(void)state;
	rig_start(&rig, QUICK);
	return 0;
}

static int
setup_hourly(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\nparallel = 8\nparallel_per_host = 2\n");
	return 0;
}

static int
setup_impatient(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\ntimeout = 100ms\n");
	return 0;
}

/* --- small ------------------------------------------------------------------------------ */

static json_int_t
number_in(json_t *result, const char *path)
{
	char *copy = strdup(path), *rest = copy, *part;
	const json_t *value = result;
	json_int_t number;

	while ((part = strsep(&rest, ".")) != NULL)
		value = json_object_get(value, part);
	if (!json_is_integer(value))
		fail_msg("no number %s in %s", path, json_dumps(result, JSON_COMPACT));
	number = json_integer_value(value);
	free(copy);
	json_decref(result);
	return number;
}

static json_int_t
status_number(const char *path)
{
	return number_in(rig_call(&rig, "status", "{}"), path);
}

static json_int_t
count(const char *query)
{
	char params[128];
	json_t *result, *counts;
	json_int_t number;

	snprintf(params, sizeof params, "{\"queries\":[\"%s\"]}", query);
	result = rig_call(&rig, "item.count", params);
	counts = json_object_get(result, "counts");
	number = json_integer_value(json_array_get(counts, 0));
	json_decref(result);
	return number;
}

/* A member of a feed as text; "" if it is not there. To be freed. */
static char *
feed_text(const char *feed, const char *member, const char *inner)
{
	char params[256], *text;
	json_t *result, *value;

	snprintf(params, sizeof params, "{\"feed\":\"%s\"}", feed);
	result = rig_call(&rig, "feed.get", params);
	value = json_object_get(json_object_get(result, "feed"), member);
	if (inner != NULL)
		value = json_object_get(value, inner);
	text = strdup(json_is_string(value) ? json_string_value(value) : "");
	json_decref(result);
	return text;
}

static void
want_feed(const char *feed, const char *member, const char *inner, const char *want)
{
	char *text = feed_text(feed, member, inner);

	if (strcmp(text, want) != 0)
		fail_msg("%s: %s %s is \"%s\", want \"%s\"", feed, member, inner != NULL ? inner : "", text, want);
	free(text);
}

static void
add(const char *url)
{
	char params[256];

	snprintf(params, sizeof params, "{\"url\":\"%s\"}", url);
	json_decref(rig_call(&rig, "feed.add", params));
}

static void
add_later(const char *url)
{
	char params[256];

	snprintf(params, sizeof params, "{\"url\":\"%s\",\"wait\":false}", url);
	json_decref(rig_call(&rig, "feed.add", params));
}

/* Asks until it has come true; every question is answered, so this never spins for nothing. */
#define UNTIL(condition) do { \
	for (int tries_ = 0; !(condition); tries_++) { \
		if (tries_ == 40000) \
			fail_msg("%s did not come true", #condition); \
		usleep(1000); \
	} \
} while (0)

/* --- polling ------------------------------------------------------------------------------ */

/* Subscribing costs one fetch, the next one is conditional, and nothing comes twice. */
static void
test_conditional(void **state)
{
	(void)state;
	add("http://a.test/ok/5/tag");
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	assert_int_equal(count("*"), 5);
	UNTIL(rig_jobs(&rig, "http://a.test/ok/5/tag\ttag\t1") >= 1);
	assert_int_equal(rig_jobs(&rig, "http://a.test/ok/5/tag\t-"), 1);
	UNTIL(status_number("polls.not_modified") >= 1);
	assert_int_equal(count("*"), 5);
	want_feed("a.test", "health", NULL, "ok");
}

/* A page's feed is found with two fetches, and is what is subscribed to; one fetch tells that it is there already. */
static void
test_page(void **state)
{
	json_t *error;

	(void)state;
	add("http://a.test/page/http:!!b.test!ok!2!x");
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	assert_int_equal(rig_jobs(&rig, "http://b.test/"), 1);
	want_feed("b.test", "url", NULL, "http://b.test/ok/2/x");
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://a.test/page/http:!!b.test!ok!2!x\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "already-subscribed");
	json_decref(error);
	assert_int_equal(rig_jobs(&rig, "http://b.test/"), 1);
}

/* An imported URL that is a page: its feed takes its place. */
static void
test_imported_page(void **state)
{
	(void)state;
	json_decref(rig_call(&rig, "feed.import", "{\"feeds\":[{\"url\":\"http://a.test/page/http:!!b.test!ok!2!x\"},"
	    "{\"url\":\"http://c.test/page/http:!!b.test!ok!2!x\"},{\"url\":\"http://d.test/ok/1/d\",\"tags\":[\"t\"]}]}"));
	UNTIL(status_number("polls.total") >= 3);
	want_feed("1", "url", NULL, "http://b.test/ok/2/x");
	want_feed("1", "health", NULL, "ok");
	/* The second one's is subscribed to by then: that is its error. */
	want_feed("2", "health", NULL, "failing");
	want_feed("2", "error", "word", "not-a-feed");
	want_feed("3", "health", NULL, "ok");
	assert_int_equal(count("*"), 3);
	assert_int_equal(count("tag:t"), 1);
}

/* Due feeds of many hosts: all are polled, at most parallel_per_host at one host; a host that says nothing holds nobody up. */
static void
test_slow_host(void **state)
{
	struct buf params = BUF_INIT(1 << 20);

	(void)state;
	buf_puts(&params, "{\"feeds\":[");
	for (int i = 0; i < 20; i++)
		buf_printf(&params, "{\"url\":\"http://slow.test/hold/%d\"},", i);
	for (int i = 0; i < 150; i++)
		buf_printf(&params, "{\"url\":\"http://h%d.test/ok/1/h%d\"},", i, i);
	buf_puts(&params, "{\"url\":\"http://last.test/ok/1/last\"}]}");
	assert_int_equal(number_in(rig_call(&rig, "feed.import", buf_str(&params)), "added"), 171);
	buf_free(&params);
	UNTIL(status_number("polls.ok") == 151);
	assert_int_equal(rig_jobs(&rig, "http://slow.test/"), 2);
	assert_int_equal(status_number("in_flight"), 2);
	assert_int_equal(status_number("queued"), 18);
	/* What is in flight is waited for, not given to a fetcher again. */
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	UNTIL(rig_jobs(&rig, "http://slow.test/") == 4);
}

/* How many fetchers a burst is worth here. */
static json_int_t
fetchers_here(void)
{
	cpu_set_t cpus;

	assert_int_equal(sched_getaffinity(0, sizeof cpus, &cpus), 0);
	return CPU_COUNT(&cpus) < FETCHERS_MAX ? CPU_COUNT(&cpus) : FETCHERS_MAX;
}

/* Beyond FETCHER_CROWD a second fetcher helps until nothing is left to do; one that dies takes nothing of the other's with it. */
static void
test_burst(void **state)
{
	struct buf params = BUF_INIT(1 << 20);

	(void)state;
	buf_puts(&params, "{\"feeds\":[{\"url\":\"http://bad.test/crash\"}");
	for (int i = 0; i < FETCHER_CROWD + 100; i++)
		buf_printf(&params, ",{\"url\":\"http://h%d.test/ok/2/h%d\"}", i, i);
	buf_puts(&params, "]}");
	json_decref(rig_call(&rig, "feed.import", buf_str(&params)));
	buf_free(&params);
	UNTIL(status_number("polls.total") == FETCHER_CROWD + 101);
	UNTIL(status_number("fetcher.processes") == fetchers_here());
	assert_int_equal(count("*"), 2 * (FETCHER_CROWD + 100));
	assert_int_equal(status_number("failing"), 1);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), JOB_CRASHES_MAX);
	assert_int_equal(status_number("fetcher.restarts"), JOB_CRASHES_MAX);
	UNTIL(status_number("fetcher.processes") == 1);
	add("http://after.test/ok/1/after");
	assert_int_equal(status_number("fetcher.processes"), 1);
	assert_int_equal(status_number("fetcher.restarts"), JOB_CRASHES_MAX);
}

/* A few jobs that run on after a burst, or come by and by, do not keep the second fetcher. */
static void
test_burst_over(void **state)
{
	struct buf params = BUF_INIT(1 << 20);

	(void)state;
	add_later("http://first.test/hold");
	UNTIL(rig_jobs(&rig, "http://first.test/") == 1);
	buf_puts(&params, "{\"feeds\":[{\"url\":\"http://h.test/ok/1/h\"}");
	for (int i = 0; i < FETCHER_CROWD + 100; i++)
		buf_printf(&params, ",{\"url\":\"http://h%d.test/ok/1/h%d\"}", i, i);
	buf_puts(&params, "]}");
	json_decref(rig_call(&rig, "feed.import", buf_str(&params)));
	buf_free(&params);
	UNTIL(status_number("polls.total") == FETCHER_CROWD + 101);
	assert_int_equal(status_number("fetcher.processes"), fetchers_here());
	add_later("http://second.test/hold");
	UNTIL(rig_jobs(&rig, "http://second.test/") == 1);
	UNTIL(status_number("fetcher.processes") == 1);
	assert_int_equal(status_number("in_flight"), 2);
}

/* A feed that is asked for goes before all that is due at its host. */
static void
test_urgent(void **state)
{
	struct buf params = BUF_INIT(1 << 20);
	int id;

	(void)state;
	add("http://a.test/ok/1/first");
	buf_puts(&params, "{\"feeds\":[{\"url\":\"http://a.test/hold/0\"}");
	for (int i = 1; i < 40; i++)
		buf_printf(&params, ",{\"url\":\"http://a.test/hold/%d\"}", i);
	buf_puts(&params, "]}");
	json_decref(rig_call(&rig, "feed.import", buf_str(&params)));
	buf_free(&params);
	UNTIL(rig_jobs(&rig, "http://a.test/hold/") == 2);
	id = rig_send(&rig, "feed.add", "{\"url\":\"http://a.test/ok/2/mine\"}");
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	json_decref(rig_answer(&rig, id));
	assert_in_range(rig_jobs(&rig, "http://a.test/hold/"), 2, 4);
}

/* So many that not all may wait in memory at one host: those over the limit come later, others are not kept waiting by them. */
static void
test_crowded_host(void **state)
{
	enum { CROWD = POLL_HOST_WAITING_MAX + 500, OTHERS = 300 };
	struct buf params = BUF_INIT(1 << 20);

	(void)state;
	buf_puts(&params, "{\"feeds\":[{\"url\":\"http://slow.test/hold/first\"}");
	for (int i = 1; i < CROWD; i++)
		buf_printf(&params, ",{\"url\":\"http://slow.test/hold/%d\"}", i);
	for (int i = 0; i < OTHERS; i++)
		buf_printf(&params, ",{\"url\":\"http://h%d.test/ok/1/h%d\"}", i, i);
	buf_puts(&params, "]}");
	json_decref(rig_call(&rig, "feed.import", buf_str(&params)));
	buf_free(&params);
	UNTIL(status_number("polls.ok") == OTHERS);
	assert_in_range(status_number("queued"), POLL_HOST_WAITING_MAX - 2, POLL_HOST_WAITING_MAX);
	/* The others have a later time, and do not look due. */
	assert_in_range(status_number("due"), POLL_HOST_WAITING_MAX, POLL_HOST_WAITING_MAX + 2);
}

static void
test_busy(void **state)
{
	enum { PEERS = ADDS_MAX / CLIENT_CALLS_MAX };
	static struct rig_peer peers[PEERS];
	char line[256];
	json_t *error;

	(void)state;
	for (int i = 0; i < PEERS; i++) {
		rig_peer_open(&rig, &peers[i]);
		for (int j = 0; j < CLIENT_CALLS_MAX; j++) {
			int len = snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.add\",\"params\":"
			    "{\"url\":\"http://p%d.test/hold/%d\"}}", i, j);

			rig_peer_write(&peers[i], line, (size_t)len);
		}
	}
	/* All of them have been taken when their jobs wait or run. */
	UNTIL(status_number("queued") + status_number("in_flight") == ADDS_MAX);
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://more.test/ok/1\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "busy");
	json_decref(error);
	for (int i = 0; i < PEERS; i++)
		rig_peer_close(&peers[i]);
	UNTIL(status_number("clients") == 1);
}

static void
test_busy_refreshes(void **state)
{
	struct rig_peer peer;
	json_t *error;

	(void)state;
	add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_peer_open(&rig, &peer);
	for (int i = 0; i < REFRESHES_MAX; i++) {
		static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.refresh\",\"params\":{\"feeds\":[1]}}";

		rig_peer_write(&peer, line, sizeof line - 1);
	}
	/* The last is refused as soon as the others are under way, and only then. */
	do {
		error = rig_answer(&rig, rig_send(&rig, "feed.refresh", "{\"feeds\":[1],\"wait\":false}"));
		if (json_object_get(error, "error") != NULL)
			break;
		json_decref(error);
	} while (true);
	json_decref(error);
	/* They all end with the one poll that they wait for. */
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	for (int i = 0; i < REFRESHES_MAX; i++) {
		json_t *answer = rig_peer_read(&peer);

		if (json_object_get(answer, "result") != NULL)
			assert_int_equal(json_integer_value(json_object_get(json_object_get(answer, "result"), "new")), 1);
		json_decref(answer);
	}
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	rig_peer_close(&peer);
}

/* --- changes by the user ---------------------------------------------------------------------- */

/* A feed that is removed while it is being fetched is gone, and its answer is nothing to be afraid of. */
static void
test_remove_running(void **state)
{
	static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.refresh\"}";
	struct rig_peer peer;
	json_t *answer;

	(void)state;
	add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, line, sizeof line - 1);
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":1}"));
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	assert_int_equal(status_number("feeds"), 1);
	assert_int_equal(status_number("in_flight"), 0);
	assert_int_equal(count("*"), 1);
	answer = rig_peer_read(&peer);
	assert_non_null(json_object_get(answer, "result"));
	json_decref(answer);
	rig_peer_close(&peer);
}

/* Another interval counts from the last poll, another URL is looked at now, and revives what was gone. */
static void
test_set_times(void **state)
{
	char *before, *after;

	(void)state;
	add("http://a.test/ok/1/a");
	before = feed_text("1", "next_poll", NULL);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"interval\":\"10d\"}}"));
	after = feed_text("1", "next_poll", NULL);
	assert_true(strcmp(before, after) < 0);
	free(after);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"interval\":\"\"}}"));
	after = feed_text("1", "next_poll", NULL);
	assert_true(strcmp(before, after) >= 0);
	free(before);
	free(after);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://b.test/fail/5/410\"}}"));
	UNTIL(status_number("failing") == 1);
	want_feed("1", "health", NULL, "gone");
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://c.test/ok/1/a\"}}"));
	UNTIL(status_number("failing") == 0);
	want_feed("1", "health", NULL, "ok");
	assert_int_equal(count("*"), 1);
}

/* --- manners ------------------------------------------------------------------------------- */

static void
test_retry_after(void **state)
{
	json_t *result, *error;

	(void)state;
	add_later("http://busy.test/retry/7200");
	add("http://fine.test/ok/1/fine");
	UNTIL(status_number("polls.failed") == 1);
	want_feed("1", "health", NULL, "failing");
	want_feed("1", "error", "word", "http-error");
	/* The whole host is left alone: by refreshes, by new feeds, by what is due there. */
	add_later("http://busy.test/ok/1/other");
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://busy.test/ok/1/third\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "busy");
	json_decref(error);
	result = rig_call(&rig, "feed.refresh", "{\"feeds\":[1,3]}");
	assert_int_equal(json_array_size(json_object_get(result, "skipped")), 2);
	assert_int_equal(json_integer_value(json_object_get(result, "polled")), 0);
	json_decref(result);
	assert_int_equal(rig_jobs(&rig, "http://busy.test/"), 1);
	/* A restart forgets nothing of it. */
	rig_end(&rig);
	rig_restart(&rig);
	add("http://fine.test/ok/1/fine2");
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://busy.test/ok/1/third\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "busy");
	json_decref(error);
	assert_int_equal(rig_jobs(&rig, "http://busy.test/"), 1);
}

/* Behind a redirect the host is spared that said so; the feed waits, too, but others of its own host do not. */
static void
test_retry_redirected(void **state)
{
	json_t *result;

	(void)state;
	add_later("http://first.test/retry/7200/http:!!last.test!x");
	UNTIL(status_number("polls.failed") == 1);
	add("http://first.test/ok/1/other");
	result = rig_error(&rig, "feed.add", "{\"url\":\"http://last.test/ok/1/third\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(result, "data"), "word")), "busy");
	json_decref(result);
	result = rig_call(&rig, "feed.refresh", "{\"feeds\":[1]}");
	assert_int_equal(json_array_size(json_object_get(result, "skipped")), 1);
	json_decref(result);
	assert_int_equal(rig_jobs(&rig, "http://last.test/"), 0);
}

static void
test_skipped(void **state)
{
	json_t *result;

	(void)state;
	add("http://a.test/ok/1/a");
	result = rig_call(&rig, "feed.refresh", "{}");
	assert_int_equal(json_integer_value(json_object_get(result, "polled")), 0);
	assert_int_equal(json_array_size(json_object_get(result, "skipped")), 1);
	json_decref(result);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"paused\":true}}"));
	result = rig_call(&rig, "feed.refresh", "{}");
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(result, "skipped"), 0), "reason")), "paused");
	json_decref(result);
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
}

/* By hand, too, a feed that has just failed is not asked again at once. */
static void
test_failed_now(void **state)
{
	json_t *result;

	(void)state;
	add_later("http://bad.test/fail/5/500");
	UNTIL(status_number("polls.failed") == 1);
	result = rig_call(&rig, "feed.refresh", "{\"feeds\":[1]}");
	assert_int_equal(json_array_size(json_object_get(result, "skipped")), 1);
	assert_int_equal(json_integer_value(json_object_get(result, "polled")), 0);
	json_decref(result);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), 1);
}

static void
test_gone(void **state)
{
	(void)state;
	add_later("http://gone.test/fail/5/410");
	UNTIL(status_number("polls.failed") == 1);
	want_feed("1", "health", NULL, "gone");
	want_feed("1", "next_poll", NULL, "");
	/* Asked for by name it is looked at once more. */
	UNTIL(number_in(rig_call(&rig, "feed.refresh", "{\"feeds\":[1]}"), "failed") == 1);
	assert_int_equal(rig_jobs(&rig, "http://gone.test/"), 2);
}

/* A permanent redirect counts when it was seen on two polls. */
static void
test_moved(void **state)
{
	(void)state;
	add("http://old.test/moved/http:!!new.test!ok!1!moved");
	want_feed("1", "url", NULL, "http://old.test/moved/http:!!new.test!ok!1!moved");
	UNTIL(rig_jobs(&rig, "http://new.test/") == 1);
	want_feed("1", "url", NULL, "http://new.test/ok/1/moved");
	want_feed("1", "original_url", NULL, "http://old.test/moved/http:!!new.test!ok!1!moved");
	assert_int_equal(rig_jobs(&rig, "http://old.test/"), 2);
}

/* What happened before is known after a restart, and nothing is polled before its time. */
static void
test_restart(void **state)
{
	(void)state;
	add("http://a.test/ok/3/a");
	json_decref(rig_call(&rig, "item.tag", "{\"ids\":[1],\"add\":[\"starred\"],\"remove\":[\"unread\"]}"));
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			rig_end(&rig);
		else
			rig_kill(&rig);
		rig_restart(&rig);
		assert_int_equal(count("*"), 3);
		assert_int_equal(count("is:unread"), 2);
		assert_int_equal(count("is:starred"), 1);
		/* By when another feed has been fetched, this one would have been, too. */
		add(i == 0 ? "http://b.test/ok/0/b" : "http://c.test/ok/0/c");
		assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	}
}

/* --- a fetcher that fails -------------------------------------------------------------------- */

static const struct { const char *action; const char *why; } breaches[] = {
	{ "garbage", "garbage" }, { "disorder", "entries out of order" }, { "mixed", "an entry of another job" },
	{ "count", "a wrong count" }, { "unknown", "an outcome of no job" }, { "crash", "a crash" }
};

/* Whatever it does, the culprit alone is marked, nothing of it is stored, and all others are fetched. */
static void
test_breaches(void **state)
{
	char params[128], feed[32];

	(void)state;
	for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
		struct buf import = BUF_INIT(1 << 16);
		json_int_t items = count("*");

		buf_puts(&import, "{\"feeds\":[");
		for (int j = 0; j < 12; j++)
			buf_printf(&import, "{\"url\":\"http://good%d.test/ok/2/%s-%d\"},", j, breaches[i].action, j);
		buf_printf(&import, "{\"url\":\"http://bad.test/%s\"}]}", breaches[i].action);
		json_decref(rig_call(&rig, "feed.import", buf_str(&import)));
		buf_free(&import);
		UNTIL(status_number("polls.total") == 13);
		if (count("*") != items + 24 || status_number("failing") != (json_int_t)i + 1)
			fail_msg("%s: %lld entries", breaches[i].why, (long long)count("*"));
		snprintf(feed, sizeof feed, "%zu", (i + 1) * 13);
		want_feed(feed, "health", NULL, "failing");
		want_feed(feed, "error", "word", "crash");
		snprintf(params, sizeof params, "http://bad.test/%s", breaches[i].action);
		assert_int_equal(rig_jobs(&rig, params), JOB_CRASHES_MAX);
		UNTIL(status_number("fetcher.restarts") == JOB_CRASHES_MAX);
		/* The back-off starts over. */
		rig_end(&rig);
		rig_restart(&rig);
	}
}

/* A crash that does not come again harms nobody. */
static void
test_crash_once(void **state)
{
	(void)state;
	add("http://once.test/crash-once");
	assert_int_equal(rig_jobs(&rig, "http://once.test/"), 2);
	assert_int_equal(count("*"), 1);
	assert_int_equal(status_number("failing"), 0);
	rig_remove_file(&rig, "crashed");
	add("http://half.test/half");
	assert_int_equal(rig_jobs(&rig, "http://half.test/"), 2);
	assert_int_equal(count("*"), 3);
}

/* One that says nothing any more is ended, and what it was at is fetched by the next. */
static void
test_hangs(void **state)
{
	char *log;

	(void)state;
	add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_notified(&rig, "STATUS=");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 2);
	log = rig_file(&rig, "log");
	assert_non_null(strstr(log, "gazetted-fetcher ended (it hangs)"));
	free(log);
}

/* A helper that does not go when we do is not waited for. */
static void
test_end_despite_hung(void **state)
{
	(void)state;
	assert_int_equal(kill((pid_t)status_number("fetcher.pid"), SIGSTOP), 0);
	rig_end(&rig);
	rig_restart(&rig);
}

static void
test_add_culprit(void **state)
{
	json_t *error;

	(void)state;
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://bad.test/crash\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "crash");
	json_decref(error);
	assert_int_equal(status_number("feeds"), 0);
}

/* --- a disk that is full ------------------------------------------------------------------------ */

/* No file of the daemon may grow beyond what it has now; then they may again. */
static void
limit_files(rlim_t bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(prlimit(rig.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Ingest stops and says so, readers go on, whoever wants to write is told; it resumes by itself, and nothing is lost or fetched again. */
static void
test_full_disk(void **state)
{
	json_t *result, *error;

	(void)state;
	add("http://a.test/ok/3/a");
	limit_files(1);
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://b.test/ok/4/b\"}");
	/* To SQLite a limit on the size of files is a failure of the disk: "disk-full" is told apart by errno alone. */
	assert_memory_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "disk-f", 6);
	json_decref(error);
	result = rig_call(&rig, "status", "{}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(result, "ingest"), "state")), "stopped");
	assert_non_null(json_object_get(json_object_get(result, "ingest"), "reason"));
	json_decref(result);
	assert_int_equal(count("*"), 3);
	result = rig_call(&rig, "item.list", "{\"query\":\"*\"}");
	assert_int_equal(json_array_size(json_object_get(result, "items")), 3);
	json_decref(result);
	json_decref(rig_error(&rig, "item.tag", "{\"ids\":[1],\"add\":[\"starred\"]}"));
	json_decref(rig_error(&rig, "feed.refresh", "{}"));
	limit_files(RLIM_INFINITY);
	rig_notified(&rig, "storing goes on");
	add("http://b.test/ok/4/b");
	assert_int_equal(count("*"), 7);
}

/* What had arrived but was not stored yet is kept and stored when there is room. */
static void
test_full_disk_keeps(void **state)
{
	(void)state;
	add("http://a.test/ok/3/a");
	add_later("http://b.test/hold");
	UNTIL(rig_jobs(&rig, "http://b.test/") == 1);
	json_decref(rig_call(&rig, "feed.import", "{\"feeds\":[{\"url\":\"http://c.test/hold/1\"},{\"url\":\"http://d.test/hold/2\"}]}"));
	UNTIL(rig_jobs(&rig, "http://d.test/") == 1);
	json_decref(rig_call(&rig, "feed.import", "{\"feeds\":[{\"url\":\"http://go.test/release\"}]}"));
	limit_files(1);
	UNTIL(rig_jobs(&rig, "http://go.test/") == 1);
	limit_files(RLIM_INFINITY);
	UNTIL(status_number("polls.ok") == 5);
	assert_int_equal(count("*"), 7);
	assert_int_equal(rig_jobs(&rig, "http://b.test/") + rig_jobs(&rig, "http://go.test/"), 2);
}

/* --- the process --------------------------------------------------------------------------------- */

static void
test_second(void **state)
{
	char *message;

	(void)state;
	assert_int_equal(rig_refused(&rig, &message), 1);
	assert_non_null(strstr(message, "another gazetted"));
	free(message);
	add("http://a.test/ok/1/a");
	/* One that was killed is in nobody's way. */
	rig_kill(&rig);
	rig_restart(&rig);
	assert_int_equal(count("*"), 1);
}

static void
test_reload(void **state)
{
	(void)state;
	add("http://a.test/ok/1/a");
	rig_write_file(&rig, "gazetted.conf", "min_interval = soon\n");
	assert_int_equal(kill(rig.pid, SIGHUP), 0);
	rig_notified(&rig, "READY=1");
	assert_int_equal(number_in(rig_call(&rig, "feed.refresh", "{}"), "polled"), 0);
	rig_write_file(&rig, "gazetted.conf", QUICK);
	assert_int_equal(kill(rig.pid, SIGHUP), 0);
	rig_notified(&rig, "READY=1");
	UNTIL(number_in(rig_call(&rig, "feed.refresh", "{}"), "polled") == 1);
}

/* A socket of the service manager's is taken, and left where it is at the end; the watchdog is fed. */
static void
test_service(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	(void)state;
	rig_end(&rig);
	snprintf(addr.sun_path, sizeof addr.sun_path, "%.80s/given", rig.dir);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	assert_int_equal(listen(fd, 5), 0);
	memcpy(rig.socket, addr.sun_path, sizeof addr.sun_path);
	rig.adopt = fd;
	setenv("WATCHDOG_USEC", "20000", 1);
	rig_restart(&rig);
	unsetenv("WATCHDOG_USEC");
	rig_notified(&rig, "WATCHDOG=1");
	rig_notified(&rig, "WATCHDOG=1");
	add("http://a.test/ok/1/a");
	rig_end(&rig);
	assert_int_equal(access(addr.sun_path, F_OK), 0);
	rig_notified(&rig, "STOPPING=1");
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_conditional, setup_quick, teardown),
		cmocka_unit_test_setup_teardown(test_page, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_imported_page, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_slow_host, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_burst, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_burst_over, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_urgent, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_crowded_host, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_busy, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_busy_refreshes, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_remove_running, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_set_times, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_retry_after, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_retry_redirected, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_skipped, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_failed_now, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup_quick, teardown),
		cmocka_unit_test_setup_teardown(test_moved, setup_quick, teardown),
		cmocka_unit_test_setup_teardown(test_restart, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_breaches, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_crash_once, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_add_culprit, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_hangs, setup_impatient, teardown),
		cmocka_unit_test_setup_teardown(test_end_despite_hung, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk_keeps, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_second, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_reload, setup_hourly, teardown),
		cmocka_unit_test_setup_teardown(test_service, setup_hourly, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
