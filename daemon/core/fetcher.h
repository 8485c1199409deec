/*
 * fetcher - core's side of gazetted-fetcher: its processes, their configuration, and a watch on their silence. What they say goes to
 * ingest; when one comes and goes, poll and ingest are told.
 *
 * One is always there. Parsing is most of what a burst costs, and one process parses on one CPU: while more waits than it can take,
 * and there is a CPU for it, a second one is started, and ended again when it has had nothing to do for FETCHER_REST_MS. The hosts
 * do not notice: their governor is core's. Somewhere a job that may be one that fetchers die of can be alone is there, too.
 *
 * What a fetcher had in its hands when it crashed, hung or grew too large is known by its mark (mark.h): poll_lost() blames that job.
 *
 *	struct fetcher *fetcher = fetchers_pick(core->fetchers);
 *	if (fetcher == NULL) return;			none can take a job now; poll_kick() comes when one can
 *	fetcher_send(fetcher, &record);			its answers, or poll_lost()
 *	fetcher_done(fetcher);				once for each job sent
 *
 * The first one also listens to hubs, if that is configured; what they call about goes to websub.
 */
#ifndef DAEMON_CORE_FETCHER_H
#define DAEMON_CORE_FETCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/shared/record.h"

enum {
	FETCHERS_MAX = 2,		/* processes; core keeps up with no more */
	FETCHER_CROWD = 200,		/* so many jobs that could start but for room are a burst */
	FETCHER_ALONE = 4,		/* so large a share (1/4) of the most jobs at a time the first one does alone */
	FETCHER_REST_MS = 5 * 1000,	/* without a job: the second one ends */
	FETCHER_QUEUE_MAX = 1 << 20,	/* bytes of jobs that wait to be read by one: it is handed no more */
	FETCHER_GRACE_MS = 15 * 1000,	/* a fetcher with jobs that says nothing for the timeout and so long hangs */
	FETCHER_LOOK_MS = FETCHER_GRACE_MS / 4	/* between two looks at its silence */
};

struct fetcher;
struct fetchers;

struct fetchers	*fetchers_new(struct core *);
void		 fetchers_free(struct fetchers *);
void		 fetchers_start(struct fetchers *);

/* FETCHER_CROWD jobs wait for room alone: another process, if there may be one more. */
void		 fetchers_crowded(struct fetchers *);

/* Who takes the next job: the first while it has few, so that the second comes to rest; else who has the fewest. NULL: none can. */
struct fetcher	*fetchers_pick(struct fetchers *);

/* Who takes a job that is to be alone, or NULL: as soon as one can, poll_kick() comes. */
struct fetcher	*fetchers_alone(struct fetchers *);
void		 fetcher_send(struct fetcher *, const struct rec_job *);
void		 fetcher_done(struct fetcher *);

/* A piece of a document, for a job that it has (poll_push()). */
void		 fetcher_document(struct fetcher *, const struct rec_document *);

/* It has begun a job by itself, with leave; fetcher_done() when it is over. */
void		 fetcher_began(struct fetcher *);

/* What somebody who has called its listener is answered. */
void		 fetcher_reply(struct fetcher *, const struct rec_hub_reply *);

/* Their answers are not read while ingest cannot store them. */
void		 fetchers_pause(struct fetchers *, bool paused);

/* The configuration has changed: they are told. */
void		 fetchers_configure(struct fetchers *);

/*
 * Whether a fetcher with jobs has been silent for patience_ms, looked at every FETCHER_LOOK_MS. Excused is a silence that has a
 * reason; so is one that we ourselves have missed: with a container that is frozen and let go all processes stood still.
 */
struct fetcher_silence { int64_t heard_ms, looked_ms; };
bool		 fetcher_hangs(struct fetcher_silence *, int64_t now_ms, int64_t patience_ms, bool excused);

/* How many run; how often one had to be started again; the process id of the first, or 0. */
size_t		 fetchers_running(const struct fetchers *);
uint64_t	 fetchers_restarts(const struct fetchers *);
int		 fetchers_pid(const struct fetchers *);

#endif
