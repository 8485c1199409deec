/*
 * text - strings from strangers on a terminal: made harmless, measured, cut and wrapped.
 *
 * Everything is UTF-8 in and out whatever the locale; widths are wcwidth(3)'s of a UTF-8 LC_CTYPE,
 * which text_locale() sets. Strings that went through text_clean() or text_clean_lines() hold no control,
 * bidirectional control or other invisible format character and no more than TEXT_MARKS_MAX
 * combining marks in a row, and are valid UTF-8.
 */
#ifndef CONTRIB_GAZETTE_TEXT_H
#define CONTRIB_GAZETTE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum { TEXT_MARKS_MAX = 8, TEXT_TAB_COLUMNS = 8 };

/* The user's LC_CTYPE if it is UTF-8, else C.UTF-8, and LC_TIME if it is, else C. Call once, before anything else here. */
void	 text_locale(void);

/* Whether that is UTF-8 by the user's word: else signs of our own (lines, marks, not texts) are better kept to ASCII. */
bool	 text_unicode(void);

/* Appends str on one line: white space collapsed to single spaces and trimmed. NULL adds nothing. */
void	 text_clean(const char *str, struct buf *out);
void	 text_cleann(const char *ptr, size_t len, struct buf *out);

/* Appends text of several lines: newlines stay, tabs become spaces to the next column of eight. */
void	 text_clean_lines(const char *ptr, size_t len, struct buf *out);

/* Columns of one code point (0, 1, 2) and of a string that is clean. */
int	 text_columns(uint32_t cp);
int	 text_width(const char *ptr, size_t len);

/*
 * The bytes of the character at clean ptr, len > 0, as people count them, and the columns it takes: a letter with its marks, a flag,
 * an emoji with its tone or joined to others.
 */
size_t	 text_cluster(const char *ptr, size_t len, int *columns);

/*
 * Whether some terminals melt cp into one picture with base before it, and others do not: variation selectors, skin tones, joiners
 * but between letters of scripts that have a use for them. term.c leaves them out, so that everybody knows where the rest of the line stands; they take no column.
 */
bool	 text_melts(uint32_t base, uint32_t cp);

/* How many bytes of the clean ptr[0..len), which has no newline, go on a line of room columns; blanks at its end may be among them. */
size_t	 text_line(const char *ptr, size_t len, int room);

/*
 * How many bytes of the clean ptr[0..len) fit in width columns, characters kept whole; *columns
 * (may be NULL) is what they take.
 */
size_t	 text_fit(const char *ptr, size_t len, int width, int *columns);

/*
 * Appends the clean ptr[0..len) in at most width columns, cut with an ellipsis ("…") in the last one if it
 * is longer, else padded to exactly width as asked: nothing, spaces after it, or spaces before it.
 */
enum text_pad { TEXT_NO_PAD, TEXT_PAD_RIGHT, TEXT_PAD_LEFT };
void	 text_put(const char *ptr, size_t len, int width, enum text_pad, struct buf *out);

/*
 * Appends clean lines wrapped to width columns (0: not at all), broken at spaces, or inside what
 * is too long for a line and between wide characters. What a line begins with ("> ", "  * ", "12. ", spaces) is repeated on its
 * continuations: quote marks as they are, list marks as spaces.
 */
void	 text_wrap(const char *ptr, size_t len, int width, struct buf *out);

/* "now", "5m", "3h", "2d" ("in 5m" for what is to come), then "12 Nov", then "Nov 2024": at most 8 columns. */
enum { TEXT_AGE_BYTES = 32 };
char	*text_age(int64_t time_s, int64_t now_s, char out[TEXT_AGE_BYTES]);

/* Appends the local day and time as strftime(3) has it by this format; NULL: as LC_TIME puts day and month, of 24 or 12 hours. */
void	 text_date(int64_t time_s, const char *format, struct buf *out);

/* The format that NULL stands for in a locale with this D_FMT and T_FMT. */
enum { TEXT_DATE_BYTES = 128 };		/* a longer format counts for none */
void	 text_date_format(const char *date, const char *time, char out[TEXT_DATE_BYTES]);

#endif
