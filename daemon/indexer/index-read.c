/* index-read - what is new in gazette.db: while building, the next entries by id; then the changes. */
#include <stdlib.h>
#include <string.h>

#include "daemon/indexer/index-private.h"
#include "feeds/html.h"

enum { WHAT_FEED_REMOVED = 7 };
enum { COL_SEQ, COL_WHAT, COL_ENTRY, COL_FEED, COL_ORD, COL_TITLE, COL_AUTHORS, COL_TEXT, COL_SUMMARY, COL_HTML };

static struct span
column(sqlite3_stmt *stmt, int at)
{
	const char *ptr = (const char *)sqlite3_column_text(stmt, at);
	size_t len = ptr != NULL ? (size_t)sqlite3_column_bytes(stmt, at) : 0;

	return (struct span){ ptr, len < INDEX_TEXT_BYTES_MAX ? len : INDEX_TEXT_BYTES_MAX };
}

/* NUL parts what is stored (index-write.c), so there is none inside. */
static struct span
copy(struct arena *arena, struct span span)
{
	char *text = arena_strndup(arena, span.ptr != NULL ? span.ptr : "", span.len), *nul;

	for (nul = memchr(text, '\0', span.len); nul != NULL; nul = memchr(nul, '\0', (size_t)(text + span.len - nul)))
		*nul++ = ' ';
	return (struct span){ text, span.len };
}

/* HTML without its markup, else the plain text, else the summary. */
static struct span
text_of(struct index *index, struct arena *arena, sqlite3_stmt *stmt)
{
	struct span html = column(stmt, COL_HTML), text = column(stmt, COL_TEXT);

	if (html.len == 0)
		return copy(arena, text.len > 0 ? text : column(stmt, COL_SUMMARY));
	buf_clear(&index->scratch);
	html_to_line(html.ptr, html.len, &index->scratch);
	return copy(arena, (struct span){ index->scratch.ptr, index->scratch.len });
}

static void
add_doc(struct index *index, struct index_batch *batch, sqlite3_stmt *stmt)
{
	struct index_doc *doc = arena_push(batch->arena, &batch->docs, &batch->count, &batch->capacity, sizeof *doc);

	doc->feed = (uint32_t)sqlite3_column_int64(stmt, COL_FEED);
	doc->removed = sqlite3_column_type(stmt, COL_ORD) == SQLITE_NULL;
	doc->entry = (uint32_t)sqlite3_column_int64(stmt, COL_ENTRY);
	if (doc->removed)
		return;
	doc->ord = sqlite3_column_int64(stmt, COL_ORD);
	doc->title = copy(batch->arena, column(stmt, COL_TITLE));
	doc->authors = copy(batch->arena, column(stmt, COL_AUTHORS));
	doc->text = text_of(index, batch->arena, stmt);
}

static bool
is_full(const struct index_batch *batch)
{
	return batch->count >= INDEX_STEP_ENTRIES || arena_used(batch->arena) >= INDEX_STEP_BYTES;
}

static int
walk(struct index *index, struct index_batch *batch)
{
	sqlite3_stmt *stmt = index->stmts[READ_WALK];
	int code;

	sqlite3_bind_int64(stmt, 1, batch->walked);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW && !batch->full; code = batch->full ? SQLITE_DONE : sqlite3_step(stmt)) {
		add_doc(index, batch, stmt);
		batch->walked = sqlite3_column_int64(stmt, COL_ENTRY);
		batch->full = is_full(batch);
	}
	sqlite3_reset(stmt);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* target: all up to it have been looked at, if the batch is not full before. */
static int
follow(struct index *index, struct index_batch *batch, int64_t target)
{
	sqlite3_stmt *stmt = index->stmts[READ_CHANGES];
	int code;

	sqlite3_bind_int64(stmt, 1, batch->seq);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW && !batch->full; code = batch->full ? SQLITE_DONE : sqlite3_step(stmt)) {
		add_doc(index, batch, stmt);
		if (sqlite3_column_int(stmt, COL_WHAT) == WHAT_FEED_REMOVED)
			batch->docs[batch->count - 1].entry = 0;
		batch->seq = sqlite3_column_int64(stmt, COL_SEQ);
		batch->full = is_full(batch);
	}
	sqlite3_reset(stmt);
	if (code == SQLITE_DONE && !batch->full)
		batch->seq = target;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
read_in_transaction(struct index *index, struct index_batch *batch)
{
	sqlite3_stmt *stmt = index->stmts[READ_MAX_SEQ];
	int64_t target = 0;
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		target = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	if (code != SQLITE_ROW)
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
