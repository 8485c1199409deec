/*
 * errand - runs the commands that rules want run, each with its entry as one JSON object on standard input: some at a time, again
 * with growing pauses where one fails, until it has failed ERRAND_TRIES_MAX times. What waits is in the store: a command runs at
 * least once, however often the daemon ends. An entry that is gone by its turn is passed over.
 */
#ifndef DAEMON_CORE_ERRAND_H
#define DAEMON_CORE_ERRAND_H

#include "daemon/core/core.h"

enum {
	ERRANDS_AT_ONCE = 4,
	ERRAND_TRIES_MAX = 8,
	ERRAND_BACKOFF_FIRST_S = 10,	/* before the second try; doubles with each that follows */
	ERRAND_BACKOFF_MAX_S = 3600
};

struct errands;

struct errands	*errands_new(struct core *);
void		 errands_free(struct errands *);	/* ends those that run; they wait in the store */

/* There may be something to do. */
void		 errands_go(struct errands *);

#endif
