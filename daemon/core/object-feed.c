/* object-feed - feeds as clients see them. One row for each member. */
#include "daemon/core/object.h"

#include <string.h>

#include "daemon/core/rhythm.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-websub.h"

static const char *
health_word(const struct store_feed *feed)
{
	if (feed->gone)
		return "gone";
	if (feed->paused)
		return "paused";
	if (feed->quarantined)
		return "quarantined";
	if (feed->failures > 0)
		return "failing";
	return feed->last_poll_s == STORE_ABSENT ? "new" : "ok";
}

static void
put_error(struct json *json, const char *name, const struct store_feed *feed)
{
	if (feed->failures == 0)
		return;
	json_put_object(json, name);
	object_text(json, "word", feed->error_word);
	object_text(json, "message", feed->error_message);
	if (feed->error_status != 0 && feed->error_status != STORE_ABSENT)
		json_put_integer(json, "status", feed->error_status);
	object_time(json, "since", feed->since_s);
	json_put_integer(json, "failures", feed->failures);
	json_end(json);
}

static void
put_reason(struct json *json, const char *name, const struct store_feed *feed)
{
	char reason[SCHEDULE_REASON_BYTES];

	rhythm_reason(feed, reason);
	if (reason[0] != '\0')
		json_put_string(json, name, reason);
}

static void
put_interval(struct json *json, const char *name, const struct store_feed *feed)
{
	json_t *settings = settings_load(feed->settings);
	int64_t interval_s = settings_interval(settings);

	if (interval_s > 0)
		json_put_integer(json, name, interval_s);
	else if (feed->interval_s != STORE_ABSENT)
		json_put_integer(json, name, feed->interval_s);
	json_decref(settings);
}

static void
put_settings(struct json *json, const char *name, const struct store_feed *feed)
{
	settings_public(json, name, feed->settings);
}

/* What has been agreed with the feed's hub. */
static void
put_websub(struct json *json, const char *name, const struct store_feed *feed)
{
	static const char *const words[WEBSUB_STATES] = {
		[WEBSUB_NAMED] = "named", [WEBSUB_ASKED] = "asked", [WEBSUB_VERIFIED] = "verified", [WEBSUB_REFUSED] = "refused",
		[WEBSUB_LEAVING] = "leaving"
	};

	if (feed->hub.ptr == NULL || feed->hub_state < 0 || feed->hub_state >= WEBSUB_STATES)
		return;
	json_put_object(json, name);
	object_text(json, "hub", feed->hub);
	json_put_string(json, "state", words[feed->hub_state]);
	object_time(json, "lease_until", feed->hub_until_s);
	json_end(json);
}

static void
put_tags(struct json *json, const char *name, const struct store_feed *feed)
{
	json_put_array(json, name);
	for (size_t i = 0; i < feed->tags.count; i++)
		json_put_stringn(json, NULL, feed->tags.items[i].ptr, feed->tags.items[i].len);
	json_end(json);
}

static void
put_health(struct json *json, const char *name, const struct store_feed *feed)
{
	json_put_string(json, name, health_word(feed));
}

/* How many entries of it are from each of the last weeks, oldest first. */
static void
put_posts(struct json *json, const char *name, const struct store_feed *feed)
{
	if (!feed->weeks_known)
		return;
	json_put_array(json, name);
	for (size_t i = 0; i < STORE_WEEKS; i++)
		json_put_integer(json, NULL, feed->weeks[i]);
	json_end(json);
}

#define TEXT(member_) { #member_, NULL, TEXTS, offsetof(struct store_feed, member_), 0 }
#define NUMBER(member_) { #member_, NULL, NUMBERS, offsetof(struct store_feed, member_), OBJECT_FEED_BRIEF }
#define TIME(member_, flags_) { #member_, NULL, TIMES, offsetof(struct store_feed, member_##_s), flags_ }

/* In the order of the object. */
static const struct row {
	const char	*name;
	void		(*put)(struct json *, const char *name, const struct store_feed *);
	enum { PUT, TEXTS, NUMBERS, TIMES } kind;
	size_t		 offset;
	unsigned	 flags;
} rows[] = {
	TEXT(url), TEXT(original_url),
	{ "title", NULL, TEXTS, offsetof(struct store_feed, title), OBJECT_FEED_BRIEF },
	TEXT(feed_title), TEXT(home_page_url), TEXT(description), TEXT(language), TEXT(format), TEXT(icon),
	{ "tags", put_tags, PUT, 0, OBJECT_FEED_BRIEF },
	NUMBER(unread), NUMBER(total), TIME(newest, OBJECT_FEED_BRIEF), TIME(added, 0), TIME(last_poll, 0), TIME(last_success, 0),
	TIME(next_poll, 0),
	{ "next_poll_reason", put_reason, PUT, 0, 0 }, { "interval", put_interval, PUT, 0, 0 },
	{ "settings", put_settings, PUT, 0, 0 }, { "websub", put_websub, PUT, 0, 0 },
	{ "paused", NULL, PUT, offsetof(struct store_feed, paused), OBJECT_FEED_BRIEF },
	{ "health", put_health, PUT, 0, OBJECT_FEED_BRIEF }, { "error", put_error, PUT, 0, OBJECT_FEED_BRIEF },
	{ "posts", put_posts, PUT, 0, OBJECT_FEED_BRIEF | OBJECT_FEED_POSTS },
};

enum { N_ROWS = sizeof rows / sizeof rows[0] };

static void
put_row(struct json *json, const char *name, const struct row *row, const struct store_feed *feed)
{
	const char *member = (const char *)feed + row->offset;

	if (row->kind == TEXTS)
		object_text(json, name, *(const struct span *)(const void *)member);
	else if (row->kind == NUMBERS)
		json_put_integer(json, name, *(const int64_t *)(const void *)member);
	else if (row->kind == TIMES)
		object_time(json, name, *(const int64_t *)(const void *)member);
	else if (row->put != NULL)
		row->put(json, name, feed);
	else
		json_put_bool(json, name, *(const bool *)member);
}

void
object_feed(struct json *json, const char *name, const struct store_feed *feed)
{
	json_put_object(json, name);
	json_put_integer(json, "id", feed->id);
	for (size_t i = 0; i < N_ROWS; i++)
		put_row(json, rows[i].name, &rows[i], feed);
	json_end(json);
}

const char *
object_feed_fields(const json_t *array, struct object_feed_fields *fields)
{
	*fields = (struct object_feed_fields){ .flags = OBJECT_FEED_BRIEF };
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *name = json_string_value(json_array_get(array, i));
		size_t row = 0;

		while (row < N_ROWS && strcmp(rows[row].name, name) != 0)
			row++;
		if (row == N_ROWS || fields->count == OBJECT_FIELDS_MAX)
			return name;
		fields->rows[fields->count++] = (unsigned char)row;
		fields->flags |= rows[row].flags & OBJECT_FEED_POSTS;
		if ((rows[row].flags & OBJECT_FEED_BRIEF) == 0)
			fields->flags &= ~(unsigned)OBJECT_FEED_BRIEF;
	}
	return NULL;
}

void
object_feed_some(struct json *json, const struct store_feed *feed, const struct object_feed_fields *fields)
{
	json_put_object(json, NULL);
	json_put_integer(json, "id", feed->id);
	for (size_t i = 0; i < fields->count; i++)
		put_row(json, rows[fields->rows[i]].name, &rows[fields->rows[i]], feed);
	json_end(json);
}

void
object_feed_row(struct json *json, const struct store_feed *feed, const struct object_feed_fields *fields)
{
	json_put_array(json, NULL);
	json_put_integer(json, NULL, feed->id);
	for (size_t i = 0; i < fields->count; i++) {
		size_t before = json->out->len;

		put_row(json, NULL, &rows[fields->rows[i]], feed);
		if (json->out->len == before && !json->out->overflow)
			json_put_null(json, NULL);
	}
	json_end(json);
}

struct by_id { struct json *json; const char *name; };

static int
put_feed(void *arg, const struct store_feed *feed)
{
	struct by_id *by_id = arg;

	object_feed(by_id->json, by_id->name, feed);
	return 0;
}

static int
put_title(void *arg, const struct store_feed *feed)
{
	struct by_id *by_id = arg;

	object_text(by_id->json, by_id->name, feed->title);
	return 0;
}

void
object_feed_by_id(struct store *store, struct json *json, const char *name, uint32_t feed)
{
	struct by_id by_id = { json, name };

	store_feed_get(store, feed, put_feed, &by_id);
}

void
object_feed_title(struct store *store, struct json *json, const char *name, uint32_t feed)
{
	struct by_id by_id = { json, name };

	store_feed_get(store, feed, put_title, &by_id);
}
