/*
 * ingest - takes in the fetchers' records: the entries of one job in a row, its feed, its outcome. Each job is collected in memory; at its
 * outcome settle says what it means and writes it into the open batch. The batch is committed, and all it answers is answered,
 * after INGEST_ENTRIES_MAX entries or INGEST_BYTES_MAX bytes, when nothing more is on its way, or INGEST_DELAY_MS after it began.
 *
 * Records are a stranger's: one that does not decode, belongs to no job of this fetcher, mixes jobs or goes back in order is the end
 * of it. What it had not finished is put back.
 *
 * A full or failing disk stops ingest: the batch is rolled back but kept in memory, nothing more is read from the fetcher, no job
 * is handed out; every INGEST_RETRY_MS the kept batch is tried again, and once it is stored everything goes on, if what is kept free for a
 * start (place.h) has room, too. Clients that wait for
 * a fetch are told at once.
 */
#ifndef DAEMON_CORE_INGEST_H
#define DAEMON_CORE_INGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/core/core.h"
#include "daemon/shared/record.h"

enum {
	INGEST_ENTRIES_MAX = 2000,	/* of a batch */
	INGEST_BURST_ENTRIES = 200,	/* so many in one batch: more is coming, the log is folded back later */
	INGEST_JOBS_MAX = 1000,
	INGEST_BYTES_MAX = 16 << 20,
	INGEST_DELAY_MS = 100,		/* from the first outcome of a batch to its commit */
	INGEST_FOLD_MS = 300,		/* from the end of a burst to folding the log back */
	INGEST_RETRY_MS = 5000
};

struct fetcher;
struct ingest;
struct job;

/* The job whose records one fetcher is in the middle of. Zeroed but for the fetcher to begin with; owns the entries. */
struct intake {
	const struct fetcher *fetcher;
	struct job	*job;
	struct store_job *entries;
	int64_t		 last_ordinal;
};

struct ingest	*ingest_new(struct core *);

/* Commits what can be. */
void		 ingest_free(struct ingest *);

/* For a fetcher's channel. NULL, or how the frame breaks the contract; valid until the next frame. */
const char	*ingest_frame(struct ingest *, struct intake *, const char *ptr, size_t len);
void		 ingest_idle(struct ingest *);

/* The fetcher has died: what it was in the middle of saying is forgotten. */
void		 intake_forget(struct intake *);

/* An outcome that did not come from a fetcher: the job it died of. */
void		 ingest_outcome(struct ingest *, struct job *, const struct rec_done *);

/* While it is held nothing is read from the fetchers either, and no job is handed out. */
void		 ingest_hold(struct ingest *, bool held);

/* Ends the batch that is open, if any, and answers what waited for it. */
void		 ingest_commit(struct ingest *);

/* Somebody has written into the batch: it is to be committed within INGEST_DELAY_MS. */
void		 ingest_touched(struct ingest *);

/* The database is damaged (store_condemn()): stops, and does not try again. */
void		 ingest_give_up(struct ingest *);

/* The disk is full already: storing stops before anything has failed. */
void		 ingest_full(struct ingest *);

/* Whether the disk, or damage, has stopped ingest, and why: the word for error.data, and a line that begins with it. */
bool		 ingest_stopped(const struct ingest *);
const char	*ingest_word(const struct ingest *);
const char	*ingest_reason(const struct ingest *);

#endif
