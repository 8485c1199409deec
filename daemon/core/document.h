/*
 * document - the method ingest: a client brings a document for a feed as if it had been fetched. It is collected here, goes to a fetcher,
 * which alone reads what strangers write, and comes back as the records of a job, as what a hub pushes does.
 */
#ifndef DAEMON_CORE_DOCUMENT_H
#define DAEMON_CORE_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"

enum { DOCUMENTS_MAX = 4 /* at a time; a connection has one */ };

struct documents;
struct document;
struct rpc_call;
struct settle;

struct documents *documents_new(struct core *);
void		 documents_free(struct documents *);	/* NULL is fine; before poll_free() */

/* The method: a piece of a document; it answers the last one when the entries are stored. */
void		 document_take(struct documents *, struct rpc_call *);

/* Whether it is what its user has read elsewhere: store_job_past(). */
bool		 document_is_past(const struct document *);

/* What came of it is committed. Or its fetcher has ended, for which it was not to blame. */
void		 document_settled(struct documents *, const struct settle *);
void		 document_lost(struct documents *, struct document *);

/* A client has gone: what it has not brought in full is dropped. NULL is fine. */
void		 document_gone(struct documents *, uint64_t client);

#endif
