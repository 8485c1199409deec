/* store-index - index.db at the reading connection, and ranking by relevance. */
#include <string.h>
#include <unistd.h>

#include "daemon/core/store-index.h"
#include "daemon/shared/sqlite-words.h"
#include "schema/schema.h"

/* BM25's usual constants, and what a word weighs in text, title, authors. */
#define RANK_K1 1.2
#define RANK_B 0.75
const double store_rank_weights[RANK_COLUMNS] = { 1.0, 8.0, 4.0 };
enum { RANK_PHRASES_MAX = 64 };

double
store_rank(const double *frequencies, int count, double size)
{
	double score = 0;

	for (int i = 0; i < count; i++)
		score += frequencies[i] * (RANK_K1 + 1) / (frequencies[i] + RANK_K1 * (1 - RANK_B + RANK_B * size));
	return score;
}

/*
 * BM25 with every word weighing the same: FTS5's own asks how common each word is, which means reading all of its
 * matches; this one costs what the row costs. Higher is better.
 */
static void
rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int n_values, sqlite3_value **values)
{
	double frequency[RANK_PHRASES_MAX] = { 0 }, average;
	int phrases = api->xPhraseCount(fts), hits = 0, size = 0, phrase, column, offset;
	sqlite3_int64 rows = 0, total = 0;

	(void)n_values;
	(void)values;
	if (api->xInstCount(fts, &hits) != SQLITE_OK || api->xColumnSize(fts, -1, &size) != SQLITE_OK ||
	    api->xRowCount(fts, &rows) != SQLITE_OK || api->xColumnTotalSize(fts, -1, &total) != SQLITE_OK) {
		sqlite3_result_error(context, "ranking failed", -1);
		return;
	}
	average = rows > 0 && total > 0 ? (double)total / (double)rows : 1;
	for (int i = 0; i < hits; i++) {
		if (api->xInst(fts, i, &phrase, &column, &offset) == SQLITE_OK && phrase < RANK_PHRASES_MAX && column < RANK_COLUMNS)
			frequency[phrase] += store_rank_weights[column];
	}
	sqlite3_result_double(context, store_rank(frequency, phrases < RANK_PHRASES_MAX ? phrases : RANK_PHRASES_MAX,
	    (double)size / average));
}

bool
store_tokenizer(struct store *store, fts5_tokenizer *functions, Fts5Tokenizer **tokenizer)
{
	return sqlite_words_new(store->conns[SQL_READ], functions, tokenizer) == SQLITE_OK;
}

static int
add_rank(struct store *store)
{
	fts5_api *api = sqlite_words_fts5(store->conns[SQL_READ]);

	if (api != NULL && sqlite_words_add(store->conns[SQL_READ]) == SQLITE_OK && api->xCreateFunction(api, "gazette_rank", NULL, rank, NULL) == SQLITE_OK)
		return STORE_OK;
	return store_fail(store, STORE_ENOINDEX, "this SQLite has no FTS5");
}

/* Ours, complete, and of this schema. */
static int
check(struct store *store)
{
	int64_t version = 0, application = 0, fits = 0;
	struct span id = { (const char *)store->id, sizeof store->id };
	int rc;

	rc = sql_get(store, SQL_READ, "PRAGMA ix.application_id", &application, "");
	if (rc == STORE_OK)
		rc = sql_get(store, SQL_READ, "PRAGMA ix.user_version", &version, "");
	if (rc == STORE_OK && application == SCHEMA_INDEX_APPLICATION_ID && version == SCHEMA_INDEX_VERSION)
		rc = sql_get(store, SQL_READ, "SELECT database = ? AND complete FROM ix.meta", &fits, "b", id);
	if (rc == STORE_OK && fits)
		return STORE_OK;
	return store_fail(store, STORE_ENOINDEX, "%s: the full-text index is not ready", store->index_file);
}

/* Statements that are kept may look into the index; they would keep it from being detached. */
static void
forget_statements(struct store *store)
{
	for (size_t i = 0; i < SQL_SLOTS; i++) {
		struct sql_slot *slot = &store->slots[i];

		if (slot->stmt != NULL && slot->conn == SQL_READ) {
			sqlite3_finalize(slot->stmt);
			slot->stmt = NULL;
		}
	}
}

void
store_index_detach(struct store *store)
{
	store->index_attached = false;
	forget_statements(store);
	sqlite3_exec(store->conns[SQL_READ], "DETACH ix", NULL, NULL, NULL);
}

int
store_index_attach(struct store *store)
{
	sqlite3_stmt *stmt;
	int rc;

	store_index_detach(store);
	if (access(store->index_file, R_OK) < 0)
		return store_fail(store, STORE_ENOINDEX, "%s: there is no full-text index", store->index_file);
	stmt = sql_query(store, SQL_READ, "ATTACH ? AS ix", "s", SPAN(store->index_file));
	rc = sql_step(store, stmt);
	sql_done(store, stmt);
	if (rc == 0)
		rc = check(store);
	if (rc == STORE_OK)
		rc = add_rank(store);
	if (rc == STORE_OK) {
		store->index_attached = true;
		return STORE_OK;
	}
	store_index_detach(store);
	return store_fail(store, STORE_ENOINDEX, "%s: the full-text index is not ready", store->index_file);
}

/* --- what entries said before ---------------------------------------------------------------------------- */

/* The last one's number; 0 if there is none. */
static int
newest_stale(struct store *store, int64_t *newest)
{
	return sql_get(store, SQL_READ, "SELECT ifnull(max(id), 0) FROM stale", newest, "");
}

void
store_stale_forget(struct store *store)
{
	int64_t newest = 0;

	if (store->txn != TXN_NONE || newest_stale(store, &newest) != STORE_OK)
		return;
	if (store->stale_done < newest - STORE_STALE_MAX)
		store->stale_done = newest - STORE_STALE_MAX;
	sql_run(store, "DELETE FROM stale WHERE id <= ?1 AND id < (SELECT min(id) FROM stale) + ?2", "id", store->stale_done,
	    (int)STORE_STALE_STEP);
	/* when none is left their numbers begin again */
	if (newest <= store->stale_done && newest_stale(store, &newest) == STORE_OK && newest == 0)
		store->stale_id = store->stale_done = 0;
}

int64_t
store_stale(struct store *store)
{
	int64_t count = 0;

	return sql_get(store, SQL_READ, "SELECT ifnull((SELECT max(id) FROM stale) - (SELECT min(id) FROM stale) + 1, 0)", &count, "") ==
	    STORE_OK ? count : 0;
}

void
store_index_reached(struct store *store, int64_t seq)
{
	if (seq >= store->stale_seq) {
		store->stale_done = store->stale_id;
		store->stale_seq = store->committed.seq;
		newest_stale(store, &store->stale_id);
	}
	store_stale_forget(store);
}

int
store_index_failed(struct store *store, int rc)
{
	if (rc != STORE_EDAMAGED && rc != STORE_EIO && rc != STORE_EOPEN && rc != STORE_EINTERNAL)
		return rc;
	store_index_detach(store);
	return store_fail(store, STORE_ENOINDEX, "%s: the full-text index is damaged", store->index_file);
}
