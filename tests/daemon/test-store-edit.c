/* Many entries changed in steps: all at once to everybody else, whatever comes in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/query.h"
#include "daemon/core/store-edit.h"
#include "daemon/core/store-rule.h"
#include "tests/daemon/store-kit.h"

enum { ENTRIES = 6 };

static const uint32_t ids[] = { 1, 2, 3, 99, 4, 5, 6 };
static struct span unread = { "unread", 6 }, starred = { "starred", 7 };
static const struct store_tag_edit read_all = { .remove = { &unread, 1 } }, star_all = { .add = { &starred, 1 } };

static int
six_entries(void **state)
{
	if (kit_setup(state) != 0)
		return -1;
	kit_take(kit_feed("https://one.example/feed"), "g:1 t:One|g:2 t:Two|g:3 t:Three|g:4 t:Four|g:5 t:Five|g:6 t:Six", KIT_NOW, NULL);
	return 0;
}

static struct store_edit
edit_of(const struct store_tag_edit *tags)
{
	return store_edit_tags(kit_store, ids, sizeof ids / sizeof ids[0], tags, KIT_NOW);
}

/* Steps of any size come to the same, and to nothing before the last. */
static void
test_steps(void **state)
{
	(void)state;
	for (size_t size = 1; size <= ENTRIES + 2; size++) {
		struct store_edit edit = edit_of(&read_all), back = store_edit_undo(kit_store, 1, KIT_NOW, NULL, NULL);
		int64_t seq = store_seq(kit_store);

		assert_false(store_edit_open(kit_store));
		while (!store_edit_step(&edit, size)) {
			assert_true(store_edit_open(kit_store));
			assert_int_equal(kit_count("is:unread"), ENTRIES);
			assert_int_equal(store_seq(kit_store), seq);
		}
		assert_false(store_edit_open(kit_store));
		assert_true(store_edit_step(&edit, size));
		assert_int_equal(edit.status, STORE_OK);
		assert_int_equal(edit.changed, ENTRIES);
		assert_int_equal(kit_count("is:unread"), 0);
		assert_int_equal(store_seq(kit_store), seq + ENTRIES);
		while (!store_edit_step(&back, size))
			assert_int_equal(kit_count("is:unread"), 0);
		assert_int_equal(back.undone, 1);
		assert_int_equal(back.changed, ENTRIES);
		assert_int_equal(kit_count("is:unread"), ENTRIES);
	}
}

static int
take_document(void)
{
	kit_take(1, "g:7 t:Seven", KIT_NOW, NULL);
	return STORE_OK;
}

static int
add_search(void)
{
	return store_search_add(kit_store, SPAN("name"), SPAN("is:unread"));
}

static int
schedule(void)
{
	int rc = store_schedule(kit_store, 1, KIT_NOW);

	return rc == STORE_OK ? store_batch_commit(kit_store) : rc;
}

static int
begin_group(void)
{
	int rc = store_begin(kit_store);

	return rc == STORE_OK ? store_commit(kit_store) : rc;
}

static int
star_one(void)
{
	int64_t changed;

	return store_item_tag_ids(kit_store, (uint32_t[]){ 1 }, 1, &star_all, KIT_NOW, &changed);
}

static const struct { const char *name; int (*write)(void); } writes[] = {
	{ "a document", take_document }, { "a search", add_search }, { "a time", schedule }, { "a group", begin_group },
	{ "another edit", star_one }
};

/* Whatever else writes has what is left of it done before. */
static void
test_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
		struct store_edit edit = edit_of(&read_all), back = store_edit_undo(kit_store, 1, KIT_NOW, NULL, NULL);
		int64_t seq = store_seq(kit_store), undone, changed;

		assert_false(store_edit_step(&edit, 1));
		kit_expect(writes[i].write(), STORE_OK, writes[i].name);
		assert_false(store_edit_open(kit_store));
		assert_true(store_edit_step(&edit, 1));
		assert_int_equal(edit.status, STORE_OK);
		assert_int_equal(edit.changed, ENTRIES);
		assert_true(store_seq(kit_store) >= seq + ENTRIES);
		if (writes[i].write == star_one)
			kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "unstar");
		assert_false(store_edit_step(&back, 1));
		kit_expect(writes[i].write(), STORE_OK, writes[i].name);
		assert_true(store_edit_step(&back, 1));
		assert_int_equal(back.changed, ENTRIES);
		assert_int_equal(kit_count("is:unread id:1"), 1);
	}
}

/* A rule that is carried out meanwhile finds what is true after it. */
static void
test_rule(void **state)
{
	struct span seen = SPAN("+seen");
	struct store_rule_run run = { .rule = 7, .actions = &(struct span_list){ &seen, 1 }, .told_seq = INT64_MAX, .now_s = KIT_NOW };
	struct store_rule_done done = { 0 };
	struct store_edit edit = edit_of(&read_all);
	struct query_error error;
	struct query *query;

	(void)state;
	kit_expect(store_query(kit_store, "is:unread", strlen("is:unread"), KIT_NOW, &query, &error), STORE_OK, "query");
	run.query = query;
	assert_false(store_edit_step(&edit, 1));
	kit_expect(store_rule_run(kit_store, &run, &done), STORE_OK, "rule");
	query_free(query);
	assert_true(store_edit_step(&edit, 1));
	assert_int_equal(edit.changed, ENTRIES);
	assert_int_equal(done.matched, 0);
	assert_int_equal(kit_count("tag:seen"), 0);
}

/* One that is given up, one whose database turns out to be damaged, and one that cannot be. */
static void
test_nothing(void **state)
{
	static struct span empty = { "", 0 };
	const struct store_tag_edit bad = { .add = { &empty, 1 } };
	struct store_edit edit = edit_of(&read_all);
	int64_t seq = store_seq(kit_store);

	(void)state;
	assert_false(store_edit_step(&edit, 3));
	store_edit_drop(&edit);
	assert_false(store_edit_open(kit_store));
	assert_true(store_edit_step(&edit, 3));
	assert_int_equal(edit.status, STORE_EINTERNAL);
	edit = edit_of(&bad);
	assert_true(store_edit_step(&edit, 3));
	assert_int_equal(edit.status, STORE_EVALUE);
	assert_int_equal(edit.changed, 0);
	edit = edit_of(&read_all);
	store_edit_drop(&edit);
	assert_true(store_edit_step(&edit, 3));
	edit = edit_of(&read_all);
	assert_false(store_edit_step(&edit, 3));
	store_condemn(kit_store, "a test says so");
	assert_true(store_edit_step(&edit, 3));
	assert_int_equal(edit.status, STORE_EDAMAGED);
	assert_int_equal(edit.changed, 0);
	assert_int_equal(kit_count("is:unread"), ENTRIES);
	assert_int_equal(store_seq(kit_store), seq);
}

static void
tell(void *arg, const struct store_operation *operation)
{
	*(int64_t *)arg = *(int64_t *)arg * 10 + operation->items;
}

/* Several operations are taken back as one edit, each told whole, and those that are not there are not counted. */
static void
test_undo_several(void **state)
{
	int64_t items = 0;
	struct store_edit edit = edit_of(&read_all), star = edit_of(&star_all), back = store_edit_undo(kit_store, 9, KIT_NOW, tell, &items);

	(void)state;
	kit_expect(store_edit_finish(&edit), STORE_OK, "read");
	kit_expect(store_edit_finish(&star), STORE_OK, "star");
	while (!store_edit_step(&back, 4))
		assert_int_equal(kit_count("is:starred is:read"), ENTRIES);
	assert_int_equal(back.undone, 2);
	assert_int_equal(back.changed, 2 * ENTRIES);
	assert_int_equal(items, ENTRIES * 11);
	assert_int_equal(kit_count("is:unread -is:starred"), ENTRIES);
}

/* Within a transaction of the caller's it is a part of that. */
static void
test_group(void **state)
{
	struct store_edit edit = edit_of(&read_all);

	(void)state;
	kit_expect(store_begin(kit_store), STORE_OK, "begin");
	kit_expect(store_edit_finish(&edit), STORE_OK, "edit");
	assert_int_equal(edit.changed, ENTRIES);
	store_rollback(kit_store);
	assert_int_equal(kit_count("is:unread"), ENTRIES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steps, six_entries, kit_teardown),
		cmocka_unit_test_setup_teardown(test_others, six_entries, kit_teardown),
		cmocka_unit_test_setup_teardown(test_rule, six_entries, kit_teardown),
		cmocka_unit_test_setup_teardown(test_nothing, six_entries, kit_teardown),
		cmocka_unit_test_setup_teardown(test_undo_several, six_entries, kit_teardown),
		cmocka_unit_test_setup_teardown(test_group, six_entries, kit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
