#include <inttypes.h>

#include "contrib/gazette/cmd-item.h"

static const struct out_column columns[] = {
	{ "rule", OUT_RIGHT, 0, 0, 0 }, { "query", OUT_LEFT, 15, 1, 0 }, { "actions", OUT_LEFT, 15, 1, 0 }, { "mistake", OUT_LEFT, 10, 1, 60 }
};

/* --- rule list, add, remove ------------------------------------------------------------------- */

static const char *
joined(struct cmd *cmd, const json_t *texts)
{
	const char	*all = NULL, *one;
	json_t		*text;
	size_t		 i;

	json_array_foreach(texts, i, text) {
		one = cmd_clean(cmd, json_string_value(text));
		if (one != NULL)
			all = all == NULL ? one : arena_printf(cmd->arena, "%s %s", all, one);
	}
	return all;
}

static void
print_rules(struct cmd *cmd, const json_t *rules)
{
	struct out_table	*table = out_table_new(&cmd->out, columns, sizeof(columns) / sizeof(columns[0]));
	json_t			*rule;
	size_t			 i;

	json_array_foreach(rules, i, rule) {
		out_cellf(table, OUT_DIM, "%" PRId64, cmd_integer(rule, "rule"));
		out_cell(table, cmd_string(rule, "query"), OUT_PLAIN);
		out_cell(table, joined(cmd, json_object_get(rule, "actions")), OUT_PLAIN);
		out_cell(table, cmd_string(rule, "error"), OUT_BAD);
	}
	out_table_end(table);
}

static enum cmd_exit
rule_list(struct cmd *cmd)
{
	json_t		*result;
	enum cmd_exit	 status = cmd_call(cmd, "rule.list", NULL, &result);

	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(json_object_get(result, "rules"), cmd->out.terminal);
	else
		print_rules(cmd, json_object_get(result, "rules"));
	json_decref(result);
	return status;
}

/* A word that no action is, is likely a part of a query without its quotes: the daemon says so. */
static enum cmd_exit
rule_add(struct cmd *cmd)
{
	json_t		*actions = json_array(), *result;
	enum cmd_exit	 status;
	int		 i;

	for (i = 2; i < cmd->n_args; i++)
		json_array_append_new(actions, json_string(cmd->args[i]));
	status = cmd_call(cmd, "rule.add", json_pack("{s:s, s:o}", "query", cmd->args[1], "actions", actions), &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else
		out_printf("%" PRId64 "\n", cmd_integer(result, "rule"));
	json_decref(result);
	return status;
}

/* The number that a rule is named by; CMD_USAGE, said already, if it is none. */
static enum cmd_exit
take_rule(struct cmd *cmd, int64_t *rule)
{
	if (cmd_parse_number(cmd->args[1], rule) == 0 && *rule > 0)
		return CMD_DONE;
	return cmd_usage(cmd, "\"%s\" is not a rule's number", cmd->args[1]);
}

static enum cmd_exit
rule_remove(struct cmd *cmd)
{
	int64_t		 rule;
	json_t		*result;
	enum cmd_exit	 status = take_rule(cmd, &rule);

	if (status == CMD_DONE)
		status = cmd_call(cmd, "rule.remove", json_pack("{s:I}", "rule", (json_int_t)rule), &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	json_decref(result);
	return status;
}

/* --- rule test, apply --------------------------------------------------------------------------- */

static enum cmd_exit
rule_test(struct cmd *cmd)
{
	json_t		*result;
	enum cmd_exit	 status = cmd_call(cmd, "rule.test", json_pack("{s:s}", "query", cmd_query(cmd, 1)), &result);

	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else {
		cmd_item_print(cmd, json_object_get(result, "items"));
		out_printf("%s\n", cmd_number(cmd, cmd_integer(result, "matched"), "entry in all", "entries in all"));
	}
	json_decref(result);
	return status;
}

static enum cmd_exit
rule_apply(struct cmd *cmd)
{
	json_t		*result, *params = NULL;
	enum cmd_exit	 status = CMD_DONE;
	int64_t		 rule;

	if (cmd->n_args > 1) {
		status = take_rule(cmd, &rule);
		params = status == CMD_DONE ? json_pack("{s:I}", "rule", (json_int_t)rule) : NULL;
	}
	if (status == CMD_DONE)
		status = cmd_call(cmd, "rule.apply", params, &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else
		out_printf("%s, %" PRId64 " changed, %" PRId64 " removed, %s\n",
		    cmd_number(cmd, cmd_integer(result, "matched"), "entry found", "entries found"), cmd_integer(result, "changed"),
		    cmd_integer(result, "dropped"), cmd_number(cmd, cmd_integer(result, "commands"), "command to be run", "commands to be run"));
	json_decref(result);
	return status;
}

static const struct cmd_word words[] = {
	{ "add", 3, -1, "a QUERY (in quotes if it has several words) and ACTIONs", rule_add },
	{ "list", 1, 1, "nothing more", rule_list },
	{ "remove", 2, 2, "one number", rule_remove },
	{ "test", 2, -1, "a QUERY", rule_test },
	{ "apply", 1, 2, "one number or nothing", rule_apply },
	{ NULL, 0, 0, NULL, NULL }
};

enum cmd_exit
cmd_rule(struct cmd *cmd)
{
	return cmd_run_word(cmd, words);
}
