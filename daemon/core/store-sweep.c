/*
 * store-sweep - removing a feed: itself at once, few entries with it, many in steps afterwards. What a removed feed has left is seen by
 * nobody; doomed says so to whoever opens the database next.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"

/* --- entries ------------------------------------------------------------------------------------------------- */

static int
run_all(struct store *store, const char *const *statements, size_t count, uint32_t value)
{
	int rc = STORE_OK;

	for (size_t i = 0; i < count && rc == STORE_OK; i++)
		rc = sql_run(store, statements[i], "u", value);
	return rc;
}

static int
remove_entry(struct store *store, uint32_t feed, uint32_t entry, int64_t now_s)
{
	static const char *const deletes[] = {
		"DELETE FROM content WHERE entry = ?", "DELETE FROM entry_tag WHERE entry = ?", "DELETE FROM revision WHERE entry = ?",
		"DELETE FROM entry WHERE id = ?",
	};
	int rc = run_all(store, deletes, sizeof deletes / sizeof deletes[0], entry);

	return rc == STORE_OK ? store_log(store, STORE_ITEM_DROPPED, feed, entry, (struct span){ NULL, 0 }, now_s, NULL) : rc;
}

/* Newest first, as they are in the way of whoever asks for the newest ones. *count: how many. */
static int
remove_entries(struct store *store, uint32_t feed, int64_t now_s, unsigned *count)
{
	uint32_t entries[STORE_SWEEP_STEP];
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT id FROM entry INDEXED BY entry_feed WHERE feed = ? ORDER BY ord DESC LIMIT ?",
	    "ud", feed, (int)STORE_SWEEP_STEP);
	int rc;

	*count = 0;
	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
		entries[(*count)++] = (uint32_t)sql_int(stmt, 0);
	sql_done(store, stmt);
	for (unsigned i = 0; i < *count && rc == STORE_OK; i++)
		rc = remove_entry(store, feed, entries[i], now_s);
	return rc;
}

/* What is known of a feed by its number, a little of each. *count: how many rows of one that had some. */
static int
remove_rest(struct store *store, uint32_t feed, unsigned *count)
{
	static const char *const deletes[] = {
		"DELETE FROM alias WHERE feed = ?1 AND hash IN (SELECT hash FROM alias WHERE feed = ?1 LIMIT ?2)",
		"DELETE FROM trace WHERE feed = ?1 AND entry IN (SELECT entry FROM trace WHERE feed = ?1 LIMIT ?2)",
		"DELETE FROM gone WHERE feed = ?1 AND entry IN (SELECT entry FROM gone WHERE feed = ?1 LIMIT ?2)",
	};
	int rc = STORE_OK;

	*count = 0;
	for (size_t i = 0; i < sizeof deletes / sizeof deletes[0] && rc == STORE_OK && *count == 0; i++) {
		rc = sql_run(store, deletes[i], "ud", feed, 4 * (int)STORE_SWEEP_STEP);
		*count = (unsigned)sql_changes(store);
	}
	return rc;
}

/* --- steps ---------------------------------------------------------------------------------------------------- */

/*
 * Entries that nobody sees, a bit each by id: as the indexes that lists walk have the id, such an entry is passed over without its row
 * being looked at, which counts where all of the newest entries are a removed feed's.
 */
static void
forget_doomed(struct store *store)
{
	free(store->doomed_ids);
	store->doomed_ids = NULL;
	store->doomed_bytes = 0;
	store->doomed = false;
}

static void
is_doomed(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct store *store = sqlite3_user_data(context);
	uint64_t id = (uint64_t)sqlite3_value_int64(argv[0]);

	(void)argc;
	sqlite3_result_int(context, id / 8 < store->doomed_bytes && (store->doomed_ids[id / 8] >> id % 8 & 1));
}

int
store_doomed_function(struct store *store)
{
	int code = sqlite3_create_function(store->conns[SQL_READ], "gazette_doomed", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, store, is_doomed, NULL,
	    NULL);

	return code == SQLITE_OK ? STORE_OK : sql_fail(store, SQL_READ);
}

static int
has_doomed(struct store *store, int64_t *has)
{
	return sql_get(store, SQL_WRITE, "SELECT EXISTS (SELECT 1 FROM doomed)", has, "");
}

int
store_doomed_load(struct store *store)
{
	sqlite3_stmt *stmt;
	int64_t has = 0;
	int rc = has_doomed(store, &has);

	forget_doomed(store);
	if (rc != STORE_OK || !has)
		return rc;
	store->doomed_bytes = (size_t)store->counter.entry / 8 + 1;
	store->doomed_ids = calloc(store->doomed_bytes, 1);
	if (store->doomed_ids == NULL)
		abort();
	store->doomed = true;
	stmt = sql_query(store, SQL_WRITE, "SELECT e.id FROM doomed d CROSS JOIN entry e INDEXED BY entry_feed ON e.feed = d.feed", "");
	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		uint64_t id = (uint64_t)sql_int(stmt, 0);

		if (id / 8 < store->doomed_bytes)
			store->doomed_ids[id / 8] |= (unsigned char)(1u << id % 8);
	}
	sql_done(store, stmt);
	return rc;
}

static int
sweep_some(struct store *store, int64_t now_s)
{
	unsigned count = 0;
	int64_t feed = 0;
	int rc = sql_get(store, SQL_WRITE, "SELECT feed FROM doomed LIMIT 1", &feed, "");

	if (rc != STORE_OK)
		return rc == STORE_ENONE ? STORE_OK : rc;
	rc = remove_entries(store, (uint32_t)feed, now_s, &count);
	if (rc == STORE_OK && count == 0)
		rc = remove_rest(store, (uint32_t)feed, &count);
	if (rc == STORE_OK && count == 0)
		rc = sql_run(store, "DELETE FROM doomed WHERE feed = ?", "u", (uint32_t)feed);
	return rc;
}

int
store_feed_sweep(struct store *store, int64_t now_s)
{
	bool own;
	int64_t has = 0;
	int rc;

	if (!store->doomed)
		return 0;
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = sweep_some(store, now_s);
	rc = txn_leave(store, own, rc);
	if (rc == STORE_OK)
		rc = has_doomed(store, &has);
	if (rc == STORE_OK && !has)
		forget_doomed(store);
	return rc == STORE_OK ? store->doomed : rc;
}

/* --- the feed itself -------------------------------------------------------------------------------------------- */

/* The counts go last but one: by them triggers know that entries still count. */
static int
remove_at_once(struct store *store, uint32_t feed)
{
	static const char *const deletes[] = {
		"DELETE FROM feed WHERE id = ?",
		"DELETE FROM content WHERE entry IN (SELECT id FROM entry WHERE feed = ?)",
		"DELETE FROM entry_tag WHERE entry IN (SELECT id FROM entry WHERE feed = ? AND tagged)",
		"DELETE FROM revision WHERE entry IN (SELECT id FROM entry WHERE feed = ? AND revision > 0)",
		"DELETE FROM errand WHERE entry IN (SELECT id FROM entry WHERE feed = ?)",
		"DELETE FROM entry WHERE feed = ?",
		"DELETE FROM trace WHERE feed = ?",
		"DELETE FROM alias WHERE feed = ?",
		"DELETE FROM gone WHERE feed = ?",
		"DELETE FROM feed_tag WHERE feed = ?",
		"DELETE FROM move WHERE feed = ?",
		"DELETE FROM feed_count WHERE feed = ?",
		"DELETE FROM feed_state WHERE feed = ?",
	};

	return run_all(store, deletes, sizeof deletes / sizeof deletes[0], feed);
}

static int
doom(struct store *store, uint32_t feed)
{
	static const char *const statements[] = {
		"DELETE FROM feed WHERE id = ?",
		"DELETE FROM errand WHERE entry IN (SELECT r.entry FROM errand r CROSS JOIN entry e ON e.id = r.entry WHERE e.feed = ?)",
		"DELETE FROM feed_tag WHERE feed = ?",
		"DELETE FROM move WHERE feed = ?",
		"UPDATE feed_count SET total = total - (SELECT total FROM feed_count WHERE feed = ?1), "
		    "unread = unread - (SELECT unread FROM feed_count WHERE feed = ?1), "
		    "starred = starred - (SELECT starred FROM feed_count WHERE feed = ?1) WHERE feed = 0",
		"DELETE FROM feed_count WHERE feed = ?",
		"DELETE FROM feed_state WHERE feed = ?",
		"INSERT INTO doomed(feed) VALUES (?)",
	};

	return run_all(store, statements, sizeof statements / sizeof statements[0], feed);
}

int
store_feed_remove(struct store *store, uint32_t feed, int64_t now_s, int64_t *items)
{
	int64_t rest = 0;
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK) {
		rc = sql_get(store, SQL_WRITE, "SELECT total FROM feed_count WHERE feed = ?1 AND ?1 > 0", items, "u", feed);
		if (rc == STORE_ENONE)
			rc = store_fail(store, rc, "there is no feed %" PRIu32, feed);
	}
	/* what was removed before has left aliases */
	if (rc == STORE_OK)
		rc = sql_get(store, SQL_WRITE, "SELECT count(*) FROM (SELECT 1 FROM gone WHERE feed = ? LIMIT ?)", &rest, "ud", feed,
		    (int)STORE_SWEEP_AT_ONCE + 1);
	if (rc == STORE_OK)
		rc = *items + rest <= STORE_SWEEP_AT_ONCE ? remove_at_once(store, feed) : doom(store, feed);
	store->counter.feeds -= rc == STORE_OK;
	if (rc == STORE_OK)
		rc = store_log(store, STORE_FEED_REMOVED, feed, 0, (struct span){ NULL, 0 }, now_s, NULL);
	rc = txn_leave(store, own, rc);
	return rc == STORE_OK ? store_doomed_load(store) : rc;
}
