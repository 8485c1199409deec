/* store-feed - reading feeds. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-sql.h"
#include "feeds/base/utf8.h"

#define FEED_COLUMNS \
	"SELECT f.id, f.url, f.original_url, coalesce(f.user_title, f.title, f.url), f.user_title, f.title, f.home_page_url, " \
	"f.description, f.language, f.format, f.icon, f.members, f.settings, f.added, f.paused, f.gone, " \
	"s.next_poll, s.last_poll, s.last_success, s.interval, s.retry, s.failures, s.since, s.error_status, s.error_word, " \
	"s.error_message, c.unread, c.total, c.newest, s.why, s.posts, s.watched, s.quarantine IS NOT NULL, w.hub, w.state, w.until " \
	"FROM feed f JOIN feed_state s ON s.feed = f.id JOIN feed_count c ON c.feed = f.id LEFT JOIN websub w ON w.feed = f.id "

/* The same columns, those in place that lists need. */
#define BRIEF_COLUMNS \
	"SELECT f.id, NULL, NULL, coalesce(f.user_title, f.title, f.url), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, " \
	"f.paused, f.gone, NULL, s.last_poll, NULL, NULL, NULL, s.failures, s.since, s.error_status, s.error_word, s.error_message, " \
	"c.unread, c.total, c.newest, NULL, NULL, NULL, s.quarantine IS NOT NULL, NULL, NULL, NULL " \
	"FROM feed f JOIN feed_state s ON s.feed = f.id JOIN feed_count c ON c.feed = f.id "

enum {
	COL_ID, COL_URL, COL_ORIGINAL, COL_SHOWN, COL_USER_TITLE, COL_TITLE, COL_HOME, COL_DESCRIPTION, COL_LANGUAGE, COL_FORMAT,
	COL_ICON, COL_MEMBERS, COL_SETTINGS, COL_ADDED, COL_PAUSED, COL_GONE, COL_NEXT, COL_LAST, COL_SUCCESS, COL_INTERVAL,
	COL_RETRY, COL_FAILURES, COL_SINCE, COL_STATUS, COL_WORD, COL_MESSAGE, COL_UNREAD, COL_TOTAL, COL_NEWEST,
	COL_WHY, COL_POSTS, COL_WATCHED, COL_QUARANTINED, COL_HUB, COL_HUB_STATE, COL_HUB_UNTIL
};

static int64_t
when_or_never(sqlite3_stmt *stmt, int column)
{
	int64_t value = sql_time(stmt, column);

	return value == STORE_ABSENT ? STORE_NEVER : value;
}

static void
feed_of_row(sqlite3_stmt *stmt, struct store_feed *feed)
{
	*feed = (struct store_feed){
		.id = (uint32_t)sql_int(stmt, COL_ID),
		.url = sql_span(stmt, COL_URL), .original_url = sql_span(stmt, COL_ORIGINAL),
		.title = sql_span(stmt, COL_SHOWN), .user_title = sql_span(stmt, COL_USER_TITLE),
		.feed_title = sql_span(stmt, COL_TITLE), .home_page_url = sql_span(stmt, COL_HOME),
		.description = sql_span(stmt, COL_DESCRIPTION), .language = sql_span(stmt, COL_LANGUAGE),
		.format = sql_span(stmt, COL_FORMAT), .icon = sql_span(stmt, COL_ICON), .members = sql_span(stmt, COL_MEMBERS),
		.settings = sql_span(stmt, COL_SETTINGS), .added_s = sql_time(stmt, COL_ADDED),
		.paused = sql_int(stmt, COL_PAUSED) != 0, .gone = sql_int(stmt, COL_GONE) != 0,
		.next_poll_s = when_or_never(stmt, COL_NEXT), .last_poll_s = sql_time(stmt, COL_LAST),
		.last_success_s = sql_time(stmt, COL_SUCCESS), .interval_s = sql_time(stmt, COL_INTERVAL),
		.retry_s = sql_time(stmt, COL_RETRY), .failures = sql_int(stmt, COL_FAILURES), .since_s = sql_time(stmt, COL_SINCE),
		.error_status = sql_int(stmt, COL_STATUS), .error_word = sql_span(stmt, COL_WORD),
		.error_message = sql_span(stmt, COL_MESSAGE), .unread = sql_int(stmt, COL_UNREAD),
		.total = sql_int(stmt, COL_TOTAL), .newest_s = sql_time(stmt, COL_NEWEST), .why = sql_time(stmt, COL_WHY),
		.posts_u = sql_int(stmt, COL_POSTS), .watched_s = sql_int(stmt, COL_WATCHED),
		.quarantined = sql_int(stmt, COL_QUARANTINED) != 0,
		.hub = sql_span(stmt, COL_HUB), .hub_state = sql_int(stmt, COL_HUB_STATE), .hub_until_s = sql_time(stmt, COL_HUB_UNTIL),
	};
}

int
store_tags(struct store *store, enum sql_conn conn, const char *sql, uint32_t id, struct arena *arena, struct span_list *list)
{
	sqlite3_stmt *stmt = sql_query(store, conn, sql, "u", id);
	size_t capacity = 0;
	int rc;

	*list = (struct span_list){ NULL, 0 };
	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		struct span tag = sql_span(stmt, 0), *slot = arena_push(arena, &list->items, &list->count, &capacity, sizeof *slot);

		*slot = (struct span){ arena_strndup(arena, tag.ptr, tag.len), tag.len };
	}
	sql_done(store, stmt);
	return rc;
}

static int
walk(struct store *store, sqlite3_stmt *stmt, store_feed_fn each, void *arg, int *rows)
{
	struct arena *arena = arena_new(0);
	struct store_feed feed;
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		arena_reset(arena);
		feed_of_row(stmt, &feed);
		ret = store_tags(store, SQL_READ, "SELECT tag FROM feed_tag INDEXED BY feed_tag_feed WHERE feed = ? ORDER BY tag",
		    feed.id, arena, &feed.tags);
		if (ret == 0)
			ret = each(arg, &feed);
		++*rows;
	}
	sql_done(store, stmt);
	arena_free(arena);
	return rc < 0 ? rc : ret;
}

int
store_feed_each(struct store *store, uint32_t after, store_feed_fn each, void *arg)
{
	int rows = 0;

	return walk(store, sql_query(store, SQL_READ, FEED_COLUMNS "WHERE f.id > ? ORDER BY f.id", "u", after), each, arg, &rows);
}

int
store_feed_brief(struct store *store, uint32_t after, store_feed_fn each, void *arg)
{
	int rows = 0;

	return walk(store, sql_query(store, SQL_READ, BRIEF_COLUMNS "WHERE f.id > ? ORDER BY f.id", "u", after), each, arg, &rows);
}

int
store_feed_weeks(struct store *store, uint32_t feed, int64_t now_s, int64_t weeks[STORE_WEEKS])
{
	int64_t since_s = now_s - STORE_WEEKS * (int64_t)STORE_WEEK_S;
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT ord >> 16 FROM entry INDEXED BY entry_feed WHERE feed = ? AND ord >= ? "
	    "ORDER BY ord DESC LIMIT ?", "uii", feed, (since_s + 1) * 65536, (int64_t)STORE_WEEKS_ENTRIES);
	int rc;

	memset(weeks, 0, STORE_WEEKS * sizeof *weeks);
	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		int64_t week = (sql_int(stmt, 0) - since_s - 1) / STORE_WEEK_S;

		weeks[week < STORE_WEEKS ? week : STORE_WEEKS - 1]++;	/* the clock may have been put back */
	}
	sql_done(store, stmt);
	return rc;
}

int
store_feed_ids(struct store *store, int (*each)(void *arg, uint32_t feed), void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT feed FROM feed_count WHERE feed > 0 ORDER BY feed", "");
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0)
		ret = each(arg, (uint32_t)sql_int(stmt, 0));
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

int
store_feed_get(struct store *store, uint32_t feed, store_feed_fn each, void *arg)
{
	int rows = 0, rc = walk(store, sql_query(store, SQL_READ, FEED_COLUMNS "WHERE f.id = ?", "u", feed), each, arg, &rows);

	if (rc == STORE_OK && rows == 0)
		return store_fail(store, STORE_ENONE, "there is no feed %" PRIu32, feed);
	return rc;
}

int
store_feed_counts(struct store *store, uint32_t feed, int64_t *unread, int64_t *total)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT unread, total FROM feed_count WHERE feed = ?1 AND ?1 > 0", "u", feed);
	int rc = sql_step(store, stmt);

	if (rc == 1) {
		*unread = sql_int(stmt, 0);
		*total = sql_int(stmt, 1);
	}
	sql_done(store, stmt);
	if (rc == 0)
		return store_fail(store, STORE_ENONE, "there is no feed %" PRIu32, feed);
	return rc == 1 ? STORE_OK : rc;
}

int
store_feed_counts_each(struct store *store, uint32_t after, store_counts_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT feed, unread, total FROM feed_count WHERE feed > ? ORDER BY feed", "u", after);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0)
		ret = each(arg, (uint32_t)sql_int(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2));
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

/* --- selectors -------------------------------------------------------------------------------- */

enum { TYPED_BYTES = 200, NAMED_BYTES = 60 };	/* what an error names of what was typed, and of each title */

static bool
all_digits(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
	}
	return text.len > 0 && text.len <= 10;
}

/* How much of a text an error names: whole characters. */
static int
cut(struct span text, size_t most)
{
	return (int)utf8_prefix(text.ptr, text.len < most ? text.len : most);
}

/* The one feed of a query: 1 found, 0 none, EAMBIGUOUS with the first few named, or an error. */
static int
find_one(struct store *store, const char *sql, struct span text, uint32_t *feed)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, sql, "s", text);
	char names[STORE_ERROR_BYTES / 2] = "";
	int found = 0, rc;

	for (rc = sql_step(store, stmt); rc == 1 && found < 4; rc = sql_step(store, stmt)) {
		size_t len = strlen(names);
		struct span title = sql_span(stmt, 1);

		*feed = (uint32_t)sql_int(stmt, 0);
		if (found++ < 3)
			sqlite3_snprintf((int)(sizeof names - len), names + len, "%s%u \"%.*s\"", len > 0 ? ", " : "", *feed,
			    cut(title, NAMED_BYTES), title.ptr);
	}
	sql_done(store, stmt);
	if (rc < 0)
		return rc;
	if (found > 1)
		return store_fail(store, STORE_EAMBIGUOUS, "\"%.*s\" could be several feeds: %s%s", cut(text, TYPED_BYTES), text.ptr, names,
		    found > 3 ? " and more" : "");
	return found;
}

int
store_feed_find(struct store *store, struct span selector, uint32_t *feed)
{
	static const char *const by_text[] = {
		"SELECT id, url FROM feed WHERE url = ? LIMIT 1",
		"SELECT id, url FROM feed WHERE original_url = ? LIMIT 1",
		"SELECT id, coalesce(user_title, title, url) FROM feed WHERE gazette_title(coalesce(user_title, title, url), ?) = 2 LIMIT 4",
		"SELECT id, coalesce(user_title, title, url) FROM feed WHERE gazette_title(coalesce(user_title, title, url), ?) > 0 LIMIT 4",
	};
	int rc = 0;

	if (selector.len == 0 || selector.len > 64 * 1024)
		return store_fail(store, STORE_ENONE, "there is no feed without a name");
	if (all_digits(selector))
		rc = find_one(store, "SELECT id, url FROM feed WHERE id = CAST(? AS INTEGER)", selector, feed);
	for (size_t i = 0; i < sizeof by_text / sizeof by_text[0] && rc == 0; i++)
		rc = find_one(store, by_text[i], selector, feed);
	if (rc == 0)
		return store_fail(store, STORE_ENONE, "there is no feed \"%.*s\"", cut(selector, TYPED_BYTES), selector.ptr);
	return rc == 1 ? STORE_OK : rc;
}
