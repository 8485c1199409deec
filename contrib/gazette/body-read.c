#include "contrib/gazette/body-read.h"

#include <string.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum { NO_BREAK_SPACE = 0xa0, DIGITS_MAX = 6, STYLE_BITS = 32 };

int
body_read_frame(const struct reading *r)
{
	return r->depth != 0 ? r->levels[r->depth - 1].frame : -1;
}

unsigned
body_read_style(const struct reading *r)
{
	unsigned style = TERM_PLAIN;

	if (r->pre != 0)
		style = TERM_PRE;
	else if (r->headings != 0)
		style = r->heading <= 2 ? TERM_HEADING : TERM_SUBHEADING;
	else if (r->captions != 0)
		style = TERM_CAPTION;
	else if (r->quotes != 0)
		style = TERM_QUOTE;
	for (unsigned bit = 0; bit < STYLE_BITS; bit++)
		if (r->flags[bit] != 0)
			style |= 1U << bit;
	if (r->in_term || (r->in_cell && r->body->cells[r->body->n_cells - 1].header))
		style |= TERM_STRONG;
	return r->pre != 0 ? style & ~(unsigned)TERM_CODE : style;
}

/* At least so many line ends before what comes next. */
void
body_read_break(struct reading *r, unsigned count)
{
	r->open = r->newline = r->space = false;
	if (r->breaks < count)
		r->breaks = count;
}

void
body_read_open(struct reading *r, enum body_kind kind)
{
	struct body_block *block = body_add_block(r->body, kind, body_read_frame(r));

	block->gap = r->breaks >= BODY_BLANK_LINE && r->body->n_blocks > 1;
	r->breaks = 0;
	r->open = kind == BODY_TEXT || kind == BODY_PRE;
	r->newline = r->space = false;
	r->pre_column = 0;
}

/* A blank between two texts has what both have. */
static unsigned
style_between(const struct reading *r, unsigned style)
{
	const struct body *b = r->body;
	unsigned before = b->n_runs != 0 ? b->runs[b->n_runs - 1].style : style, roles = TERM_SELECTED - 1;

	if ((before & roles) == (style & roles))
		return before & style;
	return before & style & ~roles;
}

void
body_read_put(struct reading *r, unsigned style, const char *ptr, size_t len)
{
	if (!r->open)
		body_read_open(r, r->pre != 0 ? BODY_PRE : BODY_TEXT);
	if (r->newline)
		body_put(r->body, style, "\n", 1);
	else if (r->space && r->body->blocks[r->body->n_blocks - 1].len != 0)
		body_put(r->body, style_between(r, style), " ", 1);
	r->newline = r->space = false;
	body_put(r->body, style, ptr, len);
}

void
body_read_newline(struct reading *r)
{
	if (r->pre != 0)
		body_put(r->body, TERM_PRE, "\n", r->open);
	else if (r->newline || !r->open)
		body_read_break(r, BODY_BLANK_LINE);
	else
		r->newline = true;
	r->pre_column = 0;
}

static bool
is_blank(uint32_t code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x2028 || code == 0x2029 || code == 0x3000;
}

/* A superscript or subscript that there is as a character; 0: none. */
static uint32_t
small_code(uint32_t code, bool raised)
{
	static const uint32_t digits[] = { 0x2070, 0xb9, 0xb2, 0xb3, 0x2074, 0x2075, 0x2076, 0x2077, 0x2078, 0x2079 };
	static const char others[] = "+-=()";
	const char *other = code < 0x7f && code != 0 ? strchr(others, (int)code) : NULL;

	if (code >= '0' && code <= '9')
		return raised ? digits[code - '0'] : 0x2080 + (code - '0');
	if (other != NULL)
		return (raised ? 0x207a : 0x208a) + (uint32_t)(other - others);
	return raised && code == 'n' ? 0x207f : 0;
}

/* 1st, 2nd: nothing is lost if they are not raised. */
static bool
is_ordinal(struct buf *text)
{
	static const char *const rows[] = { "st", "nd", "rd", "th" };

	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
		if (strcmp(buf_str(text), rows[row]) == 0)
			return true;
	return false;
}

/* Text that is raised or lowered: in small characters if there are such for all of it, else behind ^ or _. */
static void
shift_text(struct reading *r, struct buf *text)
{
	struct buf small = BUF_INIT(SIZE_MAX / 2);
	bool raised = r->raised != 0;
	uint32_t code = 0;
	size_t step;

	if (raised && is_ordinal(text))
		return;
	for (size_t at = 0; at < text->len; at += step) {
		step = utf8_decode(text->ptr + at, text->len - at, &code);
		if (is_blank(code))
			continue;
		code = small_code(code, raised);
		if (code == 0)
			break;
		buf_put_utf8(&small, code);
	}
	if (code == 0) {
		buf_clear(&small);
		buf_putc(&small, raised ? '^' : '_');
		buf_put(&small, buf_str(text), text->len);
	}
	buf_clear(text);
	buf_put(text, buf_str(&small), small.len);
	buf_free(&small);
}

static bool
may_stand(struct reading *r, uint32_t code)
{
	if (!shown_is_safe(code))
		return false;
	r->marks = text_columns(code) == 0 ? r->marks + 1 : 0;
	return r->marks <= TEXT_MARKS_MAX;
}

static void
put_words(struct reading *r, const char *ptr, size_t len)
{
	unsigned style = body_read_style(r);
	size_t from = 0, step;
	uint32_t code;

	for (size_t pos = 0; pos < len; pos += step) {
		step = utf8_decode(ptr + pos, len - pos, &code);
		if (!is_blank(code) && code != NO_BREAK_SPACE && may_stand(r, code) && code != 0xfffd)
			continue;
		if (pos > from)
			body_read_put(r, style, ptr + from, pos - from);
		from = pos + step;
		if (is_blank(code))
			r->space = true;
		else if (code == NO_BREAK_SPACE && (!r->open || r->space || r->newline))
			r->space = true;		/* used to make room, not to keep words together */
		else if (code == NO_BREAK_SPACE)
			body_read_put(r, style, "\xc2\xa0", 2);
		else if (code == 0xfffd)
			body_read_put(r, style, "\xef\xbf\xbd", 3);
	}
	if (len > from)
		body_read_put(r, style, ptr + from, len - from);
}

static void
put_pre_code(struct reading *r, uint32_t code)
{
	unsigned style = body_read_style(r);
	char text[8];
	struct buf utf8 = { .ptr = text, .cap = sizeof(text), .max = sizeof(text) };

	if (code == '\n') {
		if (!r->open)
			body_read_open(r, BODY_PRE);
		body_read_newline(r);
	} else if (code == '\t')
		do {
			body_read_put(r, style, " ", 1);
		} while (++r->pre_column % TEXT_TAB_COLUMNS != 0);
	else if (may_stand(r, code)) {
		buf_put_utf8(&utf8, code == NO_BREAK_SPACE ? ' ' : code);
		body_read_put(r, style, text, utf8.len);
		r->pre_column += text_columns(code);
	}
}

void
body_read_text(struct reading *r)
{
	struct buf *chars = &r->chars;
	uint32_t code;
	size_t step;

	buf_clear(chars);
	if (r->token.raw)
		buf_put(chars, r->token.ptr, r->token.len);
	else
		html_decode(r->token.ptr, r->token.len, chars);
	if (r->pre == 0) {
		if (r->raised != 0 || r->lowered != 0)
			shift_text(r, chars);
		put_words(r, buf_str(chars), chars->len);
		return;
	}
	for (size_t pos = r->pre_begun && chars->len != 0 && *chars->ptr == '\n'; pos < chars->len; pos += step) {
		step = utf8_decode(chars->ptr + pos, chars->len - pos, &code);
		put_pre_code(r, code);
	}
}

/* --- attributes ---------------------------------------------------------------------------------------- */

const struct html_attr *
body_read_attr(const struct html_token *token, enum html_attr_id id)
{
	for (size_t at = 0; at < token->n_attrs; at++)
		if (html_find_attr(token->attrs[at].name, token->attrs[at].name_len) == id)
			return &token->attrs[at];
	return NULL;
}

int
body_read_number(const struct html_token *token, enum html_attr_id id, int otherwise)
{
	const struct html_attr *attr = body_read_attr(token, id);
	bool minus = attr != NULL && attr->value_len != 0 && *attr->value == '-';
	int value = 0;

	if (attr == NULL || attr->value_len == 0)
		return otherwise;
	for (size_t at = minus; at < attr->value_len && at < DIGITS_MAX; at++) {
		if (attr->value[at] < '0' || attr->value[at] > '9')
			return otherwise;
		value = value * 10 + (attr->value[at] - '0');
	}
	return minus ? -value : value;
}
