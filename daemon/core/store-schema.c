/* store-schema - is this file a gazette.db, is it whole, is it ours to write; then the migrations. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-sql.h"
#include "schema/schema.h"

enum { CHECK_PAGES_MAX = 1024 };	/* databases up to so many pages are checked whole at each start */

#define QUICK_CHECK "PRAGMA quick_check(1)"
#define HEADING "*** in database main ***\n"

static int
pragma_int(sqlite3 *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	*value = 0;
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
refuse(struct store *store, sqlite3 *db, int code)
{
	if (sql_status(db, code) == STORE_EDAMAGED)
		return store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (%s); nothing was changed. Put a backup in its "
		    "place, or move it away to start anew", store->file, sqlite3_errmsg(db));
	return store_fail(store, sql_status(db, code), "%s: %s", store->file, sqlite3_errmsg(db));
}

static int
says_ok(sqlite3 *db, const char *sql, char *finding, size_t size)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	finding[0] = '\0';
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(stmt, 0);

		/* a heading comes before what is meant */
		if (text != NULL && strncmp(text, HEADING, strlen(HEADING)) == 0)
			text += strlen(HEADING);
		if (text != NULL && strcmp(text, "ok") != 0)
			snprintf(finding, size, "%s", text);
		code = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	return code;
}

/* The first and the last row of a table, so that a file that was cut or overwritten at either end is noticed. */
static int
touch(sqlite3 *db, const char *table)
{
	static const char *const orders[] = { "", " DESC" };
	char sql[256];
	int64_t ignored;

	for (size_t i = 0; i < 2; i++) {
		int code;

		sqlite3_snprintf(sizeof sql, sql, "SELECT * FROM \"%w\" ORDER BY 1%s LIMIT 1", table, orders[i]);
		code = pragma_int(db, sql, &ignored);
		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

static int
touch_all(sqlite3 *db)
{
	static const char *const tables[] = {
		"meta", "counter", "feed", "feed_state", "feed_count", "entry", "content", "change", "alias", "revision",
	};
	int code = SQLITE_OK;

	for (size_t i = 0; i < sizeof tables / sizeof tables[0] && code == SQLITE_OK; i++)
		code = touch(db, tables[i]);
	return code;
}

static int
check_whole(struct store *store, sqlite3 *db)
{
	char finding[200] = "";
	int64_t pages;
	int code = pragma_int(db, "PRAGMA page_count", &pages);

	if (code == SQLITE_OK)
		code = touch_all(db);
	if (code == SQLITE_OK && pages <= CHECK_PAGES_MAX)
		code = says_ok(db, QUICK_CHECK, finding, sizeof finding);
	store->checked = pages <= CHECK_PAGES_MAX;
	if (code != SQLITE_OK)
		return refuse(store, db, code);
	if (finding[0] != '\0')
		return store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (%s); nothing was changed. Put a backup in its "
		    "place, or move it away to start anew", store->file, finding);
	return STORE_OK;
}

int
store_schema_check(struct store *store, sqlite3 *db)
{
	int64_t id, version, tables;
	int code;

	code = pragma_int(db, "PRAGMA application_id", &id);
	if (code == SQLITE_OK)
		code = pragma_int(db, "PRAGMA user_version", &version);
	if (code == SQLITE_OK)
		code = pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (code != SQLITE_OK)
		return refuse(store, db, code);
	/* killed between creating the file and the first migration */
	if (id == 0 && version == 0 && tables == 0)
		return STORE_OK;
	if (id != SCHEMA_APPLICATION_ID)
		return store_fail(store, STORE_EOPEN, "%s: this is not gazetted's database; nothing was changed", store->file);
	if (version > (int64_t)schema_migrations_count)
		return store_fail(store, STORE_ENEWER, "%s: the database is of schema %" PRId64 ", written by a newer gazetted; this one "
		    "knows schemas up to %zu. Nothing was changed: install the newer program", store->file, version,
		    schema_migrations_count);
	return check_whole(store, db);
}

bool
store_was_checked(const struct store *store)
{
	return store->checked;
}

int
store_check_apart(const char *state_dir, char *text, size_t size)
{
	int code, status = STORE_OK;
	sqlite3 *db = NULL;
	char *file;

	if (asprintf(&file, "%s/gazette.db", state_dir) == -1)
		abort();
	code = sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	free(file);
	text[0] = '\0';
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(db, STORE_BUSY_MS);
		code = says_ok(db, QUICK_CHECK, text, size);
	}
	if (code != SQLITE_OK) {
		status = sql_status(db, code);
		snprintf(text, size, "%s", sqlite3_errmsg(db));
	} else if (text[0] != '\0')
		status = STORE_EDAMAGED;
	/* more lines may follow the first */
	text[strcspn(text, "\n")] = '\0';
	sqlite3_close(db);
	return status;
}

static int
migrate_one(struct store *store, const struct schema_migration *migration)
{
	char sql[128];
	int rc = sql_exec(store, SQL_WRITE, "BEGIN IMMEDIATE");

	snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", SCHEMA_APPLICATION_ID,
	    migration->version);
	if (rc == STORE_OK)
		rc = sql_exec(store, SQL_WRITE, migration->sql);
	if (rc == STORE_OK)
		rc = sql_exec(store, SQL_WRITE, sql);
	if (rc != STORE_OK && !sqlite3_get_autocommit(store->conns[SQL_WRITE]))
		sqlite3_exec(store->conns[SQL_WRITE], "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int
store_schema_migrate(struct store *store)
{
	int64_t version;
	int rc = STORE_OK;

	if (pragma_int(store->conns[SQL_WRITE], "PRAGMA user_version", &version) != SQLITE_OK)
		return sql_fail(store, SQL_WRITE);
	for (size_t i = (size_t)version; i < schema_migrations_count && rc == STORE_OK; i++)
		rc = migrate_one(store, &schema_migrations[i]);
	return rc;
}

static int
meta_get(struct store *store, const char *name, void *value, size_t size)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT value FROM meta WHERE name = ?", "s", SPAN(name));
	int rc = sql_step(store, stmt);

	if (rc == 1 && (size_t)sqlite3_column_bytes(stmt, 0) != size)
		rc = store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (%s)", store->file, name);
	if (rc == 1)
		memcpy(value, sqlite3_column_blob(stmt, 0), size);
	sql_done(store, stmt);
	return rc;
}

/* Random once, for good. */
static int
meta_load(struct store *store, const char *name, void *value, size_t size)
{
	int rc = meta_get(store, name, value, size);

	if (rc != 0)
		return rc == 1 ? STORE_OK : rc;
	sqlite3_randomness((int)size, value);
	return sql_run(store, "INSERT INTO meta(name, value) VALUES (?, ?)", "sb", SPAN(name),
	    (struct span){ (const char *)value, size });
}

int
store_meta_load(struct store *store)
{
	sqlite3_stmt *stmt;
	int rc;

	rc = meta_load(store, "id", store->id, sizeof store->id);
	if (rc == STORE_OK)
		rc = meta_load(store, "key", &store->key, sizeof store->key);
	if (rc != STORE_OK)
		return rc;
	stmt = sql_query(store, SQL_WRITE, "SELECT seq, entry, feed, (SELECT count(*) FROM feed_count) - 1 FROM counter", "");
	rc = sql_step(store, stmt);
	if (rc == 1)
		store->committed = store->counter =
		    (struct store_counter){ sql_int(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2), sql_int(stmt, 3) };
	/* what was removed before is not known any more */
	store->removed_seq = store->committed.seq;
	sql_done(store, stmt);
	if (rc == 0)
		return store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (no counter)", store->file);
	return rc == 1 ? STORE_OK : rc;
}
