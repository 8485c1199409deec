/*
 * theme - what each kind of text looks like: attributes and colours by name, and what becomes of them where there are fewer
 * colours. Pure: term.c does it.
 *
 *	struct theme theme;
 *	theme_named("dark", &theme);
 *	if (theme_set(&theme, "quote", "italic #87afd7 on default", why, sizeof(why)) == -1) ...
 *	term_theme(&theme);
 */
#ifndef CONTRIB_GAZETTE_THEME_H
#define CONTRIB_GAZETTE_THEME_H

#include <stdbool.h>
#include <stddef.h>

#include "contrib/gazette/term.h"

enum { THEME_BOLD = 1, THEME_DIM = 2, THEME_ITALIC = 4, THEME_UNDERLINE = 8, THEME_REVERSE = 16 };

/* A colour is one of these, 0 to 255 as terminals number them, or THEME_RGB with 8 bits each of red, green and blue. */
enum { THEME_DEFAULT = -1, THEME_RGB = 0x1000000 };

/* A row for each TERM_ value, then one for each flag that is or-ed to it, in the order of the flags. */
enum { THEME_ROWS = TERM_STYLES + TERM_FLAGS };

struct theme_style {
	unsigned attributes;
	int	 foreground, background;
};

struct theme {
	struct theme_style rows[THEME_ROWS];
};

/* "terminal" (the terminal's own 16 colours), "dark", "light", "plain" (no colours); false: none of this name. */
bool		 theme_named(const char *name, struct theme *);

/* The row-th theme's name, and the row-th style's; NULL behind the last. */
const char	*theme_name(size_t row);
const char	*theme_style_name(size_t row);

/*
 * Changes one style: words for attributes (bold, dim, italic, underline, reverse, normal), a colour (red, bright-red, 0 to 255, rrggbb or
 * #rrggbb, default), a background after "on". 0, or -1 and why.
 */
int		 theme_set(struct theme *, const char *name, const char *text, char *why, size_t why_bytes);

/* Whether theme_set() understands it; no word at all is no style. */
bool		 theme_is_style(const char *text);

/*
 * What a TERM_ value with flags is: the attributes of all of them, the colours of the last that has any. TERM_SELECTED
 * takes the colours of its row where it has them.
 */
struct theme_style theme_mix(const struct theme *, unsigned value);

/*
 * The same on a terminal of so many colours (0, 8, 16, 256, more: all), as numbers that it knows. What has no colour left
 * and had a background is reversed.
 */
struct theme_style theme_on(struct theme_style, int count);

#endif
