/* store-trace - what became of entries, and by what they are known. */
#include <inttypes.h>

#include "daemon/core/store-job-private.h"
#include "daemon/core/store-pack.h"
#include "daemon/core/store-trace.h"

int
store_trace(struct store *store, uint32_t item, uint32_t feed, enum store_trace_what what, int64_t subject, struct span detail,
    int64_t now_s)
{
	return sql_run(store, "INSERT INTO trace(entry, what, subject, feed, first, last, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6) "
	    "ON CONFLICT(entry, what, subject) DO UPDATE SET last = ?5, times = times + 1, detail = ?6", "udiuis", item, (int)what, subject,
	    feed, now_s, detail);
}

int
store_traces(struct store *store, uint32_t item, store_trace_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ,
	    "SELECT what, subject, first, last, times, detail FROM trace WHERE entry = ? ORDER BY first, what, subject", "u", item);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		const struct store_trace trace = {
			.what = (enum store_trace_what)sql_int(stmt, 0), .subject = sql_int(stmt, 1), .first_s = sql_int(stmt, 2),
			.last_s = sql_int(stmt, 3), .times = sql_int(stmt, 4), .detail = sql_span(stmt, 5),
		};

		ret = each(arg, &trace);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

/* --- by what it is known ------------------------------------------------------------------------------------- */

/* Of one that is there; its guid and link are in the arena. */
static int
read_entry(struct store *store, uint32_t item, struct arena *arena, struct store_why *why, struct store_print *print)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT e.feed, e.received, e.revision, c.guid, e.url, e.content_hash, "
	    "e.title IS NOT NULL, " STORE_TEXTS("c") " FROM entry e JOIN feed f ON f.id = e.feed LEFT JOIN content c ON c.entry = e.id "
	    "WHERE e.id = ?", "u", item);
	struct span parts[PACK_PARTS];
	int rc = sql_step(store, stmt);

	if (rc == 1 && store_unpack(store, stmt, 7, arena, parts) != STORE_OK)
		rc = store->status;
	if (rc == 1) {
		bool some = sql_int(stmt, 6) != 0 || parts[PACK_TEXT].len > 0 || parts[PACK_HTML].len > 0;

		why->feed = (uint32_t)sql_int(stmt, 0);
		why->received_s = sql_int(stmt, 1);
		why->revision = sql_int(stmt, 2);
		store_match_print(store, arena, sql_span(stmt, 3), sql_span(stmt, 4), some, sql_int(stmt, 5), print);
	}
	sql_done(store, stmt);
	return rc;
}

/* Of one that was removed only what became of it tells the feed. */
static int
read_removed(struct store *store, uint32_t item, struct store_why *why)
{
	int64_t feed;
	int rc = sql_get(store, SQL_READ, "SELECT t.feed FROM trace t JOIN feed f ON f.id = t.feed WHERE t.entry = ? LIMIT 1", &feed, "u", item);

	if (rc == STORE_ENONE)
		return store_fail(store, rc, "there is no item %" PRIu32, item);
	why->removed = true;
	why->received_s = STORE_ABSENT;
	why->feed = (uint32_t)feed;
	return rc;
}

static int
count_aliases(struct store *store, struct store_why *why)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT kind, count(*) FROM alias WHERE feed = ? AND entry = ? GROUP BY kind", "uu",
	    why->feed, why->item);
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		int64_t kind = sql_int(stmt, 0);

		if (kind > STORE_ALIAS_NONE && kind <= STORE_ALIAS_TEXT)
			why->aliases[kind].count = sql_int(stmt, 1);
	}
	sql_done(store, stmt);
	return rc;
}

static int
look_up(struct store *store, struct store_why *why, const struct store_print *print, int kind)
{
	int64_t entry;
	int rc;

	if (!print->usable[kind])
		return STORE_OK;
	rc = sql_get(store, SQL_READ, "SELECT entry FROM alias WHERE feed = ? AND hash = ? AND kind = ?", &entry, "uid", why->feed,
	    print->hash[kind], kind);
	if (rc == STORE_ENONE) {
		why->aliases[kind].state = STORE_ALIAS_UNKNOWN;
		return STORE_OK;
	}
	if (rc != STORE_OK)
		return rc;
	why->aliases[kind].other = (uint32_t)entry;
	why->aliases[kind].state = entry == ALIAS_AMBIGUOUS ? STORE_ALIAS_SHARED : entry == why->item ? STORE_ALIAS_FINDS :
	    STORE_ALIAS_OTHER;
	return STORE_OK;
}

int
store_why(struct store *store, uint32_t item, struct store_why *why)
{
	struct arena *arena = arena_new(0);
	struct store_print print = { .usable = { false } };
	int rc;

	*why = (struct store_why){ .item = item };
	rc = read_entry(store, item, arena, why, &print);
	if (rc == 0)
		rc = read_removed(store, item, why);
	if (rc >= 0)
		rc = count_aliases(store, why);
	for (int kind = STORE_ALIAS_TEXT; kind > STORE_ALIAS_NONE && rc == STORE_OK; kind--) {
		rc = look_up(store, why, &print, kind);
		if (why->aliases[kind].state == STORE_ALIAS_FINDS)
			why->by = (enum store_alias)kind;
	}
	arena_free(arena);
	return rc;
}
