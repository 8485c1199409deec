/*
 * trail - where redirects have led a job so far. The fetcher follows none of them: it says where one leads, and the job
 * waits for its turn at that host as any other does. What it says is checked here: it comes from a stranger.
 */
#ifndef DAEMON_CORE_TRAIL_H
#define DAEMON_CORE_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/record.h"
#include "feeds/base/arena.h"

/* Zeroed, it is none. */
struct trail {
	char		**urls;		/* from the job's own to the next one; owned */
	size_t		 n_urls;
	uint64_t	 permanent;	/* so many of the first redirects were for good */
	uint64_t	 elapsed_ms;	/* spent on them */
};

/* Takes over what an OUTCOME_HOP says. False, and no trail, if it cannot be. */
bool		 trail_take(struct trail *, const struct rec_done *);
void		 trail_clear(struct trail *);

/* The URL to fetch next; NULL: the job's own. */
const char	*trail_end(const struct trail *);

/* Whether it began at this URL. None does everywhere. */
bool		 trail_is_from(const struct trail *, struct span url);

/* Into the job's record. The list goes to the arena, its URLs are borrowed. */
void		 trail_fill(const struct trail *, struct rec_job *, struct arena *);

#endif
