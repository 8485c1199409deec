/*
 * mark - what a helper has in its hands at this very moment, in two words of memory that it shares with core: they are still
 * there when the helper has died, and tell what it died of.
 *
 *	core	int fd = mark_new();			before it is locked in; the helper gets it as MARK_FD
 *		mark_take(fd, &mark);			after the helper's end; for the next one it is blank again
 *	helper	mark_open(MARK_FD);			before it is locked in
 *		uint64_t before = mark_set(job);	and mark_set(before) when that is done
 *
 * Core believes nothing of it: it is a stranger's word, good enough to choose among the jobs that this helper had anyway. There is
 * one mark in a process; threads have none.
 */
#ifndef DAEMON_SHARED_MARK_H
#define DAEMON_SHARED_MARK_H

#include <stdint.h>

#include "daemon/shared/ipc.h"

enum { MARK_FD = IPC_FD + 1 };	/* where a helper finds it */

#define MARK_BLANK	0		/* it has not begun to work */
#define MARK_NOBODY	UINT64_MAX	/* nobody's job: it waits, or does what is for all of them */

struct mark {
	uint64_t job;		/* core's number for it, or one of the above */
	uint64_t memory_bytes;	/* all it may use, if it ended for want of more; else 0 */
};

/* --- core ------------------------------------------------------------------------------- */

/* A descriptor, closed on exec. The memory can be neither cut nor grown. Aborts if the system has none. */
int	mark_new(void);

/* How the helper left it, blank if it cannot be read; makes it blank. */
void	mark_take(int fd, struct mark *);

/* --- helper ----------------------------------------------------------------------------- */

/* Takes fd. 0, or -1 if it is no mark. */
int	mark_open(int fd);

/* The job in hands from now on; returns the one before. Two stores, no system call. Without mark_open() nobody sees it. */
uint64_t mark_set(uint64_t job);

/* From now on an abort() for want of memory is noted as such: all that may be used is memory_bytes. */
void	mark_memory(uint64_t memory_bytes);

#endif
