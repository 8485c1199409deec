/*
 * check - whether gazette.db is whole: SQLite's quick_check, in a process of its own at the lowest priority (side.h), since it
 * reads all of the file.
 *
 * What store_open() has not looked at whole is looked at once core has started, and all of it when a client asks. If something is
 * found nothing more is written (store_condemn()): what can be read still is.
 */
#ifndef DAEMON_CORE_CHECK_H
#define DAEMON_CORE_CHECK_H

#include "daemon/core/core.h"

enum { CHECK_MEMORY_MAX = 256 << 20 };	/* of the process, in bytes; SQLite notes each page in a bit, and each table's free room */

struct check;
struct rpc_call;

/* Before descriptors are opened. NULL with errno if the system refuses. */
struct check	*check_new(const char *state_dir);

/* The store is open. */
void		 check_start(struct check *, struct core *);
void		 check_free(struct check *);

/* The method check. */
void		 check_ask(struct check *, struct rpc_call *);

#endif
