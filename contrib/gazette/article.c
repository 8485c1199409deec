#include "contrib/gazette/article.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"
#include "feeds/date.h"
#include "feeds/html.h"

enum { DATE_BYTES = 64, AUTHORS_BYTES = 4096, FIRST_LINES = 128 };

void
article_clear(struct article *a)
{
	buf_free(&a->head);
	buf_free(&a->body);
	buf_free(&a->links);
	buf_free(&a->wrapped);
	free(a->lines);
	*a = (struct article){ 0 };
}

/* --- reading -------------------------------------------------------------------------------- */

static const char *
string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void
head_line(struct article *a, const char *label, const char *value)
{
	size_t before = a->head.len, start;

	if (value == NULL)
		return;
	buf_printf(&a->head, "%-6s", label);
	start = a->head.len;
	text_clean(value, &a->head);
	if (a->head.len == start)
		a->head.len = before;
	else
		buf_putc(&a->head, '\n');
}

static void
head_date(struct article *a, const json_t *item)
{
	const char *date = string(item, "date_published");
	char text[DATE_BYTES];
	int64_t when_s;
	struct tm local;
	time_t when;

	if (date == NULL)
		date = string(item, "date_modified");
	if (date == NULL)
		date = string(json_object_get(item, "_gazette"), "received");
	if (date == NULL || date_parse(date, strlen(date), &when_s) == -1)
		return;
	when = (time_t)when_s;
	if (localtime_r(&when, &local) != NULL && strftime(text, sizeof(text), "%a, %d %b %Y %H:%M %z", &local) != 0)
		head_line(a, "date", text);
}

static void
head_authors(struct article *a, const json_t *item)
{
	struct buf all = BUF_INIT(AUTHORS_BYTES);
	json_t *author;
	size_t at;

	json_array_foreach(json_object_get(item, "authors"), at, author) {
		const char *name = string(author, "name");

		if (name != NULL)
			buf_printf(&all, "%s%s", all.len != 0 ? ", " : "", name);
	}
	head_line(a, "by", buf_str(&all));
	buf_free(&all);
}

static void
head_tags(struct article *a, const json_t *item)
{
	struct buf all = BUF_INIT(AUTHORS_BYTES);
	json_t *tag;
	size_t at;

	json_array_foreach(json_object_get(json_object_get(item, "_gazette"), "tags"), at, tag) {
		const char *name = json_string_value(tag);

		if (name != NULL && strcmp(name, "unread") != 0)
			buf_printf(&all, "%s%s", all.len != 0 ? ", " : "", name);
	}
	head_line(a, "tags", buf_str(&all));
	buf_free(&all);
}

static void
head_files(struct article *a, const json_t *item)
{
	json_t *attachment;
	size_t at;

	json_array_foreach(json_object_get(item, "attachments"), at, attachment)
		head_line(a, "file", string(attachment, "url"));
}

static void
take_body(struct article *a, const json_t *item)
{
	struct buf text = BUF_INIT(ARTICLE_BYTES_MAX), links = BUF_INIT(ARTICLE_BYTES_MAX);
	const char *html = string(item, "content_html"), *plain = string(item, "content_text");

	if (html != NULL)
		html_to_text(html, strlen(html), &text, &links);
	else if (plain != NULL || (plain = string(item, "summary")) != NULL)
		buf_puts(&text, plain);
	if (text.overflow || links.overflow)
		buf_printf(&a->body, "This text is longer than %d MiB: open it in the browser.\n", ARTICLE_BYTES_MAX >> 20);
	else
		text_clean_lines(buf_str(&text), text.len, &a->body);
	text_clean_lines(buf_str(&links), links.len, &a->links);
	for (size_t at = 0; at < a->links.len; at++)
		a->n_links += a->links.ptr[at] == '\n';
	buf_free(&text);
	buf_free(&links);
}

void
article_take(struct article *a, const json_t *item, const char *feed_title)
{
	article_clear(a);
	a->head.max = a->body.max = a->links.max = 4 * (size_t)ARTICLE_BYTES_MAX;
	a->wrapped.max = SIZE_MAX / 2;
	text_clean(string(item, "title"), &a->head);
	if (a->head.len == 0)
		buf_puts(&a->head, "(no title)");
	buf_putc(&a->head, '\n');
	head_line(a, "feed", feed_title);
	head_authors(a, item);
	head_date(a, item);
	head_line(a, "url", string(item, "url"));
	head_tags(a, item);
	head_files(a, item);
	take_body(a, item);
}

/* --- wrapping ------------------------------------------------------------------------------- */

static void
add_line(struct article *a, size_t offset, size_t len, unsigned style)
{
	if (a->count == a->cap) {
		a->cap = a->cap != 0 ? 2 * a->cap : FIRST_LINES;
		a->lines = reallocarray(a->lines, a->cap, sizeof(*a->lines));
		if (a->lines == NULL)
			abort();
	}
	a->lines[a->count++] = (struct article_line){ .offset = offset, .len = len, .style = style };
}

static unsigned
line_style(const char *ptr, size_t len, unsigned style)
{
	return style == TERM_PLAIN && len != 0 && *ptr == '>' ? TERM_QUOTE : style;
}

/* Wraps ptr[0..len) (cols 0: not at all) and adds what comes out as lines of this style. */
static void
wrap_part(struct article *a, const char *ptr, size_t len, int cols, unsigned style)
{
	size_t pos = a->wrapped.len;

	if (len == 0)
		return;
	text_wrap(ptr, len, cols, &a->wrapped);
	while (pos < a->wrapped.len) {
		const char *start = a->wrapped.ptr + pos;
		const char *end = memchr(start, '\n', a->wrapped.len - pos);
		size_t line = end != NULL ? (size_t)(end - start) : a->wrapped.len - pos;

		add_line(a, pos, line, line_style(start, line, style));
		pos += line + 1;
	}
	if (a->wrapped.len != 0 && a->wrapped.ptr[a->wrapped.len - 1] != '\n')
		buf_putc(&a->wrapped, '\n');
}

static void
wrap_links(struct article *a, int cols)
{
	struct buf line = BUF_INIT(a->links.max + 64);
	size_t len;

	for (unsigned long number = 1; number <= a->n_links; number++) {
		const char *link = article_link(a, number, &len);

		buf_clear(&line);
		buf_printf(&line, "[%lu] ", number);
		buf_put(&line, link, len);
		wrap_part(a, buf_str(&line), line.len, cols, TERM_LINK);
	}
	buf_free(&line);
}

void
article_wrap(struct article *a, int cols)
{
	size_t title;

	if (cols < ARTICLE_COLS_MIN)
		cols = ARTICLE_COLS_MIN;
	if (cols == a->cols || a->head.len == 0)
		return;
	a->cols = cols;
	a->count = 0;
	buf_clear(&a->wrapped);
	title = (size_t)((char *)memchr(a->head.ptr, '\n', a->head.len) - a->head.ptr) + 1;
	wrap_part(a, a->head.ptr, title, cols, TERM_HEAD);
	wrap_part(a, a->head.ptr + title, a->head.len - title, 0, TERM_DIM);
	add_line(a, 0, 0, TERM_PLAIN);
	wrap_part(a, a->body.ptr, a->body.len, cols, TERM_PLAIN);
	if (a->n_links != 0)
		add_line(a, 0, 0, TERM_PLAIN);
	wrap_links(a, cols);
}

const char *
article_link(struct article *a, unsigned long number, size_t *len)
{
	const char *pos = buf_str(&a->links), *end = pos + a->links.len, *line = pos;

	*len = 0;
	if (number == 0 || number > a->n_links)
		return "";
	for (; number > 0; number--) {
		line = pos;
		pos = (const char *)memchr(line, '\n', (size_t)(end - line)) + 1;
	}
	*len = (size_t)(pos - line) - 1;
	return line;
}
