/* The arithmetic of lists by rows: a list "count selected top height", what is done to it, what it is then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/list.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct {
	const char	*before;
	const char	*what;
	long		 one, other;
	const char	*after;
} rows[] = {
	/* moving stops at the ends and scrolls as little as it must */
	{ "10 0 0 5", "move", -1, 0, "10 0 0 5" },
	{ "10 0 0 5", "move", 4, 0, "10 4 0 5" },
	{ "10 4 0 5", "move", 1, 0, "10 5 1 5" },
	{ "10 9 5 5", "move", 1, 0, "10 9 5 5" },
	{ "10 5 5 5", "move", -1, 0, "10 4 4 5" },
	{ "0 0 0 5", "move", 1, 0, "0 0 0 5" },
	{ "1 0 0 5", "move", 100, 0, "1 0 0 5" },
	/* a page keeps the line of the screen; at the ends the selection goes to the end */
	{ "100 2 0 10", "scroll", 10, 0, "100 12 10 10" },
	{ "100 12 10 10", "scroll", -10, 0, "100 2 0 10" },
	{ "100 2 0 10", "scroll", -10, 0, "100 0 0 10" },
	{ "100 85 80 10", "scroll", 10, 0, "100 95 90 10" },
	{ "100 95 90 10", "scroll", 10, 0, "100 99 90 10" },
	{ "3 1 0 10", "scroll", 10, 0, "3 2 0 10" },
	/* choosing a line; beyond the last is the last */
	{ "100 0 0 10", "select", 50, 0, "100 50 41 10" },
	{ "100 50 41 10", "select", 0, 0, "100 0 0 10" },
	{ "100 0 0 10", "select", 1000, 0, "100 99 90 10" },
	{ "100 0 0 10", "select", -1, 0, "100 99 90 10" },	/* SIZE_MAX */
	{ "0 0 0 10", "select", -1, 0, "0 0 0 10" },
	/* another height: what is selected stays in sight, the last page stays full */
	{ "100 9 0 10", "resize", 5, 0, "100 9 5 5" },
	{ "100 99 90 10", "resize", 20, 0, "100 99 80 20" },
	{ "100 50 45 10", "resize", 0, 0, "100 50 50 1" },
	{ "3 2 0 10", "resize", 2, 0, "3 2 1 2" },
	/* lines come above: nothing moves; below: nothing changes */
	{ "100 0 0 10", "insert", 0, 3, "103 3 3 10" },
	{ "100 20 15 10", "insert", 0, 3, "103 23 18 10" },
	{ "100 20 15 10", "insert", 18, 1, "101 21 16 10" },
	{ "100 20 15 10", "insert", 21, 5, "105 20 15 10" },
	{ "100 20 15 10", "insert", 100, 5, "105 20 15 10" },
	{ "5 0 0 10", "insert", 0, 2, "7 2 0 10" },		/* all fits: the new ones are seen */
	{ "0 0 0 10", "insert", 0, 4, "4 0 0 10" },
	/* lines go */
	{ "100 20 15 10", "remove", 0, 3, "97 17 12 10" },
	{ "100 20 15 10", "remove", 20, 1, "99 20 15 10" },
	{ "100 20 15 10", "remove", 18, 5, "95 18 13 10" },
	{ "100 20 15 10", "remove", 50, 5, "95 20 15 10" },
	{ "100 99 90 10", "remove", 99, 1, "99 98 89 10" },
	{ "100 99 90 10", "remove", 0, 100, "0 0 0 10" },
	{ "100 50 45 10", "remove", 98, 10, "98 50 45 10" },
	{ "100 50 45 10", "remove", 100, 1, "100 50 45 10" },
	/* the same line among others */
	{ "100 20 15 10", "follow", 50, 30, "50 30 25 10" },
	{ "100 20 15 10", "follow", 50, 2, "50 2 0 10" },
	{ "100 20 15 10", "follow", 21, 20, "21 20 11 10" },
	{ "100 20 15 10", "follow", 0, 0, "0 0 0 10" },
	{ "100 20 15 10", "reset", 7, 0, "7 0 0 10" },
};

static void
act(struct list *list, const char *what, long one, long other)
{
	if (strcmp(what, "move") == 0)
		list_move(list, one);
	else if (strcmp(what, "scroll") == 0)
		list_scroll(list, one);
	else if (strcmp(what, "select") == 0)
		list_select(list, (size_t)one);
	else if (strcmp(what, "resize") == 0)
		list_resize(list, (size_t)one);
	else if (strcmp(what, "insert") == 0)
		list_insert(list, (size_t)one, (size_t)other);
	else if (strcmp(what, "remove") == 0)
		list_remove(list, (size_t)one, (size_t)other);
	else if (strcmp(what, "follow") == 0)
		list_follow(list, (size_t)one, (size_t)other);
	else if (strcmp(what, "reset") == 0)
		list_reset(list, (size_t)one);
	else
		fail_msg("no such action: %s", what);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct list list;
		char after[100];

		assert_int_equal(sscanf(rows[row].before, "%zu %zu %zu %zu", &list.count, &list.selected, &list.top,
		    &list.height), 4);
		act(&list, rows[row].what, rows[row].one, rows[row].other);
		snprintf(after, sizeof(after), "%zu %zu %zu %zu", list.count, list.selected, list.top, list.height);
		if (strcmp(after, rows[row].after) != 0)
			fail_msg("row %zu: (%s) %s %ld %ld: %s, not %s", row, rows[row].before, rows[row].what, rows[row].one,
			    rows[row].other, after, rows[row].after);
	}
}

/* Whatever happens, in any order, the promises of list.h hold. */
static void
test_promises(void **state)
{
	static const char *const whats[] = { "move", "scroll", "select", "resize", "insert", "remove", "follow" };
	struct list list = { .height = 5 };
	uint32_t random = 12345;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		const char *what;
		long one, other;

		random = random * 1664525 + 1013904223;
		what = whats[(random >> 8) % COUNT(whats)];
		one = (long)((random >> 12) % 60);
		other = (long)((random >> 20) % 30);
		if (strcmp(what, "insert") == 0 && one > (long)list.count)
			one = (long)list.count;
		if ((random >> 31) != 0 && (*what == 'm' || strcmp(what, "scroll") == 0))
			one = -one;
		act(&list, what, one, other);
		if (list.height < 1 || list.selected < list.top || list.selected >= list.top + list.height ||
		    (list.count != 0 && list.selected >= list.count) ||
		    (list.top != 0 && list.top + list.height > list.count))
			fail_msg("step %d: %s %ld %ld: %zu %zu %zu %zu", step, what, one, other, list.count, list.selected,
			    list.top, list.height);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_promises) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
