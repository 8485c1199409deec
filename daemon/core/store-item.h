/*
 * store-item - entries: pages of them, one of them, counting, tags, and the log of changes. All reads are of what
 * is committed.
 *
 *	struct query *query;
 *	struct query_error error;
 *	if (store_query(store, "is:unread tag:linux", 19, now_s, &query, &error) != STORE_OK) ...
 *	struct store_page page = { .query = query, .limit = 50 };
 *	store_item_list(store, &page, on_item, arg);
 *	if (page.more) ... the next page: page.after is filled in
 *	query_free(query);
 */
#ifndef DAEMON_CORE_STORE_ITEM_H
#define DAEMON_CORE_STORE_ITEM_H

#include "daemon/core/query.h"
#include "daemon/core/store.h"

enum store_sort { STORE_NEWEST, STORE_OLDEST, STORE_RELEVANCE };

enum {
	STORE_WANT_COLD = 1,		/* guid, summary, rest, gazette */
	STORE_WANT_CONTENT = 2,		/* html, text */
	STORE_CURSOR_BYTES = 64,
	STORE_RELEVANCE_MAX = 500	/* so many of the newest matches are ranked by relevance; older ones follow, newest first */
};

struct store_item {
	uint32_t id, feed;
	int64_t	 ord;			/* place in the order of time; unique */
	int64_t	 seq;			/* of its last change */
	int64_t	 published_s, modified_s, received_s;	/* STORE_ABSENT; received is always there */
	int64_t	 revision;		/* 0: as it came; n: edited n times */
	uint32_t story;			/* its own id: it is alone, or the index is not there or does not know better yet */
	bool	 copies;		/* others tell it, too */
	bool	 unread, starred, attachments;
	struct span feed_title;		/* as shown */
	struct span title, url, authors, language;	/* language absent: the feed's */
	struct span_list tags;		/* the user's on this entry, sorted; without "unread", "starred" and the feed's */
	struct span guid, summary, rest, gazette;	/* absent unless wanted */
	struct span html, text;
	struct span_list snippet;	/* of store-snippet.h; whoever reads the entry may put it here */
};

typedef int (*store_item_fn)(void *arg, const struct store_item *);

struct store_page {
	const struct query *query;
	enum store_sort sort;		/* RELEVANCE of a query without words is NEWEST */
	unsigned limit;
	unsigned want;			/* STORE_WANT_... */
	char	 after[STORE_CURSOR_BYTES];	/* in: "" for the first page, else a cursor; out: of the next page */
	bool	 more;			/* out: there is a next page, even if this one is short; so it is if the callback ended it (> 0) */
};

/* Parses a query with this database's saved searches. EVALUE: *error is filled in. Free with query_free(). */
int	store_query(struct store *, const char *str, size_t len, int64_t now_s, struct query **, struct query_error *);

/* EVALUE: the cursor is none of this order. ENOINDEX. ETOOSLOW. */
int	store_item_list(struct store *, struct store_page *, store_item_fn, void *arg);
int	store_item_get(struct store *, uint32_t item, unsigned want, store_item_fn, void *arg);	/* ENONE */

/* --- earlier texts: number n is what stood before edit n + 1 ----------------------------------- */

struct store_revision {
	int64_t	 number, replaced_s;
	struct span title, url;
};

typedef int (*store_revision_fn)(void *arg, const struct store_revision *);

/* Those that are kept, oldest first; none of an entry that there is not. */
int	store_revisions(struct store *, uint32_t item, store_revision_fn, void *arg);

/*
 * The whole entry with the title, url, summary and text it had; modified_s is when they were replaced. The newest number is the
 * entry as it is. ENONE.
 */
int	store_item_revision(struct store *, uint32_t item, int64_t revision, store_item_fn, void *arg);

/* Unread of all, of a feed, of a tag and totals without looking at entries. ENOINDEX. ETOOSLOW. */
int	store_item_count(struct store *, const struct query *, int64_t *count);

/*
 * Whether the entry (still) matches: 1, 0 or an error. For query_needs_index() it is only known once
 * store_stats().index_seq has reached the entry's change.
 */
int	store_item_match(struct store *, const struct query *, uint32_t item);

/* --- tags: mutations ---------------------------------------------------------------------------- */

/* Who wants a change, and of what: for store_undo() to tell. A query is kept if it has no more than STORE_ORIGIN_BYTES. */
struct store_origin {
	int64_t	 user;			/* uid */
	struct span query;		/* absent: by no query */
};
enum { STORE_ORIGIN_BYTES = 1000 };

/* "unread" and "starred" are tags; others are the user's. EVALUE: an empty or too long name, one on both sides. */
struct store_tag_edit {
	struct span_list add, remove;
	const struct store_origin *origin;	/* NULL: it is not known */
};

/* *changed: entries that are different now; each has one change in the log. Unknown ids are left out. */
int	store_item_tag_ids(struct store *, const uint32_t *ids, size_t count, const struct store_tag_edit *, int64_t now_s,
	    int64_t *changed);
int	store_item_tag_query(struct store *, const struct query *, const struct store_tag_edit *, int64_t now_s, int64_t *changed);

/* What has been taken back: what it had done, to how many entries, when. */
struct store_operation {
	int64_t	 at_s, items;
	int64_t	 user;			/* of its origin; STORE_ABSENT */
	struct span query;		/* of its origin; absent */
	uint32_t feed, item;		/* that all of them are of, and the only one; 0: there are several */
	struct span_list added, removed;
};

typedef void (*store_operation_fn)(void *arg, const struct store_operation *);

/*
 * Takes back what the calls above changed, newest first, so many of them: each, however many entries it changed, is one, and told
 * to each (may be NULL), for nothing if an error comes of the others. What
 * comes of it is logged as any other change. *undone: how many there were; *changed: entries, counted once for each. What has
 * been taken back cannot be taken back again; an entry that was changed otherwise since loses only what that change did.
 */
int	store_undo(struct store *, int64_t operations, int64_t now_s, store_operation_fn each, void *arg, int64_t *undone, int64_t *changed);

/* --- tags: all of them --------------------------------------------------------------------------- */

struct store_tag {
	struct span name;
	int64_t	 items, feeds;		/* that have it: entries themselves */
};

typedef int (*store_tag_fn)(void *arg, const struct store_tag *);

/* Those that anything has, with "unread" and "starred", in the order of their bytes, behind after (absent: all). Committed; without looking at entries. */
int	store_tag_each(struct store *, struct span after, store_tag_fn, void *arg);

/* --- the log of changes --------------------------------------------------------------------------- */

enum store_what {
	STORE_ITEM_NEW = 1, STORE_ITEM_UPDATED, STORE_ITEM_TAGS, STORE_ITEM_REMOVED, STORE_FEED_ADDED, STORE_FEED_CHANGED,
	STORE_FEED_REMOVED,
	STORE_ITEM_DROPPED	/* told to nobody but the index: a rule has removed it, or it was its coming */
};

struct store_change {
	int64_t	 seq, at_s;
	enum store_what what;
	uint32_t item, feed;		/* item 0: a feed's */
	struct span detail;		/* tags: "+starred", "-unread", one a line; feeds: what changed; new: STORE_PAST; else absent */
};

typedef int (*store_change_fn)(void *arg, const struct store_change *);

/* "item-new", ... */
const char *store_what_word(enum store_what);

/* Those after since, up to until, in order, at most limit. EFORGOTTEN: some of those after since are there no more. */
int	store_changes(struct store *, int64_t since, int64_t until, unsigned limit, store_change_fn, void *arg);

/* Changes up to this one have been forgotten; 0: none. Committed. */
int64_t	store_forgotten(struct store *);

/*
 * Forgets changes up to this one, but for those that the newest STORE_UNDO_KEPT operations need: a step of at most STORE_FORGET_STEP.
 * 1: there is more to do; 0; or an error. A mutation.
 */
enum { STORE_FORGET_STEP = 1000, STORE_UNDO_KEPT = 100 };
int	store_log_forget(struct store *, int64_t last);

#endif
