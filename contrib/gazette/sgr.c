#include "contrib/gazette/sgr.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "contrib/gazette/text.h"
#include "contrib/gazette/theme.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum { ESC = 0x1b, BEL = 0x07, C1_FIRST = 0x80, C1_LAST = 0x9f, COLOUR_MAX = 255, COLOURS = 8 };

struct pen {
	struct lines	*out;
	struct theme_style as;
	int		 cols, rows;
	int		 col, row;		/* where the next cell goes */
	int		 empty;			/* lines before it that are not in out yet */
};

static const struct theme_style plain = { .foreground = THEME_DEFAULT, .background = THEME_DEFAULT };

/* --- attributes --------------------------------------------------------------------------------- */

struct parameters { int numbers[SGR_PARAMETERS_MAX]; size_t count; };

static const struct { int number; unsigned set, reset; } attributes[] = {
	{ 0, 0, THEME_BOLD | THEME_DIM | THEME_ITALIC | THEME_UNDERLINE | THEME_REVERSE }, { 1, THEME_BOLD, 0 }, { 2, THEME_DIM, 0 },
	{ 3, THEME_ITALIC, 0 }, { 4, THEME_UNDERLINE, 0 }, { 7, THEME_REVERSE, 0 }, { 22, 0, THEME_BOLD | THEME_DIM },
	{ 23, 0, THEME_ITALIC }, { 24, 0, THEME_UNDERLINE }, { 27, 0, THEME_REVERSE }
};

/* The first of eight colours that a number from there on means. */
static const struct { int number, colour; bool background; } colours[] = {
	{ 30, 0, false }, { 40, 0, true }, { 90, COLOURS, false }, { 100, COLOURS, true }
};

/* What follows 38 or 48: "5;n" or "2;r;g;b". Returns how many numbers there are of it; *colour stays if it is none. */
static size_t
take_colour(const int *numbers, size_t count, int *colour)
{
	if (count >= 2 && numbers[0] == 5) {
		if (numbers[1] <= COLOUR_MAX)
			*colour = numbers[1];
		return 2;
	}
	if (count < 4 || numbers[0] != 2)
		return count;
	if (numbers[1] <= COLOUR_MAX && numbers[2] <= COLOUR_MAX && numbers[3] <= COLOUR_MAX)
		*colour = THEME_RGB | numbers[1] << 16 | numbers[2] << 8 | numbers[3];
	return 4;
}

static void
apply_number(struct theme_style *as, int number)
{
	for (size_t row = 0; row < sizeof(attributes) / sizeof(attributes[0]); row++)
		if (attributes[row].number == number)
			as->attributes = (as->attributes | attributes[row].set) & ~attributes[row].reset;
	for (size_t row = 0; row < sizeof(colours) / sizeof(colours[0]); row++)
		if (number >= colours[row].number && number < colours[row].number + COLOURS)
			*(colours[row].background ? &as->background : &as->foreground) = colours[row].colour + number - colours[row].number;
	if (number == 0 || number == 39)
		as->foreground = THEME_DEFAULT;
	if (number == 0 || number == 49)
		as->background = THEME_DEFAULT;
}

static void
apply(struct theme_style *as, const struct parameters *all)
{
	for (size_t at = 0; at < all->count; at++) {
		int number = all->numbers[at];

		if (number == 38 || number == 48)
			at += take_colour(all->numbers + at + 1, all->count - at - 1, number == 38 ? &as->foreground : &as->background);
		else
			apply_number(as, number);
	}
}

/* "0;38;5;17": what is left out is 0. False: it is something else. */
static bool
read_parameters(const char *ptr, size_t len, struct parameters *all)
{
	*all = (struct parameters){ .count = 1 };
	for (size_t at = 0; at < len; at++) {
		int *number = &all->numbers[all->count - 1];

		if (ptr[at] == ';') {
			if (all->count++ == SGR_PARAMETERS_MAX)
				return false;
		} else if (isdigit((unsigned char)ptr[at]) && *number <= SGR_NUMBER_MAX / 10)
			*number = 10 * *number + (ptr[at] - '0');
		else
			return false;
	}
	return true;
}

/* --- sequences ---------------------------------------------------------------------------------- */

static size_t
span(const char *ptr, size_t len, size_t at, unsigned char from, unsigned char to)
{
	while (at < len && (unsigned char)ptr[at] >= from && (unsigned char)ptr[at] <= to)
		at++;
	return at;
}

/* Behind "ESC [": parameters, intermediate bytes, a final one (ECMA-48 5.4). Returns where it ends. */
static size_t
take_sequence(struct pen *pen, const char *ptr, size_t len, size_t at)
{
	size_t between = span(ptr, len, at, 0x30, 0x3f), end = span(ptr, len, between, 0x20, 0x2f);
	struct parameters all;

	if (end == len || (unsigned char)ptr[end] < 0x40 || (unsigned char)ptr[end] > 0x7e)
		return end;
	if (ptr[end] == 'm' && between == end && read_parameters(ptr + at, between - at, &all))
		apply(&pen->as, &all);
	return end + 1;
}

/* A control string ends with ST (ECMA-48 5.6), or as xterm has it with BEL. */
static size_t
skip_string(const char *ptr, size_t len, size_t at)
{
	for (; at < len; at++) {
		if (ptr[at] == BEL)
			return at + 1;
		if (ptr[at] == ESC && at + 1 < len && ptr[at + 1] == '\\')
			return at + 2;
	}
	return len;
}

/* at is behind what begins it: ESC and this character, or the control character that stands for both (ECMA-48 5.3). */
static size_t
take_control(struct pen *pen, int chr, const char *ptr, size_t len, size_t at)
{
	if (chr == '[')
		return take_sequence(pen, ptr, len, at);
	return chr != '\0' && strchr("]PX^_", chr) != NULL ? skip_string(ptr, len, at) : at;
}

/* at is behind ESC. */
static size_t
take_escape(struct pen *pen, const char *ptr, size_t len, size_t at)
{
	size_t end = span(ptr, len, at, 0x20, 0x2f);

	if (end == len || (unsigned char)ptr[end] < 0x30 || (unsigned char)ptr[end] > 0x7e)
		return end;
	return end == at ? take_control(pen, ptr[end], ptr, len, end + 1) : end + 1;
}

/* --- cells -------------------------------------------------------------------------------------- */

static void
put(struct pen *pen, uint32_t code, const char *ptr, size_t len)
{
	bool valid = utf8_valid(ptr, len);

	if (!valid || !shown_is_safe(code) || text_columns(code) != 1 || pen->col == pen->cols || pen->row == pen->rows)
		return;
	for (; pen->empty > 0; pen->empty--)
		lines_end(pen->out, LINES_PICTURE);
	lines_paint(pen->out, &pen->as, ptr, len);
	pen->col++;
}

static void
end_line(struct pen *pen)
{
	if (pen->row == pen->rows)
		return;
	if (pen->col != 0)
		lines_end(pen->out, LINES_PICTURE);
	else
		pen->empty++;
	pen->row++;
	pen->col = 0;
}

void
sgr_lines(const char *ptr, size_t len, int cols, int rows, struct lines *out)
{
	struct pen pen = { .out = out, .as = plain, .cols = cols, .rows = rows };
	uint32_t code;
	size_t step;

	for (size_t at = 0; at < len;) {
		if (ptr[at] == ESC) {
			at = take_escape(&pen, ptr, len, at + 1);
			continue;
		}
		step = utf8_decode(ptr + at, len - at, &code);
		if (code == '\n')
			end_line(&pen);
		else
			put(&pen, code, ptr + at, step);
		at += step;
		if (code >= C1_FIRST && code <= C1_LAST)
			at = take_control(&pen, (int)code - C1_FIRST + '@', ptr, len, at);
	}
	if (pen.col != 0)
		end_line(&pen);
}
