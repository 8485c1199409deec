/* query-match - the parts of a query's tree that full-text search answers, as an expression of FTS5's. */
#ifndef DAEMON_CORE_QUERY_MATCH_H
#define DAEMON_CORE_QUERY_MATCH_H

#include <stdbool.h>

#include "daemon/core/query-tree.h"
#include "feeds/base/buf.h"

/* Whether it is one: texts and what joins them. FTS5 has a binary NOT only: something must be there to take away from. */
bool	query_match_is(const struct node *);

/* Appends the expression of a node that is one. */
void	query_match_write(const struct node *, struct buf *out);

#endif
