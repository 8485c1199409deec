/* What is kept, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/core/store-edit.h"
#include "daemon/core/store-retain.h"
#include "tests/daemon/store-kit.h"

enum { DAY = 86400 };

/* All steps. Entries removed. */
static int64_t
retain(int64_t days, int64_t items, int64_t now_s)
{
	const struct store_keep keep = { days, items };
	int64_t removed, sum = 0;
	uint32_t after = 0;
	int more;

	do {
		more = store_retain(kit_store, &keep, now_s, &after, &removed);
		sum += removed;
	} while (more == 1);
	kit_expect(more, STORE_OK, "retain");
	return sum;
}

static void
set(uint32_t feed, const char *settings)
{
	struct span text = SPAN(settings);

	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .settings = &text }), STORE_OK, "set");
}

static void
mark(uint32_t id, const char *tag)
{
	struct span add = SPAN(tag);
	const struct store_tag_edit edit = { .add = { &add, 1 } };
	int64_t changed;

	kit_expect(store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed), STORE_OK, "tag");
}

/* Entries 1 to 4 of feed 1 came on days 0 to 3, with dates long before; 5 and 6 of feed 2 on day 3. */
static int
newsroom(void **state)
{
	static const char *const documents[] = { "g:1 t:A d:1000", "g:2 t:B d:900", "g:3 t:C", "g:4 t:D d:500" };
	uint32_t one, two;

	if (kit_setup(state) != 0)
		return -1;
	one = kit_feed("https://one.example/feed");
	two = kit_feed("https://two.example/feed");
	for (int i = 0; i < 4; i++)
		kit_take(one, documents[i], KIT_NOW + i * DAY, NULL);
	kit_take(two, "g:6 t:F|g:5 t:E", KIT_NOW + 3 * DAY, NULL);
	return 0;
}

static void
test_rows(void **state)
{
	static const struct { int days, items, now_days; const char *settings, *left; } rows[] = {
		{ 0, 0, 9999, "{}", "6 5 3 1 2 4" },
		{ 30, 0, 29, "{}", "6 5 3 1 2 4" },
		{ 30, 0, 31, "{}", "6 5 3 2 4" },
		{ 30, 0, 32, "{}", "6 5 3 4" },
		{ 30, 0, 34, "{}", "" },
		{ 0, 2, 9, "{}", "6 5 3 1" },
		{ 0, 1, 9, "{}", "6 3" },
		{ 2, 1, 5, "{}", "6 4" },
		/* the feed's own */
		{ 0, 0, 9, "{\"keep_items\":1}", "6 5 3" },
		{ 0, 0, 4, "{\"keep_days\":2}", "6 5 3 4" },
		{ 1, 1, 999, "{\"keep_days\":0,\"keep_items\":0}", "3 1 2 4" },
		{ 0, 1, 9, "{\"keep_items\":3}", "6 3 1 2" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *left;

		if (i > 0)
			assert_int_equal(newsroom(state), 0);
		set(1, rows[i].settings);
		retain(rows[i].days, rows[i].items, KIT_NOW + (int64_t)rows[i].now_days * DAY);
		left = strdup(kit_list("*", STORE_NEWEST));
		if (left == NULL || strcmp(left, rows[i].left) != 0)
			fail_msg("row %zu: \"%s\"", i, left);
		free(left);
		assert_int_equal(kit_number("gazette.db", "SELECT total FROM feed_count WHERE feed = 0"),
		    kit_number("gazette.db", "SELECT count(*) FROM entry"));
		assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content WHERE entry NOT IN (SELECT id FROM entry)"), 0);
		if (i + 1 < sizeof rows / sizeof rows[0])
			kit_teardown(state);
	}
}

/* What the user has marked stays, and what goes is told and does not come back. */
static void
test_marked(void **state)
{
	struct store_counts counts;

	(void)state;
	mark(1, "starred");
	mark(2, "own");
	assert_int_equal(retain(1, 1, KIT_NOW + 99 * DAY), 4);
	assert_string_equal(kit_list("*", STORE_NEWEST), "1 2");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE what = 4 AND detail = 'expired' AND entry IN (3, 4, 5, 6)"), 4);
	kit_take(1, "g:9 t:New d:5000|g:3 t:C|g:4 t:D d:500|g:1 t:A d:1000", KIT_NOW + 100 * DAY, &counts);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.gone, 2);
	assert_int_equal(retain(1, 1, KIT_NOW + 100 * DAY), 0);
}

/* Many entries, in steps; an edited one loses its earlier texts; and the file becomes smaller. */
static void
test_many(void **state)
{
	enum { MANY = 3000, TEXT = 4000 };
	struct store_job *job = store_job_new(kit_store);
	const struct store_keep keep = { 0, 10 };
	struct store_counts counts;
	char text[TEXT], guid[16];
	int64_t removed, pages;
	uint32_t after = 0, noise = 1;
	int steps = 0;
	struct span read = SPAN("unread");
	struct store_edit edit = store_edit_tags(kit_store, (uint32_t[]){ 1, 2, 3 }, 3, &(struct store_tag_edit){ .remove = { &read, 1 } },
	    KIT_NOW);

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		struct rec_entry rec = { .ordinal = i, .published = STORE_ABSENT, .modified = STORE_ABSENT, .content_hash = i,
		    .html = { text, sizeof text } };

		/* what cannot be packed much */
		for (unsigned k = 0; k < TEXT; k++) {
			noise = noise * 1664525u + 1013904223u;
			text[k] = (char)('!' + (noise >> 24) % 94);
		}
		snprintf(guid, sizeof guid, "many%u", i);
		rec.guid = rec.title = SPAN(guid);
		kit_expect(store_job_entry(job, &rec), STORE_OK, guid);
	}
	kit_expect(store_job_apply(job, 2, KIT_NOW, &counts), STORE_OK, "apply");
	kit_expect(store_job_finish(job, 2, &(struct rec_done){ .outcome = OUTCOME_OK },
	    &(struct store_poll){ .at_s = KIT_NOW, .next_poll_s = KIT_NOW, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL),
	    STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	kit_take(1, "g:4 t:D2 d:500", KIT_NOW, NULL);
	while (store_retain(kit_store, &keep, KIT_NOW, &after, &removed) == 1)
		steps++;
	assert_true(steps >= MANY / 200 - 1);
	assert_int_equal(kit_count("feed:2"), 10);
	assert_int_equal(retain(0, 3, KIT_NOW), 8);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM revision"), 0);
	pages = kit_number("gazette.db", "PRAGMA page_count");
	/* an index has let go of them, too */
	for (int i = 0; i < 2; i++)
		store_index_reached(kit_store, store_seq(kit_store));
	while (kit_number("gazette.db", "SELECT count(*) FROM stale") > 0)
		store_idle(kit_store);
	/* not while somebody changes entries in steps, but then */
	assert_false(store_edit_step(&edit, 1));
	assert_int_equal(store_shrink(kit_store), 1);
	assert_int_equal(kit_number("gazette.db", "PRAGMA page_count"), pages);
	kit_expect(store_edit_finish(&edit), STORE_OK, "edit");
	while (store_shrink(kit_store) == 1)
		continue;
	assert_true(kit_number("gazette.db", "PRAGMA page_count") < pages / 2);
	assert_string_equal(kit_list("feed:1", STORE_NEWEST), "3 1 2");
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, newsroom, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { ROW(test_rows), ROW(test_marked), ROW(test_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
