/* store-log - the log of changes. */
#include <inttypes.h>

#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"

const char *
store_what_word(enum store_what what)
{
	static const char *const names[] = {
		[STORE_ITEM_NEW] = "item-new", [STORE_ITEM_UPDATED] = "item-updated", [STORE_ITEM_TAGS] = "item-tags",
		[STORE_ITEM_REMOVED] = "item-removed", [STORE_FEED_ADDED] = "feed-added", [STORE_FEED_CHANGED] = "feed-changed",
		[STORE_FEED_REMOVED] = "feed-removed",
	};

	return what >= STORE_ITEM_NEW && what <= STORE_FEED_REMOVED ? names[what] : "unknown";
}

int
store_log(struct store *store, int what, uint32_t feed, uint32_t item, struct span detail, int64_t at_s, int64_t *seq)
{
	store->counter.seq++;
	if (what == STORE_ITEM_REMOVED || what == STORE_ITEM_DROPPED || what == STORE_FEED_REMOVED)
		store->removed_seq = store->counter.seq;
	if (seq != NULL)
		*seq = store->counter.seq;
	return sql_run(store, "INSERT INTO change(seq, at, what, feed, entry, detail) VALUES (?, ?, ?, ?, ?, ?)", "iiduus",
	    store->counter.seq, at_s, what, feed, item, detail);
}

int
store_changes(struct store *store, int64_t since, int64_t until, unsigned limit, store_change_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ,
	    "SELECT seq, at, what, entry, feed, detail FROM change WHERE seq > ? AND seq <= ? AND what <> 8 ORDER BY seq LIMIT ?", "iiu",
	    since, until, (uint32_t)limit);
	int64_t forgotten = store_forgotten(store);
	int rc, ret = 0;

	if (since < forgotten) {
		sql_done(store, stmt);
		return store_fail(store, STORE_EFORGOTTEN, "changes up to %" PRId64 " have been forgotten: list what there is, and go on from the "
		    "\"seq\" of that list", forgotten);
	}
	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		const struct store_change change = {
			.seq = sql_int(stmt, 0), .at_s = sql_int(stmt, 1), .what = (enum store_what)sql_int(stmt, 2),
			.item = (uint32_t)sql_int(stmt, 3), .feed = (uint32_t)sql_int(stmt, 4), .detail = sql_span(stmt, 5),
		};

		ret = each(arg, &change);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

/* --- forgetting ------------------------------------------------------------------------------------------------ */

int64_t
store_forgotten(struct store *store)
{
	int64_t seq = 0;

	return sql_get(store, SQL_READ, "SELECT seq FROM cursor WHERE name = 'log'", &seq, "") == STORE_OK ? seq : 0;
}

/* Operations from here back are out of undo's reach; 0: none. */
static int
first_out_of_reach(struct store *store, int64_t *first)
{
	int rc = sql_get(store, SQL_WRITE, "SELECT first FROM operation ORDER BY first DESC LIMIT 1 OFFSET ?", first, "d", STORE_UNDO_KEPT);

	if (rc == STORE_ENONE)
		*first = 0;
	return rc == STORE_ENONE ? STORE_OK : rc;
}

/* The oldest operation whose changes were kept only for it, if undo does not reach it any more. 1: there may be more to do. */
static int
forget_operation(struct store *store, int64_t reach, int64_t forgotten)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT first, last FROM operation WHERE first <= ? AND last <= ? "
	    "ORDER BY first LIMIT 1", "ii", reach, forgotten);
	int rc = sql_step(store, stmt);
	int64_t first = rc == 1 ? sql_int(stmt, 0) : 0, last = rc == 1 ? sql_int(stmt, 1) : 0;

	sql_done(store, stmt);
	if (rc != 1)
		return rc;
	rc = sql_run(store, "DELETE FROM change WHERE seq IN (SELECT seq FROM change WHERE seq BETWEEN ? AND ? LIMIT ?)", "iid", first, last,
	    STORE_FORGET_STEP);
	if (rc == STORE_OK && sql_changes(store) < STORE_FORGET_STEP)
		rc = sql_run(store, "DELETE FROM operation WHERE first = ?", "i", first);
	return rc == STORE_OK ? 1 : rc;
}

/* Operations do not overlap: the last one that began before a change is the only one that may hold it. */
static int
forget_changes(struct store *store, int64_t reach, int64_t from, int64_t until)
{
	int rc = sql_run(store, "DELETE FROM change WHERE seq > ?1 AND seq <= ?2 AND NOT EXISTS (SELECT 1 FROM operation o WHERE "
	    "o.first = (SELECT max(first) FROM operation WHERE first <= change.seq) AND o.first > ?3 AND o.last >= change.seq)", "iii", from,
	    until, reach);

	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT OR REPLACE INTO cursor(name, seq) VALUES ('log', ?)", "i", until);
	return rc;
}

int
store_log_forget(struct store *store, int64_t last)
{
	int64_t from = store_forgotten(store), until = last - from > STORE_FORGET_STEP ? from + STORE_FORGET_STEP : last, reach = 0;
	int more = 0, rc;
	bool own;

	if (until <= from)
		return 0;
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = first_out_of_reach(store, &reach);
	if (rc == STORE_OK)
		more = forget_operation(store, reach, from);
	if (rc == STORE_OK)
		rc = more == 0 ? forget_changes(store, reach, from, until) : more < 0 ? more : STORE_OK;
	rc = txn_leave(store, own, rc);
	return rc == STORE_OK ? more == 1 || until < last : rc;
}
