/*
 * index-backup - a copy of gazette.db while it is in use: what is committed now, without free pages, one file that needs no other. It is
 * the indexer's work because it takes as long as reading all of it does.
 */
#ifndef DAEMON_INDEXER_INDEX_BACKUP_H
#define DAEMON_INDEXER_INDEX_BACKUP_H

#include "daemon/indexer/index.h"

/* Makes STATE_DIR/BACKUP_FILE anew. 0, or -1 with error filled in; then there is no such file. */
int	index_backup(const char *state_dir, char error[INDEX_ERROR_BYTES]);

#endif
