/* query-tree - the tree that query.c makes and query-plan.c reads. Private to query-*.c. */
#ifndef DAEMON_CORE_QUERY_TREE_H
#define DAEMON_CORE_QUERY_TREE_H

#include "daemon/core/query.h"
#include "feeds/base/arena.h"

enum node_type {
	NODE_ALL,			/* * */
	NODE_AND, NODE_OR, NODE_NOT,	/* kids */
	NODE_TEXT,			/* text, column, prefix */
	NODE_URL, NODE_TAG, NODE_LANG,	/* text */
	NODE_FEED,			/* text, or number if it is one */
	NODE_ID, NODE_STORY,		/* number */
	NODE_FLAG,			/* flag */
	NODE_TIME,			/* by publication, as ord has it: from, until */
	NODE_RECEIVED			/* by arrival: from, until */
};

enum node_flag { FLAG_UNREAD, FLAG_READ, FLAG_STARRED, FLAG_UPDATED, FLAG_ATTACHMENT };
enum node_column { COLUMN_ANY, COLUMN_TITLE, COLUMN_AUTHORS, COLUMN_TEXT };

struct node {
	enum node_type	 type;
	struct node	**kids;
	size_t		 n_kids, cap_kids;
	const char	*text;
	size_t		 len;
	enum node_column column;
	bool		 prefix;
	enum node_flag	 flag;
	int64_t		 number;	/* NODE_FEED: -1 if it is none */
	int64_t		 from, until;	/* seconds, until excluded; INT64_MIN, INT64_MAX: open */
};

struct query {
	struct arena	*arena;
	struct node	*root;
};

/* Whether a word is only begun in it. */
bool	query_node_has_prefix(const struct node *);

/*
 * One value of date:, since:, before:, received:  as a half-open span of time. Grammar:
 *	value	= point / [ point ] ".." [ point ]
 *	point	= YYYY / YYYY-MM / YYYY-MM-DD [ "T" hh:mm [ :ss ] [ "Z" ] ] / "now" / "today" / "yesterday" / duration
 *	duration = 1*DIGIT ( "s" / "m" / "h" / "d" / "w" / "y" )		so long ago
 * A range includes its second point whole; a duration alone reaches until now and beyond. A range is reversed if both of its points are
 * dates, or both times ago, and it ends before it begins, whenever that is asked.
 */
enum query_time { QUERY_TIME_OK, QUERY_TIME_NONE /* it is no time */, QUERY_TIME_REVERSED };
enum query_time query_time(const char *str, size_t len, int64_t now_s, int64_t *from, int64_t *until);

#endif
