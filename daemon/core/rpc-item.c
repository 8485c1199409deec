/* rpc-item - the methods about entries and their changes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/change.h"
#include "daemon/core/index.h"
#include "daemon/core/object.h"
#include "daemon/core/rpc.h"
#include "daemon/core/server.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-trace.h"
#include "daemon/core/store-snippet.h"
#include "daemon/core/tally.h"
#include "daemon/core/watch.h"
#include "daemon/shared/protocol.h"

enum { LIMIT_DEFAULT = 50, CHANGES_DEFAULT = 1000 };

/* --- item.list, item.get ---------------------------------------------------------------- */

static const struct { const char *word; enum store_sort sort; } sorts[] = {
	{ "newest", STORE_NEWEST }, { "oldest", STORE_OLDEST }, { "relevance", STORE_RELEVANCE }
};

static bool
take_sort(struct rpc_call *call, enum store_sort *sort)
{
	struct span word = rpc_param_span(call, "sort");

	for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
		if (word.ptr == NULL || strcmp(word.ptr, sorts[i].word) == 0) {
			*sort = sorts[i].sort;
			return true;
		}
	rpc_fail_code(call, RPC_EPARAMS, "\"sort\" must be one of newest, oldest, relevance");
	return false;
}

static bool
take_after(struct rpc_call *call, char after[STORE_CURSOR_BYTES])
{
	struct span cursor = rpc_param_span(call, "after");

	after[0] = '\0';
	if (cursor.ptr == NULL)
		return true;
	if (cursor.len >= STORE_CURSOR_BYTES) {
		rpc_fail(call, "bad-value", "\"after\" is no cursor that item.list gave");
		return false;
	}
	memcpy(after, cursor.ptr, cursor.len + 1);
	return true;
}

static bool
take_fields(struct rpc_call *call, struct object_fields *fields, unsigned *want)
{
	if (object_fields(rpc_param(call, "fields"), fields, want))
		return true;
	rpc_fail_code(call, RPC_EPARAMS, "\"fields\" may hold %d names of less than %d bytes", OBJECT_FIELDS_MAX, OBJECT_NAME_BYTES);
	return false;
}

struct put { struct rpc_call *call; const struct object_fields *fields; const char *name; struct snippet *snippet; };

static int
put_item(void *arg, const struct store_item *item)
{
	struct put *put = arg;
	struct store_item with = *item;

	if (put->snippet != NULL)
		snippet_take(put->snippet, item, &with.snippet);
	object_item(&put->call->json, put->name, &with, put->fields);
	/* The page ends here, its cursor leads on. */
	return rpc_answer_is_long(put->call);
}

/* Which changes the answer knows of; of what has words in it that the index has passed. */
static void
put_seqs(struct rpc_call *call, struct json *json, const struct query *query)
{
	struct index_state state;

	json_put_integer(json, "seq", store_seq(call->core->store));
	if (!query_needs_index(query))
		return;
	index_state(call->core->index, &state);
	json_put_integer(json, "index_seq", state.seq);
}

static void
list_page(struct rpc_call *call, struct store_page *page, const struct object_fields *fields)
{
	struct put put = { call, fields, NULL, NULL };
	struct json *json = rpc_result(call);
	int status;

	if (rpc_param_bool(call, "snippet", false))
		put.snippet = snippet_new(call->core->store, page->query);
	if (put.snippet != NULL)
		page->want |= STORE_WANT_CONTENT | STORE_WANT_COLD;
	json_put_array(json, "items");
	status = store_item_list(call->core->store, page, put_item, &put);
	snippet_free(put.snippet);
	if (status < 0) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	json_end(json);
	if (page->more)
		json_put_string(json, "after", page->after);
	put_seqs(call, json, page->query);
	rpc_send(call);
}

static void
item_list(struct rpc_call *call)
{
	struct span text = rpc_param_span(call, "query");
	struct object_fields fields;
	struct store_page page = { 0 };
	struct query *query;

	if (!rpc_param_limit(call, LIMIT_DEFAULT, &page.limit) || !take_sort(call, &page.sort) || !take_after(call, page.after) ||
	    !take_fields(call, &fields, &page.want))
		return;
	query = rpc_query(call, text.ptr != NULL ? text : SPAN("is:unread"));
	if (query == NULL)
		return;
	page.query = query;
	list_page(call, &page, &fields);
	query_free(query);
}

/* A number that no entry has; the call has been answered then. */
static bool
is_no_item(struct rpc_call *call, int64_t item)
{
	if (item > 0 && item <= STORE_ITEM_MAX)
		return false;
	rpc_fail(call, "no-such-item", "there is no item %" PRId64, item);
	return true;
}

/* What has been written so far is the answer, if the status is no error. */
static void
answer_item(struct rpc_call *call, int status)
{
	if (status >= 0) {
		rpc_send(call);
		return;
	}
	rpc_retract(call);
	if (status == STORE_ENONE)
		rpc_fail(call, "no-such-item", "%s", store_error(call->core->store));
	else
		rpc_fail_store(call, status);
}

static void
item_get(struct rpc_call *call)
{
	const struct object_fields fields = { .all = true, .content = true };
	int64_t item = rpc_param_int(call, "item", 0), revision = rpc_param_int(call, "revision", -1);
	struct store *store = call->core->store;
	struct put put = { call, &fields, "item", NULL };
	int status;

	if (is_no_item(call, item))
		return;
	rpc_result(call);
	if (rpc_param(call, "revision") != NULL)
		status = store_item_revision(store, (uint32_t)item, revision, put_item, &put);
	else
		status = store_item_get(store, (uint32_t)item, STORE_WANT_COLD | STORE_WANT_CONTENT, put_item, &put);
	answer_item(call, status);
}

static int
put_revision(void *arg, const struct store_revision *revision)
{
	struct json *json = arg;

	json_put_object(json, NULL);
	json_put_integer(json, "revision", revision->number);
	json_put_date(json, "replaced", revision->replaced_s);
	object_text(json, "title", revision->title);
	object_text(json, "url", revision->url);
	json_end(json);
	return 0;
}

static int
put_number(void *arg, const struct store_item *item)
{
	json_put_integer(arg, "revision", item->revision);
	return 0;
}

static void
item_revisions(struct rpc_call *call)
{
	int64_t item = rpc_param_int(call, "item", 0);
	struct store *store = call->core->store;
	struct json *json;
	int status;

	if (is_no_item(call, item))
		return;
	json = rpc_result(call);
	status = store_item_get(store, (uint32_t)item, 0, put_number, json);
	if (status == STORE_OK) {
		json_put_array(json, "revisions");
		status = store_revisions(store, (uint32_t)item, put_revision, json);
		json_end(json);
	}
	answer_item(call, status);
}

/* --- item.why ------------------------------------------------------------------------------ */

static const char *const aliases[] = { [STORE_ALIAS_GUID] = "guid", [STORE_ALIAS_LINK] = "link", [STORE_ALIAS_TEXT] = "text" };

static const struct { const char *word; bool rule; } traces[STORE_TRACES] = {
	[STORE_TRACE_UNLIKE] = { "unlike", false }, [STORE_TRACE_UNFIT] = { "unfit", false }, [STORE_TRACE_HOME] = { "home-page", false },
	[STORE_TRACE_LEARNT] = { "learnt", false }, [STORE_TRACE_EDITED] = { "edited", false }, [STORE_TRACE_RULE] = { "rule", true },
	[STORE_TRACE_REMOVED] = { "removed", true }, [STORE_TRACE_REFUSED] = { "command-failed", true },
};

static int
put_trace(void *arg, const struct store_trace *trace)
{
	struct json *json = arg;

	if (trace->what < STORE_TRACE_UNLIKE || trace->what >= STORE_TRACES)
		return 0;
	json_put_object(json, NULL);
	json_put_string(json, "what", traces[trace->what].word);
	if (traces[trace->what].rule && trace->subject != 0)
		json_put_integer(json, "rule", trace->subject);
	else if (!traces[trace->what].rule && trace->subject >= STORE_ALIAS_GUID && trace->subject <= STORE_ALIAS_TEXT)
		json_put_string(json, "alias", aliases[trace->subject]);
	json_put_date(json, "first", trace->first_s);
	json_put_date(json, "last", trace->last_s);
	json_put_integer(json, "times", trace->times);
	if (trace->detail.len > 0)
		json_put_stringn(json, "detail", trace->detail.ptr, trace->detail.len);
	json_end(json);
	return 0;
}

static void
put_alias(struct json *json, const struct store_why *why, int kind)
{
	static const char *const states[] = {
		[STORE_ALIAS_MISSING] = "missing", [STORE_ALIAS_FINDS] = "finds", [STORE_ALIAS_SHARED] = "shared",
		[STORE_ALIAS_OTHER] = "other", [STORE_ALIAS_UNKNOWN] = "unknown",
	};

	json_put_object(json, NULL);
	json_put_string(json, "alias", aliases[kind]);
	json_put_string(json, "state", states[why->aliases[kind].state]);
	json_put_integer(json, "count", why->aliases[kind].count);
	if (why->aliases[kind].state == STORE_ALIAS_OTHER)
		json_put_integer(json, "item", why->aliases[kind].other);
	json_end(json);
}

static void
item_why(struct rpc_call *call)
{
	int64_t item = rpc_param_int(call, "item", 0);
	struct store *store = call->core->store;
	struct store_why why;
	struct json *json;
	int status;

	if (is_no_item(call, item))
		return;
	json = rpc_result(call);
	status = store_why(store, (uint32_t)item, &why);
	if (status == STORE_OK) {
		json_put_integer(json, "item", item);
		json_put_integer(json, "feed", why.feed);
		object_feed_title(store, json, "feed_title", why.feed);
		json_put_bool(json, "removed", why.removed);
		if (!why.removed) {
			json_put_date(json, "received", why.received_s);
			json_put_integer(json, "revision", why.revision);
		}
		if (why.by != STORE_ALIAS_NONE)
			json_put_string(json, "known_by", aliases[why.by]);
		json_put_array(json, "aliases");
		for (int kind = STORE_ALIAS_GUID; kind <= STORE_ALIAS_TEXT; kind++)
			put_alias(json, &why, kind);
		json_end(json);
		json_put_array(json, "events");
		status = store_traces(store, (uint32_t)item, put_trace, json);
		json_end(json);
	}
	answer_item(call, status);
}

/* --- item.count -------------------------------------------------------------------------------- */

static void
item_count(struct rpc_call *call)
{
	tally_count(call->core->tally, call);
}

/* --- changes, watch ------------------------------------------------------------------------ */

struct changes { struct rpc_call *call; int64_t last; unsigned left; bool more; };

/* One more than asked for is fetched, to know whether there is more. */
static int
put_change(void *arg, const struct store_change *change)
{
	struct changes *changes = arg;
	struct json *json = &changes->call->json;

	if (changes->left == 0 || rpc_answer_is_long(changes->call)) {
		changes->more = true;
		return 1;
	}
	changes->left--;
	changes->last = change->seq;
	json_put_object(json, NULL);
	change_members(changes->call->core->store, json, change, false);
	json_end(json);
	return 0;
}

/* What is asked for is there no more; the call has been answered then, with where to go on. */
static bool
is_forgotten(struct rpc_call *call, int64_t since)
{
	int64_t forgotten = store_forgotten(call->core->store);
	struct json *json;

	if (since >= forgotten)
		return false;
	json = rpc_error(call, "cursor-too-old", "changes up to %" PRId64 " have been forgotten: list what there is, and go on from the "
	    "\"seq\" of that list", forgotten);
	json_put_integer(json, "oldest", forgotten);
	json_put_integer(json, "seq", call->core->told_seq);
	rpc_send(call);
	return true;
}

/* A number that no change has yet: from another database, or from before this one was brought back from a copy. */
static bool
is_to_come(struct rpc_call *call, int64_t since)
{
	int64_t last = store_seq(call->core->store);
	struct json *json;

	if (since <= last)
		return false;
	json = rpc_error(call, "bad-value", "there is no change %" PRId64 " yet, the last one is %" PRId64 ": the number is of another database, "
	    "or of this one before it was restored", since, last);
	json_put_integer(json, "seq", last);
	rpc_send(call);
	return true;
}

static void
list_changes(struct rpc_call *call)
{
	struct changes changes = { .call = call, .last = rpc_param_int(call, "since", 0) };
	struct json *json;
	int status;

	if (!rpc_param_limit(call, CHANGES_DEFAULT, &changes.left) || is_forgotten(call, changes.last) || is_to_come(call, changes.last))
		return;
	json = rpc_result(call);
	json_put_array(json, "changes");
	status = store_changes(call->core->store, changes.last, call->core->told_seq, changes.left + 1, put_change, &changes);
	if (status < 0) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	json_end(json);
	json_put_integer(json, "seq", changes.last);
	json_put_bool(json, "more", changes.more);
	rpc_send(call);
}

static void
watch(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);
	struct span text = rpc_param_span(call, "query");
	int64_t since = rpc_param_int(call, "since", call->core->told_seq);
	struct query *query = NULL;
	struct json *json;
	uint64_t number;

	if (is_forgotten(call, since) || is_to_come(call, since))
		return;
	if (text.ptr != NULL) {
		query = rpc_query(call, text);
		if (query == NULL)
			return;
	}
	number = watch_start(call->core->watches, client, query, since);
	if (number == 0) {
		rpc_fail(call, "busy", "a connection may have at most %d watches", WATCHES_A_CLIENT);
		return;
	}
	json = rpc_result(call);
	json_put_integer(json, "watch", (int64_t)number);
	json_put_integer(json, "seq", since);
	rpc_send(call);
}

static void
unwatch(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);
	int64_t number = rpc_param_int(call, "watch", 0);

	if (!watch_stop(call->core->watches, client, (uint64_t)number)) {
		rpc_fail(call, "bad-value", "this connection has no watch %" PRId64, number);
		return;
	}
	json_put_integer(rpc_result(call), "watch", number);
	rpc_send(call);
}

const struct rpc_method rpc_item_methods[] = {
	{ "item.list", item_list, { { "query", RPC_STRING, false }, { "limit", RPC_INTEGER, false }, { "sort", RPC_STRING, false },
	    { "after", RPC_STRING, false }, { "fields", RPC_STRINGS, false }, { "snippet", RPC_BOOL, false } }, RPC_READS },
	{ "item.get", item_get, { { "item", RPC_INTEGER, true }, { "revision", RPC_INTEGER, false } }, RPC_READS },
	{ "item.why", item_why, { { "item", RPC_INTEGER, true } }, RPC_READS },
	{ "item.revisions", item_revisions, { { "item", RPC_INTEGER, true } }, RPC_READS },
	{ "item.count", item_count, { { "queries", RPC_STRINGS, true } }, RPC_READS },
	{ "changes", list_changes, { { "since", RPC_INTEGER, true }, { "limit", RPC_INTEGER, false } }, RPC_READS },
	{ "watch", watch, { { "query", RPC_STRING, false }, { "since", RPC_INTEGER, false } }, RPC_READS },
	{ "unwatch", unwatch, { { "watch", RPC_INTEGER, true } }, RPC_READS },
	{ .name = NULL }
};
