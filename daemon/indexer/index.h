/*
 * index - index.db: the full-text index of gazette.db, kept by following its log of changes.
 *
 * gazette.db is only read. index.db is derived and expendable: when it is missing, damaged, of another schema, another database's or
 * behind the start of the log, it is removed and built anew. Work is done in steps, each one transaction, so that
 * the caller can look up in between. A process that is killed goes on where the last step ended.
 *
 *	struct index *index = index_open("/var/lib/gazette", error);
 *	while (index_step(index) == INDEX_MORE)
 *		tell(index_state(index));
 */
#ifndef DAEMON_INDEXER_INDEX_H
#define DAEMON_INDEXER_INDEX_H

#include <stdint.h>

#include "daemon/shared/record.h"

struct index;

enum {
	INDEX_ERROR_BYTES = 512,
	INDEX_STEP_ENTRIES = 1000,		/* in one transaction, */
	INDEX_STEP_BYTES = 4 << 20,		/* unless their texts take more */
	INDEX_CACHE_KIB = 8 << 10
};

enum index_result {
	INDEX_DONE,		/* nothing left to do */
	INDEX_MORE,
	INDEX_REBUILDING,	/* index.db was removed and begun anew; step again */
	INDEX_FAILED		/* a disk that is full, a database that cannot be read: index_error(); try later */
};

/* Opens both; begins index.db anew if need be. NULL with error filled in if that is impossible. */
struct index	*index_open(const char *state_dir, char error[INDEX_ERROR_BYTES]);
void		 index_close(struct index *);		/* NULL is fine */

enum index_result index_step(struct index *);

/* Merges a little of what many steps left behind, so that searching has less to look through: DONE when there is no more. */
enum index_result index_tidy(struct index *);

/* How far the last step came; seq is 0 while it is being built. */
struct rec_index_state index_state(const struct index *);
const char	*index_error(const struct index *);
/* Why it was begun anew; NULL: it was not, since it was opened. Static. */
const char	*index_why(const struct index *);

#endif
