/*
 * html-flow - lines of plain text under prefixes: what html_to_text() writes through. Internal to html_*.
 *
 * Nothing is written before there is text for it: breaks, markers and spaces are due, and what is
 * due at the end is forgotten. So there is no blank line at either end, and no empty item.
 */
#ifndef FEEDS_HTML_FLOW_H
#define FEEDS_HTML_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

enum { HTML_FLOW_DEPTH = 16, HTML_MARKER_BYTES = 16 };

/* What the lines inside of a block begin with. */
struct html_block {
	unsigned char	 id;			/* the element */
	bool		 reversed;		/* ol */
	int		 number;		/* ol: of the next item */
	unsigned	 width;			/* of the marker: later lines are indented by it */
	char		 marker[HTML_MARKER_BYTES];	/* of the first line; used up: "" */
};

struct html_flow {
	struct buf	*out;
	size_t		 line;			/* lines written, the open one included */
	unsigned	 breaks;		/* line ends due */
	unsigned	 cells;			/* separators due */
	bool		 space;			/* a space is due */
	const char	*lead;			/* due before the text: "## " */
	size_t		 depth, gap;		/* open blocks; the fewest since the last text */
	size_t		 overflow;		/* open blocks beyond the deepest */
	struct html_block blocks[HTML_FLOW_DEPTH];
};

void	 html_flow_init(struct html_flow *, struct buf *out);

/* At least n line ends before the next text, or one more, up to a blank line. */
void	 html_flow_break(struct html_flow *, unsigned n);
void	 html_flow_newline(struct html_flow *);

/* Text without white space that matters, or (html_flow_words) with references and white space to collapse. */
void	 html_flow_put(struct html_flow *, const char *ptr, size_t len);
void	 html_flow_words(struct html_flow *, const char *ptr, size_t len, bool raw);

/* Text whose line structure is kept. */
void	 html_flow_pre(struct html_flow *, const char *ptr, size_t len, bool raw);

/* The new block, or NULL if it would be too deep; closing takes all that are open inside. */
struct html_block *html_flow_open(struct html_flow *, unsigned id);
void	 html_flow_close(struct html_flow *, unsigned id);

/* The innermost open block of the list or item kinds, or NULL. */
struct html_block *html_flow_find(struct html_flow *, const unsigned char *ids);

#endif
