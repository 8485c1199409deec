#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/file.h"
#include "daemon/shared/protocol.h"
#include "feeds/base/buf.h"
#include "feeds/opml.h"

enum {
	IMPORT_BYTES_MAX = 64 << 20,
	IMPORT_BATCH_BYTES = PROTOCOL_REQUEST_MAX / 2,	/* of JSON in one feed.import */
	EXPORT_BYTES_MAX = 1 << 30
};

/* --- import --------------------------------------------------------------------------------- */

/* A feed that has no title is shown, and exported by many programs, with its URL as title: that is none. */
static const char *
own_title(const char *url, const char *title)
{
	return title == NULL || *title == '\0' || strcmp(title, url) == 0 ? NULL : title;
}

static json_t *
feed_json(const struct opml_feed *feed, const struct arg_list *more_tags)
{
	json_t	*object = json_object(), *tags;
	size_t	 i;

	json_object_set_new(object, "url", json_string(feed->url));
	if (own_title(feed->url, feed->title) != NULL)
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

struct import {
	int64_t	 added, existing;
	json_t	*errors;		/* [{"url", "message"}...] */
};

static enum cmd_exit
send_batch(struct cmd *cmd, json_t *feeds, struct import *sum)
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
send_feeds(struct cmd *cmd, const struct opml *list, struct import *sum)
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

static enum cmd_exit
print_import(struct cmd *cmd, const struct import *sum)
{
	json_t	*document, *error;
	size_t	 i;

	if (cmd->options->json) {
		document = json_pack("{s:I, s:I, s:O}", "added", (json_int_t)sum->added, "existing",
		    (json_int_t)sum->existing, "errors", sum->errors);
		out_json(document, cmd->out.terminal);
		json_decref(document);
	} else
		out_printf("%s, %" PRId64 " there already\n", cmd_number(cmd, sum->added, "feed added", "feeds added"),
		    sum->existing);
	json_array_foreach(sum->errors, i, error)
		out_error("%s: %s", cmd_member(cmd, error, "url"), cmd_member(cmd, error, "message"));
	return json_array_size(sum->errors) > 0 ? CMD_REFUSED : CMD_DONE;
}

enum cmd_exit
cmd_import(struct cmd *cmd)
{
	struct buf	 text = BUF_INIT(IMPORT_BYTES_MAX);
	struct import	 sum = { 0 };
	struct opml	 list = { 0 };
	enum cmd_exit	 status;
	const char	*error;

	if (file_read(cmd->args[0], &text) == -1) {
		out_error("%s: %s", cmd->args[0], strerror(errno));
		buf_free(&text);
		return CMD_REFUSED;
	}
	if (opml_read(cmd->arena, buf_str(&text), text.len, &list, &error) == -1) {
		out_error("%s: %s", cmd->args[0], error);
		buf_free(&text);
		return CMD_REFUSED;
	}
	buf_free(&text);
	sum.errors = json_array();
	status = send_feeds(cmd, &list, &sum);
	if (status == CMD_DONE)
		status = print_import(cmd, &sum);
	json_decref(sum.errors);
	return status;
}

/* --- export --------------------------------------------------------------------------------- */

static void
add_feed(struct cmd *cmd, struct opml *list, const json_t *feed)
{
	struct opml_feed	*out;
	const char		*url = cmd_string(feed, "url");
	json_t			*tag;
	size_t			 i;

	if (url == NULL)
		return;
	out = arena_push(cmd->arena, &list->feeds, &list->n_feeds, &list->cap_feeds, sizeof(*out));
	out->url = url;
	out->title = own_title(url, cmd_string(feed, "title"));
	out->home_page_url = cmd_string(feed, "home_page_url");
	json_array_foreach(json_object_get(feed, "tags"), i, tag)
		*(const char **)arena_push(cmd->arena, &out->tags, &out->n_tags, &out->cap_tags, sizeof(*out->tags)) =
		    json_string_value(tag);
}

static int
write_file(const char *path, const struct buf *text)
{
	struct file_out	 file;

	if (file_begin(&file, path, FILE_PUBLIC) == -1)
		return -1;
	if (file_put(&file, text->ptr, text->len) == -1) {
		file_drop(&file);
		return -1;
	}
	return file_end(&file);
}

enum cmd_exit
cmd_export(struct cmd *cmd)
{
	struct buf	 text = BUF_INIT(EXPORT_BYTES_MAX);
	struct opml	 list = { .title = "gazette" };
	const char	*path = cmd->options->output;
	json_t		*feeds, *feed;
	enum cmd_exit	 status;
	size_t		 i;

	if (cmd->options->format == -1)
		return cmd_usage(cmd, "--format is missing: opml");
	status = cmd_list_feeds(cmd, NULL, &feeds);
	if (status != CMD_DONE)
		return status;
	json_array_foreach(feeds, i, feed)
		add_feed(cmd, &list, feed);
	opml_write(&list, &text);
	if (path == NULL || strcmp(path, "-") == 0)
		out_put(text.ptr, text.len);
	else if (write_file(path, &text) == -1) {
		out_error("%s: %s", path, strerror(errno));
		status = CMD_REFUSED;
	}
	buf_free(&text);
	json_decref(feeds);
	return status;
}
