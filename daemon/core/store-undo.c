/* store-undo - takes back what was changed of tags, newest first, and tells what that was. */
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-edit.h"
#include "daemon/core/store-tag.h"
#include "feeds/base/arena.h"

enum { ARENA_BYTES = 1 << 20 };

/* The tags of an edit. */
struct tags { struct span add[STORE_TAGS_A_CALL], remove[STORE_TAGS_A_CALL]; };

/* An operation, and what is gathered of it while it is taken back. */
struct told {
	int64_t first, last, left;	/* left: changes up to there are to be taken back still */
	struct store_operation operation;
	struct tags tags;
	struct arena *arena;
};

/* The opposite of what the log says, a tag a line. Spans point into detail. */
static struct store_tag_edit
reverse(struct span detail, struct tags *tags)
{
	struct store_tag_edit edit = { { tags->add, 0 }, { tags->remove, 0 }, NULL };
	const char *at = detail.ptr, *end = detail.ptr + detail.len;

	while (at < end && edit.add.count + edit.remove.count < STORE_TAGS_A_CALL) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span tag = { at + 1, (size_t)((stop != NULL ? stop : end) - at) - 1 };

		if (*at == '-')
			tags->add[edit.add.count++] = tag;
		else
			tags->remove[edit.remove.count++] = tag;
		at = stop != NULL ? stop + 1 : end;
	}
	return edit;
}

/* --- what it was ------------------------------------------------------------------------------------------- */

/* Each of these tags once. */
static void
gather_tags(struct told *told, struct span *all, size_t *count, const struct span_list *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		struct span tag = tags->items[i];
		size_t at = 0;

		while (at < *count && (all[at].len != tag.len || memcmp(all[at].ptr, tag.ptr, tag.len) != 0))
			at++;
		if (at == *count && *count < STORE_TAGS_A_CALL)
			all[(*count)++] = (struct span){ arena_strndup(told->arena, tag.ptr, tag.len), tag.len };
	}
}

/* opposite: of what was done to this entry. */
static void
gather(struct told *told, uint32_t feed, uint32_t item, const struct store_tag_edit *opposite)
{
	struct store_operation *operation = &told->operation;
	bool is_first = operation->items++ == 0;

	operation->feed = is_first || operation->feed == feed ? feed : 0;
	operation->item = is_first ? item : 0;
	gather_tags(told, told->tags.add, &operation->added.count, &opposite->remove);
	gather_tags(told, told->tags.remove, &operation->removed.count, &opposite->add);
}

/* 1: the newest operation, 0: there is none, or an error. */
static int
newest_operation(struct store *store, struct told *told)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT first, last, at, query, user FROM operation ORDER BY first DESC LIMIT 1", "");
	int rc = sql_step(store, stmt);

	if (rc == 1) {
		struct span query = sql_span(stmt, 3);

		told->first = sql_int(stmt, 0);
		told->last = told->left = sql_int(stmt, 1);
		told->operation = (struct store_operation){ .at_s = sql_int(stmt, 2), .user = sql_time(stmt, 4) };
		if (query.ptr != NULL)
			told->operation.query = (struct span){ arena_strndup(told->arena, query.ptr, query.len), query.len };
		told->operation.added.items = told->tags.add;
		told->operation.removed.items = told->tags.remove;
	}
	sql_done(store, stmt);
	return rc;
}

/* --- taking back ------------------------------------------------------------------------------------------- */

/* From the last of them on, so many. */
static int
take_back(struct store *store, struct told *told, int64_t changes, int64_t now_s, int64_t *changed)
{
	struct buf detail = BUF_INIT(STORE_TAG_DETAIL_BYTES);
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT feed, entry, detail FROM change WHERE seq BETWEEN ? AND ? AND what = 3 "
	    "ORDER BY seq DESC", "ii", told->left - changes + 1, told->left);
	int rc;

	while ((rc = sql_step(store, stmt)) == 1) {
		uint32_t item = (uint32_t)sql_int(stmt, 1);
		struct tags tags;
		struct store_tag_edit edit = reverse(sql_span(stmt, 2), &tags);

		gather(told, (uint32_t)sql_int(stmt, 0), item, &edit);
		rc = store_tag_one(store, item, &edit, now_s, &detail, changed);
		if (rc != STORE_OK)
			break;
	}
	sql_done(store, stmt);
	buf_free(&detail);
	told->left -= changes;
	return rc;
}

static int
forget(struct store *store, const struct told *told)
{
	int rc = sql_run(store, "DELETE FROM operation WHERE first = ?", "i", told->first);

	/* what of it was kept for this alone */
	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM change WHERE seq BETWEEN ? AND ? AND seq <= (SELECT seq FROM cursor WHERE name = 'log')",
		    "ii", told->first, told->last);
	return rc;
}

/* --- in steps ------------------------------------------------------------------------------------------------ */

struct store_undoing {
	int64_t	 operations;
	store_operation_fn each;
	void	*arg;
	bool	 taking;		/* one of them is half taken back: */
	struct told told;
};

struct store_undoing *
store_undo_begin(int64_t operations, store_operation_fn each, void *arg)
{
	struct store_undoing *undoing = calloc(1, sizeof *undoing);

	if (undoing == NULL)
		abort();
	*undoing = (struct store_undoing){ .operations = operations, .each = each, .arg = arg, .told.arena = arena_new(ARENA_BYTES) };
	return undoing;
}

void
store_undo_end(struct store_undoing *undoing)
{
	if (undoing == NULL)
		return;
	arena_free(undoing->told.arena);
	free(undoing);
}

static int
take_next(struct store *store, struct store_undoing *undoing)
{
	struct arena *arena = undoing->told.arena;
	int rc;

	arena_reset(arena);
	undoing->told = (struct told){ .arena = arena };
	rc = newest_operation(store, &undoing->told);
	undoing->taking = rc == 1;
	return rc;
}

int
store_undo_some(struct store *store, struct store_undoing *undoing, size_t changes, int64_t now_s, int64_t *undone, int64_t *changed)
{
	struct told *told = &undoing->told;
	int64_t left;
	int rc;

	if (!undoing->taking)
		return *undone < undoing->operations ? take_next(store, undoing) : 0;
	left = told->left - told->first + 1;
	rc = take_back(store, told, (uint64_t)left < changes ? left : (int64_t)changes, now_s, changed);
	if (rc != STORE_OK || told->left >= told->first)
		return rc != STORE_OK ? rc : 1;
	rc = forget(store, told);
	if (rc != STORE_OK)
		return rc;
	if (undoing->each != NULL)
		undoing->each(undoing->arg, &told->operation);
	undoing->taking = false;
	++*undone;
	return 1;
}

int
store_undo(struct store *store, int64_t operations, int64_t now_s, store_operation_fn each, void *arg, int64_t *undone, int64_t *changed)
{
	struct store_edit whole = store_edit_undo(store, operations, now_s, each, arg);
	int rc = store_edit_finish(&whole);

	*undone = whole.undone;
	*changed = whole.changed;
	return rc;
}
