/* rpc-tag - the methods about the tags of entries: changing them, taking that back, and which there are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/object.h"
#include "daemon/core/rpc.h"
#include "daemon/core/store-item.h"
#include "daemon/shared/protocol.h"

enum { UNDO_MAX = 1000, ARENA_BYTES = 1 << 20 };

/* --- item.tag ----------------------------------------------------------------------------- */

/* Ids of our range; others are of no entry. */
static uint32_t *
take_ids(const json_t *array, struct arena *arena, size_t *count)
{
	uint32_t *ids = arena_alloc(arena, (json_array_size(array) + 1) * sizeof *ids);

	*count = 0;
	for (size_t i = 0; i < json_array_size(array); i++) {
		json_int_t id = json_integer_value(json_array_get(array, i));

		if (id > 0 && id <= STORE_ITEM_MAX)
			ids[(*count)++] = (uint32_t)id;
	}
	return ids;
}

static int
tag_ids(struct rpc_call *call, const struct store_tag_edit *edit, struct arena *arena, int64_t *changed)
{
	size_t count;
	const uint32_t *ids = take_ids(rpc_param(call, "ids"), arena, &count);

	core_before_change(call->core);
	return store_item_tag_ids(call->core->store, ids, count, edit, loop_wall_s(), changed);
}

static void
answer_tag(struct rpc_call *call, int status, int64_t changed)
{
	struct json *json;

	if (status != STORE_OK) {
		rpc_fail_store(call, status);
		return;
	}
	core_changed(call->core);
	json = rpc_result(call);
	json_put_integer(json, "changed", changed);
	json_put_integer(json, "seq", store_seq(call->core->store));
	rpc_send(call);
}

static void
tag_query(struct rpc_call *call, const struct store_tag_edit *edit)
{
	struct query *query = rpc_query(call, rpc_param_span(call, "query"));
	int64_t changed = 0;
	int status;

	if (query == NULL)
		return;
	core_before_change(call->core);
	status = store_item_tag_query(call->core->store, query, edit, loop_wall_s(), &changed);
	query_free(query);
	answer_tag(call, status, changed);
}

static void
item_tag(struct rpc_call *call)
{
	const json_t *ids = rpc_param(call, "ids"), *query = rpc_param(call, "query");
	const struct store_origin origin = { rpc_user(call), rpc_param_span(call, "query") };
	struct store_tag_edit edit = { .origin = &origin };
	struct arena *arena;
	int64_t changed = 0;

	if ((ids == NULL) == (query == NULL)) {
		rpc_fail_code(call, RPC_EPARAMS, "item.tag: either \"ids\" or \"query\" is needed");
		return;
	}
	arena = arena_new(ARENA_BYTES);
	edit.add = rpc_texts(rpc_param(call, "add"), arena);
	edit.remove = rpc_texts(rpc_param(call, "remove"), arena);
	if (query != NULL)
		tag_query(call, &edit);
	else {
		int status = tag_ids(call, &edit, arena, &changed);

		answer_tag(call, status, changed);
	}
	arena_free(arena);
}

/* --- undo ---------------------------------------------------------------------------------- */

/* What has been taken back, as JSON: it is told once that is certain. */
struct telling { struct rpc_call *call; struct buf text; struct json json; };

static void
put_names(struct json *json, const char *name, const struct span_list *tags)
{
	json_put_array(json, name);
	for (size_t i = 0; i < tags->count; i++)
		json_put_stringn(json, NULL, tags->items[i].ptr, tags->items[i].len);
	json_end(json);
}

static int
put_title(void *arg, const struct store_item *item)
{
	object_text(arg, "title", item->title);
	return 0;
}

/* The first that do not fit, and those after them, are only counted. */
static void
tell_operation(void *arg, const struct store_operation *operation)
{
	struct telling *telling = arg;
	struct store *store = telling->call->core->store;
	struct json *json = &telling->json;

	if (telling->text.len >= RPC_ANSWER_CROWDED)
		return;
	json_put_object(json, NULL);
	json_put_date(json, "at", operation->at_s);
	json_put_integer(json, "items", operation->items);
	put_names(json, "added", &operation->added);
	put_names(json, "removed", &operation->removed);
	object_text(json, "query", operation->query);
	if (operation->feed != 0) {
		json_put_integer(json, "feed", operation->feed);
		object_feed_title(store, json, "feed_title", operation->feed);
	}
	if (operation->item != 0) {
		json_put_integer(json, "item", operation->item);
		store_item_get(store, operation->item, 0, put_title, json);
	}
	if (operation->user != STORE_ABSENT && operation->user != rpc_user(telling->call))
		json_put_integer(json, "user", operation->user);
	json_end(json);
}

static void
undo(struct rpc_call *call)
{
	struct telling telling = { .call = call, .text = BUF_INIT(CLIENT_OUT_MAX) };
	int64_t count = rpc_param_int(call, "count", 1), undone, changed;
	struct json *json;
	int status;

	if (count < 1 || count > UNDO_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "\"count\" must be from 1 to %d", UNDO_MAX);
		return;
	}
	telling.json = JSON_INIT(&telling.text);
	json_put_array(&telling.json, NULL);
	core_before_change(call->core);
	status = store_undo(call->core->store, count, loop_wall_s(), tell_operation, &telling, &undone, &changed);
	json_end(&telling.json);
	if (status == STORE_OK) {
		core_changed(call->core);
		json = rpc_result(call);
		json_put_integer(json, "undone", undone);
		json_put_integer(json, "changed", changed);
		json_put_raw(json, "operations", telling.text.ptr, telling.text.len);
		json_put_integer(json, "seq", store_seq(call->core->store));
		rpc_send(call);
	} else
		rpc_fail_store(call, status);
	buf_free(&telling.text);
}

/* --- tag.list ------------------------------------------------------------------------------- */

struct tags { struct rpc_call *call; unsigned left; struct buf last; bool more; };

/* One more than asked for is fetched, to know whether there is more. */
static int
put_tag(void *arg, const struct store_tag *tag)
{
	struct tags *tags = arg;
	struct json *json = &tags->call->json;

	if (tags->left == 0 || rpc_answer_is_long(tags->call)) {
		tags->more = true;
		return 1;
	}
	tags->left--;
	buf_clear(&tags->last);
	buf_put(&tags->last, tag->name.ptr, tag->name.len);
	json_put_object(json, NULL);
	json_put_stringn(json, "tag", tag->name.ptr, tag->name.len);
	json_put_integer(json, "items", tag->items);
	json_put_integer(json, "feeds", tag->feeds);
	json_end(json);
	return 0;
}

static void
tag_list(struct rpc_call *call)
{
	struct tags tags = { .call = call, .last = BUF_INIT(STORE_NAME_BYTES + 1) };
	struct json *json;
	int status;

	if (!rpc_param_limit(call, PROTOCOL_PAGE_MAX, &tags.left))
		return;
	json = rpc_result(call);
	json_put_array(json, "tags");
	status = store_tag_each(call->core->store, rpc_param_span(call, "after"), put_tag, &tags);
	json_end(json);
	if (tags.more)
		json_put_stringn(json, "after", tags.last.ptr, tags.last.len);
	if (status >= 0)
		rpc_send(call);
	else {
		rpc_retract(call);
		rpc_fail_store(call, status);
	}
	buf_free(&tags.last);
}

const struct rpc_method rpc_tag_methods[] = {
	{ "item.tag", item_tag, { { "ids", RPC_INTEGERS, false }, { "query", RPC_STRING, false }, { "add", RPC_STRINGS, false },
	    { "remove", RPC_STRINGS, false } }, RPC_CHANGES },
	{ "undo", undo, { { "count", RPC_INTEGER, false } }, RPC_CHANGES },
	{ "tag.list", tag_list, { { "limit", RPC_INTEGER, false }, { "after", RPC_STRING, false } }, RPC_READS },
	{ .name = NULL }
};
