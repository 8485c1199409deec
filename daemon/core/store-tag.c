/* store-tag - changes the tags of many entries in one transaction; which tags there are. */
#include <stdlib.h>
#include <string.h>

#include "daemon/core/query-plan.h"
#include "daemon/core/store-edit.h"
#include "daemon/core/store-index.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-tag.h"
#include "feeds/base/buf.h"

static bool
is_named(struct span tag, const char *name)
{
	return tag.len == strlen(name) && memcmp(tag.ptr, name, tag.len) == 0;
}

static bool
is_flag(struct span tag)
{
	return is_named(tag, "unread") || is_named(tag, "starred");
}

static bool
has(const struct span_list *list, struct span tag)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].len == tag.len && memcmp(list->items[i].ptr, tag.ptr, tag.len) == 0)
			return true;
	}
	return false;
}

/* 1, 0, or -1: it stays as it is. */
static int
flag_of(const struct store_tag_edit *edit, const char *name)
{
	if (has(&edit->add, SPAN(name)))
		return 1;
	return has(&edit->remove, SPAN(name)) ? 0 : -1;
}

int
store_tag_check(struct store *store, const struct store_tag_edit *edit)
{
	int rc = STORE_OK;

	if (edit->add.count + edit->remove.count > STORE_TAGS_A_CALL)
		return store_fail(store, STORE_EVALUE, "no more than %d tags at a time", STORE_TAGS_A_CALL);
	for (size_t i = 0; i < edit->add.count && rc == STORE_OK; i++) {
		rc = store_check_name(store, "tag", edit->add.items[i]);
		if (rc == STORE_OK && has(&edit->remove, edit->add.items[i]))
			rc = store_fail(store, STORE_EVALUE, "the tag \"%.*s\" cannot be both added and removed",
			    (int)edit->add.items[i].len, edit->add.items[i].ptr);
	}
	for (size_t i = 0; i < edit->remove.count && rc == STORE_OK; i++)
		rc = store_check_name(store, "tag", edit->remove.items[i]);
	return rc;
}

/* --- one entry -------------------------------------------------------------------------------------------- */

static void
note(struct buf *detail, char sign, struct span tag)
{
	if (detail->len > 0)
		buf_putc(detail, '\n');
	buf_putc(detail, sign);
	buf_put(detail, tag.ptr, tag.len);
}

static int
edit_tags(struct store *store, uint32_t id, const struct store_tag_edit *edit, bool tagged, struct buf *detail)
{
	int rc = STORE_OK;

	for (size_t i = 0; i < edit->add.count && rc == STORE_OK; i++) {
		if (is_flag(edit->add.items[i]))
			continue;
		rc = sql_run(store, "INSERT OR IGNORE INTO entry_tag(tag, entry) VALUES (?, ?)", "su", edit->add.items[i], id);
		if (rc == STORE_OK && sql_changes(store) > 0)
			note(detail, '+', edit->add.items[i]);
	}
	for (size_t i = 0; tagged && i < edit->remove.count && rc == STORE_OK; i++) {
		if (is_flag(edit->remove.items[i]))
			continue;
		rc = sql_run(store, "DELETE FROM entry_tag WHERE tag = ? AND entry = ?", "su", edit->remove.items[i], id);
		if (rc == STORE_OK && sql_changes(store) > 0)
			note(detail, '-', edit->remove.items[i]);
	}
	return rc;
}

static void
note_flag(int wanted, int64_t is, const char *name, struct buf *detail)
{
	if (wanted >= 0 && wanted != is)
		note(detail, wanted ? '+' : '-', SPAN(name));
}

/* What is the case before; feed 0: there is no such entry. */
struct state { uint32_t feed; int64_t unread, starred, tagged; };

static int
state_of(struct store *store, uint32_t id, struct state *state)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT feed, unread, starred, tagged FROM entry WHERE id = ? "
	    "AND feed IN (SELECT id FROM feed)", "u", id);
	int rc = sql_step(store, stmt);

	*state = (struct state){ 0, 0, 0, 0 };
	if (rc == 1)
		*state = (struct state){ (uint32_t)sql_int(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2), sql_int(stmt, 3) };
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

int
store_tag_one(struct store *store, uint32_t id, const struct store_tag_edit *edit, int64_t now_s, struct buf *detail, int64_t *changed)
{
	int unread = flag_of(edit, "unread"), starred = flag_of(edit, "starred");
	bool tags = edit->add.count + edit->remove.count > (size_t)(unread >= 0) + (size_t)(starred >= 0);
	struct state state;
	int64_t seq;
	int rc = state_of(store, id, &state);

	if (rc != STORE_OK || state.feed == 0)
		return rc;
	buf_clear(detail);
	note_flag(unread, state.unread, "unread", detail);
	note_flag(starred, state.starred, "starred", detail);
	if (tags)
		rc = edit_tags(store, id, edit, state.tagged != 0, detail);
	if (rc != STORE_OK || detail->len == 0)
		return rc;
	++*changed;
	rc = store_log(store, STORE_ITEM_TAGS, state.feed, id, (struct span){ detail->ptr, detail->len }, now_s, &seq);
	if (rc == STORE_OK && !tags)
		return sql_run(store, "UPDATE entry SET seq = ?2, unread = ?3, starred = ?4 WHERE id = ?1", "uidd", id, seq,
		    unread >= 0 ? unread : (int)state.unread, starred >= 0 ? starred : (int)state.starred);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE entry SET seq = ?2, unread = ?3, starred = ?4, "
		    "tagged = EXISTS (SELECT 1 FROM entry_tag g WHERE g.entry = ?1) WHERE id = ?1", "uidd", id, seq,
		    unread >= 0 ? unread : (int)state.unread, starred >= 0 ? starred : (int)state.starred);
	return rc;
}

int
store_tag_apply(struct store *store, const uint32_t *ids, size_t count, const struct store_tag_edit *edit, int64_t now_s,
    int64_t *changed)
{
	struct buf detail = BUF_INIT(STORE_TAG_DETAIL_BYTES);
	int rc = store_tag_check(store, edit);

	for (size_t i = 0; i < count && rc == STORE_OK; i++)
		rc = store_tag_one(store, ids[i], edit, now_s, &detail, changed);
	buf_free(&detail);
	return rc;
}

int
store_tag_keep_operation(struct store *store, int64_t first, const struct store_origin *origin, int64_t now_s)
{
	static const struct store_origin unknown = { STORE_ABSENT, { NULL, 0 } };
	struct span query;

	if (store->counter.seq < first)
		return STORE_OK;
	if (origin == NULL)
		origin = &unknown;
	query = origin->query.len <= STORE_ORIGIN_BYTES ? origin->query : unknown.query;
	return sql_run(store, "INSERT INTO operation(first, last, at, query, user) VALUES (?, ?, ?, ?, ?)", "iiisa", first, store->counter.seq,
	    now_s, query, origin->user);
}

int
store_item_tag_ids(struct store *store, const uint32_t *ids, size_t count, const struct store_tag_edit *edit, int64_t now_s,
    int64_t *changed)
{
	struct store_edit whole = store_edit_tags(store, ids, count, edit, now_s);
	int rc = store_edit_finish(&whole);

	*changed = whole.changed;
	return rc;
}

/* --- by query: the ids are collected first, so that nothing changes under the walk -------------------------- */

static void
push_id(struct store_ids *ids, uint32_t id)
{
	if (ids->count == ids->capacity) {
		ids->capacity = ids->capacity == 0 ? 1024 : ids->capacity * 2;
		ids->items = reallocarray(ids->items, ids->capacity, sizeof *ids->items);
		if (ids->items == NULL)
			abort();
	}
	ids->items[ids->count++] = id;
}

int
store_tag_collect(struct store *store, const struct query *query, int64_t after, int64_t until, struct store_ids *ids)
{
	struct buf sql = BUF_INIT(QUERY_SQL_MAX);
	struct query_plan plan;
	sqlite3_stmt *stmt;
	const char *key;
	int rc = query_plan(store, query, &plan);

	if (rc == STORE_OK && until != 0)
		rc = query_plan_range(store, &plan, after, until);
	if (rc == STORE_OK) {
		buf_puts(&sql, "SELECT e.id ");
		query_plan_from(store, &plan, QUERY_PLAN_ALL, &sql, &key);
		buf_printf(&sql, " ORDER BY %s", key);
		stmt = query_plan_prepare(store, &plan, &sql);
		for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt))
			push_id(ids, (uint32_t)sql_int(stmt, 0));
		sql_done(store, stmt);
	}
	query_plan_clear(&plan);
	buf_free(&sql);
	return query_needs_index(query) ? store_index_failed(store, rc) : rc;
}

int
store_item_tag_query(struct store *store, const struct query *query, const struct store_tag_edit *edit, int64_t now_s, int64_t *changed)
{
	struct store_ids ids = { NULL, 0, 0 };
	int rc;

	*changed = 0;
	/* what the query is asked of must be what has been committed */
	rc = store_batch_commit(store);
	if (rc == STORE_OK)
		rc = store_tag_collect(store, query, 0, 0, &ids);
	if (rc == STORE_OK)
		rc = store_item_tag_ids(store, ids.items, ids.count, edit, now_s, changed);
	free(ids.items);
	return rc;
}

/* --- which there are ------------------------------------------------------------------------------------------ */

int
store_tag_each(struct store *store, struct span after, store_tag_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT tag, entries, feeds FROM tag_count WHERE tag > ?1 "
	    "UNION ALL SELECT 'unread', unread, 0 FROM feed_count WHERE feed = 0 AND unread > 0 AND 'unread' > ?1 "
	    "UNION ALL SELECT 'starred', starred, 0 FROM feed_count WHERE feed = 0 AND starred > 0 AND 'starred' > ?1 ORDER BY 1", "s",
	    after.ptr != NULL ? after : SPAN(""));
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0)
		ret = each(arg, &(struct store_tag){ sql_span(stmt, 0), sql_int(stmt, 1), sql_int(stmt, 2) });
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}
