/*
 * html-line - HTML as one line of text: html_to_line(), the words for html_hash(), and html_sniff().
 */
#include <string.h>

#include "feeds/html-chars.h"
#include "feeds/html-line.h"
#include "feeds/html-names.h"
#include "feeds/html.h"

void
html_line_init(struct html_line *line, struct buf *out, struct hash_state *hash)
{
	line->out = out;
	line->hash = hash;
	line->begun = line->space = false;
	line->used = 0;
}

void
html_line_flush(struct html_line *line)
{
	if (line->out != NULL)
		buf_put(line->out, line->room, line->used);
	else
		hash_update(line->hash, line->room, line->used);
	line->used = 0;
}

void
html_line_words(struct html_line *line, const char *ptr, size_t len)
{
	if (line->space && line->begun) {
		if (line->used == HTML_LINE_BYTES)
			html_line_flush(line);
		line->room[line->used++] = ' ';
	}
	line->space = false;
	line->begun = true;
	while (len > HTML_LINE_BYTES - line->used) {
		size_t part = HTML_LINE_BYTES - line->used;

		memcpy(line->room + line->used, ptr, part);
		line->used += part;
		html_line_flush(line);
		ptr += part;
		len -= part;
	}
	memcpy(line->room + line->used, ptr, len);
	line->used += len;
}

void
html_line_char(struct html_line *line, const char *text, size_t n)
{
	if (n != 0 && html_space(text, n) == n)
		line->space = true;
	else if (n != 0)
		html_line_words(line, text, n);
}

/* Text with references to decode, but for raw text, where & stands for itself. */
static void
put_text(struct html_line *line, const char *ptr, size_t len, bool raw)
{
	char text[HTML_CHAR_BYTES_MAX];
	size_t plain, n, taken, space;

	while (len != 0) {
		plain = html_words_span(ptr, len);
		if (plain != 0)
			html_line_words(line, ptr, plain);
		ptr += plain;
		len -= plain;
		if (len == 0)
			break;
		space = html_space(ptr, len);
		if (space != 0) {
			line->space = true;
			ptr += space;
			len -= space;
			continue;
		}
		taken = n = 1;
		text[0] = *ptr;
		if (!raw || *ptr != '&')
			taken = html_char(ptr, len, false, text, &n);
		html_line_char(line, text, n);
		ptr += taken;
		len -= taken;
	}
}

static void
read_line(const char *html, size_t len, struct html_line *line)
{
	struct html_tokenizer t;
	struct html_token tok;

	html_tokenizer_init(&t, html, len);
	for (html_next(&t, &tok); tok.type != HTML_EOF; html_next(&t, &tok)) {
		if (tok.type == HTML_TEXT) {
			put_text(line, tok.ptr, tok.len, tok.raw);
			continue;
		}
		if ((html_elements[tok.id].flags & HTML_BLOCK) != 0)
			line->space = true;
		if (tok.type == HTML_START && (html_elements[tok.id].flags & HTML_DROP) != 0)
			html_skip_element(&t, &tok);
	}
	html_line_flush(line);
}

void
html_to_line(const char *html, size_t len, struct buf *out)
{
	struct html_line line;

	html_line_init(&line, out, NULL);
	read_line(html, len, &line);
}

void
html_hash(const char *html, size_t len, struct hash_state *hash)
{
	struct html_line line;

	html_line_init(&line, NULL, hash);
	read_line(html, len, &line);
}

bool
html_is_element(const char *name, size_t len)
{
	enum html_id id = html_find_element(name, len);

	return id != HTML_UNKNOWN && (html_elements[id].flags & HTML_FOREIGN) == 0;
}

/* --- sniffing ------------------------------------------------------------------------------------- */

/* "<x>", "<x ...>", "</x>", "<x/>" with an element's name; end is after a >. */
static bool
is_tag(const char *ptr, const char *end)
{
	const char *name = ptr + 1 + (end - ptr > 1 && ptr[1] == '/');
	size_t len = html_span(name, (size_t)(end - name), HTML_NAME_END);

	return name + len < end && html_is_element(name, len);
}

/* A reference with its semicolon. */
static bool
is_reference(const char *ptr, const char *end)
{
	char text[HTML_CHAR_BYTES_MAX];
	size_t n, taken = html_reference(ptr, (size_t)(end - ptr), false, text, &n);

	return taken != 0 && ptr[taken - 1] == ';';
}

bool
html_sniff(const char *str, size_t len)
{
	const char *end = str + len, *last_gt = len != 0 ? memrchr(str, '>', len) : NULL;

	for (const char *pos = str; pos < end; pos++) {
		pos += html_span(pos, (size_t)(end - pos), HTML_STOP_TEXT);
		if (pos == end)
			break;
		if (*pos == '&' && is_reference(pos, end))
			return true;
		if (*pos == '<' && last_gt != NULL && pos < last_gt && is_tag(pos, last_gt + 1))
			return true;
	}
	return false;
}
