/* store-txn - batches, groups, and the numbers that are given out in them. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-edit.h"
#include "daemon/core/store-sql.h"

#define DAMAGED_WRITES "%s: the database is damaged (%s); what can be read is served, nothing is written any more. Make a copy of it, then put " \
	"a backup in its place"

bool
txn_is_fatal(int rc)
{
	return rc == STORE_EFULL || rc == STORE_EIO || rc == STORE_EDAMAGED || rc == STORE_EOPEN || rc == STORE_EINTERNAL;
}

static int
begin(struct store *store, enum store_txn txn)
{
	int rc;

	if (store->condemned != NULL)
		return store_fail(store, STORE_EDAMAGED, DAMAGED_WRITES, store->file, store->condemned);
	rc = sql_run(store, "BEGIN IMMEDIATE", "");
	if (rc == STORE_OK)
		store->txn = txn;
	return rc;
}

/* After a failed write SQLite may have rolled back by itself. */
static void
rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->conns[SQL_WRITE]))
		sqlite3_exec(store->conns[SQL_WRITE], "ROLLBACK", NULL, NULL, NULL);
	store->counter = store->committed;
	store->txn = TXN_NONE;
}

static int
commit(struct store *store)
{
	const struct store_counter *now = &store->counter, *was = &store->committed;
	int rc = STORE_OK;

	if (now->seq != was->seq || now->entry != was->entry || now->feed != was->feed)
		rc = sql_run(store, "UPDATE counter SET seq = ?, entry = ?, feed = ?", "iii", now->seq, now->entry, now->feed);
	if (rc == STORE_OK)
		rc = sql_run(store, "COMMIT", "");
	if (rc != STORE_OK) {
		rollback(store);
		return rc;
	}
	store->committed = store->counter;
	store->txn = TXN_NONE;
	return STORE_OK;
}

/* What is done in steps comes to its end before anything else begins. */
static void
end_edit(struct store *store)
{
	if (store->txn == TXN_EDIT)
		store_edit_finish(store->edit);
}

int
store_batch_begin(struct store *store)
{
	assert(store->txn != TXN_GROUP);
	end_edit(store);
	return store->txn == TXN_BATCH ? STORE_OK : begin(store, TXN_BATCH);
}

int
store_batch_commit(struct store *store)
{
	int rc;

	end_edit(store);
	rc = store->txn == TXN_BATCH ? commit(store) : STORE_OK;
	if (rc == STORE_OK)
		store_train(store);
	return rc;
}

void
store_batch_rollback(struct store *store)
{
	if (store->txn == TXN_BATCH)
		rollback(store);
}

bool
store_batch_open(const struct store *store)
{
	return store->txn == TXN_BATCH;
}

void
store_condemn(struct store *store, const char *finding)
{
	if (store->condemned != NULL)
		return;
	if (store->txn != TXN_NONE)
		rollback(store);
	store->condemned = strdup(finding);
	if (store->condemned == NULL)
		abort();
	/* not even the log is folded back at the end */
	sqlite3_db_config(store->conns[SQL_WRITE], SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(store->conns[SQL_READ], SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

int
store_begin(struct store *store)
{
	int rc;

	assert(store->txn != TXN_GROUP);
	rc = store_batch_commit(store);
	return rc == STORE_OK ? begin(store, TXN_GROUP) : rc;
}

int
store_commit(struct store *store)
{
	return store->txn == TXN_GROUP ? commit(store) : STORE_OK;
}

void
store_rollback(struct store *store)
{
	if (store->txn == TXN_GROUP)
		rollback(store);
}

int
txn_enter(struct store *store, bool *own)
{
	*own = store->txn != TXN_GROUP;
	return *own ? store_begin(store) : STORE_OK;
}

int
txn_leave(struct store *store, bool own, int rc)
{
	if (!own)
		return rc;
	if (rc == STORE_OK)
		return store_commit(store);
	store_rollback(store);
	return rc;
}

int
txn_join(struct store *store)
{
	return store->txn == TXN_GROUP ? STORE_OK : store_batch_begin(store);
}

int
txn_open_edit(struct store *store, struct store_edit *edit)
{
	int rc = store_batch_commit(store);

	if (rc == STORE_OK)
		rc = begin(store, TXN_EDIT);
	store->edit = rc == STORE_OK ? edit : NULL;
	return rc;
}

/* It is lost if the database was found to be damaged meanwhile. */
int
txn_check_edit(struct store *store, bool own)
{
	if (!own || store->txn == TXN_EDIT)
		return STORE_OK;
	return store_fail(store, STORE_EDAMAGED, DAMAGED_WRITES, store->file, store->condemned != NULL ? store->condemned : "lost");
}

int
txn_close_edit(struct store *store, int rc)
{
	store->edit = NULL;
	if (store->txn != TXN_EDIT)
		return rc;
	if (rc == STORE_OK)
		return commit(store);
	rollback(store);
	return rc;
}

int
txn_mark(struct store *store, struct store_counter *saved)
{
	*saved = store->counter;
	return sql_run(store, "SAVEPOINT mark", "");
}

int
txn_release(struct store *store)
{
	return sql_run(store, "RELEASE mark", "");
}

void
txn_revert(struct store *store, const struct store_counter *saved)
{
	if (sql_run(store, "ROLLBACK TO mark", "") != STORE_OK || sql_run(store, "RELEASE mark", "") != STORE_OK) {
		rollback(store);
		return;
	}
	store->counter = *saved;
}
