#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"
#include "daemon/shared/protocol.h"

/* Pages of findings, printed as they come. */
struct report {
	struct cmd		*cmd;		/* its arena is for one page */
	struct out_table	*table;		/* NULL before the first finding */
	int64_t			 count;		/* findings printed */
};

static const struct out_column columns[] = {
	{ "ID", OUT_RIGHT, 0, 0, 0 }, { "WHAT", OUT_LEFT, 0, 0, 0 }, { "SINCE", OUT_RIGHT, 0, 0, 50 }, { "GOOD", OUT_RIGHT, 0, 0, 90 },
	{ "NEXT", OUT_RIGHT, 0, 0, 70 }, { "TITLE", OUT_LEFT, 10, 2, 0 }, { "REASON", OUT_LEFT, 10, 4, 40 },
	{ "NEXT BECAUSE", OUT_LEFT, 10, 2, 120 }, { "URL", OUT_LEFT, 10, 2, 150 }
};

static enum out_style
what_style(const char *what)
{
	static const char *const bad[] = { "failing", "gone", "quarantined" };
	size_t	 i;

	for (i = 0; what != NULL && i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(what, bad[i]) == 0)
			return OUT_BAD;
	return OUT_PLAIN;
}

static void
print_finding(struct report *report, const json_t *finding)
{
	const char	*what = cmd_string(finding, "what");

	report->count++;
	if (report->cmd->options->json) {
		out_json(finding, false);
		return;
	}
	if (report->table == NULL)
		report->table = out_table_new(&report->cmd->out, columns, sizeof(columns) / sizeof(columns[0]));
	out_cellf(report->table, OUT_DIM, "%" PRId64, cmd_integer(finding, "feed"));
	out_cell(report->table, what, what_style(what));
	out_cell_time(report->table, cmd_string(finding, "since"), OUT_PLAIN);
	out_cell_time(report->table, cmd_string(finding, "last_success"), OUT_DIM);
	out_cell_time(report->table, cmd_string(finding, "next_poll"), OUT_DIM);
	out_cell(report->table, cmd_string(finding, "title"), OUT_BOLD);
	out_cell(report->table, cmd_string(finding, "reason"), OUT_PLAIN);
	out_cell(report->table, cmd_string(finding, "next_poll_reason"), OUT_DIM);
	out_cell(report->table, cmd_string(finding, "url"), OUT_DIM);
}

/* Asks for the page after this one; NULL: the first. The caller owns the result. */
static enum cmd_exit
ask_page(const struct report *report, const char *after, json_t **result)
{
	json_t	*params = json_pack("{s:i}", "limit", PROTOCOL_PAGE_MAX);

	if (report->cmd->n_args > 0)
		json_object_set_new(params, "feeds", cmd_operands(report->cmd));
	if (after != NULL)
		json_object_set_new(params, "after", json_string(after));
	return cmd_call(report->cmd, "health", params, result);
}

static enum cmd_exit
print_pages(struct report *report)
{
	enum cmd_exit	 status;
	const char	*after = NULL;
	json_t		*result, *before = NULL, *finding;
	size_t		 i;

	do {
		status = ask_page(report, after, &result);
		json_array_foreach(json_object_get(result, "findings"), i, finding)
			print_finding(report, finding);
		arena_reset(report->cmd->arena);
		json_decref(before);
		before = result;
		after = cmd_string(result, "after");
	} while (after != NULL && out_ok());
	json_decref(before);
	return status;
}

enum cmd_exit
cmd_health(struct cmd *cmd)
{
	struct cmd	 paged = *cmd;
	struct report	 report = { .cmd = &paged };
	enum cmd_exit	 status;

	paged.arena = arena_new(0);
	status = print_pages(&report);
	if (report.table != NULL)
		out_table_end(report.table);
	if (status == CMD_DONE && report.count == 0 && !cmd->options->json)
		out_printf("%s\n", cmd->n_args == 0 ? "All feeds are well." : "Nothing is wrong with them.");
	arena_free(paged.arena);
	return status;
}
