/*
 * lines - lines of text ready to be drawn, each a run of spans of one style.
 *
 *	lines_put(&l, TERM_DIM, "feed  ", 6);
 *	lines_put(&l, TERM_PLAIN, title, len);
 *	lines_end(&l, 0);
 *	lines_free(&l);
 *
 * Texts are clean (text.h).
 */
#ifndef CONTRIB_GAZETTE_LINES_H
#define CONTRIB_GAZETTE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

struct theme_style;

struct lines_span {
	size_t	 len;
	unsigned style;			/* TERM_... */
	int	 foreground, background;	/* of TERM_PAINTED: theme.h's */
};

/* What a line is besides. */
enum {
	LINES_WIDE = 1,			/* may be wider than was asked for: to be scrolled sideways */
	LINES_PICTURE = 2		/* is of a picture: no text to be found */
};

struct lines_row {
	size_t	 offset, len;		/* in text */
	size_t	 span, n_spans;
	size_t	 lead;			/* so many bytes stand before the text proper: marks of quotations, indentation */
	unsigned flags;
};

struct lines {
	struct buf	 text;
	struct lines_row *rows;
	size_t		 count, cap;
	struct lines_span *spans;
	size_t		 n_spans, cap_spans;
	struct lines_row open;		/* the one being written */
};

void	 lines_free(struct lines *);	/* zeroed is empty, with lines_clear() called once */
void	 lines_clear(struct lines *);

/* Appends to the open line; what has the style of the span before joins it. */
void	 lines_put(struct lines *, unsigned style, const char *ptr, size_t len);
void	 lines_paint(struct lines *, const struct theme_style *, const char *ptr, size_t len);	/* the same, TERM_PAINTED */
void	 lines_puts(struct lines *, unsigned style, const char *str);
void	 lines_fill(struct lines *, unsigned style, const char *str, int times);

/* Takes blanks off the end of the open line. */
void	 lines_trim(struct lines *);

/* What the open line holds by now is its lead. */
void	 lines_lead(struct lines *);
void	 lines_end(struct lines *, unsigned flags);

/* Appends the row-th line of another to the open one. */
void	 lines_join(struct lines *, const struct lines *from, size_t row);

const char *lines_text(const struct lines *, size_t row);
int	 lines_columns(const struct lines *, size_t row);

#endif
