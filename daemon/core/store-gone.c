/*
 * store-gone - removed entries: whether their feed's document has them still, and when they may be forgotten, aliases and all.
 */
#include <stdlib.h>

#include "daemon/core/store-job-private.h"
#include "daemon/core/store-retain.h"

enum { FEEDS_A_STEP = 200, ALIASES_A_STEP = 1000, DAY_S = 86400 };

/* --- what a document has -------------------------------------------------------------------------------------- */

struct ids { uint32_t *items; size_t count; };

static int
by_id(const void *one, const void *two)
{
	const uint32_t *left = one, *right = two;

	return (*left > *right) - (*left < *right);
}

static bool
has_id(const struct ids *ids, uint32_t id)
{
	return ids->count > 0 && bsearch(&id, ids->items, ids->count, sizeof id, by_id) != NULL;
}

/* Of the removed entries, those that came again. */
static struct ids
seen_again(const struct store_job *job)
{
	struct ids ids = { arena_zalloc(job->arena, (job->count + 1) * sizeof *ids.items), 0 };

	for (size_t i = 0; i < job->count; i++) {
		if (job->entries[i].verdict == VERDICT_GONE)
			ids.items[ids.count++] = job->entries[i].known.id;
	}
	if (ids.count > 0)
		qsort(ids.items, ids.count, sizeof *ids.items, by_id);
	return ids;
}

int
store_gone_seen(const struct store_job *job, uint32_t feed)
{
	int rc = STORE_OK;

	for (size_t i = 0; i < job->count && rc == STORE_OK; i++) {
		if (job->entries[i].verdict == VERDICT_GONE)
			rc = sql_run(job->store, "UPDATE gone SET absent = NULL, polls = NULL WHERE feed = ? AND entry = ? AND absent IS NOT NULL",
			    "uu", feed, job->entries[i].known.id);
	}
	return rc;
}

/* A walk over an index that its updates leave: what is left of it is read before anything is written. */
int
store_gone_absent(const struct store_job *job, uint32_t feed, int64_t now_s)
{
	struct store *store = job->store;
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT entry FROM gone INDEXED BY gone_listed WHERE feed = ? AND absent IS NULL",
	    "u", feed);
	struct ids seen = { NULL, 0 }, absent = { NULL, 0 };
	size_t capacity = 0;
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		uint32_t entry = (uint32_t)sql_int(stmt, 0);

		if (seen.items == NULL)
			seen = seen_again(job);
		if (!has_id(&seen, entry))
			*(uint32_t *)arena_push(job->arena, &absent.items, &absent.count, &capacity, sizeof entry) = entry;
	}
	sql_done(store, stmt);
	for (size_t i = 0; i < absent.count && rc == STORE_OK; i++)
		rc = sql_run(store, "UPDATE gone SET absent = ?3, polls = (SELECT polls FROM feed_state WHERE feed = ?1) "
		    "WHERE feed = ?1 AND entry = ?2", "uui", feed, absent.items[i], now_s);
	return rc;
}

/* --- forgetting --------------------------------------------------------------------------------------------------- */

/* The next feed behind after, among some, that has what may be forgotten; polls_most is what feed_state.polls was at the latest. */
static int
next_feed(struct store *store, struct store_forget *walk)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT s.feed, s.polls - ?4 FROM feed_state s WHERE s.feed > ?1 AND "
	    "s.feed <= ?1 + ?2 AND EXISTS (SELECT 1 FROM gone g INDEXED BY gone_absent WHERE g.feed = s.feed AND g.absent <= ?3 AND "
	    "g.polls <= s.polls - ?4) ORDER BY s.feed LIMIT 1", "udii", walk->after, (int)FEEDS_A_STEP, walk->until_s,
	    (int64_t)STORE_ABSENT_POLLS);
	int rc = sql_step(store, stmt);

	if (rc == 1)
		*walk = (struct store_forget){ .after = walk->after, .feed = (uint32_t)sql_int(stmt, 0), .polls_most = sql_int(stmt, 1),
		    .until_s = walk->until_s, .hash = INT64_MIN };
	else if (rc == 0)
		walk->after += FEEDS_A_STEP;
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

/* Where a step that begins at walk->hash ends. 1; 0: at the feed's last alias. */
static int
end_of_step(struct store *store, const struct store_forget *walk, int64_t *end)
{
	int rc = sql_get(store, SQL_WRITE, "SELECT hash FROM alias WHERE feed = ? AND hash >= ? ORDER BY hash LIMIT 1 OFFSET ?", end, "uid",
	    walk->feed, walk->hash, (int)ALIASES_A_STEP);

	if (rc == STORE_ENONE)
		*end = INT64_MAX;
	return rc == STORE_OK ? 1 : rc == STORE_ENONE ? 0 : rc;
}

/* Aliases first: if it is broken off, what is in gone has them looked for again. */
static int
forget_entries(struct store *store, struct store_forget *walk)
{
	int rc = sql_run(store, "DELETE FROM trace WHERE entry IN (SELECT entry FROM gone INDEXED BY gone_absent WHERE feed = ?1 AND "
	    "absent <= ?2 AND polls <= ?3 ORDER BY absent, entry LIMIT ?4)", "uiid", walk->feed, walk->until_s, walk->polls_most,
	    (int)ALIASES_A_STEP);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM gone WHERE feed = ?1 AND entry IN (SELECT entry FROM gone INDEXED BY gone_absent WHERE feed = ?1 AND "
		    "absent <= ?2 AND polls <= ?3 ORDER BY absent, entry LIMIT ?4)", "uiid", walk->feed, walk->until_s, walk->polls_most,
		    (int)ALIASES_A_STEP);
	if (rc == STORE_OK && sql_changes(store) < ALIASES_A_STEP) {
		walk->after = walk->feed;
		walk->feed = 0;
	}
	return rc;
}

static int
forget_aliases(struct store *store, struct store_forget *walk)
{
	int64_t end;
	int more = end_of_step(store, walk, &end), rc;

	if (more < 0)
		return more;
	rc = sql_run(store, "DELETE FROM alias WHERE feed = ?1 AND hash BETWEEN ?2 AND ?3 AND entry IN (SELECT entry FROM gone WHERE "
	    "feed = ?1 AND entry = alias.entry AND absent <= ?4 AND polls <= ?5)", "uiiii", walk->feed, walk->hash, end, walk->until_s,
	    walk->polls_most);
	walk->hash = end;
	walk->aliases_done = more == 0;
	return rc;
}

static int
forget_some(struct store *store, struct store_forget *walk)
{
	if (walk->feed == 0)
		return next_feed(store, walk);
	return walk->aliases_done ? forget_entries(store, walk) : forget_aliases(store, walk);
}

int
store_forget_gone(struct store *store, int64_t now_s, struct store_forget *walk)
{
	struct store_forget before = *walk;
	bool own;
	int rc = txn_enter(store, &own);

	if (walk->feed == 0)
		walk->until_s = now_s - (int64_t)STORE_ABSENT_DAYS * DAY_S;
	if (rc == STORE_OK)
		rc = forget_some(store, walk);
	rc = txn_leave(store, own, rc);
	if (rc != STORE_OK) {
		*walk = before;
		return rc;
	}
	return walk->feed != 0 || walk->after < (uint64_t)store->counter.feed;
}
