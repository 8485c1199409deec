/*
 * settle - what the outcome of a fetch means: entries and feed are stored, the next poll is decided, a page leads to its
 * feed, a subscription comes into being. Writes into the batch; answers nobody before it is committed.
 */
#ifndef DAEMON_CORE_SETTLE_H
#define DAEMON_CORE_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/core/store-job.h"
#include "daemon/shared/record.h"

struct job;

enum settle_end {
	SETTLE_STORED,		/* outcome and entries are in the batch */
	SETTLE_REFUSED,		/* feed.add: nothing was stored, word and message say why */
	SETTLE_AGAIN,		/* the job goes on with another URL: one that was found, or that the feed has by now */
	SETTLE_DROPPED		/* the feed has been removed meanwhile */
};

/* One job between its outcome and the commit. */
struct settle {
	struct settle	*next;
	struct job	*job;
	struct store_job *entries;	/* owned */
	struct rec_done	 done;		/* in the batch's arena, as all strings here */
	int64_t		 at_s;		/* when the outcome came */
	/* Results. */
	enum settle_end	 end;
	uint32_t	 feed;
	struct store_counts counts;
	const char	*word, *message;	/* REFUSED */
	uint32_t	 other_feed;		/* REFUSED with already-subscribed: that one */
	const char	*next_url;		/* AGAIN */
	bool		 found;			/* it is what a page named */
};

/*
 * Writes. STORE_OK, or an error of the disk: then nothing of the whole batch is left, and it may be called again for each of its
 * jobs. Strings it makes go to the arena.
 */
int	settle_write(struct core *, struct settle *, struct arena *);

/* Whether settle_write() will need a transaction of its own: the batch must have been committed and answered before. */
bool	settle_is_alone(const struct job *, const struct rec_done *);

/* Whether this is an error of the disk, not of a value. */
bool	settle_is_fatal(int status);

#endif
