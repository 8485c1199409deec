/* scope - what a list of entries is about (struct scope), as a title, a query, feeds; and marking all of it. */
#ifndef CONTRIB_GAZETTE_SCOPE_H
#define CONTRIB_GAZETTE_SCOPE_H

#include "contrib/gazette/view.h"

void	 scope_title(const struct scope *, const struct feedset *, struct buf *out);

/* How much is unread in it as far as the feeds know: not for a search. */
int64_t	 scope_unread(const struct scope *, const struct feedset *);

/* Its feeds, an array of ids that is the caller's; NULL for all, as a search has entries of any. */
json_t	*scope_feeds(const struct scope *, const struct feedset *);

/*
 * Appends the query for what the scope holds, narrowed by filter (may be NULL) and to unread ones. Returns where in it the
 * filter begins.
 */
size_t	 scope_query(const struct scope *, const char *filter, bool unread, struct buf *out);

/* Marks all that is unread in it read: at the daemon, and at once in the counts if there is no filter. False, said: it is away. */
bool	 scope_mark(struct reader *, const struct scope *, const char *filter);

#endif
