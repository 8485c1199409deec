/*
 * worker - a helper process: started by the porter with its end of a socketpair on descriptor IPC_FD and nothing else of ours open
 * but the mark that its owner may give it (MARK_FD), watched, and started again with back-off when it ends.
 *
 *	struct worker *worker = worker_new(loop, porter, PORTER_FETCHER, mark, &ops, arg);
 *	worker_start(worker);			on_start, then frames; on_end, on_start, ...
 *	worker_free(worker);			the helper sees the channel close and ends, or is killed
 */
#ifndef DAEMON_CORE_WORKER_H
#define DAEMON_CORE_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/porter.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/loop.h"

enum {
	WORKER_BACKOFF_FIRST_MS = 100,	/* before the first new start; doubles with each that follows soon */
	WORKER_BACKOFF_MAX_MS = 30 * 1000,
	WORKER_LINGER_MS = 2000,	/* from the end of its channel to its own; then it is killed */
	WORKER_FAREWELL_MS = 500,	/* the same when we end, which others wait for */
	WORKER_STEADY_MS = 60 * 1000	/* a helper that ran so long starts the back-off over */
};

/* Whose doing it was. */
enum worker_end {
	WORKER_CRASHED,		/* its own: a signal, an exit status, or it was ended because it hung */
	WORKER_BROKE,		/* its own: what it said could not be understood, and it was ended for that */
	WORKER_KILLED,		/* not its own: SIGKILL that we did not send, or a clean end that we did not ask for */
	WORKER_OUTDATED		/* what it was given at its start holds no more: it is to be started anew */
};

struct worker;

struct worker_ops {
	/* The helper has been started; its channel takes frames. */
	void	(*on_start)(void *arg, struct ipc *);
	/* As in ipc_ops. Non-zero: the helper is killed, on_end follows. */
	int	(*on_frame)(void *arg, const char *ptr, size_t len);
	void	(*on_drain)(void *arg);
	void	(*on_idle)(void *arg);
	/*
	 * It is gone, all that it had said has been delivered, and it will be started again. why goes on from its name: "ended by
	 * signal 11, Segmentation fault". Called once for each on_start.
	 */
	void	(*on_end)(void *arg, const char *why, enum worker_end how);
};

/* mark: from mark_new(), the caller's, or -1. ops is borrowed for good. */
struct worker	*worker_new(struct loop *, struct porter *, enum porter_program, int mark, const struct worker_ops *ops, void *arg);
void		 worker_free(struct worker *);

/* 0, or -1 if it cannot even be started now (logged; it is tried again). */
int		 worker_start(struct worker *);

/* Ends the helper at once (SIGKILL); no more frames come. It is started again as after a crash; on_end is told how and why. */
void		 worker_kill(struct worker *, enum worker_end how, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Ends the helper for good: its channel is closed. No on_end; worker_start() may start it once it is idle again. */
void		 worker_stop(struct worker *);

/* Whether it neither runs nor ends nor waits for its next start. */
bool		 worker_idle(const struct worker *);

/* The channel; NULL while there is none. */
struct ipc	*worker_ipc(const struct worker *);
bool		 worker_running(const struct worker *);

/* How often it had to be started again (not: because it was outdated); its process id or 0. */
uint64_t	 worker_restarts(const struct worker *);
int		 worker_pid(const struct worker *);

#endif
