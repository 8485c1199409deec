#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/metrics.h"

/* The order of the words of --format. */
enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_PROMETHEUS };

enum { METRICS_BYTES_MAX = 1 << 20 };

static void
line(struct cmd *cmd, const char *name, enum out_style style, const char *text)
{
	out_printf("%s%-9s%s%s%s%s\n", out_on(&cmd->out, OUT_DIM), name, out_off(&cmd->out), out_on(&cmd->out, style),
	    text, style != OUT_PLAIN ? out_off(&cmd->out) : "");
}

/* "3d 4h", "4h 5m", "5m 6s": the two largest units. */
static const char *
duration(struct cmd *cmd, int64_t seconds)
{
	static const struct { int64_t unit_s; char name; int64_t part_s; char part; } units[] = {
		{ 86400, 'd', 3600, 'h' }, { 3600, 'h', 60, 'm' }, { 60, 'm', 1, 's' }
	};
	size_t	 i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (seconds >= units[i].unit_s)
			return arena_printf(cmd->arena, "%" PRId64 "%c %" PRId64 "%c", seconds / units[i].unit_s,
			    units[i].name, seconds % units[i].unit_s / units[i].part_s, units[i].part);
	return arena_printf(cmd->arena, "%" PRId64 "s", seconds);
}

static const char *
bytes(struct cmd *cmd, int64_t size)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double			 value = (double)size / 1024;
	size_t			 i = 0;

	for (; value >= 1024 && i < 3; i++)
		value /= 1024;
	return arena_printf(cmd->arena, "%.1f %s", value, units[i]);
}

static const char *
or_unknown(struct cmd *cmd, const char *text)
{
	return text != NULL ? cmd_clean(cmd, text) : "unknown";
}

/* The state of a part, and more about it if it is not the state that all is well in. */
static void
state_line(struct cmd *cmd, const char *name, const json_t *part, const char *well, const char *more)
{
	const char	*state = or_unknown(cmd, cmd_string(part, "state"));
	const char	*reason = cmd_clean(cmd, cmd_string(part, "reason"));

	line(cmd, name, strcmp(state, well) == 0 ? OUT_GOOD : OUT_BAD, arena_printf(cmd->arena, "%s%s%s%s", state,
	    reason != NULL ? ": " : "", reason != NULL ? reason : "", more));
}

/* ", 2 gone"; "" if there are none. */
static const char *
of_them(struct cmd *cmd, const json_t *status, const char *name)
{
	int64_t	 number = cmd_integer(status, name);

	return number != 0 ? arena_printf(cmd->arena, ", %" PRId64 " %s", number, name) : "";
}

static void
print_counts(struct cmd *cmd, const json_t *status)
{
	const json_t	*polls = json_object_get(status, "polls");

	line(cmd, "feeds", OUT_PLAIN, arena_printf(cmd->arena, "%" PRId64 ", %" PRId64 " failing%s%s", cmd_integer(status, "feeds"),
	    cmd_integer(status, "failing"), of_them(cmd, status, "gone"), of_them(cmd, status, "quarantined")));
	line(cmd, "entries", OUT_PLAIN, arena_printf(cmd->arena, "%" PRId64 ", %" PRId64 " unread, %" PRId64 " starred",
	    cmd_integer(status, "items"), cmd_integer(status, "unread"), cmd_integer(status, "starred")));
	line(cmd, "queue", OUT_PLAIN, arena_printf(cmd->arena, "%" PRId64 " due, %" PRId64 " queued, %" PRId64 " in flight",
	    cmd_integer(status, "due"), cmd_integer(status, "queued"), cmd_integer(status, "in_flight")));
	line(cmd, "polls", OUT_PLAIN, arena_printf(cmd->arena,
	    "%" PRId64 ", %" PRId64 " with news, %" PRId64 " not modified, %" PRId64 " failed", cmd_integer(polls, "total"),
	    cmd_integer(polls, "ok"), cmd_integer(polls, "not_modified"), cmd_integer(polls, "failed")));
}

static void
print_status(struct cmd *cmd, const json_t *status)
{
	const json_t	*index = json_object_get(status, "index"), *fetcher = json_object_get(status, "fetcher");
	const json_t	*database = json_object_get(status, "database");

	line(cmd, "gazetted", OUT_PLAIN, arena_printf(cmd->arena, "%s, process %" PRId64 ", up %s",
	    or_unknown(cmd, cmd_string(status, "version")), cmd_integer(status, "pid"),
	    duration(cmd, cmd_integer(status, "uptime_s"))));
	line(cmd, "socket", OUT_PLAIN, arena_printf(cmd->arena, "%s, %s", cmd_clean(cmd, client_path(cmd->client)),
	    cmd_number(cmd, cmd_integer(status, "clients"), "client", "clients")));
	print_counts(cmd, status);
	state_line(cmd, "ingest", json_object_get(status, "ingest"), "running", "");
	state_line(cmd, "fetcher", fetcher, "running", arena_printf(cmd->arena, ", %s",
	    cmd_number(cmd, cmd_integer(fetcher, "restarts"), "restart", "restarts")));
	state_line(cmd, "index", index, "ok", arena_printf(cmd->arena, ", %" PRId64 " entries, %" PRId64 " changes behind",
	    cmd_integer(index, "entries"), cmd_integer(index, "lag")));
	line(cmd, "database", OUT_PLAIN, arena_printf(cmd->arena, "%s, log %s, index %s",
	    bytes(cmd, cmd_integer(database, "bytes")), bytes(cmd, cmd_integer(database, "wal_bytes")),
	    bytes(cmd, cmd_integer(database, "index_bytes"))));
	line(cmd, "sequence", OUT_PLAIN, arena_printf(cmd->arena, "%" PRId64, cmd_integer(status, "seq")));
}

static void
print_metrics(const json_t *status)
{
	struct buf	 text = BUF_INIT(METRICS_BYTES_MAX);

	metrics_put(status, &text);
	out_put(buf_str(&text), text.len);
	buf_free(&text);
}

enum cmd_exit
cmd_status(struct cmd *cmd)
{
	enum cmd_exit	 status;
	json_t		*result;

	status = cmd_call(cmd, "status", NULL, &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json || cmd->options->format == FORMAT_JSON)
		out_json(result, cmd->out.terminal);
	else if (cmd->options->format == FORMAT_PROMETHEUS)
		print_metrics(result);
	else
		print_status(cmd, result);
	json_decref(result);
	return status;
}
