#include "daemon/indexer/index-backup.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/schema.h"

enum { BUSY_MS = 5000 };

static char *
path_of(const char *state_dir, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", state_dir, name) == -1)
		abort();
	return path;
}

/* SQLite's VACUUM INTO: a snapshot by one read transaction; neither core's writing nor its readers wait for it. */
static int
copy_into(const char *source, const char *target, char error[INDEX_ERROR_BYTES])
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int code = sqlite3_open_v2(source, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_exec(db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(db, BUSY_MS);
		code = sqlite3_prepare_v2(db, "VACUUM INTO ?", -1, &stmt, NULL);
	}
	if (code == SQLITE_OK) {
		sqlite3_bind_text(stmt, 1, target, -1, SQLITE_STATIC);
		code = sqlite3_step(stmt);
	}
	if (code != SQLITE_DONE)
		snprintf(error, INDEX_ERROR_BYTES, "the copy cannot be made: %s", db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return code == SQLITE_DONE ? 0 : -1;
}

int
index_backup(const char *state_dir, char error[INDEX_ERROR_BYTES])
{
	char *source = path_of(state_dir, "gazette.db"), *target = path_of(state_dir, BACKUP_FILE);
	int result = -1;

	/* of an earlier one that was not taken away */
	if (unlink(target) == -1 && errno != ENOENT)
		snprintf(error, INDEX_ERROR_BYTES, "%s: %s", target, strerror(errno));
	else
		result = copy_into(source, target, error);
	if (result == -1)
		unlink(target);
	free(source);
	free(target);
	return result;
}
