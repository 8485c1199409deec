#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/feed-key.h"
#include "contrib/gazette/file.h"
#include "contrib/gazette/moment.h"
#include "feeds/url.h"

enum {
	ADD_PARALLEL = 16,		/* subscriptions waited for at the same time */
	PROGRESS_AFTER_MS = 1000, WAIT_STEP_MS = 200,
	FILE_BYTES_MAX = 256 * 1024	/* of a setting that is a file; the daemon takes less */
};

/* --- settings ------------------------------------------------------------------------------- */

/* The file is read here, with the rights of whoever gives the command: the daemon opens none that a client names. */
static enum cmd_exit
put_file(json_t *object, const char *key, const char *path)
{
	struct buf	 text = BUF_INIT(FILE_BYTES_MAX);
	json_t		*value = NULL;

	if (file_read(path, &text) == -1)
		out_error("%s: %s", path, strerror(errno));
	else {
		value = json_stringn(buf_str(&text), text.len);
		if (value == NULL || text.len == 0)
			out_error("%s: %s", path, text.len == 0 ? "it is empty" : "it is no text");
	}
	buf_free(&text);
	if (value == NULL || json_string_length(value) == 0) {
		json_decref(value);
		return CMD_REFUSED;
	}
	json_object_set_new(object, key, value);
	return CMD_DONE;
}

static enum cmd_exit
unknown_key(const struct cmd *cmd, const char *name)
{
	const char	*nearest = args_nearest(name, feed_key_names());

	if (nearest != NULL)
		return cmd_usage(cmd, "there is no setting \"%s\": did you mean \"%s\"?", name, nearest);
	return cmd_usage(cmd, "there is no setting \"%s\" (gazette set --help lists them)", name);
}

/* Adds "KEY=VALUE" to the object; CMD_USAGE if it is none. An empty value takes the setting back. */
static enum cmd_exit
put_setting(const struct cmd *cmd, json_t *object, const char *setting)
{
	const char		*equals = strchr(setting, '=');
	const struct feed_key	*key;

	if (equals == NULL || equals == setting)
		return cmd_usage(cmd, "\"%s\" is not KEY=VALUE", setting);
	key = feed_key_find(setting, (size_t)(equals - setting));
	if (key == NULL)
		return unknown_key(cmd, arena_strndup(cmd->arena, setting, (size_t)(equals - setting)));
	if ((key->flags & FEED_KEY_FILE) && equals[1] != '\0')
		return put_file(object, key->name, equals + 1);
	json_object_setn_new(object, setting, equals - setting, json_string(equals + 1));
	return CMD_DONE;
}

enum cmd_exit
cmd_settings(const struct cmd *cmd, json_t *params)
{
	const struct arg_list	*set = &cmd->options->set;
	json_t			*settings = json_object();
	enum cmd_exit		 status = CMD_DONE;

	for (size_t i = 0; i < set->count && status == CMD_DONE; i++)
		status = put_setting(cmd, settings, set->values[i]);
	if (json_object_size(settings) > 0)
		json_object_set(params, "settings", settings);
	json_decref(settings);
	return status;
}

/* --- add ------------------------------------------------------------------------------------ */

struct add {
	struct cmd		*cmd;
	bool			 done;
	json_t			*result;	/* owned; NULL on error */
	struct client_error	 err;
};

static void
added(void *arg, json_t *result, const struct client_error *err)
{
	struct add	*add = arg;

	add->done = true;
	add->result = json_incref(result);
	if (err != NULL)
		add->err = *err;
}

static json_t *
list_array(const struct arg_list *list)
{
	json_t	*array = json_array();
	size_t	 i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(array, json_string(list->values[i]));
	return array;
}

/* What every URL of the command line is added with: into params. */
static enum cmd_exit
add_params(struct cmd *cmd, json_t *params)
{
	const struct cmd_options *opt = cmd->options;

	json_object_set_new(params, "wait", json_boolean(!opt->no_wait));
	if (opt->title != NULL)
		json_object_set_new(params, "title", json_string(opt->title));
	if (opt->tags.count > 0)
		json_object_set_new(params, "tags", list_array(&opt->tags));
	return cmd_settings(cmd, params);
}

static enum cmd_exit
print_added(struct cmd *cmd, const struct add *add)
{
	json_t	*feed;
	int64_t	 fresh;

	if (add->result == NULL)
		return cmd_fail(&add->err);
	if (cmd->options->json) {
		out_json(add->result, false);
		return CMD_DONE;
	}
	feed = json_object_get(add->result, "feed");
	fresh = cmd_integer(add->result, "new");
	out_printf("%" PRId64 "  %s", cmd_integer(feed, "id"), cmd_member(cmd, feed, "title"));
	if (cmd->out.terminal && !cmd->options->no_wait)
		out_printf("  %s%s%s", out_on(&cmd->out, OUT_DIM), cmd_number(cmd, fresh, "new entry", "new entries"),
		    out_off(&cmd->out));
	out_printf("\n");
	return CMD_DONE;
}

/* Waits until this one has been answered; others may be meanwhile. */
static void
wait_added(struct cmd *cmd, const struct add *add, int at, int64_t since_ms)
{
	struct client_error	 err;
	bool			 shown = false;

	while (!add->done) {
		client_wait(cmd->client, WAIT_STEP_MS, &err);
		if (add->done || shown || moment_now_ms() - since_ms < PROGRESS_AFTER_MS)
			continue;
		out_progress("fetching %d of %d: %s", at + 1, cmd->n_args, url_public(cmd->arena, cmd->args[at]));
		shown = true;
	}
	out_progress_end();
}

static void
send_add(struct cmd *cmd, const char *url, json_t *common, struct add *add)
{
	json_t	*params = json_copy(common);

	json_object_set_new(params, "url", json_string(url));
	if (client_send(cmd->client, "feed.add", params, added, add, &add->err) == -1)
		add->done = true;
}

enum cmd_exit
cmd_add(struct cmd *cmd)
{
	enum cmd_exit	 status = CMD_DONE, one;
	struct add	*adds;
	int64_t		 since_ms = moment_now_ms();
	json_t		*common;
	int		 i, sent = 0;

	if (cmd->n_args > 1 && cmd->options->title != NULL)
		return cmd_usage(cmd, "one --title for %d feeds", cmd->n_args);
	common = json_object();
	status = add_params(cmd, common);
	if (status != CMD_DONE) {
		json_decref(common);
		return status;
	}
	adds = arena_zalloc(cmd->arena, cmd->n_args * sizeof(*adds));
	for (i = 0; i < cmd->n_args; i++) {
		for (; sent < cmd->n_args && sent < i + ADD_PARALLEL; sent++)
			send_add(cmd, cmd->args[sent], common, &adds[sent]);
		wait_added(cmd, &adds[i], i, since_ms);
		one = print_added(cmd, &adds[i]);
		status = one > status ? one : status;
		json_decref(adds[i].result);
	}
	json_decref(common);
	return status;
}

/* --- remove, set ---------------------------------------------------------------------------- */

static enum cmd_exit
remove_one(struct cmd *cmd, const char *selector)
{
	json_t		*found, *result = NULL, *feed;
	enum cmd_exit	 status;

	status = cmd_call(cmd, "feed.get", json_pack("{s:s}", "feed", selector), &found);
	feed = json_object_get(found, "feed");
	if (status == CMD_DONE)
		status = cmd_call(cmd, "feed.remove", json_pack("{s:I}", "feed", (json_int_t)cmd_integer(feed, "id")),
		    &result);
	if (status == CMD_DONE && cmd->options->json)
		out_json(result, false);
	else if (status == CMD_DONE)
		out_printf("%" PRId64 "  %s  %s\n", cmd_integer(feed, "id"), cmd_member(cmd, feed, "title"),
		    cmd_number(cmd, cmd_integer(result, "items"), "entry removed", "entries removed"));
	json_decref(result);
	json_decref(found);
	return status;
}

enum cmd_exit
cmd_remove(struct cmd *cmd)
{
	enum cmd_exit	 status = CMD_DONE, one;
	int		 i;

	for (i = 0; i < cmd->n_args; i++) {
		one = remove_one(cmd, cmd->args[i]);
		status = one > status ? one : status;
	}
	return status;
}

enum cmd_exit
cmd_set(struct cmd *cmd)
{
	json_t		*set = json_object(), *result;
	enum cmd_exit	 status = CMD_DONE;
	int		 i;

	for (i = 1; i < cmd->n_args && status == CMD_DONE; i++)
		status = put_setting(cmd, set, cmd->args[i]);
	if (status != CMD_DONE) {
		json_decref(set);
		return status;
	}
	status = cmd_call(cmd, "feed.set", json_pack("{s:s, s:o}", "feed", cmd->args[0], "set", set), &result);
	if (status == CMD_DONE && cmd->options->json)
		out_json(result, cmd->out.terminal);
	json_decref(result);
	return status;
}

/* --- feed.list ------------------------------------------------------------------------------ */

static int
compare_titles(const void *left, const void *right)
{
	const json_t	*one = *(json_t *const *)left, *other = *(json_t *const *)right;
	const char	*title = cmd_string(one, "title"), *other_title = cmd_string(other, "title");
	int		 order = strcasecmp(title != NULL ? title : "", other_title != NULL ? other_title : "");
	int64_t		 id = cmd_integer(one, "id"), other_id = cmd_integer(other, "id");

	return order != 0 ? order : (id > other_id) - (id < other_id);
}

/* A new array of the same, by title. */
static json_t *
by_title(json_t *array)
{
	size_t	  count = json_array_size(array), i;
	json_t	**feeds = reallocarray(NULL, count + 1, sizeof(*feeds)), *sorted = json_array();

	if (feeds == NULL)
		abort();
	for (i = 0; i < count; i++)
		feeds[i] = json_array_get(array, i);
	qsort(feeds, count, sizeof(*feeds), compare_titles);
	for (i = 0; i < count; i++)
		json_array_append(sorted, feeds[i]);
	free(feeds);
	json_decref(array);
	return sorted;
}

/* Calls take for each page of feeds; whole: there is no other one. Takes selectors (NULL: all feeds). */
static enum cmd_exit
each_page(struct cmd *cmd, json_t *selectors, void (*take)(void *arg, json_t *feeds, bool whole), void *arg)
{
	json_t		*params = json_object(), *result, *after = NULL;
	bool		 first = true;
	enum cmd_exit	 status;

	if (selectors != NULL)
		json_object_set_new(params, "feeds", selectors);
	do {
		if (after != NULL)
			json_object_set_new(params, "after", after);
		status = cmd_call(cmd, "feed.list", json_copy(params), &result);
		after = json_incref(json_object_get(result, "after"));
		if (status == CMD_DONE && json_is_array(json_object_get(result, "feeds")))
			take(arg, json_object_get(result, "feeds"), first && after == NULL);
		json_decref(result);
		first = false;
	} while (status == CMD_DONE && after != NULL && out_ok());
	json_decref(after);
	json_decref(params);
	return status;
}

static void
append_page(void *arg, json_t *feeds, bool whole)
{
	(void)whole;
	json_array_extend(arg, feeds);
}

enum cmd_exit
cmd_list_feeds(struct cmd *cmd, json_t *selectors, json_t **feeds)
{
	json_t		*all = json_array();
	enum cmd_exit	 status = each_page(cmd, selectors, append_page, all);

	*feeds = status == CMD_DONE ? by_title(all) : NULL;
	if (status != CMD_DONE)
		json_decref(all);
	return status;
}

/* --- feeds ---------------------------------------------------------------------------------- */

static const struct out_column feed_columns[] = {
	{ "ID", OUT_RIGHT, 0, 0, 0 }, { "UNREAD", OUT_RIGHT, 0, 0, 0 }, { "TOTAL", OUT_RIGHT, 0, 0, 60 },
	{ "NEWEST", OUT_RIGHT, 0, 0, 50 }, { "NEXT", OUT_RIGHT, 0, 0, 70 }, { "HEALTH", OUT_LEFT, 7, 3, 40 },
	{ "TITLE", OUT_LEFT, 10, 3, 0 }, { "URL", OUT_LEFT, 10, 2, 110 }
};

static const char *
health(struct cmd *cmd, const json_t *feed)
{
	const char	*state = cmd_string(feed, "health");
	const char	*why = cmd_string(json_object_get(feed, "error"), "message");

	if (state == NULL || why == NULL)
		return state;
	return arena_printf(cmd->arena, "%s: %s", state, why);
}

static enum out_style
health_style(const json_t *feed)
{
	static const struct { const char *health; enum out_style style; } styles[] = {
		{ "ok", OUT_GOOD }, { "failing", OUT_BAD }, { "gone", OUT_BAD }, { "quarantined", OUT_BAD }
	};
	const char	*state = cmd_string(feed, "health");
	size_t		 i;

	for (i = 0; state != NULL && i < sizeof(styles) / sizeof(styles[0]); i++)
		if (strcmp(state, styles[i].health) == 0)
			return styles[i].style;
	return OUT_DIM;
}

static void
print_feed(struct cmd *cmd, struct out_table *table, const json_t *feed)
{
	int64_t	 unread = cmd_integer(feed, "unread");

	out_cellf(table, OUT_DIM, "%" PRId64, cmd_integer(feed, "id"));
	out_cellf(table, unread > 0 ? OUT_BOLD : OUT_DIM, "%" PRId64, unread);
	out_cellf(table, OUT_DIM, "%" PRId64, cmd_integer(feed, "total"));
	out_cell_time(table, cmd_string(feed, "newest"), OUT_PLAIN);
	out_cell_time(table, cmd_string(feed, "next_poll"), OUT_DIM);
	out_cell(table, health(cmd, feed), health_style(feed));
	out_cell(table, cmd_string(feed, "title"), unread > 0 ? OUT_BOLD : OUT_PLAIN);
	out_cell(table, cmd_string(feed, "url"), OUT_DIM);
}

struct feed_report {
	struct cmd		*cmd;
	struct out_table	*table;		/* NULL: JSON */
	int64_t			 count;		/* feeds printed */
};

static void
print_page(void *arg, json_t *feeds, bool whole)
{
	struct feed_report	*report = arg;
	json_t			*sorted = whole ? by_title(json_incref(feeds)) : json_incref(feeds), *feed;
	size_t			 i;

	json_array_foreach(sorted, i, feed) {
		if (report->table != NULL)
			print_feed(report->cmd, report->table, feed);
		else {
			out_printf(report->count > 0 ? ",\n" : "{\"feeds\":[\n");
			out_json_part(feed, false);
		}
		report->count++;
	}
	arena_reset(report->cmd->arena);
	json_decref(sorted);
	out_progress("%" PRId64 " feeds", report->count);
}

enum cmd_exit
cmd_feeds(struct cmd *cmd)
{
	struct cmd		 paged = *cmd;
	struct feed_report	 report = { .cmd = &paged };
	enum cmd_exit		 status;

	paged.arena = arena_new(0);
	if (!cmd->options->json)
		report.table = out_table_new(&cmd->out, feed_columns, sizeof(feed_columns) / sizeof(feed_columns[0]));
	status = each_page(&paged, cmd_operands(cmd), print_page, &report);
	out_progress_end();
	if (report.table != NULL)
		out_table_end(report.table);
	else if (status == CMD_DONE)
		out_printf("%s]}\n", report.count > 0 ? "\n" : "{\"feeds\":[");
	arena_free(paged.arena);
	return status;
}
