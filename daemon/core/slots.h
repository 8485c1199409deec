/*
 * slots - how many transfers there may be at once: so many, and as many again that are slow. One that has taken SLOTS_SLOW_MS
 * is: it makes room for another, so that hosts that hang do not keep others waiting.
 *
 *	struct slots slots = { .most = 64 };
 *	item = host_next(table, now_ms, slots_lanes(&slots));
 *	if (item != NULL) slots_take(&slots, &job->slot, host_is_slow(item), now_ms);
 *	while ((slot = slots_age(&slots, now_ms)) != NULL) ...	its transfer is slow now
 *	slots_leave(&slots, &job->slot);
 *
 * Times are milliseconds of any clock that does not go back.
 */
#ifndef DAEMON_CORE_SLOTS_H
#define DAEMON_CORE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/host.h"

enum { SLOTS_SLOW_MS = 5 * 1000 };

/* Embedded in what takes a slot; all zero at first. */
struct slot {
	struct slot	*prev, *next;	/* of those that are quick as yet, in order of their beginning */
	int64_t		 begun_ms;
	bool		 taken, slow;
};

struct slots {
	size_t		 most;		/* of each kind */
	size_t		 quick, slow;	/* taken */
	struct slot	*first, *last;
};

/* The lanes of hosts (host.h) that there is room for. */
unsigned slots_lanes(const struct slots *);
void	 slots_take(struct slots *, struct slot *, bool slow, int64_t now_ms);

/* Nothing if it has none. */
void	 slots_leave(struct slots *, struct slot *);

/* One that has become slow by now, if there is room for it; NULL: none. */
struct slot *slots_age(struct slots *, int64_t now_ms);

/* When slots_age() may have one; HOST_NEVER if there will be none before one leaves or is taken. */
int64_t	 slots_when(const struct slots *);

/* Whether its transfer has been slow until now. */
bool	 slots_is_slow(const struct slot *, int64_t now_ms);

#endif
