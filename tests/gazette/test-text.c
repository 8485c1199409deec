/* Text from strangers on a terminal: cleaned, measured, cut, wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "contrib/gazette/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void
same(size_t row, struct buf *got, const char *expected)
{
	if (strcmp(buf_str(got), expected) != 0)
		fail_msg("row %zu: got \"%s\", expected \"%s\"", row, buf_str(got), expected);
	buf_free(got);
}

static void
test_clean(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "  a \t b\r\n c  ", "a b c" },
		{ "a\xc2\xa0" "b\xe3\x80\x80" "c\xe2\x80\xa8" "d", "a b c d" },		/* NBSP, U+3000, U+2028 */
		{ "red \x1b[31mred\x1b[0m", "red [31mred[0m" },
		{ "bell\a back\b del\x7f", "bell back del" },
		{ "c1 \xc2\x9b" "31m \xc2\x85 nel", "c1 31m nel" },
		{ "\xe2\x80\xae" "evil\xe2\x80\xac", "evil" },				/* U+202E, U+202C */
		{ "\xe2\x81\xa6iso\xe2\x81\xa9 \xd8\x9c" "alm \xe2\x80\x8f" "rlm", "iso alm rlm" },
		{ "soft\xc2\xadhyphen zero\xe2\x80\x8bwidth \xef\xbb\xbf" "bom", "softhyphen zerowidth bom" },
		{ "\xf3\xa0\x81\x81tag", "tag" },					/* U+E0041 */
		{ "bad \xff\xfe utf8 \xc3", "bad \xef\xbf\xbd\xef\xbf\xbd utf8 \xef\xbf\xbd" },
		{ "\xed\xa0\x80 surrogate", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd surrogate" },
		{ "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" },	/* Hebrew stays */
		{ "e\xcc\x81", "e\xcc\x81" },
		{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" },
		/* ten marks on one letter: eight are kept, and the next letter may have its own */
		{ "z\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81y\xcc\x81",
		    "z\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81y\xcc\x81" },
		{ "a\xf0\x93\x90\xb0" "b\xf0\x93\x90\xbf", "ab" },			/* controls of hieroglyphs */
		{ "a\xf0\x9f\xbf\xbe" "b\xf4\x8f\xbf\xbf" "c\xf4\x8f\xbf\xbd", "abc\xf4\x8f\xbf\xbd" },	/* no characters; a private one */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 out = BUF_INIT(4096);

		text_clean(rows[i].in, &out);
		same(i, &out, rows[i].out);
	}
}

static void
test_clean_lines(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "one\ntwo\r\nthree\rfour", "one\ntwo\nthree\nfour" },
		{ "a\tb\n\tc\n1234567\td\n12345678\te", "a       b\n        c\n1234567 d\n12345678        e" },
		{ "\xe6\x97\xa5\tx", "\xe6\x97\xa5      x" },
		{ "keeps   spaces", "keeps   spaces" },
		{ "no\x1b]0;title\a", "no]0;title" },
		{ "p\xe2\x80\xa9q", "p\nq" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 out = BUF_INIT(4096);

		text_clean_lines(rows[i].in, strlen(rows[i].in), &out);
		same(i, &out, rows[i].out);
	}
}

static void
test_width(void **state)
{
	static const struct { const char *in; int width; } rows[] = {
		{ "", 0 }, { "abc", 3 }, { "\xc3\xa9", 1 }, { "e\xcc\x81", 1 }, { "\xe6\x97\xa5\xe6\x9c\xac", 4 },
		{ "\xf0\x9f\x98\x80", 2 }, { "\xd7\xa9", 1 }, { "\xef\xbf\xbd", 1 }, { "\xed\x95\x9c", 2 },
		{ "\xe2\x80\xa2\xc2\xa7\xce\xb1\xe2\x94\x82", 4 },		/* of ambiguous width: one column each */
		{ "\xef\xbc\xa1", 2 }, { "\xf0\xa0\x80\x80", 2 }, { "\xe2\x80\xa6", 1 }, { "\xf3\x80\x80\x80", 1 }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_width(rows[i].in, strlen(rows[i].in)) != rows[i].width)
			fail_msg("row %zu: %d", i, text_width(rows[i].in, strlen(rows[i].in)));
}

/* Characters as people count them: bytes and columns of the first. */
static void
test_cluster(void **state)
{
	static const struct { const char *in; size_t bytes; int columns; } rows[] = {
		{ "ab", 1, 1 },
		{ "e\xcc\x81x", 3, 1 },
		{ "\xe6\x97\xa5\xe6\x9c\xac", 3, 2 },				/* 日 */
		{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbbx", 11, 4 },		/* woman, joiner, laptop: shown as two */
		{ "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbdx", 8, 2 },			/* thumb with a tone */
		{ "\xf0\x9f\x8f\xbdx", 4, 2 },					/* a tone alone */
		{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab", 8, 2 },	/* a flag, the next is another */
		{ "\xf0\x9f\x87\xa9x", 4, 1 },					/* half a flag */
		{ "\xe2\x9d\xa4\xef\xb8\x8fx", 6, 1 },				/* heart, variation selector */
		{ "1\xef\xb8\x8f\xe2\x83\xa3x", 7, 1 },				/* keycap */
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab x", 9, 2 },		/* Hangul in parts */
		{ "\xe0\xa4\x95\xe0\xa5\x8dx", 6, 1 },				/* Devanagari with virama */
		{ "\xd8\xa8\xe2\x80\x8d\xd8\xa8", 5, 1 },			/* a joiner between letters joins no columns */
		{ "\xe8\x91\x9b\xf3\xa0\x84\x80x", 7, 2 },			/* ideographic variation */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int columns;
		size_t bytes = text_cluster(rows[i].in, strlen(rows[i].in), &columns);

		if (bytes != rows[i].bytes || columns != rows[i].columns)
			fail_msg("row %zu: %zu bytes, %d columns", i, bytes, columns);
	}
}

/* Where a line may end. */
static void
test_melts(void **state)
{
	static const struct { uint32_t base, cp; bool melts; } rows[] = {
		{ 0x1f469, 0x200d, true }, { 0x1f44d, 0x1f3fd, true }, { 0x2764, 0xfe0f, true }, { 'a', 0xfe0f, true },
		{ 'n', 0x200d, true }, { ' ', 0x200d, true }, { 0x430, 0x200d, true },		/* joins nothing there */
		{ 0x628, 0x200d, false }, { 0x915, 0x200d, false },				/* Arabic, Devanagari */
		{ 'a', 0x301, false }, { 'a', 0x1f3fd, false }, { 0x628, 0x200c, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_melts(rows[i].base, rows[i].cp) != rows[i].melts)
			fail_msg("row %zu", i);
}

static void
test_line(void **state)
{
	static const struct { const char *in; int room; size_t bytes; } rows[] = {
		{ "one two", 7, 7 }, { "one two", 6, 4 }, { "one two", 3, 3 },
		{ "well-known", 7, 5 }, { "2020-2021", 7, 5 }, { "-x-y-", 3, 3 },
		{ "one\xe2\x80\x94two", 6, 6 },						/* behind a dash */
		{ "http://a.example/b/c?d=e", 20, 19 }, { "abcdefgh", 5, 5 },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, 6 },				/* between wide ones */
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82", 5, 3 },				/* but not before a full stop */
		{ "a\xc2\xa0" "b c", 4, 5 },							/* no break at a no-break space */
		{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7", 3, 8 },
		{ "\xe6\x97\xa5", 1, 3 },							/* one at least */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t bytes = text_line(rows[i].in, strlen(rows[i].in), rows[i].room);

		if (bytes != rows[i].bytes)
			fail_msg("row %zu: %zu bytes", i, bytes);
	}
}

static void
test_date_format(void **state)
{
	static const struct { const char *date, *time, *out; } rows[] = {
		{ "%m/%d/%y", "%H:%M:%S", "%a, %-d %b %Y %H:%M" },		/* C */
		{ "%m/%d/%Y", "%r", "%a, %b %-d, %Y %-I:%M %p" },		/* en_US */
		{ "%d/%m/%y", "%T", "%a, %-d %b %Y %H:%M" },			/* en_GB */
		{ "%d.%m.%Y", "%T", "%a, %-d %b %Y %H:%M" },			/* de_DE */
		{ "%Y-%m-%d", "%H.%M.%S", "%a %Y-%m-%d %H:%M" },		/* sv_SE */
		{ "%Y\xe5\xb9\xb4%m\xe6\x9c\x88%d\xe6\x97\xa5", "%H\xe6\x99\x82%M\xe5\x88\x86%S\xe7\xa7\x92", "%a %Y-%m-%d %H:%M" },
		{ "%A, %d %B, %Y", "%I:%M:%S %p", "%a, %-d %b %Y %-I:%M %p" },	/* en_IN */
		{ "%-m/%-d/%Oy", "%EX", "%a, %b %-d, %Y %H:%M" },
		{ "%F", "%T", "%a %Y-%m-%d %H:%M" },
		{ "", "", "%a, %-d %b %Y %H:%M" }, { "%", "%", "%a, %-d %b %Y %H:%M" },
	};
	char out[TEXT_DATE_BYTES];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_date_format(rows[i].date, rows[i].time, out);
		if (strcmp(out, rows[i].out) != 0)
			fail_msg("row %zu: %s", i, out);
	}
}

static void
test_date(void **state)
{
	static const struct { const char *format, *out; } rows[] = {
		{ NULL, "Wed, 12 Nov 2025 13:04" },
		{ "%Y-%m-%d", "2025-11-12" },
		{ "\x1b[31m%H\xe2\x80\xae", "[31m13" },
		{ "%", "%" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789012345678901234567", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 out = BUF_INIT(4096);

		text_date(1762952640, rows[i].format, &out);
		same(i, &out, rows[i].out);
	}
}

static void
test_put(void **state)
{
	static const struct { const char *in; int width; enum text_pad pad; const char *out; } rows[] = {
		{ "abc", 5, TEXT_PAD_RIGHT, "abc  " },
		{ "abc", 5, TEXT_PAD_LEFT, "  abc" },
		{ "abc", 5, TEXT_NO_PAD, "abc" },
		{ "abcde", 5, TEXT_PAD_RIGHT, "abcde" },
		{ "abcdef", 5, TEXT_PAD_RIGHT, "abcd\xe2\x80\xa6" },
		{ "abcdef", 1, TEXT_PAD_RIGHT, "\xe2\x80\xa6" },
		{ "abcdef", 0, TEXT_PAD_RIGHT, "" },
		{ "abcdef", -3, TEXT_PAD_RIGHT, "" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 6, TEXT_PAD_RIGHT, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
		/* a wide character that does not fit leaves a column to fill */
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, TEXT_PAD_RIGHT, "\xe6\x97\xa5\xe2\x80\xa6 " },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, TEXT_PAD_RIGHT, "\xe6\x97\xa5\xe6\x9c\xac\xe2\x80\xa6" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, TEXT_PAD_LEFT, " \xe6\x97\xa5\xe2\x80\xa6" },
		/* marks stay with their letter */
		{ "ae\xcc\x81z", 3, TEXT_PAD_RIGHT, "ae\xcc\x81z" },
		{ "abe\xcc\x81z", 3, TEXT_PAD_RIGHT, "ab\xe2\x80\xa6" },
		{ "ae\xcc\x81zz", 3, TEXT_PAD_RIGHT, "ae\xcc\x81\xe2\x80\xa6" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 out = BUF_INIT(4096);

		text_put(rows[i].in, strlen(rows[i].in), rows[i].width, rows[i].pad, &out);
		same(i, &out, rows[i].out);
	}
}

static void
test_wrap(void **state)
{
	static const struct { const char *in; int width; const char *out; } rows[] = {
		{ "", 10, "" },
		{ "\n\n", 10, "\n\n" },
		{ "one two three", 0, "one two three" },
		{ "one two three", 13, "one two three" },
		{ "one two three", 12, "one two\nthree" },
		{ "one two three", 7, "one two\nthree" },
		{ "one two three", 5, "one\ntwo\nthree" },
		{ "one two\nthree four", 9, "one two\nthree\nfour" },
		{ "abcdefghij", 4, "abcd\nefgh\nij" },
		{ "ab abcdefghij", 5, "ab\nabcde\nfghij" },
		{ "one   two", 5, "one\ntwo" },
		{ "one   two", 9, "one   two" },
		{ "one  ", 3, "one" },
		/* quotes, lists, indentation */
		{ "> one two three", 9, "> one two\n> three" },
		{ "> > one two", 8, "> > one\n> > two" },
		{ "* one two", 6, "* one\n  two" },
		{ "  * one two", 8, "  * one\n    two" },
		{ "12. one two", 8, "12. one\n    two" },
		{ "1999 one two", 8, "1999 one\ntwo" },
		{ "12345. one", 8, "12345.\none" },
		{ "    code line", 10, "    code\n    line" },
		{ "        one two", 10, "one two" },
		{ "> > > > > > one two", 10, "> > > > >\n> one two" },
		{ ">", 10, ">" },
		{ "*bold* one two", 10, "*bold* one\ntwo" },
		/* wide characters break between them, but not before closing or after opening punctuation */
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, "\xe6\x97\xa5\xe6\x9c\xac\n\xe8\xaa\x9e" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, "\xe6\x97\xa5\xe6\x9c\xac\n\xe8\xaa\x9e" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82\xe8\xaa\x9e", 4, "\xe6\x97\xa5\n\xe6\x9c\xac\xe3\x80\x82\n\xe8\xaa\x9e" },
		{ "\xe6\x97\xa5\xe3\x80\x8c\xe6\x9c\xac", 4, "\xe6\x97\xa5\n\xe3\x80\x8c\xe6\x9c\xac" },
		{ "\xe6\x97\xa5", 1, "\xe6\x97\xa5" },
		{ " \xe6\x97\xa5", 2, "\xe6\x97\xa5" },
		{ "  ", 1, "" },
		/* marks go with their letter */
		{ "abe\xcc\x81" "d", 3, "abe\xcc\x81\nd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 out = BUF_INIT(4096);

		text_wrap(rows[i].in, strlen(rows[i].in), rows[i].width, &out);
		same(i, &out, rows[i].out);
	}
}

/* No line is wider than asked, nothing but spaces is lost: for every width. */
static void
test_wrap_all_widths(void **state)
{
	static const char	text[] = "> A quote with a-long-word-in-it and \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x80\x82 "
	    "e\xcc\x81t\xc3\xa9\n  * a list of things that is longer than most\n10. ten";

	(void)state;
	for (int width = 2; width < 90; width++) {
		struct buf	 out = BUF_INIT(4096);
		const char	*line, *end, *from = text;

		text_wrap(text, strlen(text), width, &out);
		for (line = buf_str(&out); *line != '\0'; line = end + (*end == '\n')) {
			end = line + strcspn(line, "\n");
			if (text_width(line, end - line) > width)
				fail_msg("width %d: \"%.*s\"", width, (int)(end - line), line);
		}
		for (line = buf_str(&out); *line != '\0'; line++) {
			if (*line == ' ' || *line == '\n' || *line == '>')
				continue;
			while (*from == ' ' || *from == '\n' || *from == '>')
				from++;
			if (*line != *from++)
				fail_msg("width %d: \"%s\"", width, line);
		}
		assert_string_equal(from, "");
		buf_free(&out);
	}
}

static void
test_age(void **state)
{
	enum { NOW = 1764072000 };	/* 2025-11-25 12:00 UTC */
	static const struct { int64_t time_s; const char *out; } rows[] = {
		{ NOW, "now" }, { NOW - 59, "now" }, { NOW + 59, "now" }, { NOW - 60, "1m" }, { NOW - 3599, "59m" },
		{ NOW - 3600, "1h" }, { NOW - 86399, "23h" }, { NOW - 86400, "1d" }, { NOW - 7 * 86400 + 1, "6d" },
		{ NOW - 7 * 86400, "18 Nov" }, { NOW - 20 * 86400, " 5 Nov" }, { NOW - 400 * 86400, "Oct 2024" },
		{ NOW + 300, "in 5m" }, { NOW + 2 * 86400, "in 2d" }, { NOW + 30 * 86400, "25 Dec" }, { NOW + 40 * 86400, "Jan 2026" },
		{ NOW + 400 * 86400, "Dec 2026" }, { 0, "Jan 1970" }, { INT64_MAX / 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char	 out[TEXT_AGE_BYTES];

		text_age(rows[i].time_s, NOW, out);
		if (strcmp(out, rows[i].out) != 0)
			fail_msg("row %zu: got \"%s\", expected \"%s\"", i, out, rows[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_clean), cmocka_unit_test(test_clean_lines), cmocka_unit_test(test_width),
		cmocka_unit_test(test_cluster), cmocka_unit_test(test_melts), cmocka_unit_test(test_line), cmocka_unit_test(test_date_format),
		cmocka_unit_test(test_date), cmocka_unit_test(test_put), cmocka_unit_test(test_wrap), cmocka_unit_test(test_wrap_all_widths),
		cmocka_unit_test(test_age)
	};

	setenv("TZ", "UTC", 1);
	setenv("LC_ALL", "C", 1);	/* the widths do not depend on the user's locale */
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
