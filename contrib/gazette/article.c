#include "contrib/gazette/article.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/moment.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { LABEL_COLUMNS = 6, NUMBER_BYTES = 32, MINUTE_S = 60, HOUR_S = 3600, KIB = 1024 };

void
article_clear(struct article *a)
{
	buf_free(&a->title);
	buf_free(&a->head);
	body_free(&a->body);
	lines_free(&a->lines);
	*a = (struct article){ 0 };
}

/* --- the head ------------------------------------------------------------------------------- */

static const char *
string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
add_head(struct article *a, const char *label, unsigned style, const char *value)
{
	struct article_head *head = &a->heads[a->n_heads];

	if (value == NULL || a->n_heads == ARTICLE_HEADS_MAX)
		return;
	*head = (struct article_head){ .label = label, .style = style, .offset = a->head.len };
	text_clean(value, &a->head);
	head->len = a->head.len - head->offset;
	a->n_heads += head->len != 0;
}

static bool
put_time(const json_t *object, const char *name, const char *format, struct buf *out)
{
	int64_t when_s;

	if (!moment_of(object, name, &when_s))
		return false;
	text_date(when_s, format, out);
	return true;
}

/* When it appeared, and how often it has changed since. */
static void
head_date(struct article *a, const json_t *item, const char *format)
{
	const json_t *own = json_object_get(item, "_gazette");
	struct buf text = BUF_INIT(BODY_BYTES_MAX), last = BUF_INIT(BODY_BYTES_MAX);
	bool published = put_time(item, "date_published", format, &text);
	bool modified = put_time(item, "date_modified", format, &last);

	if (!published && modified)
		buf_puts(&text, buf_str(&last));
	else if (!published)
		put_time(own, "received", format, &text);
	if (a->revision > 0) {
		buf_printf(&text, "%schanged %lld time%s", text.len != 0 ? ", " : "", a->revision, a->revision == 1 ? "" : "s");
		if (published && modified)
			buf_printf(&text, ", last %s", buf_str(&last));
	}
	add_head(a, "date", TERM_PLAIN, buf_str(&text));
	buf_free(&text);
	buf_free(&last);
}

static void
head_authors(struct article *a, const json_t *item)
{
	struct buf all = BUF_INIT(BODY_BYTES_MAX);
	json_t *author;
	size_t at;

	json_array_foreach(json_object_get(item, "authors"), at, author) {
		const char *name = string(author, "name");

		if (name != NULL)
			buf_printf(&all, "%s%s", all.len != 0 ? ", " : "", name);
	}
	add_head(a, "by", TERM_PLAIN, buf_str(&all));
	buf_free(&all);
}

static void
head_tags(struct article *a, const json_t *item)
{
	struct buf all = BUF_INIT(BODY_BYTES_MAX);
	json_t *tag;
	size_t at;

	json_array_foreach(json_object_get(json_object_get(item, "_gazette"), "tags"), at, tag) {
		const char *name = json_string_value(tag);

		if (name != NULL && strcmp(name, "unread") != 0)
			buf_printf(&all, "%s%s", all.len != 0 ? ", " : "", name);
	}
	add_head(a, "tags", TERM_TAG, buf_str(&all));
	buf_free(&all);
}

/* --- copies --------------------------------------------------------------------------------- */

static const char copies_label[] = "also";

static void
head_copies(struct article *a, const json_t *item)
{
	const json_t *own = json_object_get(item, "_gazette");

	if (!json_is_true(json_object_get(own, "copies")))
		return;
	a->story = (long long)json_integer_value(json_object_get(own, "story"));
	add_head(a, copies_label, TERM_PLAIN, "in other feeds");
}

void
article_copies(struct article *a, const char *feeds)
{
	struct article_head *head = a->heads;

	while (head < a->heads + a->n_heads && head->label != copies_label)
		head++;
	if (head == a->heads + a->n_heads)
		return;
	head->offset = a->head.len;
	buf_puts(&a->head, "in ");
	text_clean(feeds, &a->head);
	head->len = a->head.len - head->offset;
	article_again(a);
}

/* --- attachments ---------------------------------------------------------------------------- */

static void
put_size(double bytes, struct buf *out)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB" };
	size_t unit = 0;

	for (; bytes >= KIB && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		bytes /= KIB;
	buf_printf(out, bytes < 10 && unit != 0 ? ", %.1f %s" : ", %.0f %s", bytes, units[unit]);
}

static void
put_duration(long long seconds, struct buf *out)
{
	if (seconds >= HOUR_S)
		buf_printf(out, ", %lld:%02lld:%02lld", seconds / HOUR_S, seconds / MINUTE_S % MINUTE_S, seconds % MINUTE_S);
	else
		buf_printf(out, ", %lld:%02lld", seconds / MINUTE_S, seconds % MINUTE_S);
}

/* "audio/mpeg, 12 MiB, 1:02:03", with its title before it. */
static void
put_attachment(const json_t *attachment, struct buf *out)
{
	const char *type = string(attachment, "mime_type"), *title = string(attachment, "title");
	double bytes = json_number_value(json_object_get(attachment, "size_in_bytes"));
	double seconds = json_number_value(json_object_get(attachment, "duration_in_seconds"));

	if (title != NULL)
		buf_printf(out, "%s, ", title);
	buf_puts(out, type != NULL ? type : "file");
	if (bytes >= 1)
		put_size(bytes, out);
	if (seconds >= 1)
		put_duration((long long)seconds, out);
}

static void
take_attachments(struct article *a, const json_t *item)
{
	json_t *attachment;
	size_t at;

	a->n_text_links = a->body.n_links;
	json_array_foreach(json_object_get(item, "attachments"), at, attachment) {
		const char *url = string(attachment, "url");
		struct buf text = BUF_INIT(BODY_BYTES_MAX);
		size_t before = a->n_heads, number;

		if (url == NULL)
			continue;
		put_attachment(attachment, &text);
		number = body_add_link(&a->body, BODY_MEDIA, url, strlen(url));
		add_head(a, "file", TERM_PLAIN, buf_str(&text));
		if (a->n_heads != before)
			a->heads[before].number = number;
		buf_free(&text);
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

static void
take_body(struct article *a, const json_t *item)
{
	const char *html = string(item, "content_html"), *plain = string(item, "content_text");
	char text[64];
	int len;

	if (html != NULL)
		body_html(&a->body, html, strlen(html));
	else if (plain != NULL || (plain = string(item, "summary")) != NULL)
		body_plain(&a->body, plain, strlen(plain));
	if (!a->body.text.overflow)
		return;
	body_free(&a->body);
	len = snprintf(text, sizeof(text), "This text is too long: open it in the browser.");
	body_plain(&a->body, text, (size_t)len);
}

void
article_take(struct article *a, const json_t *item, const char *feed_title, const char *date_format)
{
	article_clear(a);
	a->head.max = a->title.max = BODY_BYTES_MAX;
	a->revision = (long long)json_integer_value(json_object_get(json_object_get(item, "_gazette"), "revision"));
	text_clean(string(item, "title"), &a->title);
	if (a->title.len == 0)
		buf_puts(&a->title, "(no title)");
	add_head(a, "feed", TERM_PLAIN, feed_title);
	head_authors(a, item);
	head_date(a, item, date_format);
	add_head(a, "url", TERM_LINK, string(item, "url"));
	head_tags(a, item);
	head_copies(a, item);
	take_body(a, item);
	take_attachments(a, item);
}

static void
wrap_head(struct article *a, const struct layout *layout)
{
	struct buf line = BUF_INIT(BODY_BYTES_MAX);

	layout_text(a->title.ptr, a->title.len, layout->cols, 0, TERM_HEAD, &a->lines);
	for (size_t at = 0; at < a->n_heads; at++) {
		const struct article_head *head = &a->heads[at];
		char label[LABEL_COLUMNS + NUMBER_BYTES], number[NUMBER_BYTES] = "";

		snprintf(label, sizeof(label), "%-*s", LABEL_COLUMNS, head->label);
		if (head->number != 0)
			snprintf(number, sizeof(number), "[%zu] ", head->number);
		lines_puts(&a->lines, TERM_DIM, label);
		lines_lead(&a->lines);
		lines_puts(&a->lines, TERM_LINK, number);
		buf_clear(&line);
		text_put(a->head.ptr + head->offset, head->len, layout->cols - LABEL_COLUMNS - (int)strlen(number), TEXT_NO_PAD, &line);
		lines_put(&a->lines, head->style, buf_str(&line), line.len);
		lines_end(&a->lines, 0);
	}
	buf_free(&line);
}

/* "[12] https://...", broken where it has to be, with what follows below its beginning. */
static void
wrap_link(struct article *a, unsigned long number, int cols)
{
	char text[NUMBER_BYTES];
	size_t len, take;
	const char *link = article_link(a, number, &len);
	int indent = snprintf(text, sizeof(text), "[%lu] ", number);

	lines_puts(&a->lines, TERM_LINK, text);
	lines_lead(&a->lines);
	for (;; link += take, len -= take) {
		take = text_line(link, len, cols - indent);
		lines_put(&a->lines, TERM_LINK, link, take);
		lines_end(&a->lines, 0);
		if (take == len)
			return;
		lines_fill(&a->lines, TERM_LINK, " ", indent);
		lines_lead(&a->lines);
	}
}

static void
wrap_links(struct article *a, const struct layout *layout)
{
	if (article_links(a) != 0)
		lines_end(&a->lines, 0);
	for (unsigned long number = 1; number <= article_links(a); number++)
		wrap_link(a, number, layout->cols);
}

void
article_again(struct article *a)
{
	a->laid.cols = 0;
}

bool
article_wrap(struct article *a, const struct layout *asked)
{
	struct layout layout = *asked;

	if (layout.cols < LAYOUT_COLS_MIN)
		layout.cols = LAYOUT_COLS_MIN;
	if (layout.wide_cols < layout.cols)
		layout.wide_cols = layout.cols;
	if (a->title.len == 0 || (layout.cols == a->laid.cols && layout.wide_cols == a->laid.wide_cols &&
	    layout.wrap_code == a->laid.wrap_code))
		return false;
	a->laid = layout;
	lines_clear(&a->lines);
	wrap_head(a, &layout);
	lines_end(&a->lines, 0);
	layout_body(&a->body, &layout, &a->lines);
	wrap_links(a, &layout);
	return true;
}

/* --- links ------------------------------------------------------------------------------------- */

size_t
article_links(const struct article *a)
{
	return a->body.n_links;
}

const char *
article_link(const struct article *a, unsigned long number, size_t *len)
{
	const struct body_link *link;

	*len = 0;
	if (number == 0 || number > a->body.n_links)
		return "";
	link = &a->body.links[number - 1];
	*len = link->url_len;
	return a->body.urls.ptr + link->url;
}

const char *
article_link_label(const struct article *a, unsigned long number, size_t *len)
{
	const struct body_link *link;

	*len = 0;
	if (number == 0 || number > a->body.n_links)
		return "";
	for (size_t at = 0; at < a->n_heads; at++)
		if (a->heads[at].number == number) {
			*len = a->heads[at].len;
			return a->head.ptr + a->heads[at].offset;
		}
	link = &a->body.links[number - 1];
	*len = link->label_len;
	return link->label_len != 0 ? a->body.text.ptr + link->label : "";
}
