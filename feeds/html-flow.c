#include "feeds/html-flow.h"

#include <string.h>

#include "feeds/html-chars.h"
#include "feeds/html-names.h"

enum { BLANK_LINE = 2, PREFIX_BYTES = HTML_FLOW_DEPTH * HTML_MARKER_BYTES };

void
html_flow_init(struct html_flow *f, struct buf *out)
{
	memset(f, 0, sizeof(*f));
	f->out = out;
}

void
html_flow_break(struct html_flow *f, unsigned n)
{
	if (f->breaks < n)
		f->breaks = n;
	f->cells = 0;
	f->space = false;
}

void
html_flow_newline(struct html_flow *f)
{
	html_flow_break(f, f->breaks < BLANK_LINE ? f->breaks + 1 : BLANK_LINE);
}

/* What the blocks up to depth put before a line; a blank line gets no markers and no space at its end. */
static void
put_prefix(struct html_flow *f, size_t depth, bool blank)
{
	char prefix[PREFIX_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < depth; i++) {
		struct html_block *block = &f->blocks[i];

		if (block->id == HTML_BLOCKQUOTE) {
			memcpy(prefix + len, "> ", 2);
			len += 2;
			continue;
		}
		memset(prefix + len, ' ', block->width);
		if (!blank && block->marker[0] != '\0') {
			memcpy(prefix + len, block->marker, block->width);
			block->marker[0] = '\0';
		}
		len += block->width;
	}
	while (blank && len != 0 && prefix[len - 1] == ' ')
		len--;
	buf_put(f->out, prefix, len);
}

static void
start_line(struct html_flow *f)
{
	if (f->line != 0) {
		for (; f->breaks > 1; f->breaks--) {
			buf_put(f->out, "\n", 1);
			put_prefix(f, f->gap, true);
			f->line++;
		}
		buf_put(f->out, "\n", 1);
	}
	put_prefix(f, f->depth, false);
	f->line++;
	f->gap = f->depth;
	f->breaks = f->cells = 0;
	f->space = false;
	if (f->lead != NULL)
		buf_puts(f->out, f->lead);
	f->lead = NULL;
}

/* Everything due before text. */
static void
settle(struct html_flow *f)
{
	if (f->line == 0 || f->breaks != 0)
		start_line(f);
	else if (f->cells != 0)
		buf_puts(f->out, " ");
	else if (f->space)
		buf_put(f->out, " ", 1);
	for (; f->cells != 0; f->cells--)
		buf_puts(f->out, "| ");
	f->space = false;
}

void
html_flow_put(struct html_flow *f, const char *ptr, size_t len)
{
	settle(f);
	buf_put(f->out, ptr, len);
}

/* One character that no span holds: decoded, it may be white space. */
static size_t
put_odd(struct html_flow *f, const char *ptr, size_t len, bool raw)
{
	char text[HTML_CHAR_BYTES_MAX] = { *ptr };
	size_t n = 1, taken = 1;

	if (!raw || *ptr != '&')
		taken = html_char(ptr, len, false, text, &n);
	if (n != 0 && html_space(text, n) == n)
		f->space = true;
	else if (n != 0)
		html_flow_put(f, text, n);
	return taken;
}

void
html_flow_words(struct html_flow *f, const char *ptr, size_t len, bool raw)
{
	while (len != 0) {
		size_t taken = html_words_span(ptr, len);

		if (taken != 0)
			html_flow_put(f, ptr, taken);
		else {
			taken = html_space(ptr, len);
			if (taken != 0)
				f->space = true;
			else
				taken = put_odd(f, ptr, len, raw);
		}
		ptr += taken;
		len -= taken;
	}
}

/* The bytes that stay as they are where white space matters. */
static size_t
pre_span(const char *ptr, size_t len)
{
	size_t pos = 0;

	for (;; pos++) {
		pos += html_span(ptr + pos, len - pos, HTML_STOP_LINE);
		if (pos == len || (ptr[pos] != ' ' && ptr[pos] != '\t' && (unsigned char)ptr[pos] <= 0xc2))
			return pos;
	}
}

static size_t
put_pre_part(struct html_flow *f, const char *ptr, size_t len, bool raw)
{
	size_t span = pre_span(ptr, len), taken = 1, n = 1;
	char text[HTML_CHAR_BYTES_MAX] = { *ptr };

	if (span != 0) {
		html_flow_put(f, ptr, span);
		return span;
	}
	if (!raw || *ptr != '&')
		taken = html_char(ptr, len, false, text, &n);
	if (n == 1 && text[0] == '\n')
		f->breaks++;
	else if (n != 0 && text[0] != '\r' && text[0] != '\f')
		html_flow_put(f, text, n);
	return taken;
}

void
html_flow_pre(struct html_flow *f, const char *ptr, size_t len, bool raw)
{
	while (len != 0) {
		size_t taken = put_pre_part(f, ptr, len, raw);

		ptr += taken;
		len -= taken;
	}
}

/* --- blocks ------------------------------------------------------------------------------------- */

struct html_block *
html_flow_open(struct html_flow *f, unsigned id)
{
	struct html_block *block;

	if (f->depth == HTML_FLOW_DEPTH) {
		f->overflow++;
		return NULL;
	}
	block = &f->blocks[f->depth++];
	memset(block, 0, sizeof(*block));
	block->id = (unsigned char)id;
	return block;
}

void
html_flow_close(struct html_flow *f, unsigned id)
{
	if (f->overflow != 0) {
		f->overflow--;
		return;
	}
	for (size_t i = f->depth; i > 0; i--)
		if (f->blocks[i - 1].id == id) {
			f->depth = i - 1;
			break;
		}
	if (f->gap > f->depth)
		f->gap = f->depth;
}

struct html_block *
html_flow_find(struct html_flow *f, const unsigned char *ids)
{
	for (size_t i = f->depth; i > 0; i--)
		for (const unsigned char *id = ids; *id != 0; id++)
			if (f->blocks[i - 1].id == *id)
				return &f->blocks[i - 1];
	return NULL;
}
