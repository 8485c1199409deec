/* Who comes next: how long a turn makes the others wait, and the circle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/patience.h"
#include "daemon/shared/loop.h"

enum { MS = 1000, EASE = PATIENCE_EASE_MS * MS, MOST = PATIENCE_PAUSE_MAX_MS * MS, START = 5000 * MS };

/* Times in microseconds; eased counts from START, now from the end of the turn; -1: never. So many answers after it at that time. */
static void
test_pause(void **state)
{
	static const struct { const char *name; int64_t took, eased, now, left; int answers; } rows[] = {
		{ "nobody was at ease", 100, -1, 0, 0, 0 },
		{ "somebody was, long ago", 100, -2 * EASE, 0, 0, 0 },
		{ "somebody was just now", 10, 10, 0, 10 * PATIENCE_SHARE, PATIENCE_ANSWERS },
		{ "half of it is over", 10, 10, 5 * PATIENCE_SHARE, 5 * PATIENCE_SHARE, PATIENCE_ANSWERS },
		{ "all of it is over", 10, 10, 10 * PATIENCE_SHARE, 0, PATIENCE_ANSWERS },
		{ "but there were few answers", 10, MOST, 10 * PATIENCE_SHARE, MOST - 10 * PATIENCE_SHARE, PATIENCE_ANSWERS - 1 },
		{ "few answers in a long time", 10, 2 * MOST, MOST, 0, 1 },
		{ "nobody has come any more", 1 * MS, 1 * MS, EASE, 0, PATIENCE_ANSWERS },
		{ "nobody after few answers", 1 * MS, 1 * MS, EASE, 0, 1 },
		{ "still somebody comes", 1 * MS, 1 * MS + 10, 10, EASE, PATIENCE_ANSWERS },
		{ "it was long", 1 * MS, 1 * MS + MOST, 64 * MS, 64 * MS, PATIENCE_ANSWERS },
		{ "it was very long", MOST, 2 * MOST, MOST - 5 * MS, 5 * MS, PATIENCE_ANSWERS }
	};
	struct loop *loop = loop_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct patience *patience = patience_new(loop);
		int64_t ended = START + rows[i].took, left;

		print_message("# %s\n", rows[i].name);
		if (rows[i].eased != -1)
			patience_eased(patience, START + rows[i].eased);
		patience_took(patience, START, ended);
		for (int answer = 0; answer < rows[i].answers; answer++)
			patience_eased(patience, START + rows[i].eased);
		left = patience_left_us(patience, ended + rows[i].now);
		assert_int_equal(left > 0 ? left : 0, rows[i].left);
		patience_free(patience);
	}
	loop_free(loop);
}

static char order[64];
static struct patience *circle;
static struct loop *loop;

struct waiter { struct patience_turn turn; char name; int more; struct waiter *drops; };

static void
on_turn(void *arg)
{
	struct waiter *waiter = arg;

	order[strlen(order)] = waiter->name;
	assert_false(waiter->turn.waits);
	if (waiter->drops != NULL)
		patience_leave(circle, &waiter->drops->turn);
	if (waiter->more-- > 0) {
		patience_wait(circle, &waiter->turn);
		patience_wait(circle, &waiter->turn);
	} else if (waiter->name == 'z')
		loop_stop(loop);
}

/* Each once before anybody twice; who has left is left out; z ends it. */
static void
test_circle(void **state)
{
	static const struct { const char *name; int more[4], drops[4]; const char *order; } rows[] = {
		{ "once each", { 0, 0, 0, 0 }, { 0 }, "abcz" },
		{ "all again", { 2, 2, 2, 2 }, { 0 }, "abczabczabcz" },
		{ "one has more than others", { 4, 0, 0, 4 }, { 0 }, "abczazazazaz" },
		{ "one sends another away", { 1, 1, 1, 1 }, { 'b', 0, 0, 0 }, "aczacz" },
		{ "one sends away who was served", { 1, 1, 1, 1 }, { 0, 'a', 0, 0 }, "abczbcz" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct waiter waiters[4];

		print_message("# %s\n", rows[i].name);
		memset(order, 0, sizeof order);
		loop = loop_new();
		circle = patience_new(loop);
		for (int k = 0; k < 4; k++) {
			waiters[k] = (struct waiter){ { .func = on_turn, .arg = &waiters[k] }, "abcz"[k], rows[i].more[k],
			    rows[i].drops[k] != 0 ? &waiters[rows[i].drops[k] - 'a'] : NULL };
			patience_wait(circle, &waiters[k].turn);
		}
		loop_run(loop);
		assert_string_equal(order, rows[i].order);
		patience_free(circle);
		loop_free(loop);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_pause), cmocka_unit_test(test_circle) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
