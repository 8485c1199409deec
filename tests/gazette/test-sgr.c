/* Pictures of character cells by rows: what a program writes for a terminal, and the lines that are made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/sgr.h"
#include "contrib/gazette/text.h"
#include "tests/gazette/layout-show.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct { const char *in; int cols, rows; const char *out; } rows[] = {
	{ "", 9, 9, "" },
	{ "ab\ncd\n", 9, 9, "{0 -1 -1:ab}\n{0 -1 -1:cd}\n" },
	{ "ab", 9, 9, "{0 -1 -1:ab}\n" },
	/* attributes and colours */
	{ "\033[1;2;3;4;7mx\033[22my\033[23;24;27mz", 9, 9, "{31 -1 -1:x}{28 -1 -1:y}{0 -1 -1:z}\n" },
	{ "\033[31;42mx\033[91;102my\033[39mz\033[49mw", 9, 9, "{0 1 2:x}{0 9 10:y}{0 -1 10:z}{0 -1 -1:w}\n" },
	{ "\033[37;47mx\033[97;107my\033[30;40mz", 9, 9, "{0 7 7:x}{0 15 15:y}{0 0 0:z}\n" },
	{ "\033[38;5;255;48;5;16mx", 9, 9, "{0 255 16:x}\n" },
	{ "\033[38;2;255;0;17;48;2;0;0;0mx", 9, 9, "{0 #ff0011 #000000:x}\n" },
	{ "\033[38;2;1;2;3;1mx\033[0my", 9, 9, "{1 #010203 -1:x}{0 -1 -1:y}\n" },
	{ "\033[31mx\033[my", 9, 9, "{0 1 -1:x}{0 -1 -1:y}\n" },
	{ "\033[31mx\033[;1my\033[1;mz", 9, 9, "{0 1 -1:x}{1 -1 -1:y}{0 -1 -1:z}\n" },
	{ "\033[31m\nx\033[31my", 9, 9, "\n{0 1 -1:xy}\n" },
	/* what is wrong in one changes nothing, or nothing besides */
	{ "\033[38;5;256mx", 9, 9, "{0 -1 -1:x}\n" }, { "\033[38;2;1;2;256;1mx", 9, 9, "{1 -1 -1:x}\n" },
	{ "\033[38;5mx\033[38mx\033[38;2;1;2mx\033[38;7;1mx", 9, 9, "{0 -1 -1:xxxx}\n" },
	{ "\033[38:5:1mx\033[4:3mx\033[?1mx\033[>4;1mx\033[1 mx\033[-1mx\033[999999999999mx", 20, 9, "{0 -1 -1:xxxxx1mxx}\n" },
	{ "\033[5;8;9;10;21;53;99;110mx", 9, 9, "{0 -1 -1:x}\n" },
	{ "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mx", 9, 9, "{0 -1 -1:x}\n" },
	/* other sequences, and strings with what is in them */
	{ "a\033[2Jb\033[10;10Hc\033[?25ld\033[!pe\033[6nf", 9, 9, "{0 -1 -1:abcdef}\n" },
	{ "a\033]0;title\007b\033]52;c;eA==\033\\c\033Pq#0;2;0\033\\d\033_Gi=1;AAAA\033\\e\033^x\033\\f\033Xx\033\\g", 9, 9, "{0 -1 -1:abcdefg}\n" },
	{ "a\033cb\033(0c\033#8d\033=e\0337f", 9, 9, "{0 -1 -1:abcdef}\n" },
	{ "a\033]0;never ends", 9, 9, "{0 -1 -1:a}\n" }, { "a\033[31", 9, 9, "{0 -1 -1:a}\n" }, { "a\033", 9, 9, "{0 -1 -1:a}\n" },
	{ "a\033[3\nb", 9, 9, "{0 -1 -1:a}\n{0 -1 -1:b}\n" }, { "a\033\033[1mb", 9, 9, "{0 -1 -1:a}{1 -1 -1:b}\n" },
	{ "a\033[1\033[1mb", 9, 9, "{0 -1 -1:a}{1 -1 -1:b}\n" },
	/* control characters, and what is not safe */
	{ "a\rb\tc\ad\be\177f\016g", 9, 9, "{0 -1 -1:abcdefg}\n" },
	{ "a\342\200\256c\342\200\250d\363\240\201\201e", 9, 9, "{0 -1 -1:acde}\n" },
	{ "a\302\23331mb\302\2332Jc\302\235" "0;t\007d\302\220q\033\\e\302\205f", 9, 9, "{0 -1 -1:a}{0 1 -1:bcdef}\n" },
	/* no UTF-8, no column, two columns */
	{ "a\377b\342\226c\300\200d", 9, 9, "{0 -1 -1:abcd}\n" }, { "a\314\201b\345\255\227c", 9, 9, "{0 -1 -1:abc}\n" },
	{ "\342\226\200\342\226\204\342\240\277", 9, 9, "{0 -1 -1:\342\226\200\342\226\204\342\240\277}\n" },
	/* what has no room */
	{ "abcd\nefgh\nijkl", 3, 2, "{0 -1 -1:abc}\n{0 -1 -1:efg}\n" }, { "abc", 0, 2, "" }, { "abc", 2, 0, "" },
	{ "ab\033[31mcd\033[me\nf", 3, 2, "{0 -1 -1:ab}{0 1 -1:c}\n{0 -1 -1:f}\n" },
	/* empty lines stay but at the end */
	{ "\n\na\n\nb\n\n\n", 9, 9, "\n\n{0 -1 -1:a}\n\n{0 -1 -1:b}\n" }, { "\n\n", 9, 9, "" }, { "\n\n\nx", 9, 3, "" },
	{ "\033[1m\n\033[0m\n", 9, 9, "" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct lines lines = { 0 };
		struct buf got = BUF_INIT(65536);

		lines_clear(&lines);
		sgr_lines(rows[row].in, strlen(rows[row].in), rows[row].cols, rows[row].rows, &lines);
		layout_show(&lines, &got);
		if (strcmp(buf_str(&got), rows[row].out) != 0)
			fail_msg("row %zu:\n%snot\n%s", row, buf_str(&got), rows[row].out);
		for (size_t at = 0; at < lines.count; at++)
			assert_int_equal(lines.rows[at].flags, LINES_PICTURE);
		lines_free(&lines);
		buf_free(&got);
	}
}

/* Whatever it is cut to, or whatever byte is another, no control character is left, and no line is too wide. */
static void
check(const char *in, size_t len)
{
	struct lines lines = { 0 };

	lines_clear(&lines);
	sgr_lines(in, len, 5, 3, &lines);
	assert_true(lines.count <= 3);
	for (size_t row = 0; row < lines.count; row++) {
		const char *text = lines_text(&lines, row);

		assert_true(lines_columns(&lines, row) <= 5);
		for (size_t at = 0; at < lines.rows[row].len; at++)
			assert_true((unsigned char)text[at] >= ' ' && text[at] != 0x7f);
	}
	lines_free(&lines);
}

static void
test_broken(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		size_t len = strlen(rows[row].in);
		char *copy = malloc(len + 1);

		assert_non_null(copy);
		for (size_t at = 0; at < len; at++)
			for (int with = 0; with < 256; with += with < 0x40 ? 1 : 7) {
				memcpy(copy, rows[row].in, len);
				copy[at] = (char)with;
				check(copy, len);
				check(copy, at + 1);
			}
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_broken) };

	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
