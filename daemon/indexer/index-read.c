/*
 * index-read - what is new in gazette.db: while building, the next entries by id; then the changes. What index.db has already is left
 * out, so that it does no harm to look at a change twice.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/indexer/index-private.h"

enum { WHAT_FEED_REMOVED = 7 };
enum { COL_SEQ, COL_WHAT, COL_ENTRY, COL_FEED, COL_ORD, COL_REVISION, COL_OF_FEED, COL_URL, COL_HOME_PAGE, COL_TEXTS };
enum { STALE_ENTRY, STALE_REVISION, STALE_TEXTS };

static bool
is_full(const struct index_batch *batch)
{
	return batch->count >= INDEX_STEP_ENTRIES || arena_used(batch->arena) >= INDEX_STEP_BYTES;
}

/* What index.db has of this entry. */
struct have { bool some; int64_t place, revision; };

static int
look_up(struct index *index, uint32_t entry, struct have *have)
{
	sqlite3_stmt *stmt = index->stmts[DOC_GET];
	int code;

	sqlite3_bind_int64(stmt, 1, entry);
	code = sqlite3_step(stmt);
	*have = (struct have){ .some = code == SQLITE_ROW };
	if (have->some) {
		have->place = sqlite3_column_int64(stmt, 0);
		have->revision = sqlite3_column_int64(stmt, 1);
	}
	sqlite3_reset(stmt);
	switch (code & 0xff) {
	case SQLITE_ROW:
	case SQLITE_DONE:
		return SQLITE_OK;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return SQLITE_MISMATCH;
	default:
		return code;
	}
}

static struct index_doc *
push(struct index_batch *batch, uint32_t entry, const struct have *have)
{
	struct index_doc *doc = arena_push(batch->arena, &batch->docs, &batch->count, &batch->capacity, sizeof *doc);

	doc->entry = entry;
	doc->known = have->some;
	doc->old_place = have->place;
	return doc;
}

/* What the revision that index.db has said. */
static int
add_old(struct index *index, struct index_batch *batch, struct index_doc *doc, const struct have *have)
{
	sqlite3_stmt *stmt = index->stmts[READ_STALE];
	int code;

	sqlite3_bind_int64(stmt, 1, doc->entry);
	sqlite3_bind_int64(stmt, 2, have->revision);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		code = index_text(index, batch->arena, stmt, STALE_TEXTS, &doc->old);
	else if (code == SQLITE_DONE) {
		index->behind = true;
		code = SQLITE_MISMATCH;
	}
	sqlite3_reset(stmt);
	return code;
}

static const char *
copy_text(struct arena *arena, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return text != NULL ? arena_strdup(arena, text) : NULL;
}

static int
add_entry(struct index *index, struct index_batch *batch, sqlite3_stmt *stmt)
{
	uint32_t entry = (uint32_t)sqlite3_column_int64(stmt, COL_ENTRY);
	bool removed = sqlite3_column_type(stmt, COL_ORD) == SQLITE_NULL;
	int64_t revision = sqlite3_column_int64(stmt, COL_REVISION);
	struct index_doc *doc;
	struct have have;
	int code = look_up(index, entry, &have);

	if (code != SQLITE_OK || (removed && !have.some) || (!removed && have.some && have.revision == revision))
		return code;
	doc = push(batch, entry, &have);
	doc->removed = removed;
	doc->ord = sqlite3_column_int64(stmt, COL_ORD);
	doc->revision = revision;
	doc->feed = (uint32_t)sqlite3_column_int64(stmt, COL_OF_FEED);
	doc->url = copy_text(batch->arena, stmt, COL_URL);
	doc->home_page_url = copy_text(batch->arena, stmt, COL_HOME_PAGE);
	if (have.some)
		code = add_old(index, batch, doc, &have);
	if (code == SQLITE_OK && !removed)
		code = index_text(index, batch->arena, stmt, COL_TEXTS, &doc->now);
	return code;
}

/* SQLITE_DONE: all of them are in the batch or out of index.db. */
static int
remove_feed(struct index *index, struct index_batch *batch, int64_t feed)
{
	sqlite3_stmt *stmt = index->stmts[READ_STALE_OF_FEED];
	int code;

	sqlite3_bind_int64(stmt, 1, feed);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW && !batch->full; code = batch->full ? SQLITE_ROW : sqlite3_step(stmt)) {
		uint32_t entry = (uint32_t)sqlite3_column_int64(stmt, STALE_ENTRY);
		struct index_doc *doc;
		struct have have;

		code = look_up(index, entry, &have);
		if (code == SQLITE_OK && have.some && have.revision == sqlite3_column_int64(stmt, STALE_REVISION)) {
			doc = push(batch, entry, &have);
			doc->removed = true;
			code = index_text(index, batch->arena, stmt, STALE_TEXTS, &doc->old);
		}
		if (code != SQLITE_OK)
			break;
		batch->full = is_full(batch);
	}
	sqlite3_reset(stmt);
	return code;
}

static int
walk(struct index *index, struct index_batch *batch)
{
	sqlite3_stmt *stmt = index->stmts[READ_WALK];
	int code;

	sqlite3_bind_int64(stmt, 1, batch->walked);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW; code = sqlite3_step(stmt)) {
		code = add_entry(index, batch, stmt);
		if (code != SQLITE_OK)
			break;
		batch->walked = sqlite3_column_int64(stmt, COL_ENTRY);
		batch->full = is_full(batch);
		if (batch->full)
			break;
	}
	sqlite3_reset(stmt);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* SQLITE_OK: the change is dealt with; SQLITE_ROW: only a part of it, for want of room. */
static int
take_change(struct index *index, struct index_batch *batch, sqlite3_stmt *stmt)
{
	int code;

	if (sqlite3_column_int(stmt, COL_WHAT) != WHAT_FEED_REMOVED)
		return add_entry(index, batch, stmt);
	code = remove_feed(index, batch, sqlite3_column_int64(stmt, COL_FEED));
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* target: all up to it have been looked at, if the batch is not full before. */
static int
follow(struct index *index, struct index_batch *batch, int64_t target)
{
	sqlite3_stmt *stmt = index->stmts[READ_CHANGES];
	int code;

	sqlite3_bind_int64(stmt, 1, batch->seq);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW; code = sqlite3_step(stmt)) {
		code = take_change(index, batch, stmt);
		if (code != SQLITE_OK)
			break;
		batch->seq = sqlite3_column_int64(stmt, COL_SEQ);
		batch->full = is_full(batch);
		if (batch->full)
			break;
	}
	sqlite3_reset(stmt);
	if (code == SQLITE_DONE)
		batch->seq = target;
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
get(sqlite3_stmt *stmt, int64_t *value)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return code == SQLITE_ROW ? SQLITE_OK : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

/* MISMATCH: changes have been forgotten that we have not seen. */
static int
read_in_transaction(struct index *index, struct index_batch *batch)
{
	int64_t target = 0, first = 0;
	int code = get(index->stmts[READ_MAX_SEQ], &target);

	if (code == SQLITE_OK)
		code = get(index->stmts[READ_MIN_SEQ], &first);
	if (code == SQLITE_OK && first > batch->seq + 1) {
		index->behind = true;
		code = SQLITE_MISMATCH;
	}
	if (code != SQLITE_OK)
		return code;
	if (!batch->complete) {
		code = walk(index, batch);
		batch->complete = code == SQLITE_OK && !batch->full;
		return code;
	}
	return target > batch->seq ? follow(index, batch, target) : SQLITE_OK;
}

int
index_read(struct index *index, struct index_batch *batch)
{
	int code = sqlite3_exec(index->source, "BEGIN", NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = read_in_transaction(index, batch);
	if (!sqlite3_get_autocommit(index->source))
		sqlite3_exec(index->source, "ROLLBACK", NULL, NULL, NULL);
	return code;
}
