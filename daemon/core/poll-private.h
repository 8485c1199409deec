/*
 * poll-private - what poll.c (jobs, from their start to their end), poll-lost.c (fetchers that have died) and poll-hub.c (jobs that
 * no feed is due for) share.
 */
#ifndef DAEMON_CORE_POLL_PRIVATE_H
#define DAEMON_CORE_POLL_PRIVATE_H

#include "daemon/core/map.h"
#include "daemon/core/poll.h"

struct poll {
	struct core	*core;
	struct host_table *hosts;
	struct map	 jobs, feeds;	/* by number: jobs that run or are being stored; by feed: all that have one */
	size_t		 running;
	struct slots	 slots;
	/* Jobs that fetchers may die of: one of them is let go at a time, the others stand in line. */
	struct job	*suspect, *first_suspect;
	bool		 suspect_turn;	/* it is its turn at its host: it waits for a fetcher of its own */
	uint64_t	 last_job;
	struct loop_timer *timer;
	struct arena	*arena;
	struct turns	 turns;
	struct due	*due;
};

/* The host where it has to be fetched next; in poll's arena. */
const char *poll_next_host(struct poll *, const struct job *);

/* Out of its fetcher's hands and of its host's queue, whatever comes next. */
void	poll_stopped(struct poll *, struct job *);

/* To this fetcher, which can take it; its host has given it its turn. */
void	poll_dispatch(struct poll *, struct job *, struct fetcher *);

/* Into the line of suspects: -> WAITING. */
void	poll_suspect(struct poll *, struct job *);

/* There is room for a suspect: the first goes to its host. Its turn has come there: to a fetcher of its own, if that is there now. */
void	poll_suspect_next(struct poll *);
void	poll_suspect_run(struct poll *);

#endif
