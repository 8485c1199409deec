/* When a feed is looked at again: rows of what is known and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/schedule.h"

enum { NOW = 1800000000, MINUTE = 60, HOUR = 3600, DAY = 86400, NONE = -1 };

/* Absent values are NONE here, so that rows stay short. */
static int64_t
or_absent(int64_t value)
{
	return value == NONE ? SCHEDULE_ABSENT : value;
}

static const struct {
	const char	*name;
	int64_t		 interval, min, max, failures, status, retry_after, max_age, ttl_min;
	int64_t		 wait;		/* before jitter */
	const char	*reason;
} rows[] = {
	{ "plain", 0, HOUR, DAY, 0, 200, NONE, NONE, NONE, HOUR, "every 1 h" },
	{ "not modified", 0, HOUR, DAY, 0, 304, NONE, NONE, NONE, HOUR, "every 1 h" },
	{ "the user's own interval", 2 * DAY, HOUR, DAY, 0, 200, NONE, NONE, NONE, 2 * DAY, "every 2 d" },
	{ "never under the floor", MINUTE, HOUR, DAY, 0, 200, NONE, NONE, NONE, HOUR, "every 1 h" },
	{ "a small floor", 0, 1, DAY, 0, 200, NONE, NONE, NONE, 1, "every 1 s" },
	{ "no floor is a second", 0, 0, DAY, 0, 200, NONE, NONE, NONE, 1, "every 1 s" },
	{ "max-age lengthens", 0, HOUR, DAY, 0, 200, NONE, 2 * HOUR, NONE, 2 * HOUR, "the server's max-age of 2 h" },
	{ "max-age does not shorten", 0, HOUR, DAY, 0, 200, NONE, MINUTE, NONE, HOUR, "every 1 h" },
	{ "max-age 0", 0, HOUR, DAY, 0, 200, NONE, 0, NONE, HOUR, "every 1 h" },
	{ "max-age negative", 0, HOUR, DAY, 0, 200, NONE, -5, NONE, HOUR, "every 1 h" },
	{ "max-age is capped", 0, HOUR, DAY, 0, 200, NONE, 365 * DAY, NONE, DAY, "the server's max-age of 1 d" },
	{ "max-age absurd", 0, HOUR, DAY, 0, 200, NONE, INT64_MAX, NONE, DAY, "the server's max-age of 1 d" },
	{ "ttl lengthens", 0, HOUR, DAY, 0, 200, NONE, NONE, 90, 90 * MINUTE, "the feed's ttl of 90 min" },
	{ "ttl is capped", 0, HOUR, DAY, 0, 200, NONE, NONE, 100000, DAY, "the feed's ttl of 1 d" },
	{ "ttl absurd", 0, HOUR, DAY, 0, 200, NONE, NONE, INT64_MAX, DAY, "the feed's ttl of 1 d" },
	{ "the longest hint counts", 0, HOUR, DAY, 0, 200, 4 * HOUR, 2 * HOUR, 180, 4 * HOUR, "the server's Retry-After of 4 h" },
	{ "the user's is longer", 5 * HOUR, HOUR, DAY, 0, 200, NONE, 2 * HOUR, 180, 5 * HOUR, "every 5 h" },
	{ "first failure doubles", 0, HOUR, DAY, 1, 404, NONE, NONE, NONE, 2 * HOUR, "after failing, 2 h" },
	{ "third failure", 0, HOUR, DAY, 3, 0, NONE, NONE, NONE, 8 * HOUR, "after failing, 8 h" },
	{ "failures are capped", 0, HOUR, DAY, 10, 500, NONE, NONE, NONE, DAY, "after failing, 1 d" },
	{ "failures without end", 0, HOUR, DAY, INT64_MAX, 500, NONE, NONE, NONE, DAY, "after failing, 1 d" },
	{ "a long interval is no shorter for failing", 3 * DAY, HOUR, DAY, 2, 500, NONE, NONE, NONE, 3 * DAY, "every 3 d" },
	{ "small floors back off, too", 0, 1, DAY, 4, 500, NONE, NONE, NONE, 16, "after failing, 16 s" },
	{ "429 with Retry-After", 0, HOUR, DAY, 1, 429, 3 * DAY, NONE, NONE, 3 * DAY, "the server's Retry-After of 3 d" },
	{ "Retry-After is capped", 0, HOUR, DAY, 1, 503, 365 * DAY, NONE, NONE, 7 * DAY, "the server's Retry-After of 7 d" },
	{ "Retry-After shorter than the back-off", 0, HOUR, DAY, 2, 503, MINUTE, NONE, NONE, 4 * HOUR, "after failing, 4 h" },
	{ "429 without Retry-After starts at an hour", 0, MINUTE, DAY, 1, 429, NONE, NONE, NONE, HOUR, "after failing, 1 h" },
	{ "503 again", 0, MINUTE, DAY, 2, 503, NONE, NONE, NONE, 2 * HOUR, "after failing, 2 h" },
	{ "500 starts at the interval", 0, MINUTE, DAY, 1, 500, NONE, NONE, NONE, 2 * MINUTE, "after failing, 2 min" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct schedule_in in = {
			.feed = (int64_t)i + 1, .now_s = NOW, .interval_s = rows[i].interval, .min_interval_s = rows[i].min,
			.max_interval_s = rows[i].max, .failures = rows[i].failures, .http_status = rows[i].status,
			.retry_after_s = or_absent(rows[i].retry_after), .max_age_s = or_absent(rows[i].max_age),
			.ttl_min = or_absent(rows[i].ttl_min)
		};
		struct schedule_out out;
		int64_t wait;

		schedule_next(&in, &out);
		wait = out.next_s - NOW;
		if (out.gone || wait < rows[i].wait || wait > rows[i].wait + rows[i].wait / 10 + 1)
			fail_msg("%s: waits %lld s, want %lld", rows[i].name, (long long)wait, (long long)rows[i].wait);
		if (strcmp(out.reason, rows[i].reason) != 0)
			fail_msg("%s: \"%s\", want \"%s\"", rows[i].name, out.reason, rows[i].reason);
	}
}

static void
test_gone(void **state)
{
	const struct schedule_in in = {
		.feed = 1, .now_s = NOW, .min_interval_s = HOUR, .max_interval_s = DAY, .failures = 1, .http_status = 410,
		.retry_after_s = SCHEDULE_ABSENT, .max_age_s = SCHEDULE_ABSENT, .ttl_min = SCHEDULE_ABSENT
	};
	struct schedule_out out;

	(void)state;
	schedule_next(&in, &out);
	assert_true(out.gone);
	assert_int_equal(out.next_s, INT64_MAX);
	assert_non_null(strstr(out.reason, "410"));
}

/* Feeds added together drift apart, over the whole of the tenth; each always by as much. */
static void
test_jitter(void **state)
{
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (int64_t feed = 1; feed <= 1000; feed++) {
		const struct schedule_in in = {
			.feed = feed, .now_s = NOW, .min_interval_s = HOUR, .max_interval_s = DAY,
			.retry_after_s = SCHEDULE_ABSENT, .max_age_s = SCHEDULE_ABSENT, .ttl_min = SCHEDULE_ABSENT
		};
		struct schedule_out once, again;

		schedule_next(&in, &once);
		schedule_next(&in, &again);
		assert_int_equal(once.next_s, again.next_s);
		if (once.next_s - NOW < least)
			least = once.next_s - NOW;
		if (once.next_s - NOW > most)
			most = once.next_s - NOW;
	}
	assert_in_range(least, HOUR, HOUR + 10);
	assert_in_range(most, HOUR + 350, HOUR + 360);
}

static const struct {
	const char	*name;
	int64_t		 last, poll, retry, min;
	bool		 may;
	int64_t		 until;
} manual[] = {
	{ "never polled", 0, 0, 0, HOUR, true, 0 },
	{ "long ago", NOW - 2 * HOUR, NOW - 2 * HOUR, 0, HOUR, true, 0 },
	{ "just now", NOW - 10, NOW - 10, 0, HOUR, false, NOW - 10 + SCHEDULE_MANUAL_S },
	{ "on the second", NOW - SCHEDULE_MANUAL_S, NOW - SCHEDULE_MANUAL_S, 0, HOUR, true, 0 },
	{ "a second before", NOW - SCHEDULE_MANUAL_S + 1, NOW - SCHEDULE_MANUAL_S + 1, 0, HOUR, false, NOW + 1 },
	{ "a small min_interval", NOW - 10, NOW - 10, 0, 30, false, NOW + 20 },
	{ "a small min_interval is over", NOW - 30, NOW - 30, 0, 30, true, 0 },
	{ "in this second, without a floor", NOW, NOW, 0, 0, true, 0 },
	{ "Retry-After", NOW - 2 * HOUR, NOW - 2 * HOUR, NOW + 5, HOUR, false, NOW + 5 },
	{ "Retry-After without a success", 0, 0, NOW + DAY, HOUR, false, NOW + DAY },
	{ "Retry-After is over", 0, 0, NOW, HOUR, true, 0 },
	{ "failed just now", NOW - HOUR, NOW - 10, 0, HOUR, false, NOW - 10 + SCHEDULE_MANUAL_FAILED_S },
	{ "failed just now, never polled well", 0, NOW, 0, HOUR, false, NOW + SCHEDULE_MANUAL_FAILED_S },
	{ "failed a while ago", NOW - HOUR, NOW - SCHEDULE_MANUAL_FAILED_S, 0, HOUR, true, 0 },
	{ "failed soon after a success", NOW - 60, NOW - 40, 0, HOUR, false, NOW - 60 + SCHEDULE_MANUAL_S },
	{ "failed, a small min_interval", 0, NOW - 2, 0, 5, false, NOW + 3 },
	{ "failed, a small min_interval is over", 0, NOW - 5, 0, 5, true, 0 },
	{ "failed, without a floor", 0, NOW, 0, 0, true, 0 },
	{ "failed, the clock was set back", 0, NOW + DAY, 0, HOUR, true, 0 },
	{ "the clock was set back", NOW + DAY, NOW + DAY, 0, HOUR, true, 0 },
};

static void
test_manual(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof manual / sizeof manual[0]; i++) {
		struct schedule_out out;
		bool may = schedule_manual(NOW, manual[i].last, manual[i].poll, manual[i].retry, manual[i].min, &out);

		if (may != manual[i].may || (!may && (out.next_s != manual[i].until || out.reason[0] == '\0')))
			fail_msg("%s: %d until %lld (%s)", manual[i].name, may, (long long)out.next_s, out.reason);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_gone), cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
