/*
 * html-line - text on one line, white space collapsed, into a buffer or a hash. Internal to html_*.
 */
#ifndef FEEDS_HTML_LINE_H
#define FEEDS_HTML_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"
#include "feeds/base/hash.h"

enum { HTML_LINE_BYTES = 2048 };

/* Collects text in a small room; full, it goes to one of two places. */
struct html_line {
	struct buf	*out;			/* or NULL */
	struct hash_state *hash;
	bool		 begun;			/* something was written */
	bool		 space;			/* white space is due before the next character; set it at a block's edge */
	size_t		 used;
	char		 room[HTML_LINE_BYTES];
};

void	 html_line_init(struct html_line *, struct buf *out, struct hash_state *hash);

/* Words as they stand (html_words_span()); what one character means (html_char()), space or not. */
void	 html_line_words(struct html_line *, const char *ptr, size_t len);
void	 html_line_char(struct html_line *, const char *text, size_t n);

/* What is in the room. Call it once after the last text. */
void	 html_line_flush(struct html_line *);

#endif
