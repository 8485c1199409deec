/* store-index - between store-index.c and those that search. Private to the store. */
#ifndef DAEMON_CORE_STORE_INDEX_H
#define DAEMON_CORE_STORE_INDEX_H

#include "daemon/core/store-sql.h"

/*
 * BM25 with every word weighing the same, of so many words or phrases. frequencies: how often each occurs, each time counted by
 * what the column weighs; size: of the entry, in parts of an ordinary one's.
 */
enum { RANK_COLUMNS = 3 };
extern const double store_rank_weights[RANK_COLUMNS];	/* text, title, authors */
double	store_rank(const double *frequencies, int count, double size);

/* The same tokenizer as in schema/index.sql; to be released by its xDelete. */
bool	store_tokenizer(struct store *, fts5_tokenizer *, Fts5Tokenizer **);

/* A search ended with rc: if the index is at fault it is detached, and ENOINDEX is the answer. Statements must be done. */
int	store_index_failed(struct store *, int rc);

#endif
