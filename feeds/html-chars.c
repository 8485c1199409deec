#include "feeds/html-chars.h"

#include <stdint.h>
#include <string.h>

#include "feeds/html.h"

enum { LEGACY_BYTES_MIN = 2, LEGACY_BYTES_MAX = 6, CODE_MAX = 0x10ffff, REPLACEMENT = 0xfffd };

#define CONTROL	(HTML_STOP_TEXT | HTML_STOP_VALUE | HTML_STOP_LINE)
#define BLANK	(HTML_SPACE | HTML_STOP_LINE | HTML_NAME_END | HTML_ATTR_END)
#define LETTER	(HTML_ALPHA | HTML_ALNUM)

const unsigned char html_classes[256] = {
	[0x00 ... 0x08] = CONTROL, BLANK, BLANK, CONTROL, BLANK, BLANK, [0x0e ... 0x1f] = CONTROL,
	[' '] = BLANK,
	['"'] = HTML_STOP_VALUE,
	['&'] = CONTROL,
	['/'] = HTML_NAME_END | HTML_ATTR_END,
	['0' ... '9'] = HTML_ALNUM,
	['<'] = HTML_STOP_TEXT | HTML_STOP_VALUE,
	['='] = HTML_ATTR_END,
	['>'] = HTML_STOP_TEXT | HTML_STOP_VALUE | HTML_NAME_END | HTML_ATTR_END,
	['A' ... 'Z'] = LETTER,
	['a' ... 'z'] = LETTER,
	[0x7f] = CONTROL,
	[0xc2] = CONTROL,				/* begins U+0080-U+00BF */
	[0xe1 ... 0xe3] = HTML_STOP_LINE		/* begin the wider white space, among much else */
};

/* What windows-1252 has at 0x80-0x9f; 0 where it has nothing. */
static const unsigned short windows_1252[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178
};

/* --- code points -------------------------------------------------------------------------------- */

static size_t
put_utf8(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* What a reference by number means; nothing for control characters. */
static size_t
put_code(char *out, uint32_t code)
{
	if (code == 0 || code > CODE_MAX || (code >= 0xd800 && code <= 0xdfff) || (code & 0xfffe) == 0xfffe)
		code = REPLACEMENT;
	else if (code >= 0x80 && code < 0xa0)
		code = windows_1252[code - 0x80];
	else if (code < 0x80 && html_is((char)code, HTML_STOP_TEXT) && !html_is((char)code, HTML_SPACE) &&
	    (code < ' ' || code == 0x7f))
		code = 0;
	return code != 0 ? put_utf8(out, code) : 0;
}

/* --- references ----------------------------------------------------------------------------------- */

static int
digit_value(char chr, unsigned base)
{
	if (chr >= '0' && chr <= '9')
		return chr - '0';
	if (base == 16 && html_is(chr, HTML_ALPHA) && (chr | 0x20) <= 'f')
		return (chr | 0x20) - 'a' + 10;
	return -1;
}

/* "&#8217;", "&#x2019;"; the semicolon may be missing. */
static size_t
numeric(const char *ptr, size_t len, char *out, size_t *n)
{
	unsigned base = len > 2 && (ptr[2] | 0x20) == 'x' ? 16 : 10;
	size_t pos = base == 16 ? 3 : 2, first = pos;
	uint32_t code = 0;

	for (; pos < len && digit_value(ptr[pos], base) >= 0; pos++)
		if (code <= CODE_MAX)
			code = code * base + (uint32_t)digit_value(ptr[pos], base);
	if (pos == first)
		return 0;
	*n = put_code(out, code);
	return pos + (pos < len && ptr[pos] == ';');
}

/* The few that make up nearly all; the longest has six bytes with its semicolon. */
static size_t
frequent(const char *ptr, size_t len, char *out, size_t *n)
{
	static const struct { char name[8]; unsigned char len, n; char text[3]; } rows[] = {
		{ "&amp;", 5, 1, "&" }, { "&lt;", 4, 1, "<" }, { "&gt;", 4, 1, ">" }, { "&nbsp;", 6, 2, "\xc2\xa0" },
		{ "&quot;", 6, 1, "\"" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ptr[1] == rows[i].name[1] && len >= rows[i].len && memcmp(ptr, rows[i].name, rows[i].len) == 0) {
			*n = rows[i].n;
			memcpy(out, rows[i].text, rows[i].n);
			return rows[i].len;
		}
	return 0;
}

static size_t
named(const char *ptr, size_t len, bool in_value, char *out, size_t *n)
{
	const char *text = NULL;
	bool legacy = false;
	size_t name = 0;

	while (name < HTML_ENTITY_BYTES_MAX && name + 1 < len && html_is(ptr[name + 1], HTML_ALNUM))
		name++;
	if (name + 1 < len && ptr[name + 1] == ';') {
		text = html_entity_text(ptr + 1, name, &legacy);
		if (text != NULL) {
			*n = strlen(text);
			memcpy(out, text, *n);
			return name + 2;
		}
	}
	for (name = name < LEGACY_BYTES_MAX ? name : LEGACY_BYTES_MAX; name >= LEGACY_BYTES_MIN && !legacy; name--)
		text = html_entity_text(ptr + 1, name, &legacy);
	if (text == NULL || !legacy)
		return 0;
	name++;
	if (in_value && name + 1 < len && (ptr[name + 1] == '=' || html_is(ptr[name + 1], HTML_ALNUM)))
		return 0;
	*n = strlen(text);
	memcpy(out, text, *n);
	return name + 1;
}

size_t
html_reference(const char *ptr, size_t len, bool in_value, char out[HTML_CHAR_BYTES_MAX], size_t *n)
{
	size_t taken;

	if (len < 3)
		return 0;
	if (ptr[1] == '#')
		return numeric(ptr, len, out, n);
	if (!html_is(ptr[1], HTML_ALPHA))
		return 0;
	taken = frequent(ptr, len, out, n);
	return taken != 0 ? taken : named(ptr, len, in_value, out, n);
}

size_t
html_char(const char *ptr, size_t len, bool in_value, char out[HTML_CHAR_BYTES_MAX], size_t *n)
{
	unsigned char byte = (unsigned char)*ptr;
	size_t taken;

	if (byte == '&') {
		taken = html_reference(ptr, len, in_value, out, n);
		if (taken != 0)
			return taken;
	} else if (byte == 0xc2 && len > 1 && (unsigned char)ptr[1] >= 0x80 && (unsigned char)ptr[1] < 0xa0) {
		*n = put_code(out, (unsigned char)ptr[1]);
		return 2;
	} else if ((byte < ' ' && !html_is(*ptr, HTML_SPACE)) || byte == 0x7f) {
		*n = 0;
		return 1;
	}
	*n = 1;
	out[0] = *ptr;
	return 1;
}

/* Unicode's White_Space, without U+0085, which is an ellipsis here. */
size_t
html_space(const char *ptr, size_t len)
{
	const unsigned char *byte = (const unsigned char *)ptr;

	if (html_is(*ptr, HTML_SPACE))
		return 1;
	if (byte[0] == 0xc2)
		return len > 1 && byte[1] == 0xa0 ? 2 : 0;
	if (len < 3 || byte[0] < 0xe1 || byte[0] > 0xe3)
		return 0;
	if (byte[0] == 0xe1)
		return byte[1] == 0x9a && byte[2] == 0x80 ? 3 : 0;
	if (byte[0] == 0xe3)
		return byte[1] == 0x80 && byte[2] == 0x80 ? 3 : 0;
	if (byte[1] == 0x80)
		return byte[2] <= 0x8a || byte[2] == 0xa8 || byte[2] == 0xa9 || byte[2] == 0xaf ? 3 : 0;
	return byte[1] == 0x81 && byte[2] == 0x9f ? 3 : 0;
}

/* --- spans of words ------------------------------------------------------------------------------- */

enum { BLOCK = 16 };

/*
 * Whether sixteen bytes, of which one more may be read, hold something that needs a look: a control
 * character, &, two spaces, or what may begin other white space. Written with vectors, which the compiler
 * makes of what the machine has.
 */
static bool
is_odd(const char *ptr)
{
	unsigned char here __attribute__((vector_size(BLOCK))), next __attribute__((vector_size(BLOCK)));
	uint64_t halves[2];

	memcpy(&here, ptr, BLOCK);
	memcpy(&next, ptr + 1, BLOCK);
	here = (__typeof__(here))((here < ' ') | (here == '&') | (here == 0x7f) | (here == 0xc2) |
	    ((here == ' ') & (next == ' ')) | ((here == 0xe2) & ((next & 0xfe) == 0x80)) |
	    ((here == 0xe3) & (next == 0x80)) | ((here == 0xe1) & (next == 0x9a)));
	memcpy(halves, &here, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

/* Whether sixteen bytes hold something that is not simply copied to HTML; quote is one more such byte. */
static bool
is_special(const char *ptr, unsigned char quote)
{
	unsigned char here __attribute__((vector_size(BLOCK)));
	uint64_t halves[2];

	memcpy(&here, ptr, BLOCK);
	here = (__typeof__(here))(((here < ' ') & (here != '\n') & (here != '\t') & (here != '\r')) | (here == '&') |
	    (here == '<') | (here == '>') | (here == quote) | (here == 0x7f) | (here == 0xc2));
	memcpy(halves, &here, sizeof(halves));
	return (halves[0] | halves[1]) != 0;
}

size_t
html_plain_span(const char *ptr, size_t len, unsigned stop)
{
	unsigned char quote = stop == HTML_STOP_VALUE ? '"' : '<';
	size_t pos = 0, slow;

	for (;;) {
		while (len - pos >= BLOCK && !is_special(ptr + pos, quote))
			pos += BLOCK;
		for (slow = len - pos > BLOCK ? pos + BLOCK : len; pos < slow; pos++)
			if (html_is(ptr[pos], stop))
				return pos;
		if (pos == len)
			return pos;
	}
}

size_t
html_words_span(const char *ptr, size_t len)
{
	size_t pos = 0, slow;

	if (len != 0 && *ptr == ' ')
		return 0;
	for (;;) {
		while (len - pos > BLOCK && !is_odd(ptr + pos))
			pos += BLOCK;
		if (pos != 0 && ptr[pos - 1] == ' ')
			pos--;			/* a space is part of it only between words */
		for (slow = pos + BLOCK; pos < slow; pos++) {
			while (pos < len && !html_is(ptr[pos], HTML_STOP_LINE))
				pos++;
			if (pos == len)
				return pos;
			if (ptr[pos] == ' ') {
				if (len - pos < 2 || html_is(ptr[pos + 1], HTML_STOP_LINE))
					return pos;
			} else if ((unsigned char)ptr[pos] <= 0xc2 || html_space(ptr + pos, len - pos) != 0)
				return pos;
		}
	}
}

/* --- whole strings ---------------------------------------------------------------------------------- */

static void
decode(const char *ptr, size_t len, bool in_value, struct buf *out)
{
	char text[HTML_CHAR_BYTES_MAX];
	size_t plain, n, taken;

	while (len != 0) {
		plain = html_plain_span(ptr, len, HTML_STOP_TEXT);
		buf_put(out, ptr, plain);
		ptr += plain;
		len -= plain;
		if (len == 0)
			break;
		taken = html_char(ptr, len, in_value, text, &n);
		buf_put(out, text, n);
		ptr += taken;
		len -= taken;
	}
}

void
html_decode(const char *ptr, size_t len, struct buf *out)
{
	decode(ptr, len, false, out);
}

void
html_decode_value(const char *ptr, size_t len, struct buf *out)
{
	decode(ptr, len, true, out);
}

static void
put_escape(char chr, struct buf *out)
{
	switch (chr) {
	case '"':
		buf_put(out, "&quot;", 6);
		break;
	case '&':
		buf_put(out, "&amp;", 5);
		break;
	case '<':
		buf_put(out, "&lt;", 4);
		break;
	case '>':
		buf_put(out, "&gt;", 4);
		break;
	default:
		buf_put(out, &chr, 1);
	}
}

void
html_escape(const char *ptr, size_t len, struct buf *out)
{
	while (len != 0) {
		size_t plain = html_plain_span(ptr, len, HTML_STOP_VALUE);

		buf_put(out, ptr, plain);
		if (plain == len)
			break;
		put_escape(ptr[plain], out);
		ptr += plain + 1;
		len -= plain + 1;
	}
}
