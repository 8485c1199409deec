/*
 * forget - keeps the log of changes bounded: all but the newest keep_changes of it are forgotten, in small steps. What has not been
 * told, indexed or announced yet waits for that, but not beyond twice as many; what undo needs stays (store_log_forget()).
 */
#ifndef DAEMON_CORE_FORGET_H
#define DAEMON_CORE_FORGET_H

#include "daemon/core/core.h"

enum {
	FORGET_EVERY_MS = 10 * 1000,
	FORGET_STEP_MS = 20		/* between two steps */
};

struct forget;

struct forget	*forget_new(struct core *);
void		 forget_free(struct forget *);

/* The configuration has been read. */
void		 forget_now(struct forget *);

#endif
