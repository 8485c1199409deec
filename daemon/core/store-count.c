/* store-count - how many entries match, and whether one does. */
#include <stdio.h>

#include "daemon/core/query-plan.h"
#include "daemon/core/store-index.h"
#include "daemon/core/store-item.h"

/*
 * What the counters of feed_count know: all, unread, read or starred, of everything, a feed or a tag. Of a tag, entries that
 * have it themselves come on top, unless their feed has it too.
 */
static int
count_fast(struct store *store, const struct query_plan *plan, int64_t *count)
{
	enum { TOTAL, UNREAD, READ, STARRED };
	static const char *const of_feed[] = {
		[TOTAL] = "SELECT total FROM feed_count WHERE feed = ?", [UNREAD] = "SELECT unread FROM feed_count WHERE feed = ?",
		[READ] = "SELECT total - unread FROM feed_count WHERE feed = ?",
		[STARRED] = "SELECT starred FROM feed_count WHERE feed = ?",
	};
#define OF_TAG(column, condition) \
	"SELECT (SELECT ifnull(sum(" column "), 0) FROM feed_tag g JOIN feed_count c ON c.feed = g.feed WHERE g.tag = ?1) + " \
	"(SELECT count(*) FROM entry_tag g JOIN entry e ON e.id = g.entry WHERE g.tag = ?1 " condition \
	" AND e.feed IN (SELECT id FROM feed) AND NOT EXISTS (SELECT 1 FROM feed_tag x WHERE x.tag = ?1 AND x.feed = e.feed))"
	static const char *const of_tag[] = {
		[TOTAL] = OF_TAG("c.total", ""), [UNREAD] = OF_TAG("c.unread", "AND e.unread = 1"),
		[READ] = OF_TAG("c.total - c.unread", "AND e.unread = 0"), [STARRED] = OF_TAG("c.starred", "AND e.starred = 1"),
	};
	int what = plan->unread ? UNREAD : plan->read ? READ : plan->starred ? STARRED : TOTAL, rc;

	if (plan->tag.ptr != NULL)
		rc = sql_get(store, SQL_READ, of_tag[what], count, "s", plan->tag);
	else
		rc = sql_get(store, SQL_READ, of_feed[what], count, "i", plan->feed);
	if (rc != STORE_ENONE)
		return rc;
	*count = 0;
	return STORE_OK;
}

static bool
is_fast(const struct query_plan *plan)
{
	return !plan->filtered && plan->match.len == 0 && plan->unread + plan->read + plan->starred <= 1 &&
	    !(plan->tag.ptr != NULL && plan->feed != 0);
}

/* Whether the index has what there is but for what is to come, so that it alone knows how many entries have the words. */
static bool
is_of_index(struct store *store, const struct query_plan *plan)
{
	int64_t seq = 0;

	return plan->match.len > 0 && plan->where.len == 0 && plan->ord_from == 0 && plan->ord_until == INT64_MAX &&
	    sql_get(store, SQL_READ, "SELECT seq FROM ix.meta", &seq, "") == STORE_OK && seq >= store->removed_seq;
}

static int
count_walk(struct store *store, struct query_plan *plan, int64_t *count)
{
	struct buf sql = BUF_INIT(QUERY_SQL_MAX);
	sqlite3_stmt *stmt;
	const char *key;
	int rc;

	if (is_of_index(store, plan)) {
		buf_puts(&sql, "SELECT count(*) FROM ix.fts WHERE fts MATCH ?1");
		plan->n_values = 0;
		query_plan_text(plan, plan->match.ptr, plan->match.len);
	} else {
		buf_puts(&sql, "SELECT count(*) ");
		query_plan_from(store, plan, QUERY_PLAN_ALL, &sql, &key);
	}
	stmt = query_plan_prepare(store, plan, &sql);
	rc = sql_step(store, stmt);
	if (rc == 1)
		*count = sql_int(stmt, 0);
	sql_done(store, stmt);
	buf_free(&sql);
	return rc < 0 ? rc : STORE_OK;
}

int
store_item_count(struct store *store, const struct query *query, int64_t *count)
{
	struct query_plan plan;
	bool own;
	int rc = sql_enter_limited(store, &own);

	*count = 0;
	if (rc != STORE_OK)
		return rc;
	rc = query_plan(store, query, &plan);
	if (rc == STORE_OK)
		rc = is_fast(&plan) ? count_fast(store, &plan, count) : count_walk(store, &plan, count);
	query_plan_clear(&plan);
	sql_leave_limited(store, own);
	return query_needs_index(query) ? store_index_failed(store, rc) : rc;
}

int
store_item_match(struct store *store, const struct query *query, uint32_t item)
{
	struct query_plan plan;
	int64_t count = 0;
	int rc = query_plan(store, query, &plan);

	if (rc == STORE_OK)
		rc = query_plan_item(store, &plan, item);
	if (rc == STORE_OK && plan.ord_from < plan.ord_until)
		rc = count_walk(store, &plan, &count);
	query_plan_clear(&plan);
	if (query_needs_index(query))
		rc = store_index_failed(store, rc);
	return rc == STORE_OK ? count > 0 : rc;
}
