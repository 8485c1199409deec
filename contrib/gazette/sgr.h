/*
 * sgr - a picture of character cells, as programs draw it for a terminal, made harmless: ECMA-48's SGR (8.3.117) and printable
 * characters are understood, nothing else.
 *
 *	lines_clear(&lines);
 *	sgr_lines(ptr, len, 80, 24, &lines);
 *
 * What else there is, is left out: other sequences, control strings and what is in them, control characters, bytes that are no UTF-8,
 * characters that are not safe (feeds/base/shown.h) or do not take one column; so is what has no room. No sequence of it is ever shown, let
 * alone sent.
 */
#ifndef CONTRIB_GAZETTE_SGR_H
#define CONTRIB_GAZETTE_SGR_H

#include <stddef.h>

#include "contrib/gazette/lines.h"

enum {
	SGR_PARAMETERS_MAX = 32,	/* a sequence with more of them is left out */
	SGR_NUMBER_MAX = 9999		/* or with a greater number */
};

/* Appends it, LINES_PICTURE, in at most so many columns and rows. Empty lines at its end are none of it. */
void	sgr_lines(const char *ptr, size_t len, int cols, int rows, struct lines *out);

#endif
