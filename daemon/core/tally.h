/*
 * tally - counts what queries find: item.count.
 *
 * Most counts take less than a millisecond and are made at once. One that takes longer than TALLY_HERE_MS, or has a word that is only
 * begun (for "ba*" FTS5 reads all that any such word has before it gives the first row, and cannot be asked to pause), is made by a process
 * beside core, with connections of its own that only read, while core serves others. Calls take turns there, query by query. Should the
 * process be gone, core counts by itself, within STORE_QUERY_MS, and says so once.
 */
#ifndef DAEMON_CORE_TALLY_H
#define DAEMON_CORE_TALLY_H

#include "daemon/core/core.h"

enum {
	TALLY_QUERIES_MAX = 1000,		/* of a call */
	TALLY_HERE_MS = 40,			/* of a call in one turn of the loop */
	TALLY_APART_MS = 60000,			/* of a query in the process */
	TALLY_WAITING_MAX = 64,			/* calls that wait for it */
	TALLY_MEMORY_MAX = 256 << 20		/* of the process, in bytes */
};

struct rpc_call;
struct tally;

/* Before descriptors are opened; state_dir need not be there yet. NULL with errno if the system refuses. */
struct tally	*tally_new(const char *state_dir);
void		 tally_start(struct tally *, struct core *);
/* Answers those that wait. */
void		 tally_free(struct tally *);

/* Answers item.count, now or later. */
void		 tally_count(struct tally *, struct rpc_call *);

#endif
