/*
 * fetcher - the process: jobs come in over the channel and wait; at most config.parallel of them are fetched at a time; each
 * is answered by a row of records (record.h) that no other job's records interrupt.
 *
 * Memory is bounded by stopping to read. When the channel is behind by more than FETCHER_QUEUE_MAX bytes, no transfer
 * reads from the network; when the rows under way hold more than FETCHER_ROWS_MAX, only the oldest does, so that there is
 * always progress. No job is started meanwhile. What a document may make the libraries take beyond that ends at
 * FETCHER_MEMORY_BASE and FETCHER_MEMORY_BODIES times max_body (RLIMIT_DATA): then the process aborts, and core knows by
 * which feeds.
 *
 * With the first RECORD_CONFIG, before any job, the process is locked (sandbox.h).
 */
#ifndef DAEMON_FETCHER_FETCHER_H
#define DAEMON_FETCHER_FETCHER_H

#include <stdbool.h>

#include "daemon/shared/loop.h"

enum {
	FETCHER_QUEUE_MAX = 4 << 20,
	FETCHER_ROWS_MAX = 16 << 20,
	FETCHER_MEMORY_BASE = 768 << 20,	/* a thousand threads that resolve names are most of it */
	FETCHER_MEMORY_BODIES = 4	/* a document that is not taken in pieces (JSON, a page), while its buffer grows */
};

struct fetcher;

/* fd: the channel to core, taken. The loop is stopped when the channel closes. */
struct fetcher	*fetcher_new(struct loop *, int fd);
void		 fetcher_free(struct fetcher *);

/* Why the loop was stopped: a fetcher is needed that may read what is there now, or use more memory. */
bool		 fetcher_leaves(const struct fetcher *);

#endif
