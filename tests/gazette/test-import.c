/* newsboat's filter expressions as queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/import.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PARENS "(((((((((((((((((((((((((((((((((("

/* why: how it begins if there is no query */
static const struct { const char *filter, *query, *why; } rows[] = {
	{ "unread = \"yes\"", "is:unread", NULL }, { "unread = \"no\"", "is:read", NULL }, { "unread != \"yes\"", "is:read", NULL },
	{ "unread==\"yes\"", "is:unread", NULL }, { " unread  =  \"yes\" ", "is:unread", NULL },
	{ "title =~ \"Linux\"", "title:\"Linux\"*", NULL }, { "title = \"One two\"", "title:\"One two\"", NULL },
	{ "title !~ \"Linux\"", "-title:\"Linux\"*", NULL }, { "title =~ \"a b|c\"", "(title:\"a b\"* OR title:\"c\"*)", NULL },
	{ "title !~ \"a|b\"", "-(title:\"a\"* OR title:\"b\"*)", NULL }, { "content =~ \"word\"", "text:\"word\"*", NULL },
	{ "author =~ \"Ann\"", "author:\"Ann\"*", NULL }, { "link =~ \"example\\\\.org\"", "url:\"example.org\"", NULL },
	{ "rssurl = \"https://a.example/feed\"", "feed:\"https://a.example/feed\"", NULL }, { "feedtitle =~ \"News\"", "feed:\"News\"", NULL },
	{ "tags # \"tech\"", "tag:\"tech\"", NULL }, { "tags !# \"tech\"", "-tag:\"tech\"", NULL },
	{ "flags # \"s\"", "tag:flag-s", NULL }, { "flags =~ \"S\"", "tag:flag-S", NULL }, { "flags != \"\"", "is:starred", NULL },
	{ "flags = \"\"", "-is:starred", NULL }, { "enclosure_url != \"\"", "has:attachment", NULL },
	{ "enclosure_url = \"\"", "-has:attachment", NULL },
	{ "age < 3", "since:3d", NULL }, { "age <= 3", "since:4d", NULL }, { "age > 3", "before:4d", NULL }, { "age >= 3", "before:3d", NULL },
	{ "age between 0:10", "since:11d", NULL }, { "age between 2:10", "since:11d before:2d", NULL }, { "age = 1", "since:2d before:1d", NULL },
	{ "unread = \"yes\" and tags # \"a\"", "is:unread tag:\"a\"", NULL },
	{ "unread = \"yes\" or tags # \"a\"", "is:unread OR tag:\"a\"", NULL },
	{ "unread = \"yes\" and tags # \"a\" or tags # \"b\"", "is:unread (tag:\"a\" OR tag:\"b\")", NULL },
	{ "unread = \"yes\" or tags # \"a\" and tags # \"b\"", "is:unread OR tag:\"a\" tag:\"b\"", NULL },
	{ "(tags # \"a\" or tags # \"b\") and unread = \"yes\"", "(tag:\"a\" OR tag:\"b\") is:unread", NULL },
	{ "((unread = \"yes\"))", "is:unread", NULL },
	{ "title = \"say \\\"hi\\\"\"", NULL, "a quotation mark in a value" }, { "title =~ \"^a.*b$\"", NULL, "no plain text: ^a" },
	{ "title =~ \"\"", NULL, "no plain text" }, { "title = \"a|b\"", NULL, "no plain text" },
	{ "title # \"a\"", NULL, "cannot be asked so: title" }, { "age = \"3\"", NULL, "cannot be asked so: age" },
	{ "unread = 1", NULL, "cannot be asked so: unread" }, { "age != 3", NULL, "no such comparison" }, { "age > -3", NULL, "no such comparison" },
	{ "flags # \"ab\"", NULL, "no single flag: ab" }, { "unread = \"maybe\"", NULL, "neither yes nor no" },
	{ "enclosure_url =~ \"mp3\"", NULL, "cannot be asked so" }, { "articleindex < 3", NULL, "nothing here is like: articleindex" },
	{ "unread ~ \"yes\"", NULL, "no operator: ~" }, { "unread = ", NULL, "no value" }, { "", NULL, "no operator" },
	{ "unread = \"yes", NULL, "no end of a text" }, { "(unread = \"yes\"", NULL, "no closing parenthesis" },
	{ "unread = \"yes\" xor", NULL, "no end of the expression: xor" }, { "unread = \"yes\" and", NULL, "no operator" },
	{ PARENS "unread = \"yes\"", NULL, "no closing parenthesis" },
};

static void
test_query(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *arena = arena_new(0);
		const char *why, *query = import_query(arena, rows[i].filter, &why);

		if (rows[i].query == NULL ? query != NULL : query == NULL || strcmp(query, rows[i].query) != 0)
			fail_msg("row %zu: %s is %s (%s)", i, rows[i].filter, query, why);
		if (rows[i].why != NULL && (why == NULL || strncmp(why, rows[i].why, strlen(rows[i].why)) != 0))
			fail_msg("row %zu: %s: %s", i, rows[i].filter, why);
		arena_free(arena);
	}
}

/* However long and deep: an answer, and no overflow of the stack. */
static void
test_long(void **state)
{
	struct arena *arena = arena_new(0);
	struct buf filter = BUF_INIT(1 << 20);
	const char *why;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_puts(&filter, "unread = \"yes\" and ");
	buf_puts(&filter, "unread = \"yes\"");
	assert_null(import_query(arena, buf_str(&filter), &why));
	assert_string_equal(why, "too many terms");
	buf_free(&filter);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_query), cmocka_unit_test(test_long) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
