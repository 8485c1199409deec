/* rpc-tag - the methods about the tags of entries: changing them, taking that back, and which there are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/marks.h"
#include "daemon/core/object.h"
#include "daemon/core/query.h"
#include "daemon/core/rpc.h"
#include "daemon/core/store-tag.h"
#include "daemon/shared/protocol.h"

enum { UNDO_MAX = 1000, ARENA_BYTES = 1 << 20 };

/* --- item.tag ----------------------------------------------------------------------------- */

struct tagging {
	struct mark	 mark;
	struct arena	*arena;		/* of tags */
	struct query	*query;		/* which entries; NULL: those in ids */
	struct store_ids ids;
	struct store_origin origin;
	struct store_tag_edit tags;
};

/* Ids of our range; others are of no entry. */
static void
take_ids(const json_t *array, struct store_ids *ids)
{
	ids->items = reallocarray(NULL, json_array_size(array) + 1, sizeof *ids->items);
	if (ids->items == NULL)
		abort();
	for (size_t i = 0; i < json_array_size(array); i++) {
		json_int_t id = json_integer_value(json_array_get(array, i));

		if (id > 0 && id <= STORE_ITEM_MAX)
			ids->items[ids->count++] = (uint32_t)id;
	}
}

static int
begin_tagging(struct mark *mark)
{
	struct tagging *tagging = (struct tagging *)mark;
	struct store *store = mark->call->core->store;
	int status = tagging->query != NULL ? store_tag_collect(store, tagging->query, 0, 0, &tagging->ids) : STORE_OK;

	mark->edit = store_edit_tags(store, tagging->ids.items, tagging->ids.count, &tagging->tags, loop_wall_s());
	return status;
}

static void
answer_tagging(struct mark *mark, struct json *json)
{
	json_put_integer(json, "changed", mark->edit.changed);
}

static void
free_tagging(struct mark *mark)
{
	struct tagging *tagging = (struct tagging *)mark;

	query_free(tagging->query);
	free(tagging->ids.items);
	arena_free(tagging->arena);
	free(tagging);
}

/* Takes query. */
static void
tag(struct rpc_call *call, struct query *query)
{
	struct tagging *tagging = calloc(1, sizeof *tagging);

	if (tagging == NULL)
		abort();
	*tagging = (struct tagging){
		.mark = { .call = call, .begin = begin_tagging, .answer = answer_tagging, .free = free_tagging },
		.arena = arena_new(ARENA_BYTES), .query = query, .origin = { rpc_user(call), rpc_param_span(call, "query") }
	};
	if (query == NULL)
		take_ids(rpc_param(call, "ids"), &tagging->ids);
	tagging->tags = (struct store_tag_edit){
		rpc_texts(rpc_param(call, "add"), tagging->arena), rpc_texts(rpc_param(call, "remove"), tagging->arena), &tagging->origin
	};
	marks_do(call->core->marks, &tagging->mark);
}

static void
item_tag(struct rpc_call *call)
{
	struct span text = rpc_param_span(call, "query");
	struct query *query = NULL;

	if ((rpc_param(call, "ids") == NULL) == (text.ptr == NULL)) {
		rpc_fail_code(call, RPC_EPARAMS, "item.tag: either \"ids\" or \"query\" is needed");
		return;
	}
	if (text.ptr != NULL) {
		query = rpc_query(call, text);
		if (query == NULL)
			return;
	}
	tag(call, query);
}

/* --- undo ---------------------------------------------------------------------------------- */

/* What has been taken back, as JSON: it is told once that is certain. */
struct undoing { struct mark mark; int64_t count, user; struct buf text; struct json json; };

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
	struct undoing *undoing = arg;
	struct store *store = undoing->mark.call->core->store;
	struct json *json = &undoing->json;

	if (undoing->text.len >= RPC_ANSWER_CROWDED)
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
	if (operation->user != STORE_ABSENT && operation->user != undoing->user)
		json_put_integer(json, "user", operation->user);
	json_end(json);
}

static int
begin_undoing(struct mark *mark)
{
	struct undoing *undoing = (struct undoing *)mark;

	mark->edit = store_edit_undo(mark->call->core->store, undoing->count, loop_wall_s(), tell_operation, undoing);
	return STORE_OK;
}

static void
answer_undoing(struct mark *mark, struct json *json)
{
	struct undoing *undoing = (struct undoing *)mark;

	json_end(&undoing->json);
	json_put_integer(json, "undone", mark->edit.undone);
	json_put_integer(json, "changed", mark->edit.changed);
	json_put_raw(json, "operations", undoing->text.ptr, undoing->text.len);
}

static void
free_undoing(struct mark *mark)
{
	struct undoing *undoing = (struct undoing *)mark;

	buf_free(&undoing->text);
	free(undoing);
}

static void
undo(struct rpc_call *call)
{
	int64_t count = rpc_param_int(call, "count", 1);
	struct undoing *undoing;

	if (count < 1 || count > UNDO_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "\"count\" must be from 1 to %d", UNDO_MAX);
		return;
	}
	undoing = calloc(1, sizeof *undoing);
	if (undoing == NULL)
		abort();
	*undoing = (struct undoing){
		.mark = { .call = call, .begin = begin_undoing, .answer = answer_undoing, .free = free_undoing },
		.count = count, .user = rpc_user(call), .text = BUF_INIT(CLIENT_OUT_MAX)
	};
	undoing->json = JSON_INIT(&undoing->text);
	json_put_array(&undoing->json, NULL);
	marks_do(call->core->marks, &undoing->mark);
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
