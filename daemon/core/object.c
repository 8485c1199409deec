#include "daemon/core/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/rhythm.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-websub.h"

/* --- small ------------------------------------------------------------------------- */

void
object_text(struct json *json, const char *name, struct span span)
{
	if (span.ptr != NULL)
		json_put_stringn(json, name, span.ptr, span.len);
}

void
object_time(struct json *json, const char *name, int64_t time_s)
{
	if (time_s != STORE_ABSENT && time_s != STORE_NEVER)
		json_put_date(json, name, time_s);
}

static void
put_texts(struct json *json, const struct span_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		json_put_stringn(json, NULL, list->items[i].ptr, list->items[i].len);
}

/* --- feeds ------------------------------------------------------------------------- */

static const char *
health(const struct store_feed *feed)
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
put_error(struct json *json, const struct store_feed *feed)
{
	if (feed->failures == 0)
		return;
	json_put_object(json, "error");
	object_text(json, "word", feed->error_word);
	object_text(json, "message", feed->error_message);
	if (feed->error_status != 0 && feed->error_status != STORE_ABSENT)
		json_put_integer(json, "status", feed->error_status);
	object_time(json, "since", feed->since_s);
	json_put_integer(json, "failures", feed->failures);
	json_end(json);
}

static void
put_reason(struct json *json, const struct store_feed *feed)
{
	char reason[SCHEDULE_REASON_BYTES];

	rhythm_reason(feed, reason);
	if (reason[0] != '\0')
		json_put_string(json, "next_poll_reason", reason);
}

static void
put_settings(struct json *json, const struct store_feed *feed)
{
	json_t *settings = settings_load(feed->settings);
	int64_t interval_s = settings_interval(settings);

	if (interval_s > 0)
		json_put_integer(json, "interval", interval_s);
	else if (feed->interval_s != STORE_ABSENT)
		json_put_integer(json, "interval", feed->interval_s);
	settings_public(json, "settings", feed->settings);
	json_decref(settings);
}

/* What has been agreed with the feed's hub. */
static void
put_websub(struct json *json, const struct store_feed *feed)
{
	static const char *const words[WEBSUB_STATES] = {
		[WEBSUB_NAMED] = "named", [WEBSUB_ASKED] = "asked", [WEBSUB_VERIFIED] = "verified", [WEBSUB_REFUSED] = "refused",
		[WEBSUB_LEAVING] = "leaving"
	};

	if (feed->hub.ptr == NULL || feed->hub_state < 0 || feed->hub_state >= WEBSUB_STATES)
		return;
	json_put_object(json, "websub");
	object_text(json, "hub", feed->hub);
	json_put_string(json, "state", words[feed->hub_state]);
	object_time(json, "lease_until", feed->hub_until_s);
	json_end(json);
}

void
object_feed(struct json *json, const char *name, const struct store_feed *feed)
{
	json_put_object(json, name);
	json_put_integer(json, "id", feed->id);
	object_text(json, "url", feed->url);
	object_text(json, "original_url", feed->original_url);
	object_text(json, "title", feed->title);
	object_text(json, "feed_title", feed->feed_title);
	object_text(json, "home_page_url", feed->home_page_url);
	object_text(json, "description", feed->description);
	object_text(json, "language", feed->language);
	object_text(json, "format", feed->format);
	object_text(json, "icon", feed->icon);
	json_put_array(json, "tags");
	put_texts(json, &feed->tags);
	json_end(json);
	json_put_integer(json, "unread", feed->unread);
	json_put_integer(json, "total", feed->total);
	object_time(json, "newest", feed->newest_s);
	object_time(json, "added", feed->added_s);
	object_time(json, "last_poll", feed->last_poll_s);
	object_time(json, "last_success", feed->last_success_s);
	object_time(json, "next_poll", feed->next_poll_s);
	put_reason(json, feed);
	put_settings(json, feed);
	put_websub(json, feed);
	json_put_bool(json, "paused", feed->paused);
	json_put_string(json, "health", health(feed));
	put_error(json, feed);
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

/* --- entries: their own members -------------------------------------------------------- */

static void
put_id(struct json *json, const struct store_item *item)
{
	char text[32];

	if (item->guid.ptr != NULL)
		object_text(json, "id", item->guid);
	else if (item->url.ptr != NULL)
		object_text(json, "id", item->url);
	else {
		snprintf(text, sizeof text, "gazette:%" PRIu32, item->id);
		json_put_string(json, "id", text);
	}
}

static void
put_url(struct json *json, const struct store_item *item)
{
	object_text(json, "url", item->url);
}

static void
put_item_title(struct json *json, const struct store_item *item)
{
	object_text(json, "title", item->title);
}

static void
put_html(struct json *json, const struct store_item *item)
{
	object_text(json, "content_html", item->html);
}

static void
put_text(struct json *json, const struct store_item *item)
{
	object_text(json, "content_text", item->text);
}

static void
put_summary(struct json *json, const struct store_item *item)
{
	object_text(json, "summary", item->summary);
}

static void
put_published(struct json *json, const struct store_item *item)
{
	object_time(json, "date_published", item->published_s);
}

static void
put_modified(struct json *json, const struct store_item *item)
{
	object_time(json, "date_modified", item->modified_s);
}

/* The members that are columns of the store; all others are in rest. The id always goes first. */
static const struct row {
	const char	*name;
	void		(*put)(struct json *, const struct store_item *);
	unsigned	 want;
	bool		 content;
} rows[] = {
	{ "url", put_url, 0, false },
	{ "title", put_item_title, 0, false },
	{ "content_html", put_html, STORE_WANT_CONTENT, true },
	{ "content_text", put_text, STORE_WANT_CONTENT, true },
	{ "summary", put_summary, STORE_WANT_COLD, false },
	{ "date_published", put_published, 0, false },
	{ "date_modified", put_modified, 0, false },
};

enum { N_ROWS = sizeof rows / sizeof rows[0] };

static const struct row *
find_row(const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool
is_wanted(const struct object_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (strcmp(fields->names[i], name) == 0)
			return true;
	return false;
}

bool
object_fields(const json_t *array, struct object_fields *fields, unsigned *want)
{
	*fields = (struct object_fields){ .all = array == NULL };
	*want = STORE_WANT_COLD;	/* for the id */
	if (json_array_size(array) > OBJECT_FIELDS_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *name = json_string_value(json_array_get(array, i));
		const struct row *row = find_row(name);

		if (strlen(name) >= OBJECT_NAME_BYTES)
			return false;
		if (strcmp(name, "*") == 0) {
			fields->all = fields->content = true;
			*want |= STORE_WANT_CONTENT;
		}
		if (row != NULL)
			*want |= row->want;
		fields->names[fields->count++] = name;
	}
	return true;
}

/* --- entries: members kept as JSON ------------------------------------------------------- */

/* Some of an object's members, one of them perhaps under another name. */
static void
put_some(struct json *json, struct span text, const struct object_fields *fields, const char *from, const char *to)
{
	json_t *object = json_loadb(text.ptr, text.len, 0, NULL);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		char *dump;

		if (fields != NULL && !is_wanted(fields, name))
			continue;
		dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		if (dump == NULL)
			continue;
		json_put_raw(json, from != NULL && strcmp(name, from) == 0 ? to : name, dump, strlen(dump));
		free(dump);
	}
	json_decref(object);
}

static void
put_rest(struct json *json, const struct store_item *item, const struct object_fields *fields)
{
	size_t columns = 0;

	if (item->rest.len <= 2)
		return;
	if (fields->all) {
		json_put_members(json, item->rest.ptr, item->rest.len);
		return;
	}
	for (size_t i = 0; i < fields->count; i++)
		columns += find_row(fields->names[i]) != NULL;
	if (columns < fields->count)
		put_some(json, item->rest, fields, NULL, NULL);
}

/* What the feed says of its tags has the name that ours need: it becomes "categories". */
static void
put_members(struct json *json, const struct store_item *item)
{
	static const char tags[] = "\"tags\":";

	if (item->gazette.len <= 2)
		return;
	if (memmem(item->gazette.ptr, item->gazette.len, tags, sizeof tags - 1) == NULL)
		json_put_members(json, item->gazette.ptr, item->gazette.len);
	else
		put_some(json, item->gazette, NULL, "tags", "categories");
}

static void
put_gazette(struct json *json, const struct store_item *item, const struct object_fields *fields)
{
	json_put_object(json, "_gazette");
	json_put_integer(json, "item", item->id);
	json_put_integer(json, "feed", item->feed);
	object_text(json, "feed_title", item->feed_title);
	json_put_integer(json, "seq", item->seq);
	object_time(json, "received", item->received_s);
	json_put_array(json, "tags");
	put_texts(json, &item->tags);
	if (item->unread)
		json_put_string(json, NULL, "unread");
	if (item->starred)
		json_put_string(json, NULL, "starred");
	json_end(json);
	if (item->snippet.count > 0) {
		json_put_array(json, "snippet");
		put_texts(json, &item->snippet);
		json_end(json);
	}
	if (fields->all) {
		json_put_integer(json, "revision", item->revision);
		put_members(json, item);
	}
	json_end(json);
}

void
object_item(struct json *json, const char *name, const struct store_item *item, const struct object_fields *fields)
{
	json_put_object(json, name);
	put_id(json, item);
	for (size_t i = 0; i < N_ROWS; i++) {
		bool wanted = fields->all ? fields->content || !rows[i].content : is_wanted(fields, rows[i].name);

		if (wanted)
			rows[i].put(json, item);
	}
	put_rest(json, item, fields);
	put_gazette(json, item, fields);
	json_end(json);
}
