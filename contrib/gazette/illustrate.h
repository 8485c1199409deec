/*
 * illustrate - which images of an article are drawn in its text, and how large.
 *
 *	illustrate_begin(&i, reader);				another article
 *	if (illustrate(&i, reader, &body, rows, &layout)) ...	before it is laid out; true: it has to be anew
 *	illustrate_toggle(&i, reader, &body);			the key
 *	illustrate_end(&i, reader);
 */
#ifndef CONTRIB_GAZETTE_ILLUSTRATE_H
#define CONTRIB_GAZETTE_ILLUSTRATE_H

#include <stdbool.h>
#include <stddef.h>

#include "contrib/gazette/body.h"
#include "contrib/gazette/layout.h"

enum {
	ILLUSTRATE_CELL_WIDTH = 8,	/* pixels that a cell stands for, where a page says how large an image is */
	ILLUSTRATE_CELL_HEIGHT = 16,
	ILLUSTRATE_SHARE = 75,		/* percent of the screen's rows that an image may take, */
	ILLUSTRATE_ROWS_MIN = 3		/* but at least so many */
};

struct reader;

/* Zeroed at first. */
struct illustration {
	bool		 on;
	bool		 stale;			/* it was switched */
	unsigned	 changes;		/* pictures_changes() that were seen */
	const struct lines **pictures;		/* of each image of the body */
	size_t		 cap;
};

void	illustrate_begin(struct illustration *, struct reader *);
void	illustrate_end(struct illustration *, struct reader *);

/* Fills in layout->pictures, whose cols are known; rows are the screen's. Asks for what is not there yet. */
bool	illustrate(struct illustration *, struct reader *, const struct body *, int rows, struct layout *);

/* Draws the images, or not any more. What stands against it is said. The body is NULL if it is not there yet. */
void	illustrate_toggle(struct illustration *, struct reader *, const struct body *);

#endif
