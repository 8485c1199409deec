#include "feeds/jsonfeed-repair.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "feeds/jsonfeed-split.h"

enum { DEPTH_MAX = 512, DIGITS_MAX = 18 };

/* What is due next. */
enum due { DUE_VALUE, DUE_NAME, DUE_COLON, DUE_COMMA };

struct repair {
	const char	*pos, *end;
	struct buf	*out;
	char		 open[DEPTH_MAX];	/* '{' or '[' */
	size_t		 depth;
	enum due	 due;
	size_t		 good, good_depth;	/* of out: after the last complete value */
};

static void
keep(struct repair *rep)
{
	rep->good = rep->out->len;
	rep->good_depth = rep->depth;
}

static void
value_done(struct repair *rep)
{
	keep(rep);
	rep->due = DUE_COMMA;
}

static bool
in_object(const struct repair *rep)
{
	return rep->depth != 0 && rep->open[rep->depth - 1] == '{';
}

static void
put_comma(struct repair *rep)
{
	buf_putc(rep->out, ',');
	rep->due = in_object(rep) ? DUE_NAME : DUE_VALUE;
}

static bool
is_hex(char chr)
{
	return (chr >= '0' && chr <= '9') || (chr >= 'a' && chr <= 'f') || (chr >= 'A' && chr <= 'F');
}

/* The four digits after \\u, or -1. */
static int
hex4(const char *pos, const char *end)
{
	int i, value = 0;

	for (i = 0; i < 4; i++) {
		if (end - pos <= i || !is_hex(pos[i]))
			return -1;
		value = value * 16 + (pos[i] <= '9' ? pos[i] - '0' : (pos[i] | 0x20) - 'a' + 10);
	}
	return value;
}

/* After \\u: half a surrogate pair becomes U+FFFD, NUL and what is no number nothing. */
static void
take_code(struct repair *rep)
{
	int code = hex4(rep->pos, rep->end), low = -1;

	if (code < 0) {
		for (; rep->pos < rep->end && is_hex(*rep->pos); rep->pos++)
			;
		return;
	}
	if (code >= 0xd800 && code < 0xdc00 && rep->end - rep->pos > 6 && rep->pos[4] == '\\' && rep->pos[5] == 'u')
		low = hex4(rep->pos + 6, rep->end);
	if (low >= 0xdc00 && low < 0xe000) {
		buf_puts(rep->out, "\\u");
		buf_put(rep->out, rep->pos, 10);
		rep->pos += 10;
		return;
	}
	if (code != 0) {
		buf_puts(rep->out, "\\u");
		buf_put(rep->out, code >= 0xd800 && code < 0xe000 ? "fffd" : rep->pos, 4);
	}
	rep->pos += 4;
}

/* After a backslash. */
static void
take_escape(struct repair *rep)
{
	char chr = *rep->pos++;

	if (chr == 'u') {
		take_code(rep);
		return;
	}
	if (strchr("\"\\/bfnrt", chr) != NULL && chr != '\0')
		buf_putc(rep->out, '\\');
	buf_putc(rep->out, chr);
}

static const char *
skip_blank(const char *pos, const char *end)
{
	while (pos < end && (*pos == ' ' || *pos == '\n' || *pos == '\t' || *pos == '\r'))
		pos++;
	return pos;
}

/* Whether the quote before pos ends a string: not one that should have been escaped. */
static bool
ends_string(const char *pos, const char *end)
{
	pos = skip_blank(pos, end);
	return pos == end || strchr(",:}]", *pos) != NULL || jsonfeed_split_is_name(pos, end) == 1;
}

/* From after the opening quote; false if there is no closing one. */
static bool
take_characters(struct repair *rep)
{
	buf_putc(rep->out, '"');
	while (rep->pos < rep->end) {
		char chr = *rep->pos++;

		if (chr == '"' && ends_string(rep->pos, rep->end)) {
			buf_putc(rep->out, '"');
			return true;
		}
		if (chr == '"')
			buf_puts(rep->out, "\\\"");
		else if (chr == '\\' && rep->pos < rep->end)
			take_escape(rep);
		else if ((unsigned char)chr < ' ')
			buf_puts(rep->out, chr == '\n' ? "\\n" : chr == '\t' ? "\\t" : " ");
		else if (chr != '\\')
			buf_putc(rep->out, chr);
	}
	return false;
}

/* A name without a value has null. */
static void
end_member(struct repair *rep)
{
	if (rep->due == DUE_COLON)
		buf_putc(rep->out, ':');
	if (rep->due == DUE_COLON || (rep->due == DUE_VALUE && in_object(rep))) {
		buf_puts(rep->out, "null");
		rep->due = DUE_COMMA;
	}
}

/* A name or a value, with the comma that is missing before it; false where the document ends in it. */
static bool
take_string(struct repair *rep)
{
	if (rep->due == DUE_COLON)
		end_member(rep);
	if (rep->due == DUE_COMMA)
		put_comma(rep);
	rep->pos++;
	if (!take_characters(rep))
		return false;
	if (rep->due == DUE_NAME)
		rep->due = DUE_COLON;
	else
		value_done(rep);
	return true;
}

/* A number or a word. What is none of both becomes null; an integer too large for 64 bits a string. */
static void
put_bare(struct repair *rep, const char *start, size_t len)
{
	size_t digits;

	for (digits = 0; digits < len && ((start[digits] >= '0' && start[digits] <= '9') || start[digits] == '-'); digits++)
		;
	if (digits == len && len > DIGITS_MAX) {
		buf_putc(rep->out, '"');
		buf_put(rep->out, start, len);
		buf_putc(rep->out, '"');
	} else if (digits != 0 || (len == 4 && memcmp(start, "true", 4) == 0) || (len == 5 && memcmp(start, "false", 5) == 0))
		buf_put(rep->out, start, len);
	else
		buf_puts(rep->out, "null");
}

/* Where no value is due a word is a comment or other noise. */
static void
take_bare(struct repair *rep)
{
	const char *start = rep->pos;

	while (rep->pos < rep->end && strchr(" \t\r\n,:{}[]\"", *rep->pos) == NULL)
		rep->pos++;
	if (rep->due == DUE_COMMA && !in_object(rep))
		put_comma(rep);
	if (rep->due != DUE_VALUE)
		return;
	put_bare(rep, start, (size_t)(rep->pos - start));
	if (rep->pos < rep->end)
		value_done(rep);
}

static bool
open_bracket(struct repair *rep, char chr)
{
	if (rep->due == DUE_COMMA && !in_object(rep))
		put_comma(rep);
	if (rep->due != DUE_VALUE || rep->depth == DEPTH_MAX)
		return false;
	rep->open[rep->depth++] = chr;
	buf_putc(rep->out, chr);
	rep->due = chr == '{' ? DUE_NAME : DUE_VALUE;
	if (rep->depth == 1)
		keep(rep);
	return true;
}

static bool
close_bracket(struct repair *rep)
{
	if (rep->depth == 0)
		return false;
	end_member(rep);
	if (rep->out->ptr[rep->out->len - 1] == ',')
		rep->out->len--;
	buf_putc(rep->out, rep->open[--rep->depth] == '{' ? '}' : ']');
	value_done(rep);
	return rep->depth != 0;
}

/* False where the document cannot go on. */
static bool
take_structure(struct repair *rep)
{
	char chr = *rep->pos++;

	switch (chr) {
	case '{':
	case '[':
		return open_bracket(rep, chr);
	case '}':
	case ']':
		return close_bracket(rep);
	case ',':
		end_member(rep);
		if (rep->due == DUE_COMMA)
			put_comma(rep);
		return true;
	default:
		if (rep->due == DUE_COLON) {
			buf_putc(rep->out, ':');
			rep->due = DUE_VALUE;
		}
		return true;
	}
}

static bool
take(struct repair *rep)
{
	char chr = *rep->pos;

	if (chr == '"')
		return take_string(rep);
	if (chr != '\0' && strchr("{}[],:", chr) != NULL)
		return take_structure(rep);
	if (strchr(" \t\r\n", chr) != NULL)
		rep->pos++;
	else
		take_bare(rep);
	return true;
}

void
jsonfeed_repair(const char *text, size_t len, struct buf *out)
{
	struct repair rep = { .pos = text, .end = text + len, .out = out };

	while (rep.pos < rep.end && take(&rep))
		;
	out->len = rep.good;
	while (rep.good_depth != 0)
		buf_putc(out, rep.open[--rep.good_depth] == '{' ? '}' : ']');
}
