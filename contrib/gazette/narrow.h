/*
 * narrow - the filter of a list of entries while it is typed: the list is narrowed a moment after the last key, and is again as before
 * if the filter is given up. What is no query yet changes nothing.
 */
#ifndef CONTRIB_GAZETTE_NARROW_H
#define CONTRIB_GAZETTE_NARROW_H

#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/entries.h"

enum { NARROW_MS = 120 };		/* so long after the last key */

struct narrow {
	struct entries	*entries;	/* whose view's wake() calls narrow_wake() */
	char		*understood;	/* the last filter that was; NULL: none */
	char		*typed;		/* so far; NULL: nothing */
	int64_t		 typed_ms;	/* when that is tried; 0: not */
	char		*before;	/* what it was before */
	bool		 narrowed;	/* it has been changed */
	bool		 lone;		/* the list is there for what is being asked for, and is closed if that is nothing */
};

/*
 * Asks for it, the cursor behind so many bytes of what it is now (SIZE_MAX: for another word). done and typed have to call
 * narrow_done() and narrow_typed().
 */
void	narrow_ask(struct narrow *, size_t position, void (*done)(struct view *, const char *),
	    void (*typed)(struct view *, const char *));
void	narrow_typed(struct narrow *, const char *text);	/* so far; NULL: given up */
void	narrow_done(struct narrow *, const char *text);		/* "": none */
void	narrow_wake(struct narrow *);
void	narrow_end(struct narrow *);

/* The list is there as the filter is now. */
void	narrow_understood(struct narrow *);

/* The daemon did not understand it: true if it is being typed (what is shown stays), else narrow_back() takes the last that was. */
bool	narrow_unfinished(struct narrow *);
void	narrow_back(struct narrow *);

/* The daemon's message without "query: byte N: " before it: the cursor says where, and the whole query is not the filter. */
const char *narrow_message(const char *message);

#endif
