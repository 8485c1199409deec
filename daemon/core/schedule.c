#include "daemon/core/schedule.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "feeds/base/hash.h"

enum { HTTP_TOO_MANY = 429, HTTP_UNAVAILABLE = 503, HTTP_GONE = 410 };
enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, DOUBLINGS_MAX = 20, KIND_BITS = 4, HALVINGS = 48 };

#define MILLION		1000000.0
#define RATE_MIN	(1.0 / 365)	/* a day: nobody is forgotten altogether */

static int64_t
at_most(int64_t value, int64_t max)
{
	return value < max ? value : max;
}

static int64_t
at_least(int64_t value, int64_t min)
{
	return value > min ? value : min;
}

/* --- habit -------------------------------------------------------------------------- */

void
schedule_start(struct schedule_habit *habit, int64_t events, int64_t span_s)
{
	double span = (double)at_least(span_s, DAY_S), weight = span > SCHEDULE_MEMORY_S ? SCHEDULE_MEMORY_S / span : 1;

	habit->posts_u = (int64_t)((double)at_least(events, 0) * weight * MILLION);
	habit->watched_s = (int64_t)(span * weight);
}

static double
rate_per_second(const struct schedule_habit *habit)
{
	return habit->watched_s > 0 ? (double)habit->posts_u / MILLION / (double)habit->watched_s : 1.0 / DAY_S;
}

void
schedule_learn(struct schedule_habit *habit, int64_t since_s, bool news)
{
	double since = (double)at_least(since_s, 0), fade = exp2(-since / SCHEDULE_HALF_LIFE_S);
	/* If there was anything, how many events is that likely to have been? */
	double few = rate_per_second(habit) * since, events = few > 1e-9 ? few / -expm1(-few) : 1;

	if (habit->watched_s <= 0)
		schedule_start(habit, 1, DAY_S);
	habit->posts_u = (int64_t)(fade * (double)habit->posts_u + (news ? events * MILLION : 0));
	habit->watched_s = at_least((int64_t)(fade * (double)habit->watched_s + since), 1);
}

double
schedule_rate(const struct schedule_habit *habit)
{
	return fmax(rate_per_second(habit) * DAY_S, RATE_MIN);
}

int64_t
schedule_budget(int64_t min_interval_s, int64_t max_interval_s)
{
	return at_most(min_interval_s * SCHEDULE_BUDGET_FACTOR, max_interval_s);
}

static double
clamped(double interval, int64_t min_interval_s, int64_t max_interval_s)
{
	return fmin(fmax(interval, (double)min_interval_s), (double)max_interval_s);
}

/* Polls a second of all these feeds. */
static double
load(const double *rates, size_t count, double pace, int64_t min_interval_s, int64_t max_interval_s)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += 1 / clamped(pace / sqrt(rates[i]), min_interval_s, max_interval_s);
	return sum;
}

/* The limits take polls from some feeds and give some to others, so it is looked for: by halves, in equal ratios. */
double
schedule_pace(const double *rates, size_t count, int64_t budget_s, int64_t min_interval_s, int64_t max_interval_s)
{
	static const double none[] = { 1 };
	double low, high, most = 0, fewest = HUGE_VAL;

	if (count == 0) {
		rates = none;
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		most = fmax(most, rates[i]);
		fewest = fmin(fewest, rates[i]);
	}
	low = (double)min_interval_s * sqrt(fewest);
	high = (double)max_interval_s * sqrt(most);
	for (int i = 0; i < HALVINGS; i++) {
		double middle = sqrt(low * high);

		if (load(rates, count, middle, min_interval_s, max_interval_s) > (double)count / (double)budget_s)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* --- words -------------------------------------------------------------------------- */

/* "90 s" as "1 min 30 s": the largest unit and the next one that it has. */
static void
put_duration(char *str, size_t size, int64_t seconds)
{
	static const struct { int64_t seconds; const char *name; } units[] = {
		{ DAY_S, "d" }, { HOUR_S, "h" }, { MINUTE_S, "min" }, { 1, "s" }
	};
	size_t len = 0;
	int parts = 0;

	for (size_t i = 0; i < 4 && parts < 2; i++) {
		int64_t number = seconds / units[i].seconds;

		if (number == 0 && (i < 3 || parts > 0))
			continue;
		len += (size_t)snprintf(str + len, size - len, "%s%" PRId64 " %s", parts++ > 0 ? " " : "", number, units[i].name);
		seconds %= units[i].seconds;
	}
}

/* "with news about 3 times a day", in the smallest unit of time that has any. */
static void
put_rate(char *str, size_t size, double per_day)
{
	static const struct { double days; const char *name; } units[] = { { 1, "day" }, { 7, "week" }, { 30, "month" } };

	for (size_t i = 0; i < 3; i++) {
		double per_unit = per_day * units[i].days;
		long times = lround(per_unit);

		if (per_unit < 0.95)
			continue;
		if (times > 2)
			snprintf(str, size, "with news about %ld times a %s", times, units[i].name);
		else
			snprintf(str, size, "with news about %s a %s", times == 1 ? "once" : "twice", units[i].name);
		return;
	}
	snprintf(str, size, "with news less than once a month");
}

int64_t
schedule_why(enum schedule_kind kind, int64_t wait_s)
{
	return at_most(at_least(wait_s, 0), INT64_MAX >> KIND_BITS) << KIND_BITS | (int64_t)kind;
}

/* %D is the wait, %R the rate. */
static const char *const words[1 << KIND_BITS] = {
	[SCHEDULE_PUT_OFF] = "its host has to be left alone until then",
	[SCHEDULE_USER] = "every %D, as set for this feed",
	[SCHEDULE_LEAST] = "every %D (min_interval)",
	[SCHEDULE_HABIT] = "every %D, %R",
	[SCHEDULE_MOST] = "every %D (max_interval), %R",
	[SCHEDULE_UNCONDITIONAL] = "every %D, as its server always sends all of it (no ETag, no Last-Modified)",
	[SCHEDULE_MAX_AGE] = "the server's max-age of %D",
	[SCHEDULE_TTL] = "the feed's ttl of %D",
	[SCHEDULE_UPDATE] = "the feed's update period: %D",
	[SCHEDULE_FAILING] = "after failing, %D",
	[SCHEDULE_RETRY] = "the server's Retry-After of %D",
	[SCHEDULE_SKIP] = "the end of the feed's skipHours or skipDays, %D",
	[SCHEDULE_GONE] = "the server says it is gone (410), and is asked once more after %D",
	[SCHEDULE_ASKED] = "its settings were changed",
	[SCHEDULE_QUARANTINE] = "the fetcher crashes at it: not until refreshed by name, or by another gazetted",
	[SCHEDULE_HUB] = "its hub tells of news; looked at once in %D",
};

void
schedule_words(int64_t why, const struct schedule_habit *habit, char out[SCHEDULE_REASON_BYTES])
{
	const char *word = why == schedule_why(SCHEDULE_GONE, 0) ? "the server says it is gone for good (410)" : words[why & ((1 << KIND_BITS) - 1)];
	char parts[2][48];
	size_t len = 0;

	put_duration(parts[0], sizeof parts[0], why >> KIND_BITS);
	put_rate(parts[1], sizeof parts[1], schedule_rate(habit));
	out[0] = '\0';
	for (; word != NULL && *word != '\0' && len < SCHEDULE_REASON_BYTES - 1; word++) {
		if (*word != '%') {
			out[len++] = *word;
			out[len] = '\0';
			continue;
		}
		snprintf(out + len, SCHEDULE_REASON_BYTES - len, "%s", parts[*++word == 'R']);
		len += strlen(out + len);
	}
}

/* --- waits -------------------------------------------------------------------------- */

/* One reason to wait. */
struct wait { int64_t seconds; enum schedule_kind kind; };

/* The least that the user wants between two polls. */
static int64_t
least(const struct schedule_in *in)
{
	return at_least(at_least(in->interval_s, in->min_interval_s), 1);
}

/* By the feed's habit, in whole minutes. */
static struct wait
habitual(const struct schedule_in *in)
{
	int64_t min_s = least(in), max_s = at_least(in->max_interval_s, min_s);
	double interval = (double)schedule_budget(min_s, max_s);
	int64_t wait_s;

	if (in->pace > 0)
		interval = in->pace / sqrt(schedule_rate(&in->habit));
	wait_s = (int64_t)clamped(round(interval / MINUTE_S) * MINUTE_S, min_s, max_s);
	if (wait_s == min_s)
		return (struct wait){ min_s, SCHEDULE_LEAST };
	return (struct wait){ wait_s, wait_s == max_s ? SCHEDULE_MOST : SCHEDULE_HABIT };
}

/* The rhythm: without hints and failures. */
static struct wait
rhythm(const struct schedule_in *in)
{
	bool web = in->min_interval_s >= SCHEDULE_WEB_MIN_S;
	struct wait wait = { least(in), SCHEDULE_LEAST };
	int64_t whole_s;

	if (in->interval_s >= wait.seconds)
		return (struct wait){ wait.seconds, SCHEDULE_USER };
	if (in->interval_s > 0)
		return wait;
	if (in->pushed)
		return (struct wait){ at_least(in->max_interval_s, wait.seconds), SCHEDULE_HUB };
	if (!web)
		return wait;
	wait = habitual(in);
	whole_s = at_most(SCHEDULE_UNCONDITIONAL_S, in->max_interval_s);
	if (in->unconditional && wait.seconds < whole_s)
		return (struct wait){ whole_s, SCHEDULE_UNCONDITIONAL };
	return wait;
}

static bool
is_throttled(int64_t http_status)
{
	return http_status == HTTP_TOO_MANY || http_status == HTTP_UNAVAILABLE;
}

/* The interval doubled for each failure in a row, as far as max_interval (or the user's own longer one). */
static int64_t
backoff(const struct schedule_in *in)
{
	int64_t base_s = least(in), max_s = at_least(at_most(in->max_interval_s, SCHEDULE_BACKOFF_MAX_S), base_s);

	if (in->failures <= 0)
		return 0;
	if (is_throttled(in->http_status) && in->retry_after_s <= 0) {
		base_s = at_least(base_s, SCHEDULE_THROTTLED_S / 2);
		max_s = at_least(max_s, SCHEDULE_THROTTLED_S);
	}
	return at_most(base_s * (INT64_C(1) << at_most(in->failures, DOUBLINGS_MAX)), max_s);
}

/* A server of one's own need not be waited for. */
static int64_t
confirmation(const struct schedule_in *in)
{
	if (in->http_status != HTTP_GONE)
		return 0;
	if (in->min_interval_s < SCHEDULE_WEB_MIN_S)
		return backoff(in);
	return at_least(backoff(in), at_most(SCHEDULE_GONE_S, in->max_interval_s));
}

/* A hint of minutes or seconds, within 0 and its cap; absent is 0. */
static int64_t
hint(int64_t value, int64_t unit_s, int64_t max_s)
{
	if (value <= 0)
		return 0;
	return at_most(at_most(value, max_s) * unit_s, max_s);
}

/* A full period, or up to its next beginning if the feed says when they begin. */
static int64_t
update(const struct schedule_hints *hints, int64_t now_s)
{
	int64_t period_s = hints->update_s, into_s;

	if (period_s <= 0 || hints->base_s == SCHEDULE_ABSENT)
		return hint(period_s, 1, SCHEDULE_HINT_MAX_S);
	into_s = (now_s % period_s - hints->base_s % period_s) % period_s;
	if (into_s < 0)
		into_s += period_s;
	return hint(period_s - into_s, 1, SCHEDULE_HINT_MAX_S);
}

static struct wait
longest(const struct schedule_in *in, struct wait interval)
{
	const struct wait waits[] = {
		{ hint(in->max_age_s, 1, SCHEDULE_HINT_MAX_S), SCHEDULE_MAX_AGE },
		{ hint(in->hints.ttl_min, MINUTE_S, SCHEDULE_HINT_MAX_S), SCHEDULE_TTL },
		{ update(&in->hints, in->now_s), SCHEDULE_UPDATE },
		{ confirmation(in), SCHEDULE_GONE },
		{ backoff(in), SCHEDULE_FAILING },
		{ hint(in->retry_after_s, 1, SCHEDULE_RETRY_MAX_S), SCHEDULE_RETRY },
	};
	struct wait most = interval;

	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
		if (waits[i].seconds > most.seconds)
			most = waits[i];
	return most;
}

/* A part of the wait that is always the same for a seed; rounded up, and never nothing. */
static int64_t
jitter(uint64_t seed, const struct wait *wait)
{
	static const struct hash_key key = { 0x67617a65, 0x74746564 };
	int64_t percent = wait->kind == SCHEDULE_FAILING ? SCHEDULE_FAILED_JITTER_PERCENT : SCHEDULE_JITTER_PERCENT;
	uint64_t part = hash_bytes(&key, &seed, sizeof seed) % 1001;

	return at_least((wait->seconds * percent / 100 * (int64_t)part + 999) / 1000, 1);
}

/* 1970 began on a Thursday. */
static bool
is_skipped(const struct schedule_hints *hints, int64_t when_s)
{
	return (hints->skip_hours >> (when_s / HOUR_S % 24) & 1) != 0 || (hints->skip_days >> ((when_s / DAY_S + 3) % 7) & 1) != 0;
}

/* The first moment from when on that is not skipped; when itself if all are. */
static int64_t
skip(const struct schedule_hints *hints, int64_t when_s)
{
	int64_t until_s = when_s;

	if (when_s < 0 || (hints->skip_hours == 0 && hints->skip_days == 0))
		return when_s;
	for (int hours = 0; hours < 8 * 24; hours++) {
		if (!is_skipped(hints, until_s))
			return until_s;
		until_s += HOUR_S - until_s % HOUR_S;
	}
	return when_s;
}

void
schedule_next(const struct schedule_in *in, struct schedule_out *out)
{
	struct wait interval = rhythm(in), wait = longest(in, interval);
	int64_t until_s;

	*out = (struct schedule_out){ .interval_s = interval.seconds };
	if (in->http_status == HTTP_GONE && in->was_gone) {
		out->next_s = INT64_MAX;
		out->gone = true;
		wait = (struct wait){ 0, SCHEDULE_GONE };
	} else if (in->crashes >= SCHEDULE_CRASHES_MAX) {
		out->next_s = INT64_MAX;
		out->quarantined = true;
		wait = (struct wait){ 0, SCHEDULE_QUARANTINE };
	} else {
		out->next_s = in->now_s + wait.seconds + jitter(in->seed, &wait);
		until_s = skip(&in->hints, out->next_s);
		if (until_s != out->next_s) {
			/* Those that wait for the same hour come spread over its beginning. */
			wait = (struct wait){ HOUR_S, SCHEDULE_SKIP };
			out->next_s = until_s + jitter(in->seed, &wait);
			wait.seconds = until_s - in->now_s;
		}
	}
	out->why = schedule_why(wait.kind, wait.seconds);
	schedule_words(out->why, &in->habit, out->reason);
}

/* --- by hand ------------------------------------------------------------------------ */

/* Whether so long has passed since; if not, until when and why. A clock that was set back must not lock the feed. */
static bool
has_passed(int64_t now_s, int64_t since_s, int64_t wait_s, struct schedule_out *out)
{
	char duration[48];

	if (since_s <= 0 || since_s > now_s || since_s + wait_s <= now_s)
		return true;
	out->next_s = since_s + wait_s;
	put_duration(duration, sizeof duration, wait_s);
	snprintf(out->reason, sizeof out->reason, "polled less than %s ago", duration);
	return false;
}

bool
schedule_manual(int64_t now_s, int64_t last_success_s, int64_t last_poll_s, int64_t retry_until_s, int64_t min_interval_s,
    struct schedule_out *out)
{
	*out = (struct schedule_out){ 0 };
	if (retry_until_s > now_s) {
		out->next_s = retry_until_s;
		snprintf(out->reason, sizeof out->reason, "the server asked to wait");
		return false;
	}
	return has_passed(now_s, last_success_s, at_most(min_interval_s, SCHEDULE_MANUAL_S), out) &&
	    has_passed(now_s, last_poll_s, at_most(min_interval_s, SCHEDULE_MANUAL_FAILED_S), out);
}
