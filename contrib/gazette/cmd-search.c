#include <stdlib.h>

#include "contrib/gazette/cmd.h"

static const struct out_column columns[] = {
	{ "name", OUT_LEFT, 0, 0, 0 }, { "query", OUT_LEFT, 20, 1, 0 }
};

static enum cmd_exit
search_list(struct cmd *cmd)
{
	struct out_table	*table;
	enum cmd_exit		 status;
	json_t			*result, *one;
	size_t			 i;

	status = cmd_call(cmd, "search.list", NULL, &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(json_object_get(result, "searches"), cmd->out.terminal);
	else {
		table = out_table_new(&cmd->out, columns, sizeof(columns) / sizeof(columns[0]));
		json_array_foreach(json_object_get(result, "searches"), i, one) {
			out_cell(table, cmd_string(one, "name"), OUT_PLAIN);
			out_cell(table, cmd_string(one, "query"), OUT_PLAIN);
		}
		out_table_end(table);
	}
	json_decref(result);
	return status;
}

/* Nothing is printed but on request: it is saved, or gone. */
static enum cmd_exit
change(struct cmd *cmd, const char *method, json_t *params)
{
	json_t		*result;
	enum cmd_exit	 status = cmd_call(cmd, method, params, &result);

	if (status == CMD_DONE && cmd->options->json)
		out_json(result, cmd->out.terminal);
	json_decref(result);
	return status;
}

static enum cmd_exit
search_add(struct cmd *cmd)
{
	return change(cmd, "search.add", json_pack("{s:s, s:s}", "name", cmd->args[1], "query", cmd_query(cmd, 2)));
}

static enum cmd_exit
search_remove(struct cmd *cmd)
{
	return change(cmd, "search.remove", json_pack("{s:s}", "name", cmd->args[1]));
}

static const struct cmd_word words[] = {
	{ "add", 3, -1, "a NAME and a QUERY", search_add },
	{ "list", 1, 1, "nothing more", search_list },
	{ "remove", 2, 2, "one NAME", search_remove },
	{ NULL, 0, 0, NULL, NULL }
};

enum cmd_exit
cmd_search(struct cmd *cmd)
{
	return cmd_run_word(cmd, words);
}
