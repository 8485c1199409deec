/*
 * format - lines of lists by a format of the user's: "%m %6U  %?T?[%T] ?%t%>%g".
 *
 * %X is what the list knows under that letter; %8X takes eight columns, filled up on the left, and more if it is longer; %-8X takes
 * eight, filled up on the right or cut; %> is the blank between what stands on the left and on the right; %% is a percent sign.
 * %?X?this&that? is this if there is something under the letter, else that, which may be left out with its "&"; nothing, blanks and a
 * zero are not something. Fields may stand in both, other conditions may not. If a line has no room for all of it the longest text
 * without a width of its own is cut first.
 */
#ifndef CONTRIB_GAZETTE_FORMAT_H
#define CONTRIB_GAZETTE_FORMAT_H

#include <stdbool.h>

#include "contrib/gazette/lines.h"
#include "contrib/gazette/view.h"
#include "feeds/base/buf.h"

enum { FORMAT_PIECES_MAX = 64, FORMAT_WIDTH_MAX = 1000, FORMAT_WHY_BYTES = 256 };

/* Whether it is a format in which only these letters stand. If not, why says what is wrong where. */
bool	format_check(const char *format, const char *letters, char why[FORMAT_WHY_BYTES]);

/* Appends the clean text that the letter stands for; returns its style, a TERM_ value. */
typedef unsigned (*format_field)(void *arg, char letter, struct buf *out);

/* Appends the line, as wide as that. */
void	format_line(const char *format, int cols, format_field, void *arg, struct lines *out);

/* Draws it into a row of the area; flags (TERM_SELECTED) are or-ed to every style. */
void	format_draw(const char *format, struct area, int row, unsigned flags, format_field, void *arg);

#endif
