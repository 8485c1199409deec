/*
 * marks - item.tag and undo: changes of many entries at once, of which nobody else has to wait for the end.
 *
 * They are done one after the other in the order they were asked for, each whole or not at all, and answered then. One that takes
 * longer than MARKS_TURN_MS goes on in turns of that length, and between them clients are read to from what is committed. Only what would
 * write waits: what comes from fetchers until it is over (ingest_hold()), the next of these in their queue; any other change has
 * to wait for all that is left of it (store-edit.h). The client that asked is not listened to until it has its answer, so
 * that what it asks for later shows what it has changed.
 */
#ifndef DAEMON_CORE_MARKS_H
#define DAEMON_CORE_MARKS_H

#include <stdbool.h>

#include "daemon/core/store-edit.h"
#include "feeds/base/json.h"

struct core;
struct marks;
struct rpc_call;

enum {
	MARKS_TURN_MS = 1,
	MARKS_STEP = 50			/* entries, after which the clock is looked at */
};

/* Part of whoever wants one done. The owner fills in the first four. */
struct mark {
	struct rpc_call	*call;

	/* All that was asked for before has happened: edit is to be made. Its status; what is not OK is said to the client. */
	int		(*begin)(struct mark *);

	/* It has been done: what of it is told in the result. */
	void		(*answer)(struct mark *, struct json *);
	void		(*free)(struct mark *);

	struct store_edit edit;
	struct mark	*next;
	bool		 begun;
};

struct marks	*marks_new(struct core *);
/* What is not over has not happened; whoever asked is told. NULL is fine. */
void		 marks_free(struct marks *);

/* Takes it. */
void		 marks_do(struct marks *, struct mark *);

#endif
