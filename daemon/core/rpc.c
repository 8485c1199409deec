#include "daemon/core/rpc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/backup.h"
#include "daemon/core/document.h"
#include "daemon/core/server.h"
#include "daemon/core/store-item.h"
#include "daemon/core/watch.h"
#include "daemon/shared/log.h"
#include "daemon/shared/protocol.h"

enum { MESSAGE_BYTES = 1024 };

static const struct rpc_method *const method_tables[] = {
	rpc_feed_methods, rpc_set_methods, rpc_item_methods, rpc_tag_methods, rpc_rule_methods, rpc_state_methods, rpc_health_methods
};

/* --- answering ---------------------------------------------------------------------- */

static void
call_free(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);

	if (call->kept && client != NULL)
		client_release(client);
	json_decref(call->params);
	free(call->id);
	buf_free(&call->nowhere);
	free(call);
}

/* Opens the answer in the client's queue, or nowhere: for notifications, and for clients that have gone. */
static struct json *
open_answer(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);

	if (client != NULL && call->id != NULL)
		call->out = client_out(client);
	else {
		buf_clear(&call->nowhere);
		call->out = &call->nowhere;
	}
	call->start = call->out->len;
	call->crowded = client != NULL && client_crowded(client);
	call->json = JSON_INIT(call->out);
	json_put_object(&call->json, NULL);
	json_put_string(&call->json, "jsonrpc", "2.0");
	if (call->id != NULL)
		json_put_raw(&call->json, "id", call->id, strlen(call->id));
	return &call->json;
}

/* Closes all that is open. */
static void
end_line(struct json *json)
{
	while (json->depth > 0)
		json_end(json);
	buf_putc(json->out, '\n');
}

struct json *
rpc_result(struct rpc_call *call)
{
	json_put_object(open_answer(call), "result");
	return &call->json;
}

static void __attribute__((format(printf, 3, 0)))
open_error(struct rpc_call *call, int code, const char *fmt, va_list args)
{
	char message[MESSAGE_BYTES];
	struct json *json = open_answer(call);

	vsnprintf(message, sizeof message, fmt, args);
	json_put_object(json, "error");
	json_put_integer(json, "code", code);
	json_put_string(json, "message", message);
}

struct json *
rpc_error(struct rpc_call *call, const char *word, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	open_error(call, RPC_EGAZETTE, fmt, args);
	va_end(args);
	json_put_object(&call->json, "data");
	json_put_string(&call->json, "word", word);
	return &call->json;
}

void
rpc_retract(struct rpc_call *call)
{
	call->out->len = call->start;
	call->out->overflow = false;
}

/* A whole answer that does not fit under the queue's ceiling. */
static void
replace_answer(struct rpc_call *call)
{
	rpc_retract(call);
	rpc_error(call, "too-large", "the answer is larger than %d MiB: ask for less at a time", CLIENT_OUT_MAX >> 20);
	end_line(&call->json);
}

/* One that cannot be had by pages, while too much waits for other clients. */
static void
refuse_answer(struct rpc_call *call)
{
	rpc_retract(call);
	rpc_error(call, "busy", "more than %d MiB wait to be read by clients: ask again soon", CLIENT_OUT_ALL >> 20);
	end_line(&call->json);
}

void
rpc_send(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);

	end_line(&call->json);
	if (call->out->overflow)
		replace_answer(call);
	else if (call->crowded && call->out->len - call->start > 2 * RPC_ANSWER_CROWDED)
		refuse_answer(call);
	if (call->out != &call->nowhere)
		client_send(client);
	call_free(call);
}

void
rpc_fail(struct rpc_call *call, const char *word, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	open_error(call, RPC_EGAZETTE, fmt, args);
	va_end(args);
	json_put_object(&call->json, "data");
	json_put_string(&call->json, "word", word);
	rpc_send(call);
}

void
rpc_fail_code(struct rpc_call *call, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	open_error(call, code, fmt, args);
	va_end(args);
	rpc_send(call);
}

void
rpc_fail_store(struct rpc_call *call, int status)
{
	rpc_fail(call, store_word(status), "%s", store_error(call->core->store));
}

int64_t
rpc_user(const struct rpc_call *call)
{
	const struct client *client = server_find(call->core->server, call->client);

	return client != NULL ? client_user(client) : STORE_ABSENT;
}

void
rpc_keep(struct rpc_call *call)
{
	struct client *client = server_find(call->core->server, call->client);

	call->kept = true;
	if (client != NULL)
		client_hold(client);
}

bool
rpc_answer_is_long(const struct rpc_call *call)
{
	return call->out != NULL && call->out->len - call->start >= (call->crowded ? RPC_ANSWER_CROWDED : RPC_ANSWER_SOFT);
}

/* --- notifications ------------------------------------------------------------------- */

void
rpc_notify(struct json *json, struct buf *out, const char *method)
{
	*json = JSON_INIT(out);
	json_put_object(json, NULL);
	json_put_string(json, "jsonrpc", "2.0");
	json_put_string(json, "method", method);
	json_put_object(json, "params");
}

void
rpc_notify_end(struct json *json)
{
	end_line(json);
}

/* --- parameters ----------------------------------------------------------------------- */

json_t *
rpc_param(const struct rpc_call *call, const char *name)
{
	json_t *value = json_object_get(call->params, name);

	return json_is_null(value) ? NULL : value;
}

struct span
rpc_text(const json_t *string)
{
	return (struct span){ json_string_value(string), json_string_length(string) };
}

struct span
rpc_param_span(const struct rpc_call *call, const char *name)
{
	return rpc_text(rpc_param(call, name));
}

int64_t
rpc_param_int(const struct rpc_call *call, const char *name, int64_t fallback)
{
	const json_t *value = rpc_param(call, name);

	return value == NULL ? fallback : json_integer_value(value);
}

bool
rpc_param_bool(const struct rpc_call *call, const char *name, bool fallback)
{
	const json_t *value = rpc_param(call, name);

	return value == NULL ? fallback : json_is_true(value);
}

bool
rpc_param_limit(struct rpc_call *call, int64_t fallback, unsigned *limit)
{
	int64_t value = rpc_param_int(call, "limit", fallback);

	*limit = (unsigned)value;
	if (value >= 1 && value <= PROTOCOL_PAGE_MAX)
		return true;
	rpc_fail_code(call, RPC_EPARAMS, "\"limit\" must be from 1 to %d", PROTOCOL_PAGE_MAX);
	return false;
}

struct span_list
rpc_texts(const json_t *array, struct arena *arena)
{
	struct span_list list = { .count = json_array_size(array) };

	list.items = arena_zalloc(arena, (list.count + 1) * sizeof *list.items);
	for (size_t i = 0; i < list.count; i++)
		list.items[i] = rpc_text(json_array_get(array, i));
	return list;
}

struct query *
rpc_query(struct rpc_call *call, struct span text)
{
	struct query_error error;
	struct query *query;
	struct json *json;

	if (store_query(call->core->store, text.ptr, text.len, loop_wall_s(), &query, &error) == STORE_OK)
		return query;
	json = rpc_error(call, "bad-query", "%s", error.message);
	json_put_integer(json, "position", (int64_t)error.position);
	json_put_string(json, "expected", error.expected);
	rpc_send(call);
	return NULL;
}

bool
rpc_is_entry_tag(struct span tag)
{
	static const struct span tags[] = { { "unread", 6 }, { "starred", 7 } };

	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		if (tag.len == tags[i].len && memcmp(tag.ptr, tags[i].ptr, tag.len) == 0)
			return true;
	return false;
}

bool
rpc_switch(const json_t *value, bool *on)
{
	static const struct { const char *text; bool on; } words[] = {
		{ "true", true }, { "yes", true }, { "on", true }, { "1", true },
		{ "false", false }, { "no", false }, { "off", false }, { "0", false }, { "", false }
	};

	if (json_is_boolean(value) || json_is_null(value)) {
		*on = json_is_true(value);
		return true;
	}
	for (size_t i = 0; json_is_string(value) && i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i].text, json_string_value(value)) == 0) {
			*on = words[i].on;
			return true;
		}
	return false;
}

bool
rpc_param_paused(const struct rpc_call *call)
{
	bool paused = false;

	rpc_switch(json_object_get(rpc_param(call, "settings"), "paused"), &paused);
	return paused;
}

/* --- checking ------------------------------------------------------------------------ */

static bool
is_string(const json_t *value)
{
	return json_is_string(value);
}

static bool
is_integer(const json_t *value)
{
	return json_is_integer(value);
}

static bool
is_bool(const json_t *value)
{
	return json_is_boolean(value);
}

static bool
is_object(const json_t *value)
{
	return json_is_object(value);
}

static bool
is_any(const json_t *value)
{
	return value != NULL;
}

static bool
is_selector(const json_t *value)
{
	return json_is_string(value) || json_is_integer(value);
}

static const struct type_row {
	bool		(*check)(const json_t *);	/* of the value, or of each element */
	bool		 array;
	const char	*words;
} types[] = {
	[RPC_STRING] = { is_string, false, "a string" },
	[RPC_INTEGER] = { is_integer, false, "an integer" },
	[RPC_BOOL] = { is_bool, false, "true or false" },
	[RPC_STRINGS] = { is_string, true, "an array of strings" },
	[RPC_INTEGERS] = { is_integer, true, "an array of integers" },
	[RPC_ARRAY] = { is_any, true, "an array" },
	[RPC_OBJECT] = { is_object, false, "an object" },
	[RPC_FEED] = { is_selector, false, "a feed: its id, URL or part of its title" },
	[RPC_FEEDS] = { is_selector, true, "an array of feeds: ids, URLs or parts of titles" },
};

static bool
type_matches(const struct type_row *type, const json_t *value)
{
	if (!type->array)
		return type->check(value);
	if (!json_is_array(value))
		return false;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!type->check(json_array_get(value, i)))
			return false;
	return true;
}

static const struct rpc_param *
find_param(const struct rpc_method *method, const char *name)
{
	for (size_t i = 0; i < RPC_PARAMS_MAX && method->params[i].name != NULL; i++)
		if (strcmp(method->params[i].name, name) == 0)
			return &method->params[i];
	return NULL;
}

/* Whether all is there and right; else the call has been answered. */
static bool
check_params(struct rpc_call *call, const struct rpc_method *method)
{
	const char *name;
	json_t *value;

	json_object_foreach(call->params, name, value) {
		const struct rpc_param *param = find_param(method, name);

		if (param == NULL) {
			rpc_fail_code(call, RPC_EPARAMS, "%s: there is no parameter \"%.64s\"", method->name, name);
			return false;
		}
		if (!json_is_null(value) && !type_matches(&types[param->type], value)) {
			rpc_fail_code(call, RPC_EPARAMS, "%s: \"%s\" must be %s", method->name, name, types[param->type].words);
			return false;
		}
	}
	for (size_t i = 0; i < RPC_PARAMS_MAX && method->params[i].name != NULL; i++)
		if (method->params[i].required && rpc_param(call, method->params[i].name) == NULL) {
			rpc_fail_code(call, RPC_EPARAMS, "%s: \"%s\" is missing: %s", method->name, method->params[i].name,
			    types[method->params[i].type].words);
			return false;
		}
	return true;
}

static const struct rpc_method *
find_method(const char *name)
{
	for (size_t i = 0; i < sizeof method_tables / sizeof method_tables[0]; i++)
		for (const struct rpc_method *method = method_tables[i]; method->name != NULL; method++)
			if (strcmp(method->name, name) == 0)
				return method;
	return NULL;
}

/* --- requests ------------------------------------------------------------------------ */

static struct rpc_call *
call_new(struct core *core, struct client *client, const char *id)
{
	struct rpc_call *call = calloc(1, sizeof *call);

	if (call == NULL)
		abort();
	call->core = core;
	call->client = client_id(client);
	if (id != NULL) {
		call->id = strdup(id);
		if (call->id == NULL)
			abort();
	}
	buf_init(&call->nowhere, CLIENT_OUT_MAX);
	return call;
}

/* The id as JSON again, or "null" if there is none that could be answered to. False: it is of a wrong kind. */
static bool
take_id(const json_t *request, char id[RPC_ID_MAX], bool *present)
{
	const json_t *value = json_object_get(request, "id");
	size_t len;

	snprintf(id, RPC_ID_MAX, "null");
	*present = value != NULL;
	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_string(value) && !json_is_number(value))
		return false;
	len = json_dumpb(value, id, RPC_ID_MAX - 1, JSON_ENCODE_ANY);
	if (len == 0 || len >= RPC_ID_MAX) {
		snprintf(id, RPC_ID_MAX, "null");
		return false;
	}
	id[len] = '\0';
	return true;
}

/* What is wrong with the envelope, or NULL. */
static const char *
check_envelope(const json_t *request)
{
	const json_t *params = json_object_get(request, "params");
	const char *version = json_string_value(json_object_get(request, "jsonrpc"));

	if (version == NULL || strcmp(version, "2.0") != 0)
		return "\"jsonrpc\" must be \"2.0\"";
	if (!json_is_string(json_object_get(request, "method")))
		return "\"method\" must be a string";
	if (params != NULL && !json_is_null(params) && !json_is_object(params))
		return "\"params\" must be an object: parameters go by name";
	return NULL;
}

static void
run(struct rpc_call *call, struct client *client, const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "method"));
	json_t *params = json_object_get(request, "params");
	const struct rpc_method *method = find_method(name);

	call->params = json_is_object(params) ? json_incref(params) : json_object();
	if (call->params == NULL)
		abort();
	if (method == NULL)
		rpc_fail_code(call, RPC_EMETHOD, "there is no method \"%.64s\"", name);
	else if (client_is_restricted(client) && method->access != RPC_READS)
		rpc_fail(call, "read-only", "%s: this socket is for reading only", method->name);
	else if (check_params(call, method))
		method->run(call);
}

static void
request_object(struct core *core, struct client *client, const json_t *request)
{
	char id[RPC_ID_MAX];
	bool present, good = take_id(request, id, &present);
	const char *wrong = check_envelope(request);

	if (!good)
		wrong = "\"id\" must be a short string or a number";
	/* Whether something malformed meant to be a notification is unknown: it gets its error (section 5.1). */
	if (wrong != NULL)
		rpc_fail_code(call_new(core, client, id), RPC_EREQUEST, "%s", wrong);
	else
		run(call_new(core, client, present ? id : NULL), client, request);
}

void
rpc_request(struct core *core, struct client *client, const char *ptr, size_t len)
{
	json_error_t error;
	json_t *request = json_loadb(ptr, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (request == NULL)
		rpc_fail_code(call_new(core, client, "null"), RPC_EPARSE, "not JSON: %s at byte %d", error.text, error.position);
	else if (json_is_array(request))
		rpc_fail_code(call_new(core, client, "null"), RPC_EREQUEST, "no batches: one request a line, as many lines as you like");
	else if (!json_is_object(request))
		rpc_fail_code(call_new(core, client, "null"), RPC_EREQUEST, "a request is an object");
	else
		request_object(core, client, request);
	json_decref(request);
}

/* --- clients ------------------------------------------------------------------------- */

static void
on_line(void *arg, struct client *client, char *ptr, size_t len)
{
	rpc_request(arg, client, ptr, len);
}

static void
on_overlong(void *arg, struct client *client)
{
	rpc_fail_code(call_new(arg, client, "null"), RPC_EREQUEST, "a request of more than %d bytes; the connection is closed",
	    PROTOCOL_REQUEST_MAX);
}

static void
on_crowded(void *arg, struct client *client)
{
	static struct log_brake brake;
	const char *more = log_brake(&brake, loop_mono_ms());

	if (more != NULL)
		log_warn("a client was turned away: the unfinished requests of all are more than %d MiB%s", CLIENT_IN_ALL >> 20, more);
	rpc_fail(call_new(arg, client, "null"), "busy", "the unfinished requests of all clients are more than %d MiB; "
	    "the connection is closed", CLIENT_IN_ALL >> 20);
}

static void
on_room(void *arg, struct client *client)
{
	struct core *core = arg;

	watch_room(core->watches, client);
}

static void
on_close(void *arg, struct client *client)
{
	struct core *core = arg;

	watch_gone(core->watches, client);
	backup_gone(core->backup, client_id(client));
	document_gone(core->documents, client_id(client));
}

const struct client_ops rpc_client_ops = { on_line, on_overlong, on_crowded, on_room, on_close };
