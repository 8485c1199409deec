/*
 * store-sql - SQLite as store-*.c use it: the struct, statements, errors, transactions. Private to them.
 *
 * A statement is prepared once and kept under the address of its text, which therefore must be a literal
 * or live as long as the store. Types of bound values, one letter each:
 *	d int	u uint32_t	i int64_t	a int64_t, STORE_ABSENT is NULL		s struct span, absent is NULL	b the same as a blob
 * Bound spans must live until the statement is done.
 *
 *	stmt = sql_query(store, SQL_READ, "SELECT url FROM feed WHERE id = ?", "u", feed);
 *	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
 *		use(sql_span(stmt, 0));
 *	sql_done(store, stmt);
 *	return rc;
 */
#ifndef DAEMON_CORE_STORE_SQL_H
#define DAEMON_CORE_STORE_SQL_H

#include <sqlite3.h>
#include <stdarg.h>

#include "daemon/core/store.h"
#include "daemon/shared/pack.h"
#include "feeds/base/hash.h"

enum sql_conn { SQL_WRITE, SQL_READ, SQL_CONNS };
enum { STORE_ORD_BITS = 16 };	/* entry.ord is seconds since 1970 << 16 | place within the second */
enum { STORE_BUSY_MS = 2000 };
enum { SQL_SLOTS = 256, STORE_ID_BYTES = 16 };	/* statements of both connections: more than there are literals */

struct sql_slot { const char *sql; sqlite3_stmt *stmt; enum sql_conn conn; bool used; };

/* The last numbers given out, and how many feeds there are, which is counted once: at a million it takes a while. */
struct store_counter { int64_t seq, entry, feed, feeds; };

/* EDIT: of store-edit.h, which is ended before anything else is begun. */
enum store_txn { TXN_NONE, TXN_BATCH, TXN_GROUP, TXN_EDIT };

struct store_edit;

struct store {
	sqlite3		*conns[SQL_CONNS];
	struct sql_slot	 slots[SQL_SLOTS];
	char		*file, *index_file;
	struct store_counter counter, committed;
	enum store_txn	 txn;
	struct store_edit *edit;	/* whose transaction it is */
	bool		 checked;	/* all of it, when it was opened */
	char		*condemned;	/* what is damaged; NULL: nothing that is known */
	int		 wal_pages;	/* in the log after the last commit */
	bool		 fold_held;
	bool		 wal_folded;	/* all of them are in their place */
	void		(*fold)(void *arg);	/* who folds the log back; NULL: we do */
	void		*fold_arg;
	struct hash_key	 key;
	unsigned char	 id[STORE_ID_BYTES];
	bool		 index_attached;
	int64_t		 removed_seq;	/* an index that has seq has no entry that is gone */
	int64_t		 stale_id, stale_seq, stale_done;	/* an index that has seq needs none of stale up to id; up to done none does */
	bool		 doomed;	/* a removed feed may have entries left, */
	unsigned char	*doomed_ids;	/* these: bits */
	size_t		 doomed_bytes;
	int64_t		 revisions_max;	/* kept of an entry */
	struct pack	*pack;
	unsigned	 dictionaries;	/* how many there are */
	int64_t		 train_again;	/* the next one not before so many entries have come */
	int64_t		 deadline_ms;	/* of reads, by the monotonic clock; 0: none */
	bool		 late;		/* a read was given up since the deadline was set */
	enum store_status status;	/* of the last error */
	char		 error[STORE_ERROR_BYTES];
};

/* --- errors: each returns the status ------------------------------------------------------------ */

int	store_fail(struct store *, enum store_status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* What SQLite says of this connection. */
int	sql_fail(struct store *, enum sql_conn);
/* Its result codes as ours. */
enum store_status sql_status(sqlite3 *, int code);

/* --- statements --------------------------------------------------------------------------------- */

/* Bound and ready to step; NULL after an error (sql_step() then returns it). Several walks of one text may be open. */
sqlite3_stmt *sql_query(struct store *, enum sql_conn, const char *sql, const char *types, ...);
/* The same of a text that is not kept. */
sqlite3_stmt *sql_query_once(struct store *, enum sql_conn, const char *sql);
/* 1: a row; 0: no more; or an error. */
int	sql_step(struct store *, sqlite3_stmt *);
void	sql_done(struct store *, sqlite3_stmt *);

/* Runs to the end on the writing connection. OK, or an error. */
int	sql_run(struct store *, const char *sql, const char *types, ...);
/* Several statements, not kept. */
int	sql_exec(struct store *, enum sql_conn, const char *sql);
/* The first column of the first row: OK, ENONE (without text in store_error), or an error. */
int	sql_get(struct store *, enum sql_conn, const char *sql, int64_t *value, const char *types, ...);
/* Rows changed by the last statement of the writing connection, triggers not counted. */
int64_t	sql_changes(const struct store *);

struct span sql_span(sqlite3_stmt *, int column);
struct span sql_blob(sqlite3_stmt *, int column);
int64_t	sql_int(sqlite3_stmt *, int column);		/* NULL is 0 */
int64_t	sql_time(sqlite3_stmt *, int column);		/* NULL is STORE_ABSENT */

/* --- time: around a read that has a limit; *own tells leave whether to lift the deadline. ETOOSLOW if it is over -------- */

int	sql_enter_limited(struct store *, bool *own);
void	sql_leave_limited(struct store *, bool own);
/* Watches over the deadline on the reading connection. */
void	sql_limit_reads(struct store *);

/* --- transactions ------------------------------------------------------------------------------- */

/* Around each mutation: *own tells leave whether to commit. leave returns rc, or why the commit failed. */
int	txn_enter(struct store *, bool *own);
int	txn_leave(struct store *, bool own, int rc);

/* For what needs no transaction of its own: the batch, or what the caller has begun. */
int	txn_join(struct store *);

/* The transaction of an edit. check: whether it is still open. close returns rc, or why the commit failed. */
int	txn_open_edit(struct store *, struct store_edit *);
int	txn_check_edit(struct store *, bool own);
int	txn_close_edit(struct store *, int rc);

/* A part of the batch that can be taken back: txn_mark(), then txn_release() or txn_revert(). */
int	txn_mark(struct store *, struct store_counter *saved);
int	txn_release(struct store *);
void	txn_revert(struct store *, const struct store_counter *saved);

/* Whether an error has to do with the database itself, so that the batch is lost. */
bool	txn_is_fatal(int rc);

/* --- between the store's files -------------------------------------------------------------------- */

int	store_schema_check(struct store *, sqlite3 *);		/* before anything is written */
int	store_schema_migrate(struct store *);
int	store_meta_load(struct store *);
int	store_dictionaries_load(struct store *);
/* Which entries are left of removed feeds; and gazette_doomed(ID), by which queries pass them over. */
int	store_doomed_load(struct store *);
int	store_doomed_function(struct store *);
/* gazette_title(TITLE, TYPED): store-title.c. */
int	store_title_function(struct store *);
/* From now on it knows after each commit how long the log is. */
void	store_fold_watch(struct store *);
/* Makes a dictionary if it is time for one. Outside of any transaction: what was not kept must not be packed with. */
void	store_train(struct store *);
/* Forgets a few of the texts that no index needs any more, between transactions. */
void	store_stale_forget(struct store *);

/* The tags of a feed or an entry (sql: "SELECT tag ... WHERE ... = ? ORDER BY tag") into the arena. */
int	store_tags(struct store *, enum sql_conn, const char *sql, uint32_t id, struct arena *, struct span_list *);
/* 1 to STORE_NAME_BYTES bytes without control characters; else EVALUE. subject: "tag", "name". */
int	store_check_name(struct store *, const char *subject, struct span name);

/*
 * The user gives the feed another url: moves that led away from there count as taken back, and one that led there no longer does.
 */
int	store_move_undo(struct store *, uint32_t feed, struct span url, int64_t now_s);

/* Logs a change and gives its number: in the running transaction. */
int	store_log(struct store *, int what, uint32_t feed, uint32_t item, struct span detail, int64_t at_s, int64_t *seq);

#endif
