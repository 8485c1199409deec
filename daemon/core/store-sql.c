/* store-sql - statements and errors. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/core/store-sql.h"

enum { STEPS_A_LOOK = 1000 };	/* of SQLite's machine between two looks at the clock: well under a millisecond */

int
store_fail(struct store *store, enum store_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(store->error, sizeof store->error, fmt, ap);
	va_end(ap);
	store->status = status;
	return status;
}

enum store_status
sql_status(sqlite3 *conn, int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return STORE_EFULL;
	case SQLITE_IOERR:
		/* a quota that is used up is a full disk, too, and so is no room for the file that processes share */
		return sqlite3_system_errno(conn) == EDQUOT || sqlite3_system_errno(conn) == ENOSPC ? STORE_EFULL : STORE_EIO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return STORE_EDAMAGED;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return STORE_EOPEN;
	case SQLITE_TOOBIG:
		return STORE_EVALUE;
	default:
		return STORE_EINTERNAL;
	}
}

static int
too_slow(struct store *store)
{
	return store_fail(store, STORE_ETOOSLOW, "this query takes too long; narrow it");
}

int
sql_fail(struct store *store, enum sql_conn conn)
{
	static const char *const hints[] = {
		[-STORE_EFULL] = "the disk is full: ", [-STORE_EIO] = "the disk fails: ", [-STORE_EDAMAGED] = "the database is damaged: ",
		[-STORE_EINTERNAL] = "",
	};
	sqlite3 *db = store->conns[conn];
	enum store_status status = sql_status(db, sqlite3_extended_errcode(db));
	const char *hint = hints[-status] != NULL ? hints[-status] : "";

	/* whatever became of the interruption on its way through FTS5 */
	if (conn == SQL_READ && store->late)
		return too_slow(store);
	return store_fail(store, status, "%s: %s%s", store->file, hint, sqlite3_errmsg(db));
}

/* --- time ----------------------------------------------------------------------------------- */

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
is_late(void *arg)
{
	struct store *store = arg;

	store->late = store->deadline_ms != 0 && now_ms() >= store->deadline_ms;
	return store->late;
}

void
sql_limit_reads(struct store *store)
{
	sqlite3_progress_handler(store->conns[SQL_READ], STEPS_A_LOOK, is_late, store);
}

void
store_deadline(struct store *store, int64_t from_now_ms)
{
	store->deadline_ms = from_now_ms > 0 ? now_ms() + from_now_ms : 0;
	store->late = false;
}

int
sql_enter_limited(struct store *store, bool *own)
{
	*own = store->deadline_ms == 0;
	if (*own)
		store_deadline(store, STORE_QUERY_MS);
	return is_late(store) ? too_slow(store) : STORE_OK;
}

void
sql_leave_limited(struct store *store, bool own)
{
	if (own)
		store_deadline(store, 0);
}

/* --- the kept statements, found by the address of their text ---------------------------------- */

static struct sql_slot *
slot_of(struct store *store, enum sql_conn conn, const char *sql)
{
	size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15u >> 56;

	for (size_t i = 0; i < SQL_SLOTS; i++, at++) {
		struct sql_slot *slot = &store->slots[at % SQL_SLOTS];

		if (slot->sql == NULL || (slot->sql == sql && slot->conn == conn))
			return slot;
	}
	return NULL;
}

static sqlite3_stmt *
prepare(struct store *store, enum sql_conn conn, const char *sql, unsigned flags)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v3(store->conns[conn], sql, -1, flags, &stmt, NULL) != SQLITE_OK) {
		sql_fail(store, conn);
		return NULL;
	}
	return stmt;
}

/* A statement that is in use by a walk further up gets a twin that is not kept. */
static sqlite3_stmt *
take(struct store *store, enum sql_conn conn, const char *sql)
{
	struct sql_slot *slot = slot_of(store, conn, sql);

	if (slot == NULL || slot->used)
		return prepare(store, conn, sql, 0);
	if (slot->stmt == NULL)
		*slot = (struct sql_slot){ sql, prepare(store, conn, sql, SQLITE_PREPARE_PERSISTENT), conn, false };
	if (slot->stmt == NULL) {
		slot->sql = NULL;
		return NULL;
	}
	slot->used = true;
	return slot->stmt;
}

void
sql_done(struct store *store, sqlite3_stmt *stmt)
{
	if (stmt == NULL)
		return;
	for (size_t i = 0; i < SQL_SLOTS; i++) {
		if (store->slots[i].stmt == stmt) {
			sqlite3_reset(stmt);
			store->slots[i].used = false;
			return;
		}
	}
	sqlite3_finalize(stmt);
}

static void
bind(sqlite3_stmt *stmt, const char *types, va_list ap)
{
	struct span span;
	int64_t value;

	for (int i = 1; types[i - 1] != '\0'; i++) {
		switch (types[i - 1]) {
		case 'd':
			sqlite3_bind_int(stmt, i, va_arg(ap, int));
			break;
		case 'u':
			sqlite3_bind_int64(stmt, i, va_arg(ap, uint32_t));
			break;
		case 'i':
			sqlite3_bind_int64(stmt, i, va_arg(ap, int64_t));
			break;
		case 'a':
			value = va_arg(ap, int64_t);
			if (value == STORE_ABSENT)
				sqlite3_bind_null(stmt, i);
			else
				sqlite3_bind_int64(stmt, i, value);
			break;
		case 's':
			span = va_arg(ap, struct span);
			sqlite3_bind_text64(stmt, i, span.ptr, span.len, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'b':
			span = va_arg(ap, struct span);
			sqlite3_bind_blob64(stmt, i, span.ptr, span.len, SQLITE_STATIC);
			break;
		}
	}
}

sqlite3_stmt *
sql_query(struct store *store, enum sql_conn conn, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt = take(store, conn, sql);
	va_list ap;

	if (stmt == NULL)
		return NULL;
	va_start(ap, types);
	bind(stmt, types, ap);
	va_end(ap);
	return stmt;
}

sqlite3_stmt *
sql_query_once(struct store *store, enum sql_conn conn, const char *sql)
{
	return prepare(store, conn, sql, 0);
}

static enum sql_conn
conn_of(const struct store *store, sqlite3_stmt *stmt)
{
	return sqlite3_db_handle(stmt) == store->conns[SQL_READ] ? SQL_READ : SQL_WRITE;
}

int
sql_step(struct store *store, sqlite3_stmt *stmt)
{
	if (stmt == NULL)
		return store->status;
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return sql_fail(store, conn_of(store, stmt));
	}
}

int
sql_run(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt = take(store, SQL_WRITE, sql);
	va_list ap;
	int rc;

	if (stmt != NULL) {
		va_start(ap, types);
		bind(stmt, types, ap);
		va_end(ap);
	}
	rc = sql_step(store, stmt);
	sql_done(store, stmt);
	return rc == 1 ? STORE_OK : rc;
}

int
sql_exec(struct store *store, enum sql_conn conn, const char *sql)
{
	if (sqlite3_exec(store->conns[conn], sql, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(store, conn);
	return STORE_OK;
}

int
sql_get(struct store *store, enum sql_conn conn, const char *sql, int64_t *value, const char *types, ...)
{
	sqlite3_stmt *stmt = take(store, conn, sql);
	va_list ap;
	int rc;

	if (stmt != NULL) {
		va_start(ap, types);
		bind(stmt, types, ap);
		va_end(ap);
	}
	rc = sql_step(store, stmt);
	if (rc == 1)
		*value = sql_int(stmt, 0);
	sql_done(store, stmt);
	return rc == 1 ? STORE_OK : rc == 0 ? STORE_ENONE : rc;
}

int64_t
sql_changes(const struct store *store)
{
	return sqlite3_changes64(store->conns[SQL_WRITE]);
}

struct span
sql_span(sqlite3_stmt *stmt, int column)
{
	const char *ptr = (const char *)sqlite3_column_text(stmt, column);

	return (struct span){ ptr, ptr != NULL ? (size_t)sqlite3_column_bytes(stmt, column) : 0 };
}

struct span
sql_blob(sqlite3_stmt *stmt, int column)
{
	const char *ptr = sqlite3_column_blob(stmt, column);

	return (struct span){ ptr, ptr != NULL ? (size_t)sqlite3_column_bytes(stmt, column) : 0 };
}

int64_t
sql_int(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt, column);
}

int64_t
sql_time(sqlite3_stmt *stmt, int column)
{
	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return STORE_ABSENT;
	return sqlite3_column_int64(stmt, column);
}
