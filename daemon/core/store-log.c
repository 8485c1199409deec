/* store-log - the log of changes. */
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
	int rc, ret = 0;

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
