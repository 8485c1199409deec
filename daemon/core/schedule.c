#include "daemon/core/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stddef.h>

#include "feeds/base/hash.h"

enum { HTTP_TOO_MANY = 429, HTTP_UNAVAILABLE = 503, HTTP_GONE = 410, DOUBLINGS_MAX = 20 };

/* One reason to wait. */
struct wait { int64_t seconds; const char *words; };

/* "90 s", "15 min", "2 h", "3 d": the largest unit that says it exactly. */
static void
put_duration(char *str, size_t size, int64_t seconds)
{
	static const struct { int64_t seconds; const char *name; } units[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" }
	};
	size_t i = 0;

	while (seconds % units[i].seconds != 0 || seconds < units[i].seconds) {
		if (units[i].seconds == 1)
			break;
		i++;
	}
	snprintf(str, size, "%" PRId64 " %s", seconds / units[i].seconds, units[i].name);
}

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

static bool
is_throttled(int64_t http_status)
{
	return http_status == HTTP_TOO_MANY || http_status == HTTP_UNAVAILABLE;
}

/* The interval doubled for each failure in a row, as far as max_interval (or the user's own longer one). */
static int64_t
backoff(const struct schedule_in *in, int64_t interval_s)
{
	int64_t base_s = interval_s;

	if (in->failures <= 0)
		return 0;
	if (is_throttled(in->http_status))
		base_s = at_least(base_s, SCHEDULE_THROTTLED_S / 2);
	base_s *= INT64_C(1) << at_most(in->failures, DOUBLINGS_MAX);
	return at_most(base_s, at_least(in->max_interval_s, interval_s));
}

/* A hint of minutes or seconds, within 0 and its cap; absent is 0. */
static int64_t
hint(int64_t value, int64_t unit_s, int64_t max_s)
{
	if (value <= 0)
		return 0;
	return at_most(at_most(value, max_s) * unit_s, max_s);
}

/* 0 to 10 % of the wait, always the same for a feed; never less than nothing, rounded up. */
static int64_t
jitter(int64_t feed, int64_t wait_s)
{
	static const struct hash_key key = { 0x67617a65, 0x74746564 };
	uint64_t part = hash_bytes(&key, &feed, sizeof feed) % 1001;

	return (wait_s * SCHEDULE_JITTER_PERCENT / 100 * (int64_t)part + 999) / 1000;
}

void
schedule_next(const struct schedule_in *in, struct schedule_out *out)
{
	int64_t interval_s = at_least(at_least(in->interval_s, in->min_interval_s), 1);
	const struct wait waits[] = {
		{ interval_s, "every" },
		{ hint(in->max_age_s, 1, SCHEDULE_HINT_MAX_S), "the server's max-age of" },
		{ hint(in->ttl_min, 60, SCHEDULE_HINT_MAX_S), "the feed's ttl of" },
		{ backoff(in, interval_s), "after failing," },
		{ hint(in->retry_after_s, 1, SCHEDULE_RETRY_MAX_S), "the server's Retry-After of" },
	};
	const struct wait *longest = &waits[0];
	char duration[32];

	if (in->http_status == HTTP_GONE) {
		*out = (struct schedule_out){ .next_s = INT64_MAX, .gone = true, .reason = "the server says it is gone for good (410)" };
		return;
	}
	for (size_t i = 1; i < sizeof waits / sizeof waits[0]; i++)
		if (waits[i].seconds > longest->seconds)
			longest = &waits[i];
	put_duration(duration, sizeof duration, longest->seconds);
	*out = (struct schedule_out){ .next_s = in->now_s + longest->seconds + jitter(in->feed, longest->seconds) };
	snprintf(out->reason, sizeof out->reason, "%s %s", longest->words, duration);
}

/* Whether so long has passed since; if not, until when and why. A clock that was set back must not lock the feed. */
static bool
has_passed(int64_t now_s, int64_t since_s, int64_t wait_s, struct schedule_out *out)
{
	char duration[32];

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
		snprintf(out->reason, sizeof out->reason, "the server asked to wait (Retry-After)");
		return false;
	}
	return has_passed(now_s, last_success_s, at_most(min_interval_s, SCHEDULE_MANUAL_S), out) &&
	    has_passed(now_s, last_poll_s, at_most(min_interval_s, SCHEDULE_MANUAL_FAILED_S), out);
}
