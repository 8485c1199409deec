/*
 * store-retain - removes entries that are not to be kept any longer, and gives their room back. Their aliases stay: what a
 * feed still lists does not come back as new.
 */
#include <inttypes.h>

#include "daemon/core/store-item.h"
#include "daemon/core/store-retain.h"
#include "daemon/core/store-sql.h"
#include "daemon/core/store-trace.h"

enum { FEEDS_A_STEP = 200, ENTRIES_A_STEP = 200, VACUUM_PAGES = 200, FREE_PAGES_MIN = 1000, FREE_PART = 20, DAY_S = 86400 };

/* A feed and what is kept of it; 0: everything. */
struct limits { uint32_t feed; int64_t days, items, total; };

/* --- one entry --------------------------------------------------------------------------------------------- */

static int
remove_entry(struct store *store, uint32_t feed, uint32_t entry, int64_t now_s)
{
	static const char *const deletes[] = {
		"DELETE FROM content WHERE entry = ?", "DELETE FROM revision WHERE entry = ?", "DELETE FROM errand WHERE entry = ?",
		"DELETE FROM trace WHERE entry = ?", "DELETE FROM entry WHERE id = ?"
	};
	int rc = STORE_OK;

	for (size_t i = 0; i < sizeof deletes / sizeof deletes[0] && rc == STORE_OK; i++)
		rc = sql_run(store, deletes[i], "u", entry);
	if (rc == STORE_OK)
		rc = store_trace(store, entry, feed, STORE_TRACE_REMOVED, 0, (struct span){ NULL, 0 }, now_s);
	return rc == STORE_OK ? store_log(store, STORE_ITEM_REMOVED, feed, entry, SPAN("expired"), now_s, NULL) : rc;
}

/* --- one feed: entries by their place, oldest first, of which the user has marked none ----------------------- */

static int
remove_below(struct store *store, uint32_t feed, int64_t ord, int64_t received_s, int64_t now_s, unsigned *left)
{
	uint32_t entries[ENTRIES_A_STEP];
	unsigned count = 0;
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT id FROM entry INDEXED BY entry_feed WHERE feed = ? AND ord < ? AND "
	    "received < ? AND starred = 0 AND tagged = 0 ORDER BY ord LIMIT ?", "uiiu", feed, ord, received_s, (uint32_t)*left);
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
		entries[count++] = (uint32_t)sql_int(stmt, 0);
	sql_done(store, stmt);
	for (unsigned i = 0; i < count && rc == STORE_OK; i++)
		rc = remove_entry(store, feed, entries[i], now_s);
	*left -= count;
	return rc;
}

/* It was published before it came: what came before then has its place before then, too. */
static int
remove_old(struct store *store, const struct limits *limits, int64_t now_s, unsigned *left)
{
	int64_t since_s = now_s - limits->days * DAY_S;

	if (limits->days == 0 || since_s <= 0)
		return STORE_OK;
	return remove_below(store, limits->feed, since_s << STORE_ORD_BITS, since_s, now_s, left);
}

/* All but the newest. */
static int
remove_many(struct store *store, const struct limits *limits, int64_t now_s, unsigned *left)
{
	int64_t ord;
	int rc;

	if (limits->items == 0 || limits->total <= limits->items || *left == 0)
		return STORE_OK;
	rc = sql_get(store, SQL_WRITE, "SELECT ord FROM entry INDEXED BY entry_feed WHERE feed = ? ORDER BY ord DESC LIMIT 1 OFFSET ?", &ord,
	    "ui", limits->feed, limits->items - 1);
	if (rc != STORE_OK)
		return rc == STORE_ENONE ? STORE_OK : rc;
	return remove_below(store, limits->feed, ord, INT64_MAX, now_s, left);
}

/* --- all feeds ----------------------------------------------------------------------------------------------- */

/* The next feeds behind *after that have limits of their own, or all if there are general ones. */
static int
read_limits(struct store *store, const struct store_keep *keep, uint32_t after, struct limits *limits, size_t *count)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT f.id, coalesce(json_extract(f.settings, '$.keep_days'), ?3), "
	    "coalesce(json_extract(f.settings, '$.keep_items'), ?4), c.total FROM feed f JOIN feed_count c ON c.feed = f.id "
	    "WHERE f.id > ?1 AND f.id <= ?1 + ?2 AND (?3 + ?4 > 0 OR f.settings LIKE '%\"keep\\_%' ESCAPE '\\') ORDER BY f.id", "uuii", after,
	    (uint32_t)FEEDS_A_STEP, keep->days, keep->items);
	int rc;

	*count = 0;
	for (rc = sql_step(store, stmt); rc == 1 && *count < FEEDS_A_STEP; rc = sql_step(store, stmt))
		limits[(*count)++] = (struct limits){
			(uint32_t)sql_int(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2), sql_int(stmt, 3)
		};
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

static int
remove_some(struct store *store, const struct store_keep *keep, int64_t now_s, uint32_t *after, int64_t *removed)
{
	struct limits limits[FEEDS_A_STEP];
	unsigned left = ENTRIES_A_STEP;
	size_t count;
	int rc = read_limits(store, keep, *after, limits, &count);

	for (size_t i = 0; i < count && rc == STORE_OK; i++) {
		rc = remove_old(store, &limits[i], now_s, &left);
		if (rc == STORE_OK)
			rc = remove_many(store, &limits[i], now_s, &left);
		/* It may have more. */
		if (left == 0) {
			*after = limits[i].feed - 1;
			*removed = ENTRIES_A_STEP;
			return rc;
		}
	}
	*removed = ENTRIES_A_STEP - (int64_t)left;
	*after += FEEDS_A_STEP;
	return rc;
}

int
store_retain(struct store *store, const struct store_keep *keep, int64_t now_s, uint32_t *after, int64_t *removed)
{
	uint32_t from = *after;
	bool own;
	int rc = txn_enter(store, &own);

	*removed = 0;
	if (rc == STORE_OK)
		rc = remove_some(store, keep, now_s, after, removed);
	rc = txn_leave(store, own, rc);
	if (rc != STORE_OK) {
		*after = from;
		*removed = 0;
		return rc;
	}
	return *after < (uint64_t)store->counter.feed;
}

int
store_shrink(struct store *store)
{
	int64_t free_pages = 0, pages = 0;
	char sql[64];
	int rc = sql_get(store, SQL_WRITE, "PRAGMA freelist_count", &free_pages, "");

	if (rc == STORE_OK)
		rc = sql_get(store, SQL_WRITE, "PRAGMA page_count", &pages, "");
	if (rc != STORE_OK || free_pages < FREE_PAGES_MIN || free_pages < pages / FREE_PART)
		return rc;
	if (store->txn != TXN_NONE)
		return 1;
	sqlite3_snprintf(sizeof sql, sql, "PRAGMA incremental_vacuum(%d)", VACUUM_PAGES);
	rc = sql_exec(store, SQL_WRITE, sql);
	return rc == STORE_OK ? 1 : rc;
}
