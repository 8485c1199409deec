/*
 * store-scan - looks for words in the texts of the newest entries themselves. For a word that is only begun ("ker*") FTS5 reads all that any
 * word of that beginning has before it gives the first row, which takes longest where a page is full soonest. So the newest entries are
 * looked at one by one first; what is missing then is in few of all, and that the index finds fast.
 *
 *	struct scan_hit hits[SCAN_HITS_MAX];
 *	struct scan result = { .hits = hits, .wanted = 51, .entries = SCAN_ENTRIES_MAX };
 *	store_scan(store, plan, &result);
 */
#ifndef DAEMON_CORE_STORE_SCAN_H
#define DAEMON_CORE_STORE_SCAN_H

#include "daemon/core/query-plan.h"

enum {
	SCAN_ENTRIES_MAX = 300,		/* looked at for a page, newest first, */
	SCAN_RANKED_ENTRIES_MAX = 600,	/* and for one by relevance, */
	SCAN_ENTRIES_LEAST = 40,	/* of which so many show whether all of them would fill the page, */
	SCAN_BYTES_MAX = 768 << 10,	/* and of their texts */
	SCAN_HITS_MAX = 201,		/* longer pages are left to the index */
	SCAN_RANKED_MAX = 100		/* so many of the newest are ranked */
};

struct scan_hit { uint32_t id; int64_t place; double score; };

struct scan {
	struct scan_hit *hits;		/* room for wanted */
	size_t	 wanted, entries;	/* entries: so many are looked at */
	bool	 ranked;		/* scores are wanted */
	size_t	 count;			/* out: the first so many of what matches, newest first */
	int64_t	 until;			/* out: what is at this place and below has not been looked at */
	bool	 all;			/* out: there is no more to look at */
};

/* Whether a page, newest first, gains by it. */
bool	store_scan_helps(const struct query_plan *, size_t wanted);

/* OK, or an error. */
int	store_scan(struct store *, struct query_plan *, struct scan *);

#endif
