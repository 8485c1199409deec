/*
 * index-text - what of an entry is indexed. To take an entry out again FTS5 must be given the very same: whoever changes what comes of
 * a text, here or in feeds/html-*, raises SCHEMA_INDEX_VERSION; test-store-search.c holds a sample.
 */
#include "daemon/indexer/index-private.h"
#include "feeds/html.h"
#include "schema/schema.h"

static struct span
cut(struct span span)
{
	return (struct span){ span.ptr, span.len < SCHEMA_INDEX_TEXT_BYTES ? span.len : SCHEMA_INDEX_TEXT_BYTES };
}

static struct span
column_text(sqlite3_stmt *stmt, int at)
{
	const char *ptr = (const char *)sqlite3_column_text(stmt, at);

	return cut((struct span){ ptr, ptr != NULL ? (size_t)sqlite3_column_bytes(stmt, at) : 0 });
}

static struct span
copy(struct arena *arena, struct span span)
{
	return (struct span){ arena_strndup(arena, span.ptr != NULL ? span.ptr : "", span.len), span.len };
}

static int
learn(struct index *index, unsigned number)
{
	sqlite3_stmt *stmt = index->stmts[READ_DICTIONARY];
	int code;

	sqlite3_bind_int64(stmt, 1, number);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		const char *data = sqlite3_column_blob(stmt, 0);

		code = pack_learn(index->pack, number, (struct span){ data, (size_t)sqlite3_column_bytes(stmt, 0) }) == 0 ? SQLITE_OK :
		    SQLITE_CORRUPT;
	} else if (code == SQLITE_DONE)
		code = SQLITE_CORRUPT;
	sqlite3_reset(stmt);
	return code;
}

/* In the order of enum pack_part, the packed form last. */
static int
read_parts(struct index *index, struct arena *arena, sqlite3_stmt *stmt, int column, struct span parts[PACK_PARTS])
{
	const char *ptr = sqlite3_column_blob(stmt, column + PACK_PARTS);
	struct span blob = { ptr, ptr != NULL ? (size_t)sqlite3_column_bytes(stmt, column + PACK_PARTS) : 0 };
	int code = SQLITE_OK;

	if (ptr == NULL) {
		for (int i = 0; i < PACK_PARTS; i++)
			parts[i] = column_text(stmt, column + i);
		return SQLITE_OK;
	}
	if (!pack_knows(index->pack, pack_needs(blob)))
		code = learn(index, pack_needs(blob));
	if (code == SQLITE_OK && pack_get(index->pack, blob, arena, parts) != 0)
		code = SQLITE_CORRUPT;
	return code;
}

/* HTML without its markup, else the plain text, else the summary. */
int
index_text(struct index *index, struct arena *arena, sqlite3_stmt *stmt, int column, struct index_text *out)
{
	struct span parts[PACK_PARTS], html;
	int code;

	/* unpacked for this only */
	struct arena *unpacked = arena_new(0);

	out->title = copy(arena, column_text(stmt, column));
	out->authors = copy(arena, column_text(stmt, column + 1));
	code = read_parts(index, unpacked, stmt, column + 2, parts);
	if (code == SQLITE_OK) {
		html = cut(parts[PACK_HTML]);
		buf_clear(&index->scratch);
		if (html.len > 0)
			html_to_line(html.ptr, html.len, &index->scratch);
		out->text = copy(arena, html.len > 0 ? (struct span){ index->scratch.ptr, index->scratch.len } :
		    cut(parts[PACK_TEXT].len > 0 ? parts[PACK_TEXT] : parts[PACK_SUMMARY]));
	}
	arena_free(unpacked);
	return code;
}
