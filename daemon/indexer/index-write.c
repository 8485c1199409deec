/*
 * index-write - a batch into index.db. FTS5 keeps what is new in memory until the transaction ends, but only while rowids
 * ascend; so what goes is taken out in the order of its places first, then what comes is put in, in the order of its own.
 *
 * A place is the second of the order of time (entry.ord), or if that is taken the next one that is free: FTS5 keeps differences of
 * rowids for each word of each entry, and those of seconds take two bytes less than those of ord.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/indexer/index-private.h"

enum { ORD_BITS = 16 };		/* of entry.ord below the second */

typedef int (*order_fn)(const void *, const void *);

static int
run(sqlite3_stmt *stmt)
{
	int code = sqlite3_step(stmt);

	sqlite3_reset(stmt);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
fts(sqlite3_stmt *stmt, int64_t place, const struct index_text *text)
{
	sqlite3_bind_int64(stmt, 1, place);
	sqlite3_bind_text64(stmt, 2, text->text.ptr, text->text.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(stmt, 3, text->title.ptr, text->title.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(stmt, 4, text->authors.ptr, text->authors.len, SQLITE_STATIC, SQLITE_UTF8);
	return run(stmt);
}

/* --- orders ------------------------------------------------------------------------------------------------ */

static int
order(int64_t one, int64_t two)
{
	return one < two ? -1 : one > two;
}

static int
by_entry(const void *one, const void *two)
{
	return order(((const struct index_doc *)one)->entry, ((const struct index_doc *)two)->entry);
}

static int
by_ord(const void *one, const void *two)
{
	return order(((const struct index_doc *)one)->ord, ((const struct index_doc *)two)->ord);
}

static int
by_old_place(const void *one, const void *two)
{
	return order(((const struct index_doc *)one)->old_place, ((const struct index_doc *)two)->old_place);
}

static int
by_place(const void *one, const void *two)
{
	return order(((const struct index_doc *)one)->place, ((const struct index_doc *)two)->place);
}

static void
sort(struct index_batch *batch, order_fn order_by)
{
	if (batch->count > 1)
		qsort(batch->docs, batch->count, sizeof *batch->docs, order_by);
}

/* An entry that changed twice was read twice, the same each time. */
static void
unite(struct index_batch *batch)
{
	size_t kept = 0;

	sort(batch, by_entry);
	for (size_t i = 0; i < batch->count; i++) {
		if (kept == 0 || batch->docs[i].entry != batch->docs[kept - 1].entry)
			batch->docs[kept++] = batch->docs[i];
	}
	batch->count = kept;
}

/* --- out ----------------------------------------------------------------------------------------------------- */

static int
take_out(struct index *index, struct index_batch *batch)
{
	int code = SQLITE_OK;

	sort(batch, by_old_place);
	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		const struct index_doc *doc = &batch->docs[i];

		if (!doc->known)
			continue;
		code = fts(index->stmts[FTS_DELETE], doc->old_place, &doc->old);
		if (code != SQLITE_OK)
			break;
		sqlite3_bind_int64(index->stmts[DOC_DELETE], 1, doc->old_place);
		code = run(index->stmts[DOC_DELETE]);
		index->entries--;
	}
	return code;
}

/* --- in ------------------------------------------------------------------------------------------------------ */

static int
is_taken(struct index *index, int64_t place, bool *taken)
{
	sqlite3_stmt *stmt = index->stmts[DOC_AT];
	int code;

	sqlite3_bind_int64(stmt, 1, place);
	code = sqlite3_step(stmt);
	*taken = code == SQLITE_ROW;
	sqlite3_reset(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The place itself if it is free; else one that is, just above one that is taken: by steps that double, then by halves. */
static int
find_place(struct index *index, int64_t wanted, int64_t *place)
{
	int64_t below = wanted - 1, above = wanted, step = 1;
	bool taken;
	int code = is_taken(index, above, &taken);

	while (code == SQLITE_OK && taken) {
		below = above;
		above = wanted + step;
		step *= 2;
		code = is_taken(index, above, &taken);
	}
	while (code == SQLITE_OK && above - below > 1) {
		int64_t middle = below + (above - below) / 2;

		code = is_taken(index, middle, &taken);
		*(taken ? &below : &above) = middle;
	}
	*place = above;
	return code;
}

static int
put_doc(struct index *index, struct index_doc *doc)
{
	sqlite3_stmt *stmt = index->stmts[DOC_PUT];
	int64_t wanted = doc->ord >> ORD_BITS;
	int code = find_place(index, wanted, &doc->place);

	if (code != SQLITE_OK)
		return code;
	if (doc->place - wanted > index->crowded)
		index->crowded = doc->place - wanted;
	sqlite3_bind_int64(stmt, 1, doc->place);
	sqlite3_bind_int64(stmt, 2, doc->entry);
	sqlite3_bind_int64(stmt, 3, doc->revision);
	sqlite3_bind_int64(stmt, 4, doc->feed);
	sqlite3_bind_int64(stmt, 5, doc->keys.link);
	sqlite3_bind_int64(stmt, 6, doc->keys.words);
	index->entries++;
	return run(stmt);
}

/* All places first: between two texts nothing else is written, so that FTS5 does not have to write out what it holds. */
static int
put_in(struct index *index, struct index_batch *batch)
{
	int code = SQLITE_OK;

	sort(batch, by_ord);
	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		if (!batch->docs[i].removed)
			code = put_doc(index, &batch->docs[i]);
	}
	sort(batch, by_entry);
	if (code == SQLITE_OK)
		code = index_story_join(index, batch);
	sort(batch, by_place);
	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		if (!batch->docs[i].removed)
			code = fts(index->stmts[FTS_PUT], batch->docs[i].place, &batch->docs[i].now);
	}
	return code;
}

/* --- the transaction ------------------------------------------------------------------------------------------- */

static int
write_meta(struct index *index, const struct index_batch *batch)
{
	sqlite3_stmt *stmt = index->stmts[WRITE_META];

	sqlite3_bind_int64(stmt, 1, batch->seq);
	sqlite3_bind_int64(stmt, 2, index->entries);
	sqlite3_bind_int64(stmt, 3, batch->walked);
	sqlite3_bind_int(stmt, 4, batch->complete);
	sqlite3_bind_int64(stmt, 5, index->crowded);
	return run(stmt);
}

static int
write_all(struct index *index, struct index_batch *batch)
{
	int code = sqlite3_exec(index->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	unite(batch);
	index_story_keys(index, batch);
	if (code == SQLITE_OK)
		code = index_story_drop(index, batch);
	if (code == SQLITE_OK)
		code = take_out(index, batch);
	if (code == SQLITE_OK)
		code = put_in(index, batch);
	if (code == SQLITE_OK)
		code = write_meta(index, batch);
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, "COMMIT", NULL, NULL, NULL);
	return code;
}

int
index_write(struct index *index, struct index_batch *batch)
{
	int64_t entries = index->entries, crowded = index->crowded;
	int code = write_all(index, batch);

	if (code != SQLITE_OK) {
		if (!sqlite3_get_autocommit(index->db))
			sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
		index_story_forget(index);
		index->entries = entries;
		index->crowded = crowded;
		return code;
	}
	index->seq = batch->seq;
	index->walked = batch->walked;
	index->complete = batch->complete;
	return SQLITE_OK;
}
