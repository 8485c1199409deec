/* What is shown of an entry beside its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "daemon/core/facts.h"
#include "tests/daemon/store-kit.h"

static char shown[256];

static int
show(void *arg, const struct store_item *item)
{
	(void)arg;
	snprintf(shown, sizeof shown, "%.*s %.*s %.*s %.*s %d %d", (int)item->title.len, item->title.ptr, (int)item->html.len, item->html.ptr,
	    (int)item->authors.len, item->authors.ptr, (int)item->rest.len, item->rest.ptr, (int)item->revision, (int)item->unread);
	return 0;
}

static void
expect_shown(const char *expected)
{
	kit_expect(store_item_get(kit_store, 1, STORE_WANT_COLD | STORE_WANT_CONTENT, show, NULL), STORE_OK, expected);
	assert_string_equal(shown, expected);
}

/* It is shown, the text that is there stays with its noise, nothing is unread again and no revision is kept. */
static void
test_facts(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct span settings = SPAN("{\"mark_updated_unread\":true}"), unread = SPAN("unread");
	const struct store_tag_edit edit = { .remove = { &unread, 1 } };
	int64_t changed;

	(void)state;
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .settings = &settings }), STORE_OK, "settings");
	kit_take(feed, "g:1 t:A c:x_1_view a:Ann j:\"tags\":[\"one\"]", KIT_NOW, NULL);
	kit_expect(store_item_tag_ids(kit_store, (uint32_t[]){ 1 }, 1, &edit, KIT_NOW, &changed), STORE_OK, "read");
	kit_take(feed, "g:1 t:A c:x_2_views a:Ann j:\"attachments\":[{\"url\":\"https://e/1\"}]", KIT_NOW, NULL);
	expect_shown("A <p>x 1 view</p> Ann {\"attachments\":[{\"url\":\"https://e/1\"}]} 0 0");
	assert_int_equal(kit_count("has:attachment"), 1);
	/* by the number of the revision the index learns of authors */
	kit_take(feed, "g:1 t:A c:x_2_views a:Bob j:\"tags\":[\"two\"]", KIT_NOW, NULL);
	expect_shown("A <p>x 1 view</p> Bob {\"tags\":[\"two\"]} 1 0");
	assert_int_equal(kit_count("has:attachment"), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM revision"), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE what = 2 AND detail = 'facts'"), 2);
	kit_take(feed, "g:1 t:A c:y a:Eve", KIT_NOW, NULL);
	expect_shown("A <p>y</p> Eve  2 1");
	kit_take(feed, "g:1 t:A c:y a:Eve", KIT_NOW, NULL);
	assert_int_equal(kit_number("gazette.db", "SELECT max(seq) FROM change"), kit_number("gazette.db", "SELECT seq FROM entry"));
}

/* What was not kept by earlier versions is found out once. */
static void
test_facts_unknown(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct store_counts counts;

	(void)state;
	kit_take(feed, "g:1 t:A c:x a:Ann j:\"tags\":[\"one\"]|g:2 t:B c:y", KIT_NOW, NULL);
	kit_sql("gazette.db", "UPDATE entry SET facts = NULL");
	kit_take(feed, "g:1 t:A c:x a:Ann j:\"tags\":[\"one\"]|g:2 t:B c:y j:\"tags\":[\"new\"]", KIT_NOW, &counts);
	assert_int_equal(counts.same, 1);
	assert_int_equal(counts.updated, 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry WHERE facts IS NULL"), 0);
}

static void
test_facts_hash(void **state)
{
	static const struct { const char *authors, *one, *two; bool same; } rows[] = {
		{ "", "", "{}", true }, { "", "{\"tags\":[]}", "{}", true }, { "", "{\"tags\":[\"a\"]}", "{}", false },
		{ "x", "{\"tags\":[\"a\",\"b\"]}", "{\"tags\":[\"b\",\"a\"]}", true }, { "", "{\"tags\":[\"a\"]}", "{\"tags\":[\"A\"]}", false },
		{ "", "{\"language\":\"a\"}", "{\"language\":\"b\"}", true },
		{ "", "{\"tags\":[\"a\\\"]\"]}", "{\"tags\":[\"a\\\"\"]}", false },
		{ "", "{\"attachments\":[{\"url\":\"a\"},{\"url\":\"b\"}]}", "{\"attachments\":[{\"url\":\"b\"},{\"url\":\"a\"}]}", true },
		{ "", "{\"attachments\":[{\"url\":\"a\",\"title\":\"b\"}]}", "{\"attachments\":[{\"url\":\"b\",\"title\":\"a\"}]}", false },
		{ "", "{\"attachments\":[{\"url\":\"a\",\"size_in_bytes\":1}]}", "{\"attachments\":[{\"url\":\"a\",\"size_in_bytes\":2}]}", true },
		{ "", "{\"attachments\":[{\"url\":\"a\",\"_gazette\":{\"title\":\"b\"}}]}", "{\"attachments\":[{\"url\":\"a\"}]}", true },
		{ "", "{\"attachments\":[{\"url\":\"a\",\"mime_type\":\"b\"}]}", "{\"attachments\":[{\"url\":\"a\"}]}", false },
		{ "", "{\"attachments\":[{\"url\":\"http://e/?utm_source=a\"}]}", "{\"attachments\":[{\"url\":\"https://e/\"}]}", true },
		{ "", "]]}}\"", "{{[[\"", true }, { "", "\"\\", "", true },
	};
	const struct hash_key key = { 1, 2 };
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t one = facts_hash(&key, arena, SPAN(rows[i].authors), SPAN(rows[i].one));

		if ((one == facts_hash(&key, arena, SPAN(rows[i].authors), SPAN(rows[i].two))) != rows[i].same)
			fail_msg("row %zu: %s", i, rows[i].one);
		assert_true(one >= 0 && one >> 47 == 0);
	}
	assert_int_equal(facts_hash(&key, arena, SPAN(""), SPAN("{}")), 0);
	assert_int_not_equal(facts_hash(&key, arena, SPAN("Ann"), SPAN("{}")), facts_hash(&key, arena, SPAN("Bob"), SPAN("{}")));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_facts_unknown, kit_setup, kit_teardown),
		cmocka_unit_test(test_facts_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
