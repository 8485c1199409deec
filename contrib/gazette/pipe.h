/*
 * pipe - gives entries to a command of the user's: their text, or the items of JSON Feed one a line, on its standard input.
 *
 * The entries are asked for, then the command runs in the terminal, by sh. It finds the title, link and feed of an entry that comes
 * alone in GAZETTE_TITLE, GAZETTE_URL and GAZETTE_FEED.
 */
#ifndef CONTRIB_GAZETTE_PIPE_H
#define CONTRIB_GAZETTE_PIPE_H

#include <jansson.h>
#include <stdbool.h>

enum {
	PIPE_ITEMS_MAX = 10000,
	PIPE_PAGE = 100,			/* entries asked for at a time */
	PIPE_BYTES_MAX = 256 << 20,
	PIPE_COLS = 80				/* the text is wrapped to */
};

struct pipe;
struct reader;

struct pipe	*pipe_new(struct reader *);
void		 pipe_free(struct pipe *);

/* Takes ids, an array of numbers. What goes wrong is said; one is done at a time. */
void		 pipe_start(struct pipe *, const char *command, json_t *ids, bool json);

#endif
