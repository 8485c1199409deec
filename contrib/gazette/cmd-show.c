#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/diff.h"
#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "feeds/base/buf.h"
#include "feeds/html.h"

enum { FORMAT_TEXT, FORMAT_HTML, FORMAT_JSON };
enum { STORY_LINES = 50 };

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

	if (!moment_read(rfc3339, &when_s))
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

/* --- where else it is told --------------------------------------------------------------------------- */

static void
print_telling(struct cmd *cmd, const json_t *item)
{
	const json_t	*gazette = json_object_get(item, "_gazette");
	const char	*title = cmd_clean(cmd, cmd_item_title(cmd, item));
	const char	*feed = cmd_clean(cmd, cmd_string(gazette, "feed_title"));

	head_line(cmd, "also", arena_printf(cmd->arena, "%s, %s, %" PRId64, title != NULL ? title : "-", feed != NULL ? feed : "-",
	    cmd_integer(gazette, "item")));
}

/* What other feeds have of the story. Without an index nobody knows, which is no reason to show nothing. */
static void
print_story(struct cmd *cmd, const json_t *item, int64_t number)
{
	const json_t	*story = json_object_get(json_object_get(item, "_gazette"), "story");
	json_t		*params, *result = NULL, *other;
	struct client_error err;
	const char	*query;
	size_t		 i;

	if (!json_is_integer(story))
		return;
	query = arena_printf(cmd->arena, "story:%" PRId64 " -id:%" PRId64, (int64_t)json_integer_value(story), number);
	params = json_pack("{s:s, s:i, s:[s]}", "query", query, "limit", STORY_LINES, "fields", "title");
	if (client_call(cmd->client, "item.list", params, &result, &err) == -1)
		return;
	json_array_foreach(json_object_get(result, "items"), i, other)
		print_telling(cmd, other);
	json_decref(result);
}

/* --- what an edit changed ----------------------------------------------------------------------- */

struct marked {
	struct buf	*text;
	json_t		*parts;			/* NULL: text is wanted */
};

/* As word differences are written for people: [-removed-] {+added+}; white space stays outside. */
static void
put_part(void *arg, enum diff_kind kind, const char *ptr, size_t len)
{
	static const struct { const char *name, *open, *close; } rows[] = {
		[DIFF_SAME] = { "same", "", "" }, [DIFF_REMOVED] = { "removed", "[-", "-]" }, [DIFF_ADDED] = { "added", "{+", "+}" }
	};
	const struct marked	*marked = arg;
	size_t			 end = len;

	if (marked->parts != NULL) {
		json_array_append_new(marked->parts, json_pack("{s:s%}", rows[kind].name, ptr, len));
		return;
	}
	while (end > 0 && (ptr[end - 1] == ' ' || ptr[end - 1] == '\n'))
		end--;
	if (end == 0 && kind != DIFF_SAME)
		return;
	buf_puts(marked->text, rows[kind].open);
	buf_put(marked->text, ptr, end);
	buf_puts(marked->text, rows[kind].close);
	/* the lines are those of the new text */
	if (kind != DIFF_REMOVED)
		buf_put(marked->text, ptr + end, len - end);
	else if (len > end)
		buf_putc(marked->text, ' ');
}

/* The title and the text of both, an empty line between, as one text. */
static void
take_all(struct cmd *cmd, const json_t *item, struct buf *out)
{
	struct buf	 text = BUF_INIT(SIZE_MAX);
	const char	*title = cmd_clean(cmd, cmd_string(item, "title"));

	if (title != NULL)
		buf_printf(out, "%s\n\n", title);
	take_text(item, &text, NULL);
	text_clean_lines(buf_str(&text), text.len, out);
	buf_free(&text);
}

static const struct mark { char text[3]; enum out_style style; bool ends; } marks[] = {
	{ "[-", OUT_BAD, false }, { "{+", OUT_GOOD, false }, { "-]", OUT_PLAIN, true }, { "+}", OUT_PLAIN, true }
};

static const struct mark *
mark_at(const char *at)
{
	size_t	 i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strncmp(at, marks[i].text, 2) == 0)
			return &marks[i];
	return NULL;
}

/* Marks get colours, where there are any. */
static void
print_marked(const struct cmd *cmd, const char *text)
{
	const struct mark	*mark;

	while (*text != '\0') {
		mark = mark_at(text);
		if (mark == NULL) {
			out_put(text++, 1);
			continue;
		}
		out_printf("%s%s%s", mark->ends ? "" : out_on(&cmd->out, mark->style), mark->text,
		    mark->ends ? out_off(&cmd->out) : "");
		text += 2;
	}
}

static void
print_diff(struct cmd *cmd, const json_t *before, const json_t *after)
{
	struct buf	 old = BUF_INIT(SIZE_MAX), new = BUF_INIT(SIZE_MAX), text = BUF_INIT(SIZE_MAX), lines = BUF_INIT(SIZE_MAX);
	struct marked	 marked = { &text, NULL };

	if (cmd->options->json)
		marked.parts = json_array();
	take_all(cmd, before, &old);
	take_all(cmd, after, &new);
	diff_words(buf_str(&old), old.len, buf_str(&new), new.len, put_part, &marked);
	if (cmd->options->json)
		out_json(marked.parts, cmd->out.terminal);
	else {
		text_wrap(buf_str(&text), text.len, cmd->out.width, &lines);
		print_marked(cmd, buf_str(&lines));
		if (lines.len == 0 || lines.ptr[lines.len - 1] != '\n')
			out_put("\n", 1);
	}
	json_decref(marked.parts);
	buf_free(&old);
	buf_free(&new);
	buf_free(&text);
	buf_free(&lines);
}

/* The entry as it is, or (revision not -1) as it was. *result is owned by the caller; its member "item" is the entry. */
static enum cmd_exit
get_item(struct cmd *cmd, int64_t number, int64_t revision, json_t **result)
{
	json_t	*params = json_pack("{s:I}", "item", (json_int_t)number);

	if (revision != -1)
		json_object_set_new(params, "revision", json_integer(revision));
	return cmd_call(cmd, "item.get", params, result);
}

/* What has changed since a revision; without one, by the last edit. */
static enum cmd_exit
show_diff(struct cmd *cmd, int64_t number, const json_t *item)
{
	int64_t		 newest = cmd_integer(json_object_get(item, "_gazette"), "revision");
	int64_t		 from = cmd->options->revision != -1 ? cmd->options->revision : newest - 1;
	enum cmd_exit	 status;
	json_t		*before;

	if (newest == 0) {
		out_error("entry %" PRId64 " has not been edited", number);
		return CMD_REFUSED;
	}
	status = get_item(cmd, number, from, &before);
	if (status == CMD_DONE)
		print_diff(cmd, json_object_get(before, "item"), item);
	json_decref(before);
	return status;
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
	if (cmd->options->diff && cmd->options->format != -1)
		return cmd_usage(cmd, "--diff has no --format but --json");
	status = get_item(cmd, number, cmd->options->diff ? -1 : cmd->options->revision, &result);
	if (status != CMD_DONE)
		return status;
	item = json_object_get(result, "item");
	if (cmd->options->diff)
		status = show_diff(cmd, number, item);
	else if (format == FORMAT_JSON)
		out_json(item, cmd->out.terminal);
	else if (format == FORMAT_HTML)
		print_html(item);
	else {
		print_head(cmd, item);
		print_attachments(cmd, item);
		print_story(cmd, item, number);
		print_body(cmd, item);
	}
	json_decref(result);
	return status;
}
