/* The language of queries: what a text becomes, and what is said of one with a mistake. No database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/query.h"
#include "feeds/base/buf.h"

enum { NOW = 1795996800 };	/* 2026-11-30T00:00:00Z, a Monday */

static const char *
lookup(void *arg, const char *name, size_t len, struct arena *arena, size_t *query_len)
{
	static const struct { const char *name, *query; } saved[] = {
		{ "linux", "tag:linux OR kernel" }, { "again", "search:again" }, { "deep", "search:linux is:unread" },
		{ "broken", "is:unread AND" }, { "closed", "a)" }, { "empty", "" }, { "bytes", "\xff" },
	};

	(void)arg;
	(void)arena;
	for (size_t i = 0; i < sizeof saved / sizeof saved[0]; i++) {
		if (strlen(saved[i].name) == len && memcmp(saved[i].name, name, len) == 0) {
			*query_len = strlen(saved[i].query);
			return saved[i].query;
		}
	}
	return NULL;
}

static const struct query_env env = { .now_s = NOW, .search = lookup };

static const struct { const char *text, *tree; } trees[] = {
	{ "", "(all)" }, { "  ", "(all)" }, { "*", "(all)" },
	{ "word", "(text \"word\")" }, { "pre*", "(text \"pre\"*)" }, { "\"a phrase\"", "(text \"a phrase\")" },
	{ "\"a phr\"*", "(text \"a phr\"*)" }, { "C++", "(text \"C++\")" }, { "foo-bar", "(text \"foo-bar\")" }, { "12:30", "(text \"12:30\")" },
	{ "one two", "(and (text \"one\") (text \"two\"))" }, { "one AND two", "(and (text \"one\") (text \"two\"))" },
	{ "one two three", "(and (text \"one\") (text \"two\") (text \"three\"))" },
	{ "one OR two", "(or (text \"one\") (text \"two\"))" }, { "one or two", "(and (text \"one\") (text \"or\") (text \"two\"))" },
	{ "one OR two three", "(or (text \"one\") (and (text \"two\") (text \"three\")))" },
	{ "(one OR two) three", "(and (or (text \"one\") (text \"two\")) (text \"three\"))" },
	{ "(one)(two)", "(and (text \"one\") (text \"two\"))" }, { "((one))", "(text \"one\")" },
	{ "-one", "(not (text \"one\"))" }, { "NOT one", "(not (text \"one\"))" }, { "NOT NOT one", "(not (not (text \"one\")))" },
	{ "--one", "(not (not (text \"one\")))" }, { "one -two", "(and (text \"one\") (not (text \"two\")))" },
	{ "-(one two)", "(not (and (text \"one\") (text \"two\")))" }, { "NOT(one)", "(not (text \"one\"))" },
	{ "one NOT two", "(and (text \"one\") (not (text \"two\")))" }, { "one AND NOT two", "(and (text \"one\") (not (text \"two\")))" },
	{ "\"OR\"", "(text \"OR\")" }, { "ORB", "(text \"ORB\")" }, { "one\ttwo\nthree", "(and (text \"one\") (text \"two\") (text \"three\"))" },
	{ "caf\xc3\xa9", "(text \"caf\xc3\xa9\")" },
	{ "title:one", "(text title:\"one\")" }, { "title:\"one two\"", "(text title:\"one two\")" }, { "title:one*", "(text title:\"one\"*)" },
	{ "author:\"Ann B\"", "(text author:\"Ann B\")" }, { "text:one", "(text text:\"one\")" }, { "url:example.org/a", "(url \"example.org/a\")" },
	{ "is:unread", "(is unread)" }, { "is:read", "(is read)" }, { "is:starred", "(is starred)" }, { "is:updated", "(is updated)" },
	{ "has:attachment", "(is attachment)" }, { "-is:unread", "(not (is unread))" },
	{ "tag:linux", "(tag \"linux\")" }, { "tag:\"two words\"", "(tag \"two words\")" }, { "lang:en", "(lang \"en\")" },
	{ "feed:7", "(feed 7)" }, { "feed:\"7\"", "(feed \"7\")" }, { "feed:lwn", "(feed \"lwn\")" }, { "feed:7a", "(feed \"7a\")" }, { "id:42", "(id 42)" },
	{ "story:42", "(story 42)" }, { "-story:42", "(not (story 42))" }, { "story:\"42\"", "(story 42)" },
	{ "search:linux", "(or (tag \"linux\") (text \"kernel\"))" },
	{ "search:linux -is:read", "(and (or (tag \"linux\") (text \"kernel\")) (not (is read)))" },
	{ "-search:deep", "(not (and (or (tag \"linux\") (text \"kernel\")) (is unread)))" }, { "search:empty", "(all)" },
	{ "date:2026-11-01..2026-11-30", "(date 1793491200 .. 1796083200)" }, { "date:2026-11", "(date 1793491200 .. 1796083200)" },
	{ "date:2026", "(date 1767225600 .. 1798761600)" }, { "date:2026-12", "(date 1796083200 .. 1798761600)" },
	{ "date:2026-11-30", "(date 1795996800 .. 1796083200)" }, { "date:2026-11-30T12:30", "(date 1796041800 .. 1796041860)" },
	{ "date:2026-11-30T12:30:15Z", "(date 1796041815 .. 1796041816)" },
	{ "date:today", "(date 1795996800 .. 1796083200)" }, { "date:yesterday", "(date 1795910400 .. 1795996800)" },
	{ "date:2d..", "(date 1795824000 ..)" }, { "date:2d", "(date 1795824000 ..)" }, { "date:..1d", "(date .. 1795910400)" },
	{ "date:2026-11-30..2026-11-30", "(date 1795996800 .. 1796083200)" }, { "date:2026-11-30..2026", "(date 1795996800 .. 1798761600)" },
	{ "date:2026-12-01..now", "(date 1796083200 .. 1795996800)" }, { "date:today..1d", "(date 1795996800 .. 1795910400)" },
	{ "date:1w..2d", "(date 1795392000 .. 1795824000)" },
	{ "since:2d", "(date 1795824000 ..)" }, { "since:2026-11-01", "(date 1793491200 ..)" }, { "since:today", "(date 1795996800 ..)" },
	{ "before:2026-01-01", "(date .. 1767225600)" }, { "before:1h", "(date .. 1795993200)" },
	{ "received:1h..", "(received 1795993200 ..)" }, { "received:today", "(received 1795996800 .. 1796083200)" },
};

static const struct { const char *text; size_t position; const char *expected; } mistakes[] = {
	{ "(one", 4, "a closing parenthesis" }, { "one)", 3, "an opening parenthesis before this closing one" }, { ")", 0, "a term" },
	{ "()", 1, "a term" }, { "one OR", 6, "a term" }, { "one AND", 7, "a term" }, { "AND", 0, "a term" }, { "OR one", 0, "a term" },
	{ "one AND OR two", 8, "a term" }, { "NOT", 3, "a term" }, { "one OR OR two", 7, "a term" }, { "- one", 0, "a word with a letter or a digit" },
	{ "\"one", 4, "a closing quotation mark" }, { "title:\"one", 10, "a closing quotation mark" }, { "\"\"", 0, "a word with a letter or a digit" },
	{ "one ++", 4, "a word with a letter or a digit" }, { "**", 0, "a word with a letter or a digit" }, { "title:...", 6, "a word with a letter or a digit" },
	{ "is:new", 3, "one of unread, read, starred, updated" }, { "is:", 3, "a value" }, { "is: unread", 3, "a value" }, { "has:x", 4, "attachment" },
	{ "topic:5", 0, "one of title:" }, { "one http://example.org", 4, "one of title:" }, { "tag:", 4, "a value" }, { "tag:\"\"", 4, "a value" },
	{ "id:x", 3, "the number of an entry" }, { "id:99999999999", 3, "the number of an entry" }, { "id:-1", 3, "the number of an entry" },
	{ "story:", 6, "a value" }, { "one story:x", 10, "the number of an entry" }, { "story:2147483648", 6, "the number of an entry" },
	{ "story:1..2", 6, "the number of an entry" },
	{ "date:soon", 5, "a date, a time ago" }, { "date:..", 5, "a date, a time ago" }, { "date:2026-13", 5, "a date" }, { "date:2026-11-32", 5, "a date" },
	{ "date:2026-02-30", 5, "a date" }, { "date:2026-02-29", 5, "a date" }, { "date:1900-02-29", 5, "a date" }, { "date:2026-04-31", 5, "a date" },
	{ "date:2026-02-30T10:00", 5, "a date" }, { "date:2026-01-01..2026-06-31", 5, "a date" },
	{ "date:2026-11-30T25:00", 5, "a date" }, { "date:2026-11-30x", 5, "a date" }, { "date:5x", 5, "a date" }, { "date:12", 5, "a date" },
	{ "date:2026-11-30..2026-11-01", 5, "the earlier end of the range" }, { "date:2026-11-30..2026-11-29", 5, "the earlier end" },
	{ "received:1d..2d", 9, "the earlier end" }, { "date:now..1h", 5, "the earlier end" }, { "date:today..yesterday", 5, "the earlier end" },
	{ "date:2027..2026-11-30T12:00", 5, "the earlier end" },
	{ "since:1d..", 6, "a date (" }, { "before:..1d", 7, "a date (" }, { "received:never", 9, "a date, a time ago" },
	{ "a search:nothing", 9, "the name of a saved search" }, { "a search:again", 9, "fewer saved searches" }, { "a search:broken", 9, "a term" },
	{ "a search:closed", 9, "an opening parenthesis" }, { "search:bytes", 7, "a saved search in UTF-8" },
	{ "one \xff", 4, "UTF-8" }, { "\xc3", 0, "UTF-8" },
};

static void
test_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++) {
		struct query_error error;
		struct query *query;

		if (query_parse(trees[i].text, strlen(trees[i].text), &env, &query, &error) != 0)
			fail_msg("row %zu, %s: %s", i, trees[i].text, error.message);
		if (strcmp(query_print(query), trees[i].tree) != 0)
			fail_msg("row %zu, %s: %s where %s was expected", i, trees[i].text, query_print(query), trees[i].tree);
		query_free(query);
	}
}

static void
test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		struct query_error error;
		struct query *query;

		if (query_parse(mistakes[i].text, strlen(mistakes[i].text), &env, &query, &error) == 0)
			fail_msg("row %zu, %s: taken for %s", i, mistakes[i].text, query_print(query));
		assert_null(query);
		if (error.position != mistakes[i].position || strncmp(error.expected, mistakes[i].expected, strlen(mistakes[i].expected)) != 0)
			fail_msg("row %zu, %s: byte %zu, expected %s", i, mistakes[i].text, error.position, error.expected);
		if (strstr(error.message, error.expected) == NULL)
			fail_msg("row %zu: %s", i, error.message);
	}
}

/* text: repeated, with tail behind */
static int
parse_many(const char *text, size_t times, const char *tail, struct query_error *error)
{
	struct buf buf = BUF_INIT(1 << 20);
	struct query *query;
	int rc;

	for (size_t i = 0; i < times; i++)
		buf_puts(&buf, text);
	buf_puts(&buf, tail);
	rc = query_parse(buf.ptr, buf.len, &env, &query, error);
	query_free(query);
	buf_free(&buf);
	return rc;
}

static void
test_limits(void **state)
{
	struct query_error error;

	(void)state;
	assert_int_equal(parse_many("a ", QUERY_TERMS_MAX, "", &error), 0);
	assert_int_equal(parse_many("a ", QUERY_TERMS_MAX, "b", &error), -1);
	assert_string_equal(error.expected, "no more than 256 terms");
	assert_int_equal(error.position, 512);
	assert_int_equal(parse_many("-", QUERY_DEPTH_MAX, "a", &error), 0);
	assert_int_equal(parse_many("-", QUERY_DEPTH_MAX + 1, "a", &error), -1);
	assert_string_equal(error.expected, "no more than 32 levels of parentheses and negations");
	assert_int_equal(parse_many("(", QUERY_DEPTH_MAX + 1, "", &error), -1);
	assert_int_equal(parse_many("(", 10000, "", &error), -1);
	assert_int_equal(parse_many("(a OR ", QUERY_DEPTH_MAX, "b))))))))))))))))))))))))))))))))", &error), 0);
	assert_int_equal(parse_many(" ", QUERY_BYTES_MAX, "", &error), 0);
	assert_int_equal(parse_many(" ", QUERY_BYTES_MAX, "a", &error), -1);
	assert_string_equal(error.expected, "no more than 16384 bytes");
}

static void
test_needs_index(void **state)
{
	static const struct { const char *text; bool needs; } rows[] = {
		{ "", false }, { "is:unread tag:a url:b", false }, { "a", true }, { "title:a", true }, { "is:unread OR (tag:a -b)", true },
		{ "search:linux", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_error error;
		struct query *query;

		assert_int_equal(query_parse(rows[i].text, strlen(rows[i].text), &env, &query, &error), 0);
		if (query_needs_index(query) != rows[i].needs)
			fail_msg("row %zu, %s", i, rows[i].text);
		query_free(query);
	}
}

/* No saved searches at all, and no text either. */
static void
test_bare(void **state)
{
	const struct query_env bare = { .now_s = NOW };
	struct query_error error;
	struct query *query;

	(void)state;
	assert_int_equal(query_parse(NULL, 0, &bare, &query, &error), 0);
	query_free(query);
	assert_int_equal(query_parse("search:linux", 12, &bare, &query, &error), -1);
	assert_int_equal(error.position, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees), cmocka_unit_test(test_mistakes), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_needs_index), cmocka_unit_test(test_bare),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
