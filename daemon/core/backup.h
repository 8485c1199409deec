/*
 * backup - a copy of gazette.db for a client, without anybody waiting for it: the indexer makes it beside the database, core opens it
 * and takes its name away at once, and the client reads it piece by piece. One at a time.
 */
#ifndef DAEMON_CORE_BACKUP_H
#define DAEMON_CORE_BACKUP_H

#include <stdint.h>

#include "daemon/core/core.h"

struct backup;
struct rpc_call;

enum { BACKUP_PIECE_BYTES = 384 << 10 };	/* in one answer */

struct backup	*backup_new(struct core *);
void		 backup_free(struct backup *);

/* The method backup: answers when the copy is there. */
void		 backup_start(struct backup *, struct rpc_call *);

/* The method backup.read. */
void		 backup_read(struct backup *, struct rpc_call *);

/* The indexer's answer: NULL, or why there is no copy. Or it has ended. */
void		 backup_made(struct backup *, const char *error);

/* A client has gone. NULL is fine: all ends. */
void		 backup_gone(struct backup *, uint64_t client);

#endif
