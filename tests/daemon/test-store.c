/* gazette.db as a file: opening, refusing, transactions, what is kept exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "schema/schema.h"
#include "daemon/core/store-retain.h"
#include "tests/daemon/store-kit.h"

/* --- the file ---------------------------------------------------------------------------------------------- */

enum { WHOLE_MAX = 8 << 20 };

static char *
read_whole(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	char *bytes = malloc(WHOLE_MAX);

	assert_non_null(file);
	assert_non_null(bytes);
	*len = fread(bytes, 1, WHOLE_MAX, file);
	fclose(file);
	return bytes;
}

/* What opening says of a file that was spoilt, and that it left it alone. */
static void
refused(int expected, const char *part)
{
	char error[STORE_ERROR_BYTES] = "", path[128], *before, *after;
	size_t before_len, after_len;
	struct store *store;

	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	before = read_whole(path, &before_len);
	kit_expect(store_open(&store, kit_dir, error), expected, part);
	after = read_whole(path, &after_len);
	assert_null(store);
	if (strstr(error, part) == NULL || strstr(error, path) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", path, error, part);
	if (before_len != after_len || memcmp(before, after, before_len) != 0)
		fail_msg("%s: the file was changed", part);
	free(before);
	free(after);
}

static void
close_store(void)
{
	store_close(kit_store);
	kit_store = NULL;
}

static void
overwrite(long offset, const char *bytes, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void
test_newer(void **state)
{
	(void)state;
	close_store();
	kit_sql("gazette.db", "PRAGMA user_version = 9999");
	refused(STORE_ENEWER, "newer");
}

static void
test_not_ours(void **state)
{
	(void)state;
	close_store();
	kit_sql("gazette.db", "PRAGMA application_id = 1");
	refused(STORE_EOPEN, "not gazetted's database");
}

static void
test_no_database(void **state)
{
	char text[8192];

	(void)state;
	close_store();
	/* what cannot be packed much */
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('!' + (i * i * 2654435761u >> 13) % 94);
	overwrite(0, text, sizeof text);
	refused(STORE_EDAMAGED, "damaged");
}

static void
test_damaged(void **state)
{
	char zeros[4096] = "";
	uint32_t feed = kit_feed("https://example.org/");

	(void)state;
	kit_take(feed, "g:1 t:A c:x|g:2 t:B c:y", KIT_NOW, NULL);
	close_store();
	for (int page = 2; page < 12; page++)
		overwrite(page * 4096L, zeros, sizeof zeros);
	refused(STORE_EDAMAGED, "damaged");
}

static void
test_cut_short(void **state)
{
	char path[128];
	uint32_t feed = kit_feed("https://example.org/");

	(void)state;
	kit_take(feed, "g:1 t:A c:x|g:2 t:B c:y", KIT_NOW, NULL);
	close_store();
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	assert_int_equal(truncate(path, 10 * 4096), 0);
	refused(STORE_EDAMAGED, "damaged");
}

/* What is left by a kill between the creation of the file and the first migration. */
static void
test_begun(void **state)
{
	char path[128];

	(void)state;
	close_store();
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	assert_int_equal(truncate(path, 0), 0);
	kit_reopen();
	assert_int_equal(kit_feed("https://example.org/"), 1);
}

/* That is no first start: there is an index. */
static void
test_emptied(void **state)
{
	char path[128];
	FILE *index;

	(void)state;
	close_store();
	snprintf(path, sizeof path, "%s/index.db", kit_dir);
	index = fopen(path, "w");
	assert_non_null(index);
	fputs("index", index);
	fclose(index);
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	assert_int_equal(truncate(path, 0), 0);
	refused(STORE_EDAMAGED, "damaged");
	assert_int_equal(unlink(path), 0);
	kit_reopen();
}

static void
test_version_and_id(void **state)
{
	(void)state;
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_int_equal(kit_number("gazette.db", "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM meta WHERE length(value) = 16"), 2);
	for (size_t i = 0; i < schema_migrations_count; i++)
		assert_int_equal(schema_migrations[i].version, (int)i + 1);
}

static int
see_old(void *arg, const struct store_feed *feed)
{
	*(struct store_feed *)arg = *feed;
	return 0;
}

/* Version 1 knew neither how often a feed has news nor why it is polled: all else is as it was, and it goes on. */
static void
test_from_version_1(void **state)
{
	struct store_feed feed;
	struct store_counts counts;

	(void)state;
	kit_version(1);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, title, added, hints) VALUES (1, 'https://example.org/', 'Old', 1000, '{\"ttl_min\":5}');"
	    "INSERT INTO feed_state(feed, next_poll, last_poll, last_success, interval, failures, etag) VALUES (1, 5000, 1500, 1400, 3600, 2, 'x');"
	    "INSERT INTO feed_count(feed) VALUES (1);"
	    "INSERT INTO entry(id, feed, ord, seq, unread, published, received, content_hash, title) VALUES (1, 1, 1000 << 16, 2, 1, 1000, 1400, 7, 'A');"
	    "INSERT INTO content(entry, guid, text) VALUES (1, 'g', 'text');"
	    "INSERT INTO change(seq, at, what, feed) VALUES (1, 1000, 1, 1); INSERT INTO change(seq, at, what, feed, entry) VALUES (2, 1400, 4, 1, 1);"
	    "UPDATE counter SET seq = 2, entry = 1, feed = 1");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	kit_expect(store_feed_get(kit_store, 1, see_old, &feed), STORE_OK, "feed");
	assert_int_equal(feed.next_poll_s, 5000);
	assert_int_equal(feed.last_success_s, 1400);
	assert_int_equal(feed.failures, 2);
	assert_int_equal(feed.total, 1);
	assert_int_equal(feed.unread, 1);
	assert_int_equal(feed.why, STORE_ABSENT);
	assert_int_equal(feed.watched_s, 0);
	assert_string_equal(kit_list("is:unread", STORE_NEWEST), "1");
	kit_take(1, "g:2 t:B", KIT_NOW, &counts);
	assert_int_equal(counts.added, 1);
	assert_int_equal(store_seq(kit_store), 4);
	assert_int_equal(kit_feed("https://example.org/2"), 2);
	assert_string_equal(kit_list("*", STORE_NEWEST), "2 1");
}

/* Version 3 knew nothing of moves, crashes and silence: no feed is blamed, and one on its way goes on. */
static void
test_from_version_3(void **state)
{
	(void)state;
	kit_version(3);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000), (2, 'https://example.org/2', 1000);"
	    "INSERT INTO feed_state(feed, next_poll, last_poll, moved_url) VALUES (1, 5000, 1500, 'https://example.org/1'), (2, 5000, 1600, NULL);"
	    "INSERT INTO feed_count(feed) VALUES (1), (2); UPDATE counter SET feed = 2");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_int_equal(kit_number("gazette.db", "SELECT sum(moving_since) FROM feed_state"), 1500);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM feed_state WHERE crashes = 0 AND quarantine IS NULL AND "
	    "quiet_until IS NULL AND silent_since IS NULL"), 2);
	assert_int_equal(kit_number("gazette.db", "SELECT (SELECT count(*) FROM move) + (SELECT count(*) FROM host_rest)"), 0);
}

/* Version 6 knew no rules: there are none, and what was there keeps what it was. */
static void
test_from_version_6(void **state)
{
	(void)state;
	kit_version(6);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000); INSERT INTO feed_count(feed) VALUES (1);"
	    "INSERT INTO feed_state(feed) VALUES (1);"
	    "INSERT INTO entry(id, feed, ord, seq, unread, received, content_hash, title) VALUES (1, 1, 1000 << 16, 1, 1, 1400, 7, 'A');"
	    "INSERT INTO change(seq, at, what, feed, entry) VALUES (1, 1400, 1, 1, 1); UPDATE counter SET seq = 1, entry = 1, feed = 1");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_int_equal(kit_number("gazette.db", "SELECT (SELECT count(*) FROM rule) + (SELECT count(*) FROM errand) + "
	    "(SELECT count(*) FROM cursor) + (SELECT count(*) FROM trace)"), 0);
	assert_string_equal(kit_list("is:unread", STORE_NEWEST), "1");
}

/* Version 9 looked at each entry for its feed; what has a tag, by its feed or itself, is found as before. */
static void
test_from_version_9(void **state)
{
	(void)state;
	kit_version(9);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000), (2, 'https://example.org/2', 1000);"
	    "INSERT INTO feed_count(feed) VALUES (1), (2); INSERT INTO feed_tag(tag, feed) VALUES ('x', 1); INSERT INTO entry_tag(tag, entry) VALUES ('x', 4);"
	    "INSERT INTO entry(id, feed, ord, seq, unread, tagged, received, content_hash) VALUES (1, 1, 1000 << 16, 1, 1, 0, 1400, 7),"
	    "(2, 1, 2000 << 16, 2, 0, 0, 1400, 8), (3, 2, 3000 << 16, 3, 1, 0, 1400, 9), (4, 2, 4000 << 16, 4, 1, 1, 1400, 10);"
	    "UPDATE counter SET seq = 4, entry = 4, feed = 2");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_string_equal(kit_list("is:unread tag:x", STORE_NEWEST), "4 1");
	assert_string_equal(kit_list("is:read tag:x", STORE_NEWEST), "2");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM pragma_index_info('entry_unread')"), 3);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM pragma_index_info('entry_read')"), 3);
}

/* Version 10 did not count tags, nor know who has done what. */
static void
test_from_version_10(void **state)
{
	int64_t undone, changed;

	(void)state;
	kit_version(10);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000); INSERT INTO feed_count(feed) VALUES (1);"
	    "INSERT INTO feed_tag(tag, feed) VALUES ('x', 1), ('y', 1); INSERT INTO entry_tag(tag, entry) VALUES ('x', 1), ('x', 2), ('a', 1);"
	    "INSERT INTO entry(id, feed, ord, seq, unread, tagged, received, content_hash) VALUES (1, 1, 1000 << 16, 1, 1, 1, 1400, 7),"
	    "(2, 1, 2000 << 16, 2, 0, 1, 1400, 8); INSERT INTO change(seq, at, what, feed, entry, detail) VALUES (1, 5, 3, 1, 1, '+x');"
	    "INSERT INTO operation(first, last, at) VALUES (1, 1, 5); UPDATE counter SET seq = 2, entry = 2, feed = 1");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_string_equal(kit_tags(), "a 1 0, unread 1 0, x 2 1, y 0 1");
	kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_string_equal(kit_tags(), "a 1 0, unread 1 0, x 1 1, y 0 1");
}

static int
on_text(void *arg, const struct store_item *item)
{
	snprintf(arg, 64, "%.*s|%.*s|%.*s", (int)item->summary.len, item->summary.ptr, (int)item->html.len, item->html.ptr,
	    (int)item->text.len, item->text.ptr);
	return 0;
}

/* Texts in columns of their own are read, and give way to packed ones when they change. */
static void
test_from_version_7(void **state)
{
	enum { BOTH = STORE_WANT_COLD | STORE_WANT_CONTENT };
	struct store_counts counts;
	char text[64];

	(void)state;
	kit_version(7);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000); INSERT INTO feed_state(feed) VALUES (1);"
	    "INSERT INTO feed_count(feed) VALUES (1); UPDATE counter SET feed = 1");
	kit_reopen();
	kit_take(1, "g:1 t:One c:first d:100", KIT_NOW, NULL);
	kit_sql("gazette.db", "UPDATE content SET packed = NULL, summary = 's', html = '<p>h</p>', text = 't'");
	kit_expect(store_item_get(kit_store, 1, BOTH, on_text, text), STORE_OK, "get");
	assert_string_equal(text, "s|<p>h</p>|t");
	kit_take(1, "g:1 t:One c:second d:100", KIT_NOW, &counts);
	assert_int_equal(counts.updated, 1);
	kit_expect(store_item_get(kit_store, 1, BOTH, on_text, text), STORE_OK, "get");
	assert_string_equal(text, "|<p>second</p>|");
	kit_expect(store_item_revision(kit_store, 1, 0, on_text, text), STORE_OK, "revision");
	assert_string_equal(text, "s|<p>h</p>|t");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content WHERE packed IS NOT NULL AND summary IS NULL AND html IS NULL"), 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM stale WHERE revision = 0 AND title = 'One' AND html = '<p>h</p>'"), 1);
}

/* Without being changed they are packed in steps, which go on where the last process was. */
static void
test_repack(void **state)
{
	enum { BOTH = STORE_WANT_COLD | STORE_WANT_CONTENT, MANY = 350 };
	uint32_t feed = kit_feed("https://example.org/");
	char text[64], document[64];
	int steps = 0, more;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(document, sizeof document, "g:%d t:T%d c:x", i, i);
		kit_take(feed, document, KIT_NOW, NULL);
	}
	kit_sql("gazette.db", "UPDATE content SET packed = NULL, summary = 's', html = '<p>h</p>', text = 't' WHERE entry <> 7");
	do {
		more = store_repack(kit_store);
		steps++;
		kit_reopen();
	} while (more == 1);
	kit_expect(more, STORE_OK, "repack");
	assert_int_equal(steps, 4);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content WHERE packed IS NULL OR coalesce(summary, html, text) IS NOT NULL"), 0);
	kit_expect(store_item_get(kit_store, MANY, BOTH, on_text, text), STORE_OK, "get");
	assert_string_equal(text, "s|<p>h</p>|t");
	kit_expect(store_item_get(kit_store, 7, BOTH, on_text, text), STORE_OK, "get");
	assert_string_equal(text, "|<p>x</p>|");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM stale"), 0);
	/* it has been done for good */
	kit_sql("gazette.db", "UPDATE content SET packed = NULL WHERE entry = 1");
	assert_int_equal(store_repack(kit_store), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content WHERE packed IS NULL"), 1);
}

/* Version 8 did not tell removed entries from those that are not listed any more: they may be listed. */
static void
test_from_version_8(void **state)
{
	struct store_counts counts;

	(void)state;
	kit_version(8);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000); INSERT INTO feed_state(feed) VALUES (1);"
	    "INSERT INTO feed_count(feed) VALUES (1); UPDATE counter SET feed = 1, entry = 2; INSERT INTO alias(feed, hash, kind, entry) VALUES "
	    "(1, 5, 1, 1), (1, 6, 2, 1), (1, 7, 1, 2), (1, 8, 2, 0);"
	    "INSERT INTO entry(id, feed, ord, seq, unread, received, content_hash, title) VALUES (2, 1, 1000 << 16, 1, 1, 1400, 7, 'A');"
	    "INSERT INTO content(entry) VALUES (2)");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM gone WHERE feed = 1 AND entry = 1 AND absent IS NULL"), 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM gone"), 1);
	kit_take(1, "g:1 t:One", KIT_NOW, &counts);
	assert_int_equal(counts.added, 1);
	assert_int_equal(kit_number("gazette.db", "SELECT absent FROM gone"), KIT_NOW);
	assert_int_equal(kit_number("gazette.db", "SELECT facts IS NULL FROM entry WHERE id = 2"), 1);
}

/* A text that cannot be unpacked is an error of its own entry only. */
static void
test_damaged_text(void **state)
{
	char text[64];

	(void)state;
	kit_take(kit_feed("https://example.org/"), "g:2 t:Two c:second d:200|g:1 t:One c:first d:100", KIT_NOW, NULL);
	kit_sql("gazette.db", "UPDATE content SET packed = x'28b52ffd0000' WHERE entry = 1");
	kit_expect(store_item_get(kit_store, 1, STORE_WANT_CONTENT, on_text, text), STORE_EDAMAGED, "damaged");
	assert_non_null(strstr(store_error(kit_store), "damaged"));
	kit_expect(store_item_get(kit_store, 2, STORE_WANT_CONTENT, on_text, text), STORE_OK, "the other one");
	assert_string_equal(kit_list("*", STORE_NEWEST), "2 1");
}

/* Entries by weeks, as far as the newest tell. */
static void
test_weeks(void **state)
{
	const int64_t week_s = STORE_WEEK_S, eighth_s = STORE_WEEKS * week_s;
	int64_t weeks[STORE_WEEKS];
	char document[256];
	uint32_t feed = kit_feed("https://example.org/");

	(void)state;
	snprintf(document, sizeof document, "g:1 t:A c:a d:1|g:2 t:B c:b d:%lld|g:3 t:C c:c d:%lld|g:4 t:D c:d d:%lld", (long long)week_s,
	    (long long)week_s + 1, (long long)eighth_s);
	kit_take(feed, document, KIT_NOW, NULL);
	kit_expect(store_feed_weeks(kit_store, feed, eighth_s, weeks), STORE_OK, "weeks");
	assert_true(weeks[0] == 2 && weeks[1] == 1 && weeks[2] == 0 && weeks[7] == 1);
	kit_expect(store_feed_weeks(kit_store, feed, eighth_s + week_s, weeks), STORE_OK, "a week later");
	assert_true(weeks[0] == 1 && weeks[1] == 0 && weeks[6] == 1 && weeks[7] == 0);
	kit_expect(store_feed_weeks(kit_store, feed, week_s, weeks), STORE_OK, "with the clock put back");
	assert_true(weeks[0] == 0 && weeks[7] == 4);
	for (int item = 10; item <= 10 + STORE_WEEKS_ENTRIES; item++) {
		snprintf(document, sizeof document, "g:%d t:E%d c:e%d d:%lld", item, item, item, (long long)eighth_s - 1);
		kit_take(feed, document, KIT_NOW, NULL);
	}
	kit_expect(store_feed_weeks(kit_store, feed, eighth_s, weeks), STORE_OK, "many");
	assert_true(weeks[7] == STORE_WEEKS_ENTRIES && weeks[0] == 0);
}

static void
test_unwritable_folder(void **state)
{
	char error[STORE_ERROR_BYTES] = "";
	struct store *store;

	(void)state;
	kit_expect(store_open(&store, "/nonexistent/folder", error), STORE_EOPEN, "open");
	assert_non_null(strstr(error, "/nonexistent/folder/gazette.db"));
}

/* Numbers are never given twice, whatever was removed or rolled back. */
static void
test_numbers(void **state)
{
	uint32_t first = kit_feed("https://example.org/1"), second = kit_feed("https://example.org/2");
	int64_t items, seq;

	(void)state;
	kit_take(second, "g:1 t:A|g:2 t:B", KIT_NOW, NULL);
	kit_expect(store_feed_remove(kit_store, second, KIT_NOW, &items), STORE_OK, "remove");
	assert_int_equal(items, 2);
	seq = store_seq(kit_store);
	kit_reopen();
	assert_int_equal(store_seq(kit_store), seq);
	assert_int_equal(kit_feed("https://example.org/3"), second + 1);
	kit_take(first, "g:1 t:A", KIT_NOW, NULL);
	assert_string_equal(kit_list("*", STORE_NEWEST), "3");
	assert_int_equal(kit_number("gazette.db", "SELECT max(seq) - min(seq) + 1 - count(*) FROM change"), 0);
}

/* --- transactions --------------------------------------------------------------------------------------------- */

static struct store_job *
applied(uint32_t feed, const char *document)
{
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;

	kit_collect(job, document);
	kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, document);
	return job;
}

static void
finish(struct store_job *job, uint32_t feed)
{
	const struct rec_done done = { .outcome = OUTCOME_OK };
	const struct store_poll poll = { .at_s = KIT_NOW, .next_poll_s = KIT_NOW + 1, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT };

	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "finish");
	store_job_free(job);
}

/* Readers see a batch when it is committed, and a client's mutation commits it. */
static void
test_batch(void **state)
{
	uint32_t feed = kit_feed("https://example.org/"), id = 1;
	const struct store_tag_edit star = { .add = { (struct span[]){ SPAN("starred") }, 1 } };
	int64_t changed, seq = store_seq(kit_store);

	(void)state;
	finish(applied(feed, "g:1 t:A"), feed);
	assert_true(store_batch_open(kit_store));
	assert_string_equal(kit_list("*", STORE_NEWEST), "");
	assert_int_equal(store_seq(kit_store), seq);
	kit_expect(store_item_tag_ids(kit_store, &id, 1, &star, KIT_NOW, &changed), STORE_OK, "tag");
	assert_int_equal(changed, 1);
	assert_false(store_batch_open(kit_store));
	assert_string_equal(kit_list("is:starred", STORE_NEWEST), "1");
	finish(applied(feed, "g:2 t:B"), feed);
	store_batch_rollback(kit_store);
	assert_string_equal(kit_list("*", STORE_NEWEST), "1");
	finish(applied(feed, "g:3 t:C"), feed);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_string_equal(kit_list("*", STORE_NEWEST), "2 1");
}

/* A job that is given up between apply and finish leaves nothing, and the batch around it stands. */
static void
test_job_given_up(void **state)
{
	uint32_t feed = kit_feed("https://example.org/1"), other = kit_feed("https://example.org/2");
	struct store_counts counts;
	struct store_job *job;

	(void)state;
	finish(applied(feed, "g:1 t:A"), feed);
	store_job_free(applied(other, "g:2 t:B|g:3 t:C"));
	finish(applied(other, "g:4 t:D d:99"), other);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_string_equal(kit_list("*", STORE_OLDEST), "2 1");
	job = store_job_new(kit_store);
	kit_expect(store_job_apply(job, 99, KIT_NOW, &counts), STORE_ENONE, "a feed that is not there");
	store_job_free(job);
	assert_true(store_batch_open(kit_store));
}

static void
test_group(void **state)
{
	struct store_feed_new new = { .url = SPAN("https://example.org/1"), .now_s = KIT_NOW, .next_poll_s = KIT_NOW };
	uint32_t feed, again;

	(void)state;
	kit_expect(store_begin(kit_store), STORE_OK, "begin");
	kit_expect(store_feed_add(kit_store, &new, &feed), STORE_OK, "add");
	kit_expect(store_feed_add(kit_store, &new, &again), STORE_EEXIST, "add again");
	assert_int_equal(again, feed);
	store_rollback(kit_store);
	kit_expect(store_feed_find(kit_store, SPAN("https://example.org/1"), &feed), STORE_ENONE, "rolled back");
	kit_expect(store_begin(kit_store), STORE_OK, "begin");
	kit_expect(store_feed_add(kit_store, &new, &feed), STORE_OK, "add");
	kit_expect(store_commit(kit_store), STORE_OK, "commit");
	kit_expect(store_feed_find(kit_store, SPAN("https://example.org/1"), &feed), STORE_OK, "committed");
}

/* The counters say what counting says, whatever happened. */
static void
test_counters(void **state)
{
	static const char differ[] = "SELECT count(*) FROM feed_count c WHERE "
	    "total <> (SELECT count(*) FROM entry e WHERE c.feed IN (0, e.feed)) OR "
	    "unread <> (SELECT count(*) FROM entry e WHERE unread AND c.feed IN (0, e.feed)) OR "
	    "starred <> (SELECT count(*) FROM entry e WHERE starred AND c.feed IN (0, e.feed))";
	static const char tags_differ[] = "SELECT (SELECT count(*) FROM tag_count c WHERE entries + feeds = 0 OR "
	    "entries <> (SELECT count(*) FROM entry_tag g WHERE g.tag = c.tag) OR feeds <> (SELECT count(*) FROM feed_tag g WHERE g.tag = c.tag)) + "
	    "(SELECT count(*) FROM entry_tag g WHERE g.tag NOT IN (SELECT tag FROM tag_count))";
	static const char *const names[] = { "unread", "starred", "x", "y" };
	uint32_t feeds[] = { kit_feed("https://example.org/1"), kit_feed("https://example.org/2"), kit_feed("https://example.org/3") };
	uint64_t seed = 1;
	char document[64];
	int64_t changed;

	(void)state;
	for (int i = 0; i < 300; i++) {
		uint32_t id = (uint32_t)(seed >> 33) % 60;
		struct span name = SPAN(names[(seed >> 20) % 4]);
		const struct store_tag_edit add = { .add = { &name, 1 } }, take = { .remove = { &name, 1 } };

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		snprintf(document, sizeof document, "g:%u t:A%u c:%d", id, id, i % 5);
		kit_take(feeds[i % 3], document, KIT_NOW + i, NULL);
		kit_expect(store_item_tag_ids(kit_store, &id, 1, i % 2 ? &add : &take, KIT_NOW, &changed), STORE_OK, "tag");
	}
	assert_int_equal(kit_number("gazette.db", differ), 0);
	assert_int_equal(kit_number("gazette.db", tags_differ), 0);
	assert_true(kit_number("gazette.db", "SELECT unread < total AND starred > 0 FROM feed_count WHERE feed = 0"));
	kit_expect(store_feed_remove(kit_store, feeds[1], KIT_NOW, &changed), STORE_OK, "remove");
	assert_int_equal(kit_number("gazette.db", differ), 0);
	assert_int_equal(kit_number("gazette.db", tags_differ), 0);
	assert_int_equal(kit_count("is:unread"), kit_number("gazette.db", "SELECT count(*) FROM entry WHERE unread"));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content c WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = c.entry)"), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry_tag c WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = c.entry)"), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM revision c WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = c.entry)"), 0);
}

static void
test_stats(void **state)
{
	uint32_t feed = kit_feed("https://example.org/1"), other = kit_feed("https://example.org/2");
	struct store_stats stats;

	(void)state;
	kit_take(feed, "g:1 t:A|g:2 t:B", KIT_NOW, NULL);
	kit_poll(other, OUTCOME_TLS, 1, 2);
	kit_expect(store_stats(kit_store, &stats), STORE_OK, "stats");
	assert_int_equal(stats.feeds, 2);
	assert_int_equal(stats.failing, 1);
	assert_int_equal(stats.items, 2);
	assert_int_equal(stats.unread, 2);
	assert_int_equal(stats.starred, 0);
	assert_int_equal(stats.seq, store_seq(kit_store));
	assert_true(stats.database_bytes > 0 && stats.wal_bytes > 0);
	assert_false(stats.index_attached);
	store_idle(kit_store);
}

static int64_t
wal_bytes(void)
{
	struct store_stats stats;

	kit_expect(store_stats(kit_store, &stats), STORE_OK, "stats");
	return stats.wal_bytes;
}

/* Entries of 256 KiB, each in a batch of its own, until the log holds so many pages. */
static void
fill_log(uint32_t feed, int64_t pages)
{
	static char text[256 << 10], guid[16];
	static unsigned number;
	struct rec_entry entry = { .guid = { guid, 0 }, .text = { text, sizeof text }, .published = INT64_MIN, .modified = INT64_MIN };
	struct store_counts counts;
	struct store_job *job;

	/* what cannot be packed much */
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('!' + (i * i * 2654435761u >> 13) % 94);
	for (int i = 0; wal_bytes() < pages * 4096; i++) {
		assert_true(i < 2000);
		entry.guid.len = (size_t)snprintf(guid, sizeof guid, "%u", ++number);
		entry.content_hash = number;
		job = store_job_new(kit_store);
		kit_expect(store_job_entry(job, &entry), STORE_OK, "entry");
		kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, "apply");
		kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
		store_job_free(job);
	}
}

/* The log grows in a burst, is folded back when told to, and never passes its limit by more than a batch. */
static void
test_log(void **state)
{
	enum { BATCH_BYTES = 2 << 20 };
	uint32_t feed = kit_feed("https://example.org/");

	(void)state;
	store_fold(kit_store);
	fill_log(feed, STORE_WAL_PAGES - 1000);
	store_fold(kit_store);
	assert_true(wal_bytes() >= (STORE_WAL_PAGES - 1000) * INT64_C(4096));
	fill_log(feed, STORE_WAL_PAGES + 1000);
	store_fold(kit_store);
	assert_int_equal(wal_bytes(), 0);
	fill_log(feed, STORE_WAL_PAGES_MAX - 100);
	for (int i = 0; i < 400; i++)
		kit_poll(feed, OUTCOME_NOT_MODIFIED, KIT_NOW + i, KIT_NOW + 1000);
	assert_true(wal_bytes() <= STORE_WAL_PAGES_MAX * INT64_C(4096) + BATCH_BYTES);
}

static void
count_asked(void *arg)
{
	++*(int *)arg;
}

/* Somebody else is asked where the log would have been folded back here; what he has moved is not asked for again, and cut when idle. */
static void
test_log_apart(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	int asked = 0, before;
	int64_t bytes;

	(void)state;
	store_fold_by(kit_store, count_asked, &asked);
	fill_log(feed, STORE_WAL_PAGES - 1000);
	store_fold(kit_store);
	assert_int_equal(asked, 0);
	fill_log(feed, STORE_WAL_PAGES + 1000);
	store_fold(kit_store);
	assert_int_equal(asked, 1);
	store_idle(kit_store);
	assert_int_equal(asked, 2);
	bytes = wal_bytes();
	assert_true(store_fold_apart(kit_dir));
	assert_int_equal(wal_bytes(), bytes);
	store_folded(kit_store);
	store_fold(kit_store);
	assert_int_equal(asked, 2);
	store_idle(kit_store);
	assert_int_equal(asked, 2);
	assert_int_equal(wal_bytes(), 0);
	fill_log(feed, STORE_WAL_PAGES_MANY - 100);
	before = asked;
	for (int i = 0; i < 400; i++)
		kit_poll(feed, OUTCOME_NOT_MODIFIED, KIT_NOW + i, KIT_NOW + 1000);
	assert_true(asked > before);
	store_fold_by(kit_store, NULL, NULL);
	store_fold(kit_store);
	assert_int_equal(wal_bytes(), 0);
	assert_false(store_fold_apart("/nonexistent"));
}

/* A reader in the way: not all can be moved, and the next commit does not begin the log anew. */
static void
test_log_read(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	char path[128];
	sqlite3 *db;

	(void)state;
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM feed", NULL, NULL, NULL), SQLITE_OK);
	kit_poll(feed, OUTCOME_NOT_MODIFIED, KIT_NOW, KIT_NOW + 1000);
	assert_false(store_fold_apart(kit_dir));
	sqlite3_close(db);
	assert_true(store_fold_apart(kit_dir));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_newer), ROW(test_not_ours), ROW(test_no_database), ROW(test_damaged), ROW(test_cut_short), ROW(test_begun), ROW(test_emptied),
		ROW(test_version_and_id), ROW(test_from_version_1), ROW(test_from_version_3),
		ROW(test_from_version_6), ROW(test_from_version_7), ROW(test_repack), ROW(test_from_version_8), ROW(test_from_version_9), ROW(test_from_version_10),
		ROW(test_damaged_text),
		ROW(test_weeks), ROW(test_unwritable_folder), ROW(test_numbers), ROW(test_batch), ROW(test_job_given_up),
		ROW(test_group), ROW(test_counters), ROW(test_stats), ROW(test_log), ROW(test_log_apart), ROW(test_log_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
