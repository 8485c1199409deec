#include "feeds/jsonfeed.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/jsonfeed-read.h"
#include "feeds/jsonfeed-repair.h"
#include "feeds/jsonfeed-split.h"
#include "feeds/url.h"

struct jsonfeed {
	struct jsonfeed_reader feed_reader, item_reader;
	struct doc_feed	*feed;
	feed_entry_fn	*on_entry;
	void		*arg;
	struct jsonfeed_split split;
	struct buf	 held;			/* items that wait: a struct jsonfeed_span each, and its text */
	size_t		 n_entries;
	size_t		 settled_at;		/* so much of the feed's own members has been looked at */
};

/* One value as a tree, repaired if need be. NULL if it holds too much, or nothing. */
static json_t *
load(struct model_context *context, const char *text, size_t len, size_t tree_bytes)
{
	struct buf repaired = BUF_INIT(SIZE_MAX / 4);
	json_error_t error;
	json_t *root;

	if (tree_bytes > context->limits->json_bytes) {
		model_warn(context->warnings, "limit: JSON of more than %zu bytes of memory", context->limits->json_bytes);
		return NULL;
	}
	root = json_loadb(text, len, JSON_DECODE_ANY, &error);
	if (root != NULL)
		return root;
	jsonfeed_repair(text, len, &repaired);
	root = json_loadb(repaired.ptr, repaired.len, 0, &(json_error_t){ 0 });
	buf_free(&repaired);
	model_warn(context->warnings, "json: %s; what can be read is used", error.text);
	return root;
}

/* --- items that wait ------------------------------------------------------------------------------------------- */

static bool
is_relative(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) != 0 && !url_is_absolute(json_string_value(value));
}

static bool
any_relative(const json_t *object, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_relative(json_object_get(object, names[i])))
			return true;
	return false;
}

/* The URLs of the objects in a list, or of the one that stands in its place. */
static bool
any_relative_in(const json_t *list)
{
	static const char *const names[] = { "url", "avatar" };
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (any_relative(json_array_get(list, i), names, 2))
			return true;
	return any_relative(list, names, 2);
}

static bool
needs_base(const json_t *item)
{
	static const char *const names[] = { "url", "external_url", "image", "banner_image" };
	const json_t *html = json_object_get(item, "content_html");

	return any_relative(item, names, sizeof(names) / sizeof(names[0])) || any_relative_in(json_object_get(item, "authors")) ||
	    any_relative_in(json_object_get(item, "author")) || any_relative_in(json_object_get(item, "attachments")) ||
	    (json_object_get(item, "url") == NULL && json_is_string(html) && strchr(json_string_value(html), '=') != NULL);
}

/* The feed as far as it is known: its own members are looked at again when there are more of them. */
static void
settle(struct jsonfeed *json)
{
	struct buf own = BUF_INIT(SIZE_MAX / 4);
	json_t *root;

	if (json->settled_at == json->split.own.len || json->split.own_tree_bytes > json->feed_reader.context->limits->json_bytes)
		return;
	json->settled_at = json->split.own.len;
	jsonfeed_split_own(&json->split, &own);
	buf_puts(&own, json->split.ended ? "" : "}");
	root = json_loadb(own.ptr, own.len, 0, &(json_error_t){ 0 });
	buf_free(&own);
	jsonfeed_read_settled(&json->feed_reader, root, json->feed);
	json_decref(root);
}

static bool
waits(struct jsonfeed *json, const json_t *item)
{
	const char *home;

	settle(json);
	home = json->feed->home_page_url;
	return ((home == NULL || !url_is_absolute(home)) && needs_base(item)) ||
	    (json->feed->language == NULL && json_object_get(item, "language") != NULL);
}

static void
emit(struct jsonfeed *json, const json_t *item)
{
	struct doc_entry entry;

	jsonfeed_read_item(&json->item_reader, item, json->feed, &entry);
	entry.ordinal = json->n_entries++;
	json->on_entry(json->arg, &entry);
	arena_reset(json->item_reader.arena);
}

static json_t *
load_item(struct jsonfeed *json, const struct jsonfeed_span *span)
{
	struct model_context *context = json->item_reader.context;

	if (json->n_entries >= context->limits->entries) {
		model_warn(context->warnings, "limit: more than %zu entries", context->limits->entries);
		return NULL;
	}
	return load(context, span->ptr, span->len, span->tree_bytes);
}

static void
flush(struct jsonfeed *json)
{
	struct jsonfeed_span span;
	json_t *item;
	size_t at;

	for (at = 0; at < json->held.len; at += sizeof(span) + span.len) {
		memcpy(&span, json->held.ptr + at, sizeof(span));
		span.ptr = json->held.ptr + at + sizeof(span);
		item = load_item(json, &span);
		if (item != NULL)
			emit(json, item);
		json_decref(item);
	}
	buf_free(&json->held);
}

static void
warn_impatient(struct jsonfeed *json)
{
	model_warn(json->item_reader.context->warnings, "limit: items no longer wait for what the feed says after them");
}

static bool
may_wait(const struct jsonfeed *json, const struct jsonfeed_span *span)
{
	return json->held.len + sizeof(*span) + span->len <= json->item_reader.context->limits->held_bytes;
}

static void
hold(struct jsonfeed *json, const struct jsonfeed_span *span)
{
	buf_put(&json->held, span, sizeof(*span));
	buf_put(&json->held, span->ptr, span->len);
}

/* An item too large to wait goes on as it is: there is no room for it twice. */
static void
take_item(struct jsonfeed *json, const struct jsonfeed_span *span)
{
	json_t *item;

	if (*span->ptr != '{')
		return;
	if (json->held.len != 0 && may_wait(json, span)) {
		hold(json, span);
		return;
	}
	if (json->held.len != 0) {
		warn_impatient(json);
		settle(json);
		flush(json);
	}
	item = load_item(json, span);
	if (item != NULL && waits(json, item)) {
		if (may_wait(json, span)) {
			hold(json, span);
			json_decref(item);
			return;
		}
		warn_impatient(json);
	}
	if (item != NULL)
		emit(json, item);
	json_decref(item);
}

/* --- all together ------------------------------------------------------------------------------------------------ */

struct jsonfeed *
jsonfeed_new(struct model_context *context, struct arena *arena, struct doc_feed *feed, feed_entry_fn *on_entry, void *arg)
{
	struct jsonfeed *json = calloc(1, sizeof(*json));

	if (json == NULL)
		abort();
	json->feed_reader = (struct jsonfeed_reader){ context, arena };
	json->item_reader = (struct jsonfeed_reader){ context, arena_new(context->limits->arena_bytes) };
	json->feed = feed;
	json->on_entry = on_entry;
	json->arg = arg;
	json->held = BUF_INIT(SIZE_MAX / 4);
	context->base = context->url;
	jsonfeed_split_init(&json->split);
	return json;
}

void
jsonfeed_free(struct jsonfeed *json)
{
	if (json == NULL)
		return;
	jsonfeed_split_free(&json->split);
	buf_free(&json->held);
	arena_free(json->item_reader.arena);
	free(json);
}

size_t
jsonfeed_kept(const struct jsonfeed *json)
{
	return json->split.text.cap + json->split.own.cap + json->held.cap;
}

static void
push(struct jsonfeed *json, const char *ptr, size_t len, bool final)
{
	struct jsonfeed_span span;

	jsonfeed_split_push(&json->split, ptr, len, final);
	while (jsonfeed_split_next(&json->split, &span))
		take_item(json, &span);
}

void
jsonfeed_push(struct jsonfeed *json, const char *ptr, size_t len)
{
	push(json, ptr, len, false);
}

bool
jsonfeed_is_cut(const struct jsonfeed *json)
{
	return !json->split.ended;
}

int
jsonfeed_finish(struct jsonfeed *json, const char **error)
{
	struct model_context *context = json->feed_reader.context;
	struct buf own = BUF_INIT(SIZE_MAX / 4);
	json_t *root;

	push(json, "", 0, true);
	if (!json->split.has_items) {
		*error = "not a feed: JSON without \"items\"";
		return -1;
	}
	jsonfeed_split_own(&json->split, &own);
	root = load(context, own.ptr, own.len, json->split.own_tree_bytes);
	buf_free(&own);
	jsonfeed_read_feed(&json->feed_reader, root, json->feed);
	json_decref(root);
	buf_free(&json->split.text);
	flush(json);
	if (!json->split.ended || json->split.more)
		model_warn(context->warnings, "json: the document ends too early, or goes on after its end");
	if (json->split.odd)
		model_warn(context->warnings, "json: commas too many or missing");
	return 0;
}
