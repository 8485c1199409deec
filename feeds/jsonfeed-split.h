/*
 * jsonfeed-split - cuts the text of a JSON Feed, as it arrives, into the feed's own members and its items, so that only
 * one of them at a time becomes a tree. Strings and brackets are all it knows of JSON: what it cuts may be broken. No
 * byte is looked at twice, however the text comes.
 *
 *	jsonfeed_split_push(&split, ptr, len, final);
 *	while (jsonfeed_split_next(&split, &span))
 *		an element of "items"
 */
#ifndef FEEDS_JSONFEED_SPLIT_H
#define FEEDS_JSONFEED_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

/* A piece of the text, and about how much memory it takes as a tree. */
struct jsonfeed_span { const char *ptr; size_t len, tree_bytes; };

enum jsonfeed_state {
	JSONFEED_START, JSONFEED_MEMBERS, JSONFEED_NAME, JSONFEED_COLON, JSONFEED_VALUE, JSONFEED_REST, JSONFEED_ITEMS,
	JSONFEED_ITEM, JSONFEED_AFTER, JSONFEED_NOTHING
};

struct jsonfeed_split {
	struct buf	 own;			/* "{" and the members that a feed has of itself, a comma after each */
	size_t		 own_tree_bytes;
	bool		 has_items;		/* there is an array of that name */
	bool		 ended;			/* with a bracket */
	bool		 more;			/* something follows it */
	bool		 odd;			/* something else than one comma stood between two members or items */

	enum jsonfeed_state state;
	struct buf	 text;			/* what is not cut yet */
	size_t		 at, start;		/* the next byte; the first that is still wanted */
	size_t		 name_len;		/* of the member at start, with its quotes */
	size_t		 commas, due;		/* before the next member or item: seen, wanted */
	size_t		 tree_bytes, depth;	/* of the value so far */
	char		 close;			/* the bracket that ends the value; 0: it has none */
	bool		 string, escaped, quoted; /* inside a string; after a backslash; after a string that has no brackets around */
	bool		 member;		/* start is a member to be kept */
	bool		 final;
};

void	jsonfeed_split_init(struct jsonfeed_split *);
void	jsonfeed_split_free(struct jsonfeed_split *);

/* More text; final: there will be none. Spans from before are no longer valid. */
void	jsonfeed_split_push(struct jsonfeed_split *, const char *ptr, size_t len, bool final);

/* The next element of "items"; false if more text is needed, or there is none. At the end an element that breaks off counts. */
bool	jsonfeed_split_next(struct jsonfeed_split *, struct jsonfeed_span *);

/* The feed's own members so far as an object, "items" being empty; closed if the text's object was. */
void	jsonfeed_split_own(const struct jsonfeed_split *, struct buf *out);

/*
 * Whether a string and a colon stand here: a member's name, in front of which a comma may be missing. -1 if that takes
 * more text to say.
 */
int	jsonfeed_split_is_name(const char *pos, const char *end);

#endif
