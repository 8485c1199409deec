/*
 * Marks of many entries: others are served meanwhile and see all of one or nothing. The daemon stands still while requests are written
 * to it, so that all of them are there when it goes on: then no answer depends on how fast anybody is.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/daemon/rig-ask.h"

enum { FEED_ENTRIES = 6000, FEEDS = 2, ENTRIES = FEED_ENTRIES * FEEDS, LINE_BYTES = 256 };

#define REQUEST(method, params) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":" params "}"
#define READ_ALL REQUEST("item.tag", "{\"query\":\"is:unread\",\"remove\":[\"unread\"]}")
#define STAR_ONE REQUEST("item.tag", "{\"ids\":[1],\"add\":[\"starred\"]}")
#define UNDO REQUEST("undo", "{}")
#define COUNT REQUEST("item.count", "{\"queries\":[\"is:unread\"]}")
#define SEARCH REQUEST("search.add", "{\"name\":\"name\",\"query\":\"is:unread\"}")
#define REFRESH REQUEST("feed.refresh", "{\"feeds\":[1]}")

/* Connections in order: one that is heard before, the one that marks, one that is heard after. */
enum { BEFORE, MARKER, AFTER, PEERS };

static struct rig_peer peers[PEERS];

static int
setup(void **state)
{
	if (ask_setup_hourly(state) != 0)
		return -1;
	for (int feed = 0; feed < FEEDS; feed++) {
		char url[LINE_BYTES];

		snprintf(url, sizeof url, "http://h%d.test/ok/%d/tag%d", feed, FEED_ENTRIES, feed);
		ask_add(url);
	}
	assert_int_equal(ask_count("is:unread"), ENTRIES);
	for (int peer = 0; peer < PEERS; peer++)
		rig_peer_open(&rig, &peers[peer]);
	return 0;
}

static int
teardown(void **state)
{
	for (int peer = 0; peer < PEERS; peer++)
		rig_peer_close(&peers[peer]);
	return ask_teardown(state);
}

static void
stand_still(bool still)
{
	assert_int_equal(kill(rig.pid, still ? SIGSTOP : SIGCONT), 0);
}

static void
ask(int peer, const char *line)
{
	rig_peer_write(&peers[peer], line, strlen(line));
}

/* The number of the next answer: that of the first count, else this member. */
static json_int_t
told(int peer, const char *member)
{
	json_t *answer = rig_peer_read(&peers[peer]), *result = json_object_get(answer, "result");
	const json_t *counts = json_object_get(result, "counts");
	json_int_t number = json_integer_value(counts != NULL ? json_array_get(counts, 0) : json_object_get(result, member));

	if (result == NULL)
		fail_msg("%s", json_dumps(answer, JSON_COMPACT));
	json_decref(answer);
	return number;
}

/* Both see what was before: it has not come to its end when they are served. Who asked for it sees what it has changed. */
static void
test_served(void **state)
{
	static const struct { const char *mark; json_int_t before, after; } rows[] = {
		{ READ_ALL, ENTRIES, 0 }, { UNDO, 0, ENTRIES }, { READ_ALL, ENTRIES, 0 },
	};

	(void)state;
	for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
		stand_still(true);
		ask(BEFORE, COUNT);
		ask(MARKER, rows[row].mark);
		ask(MARKER, COUNT);
		ask(AFTER, COUNT);
		stand_still(false);
		assert_int_equal(told(BEFORE, NULL), rows[row].before);
		assert_int_equal(told(AFTER, NULL), rows[row].before);
		assert_int_equal(told(MARKER, "changed"), ENTRIES);
		assert_int_equal(told(MARKER, NULL), rows[row].after);
		assert_int_equal(ask_count("is:unread"), rows[row].after);
	}
}

/* Marks come one after the other, each whole; so do other changes, and what feeds bring comes after them. */
static void
test_in_turn(void **state)
{
	json_int_t seq;

	(void)state;
	stand_still(true);
	ask(MARKER, READ_ALL);
	ask(AFTER, STAR_ONE);
	ask(AFTER, SEARCH);
	stand_still(false);
	seq = told(MARKER, "seq");
	assert_true(told(AFTER, "seq") != seq);
	told(AFTER, NULL);
	assert_int_equal(ask_count("is:unread"), 0);
	stand_still(true);
	ask(BEFORE, UNDO);
	ask(MARKER, UNDO);
	stand_still(false);
	assert_int_equal(told(BEFORE, "changed") + told(MARKER, "changed"), ENTRIES + 1);
	assert_int_equal(ask_count("is:unread"), ENTRIES);
	assert_int_equal(ask_count("is:starred"), 0);
	stand_still(true);
	ask(MARKER, READ_ALL);
	ask(AFTER, REFRESH);
	stand_still(false);
	assert_int_equal(told(MARKER, "changed"), ENTRIES);
	told(AFTER, NULL);
	assert_int_equal(ask_count("is:unread"), 0);
	/* new ones come as ever */
	ask_add("http://other.test/ok/3/other");
	assert_int_equal(ask_count("is:unread"), 3);
}

/* Who has asked and gone has asked. */
static void
test_gone(void **state)
{
	struct rig_peer peer;

	(void)state;
	rig_peer_open(&rig, &peer);
	stand_still(true);
	rig_peer_write(&peer, READ_ALL, strlen(READ_ALL));
	rig_peer_close(&peer);
	stand_still(false);
	UNTIL(ask_count("is:unread") == 0);
	assert_int_equal(ask_number(rig_call(&rig, "undo", "{}"), "changed"), ENTRIES);
}

static void
begin_to_mark(void)
{
	stand_still(true);
	ask(MARKER, READ_ALL);
	ask(AFTER, COUNT);
	stand_still(false);
	assert_int_equal(told(AFTER, NULL), ENTRIES);
}

/* The daemon has stopped over the mark: what it has said is true of it. Then all is unread again, and there are new connections. */
static void
check_stopped(void)
{
	json_t *answer;

	rig_end(&rig);
	answer = rig_peer_read(&peers[MARKER]);
	rig_restart(&rig);
	assert_int_equal(ask_count("is:unread"), json_object_get(answer, "result") != NULL ? 0 : ENTRIES);
	json_decref(answer);
	json_decref(rig_call(&rig, "item.tag", "{\"query\":\"*\",\"add\":[\"unread\"]}"));
	for (int peer = 0; peer < PEERS; peer++) {
		rig_peer_close(&peers[peer]);
		rig_peer_open(&rig, &peers[peer]);
	}
}

/* A daemon that stops or dies over it has marked all or nothing; one that stops says which. */
static void
test_ends(void **state)
{
	json_int_t left;

	(void)state;
	begin_to_mark();
	check_stopped();
	/* another change does the rest of it in the last round of the loop */
	begin_to_mark();
	stand_still(true);
	ask(AFTER, SEARCH);
	assert_int_equal(kill(rig.pid, SIGTERM), 0);
	stand_still(false);
	check_stopped();
	ask(MARKER, READ_ALL);
	rig_kill(&rig);
	rig_restart(&rig);
	left = ask_count("is:unread");
	assert_true(left == 0 || left == ENTRIES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_served, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_turn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
