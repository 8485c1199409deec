/* store-fold - when and by whom the log is folded back into gazette.db. */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/core/store-sql.h"

enum { ROUNDS = 4 };	/* what was committed during one is moved by the next, which is shorter */

/*
 * As far as readers allow, without waiting for them. The file is cut here if nobody reads it, since cutting a large one
 * takes longer than most commits, which would do it otherwise.
 */
static void
fold(struct store *store)
{
	sqlite3 *db = store->conns[SQL_WRITE];

	sqlite3_busy_timeout(db, 0);
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db, STORE_BUSY_MS);
	store->wal_pages = 0;
}

/* After each commit. */
static int
on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *store = arg;

	(void)db;
	(void)name;
	store->wal_pages = pages;
	store->wal_folded = false;
	if (pages >= STORE_WAL_PAGES_MAX)
		fold(store);
	else if (!store->fold_held && pages >= STORE_WAL_PAGES_MANY && store->fold != NULL)
		store->fold(store->fold_arg);
	return SQLITE_OK;
}

void
store_fold_watch(struct store *store)
{
	sqlite3_wal_hook(store->conns[SQL_WRITE], on_wal, store);
}

void
store_fold(struct store *store)
{
	if (store->fold_held || store->condemned != NULL || store->txn != TXN_NONE || store->wal_pages < STORE_WAL_PAGES || store->wal_folded)
		return;
	if (store->fold != NULL)
		store->fold(store->fold_arg);
	else
		fold(store);
}

/* A log that somebody else has folded back is only cut here. */
void
store_idle(struct store *store)
{
	if (store->fold_held || store->condemned != NULL)
		return;
	store_stale_forget(store);
	if (store->txn == TXN_NONE && (store->fold == NULL || store->wal_folded))
		fold(store);
	else if (store->fold != NULL)
		store->fold(store->fold_arg);
	sqlite3_db_release_memory(store->conns[SQL_WRITE]);
	sqlite3_db_release_memory(store->conns[SQL_READ]);
}

void
store_fold_hold(struct store *store, bool hold)
{
	store->fold_held = hold;
}

void
store_fold_by(struct store *store, void (*ask)(void *arg), void *arg)
{
	store->fold = ask;
	store->fold_arg = arg;
}

/* If something was committed since, the next one to fold has that to do. */
void
store_folded(struct store *store)
{
	store->wal_folded = true;
}

bool
store_fold_apart(const char *state_dir)
{
	int code, pages = -1, moved = -1;
	char *file = NULL;
	sqlite3 *db = NULL;

	if (asprintf(&file, "%s/gazette.db", state_dir) == -1)
		abort();
	code = sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	free(file);
	/* a connection that has read nothing yet does not know of the log */
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL);
	for (int i = 0; i < ROUNDS && code == SQLITE_OK && (i == 0 || moved != pages); i++)
		code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
	sqlite3_close(db);
	return code == SQLITE_OK && moved == pages;
}
