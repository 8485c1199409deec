/*
 * undone - what undo has taken back, in words: of what gazette-protocol(7) calls an operation.
 *
 *	marked read, 214 entries of "World news" (3m ago, by ann)
 *	starred, "Entry 93" of "World news"
 *	+later, 5 entries of is:unread tag:linux
 */
#ifndef CONTRIB_GAZETTE_UNDONE_H
#define CONTRIB_GAZETTE_UNDONE_H

#include <jansson.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum {
	UNDONE_TAGS_MAX = 5,		/* that are named */
	UNDONE_RECENT_S = 60,		/* so far back nobody needs to be told when */
	UNDONE_BYTES = 64 << 10		/* for any */
};

/* Appends it, clean, on one line. */
void	 undone_text(const json_t *operation, int64_t now_s, struct buf *out);

/* The tags alone ("marked read, +later"): arrays of texts, or NULL. */
void	 undone_tags(const json_t *added, const json_t *removed, struct buf *out);

#endif
