/*
 * store-retain - what is kept, and for how long. Entries that the user has starred or tagged are kept in any case; what goes
 * leaves its aliases, so that it does not come back, and a change "item-removed".
 *
 *	uint32_t after = 0;
 *	while (store_retain(store, &keep, now_s, &after, &removed) == 1) ...	something else between two steps
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

/*
 * One step, some milliseconds: gives pages that nothing needs back to the file system, if they are many. 1: there may be more; 0:
 * that was it, or a batch is open; or an error.
 */
int	store_shrink(struct store *);

#endif
