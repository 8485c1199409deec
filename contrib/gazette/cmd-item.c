#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/undone.h"
#include "feeds/html.h"

const char *
cmd_item_date(const json_t *item)
{
	const char	*date = cmd_string(item, "date_published");

	if (date == NULL)
		date = cmd_string(item, "date_modified");
	return date != NULL ? date : cmd_string(json_object_get(item, "_gazette"), "received");
}

bool
cmd_item_has_tag(const json_t *item, const char *tag)
{
	json_t	*one;
	size_t	 i;

	json_array_foreach(json_object_get(json_object_get(item, "_gazette"), "tags"), i, one)
		if (strcmp(json_string_value(one) != NULL ? json_string_value(one) : "", tag) == 0)
			return true;
	return false;
}

const char *
cmd_item_tags(struct cmd *cmd, const json_t *item)
{
	const char	*all = NULL, *name;
	json_t		*tag;
	size_t		 i;

	json_array_foreach(json_object_get(json_object_get(item, "_gazette"), "tags"), i, tag) {
		name = cmd_clean(cmd, json_string_value(tag));
		if (name != NULL)
			all = all == NULL ? name : arena_printf(cmd->arena, "%s,%s", all, name);
	}
	return all;
}

/* The beginning of a text as a title: its first TITLE_BYTES_MAX bytes' worth of whole words' letters. */
static const char *
first_line(struct cmd *cmd, const char *html, bool is_html)
{
	struct buf	 line = BUF_INIT(SIZE_MAX);
	const char	*title;
	size_t		 len;

	if (is_html)
		html_to_line(html, strlen(html), &line);
	else
		text_clean(html, &line);
	len = text_fit(buf_str(&line), line.len, CMD_ITEM_TITLE_COLUMNS, NULL);
	title = arena_printf(cmd->arena, "%.*s%s", (int)len, buf_str(&line), len < line.len ? "…" : "");
	buf_free(&line);
	return *title != '\0' ? title : NULL;
}

const char *
cmd_item_title(struct cmd *cmd, const json_t *item)
{
	static const struct { const char *member; bool is_html; } instead[] = {
		{ "summary", false }, { "content_text", false }, { "content_html", true }, { "url", false }, { "id", false }
	};
	const char	*title = cmd_string(item, "title"), *text;
	size_t		 i;

	for (i = 0; i < sizeof(instead) / sizeof(instead[0]) && (title == NULL || *title == '\0'); i++) {
		text = cmd_string(item, instead[i].member);
		title = text != NULL ? first_line(cmd, text, instead[i].is_html) : NULL;
	}
	return title;
}

/* --- count, tag, read ----------------------------------------------------------------------- */

enum cmd_exit
cmd_count(struct cmd *cmd)
{
	json_t		*queries, *result, *count;
	enum cmd_exit	 status;
	size_t		 i;

	queries = cmd->n_args > 0 ? cmd_operands(cmd) : json_pack("[s]", "is:unread");
	status = cmd_call(cmd, "item.count", json_pack("{s:o}", "queries", queries), &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else
		json_array_foreach(json_object_get(result, "counts"), i, count)
			out_printf("%" JSON_INTEGER_FORMAT "\n", json_integer_value(count));
	json_decref(result);
	return status;
}

static void
print_changed(struct cmd *cmd, const json_t *result)
{
	int64_t	 changed = cmd_integer(result, "changed");

	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else if (cmd->out.terminal)
		out_printf("%s\n", cmd_number(cmd, changed, "entry changed", "entries changed"));
	else
		out_printf("%" PRId64 "\n", changed);
}

/*
 * Changes the tags of what the operands from first on say, and prints how many changed. Takes params. An empty query
 * would mean every entry; here it is more likely a script's variable that was not set.
 */
static enum cmd_exit
change_tags(struct cmd *cmd, json_t *params, int first)
{
	const char	*query = cmd_query(cmd, first);
	enum cmd_exit	 status;
	json_t		*result;

	if (query[strspn(query, " \t\n")] == '\0') {
		json_decref(params);
		return cmd_usage(cmd, "the QUERY is empty; \"*\" is every entry");
	}
	json_object_set_new(params, "query", json_string(query));
	status = cmd_call(cmd, "item.tag", params, &result);
	if (status != CMD_DONE)
		return status;
	print_changed(cmd, result);
	json_decref(result);
	return status;
}

/* What each change was; those that the daemon only counts are counted. */
static void
print_undone(struct cmd *cmd, const json_t *result)
{
	int64_t		 undone = cmd_integer(result, "undone");
	struct buf	 line = BUF_INIT(UNDONE_BYTES);
	json_t		*operation;
	size_t		 i, told = json_array_size(json_object_get(result, "operations"));

	json_array_foreach(json_object_get(result, "operations"), i, operation) {
		buf_clear(&line);
		undone_text(operation, cmd->out.now_s, &line);
		out_printf("undone: %s\n", buf_str(&line));
	}
	if (undone == 0)
		out_printf("there is nothing to take back\n");
	else if (undone > (int64_t)told)
		out_printf("undone: %" PRId64 " more\n", undone - (int64_t)told);
	buf_free(&line);
}

enum cmd_exit
cmd_undo(struct cmd *cmd)
{
	json_t		*result;
	enum cmd_exit	 status;
	int64_t		 count = 1;

	if (cmd->n_args > 0 && (cmd_parse_number(cmd->args[0], &count) == -1 || count == 0))
		return cmd_usage(cmd, "\"%s\" is not a number of changes", cmd->args[0]);
	status = cmd_call(cmd, "undo", json_pack("{s:I}", "count", (json_int_t)count), &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->out.terminal && !cmd->options->json)
		print_undone(cmd, result);
	else
		print_changed(cmd, result);
	json_decref(result);
	return status;
}

enum cmd_exit
cmd_mark(struct cmd *cmd)
{
	static const struct { const char *command, *change, *tag; } marks[] = {
		{ "read", "remove", "unread" }, { "unread", "add", "unread" },
		{ "star", "add", "starred" }, { "unstar", "remove", "starred" }
	};
	size_t	 i = 0;

	while (strcmp(marks[i].command, cmd->row->name) != 0)
		i++;
	return change_tags(cmd, json_pack("{s:[s]}", marks[i].change, marks[i].tag), 0);
}

enum cmd_exit
cmd_tag(struct cmd *cmd)
{
	json_t	*params, *add, *removed;
	int	 i, end = cmd->dashes;

	for (i = 0; i < cmd->n_args && i != end; i++) {
		if (cmd->args[i][0] != '+' && cmd->args[i][0] != '-')
			break;
		if (cmd->args[i][1] == '\0')
			return cmd_usage(cmd, "\"%s\" names no tag", cmd->args[i]);
	}
	if (end != -1 && i != end)
		return cmd_usage(cmd, "\"%s\" is neither +TAG nor -TAG", cmd->args[i]);
	if (i == 0)
		return cmd_usage(cmd, "no +TAG or -TAG is given");
	if (i == cmd->n_args)
		return cmd_usage(cmd, "no QUERY is given; \"*\" is every entry");
	params = json_pack("{s:o, s:o}", "add", add = json_array(), "remove", removed = json_array());
	for (end = i, i = 0; i < end; i++)
		json_array_append_new(cmd->args[i][0] == '+' ? add : removed, json_string(cmd->args[i] + 1));
	return change_tags(cmd, params, end);
}
