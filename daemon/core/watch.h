/*
 * watch - clients that wait for changes: every change after their number, in order, none lost, none twice.
 *
 * A watch is a place in the store's log, not a queue: a client that does not read is not fed, and goes on from where it
 * was when it has read. With a query only entries that match it (as they are when the change is told) and removals come; a query with words
 * is told as the index catches up.
 */
#ifndef DAEMON_CORE_WATCH_H
#define DAEMON_CORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"

enum {
	WATCHES_A_CLIENT = 16,
	WATCH_PORTION = 256		/* changes told before others get their turn */
};

struct watches;
struct client;
struct query;

struct watches	*watches_new(struct core *);
void		 watches_free(struct watches *);

/* query: taken; NULL: everything. Returns the watch's number, or 0 if the client has too many. */
uint64_t	 watch_start(struct watches *, struct client *, struct query *query, int64_t since);

/* Whether there was such a watch. */
bool		 watch_stop(struct watches *, struct client *, uint64_t number);

/* There may be news; this client reads again; this client has gone. */
void		 watch_go(struct watches *);
void		 watch_room(struct watches *, struct client *);
void		 watch_gone(struct watches *, struct client *);

#endif
