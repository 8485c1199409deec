/* What has gone: removed entries until they are forgotten, removed feeds until nothing is left of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/core/store-retain.h"
#include "daemon/core/store-trace.h"
#include "tests/daemon/store-kit.h"

enum { DAY = 86400 };

/* All steps. */
static void
forget(int64_t now_s)
{
	struct store_forget walk = { 0 };
	int more;

	do
		more = store_forget_gone(kit_store, now_s, &walk);
	while (more == 1);
	kit_expect(more, STORE_OK, "forget");
}

static int64_t
aliases(void)
{
	return kit_number("gazette.db", "SELECT count(*) FROM alias");
}

/*
 * Entry 1 is removed on day 0. A step is a day and what comes then, as often as it says, an hour apart: a document, "=" (it has not
 * changed), "-" (a poll that failed), "<" and a document that nobody asked for. Behind them entry 1 is forgotten or not.
 */
enum { STEPS = 5 };

static const struct {
	const char *name;
	struct { int day, times; const char *document; } steps[STEPS];
	int day;
	bool forgotten;
} rows[] = {
	{ "absent long enough", { { 1, 1, "g:2 t:B" }, { 2, 10, "g:2 t:B" } }, 91, true },
	{ "a day too early", { { 1, 1, "g:2 t:B" }, { 2, 10, "g:2 t:B" } }, 90, false },
	{ "a poll too few", { { 1, 1, "g:2 t:B" }, { 2, 9, "g:2 t:B" } }, 999, false },
	{ "polls that find nothing new count", { { 1, 1, "g:2 t:B" }, { 2, 10, "=" } }, 91, true },
	{ "polls that fail do not", { { 1, 1, "g:2 t:B" }, { 2, 99, "-" }, { 3, 9, "=" } }, 999, false },
	{ "listed all the time", { { 1, 20, "g:1 t:A" }, { 200, 1, "g:1 t:A" } }, 999, false },
	{ "listed in a document that does not change", { { 1, 1, "g:1 t:A" }, { 2, 99, "=" } }, 999, false },
	{ "and then in none", { { 1, 1, "g:1 t:A" }, { 2, 99, "=" }, { 300, 1, "g:2 t:B" }, { 301, 10, "=" } }, 389, false },
	{ "in none for long", { { 1, 1, "g:1 t:A" }, { 2, 99, "=" }, { 300, 1, "g:2 t:B" }, { 301, 10, "=" } }, 390, true },
	{ "it came again in between", { { 1, 10, "g:2 t:B" }, { 80, 1, "g:1 t:A" }, { 81, 20, "g:2 t:B" } }, 170, false },
	{ "and went again", { { 1, 10, "g:2 t:B" }, { 80, 1, "g:1 t:A" }, { 81, 20, "g:2 t:B" } }, 171, true },
	{ "it came by another way", { { 1, 10, "g:2 t:B" }, { 80, 1, "<g:1 t:A" }, { 81, 20, "=" } }, 999, false },
	{ "what nobody asked for has not all", { { 1, 20, "<g:2 t:B" }, { 2, 20, "=" } }, 999, false },
	{ "an empty document", { { 1, 1, "" }, { 2, 10, "" } }, 91, true },
	{ "no poll at all", { { 0, 0, NULL } }, 9999, false },
};

static void
unasked(uint32_t feed, const char *document, int64_t now_s)
{
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;

	kit_collect(job, document);
	kit_expect(store_job_apply(job, feed, now_s, &counts), STORE_OK, document);
	kit_expect(store_job_keep(job, feed, now_s), STORE_OK, document);
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, document);
}

static void
come(uint32_t feed, const char *document, int64_t now_s)
{
	if (document[0] == '=')
		kit_poll(feed, OUTCOME_NOT_MODIFIED, now_s, now_s + KIT_HOUR);
	else if (document[0] == '-')
		kit_poll(feed, OUTCOME_HTTP, now_s, now_s + KIT_HOUR);
	else if (document[0] == '<')
		unasked(feed, document + 1, now_s);
	else
		kit_take(feed, document, now_s, NULL);
}

static void
test_absent(void **state)
{
	struct store_counts counts;
	struct store_why why;
	char url[64];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t feed;

		assert_int_equal(kit_setup(state), 0);
		snprintf(url, sizeof url, "https://example.org/%zu", i);
		feed = kit_feed(url);
		kit_take(feed, "g:1 t:A", KIT_NOW, NULL);
		kit_sql("gazette.db", "INSERT INTO trace(entry, what, subject, feed, first, last) VALUES (1, 7, 0, 1, 5, 5); DELETE FROM content; "
		    "DELETE FROM entry");
		for (size_t step = 0; step < STEPS && rows[i].steps[step].document != NULL; step++)
			for (int n = 0; n < rows[i].steps[step].times; n++)
				come(feed, rows[i].steps[step].document, KIT_NOW + (int64_t)rows[i].steps[step].day * DAY + n * KIT_HOUR);
		forget(KIT_NOW + (int64_t)rows[i].day * DAY);
		kit_expect(store_why(kit_store, 1, &why), rows[i].forgotten ? STORE_ENONE : STORE_OK, rows[i].name);
		kit_take(feed, "g:1 t:A", KIT_NOW + 9999LL * DAY, &counts);
		if ((counts.added == 1) != rows[i].forgotten)
			fail_msg("row %zu, %s: it came as %s", i, rows[i].name, counts.added == 1 ? "a new one" : "a known one");
		kit_teardown(state);
	}
}

/* In many steps, of one feed among others, and of what is listed nothing. */
static void
test_forget_many(void **state)
{
	enum { MANY = 2500 };
	uint32_t one = kit_feed("https://one.example/"), two = kit_feed("https://two.example/");
	struct store_forget walk = { 0 };
	int steps = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		kit_feed((char[]){ 'a' + (char)(i % 26), 'a' + (char)(i / 26), '\0' });
	kit_take(one, "g:keep l:/keep t:Keep c:k", KIT_NOW, NULL);
	kit_take(two, "g:1 l:/1 t:A c:x", KIT_NOW, NULL);
	kit_sql("gazette.db", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO alias(feed, hash, kind, "
	    "entry) SELECT 1, i * 7919, 1 + i % 3, 10 + i FROM n; INSERT INTO gone(feed, entry, absent, polls) SELECT 1, entry, 5, 0 FROM "
	    "alias WHERE feed = 1 AND entry > 10; UPDATE gone SET absent = NULL, polls = NULL WHERE entry = 1000; "
	    "UPDATE feed_state SET polls = 10 WHERE feed = 1");
	while (store_forget_gone(kit_store, KIT_NOW, &walk) == 1)
		steps++;
	assert_true(steps > MANY / 1000 * 2);
	assert_int_equal(aliases(), 3 + 3 + 1);
	assert_int_equal(kit_number("gazette.db", "SELECT entry FROM gone"), 1000);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM alias WHERE entry = 1000"), 1);
}

/* It may be broken off at any step. */
static void
test_forget_broken_off(void **state)
{
	uint32_t feed = kit_feed("https://one.example/");

	(void)state;
	kit_take(feed, "g:1 l:/1 t:A c:x", KIT_NOW, NULL);
	kit_sql("gazette.db", "DELETE FROM entry; UPDATE gone SET absent = 5, polls = 0; UPDATE feed_state SET polls = 10");
	for (int steps = 1; aliases() + kit_number("gazette.db", "SELECT count(*) FROM gone") > 0; steps++) {
		struct store_forget walk = { 0 };

		assert_true(steps < 9);
		for (int i = 0; i < steps && store_forget_gone(kit_store, KIT_NOW, &walk) == 1; i++)
			continue;
		/* no alias without what says that it may go */
		assert_true(aliases() == 0 || kit_number("gazette.db", "SELECT count(*) FROM gone") == 1);
		kit_reopen();
	}
}

/* --- feeds ------------------------------------------------------------------------------------------------------ */

static void
fill(uint32_t feed, const char *prefix, int count)
{
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;
	char guid[32];

	for (int i = 0; i < count; i++) {
		struct rec_entry rec = { .ordinal = (uint64_t)i, .published = KIT_NOW - i, .modified = STORE_ABSENT, .content_hash = (uint64_t)i };

		snprintf(guid, sizeof guid, "%s%d", prefix, i);
		rec.guid = rec.title = rec.html = SPAN(guid);
		kit_expect(store_job_entry(job, &rec), STORE_OK, guid);
	}
	kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, "fill");
	kit_expect(store_job_keep(job, feed, KIT_NOW), STORE_OK, "fill");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "fill");
}

enum { FEW = STORE_SWEEP_AT_ONCE, MANY = STORE_SWEEP_AT_ONCE + 1 };

static void
mark(uint32_t id, const char *tag, int64_t expected)
{
	struct span add = SPAN(tag);
	const struct store_tag_edit edit = { .add = { &add, 1 } };
	int64_t changed;

	kit_expect(store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed), STORE_OK, tag);
	assert_int_equal(changed, expected);
}

/* Entries 1 to 3 are another feed's, the others of the one that goes; some have tags and a star. */
static uint32_t
two_feeds(int count)
{
	uint32_t stays = kit_feed("https://stays.example/"), goes = kit_feed("https://goes.example/");

	fill(stays, "s", 3);
	fill(goes, "g", count);
	mark(1, "own", 1);
	mark(4, "own", 1);
	mark(5, "starred", 1);
	return goes;
}

static int
give_nothing(void *arg, const struct store_item *item)
{
	(void)arg;
	(void)item;
	return 0;
}

/* What is left as everybody sees it. */
static void
expect_gone(void)
{
	struct store_stats stats;
	struct store_why why;

	assert_string_equal(kit_list("", STORE_NEWEST), "3 2 1");
	assert_string_equal(kit_list("tag:own", STORE_NEWEST), "1");
	assert_string_equal(kit_list("is:unread OR is:starred", STORE_OLDEST), "1 2 3");
	assert_int_equal(kit_count(""), 3);
	assert_int_equal(kit_count("is:starred"), 0);
	assert_int_equal(kit_count("tag:own"), 1);
	assert_int_equal(kit_count("is:read OR is:unread"), 3);
	kit_expect(store_stats(kit_store, &stats), STORE_OK, "stats");
	assert_int_equal(stats.items, 3);
	assert_int_equal(stats.unread, 3);
	assert_int_equal(stats.starred, 0);
	assert_int_equal(stats.feeds, 1);
	kit_expect(store_item_get(kit_store, 10, 0, give_nothing, NULL), STORE_ENONE, "get");
	kit_expect(store_why(kit_store, 10, &why), STORE_ENONE, "why");
	mark(10, "starred", 0);
}

static int64_t
rows_left(void)
{
	return kit_number("gazette.db", "SELECT (SELECT count(*) FROM entry WHERE feed = 2) + (SELECT count(*) FROM content WHERE entry > 3) + "
	    "(SELECT count(*) FROM alias WHERE feed = 2) + (SELECT count(*) FROM trace WHERE feed = 2) + (SELECT count(*) FROM entry_tag "
	    "WHERE entry > 3) + (SELECT count(*) FROM gone WHERE feed = 2) + (SELECT count(*) FROM doomed) + (SELECT count(*) FROM feed_state "
	    "WHERE feed = 2) + (SELECT count(*) FROM feed_count WHERE feed = 2) + (SELECT count(*) FROM feed WHERE id = 2)");
}

static void
remove_feed(uint32_t feed, int64_t expected)
{
	int64_t items = 0;

	kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &items), STORE_OK, "remove");
	assert_int_equal(items, expected);
	kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &items), STORE_ENONE, "remove again");
}

static int
count_change(void *arg, const struct store_change *change)
{
	int *counts = arg;

	counts[change->what]++;
	return 0;
}

static void
test_few(void **state)
{
	(void)state;
	remove_feed(two_feeds(FEW), FEW);
	assert_int_equal(rows_left(), 0);
	assert_int_equal(store_feed_sweep(kit_store, KIT_NOW), 0);
	expect_gone();
}

/* Invisible at once, then gone by steps, each of which may be the last before a crash. */
static void
test_many(void **state)
{
	uint32_t feed = two_feeds(MANY);
	int64_t seq = store_seq(kit_store), entries = MANY;
	int steps = 0, more = 1, counts[STORE_ITEM_DROPPED + 1] = { 0 };

	(void)state;
	remove_feed(feed, MANY);
	for (; more == 1; steps++) {
		int64_t left = kit_number("gazette.db", "SELECT count(*) FROM entry WHERE feed = 2");

		assert_true(entries - left <= STORE_SWEEP_STEP);
		entries = left;
		expect_gone();
		if (steps % 2 == 1)
			kit_reopen();
		more = store_feed_sweep(kit_store, KIT_NOW);
	}
	kit_expect(more, STORE_OK, "sweep");
	assert_true(steps > MANY / STORE_SWEEP_STEP);
	assert_int_equal(rows_left(), 0);
	expect_gone();
	kit_expect(store_changes(kit_store, seq, store_seq(kit_store), 100000, count_change, counts), STORE_OK, "changes");
	assert_int_equal(counts[STORE_FEED_REMOVED], 1);
	assert_int_equal(counts[STORE_ITEM_REMOVED] + counts[STORE_ITEM_DROPPED] + counts[STORE_ITEM_TAGS], 0);
	/* every one of them is said to the index */
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE what = 8"), MANY);
	assert_int_equal(kit_number("gazette.db", "SELECT count(DISTINCT entry) FROM stale WHERE feed = 2"), MANY);
}

/* What was done to entries that went with their feed cannot be taken back, the rest can. */
static void
test_undo(void **state)
{
	uint32_t feed = two_feeds(MANY);
	int64_t undone, changed;

	(void)state;
	remove_feed(feed, MANY);
	kit_expect(store_undo(kit_store, 3, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(undone, 3);
	assert_int_equal(changed, 1);
	assert_int_equal(kit_count("tag:own"), 0);
}

/* The same url again is another feed, which has nothing to do with the one that goes. */
static void
test_again(void **state)
{
	uint32_t feed = two_feeds(MANY), again;

	(void)state;
	remove_feed(feed, MANY);
	again = kit_feed("https://goes.example/");
	assert_int_not_equal(again, feed);
	fill(again, "g", 5);
	while (store_feed_sweep(kit_store, KIT_NOW) == 1)
		continue;
	assert_int_equal(kit_count("feed:goes.example"), 5);
	assert_int_equal(kit_count(""), 8);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM alias WHERE feed = 3 AND kind = 1"), 5);
}

/* Earlier ones that were removed have left aliases: they count for how many there are, too. */
static void
test_aliases_left(void **state)
{
	uint32_t feed = two_feeds(MANY);

	(void)state;
	kit_sql("gazette.db", "DELETE FROM content WHERE entry > 3; DELETE FROM entry WHERE feed = 2; DELETE FROM entry_tag WHERE entry > 3");
	remove_feed(feed, 0);
	assert_true(rows_left() > MANY);
	expect_gone();
	while (store_feed_sweep(kit_store, KIT_NOW) == 1)
		continue;
	assert_int_equal(rows_left(), 0);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent), ROW(test_forget_many), ROW(test_forget_broken_off), ROW(test_few), ROW(test_many), ROW(test_undo),
		ROW(test_again), ROW(test_aliases_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
