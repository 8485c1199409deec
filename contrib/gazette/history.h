/*
 * history - what was typed into the bottom line, kept over runs: lines of one file, each of a kind ("filter", "tag").
 *
 *	history_open(&history, settings_state_path("history"));
 *	history_add(&history, "filter", "since:2d");
 *	history_get(&history, "filter", 0);		"since:2d": the newest one
 *	history_close(&history);
 *
 * Each line is appended to the file at once; two readers may share it. It is for its owner alone. Without a file, or one that cannot be written, it lasts as long as
 * the reader.
 */
#ifndef CONTRIB_GAZETTE_HISTORY_H
#define CONTRIB_GAZETTE_HISTORY_H

#include <stddef.h>

enum {
	HISTORY_LINES_MAX = 1000,	/* of all kinds; the oldest go */
	HISTORY_FILE_MAX = 4 << 20	/* bytes; a larger file is left alone and not read */
};

struct history {
	char	*path;			/* NULL: none */
	char	**lines;		/* "kind text", the newest last */
	size_t	 count;
};

/* Takes path (NULL: there is no place for it) and reads what is there. */
void		 history_open(struct history *, char *path);
void		 history_close(struct history *);

/*
 * Adds a line; nothing if it is empty, the newest of its kind already, or if "password", "cookie" or "header" stand in it. An older
 * one that is the same goes.
 */
void		 history_add(struct history *, const char *kind, const char *text);

/* The back-th newest of the kind, from 0; NULL if there are not so many. */
const char	*history_get(const struct history *, const char *kind, size_t back);

#endif
