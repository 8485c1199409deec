/* rpc-feed - the methods about feeds. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/add.h"
#include "daemon/core/document.h"
#include "daemon/core/object.h"
#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/refresh.h"
#include "daemon/core/retain.h"
#include "daemon/core/rpc.h"
#include "daemon/core/selector.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-feed.h"
#include "daemon/shared/protocol.h"
#include "feeds/url.h"

enum { ARENA_BYTES = 4 << 20, IMPORT_MAX = 20000 };

/* --- feed.add, feed.import ------------------------------------------------------------- */

static bool
has_entry_tag(const json_t *tags)
{
	for (size_t i = 0; i < json_array_size(tags); i++)
		if (rpc_is_entry_tag(rpc_text(json_array_get(tags, i))))
			return true;
	return false;
}

/* "paused" is kept elsewhere, see rpc_param_paused(). */
static int
take_setting(json_t *settings, const char *key, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	bool paused;

	if (strcmp(key, "paused") != 0)
		return settings_set(settings, key, value, error);
	if (rpc_switch(value, &paused))
		return 0;
	snprintf(error, SETTINGS_ERROR_BYTES, "paused: must be yes or no");
	return -1;
}

/* The settings of the call as an object; NULL: the call has been answered. */
static json_t *
take_settings(struct rpc_call *call, json_t *settings)
{
	char error[SETTINGS_ERROR_BYTES];
	const char *key;
	json_t *value;

	json_object_foreach(rpc_param(call, "settings"), key, value)
		if (take_setting(settings, key, value, error) == -1) {
			json_decref(settings);
			rpc_fail(call, "bad-value", "%s", error);
			return NULL;
		}
	return settings;
}

/* wait false: subscribed as it is, polled when its turn comes. */
static void
subscribe_now(struct rpc_call *call, const char *url, const char *settings)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	int64_t now_s = loop_wall_s();
	struct store_feed_new new = {
		.url = SPAN(url), .user_title = rpc_param_span(call, "title"), .settings = SPAN(settings),
		.tags = rpc_texts(rpc_param(call, "tags"), arena), .now_s = now_s, .next_poll_s = now_s,
		.paused = rpc_param_paused(call)
	};
	uint32_t feed;
	int status;

	core_before_change(call->core);
	status = store_feed_add(call->core->store, &new, &feed);
	arena_free(arena);
	if (status == STORE_EEXIST) {
		json_put_integer(rpc_error(call, "already-subscribed", "%s is subscribed to already, as feed %" PRIu32, url, feed), "feed",
		    feed);
		rpc_send(call);
		return;
	}
	if (status != STORE_OK) {
		rpc_fail_store(call, status);
		return;
	}
	poll_rescan(call->core->poll);
	core_changed(call->core);
	selector_answer(call, feed);
}

struct known { struct span url; uint32_t feed; };

static int
compare_known(void *arg, const struct store_feed *feed)
{
	struct known *known = arg;
	const struct span has[] = { feed->url, feed->original_url };

	for (size_t i = 0; i < 2; i++)
		if (has[i].len == known->url.len && memcmp(has[i].ptr, known->url.ptr, has[i].len) == 0)
			known->feed = feed->id;
	return 0;
}

/* Answered without a fetch if exactly this URL is known. */
static bool
is_known(struct rpc_call *call, const char *url)
{
	struct known known = { .url = SPAN(url) };
	uint32_t feed;

	if (store_feed_find(call->core->store, known.url, &feed) == STORE_OK)
		store_feed_get(call->core->store, feed, compare_known, &known);
	if (known.feed == 0)
		return false;
	json_put_integer(rpc_error(call, "already-subscribed", "%s is subscribed to already, as feed %" PRIu32, url, known.feed), "feed",
	    known.feed);
	rpc_send(call);
	return true;
}

static void
add_url(struct rpc_call *call, struct arena *arena)
{
	const char *given = json_string_value(rpc_param(call, "url")), *url;
	char error[SETTINGS_ERROR_BYTES];
	struct url_login login;
	json_t *settings;
	char *text;

	url = url_normalise(arena, given, &login);
	if (url == NULL || strlen(url) > RECORD_URL_MAX) {
		rpc_fail(call, "bad-url", "%.200s: this is no http: or https: URL", url_public(arena, given));
		return;
	}
	if (has_entry_tag(rpc_param(call, "tags"))) {
		rpc_fail(call, "bad-value", "\"tags\": " RPC_ENTRY_TAG);
		return;
	}
	if (is_known(call, url))
		return;
	if (ingest_stopped(call->core->ingest)) {
		rpc_fail(call, ingest_word(call->core->ingest), "%s: %s", url, ingest_reason(call->core->ingest));
		return;
	}
	settings = take_settings(call, settings_load(SPAN("")));
	if (settings == NULL)
		return;
	if (settings_login(settings, rpc_param(call, "settings"), &login, error) == -1) {
		json_decref(settings);
		rpc_fail(call, "bad-value", "%s", error);
		return;
	}
	text = settings_text(settings);
	json_decref(settings);
	if (rpc_param_bool(call, "wait", true))
		add_start(call->core->adds, call, url, text);
	else
		subscribe_now(call, url, text);
	free(text);
}

static void
feed_add(struct rpc_call *call)
{
	struct arena *arena = arena_new(ARENA_BYTES);

	add_url(call, arena);
	arena_free(arena);
}

struct import {
	struct rpc_call	*call;
	struct arena	*arena;
	const char	*settings;	/* of all new feeds */
	int64_t		 added, existing, now_s;
	struct buf	 errors;
	struct json	 errors_json;
};

static void
import_error(struct import *import, const char *url, const char *message)
{
	json_put_object(&import->errors_json, NULL);
	json_put_string(&import->errors_json, "url", url == NULL ? NULL : url_public(import->arena, url));
	json_put_string(&import->errors_json, "message", message);
	json_end(&import->errors_json);
}

/* What is wrong with this element, or NULL. */
static const char *
check_import(const json_t *element)
{
	const json_t *title = json_object_get(element, "title"), *tags = json_object_get(element, "tags");
	const char *url = json_string_value(json_object_get(element, "url"));

	if (url == NULL)
		return "\"url\" is missing: a string";
	if (title != NULL && !json_is_string(title) && !json_is_null(title))
		return "\"title\" must be a string";
	if (tags != NULL && !json_is_array(tags) && !json_is_null(tags))
		return "\"tags\" must be an array of strings";
	for (size_t i = 0; i < json_array_size(tags); i++)
		if (!json_is_string(json_array_get(tags, i)))
			return "\"tags\" must be an array of strings";
	if (has_entry_tag(tags))
		return "\"tags\": " RPC_ENTRY_TAG;
	return NULL;
}

/* Those of all new feeds, with the user that this one's URL had. 0, or -1 with error. */
static int
import_settings(struct import *import, const struct url_login *login, struct span *span, char error[SETTINGS_ERROR_BYTES])
{
	json_t *settings;
	char *text;
	int status;

	*span = SPAN(import->settings);
	if (login->name == NULL)
		return 0;
	settings = settings_load(*span);
	status = settings_login(settings, rpc_param(import->call, "settings"), login, error);
	text = settings_text(settings);
	*span = SPAN(arena_strdup(import->arena, text));
	free(text);
	json_decref(settings);
	return status;
}

/* STORE_OK, or an error of the disk. */
static int
import_one(struct import *import, const json_t *element)
{
	struct store *store = import->call->core->store;
	const char *given = json_string_value(json_object_get(element, "url")), *wrong = check_import(element), *url;
	struct store_feed_new new = {
		.now_s = import->now_s, .next_poll_s = import->now_s, .paused = rpc_param_paused(import->call)
	};
	struct store_feed_edit edit = { .add_tags = &new.tags, .now_s = import->now_s };
	char error[SETTINGS_ERROR_BYTES];
	struct url_login login;
	uint32_t feed;
	int status;

	url = url_normalise(import->arena, given, &login);
	if (wrong == NULL && (url == NULL || strlen(url) > RECORD_URL_MAX))
		wrong = "this is no http: or https: URL";
	if (wrong == NULL && import_settings(import, &login, &new.settings, error) == -1)
		wrong = error;
	if (wrong != NULL) {
		import_error(import, given, wrong);
		return STORE_OK;
	}
	new.url = SPAN(url);
	new.user_title = rpc_text(json_object_get(element, "title"));
	new.tags = rpc_texts(json_object_get(element, "tags"), import->arena);
	status = store_feed_add(store, &new, &feed);
	import->added += status == STORE_OK;
	import->existing += status == STORE_EEXIST;
	if (status == STORE_EEXIST && new.tags.count > 0)
		status = store_feed_edit(store, feed, &edit);
	if (status != STORE_EVALUE)
		return status == STORE_EEXIST ? STORE_OK : status;
	import_error(import, url, store_error(store));
	return STORE_OK;
}

static int
import_all(struct import *import, const json_t *feeds)
{
	struct store *store = import->call->core->store;
	int status = store_begin(store);

	for (size_t i = 0; status == STORE_OK && i < json_array_size(feeds); i++) {
		arena_reset(import->arena);
		status = import_one(import, json_array_get(feeds, i));
	}
	if (status == STORE_OK)
		status = store_commit(store);
	if (status != STORE_OK)
		store_rollback(store);
	return status;
}

static void
answer_import(struct import *import)
{
	struct json *json = rpc_result(import->call);

	json_end(&import->errors_json);
	json_put_integer(json, "added", import->added);
	json_put_integer(json, "existing", import->existing);
	json_put_raw(json, "errors", import->errors.ptr, import->errors.len);
	rpc_send(import->call);
}

static void
feed_import(struct rpc_call *call)
{
	const json_t *feeds = rpc_param(call, "feeds");
	struct import import = { .call = call, .now_s = loop_wall_s(), .errors = BUF_INIT(CLIENT_OUT_MAX) };
	json_t *settings;
	char *text;
	int status;

	if (json_array_size(feeds) > IMPORT_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "feed.import: at most %d feeds at a time", IMPORT_MAX);
		return;
	}
	settings = take_settings(call, settings_load(SPAN("")));
	if (settings == NULL)
		return;
	import.settings = text = settings_text(settings);
	json_decref(settings);
	import.errors_json = JSON_INIT(&import.errors);
	json_put_array(&import.errors_json, NULL);
	import.arena = arena_new(ARENA_BYTES);
	core_before_change(call->core);
	status = import_all(&import, feeds);
	if (status == STORE_OK) {
		poll_rescan(call->core->poll);
		core_changed(call->core);
		answer_import(&import);
	} else
		rpc_fail_store(call, status);
	arena_free(import.arena);
	buf_free(&import.errors);
	free(text);
}

/* --- feed.list, feed.get ---------------------------------------------------------------- */

enum form { FORM_WHOLE, FORM_SOME, FORM_ROWS };

struct list {
	struct rpc_call	*call;
	unsigned	 left;
	uint32_t	 last;
	bool		 more;
	enum form	 form;
	struct object_feed_fields fields;
};

static int
put_listed(struct list *list, const struct store_feed *feed)
{
	struct json *json = &list->call->json;
	struct store_feed more = *feed;
	int status = STORE_OK;

	if ((list->fields.flags & OBJECT_FEED_POSTS) != 0) {
		status = store_feed_weeks(list->call->core->store, feed->id, loop_wall_s(), more.weeks);
		more.weeks_known = status == STORE_OK;
	}
	if (list->form == FORM_WHOLE)
		object_feed(json, NULL, feed);
	else if (list->form == FORM_SOME)
		object_feed_some(json, &more, &list->fields);
	else
		object_feed_row(json, &more, &list->fields);
	return status;
}

/* Ends the walk at the first feed that is not in this page. */
static int
list_feed(void *arg, const struct store_feed *feed)
{
	struct list *list = arg;

	list->more = list->left == 0 || rpc_answer_is_long(list->call);
	if (list->more)
		return 1;
	list->left--;
	list->last = feed->id;
	return put_listed(list, feed);
}

static int
list_selected(struct list *list, const struct selector_set *set, uint32_t after)
{
	int status = STORE_OK;

	for (size_t i = 0; i < set->count && (status == STORE_OK || status == STORE_ENONE); i++)
		if (set->feeds[i] > after)
			status = store_feed_get(list->call->core->store, set->feeds[i], list_feed, list);
	return status;
}

/* "fields" and "rows"; false: the call has been answered. */
static bool
list_form(struct rpc_call *call, struct list *list)
{
	const json_t *fields = rpc_param(call, "fields");
	const char *unknown = object_feed_fields(fields, &list->fields);

	list->form = rpc_param_bool(call, "rows", false) ? FORM_ROWS : fields != NULL ? FORM_SOME : FORM_WHOLE;
	if (unknown != NULL)
		rpc_fail_code(call, RPC_EPARAMS, "\"%.64s\" is no member of feeds, or one too many", unknown);
	if (list->left > PROTOCOL_POSTS_MAX && (list->fields.flags & OBJECT_FEED_POSTS) != 0)
		list->left = PROTOCOL_POSTS_MAX;
	return unknown == NULL;
}

static int
list_all(struct list *list, uint32_t after)
{
	bool brief = list->form != FORM_WHOLE && (list->fields.flags & OBJECT_FEED_BRIEF) != 0;

	return (brief ? store_feed_brief : store_feed_each)(list->call->core->store, after, list_feed, list);
}

static void
feed_list(struct rpc_call *call)
{
	const json_t *selectors = rpc_param(call, "feeds");
	int64_t after = rpc_param_int(call, "after", 0);
	struct selector_set set = { 0 };
	struct list list = { .call = call };
	struct json *json;
	int status;

	if (!rpc_param_limit(call, PROTOCOL_PAGE_MAX, &list.left))
		return;
	if (after < 0 || after > STORE_ITEM_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "\"after\" must be the id of a feed");
		return;
	}
	if (!list_form(call, &list) || !selector_feeds(call, selectors, &set))
		return;
	json = rpc_result(call);
	json_put_array(json, list.form == FORM_ROWS ? "rows" : "feeds");
	status = selectors != NULL ? list_selected(&list, &set, (uint32_t)after) :
	    list_all(&list, (uint32_t)after);
	json_end(json);
	free(set.feeds);
	if (status < 0 && status != STORE_ENONE) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	if (list.more)
		json_put_integer(json, "after", list.last);
	rpc_send(call);
}

static void
feed_get(struct rpc_call *call)
{
	uint32_t feed;

	if (selector_feed(call, rpc_param(call, "feed"), &feed))
		selector_answer(call, feed);
}

static int
list_counts(void *arg, uint32_t feed, int64_t unread, int64_t total)
{
	struct list *list = arg;
	struct json *json = &list->call->json;

	list->more = list->left == 0;
	if (list->more)
		return 1;
	json_put_array(json, NULL);
	json_put_integer(json, NULL, feed);
	json_put_integer(json, NULL, unread);
	json_put_integer(json, NULL, total);
	json_end(json);
	list->left--;
	list->last = feed;
	return 0;
}

static void
feed_counts(struct rpc_call *call)
{
	int64_t after = rpc_param_int(call, "after", 0);
	struct list list = { .call = call, .left = PROTOCOL_COUNTS_MAX };
	struct json *json;
	int status;

	if (after < 0 || after > STORE_ITEM_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "\"after\" must be the id of a feed");
		return;
	}
	json = rpc_result(call);
	json_put_array(json, "counts");
	status = store_feed_counts_each(call->core->store, (uint32_t)after, list_counts, &list);
	json_end(json);
	if (status < 0) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	if (list.more)
		json_put_integer(json, "after", list.last);
	rpc_send(call);
}

/* --- feed.remove, feed.refresh ------------------------------------------------------------- */

static void
feed_remove(struct rpc_call *call)
{
	struct json *json;
	uint32_t feed;
	int64_t items = 0;
	int status;

	if (!selector_feed(call, rpc_param(call, "feed"), &feed))
		return;
	core_before_change(call->core);
	status = store_feed_remove(call->core->store, feed, loop_wall_s(), &items);
	if (status != STORE_OK) {
		selector_fail(call, status);
		return;
	}
	core_changed(call->core);
	retain_sweep(call->core->retain);
	json = rpc_result(call);
	json_put_integer(json, "feed", feed);
	json_put_integer(json, "items", items);
	rpc_send(call);
}

static int
push_feed(void *arg, uint32_t feed)
{
	selector_push(arg, feed);
	return 0;
}

static void
feed_refresh(struct rpc_call *call)
{
	const json_t *selectors = rpc_param(call, "feeds");
	struct selector_set set = { 0 };

	if (ingest_stopped(call->core->ingest)) {
		rpc_fail(call, ingest_word(call->core->ingest), "%s", ingest_reason(call->core->ingest));
		return;
	}
	if (!selector_feeds(call, selectors, &set))
		return;
	if (selectors == NULL)
		store_feed_ids(call->core->store, push_feed, &set);
	refresh_start(call->core->refreshes, call, set.feeds, set.count, selectors != NULL, rpc_param_bool(call, "wait", true));
}

/* --- ingest -------------------------------------------------------------------------- */

static void
ingest(struct rpc_call *call)
{
	document_take(call->core->documents, call);
}

const struct rpc_method rpc_feed_methods[] = {
	{ "feed.add", feed_add, { { "url", RPC_STRING, true }, { "title", RPC_STRING, false }, { "tags", RPC_STRINGS, false },
	    { "settings", RPC_OBJECT, false }, { "wait", RPC_BOOL, false } }, RPC_CHANGES },
	{ "feed.import", feed_import, { { "feeds", RPC_ARRAY, true }, { "settings", RPC_OBJECT, false } }, RPC_CHANGES },
	{ "feed.list", feed_list, { { "feeds", RPC_FEEDS, false }, { "limit", RPC_INTEGER, false }, { "after", RPC_INTEGER, false },
	    { "fields", RPC_STRINGS, false }, { "rows", RPC_BOOL, false } }, RPC_READS },
	{ "feed.counts", feed_counts, { { "after", RPC_INTEGER, false } }, RPC_READS },
	{ "feed.get", feed_get, { { "feed", RPC_FEED, true } }, RPC_READS },
	{ "feed.remove", feed_remove, { { "feed", RPC_FEED, true } }, RPC_CHANGES },
	{ "feed.refresh", feed_refresh, { { "feeds", RPC_FEEDS, false }, { "wait", RPC_BOOL, false } }, RPC_CHANGES },
	{ "ingest", ingest, { { "feed", RPC_FEED, true }, { "data", RPC_STRING, true }, { "more", RPC_BOOL, false },
	    { "content_type", RPC_STRING, false }, { "past", RPC_BOOL, false } }, RPC_CHANGES },
	{ .name = NULL }
};
