#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/text.h"
#include "feeds/base/buf.h"
#include "feeds/date.h"
#include "feeds/html.h"

enum { FORMAT_TEXT, FORMAT_HTML, FORMAT_JSON };

static void
head_line(struct cmd *cmd, const char *name, const char *text)
{
	const char	*clean = cmd_clean(cmd, text);

	if (clean != NULL && *clean != '\0')
		out_printf("%s%-9s%s%s\n", out_on(&cmd->out, OUT_DIM), name, out_off(&cmd->out), clean);
}

/* The local time, as people write it everywhere: 2026-11-25 13:40. */
static const char *
local_time(struct cmd *cmd, const char *rfc3339)
{
	struct tm	 tm;
	char		 text[sizeof("-2147481748-12-31 23:59 +0000")];
	int64_t		 when_s;
	time_t		 when;

	if (rfc3339 == NULL || date_parse(rfc3339, strlen(rfc3339), &when_s) == -1)
		return NULL;
	when = (time_t)when_s;
	if (localtime_r(&when, &tm) == NULL || strftime(text, sizeof(text), "%Y-%m-%d %H:%M %z", &tm) == 0)
		return rfc3339;
	return arena_strdup(cmd->arena, text);
}

static const char *
authors(struct cmd *cmd, const json_t *item)
{
	const char	*all = NULL, *name;
	json_t		*author;
	size_t		 i;

	json_array_foreach(json_object_get(item, "authors"), i, author) {
		name = cmd_string(author, "name");
		if (name != NULL)
			all = all == NULL ? name : arena_printf(cmd->arena, "%s, %s", all, name);
	}
	return all;
}

static void
print_head(struct cmd *cmd, const json_t *item)
{
	const char	*title = cmd_clean(cmd, cmd_item_title(cmd, item));

	if (title != NULL)
		out_printf("%s%s%s\n", out_on(&cmd->out, OUT_BOLD), title, out_off(&cmd->out));
	head_line(cmd, "feed", cmd_string(json_object_get(item, "_gazette"), "feed_title"));
	head_line(cmd, "by", authors(cmd, item));
	head_line(cmd, "date", local_time(cmd, cmd_item_date(item)));
	head_line(cmd, "url", cmd_string(item, "url"));
	head_line(cmd, "tags", cmd_item_tags(cmd, item));
}

static void
print_attachments(struct cmd *cmd, const json_t *item)
{
	const char	*url, *type;
	json_t		*attachment;
	size_t		 i;

	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		url = cmd_string(attachment, "url");
		type = cmd_string(attachment, "mime_type");
		if (url != NULL)
			head_line(cmd, "file",
			    type != NULL ? arena_printf(cmd->arena, "%s (%s)", url, type) : url);
	}
}

/* Links are numbered in the text; here is where they lead. */
static void
print_links(const struct cmd *cmd, struct buf *links)
{
	const char	*line, *end;
	int		 number = 1;

	if (links->len > 0)
		out_put("\n", 1);
	for (line = buf_str(links); *line != '\0'; line = end + (*end == '\n'), number++) {
		end = line + strcspn(line, "\n");
		out_printf("%s[%d]%s %.*s\n", out_on(&cmd->out, OUT_DIM), number, out_off(&cmd->out), (int)(end - line),
		    line);
	}
}

/* Appends the entry's text, not wrapped, and its links. */
static void
take_text(const json_t *item, struct buf *text, struct buf *links)
{
	const char	*html = cmd_string(item, "content_html");
	const char	*plain = cmd_string(item, "content_text");

	if (html != NULL)
		html_to_text(html, strlen(html), text, links);
	else if (plain != NULL || (plain = cmd_string(item, "summary")) != NULL)
		buf_puts(text, plain);
}

static void
print_body(struct cmd *cmd, const json_t *item)
{
	struct buf	 text = BUF_INIT(SIZE_MAX), clean = BUF_INIT(SIZE_MAX), lines = BUF_INIT(SIZE_MAX);
	struct buf	 links = BUF_INIT(SIZE_MAX), safe_links = BUF_INIT(SIZE_MAX);

	take_text(item, &text, &links);
	text_clean_lines(buf_str(&text), text.len, &clean);
	text_wrap(buf_str(&clean), clean.len, cmd->out.width, &lines);
	while (lines.len > 0 && lines.ptr[lines.len - 1] == '\n')
		lines.len--;
	if (lines.len > 0)
		out_printf("\n%s\n", buf_str(&lines));
	text_clean_lines(buf_str(&links), links.len, &safe_links);
	print_links(cmd, &safe_links);
	buf_free(&text);
	buf_free(&clean);
	buf_free(&lines);
	buf_free(&links);
	buf_free(&safe_links);
}

static void
print_html(const json_t *item)
{
	struct buf	 html = BUF_INIT(SIZE_MAX), clean = BUF_INIT(SIZE_MAX);
	const char	*content = cmd_string(item, "content_html"), *text;

	if (content != NULL)
		text_clean_lines(content, strlen(content), &clean);
	else {
		text = cmd_string(item, "content_text");
		buf_puts(&html, "<pre>");
		html_escape(text != NULL ? text : "", text != NULL ? strlen(text) : 0, &html);
		buf_puts(&html, "</pre>");
		text_clean_lines(buf_str(&html), html.len, &clean);
	}
	out_printf("%s\n", buf_str(&clean));
	buf_free(&html);
	buf_free(&clean);
}

enum cmd_exit
cmd_show(struct cmd *cmd)
{
	int		 format = cmd->options->format != -1 ? cmd->options->format :
			    cmd->options->json ? FORMAT_JSON : FORMAT_TEXT;
	json_t		*result, *item;
	enum cmd_exit	 status;
	int64_t		 number;

	if (cmd_parse_number(cmd->args[0], &number) == -1)
		return cmd_usage(cmd, "\"%s\" is not the number of an entry", cmd->args[0]);
	status = cmd_call(cmd, "item.get", json_pack("{s:I}", "item", (json_int_t)number), &result);
	if (status != CMD_DONE)
		return status;
	item = json_object_get(result, "item");
	if (format == FORMAT_JSON)
		out_json(item, cmd->out.terminal);
	else if (format == FORMAT_HTML)
		print_html(item);
	else {
		print_head(cmd, item);
		print_attachments(cmd, item);
		print_body(cmd, item);
	}
	json_decref(result);
	return status;
}
