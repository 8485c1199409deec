/*
 * cmd-import - what other readers keep: lists of feeds, with newsboat's query feeds, and entries with what was read of them. Which of
 * them a file is, is told by what is in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/file.h"
#include "contrib/gazette/import.h"
#include "daemon/shared/protocol.h"
#include "feeds/base/buf.h"
#include "feeds/opml.h"
#include "feeds/url.h"

enum {
	IMPORT_BYTES_MAX = 64 << 20,			/* of a list of feeds */
	IMPORT_BATCH_BYTES = PROTOCOL_REQUEST_MAX / 2,	/* of JSON in one feed.import */
	LOOK_BYTES = 4096				/* of a file, to tell what it is */
};

/* --- feeds ---------------------------------------------------------------------------------- */

static json_t *
feed_json(const struct opml_feed *feed, const struct arg_list *more_tags)
{
	json_t	*object = json_object(), *tags;
	size_t	 i;

	json_object_set_new(object, "url", json_string(feed->url));
	/* without a title many programs export the URL as one */
	if (feed->title != NULL && *feed->title != '\0' && strcmp(feed->title, feed->url) != 0)
		json_object_set_new(object, "title", json_string(feed->title));
	if (feed->n_tags + more_tags->count == 0)
		return object;
	tags = json_array();
	for (i = 0; i < feed->n_tags; i++)
		json_array_append_new(tags, json_string(feed->tags[i]));
	for (i = 0; i < more_tags->count; i++)
		json_array_append_new(tags, json_string(more_tags->values[i]));
	json_object_set_new(object, "tags", tags);
	return object;
}

struct import_sums {
	int64_t	 added, existing, rules;
	json_t	*errors;		/* [{"url", "message"}...] */
	json_t	*searches;		/* names of those that were saved */
	json_t	*skipped;		/* what there was no use for, in words */
};

static enum cmd_exit
send_batch(struct cmd *cmd, json_t *feeds, struct import_sums *sum)
{
	json_t		*params = json_pack("{s:o}", "feeds", feeds), *result;
	enum cmd_exit	 status = cmd_settings(cmd, params);

	if (status != CMD_DONE) {
		json_decref(params);
		return status;
	}
	status = cmd_call(cmd, "feed.import", params, &result);
	sum->added += cmd_integer(result, "added");
	sum->existing += cmd_integer(result, "existing");
	if (result != NULL && json_is_array(json_object_get(result, "errors")))
		json_array_extend(sum->errors, json_object_get(result, "errors"));
	json_decref(result);
	return status;
}

/* Sends all feeds, as many in one request as it may hold. */
static enum cmd_exit
send_feeds(struct cmd *cmd, const struct opml *list, struct import_sums *sum)
{
	enum cmd_exit	 status = CMD_DONE;
	json_t		*batch = json_array(), *feed;
	size_t		 i, size, used = 0;

	for (i = 0; i < list->n_feeds && status == CMD_DONE; i++) {
		feed = feed_json(&list->feeds[i], &cmd->options->tags);
		size = json_dumpb(feed, NULL, 0, JSON_COMPACT) + 1;
		if (used > 0 && used + size > IMPORT_BATCH_BYTES) {
			out_progress("%zu of %zu feeds", i, list->n_feeds);
			status = send_batch(cmd, batch, sum);
			batch = json_array();
			used = 0;
		}
		used += size;
		json_array_append_new(batch, feed);
	}
	if (status == CMD_DONE)
		status = send_batch(cmd, batch, sum);
	else
		json_decref(batch);
	out_progress_end();
	return status;
}

/* --- searches -------------------------------------------------------------------------------- */

static void
skip(struct cmd *cmd, struct import_sums *sum, const char *what)
{
	json_array_append_new(sum->skipped, json_string(cmd_clean(cmd, what)));
}

/* what: what the other reader calls it */
static enum cmd_exit
save_search(struct cmd *cmd, const char *what, const char *name, const char *filter, struct import_sums *sum)
{
	struct client_error	 err;
	const char		*why, *query = import_query(cmd->arena, filter, &why);

	if (query == NULL) {
		skip(cmd, sum, arena_printf(cmd->arena, "%s \"%s\": %s", what, name, why));
		return CMD_DONE;
	}
	if (client_call(cmd->client, "search.add", json_pack("{s:s, s:s}", "name", name, "query", query), NULL, &err) == 0)
		json_array_append_new(sum->searches, json_string(name));
	else if (err.code > 0)
		return cmd_fail(&err);
	else
		skip(cmd, sum, arena_printf(cmd->arena, "%s \"%s\" as %s: %s", what, name, query, err.message));
	return CMD_DONE;
}

/* --- rules ------------------------------------------------------------------------------------ */

static bool
has_rule(const json_t *rules, const char *query)
{
	size_t	 i;
	json_t	*rule;

	json_array_foreach(rules, i, rule)
		if (cmd_string(rule, "query") != NULL && strcmp(cmd_string(rule, "query"), query) == 0)
			return true;
	return false;
}

/* What was ignored is dropped as it comes. A rule that is there already is not added again. */
static enum cmd_exit
add_rule(struct cmd *cmd, const struct import_filter *ignored, const json_t *rules, struct import_sums *sum)
{
	struct client_error	 err;
	const char		*why, *query = import_query(cmd->arena, ignored->filter, &why);

	if (query == NULL || strncmp(ignored->name, "regex:", 6) == 0) {
		skip(cmd, sum, arena_printf(cmd->arena, "ignore-article \"%s\" \"%s\": %s", ignored->name, ignored->filter,
		    query == NULL ? why : "feeds by a regular expression"));
		return CMD_DONE;
	}
	if (strcmp(ignored->name, "*") != 0)
		query = arena_printf(cmd->arena, "feed:\"%s\" (%s)", ignored->name, query);
	if (has_rule(rules, query))
		return CMD_DONE;
	if (client_call(cmd->client, "rule.add", json_pack("{s:s, s:[s]}", "query", query, "actions", "drop"), NULL, &err) == 0)
		sum->rules++;
	else if (err.code > 0)
		return cmd_fail(&err);
	else
		skip(cmd, sum, arena_printf(cmd->arena, "ignore-article as %s: %s", query, err.message));
	return CMD_DONE;
}

/* --- a list of feeds --------------------------------------------------------------------------- */

static void
print_sums(struct cmd *cmd, const struct import_sums *sum, bool config)
{
	size_t	 searches = json_array_size(sum->searches), i;
	json_t	*document, *one;

	if (cmd->options->json) {
		document = json_pack("{s:I, s:I, s:O, s:I, s:O, s:O}", "added", (json_int_t)sum->added, "existing", (json_int_t)sum->existing,
		    "searches", sum->searches, "rules", (json_int_t)sum->rules, "skipped", sum->skipped, "errors", sum->errors);
		out_json(document, cmd->out.terminal);
		json_decref(document);
	} else if (config)
		out_printf("%s, %s\n", cmd_number(cmd, (int64_t)searches, "search saved", "searches saved"),
		    cmd_number(cmd, sum->rules, "rule added", "rules added"));
	else
		out_printf("%s, %" PRId64 " there already%s%s\n", cmd_number(cmd, sum->added, "feed added", "feeds added"), sum->existing,
		    searches > 0 ? "; " : "", searches > 0 ? cmd_number(cmd, (int64_t)searches, "search saved", "searches saved") : "");
	json_array_foreach(sum->skipped, i, one)
		out_error("%s: left out: %s", cmd->args[0], json_string_value(one));
	json_array_foreach(sum->errors, i, one)
		out_error("%s: %s", cmd_member(cmd, one, "url"), cmd_member(cmd, one, "message"));
}

/* --- settings of single feeds ------------------------------------------------------------------ */

/* Those that are subscribed to already keep what they have. */
static void
spare_known(struct cmd *cmd, struct opml *list)
{
	struct client_error	 err;
	json_t			*result;

	for (size_t i = 0; i < list->n_feeds; i++) {
		if (list->feeds[i].n_settings == 0 || client_call(cmd->client, "feed.get", json_pack("{s:s}", "feed", list->feeds[i].url),
		    &result, &err) == -1)
			continue;
		list->feeds[i].n_settings = 0;
		json_decref(result);
	}
}

/* One after the other, for the daemon takes all or none. */
static enum cmd_exit
set_settings(struct cmd *cmd, const struct opml_feed *feed, struct import_sums *sum)
{
	struct client_error	 err;
	json_t			*params;

	for (size_t i = 0; i < feed->n_settings; i++) {
		params = json_pack("{s:s, s:{s:s}}", "feed", feed->url, "set", feed->settings[i].key, feed->settings[i].value);
		if (client_call(cmd->client, "feed.set", params, NULL, &err) == 0)
			continue;
		if (err.code > 0)
			return cmd_fail(&err);
		skip(cmd, sum, arena_printf(cmd->arena, "%s of %s: %s", feed->settings[i].key, url_public(cmd->arena, feed->url), err.message));
	}
	return CMD_DONE;
}

/* --- all of a list ------------------------------------------------------------------------------- */

static struct import_sums
begin_sums(void)
{
	return (struct import_sums){ .errors = json_array(), .searches = json_array(), .skipped = json_array() };
}

static enum cmd_exit
end_sums(struct cmd *cmd, struct import_sums *sum, bool config, enum cmd_exit status)
{
	if (status == CMD_DONE) {
		print_sums(cmd, sum, config);
		status = json_array_size(sum->errors) > 0 ? CMD_REFUSED : CMD_DONE;
	}
	json_decref(sum->errors);
	json_decref(sum->searches);
	json_decref(sum->skipped);
	return status;
}

static enum cmd_exit
import_list(struct cmd *cmd, struct opml *list)
{
	struct import_sums	 sum = begin_sums();
	enum cmd_exit		 status;
	size_t			 i;

	for (i = 0; i < list->n_skipped; i++)
		skip(cmd, &sum, list->skipped[i]);
	spare_known(cmd, list);
	status = send_feeds(cmd, list, &sum);
	for (i = 0; i < list->n_feeds && status == CMD_DONE; i++)
		status = set_settings(cmd, &list->feeds[i], &sum);
	for (i = 0; i < list->n_searches && status == CMD_DONE; i++)
		status = save_search(cmd, "query feed", list->searches[i].name, list->searches[i].filter, &sum);
	return end_sums(cmd, &sum, false, status);
}

static enum cmd_exit
take_config(struct cmd *cmd, const struct import_config *config)
{
	struct import_sums	 sum = begin_sums();
	json_t			*result = NULL;
	enum cmd_exit		 status = cmd_call(cmd, "rule.list", NULL, &result);
	size_t			 i;

	for (i = 0; i < config->n_filters && status == CMD_DONE; i++)
		status = save_search(cmd, "define-filter", config->filters[i].name, config->filters[i].filter, &sum);
	for (i = 0; i < config->n_ignored && status == CMD_DONE; i++)
		status = add_rule(cmd, &config->ignored[i], json_object_get(result, "rules"), &sum);
	if (config->others != 0)
		skip(cmd, &sum, arena_printf(cmd->arena, "%s: gazette-switching(7) says what they are here",
		    cmd_number(cmd, (int64_t)config->others, "line of keys and settings", "lines of keys and settings")));
	json_decref(result);
	return end_sums(cmd, &sum, true, status);
}

static enum cmd_exit
read_list(struct cmd *cmd, FILE *file)
{
	struct buf		 text = BUF_INIT(IMPORT_BYTES_MAX);
	struct opml		 list;
	struct import_config	 config;
	enum cmd_exit		 status = CMD_REFUSED;
	const char		*error = NULL;

	if (file_read_stream(file, &text) == -1)
		error = strerror(errno);
	else if (import_config_is(buf_str(&text))) {
		import_config_read(cmd->arena, buf_str(&text), text.len, &config);
		status = take_config(cmd, &config);
	} else if (opml_read(cmd->arena, buf_str(&text), text.len, &list, &error) == 0) {
		error = NULL;
		status = import_list(cmd, &list);
	}
	if (error != NULL)
		out_error("%s: %s", cmd->args[0], error);
	buf_free(&text);
	return status;
}

/* --- what it is ---------------------------------------------------------------------------------- */

enum kind { LIST, LINES, DATABASE, SFEED };

/* A number or nothing, then eight tabs, as far as it can be seen. */
static bool
is_sfeed(const char *text)
{
	int	 tabs = 0;

	text += strspn(text, "0123456789");
	if (*text != '\t')
		return false;
	for (; *text != '\0' && *text != '\n'; text++)
		tabs += *text == '\t';
	return tabs == 8 || (*text == '\0' && tabs > 2);
}

/* What has been looked at is there to be read again. */
static enum kind
find_kind(FILE *file)
{
	static const char	 magic[] = "SQLite format 3";
	char			 start[LOOK_BYTES];
	size_t			 len = 0;
	struct stat		 st;
	int			 byte;

	if (fstat(fileno(file), &st) == 0 && S_ISDIR(st.st_mode))
		return SFEED;
	/* standard input can be asked for one byte only */
	byte = getc(file);
	ungetc(byte, file);
	if (S_ISREG(st.st_mode)) {
		len = fread(start, 1, sizeof(start) - 1, file);
		rewind(file);
	}
	start[len] = '\0';
	if (len > sizeof(magic) && memcmp(start, magic, sizeof(magic)) == 0)
		return DATABASE;
	if (is_sfeed(start))
		return SFEED;
	return byte == '{' ? LINES : LIST;
}

static enum cmd_exit
read_entries(struct cmd *cmd, FILE *file, enum kind kind)
{
	struct import	*import;
	enum cmd_exit	 status;

	if (cmd->options->tags.count + cmd->options->set.count > 0)
		return cmd_usage(cmd, "--tag and --set are for lists of feeds; %s has entries", cmd->args[0]);
	import = import_new(cmd);
	if (kind == LINES)
		status = import_lines(import, file, cmd->args[0]);
	else if (kind == DATABASE)
		status = import_database(import, cmd->args[0]);
	else
		status = import_sfeed(import, cmd->args[0]);
	return import_end(import, status);
}

enum cmd_exit
cmd_import(struct cmd *cmd)
{
	bool		 input = strcmp(cmd->args[0], "-") == 0;
	FILE		*file = input ? stdin : fopen(cmd->args[0], "re");
	enum cmd_exit	 status;
	enum kind	 kind;

	if (file == NULL) {
		out_error("%s: %s", cmd->args[0], strerror(errno));
		return CMD_REFUSED;
	}
	kind = find_kind(file);
	status = kind == LIST ? read_list(cmd, file) : read_entries(cmd, file, kind);
	if (!input)
		fclose(file);
	return status;
}
