/*
 * pace - the limits of time of one job: for the connection of each hop, for the speed, for all of it. A pure function
 * of the times it is told; time in which the job is paused, because we ourselves do not read, does not count.
 *
 *	pace_start(&pace, now);  pace_hop(&pace, now);		then, every PACE_TICK_MS or so:
 *	outcome = pace_check(&pace, now, timeout_ms, &progress, message);
 */
#ifndef DAEMON_FETCHER_PACE_H
#define DAEMON_FETCHER_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/fetcher/transfer.h"

enum {
	PACE_TICK_MS = 250,
	PACE_STALL_MS = 2 * 1000,	/* so long after a tick the next should have come: we stand still */
	PACE_CONNECT_MS = 20 * 1000,	/* for resolving the name, connecting and TLS together */
	PACE_SLOW_BYTES = 100,		/* fewer a second on the wire, */
	PACE_SLOW_MS = 30 * 1000	/* for so long (or half the timeout if that is shorter), is too slow */
};

/*
 * The time of a process, for all its paces: it stands still while that does, stopped by a signal or with its container, or busy for
 * long with one document. Zeroed to begin with.
 */
struct pace_clock {
	int64_t		 ticked_ms, away_ms;	/* the last tick; how long it stood still until then */
};

/* Every PACE_TICK_MS; idle: there was none for a good reason. */
void	pace_tick(struct pace_clock *, int64_t now_ms, bool idle);

/* What it shows, to be used as now_ms below. */
int64_t	pace_time(const struct pace_clock *, int64_t now_ms);

struct pace {
	int64_t		 began_ms, hop_ms;	/* the job, this hop; moved on by pauses */
	int64_t		 window_ms;		/* the time over which speed is measured, */
	uint64_t	 window_bytes;		/* and what had come when it began */
	int64_t		 paused_ms;		/* since when */
};

void	pace_start(struct pace *, int64_t now_ms);
void	pace_hop(struct pace *, int64_t now_ms);

/* Each pause is to be followed by a resume before the next check. */
void	pace_pause(struct pace *, int64_t now_ms);
void	pace_resume(struct pace *, int64_t now_ms);

/* OUTCOME_OK, or which limit was crossed, with its value in the message. */
enum outcome pace_check(struct pace *, int64_t now_ms, int64_t timeout_ms, const struct transfer_progress *,
	    char message[TRANSFER_MESSAGE_BYTES]);

#endif
