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

enum { EXPORT_BYTES_MAX = 1 << 30 };

/* A feed that has no title is shown, and exported by many programs, with its URL as title: that is none. */
static const char *
own_title(const char *url, const char *title)
{
	return title == NULL || *title == '\0' || strcmp(title, url) == 0 ? NULL : title;
}

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
cmd_export_opml(struct cmd *cmd)
{
	struct buf	 text = BUF_INIT(EXPORT_BYTES_MAX);
	struct opml	 list = { .title = "gazette" };
	const char	*path = cmd->options->output;
	json_t		*feeds, *feed;
	enum cmd_exit	 status;
	size_t		 i;

	status = cmd_list_feeds(cmd, NULL, &feeds);
	if (status != CMD_DONE)
		return status;
	json_array_foreach(feeds, i, feed)
		add_feed(cmd, &list, feed);
	opml_write(&list, &text);
	if (path == NULL || strcmp(path, "-") == 0)
		out_put_any(text.ptr, text.len);
	else if (write_file(path, &text) == -1) {
		out_error("%s: %s", path, strerror(errno));
		status = CMD_REFUSED;
	}
	buf_free(&text);
	json_decref(feeds);
	return status;
}
