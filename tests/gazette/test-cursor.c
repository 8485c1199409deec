/* Where the terminal says that its cursor is, by rows: what has come from it, and the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/cursor.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct { const char *text; int row, col; } rows[] = {
	{ "\033[1;1R", 0, 0 }, { "\033[24;80R", 23, 79 }, { "\033[9999;9999R", 9998, 9998 },
	/* among what was typed */
	{ "jj\033[A\033[7;1Rq", 6, 0 }, { "\033\033[[3;\033[2;3R", 1, 2 }, { "\033[5;\033[6;7R", 5, 6 },
	/* not there, or not all of it */
	{ "", -1, -1 }, { "\033[24;80", -1, -1 }, { "\033[24R", -1, -1 }, { "\033[;R", -1, -1 }, { "\033[0;1R", -1, -1 },
	{ "\033[1;0R", -1, -1 }, { "24;80R", -1, -1 }, { "\033[?1;1R", -1, -1 }, { "\033[-1;1R", -1, -1 },
	{ "\033[10000;1R", -1, -1 }, { "\033[1;99999999999999999999R", -1, -1 },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT(rows); at++) {
		int row = -1, col = -1;
		bool found = cursor_find(rows[at].text, strlen(rows[at].text), &row, &col);

		if (found != (rows[at].row != -1) || row != rows[at].row || col != rows[at].col)
			fail_msg("row %zu: %d, %d", at, row, col);
	}
}

/* Byte by byte: before the last one there is none. */
static void
test_pieces(void **state)
{
	static const char text[] = "x\033[12;34R";
	int row, col;

	(void)state;
	for (size_t len = 0; len + 1 < sizeof(text) - 1; len++)
		assert_false(cursor_find(text, len, &row, &col));
	assert_true(cursor_find(text, sizeof(text) - 1, &row, &col));
}

static void
test_no_terminal(void **state)
{
	int ends[2], row, col;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(cursor_ask(ends[0], ends[1], &row, &col), -1);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_pieces), cmocka_unit_test(test_no_terminal) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
