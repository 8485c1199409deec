/*
 * store-health - what is wrong with feeds, or has to be known of them: one finding each. Committed.
 *
 * Each kind is a walk of an index that has such feeds alone, so that a page costs what it shows, however many feeds there are.
 */
#ifndef DAEMON_CORE_STORE_HEALTH_H
#define DAEMON_CORE_STORE_HEALTH_H

#include "daemon/core/store.h"

/* In the order in which they are told. */
enum store_ill {
	STORE_QUARANTINED,	/* it is not polled: the fetcher crashed at it too often */
	STORE_FAILING,		/* its last poll failed; gone: it is polled no more */
	STORE_MOVING,		/* it redirects permanently, which has not been proven yet, or may not be followed */
	STORE_MOVED,		/* a permanent redirect was followed; perhaps the user took that back */
	STORE_SILENT,		/* it has had no news for much longer than it used to */
	STORE_FAULTY,		/* its document is malformed; it could be read all the same */
	STORE_ILLS
};

struct store_finding {
	enum store_ill what;
	uint32_t feed;
	int64_t	 move;			/* number of the move, 0: it is none */
	struct span title, url, settings;
	int64_t	 since_s;		/* STORE_ABSENT, as all times here; STORE_NEVER */
	int64_t	 last_poll_s, last_success_s, next_poll_s;
	bool	 paused, gone;
	int64_t	 why, posts_u, watched_s;	/* as in store_feed */
	int64_t	 failures, status;	/* status: HTTP, 0: none */
	struct span word, message;	/* of the error; message: also of the fault */
	struct span quarantine;		/* in force under this version of gazetted; absent: none */
	struct span old_url, new_url;
	int64_t	 taken_back_s;		/* when the user took the move (MOVING: an earlier one) back */
	int64_t	 number;		/* MOVING: the feed that new_url belongs to, 0: none; SILENT: entries that it has */
};

typedef int (*store_finding_fn)(void *arg, const struct store_finding *);

/*
 * Findings of one kind of the feeds from after to last, at most limit of them, by feed and move, strictly after (after, move). Of
 * all: 0, 0, STORE_ITEM_MAX; of one: feed - 1, INT64_MAX, feed.
 */
int	store_findings(struct store *, enum store_ill, uint32_t after, int64_t move, uint32_t last, unsigned limit, store_finding_fn,
	    void *arg);

#endif
