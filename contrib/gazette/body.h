/*
 * body - an entry's text taken apart once, so that it can be laid out for any width (layout.h): blocks of styled text in frames
 * (quotations, items of lists), tables, links.
 *
 *	body_html(&b, html, len);
 *	... b.blocks[0..n_blocks), b.links[0..n_links)
 *	body_free(&b);
 *
 * All text in it is clean (text.h). HTML may be any; what html_sanitise() leaves is understood.
 */
#ifndef CONTRIB_GAZETTE_BODY_H
#define CONTRIB_GAZETTE_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum {
	BODY_BYTES_MAX = 16 << 20,	/* of the text; a longer one is shown as an error */
	BODY_DEPTH_MAX = 16,		/* frames in frames; deeper ones add nothing */
	BODY_COLUMNS_MAX = 24,		/* of a table; one with more is read cell by cell */
	BODY_MARKER_BYTES = 16,
	BODY_IMAGE_BYTES_MAX = 8 << 20,	/* of URLs, with which those of images are kept; the other half is for links */
	BODY_LINKS_ALIKE = 64		/* a link that leads where one of so many before leads has its number */
};

enum body_kind { BODY_TEXT, BODY_PRE, BODY_RULE, BODY_TABLE };

struct body_run {
	size_t	 end;			/* offset in text behind it; it begins where the one before ends */
	unsigned style;			/* TERM_... */
};

/* Its text holds newlines where lines have to end. */
struct body_block {
	enum body_kind kind;
	bool	 gap;			/* an empty line stands before it */
	int	 frame;			/* -1: none */
	size_t	 text, len;
	size_t	 run, n_runs;
	size_t	 table;
};

enum body_frame_kind { BODY_QUOTE, BODY_ITEM, BODY_INDENT };

struct body_frame {
	enum body_frame_kind kind;
	int	 parent;
	size_t	 first;			/* the block that begins with the marker; SIZE_MAX: none yet */
	int	 width;			/* columns */
	char	 marker[BODY_MARKER_BYTES];
	const char *plain;		/* the same in ASCII; NULL: it is that already */
};

struct body_cell {
	size_t	 first, end;		/* its blocks */
	size_t	 row;
	unsigned across, down;		/* columns and rows that it spans */
	bool	 header;
};

/*
 * The blocks behind its own up to end belong to it. Unless is_data they are to be read one after the other: a table that is there for
 * the look of a page.
 */
struct body_table {
	size_t	 block, end;
	size_t	 cell, n_cells;
	size_t	 n_rows, n_heads;	/* rows at its top that are heads of columns */
	bool	 is_data;
};

enum body_link_kind { BODY_LINK, BODY_IMAGE, BODY_MEDIA };

struct body_link {
	enum body_link_kind kind;
	size_t	 url, url_len;		/* in urls */
	size_t	 label, label_len;	/* in text */
};

/* An image whose placeholder begins there in the text. */
struct body_image {
	size_t	 text;
	size_t	 url, url_len;		/* in urls; of http, https or data */
	int	 width, height;		/* pixels that the page gives it; 0: it does not say */
	int	 frame;			/* of its block */
};

struct body {
	struct buf	 text, urls;
	struct body_block *blocks;
	size_t		 n_blocks, cap_blocks;
	struct body_run	*runs;
	size_t		 n_runs, cap_runs;
	struct body_frame *frames;
	size_t		 n_frames, cap_frames;
	struct body_table *tables;
	size_t		 n_tables, cap_tables;
	struct body_cell *cells;
	size_t		 n_cells, cap_cells;
	struct body_link *links;
	size_t		 n_links, cap_links;
	struct body_image *images;	/* in the order of the text */
	size_t		 n_images, cap_images;
};

void	 body_free(struct body *);	/* zeroed is empty */

/* Each makes an empty body that of this text. */
void	 body_html(struct body *, const char *html, size_t len);
void	 body_plain(struct body *, const char *ptr, size_t len);

/* The first image at or behind this place in the text. */
size_t	 body_image_at(const struct body *, size_t text);

/* The columns of the frames that this one and those around it take. */
int	 body_frame_columns(const struct body *, int frame);

/* The number of the link to this URL, from 1: a new one, or that of one not long before. */
size_t	 body_add_link(struct body *, enum body_link_kind, const char *url, size_t len);

/* --- for those who make them ------------------------------------------------------------------- */

struct body_block *body_add_block(struct body *, enum body_kind, int frame);
int	 body_add_frame(struct body *, enum body_frame_kind, int parent);	/* its number */
size_t	 body_add_table(struct body *);						/* its number; blocks before belong to others */
struct body_cell *body_add_cell(struct body *);
struct body_image *body_add_image(struct body *, size_t text, const char *url, size_t len);	/* NULL: there is no room */

/* Appends to the last block. */
void	 body_put(struct body *, unsigned style, const char *ptr, size_t len);

#endif
