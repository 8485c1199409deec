/* store-due - what the scheduler reads and sets. */
#include <inttypes.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"

#define TARGET_COLUMNS \
	"SELECT f.id, f.url, f.settings, f.paused, f.gone, s.next_poll, s.last_poll, s.last_success, s.interval, s.retry, " \
	"s.body_hash, s.validators_url, s.etag, s.last_modified, c.total, s.quarantine IS NOT NULL, s.error_word "
#define TARGET_JOIN "JOIN feed f ON f.id = s.feed JOIN feed_count c ON c.feed = s.feed "

static void
target_of_row(sqlite3_stmt *stmt, struct store_target *target)
{
	*target = (struct store_target){
		.feed = (uint32_t)sql_int(stmt, 0), .url = sql_span(stmt, 1), .settings = sql_span(stmt, 2),
		.paused = sql_int(stmt, 3) != 0, .gone = sql_int(stmt, 4) != 0,
		.next_poll_s = sql_time(stmt, 5), .last_poll_s = sql_time(stmt, 6), .last_success_s = sql_time(stmt, 7),
		.interval_s = sql_time(stmt, 8), .retry_s = sql_time(stmt, 9),
		.has_body_hash = sql_time(stmt, 10) != STORE_ABSENT, .body_hash = (uint64_t)sql_int(stmt, 10),
		.validators_url = sql_span(stmt, 11), .etag = sql_span(stmt, 12), .last_modified = sql_span(stmt, 13),
		.entries = sql_int(stmt, 14), .quarantined = sql_int(stmt, 15) != 0, .error_word = sql_span(stmt, 16),
	};
	if (target->next_poll_s == STORE_ABSENT)
		target->next_poll_s = STORE_NEVER;
}

static int
walk(struct store *store, sqlite3_stmt *stmt, store_target_fn each, void *arg, int *rows)
{
	struct store_target target;
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		target_of_row(stmt, &target);
		ret = each(arg, &target);
		++*rows;
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

int
store_due(struct store *store, int64_t now_s, int64_t after_s, uint32_t after_feed, unsigned limit, store_target_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, TARGET_COLUMNS "FROM feed_state s INDEXED BY feed_state_due " TARGET_JOIN
	    "WHERE s.next_poll <= ?1 AND (s.next_poll, s.feed) > (?2, ?3) ORDER BY s.next_poll, s.feed LIMIT ?4", "iiuu", now_s,
	    after_s, after_feed, (uint32_t)limit);
	int rows = 0;

	return walk(store, stmt, each, arg, &rows);
}

int
store_overdue(struct store *store, int64_t until_s, int64_t after_s, uint32_t after_feed, unsigned limit,
    void (*each)(void *arg, uint32_t feed, int64_t next_poll_s, bool polled), void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT feed, next_poll, last_poll IS NOT NULL FROM feed_state "
	    "INDEXED BY feed_state_due WHERE next_poll <= ?1 AND (next_poll, feed) > (?2, ?3) ORDER BY next_poll, feed LIMIT ?4", "iiuu",
	    until_s, after_s, after_feed, (uint32_t)limit);
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
		each(arg, (uint32_t)sql_int(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2) != 0);
	sql_done(store, stmt);
	return rc;
}

int
store_target(struct store *store, uint32_t feed, store_target_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, TARGET_COLUMNS "FROM feed_state s " TARGET_JOIN "WHERE s.feed = ?", "u", feed);
	int rows = 0, rc = walk(store, stmt, each, arg, &rows);

	if (rc == STORE_OK && rows == 0)
		return store_fail(store, STORE_ENONE, "there is no feed %" PRIu32, feed);
	return rc;
}

int
store_next_due(struct store *store, int64_t *when_s)
{
	int rc = sql_get(store, SQL_WRITE, "SELECT next_poll FROM feed_state INDEXED BY feed_state_due "
	    "WHERE next_poll IS NOT NULL ORDER BY next_poll LIMIT 1", when_s, "");

	if (rc != STORE_ENONE)
		return rc;
	*when_s = STORE_NEVER;
	return STORE_OK;
}

int
store_due_count(struct store *store, int64_t now_s, int64_t max, int64_t *count)
{
	return sql_get(store, SQL_WRITE, "SELECT count(*) FROM (SELECT 1 FROM feed_state INDEXED BY feed_state_due "
	    "WHERE next_poll <= ? LIMIT ?)", count, "ii", now_s, max);
}

int
store_schedule(struct store *store, uint32_t feed, int64_t next_poll_s)
{
	int rc = txn_join(store);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed_state SET next_poll = ?2, why = 0 WHERE feed = ?1", "ua", feed,
		    next_poll_s == STORE_NEVER ? STORE_ABSENT : next_poll_s);
	if (rc == STORE_OK && sql_changes(store) == 0)
		return store_fail(store, STORE_ENONE, "there is no feed %" PRIu32, feed);
	if (txn_is_fatal(rc))
		store_batch_rollback(store);
	return rc;
}

/* --- hosts that asked to be left alone -------------------------------------------------------- */

static int
write_rest(struct store *store, struct span host, int64_t now_s, int64_t until_s)
{
	int rc = sql_run(store, "DELETE FROM host_rest WHERE until <= ?", "i", now_s);

	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT INTO host_rest(host, until) VALUES (?, ?) "
		    "ON CONFLICT(host) DO UPDATE SET until = max(until, excluded.until)", "si", host, until_s);
	return rc;
}

int
store_rest(struct store *store, struct span host, int64_t now_s, int64_t until_s)
{
	int rc = txn_join(store);

	if (rc == STORE_OK)
		rc = write_rest(store, host, now_s, until_s);
	if (txn_is_fatal(rc))
		store_batch_rollback(store);
	return rc;
}

int
store_rests(struct store *store, int64_t now_s, store_rest_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT host, until FROM host_rest WHERE until > ? ORDER BY until", "i", now_s);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0)
		ret = each(arg, sql_span(stmt, 0), sql_int(stmt, 1));
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

/* --- quarantine ---------------------------------------------------------------------------------- */

/* 1 and a feed that has been let go, 0 or an error. */
static int
release_one(struct store *store, const char *version, int64_t now_s, int64_t why)
{
	int64_t feed;
	int rc = sql_get(store, SQL_WRITE, "SELECT feed FROM feed_state INDEXED BY feed_state_quarantine "
	    "WHERE quarantine IS NOT NULL AND quarantine <> ? LIMIT 1", &feed, "s", SPAN(version));

	if (rc != STORE_OK)
		return rc == STORE_ENONE ? 0 : rc;
	rc = sql_run(store, "UPDATE feed_state SET quarantine = NULL, why = ?3, next_poll = CASE WHEN (SELECT paused FROM feed "
	    "WHERE id = ?1) THEN NULL ELSE ?2 END WHERE feed = ?1", "iii", feed, now_s, why);
	if (rc == STORE_OK)
		rc = store_log(store, STORE_FEED_CHANGED, (uint32_t)feed, 0, SPAN("health"), now_s, NULL);
	return rc == STORE_OK ? 1 : rc;
}

int
store_release(struct store *store, const char *version, int64_t now_s, int64_t why, int64_t *count)
{
	bool own;
	int rc = txn_enter(store, &own);

	*count = 0;
	if (rc == STORE_OK)
		for (rc = 1; rc == 1; *count += rc == 1)
			rc = release_one(store, version, now_s, why);
	return txn_leave(store, own, rc);
}

/* --- how often feeds have news ------------------------------------------------------------------ */

/* 1 and the first feed from this number on, 0 or an error. */
static int
habit_from(struct store *store, int64_t from, int64_t *feed, struct store_habit *habit)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT feed, posts, watched FROM feed_state WHERE feed >= ? ORDER BY feed LIMIT 1",
	    "i", from);
	int rc = sql_step(store, stmt);

	if (rc == 1) {
		*feed = sql_int(stmt, 0);
		*habit = (struct store_habit){ sql_int(stmt, 1), sql_int(stmt, 2) };
	}
	sql_done(store, stmt);
	return rc;
}

int
store_habits(struct store *store, struct store_habit *habits, size_t max, size_t *count)
{
	int64_t step = store->counter.feed / (int64_t)max + 1, from = 0, feed = 0;
	int rc = 0;

	for (*count = 0; *count < max; ++*count) {
		rc = habit_from(store, from, &feed, &habits[*count]);
		if (rc != 1)
			break;
		/* the next portion of numbers that are not behind us */
		from = (feed / step + 1) * step;
	}
	return rc < 0 ? rc : STORE_OK;
}
