/*
 * checkpoint - a process that folds the log back into gazette.db, so that core never waits for the disk.
 *
 * Core's commits are appended to the log (SQLite's WAL) and not waited for. Moving them to their place is what waits: the log and the
 * file are synchronised, which takes from milliseconds to seconds. It is done on request by a process forked before anything is open. It
 * knows nothing but the file, and has the indexer's walls. Readers and core's commits go on meanwhile; when all has been moved, the next commit
 * begins the log anew. Should the process be gone, core folds back by itself, and says so once. It ends with core.
 *
 *	struct checkpoint *checkpoint = checkpoint_new(state_dir);	before descriptors are opened
 *	checkpoint_start(checkpoint, loop, store);			the store asks from now on
 *	checkpoint_free(checkpoint);					before store_close()
 */
#ifndef DAEMON_CORE_CHECKPOINT_H
#define DAEMON_CORE_CHECKPOINT_H

#include "daemon/core/store.h"
#include "daemon/shared/loop.h"

enum {
	CHECKPOINT_REST_MS = 1000,		/* before it tries again what a reader has kept it from */
	CHECKPOINT_MEMORY_MAX = 64 << 20	/* of the process, in bytes */
};

struct checkpoint;

/* state_dir need not be there yet. NULL with errno if the system refuses. */
struct checkpoint *checkpoint_new(const char *state_dir);
void	checkpoint_start(struct checkpoint *, struct loop *, struct store *);

/* Waits until it has finished what it is at; the store folds back by itself then. */
void	checkpoint_free(struct checkpoint *);

#endif
