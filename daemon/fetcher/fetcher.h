/*
 * fetcher - the process: jobs come in over the channel and wait; at most config.parallel of them are fetched at a time; each
 * is answered by a row of records (record.h) that no other job's records interrupt.
 *
 * Memory is bounded by stopping to read. When the channel is behind by more than FETCHER_QUEUE_MAX bytes, no transfer
 * reads from the network; when the rows under way hold more than FETCHER_ROWS_MAX, only the oldest does, so that there is
 * always progress. No job is started meanwhile.
 */
#ifndef DAEMON_FETCHER_FETCHER_H
#define DAEMON_FETCHER_FETCHER_H

#include "daemon/shared/loop.h"

enum {
	FETCHER_QUEUE_MAX = 4 << 20,
	FETCHER_ROWS_MAX = 16 << 20
};

struct fetcher;

/* fd: the channel to core, taken. The loop is stopped when the channel closes. */
struct fetcher	*fetcher_new(struct loop *, int fd);
void		 fetcher_free(struct fetcher *);

#endif
