/* What changed between two texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/diff.h"
#include "feeds/base/buf.h"

static const struct row { const char *before, *after, *parts; } rows[] = {
	{ "", "", "" },
	{ "a b c", "a b c", "=a b c" },
	{ "", "new words", "+new words" },
	{ "old words", "", "-old words" },
	{ "one two three", "one 2 three", "=one |-two |+2 |=three" },
	{ "one two three", "one three", "=one |-two |=three" },
	{ "one three", "one two three", "=one |+two |=three" },
	{ "two three", "one two three", "+one |=two three" },
	{ "one two", "one two three", "=one two |+three" },
	{ "a b c d e", "a x c y e", "=a |-b |+x |=c |-d |+y |=e" },
	{ "a b", "c d", "-a b|+c d" },
	{ "a b c a b b a", "c b a b a c", "-a b |=c |+b |=a b |-b |=a |+c" },
	/* white space between words is no change, the new one is shown */
	{ "one  two\nthree", "one two three", "=one two three" },
	{ " a", "a", "- |=a" },
	{ "a a a a", "a a", "=a a|-a a" },
	{ "M\xc3\xbcller sagt", "Mueller sagt", "-M\xc3\xbcller |+Mueller |=sagt" },
};

static void
put(void *arg, enum diff_kind kind, const char *ptr, size_t len)
{
	struct buf	*out = arg;

	buf_printf(out, "%s%c", out->len > 0 ? "|" : "", "=-+"[kind]);
	buf_put(out, ptr, len);
}

static void
test_rows(void **state)
{
	size_t	 i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf	 out = BUF_INIT(1024);

		diff_words(rows[i].before, strlen(rows[i].before), rows[i].after, strlen(rows[i].after), put, &out);
		if (strcmp(buf_str(&out), rows[i].parts) != 0 && ++wrong > 0)
			print_error("row %zu: %s\n", i, buf_str(&out));
		buf_free(&out);
	}
	assert_int_equal(wrong, 0);
}

/* Whatever it says, same and removed are the old words, same and added the new text. */
struct sides { struct buf before, after; size_t changes; };

static void
collect(void *arg, enum diff_kind kind, const char *ptr, size_t len)
{
	struct sides	*sides = arg;

	if (kind != DIFF_ADDED)
		buf_put(&sides->before, ptr, len);
	if (kind != DIFF_REMOVED)
		buf_put(&sides->after, ptr, len);
	sides->changes += kind != DIFF_SAME;
}

static void
check(const struct buf *before, const struct buf *after, size_t most)
{
	struct sides	 sides = { BUF_INIT(SIZE_MAX), BUF_INIT(SIZE_MAX), 0 };

	diff_words(before->ptr, before->len, after->ptr, after->len, collect, &sides);
	assert_string_equal(buf_str(&sides.before), buf_str((struct buf *)before));
	assert_string_equal(buf_str(&sides.after), buf_str((struct buf *)after));
	assert_true(sides.changes <= most);
	buf_free(&sides.before);
	buf_free(&sides.after);
}

static void
test_any(void **state)
{
	uint32_t	 seed = 7;
	int		 round, i;

	(void)state;
	for (round = 0; round < 300; round++) {
		struct buf	 before = BUF_INIT(SIZE_MAX), after = BUF_INIT(SIZE_MAX);

		for (i = 0; i < 40; i++) {
			seed = seed * 1103515245 + 12345;
			if ((seed >> 16 & 3) != 0)
				buf_printf(&before, "%c ", 'a' + (int)(seed >> 8 & 3));
			if ((seed >> 18 & 3) != 0)
				buf_printf(&after, "%c ", 'a' + (int)(seed >> 8 & 3));
		}
		check(&before, &after, 80);
		buf_free(&before);
		buf_free(&after);
	}
}

/* One difference more than is looked for. */
static void
test_too_many(void **state)
{
	struct buf	 before = BUF_INIT(SIZE_MAX), after = BUF_INIT(SIZE_MAX);
	int		 i;

	(void)state;
	for (i = 0; i <= DIFF_WORDS_MAX; i++) {
		buf_printf(&before, "%s ", i % 2 == 0 ? "x" : "kept");
		buf_printf(&after, "%s ", i % 2 == 0 ? "y" : "kept");
	}
	check(&before, &after, 2);
	buf_free(&before);
	buf_free(&after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_any), cmocka_unit_test(test_too_many) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
