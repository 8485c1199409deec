/* index - the two files: opening, checking, beginning anew; the steps. */
#include "daemon/indexer/index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/indexer/index-private.h"
#include "daemon/shared/log.h"
#include "daemon/shared/sqlite-words.h"
#include "schema/schema.h"

enum { BUSY_MS = 5000, SCRATCH_BYTES_MAX = 64 << 20, MERGE_PAGES = 64 };

/* As index_text() takes them; stale has no rest and no gazette, which are not indexed. */
#define TEXTS(table)	table ".summary, NULL, NULL, " table ".text, " table ".html, " table ".packed "

/* Published in the same span of time (schema/index.sql) or one beside it; no more than a link or a text of one story has. */
#define ALIKE(key) \
	"SELECT entry, feed FROM doc INDEXED BY doc_" key " WHERE place / 1209600 IN (?1 / 1209600 - 1, ?1 / 1209600, ?1 / 1209600 + 1) " \
	"AND " key " = ?2 LIMIT ?3"

static const struct { bool source; const char *sql; } statements[INDEX_STMTS] = {
	[READ_MAX_SEQ] = { true, "SELECT seq FROM counter" },
	[READ_MIN_SEQ] = { true, "SELECT ifnull((SELECT seq + 1 FROM cursor WHERE name = 'log'), 0)" },
	/* item-new 1, item-updated 2, item-removed 4, feed-removed 7, dropped 8: tags do not concern us */
	[READ_CHANGES] = { true, "SELECT c.seq, c.what, c.entry, c.feed, e.ord, e.revision, e.feed, e.url, f.home_page_url, e.title, e.authors, " TEXTS("k")
	    "FROM change c LEFT JOIN entry e ON e.id = c.entry LEFT JOIN feed f ON f.id = e.feed LEFT JOIN content k ON k.entry = e.id "
	    "WHERE c.seq > ?1 AND c.what IN (1, 2, 4, 7, 8) ORDER BY c.seq" },
	[READ_WALK] = { true, "SELECT 0, 1, e.id, e.feed, e.ord, e.revision, e.feed, e.url, f.home_page_url, e.title, e.authors, " TEXTS("k")
	    "FROM entry e LEFT JOIN feed f ON f.id = e.feed LEFT JOIN content k ON k.entry = e.id WHERE e.id > ?1 ORDER BY e.id" },
	[READ_STALE] = { true, "SELECT s.entry, s.revision, s.title, s.authors, " TEXTS("s") "FROM stale s WHERE s.entry = ? AND s.revision = ?" },
	[READ_STALE_OF_FEED] = { true, "SELECT s.entry, s.revision, s.title, s.authors, " TEXTS("s") "FROM stale s WHERE s.feed = ?" },
	[READ_DICTIONARY] = { true, "SELECT data FROM dictionary WHERE number = ?" },
	[WRITE_META] = { false, "UPDATE meta SET seq = ?, entries = ?, walked = ?, complete = ?, crowded = ?" },
	[DOC_GET] = { false, "SELECT place, revision FROM doc WHERE entry = ?" },
	[DOC_AT] = { false, "SELECT 1 FROM doc WHERE place = ?" },
	[DOC_PUT] = { false, "INSERT INTO doc(place, entry, revision, feed, link, words) VALUES (?, ?, ?, ?, nullif(?, 0), nullif(?, 0))" },
	[DOC_DELETE] = { false, "DELETE FROM doc WHERE place = ?" },
	[FTS_PUT] = { false, "INSERT INTO fts(rowid, text, title, authors) VALUES (?, ?, ?, ?)" },
	[FTS_DELETE] = { false, "INSERT INTO fts(fts, rowid, text, title, authors) VALUES ('delete', ?, ?, ?, ?)" },
	[FTS_MERGE] = { false, "INSERT INTO fts(fts, rank) VALUES ('merge', ?)" },
	[DOC_BY_LINK] = { false, ALIKE("link") },
	[DOC_BY_WORDS] = { false, ALIKE("words") },
	[STORY_GET] = { false, "SELECT story FROM story WHERE entry = ?" },
	[STORY_PUT] = { false, "INSERT INTO story(entry, story, feed) VALUES (?, ?, ?)" },
	[STORY_DELETE] = { false, "DELETE FROM story WHERE entry = ?" },
	[STORY_REST] = { false, "SELECT count(*), min(entry) FROM story WHERE story = ?" },
	[STORY_CLASH] = { false, "SELECT EXISTS (SELECT 1 FROM story a CROSS JOIN story b ON b.story = ?2 AND b.feed = a.feed WHERE a.story = ?1) "
	    "OR (SELECT count(*) FROM story WHERE story IN (?1, ?2)) > ?3" },
	[STORY_RENAME] = { false, "UPDATE story SET story = ?2 WHERE story = ?1" },
	[SKETCH_ALL] = { false, "SELECT entry, feed, published, sketch FROM sketch ORDER BY entry" },
	[SKETCH_PUT] = { false, "INSERT OR REPLACE INTO sketch(entry, feed, published, sketch) VALUES (?, ?, ?, ?)" },
	[SKETCH_DELETE] = { false, "DELETE FROM sketch WHERE entry = ?" },
};

static int
fail(struct index *index, const char *file, sqlite3 *db, int code)
{
	snprintf(index->error, sizeof index->error, "%s: %s", file, db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code));
	return code;
}

static int
prepare(struct index *index, bool source)
{
	sqlite3 *db = source ? index->source : index->db;

	for (size_t i = 0; i < INDEX_STMTS; i++) {
		int code;

		if (statements[i].source != source)
			continue;
		code = sqlite3_prepare_v3(db, statements[i].sql, -1, SQLITE_PREPARE_PERSISTENT, &index->stmts[i], NULL);
		if (code != SQLITE_OK)
			return fail(index, source ? index->source_file : index->file, db, code);
	}
	return SQLITE_OK;
}

/* The first column of the first row; 0 if there is none. */
static int
get_int(sqlite3 *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	*value = 0;
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* --- gazette.db ------------------------------------------------------------------------------------------ */

static int
read_id(struct index *index)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(index->source, "SELECT value FROM meta WHERE name = 'id'", -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == INDEX_ID_BYTES)
		memcpy(index->id, sqlite3_column_blob(stmt, 0), INDEX_ID_BYTES);
	else if (code == SQLITE_ROW || code == SQLITE_DONE)
		code = SQLITE_CORRUPT;
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int
open_source(struct index *index)
{
	int64_t application = 0;
	int code = sqlite3_open_v2(index->source_file, &index->source, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(index->source, BUSY_MS);
		code = get_int(index->source, "PRAGMA application_id", &application);
	}
	if (code == SQLITE_OK && application != SCHEMA_APPLICATION_ID)
		code = SQLITE_NOTADB;
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->source, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = read_id(index);
	return code == SQLITE_OK ? prepare(index, true) : fail(index, index->source_file, index->source, code);
}

/* --- index.db ---------------------------------------------------------------------------------------------- */

static void
close_db(struct index *index)
{
	for (size_t i = 0; i < INDEX_STMTS; i++) {
		if (!statements[i].source) {
			sqlite3_finalize(index->stmts[i]);
			index->stmts[i] = NULL;
		}
	}
	index_story_forget(index);
	if (index->tokenizer != NULL)
		index->words.xDelete(index->tokenizer);
	index->tokenizer = NULL;
	sqlite3_close(index->db);
	index->db = NULL;
}

static int
connect_db(struct index *index)
{
	char cache[64];
	int code = sqlite3_open_v2(index->file, &index->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", INDEX_CACHE_KIB);
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(index->db, BUSY_MS);
		code = sqlite3_exec(index->db, "PRAGMA page_size = 8192; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL;"
		    "PRAGMA synchronous = NORMAL;"
		    "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 16777216", NULL, NULL, NULL);
	}
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, cache, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite_words_add(index->db);
	if (code == SQLITE_OK)
		code = sqlite_words_new(index->db, &index->words, &index->tokenizer);
	return code;
}

/* Reads where it stands. SQLITE_OK; SQLITE_MISMATCH: it is not ours or not of this schema. */
static int
load_meta(struct index *index)
{
	sqlite3_stmt *stmt = NULL;
	int64_t application = 0, version = 0;
	int code = get_int(index->db, "PRAGMA application_id", &application);

	if (code == SQLITE_OK)
		code = get_int(index->db, "PRAGMA user_version", &version);
	if (code == SQLITE_OK && (application != SCHEMA_INDEX_APPLICATION_ID || version != SCHEMA_INDEX_VERSION))
		return SQLITE_MISMATCH;
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(index->db, "SELECT database, generation, seq, entries, walked, complete, crowded FROM meta", -1,
		    &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == INDEX_ID_BYTES &&
	    memcmp(sqlite3_column_blob(stmt, 0), index->id, INDEX_ID_BYTES) == 0) {
		index->generation = sqlite3_column_int64(stmt, 1);
		index->seq = sqlite3_column_int64(stmt, 2);
		index->entries = sqlite3_column_int64(stmt, 3);
		index->walked = sqlite3_column_int64(stmt, 4);
		index->complete = sqlite3_column_int(stmt, 5) != 0;
		index->crowded = sqlite3_column_int64(stmt, 6);
		code = SQLITE_OK;
	} else if (code == SQLITE_ROW || code == SQLITE_DONE)
		code = SQLITE_MISMATCH;
	sqlite3_finalize(stmt);
	return code;
}

/* Looks at both ends of what is stored, and lets FTS5 read its own structure. */
static int
check_quickly(struct index *index)
{
	static const char *const looks[] = {
		"SELECT entry FROM doc ORDER BY place LIMIT 1", "SELECT place FROM doc ORDER BY entry DESC LIMIT 1",
		"SELECT rowid FROM fts WHERE fts MATCH 'a*' ORDER BY rowid DESC LIMIT 1",
	};
	int64_t ignored;
	int code = SQLITE_OK;

	for (size_t i = 0; i < sizeof looks / sizeof looks[0] && code == SQLITE_OK; i++)
		code = get_int(index->db, looks[i], &ignored);
	return code;
}

/* Whether the log still has every change after ours, and has not been set back by a backup. */
static int
check_log(struct index *index)
{
	int64_t first = 0, last = 0;
	int code = get_int(index->source, statements[READ_MIN_SEQ].sql, &first);

	if (code == SQLITE_OK)
		code = get_int(index->source, statements[READ_MAX_SEQ].sql, &last);
	if (code != SQLITE_OK)
		return code;
	index->behind = index->seq <= last && first > index->seq + 1;
	return index->seq > last || index->behind ? SQLITE_MISMATCH : SQLITE_OK;
}

static int
remove_files(struct index *index)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	char path[4096];

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		if (snprintf(path, sizeof path, "%s%s", index->file, suffixes[i]) >= (int)sizeof path)
			return SQLITE_CANTOPEN;
		if (unlink(path) < 0 && errno != ENOENT) {
			snprintf(index->error, sizeof index->error, "%.400s: %s", path, strerror(errno));
			return SQLITE_IOERR;
		}
	}
	return SQLITE_OK;
}

static int
write_first(struct index *index)
{
	sqlite3_stmt *stmt = NULL;
	int64_t seq = 0, generation = 0;
	int code = get_int(index->source, statements[READ_MAX_SEQ].sql, &seq);

	sqlite3_randomness(sizeof generation, &generation);
	generation &= INT64_MAX;
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(index->db, "INSERT INTO meta(id, database, generation, seq, entries, walked, complete) "
		    "VALUES (1, ?, ?, ?, 0, 0, 0)", -1, &stmt, NULL);
	if (code == SQLITE_OK) {
		sqlite3_bind_blob(stmt, 1, index->id, INDEX_ID_BYTES, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 2, generation == 0 ? 1 : generation);
		sqlite3_bind_int64(stmt, 3, seq);
		code = sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
create(struct index *index)
{
	char sql[128];
	int code = remove_files(index);

	if (code != SQLITE_OK)
		return code;
	code = connect_db(index);
	snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", SCHEMA_INDEX_APPLICATION_ID,
	    SCHEMA_INDEX_VERSION);
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, schema_index, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = write_first(index);
	if (code == SQLITE_OK)
		code = sqlite3_exec(index->db, sql, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = load_meta(index);
	return code == SQLITE_OK ? prepare(index, false) : fail(index, index->file, index->db, code);
}

static const char behind[] = "the index has fallen behind the changes that are kept";

static int
rebuild(struct index *index, const char *why)
{
	index->why = why;
	index->behind = false;
	log_info("%s: %s; building it anew", index->file, why);
	close_db(index);
	index->tidy = false;
	return create(index);
}

/* Opens index.db if it is good for something, else begins it anew. */
static int
open_db(struct index *index)
{
	const char *why = "there is no index";
	int code = SQLITE_MISMATCH;

	if (access(index->file, F_OK) == 0) {
		why = "the index is damaged";
		code = connect_db(index);
		if (code == SQLITE_OK)
			code = load_meta(index);
		if (code == SQLITE_OK)
			code = check_quickly(index);
		if (code == SQLITE_OK)
			code = check_log(index);
		if (code == SQLITE_OK)
			code = prepare(index, false);
		if (code == SQLITE_MISMATCH)
			why = index->behind ? behind : "the index does not belong to this database";
	}
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_BUSY:
	case SQLITE_FULL:
		return code == SQLITE_OK ? SQLITE_OK : fail(index, index->file, index->db, code);
	default:
		return rebuild(index, why);
	}
}

static char *
path_in(const char *dir, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		abort();
	return path;
}

struct index *
index_open(const char *state_dir, char error[INDEX_ERROR_BYTES])
{
	struct index *index = calloc(1, sizeof *index);

	if (index == NULL)
		abort();
	index->source_file = path_in(state_dir, "gazette.db");
	index->file = path_in(state_dir, "index.db");
	index->pack = pack_new();
	buf_init(&index->scratch, SCRATCH_BYTES_MAX);
	if (open_source(index) == SQLITE_OK && open_db(index) == SQLITE_OK)
		return index;
	memcpy(error, index->error, INDEX_ERROR_BYTES);
	index_close(index);
	return NULL;
}

void
index_close(struct index *index)
{
	if (index == NULL)
		return;
	close_db(index);
	for (size_t i = 0; i < INDEX_STMTS; i++)
		sqlite3_finalize(index->stmts[i]);
	sqlite3_close(index->source);
	pack_free(index->pack);
	buf_free(&index->scratch);
	free(index->source_file);
	free(index->file);
	free(index);
}

/* --- steps -------------------------------------------------------------------------------------------------- */

/* A damaged index is no failure but a reason to make it anew. */
static enum index_result
after_error(struct index *index, int code)
{
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return rebuild(index, index->behind ? behind : "the index is damaged") == SQLITE_OK ? INDEX_REBUILDING : INDEX_FAILED;
	default:
		fail(index, index->file, index->db, code);
		return INDEX_FAILED;
	}
}

enum index_result
index_step(struct index *index)
{
	struct index_batch batch = { .arena = arena_new(0), .seq = index->seq, .walked = index->walked, .complete = index->complete };
	enum index_result result;
	bool changed;
	int code;

	/* the last attempt to begin anew may have failed */
	if (index->db == NULL || index->stmts[FTS_MERGE] == NULL) {
		close_db(index);
		code = create(index);
		if (code != SQLITE_OK) {
			arena_free(batch.arena);
			return INDEX_FAILED;
		}
	}
	code = index_read(index, &batch);
	changed = batch.count > 0 || batch.seq != index->seq || batch.complete != index->complete;
	if (code == SQLITE_MISMATCH)
		result = after_error(index, code);
	else if (code != SQLITE_OK) {
		fail(index, index->source_file, index->source, code);
		result = INDEX_FAILED;
	} else {
		code = changed ? index_write(index, &batch) : SQLITE_OK;
		result = code != SQLITE_OK ? after_error(index, code) : changed ? INDEX_MORE : INDEX_DONE;
		index->tidy = index->tidy && !changed;
	}
	arena_free(batch.arena);
	return result;
}

enum index_result
index_tidy(struct index *index)
{
	int64_t before = sqlite3_total_changes64(index->db);
	int code;

	if (index->tidy || index->stmts[FTS_MERGE] == NULL)
		return INDEX_DONE;
	sqlite3_bind_int(index->stmts[FTS_MERGE], 1, MERGE_PAGES);
	code = sqlite3_step(index->stmts[FTS_MERGE]);
	sqlite3_reset(index->stmts[FTS_MERGE]);
	if (code != SQLITE_DONE)
		return after_error(index, code);
	/* FTS5 documents that a merge with nothing to do changes fewer than two rows */
	index->tidy = sqlite3_total_changes64(index->db) - before < 2;
	return index->tidy ? INDEX_DONE : INDEX_MORE;
}

struct rec_index_state
index_state(const struct index *index)
{
	return (struct rec_index_state){ .seq = index->complete ? (uint64_t)index->seq : 0, .entries = (uint64_t)index->entries,
	    .generation = (uint64_t)index->generation, .rebuilding = !index->complete };
}

const char *
index_error(const struct index *index)
{
	return index->error;
}

const char *
index_why(const struct index *index)
{
	return index->why;
}
