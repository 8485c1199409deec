/*
 * spread - what was due already when the daemon started, after a night without power say, is not fetched at once but evenly over a
 * while. Pure: how many of them may have been taken by now.
 */
#ifndef DAEMON_CORE_SPREAD_H
#define DAEMON_CORE_SPREAD_H

#include <stdint.h>

enum {
	SPREAD_PART = 4,		/* the while is this part of min_interval, */
	SPREAD_MAX_MS = 10 * 60 * 1000	/* and so long at most */
};

struct spread {
	int64_t	 begun_ms, window_ms;
	int64_t	 total, taken;		/* how many there are, as far as they have been counted, and how many have been taken */
};

void	spread_begin(struct spread *, int64_t now_ms, int64_t min_interval_s);

/* How many more may be taken now; when the next may be, INT64_MAX if there is none. */
int64_t	spread_room(const struct spread *, int64_t now_ms);
int64_t	spread_when(const struct spread *);

#endif
