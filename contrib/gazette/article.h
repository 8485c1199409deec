/*
 * article - one entry made ready for reading: its head, its text, its links; wrapped to a width line by line.
 *
 *	article_take(&a, item, "Feed's title");
 *	article_wrap(&a, 80);
 *	for (n = 0; n < a.count; n++) ... a.lines[n]
 *	article_clear(&a);
 *
 * Everything in it is clean (text.h). Links are numbered from 1 as in the text.
 */
#ifndef CONTRIB_GAZETTE_ARTICLE_H
#define CONTRIB_GAZETTE_ARTICLE_H

#include <jansson.h>
#include <stddef.h>

#include "feeds/base/buf.h"

enum {
	ARTICLE_BYTES_MAX = 16 << 20,	/* of the text; a longer one is shown as an error */
	ARTICLE_COLS_MIN = 10
};

struct article_line {
	size_t	 offset, len;		/* in wrapped */
	unsigned style;			/* TERM_... */
};

struct article {
	struct buf	 head, body, links;	/* lines, not wrapped */
	size_t		 n_links;
	struct buf	 wrapped;
	struct article_line *lines;
	size_t		 count, cap;
	int		 cols;			/* wrapped to; 0: not yet */
};

/* Reads the protocol's item, with or without its content. feed_title may be NULL. */
void		 article_take(struct article *, const json_t *item, const char *feed_title);
void		 article_clear(struct article *);	/* zeroed is empty */

/* Makes the lines; those of the head under the title stay whole. Nothing is done if they are of this width already. */
void		 article_wrap(struct article *, int cols);

/* The link with this number, "" and 0 if there is none: a line, not NUL-terminated. */
const char	*article_link(struct article *, unsigned long number, size_t *len);

#endif
