/* rpc-rule - the methods about rules. */
#include <inttypes.h>

#include "daemon/core/object.h"
#include "daemon/core/rpc.h"
#include "daemon/core/rules.h"
#include "daemon/core/store-rule.h"

enum { TEST_DEFAULT = 20, ARENA_BYTES = 1 << 20 };

static void
answer_failure(struct rpc_call *call, int status)
{
	rpc_fail(call, status == STORE_ENONE ? "no-such-rule" : store_word((enum store_status)status), "%s",
	    store_error(call->core->store));
}

/* --- rule.add, rule.list, rule.remove ------------------------------------------------------- */

static void
rule_add(struct rpc_call *call)
{
	struct core *core = call->core;
	struct span query = rpc_param_span(call, "query");
	struct arena *arena = arena_new(ARENA_BYTES);
	struct span_list actions = rpc_texts(rpc_param(call, "actions"), arena);
	struct query *parsed = rpc_query(call, query);
	int64_t id;
	int status;

	query_free(parsed);
	if (parsed != NULL && store_rule_execs(&actions) && !core->conf.rule_exec)
		rpc_fail(call, "not-allowed", "exec: is not allowed: the configuration does not say rule_exec = yes");
	else if (parsed != NULL) {
		core_before_change(core);
		status = store_rule_add(core->store, query, &actions, &id);
		if (status != STORE_OK)
			answer_failure(call, status);
		else {
			core_changed(core);
			json_put_integer(rpc_result(call), "rule", id);
			rpc_send(call);
		}
	}
	arena_free(arena);
}

static int
put_rule(void *arg, const struct store_rule *rule)
{
	struct rpc_call *call = arg;
	struct json *json = &call->json;
	struct query_error error;
	struct query *query = NULL;

	json_put_object(json, NULL);
	json_put_integer(json, "rule", rule->id);
	json_put_stringn(json, "query", rule->query.ptr, rule->query.len);
	json_put_array(json, "actions");
	for (size_t i = 0; i < rule->actions.count; i++)
		json_put_stringn(json, NULL, rule->actions.items[i].ptr, rule->actions.items[i].len);
	json_end(json);
	if (store_query(call->core->store, rule->query.ptr, rule->query.len, loop_wall_s(), &query, &error) != STORE_OK)
		json_put_string(json, "error", error.message);
	else if (store_rule_execs(&rule->actions) && !call->core->conf.rule_exec)
		json_put_string(json, "error", "exec: is not allowed: the configuration does not say rule_exec = yes");
	query_free(query);
	json_end(json);
	return 0;
}

static void
rule_list(struct rpc_call *call)
{
	json_put_array(rpc_result(call), "rules");
	store_rules(call->core->store, put_rule, call);
	rpc_send(call);
}

static void
rule_remove(struct rpc_call *call)
{
	int64_t id = rpc_param_int(call, "rule", 0);
	int status;

	core_before_change(call->core);
	status = store_rule_remove(call->core->store, id);
	if (status != STORE_OK) {
		answer_failure(call, status);
		return;
	}
	core_changed(call->core);
	json_put_integer(rpc_result(call), "rule", id);
	rpc_send(call);
}

/* --- rule.test, rule.apply ----------------------------------------------------------------------- */

static int
put_item(void *arg, const struct store_item *item)
{
	const struct object_fields fields = { .all = true };
	struct rpc_call *call = arg;

	object_item(&call->json, NULL, item, &fields);
	return rpc_answer_is_long(call);
}

static void
test_query(struct rpc_call *call, struct store_page *page)
{
	struct json *json = rpc_result(call);
	int64_t count;
	int status = store_item_count(call->core->store, page->query, &count);

	json_put_array(json, "items");
	if (status == STORE_OK)
		status = store_item_list(call->core->store, page, put_item, call);
	if (status < 0) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	json_end(json);
	json_put_integer(json, "matched", count);
	rpc_send(call);
}

static void
rule_test(struct rpc_call *call)
{
	struct store_page page = { .want = STORE_WANT_COLD };
	struct query *query;

	if (!rpc_param_limit(call, TEST_DEFAULT, &page.limit))
		return;
	query = rpc_query(call, rpc_param_span(call, "query"));
	if (query == NULL)
		return;
	page.query = query;
	test_query(call, &page);
	query_free(query);
}

static void
rule_apply(struct rpc_call *call)
{
	struct core *core = call->core;
	struct store_rule_done done = { 0, 0, 0, 0, 0 };
	int64_t rule = rpc_param_int(call, "rule", 0);
	struct json *json;
	int status;

	core_before_change(core);
	status = rules_apply(core->rules, rule, rpc_user(call), &done);
	core_changed(core);
	if (status == STORE_ENONE)
		rpc_fail(call, "no-such-rule", "there is no rule %" PRId64, rule);
	else if (status != STORE_OK)
		rpc_fail_store(call, status);
	else {
		json = rpc_result(call);
		json_put_integer(json, "matched", done.matched);
		json_put_integer(json, "changed", done.changed);
		json_put_integer(json, "dropped", done.dropped);
		json_put_integer(json, "commands", done.errands);
		json_put_integer(json, "seq", store_seq(core->store));
		rpc_send(call);
	}
}

const struct rpc_method rpc_rule_methods[] = {
	{ "rule.add", rule_add, { { "query", RPC_STRING, true }, { "actions", RPC_STRINGS, true } }, RPC_CHANGES },
	{ .name = "rule.list", .run = rule_list, .access = RPC_READS },
	{ "rule.remove", rule_remove, { { "rule", RPC_INTEGER, true } }, RPC_CHANGES },
	{ "rule.test", rule_test, { { "query", RPC_STRING, true }, { "limit", RPC_INTEGER, false } }, RPC_READS },
	{ "rule.apply", rule_apply, { { "rule", RPC_INTEGER, false } }, RPC_CHANGES },
	{ .name = NULL }
};
