/*
 * export-html - entries as one page for people, day by day: nothing is loaded and no script runs, which the page itself forbids
 * (Content-Security-Policy), and what entries hold is what html_sanitise() has left.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/export-page.h"
#include "contrib/gazette/export.h"
#include "feeds/date.h"
#include "feeds/html.h"

enum { LEAD_BYTES = 320, SHORT_BYTES = 600 };	/* of a text that is shown in part; of one that is shown whole */

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
};

static void
put_text(struct export *export, const char *text)
{
	html_escape(text, strlen(text), &export->out);
}

static void
html_begin(struct export *export)
{
	struct buf	*out = &export->out;

	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"gazette\">\n");
	buf_printf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
	    "img-src data:%s; base-uri 'none'; form-action 'none'\">\n<title>",
	    export->cmd->options->images ? " https: http:; media-src https: http:" : "");
	put_text(export, export_name(export));
	buf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>", export_page_style);
	put_text(export, export_name(export));
	buf_puts(out, "</h1>\n</header>\n<main>\n");
}

static void
html_end(struct export *export)
{
	char	 text[DATE_RFC3339_BYTES];

	if (export->day != 0)
		buf_puts(&export->out, "</section>\n");
	else
		buf_puts(&export->out, "<p>Nothing new.</p>\n");
	date_format(export->now_s, text);
	buf_printf(&export->out, "</main>\n<footer><p>%s, made by gazette <time datetime=\"%s\">%.10s %.5s UTC</time></p></footer>\n"
	    "</body>\n</html>\n", cmd_number(export->cmd, export->count, "entry", "entries"), text, text, text + 11);
}

/* --- days -------------------------------------------------------------------------------------------------------- */

static void
put_day(struct export *export, const struct tm *tm)
{
	int64_t	 day = (tm->tm_year + INT64_C(1900)) * 10000 + (tm->tm_mon + 1) * 100 + tm->tm_mday;

	if (day == export->day)
		return;
	buf_printf(&export->out, "%s<section aria-labelledby=\"d%" PRId64 "-%" PRId64 "\">\n"
	    "<h2 class=\"day\" id=\"d%" PRId64 "-%" PRId64 "\"><time datetime=\"%04d-%02d-%02d\">%s, %d %s %d</time></h2>\n",
	    export->day != 0 ? "</section>\n" : "", day, export->count, day, export->count, tm->tm_year + 1900, tm->tm_mon + 1,
	    tm->tm_mday, days[tm->tm_wday], tm->tm_mday, months[tm->tm_mon], tm->tm_year + 1900);
	export->day = day;
}

/* --- an entry ------------------------------------------------------------------------------------------------------ */

static const char *
language_of(struct export *export, const json_t *item)
{
	const char	*language = export_text(item, "language");

	return language != NULL ? language : export_text(export_feed(export, item), "language");
}

static void
put_link(struct export *export, const char *url, const char *text)
{
	if (url != NULL) {
		buf_puts(&export->out, "<a href=\"");
		put_text(export, url);
		buf_puts(&export->out, "\" rel=\"noreferrer\">");
	}
	put_text(export, text);
	if (url != NULL)
		buf_puts(&export->out, "</a>");
}

static void
put_heading(struct export *export, const json_t *item, const struct tm *tm)
{
	const char	*authors = export_names(export, item, "authors", ", "), *feed = export_text(export_ours(item), "feed_title");

	buf_puts(&export->out, "<h3>");
	put_link(export, export_url(export, item, item, "url"), export_title(export, item));
	/* what turns the direction of a name ends with it */
	buf_puts(&export->out, "</h3>\n<p class=\"meta\"><bdi>");
	put_link(export, export_text(export_feed(export, item), "home_page_url"), feed != NULL ? feed : "");
	buf_puts(&export->out, "</bdi>");
	if (authors != NULL) {
		buf_puts(&export->out, " · <bdi>");
		put_text(export, authors);
		buf_puts(&export->out, "</bdi>");
	}
	buf_printf(&export->out, " · %02d:%02d", tm->tm_hour, tm->tm_min);
	/* an event that is announced, or a clock that is wrong */
	if (export_when(item) > export_order(item))
		buf_printf(&export->out, " · dated %.10s", cmd_item_date(item));
	buf_puts(&export->out, "</p>\n");
}

/* The beginning of a text that is on one line; class: whether the text itself goes on, and may be shown in its place. */
static void
put_lead(struct export *export, const char *line, const char *class)
{
	size_t	 len = strlen(line), cut = len;

	if (len > LEAD_BYTES) {
		for (cut = LEAD_BYTES; cut > 0 && line[cut] != ' '; cut--)
			;
		for (cut = cut > 0 ? cut : LEAD_BYTES; cut > 0 && (line[cut] & 0xc0) == 0x80; cut--)
			;
	}
	buf_printf(&export->out, "<p class=\"%s\">", class);
	html_escape(line, cut, &export->out);
	buf_puts(&export->out, cut < len ? " …</p>\n" : "</p>\n");
}

static void
put_content(struct export *export, const json_t *item)
{
	const char	*html = export_text(item, "content_html"), *plain = export_text(item, "content_text");

	if (html != NULL) {
		buf_puts(&export->out, "<div class=\"content\">");
		export_page_content(html, strlen(html), export->cmd->options->images, &export->out);
	} else {
		buf_puts(&export->out, "<div class=\"content text\">");
		put_text(export, plain);
	}
	buf_puts(&export->out, "</div>\n");
}

/* A short text is there at once, a long one behind its beginning. */
static void
put_body(struct export *export, const json_t *item)
{
	const char	*html = export_text(item, "content_html"), *plain = export_text(item, "content_text");
	const char	*body = html != NULL ? html : plain, *summary = export_text(item, "summary");
	struct buf	 line = BUF_INIT(SIZE_MAX);

	if (body == NULL) {
		if (summary != NULL)
			put_lead(export, summary, "lead");
		return;
	}
	if (strlen(body) <= SHORT_BYTES) {
		put_content(export, item);
		return;
	}
	if (summary != NULL)
		put_lead(export, summary, "lead");
	else {
		html_to_line(body, strlen(body), &line);
		put_lead(export, buf_str(&line), "lead begun");
	}
	buf_free(&line);
	buf_puts(&export->out, "<details><summary lang=\"en\">Read all</summary>\n");
	put_content(export, item);
	buf_puts(&export->out, "</details>\n");
}

static void
put_files(struct export *export, const json_t *item)
{
	const char	*url, *title, *type;
	json_t		*attachment;
	size_t		 i;

	if (json_array_size(json_object_get(item, "attachments")) == 0)
		return;
	buf_puts(&export->out, "<ul class=\"files\">\n");
	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		url = export_url(export, item, attachment, "url");
		title = export_text(attachment, "title");
		type = export_text(attachment, "mime_type");
		buf_puts(&export->out, "<li>");
		put_link(export, url, title != NULL ? title : url != NULL ? url : "");
		if (type != NULL) {
			buf_puts(&export->out, " (");
			put_text(export, type);
			buf_puts(&export->out, ")");
		}
		buf_puts(&export->out, "</li>\n");
	}
	buf_puts(&export->out, "</ul>\n");
}

static void
html_item(struct export *export, const json_t *item)
{
	time_t		 when = export_order(item);
	const char	*language = language_of(export, item);
	struct tm	 tm = { 0 };

	localtime_r(&when, &tm);
	put_day(export, &tm);
	buf_puts(&export->out, "<article");
	if (language != NULL) {
		buf_puts(&export->out, " lang=\"");
		put_text(export, language);
		buf_puts(&export->out, "\"");
	}
	buf_puts(&export->out, " dir=\"auto\">\n");
	put_heading(export, item, &tm);
	put_body(export, item);
	put_files(export, item);
	buf_puts(&export->out, "</article>\n");
}

const struct export_format export_html = { "html", EXPORT_NEWEST, html_begin, html_item, html_end };
