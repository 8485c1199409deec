#include "daemon/core/store-websub.h"

#include <inttypes.h>

#include "daemon/core/store-sql.h"

#define COLUMNS	"SELECT id, feed, state, hub, topic, callback, token, secret, next, until, failures FROM websub "

/* Joins the batch, or the open group. */
static int
enter(struct store *store)
{
	return txn_join(store);
}

static int
leave(struct store *store, int rc)
{
	if (txn_is_fatal(rc))
		store_batch_rollback(store);
	return rc;
}

static int
walk(struct store *store, sqlite3_stmt *stmt, store_websub_fn each, void *arg, int *rows)
{
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		int64_t next_s = sql_time(stmt, 8);
		struct store_websub websub = {
			.id = (uint32_t)sql_int(stmt, 0), .feed = (uint32_t)sql_int(stmt, 1),
			.state = (enum websub_state)sql_int(stmt, 2), .hub = sql_span(stmt, 3), .topic = sql_span(stmt, 4),
			.callback = sql_span(stmt, 5), .token = sql_span(stmt, 6), .secret = sql_span(stmt, 7),
			.next_s = next_s == STORE_ABSENT ? STORE_NEVER : next_s, .until_s = sql_time(stmt, 9),
			.failures = sql_int(stmt, 10)
		};

		ret = each(arg, &websub);
		++*rows;
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

static int
one(struct store *store, sqlite3_stmt *stmt, store_websub_fn each, void *arg)
{
	int rows = 0, rc = walk(store, stmt, each, arg, &rows);

	if (rc == STORE_OK && rows == 0)
		return store_fail(store, STORE_ENONE, "there is no such agreement with a hub");
	return rc;
}

/* --- what feeds say --------------------------------------------------------------------- */

/* A promise is to be taken back by asking, anything less is just forgotten. */
static int
detach(struct store *store, uint32_t feed)
{
	int rc = sql_run(store, "UPDATE websub SET feed = NULL, state = ?2, next = 0, failures = 0 WHERE feed = ?1 AND state = ?3", "udd",
	    feed, (int)WEBSUB_LEAVING, (int)WEBSUB_VERIFIED);

	return rc == STORE_OK ? sql_run(store, "DELETE FROM websub WHERE feed = ?", "u", feed) : rc;
}

int
store_websub_name(struct store *store, uint32_t feed, struct span hub, struct span topic)
{
	int64_t same = 0;
	int rc = enter(store), known;

	if (rc != STORE_OK)
		return rc;
	known = sql_get(store, SQL_WRITE, "SELECT hub IS ?2 AND topic IS ?3 FROM websub WHERE feed = ?1", &same, "uss", feed, hub, topic);
	if (known == STORE_ENONE ? hub.ptr == NULL : known != STORE_OK || same != 0)
		return leave(store, known == STORE_ENONE ? STORE_OK : known);
	rc = known == STORE_OK ? detach(store, feed) : STORE_OK;
	if (rc == STORE_OK && hub.ptr != NULL)
		rc = sql_run(store, "INSERT INTO websub(feed, hub, topic) VALUES (?, ?, ?)", "uss", feed, hub, topic);
	return leave(store, rc);
}

/* --- what there is to do ------------------------------------------------------------------ */

int
store_websub_due(struct store *store, int64_t now_s, unsigned limit, store_websub_fn each, void *arg)
{
	int rows = 0;

	return walk(store, sql_query(store, SQL_WRITE, COLUMNS "INDEXED BY websub_next WHERE next <= ? ORDER BY next LIMIT ?", "iu", now_s,
	    (uint32_t)limit), each, arg, &rows);
}

int
store_websub_next(struct store *store, int64_t *when_s)
{
	int rc = sql_get(store, SQL_WRITE, "SELECT next FROM websub INDEXED BY websub_next WHERE next IS NOT NULL ORDER BY next LIMIT 1",
	    when_s, "");

	if (rc != STORE_ENONE)
		return rc;
	*when_s = STORE_NEVER;
	return STORE_OK;
}

int
store_websub_get(struct store *store, uint32_t id, store_websub_fn each, void *arg)
{
	return one(store, sql_query(store, SQL_WRITE, COLUMNS "WHERE id = ?", "u", id), each, arg);
}

int
store_websub_of(struct store *store, uint32_t feed, store_websub_fn each, void *arg)
{
	return one(store, sql_query(store, SQL_WRITE, COLUMNS "WHERE feed = ?", "u", feed), each, arg);
}

int
store_websub_find(struct store *store, struct span token, store_websub_fn each, void *arg)
{
	return one(store, sql_query(store, SQL_WRITE, COLUMNS "INDEXED BY websub_token WHERE token = ?", "s", token), each, arg);
}

/* --- what comes of it ------------------------------------------------------------------------ */

int
store_websub_put(struct store *store, const struct store_websub *websub)
{
	int rc = enter(store);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE websub SET state = ?2, callback = ?3, token = ?4, secret = ?5, next = ?6, until = ?7, failures = ?8 "
		    "WHERE id = ?1", "udsssaai", websub->id, (int)websub->state, websub->callback, websub->token, websub->secret,
		    websub->next_s == STORE_NEVER ? STORE_ABSENT : websub->next_s, websub->until_s, websub->failures);
	return leave(store, rc);
}

int
store_websub_drop(struct store *store, uint32_t id)
{
	int rc = enter(store);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM websub WHERE id = ?", "u", id);
	return leave(store, rc);
}

int
store_websub_promised(struct store *store, uint32_t feed, int64_t now_s, bool *promised)
{
	int64_t yes = 0;
	int rc = sql_get(store, SQL_WRITE, "SELECT state = ?2 AND until > ?3 FROM websub WHERE feed = ?1", &yes, "udi", feed,
	    (int)WEBSUB_VERIFIED, now_s);

	*promised = rc == STORE_OK && yes != 0;
	return rc == STORE_ENONE ? STORE_OK : rc;
}

int
store_websub_forget(struct store *store, struct span callback)
{
	int rc = enter(store);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM websub WHERE feed IS NULL AND callback IS NOT ?", "s", callback);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE websub SET state = 0, next = 0, until = NULL, failures = 0, callback = NULL, token = NULL, "
		    "secret = NULL WHERE callback IS NOT NULL AND callback IS NOT ?", "s", callback);
	return leave(store, rc);
}

int
store_websub_hurry(struct store *store, uint32_t feed, int64_t when_s, int64_t why)
{
	int rc = enter(store);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed_state SET next_poll = ?2, why = ?3 WHERE feed = ?1 AND next_poll > ?2", "uii", feed, when_s,
		    why);
	return leave(store, rc);
}

int
store_websub_counts(struct store *store, int64_t now_s, int64_t counts[WEBSUB_STATES])
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT CASE WHEN state = ?1 AND until <= ?2 THEN ?3 ELSE state END, count(*) "
	    "FROM websub GROUP BY 1", "did", (int)WEBSUB_VERIFIED, now_s, (int)WEBSUB_ASKED);
	int rc;

	for (int i = 0; i < WEBSUB_STATES; i++)
		counts[i] = 0;
	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
		if (sql_int(stmt, 0) >= 0 && sql_int(stmt, 0) < WEBSUB_STATES)
			counts[sql_int(stmt, 0)] = sql_int(stmt, 1);
	sql_done(store, stmt);
	return rc;
}
