#include "daemon/core/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>


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
	json_put_integer(json, "story", item->story);
	if (item->copies)
		json_put_bool(json, "copies", true);
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
	if (item->attachments)
		json_put_bool(json, "attachments", true);
	if (fields->all || item->revision > 0)
		json_put_integer(json, "revision", item->revision);
	if (fields->all)
		put_members(json, item);
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
