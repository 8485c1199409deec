/*
 * export-mail - entries as mails: an mbox (the mboxrd kind, whose quoting is never needed), and the messages of a Maildir.
 *
 * Each is from its author, by way of its feed, and has the text plain and as HTML. Its Message-ID is always the same. Entries of a feed, or of
 * one story, refer to one message that there never was, which is how mail readers take them together.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/export-mime.h"
#include "contrib/gazette/export-xml.h"
#include "contrib/gazette/export.h"
#include "contrib/gazette/moment.h"
#include "feeds/html.h"

/* RFC 2606: a domain that never is anybody's. */
#define DOMAIN "gazette.invalid"

enum { THREADS_FEED, THREADS_STORY, THREADS_NONE };	/* the words of --threads */

/*
 * A mail from the future would stay on top of all that come, and before 1970 there are no dates that mail readers agree on: then it is when
 * the entry was received.
 */
static int64_t
mail_time(const json_t *item)
{
	int64_t	 when = export_order(item);

	if (when < 0)
		moment_of(export_ours(item), "received", &when);
	return when;
}

static const char *
feed_hash(struct export *export, const json_t *item)
{
	const char	*url = export_text(export_feed(export, item), "url");

	return export_hash(export, url != NULL ? url : arena_printf(export->arena, "%" PRId64, cmd_integer(export_ours(item), "feed")));
}

static const char *
feed_title(struct export *export, const json_t *item)
{
	struct cmd	 here = *export->cmd;
	const char	*title;

	here.arena = export->arena;
	title = cmd_clean(&here, cmd_string(export_ours(item), "feed_title"));
	return title != NULL && *title != '\0' ? title : "gazette";
}

/* --- the head -------------------------------------------------------------------------------------------------- */

static void
put_from(struct export *export, const json_t *item)
{
	struct cmd	 here = *export->cmd;
	const char	*feed = feed_title(export, item), *authors;

	here.arena = export->arena;
	authors = cmd_clean(&here, export_names(export, item, "authors", ", "));
	buf_puts(&export->out, "From: ");
	export_mime_phrase(&export->out, authors == NULL || *authors == '\0' ? feed :
	    arena_printf(export->arena, "%s (%s)", authors, feed));
	buf_printf(&export->out, "\n <feed-%s@" DOMAIN ">\nList-Id: ", feed_hash(export, item));
	export_mime_phrase(&export->out, feed);
	buf_printf(&export->out, "\n <feed-%s." DOMAIN ">\n", feed_hash(export, item));
}

static void
put_thread(struct export *export, const json_t *item)
{
	int64_t		 story = cmd_integer(export_ours(item), "story");
	const char	*root = NULL;

	if (export->cmd->options->threads == THREADS_FEED)
		root = arena_printf(export->arena, "feed-%s", feed_hash(export, item));
	else if (export->cmd->options->threads == THREADS_STORY && story > 0)
		root = arena_printf(export->arena, "story-%" PRId64, story);
	if (root != NULL)
		buf_printf(&export->out, "In-Reply-To: <%s@" DOMAIN ">\nReferences: <%s@" DOMAIN ">\n", root, root);
}

/* What the user and the feed call it. */
static void
put_keywords(struct export *export, const json_t *item)
{
	const json_t	*lists[] = { json_object_get(export_ours(item), "tags"), json_object_get(item, "tags") };
	struct cmd	 here = *export->cmd;
	const char	*between = "Keywords: ", *word;
	json_t		*tag;
	size_t		 i, j;

	here.arena = export->arena;
	for (i = 0; i < 2; i++)
		json_array_foreach(lists[i], j, tag) {
			word = cmd_clean(&here, json_string_value(tag));
			if (word == NULL || *word == '\0')
				continue;
			buf_puts(&export->out, between);
			export_mime_phrase(&export->out, word);
			between = ",\n ";
		}
	if (*between == ',')
		buf_putc(&export->out, '\n');
}

static void
put_head(struct export *export, const json_t *item)
{
	struct buf	*out = &export->out;
	const char	*url = export_url(export, item, item, "url"), *feed = export_text(export_feed(export, item), "url");
	const char	*language = export_text(item, "language");
	char		 date[EXPORT_XML_DATE_BYTES];

	put_from(export, item);
	export_mime_field(out, "Subject", export_title(export, item));
	buf_printf(out, "Date: %s\nMessage-ID: <item-%" PRId64 ".%s@" DOMAIN ">\n", export_xml_mail_date(mail_time(item), date),
	    export_number(item), export_mark(export, item));
	put_thread(export, item);
	if (url != NULL)
		export_mime_url(out, "Archived-At", url);
	if (feed != NULL)
		export_mime_url(out, "X-Feed-URL", feed);
	if (language != NULL && language[strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] == '\0')
		buf_printf(out, "Content-Language: %.*s\n", EXPORT_MIME_LINE / 2, language);
	put_keywords(export, item);
	buf_puts(out, "MIME-Version: 1.0\n");
}

/* --- the body ---------------------------------------------------------------------------------------------------- */

static void
plain_files(struct export *export, const json_t *item, struct buf *text)
{
	const char	*url = export_url(export, item, item, "url"), *type;
	json_t		*attachment;
	size_t		 i;

	if (url != NULL)
		buf_printf(text, "\n%s\n", url);
	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		url = export_url(export, item, attachment, "url");
		type = export_text(attachment, "mime_type");
		if (url != NULL)
			buf_printf(text, "%s%s: %s\n", i == 0 ? "\n" : "", type != NULL ? type : "file", url);
	}
}

static void
plain_part(struct export *export, const json_t *item, struct buf *text)
{
	const char	*body = export_plain(export, item, true), *summary = export_text(item, "summary");

	if (*body == '\0' && summary != NULL)
		body = summary;
	buf_puts(text, body);
	if (text->len > 0 && text->ptr[text->len - 1] != '\n')
		buf_putc(text, '\n');
	plain_files(export, item, text);
}

static void
put_link(const char *url, const char *label, struct buf *html)
{
	if (url != NULL) {
		buf_puts(html, "<a href=\"");
		html_escape(url, strlen(url), html);
		buf_puts(html, "\">");
	}
	html_escape(label, strlen(label), html);
	if (url != NULL)
		buf_puts(html, "</a>");
}

static void
html_files(struct export *export, const json_t *item, struct buf *html)
{
	const char	*url, *title;
	json_t		*attachment;
	size_t		 i;

	if (json_array_size(json_object_get(item, "attachments")) == 0)
		return;
	buf_puts(html, "<ul>\n");
	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		url = export_url(export, item, attachment, "url");
		title = export_text(attachment, "title");
		buf_puts(html, "<li>");
		if (url != NULL)
			put_link(url, title != NULL ? title : url, html);
		buf_puts(html, "</li>\n");
	}
	buf_puts(html, "</ul>\n");
}

static void
html_part(struct export *export, const json_t *item, struct buf *html)
{
	const char	*body = export_text(item, "content_html"), *plain = export_plain(export, item, false);
	const char	*title = export_title(export, item), *summary = export_text(item, "summary");

	buf_puts(html, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
	html_escape(title, strlen(title), html);
	buf_puts(html, "</title></head><body>\n<h1>");
	put_link(export_url(export, item, item, "url"), title, html);
	buf_puts(html, "</h1>\n");
	if (body != NULL)
		buf_puts(html, body);
	else {
		if (*plain == '\0' && summary != NULL)
			plain = summary;
		buf_puts(html, "<div style=\"white-space: pre-wrap\">");
		html_escape(plain, strlen(plain), html);
		buf_puts(html, "</div>");
	}
	buf_puts(html, "\n");
	html_files(export, item, html);
	buf_puts(html, "</body></html>\n");
}

static void
put_part(struct export *export, const json_t *item, const char *type, void (*make)(struct export *, const json_t *, struct buf *))
{
	struct buf	 text = BUF_INIT(SIZE_MAX);

	make(export, item, &text);
	/* what begins like this is in no quoted-printable text */
	buf_printf(&export->out, "\n--=_gazette\nContent-Type: text/%s; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n",
	    type);
	export_mime_quoted(&export->out, text.ptr, text.len);
	buf_free(&text);
}

static void
mail_item(struct export *export, const json_t *item)
{
	put_head(export, item);
	buf_puts(&export->out, "Content-Type: multipart/alternative; boundary=\"=_gazette\"\n");
	put_part(export, item, "plain", plain_part);
	put_part(export, item, "html", html_part);
	buf_puts(&export->out, "\n--=_gazette--\n");
}

static void
mbox_item(struct export *export, const json_t *item)
{
	char		 date[64];
	time_t		 when = mail_time(item);
	struct tm	 tm = { 0 };

	gmtime_r(&when, &tm);
	snprintf(date, sizeof(date), "%.3s %.3s %2d %02d:%02d:%02d %04d", &"SunMonTueWedThuFriSat"[3 * tm.tm_wday],
	    &"JanFebMarAprMayJunJulAugSepOctNovDec"[3 * tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_year + 1900);
	buf_printf(&export->out, "From gazette@" DOMAIN " %s\n", date);
	mail_item(export, item);
	buf_putc(&export->out, '\n');
}

const struct export_format export_mbox = { "mbox", EXPORT_GROWS | EXPORT_APPENDS, NULL, mbox_item, NULL };
const struct export_format export_maildir = { "maildir", EXPORT_FOLDER, NULL, mail_item, NULL };
