/* What of a text is noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/noise.h"

static void
test_strip(void **state)
{
	static const struct { const char *line, *left; } rows[] = {
		{ "", "" }, { "  a  b ", "a b " }, { "Hello, world.", "Hello, world. " },
		{ "12 views", "" }, { "1,234 views and 1.2k likes", "and " }, { "(3 comments)", "" }, { "Views: 12 x", "x " },
		{ "Comments (5)", "" }, { "comments 5", "comments 5 " }, { "views", "views " }, { "12 dead", "12 dead " }, { "12viewsx", "12viewsx " },
		{ "posted 5 minutes ago by me", "posted by me " }, { "an hour ago", "" }, { "two hours ago", "two hours ago " },
		{ "5 minutes", "5 minutes " }, { "just now", "" }, { "just a moment", "just a moment " },
		{ "Last updated: 2026-11-25 10:05 UTC end", "Last end " }, { "Updated at 10:05", "" }, { "updated on Nov 25, 2026", "" },
		{ "generated Wed, 25 Nov 2026 10:00:00 GMT", "" }, { "updated rules", "updated rules " }, { "updated", "updated " },
		{ "Advertisement text Advertisement", "text " }, { "advertisements", "advertisements " },
		{ "a-very-long-word-that-is-longer-than-any-that-is-known", "a-very-long-word-that-is-longer-than-any-that-is-known " },
		{ "1 2 3 4 5 6 7 8 9 10 11 12 13 views", "1 2 3 4 5 6 7 8 9 10 11 12 " }, { "* . ( )", "* . ( ) " },
		{ "updated 1 2 3 4 5 6 7 8 9 10 11 12 13", "12 13 " },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&out);
		noise_strip(SPAN(rows[i].line), &out);
		if (strcmp(buf_str(&out), rows[i].left) != 0)
			fail_msg("row %zu, \"%s\": \"%s\"", i, rows[i].line, buf_str(&out));
	}
	buf_free(&out);
}

static void
test_same(void **state)
{
	static const struct { const char *titles[2], *bodies[2]; bool html, same; } rows[] = {
		{ { "A", "A" }, { "x", "x" }, false, true }, { { "A", "B" }, { "x", "x" }, false, false },
		{ { "A 1 view", "A 2 views" }, { "x", "x" }, false, true }, { { "A", "" }, { "", "A" }, false, false },
		{ { "", "" }, { "<p>a <b>b</b> 5 likes</p>", "<div>a b 6 likes</div>" }, true, true },
		{ { "", "" }, { "<p>a", "<p>b" }, true, false }, { { "", "" }, { "a\n\tb", "a b" }, false, true },
		{ { "", "" }, { "<p>a", "<p>a<img src=ad-2><iframe src=x></iframe>" }, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct noise_text one = { SPAN(rows[i].titles[0]), SPAN(rows[i].bodies[0]), rows[i].html };
		const struct noise_text two = { SPAN(rows[i].titles[1]), SPAN(rows[i].bodies[1]), rows[i].html };

		if (noise_same(&one, &two) != rows[i].same)
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_strip), cmocka_unit_test(test_same) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
