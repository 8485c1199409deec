/* rpc-state - the methods about the daemon itself, and saved searches. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "config.h"
#include "daemon/core/backup.h"
#include "daemon/core/check.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/query.h"
#include "daemon/core/rpc.h"
#include "daemon/core/server.h"
#include "daemon/core/store-websub.h"
#include "daemon/core/store.h"
#include "daemon/core/websub.h"

enum { DUE_COUNT_MAX = 1000000 };

/* --- status ------------------------------------------------------------------------- */

static void
put_counts(struct rpc_call *call, struct json *json, const struct store_stats *stats)
{
	struct core *core = call->core;
	int64_t due = 0;

	store_due_count(core->store, loop_wall_s(), DUE_COUNT_MAX, &due);
	json_put_integer(json, "seq", stats->seq);
	json_put_integer(json, "feeds", stats->feeds);
	json_put_integer(json, "failing", stats->failing);
	json_put_integer(json, "gone", stats->gone);
	json_put_integer(json, "quarantined", stats->quarantined);
	json_put_integer(json, "items", stats->items);
	json_put_integer(json, "unread", stats->unread);
	json_put_integer(json, "starred", stats->starred);
	json_put_integer(json, "due", due);
	json_put_integer(json, "in_flight", (int64_t)poll_in_flight(core->poll));
	json_put_integer(json, "queued", (int64_t)poll_queued(core->poll));
}

static void
put_polls(const struct core *core, struct json *json)
{
	json_put_object(json, "polls");
	json_put_integer(json, "total", (int64_t)core->polls.total);
	json_put_integer(json, "ok", (int64_t)core->polls.ok);
	json_put_integer(json, "not_modified", (int64_t)core->polls.not_modified);
	json_put_integer(json, "failed", (int64_t)core->polls.failed);
	json_put_object(json, "outcomes");
	for (int i = 0; i < OUTCOME_COUNT; i++)
		if (i != OUTCOME_HOP)
			json_put_integer(json, outcome_word((enum outcome)i), (int64_t)core->polls.outcomes[i]);
	json_end(json);
	json_end(json);
}

static void
put_schedule(const struct core *core, struct json *json)
{
	const struct turns *turns = poll_turns(core->poll);

	json_put_object(json, "schedule");
	json_put_integer(json, "turns", (int64_t)turns->count);
	json_put_integer(json, "turns_us", turns->total_us);
	json_put_integer(json, "turns_cpu_us", turns->cpu_us);
	json_put_integer(json, "turn_max_us", turns_longest_us(turns));
	json_end(json);
}

static void
put_ingest(const struct core *core, struct json *json)
{
	bool stopped = ingest_stopped(core->ingest);

	json_put_object(json, "ingest");
	json_put_string(json, "state", stopped ? "stopped" : "running");
	if (stopped)
		json_put_string(json, "reason", ingest_reason(core->ingest));
	json_end(json);
}

static void
put_helpers(const struct core *core, struct json *json, const struct store_stats *stats)
{
	struct index_state state;

	index_state(core->index, &state);
	json_put_object(json, "index");
	json_put_integer(json, "seq", state.seq);
	json_put_integer(json, "lag", stats->seq > state.seq ? stats->seq - state.seq : 0);
	json_put_integer(json, "entries", state.entries);
	json_put_string(json, "state", state.word);
	json_put_integer(json, "restarts", (int64_t)state.restarts);
	json_end(json);
	json_put_object(json, "fetcher");
	json_put_string(json, "state", fetchers_running(core->fetchers) != 0 ? "running" : "restarting");
	json_put_integer(json, "restarts", (int64_t)fetchers_restarts(core->fetchers));
	json_put_integer(json, "pid", fetchers_pid(core->fetchers));
	json_put_integer(json, "processes", (int64_t)fetchers_running(core->fetchers));
	json_end(json);
}

/* Only if hubs are dealt with at all. */
static void
put_websub(const struct core *core, struct json *json)
{
	int64_t counts[WEBSUB_STATES];
	struct websub_figures figures;

	websub_figures(core->websub, &figures);
	if (!figures.on || store_websub_counts(core->store, loop_wall_s(), counts) != STORE_OK)
		return;
	json_put_object(json, "websub");
	json_put_integer(json, "verified", counts[WEBSUB_VERIFIED]);
	json_put_integer(json, "asked", counts[WEBSUB_NAMED] + counts[WEBSUB_ASKED]);
	json_put_integer(json, "refused", counts[WEBSUB_REFUSED]);
	json_put_integer(json, "leaving", counts[WEBSUB_LEAVING]);
	json_put_integer(json, "pushed", (int64_t)figures.pushed);
	json_put_integer(json, "ignored", (int64_t)figures.ignored);
	json_end(json);
}

/* Where it is, and what an administrator looks for there. */
static void
put_state(const struct core *core, struct json *json)
{
	struct statvfs room;
	struct stat status;

	json_put_object(json, "state");
	json_put_string(json, "path", core->state_dir);
	if (stat(core->state_dir, &status) == 0) {
		json_put_integer(json, "mode", status.st_mode & 07777);
		json_put_integer(json, "uid", status.st_uid);
	}
	if (statvfs(core->state_dir, &room) == 0)
		json_put_integer(json, "free_bytes", (int64_t)(room.f_bavail * room.f_frsize));
	json_put_integer(json, "user", geteuid());
	json_end(json);
	if (core->config != NULL)
		json_put_string(json, "config", core->config);
	if (core->conf.ca_file != NULL)
		json_put_string(json, "ca_file", core->conf.ca_file);
}

static void
put_sandbox(const struct core *core, struct json *json)
{
	json_put_object(json, "sandbox");
	json_put_bool(json, "limits", core->sandbox.limits);
	json_put_bool(json, "files", core->sandbox.files);
	json_put_bool(json, "calls", core->sandbox.calls);
	json_end(json);
}

static void
status(struct rpc_call *call)
{
	struct core *core = call->core;
	struct store_stats stats;
	struct json *json;
	int error = store_stats(core->store, &stats);

	if (error != STORE_OK) {
		rpc_fail_store(call, error);
		return;
	}
	json = rpc_result(call);
	json_put_string(json, "version", PACKAGE_VERSION);
	json_put_integer(json, "pid", getpid());
	json_put_integer(json, "uptime_s", (loop_mono_ms() - core->started_ms) / 1000);
	put_counts(call, json, &stats);
	put_polls(core, json);
	put_schedule(core, json);
	put_ingest(core, json);
	put_helpers(core, json, &stats);
	json_put_object(json, "database");
	json_put_integer(json, "bytes", stats.database_bytes);
	json_put_integer(json, "wal_bytes", stats.wal_bytes);
	json_put_integer(json, "index_bytes", stats.index_bytes);
	json_end(json);
	put_state(core, json);
	put_sandbox(core, json);
	put_websub(core, json);
	json_put_integer(json, "clients", (int64_t)server_count(core->server));
	rpc_send(call);
}

/* --- saved searches ------------------------------------------------------------------- */

static int
put_search(void *arg, struct span name, struct span query)
{
	struct json *json = arg;

	json_put_object(json, NULL);
	json_put_stringn(json, "name", name.ptr, name.len);
	json_put_stringn(json, "query", query.ptr, query.len);
	json_end(json);
	return 0;
}

static void
search_list(struct rpc_call *call)
{
	struct json *json = rpc_result(call);

	json_put_array(json, "searches");
	store_search_each(call->core->store, put_search, json);
	rpc_send(call);
}

static void
answer_search(struct rpc_call *call, int error)
{
	if (error != STORE_OK) {
		rpc_fail(call, error == STORE_ENONE ? "no-such-search" : store_word((enum store_status)error), "%s",
		    store_error(call->core->store));
		return;
	}
	core_changed(call->core);
	rpc_result(call);
	rpc_send(call);
}

static void
search_add(struct rpc_call *call)
{
	struct query *query = rpc_query(call, rpc_param_span(call, "query"));

	if (query == NULL)
		return;
	query_free(query);
	core_before_change(call->core);
	answer_search(call, store_search_add(call->core->store, rpc_param_span(call, "name"), rpc_param_span(call, "query")));
}

static void
search_remove(struct rpc_call *call)
{
	core_before_change(call->core);
	answer_search(call, store_search_remove(call->core->store, rpc_param_span(call, "name")));
}

/* --- backup ---------------------------------------------------------------------------- */

static void
backup(struct rpc_call *call)
{
	backup_start(call->core->backup, call);
}

static void
check(struct rpc_call *call)
{
	check_ask(call->core->check, call);
}

static void
read_backup(struct rpc_call *call)
{
	backup_read(call->core->backup, call);
}

const struct rpc_method rpc_state_methods[] = {
	{ .name = "status", .run = status, .access = RPC_READS },
	{ .name = "backup", .run = backup },
	{ .name = "check", .run = check },
	{ "backup.read", read_backup, { { "offset", RPC_INTEGER, true } }, RPC_CHANGES },
	{ .name = "search.list", .run = search_list, .access = RPC_READS },
	{ "search.add", search_add, { { "name", RPC_STRING, true }, { "query", RPC_STRING, true } }, RPC_CHANGES },
	{ "search.remove", search_remove, { { "name", RPC_STRING, true } }, RPC_CHANGES },
	{ .name = NULL }
};
