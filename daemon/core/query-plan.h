/*
 * query-plan - a query's tree as SQL with bound values only, and which index answers it. Private to the store.
 *
 * The tree's outermost conjunction is taken apart: what the full-text index can answer becomes one MATCH; times
 * become bounds of the order; a single feed, unread, read, starred, a tag decide which index is walked; the rest are conditions.
 */
#ifndef DAEMON_CORE_QUERY_PLAN_H
#define DAEMON_CORE_QUERY_PLAN_H

#include "daemon/core/query.h"
#include "daemon/core/store-sql.h"
#include "feeds/base/buf.h"

enum { QUERY_SQL_MAX = 256 << 10 };	/* bytes of SQL */
#define QUERY_PLAN_ALL	INT64_MAX
enum { QUERY_PLAN_WORDS_MAX = 16 };

struct node;

enum query_value_kind { VALUE_NUMBER, VALUE_TEXT, VALUE_REAL };
struct query_value { enum query_value_kind kind; struct span text; int64_t number; double real; };

struct query_plan {
	struct arena	*arena;			/* of values */
	struct query_value *values;		/* bound as ?1, ?2 ... */
	size_t		 n_values, cap_values;
	struct buf	 where;			/* " AND ..." on entry e; each with its own parentheses */
	struct buf	 match;			/* FTS5 expression; empty: the index is not walked */
	const struct node *words[QUERY_PLAN_WORDS_MAX];	/* what it was made of, borrowed from the query: all are true of what matches */
	size_t		 n_words;		/* may be more than there are in words */
	int64_t		 ord_from, ord_until;	/* bounds of ord, until excluded */
	int64_t		 id_after, id_until;	/* only entries with ids above after, up to until; until 0: all */
	int64_t		 key_from, key_until;	/* and of the key, by which the walk goes */
	int64_t		 item;			/* the only one; 0: several */
	int64_t		 feed;			/* the only one; 0: several */
	bool		 unread, read, starred;
	bool		 story;			/* it is one story's: the few entries in it are looked up */
	bool		 lean;			/* if the index is walked and no condition needs it, e is left out; d.entry is its id */
	bool		 filtered;		/* there are conditions in where besides feed, unread, read, starred, one tag */
	struct span	 tag;			/* the only tag asked for, if it is a condition of its own */
};

/* OK, or ENOINDEX if words are asked for without an index, EVALUE if the query is too large. Clear in any case. */
int	query_plan(struct store *, const struct query *, struct query_plan *);
void	query_plan_clear(struct query_plan *);

/* A further value; returns its number for "?%zu". */
size_t	query_plan_number(struct query_plan *, int64_t number);
size_t	query_plan_text(struct query_plan *, const char *ptr, size_t len);
size_t	query_plan_real(struct query_plan *, double real);

/* Nothing but this entry, if there is such a one. */
int	query_plan_item(struct store *, struct query_plan *, int64_t item);

/* Nothing but the entries with ids above after, up to until: few, and the latest. */
int	query_plan_range(struct store *, struct query_plan *, int64_t after, int64_t until);

/*
 * "FROM ... WHERE ..." over entry e, and if the index is walked fts t. key is then "t.rowid", the place in the index, which is that in
 * the order of time but for crowded seconds; else "e.ord"; put into *key for ORDER BY. The bounds are part of it. wanted: how many
 * rows are going to be read (QUERY_PLAN_ALL: all).
 */
void	query_plan_from(struct store *, struct query_plan *, int64_t wanted, struct buf *sql, const char **key);

/* Prepares the text on the reading connection and binds the values. NULL after an error. */
sqlite3_stmt *query_plan_prepare(struct store *, const struct query_plan *, struct buf *sql);

#endif
