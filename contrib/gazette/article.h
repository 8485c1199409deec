/*
 * article - one entry made ready for reading: its head, its text, its links; laid out for a width line by line.
 *
 *	article_take(&a, item, "Feed's title");
 *	article_wrap(&a, &(struct layout){ .cols = 80, .wide_cols = 120 });
 *	for (n = 0; n < a.lines.count; n++) ... lines_text(&a.lines, n)
 *	article_clear(&a);
 *
 * Everything in it is clean (text.h). Links are numbered from 1 as in the text; attachments go on behind those of the text.
 */
#ifndef CONTRIB_GAZETTE_ARTICLE_H
#define CONTRIB_GAZETTE_ARTICLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "contrib/gazette/body.h"
#include "contrib/gazette/layout.h"
#include "contrib/gazette/lines.h"
#include "feeds/base/buf.h"

enum { ARTICLE_HEADS_MAX = 16 };

/* A line of the head: "feed", and what stands behind it in head. */
struct article_head {
	const char	*label;		/* a constant */
	unsigned	 style;
	size_t		 offset, len;
	size_t		 number;	/* of the link that it tells of; 0: none */
};

struct article {
	struct buf	 title, head;
	struct article_head heads[ARTICLE_HEADS_MAX];
	size_t		 n_heads;
	struct body	 body;
	size_t		 n_text_links;		/* those behind them are attachments */
	long long	 revision;		/* how often it was edited */
	long long	 story;			/* its number, if others tell it too; else 0 */
	struct lines	 lines;
	struct layout	 laid;			/* as it is now; cols 0: not yet */
};

/* Reads the protocol's item, with or without its content. feed_title and date_format (strftime(3)) may be NULL. */
void		 article_take(struct article *, const json_t *item, const char *feed_title, const char *date_format);
void		 article_clear(struct article *);	/* zeroed is empty */

/*
 * Which other feeds have the same story: the head has a line for them from the beginning if there are any, so that nothing moves
 * when it is known. "A feed, Another".
 */
void		 article_copies(struct article *, const char *feeds);

/* Makes the lines, as rows of a.lines. False: they are laid out so already. */
bool		 article_wrap(struct article *, const struct layout *);

/* The next article_wrap() makes them anew: pictures have come or gone. */
void		 article_again(struct article *);

/* The link with this number, "" and 0 if there is none: not NUL-terminated. */
const char	*article_link(const struct article *, unsigned long number, size_t *len);
size_t		 article_links(const struct article *);

/* What the link with this number is called: the text that it stands on, or of an attachment what it is. */
const char	*article_link_label(const struct article *, unsigned long number, size_t *len);

#endif
