/*
 * side - a process beside core that does one thing with the database, on request, so that core need not wait for it.
 *
 * It is forked before anything is open, has the indexer's walls from its first task on, knows nothing but the state's folder, and ends
 * with core. A question is a text; an answer is a line. It is not started again: who asks has to do without.
 *
 *	static const struct side_task task = { .name = "gazetted-verify", .memory_max = 64 << 20, .idle = true, .work = look };
 *	side = side_new(&task, state_dir);		before descriptors are opened; state_dir need not be there yet
 *	side_start(side, loop, on_answer, arg);
 *	if (side_ask(side, "")) ...				on_answer follows
 */
#ifndef DAEMON_CORE_SIDE_H
#define DAEMON_CORE_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/loop.h"

enum { SIDE_ANSWER_BYTES = 512, SIDE_QUESTION_BYTES = 17 << 10 };

struct side_task {
	const char	*name;		/* of the process */
	uint64_t	 memory_max;	/* bytes */
	bool		 idle;		/* takes what no one else wants; else it is a little nicer than core */
	/* In the process. answer is empty, and a line when it returns. */
	void		(*work)(const char *state_dir, const char *question, char answer[SIDE_ANSWER_BYTES]);
};

struct side;

/* The task and state_dir are borrowed by the process for good. NULL with errno if the system refuses. */
struct side	*side_new(const struct side_task *, const char *state_dir);

/* answer NULL: the process is gone, once. */
void		 side_start(struct side *, struct loop *, void (*on_answer)(void *arg, const char *answer), void *arg);

/* The question has less than SIDE_QUESTION_BYTES. False: it is gone, or at it already. */
bool		 side_ask(struct side *, const char *question);

/* wait: for what it is at, which else is broken off. */
void		 side_free(struct side *, bool wait);

#endif
