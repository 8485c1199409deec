/* How gently and how evenly feeds are polled: the pure parts as rows, and the daemon as a whole with a fake fetcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/core/slots.h"
#include "daemon/core/spread.h"
#include "daemon/core/turns.h"
#include "tests/daemon/rig-ask.h"

/* --- spread ------------------------------------------------------------------------- */

static const struct {
	int64_t	 min_interval_s, total, taken, now_ms, room, when_ms;
} spreads[] = {
	/* nothing, one: at once */
	{ 3600, 0, 0, 0, 0, INT64_MAX },
	{ 3600, 1, 0, 0, 1, 0 },
	{ 3600, 1, 1, 0, 0, INT64_MAX },
	/* two: one now, one when ten minutes are over */
	{ 3600, 2, 0, 0, 1, 0 },
	{ 3600, 2, 1, 599999, 0, 600000 },
	{ 3600, 2, 1, 600000, 1, 600000 },
	{ 3600, 2, 2, 700000, 0, INT64_MAX },
	/* a hundred and one: one every six seconds; who is late makes up for it */
	{ 3600, 101, 1, 5999, 0, 6000 },
	{ 3600, 101, 1, 6000, 1, 6000 },
	{ 3600, 101, 1, 60000, 10, 6000 },
	{ 3600, 101, 50, 600000, 51, 300000 },
	/* a million: 1,666 a second */
	{ 3600, 1000000, 0, 1000, 1667, 0 },
	{ 3600, 1000000, 1667, 1000, 0, 1001 },
	/* a quarter of min_interval, if that is less; none of it */
	{ 4, 3, 1, 499, 0, 500 },
	{ 4, 3, 1, 500, 1, 500 },
	{ 4, 3, 1, 1000, 2, 500 },
	{ 0, 3, 0, 0, 3, 0 },
	{ 86400, 2, 1, 599999, 0, 600000 },
};

static void
test_spread(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spreads / sizeof spreads[0]; i++) {
		enum { BEGUN = 5000 };
		struct spread spread;
		int64_t room, when;

		spread_begin(&spread, BEGUN, spreads[i].min_interval_s);
		spread.total = spreads[i].total;
		spread.taken = spreads[i].taken;
		room = spread_room(&spread, BEGUN + spreads[i].now_ms);
		when = spread_when(&spread);
		if (room != spreads[i].room || when != (spreads[i].when_ms == INT64_MAX ? INT64_MAX : BEGUN + spreads[i].when_ms))
			fail_msg("row %zu: room for %lld, next at %lld", i, (long long)room, (long long)(when - BEGUN));
	}
}

/* Looked at whenever it says: all come, evenly, none before its time. */
static void
test_spread_walk(void **state)
{
	enum { TOTAL = 777 };
	struct spread spread;
	int64_t now = 0;

	(void)state;
	spread_begin(&spread, 0, 3600);
	spread.total = TOTAL;
	for (int i = 0; i < TOTAL; i++) {
		assert_true(spread_when(&spread) >= now);
		now = spread_when(&spread);
		assert_int_equal(spread_room(&spread, now), 1);
		if (now > 0)
			assert_int_equal(spread_room(&spread, now - 1), 0);
		spread.taken++;
	}
	assert_int_equal(now, SPREAD_MAX_MS);
}

/* --- slots ------------------------------------------------------------------------------- */

/* "+a": a takes a slot, "*a" as one of a slow host, "-a" leaves; "t500" it is 500 ms; "!a" a has become slow, "!." none has; "l3" the lanes
 * with room; "w700" when one may become slow, "w-" never. */
static const struct { size_t most; const char *steps; } slot_rows[] = {
	{ 2, "l3 w- +a l3 w5000 t1 +b l2 -a l3 w5001 -b w-" },
	{ 2, "+a +b l2 t4999 !. t5000 !a !b l1 !. w- -a l3 -b" },
	{ 2, "+a t1000 +b t5000 !a !. l3 +c l2 w6000 t6000 !b l1 !. w- t10000 !. -a w10000 !c l1 -b -c l3" },
	{ 1, "*a l1 +b l0 t9000 !. w- -a l2 w5000 !b l1 -b" },
	{ 3, "+a +b +c -b t5000 !a !c !. -a -c l3 -c l3 w-" },
};

static void
slot_step(struct slots *slots, struct slot held[26], int64_t *now, const char *text, const char *where)
{
	struct slot *slot = text[1] >= 'a' && text[1] <= 'z' ? &held[text[1] - 'a'] : NULL, *aged;
	int64_t when;

	switch (text[0]) {
	case '+': slots_take(slots, slot, false, *now); break;
	case '*': slots_take(slots, slot, true, *now); break;
	case '-': slots_leave(slots, slot); break;
	case 't': *now = strtoll(text + 1, NULL, 10); break;
	case 'l':
		if (slots_lanes(slots) != strtoul(text + 1, NULL, 10))
			fail_msg("%s: lanes are %u", where, slots_lanes(slots));
		break;
	case '!':
		aged = slots_age(slots, *now);
		if (aged != slot)
			fail_msg("%s: %c has become slow", where, aged == NULL ? '.' : (char)('a' + (aged - held)));
		break;
	default:
		when = slots_when(slots);
		if (when != (text[1] == '-' ? HOST_NEVER : strtoll(text + 1, NULL, 10)))
			fail_msg("%s: when is %lld", where, (long long)when);
	}
}

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof slot_rows / sizeof slot_rows[0]; i++) {
		struct slots slots = { .most = slot_rows[i].most };
		struct slot held[26] = { { .taken = false } };
		char *steps = strdup(slot_rows[i].steps), *rest = steps, *text, where[64];
		int64_t now = 0;

		while ((text = strsep(&rest, " ")) != NULL) {
			snprintf(where, sizeof where, "row %zu at %s", i, text);
			slot_step(&slots, held, &now, text, where);
		}
		free(steps);
	}
}

static void
test_slow(void **state)
{
	struct slots slots = { .most = 1 };
	struct slot slot = { .taken = false };

	(void)state;
	assert_false(slots_is_slow(&slot, 100000));
	slots_take(&slots, &slot, true, 1000);
	assert_false(slots_is_slow(&slot, 999 + SLOTS_SLOW_MS));
	assert_true(slots_is_slow(&slot, 1000 + SLOTS_SLOW_MS));
}

/* --- turns ------------------------------------------------------------------------------ */

static void
turn(struct turns *turns, int64_t from_us, int64_t took_us)
{
	turns_begin(turns, from_us, from_us / 2);
	turns_end(turns, from_us + took_us, (from_us + took_us) / 2);
}

static void
test_turns(void **state)
{
	struct turns turns = { .count = 0 };

	(void)state;
	assert_int_equal(turns_longest_us(&turns), 0);
	turn(&turns, 7 * (int64_t)TURNS_SPAN_US, 300);
	turn(&turns, 7 * (int64_t)TURNS_SPAN_US + 1000, 100);
	assert_int_equal(turns.count, 2);
	assert_int_equal(turns.total_us, 400);
	assert_int_equal(turns.cpu_us, 200);
	assert_int_equal(turns_longest_us(&turns), 300);
	/* in the next span the longest of the last one counts, after that no more */
	turn(&turns, 8 * (int64_t)TURNS_SPAN_US, 200);
	assert_int_equal(turns_longest_us(&turns), 300);
	turn(&turns, 9 * (int64_t)TURNS_SPAN_US, 50);
	assert_int_equal(turns_longest_us(&turns), 200);
	turn(&turns, 12 * (int64_t)TURNS_SPAN_US, 10);
	assert_int_equal(turns_longest_us(&turns), 10);
}

/* --- the daemon --------------------------------------------------------------------------- */

static int
setup_one_by_one(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\nparallel = 1\nparallel_per_host = 1\n");
	return 0;
}

/* Hosts of one address are asked as one. */
static void
test_address(void **state)
{
	(void)state;
	rig_write_file(&rig, "gazetted.conf", "min_interval = 1h\nhost_spacing = 0s\nparallel = 8\nparallel_per_host = 1\n");
	rig_end(&rig);
	rig_restart(&rig);
	ask_add("http://a.test/at/192.0.2.1");
	ask_add("http://b.test/at/192.0.2.1");
	ask_add_later("http://a.test/hold");
	UNTIL(rig_jobs(&rig, "http://a.test/hold") == 1);
	ask_add_later("http://b.test/ok/1/b");
	ask_add("http://c.test/ok/1/c");
	assert_int_equal(rig_jobs(&rig, "http://b.test/ok/1/b"), 0);
	ask_add("http://go.test/release");
	UNTIL(rig_jobs(&rig, "http://b.test/ok/1/b") == 1);
}

/* A host that hangs takes the only slot; when that has become plain others are served, and so they are when its next feed hangs. */
static void
test_hanging(void **state)
{
	(void)state;
	ask_add_later("http://hangs.test/hold");
	UNTIL(rig_jobs(&rig, "http://hangs.test/") == 1);
	ask_add_later("http://hangs.test/hold/2");
	ask_add("http://b.test/ok/1/b");
	assert_int_equal(ask_status("in_flight"), 1);
	ask_add("http://go.test/release");
	UNTIL(rig_jobs(&rig, "http://hangs.test/") == 2);
	ask_add("http://c.test/ok/1/c");
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Changes the store while no daemon has it. */
static void
change_store(const char *sql)
{
	char path[RIG_PATH_BYTES + 32], *error = NULL;
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/state/gazette.db", rig.dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
	sqlite3_close(db);
}

enum { SLEPT = 40 };

/* Feeds that were polled well, then the daemon was off for some days. */
static void
fall_asleep(void)
{
	json_t *feeds = json_array(), *params = json_pack("{s:o}", "feeds", feeds);
	char *text;

	for (int i = 0; i < SLEPT; i++)
		json_array_append_new(feeds, json_pack("{s:o}", "url", json_sprintf("http://h%d.test/ok/1/tag%d", i, i)));
	text = json_dumps(params, JSON_COMPACT);
	json_decref(rig_call(&rig, "feed.import", text));
	free(text);
	json_decref(params);
	UNTIL(ask_status("polls.ok") == SLEPT);
	UNTIL(ask_status("due") == 0);
	rig_end(&rig);
	change_store("UPDATE feed_state SET next_poll = next_poll - 3 * 86400, last_poll = last_poll - 3 * 86400, "
	    "last_success = last_success - 3 * 86400");
}

/* They are polled by and by; what was never polled, and what the user asks for, at once. */
static void
test_wake(void **state)
{
	int64_t begun_ms;
	json_int_t allowed;

	(void)state;
	fall_asleep();
	change_store("UPDATE feed_state SET last_poll = NULL, last_success = NULL WHERE feed = 40");
	begun_ms = now_ms();
	rig_restart(&rig);
	UNTIL(rig_jobs(&rig, "http://h39.test/") == 2);
	assert_int_equal(ask_number(rig_call(&rig, "feed.refresh", "{\"feeds\":[33]}"), "polled"), 1);
	ask_want("20", "next_poll_reason", NULL, "every 1 d (max_interval), with news less than once a month");
	ask_add("http://new.test/ok/1/new");
	/* the other 39 evenly over SPREAD_MAX_MS, and one at once */
	allowed = 2 + (now_ms() - begun_ms) * (SLEPT - 1) / SPREAD_MAX_MS;
	assert_true(rig_jobs(&rig, "http://h") <= SLEPT + 2 + allowed);
	assert_true(ask_status("due") >= SLEPT - 3 - allowed);
}

/* With a short min_interval that takes no time worth mentioning, and all are polled. */
static void
test_wake_quick(void **state)
{
	(void)state;
	fall_asleep();
	rig_write_file(&rig, "gazetted.conf", "min_interval = 4s\nhost_spacing = 0s\n");
	rig_restart(&rig);
	UNTIL(rig_jobs(&rig, "http://h") >= 2 * SLEPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread), cmocka_unit_test(test_spread_walk), cmocka_unit_test(test_slots), cmocka_unit_test(test_slow),
		cmocka_unit_test(test_turns),
		cmocka_unit_test_setup_teardown(test_address, setup_one_by_one, ask_teardown),
		cmocka_unit_test_setup_teardown(test_hanging, setup_one_by_one, ask_teardown),
		cmocka_unit_test_setup_teardown(test_wake, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_wake_quick, ask_setup_hourly, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
