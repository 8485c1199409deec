#include "tests/daemon/store-kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/shared/sqlite-words.h"
#include "feeds/base/hash.h"
#include "schema/schema.h"

enum { LINE_BYTES = 8192, VALUE_BYTES = 1024, VALUES = 12 };

struct store *kit_store;
char kit_dir[64];

void
kit_expect(int rc, int expected, const char *what)
{
	if (rc != expected)
		fail_msg("%s: %s (%d) where %s was expected: %s", what, store_word((enum store_status)rc), rc,
		    store_word((enum store_status)expected), kit_store != NULL ? store_error(kit_store) : "");
}

int
kit_setup(void **state)
{
	char error[STORE_ERROR_BYTES];

	(void)state;
	setenv("TZ", "UTC", 1);
	snprintf(kit_dir, sizeof kit_dir, "/tmp/test-store.XXXXXX");
	if (mkdtemp(kit_dir) == NULL)
		return -1;
	return store_open(&kit_store, kit_dir, error);
}

int
kit_teardown(void **state)
{
	static const char *const names[] = { "gazette.db", "gazette.db-wal", "gazette.db-shm", "index.db", "index.db-wal",
	    "index.db-shm" };
	char path[128];

	(void)state;
	store_close(kit_store);
	kit_store = NULL;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", kit_dir, names[i]);
		unlink(path);
	}
	return rmdir(kit_dir);
}

void
kit_reopen(void)
{
	char error[STORE_ERROR_BYTES] = "";

	store_close(kit_store);
	if (store_open(&kit_store, kit_dir, error) != STORE_OK)
		fail_msg("open again: %s", error);
}

uint32_t
kit_feed(const char *url)
{
	const struct store_feed_new new = { .url = SPAN(url), .now_s = KIT_NOW, .next_poll_s = KIT_NOW };
	uint32_t feed = 0;

	kit_expect(store_feed_add(kit_store, &new, &feed), STORE_OK, url);
	return feed;
}

/* --- documents -------------------------------------------------------------------------------------------- */

struct words { char text[VALUES][VALUE_BYTES]; size_t count; };

static struct span
keep(struct words *words, const char *prefix, const char *value, const char *suffix)
{
	char *slot = words->text[words->count++];

	assert_true(words->count < VALUES);
	snprintf(slot, VALUE_BYTES, "%s%s%s", prefix, value, suffix);
	for (char *at = slot; *at != '\0'; at++)
		*at = *at == '_' ? ' ' : *at;
	return SPAN(slot);
}

static void
set_field(struct rec_entry *rec, struct words *words, char name, const char *value)
{
	switch (name) {
	case 'g': rec->guid = keep(words, "", value, ""); break;
	case 'l': rec->url = keep(words, "https://example.org", value, ""); break;
	case 't': rec->title = keep(words, "", value, ""); break;
	case 'c': rec->html = keep(words, "<p>", value, "</p>"); break;
	case 'a': rec->authors = keep(words, "", value, ""); break;
	case 'j': rec->rest = keep(words, "{", value, "}"); break;
	case 'n': rec->language = keep(words, "", value, ""); break;
	case 'd': rec->published = atoll(value); break;
	case 'm': rec->modified = atoll(value); break;
	default: fail_msg("no such field: %c", name);
	}
}

static void
hash_content(struct rec_entry *rec)
{
	static const struct hash_key key = { 1, 2 };
	struct hash_state state;

	hash_init(&state, &key);
	hash_update(&state, rec->title.ptr, rec->title.len);
	hash_update(&state, "\n", 1);
	hash_update(&state, rec->html.ptr, rec->html.len);
	rec->content_hash = hash_final(&state);
}

static void
collect_entry(struct store_job *job, char *line, uint64_t ordinal)
{
	struct words *words = calloc(1, sizeof *words);
	struct rec_entry rec = { .ordinal = ordinal, .published = STORE_ABSENT, .modified = STORE_ABSENT };
	char *rest = NULL;

	assert_non_null(words);
	for (char *word = strtok_r(line, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		if (word[0] == 'h') {
			const struct rec_feed feed = { .home_page_url = SPAN(word + 2), .ttl_min = STORE_ABSENT,
			    .update_frequency = STORE_ABSENT };

			kit_expect(store_job_feed(job, &feed), STORE_OK, "feed");
		} else
			set_field(&rec, words, word[0], word + 2);
	}
	hash_content(&rec);
	kit_expect(store_job_entry(job, &rec), STORE_OK, "entry");
	free(words);
}

void
kit_collect(struct store_job *job, const char *document)
{
	char line[LINE_BYTES], *rest = NULL;
	uint64_t ordinal = 0;

	assert_true(snprintf(line, sizeof line, "%s", document) < (int)sizeof line);
	for (char *entry = strtok_r(line, "|", &rest); entry != NULL; entry = strtok_r(NULL, "|", &rest))
		collect_entry(job, entry, ordinal++);
}

void
kit_take(uint32_t feed, const char *document, int64_t now_s, struct store_counts *counts)
{
	const struct rec_done done = { .outcome = OUTCOME_OK, .http_status = 200 };
	const struct store_poll poll = { .at_s = now_s, .next_poll_s = now_s + KIT_HOUR, .interval_s = KIT_HOUR,
	    .retry_s = STORE_ABSENT };
	struct store_job *job = store_job_new(kit_store);
	struct store_counts ignored;

	kit_collect(job, document);
	kit_expect(store_job_apply(job, feed, now_s, counts != NULL ? counts : &ignored), STORE_OK, document);
	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, document);
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, document);
}

void
kit_poll(uint32_t feed, enum outcome outcome, int64_t at_s, int64_t next_s)
{
	const struct rec_done done = { .outcome = outcome, .message = SPAN("it went wrong"),
	    .http_status = outcome == OUTCOME_HTTP ? 500 : 0 };
	const struct store_poll poll = { .at_s = at_s, .next_poll_s = next_s, .interval_s = KIT_HOUR, .retry_s = STORE_ABSENT };
	struct store_job *job = store_job_new(kit_store);

	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "poll");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "poll");
}

/* --- the files from outside ---------------------------------------------------------------------------------- */

static sqlite3 *
open_file(const char *file)
{
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/%s", kit_dir, file);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite_words_add(db), SQLITE_OK);
	return db;
}

void
kit_version(size_t version)
{
	char path[128], sql[128];

	store_close(kit_store);
	kit_store = NULL;
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	unlink(path);
	for (size_t i = 0; i < version; i++)
		kit_sql("gazette.db", schema_migrations[i].sql);
	snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu", SCHEMA_APPLICATION_ID, version);
	kit_sql("gazette.db", sql);
}

void
kit_sql(const char *file, const char *sql)
{
	sqlite3 *db = open_file(file);

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

int64_t
kit_number(const char *file, const char *sql)
{
	sqlite3 *db = open_file(file);
	sqlite3_stmt *stmt;
	int64_t number;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK || sqlite3_step(stmt) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return number;
}

/* --- queries ---------------------------------------------------------------------------------------------------- */

static struct query *
parse(const char *text)
{
	struct query_error error;
	struct query *query;

	if (store_query(kit_store, text, strlen(text), KIT_NOW, &query, &error) != STORE_OK)
		fail_msg("%s: %s", text, error.message);
	return query;
}

static char list[4096];

static int
on_item(void *arg, const struct store_item *item)
{
	size_t len = strlen(list);

	(void)arg;
	snprintf(list + len, sizeof list - len, "%s%u", len > 0 ? " " : "", item->id);
	return 0;
}

const char *
kit_list(const char *text, enum store_sort sort)
{
	struct store_page page = { .query = parse(text), .limit = 1000, .sort = sort };

	list[0] = '\0';
	kit_expect(store_item_list(kit_store, &page, on_item, NULL), STORE_OK, text);
	query_free((struct query *)page.query);
	return list;
}

int64_t
kit_count(const char *text)
{
	struct query *query = parse(text);
	int64_t count = -1;

	kit_expect(store_item_count(kit_store, query, &count), STORE_OK, text);
	query_free(query);
	return count;
}

static int
on_tag(void *arg, const struct store_tag *tag)
{
	size_t len = strlen(list);

	(void)arg;
	snprintf(list + len, sizeof list - len, "%s%.*s %lld %lld", len > 0 ? ", " : "", (int)tag->name.len, tag->name.ptr, (long long)tag->items,
	    (long long)tag->feeds);
	return 0;
}

const char *
kit_tags(void)
{
	list[0] = '\0';
	kit_expect(store_tag_each(kit_store, (struct span){ NULL, 0 }, on_tag, NULL), STORE_OK, "tags");
	return list;
}
