#include "daemon/core/store-edit.h"

#include "daemon/core/store-sql.h"
#include "daemon/core/store-tag.h"

enum { MORE = 1 };	/* or STORE_OK: that was all, or an error */

struct store_edit
store_edit_tags(struct store *store, const uint32_t *ids, size_t count, const struct store_tag_edit *tags, int64_t now_s)
{
	return (struct store_edit){ .store = store, .ids = ids, .count = count, .tags = tags, .now_s = now_s };
}

struct store_edit
store_edit_undo(struct store *store, int64_t operations, int64_t now_s, store_operation_fn each, void *arg)
{
	return (struct store_edit){ .store = store, .operations = operations, .each = each, .arg = arg, .now_s = now_s };
}

bool
store_edit_open(const struct store *store)
{
	return store->txn == TXN_EDIT;
}

static int
begin(struct store_edit *edit)
{
	struct store *store = edit->store;
	int rc = edit->tags != NULL ? store_tag_check(store, edit->tags) : STORE_OK;

	edit->own = store->txn != TXN_GROUP;
	if (rc == STORE_OK && edit->own)
		rc = txn_open_edit(store, edit);
	edit->begun = rc == STORE_OK;
	edit->first = store->counter.seq + 1;
	if (edit->tags == NULL)
		edit->undoing = store_undo_begin(edit->operations, edit->each, edit->arg);
	return rc;
}

static int
tag_some(struct store_edit *edit, size_t entries)
{
	size_t left = edit->count - edit->at, some = left < entries ? left : entries;
	int rc = store_tag_apply(edit->store, edit->ids + edit->at, some, edit->tags, edit->now_s, &edit->changed);

	edit->at += some;
	if (rc != STORE_OK)
		return rc;
	return edit->at < edit->count ? MORE : store_tag_keep_operation(edit->store, edit->first, edit->tags->origin, edit->now_s);
}

static void
end(struct store_edit *edit, int rc)
{
	if (edit->begun && edit->own)
		rc = txn_close_edit(edit->store, rc);
	store_undo_end(edit->undoing);
	edit->undoing = NULL;
	if (rc != STORE_OK)
		edit->changed = edit->undone = 0;
	edit->status = rc;
	edit->over = true;
}

bool
store_edit_step(struct store_edit *edit, size_t entries)
{
	int rc;

	if (edit->over)
		return true;
	rc = edit->begun ? txn_check_edit(edit->store, edit->own) : begin(edit);
	if (rc == STORE_OK)
		rc = edit->tags != NULL ? tag_some(edit, entries) :
		    store_undo_some(edit->store, edit->undoing, entries, edit->now_s, &edit->undone, &edit->changed);
	if (rc != MORE)
		end(edit, rc);
	return edit->over;
}

int
store_edit_finish(struct store_edit *edit)
{
	while (!store_edit_step(edit, SIZE_MAX))
		continue;
	return edit->status;
}

void
store_edit_drop(struct store_edit *edit)
{
	if (!edit->over)
		end(edit, STORE_EINTERNAL);
}
