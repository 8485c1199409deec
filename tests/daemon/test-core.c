/* Polling, manners, what the user changes meanwhile: a real gazetted with a fetcher that does as it is told. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/core/add.h"
#include "daemon/core/client.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/patience.h"
#include "daemon/core/poll.h"
#include "daemon/core/refresh.h"
#include "daemon/shared/protocol.h"
#include "tests/daemon/rig-ask.h"

static int
setup_quick(void **state)
{
	(void)state;
	rig_start(&rig, ASK_QUICK);
	return 0;
}

/* --- polling ------------------------------------------------------------------------------ */

/* Subscribing costs one fetch, the next one is conditional, and nothing comes twice. */
static void
test_conditional(void **state)
{
	(void)state;
	ask_add("http://a.test/ok/5/tag");
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	assert_int_equal(ask_count("*"), 5);
	UNTIL(rig_jobs(&rig, "http://a.test/ok/5/tag\ttag\t1") >= 1);
	assert_int_equal(rig_jobs(&rig, "http://a.test/ok/5/tag\t-"), 1);
	UNTIL(ask_status("polls.not_modified") >= 1);
	assert_int_equal(ask_count("*"), 5);
	ask_want("a.test", "health", NULL, "ok");
}

/* A page's feed is found with two fetches, and is what is subscribed to; one fetch tells that it is there already. */
static void
test_page(void **state)
{
	json_t *error;

	(void)state;
	ask_add("http://a.test/page/http:!!b.test!ok!2!x");
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	assert_int_equal(rig_jobs(&rig, "http://b.test/"), 1);
	ask_want("b.test", "url", NULL, "http://b.test/ok/2/x");
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
	UNTIL(ask_status("polls.total") >= 3);
	ask_want("1", "url", NULL, "http://b.test/ok/2/x");
	ask_want("1", "health", NULL, "ok");
	/* The second one's is subscribed to by then: that is its error. */
	ask_want("2", "health", NULL, "failing");
	ask_want("2", "error", "word", "not-a-feed");
	ask_want("3", "health", NULL, "ok");
	assert_int_equal(ask_count("*"), 3);
	assert_int_equal(ask_count("tag:t"), 1);
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
	assert_int_equal(ask_number(rig_call(&rig, "feed.import", buf_str(&params)), "added"), 171);
	buf_free(&params);
	UNTIL(ask_status("polls.ok") == 151);
	assert_int_equal(rig_jobs(&rig, "http://slow.test/"), 2);
	assert_int_equal(ask_status("in_flight"), 2);
	assert_int_equal(ask_status("queued"), 18);
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
	UNTIL(ask_status("polls.total") == FETCHER_CROWD + 101);
	UNTIL(ask_status("fetcher.processes") == fetchers_here());
	assert_int_equal(ask_count("*"), 2 * (FETCHER_CROWD + 100));
	assert_int_equal(ask_status("failing"), 1);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), 1);
	assert_int_equal(ask_status("fetcher.restarts"), 1);
	UNTIL(ask_status("fetcher.processes") == 1);
	ask_add("http://after.test/ok/1/after");
	assert_int_equal(ask_status("fetcher.processes"), 1);
	assert_int_equal(ask_status("fetcher.restarts"), 1);
}

/* A few jobs that run on after a burst, or come by and by, do not keep the second fetcher. */
static void
test_burst_over(void **state)
{
	struct buf params = BUF_INIT(1 << 20);

	(void)state;
	ask_add_later("http://first.test/hold");
	UNTIL(rig_jobs(&rig, "http://first.test/") == 1);
	buf_puts(&params, "{\"feeds\":[{\"url\":\"http://h.test/ok/1/h\"}");
	for (int i = 0; i < FETCHER_CROWD + 100; i++)
		buf_printf(&params, ",{\"url\":\"http://h%d.test/ok/1/h%d\"}", i, i);
	buf_puts(&params, "]}");
	json_decref(rig_call(&rig, "feed.import", buf_str(&params)));
	buf_free(&params);
	UNTIL(ask_status("polls.total") == FETCHER_CROWD + 101);
	assert_int_equal(ask_status("fetcher.processes"), fetchers_here());
	ask_add_later("http://second.test/hold");
	UNTIL(rig_jobs(&rig, "http://second.test/") == 1);
	UNTIL(ask_status("fetcher.processes") == 1);
	assert_int_equal(ask_status("in_flight"), 2);
}

/* A feed that is asked for goes before all that is due at its host. */
static void
test_urgent(void **state)
{
	struct buf params = BUF_INIT(1 << 20);
	int id;

	(void)state;
	ask_add("http://a.test/ok/1/first");
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
	UNTIL(ask_status("polls.ok") == OTHERS);
	assert_in_range(ask_status("queued"), POLL_HOST_WAITING_MAX - 2, POLL_HOST_WAITING_MAX);
	/* The others have a later time, and do not look due. */
	assert_in_range(ask_status("due"), POLL_HOST_WAITING_MAX, POLL_HOST_WAITING_MAX + 2);
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
	UNTIL_EVERY(2 * PATIENCE_EASE_MS, ask_status("queued") + ask_status("in_flight") == ADDS_MAX);
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://more.test/ok/1\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "busy");
	json_decref(error);
	for (int i = 0; i < PEERS; i++)
		rig_peer_close(&peers[i]);
	UNTIL(ask_status("clients") == 1);
}

/* How many feeds a page has; *after as in the answer, 0 if there is none. */
static size_t
page_of(const char *params, json_int_t *after)
{
	json_t *answer = rig_call(&rig, "feed.list", params);
	size_t count = json_array_size(json_object_get(answer, "feeds"));

	*after = json_integer_value(json_object_get(answer, "after"));
	json_decref(answer);
	return count;
}

static void
check_pages(json_int_t feeds)
{
	json_int_t after;
	char params[64];

	assert_int_equal(page_of("{}", &after), PROTOCOL_PAGE_MAX);
	assert_int_equal(after, PROTOCOL_PAGE_MAX);
	snprintf(params, sizeof params, "{\"after\":%d}", (int)feeds - 2);
	assert_int_equal(page_of(params, &after), 2);
	assert_int_equal(after, 0);
	assert_int_equal(page_of("{\"feeds\":[9,5,7],\"limit\":2}", &after), 2);
	assert_int_equal(after, 7);
	assert_int_equal(page_of("{\"feeds\":[9,5,7],\"limit\":2,\"after\":7}", &after), 1);
	assert_int_equal(after, 0);
	assert_int_equal(page_of("{\"feeds\":[9,5,7],\"limit\":3}", &after), 3);
	assert_int_equal(after, 0);
}

/* So many feeds that refreshes of all of them are too much together, and each alone is not. */
static void
test_large_refreshes(void **state)
{
	enum { FEEDS = 20000 };
	json_t *feeds = json_array(), *params = json_pack("{s:o}", "feeds", feeds), *answer;
	char *text;
	int started = 0;

	(void)state;
	for (int i = 0; i < FEEDS; i++)
		json_array_append_new(feeds, json_pack("{s:o}", "url", json_sprintf("http://a.test/hold/%d", i)));
	text = json_dumps(params, JSON_COMPACT);
	answer = rig_call(&rig, "feed.import", text);
	assert_int_equal(json_integer_value(json_object_get(answer, "added")), FEEDS);
	json_decref(answer);
	json_decref(params);
	free(text);
	check_pages(FEEDS);
	for (;; started++) {
		answer = rig_answer(&rig, rig_send(&rig, "feed.refresh", "{\"wait\":false}"));
		if (json_object_get(answer, "error") != NULL)
			break;
		json_decref(answer);
	}
	json_decref(answer);
	assert_int_equal(started, REFRESH_FEEDS_MAX / FEEDS);
	assert_true(started < REFRESHES_MAX);
}

static void
test_busy_refreshes(void **state)
{
	struct rig_peer peer;
	json_t *error;
	int told = 0, own = 0;
	bool refused;

	(void)state;
	ask_add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_peer_open(&rig, &peer);
	for (int i = 0; i < REFRESHES_MAX; i++) {
		static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.refresh\",\"params\":{\"feeds\":[1]}}";

		rig_peer_write(&peer, line, sizeof line - 1);
	}
	/* The last is refused as soon as the others are under way, and only then: until then these are some of them. */
	do {
		usleep(2 * PATIENCE_EASE_MS * 1000);
		error = rig_answer(&rig, rig_send(&rig, "feed.refresh", "{\"feeds\":[1],\"wait\":false}"));
		refused = json_object_get(error, "error") != NULL;
		own += !refused;
		json_decref(error);
	} while (!refused);
	/* Those that were under way end with the one poll that they wait for; others, whose turn came later, are refused, or too late. */
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	for (int i = 0; i < REFRESHES_MAX; i++) {
		json_t *answer = rig_peer_read(&peer);

		told += json_integer_value(json_object_get(json_object_get(answer, "result"), "new")) == 1;
		json_decref(answer);
	}
	assert_in_range(told, REFRESHES_MAX - own, REFRESHES_MAX);
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
	ask_add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, line, sizeof line - 1);
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":1}"));
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	assert_int_equal(ask_status("feeds"), 1);
	assert_int_equal(ask_status("in_flight"), 0);
	assert_int_equal(ask_count("*"), 1);
	answer = rig_peer_read(&peer);
	assert_non_null(json_object_get(answer, "result"));
	json_decref(answer);
	rig_peer_close(&peer);
}

/* What the old URL says, however late, is not said of the new one. */
static void
test_set_running(void **state)
{
	(void)state;
	ask_add_later("http://old.test/hold");
	UNTIL(rig_jobs(&rig, "http://old.test/") == 1);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://new.test/ok/2/new\"}}"));
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://go.test/release\"}"));
	UNTIL(rig_jobs(&rig, "http://new.test/ok/2/new\t-") == 1);
	UNTIL(ask_count("feed:1") == 2);
	ask_want("1", "health", NULL, "ok");
}

/* Another interval counts from the last poll, another URL is looked at now, and revives what was gone. */
static void
test_set_times(void **state)
{
	char *before, *after;

	(void)state;
	ask_add("http://a.test/ok/1/a");
	before = ask_feed("1", "next_poll", NULL);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"interval\":\"10d\"}}"));
	after = ask_feed("1", "next_poll", NULL);
	assert_true(strcmp(before, after) < 0);
	free(after);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"interval\":\"\"}}"));
	after = ask_feed("1", "next_poll", NULL);
	assert_true(strcmp(before, after) >= 0);
	free(before);
	free(after);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://b.test/fail/5/410\"}}"));
	UNTIL(ask_status("failing") == 1);
	ask_want("1", "health", NULL, "failing");
	ask_want("1", "next_poll_reason", NULL, "the server says it is gone (410), and is asked once more after 1 d");
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://c.test/ok/1/a\"}}"));
	UNTIL(ask_status("failing") == 0);
	ask_want("1", "health", NULL, "ok");
	assert_int_equal(ask_count("*"), 1);
}

/* --- manners ------------------------------------------------------------------------------- */

static void
test_retry_after(void **state)
{
	json_t *result, *error;

	(void)state;
	ask_add_later("http://busy.test/retry/7200");
	ask_add("http://fine.test/ok/1/fine");
	UNTIL(ask_status("polls.failed") == 1);
	ask_want("1", "health", NULL, "failing");
	ask_want("1", "error", "word", "http-error");
	/* The whole host is left alone: by refreshes, by new feeds, by what is due there. */
	ask_add_later("http://busy.test/ok/1/other");
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
	ask_add("http://fine.test/ok/1/fine2");
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
	ask_add_later("http://first.test/retry/7200/http:!!last.test!x");
	UNTIL(ask_status("polls.failed") == 1);
	ask_add("http://first.test/ok/1/other");
	result = rig_error(&rig, "feed.add", "{\"url\":\"http://last.test/ok/1/third\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(result, "data"), "word")), "busy");
	json_decref(result);
	result = rig_call(&rig, "feed.refresh", "{\"feeds\":[1]}");
	assert_int_equal(json_array_size(json_object_get(result, "skipped")), 1);
	json_decref(result);
	/* Nor is it forgotten, which host it was; nor one that a new feed met. */
	json_decref(rig_error(&rig, "feed.add", "{\"url\":\"http://new.test/retry/7200\"}"));
	rig_end(&rig);
	rig_restart(&rig);
	ask_add("http://first.test/ok/1/third");
	for (size_t i = 0; i < 2; i++) {
		static const char *const busy[] = { "{\"url\":\"http://last.test/ok/1/a\"}", "{\"url\":\"http://new.test/ok/1/a\"}" };

		result = rig_error(&rig, "feed.add", busy[i]);
		assert_string_equal(json_string_value(json_object_get(json_object_get(result, "data"), "word")), "busy");
		json_decref(result);
	}
	assert_int_equal(rig_jobs(&rig, "http://last.test/"), 0);
}

/* Feeds that are known to end at such a host wait too, wherever they begin. */
static void
test_retry_behind(void **state)
{
	int jobs, others;

	(void)state;
	ask_add("http://first.test/via/http:!!last.test!ok!1!x");
	ask_add("http://fine.test/ok/1/fine");
	UNTIL(rig_jobs(&rig, "http://first.test/") >= 2);
	ask_add_later("http://last.test/retry/7200");
	UNTIL(ask_status("polls.failed") == 1);
	/* One may have been on its way. */
	others = (int)rig_jobs(&rig, "http://fine.test/");
	UNTIL((int)rig_jobs(&rig, "http://fine.test/") > others + 1);
	jobs = (int)rig_jobs(&rig, "http://first.test/");
	others = (int)rig_jobs(&rig, "http://fine.test/");
	UNTIL((int)rig_jobs(&rig, "http://fine.test/") > others + 2);
	assert_int_equal(rig_jobs(&rig, "http://first.test/"), jobs);
}

static void
test_skipped(void **state)
{
	json_t *result;

	(void)state;
	ask_add("http://a.test/ok/1/a");
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
	ask_add_later("http://bad.test/fail/5/500");
	UNTIL(ask_status("polls.failed") == 1);
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
	ask_add_later("http://gone.test/fail/5/410");
	/* It is asked once more, to be sure. */
	UNTIL(ask_status("polls.failed") == 2);
	ask_want("1", "health", NULL, "gone");
	ask_want("1", "next_poll", NULL, "");
	ask_want("1", "next_poll_reason", NULL, "the server says it is gone for good (410)");
	assert_int_equal(ask_status("gone"), 1);
	/* Asked for by name it is looked at again, and is as gone as before. */
	UNTIL(ask_number(rig_call(&rig, "feed.refresh", "{\"feeds\":[1]}"), "failed") == 1);
	assert_int_equal(rig_jobs(&rig, "http://gone.test/"), 3);
	ask_want("1", "health", NULL, "gone");
	/* What the user resumes is asked, too. */
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"paused\":false}}"));
	UNTIL(rig_jobs(&rig, "http://gone.test/") == 4 && ask_status("gone") == 1);
	/* Another URL has to say so twice again. */
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://left.test/fail/5/410\"}}"));
	UNTIL(rig_jobs(&rig, "http://left.test/") == 2 && ask_status("gone") == 1);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://c.test/ok/1/a\"}}"));
	UNTIL(ask_count("*") == 1);
	ask_want("1", "health", NULL, "ok");
}

/* A permanent redirect counts when it was seen on two polls. */
static void
test_moved(void **state)
{
	(void)state;
	ask_add("http://old.test/moved/http:!!new.test!ok!1!moved");
	ask_want("1", "url", NULL, "http://old.test/moved/http:!!new.test!ok!1!moved");
	UNTIL(rig_jobs(&rig, "http://new.test/") == 1);
	ask_want("1", "url", NULL, "http://new.test/ok/1/moved");
	ask_want("1", "original_url", NULL, "http://old.test/moved/http:!!new.test!ok!1!moved");
	assert_int_equal(rig_jobs(&rig, "http://old.test/"), 2);
}

/* What happened before is known after a restart, and nothing is polled before its time. */
static void
test_restart(void **state)
{
	(void)state;
	ask_add("http://a.test/ok/3/a");
	json_decref(rig_call(&rig, "item.tag", "{\"ids\":[1],\"add\":[\"starred\"],\"remove\":[\"unread\"]}"));
	for (int i = 0; i < 2; i++) {
		if (i == 0)
			rig_end(&rig);
		else
			rig_kill(&rig);
		rig_restart(&rig);
		assert_int_equal(ask_count("*"), 3);
		assert_int_equal(ask_count("is:unread"), 2);
		assert_int_equal(ask_count("is:starred"), 1);
		/* By when another feed has been fetched, this one would have been, too. */
		ask_add(i == 0 ? "http://b.test/ok/0/b" : "http://c.test/ok/0/c");
		assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_conditional, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_page, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_imported_page, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_slow_host, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_burst, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_burst_over, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_urgent, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_crowded_host, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_busy, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_large_refreshes, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_busy_refreshes, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_remove_running, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_set_running, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_set_times, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_retry_after, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_retry_redirected, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_retry_behind, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_skipped, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_failed_now, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_moved, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_restart, ask_setup_hourly, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
