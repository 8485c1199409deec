/*
 * index - core's side of gazetted-indexer: the process, how far it is, and whether searches may use index.db.
 */
#ifndef DAEMON_CORE_INDEX_H
#define DAEMON_CORE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"

struct index;

struct index_state { int64_t seq, entries; const char *word; /* "ok", "starting", "rebuilding", "down" */ uint64_t restarts; };

struct index	*index_new(struct core *);
void		 index_free(struct index *);
void		 index_start(struct index *);

/* There are changes up to seq. */
void		 index_go(struct index *, int64_t seq);

/* A copy of the database is to be made; backup_made() follows. False if nobody is there to do it. */
bool		 index_backup(struct index *);

void		 index_state(const struct index *, struct index_state *);

#endif
