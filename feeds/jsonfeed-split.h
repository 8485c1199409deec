/*
 * jsonfeed-split - cuts the text of a JSON Feed into the feed's own members and its items, so that only one of them
 * at a time becomes a tree. Strings and brackets are all it knows of JSON: what it cuts may be broken.
 */
#ifndef FEEDS_JSONFEED_SPLIT_H
#define FEEDS_JSONFEED_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

/* A piece of the text, and about how much memory it takes as a tree. */
struct jsonfeed_span { const char *ptr; size_t len, tree_bytes; };

/* The elements of "items" that are to come, and the commas before the next; odd: something else than one comma stood between. */
struct jsonfeed_items { const char *pos, *end; size_t due; bool odd; };

/*
 * Appends to own an object with the members that a feed has of itself, "items" being empty. False if the text is no
 * object, or has no array of that name. *tree_bytes: as above, of own. *complete: nothing follows the object.
 */
bool	jsonfeed_split(const char *text, size_t len, struct buf *own, size_t *tree_bytes, struct jsonfeed_items *, bool *complete);

/* The next element; false after the last. */
bool	jsonfeed_split_next(struct jsonfeed_items *, struct jsonfeed_span *);

/* Whether a string and a colon stand here: a member's name, in front of which a comma may be missing. */
bool	jsonfeed_split_is_name(const char *pos, const char *end);

#endif
