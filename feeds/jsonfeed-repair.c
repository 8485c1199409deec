#include "feeds/jsonfeed-repair.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = 512, DIGITS_MAX = 18 };

struct repair {
	const char	*pos, *end;
	struct buf	*out;
	char		 open[DEPTH_MAX];	/* '{' or '[' */
	size_t		 depth;
	bool		 key;			/* in an object: the next string is a name */
	size_t		 good, good_depth;	/* of out: after the last complete value */
};

static void
value_done(struct repair *rep)
{
	rep->good = rep->out->len;
	rep->good_depth = rep->depth;
}

static bool
is_hex(char chr)
{
	return (chr >= '0' && chr <= '9') || (chr >= 'a' && chr <= 'f') || (chr >= 'A' && chr <= 'F');
}

/* After a backslash. */
static void
take_escape(struct repair *rep)
{
	char chr = *rep->pos;
	int i;

	if (chr == 'u' && rep->end - rep->pos > 4) {
		for (i = 1; i <= 4 && is_hex(rep->pos[i]); i++)
			;
		if (i == 5 && memcmp(rep->pos + 1, "0000", 4) != 0) {
			buf_putc(rep->out, '\\');
			buf_put(rep->out, rep->pos, 5);
		}
		rep->pos += i;
		return;
	}
	if (strchr("\"\\/bfnrt", chr) != NULL && chr != '\0')
		buf_putc(rep->out, '\\');
	buf_putc(rep->out, chr);
	rep->pos++;
}

/* From after the opening quote; false if there is no closing one. */
static bool
take_string(struct repair *rep)
{
	buf_putc(rep->out, '"');
	while (rep->pos < rep->end) {
		char chr = *rep->pos++;

		if (chr == '"') {
			buf_putc(rep->out, '"');
			return true;
		}
		if (chr == '\\' && rep->pos < rep->end)
			take_escape(rep);
		else if ((unsigned char)chr < ' ')
			buf_puts(rep->out, chr == '\n' ? "\\n" : chr == '\t' ? "\\t" : " ");
		else if (chr != '\\')
			buf_putc(rep->out, chr);
	}
	return false;
}

/* A number or a word. What is none of both becomes null; an integer too large for 64 bits a string. */
static void
take_bare(struct repair *rep)
{
	const char *start = rep->pos;
	size_t len, digits;

	while (rep->pos < rep->end && strchr(" \t\r\n,:{}[]\"", *rep->pos) == NULL)
		rep->pos++;
	len = (size_t)(rep->pos - start);
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
	if (rep->pos < rep->end)
		value_done(rep);
}

static void
drop_comma(struct repair *rep)
{
	while (rep->out->len != 0 && rep->out->ptr[rep->out->len - 1] == ',')
		rep->out->len--;
}

/* False where the document cannot go on. */
static bool
take_structure(struct repair *rep, char chr)
{
	switch (chr) {
	case '{':
	case '[':
		if (rep->depth == DEPTH_MAX)
			return false;
		rep->open[rep->depth++] = chr;
		buf_putc(rep->out, chr);
		rep->key = chr == '{';
		if (rep->depth == 1)
			value_done(rep);
		return true;
	case '}':
	case ']':
		if (rep->depth == 0)
			return false;
		drop_comma(rep);
		buf_putc(rep->out, rep->open[--rep->depth] == '{' ? '}' : ']');
		value_done(rep);
		return rep->depth != 0;
	case ',':
		drop_comma(rep);
		if (rep->out->len != 0 && strchr("{[", rep->out->ptr[rep->out->len - 1]) == NULL)
			buf_putc(rep->out, ',');
		rep->key = rep->depth != 0 && rep->open[rep->depth - 1] == '{';
		return true;
	default:
		buf_putc(rep->out, ':');
		rep->key = false;
		return true;
	}
}

void
jsonfeed_repair(const char *text, size_t len, struct buf *out)
{
	struct repair rep = { .pos = text, .end = text + len, .out = out };

	while (rep.pos < rep.end) {
		char chr = *rep.pos;

		if (strchr(" \t\r\n", chr) != NULL && chr != '\0')
			rep.pos++;
		else if (chr != '\0' && strchr("{}[],:", chr) != NULL) {
			rep.pos++;
			if (!take_structure(&rep, chr))
				break;
		} else if (chr == '"') {
			rep.pos++;
			if (!take_string(&rep))
				break;
			if (!rep.key)
				value_done(&rep);
		} else if (chr == '\0')
			rep.pos++;
		else
			take_bare(&rep);
	}
	out->len = rep.good;
	while (rep.good_depth != 0)
		buf_putc(out, rep.open[--rep.good_depth] == '{' ? '}' : ']');
}
