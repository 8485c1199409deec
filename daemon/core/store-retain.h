/*
 * store-retain - what is kept, and for how long. Entries that the user has starred or tagged are kept in any case; what goes
 * leaves its aliases, so that it does not come back as long as its feed lists it and for some time after that, and a change
 * "item-removed".
 *
 *	uint32_t after = 0;
 *	while (store_retain(store, &keep, now_s, &after, &removed) == 1) ...	something else between two steps
 *	while (store_forget_gone(store, now_s, &walk) == 1) ...
 *	while (store_shrink(store) == 1) ...
 */
#ifndef DAEMON_CORE_STORE_RETAIN_H
#define DAEMON_CORE_STORE_RETAIN_H

#include "daemon/core/store.h"

/* For all feeds; a feed's settings keep_days and keep_items say otherwise for it. 0: without end. */
struct store_keep {
	int64_t	 days;			/* since an entry came */
	int64_t	 items;			/* of a feed, the newest */
};

/*
 * One step, some milliseconds: the feeds behind *after, which is moved on. *removed: entries. 1: there is more to look at; 0: all
 * feeds have been; or an error, and nothing of the step has happened. A mutation.
 */
int	store_retain(struct store *, const struct store_keep *, int64_t now_s, uint32_t *after, int64_t *removed);

/* A removed entry is forgotten, aliases and all, when the feed's document has not had it for so many days and good polls. */
enum { STORE_ABSENT_DAYS = 90, STORE_ABSENT_POLLS = 10 };

/* Where a walk over all feeds is; zeros: at its beginning. Broken off, it may begin anew. */
struct store_forget {
	uint32_t after, feed;		/* up to after all is done; feed: the one that is being done */
	int64_t	 until_s, polls_most;	/* of what is forgotten there, the latest */
	int64_t	 hash;			/* of the next alias */
	bool	 aliases_done;
};

/* One step, some milliseconds. 1: there is more to do; 0: all feeds have been; or an error, and nothing of the step has happened. A mutation. */
int	store_forget_gone(struct store *, int64_t now_s, struct store_forget *);

/*
 * One step, some milliseconds: packs texts that came before packing did. 1: there may be more; 0: that was it, or they wait for a
 * dictionary; or an error. A mutation. How far it has come is kept.
 */
int	store_repack(struct store *);

/*
 * One step, some milliseconds: gives pages that nothing needs back to the file system, if they are many. 1: there may be more, or
 * they are kept while a transaction is open; 0: that was it; or an error.
 */
int	store_shrink(struct store *);

#endif
