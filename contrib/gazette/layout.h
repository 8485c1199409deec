/*
 * layout - a text taken apart (body.h) as lines of a width (lines.h).
 *
 *	layout_body(&body, &(struct layout){ .cols = 80, .wide_cols = 120, .wrap_code = true }, &lines);
 */
#ifndef CONTRIB_GAZETTE_LAYOUT_H
#define CONTRIB_GAZETTE_LAYOUT_H

#include <stdbool.h>

#include "contrib/gazette/body.h"
#include "contrib/gazette/lines.h"

enum {
	LAYOUT_COLS_MIN = 10,
	LAYOUT_WORD_COLUMNS = 20,	/* no column of a table is wider than it has to be for longer words */
	LAYOUT_CELL_COLUMNS = 6		/* nor narrower than that for the sake of others */
};

struct layout {
	int	 cols;			/* of text */
	int	 wide_cols;		/* of what is kept as it is, and of tables: at least cols */
	bool	 wrap_code;		/* what is wider than that is broken, else it is LINES_WIDE */
	const struct lines *const *pictures;	/* of each image of the body, or NULL: it is not drawn; NULL: none is */
};

/* What is drawn around texts; ASCII where text_unicode() is false. */
enum layout_mark { LAYOUT_QUOTE, LAYOUT_RULE, LAYOUT_AGAIN, LAYOUT_BETWEEN, LAYOUT_CROSSING };
const char *layout_mark(enum layout_mark);

/* Appends all of it. */
void	layout_body(const struct body *, const struct layout *, struct lines *);

/* Appends clean text that may hold newlines in lines of one style, continuations behind indent blanks. */
void	layout_text(const char *ptr, size_t len, int cols, int indent, unsigned style, struct lines *);

/* --- for layout-table.c --------------------------------------------------------------------------- */

/* Where blocks stand: inside of this frame, in so many columns; measure: to see how wide they are, in no more than they need. */
struct layout_place {
	const struct body *body;
	const struct layout *layout;
	int	 frame;
	int	 cols, wide_cols;
	bool	 measure;
	bool	 cell;			/* of a table: narrow as it is, and without pictures */
};

void	layout_blocks(const struct layout_place *, size_t first, size_t end, struct lines *);

/* Begins a line with what stands before a block's text; returns its columns. row: how many lines of the block there are already. */
int	layout_lead(const struct layout_place *, size_t block, size_t row, struct lines *);

/* Appends a table that is_data. */
void	layout_table(const struct layout_place *, const struct body_table *, struct lines *);

#endif
