/*
 * retain - goes through the feeds now and then and removes what is not to be kept, and what removed feeds have left at once, in small
 * steps between which clients are served and polls go on.
 */
#ifndef DAEMON_CORE_RETAIN_H
#define DAEMON_CORE_RETAIN_H

#include "daemon/core/core.h"

enum {
	RETAIN_FIRST_MS = 60 * 1000,	/* after the start */
	RETAIN_EVERY_MS = 3600 * 1000,	/* from the end of a walk to the next one */
	RETAIN_STEP_MS = 50,		/* between two steps */
	RETAIN_SHRINK_MS = 20,		/* between two steps of giving room back */
	RETAIN_SWEEP_MS = 5,		/* between two steps of removing a feed's entries, */
	RETAIN_STALE_MAX = 50000,	/* and if the index has so many texts to let go of, */
	RETAIN_LAG_MS = 100		/* so long */
};

struct retain	*retain_new(struct core *);
void		 retain_free(struct retain *);

/* A walk begins at once: the configuration or a feed's settings have changed. */
void		 retain_now(struct retain *);

/* A feed was removed. */
void		 retain_sweep(struct retain *);

#endif
