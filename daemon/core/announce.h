/*
 * announce - on_new of the configuration: a command that is run when there are new entries, with one JSON object a line on standard
 * input, an entry each, as many as have come meanwhile (but no more than ANNOUNCE_CHANGES changes at a time).
 *
 * An entry is announced at least once: how far it is, is kept in the store, and goes on when the command has ended with status 0. One
 * that fails is run again with the same entries and what has come since, after a pause that grows to ANNOUNCE_BACKOFF_MAX_MS, without end. It begins
 * with what comes after on_new has been set; what came while it was not set is not announced.
 */
#ifndef DAEMON_CORE_ANNOUNCE_H
#define DAEMON_CORE_ANNOUNCE_H

#include "daemon/core/core.h"

enum {
	ANNOUNCE_DELAY_MS = 200,		/* to let what comes together be announced together */
	ANNOUNCE_CHANGES = 1000,
	ANNOUNCE_BYTES = 4 << 20,		/* of entries in one run; the one that goes over it is the last */
	ANNOUNCE_BACKOFF_FIRST_MS = 1000,
	ANNOUNCE_BACKOFF_MAX_MS = 600 * 1000
};

struct announce;

struct announce	*announce_new(struct core *);
void		 announce_free(struct announce *);

/* The configuration has been read. */
void		 announce_configure(struct announce *);

/* There may be something to be told. */
void		 announce_go(struct announce *);

#endif
