/* When a feed is looked at again: rows of what is known and what follows. */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/schedule.h"

/* NOW is Friday, 2027-01-15, 08:00:00 UTC. */
enum { NOW = 1800000000, MINUTE = 60, HOUR = 3600, DAY = 86400 };
enum { FRIDAY = 1 << 4, SATURDAY = 1 << 5, SUNDAY = 1 << 6 };

/* Fields that a row does not name are 0, which here means absent for those where the module says SCHEDULE_ABSENT. */
#define GONE_ONCE "the server says it is gone (410), and is asked once more after "
#define WEB	.min_interval_s = HOUR, .max_interval_s = DAY, .pace = 2 * HOUR
#define OWN	.min_interval_s = 1, .max_interval_s = DAY
#define HABIT(times, days)	.habit = { (int64_t)((times) * 1000000), (int64_t)(days) * DAY }

static const struct {
	const char	*name;
	struct schedule_in in;
	int64_t		 wait;		/* before jitter */
	const char	*reason;
} rows[] = {
	/* the interval */
	{ "nothing is known at all", { .min_interval_s = HOUR, .max_interval_s = DAY }, 4 * HOUR,
	    "every 4 h, with news about once a day" },
	{ "nothing is known of it", { WEB }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "not modified", { WEB, .http_status = 304 }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "the user's own interval", { WEB, .interval_s = 2 * DAY }, 2 * DAY, "every 2 d, as set for this feed" },
	{ "the user's is the least", { WEB, .interval_s = HOUR }, HOUR, "every 1 h, as set for this feed" },
	{ "never under the floor", { WEB, .interval_s = MINUTE }, HOUR, "every 1 h (min_interval)" },
	{ "the user's, whatever its habit", { WEB, HABIT(100, 10), .interval_s = 5 * HOUR }, 5 * HOUR,
	    "every 5 h, as set for this feed" },
	{ "servers of one's own", { OWN, HABIT(1, 20) }, 1, "every 1 s (min_interval)" },
	{ "just below the web", { .min_interval_s = 299, .max_interval_s = DAY, HABIT(1, 20), .pace = 2 * HOUR }, 299,
	    "every 4 min 59 s (min_interval)" },
	{ "just the web", { .min_interval_s = 300, .max_interval_s = DAY, HABIT(1, 20), .pace = 2 * HOUR }, 537 * MINUTE,
	    "every 8 h 57 min, with news about twice a month" },
	{ "no floor is a second", { .max_interval_s = DAY }, 1, "every 1 s (min_interval)" },
	{ "as often as all", { WEB, HABIT(5, 5) }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "a fourth as often", { WEB, HABIT(5, 20) }, 4 * HOUR, "every 4 h, with news about twice a week" },
	{ "often", { WEB, HABIT(60, 20) }, 69 * MINUTE, "every 1 h 9 min, with news about 3 times a day" },
	{ "very often", { WEB, HABIT(2000, 20) }, HOUR, "every 1 h (min_interval)" },
	{ "rarely", { WEB, HABIT(0.1, 20) }, DAY, "every 1 d (max_interval), with news less than once a month" },
	{ "never", { WEB, HABIT(0, 20) }, DAY, "every 1 d (max_interval), with news less than once a month" },
	{ "a longer max_interval", { .min_interval_s = HOUR, .max_interval_s = 7 * DAY, HABIT(0, 20), .pace = 2 * HOUR },
	    2292 * MINUTE, "every 1 d 14 h, with news less than once a month" },
	{ "another pace", { .min_interval_s = HOUR, .max_interval_s = DAY, HABIT(5, 5), .pace = 9 * HOUR }, 9 * HOUR,
	    "every 9 h, with news about once a day" },
	/* a hub that tells */
	{ "told by a hub", { WEB, HABIT(60, 20), .pushed = true }, DAY, "its hub tells of news; looked at once in 1 d" },
	{ "told by a hub, always in full", { WEB, HABIT(60, 20), .pushed = true, .unconditional = true }, DAY,
	    "its hub tells of news; looked at once in 1 d" },
	{ "told by a hub, one's own", { OWN, .pushed = true }, DAY, "its hub tells of news; looked at once in 1 d" },
	{ "told by a hub, the user's interval", { WEB, .interval_s = 2 * HOUR, .pushed = true }, 2 * HOUR,
	    "every 2 h, as set for this feed" },
	{ "told by a hub, the floor", { WEB, .interval_s = MINUTE, .pushed = true }, HOUR, "every 1 h (min_interval)" },
	{ "told by a hub, another longest", { .min_interval_s = HOUR, .max_interval_s = 7 * DAY, .pushed = true }, 7 * DAY,
	    "its hub tells of news; looked at once in 7 d" },
	{ "told by a hub, failing", { WEB, .pushed = true, .failures = 1 }, DAY, "its hub tells of news; looked at once in 1 d" },
	/* without validators */
	{ "always in full", { WEB, HABIT(60, 20), .unconditional = true }, DAY,
	    "every 1 d, as its server always sends all of it (no ETag, no Last-Modified)" },
	{ "always in full, the user's interval", { WEB, .interval_s = 2 * HOUR, .unconditional = true }, 2 * HOUR,
	    "every 2 h, as set for this feed" },
	{ "always in full, and rarely", { .min_interval_s = HOUR, .max_interval_s = 7 * DAY, HABIT(0, 20), .pace = 2 * HOUR,
	    .unconditional = true },
	    2292 * MINUTE, "every 1 d 14 h, with news less than once a month" },
	{ "always in full, a shorter max_interval", { .min_interval_s = HOUR, .max_interval_s = 5 * HOUR, HABIT(60, 20),
	    .pace = 2 * HOUR, .unconditional = true },
	    5 * HOUR, "every 5 h, as its server always sends all of it (no ETag, no Last-Modified)" },
	{ "always in full, from one's own", { OWN, .unconditional = true }, 1, "every 1 s (min_interval)" },
	/* hints */
	{ "max-age lengthens", { WEB, .max_age_s = 3 * HOUR }, 3 * HOUR, "the server's max-age of 3 h" },
	{ "max-age does not shorten", { WEB, .max_age_s = MINUTE }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "max-age negative", { WEB, .max_age_s = -5 }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "max-age is capped", { WEB, .max_age_s = 365 * DAY }, DAY, "the server's max-age of 1 d" },
	{ "max-age absurd", { WEB, .max_age_s = INT64_MAX }, DAY, "the server's max-age of 1 d" },
	{ "max-age of one's own", { OWN, .max_age_s = 10 }, 10, "the server's max-age of 10 s" },
	{ "ttl lengthens", { WEB, .hints.ttl_min = 150 }, 150 * MINUTE, "the feed's ttl of 2 h 30 min" },
	{ "ttl does not shorten", { WEB, .hints.ttl_min = 5 }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "ttl is capped", { WEB, .hints.ttl_min = 100000 }, DAY, "the feed's ttl of 1 d" },
	{ "ttl absurd", { WEB, .hints.ttl_min = INT64_MAX }, DAY, "the feed's ttl of 1 d" },
	{ "update period", { WEB, .hints.update_s = 12 * HOUR }, 12 * HOUR, "the feed's update period: 12 h" },
	{ "update period does not shorten", { WEB, .hints.update_s = HOUR }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "update period is capped", { WEB, .hints.update_s = 30 * DAY }, DAY, "the feed's update period: 1 d" },
	{ "update base: today at noon", { WEB, .hints = { .update_s = DAY, .base_s = NOW - 10 * DAY + 4 * HOUR } }, 4 * HOUR,
	    "the feed's update period: 4 h" },
	{ "update base: just now", { WEB, .hints = { .update_s = DAY, .base_s = NOW - 10 * DAY } }, DAY,
	    "the feed's update period: 1 d" },
	{ "update base to come", { WEB, .hints = { .update_s = DAY, .base_s = NOW + 3 * DAY + 5 * HOUR } }, 5 * HOUR,
	    "the feed's update period: 5 h" },
	{ "update base before 1970", { WEB, .hints = { .update_s = DAY, .base_s = -2 * DAY + 14 * HOUR } }, 6 * HOUR,
	    "the feed's update period: 6 h" },
	{ "update base too soon to matter", { WEB, .hints = { .update_s = DAY, .base_s = NOW + 10 } }, 2 * HOUR,
	    "every 2 h, with news about once a day" },
	{ "update base, weekly", { WEB, .hints = { .update_s = 7 * DAY, .base_s = NOW - DAY } }, DAY,
	    "the feed's update period: 1 d" },
	{ "the longest hint counts", { WEB, .retry_after_s = 4 * HOUR, .max_age_s = 2 * HOUR, .hints.ttl_min = 180 }, 4 * HOUR,
	    "the server's Retry-After of 4 h" },
	{ "the user's is longer", { WEB, .interval_s = 5 * HOUR, .max_age_s = 2 * HOUR, .hints.ttl_min = 180 }, 5 * HOUR,
	    "every 5 h, as set for this feed" },
	{ "a hint is longer than the user's", { WEB, .interval_s = 2 * HOUR, .max_age_s = 3 * HOUR }, 3 * HOUR,
	    "the server's max-age of 3 h" },
	/* failures */
	{ "first failure doubles", { WEB, HABIT(2000, 20), .failures = 1, .http_status = 404 }, 2 * HOUR, "after failing, 2 h" },
	{ "third failure", { WEB, .failures = 3 }, 8 * HOUR, "after failing, 8 h" },
	{ "failures are capped", { WEB, .failures = 10, .http_status = 500 }, DAY, "after failing, 1 d" },
	{ "failures without end", { WEB, .failures = INT64_MAX, .http_status = 500 }, DAY, "after failing, 1 d" },
	{ "failures, a longer max_interval", { .min_interval_s = HOUR, .max_interval_s = 7 * DAY, .failures = 10 }, DAY,
	    "after failing, 1 d" },
	{ "failures, a shorter max_interval", { .min_interval_s = HOUR, .max_interval_s = 3 * HOUR, .pace = 2 * HOUR,
	    .failures = 10 }, 3 * HOUR, "after failing, 3 h" },
	{ "a long interval is no shorter for failing", { WEB, .interval_s = 3 * DAY, .failures = 2 }, 3 * DAY,
	    "every 3 d, as set for this feed" },
	{ "a rare feed that failed", { WEB, HABIT(0, 20), .failures = 1 }, DAY,
	    "every 1 d (max_interval), with news less than once a month" },
	{ "small floors back off, too", { OWN, .failures = 4, .http_status = 500 }, 16, "after failing, 16 s" },
	{ "500 starts at the interval", { OWN, .failures = 1, .http_status = 500 }, 2, "after failing, 2 s" },
	{ "410 is asked once more", { WEB, .failures = 1, .http_status = 410 }, DAY, GONE_ONCE "1 d" },
	{ "410 after other failures", { WEB, .failures = 9, .http_status = 410 }, DAY, GONE_ONCE "1 d" },
	{ "410 under a small max_interval", { .min_interval_s = HOUR, .max_interval_s = 6 * HOUR, .failures = 1, .http_status = 410 },
	    6 * HOUR, GONE_ONCE "6 h" },
	{ "410 of a server of one's own", { OWN, .failures = 1, .http_status = 410 }, 2, GONE_ONCE "2 s" },
	{ "not 410 any more", { WEB, .failures = 2, .http_status = 404, .was_gone = true }, 4 * HOUR, "after failing, 4 h" },
	{ "429 with Retry-After", { WEB, .failures = 1, .http_status = 429, .retry_after_s = 3 * DAY }, 3 * DAY,
	    "the server's Retry-After of 3 d" },
	{ "Retry-After is capped", { WEB, .failures = 1, .http_status = 503, .retry_after_s = 365 * DAY }, 7 * DAY,
	    "the server's Retry-After of 7 d" },
	{ "Retry-After shorter than the back-off", { WEB, .failures = 2, .http_status = 503, .retry_after_s = MINUTE }, 4 * HOUR,
	    "after failing, 4 h" },
	{ "429 without Retry-After starts at an hour", { OWN, .failures = 1, .http_status = 429 }, HOUR, "after failing, 1 h" },
	{ "503 again", { OWN, .failures = 2, .http_status = 503 }, 2 * HOUR, "after failing, 2 h" },
	{ "429 with a short Retry-After", { OWN, .failures = 1, .http_status = 429, .retry_after_s = 6 }, 6,
	    "the server's Retry-After of 6 s" },
	{ "503 with a short Retry-After again", { OWN, .failures = 4, .http_status = 503, .retry_after_s = 6 }, 16, "after failing, 16 s" },
	{ "429 with Retry-After: 0", { OWN, .failures = 1, .http_status = 429, .retry_after_s = 0 }, HOUR, "after failing, 1 h" },
	{ "429 under a small max_interval", { .min_interval_s = 1, .max_interval_s = 5, .failures = 1, .http_status = 429 }, HOUR,
	    "after failing, 1 h" },
	/* times that are skipped; from 10:00 on, with up to 12 minutes of jitter */
	{ "another hour is skipped", { WEB, .hints.skip_hours = 1 << 9 | 1 << 11 }, 2 * HOUR,
	    "every 2 h, with news about once a day" },
	{ "its hour is skipped", { WEB, .hints.skip_hours = 1 << 10 }, 3 * HOUR,
	    "the end of the feed's skipHours or skipDays, 3 h" },
	{ "three hours are skipped", { WEB, .hints.skip_hours = 7 << 10 }, 5 * HOUR,
	    "the end of the feed's skipHours or skipDays, 5 h" },
	{ "skipped over midnight", { WEB, .hints.skip_hours = 0xfffc00 | 1 }, 17 * HOUR,
	    "the end of the feed's skipHours or skipDays, 17 h" },
	{ "all hours are skipped", { WEB, .hints.skip_hours = 0xffffff }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "its day is skipped", { WEB, .hints.skip_days = FRIDAY }, 16 * HOUR,
	    "the end of the feed's skipHours or skipDays, 16 h" },
	{ "its weekend is skipped", { WEB, .hints.skip_days = FRIDAY | SATURDAY | SUNDAY }, 2 * DAY + 16 * HOUR,
	    "the end of the feed's skipHours or skipDays, 2 d 16 h" },
	{ "another day is skipped", { WEB, .hints.skip_days = SATURDAY | SUNDAY }, 2 * HOUR,
	    "every 2 h, with news about once a day" },
	{ "all days are skipped", { WEB, .hints.skip_days = 0x7f }, 2 * HOUR, "every 2 h, with news about once a day" },
	{ "hours and days", { WEB, .hints = { .skip_hours = 1 << 0, .skip_days = FRIDAY } }, 17 * HOUR,
	    "the end of the feed's skipHours or skipDays, 17 h" },
	{ "skipped after failing", { WEB, .failures = 1, .hints.skip_hours = 1 << 10 }, 3 * HOUR,
	    "the end of the feed's skipHours or skipDays, 3 h" },
	{ "skipped, of one's own", { OWN, .hints.skip_hours = 1 << 8 }, HOUR, "the end of the feed's skipHours or skipDays, 1 h" },
};

static int64_t
or_absent(int64_t value)
{
	return value == 0 ? SCHEDULE_ABSENT : value;
}

static struct schedule_in
complete(const struct schedule_in *row, uint64_t seed)
{
	struct schedule_in in = *row;

	in.seed = seed;
	in.now_s = NOW;
	in.retry_after_s = or_absent(in.retry_after_s);
	in.max_age_s = or_absent(in.max_age_s);
	in.hints.ttl_min = or_absent(in.hints.ttl_min);
	in.hints.base_s = or_absent(in.hints.base_s);
	return in;
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct schedule_in in = complete(&rows[i].in, i + 1);
		int64_t part = strncmp(rows[i].reason, "after", 5) == 0 ? 4 : 10, wait;
		struct schedule_out out;

		schedule_next(&in, &out);
		wait = out.next_s - NOW;
		if (out.gone || wait <= rows[i].wait || wait > rows[i].wait + rows[i].wait / part + 1)
			fail_msg("%s: waits %lld s, want %lld", rows[i].name, (long long)wait, (long long)rows[i].wait);
		if (strcmp(out.reason, rows[i].reason) != 0)
			fail_msg("%s: \"%s\", want \"%s\"", rows[i].name, out.reason, rows[i].reason);
	}
}

/* No time that is skipped is ever chosen, whatever the jitter. */
static void
test_skipped(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		const struct schedule_in in = complete(&(struct schedule_in){ WEB, .hints = { .skip_hours = 5 << 9, .skip_days = SATURDAY },
		    .max_age_s = (int64_t)(seed % 30) * HOUR }, seed);
		struct schedule_out out;

		schedule_next(&in, &out);
		if ((in.hints.skip_hours >> (out.next_s / HOUR % 24) & 1) != 0 || (out.next_s / DAY + 3) % 7 == 5)
			fail_msg("seed %u: %lld s is skipped", (unsigned)seed, (long long)(out.next_s - NOW));
	}
}

static void
test_gone(void **state)
{
	const struct schedule_in in = complete(&(struct schedule_in){ WEB, .failures = 2, .http_status = 410, .was_gone = true }, 1);
	struct schedule_out out;

	(void)state;
	schedule_next(&in, &out);
	assert_true(out.gone);
	assert_int_equal(out.next_s, INT64_MAX);
	assert_string_equal(out.reason, "the server says it is gone for good (410)");
}

static void
test_quarantine(void **state)
{
	(void)state;
	for (int64_t crashes = 0; crashes <= SCHEDULE_CRASHES_MAX + 1; crashes++) {
		const struct schedule_in in = complete(&(struct schedule_in){ WEB, .failures = crashes + 1, .crashes = crashes }, 1);
		struct schedule_out out;

		schedule_next(&in, &out);
		assert_int_equal(out.quarantined, crashes >= SCHEDULE_CRASHES_MAX);
		assert_int_equal(out.next_s == INT64_MAX, crashes >= SCHEDULE_CRASHES_MAX);
		assert_int_equal(strstr(out.reason, "crashes") != NULL, crashes >= SCHEDULE_CRASHES_MAX);
		assert_false(out.gone);
	}
}

/* Feeds added together drift apart, over the whole of a tenth, or a quarter after failing; each always by as much. */
static const struct { struct schedule_in in; int64_t wait, most; } jitters[] = {
	{ { WEB }, 2 * HOUR, 12 * MINUTE }, { { WEB, .failures = 2 }, 4 * HOUR, HOUR }, { { OWN }, 1, 1 },
	{ { WEB, .max_age_s = DAY }, DAY, 144 * MINUTE }, { { WEB, .hints.skip_hours = 3 << 10 }, 4 * HOUR, 6 * MINUTE },
};

static void
test_jitter(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof jitters / sizeof jitters[0]; i++) {
		int64_t least = INT64_MAX, most = 0;

		for (uint64_t seed = 1; seed <= 2000; seed++) {
			const struct schedule_in in = complete(&jitters[i].in, seed);
			struct schedule_out once, again;
			int64_t more;

			schedule_next(&in, &once);
			schedule_next(&in, &again);
			assert_int_equal(once.next_s, again.next_s);
			more = once.next_s - NOW - jitters[i].wait;
			least = more < least ? more : least;
			most = more > most ? more : most;
		}
		if (least < 1 || least > 1 + jitters[i].most / 100 || most > jitters[i].most || most < jitters[i].most * 99 / 100)
			fail_msg("row %zu: from %lld to %lld, want 1 to %lld", i, (long long)least, (long long)most, (long long)jitters[i].most);
	}
}

static const struct { enum schedule_kind kind; int64_t wait; const char *words; } why[] = {
	{ SCHEDULE_PUT_OFF, 0, "its host has to be left alone until then" },
	{ SCHEDULE_ASKED, 0, "its settings were changed" },
	{ SCHEDULE_USER, 90, "every 1 min 30 s, as set for this feed" },
	{ SCHEDULE_RETRY, DAY + HOUR + MINUTE + 1, "the server's Retry-After of 1 d 1 h" },
	{ SCHEDULE_TTL, DAY + 1, "the feed's ttl of 1 d 1 s" },
	{ SCHEDULE_MAX_AGE, 0, "the server's max-age of 0 s" },
	{ SCHEDULE_HABIT, HOUR, "every 1 h, with news about 5 times a week" },
	{ SCHEDULE_HUB, HOUR, "its hub tells of news; looked at once in 1 h" },
};

static void
test_words(void **state)
{
	const struct schedule_habit habit = { 14 * 1000000, 20 * DAY };
	char out[SCHEDULE_REASON_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) {
		schedule_words(schedule_why(why[i].kind, why[i].wait), &habit, out);
		assert_string_equal(out, why[i].words);
	}
	/* whatever number was stored */
	for (int64_t number = INT64_MIN; number < INT64_MAX / 3 * 2; number += INT64_MAX / 3) {
		schedule_words(number + 4, &habit, out);
		assert_non_null(memchr(out, 0, sizeof out));
	}
}

/* --- habit ------------------------------------------------------------------------------------------- */

static const struct { int64_t events, span, posts, watched; } starts[] = {
	{ 1, 0, 1000000, DAY }, { 10, 10 * DAY, 10000000, 10 * DAY }, { 50, 30 * HOUR, 50000000, 30 * HOUR },
	{ 0, 0, 0, DAY }, { 9, 90 * DAY, 2000000, 20 * DAY }, { -1, -1, 0, DAY },
};

static void
test_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		struct schedule_habit habit = { 5, 5 };

		schedule_start(&habit, starts[i].events, starts[i].span);
		if (habit.posts_u != starts[i].posts || habit.watched_s != starts[i].watched)
			fail_msg("row %zu: %lld in %lld s", i, (long long)habit.posts_u, (long long)habit.watched_s);
	}
}

/* One event a day at first; then polls at this distance, of which every so-manieth has news: the rate that is learnt. */
static const struct { const char *name; int64_t since; int polls, every; double low, high; } lessons[] = {
	{ "hourly, news twice a day", HOUR, 2000, 12, 2.0, 2.4 },
	{ "daily, news every tenth day", DAY, 200, 10, 0.1, 0.14 },
	{ "daily, never news", DAY, 200, 1000, 0, 0.003 },
	/* always something: it could be any number, and grows */
	{ "daily, always news", DAY, 100, 1, 2, 60 },
	/* half of the polls without: ln 2 events between two */
	{ "daily, every second time", DAY, 400, 2, 0.66, 0.73 },
	{ "at once again", 0, 5, 10, 1, 1 },
	{ "the clock was set back", -DAY, 5, 10, 1, 1 },
	{ "a century", 36525LL * DAY, 3, 1000, 0, 0.003 },
	{ "a century, then news", 36525LL * DAY, 2, 2, 0, 2 },
};

static void
test_learn(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lessons / sizeof lessons[0]; i++) {
		struct schedule_habit habit = { 0, 0 };
		double rate;

		for (int poll = 1; poll <= lessons[i].polls; poll++)
			schedule_learn(&habit, lessons[i].since, poll % lessons[i].every == 0);
		rate = schedule_rate(&habit);
		if (!(rate >= lessons[i].low && rate <= lessons[i].high) || habit.watched_s <= 0 || habit.posts_u < 0)
			fail_msg("%s: %g a day", lessons[i].name, rate);
	}
}

/* A feed that fell silent for a season and wakes up is looked at often again within days. */
static void
test_wakes(void **state)
{
	struct schedule_habit habit;

	(void)state;
	schedule_start(&habit, 40, 20 * DAY);
	for (int day = 0; day < 180; day++)
		schedule_learn(&habit, DAY, false);
	assert_true(schedule_rate(&habit) < 0.01);
	for (int day = 0; day < 7; day++)
		schedule_learn(&habit, DAY, true);
	assert_true(schedule_rate(&habit) > 0.3);
}

/* --- pace -------------------------------------------------------------------------------------------- */

static const struct { const char *name; double rates[6]; size_t count; int64_t budget, min, max; } paces[] = {
	{ "none", { 0 }, 0, 2 * HOUR, HOUR, DAY },
	{ "one", { 3 }, 1, 2 * HOUR, HOUR, DAY },
	{ "equal", { 0.5, 0.5, 0.5 }, 3, 2 * HOUR, HOUR, DAY },
	{ "some", { 0.1, 0.3, 1, 3, 10 }, 5, 2 * HOUR, HOUR, DAY },
	{ "beyond both limits", { 1e-9, 1e-3, 1, 10, 1e3, 1e9 }, 6, 2 * HOUR, HOUR, DAY },
	{ "no room", { 1, 2, 3 }, 3, HOUR, HOUR, HOUR },
};

/* All together are polled as often as they may. */
static void
test_pace(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof paces / sizeof paces[0]; i++) {
		double pace = schedule_pace(paces[i].rates, paces[i].count, paces[i].budget, paces[i].min, paces[i].max), load = 0;

		for (size_t j = 0; j < paces[i].count; j++)
			load += 1 / fmin(fmax(pace / sqrt(paces[i].rates[j]), (double)paces[i].min), (double)paces[i].max);
		if (paces[i].count == 0)
			load = 1 / pace;
		else
			load /= (double)paces[i].count;
		if (!(fabs(load * (double)paces[i].budget - 1) < 1e-6))
			fail_msg("%s: once in %g s", paces[i].name, 1 / load);
	}
	assert_int_equal(schedule_budget(HOUR, DAY), 4 * HOUR);
	assert_int_equal(schedule_budget(HOUR, 3 * HOUR), 3 * HOUR);
}

/*
 * Ten feeds whose rates go from 1/16 to 32 a day, at regular times: the sum of all delays is at least a third less than with an
 * equal number of polls for each. tests/bench/schedule measures more.
 */
static void
test_sooner(void **state)
{
	struct schedule_habit habits[10] = { { 0, 0 } };
	double rates[10], delay = 0, uniform = 0, polls = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		double pace;

		for (size_t i = 0; i < 10; i++)
			rates[i] = schedule_rate(&habits[i]);
		pace = schedule_pace(rates, 10, HOUR, 300, DAY);
		delay = uniform = polls = 0;
		for (size_t i = 0; i < 10; i++) {
			int64_t gap_s = 16 * DAY >> i, age_s = 0, waited_s = 0;
			struct schedule_in in = complete(&(struct schedule_in){ .min_interval_s = 300, .max_interval_s = DAY, .pace = pace }, i);
			struct schedule_out out;

			while (waited_s < 60 * DAY) {
				int64_t step_s;

				in.habit = habits[i];
				schedule_next(&in, &out);
				step_s = out.next_s - NOW;
				age_s += step_s;
				schedule_learn(&habits[i], step_s, age_s >= gap_s);
				for (; age_s >= gap_s; age_s -= gap_s) {
					delay += (double)(age_s % gap_s);
					uniform += 1;
				}
				waited_s += step_s;
				polls++;
			}
		}
	}
	/* uniform: each entry waits for half an interval */
	uniform *= 10 * 60.0 * DAY / polls / 2;
	if (!(delay < uniform * 2 / 3))
		fail_msg("%g of uniform polling's delay", delay / uniform);
}

/* --- by hand ------------------------------------------------------------------------------------------- */

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
		cmocka_unit_test(test_rows), cmocka_unit_test(test_skipped), cmocka_unit_test(test_gone), cmocka_unit_test(test_quarantine), cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_words), cmocka_unit_test(test_start), cmocka_unit_test(test_learn), cmocka_unit_test(test_wakes),
		cmocka_unit_test(test_pace), cmocka_unit_test(test_sooner), cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
