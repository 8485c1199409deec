/*
 * index-write - a batch into index.db. FTS5 keeps what is new in memory until the transaction ends, but only while rowids
 * ascend; so documents are written in their order. To take a document out, FTS5 must be given the very text that went
 * in: the table doc has it, compressed.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/indexer/index-private.h"

enum { ZSTD_LEVEL = 1 };

static int
run(sqlite3_stmt *stmt)
{
	int code = sqlite3_step(stmt);

	sqlite3_reset(stmt);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
fts(sqlite3_stmt *stmt, int64_t ord, struct span title, struct span authors, struct span text)
{
	sqlite3_bind_int64(stmt, 1, ord);
	sqlite3_bind_text64(stmt, 2, title.ptr, title.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(stmt, 3, authors.ptr, authors.len, SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_text64(stmt, 4, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8);
	return run(stmt);
}

/* --- title, authors and text with a NUL between them, compressed --------------------------------------------- */

static void
join(struct buf *out, const struct index_doc *doc)
{
	buf_clear(out);
	buf_put(out, doc->title.ptr, doc->title.len);
	buf_putc(out, '\0');
	buf_put(out, doc->authors.ptr, doc->authors.len);
	buf_putc(out, '\0');
	buf_put(out, doc->text.ptr, doc->text.len);
}

static int
split(const struct buf *joined, struct index_doc *doc)
{
	const char *end = joined->ptr + joined->len, *first = memchr(joined->ptr, '\0', joined->len), *second;

	second = first != NULL ? memchr(first + 1, '\0', (size_t)(end - first - 1)) : NULL;
	if (second == NULL)
		return SQLITE_CORRUPT;
	doc->title = (struct span){ joined->ptr, (size_t)(first - joined->ptr) };
	doc->authors = (struct span){ first + 1, (size_t)(second - first - 1) };
	doc->text = (struct span){ second + 1, (size_t)(end - second - 1) };
	return SQLITE_OK;
}

static int
pack(struct index *index)
{
	size_t bound = ZSTD_compressBound(index->scratch.len), len;
	char *room;

	buf_clear(&index->packed);
	room = buf_reserve(&index->packed, bound);
	if (room == NULL || index->scratch.overflow)
		return SQLITE_TOOBIG;
	len = ZSTD_compressCCtx(index->compressor, room, bound, index->scratch.ptr, index->scratch.len, ZSTD_LEVEL);
	if (ZSTD_isError(len))
		return SQLITE_ERROR;
	index->packed.len = len;
	return SQLITE_OK;
}

/* Into packed, for want of another buffer: the caller is done with it. */
static int
unpack(struct index *index, const void *data, size_t len, size_t size)
{
	char *room;

	buf_clear(&index->packed);
	room = buf_reserve(&index->packed, size);
	if (room == NULL || size > 3 * (size_t)INDEX_TEXT_BYTES_MAX + 2)
		return SQLITE_CORRUPT;
	if (ZSTD_decompressDCtx(index->decompressor, room, size, data, len) != size)
		return SQLITE_CORRUPT;
	index->packed.len = size;
	return SQLITE_OK;
}

/* --- documents ------------------------------------------------------------------------------------------------- */

/* Takes the document out if it is there. *same: it is there and says what scratch says; then it stays. */
static int
take_out(struct index *index, uint32_t entry, const struct index_doc *now, bool *same)
{
	sqlite3_stmt *stmt = index->stmts[DOC_GET];
	struct index_doc old = { .entry = entry };
	int code;

	*same = false;
	sqlite3_bind_int64(stmt, 1, entry);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		old.ord = sqlite3_column_int64(stmt, 0);
		code = unpack(index, sqlite3_column_blob(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2),
		    (size_t)sqlite3_column_int64(stmt, 1));
		if (code == SQLITE_OK)
			code = SQLITE_ROW;
	}
	sqlite3_reset(stmt);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE ? SQLITE_OK : code;
	if (now != NULL && old.ord == now->ord && index->packed.len == index->scratch.len &&
	    memcmp(index->packed.ptr, index->scratch.ptr, index->scratch.len) == 0) {
		*same = true;
		return SQLITE_OK;
	}
	code = split(&index->packed, &old);
	if (code == SQLITE_OK)
		code = fts(index->stmts[FTS_DELETE], old.ord, old.title, old.authors, old.text);
	if (code == SQLITE_OK) {
		sqlite3_bind_int64(index->stmts[DOC_DELETE], 1, entry);
		code = run(index->stmts[DOC_DELETE]);
	}
	if (code == SQLITE_OK)
		index->entries--;
	return code;
}

static int
put(struct index *index, const struct index_doc *doc)
{
	sqlite3_stmt *stmt = index->stmts[DOC_PUT];
	bool same;
	int code;

	join(&index->scratch, doc);
	code = take_out(index, doc->entry, doc, &same);
	if (code != SQLITE_OK || same)
		return code;
	code = pack(index);
	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(stmt, 1, doc->entry);
	sqlite3_bind_int64(stmt, 2, doc->feed);
	sqlite3_bind_int64(stmt, 3, doc->ord);
	sqlite3_bind_int64(stmt, 4, (int64_t)index->scratch.len);
	sqlite3_bind_blob64(stmt, 5, index->packed.ptr, index->packed.len, SQLITE_STATIC);
	code = run(stmt);
	if (code == SQLITE_OK)
		code = fts(index->stmts[FTS_PUT], doc->ord, doc->title, doc->authors, doc->text);
	if (code == SQLITE_OK)
		index->entries++;
	return code;
}

static int
remove_feed(struct index *index, uint32_t feed)
{
	sqlite3_stmt *stmt = index->stmts[DOC_OF_FEED];
	uint32_t entries[1000];
	bool same;
	size_t count;
	int code;

	do {
		count = 0;
		sqlite3_bind_int64(stmt, 1, feed);
		for (code = sqlite3_step(stmt); code == SQLITE_ROW && count < 1000; code = sqlite3_step(stmt))
			entries[count++] = (uint32_t)sqlite3_column_int64(stmt, 0);
		sqlite3_reset(stmt);
		code = code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
		for (size_t i = 0; i < count && code == SQLITE_OK; i++)
			code = take_out(index, entries[i], NULL, &same);
	} while (code == SQLITE_OK && count > 0);
	return code;
}

/* What is removed first, then by place in the order; of equal ones (an entry that changed twice) one is enough. */
static int
compare(const void *left, const void *right)
{
	const struct index_doc *one = left, *two = right;

	if (one->removed != two->removed)
		return one->removed ? -1 : 1;
	if (one->ord != two->ord)
		return one->ord < two->ord ? -1 : 1;
	return one->entry < two->entry ? -1 : one->entry > two->entry;
}

static int
write_docs(struct index *index, struct index_batch *batch)
{
	int code = SQLITE_OK;
	bool same;

	if (batch->count > 1)
		qsort(batch->docs, batch->count, sizeof *batch->docs, compare);
	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		const struct index_doc *doc = &batch->docs[i];

		if (i > 0 && compare(doc, doc - 1) == 0 && doc->feed == doc[-1].feed)
			continue;
		if (!doc->removed)
			code = put(index, doc);
		else if (doc->entry == 0)
			code = remove_feed(index, doc->feed);
		else
			code = take_out(index, doc->entry, NULL, &same);
	}
	return code;
}

static int
write_meta(struct index *index, const struct index_batch *batch)
{
	sqlite3_stmt *stmt = index->stmts[WRITE_META];

	sqlite3_bind_int64(stmt, 1, batch->seq);
	sqlite3_bind_int64(stmt, 2, index->entries);
	sqlite3_bind_int64(stmt, 3, batch->walked);
	sqlite3_bind_int(stmt, 4, batch->complete);
	return run(stmt);
}

int
index_write(struct index *index, struct index_batch *batch)
{
	int64_t entries = index->entries;
	int code = sqlite3_exec(index->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = write_docs(index, batch);
	if (code == SQLITE_OK)
		code = write_meta(index, batch);
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, "COMMIT", NULL, NULL, NULL);
	if (code != SQLITE_OK) {
		if (!sqlite3_get_autocommit(index->db))
			sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
		index->entries = entries;
		return code;
	}
	index->seq = batch->seq;
	index->walked = batch->walked;
	index->complete = batch->complete;
	return SQLITE_OK;
}
