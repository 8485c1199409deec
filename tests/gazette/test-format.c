/* Formats of lines by rows: what is wrong with one and where; the line that one makes in so many columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/format.h"
#include "contrib/gazette/text.h"
#include "tests/gazette/layout-show.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define TEN "%t%t%t%t%t%t%t%t%t%t"

static const char letters[] = "tunewz";

/* NULL: nothing. */
static const struct { const char *format, *why; } checks[] = {
	{ "", NULL }, { "%t", NULL }, { "%n%-8t %3u%>100%%", NULL }, { "%1000t", NULL }, { "text & ? only", NULL }, { TEN TEN TEN TEN TEN TEN, NULL },
	{ "%x", "at byte 1, '%x': there is no such letter; there are %t %u %n %e %w %z" },
	{ "%t%&", "at byte 3, '%&': there is no such letter; there are %t %u %n %e %w %z" },
	{ "ab %-8x cd", "at byte 4, '%-8x cd': there is no such letter; there are %t %u %n %e %w %z" },
	{ "100%", "at byte 4, '%': a letter is missing" }, { "%8", "at byte 1, '%8': a letter is missing" }, { "%-", "at byte 1, '%-': a letter is missing" },
	{ "%1001t", "at byte 1, '%1001t': a width is too large" }, { "%99999999999999t", "at byte 1, '%99999999999999t': a width is too large" },
	{ "%8%", "at byte 1, '%8%': only a letter has a width" }, { "%-%", "at byte 1, '%-%': only a letter has a width" },
	{ "%5>", "at byte 1, '%5>': only a letter has a width" }, { "%-> ", "at byte 1, '%-> ': only a letter has a width" },
	{ TEN TEN TEN TEN TEN TEN "%t%t%t%t%t", "at byte 129, '%t': there are too many parts" },
	/* conditions */
	{ "%?t?yes&no?", NULL }, { "%?t?yes?", NULL }, { "%?t??", NULL }, { "%?t?&?", NULL }, { "%?t?%u&%>%8n%%?%?u?%t?", NULL },
	{ "a%?x?yes?", "at byte 2, '%?x?yes?': there is no such letter; there are %t %u %n %e %w %z" },
	{ "%?t?%x?", "at byte 5, '%x?': there is no such letter; there are %t %u %n %e %w %z" },
	{ "%?t?%u&ab%x?", "at byte 10, '%x?': there is no such letter; there are %t %u %n %e %w %z" },
	{ "%?t?%u&%8?", "at byte 8, '%8?': a letter is missing" },
	{ "%?", "at byte 1, '%?': a condition begins with a letter and a ? behind it" },
	{ "%?t", "at byte 1, '%?t': a condition begins with a letter and a ? behind it" },
	{ "%?t yes?", "at byte 1, '%?t yes?': a condition begins with a letter and a ? behind it" },
	{ "%?t?yes", "at byte 1, '%?t?yes': the condition is not ended by a ?" }, { "%?t?", "at byte 1, '%?t?': the condition is not ended by a ?" },
	{ "%?t?yes&no", "at byte 1, '%?t?yes&no': the condition is not ended by a ?" },
	{ "%8?t?yes?", "at byte 1, '%8?t?yes?': only a letter has a width" },
	{ "%?t?a%?u?b?c?", "at byte 6, '%?u?b?c?': no condition stands in another" },
	{ "%?t?a&%?u?b?c?", "at byte 7, '%?u?b?c?': no condition stands in another" },
	{ TEN TEN TEN TEN TEN TEN "%?t?%u%u&%n%n?", "at byte 132, '%n?': there are too many parts" },
};

static void
test_checks(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(checks); row++) {
		char why[FORMAT_WHY_BYTES] = "";
		bool well = format_check(checks[row].format, letters, why);

		if (well != (checks[row].why == NULL) || (!well && strcmp(why, checks[row].why) != 0))
			fail_msg("row %zu, \"%s\": %s", row, checks[row].format, why);
	}
}

static unsigned
field(void *arg, char letter, struct buf *out)
{
	static const struct { char letter; const char *text; unsigned style; } fields[] = {
		{ 't', "title", TERM_HEAD }, { 'u', "12", TERM_PLAIN }, { 'n', " ", TERM_PLAIN }, { 'e', "", TERM_PLAIN }, { 'z', "0", TERM_PLAIN },
		{ 'w', "\345\255\227\345\255\227", TERM_LINK }
	};

	(void)arg;
	for (size_t row = 0; row < COUNT(fields); row++)
		if (fields[row].letter == letter) {
			buf_puts(out, fields[row].text);
			return fields[row].style;
		}
	return TERM_ERROR;
}

static const struct { const char *format; int cols; const char *line; } lines[] = {
	{ "", 4, "    " }, { "ab", 4, "ab  " }, { "abcdef", 4, "abc…" }, { "%u%%", 6, "12%   " }, { "%4u|%-4u|", 10, "  12|12  |" },
	{ "%t", 8, "{T:title   }" }, { "%t", 3, "{T:ti…}" }, { "%-3t|", 6, "{T:ti…}|  " }, { "%1u|", 4, "12| " },
	{ "%u%>%u", 8, "12    12" }, { "%t%>%u", 6, "{T:tit…}12" }, { "%w", 3, "{L:字…}" }, { "%w|", 6, "{L:字字}| " },
	/* conditions: something, nothing, blanks, zero */
	{ "%?t?yes&no?", 4, "yes " }, { "%?e?yes&no?", 4, "no  " }, { "%?n?yes&no?", 4, "no  " }, { "%?z?yes&no?", 4, "no  " },
	{ "%?u?yes&no?", 4, "yes " }, { "%?t?yes?.", 4, "yes." }, { "%?e?yes?.", 4, ".   " }, { "%?e?&no?", 4, "no  " }, { "%?t?&no?.", 4, ".   " },
	{ "%?e?%t&%u?|", 5, "12|  " }, { "%?t?[%t] &?%u", 12, "[{T:title}] 12  " }, { "a%?t?%>?b", 6, "a    b" }, { "%?t?%4u|?%?e?x&%-4u|?", 10, "  12|12  |" },
	{ "%?t?100%%?", 6, "100%  " }, { "%?u?a & b?", 8, "a       " },
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(lines); row++) {
		struct lines got = { 0 };
		struct buf shown = BUF_INIT(4096);
		char why[FORMAT_WHY_BYTES];

		lines_clear(&got);
		assert_true(format_check(lines[row].format, letters, why));
		format_line(lines[row].format, lines[row].cols, field, NULL, &got);
		layout_show(&got, &shown);
		if (shown.len == 0 || strncmp(buf_str(&shown), lines[row].line, shown.len - 1) != 0 || strlen(lines[row].line) != shown.len - 1)
			fail_msg("row %zu, \"%s\": \"%s\"", row, lines[row].format, buf_str(&shown));
		assert_int_equal(lines_columns(&got, 0), lines[row].cols);
		lines_free(&got);
		buf_free(&shown);
	}
}

/* In whatever width, it is that wide. */
static void
test_widths(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(lines); row++)
		for (int cols = 1; cols < 40; cols++) {
			struct lines got = { 0 };

			lines_clear(&got);
			format_line(lines[row].format, cols, field, NULL, &got);
			if (lines_columns(&got, 0) != cols)
				fail_msg("row %zu, %d columns: %d", row, cols, lines_columns(&got, 0));
			lines_free(&got);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_checks), cmocka_unit_test(test_lines), cmocka_unit_test(test_widths) };

	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
