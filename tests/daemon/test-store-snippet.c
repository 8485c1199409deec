/* Where a query's words stand in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/store-snippet.h"
#include "feeds/base/utf8.h"
#include "tests/daemon/store-kit.h"

#define LONG10 "alpha beta gamma delta epsilon zeta eta theta iota kappa "
#define LONG100 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10 LONG10

static void
test_snippets(void **state)
{
	static const struct { const char *query, *text, *parts; } rows[] = {
		{ "story", "A story is told", "A [story] is told" },
		{ "STORY", "A St\xc3\xb6ry is told", "A [St\xc3\xb6ry] is told" },
		{ "told", "A story\nis\ttold", "A story is [told]" },
		{ "stor*", "Stories and a store", "[Stories] and a [store]" },
		{ "\"is told\"", "A story is told", "A story [is] [told]" },
		{ "story told", "told: a story, told", "[told]: a [story], [told]" },
		{ "story -told", "told: a story, told", "told: a [story], told" },
		{ "story OR (told is:unread)", "told: a story", "[told]: a [story]" },
		{ "text:story", "A story is told", "A [story] is told" },
		{ "title:story told", "A story is told", "A story is [told]" },
		{ "title:story", "A story is told", NULL },
		{ "author:story is:unread", "A story is told", NULL },
		{ "absent", "A story is told", "" },
		{ "story", "", "" },
		/* where nothing divides words */
		{ "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x9d\xb1\xe4\xba\xac \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x9d\xb1\xe4\xba\xac [\xe6\x97\xa5\xe6\x9c\xac]\xe8\xaa\x9e" },
		/* only around it, from word to word */
		{ "story", LONG100 "a story here " LONG100, "\xe2\x80\xa6" LONG10 "a [story] here " LONG10 LONG10 "alpha beta gamma\xe2\x80\xa6" },
		/* where most of the words are */
		{ "one two", "one " LONG100 "one and two", "\xe2\x80\xa6" LONG10 "[one] and [two]" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct store_item item = { .text = SPAN(rows[i].text) };
		struct buf out = BUF_INIT(4096);
		struct query_error error;
		struct snippet *snippet;
		struct span_list parts;
		struct query *query;

		(void)state;
		kit_expect(store_query(kit_store, rows[i].query, strlen(rows[i].query), KIT_NOW, &query, &error), STORE_OK, rows[i].query);
		snippet = snippet_new(kit_store, query);
		query_free(query);
		assert_true((snippet == NULL) == (rows[i].parts == NULL));
		if (snippet == NULL)
			continue;
		snippet_take(snippet, &item, &parts);
		for (size_t j = 0; j < parts.count; j++)
			buf_printf(&out, j % 2 == 1 ? "[%.*s]" : "%.*s", (int)parts.items[j].len, parts.items[j].ptr);
		if (strcmp(buf_str(&out), rows[i].parts) != 0)
			fail_msg("row %zu: %s", i, buf_str(&out));
		buf_free(&out);
		snippet_free(snippet);
	}
}

/* HTML is read without its markup; without word ends a piece ends between characters; no more marks than there is room for. */
static void
test_odd_snippets(void **state)
{
	struct span html = SPAN("<p>A <b>sto</b>ry &amp; more</p><script>story</script>");
	struct store_item item = { .html = html, .text = SPAN("not this story") };
	struct query_error error;
	struct snippet *snippet;
	struct span_list parts;
	struct query *query;
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	kit_expect(store_query(kit_store, "story", 5, KIT_NOW, &query, &error), STORE_OK, "query");
	snippet = snippet_new(kit_store, query);
	query_free(query);
	snippet_take(snippet, &item, &parts);
	assert_int_equal(parts.count, 3);
	assert_int_equal(parts.items[2].len, strlen(" & more"));
	for (int i = 0; i < 3 * SNIPPET_MARKS_MAX; i++)
		buf_puts(&text, "story ");
	item = (struct store_item){ .text = { text.ptr, text.len } };
	snippet_take(snippet, &item, &parts);
	assert_int_equal(parts.count, 2 * (SNIPPET_BYTES / 6) + 1);
	buf_clear(&text);
	for (int i = 0; i < SNIPPET_BYTES; i++)
		buf_puts(&text, "\xe2\x80\x94");
	buf_puts(&text, "story");
	for (int i = 0; i < SNIPPET_BYTES; i++)
		buf_puts(&text, "\xe2\x80\x94");
	item.text = (struct span){ text.ptr, text.len };
	snippet_take(snippet, &item, &parts);
	assert_int_equal(parts.count, 3);
	for (size_t i = 0; i < parts.count; i++)
		assert_true(utf8_valid(parts.items[i].ptr, parts.items[i].len));
	buf_free(&text);
	snippet_free(snippet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_snippets), cmocka_unit_test(test_odd_snippets) };

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
