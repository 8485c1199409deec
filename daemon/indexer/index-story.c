/*
 * index-story - which entries of different feeds tell the same story: those with the same link, with the same words, or one that is a
 * copy of the other (sketch.h). Two that are joined and are not the same cost a reader more than two that are not joined and are: so
 *
 * - a story has one entry of each feed at most: what a feed says twice it says on purpose;
 * - a link or a text that one feed has twice, or that is everywhere, tells nothing ("No text available", the page of a series);
 * - a copy joins the story of what it is likest, but never joins two stories into one; links and texts do.
 *
 * The number of a story is the least id in it, so it is the same when index.db is made again from the same entries.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/indexer/index-private.h"
#include "feeds/base/hash.h"
#include "feeds/url.h"

enum {
	STORY_ENTRIES_MAX = 200,
	ALIKE_MAX = 100,		/* entries with one link or one text, */
	ALIKE_ROWS_MAX = 1000,		/* those included that come later in the batch */
	WORDS_MIN = 40,			/* of a text that is known by its words; else the title counts, too: */
	WORDS_MIN_TITLED = 8,
	SKETCHES = 1 << 15,		/* the latest */
	HASH_BITS = 47			/* 6 bytes in SQLite */
};

/* --- what an entry is known by --------------------------------------------------------------------------------- */

struct words {
	struct sketch_maker *maker;
	struct hash_state hash;
	unsigned	 count;
};

static int64_t
hash_number(uint64_t hash)
{
	return (int64_t)(hash & ((1ULL << HASH_BITS) - 1)) + 1;
}

static void
hash_word(struct words *words, const char *word, int len)
{
	hash_update(&words->hash, word, (size_t)len);
	hash_update(&words->hash, " ", 1);
	words->count++;
}

/* Anything but SQLITE_OK ends the text. */
static int
on_title_word(void *arg, int flags, const char *word, int len, int begin, int end)
{
	struct words *words = arg;

	(void)flags, (void)begin, (void)end;
	hash_word(words, word, len);
	return sketch_title(words->maker, word, (size_t)len) ? SQLITE_OK : SQLITE_DONE;
}

static int
on_text_word(void *arg, int flags, const char *word, int len, int begin, int end)
{
	struct words *words = arg;

	(void)flags, (void)begin, (void)end;
	hash_word(words, word, len);
	return sketch_word(words->maker, word, (size_t)len) ? SQLITE_OK : SQLITE_DONE;
}

static struct hash_key
key_of(const struct index *index)
{
	struct hash_key key;

	memcpy(&key.k0, index->id, sizeof key.k0);
	memcpy(&key.k1, index->id + sizeof key.k0, sizeof key.k1);
	return key;
}

static void
read_words(struct index *index, struct span text, int (*on_word)(void *, int, const char *, int, int, int), struct words *words)
{
	index->words.xTokenize(index->tokenizer, words, FTS5_TOKENIZE_DOCUMENT, text.ptr, (int)text.len, on_word);
}

/* That of the server, or what the feed calls its own. */
static bool
is_home(struct arena *arena, const char *link, const char *home_page_url)
{
	const char *host = strstr(link, "://"), *path = host != NULL ? strpbrk(host + 3, "/?") : NULL;
	const char *home = home_page_url != NULL ? url_canonical(arena, home_page_url) : NULL;

	return path == NULL || strcmp(path, "/") == 0 || (home != NULL && strcmp(home, link) == 0);
}

static void
make_keys(struct index *index, struct arena *arena, struct index_doc *doc)
{
	const char *link = doc->url != NULL ? url_canonical(arena, doc->url) : NULL;
	const struct hash_key key = key_of(index);
	struct sketch *sketch = arena_alloc(arena, sizeof *sketch);
	struct sketch_maker maker;
	struct words words = { .maker = &maker };
	struct hash_state text;

	if (link != NULL && !is_home(arena, link, doc->home_page_url))
		doc->keys.link = hash_number(hash_bytes(&key, link, strlen(link)));
	sketch_begin(&maker, sketch);
	hash_init(&words.hash, &key);
	read_words(index, doc->now.text, on_text_word, &words);
	text = words.hash;
	if (words.count >= WORDS_MIN)
		doc->keys.words = hash_number(hash_final(&text));
	read_words(index, doc->now.title, on_title_word, &words);
	if (doc->keys.words == 0 && words.count >= WORDS_MIN_TITLED)
		doc->keys.words = hash_number(hash_final(&words.hash));
	sketch_end(&maker);
	if (sketch->n_words >= SKETCH_WORDS_MIN)
		doc->keys.sketch = sketch;
}

void
index_story_keys(struct index *index, struct index_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (!batch->docs[i].removed)
			make_keys(index, batch->arena, &batch->docs[i]);
	}
}

/* --- statements ----------------------------------------------------------------------------------------------- */

static int
step(sqlite3_stmt *stmt, int64_t *first, int64_t *second)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW) {
		*first = sqlite3_column_int64(stmt, 0);
		*second = sqlite3_column_count(stmt) > 1 ? sqlite3_column_int64(stmt, 1) : 0;
	}
	sqlite3_reset(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* With up to three values; what the first row says, else what is in *first and *second. */
static int
run(struct index *index, enum index_stmt which, const int64_t values[3], int64_t *first, int64_t *second)
{
	sqlite3_stmt *stmt = index->stmts[which];
	int count = sqlite3_bind_parameter_count(stmt);

	for (int i = 0; i < count && i < 3; i++)
		sqlite3_bind_int64(stmt, i + 1, values[i]);
	return step(stmt, first, second);
}

static int
change(struct index *index, enum index_stmt which, int64_t one, int64_t two, int64_t three)
{
	int64_t ignored;

	return run(index, which, (const int64_t[]){ one, two, three }, &ignored, &ignored);
}

/* --- the sketches in memory ------------------------------------------------------------------------------------- */

void
index_story_forget(struct index *index)
{
	near_free(index->near);
	index->near = NULL;
}

static int
load(struct index *index)
{
	sqlite3_stmt *stmt = index->stmts[SKETCH_ALL];
	int code;

	if (index->near != NULL && !near_is_spent(index->near))
		return SQLITE_OK;
	index_story_forget(index);
	index->near = near_new(SKETCHES);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW; code = sqlite3_step(stmt)) {
		const struct near_entry is = { (uint32_t)sqlite3_column_int64(stmt, 0), (uint32_t)sqlite3_column_int64(stmt, 1),
		    sqlite3_column_int64(stmt, 2) };
		struct sketch sketch;

		if (sqlite3_column_bytes(stmt, 3) != SKETCH_BYTES) {
			code = SQLITE_CORRUPT;
			break;
		}
		sketch_get(&sketch, sqlite3_column_blob(stmt, 3));
		near_add(index->near, &is, &sketch);
	}
	sqlite3_reset(stmt);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
keep_sketch(struct index *index, const struct near_entry *is, const struct sketch *sketch)
{
	sqlite3_stmt *stmt = index->stmts[SKETCH_PUT];
	unsigned char bytes[SKETCH_BYTES];
	uint32_t gone = near_add(index->near, is, sketch);
	int64_t ignored;
	int code;

	sketch_put(sketch, bytes);
	sqlite3_bind_int64(stmt, 1, is->entry);
	sqlite3_bind_int64(stmt, 2, is->feed);
	sqlite3_bind_int64(stmt, 3, is->time_s);
	sqlite3_bind_blob(stmt, 4, bytes, sizeof bytes, SQLITE_STATIC);
	code = step(stmt, &ignored, &ignored);
	sqlite3_clear_bindings(stmt);
	return code == SQLITE_OK && gone != 0 ? change(index, SKETCH_DELETE, gone, 0, 0) : code;
}

/* --- stories -------------------------------------------------------------------------------------------------- */

struct member { uint32_t entry, feed; };

static int
story_of(struct index *index, uint32_t entry, int64_t *story)
{
	int64_t ignored;

	*story = 0;
	return run(index, STORY_GET, (const int64_t[]){ entry, 0, 0 }, story, &ignored);
}

/* One that has got a row for itself goes back to none; the least of the others gives the number. */
static int
settle(struct index *index, int64_t story)
{
	int64_t count = 0, least = 0;
	int code = run(index, STORY_REST, (const int64_t[]){ story, 0, 0 }, &count, &least);

	if (code != SQLITE_OK || count == 0)
		return code;
	if (count == 1)
		return change(index, STORY_DELETE, least, 0, 0);
	return least != story ? change(index, STORY_RENAME, story, least, 0) : SQLITE_OK;
}

static int
enter(struct index *index, const struct member *member, int64_t *story)
{
	int code = story_of(index, member->entry, story);

	if (code != SQLITE_OK || *story != 0)
		return code;
	*story = member->entry;
	return change(index, STORY_PUT, member->entry, member->entry, member->feed);
}

/* Makes one story of theirs, if it has not two entries of a feed then. */
static int
join(struct index *index, const struct member *one, const struct member *two)
{
	int64_t first = 0, second = 0, clash = 0, ignored, least;
	int code = enter(index, one, &first);

	if (code == SQLITE_OK)
		code = enter(index, two, &second);
	if (code != SQLITE_OK || first == second)
		return code;
	code = run(index, STORY_CLASH, (const int64_t[]){ first, second, STORY_ENTRIES_MAX }, &clash, &ignored);
	if (code != SQLITE_OK)
		return code;
	if (!clash) {
		least = first < second ? first : second;
		return change(index, STORY_RENAME, first + second - least, least, 0);
	}
	code = settle(index, first);
	return code == SQLITE_OK ? settle(index, second) : code;
}

static bool
is_later(const struct index_batch *batch, const struct index_doc *doc, uint32_t entry)
{
	size_t low = (size_t)(doc - batch->docs) + 1, high = batch->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (batch->docs[middle].entry < entry)
			low = middle + 1;
		else
			high = middle;
	}
	return low < batch->count && batch->docs[low].entry == entry;
}

/* Those of other feeds that have the same; none if a feed has it twice or too many have it. Entries that come later in the batch will find this one. */
static int
find_alike(struct index *index, const struct index_batch *batch, const struct index_doc *doc, enum index_stmt which, int64_t key,
    struct member found[ALIKE_MAX], size_t *count)
{
	sqlite3_stmt *stmt = index->stmts[which];
	bool useless = false;
	size_t n = 0;
	int code;

	sqlite3_bind_int64(stmt, 1, doc->place);
	sqlite3_bind_int64(stmt, 2, key);
	sqlite3_bind_int64(stmt, 3, ALIKE_ROWS_MAX);
	for (code = sqlite3_step(stmt); code == SQLITE_ROW && !useless; code = sqlite3_step(stmt)) {
		const struct member member = { (uint32_t)sqlite3_column_int64(stmt, 0), (uint32_t)sqlite3_column_int64(stmt, 1) };

		if (member.entry == doc->entry || is_later(batch, doc, member.entry))
			continue;
		useless = member.feed == doc->feed;
		for (size_t i = 0; i < n && !useless; i++)
			useless = found[i].feed == member.feed;
		found[n++] = member;
		useless = useless || n == ALIKE_MAX - 1;
	}
	sqlite3_reset(stmt);
	*count = useless ? 0 : n;
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
join_alike(struct index *index, const struct index_batch *batch, const struct index_doc *doc, enum index_stmt which, int64_t key)
{
	const struct member self = { doc->entry, doc->feed };
	struct member found[ALIKE_MAX];
	size_t count = 0;
	int code = key != 0 ? find_alike(index, batch, doc, which, key, found, &count) : SQLITE_OK;

	for (size_t i = 0; i < count && code == SQLITE_OK; i++)
		code = join(index, &self, &found[i]);
	return code;
}

static int
join_copy(struct index *index, const struct member *self, const struct near_entry *is, const struct sketch *sketch)
{
	struct near_hit hits[NEAR_HITS];
	size_t count = near_find(index->near, is, sketch, hits);
	int64_t story = 0;
	int code = story_of(index, self->entry, &story);

	for (size_t i = 0; i < count && code == SQLITE_OK && story == 0; i++) {
		code = join(index, self, &(const struct member){ hits[i].entry, hits[i].feed });
		if (code == SQLITE_OK)
			code = story_of(index, self->entry, &story);
	}
	return code;
}

static int
join_one(struct index *index, const struct index_batch *batch, const struct index_doc *doc)
{
	const struct member self = { doc->entry, doc->feed };
	const struct near_entry is = { doc->entry, doc->feed, doc->ord >> 16 };
	int code = join_alike(index, batch, doc, DOC_BY_LINK, doc->keys.link);

	if (code == SQLITE_OK)
		code = join_alike(index, batch, doc, DOC_BY_WORDS, doc->keys.words);
	if (code == SQLITE_OK && doc->keys.sketch != NULL)
		code = join_copy(index, &self, &is, doc->keys.sketch);
	if (code == SQLITE_OK && doc->keys.sketch != NULL)
		code = keep_sketch(index, &is, doc->keys.sketch);
	return code;
}

int
index_story_join(struct index *index, const struct index_batch *batch)
{
	int code = load(index);

	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		if (!batch->docs[i].removed)
			code = join_one(index, batch, &batch->docs[i]);
	}
	return code;
}

static int
drop_one(struct index *index, uint32_t entry)
{
	int64_t story = 0;
	int code = story_of(index, entry, &story);

	near_remove(index->near, entry);
	if (code == SQLITE_OK)
		code = change(index, SKETCH_DELETE, entry, 0, 0);
	if (code == SQLITE_OK && story != 0)
		code = change(index, STORY_DELETE, entry, 0, 0);
	return code == SQLITE_OK && story != 0 ? settle(index, story) : code;
}

int
index_story_drop(struct index *index, const struct index_batch *batch)
{
	int code = load(index);

	for (size_t i = 0; i < batch->count && code == SQLITE_OK; i++) {
		if (batch->docs[i].known)
			code = drop_one(index, batch->docs[i].entry);
	}
	return code;
}
