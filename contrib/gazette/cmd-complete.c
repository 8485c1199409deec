/*
 * cmd-complete - what may stand where a shell's user has come to: from the same rows that parse the command line, and from what
 * the daemon has. The shells' scripts (contrib/completions) only ask here.
 */
#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export-cursor.h"
#include "contrib/gazette/feed-key.h"

enum { OFFERED_MAX = 10000 /* feeds or tags: nobody chooses among more */ };

/* Of a command line: all words behind "gazette"; the last one is incomplete. */
struct line {
	struct cmd	*cmd;
	char		**words;
	int		 count;
	const struct cmd_row *row;	/* the command, once it is complete; else NULL */
	const struct arg_option *tables[3];	/* the options that may come, ended by NULL */
	int		 operand;	/* of the command, from 0: the incomplete word is this one */
};

static const char *
last(const struct line *line)
{
	return line->count > 0 ? line->words[line->count - 1] : "";
}

/* Whether what is there is the beginning of both, one behind the other. */
static bool
begins(const struct line *line, const char *before, const char *text)
{
	const char	*typed = last(line);
	size_t		 len = strlen(before);

	if (strlen(typed) <= len)
		return strncmp(typed, before, strlen(typed)) == 0;
	return strncmp(typed, before, len) == 0 && strncmp(text, typed + len, strlen(typed) - len) == 0;
}

/* Whether it can be typed as it is shown. */
static bool
is_clean(const struct line *line, const char *text)
{
	return text != NULL && *text != '\0' && strcmp(cmd_clean(line->cmd, text), text) == 0;
}

/* A candidate, if it begins like what is there. about may be NULL. */
static void
offer(const struct line *line, const char *before, const char *text, const char *about)
{
	if (is_clean(line, text) && begins(line, before, text))
		out_printf("%s%s\t%s\n", before, text, about != NULL ? about : "");
}

/* "a|b|c" */
static void
offer_words(const struct line *line, const char *before, const char *words)
{
	size_t	 len;

	for (; *words != '\0'; words += len + (words[len] == '|')) {
		len = strcspn(words, "|");
		offer(line, before, arena_strndup(line->cmd->arena, words, len), NULL);
	}
}

/* without: keys that have this flag are not for here. */
static void
offer_keys(const struct line *line, const char *before, unsigned without)
{
	for (const struct feed_key *key = feed_keys; key->name != NULL; key++)
		if ((key->flags & without) == 0)
			offer(line, before, arena_printf(line->cmd->arena, "%s=", key->name), key->about);
}

/* The shell knows its files itself. */
static void
offer_files(void)
{
	out_printf(":files\t\n");
}

/* --- options ------------------------------------------------------------------------------------ */

/* "--name", "--name=value" or "-n" */
static const struct arg_option *
find_option(const struct arg_option *const *tables, const char *word)
{
	bool			 whole = strncmp(word, "--", 2) == 0;
	size_t			 len = whole ? strcspn(word + 2, "=") : 0, i;
	const struct arg_option	*option;

	for (i = 0; tables[i] != NULL; i++)
		for (option = tables[i]; option->name != NULL; option++)
			if ((whole && strlen(option->name) == len && memcmp(word + 2, option->name, len) == 0) ||
			    (word[0] == '-' && word[1] != '\0' && word[1] == option->letter && word[2] == '\0'))
				return option;
	return NULL;
}

static bool
has_value(const char *word)
{
	return strncmp(word, "--", 2) == 0 && strchr(word, '=') != NULL;
}

static void
offer_options(const struct line *line)
{
	const struct arg_option	*option;
	size_t			 i;

	for (i = 0; line->tables[i] != NULL; i++)
		for (option = line->tables[i]; option->name != NULL; option++)
			offer(line, "--", option->name, option->help);
}

/* --- what the daemon has ------------------------------------------------------------------------ */

/* Nobody is told that the daemon is away while he types. */
static json_t *
ask(const struct line *line, const char *method, json_t *params)
{
	struct client_error	 err;
	json_t			*result = NULL;

	if (line->cmd->client == NULL)
		line->cmd->client = client_new(line->cmd->options->socket);
	if (client_connect(line->cmd->client, &err) == -1) {
		json_decref(params);
		return NULL;
	}
	client_call(line->cmd->client, method, params, &result, &err);
	return result;
}

/* A name as it stands in a query behind FIELD:, quoted if it must be, even if it was begun without; else as it is. */
static void
offer_name(const struct line *line, const char *before, const char *name, const char *about)
{
	const char	*quoted;

	if (strchr(before, ':') == NULL || name == NULL || name[strcspn(name, " ()\"")] == '\0') {
		offer(line, before, name, about);
		return;
	}
	quoted = arena_printf(line->cmd->arena, "\"%s\"", name);
	if (is_clean(line, name) && strchr(name, '"') == NULL && (begins(line, before, name) || begins(line, before, quoted)))
		out_printf("%s%s\t%s\n", before, quoted, about != NULL ? about : "");
}

static void
offer_searches(const struct line *line, const char *before)
{
	json_t	*result = ask(line, "search.list", NULL), *search;
	size_t	 i;

	json_array_foreach(json_object_get(result, "searches"), i, search)
		offer_name(line, before, cmd_string(search, "name"), cmd_string(search, "query"));
	json_decref(result);
}

/* What a method lists as member, page by page, each given to offer_one. */
static void
offer_pages(const struct line *line, const char *before, const char *method, const char *member, json_t *params,
    void (*offer_one)(const struct line *, const char *, const json_t *))
{
	json_t	*result, *one;
	size_t	 count = 0, i;
	bool	 more;

	do {
		result = ask(line, method, json_deep_copy(params));
		json_array_foreach(json_object_get(result, member), i, one)
			offer_one(line, before, one);
		count += json_array_size(json_object_get(result, member));
		more = json_object_get(result, "after") != NULL && count < OFFERED_MAX;
		if (more)
			json_object_set(params, "after", json_object_get(result, "after"));
		json_decref(result);
	} while (more);
	json_decref(params);
}

static void
offer_one_feed(const struct line *line, const char *before, const json_t *feed)
{
	/* A title is found as it is shown. */
	offer(line, before, cmd_clean(line->cmd, cmd_string(feed, "title")), cmd_string(feed, "url"));
}

static void
offer_feeds(const struct line *line)
{
	offer_pages(line, "", "feed.list", "feeds", json_pack("{s:[ss]}", "fields", "title", "url"), offer_one_feed);
}

/* States of entries are no tags of feeds, and always there for entries. */
static void
offer_one_tag(const struct line *line, const char *before, const json_t *tag)
{
	const char	*name = cmd_string(tag, "tag");

	if (name != NULL && strcmp(name, "unread") != 0 && strcmp(name, "starred") != 0)
		offer_name(line, before, name, "a tag");
}

static void
offer_rules(const struct line *line)
{
	json_t	*result = ask(line, "rule.list", NULL), *rule;
	size_t	 i;

	json_array_foreach(json_object_get(result, "rules"), i, rule)
		offer(line, "", arena_printf(line->cmd->arena, "%" PRId64, cmd_integer(rule, "rule")), cmd_string(rule, "query"));
	json_decref(result);
}

static void
offer_tags(const struct line *line, const char *before)
{
	offer_pages(line, before, "tag.list", "tags", json_object(), offer_one_tag);
}

static void
offer_entry_tags(const struct line *line, const char *before)
{
	offer_words(line, before, "unread|starred");
	offer_tags(line, before);
}

static void
offer_query(const struct line *line)
{
	static const char	 fields[] = "is:unread|is:read|is:starred|is:updated|has:attachment|title:|author:|text:|url:|tag:|feed:|"
	    "lang:|id:|search:|date:|date:today|since:|before:|received:|AND|OR|NOT";

	if (strncmp(last(line), "tag:", strlen("tag:")) == 0)
		offer_entry_tags(line, "tag:");
	else if (strncmp(last(line), "search:", strlen("search:")) == 0)
		offer_searches(line, "search:");
	else
		offer_words(line, "", fields);
}

/* --- the values of options: by what --help calls them ------------------------------------------------ */

static void
offer_path(const struct line *line, const char *before)
{
	(void)line;
	(void)before;
	offer_files();
}

static void
offer_settings(const struct line *line, const char *before)
{
	offer_keys(line, before, FEED_KEY_THERE);
}

static void
offer_cursors(const struct line *line, const char *before)
{
	const char *const	*names = export_cursor_names(line->cmd->arena);

	for (; *names != NULL; names++)
		offer(line, before, *names, "a cursor");
}

static const struct {
	const char	*value;
	void		 (*offer)(const struct line *, const char *before);
} values[] = {
	{ "PATH", offer_path }, { "SOCKET", offer_path }, { "TAG", offer_tags }, { "KEY=VALUE", offer_settings }, { "NAME", offer_cursors }
};

/* --- operands: by what usage calls them ----------------------------------------------------------- */

static void
offer_feed(const struct line *line)
{
	offer_feeds(line);
}

static void
offer_set(const struct line *line)
{
	if (line->operand == 0)
		offer_feed(line);
	else
		offer_keys(line, "", 0);
}

static void
offer_changes(const struct line *line)
{
	if (*last(line) == '+' || *last(line) == '\0')
		offer_entry_tags(line, "+");
	if (*last(line) == '-')
		offer_entry_tags(line, "-");
}

static void
offer_signs(const struct line *line)
{
	const char	*typed = last(line);

	offer_changes(line);
	if (line->operand > 0 && *typed != '+' && *typed != '-')
		offer_query(line);
}

/* The query is one word, what is to be done follows it. */
static void
offer_actions(const struct line *line)
{
	if (line->operand == 1) {
		offer_query(line);
		return;
	}
	offer_words(line, "", "read|star|drop|exec:");
	offer_changes(line);
}

static void
offer_search(const struct line *line)
{
	if (line->operand == 0)
		offer_words(line, "", "add|list|remove");
	else if (line->operand == 1 && strcmp(line->words[line->count - 2], "remove") == 0)
		offer_searches(line, "");
	else if (line->operand > 1)
		offer_query(line);
}

static void
offer_rule(const struct line *line)
{
	const char	*word = line->operand > 0 ? line->words[line->count - 1 - line->operand] : "";

	if (line->operand == 0)
		offer_words(line, "", "add|list|remove|test|apply");
	else if (strcmp(word, "add") == 0)
		offer_actions(line);
	else if (strcmp(word, "test") == 0)
		offer_query(line);
	else if (line->operand == 1 && (strcmp(word, "remove") == 0 || strcmp(word, "apply") == 0))
		offer_rules(line);
}

static void
offer_file(const struct line *line)
{
	(void)line;
	offer_files();
}

static void
offer_ingest(const struct line *line)
{
	if (line->operand == 0)
		offer_feed(line);
	else
		offer_files();
}

static const struct {
	const char	*operands;
	void		 (*offer)(const struct line *);
} kinds[] = {
	{ "FEED...", offer_feed }, { "[FEED...]", offer_feed }, { "FEED KEY=VALUE...", offer_set },
	{ "QUERY", offer_query }, { "[QUERY]", offer_query }, { "[QUERY...]", offer_query },
	{ "{+TAG|-TAG}... [--] QUERY", offer_signs }, { "{add NAME QUERY|list|remove NAME}", offer_search },
	{ "{add QUERY ACTION...|list|remove N|test QUERY|apply [N]}", offer_rule }, { "FILE", offer_file }, { "FEED [FILE]", offer_ingest },
};

/* --- the command line -------------------------------------------------------------------------------- */

static void
offer_commands(const struct line *line)
{
	const struct cmd_row	*row;

	for (row = cmd_rows; row->name != NULL; row++)
		offer(line, "", row->name, row->summary);
}

/* before: what stands before the value in the same word. */
static void
offer_value(const struct line *line, const char *before, const struct arg_option *option)
{
	if (option->kind == ARG_CHOICE)
		offer_words(line, before, option->value);
	else if (option->kind != ARG_FLAG && option->value != NULL)
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
			if (strcmp(values[i].value, option->value) == 0)
				values[i].offer(line, before);
}

/* "--name=" and the beginning of its value */
static void
offer_joined(const struct line *line)
{
	const struct arg_option	*option = find_option(line->tables, last(line));
	const char		*value = strchr(last(line), '=') + 1;

	if (option != NULL)
		offer_value(line, arena_strndup(line->cmd->arena, last(line), (size_t)(value - last(line))), option);
}

/* The first word that is no option is the command. False: there is no such command. */
static bool
take_command(struct line *line, const char *word)
{
	const struct cmd_row	*row = cmd_rows;

	while (row->name != NULL && strcmp(row->name, word) != 0)
		row++;
	if (row->name == NULL)
		return false;
	line->row = row;
	line->tables[0] = row->options;
	line->tables[1] = cmd_common;
	return true;
}

/* Passes over what is complete. *open: the option whose value is to come, or NULL. False: nothing can come. */
static bool
read_words(struct line *line, const struct arg_option **open)
{
	const struct arg_option	*option;
	int			 i;

	*open = NULL;
	for (i = 0; i < line->count - 1; i++) {
		option = *open == NULL ? find_option(line->tables, line->words[i]) : NULL;
		if (*open != NULL)
			*open = NULL;
		else if (option != NULL && option->kind != ARG_FLAG && !has_value(line->words[i]))
			*open = option;
		else if (option == NULL && line->row != NULL)
			line->operand++;
		else if (option == NULL && !take_command(line, line->words[i]))
			return false;
	}
	return true;
}

static bool
wants_option(const struct line *line)
{
	bool	 signs = line->row != NULL && (line->row->flags & CMD_SIGNS) != 0;

	return strncmp(last(line), "--", 2) == 0 || (strcmp(last(line), "-") == 0 && !signs);
}

enum cmd_exit
cmd_complete(struct cmd *cmd)
{
	struct line		 line = { .cmd = cmd, .words = cmd->args, .count = cmd->n_args, .tables = { cmd_common } };
	const struct arg_option	*open;
	size_t			 i;

	if (!read_words(&line, &open))
		return CMD_DONE;
	if (open != NULL)
		offer_value(&line, "", open);
	else if (has_value(last(&line)))
		offer_joined(&line);
	else if (wants_option(&line))
		offer_options(&line);
	else if (line.row == NULL)
		offer_commands(&line);
	else
		for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (strcmp(kinds[i].operands, line.row->operands) == 0)
				kinds[i].offer(&line);
	return CMD_DONE;
}
