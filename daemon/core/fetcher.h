/*
 * fetcher - core's side of gazetted-fetcher: the process, its configuration, and a watch on its silence.
 * What it says goes to ingest; when it comes and goes, poll and ingest are told.
 */
#ifndef DAEMON_CORE_FETCHER_H
#define DAEMON_CORE_FETCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/shared/record.h"

enum {
	FETCHER_QUEUE_MAX = 1 << 20,	/* bytes of jobs that wait to be read by it: no more are handed out */
	FETCHER_GRACE_MS = 15 * 1000	/* a fetcher with jobs that says nothing for the timeout and so long hangs */
};

struct fetcher	*fetcher_new(struct core *, bool verbose);
void		 fetcher_free(struct fetcher *);
void		 fetcher_start(struct fetcher *);

/* Whether a job can be sent now; send one. */
bool		 fetcher_ready(const struct fetcher *);
void		 fetcher_send(struct fetcher *, const struct rec_job *);

/* It broke the contract: it is killed and started again. */
void		 fetcher_kill(struct fetcher *, const char *why);

/* Its answers are not read while ingest cannot store them. */
void		 fetcher_pause(struct fetcher *, bool paused);

/* The configuration has changed: the helper is told. */
void		 fetcher_configure(struct fetcher *);

bool		 fetcher_running(const struct fetcher *);
uint64_t	 fetcher_restarts(const struct fetcher *);
int		 fetcher_pid(const struct fetcher *);

#endif
