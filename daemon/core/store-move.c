/* store-move - where a feed's permanent redirects lead, and its way back. */
#include <string.h>

#include "daemon/core/store-job-private.h"
#include "daemon/core/store-sql.h"

static bool
same(struct span one, struct span two)
{
	return one.len == two.len && (one.len == 0 || memcmp(one.ptr, two.ptr, one.len) == 0);
}

/* 1: something keeps the feed from moving there by itself; 0, or an error. */
static int
is_barred(struct store *store, uint32_t feed, struct span target)
{
	int64_t ignored;
	int rc = sql_get(store, SQL_WRITE, "SELECT 1 FROM feed WHERE url = ?2 UNION ALL "
	    "SELECT 1 FROM move WHERE feed = ?1 AND new_url = ?2 AND taken_back IS NOT NULL LIMIT 1", &ignored, "us", feed, target);

	return rc == STORE_OK ? 1 : rc == STORE_ENONE ? 0 : rc;
}

static int
move(struct store *store, uint32_t feed, struct span url, struct span target, int64_t at_s)
{
	int rc = sql_run(store, "INSERT INTO move(feed, at, old_url, new_url) VALUES (?, ?, ?, ?)", "uiss", feed, at_s, url, target);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed SET original_url = nullif(coalesce(original_url, url), ?2), url = ?2 WHERE id = ?1", "us",
		    feed, target);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed_state SET moved_url = NULL, moving_since = NULL WHERE feed = ?", "u", feed);
	return rc;
}

/* A permanent redirect counts when a good document lay behind it twice: a portal's or a maintenance page's does not last. */
int
store_move_follow(struct store *store, uint32_t feed, struct span target, const struct store_poll *poll, const struct before *before,
    bool *moved)
{
	int rc;

	if (target.len == 0 || same(target, before->url))
		return before->moved_url.ptr == NULL ? STORE_OK :
		    sql_run(store, "UPDATE feed_state SET moved_url = NULL, moving_since = NULL WHERE feed = ?", "u", feed);
	if (!same(target, before->moved_url))
		return sql_run(store, "UPDATE feed_state SET moved_url = ?2, moving_since = ?3 WHERE feed = ?1", "usi", feed, target,
		    poll->at_s);
	rc = poll->bound ? 1 : is_barred(store, feed, target);
	if (rc != 0)
		return rc < 0 ? rc : STORE_OK;
	*moved = true;
	return move(store, feed, before->url, target, poll->at_s);
}

int
store_move_undo(struct store *store, uint32_t feed, struct span url, int64_t now_s)
{
	int rc = sql_run(store, "UPDATE move SET taken_back = ?3 WHERE feed = ?1 AND taken_back IS NULL AND id >= "
	    "(SELECT max(id) FROM move WHERE feed = ?1 AND old_url = ?2 AND taken_back IS NULL)", "usi", feed, url, now_s);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE move SET taken_back = NULL WHERE feed = ?1 AND new_url = ?2 AND taken_back IS NOT NULL", "us",
		    feed, url);
	return rc;
}
