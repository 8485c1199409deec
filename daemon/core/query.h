/*
 * query - the language of gazette-query(7): text in, a tree out. Compiling it to SQL is query-plan.c's, for the store alone.
 *
 *	query	= or
 *	or	= and *( "OR" and )
 *	and	= not *( [ "AND" ] not )
 *	not	= ( "NOT" / "-" ) not / "(" or ")" / term
 *	term	= "*" / word [ "*" ] / phrase / field ":" value
 *	value	= word / phrase
 *
 * An empty query is "*". AND, OR and NOT are upper case. Words and phrases, also in title: author: text:, are looked up in the
 * full-text index, accents and case folded; all other fields are not. Days are those of the local time zone.
 *
 * Errors say where (a byte offset from 0) and what was expected there. Limits are errors too.
 */
#ifndef DAEMON_CORE_QUERY_H
#define DAEMON_CORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/arena.h"

enum {
	QUERY_BYTES_MAX = 16 << 10,
	QUERY_TERMS_MAX = 256,		/* saved searches included */
	QUERY_DEPTH_MAX = 32		/* parentheses, negations and saved searches inside one another */
};

struct query;

struct query_error {
	size_t	 position;		/* in the text given; of a saved search: where it is named */
	char	 expected[160];		/* "a closing parenthesis", "one of unread, read, starred, updated" */
	char	 message[256];		/* the whole in one line for people */
};

/* What parsing needs to know of the world. */
struct query_env {
	int64_t	 now_s;			/* for today, 2d, ... */
	/* The text of a saved search into the arena, or NULL. May be NULL itself: there are none. */
	const char *(*search)(void *arg, const char *name, size_t len, struct arena *, size_t *query_len);
	void	*arg;
};

/* 0 and *query to be freed, or -1 and *error. */
int	 query_parse(const char *str, size_t len, const struct query_env *, struct query **, struct query_error *);
void	 query_free(struct query *);	/* NULL is fine */

/* Whether a word is only begun in it: ker* */
bool	 query_has_prefix(const struct query *);

/* Whether words or stories have to be looked up in index.db. */
bool	 query_needs_index(const struct query *);

/* The tree as text with all parentheses, for tests and debugging. In the query, freed with it. */
const char *query_print(struct query *);

#endif
