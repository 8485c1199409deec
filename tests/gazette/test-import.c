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

/* What is a config of newsboat and what is a list of feeds; what is taken of it: filters name=filter, ignored name!filter, how many others. */
static const struct { const char *text; bool is; const char *taken; } configs[] = {
	{ "reload-threads 4\n", true, "1" },
	{ "\n# mine\n\tbrowser w3m\ncolor info red black\n", true, "2" },
	{ "define-filter \"a b\" \"tags # \\\"x\\\"\" # why\n", true, "a b=tags # \"x\",0" },
	{ "define-filter one two three\ndefine-filter one\n", true, "2" },
	{ "ignore-article * title\r\nignore-article http://a.example/ \"x", true, "*!title,http://a.example/!x,0" },
	{ "#bind-key\n", false, NULL },
	{ "", false, NULL },
	{ "http://a.example/feed tag\n", false, NULL },
	{ "\"query:a:unread = 1\"\n", false, NULL },
	{ "a-b\n", false, NULL },
	{ "sfeedpath=\"x\"\nfeeds() {\n", false, NULL },
	{ "feeds () {\n", false, NULL },
	{ "@ section\nhttp://a.example/\n", false, NULL },
	{ "<opml version='1.0'>", false, NULL },
};

static void
test_config(void **state)
{
	(void)state;
	for (size_t row = 0; row < sizeof(configs) / sizeof(configs[0]); row++) {
		struct arena *arena = arena_new(0);
		struct buf got = BUF_INIT(4096);
		struct import_config config;

		if (import_config_is(configs[row].text) != configs[row].is)
			fail_msg("row %zu: %s", row, configs[row].text);
		import_config_read(arena, configs[row].text, strlen(configs[row].text), &config);
		for (size_t at = 0; at < config.n_filters; at++)
			buf_printf(&got, "%s=%s,", config.filters[at].name, config.filters[at].filter);
		for (size_t at = 0; at < config.n_ignored; at++)
			buf_printf(&got, "%s!%s,", config.ignored[at].name, config.ignored[at].filter);
		buf_printf(&got, "%zu", config.others);
		if (configs[row].taken != NULL && strcmp(buf_str(&got), configs[row].taken) != 0)
			fail_msg("row %zu: %s", row, buf_str(&got));
		buf_free(&got);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query), cmocka_unit_test(test_long), cmocka_unit_test(test_config)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
