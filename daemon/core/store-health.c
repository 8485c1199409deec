/* store-health - what is wrong with feeds. */
#include "daemon/core/store-health.h"
#include "daemon/core/store-sql.h"

/* What differs between kinds; number is what it counts. */
#define SELECT(move, since, message, old_url, new_url, taken_back, number) \
	"SELECT f.id, " move ", coalesce(f.user_title, f.title, f.url), f.url, f.settings, " since ", s.last_poll, s.last_success, " \
	"s.next_poll, f.paused, f.gone, s.why, s.posts, s.watched, s.failures, s.error_status, s.error_word, " message ", " old_url ", " \
	new_url ", " taken_back ", " number ", s.quarantine FROM "
#define STATES(index, condition) \
	"feed_state s INDEXED BY " index " JOIN feed f ON f.id = s.feed WHERE " condition " AND s.feed > ?1 AND s.feed <= ?3 " \
	"ORDER BY s.feed LIMIT ?4"

enum {
	COL_FEED, COL_MOVE, COL_TITLE, COL_URL, COL_SETTINGS, COL_SINCE, COL_LAST, COL_SUCCESS, COL_NEXT, COL_PAUSED, COL_GONE, COL_WHY,
	COL_POSTS, COL_WATCHED, COL_FAILURES, COL_STATUS, COL_WORD, COL_MESSAGE, COL_OLD, COL_NEW, COL_TAKEN, COL_NUMBER, COL_QUARANTINE
};

static const char *const queries[STORE_ILLS] = {
	[STORE_QUARANTINED] = SELECT("0", "s.since", "s.error_message", "NULL", "NULL", "NULL", "0")
	    STATES("feed_state_quarantine", "s.quarantine IS NOT NULL"),
	[STORE_FAILING] = SELECT("0", "s.since", "s.error_message", "NULL", "NULL", "NULL", "0")
	    STATES("feed_state_failing", "s.failures > 0 AND s.quarantine IS NULL"),
	[STORE_MOVING] = SELECT("0", "s.moving_since", "NULL", "f.url", "s.moved_url",
	    "(SELECT max(m.taken_back) FROM move m WHERE m.feed = s.feed AND m.new_url = s.moved_url)",
	    "(SELECT o.id FROM feed o WHERE o.url = s.moved_url)")
	    STATES("feed_state_moving", "s.moved_url IS NOT NULL"),
	[STORE_MOVED] = SELECT("m.id", "m.at", "NULL", "m.old_url", "m.new_url", "m.taken_back", "0")
	    "move m INDEXED BY move_feed JOIN feed f ON f.id = m.feed JOIN feed_state s ON s.feed = m.feed "
	    "WHERE (m.feed, m.id) > (?1, ?2) AND m.feed <= ?3 ORDER BY m.feed, m.id LIMIT ?4",
	[STORE_SILENT] = SELECT("0", "s.silent_since", "NULL", "NULL", "NULL", "NULL",
	    "(SELECT c.total FROM feed_count c WHERE c.feed = s.feed)")
	    STATES("feed_state_silent", "s.silent_since IS NOT NULL"),
	[STORE_FAULTY] = SELECT("0", "f.fault_since", "f.fault", "NULL", "NULL", "NULL", "0")
	    "feed f INDEXED BY feed_fault JOIN feed_state s ON s.feed = f.id WHERE f.fault IS NOT NULL AND f.id > ?1 AND f.id <= ?3 "
	    "ORDER BY f.id LIMIT ?4",
};

static void
finding_of_row(sqlite3_stmt *stmt, enum store_ill what, struct store_finding *finding)
{
	*finding = (struct store_finding){
		.what = what, .feed = (uint32_t)sql_int(stmt, COL_FEED), .move = sql_int(stmt, COL_MOVE),
		.title = sql_span(stmt, COL_TITLE), .url = sql_span(stmt, COL_URL), .settings = sql_span(stmt, COL_SETTINGS),
		.since_s = sql_time(stmt, COL_SINCE), .last_poll_s = sql_time(stmt, COL_LAST),
		.last_success_s = sql_time(stmt, COL_SUCCESS), .next_poll_s = sql_time(stmt, COL_NEXT),
		.paused = sql_int(stmt, COL_PAUSED) != 0, .gone = sql_int(stmt, COL_GONE) != 0, .why = sql_time(stmt, COL_WHY),
		.posts_u = sql_int(stmt, COL_POSTS), .watched_s = sql_int(stmt, COL_WATCHED),
		.failures = sql_int(stmt, COL_FAILURES), .status = sql_int(stmt, COL_STATUS), .word = sql_span(stmt, COL_WORD),
		.message = sql_span(stmt, COL_MESSAGE), .old_url = sql_span(stmt, COL_OLD), .new_url = sql_span(stmt, COL_NEW),
		.taken_back_s = sql_time(stmt, COL_TAKEN), .number = sql_int(stmt, COL_NUMBER), .quarantine = sql_span(stmt, COL_QUARANTINE),
	};
	if (finding->next_poll_s == STORE_ABSENT)
		finding->next_poll_s = STORE_NEVER;
}

int
store_findings(struct store *store, enum store_ill what, uint32_t after, int64_t move, uint32_t last, unsigned limit,
    store_finding_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, queries[what], "uiuu", after, move, last, (uint32_t)limit);
	struct store_finding finding;
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		finding_of_row(stmt, what, &finding);
		ret = each(arg, &finding);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}
