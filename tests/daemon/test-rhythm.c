/* What the schedule is told: hints as the store keeps them, habits, the pace. */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/rhythm.h"
#include "tests/daemon/store-kit.h"

enum { HOUR = 3600, DAY = 86400 };
#define NO SCHEDULE_ABSENT

static const struct { const char *text; struct schedule_hints hints; } hints[] = {
	{ "", { NO, 0, NO, 0, 0 } }, { "{}", { NO, 0, NO, 0, 0 } }, { "[1,2]", { NO, 0, NO, 0, 0 } },
	{ "{\"ttl_min\":", { NO, 0, NO, 0, 0 } },
	{ "{\"ttl_min\":60}", { 60, 0, NO, 0, 0 } }, { "{\"ttl_min\":\"60\"}", { NO, 0, NO, 0, 0 } },
	{ "{\"update_period\":\"hourly\"}", { NO, HOUR, NO, 0, 0 } },
	{ "{\"update_period\":\"daily\",\"update_frequency\":2}", { NO, DAY / 2, NO, 0, 0 } },
	{ "{\"update_period\":\"weekly\",\"update_frequency\":0}", { NO, 7 * DAY, NO, 0, 0 } },
	{ "{\"update_period\":\"monthly\",\"update_frequency\":-1}", { NO, 30 * DAY, NO, 0, 0 } },
	{ "{\"update_period\":\"yearly\",\"update_frequency\":1}", { NO, 365 * DAY, NO, 0, 0 } },
	{ "{\"update_period\":\"yearly\",\"update_frequency\":9223372036854775807}", { NO, 0, NO, 0, 0 } },
	{ "{\"update_period\":\"often\",\"update_frequency\":2}", { NO, 0, NO, 0, 0 } },
	{ "{\"update_frequency\":2}", { NO, 0, NO, 0, 0 } },
	{ "{\"update_period\":\"daily\",\"update_base\":\"2000-01-01T12:00:00Z\"}", { NO, DAY, 946728000, 0, 0 } },
	{ "{\"update_period\":\"daily\",\"update_base\":\"noon\"}", { NO, DAY, NO, 0, 0 } },
	{ "{\"skip_hours\":5,\"skip_days\":96}", { NO, 0, NO, 5, 96 } },
	{ "{\"skip_hours\":16777216,\"skip_days\":255}", { NO, 0, NO, 0, 127 } },
	{ "{\"skip_hours\":-1}", { NO, 0, NO, 0, 0 } },
};

static void
test_hints(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		struct schedule_hints got;

		rhythm_hints(SPAN(hints[i].text), &got);
		if (got.ttl_min != hints[i].hints.ttl_min || got.update_s != hints[i].hints.update_s || got.base_s != hints[i].hints.base_s ||
		    got.skip_hours != hints[i].hints.skip_hours || got.skip_days != hints[i].hints.skip_days)
			fail_msg("%s: ttl %lld, every %lld s, base %lld, hours %x, days %x", hints[i].text, (long long)got.ttl_min,
			    (long long)got.update_s, (long long)got.base_s, got.skip_hours, got.skip_days);
	}
}

/* At first from what is stored, of whatever poll; then from each poll. */
static void
test_learn(void **state)
{
	struct store_known known = { .last_success_s = STORE_ABSENT };
	struct schedule_habit habit;
	struct store_job *job;
	uint32_t feed = kit_feed("https://example.org/");
	char document[256];

	(void)state;
	snprintf(document, sizeof document, "g:1 t:A d:%d|g:2 t:B d:%d|g:3 t:C d:%d|g:4 t:D d:%d", KIT_NOW - DAY, KIT_NOW - DAY - 60,
	    KIT_NOW - 5 * DAY, KIT_NOW - 10 * DAY);
	kit_take(feed, document, KIT_NOW, NULL);
	job = store_job_new(kit_store);
	for (int news = 0; news < 2; news++) {
		kit_expect(rhythm_learn(job, feed, &known, KIT_NOW, news, &habit), STORE_OK, "learn");
		assert_int_equal(habit.watched_s, 10 * DAY);
		assert_in_range(habit.posts_u, 3000000, 4000000);
	}
	known = (struct store_known){ .last_success_s = KIT_NOW, .posts_u = habit.posts_u, .watched_s = habit.watched_s };
	kit_expect(rhythm_learn(job, feed, &known, KIT_NOW + DAY, false, &habit), STORE_OK, "learn");
	assert_true(habit.posts_u < known.posts_u);
	assert_true(habit.watched_s > known.watched_s);
	kit_expect(rhythm_learn(job, feed, &known, KIT_NOW + DAY, true, &habit), STORE_OK, "learn");
	assert_true(habit.posts_u > known.posts_u);
	store_job_free(job);
}

/* How often it is counted: at first after each poll, then after ever more of them, at the latest after a day. */
static void
test_pace(void **state)
{
	struct rhythm_pace pace = { 0 };
	unsigned counted = 0;
	double first;

	(void)state;
	kit_feed("https://example.org/");
	assert_true(rhythm_pace(&pace, kit_store, 299, DAY, KIT_NOW) < 1);
	first = rhythm_pace(&pace, kit_store, HOUR, DAY, KIT_NOW);
	assert_true(fabs(first - 4 * HOUR) < 1);
	kit_sql("gazette.db", "UPDATE feed_state SET posts = 4000000, watched = 86400");
	assert_true(fabs(rhythm_pace(&pace, kit_store, HOUR, DAY, KIT_NOW) - 8 * HOUR) < 1);
	kit_sql("gazette.db", "UPDATE feed_state SET posts = 9000000");
	assert_true(fabs(rhythm_pace(&pace, kit_store, HOUR, DAY, KIT_NOW) - 8 * HOUR) < 1);
	assert_true(fabs(rhythm_pace(&pace, kit_store, HOUR, DAY, KIT_NOW + RHYTHM_COUNT_S) - 12 * HOUR) < 1);
	/* another configuration, another clock */
	kit_sql("gazette.db", "UPDATE feed_state SET posts = 1000000");
	assert_true(fabs(rhythm_pace(&pace, kit_store, 2 * HOUR, DAY, KIT_NOW + RHYTHM_COUNT_S) - 8 * HOUR) < 1);
	kit_sql("gazette.db", "UPDATE feed_state SET posts = 4000000");
	assert_true(fabs(rhythm_pace(&pace, kit_store, 2 * HOUR, DAY, KIT_NOW) - 16 * HOUR) < 1);
	for (unsigned i = 0; i < 10 * RHYTHM_COUNT_POLLS; i++) {
		rhythm_pace(&pace, kit_store, 2 * HOUR, DAY, KIT_NOW);
		counted += pace.left == pace.every - 1;
	}
	assert_in_range(counted, 10, 25);
}

static const struct { struct store_feed feed; const char *reason; } reasons[] = {
	{ { .why = STORE_ABSENT, .last_poll_s = STORE_ABSENT }, "it is new" },
	{ { .why = STORE_ABSENT, .last_poll_s = 1 }, "" },
	{ { .why = 0, .last_poll_s = STORE_ABSENT }, "its host has to be left alone until then" },
	{ { .why = HOUR << 4 | SCHEDULE_HABIT, .last_poll_s = 1, .posts_u = 60000000, .watched_s = 20 * DAY },
	    "every 1 h, with news about 3 times a day" },
	{ { .why = 0, .paused = true, .gone = true }, "it is paused" },
	{ { .why = 0, .gone = true }, "the server says it is gone for good (410)" },
};

static void
test_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		char out[SCHEDULE_REASON_BYTES];

		rhythm_reason(&reasons[i].feed, out);
		assert_string_equal(out, reasons[i].reason);
	}
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hints), ROW(test_learn), ROW(test_pace), cmocka_unit_test(test_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
