/*
 * store-pack - long texts in and out of their packed form, and the dictionaries for it: trained on what is there as soon as there is
 * enough, and once more when there is plenty.
 */
#include <stdlib.h>

#include "daemon/core/store-pack.h"
#include "daemon/core/store-retain.h"

enum { SAMPLES = 256, SAMPLE_BYTES = 4096, REPACK_STEP = 100 };

/* A dictionary is trained when so many entries have come, the n-th at the n-th number. */
static const int64_t training_at[] = { STORE_TRAIN_ENTRIES, 50 * STORE_TRAIN_ENTRIES };
enum { TRAININGS = sizeof training_at / sizeof training_at[0] };

/* --- packing and unpacking ------------------------------------------------------------------------------ */

static struct span
or_absent(struct span span)
{
	return span.len == 0 ? (struct span){ NULL, 0 } : span;
}

struct span
store_pack(struct store *store, const struct rec_entry *rec)
{
	const struct span parts[PACK_PARTS] = {
		[PACK_SUMMARY] = or_absent(rec->summary), [PACK_REST] = or_absent(rec->rest), [PACK_GAZETTE] = or_absent(rec->gazette),
		[PACK_TEXT] = rec->text, [PACK_HTML] = or_absent(rec->html),
	};

	return pack_put(store->pack, parts);
}

int
store_unpack(struct store *store, sqlite3_stmt *stmt, int column, struct arena *arena, struct span parts[PACK_PARTS])
{
	struct span blob = sql_blob(stmt, column + PACK_PARTS);

	if (blob.ptr == NULL) {
		for (int i = 0; i < PACK_PARTS; i++)
			parts[i] = sql_span(stmt, column + i);
		return STORE_OK;
	}
	if (pack_get(store->pack, blob, arena, parts) != 0)
		return store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (a text)", store->file);
	return STORE_OK;
}

/* --- what was not packed when it came ----------------------------------------------------------------------- */

static int
repack_one(struct store *store, uint32_t entry)
{
	struct arena *arena = arena_new(0);
	struct span parts[PACK_PARTS] = { { NULL, 0 } }, packed = { NULL, 0 };
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT " STORE_TEXTS("c") " FROM content c WHERE c.entry = ?", "u", entry);
	int rc = sql_step(store, stmt);

	if (rc == 1)
		rc = store_unpack(store, stmt, 0, arena, parts);
	if (rc == STORE_OK)
		packed = store_pack(store, &(struct rec_entry){ .summary = parts[PACK_SUMMARY], .rest = parts[PACK_REST],
		    .gazette = parts[PACK_GAZETTE], .text = parts[PACK_TEXT], .html = parts[PACK_HTML] });
	sql_done(store, stmt);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE content SET packed = ?2, summary = NULL, rest = NULL, gazette = NULL, text = NULL, html = NULL "
		    "WHERE entry = ?1", "ub", entry, packed);
	arena_free(arena);
	return rc;
}

/* Entries behind *after, which is moved on; INT64_MAX: there are no more. */
static int
repack_some(struct store *store, int64_t *after)
{
	uint32_t entries[REPACK_STEP];
	unsigned seen = 0, count = 0;
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT entry, packed IS NULL FROM content WHERE entry > ? ORDER BY entry LIMIT ?", "id",
	    *after, (int)REPACK_STEP);
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt), seen++) {
		*after = sql_int(stmt, 0);
		if (sql_int(stmt, 1))
			entries[count++] = (uint32_t)*after;
	}
	sql_done(store, stmt);
	for (unsigned i = 0; i < count && rc == STORE_OK; i++)
		rc = repack_one(store, entries[i]);
	if (seen < REPACK_STEP)
		*after = INT64_MAX;
	return rc < 0 ? rc : sql_run(store, "INSERT OR REPLACE INTO cursor(name, seq, entry) VALUES ('repack', 0, ?)", "i", *after);
}

int
store_repack(struct store *store)
{
	int64_t after = 0;
	bool own;
	int rc = sql_get(store, SQL_WRITE, "SELECT entry FROM cursor WHERE name = 'repack'", &after, "");

	/* with a dictionary or not at all */
	if (rc != STORE_ENONE && rc != STORE_OK)
		return rc;
	if (after == INT64_MAX || (store->dictionaries == 0 && store->committed.entry >= STORE_TRAIN_ENTRIES))
		return 0;
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = repack_some(store, &after);
	rc = txn_leave(store, own, rc);
	return rc == STORE_OK ? after != INT64_MAX : rc;
}

/* --- dictionaries ----------------------------------------------------------------------------------------- */

int
store_dictionaries_load(struct store *store)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT number, data FROM dictionary ORDER BY number", "");
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		if (pack_learn(store->pack, (unsigned)sql_int(stmt, 0), sql_blob(stmt, 1)) != 0)
			rc = store_fail(store, STORE_EDAMAGED, "%s: the database is damaged (a dictionary)", store->file);
		if (rc < 0)
			break;
		store->dictionaries = (unsigned)sql_int(stmt, 0);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

struct samples { struct buf texts; size_t sizes[SAMPLES]; unsigned count; };

/* As it is going to be packed, one part after the other. */
static void
add_sample(struct samples *samples, const struct span parts[PACK_PARTS])
{
	size_t before = samples->texts.len;

	for (int i = 0; i < PACK_PARTS; i++) {
		size_t left = SAMPLE_BYTES - (samples->texts.len - before);

		buf_put(&samples->texts, parts[i].ptr, parts[i].len < left ? parts[i].len : left);
	}
	samples->sizes[samples->count++] = samples->texts.len - before;
}

/* Entries at equal distances among all that ever came. */
static int
collect(struct store *store, struct samples *samples)
{
	struct arena *arena = arena_new(0);
	int rc = STORE_OK;

	for (int64_t i = 0; i < SAMPLES && rc == STORE_OK; i++) {
		sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT summary, rest, gazette, text, html, packed FROM content "
		    "WHERE entry >= ? ORDER BY entry LIMIT 1", "i", store->committed.entry * i / SAMPLES);
		struct span parts[PACK_PARTS];

		rc = sql_step(store, stmt);
		if (rc == 1)
			rc = store_unpack(store, stmt, 0, arena, parts);
		else if (rc == 0)
			rc = STORE_ENONE;
		if (rc == STORE_OK)
			add_sample(samples, parts);
		sql_done(store, stmt);
		arena_reset(arena);
	}
	arena_free(arena);
	return rc == STORE_ENONE ? STORE_OK : rc;
}

static void
keep(struct store *store, unsigned number, struct span dictionary)
{
	if (sql_run(store, "INSERT INTO dictionary(number, data) VALUES (?, ?)", "ub", (uint32_t)number, dictionary) == STORE_OK &&
	    pack_learn(store->pack, number, dictionary) == 0)
		store->dictionaries = number;
}

/* If the texts are good for none or it cannot be kept, it is tried again when there are twice as many. */
void
store_train(struct store *store)
{
	struct samples samples = { .texts = BUF_INIT(SAMPLES * SAMPLE_BYTES) };
	char *dictionary;
	size_t len = 0;
	int rc;

	if (store->dictionaries >= TRAININGS || store->committed.entry < training_at[store->dictionaries] ||
	    store->committed.entry < store->train_again)
		return;
	dictionary = malloc(PACK_DICTIONARY_BYTES);
	if (dictionary == NULL)
		abort();
	rc = collect(store, &samples);
	if (rc == STORE_OK)
		len = pack_train(buf_str(&samples.texts), samples.sizes, samples.count, store->dictionaries + 1, dictionary);
	if (len > 0)
		keep(store, store->dictionaries + 1, (struct span){ dictionary, len });
	store->train_again = 2 * store->committed.entry;
	buf_free(&samples.texts);
	free(dictionary);
}
