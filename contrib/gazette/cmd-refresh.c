#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"

/* The daemon's "progress" notifications: {"done", "total", "new", "failed"}. */
static void
show_progress(void *arg, const char *method, json_t *params)
{
	struct cmd	*cmd = arg;
	int64_t		 failed;

	if (strcmp(method, "progress") != 0)
		return;
	failed = cmd_integer(params, "failed");
	out_progress("%" PRId64 " of %" PRId64 " feeds, %s%s%s", cmd_integer(params, "done"),
	    cmd_integer(params, "total"), cmd_number(cmd, cmd_integer(params, "new"), "new entry", "new entries"),
	    failed > 0 ? ", failed: " : "", failed > 0 ? arena_printf(cmd->arena, "%" PRId64, failed) : "");
}

static void
print_errors(struct cmd *cmd, const json_t *result)
{
	json_t	*error;
	size_t	 i;

	json_array_foreach(json_object_get(result, "errors"), i, error)
		out_error("%s: %s", cmd_member(cmd, error, "title"), cmd_member(cmd, error, "message"));
	if (cmd->n_args == 0)		/* all feeds that were polled a moment ago: how many is enough */
		return;
	json_array_foreach(json_object_get(result, "skipped"), i, error)
		out_error("feed %" PRId64 " is not polled%s%s: %s", cmd_integer(error, "feed"),
		    cmd_string(error, "until") != NULL ? " before " : "",
		    cmd_string(error, "until") != NULL ? cmd_member(cmd, error, "until") : "",
		    cmd_member(cmd, error, "reason"));
}

static void
print_summary(struct cmd *cmd, const json_t *result)
{
	int64_t	 skipped = cmd_integer(result, "total") - cmd_integer(result, "polled");
	int64_t	 failed = cmd_integer(result, "failed");

	out_printf("%s, %s, %" PRId64 " updated; %" PRId64 " not modified",
	    cmd_number(cmd, cmd_integer(result, "polled"), "feed polled", "feeds polled"),
	    cmd_number(cmd, cmd_integer(result, "new"), "new entry", "new entries"), cmd_integer(result, "updated"),
	    cmd_integer(result, "not_modified"));
	if (failed > 0)
		out_printf(", %s%" PRId64 " failed%s", out_on(&cmd->out, OUT_BAD), failed, out_off(&cmd->out));
	if (skipped > 0)
		out_printf(", %" PRId64 " may not be polled yet", skipped);
	out_printf("\n");
}

enum cmd_exit
cmd_refresh(struct cmd *cmd)
{
	json_t		*params, *result;
	enum cmd_exit	 status;

	params = json_pack("{s:b}", "wait", !cmd->options->no_wait);
	if (cmd->n_args > 0)
		json_object_set_new(params, "feeds", cmd_operands(cmd));
	client_on_notify(cmd->client, show_progress, cmd);
	status = cmd_call(cmd, "feed.refresh", params, &result);
	client_on_notify(cmd->client, NULL, NULL);
	out_progress_end();
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else if (cmd->options->no_wait)
		out_printf("%s\n", cmd_number(cmd, cmd_integer(result, "started"), "feed", "feeds"));
	else
		print_summary(cmd, result);
	print_errors(cmd, result);
	if (cmd->n_args > 0 && cmd_integer(result, "failed") > 0)
		status = CMD_REFUSED;
	json_decref(result);
	return status;
}
