/* A fetcher that crashes, hangs, grows or says what it may not: a real gazetted with a fetcher that does as it is told. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/poll.h"
#include "daemon/core/schedule.h"
#include "tests/daemon/rig-ask.h"

static int
setup_quick(void **state)
{
	(void)state;
	rig_start(&rig, ASK_QUICK);
	return 0;
}

static int
setup_impatient(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\ntimeout = 100ms\n");
	return 0;
}

/* --- a fetcher that fails -------------------------------------------------------------------- */

/*
 * How often the culprit is fetched at most: at once it is known by what it was in the middle of saying, by the mark, or by being the
 * only one there; else it is looked for.
 */
enum { KNOWN = 1, SOUGHT = JOB_LOST_ALONE + 1 };
static const struct { const char *action; int fetches; const char *message; } faults[] = {
	{ "garbage", SOUGHT, "broke the protocol: a record of an unknown type" },
	{ "disorder", KNOWN, "broke the protocol: entries out of order" },
	{ "mixed", KNOWN, "broke the protocol: an entry of a job that is not its turn" },
	{ "count", KNOWN, "broke the protocol: another number of entries than announced" },
	{ "unknown", SOUGHT, "broke the protocol: the outcome of a job that is not its turn" },
	{ "huge", SOUGHT, "broke its channel: a frame of 4294967295 bytes" },
	{ "crashed", SOUGHT, "broke the protocol: done: outcome is too great a number" },
	{ "text", KNOWN, "broke the protocol: entry: html is not UTF-8" },
	{ "long", KNOWN, "broke the protocol: entry: guid is too long" },
	{ "kind", KNOWN, "broke the protocol: entry: guid is no text" },
	{ "feed", KNOWN, "broke the protocol: a feed of a job that is not its turn" },
	{ "crash", KNOWN, "ended by signal 11, Segmentation fault" },
	{ "crash-idle", SOUGHT, "ended by signal 11, Segmentation fault" },
	{ "crash-other", SOUGHT, "ended by signal 11, Segmentation fault" },
	{ "exit", KNOWN, "ended with exit status 3" },
	{ "memory", KNOWN, "ran out of its memory of 64M" },
};

static void
import_with_good(const char *tag, const char *bad)
{
	struct buf import = BUF_INIT(1 << 16);

	buf_puts(&import, "{\"feeds\":[");
	for (int i = 0; i < 12; i++)
		buf_printf(&import, "{\"url\":\"http://good%d.test/ok/2/%s-%d\"},", i, tag, i);
	buf_printf(&import, "{\"url\":\"http://bad.test/%s\"}]}", bad);
	json_decref(rig_call(&rig, "feed.import", buf_str(&import)));
	buf_free(&import);
}

/* Whatever it does, the culprit alone is marked, nothing of it is stored, and all others are fetched. */
static void
test_faults(void **state)
{
	char text[256], feed[32];
	int fetches;

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		json_int_t items = ask_count("*");

		import_with_good(faults[i].action, faults[i].action);
		UNTIL(ask_status("polls.total") == 13);
		if (ask_count("*") != items + 24 || ask_status("failing") != (json_int_t)i + 1)
			fail_msg("%s: %lld entries", faults[i].action, (long long)ask_count("*"));
		snprintf(feed, sizeof feed, "%zu", (i + 1) * 13);
		ask_want(feed, "health", NULL, "failing");
		ask_want(feed, "error", "word", "crash");
		snprintf(text, sizeof text, "the fetcher %s while it was at this feed", faults[i].message);
		ask_want(feed, "error", "message", text);
		snprintf(text, sizeof text, "http://bad.test/%s\t", faults[i].action);
		fetches = rig_jobs(&rig, text);
		if (fetches < KNOWN || fetches > faults[i].fetches)
			fail_msg("%s: fetched %d times", faults[i].action, fetches);
		UNTIL(ask_status("fetcher.restarts") == fetches);
		/* The back-off starts over. */
		rig_end(&rig);
		rig_restart(&rig);
	}
}

/* While it waits for one feed alone, that feed is to blame, the first time. */
static void
test_crash_alone(void **state)
{
	(void)state;
	ask_add_later("http://alone.test/hold");
	UNTIL(rig_jobs(&rig, "http://alone.test/") == 1);
	assert_int_equal(kill((pid_t)ask_status("fetcher.pid"), SIGSEGV), 0);
	UNTIL(ask_status("failing") == 1);
	ask_want("1", "error", "word", "crash");
	ask_want("1", "error", "message", "the fetcher ended by signal 11, Segmentation fault while it was at this feed");
	assert_int_equal(rig_jobs(&rig, "http://alone.test/"), 1);
}

/* Killed from outside, nobody did anything. */
static void
test_killed_once(void **state)
{
	(void)state;
	ask_add("http://once.test/kill-once");
	assert_int_equal(rig_jobs(&rig, "http://once.test/"), 2);
	assert_int_equal(ask_count("*"), 1);
	assert_int_equal(ask_status("failing"), 0);
	rig_remove_file(&rig, "killed");
	ask_add("http://half.test/kill-half");
	assert_int_equal(rig_jobs(&rig, "http://half.test/"), 2);
	assert_int_equal(ask_count("*"), 3);
}

/* But not for ever; and meanwhile all others go on. */
static void
test_killed_always(void **state)
{
	(void)state;
	import_with_good("a", "kill");
	UNTIL(ask_status("polls.ok") == 12);
	UNTIL(ask_status("failing") == 1);
	ask_want("13", "error", "word", "crash");
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), JOB_LOST_MAX);
	assert_int_equal(rig_jobs(&rig, "http://good0.test/"), 1);
}

/* What a fetcher had said in full before it died is not asked for again, whatever its mark says. */
static void
test_answered(void **state)
{
	(void)state;
	ask_add("http://a.test/answered");
	UNTIL(ask_status("fetcher.restarts") == 1);
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 1);
	assert_int_equal(ask_count("*"), 1);
	assert_int_equal(ask_status("failing"), 0);
}

static bool
logged(const char *text)
{
	char *log = rig_file(&rig, "log");
	bool found = strstr(log, text) != NULL;

	free(log);
	return found;
}

/* One that cannot even start is tried ever more slowly, and no feed is to blame. */
static void
test_no_start(void **state)
{
	(void)state;
	rig_write_file(&rig, "no-start", "");
	ask_add_later("http://a.test/kill-once");
	UNTIL(logged("starting it again in 100 ms") && logged("in 200 ms") && logged("in 400 ms") && logged("in 800 ms"));
	rig_remove_file(&rig, "no-start");
	UNTIL(ask_status("polls.ok") == 1);
	assert_int_equal(ask_status("failing"), 0);
	assert_int_equal(rig_jobs(&rig, "http://a.test/"), 2);
}

/* One that says nothing any more is ended: nobody knows why if it had nothing in its hands and waited for several, else it was that. */
static void
test_hangs(void **state)
{
	(void)state;
	ask_add_later("http://a.test/hold");
	ask_add_later("http://b.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 1);
	rig_notified(&rig, "STATUS=");
	UNTIL(rig_jobs(&rig, "http://a.test/") == 2);
	assert_true(logged("gazetted-fetcher did not answer for 15100ms; starting it again"));
}

static void
test_stops(void **state)
{
	(void)state;
	ask_add_later("http://a.test/stop");
	UNTIL(ask_status("failing") == 1);
	ask_want("1", "error", "word", "crash");
	ask_want("1", "error", "message", "the fetcher did not answer for 15100ms while it was at this feed");
}

static void
test_add_culprit(void **state)
{
	json_t *error;

	(void)state;
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://bad.test/crash\"}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "crash");
	json_decref(error);
	assert_int_equal(ask_status("feeds"), 0);
}

/* What crashes the fetcher time after time is left alone, until somebody asks; all others go on. */
static void
test_quarantine(void **state)
{
	(void)state;
	ask_add("http://good.test/ok/1/good");
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://bad.test/crash\",\"wait\":false}"));
	UNTIL(ask_status("quarantined") == 1);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), SCHEDULE_CRASHES_MAX);
	ask_want("2", "health", NULL, "quarantined");
	ask_want("2", "next_poll", NULL, "");
	ask_want("2", "error", "message", "the fetcher ended by signal 11, Segmentation fault while it was at this feed");
	/* A refresh of all leaves it alone; by name it is tried once. */
	UNTIL(ask_number(rig_call(&rig, "feed.refresh", "{}"), "polled") == 1);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), SCHEDULE_CRASHES_MAX);
	UNTIL(ask_number(rig_call(&rig, "feed.refresh", "{\"feeds\":[2]}"), "failed") == 1);
	assert_int_equal(rig_jobs(&rig, "http://bad.test/"), SCHEDULE_CRASHES_MAX + 1);
	assert_int_equal(ask_status("quarantined"), 1);
	/* Not by a restart either: it is the same version. */
	rig_end(&rig);
	rig_restart(&rig);
	assert_int_equal(ask_status("quarantined"), 1);
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":2,\"set\":{\"paused\":false}}"));
	UNTIL(rig_jobs(&rig, "http://bad.test/") == SCHEDULE_CRASHES_MAX + 2);
	UNTIL(ask_status("quarantined") == 1);
	/* Somewhere else it is well. */
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":2,\"set\":{\"url\":\"http://bad.test/ok/1/well\"}}"));
	UNTIL(ask_status("failing") == 0);
	assert_int_equal(ask_status("quarantined"), 0);
	assert_int_equal(ask_count("*"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_faults, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_crash_alone, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_killed_once, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_killed_always, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_answered, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_no_start, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_add_culprit, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_hangs, setup_impatient, ask_teardown),
		cmocka_unit_test_setup_teardown(test_stops, setup_impatient, ask_teardown),
		cmocka_unit_test_setup_teardown(test_quarantine, setup_quick, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
