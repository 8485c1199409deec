/*
 * export-lines - entries as rows of fields: CSV (RFC 4180) and the TAB-separated lines of sfeed(5).
 */
#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/export.h"
#include "feeds/base/utf8.h"
#include "feeds/date.h"

static const char *
first_url(struct export *export, const json_t *item)
{
	return export_url(export, item, json_array_get(json_object_get(item, "attachments"), 0), "url");
}

/* C0, DEL and C1: they could steer a terminal. */
static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

/* --- CSV ---------------------------------------------------------------------------------------------------- */

/*
 * A quoted field. Spreadsheets take text that begins with some characters for a formula, and what strangers write must not be one: an
 * apostrophe before it keeps it a text. Control characters are left out.
 */
static void
csv_text(struct export *export, const char *text, char end)
{
	struct buf	*out = &export->out;
	size_t		 len = text != NULL ? strlen(text) : 0, pos, step;
	uint32_t	 cp;

	buf_putc(out, '"');
	if (len > 0 && strchr("=+-@\t\r", *text) != NULL)
		buf_putc(out, '\'');
	for (pos = 0; pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &cp);
		if (cp == '"')
			buf_puts(out, "\"\"");
		else if (cp == '\n')
			buf_puts(out, "\r\n");
		else if (cp == '\t' || !is_control(cp))
			buf_put(out, text + pos, step);
	}
	buf_puts(out, end == ',' ? "\"," : "\"\r\n");
}

static void
csv_number(struct export *export, int64_t number)
{
	buf_printf(&export->out, "%" PRId64 ",", number);
}

static const char *
user_tags(struct export *export, const json_t *item)
{
	struct cmd	 here = *export->cmd;

	here.arena = export->arena;
	return cmd_item_tags(&here, item);
}

static void
csv_begin(struct export *export)
{
	if (!export->append)
		buf_puts(&export->out, "item,feed,feed_title,published,modified,received,title,url,authors,tags,categories,language,"
		    "attachment,summary,text\r\n");
}

static void
csv_item(struct export *export, const json_t *item)
{
	const json_t	*ours = export_ours(item);
	const char	*language = export_text(item, "language");

	csv_number(export, export_number(item));
	csv_number(export, cmd_integer(ours, "feed"));
	csv_text(export, cmd_string(ours, "feed_title"), ',');
	csv_text(export, cmd_string(item, "date_published"), ',');
	csv_text(export, cmd_string(item, "date_modified"), ',');
	csv_text(export, cmd_string(ours, "received"), ',');
	csv_text(export, cmd_string(item, "title"), ',');
	csv_text(export, export_url(export, item, item, "url"), ',');
	csv_text(export, export_names(export, item, "authors", "; "), ',');
	csv_text(export, user_tags(export, item), ',');
	csv_text(export, export_names(export, item, "tags", "; "), ',');
	csv_text(export, language != NULL ? language : cmd_string(export_feed(export, item), "language"), ',');
	csv_text(export, first_url(export, item), ',');
	csv_text(export, cmd_string(item, "summary"), ',');
	csv_text(export, export_plain(export, item, false), '\n');
}

const struct export_format export_csv = { "csv", EXPORT_GROWS, csv_begin, csv_item, NULL };

/* --- sfeed(5) -------------------------------------------------------------------------------------------------- */

/* One line: white space is a space, control characters are left out, the ends are trimmed. */
static void
sfeed_line(struct export *export, const char *text)
{
	struct buf	*out = &export->out;
	size_t		 len, pos, step, start = out->len;
	uint32_t	 cp;

	len = text != NULL ? strlen(text) : 0;
	for (pos = 0; pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &cp);
		if (strchr(" \t\n\v\f\r", text[pos]) != NULL) {
			if (out->len > start)
				buf_putc(out, ' ');
		} else if (!is_control(cp))
			buf_put(out, text + pos, step);
	}
	while (out->len > start && out->ptr[out->len - 1] == ' ')
		out->len--;
}

static void
sfeed_field(struct export *export, const char *text)
{
	sfeed_line(export, text);
	buf_putc(&export->out, '\t');
}

/* The text with its lines: what divides fields and lines is escaped. */
static void
sfeed_content(struct export *export, const char *text)
{
	struct buf	*out = &export->out;
	size_t		 len, pos, step;
	uint32_t	 cp;

	len = text != NULL ? strlen(text) : 0;
	for (pos = 0; pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &cp);
		if (cp == '\n')
			buf_puts(out, "\\n");
		else if (cp == '\t')
			buf_puts(out, "\\t");
		else if (cp == '\\')
			buf_puts(out, "\\\\");
		else if (!is_control(cp))
			buf_put(out, text + pos, step);
	}
	buf_putc(out, '\t');
}

static void
sfeed_item(struct export *export, const json_t *item)
{
	const char	*html = export_text(item, "content_html"), *plain = export_text(item, "content_text");
	const char	*author = export_text(json_array_get(json_object_get(item, "authors"), 0), "name");
	const json_t	*summary = json_object_get(item, "summary");

	if (html == NULL && plain == NULL)
		plain = json_string_value(summary);
	buf_printf(&export->out, "%" PRId64 "\t", export_when(item));
	sfeed_field(export, export_title(export, item));
	sfeed_field(export, export_url(export, item, item, "url"));
	sfeed_content(export, html != NULL ? html : plain);
	sfeed_field(export, html != NULL ? "html" : plain != NULL ? "plain" : "");
	sfeed_field(export, export_text(item, "id"));
	sfeed_field(export, author);
	sfeed_field(export, first_url(export, item));
	sfeed_line(export, export_names(export, item, "tags", "|"));
	buf_putc(&export->out, '\n');
}

const struct export_format export_sfeed = { "sfeed", EXPORT_NEWEST | EXPORT_GROWS, NULL, sfeed_item, NULL };
