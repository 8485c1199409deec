#include "contrib/gazette/metrics.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_BYTES = 64 };

#define GAUGE "gauge"
#define COUNTER "counter"

const struct metric metrics_rows[] = {
	{ "gazetted_build_info", GAUGE, "version", "version", NULL, 0, "1, with the version that runs" },
	{ "gazetted_uptime_seconds", GAUGE, "uptime_s", NULL, NULL, 0, "How long the daemon has been running" },
	{ "gazetted_clients", GAUGE, "clients", NULL, NULL, 0, "Connections at its sockets" },
	{ "gazetted_feeds", GAUGE, "feeds", NULL, NULL, 0, "Feeds that are subscribed to" },
	{ "gazetted_feeds_failing", GAUGE, "failing", NULL, NULL, 0, "Feeds whose last poll failed, those gone or quarantined among them" },
	{ "gazetted_feeds_gone", GAUGE, "gone", NULL, NULL, 0, "Feeds that are polled no more because their server says that they are gone" },
	{ "gazetted_feeds_quarantined", GAUGE, "quarantined", NULL, NULL, 0, "Feeds that are not polled because the fetcher crashed at them" },
	{ "gazetted_entries", GAUGE, "items", NULL, NULL, 0, "Entries that are stored" },
	{ "gazetted_entries_unread", GAUGE, "unread", NULL, NULL, 0, "Entries that are unread" },
	{ "gazetted_entries_starred", GAUGE, "starred", NULL, NULL, 0, "Entries that are starred" },
	{ "gazetted_changes_total", COUNTER, "seq", NULL, NULL, 0, "Number of the last change of an entry or a feed" },
	{ "gazetted_polls_due", GAUGE, "due", NULL, NULL, 0, "Feeds that are to be polled now" },
	{ "gazetted_polls_queued", GAUGE, "queued", NULL, NULL, 0, "Polls that wait for their turn at a host" },
	{ "gazetted_polls_in_flight", GAUGE, "in_flight", NULL, NULL, 0, "Polls that are under way" },
	{ "gazetted_polls_total", COUNTER, "polls.outcomes", "outcome", NULL, 0, "Polls that have ended, by outcome" },
	{ "gazetted_schedule_turns_total", COUNTER, "schedule.turns", NULL, NULL, 0, "How often what is due was picked" },
	{ "gazetted_schedule_seconds_total", COUNTER, "schedule.turns_us", NULL, NULL, 1e-6, "Time that picking what is due has taken" },
	{ "gazetted_schedule_cpu_seconds_total", COUNTER, "schedule.turns_cpu_us", NULL, NULL, 1e-6, "CPU time that picking what is due has taken" },
	{ "gazetted_schedule_turn_max_seconds", GAUGE, "schedule.turn_max_us", NULL, NULL, 1e-6, "The longest of these turns in the last minute or two" },
	{ "gazetted_ingest_running", GAUGE, "ingest.state", NULL, "running", 0, "1, or 0 while a full or failing disk keeps news from being stored" },
	{ "gazetted_fetcher_running", GAUGE, "fetcher.state", NULL, "running", 0, "1, or 0 while no fetcher runs" },
	{ "gazetted_fetcher_processes", GAUGE, "fetcher.processes", NULL, NULL, 0, "Fetchers that run" },
	{ "gazetted_fetcher_restarts_total", COUNTER, "fetcher.restarts", NULL, NULL, 0, "How often a fetcher had to be started again" },
	{ "gazetted_index_ready", GAUGE, "index.state", NULL, "ok", 0, "1, or 0 while words cannot be searched for: the index is being rebuilt, or the indexer is down" },
	{ "gazetted_index_entries", GAUGE, "index.entries", NULL, NULL, 0, "Entries in the index" },
	{ "gazetted_index_lag", GAUGE, "index.lag", NULL, NULL, 0, "Changes that the index is behind" },
	{ "gazetted_index_restarts_total", COUNTER, "index.restarts", NULL, NULL, 0, "How often the indexer had to be started again" },
	{ "gazetted_database_bytes", GAUGE, "database.bytes", NULL, NULL, 0, "Size of gazette.db" },
	{ "gazetted_database_log_bytes", GAUGE, "database.wal_bytes", NULL, NULL, 0, "Size of the log of gazette.db" },
	{ "gazetted_index_bytes", GAUGE, "database.index_bytes", NULL, NULL, 0, "Size of index.db" },
	{ "gazetted_state_free_bytes", GAUGE, "state.free_bytes", NULL, NULL, 0, "Room that is left for the state directory" },
	{ "gazetted_sandbox", GAUGE, "sandbox.limits", "part=\"limits\"", NULL, 0, "1 for each wall that holds, 0 for what the kernel or the build lacks" },
	{ "gazetted_sandbox", NULL, "sandbox.files", "part=\"files\"", NULL, 0, NULL },
	{ "gazetted_sandbox", NULL, "sandbox.calls", "part=\"calls\"", NULL, 0, NULL },
	{ "gazetted_websub_feeds", GAUGE, "websub.verified", "state=\"verified\"", NULL, 0, "Feeds with a hub, by what it has been asked" },
	{ "gazetted_websub_feeds", NULL, "websub.asked", "state=\"asked\"", NULL, 0, NULL },
	{ "gazetted_websub_feeds", NULL, "websub.refused", "state=\"refused\"", NULL, 0, NULL },
	{ "gazetted_websub_feeds", NULL, "websub.leaving", "state=\"leaving\"", NULL, 0, NULL },
	{ "gazetted_websub_documents_total", COUNTER, "websub.pushed", "result=\"stored\"", NULL, 0, "Documents that hubs have sent" },
	{ "gazetted_websub_documents_total", NULL, "websub.ignored", "result=\"ignored\"", NULL, 0, NULL },
};
const size_t metrics_count = sizeof metrics_rows / sizeof metrics_rows[0];

static const json_t *
find(const json_t *object, const char *path)
{
	char		 name[NAME_BYTES];
	size_t		 len = strcspn(path, ".");
	const json_t	*member;

	if (len >= sizeof name)
		return NULL;
	memcpy(name, path, len);
	name[len] = '\0';
	member = json_object_get(object, name);
	return path[len] == '.' ? find(member, path + len + 1) : member;
}

static void
put_value(const struct metric *row, const json_t *value, struct buf *out)
{
	if (row->word != NULL)
		buf_puts(out, strcmp(json_string_value(value), row->word) == 0 ? "1" : "0");
	else if (json_is_boolean(value))
		buf_puts(out, json_is_true(value) ? "1" : "0");
	else if (row->unit != 0)
		buf_printf(out, "%.6f", (double)json_integer_value(value) * row->unit);
	else
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	buf_putc(out, '\n');
}

/* Backslash, quote and newline are all that the format escapes. */
static void
put_label(const char *name, const char *value, struct buf *out)
{
	buf_printf(out, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			buf_puts(out, "\\n");
		else if (*value == '\\' || *value == '"')
			buf_printf(out, "\\%c", *value);
		else
			buf_putc(out, *value);
	}
	buf_puts(out, "\"");
}

static void
put_members(const struct metric *row, const json_t *object, struct buf *out)
{
	const char	*name;
	json_t		*member;

	json_object_foreach((json_t *)object, name, member) {
		if (!json_is_integer(member))
			continue;
		buf_printf(out, "%s{", row->name);
		put_label(row->label, name, out);
		buf_puts(out, "} ");
		put_value(row, member, out);
	}
}

static void
put_samples(const struct metric *row, const json_t *value, struct buf *out)
{
	if (json_is_object(value)) {
		put_members(row, value, out);
		return;
	}
	buf_puts(out, row->name);
	if (json_is_string(value) && row->word == NULL) {
		buf_putc(out, '{');
		put_label(row->label, json_string_value(value), out);
		buf_puts(out, "} 1\n");
		return;
	}
	if (row->label != NULL)
		buf_printf(out, "{%s}", row->label);
	buf_putc(out, ' ');
	put_value(row, value, out);
}

/* Whether a row can be shown by what the answer has. */
static bool
fits(const struct metric *row, const json_t *value)
{
	bool	 by_label = row->label != NULL && strchr(row->label, '=') == NULL;

	if (row->word != NULL)
		return json_is_string(value);
	return by_label ? json_is_string(value) || json_is_object(value) : json_is_integer(value) || json_is_boolean(value);
}

void
metrics_put(const json_t *status, struct buf *out)
{
	const char	*shown = "";
	size_t		 i;

	for (i = 0; i < metrics_count; i++) {
		const struct metric	*row = &metrics_rows[i], *first = row;
		const json_t		*value = find(status, row->path);

		if (!fits(row, value))
			continue;
		while (first->help == NULL)
			first--;
		if (strcmp(shown, row->name) != 0)
			buf_printf(out, "# HELP %s %s.\n# TYPE %s %s\n", row->name, first->help, row->name, first->type);
		shown = row->name;
		put_samples(row, value, out);
	}
}
