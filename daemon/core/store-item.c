/* store-item - pages of entries, and one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/query-plan.h"
#include "daemon/core/store-index.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-pack.h"
#include "daemon/core/store-scan.h"

#define ITEM_COLUMNS \
	"SELECT e.id, e.feed, e.ord, e.seq, e.published, e.modified, e.received, e.revision, e.unread, e.starred, e.tagged, " \
	"coalesce(f.user_title, f.title, f.url), e.title, e.url, e.authors, e.language, e.attachments"
#define ITEM_CONTENT	", c.guid, " STORE_TEXTS("c")

enum {
	COL_ID, COL_FEED, COL_ORD, COL_SEQ, COL_PUBLISHED, COL_MODIFIED, COL_RECEIVED, COL_REVISION, COL_UNREAD, COL_STARRED, COL_TAGGED,
	COL_FEED_TITLE, COL_TITLE, COL_URL, COL_AUTHORS, COL_LANGUAGE, COL_ATTACHMENTS, COL_GUID, COL_TEXTS
};

static int
add_texts(struct store *store, sqlite3_stmt *stmt, unsigned want, struct arena *arena, struct store_item *item)
{
	struct span parts[PACK_PARTS];
	int rc = store_unpack(store, stmt, COL_TEXTS, arena, parts);

	if (rc == STORE_OK && (want & STORE_WANT_COLD)) {
		item->guid = sql_span(stmt, COL_GUID);
		item->summary = parts[PACK_SUMMARY];
		item->rest = parts[PACK_REST];
		item->gazette = parts[PACK_GAZETTE];
	}
	if (rc == STORE_OK && (want & STORE_WANT_CONTENT)) {
		item->html = parts[PACK_HTML];
		item->text = parts[PACK_TEXT];
	}
	return rc;
}

static int
item_of_row(struct store *store, sqlite3_stmt *stmt, unsigned want, struct arena *arena, struct store_item *item)
{
	*item = (struct store_item){
		.id = (uint32_t)sql_int(stmt, COL_ID), .feed = (uint32_t)sql_int(stmt, COL_FEED), .ord = sql_int(stmt, COL_ORD),
		.seq = sql_int(stmt, COL_SEQ), .published_s = sql_time(stmt, COL_PUBLISHED),
		.modified_s = sql_time(stmt, COL_MODIFIED), .received_s = sql_time(stmt, COL_RECEIVED),
		.revision = sql_int(stmt, COL_REVISION), .unread = sql_int(stmt, COL_UNREAD) != 0,
		.starred = sql_int(stmt, COL_STARRED) != 0, .feed_title = sql_span(stmt, COL_FEED_TITLE),
		.title = sql_span(stmt, COL_TITLE), .url = sql_span(stmt, COL_URL), .authors = sql_span(stmt, COL_AUTHORS),
		.language = sql_span(stmt, COL_LANGUAGE), .attachments = sql_int(stmt, COL_ATTACHMENTS) != 0,
	};
	return want != 0 ? add_texts(store, stmt, want, arena, item) : STORE_OK;
}

static void
write_columns(unsigned want, struct buf *sql)
{
	buf_puts(sql, ITEM_COLUMNS);
	if (want != 0)
		buf_puts(sql, ITEM_CONTENT);
}

static void
write_joins(unsigned want, struct buf *sql)
{
	buf_puts(sql, " JOIN feed f ON f.id = e.feed");
	if (want != 0)
		buf_puts(sql, " LEFT JOIN content c ON c.entry = e.id");
}

/* An entry that is alone has no row. */
static void
set_story(struct store *store, struct store_item *item)
{
	int64_t story = 0;

	if (store->index_attached)
		sql_get(store, SQL_READ, "SELECT story FROM ix.story WHERE entry = ?", &story, "u", item->id);
	item->copies = story != 0;
	item->story = item->copies ? (uint32_t)story : item->id;
}

static int
give(struct store *store, sqlite3_stmt *stmt, unsigned want, struct arena *arena, store_item_fn each, void *arg,
    struct store_item *item)
{
	int rc;

	arena_reset(arena);
	rc = item_of_row(store, stmt, want, arena, item);
	set_story(store, item);
	if (rc == STORE_OK && sql_int(stmt, COL_TAGGED))
		rc = store_tags(store, SQL_READ, "SELECT tag FROM entry_tag INDEXED BY entry_tag_entry WHERE entry = ? ORDER BY tag",
		    item->id, arena, &item->tags);
	return rc == STORE_OK ? each(arg, item) : rc;
}

/* The row of a statement that gives one or none. ENONE. */
static int
get(struct store *store, sqlite3_stmt *stmt, unsigned want, store_item_fn each, void *arg)
{
	struct arena *arena = arena_new(0);
	struct store_item row;
	int rc = sql_step(store, stmt), ret = rc == 1 ? give(store, stmt, want, arena, each, arg, &row) : 0;

	sql_done(store, stmt);
	arena_free(arena);
	if (rc == 0)
		return STORE_ENONE;
	return rc < 0 ? rc : ret;
}

int
store_item_get(struct store *store, uint32_t item, unsigned want, store_item_fn each, void *arg)
{
	static const char lean[] = ITEM_COLUMNS " FROM entry e JOIN feed f ON f.id = e.feed WHERE e.id = ?";
	static const char whole[] = ITEM_COLUMNS ITEM_CONTENT
	    " FROM entry e JOIN feed f ON f.id = e.feed JOIN content c ON c.entry = e.id WHERE e.id = ?";
	int rc;

	want &= STORE_WANT_COLD | STORE_WANT_CONTENT;
	rc = get(store, sql_query(store, SQL_READ, want != 0 ? whole : lean, "u", item), want, each, arg);
	return rc == STORE_ENONE ? store_fail(store, rc, "there is no item %" PRIu32, item) : rc;
}

/* --- earlier texts ------------------------------------------------------------------------------------------ */

int
store_item_revision(struct store *store, uint32_t item, int64_t revision, store_item_fn each, void *arg)
{
	static const char sql[] = "SELECT e.id, e.feed, e.ord, e.seq, e.published, r.replaced, e.received, r.number, e.unread, e.starred, "
	    "e.tagged, coalesce(f.user_title, f.title, f.url), r.title, r.url, e.authors, e.language, e.attachments, c.guid, r.summary, c.rest, "
	    "c.gazette, r.text, r.html, r.packed FROM revision r JOIN entry e ON e.id = r.entry JOIN feed f ON f.id = e.feed JOIN content c ON c.entry = e.id "
	    "WHERE r.entry = ? AND r.number = ?";
	int64_t newest;
	int rc = sql_get(store, SQL_READ, "SELECT revision FROM entry WHERE id = ?", &newest, "u", item);

	if (rc == STORE_OK && revision == newest)
		return store_item_get(store, item, STORE_WANT_COLD | STORE_WANT_CONTENT, each, arg);
	if (rc == STORE_OK)
		rc = get(store, sql_query(store, SQL_READ, sql, "ui", item, revision), STORE_WANT_COLD | STORE_WANT_CONTENT, each, arg);
	else if (rc == STORE_ENONE)
		return store_fail(store, rc, "there is no item %" PRIu32, item);
	return rc == STORE_ENONE ? store_fail(store, rc, "item %" PRIu32 " has no revision %" PRId64 " (any more)", item, revision) : rc;
}

int
store_revisions(struct store *store, uint32_t item, store_revision_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT number, replaced, title, url FROM revision WHERE entry = ? ORDER BY number",
	    "u", item);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		const struct store_revision revision = {
			.number = sql_int(stmt, 0), .replaced_s = sql_int(stmt, 1), .title = sql_span(stmt, 2), .url = sql_span(stmt, 3)
		};

		ret = each(arg, &revision);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

/* --- cursors: "n" or "o" and the key of the walk; "r", the score's bits and the key; "m" and the key behind what is ranked --- */

enum { MARK_REST = 'm' };

static const char marks[] = { [STORE_NEWEST] = 'n', [STORE_OLDEST] = 'o', [STORE_RELEVANCE] = 'r' };

struct cursor { int64_t at; double score; bool set; };

static int
cursor_read(struct store *store, const struct store_page *page, enum store_sort sort, struct cursor *cursor)
{
	uint64_t bits = 0;
	int64_t ord = 0;
	int used = 0, found;

	cursor->set = page->after[0] != '\0';
	if (!cursor->set)
		return STORE_OK;
	if (sort == STORE_RELEVANCE)
		found = sscanf(page->after, "r%16" SCNx64 ".%" SCNd64 "%n", &bits, &ord, &used) - 1;
	else
		found = page->after[0] == marks[sort] ? sscanf(page->after + 1, "%" SCNd64 "%n", &ord, &used) : 0;
	if (sort != STORE_RELEVANCE)
		used++;
	if (found != 1 || page->after[used] != '\0' || ord < 0)
		return store_fail(store, STORE_EVALUE, "the cursor is not one of this list");
	cursor->at = ord;
	memcpy(&cursor->score, &bits, sizeof bits);
	return STORE_OK;
}

static void
cursor_write(struct store_page *page, enum store_sort sort, const struct cursor *cursor)
{
	uint64_t bits;

	memcpy(&bits, &cursor->score, sizeof bits);
	if (sort == STORE_RELEVANCE)
		snprintf(page->after, sizeof page->after, "r%016" PRIx64 ".%" PRId64, bits, cursor->at);
	else
		snprintf(page->after, sizeof page->after, "%c%" PRId64, marks[sort], cursor->at);
}

/* --- pages -------------------------------------------------------------------------------------------------- */

static void
write_by_time(struct store *store, struct query_plan *plan, const struct store_page *page, enum store_sort sort,
    const struct cursor *cursor, struct buf *sql)
{
	struct buf from = BUF_INIT(QUERY_SQL_MAX);
	const char *key;

	if (cursor->set && sort == STORE_NEWEST)
		plan->key_until = cursor->at;
	if (cursor->set && sort == STORE_OLDEST)
		plan->key_from = cursor->at + 1;
	query_plan_from(store, plan, page->limit, &from, &key);
	write_columns(page->want, sql);
	buf_printf(sql, ", p.at FROM (SELECT e.id AS id, %s AS at %s ORDER BY %s %s LIMIT ?%zu) p CROSS JOIN entry e ON e.id = p.id", key,
	    buf_str(&from), key, sort == STORE_NEWEST ? "DESC" : "ASC", query_plan_number(plan, (int64_t)page->limit + 1));
	write_joins(page->want, sql);
	buf_printf(sql, " ORDER BY p.at %s", sort == STORE_NEWEST ? "DESC" : "ASC");
	buf_free(&from);
}

/*
 * Ranked by what the index knows; of what is ranked only as many entries are looked up as the page takes, in that order: the
 * limit keeps SQLite from dropping the inner order, the cross joins from changing the outer one.
 */
static void
write_by_rank(struct store *store, struct query_plan *plan, const struct store_page *page, const struct cursor *cursor, struct buf *sql)
{
	struct buf from = BUF_INIT(QUERY_SQL_MAX);
	const char *key;

	plan->lean = true;
	query_plan_from(store, plan, STORE_RELEVANCE_MAX, &from, &key);
	plan->lean = false;
	write_columns(page->want, sql);
	buf_printf(sql, ", q.at, q.score FROM (SELECT p.id, p.at, p.score FROM (SELECT d.entry AS id, t.rowid AS at, "
	    "gazette_rank(t.fts) AS score %s ORDER BY t.rowid DESC LIMIT %d) p", buf_str(&from), STORE_RELEVANCE_MAX);
	if (cursor->set) {
		size_t score = query_plan_real(plan, cursor->score), at = query_plan_number(plan, cursor->at);

		buf_printf(sql, " WHERE (p.score, p.at) < (?%zu, ?%zu)", score, at);
	}
	buf_printf(sql, " ORDER BY p.score DESC, p.at DESC LIMIT %d) q CROSS JOIN entry e ON e.id = q.id CROSS JOIN feed f ON f.id = e.feed",
	    STORE_RELEVANCE_MAX);
	if (page->want != 0)
		buf_puts(sql, " LEFT JOIN content c ON c.entry = e.id");
	buf_printf(sql, " LIMIT ?%zu", query_plan_number(plan, (int64_t)page->limit + 1));
	buf_free(&from);
}

/* One row more than the page is asked for, to know whether there is another page. */
static int
walk(struct store *store, sqlite3_stmt *stmt, struct store_page *page, enum store_sort sort, store_item_fn each, void *arg)
{
	struct arena *arena = arena_new(0);
	struct cursor last = { 0, 0, false };
	struct store_item item;
	unsigned rows = 0;
	int rc, ret = 0;

	page->more = false;
	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		if (rows++ == page->limit) {
			page->more = true;
			rc = 0;
			break;
		}
		ret = give(store, stmt, page->want, arena, each, arg, &item);
		last.at = sql_int(stmt, sqlite3_column_count(stmt) - (sort == STORE_RELEVANCE ? 2 : 1));
		if (sort == STORE_RELEVANCE)
			last.score = sqlite3_column_double(stmt, sqlite3_column_count(stmt) - 1);
	}
	page->more = page->more || ret > 0;
	if (page->more)
		cursor_write(page, sort, &last);
	arena_free(arena);
	return rc < 0 ? rc : ret;
}

static int
list_by_index(struct store *store, struct store_page *page, enum store_sort sort, struct query_plan *plan, const struct cursor *cursor,
    store_item_fn each, void *arg)
{
	struct buf sql = BUF_INIT(QUERY_SQL_MAX);
	sqlite3_stmt *stmt;
	int rc;

	if (sort == STORE_RELEVANCE)
		write_by_rank(store, plan, page, cursor, &sql);
	else
		write_by_time(store, plan, page, sort, cursor, &sql);
	stmt = query_plan_prepare(store, plan, &sql);
	rc = stmt != NULL ? walk(store, stmt, page, sort, each, arg) : (int)store->status;
	sql_done(store, stmt);
	buf_free(&sql);
	return rc;
}

/* The page goes on behind what is at this place. */
static void
go_on_behind(struct store_page *page, int64_t place)
{
	page->more = true;
	cursor_write(page, STORE_NEWEST, &(struct cursor){ .at = place });
}

/* What the newest entries do not fill of the page comes from the index. */
static int
list_by_scan(struct store *store, struct store_page *page, struct query_plan *plan, store_item_fn each, void *arg)
{
	struct scan_hit hits[SCAN_HITS_MAX];
	struct scan scan = { .hits = hits, .wanted = page->limit + 1, .entries = SCAN_ENTRIES_MAX };
	struct store_page rest = *page;
	size_t given = 0;
	int rc = store_scan(store, plan, &scan);

	while (rc == STORE_OK && given < scan.count && given < page->limit)
		rc = store_item_get(store, hits[given++].id, page->want, each, arg);
	page->more = false;
	if (rc < 0 || (rc == STORE_OK && scan.all && scan.count <= page->limit))
		return rc;
	if (rc > 0 || scan.count > page->limit) {
		go_on_behind(page, hits[given - 1].place);
		return rc;
	}
	plan->key_until = scan.until;
	rest.limit = page->limit - (unsigned)given;
	rc = list_by_index(store, &rest, STORE_NEWEST, plan, &(struct cursor){ .set = false }, each, arg);
	page->more = rest.more;
	if (rest.more && rest.limit > 0)
		memcpy(page->after, rest.after, sizeof page->after);
	else if (rest.more)
		go_on_behind(page, hits[given - 1].place);
	return rc;
}

static int
list_by(struct store *store, struct store_page *page, enum store_sort sort, struct query_plan *plan, store_item_fn each, void *arg)
{
	struct cursor cursor = { 0, 0, false };
	int rc = cursor_read(store, page, sort, &cursor);

	if (rc != STORE_OK)
		return rc;
	if (sort != STORE_NEWEST || page->limit == 0 || !store_scan_helps(plan, (size_t)page->limit + 1))
		return list_by_index(store, page, sort, plan, &cursor, each, arg);
	if (cursor.set)
		plan->key_until = cursor.at;
	return list_by_scan(store, page, plan, each, arg);
}

static int
by_score(const void *one, const void *two)
{
	const struct scan_hit *left = one, *right = two;

	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return left->place > right->place ? -1 : left->place < right->place;
}

static bool
is_behind(const struct scan_hit *hit, const struct cursor *cursor)
{
	return !cursor->set || hit->score < cursor->score || (hit->score == cursor->score && hit->place < cursor->at);
}

/* A page of those that were looked at; behind them come the older ones. */
static int
list_ranked(struct store *store, struct store_page *page, struct scan *scan, const struct cursor *cursor, store_item_fn each, void *arg)
{
	struct cursor last = *cursor;
	unsigned given = 0;
	int rc = STORE_OK;

	qsort(scan->hits, scan->count, sizeof *scan->hits, by_score);
	page->more = false;
	for (size_t i = 0; i < scan->count && !page->more; i++) {
		if (!is_behind(&scan->hits[i], cursor))
			continue;
		page->more = given++ == page->limit;
		if (page->more)
			break;
		last = (struct cursor){ scan->hits[i].place, scan->hits[i].score, true };
		rc = store_item_get(store, scan->hits[i].id, page->want, each, arg);
		if (rc < 0)
			return rc;
		page->more = rc > 0;
	}
	if (page->more)
		cursor_write(page, STORE_RELEVANCE, &last);
	else if (!scan->all) {
		page->more = true;
		snprintf(page->after, sizeof page->after, "%c%" PRId64, MARK_REST, scan->until);
	}
	return rc;
}

/* Whether the newest entries have enough to be ranked without the index, which takes long for words that are only begun: 1, 0 or an error. */
static int
scan_for_rank(struct store *store, struct query_plan *plan, struct scan *scan)
{
	int rc;

	if (!store_scan_helps(plan, SCAN_RANKED_MAX))
		return 0;
	rc = store_scan(store, plan, scan);
	return rc == STORE_OK ? scan->all || scan->count == scan->wanted : rc;
}

/*
 * Behind the last ranked entry come the older matches, if there are any: the first of them is where the cursor leads. Counted as
 * write_by_rank() does, with those that were removed and the index does not know that yet.
 */
static int
lead_to_rest(struct store *store, struct store_page *page, struct query_plan *plan)
{
	struct buf sql = BUF_INIT(QUERY_SQL_MAX);
	sqlite3_stmt *stmt;
	const char *key;
	int rc;

	buf_puts(&sql, "SELECT t.rowid ");
	plan->lean = true;
	query_plan_from(store, plan, QUERY_PLAN_ALL, &sql, &key);
	plan->lean = false;
	buf_printf(&sql, " ORDER BY t.rowid DESC LIMIT 1 OFFSET %d", STORE_RELEVANCE_MAX);
	stmt = query_plan_prepare(store, plan, &sql);
	rc = sql_step(store, stmt);
	page->more = rc == 1;
	if (page->more)
		snprintf(page->after, sizeof page->after, "%c%" PRId64, MARK_REST, sql_int(stmt, 0) + 1);
	sql_done(store, stmt);
	buf_free(&sql);
	return rc < 0 ? rc : STORE_OK;
}

static int
list_rest(struct store *store, struct store_page *page, struct query_plan *plan, store_item_fn each, void *arg)
{
	int rc;

	page->after[0] = marks[STORE_NEWEST];
	rc = list_by(store, page, STORE_NEWEST, plan, each, arg);
	page->after[0] = MARK_REST;
	return rc;
}

static int
list(struct store *store, struct store_page *page, struct query_plan *plan, store_item_fn each, void *arg)
{
	struct scan_hit hits[SCAN_RANKED_MAX];
	struct scan scan = { .hits = hits, .wanted = SCAN_RANKED_MAX, .entries = SCAN_RANKED_ENTRIES_MAX, .ranked = true };
	struct cursor cursor = { 0, 0, false };
	int rc;

	if (page->sort != STORE_RELEVANCE)
		return list_by(store, page, page->sort, plan, each, arg);
	if (plan->match.len == 0)
		return list_by(store, page, STORE_NEWEST, plan, each, arg);
	if (page->after[0] == MARK_REST)
		return list_rest(store, page, plan, each, arg);
	rc = scan_for_rank(store, plan, &scan);
	if (rc < 0)
		return rc;
	if (rc == 1) {
		rc = cursor_read(store, page, STORE_RELEVANCE, &cursor);
		return rc == STORE_OK ? list_ranked(store, page, &scan, &cursor, each, arg) : rc;
	}
	rc = list_by(store, page, STORE_RELEVANCE, plan, each, arg);
	return rc == STORE_OK && !page->more ? lead_to_rest(store, page, plan) : rc;
}

int
store_item_list(struct store *store, struct store_page *page, store_item_fn each, void *arg)
{
	struct query_plan plan;
	bool own;
	int rc = sql_enter_limited(store, &own);

	page->want &= STORE_WANT_COLD | STORE_WANT_CONTENT;
	if (rc != STORE_OK)
		return rc;
	rc = query_plan(store, page->query, &plan);
	if (rc == STORE_OK)
		rc = list(store, page, &plan, each, arg);
	query_plan_clear(&plan);
	sql_leave_limited(store, own);
	return query_needs_index(page->query) ? store_index_failed(store, rc) : rc;
}
