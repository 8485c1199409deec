/*
 * store - gazette.db, the truth. Core is its only writer. No other file than store-*.c, query-*.c and the
 * indexer's knows SQLite.
 *
 * The whole API is in seven headers: this one (the file, transactions, figures, index, saved searches),
 * store-feed.h (feeds and their polls), store-health.h (what is wrong with them), store-job.h (what a fetch brought),
 * store-item.h (entries, tags, changes), store-edit.h (tags of many entries, in steps) and query.h (the language).
 *
 *	struct store *store;
 *	char why[STORE_ERROR_BYTES];
 *	if (store_open(&store, "/var/lib/gazette", why) != STORE_OK) ...	why names the file and what to do
 *	store_close(store);
 *
 * Two connections. Writing goes through one, under which a batch of ingest may be open; what clients read comes
 * through the other, so they see committed work only. Functions say which one they use: "committed" or "batch".
 *
 * Transactions. Ingest works in a batch: store_batch_begin(), any number of jobs, store_batch_commit(). A
 * mutation by a client (store_feed_add, store_item_tag_...) commits the open batch first and then runs in a
 * transaction of its own, committed when it returns; or, between store_begin() and store_commit(), in that one.
 * Committed means: survives kill -9 of any process; a power failure may undo the last moments, never more.
 *
 * Errors are negative; store_error() has the line for people. After STORE_EFULL or STORE_EIO in ingest the batch
 * has been rolled back: stop ingest, say so, go on reading, try again. Spans given to callbacks are borrowed until
 * the callback returns; a callback that returns non-zero ends the walk, which then returns that value. Callbacks may
 * read from the store, but not write.
 */
#ifndef DAEMON_CORE_STORE_H
#define DAEMON_CORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/record.h"
#include "feeds/base/arena.h"

struct store;

enum store_status {
	STORE_OK = 0,
	STORE_ENONE = -1,	/* there is no such feed, item, search */
	STORE_EEXIST = -2,	/* there is one already */
	STORE_EAMBIGUOUS = -3,	/* it could be several */
	STORE_EVALUE = -4,	/* a value is too long or out of range */
	STORE_EFULL = -5,	/* the disk is full */
	STORE_EIO = -6,		/* the disk fails */
	STORE_EDAMAGED = -7,	/* gazette.db is damaged; nothing was changed */
	STORE_ENEWER = -8,	/* gazette.db was written by a newer program; nothing was changed */
	STORE_EOPEN = -9,	/* gazette.db cannot be opened or is none */
	STORE_ENOINDEX = -10,	/* the query needs index.db, which is not there now */
	STORE_EINTERNAL = -11,	/* anything else SQLite says */
	STORE_ETOOSLOW = -12,	/* a query of a client was given up: its time was over */
	STORE_EFORGOTTEN = -13	/* changes after this number have been forgotten */
};

enum {
	STORE_ERROR_BYTES = 512,
	STORE_ITEM_MAX = INT32_MAX,	/* ids of entries and feeds */
	STORE_NAME_BYTES = 200,		/* of a tag or a saved search */
	STORE_QUERY_MS = 2000,		/* a list or a count may take so long */
	STORE_CACHE_KIB = 12 << 10,	/* page cache of each connection */
	STORE_WAL_PAGES = 4000,		/* the log is worth folding back from so many on */
	STORE_WAL_PAGES_MANY = 32000,	/* at so many even in a burst, if somebody else does it */
	STORE_WAL_PAGES_MAX = 64000	/* and is folded back at so many whatever is going on: 250 MiB */
};

#define STORE_ABSENT	INT64_MIN	/* a time or number that is not there */
#define STORE_NEVER	INT64_MAX	/* a time that does not come */

/*
 * Opens or creates STATE_DIR/gazette.db and brings it to this program's schema. A database that is damaged,
 * newer or not ours is refused and left as it is. One daemon per directory is the caller's care.
 */
int		 store_open(struct store **, const char *state_dir, char error[STORE_ERROR_BYTES]);
/* The same database for reading alone, in another process; nothing is created, checked or written. */
int		 store_open_apart(struct store **, const char *state_dir, char error[STORE_ERROR_BYTES]);
void		 store_close(struct store *);		/* rolls back what is open; NULL is fine */

/* One plain line about the last error. The word for error.data: "disk-full", "no-such-feed", ... */
const char	*store_error(const struct store *);
const char	*store_word(enum store_status);

/* Whether store_open() has looked at all of the file, which it does with small ones. */
bool		 store_was_checked(const struct store *);

/* In another process, without writing: OK, EDAMAGED, or what kept it from looking; then text says what. size: of text, in bytes. */
int		 store_check_apart(const char *state_dir, char *text, size_t size);

/* The file is damaged, as finding says: an open batch is rolled back, and from now on nothing is written; what would be fails with EDAMAGED. */
void		 store_condemn(struct store *, const char *finding);

/* --- transactions ------------------------------------------------------------------------ */

/*
 * begin while a batch is open does nothing, and so do commit and rollback while none is. begin and commit do what is left of an edit
 * (store-edit.h): what it was to change can be seen then.
 */
int		 store_batch_begin(struct store *);
int		 store_batch_commit(struct store *);
void		 store_batch_rollback(struct store *);
bool		 store_batch_open(const struct store *);

/*
 * Several mutations in one transaction. begin commits an open batch. They do not nest. After an error
 * that is not the value's own fault (ENONE, EEXIST, EAMBIGUOUS, EVALUE) roll back.
 */
int		 store_begin(struct store *);
int		 store_commit(struct store *);
void		 store_rollback(struct store *);

/*
 * Folds the log back if it is worth it and no batch is open. That waits for the disk: to be called when no more
 * is coming at once, so that a burst is written at full speed and only then moved to its place.
 */
void		 store_fold(struct store *);

/* Folds all of the log back and gives memory back, if there is anything to do: to be called when idle. */
void		 store_idle(struct store *);

/*
 * Somebody else folds back from now on, by store_fold_apart() in another process: ask(arg) is called where it would have been done
 * here, and store_folded() once all has been. Only a log of STORE_WAL_PAGES_MAX is folded here in any case, if he is not at it. NULL: nobody
 * any more.
 */
void		 store_fold_by(struct store *, void (*ask)(void *arg), void *arg);
void		 store_folded(struct store *);

/* While it is held only a log of STORE_WAL_PAGES_MAX is folded back: gazette.db stays as it is while somebody looks whether it is whole. */
void		 store_fold_hold(struct store *, bool hold);

/* True if all is folded back; false: readers need some of the log still, or the disk fails, which core will see by itself. */
bool		 store_fold_apart(const char *state_dir);

/* --- time ------------------------------------------------------------------------------- */

/*
 * store_item_list() and store_item_count() give up after STORE_QUERY_MS each (ETOOSLOW), so that no client holds up the others.
 * For one budget for several of them: store_deadline(store, STORE_QUERY_MS), the calls, store_deadline(store, 0).
 * Nothing else has a limit. Time in callbacks counts.
 */
void		 store_deadline(struct store *, int64_t from_now_ms);

/* --- limits ------------------------------------------------------------------------------ */

/* So many earlier texts are kept of an entry, STORE_REVISIONS until it is called; fewer take effect as an entry is edited. */
enum { STORE_REVISIONS = 10 };
void		 store_keep_revisions(struct store *, int64_t most);

/* --- figures ----------------------------------------------------------------------------- */

/* The number of the last committed change; 0 before the first. Committed. */
int64_t		 store_seq(struct store *);

struct store_stats {
	int64_t	 seq, feeds, items, unread, starred;
	int64_t	 failing, gone, quarantined;	/* failing: also those that are gone or in quarantine */
	int64_t	 database_bytes, wal_bytes, index_bytes;
	int64_t	 index_seq, index_entries;	/* 0 without an index */
	bool	 index_attached;
};
int		 store_stats(struct store *, struct store_stats *);	/* committed; 0.1 ms, and 1 ms more for each 100,000 feeds that fail */

/* Feeds that are due at now (batch). Counts at most max of them. */
int		 store_due_count(struct store *, int64_t now_s, int64_t max, int64_t *count);

/* --- the full-text index ------------------------------------------------------------------- */

/*
 * Attaches STATE_DIR/index.db read-only; attaching again re-opens it. To be called at RECORD_INDEX_STATE with
 * rebuilding false whenever the generation differs from that of the last success, and at start. ENOINDEX if it is missing,
 * damaged, half-built or another database's. Detach when the state says rebuilding.
 * While it is attached, what searches see is what store_stats().index_seq says.
 */
int		 store_index_attach(struct store *);
void		 store_index_detach(struct store *);

/* How many texts wait for the index to let go of them, about. */
int64_t		 store_stale(struct store *);

/*
 * To be called at RECORD_INDEX_STATE with rebuilding false: what entries said before the change seq is not needed any more. At most
 * STORE_STALE_MAX texts wait for an index that falls behind; then it has to be made anew.
 */
enum { STORE_STALE_MAX = 100000, STORE_STALE_STEP = 500 /* forgotten at a time */ };
void		 store_index_reached(struct store *, int64_t seq);

/* --- saved searches ------------------------------------------------------------------------ */

/* add checks the query (EVALUE with the reason) and replaces one of the same name; remove: ENONE. Mutations. */
int		 store_search_add(struct store *, struct span name, struct span query);
int		 store_search_remove(struct store *, struct span name);
int		 store_search_each(struct store *, int (*)(void *arg, struct span name, struct span query), void *arg);

#endif
