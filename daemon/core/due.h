/*
 * due - which feeds are due: walks of the schedule in the store, in portions, for poll to make jobs of them. What rests or is crowded is
 * put off there and then.
 *
 * What was due already at the start is taken by and by (spread.h): first it is counted, and what was never polled taken at once, for
 * somebody waits for its first entries. What a user asks for does not come this way.
 */
#ifndef DAEMON_CORE_DUE_H
#define DAEMON_CORE_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"

enum {
	DUE_PORTION = 256,		/* looked up at a time */
	DUE_COUNT_PORTION = 1024,	/* those due at the start are counted in such portions */
	DUE_STEP_MS = 250,		/* of what was due at the start some more is taken so often, at most */
	DUE_CROWDED_S = 60,		/* so much later, at least, comes what found its host crowded */
	DUE_RESCAN_S = 60		/* the schedule is looked at from its beginning at least so often */
};

struct due;

struct due	*due_new(struct core *);
void		 due_free(struct due *);

/* Counts a portion of what was due at the start; to be called once a turn, for there may be very many. */
void		 due_look(struct due *);

/* Takes a portion. False if there is nothing more for now. */
bool		 due_scan(struct due *);

/* When there may be more, monotonic milliseconds; DUE_RESCAN_S from now at the latest. */
int64_t		 due_when(struct due *);

/* Feeds may have become due behind its back. */
void		 due_rescan(struct due *);

#endif
