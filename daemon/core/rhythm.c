#include "daemon/core/rhythm.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/store-feed.h"
#include "daemon/shared/log.h"
#include "feeds/date.h"

enum { HOUR_S = 3600, DAY_S = 86400, HOURS = 24, DAYS = 7 };

/* --- hints ---------------------------------------------------------------------------- */

static int64_t
integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : SCHEDULE_ABSENT;
}

/* http://purl.org/rss/1.0/modules/syndication/: once in a period, if there is no frequency. */
static int64_t
update_period(const json_t *object)
{
	static const struct { const char *word; int64_t seconds; } periods[] = {
		{ "hourly", HOUR_S }, { "daily", DAY_S }, { "weekly", 7 * DAY_S }, { "monthly", 30 * DAY_S }, { "yearly", 365 * DAY_S }
	};
	const char *word = json_string_value(json_object_get(object, "update_period"));
	int64_t frequency = integer(object, "update_frequency");

	for (size_t i = 0; word != NULL && i < sizeof periods / sizeof periods[0]; i++)
		if (strcmp(periods[i].word, word) == 0)
			return periods[i].seconds / (frequency > 0 ? frequency : 1);
	return 0;
}

static int64_t
update_base(const json_t *object)
{
	const char *date = json_string_value(json_object_get(object, "update_base"));
	int64_t base_s;

	return date != NULL && date_parse(date, strlen(date), &base_s) == 0 ? base_s : SCHEDULE_ABSENT;
}

/* Bits up to the last that counts. */
static uint32_t
bits(const json_t *object, const char *key, unsigned count)
{
	int64_t value = integer(object, key);

	return value > 0 ? (uint32_t)value & ((UINT32_C(1) << count) - 1) : 0;
}

void
rhythm_hints(struct span text, struct schedule_hints *hints)
{
	json_t *object;

	*hints = (struct schedule_hints){ .ttl_min = SCHEDULE_ABSENT, .base_s = SCHEDULE_ABSENT };
	if (text.len <= 2)
		return;
	object = json_loadb(text.ptr, text.len, 0, NULL);
	hints->ttl_min = integer(object, "ttl_min");
	hints->update_s = update_period(object);
	hints->base_s = update_base(object);
	hints->skip_hours = bits(object, "skip_hours", HOURS);
	hints->skip_days = bits(object, "skip_days", DAYS);
	json_decref(object);
}

/* --- habit ------------------------------------------------------------------------------ */

int
rhythm_learn(struct store_job *job, uint32_t feed, const struct store_known *known, int64_t at_s, bool news,
    struct schedule_habit *habit)
{
	int64_t times, oldest_s;
	int rc;

	*habit = (struct schedule_habit){ known->posts_u, known->watched_s };
	if (known->watched_s > 0 && known->last_success_s != STORE_ABSENT) {
		schedule_learn(habit, at_s - known->last_success_s, news);
		return STORE_OK;
	}
	rc = store_job_history(job, feed, at_s, at_s - SCHEDULE_HISTORY_S, SCHEDULE_BIN_S, &times, &oldest_s);
	if (rc == STORE_OK)
		schedule_start(habit, times, at_s - oldest_s);
	return rc;
}

/* --- pace ------------------------------------------------------------------------------- */

static double
count_pace(struct store *store, int64_t min_interval_s, int64_t max_interval_s)
{
	struct store_habit habits[RHYTHM_SAMPLE];
	double rates[RHYTHM_SAMPLE];
	size_t count = 0;

	if (store_habits(store, habits, RHYTHM_SAMPLE, &count) != STORE_OK)
		log_warn("how often feeds have news cannot be read: %s", store_error(store));
	for (size_t i = 0; i < count; i++)
		rates[i] = schedule_rate(&(struct schedule_habit){ habits[i].posts_u, habits[i].watched_s });
	return schedule_pace(rates, count, schedule_budget(min_interval_s, max_interval_s), min_interval_s, max_interval_s);
}

double
rhythm_pace(struct rhythm_pace *pace, struct store *store, int64_t min_interval_s, int64_t max_interval_s, int64_t now_s)
{
	bool same = min_interval_s == pace->min_interval_s && max_interval_s == pace->max_interval_s;

	if (min_interval_s < SCHEDULE_WEB_MIN_S)
		return 0;
	if (same && pace->left > 0 && now_s >= pace->counted_s && now_s - pace->counted_s < RHYTHM_COUNT_S) {
		pace->left--;
		return pace->pace;
	}
	if (pace->every < RHYTHM_COUNT_POLLS)
		pace->every = pace->every * 2 + 1;
	pace->left = pace->every - 1;
	pace->counted_s = now_s;
	pace->min_interval_s = min_interval_s;
	pace->max_interval_s = max_interval_s;
	pace->pace = count_pace(store, min_interval_s, max_interval_s);
	return pace->pace;
}

/* --- words ------------------------------------------------------------------------------ */

void
rhythm_reason(const struct store_feed *feed, char out[SCHEDULE_REASON_BYTES])
{
	const struct schedule_habit habit = { feed->posts_u, feed->watched_s };

	out[0] = '\0';
	if (feed->paused || feed->gone)
		snprintf(out, SCHEDULE_REASON_BYTES, "%s", feed->paused ? "it is paused" : "the server says it is gone for good (410)");
	else if (feed->why != STORE_ABSENT)
		schedule_words(feed->why, &habit, out);
	else if (feed->last_poll_s == STORE_ABSENT)
		snprintf(out, SCHEDULE_REASON_BYTES, "it is new");
}
