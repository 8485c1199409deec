/* store - opening and closing gazette.db, figures. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/core/store-sql.h"

enum { STORE_WAL_KEEP_BYTES = 32 << 20 };

static char *
path_in(const char *dir, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	return path;
}

static const struct { enum store_status status; const char *word; } words[] = {
	{ STORE_OK, "ok" }, { STORE_ENONE, "no-such-item" }, { STORE_EEXIST, "already-subscribed" },
	{ STORE_EAMBIGUOUS, "ambiguous-feed" }, { STORE_EVALUE, "bad-value" }, { STORE_EFULL, "disk-full" },
	{ STORE_EIO, "disk-failure" }, { STORE_EDAMAGED, "damaged" }, { STORE_ENEWER, "newer" }, { STORE_EOPEN, "cannot-open" },
	{ STORE_ENOINDEX, "no-index" }, { STORE_EINTERNAL, "internal" }, { STORE_ETOOSLOW, "query-too-slow" },
	{ STORE_EFORGOTTEN, "cursor-too-old" },
};

const char *
store_word(enum store_status status)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i].status == status)
			return words[i].word;
	}
	return "internal";
}

const char *
store_error(const struct store *store)
{
	return store->error;
}

static int64_t
file_bytes(const char *file, const char *suffix)
{
	char path[4096];
	struct stat st;

	if (snprintf(path, sizeof path, "%s%s", file, suffix) >= (int)sizeof path || stat(path, &st) < 0)
		return 0;
	return st.st_size;
}

/* Without a byte it is what a kill left just after its creation; but an index has been made of nothing but a database. */
static bool
was_emptied(const struct store *store)
{
	return file_bytes(store->index_file, "") > 0 && file_bytes(store->file, "-wal") == 0;
}

/* An existing file is looked at read-only first, so that what we refuse stays as it was. */
static int
inspect(struct store *store)
{
	struct stat st;
	sqlite3 *db = NULL;
	int code, rc;

	if (stat(store->file, &st) < 0)
		return errno == ENOENT ? STORE_OK : store_fail(store, STORE_EOPEN, "%s: %s", store->file, strerror(errno));
	if (st.st_size == 0 && was_emptied(store))
		return store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (it has no byte, but there is an index of it); nothing was "
		    "changed. Put a backup in its place, or move it away to start anew", store->file);
	if (st.st_size == 0)
		return STORE_OK;
	code = sqlite3_open_v2(store->file, &db, SQLITE_OPEN_READONLY, NULL);
	sqlite3_busy_timeout(db, STORE_BUSY_MS);
	if (code == SQLITE_OK)
		rc = store_schema_check(store, db);
	else
		rc = store_fail(store, sql_status(db, code), "%s: %s", store->file, sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc;
}

static int
connect_to(struct store *store, enum sql_conn conn, int flags, const char *pragmas)
{
	int code = sqlite3_open_v2(store->file, &store->conns[conn], flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	char cache[64];

	if (code != SQLITE_OK)
		return store_fail(store, STORE_EOPEN, "%s: %s", store->file, sqlite3_errmsg(store->conns[conn]));
	sqlite3_busy_timeout(store->conns[conn], STORE_BUSY_MS);
	snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", STORE_CACHE_KIB);
	if (sql_exec(store, conn, pragmas) != STORE_OK || sql_exec(store, conn, cache) != STORE_OK)
		return store->status;
	return STORE_OK;
}

static int
open_writer(struct store *store)
{
	char wal[64];
	int rc;

	/* page_size and auto_vacuum only matter to a file that is created by this */
	rc = connect_to(store, SQL_WRITE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	    "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = NORMAL; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF");
	snprintf(wal, sizeof wal, "PRAGMA journal_size_limit = %d", STORE_WAL_KEEP_BYTES);
	if (rc == STORE_OK)
		rc = sql_exec(store, SQL_WRITE, wal);
	if (rc == STORE_OK)
		store_fold_watch(store);
	if (rc == STORE_OK)
		rc = store_schema_migrate(store);
	if (rc == STORE_OK)
		rc = store_meta_load(store);
	if (rc == STORE_OK)
		rc = store_dictionaries_load(store);
	if (rc == STORE_OK)
		rc = store_doomed_load(store);
	return rc;
}

static int
open_all(struct store *store)
{
	int rc = inspect(store);

	if (rc == STORE_OK)
		rc = open_writer(store);
	if (rc == STORE_OK)
		rc = connect_to(store, SQL_READ, SQLITE_OPEN_READONLY, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
	if (rc == STORE_OK)
		sql_limit_reads(store);
	if (rc == STORE_OK)
		rc = store_doomed_function(store);
	return rc == STORE_OK ? store_title_function(store) : rc;
}

/*
 * One thread needs no locks, and pages that come out of one block are not asked of malloc one by one: together a
 * tenth of what a cold reload costs. Only counts before SQLite's first use in the process.
 */
static void
tune(void)
{
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, STORE_CACHE_KIB / 4);
}

static int
open_readers(struct store *store)
{
	int rc = STORE_OK;

	for (int conn = 0; conn < SQL_CONNS && rc == STORE_OK; conn++)
		rc = connect_to(store, (enum sql_conn)conn, SQLITE_OPEN_READONLY, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
	if (rc == STORE_OK)
		sql_limit_reads(store);
	if (rc == STORE_OK)
		rc = store_meta_load(store);
	if (rc == STORE_OK)
		rc = store_dictionaries_load(store);
	if (rc == STORE_OK)
		rc = store_doomed_load(store);
	if (rc == STORE_OK)
		rc = store_doomed_function(store);
	return rc == STORE_OK ? store_title_function(store) : rc;
}

static int
open_by(int (*open)(struct store *), struct store **out, const char *state_dir, char error[STORE_ERROR_BYTES])
{
	struct store *store = calloc(1, sizeof *store);
	int rc;

	if (store == NULL)
		abort();
	store->revisions_max = STORE_REVISIONS;
	tune();
	store->pack = pack_new();
	store->file = path_in(state_dir, "gazette.db");
	store->index_file = path_in(state_dir, "index.db");
	rc = open(store);
	if (rc != STORE_OK) {
		memcpy(error, store->error, STORE_ERROR_BYTES);
		store_close(store);
		store = NULL;
	}
	*out = store;
	return rc;
}

int
store_open(struct store **out, const char *state_dir, char error[STORE_ERROR_BYTES])
{
	return open_by(open_all, out, state_dir, error);
}

int
store_open_apart(struct store **out, const char *state_dir, char error[STORE_ERROR_BYTES])
{
	return open_by(open_readers, out, state_dir, error);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	store_batch_rollback(store);
	store_rollback(store);
	for (size_t i = 0; i < SQL_SLOTS; i++)
		sqlite3_finalize(store->slots[i].stmt);
	/* the writer last: the last connection folds the log back */
	sqlite3_close(store->conns[SQL_READ]);
	sqlite3_close(store->conns[SQL_WRITE]);
	pack_free(store->pack);
	free(store->doomed_ids);
	free(store->condemned);
	free(store->file);
	free(store->index_file);
	free(store);
}

/* --- figures --------------------------------------------------------------------------------- */

int64_t
store_seq(struct store *store)
{
	return store->committed.seq;
}

static void
index_stats(struct store *store, struct store_stats *stats)
{
	sqlite3_stmt *stmt;

	stats->index_attached = store->index_attached;
	if (!store->index_attached)
		return;
	stmt = sql_query_once(store, SQL_READ, "SELECT seq, entries FROM ix.meta");
	if (sql_step(store, stmt) == 1) {
		stats->index_seq = sql_int(stmt, 0);
		stats->index_entries = sql_int(stmt, 1);
	}
	sql_done(store, stmt);
}

int
store_stats(struct store *store, struct store_stats *stats)
{
	sqlite3_stmt *stmt;
	int rc;

	memset(stats, 0, sizeof *stats);
	stmt = sql_query(store, SQL_READ, "SELECT total, unread, starred, "
	    "(SELECT count(*) FROM feed_state INDEXED BY feed_state_failing WHERE failures > 0), "
	    "(SELECT count(*) FROM feed INDEXED BY feed_gone WHERE gone = 1), "
	    "(SELECT count(*) FROM feed_state INDEXED BY feed_state_quarantine WHERE quarantine IS NOT NULL) "
	    "FROM feed_count WHERE feed = 0", "");
	rc = sql_step(store, stmt);
	if (rc == 1) {
		stats->items = sql_int(stmt, 0);
		stats->unread = sql_int(stmt, 1);
		stats->starred = sql_int(stmt, 2);
		stats->failing = sql_int(stmt, 3);
		stats->gone = sql_int(stmt, 4);
		stats->quarantined = sql_int(stmt, 5);
	}
	sql_done(store, stmt);
	if (rc < 0)
		return rc;
	stats->feeds = store->committed.feeds;
	stats->seq = store_seq(store);
	stats->database_bytes = file_bytes(store->file, "");
	stats->wal_bytes = file_bytes(store->file, "-wal");
	stats->index_bytes = file_bytes(store->index_file, "") + file_bytes(store->index_file, "-wal");
	index_stats(store, stats);
	return STORE_OK;
}
