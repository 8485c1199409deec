/* Whose turn it is: scripts of what is added, started and ended, and what must come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/host.h"

enum { ITEMS = 26, ALL = HOST_QUICK | HOST_SLOW };

/*
 * A script's steps: "+a@x" item a waits at host x; "!a@x" the same, in front; "^a" a hurries; "-a" a is done; "t500" it is 500 ms;
 * "b@x:900" x is blocked until 900; ">a" a starts now; ">." none may start; "w700" host_when() says 700; "w-" never. "]a" and "v700" are the
 * same without those that are slow. "A@a:1" the host of a is at address 1; "S@a" it is slow, "Q@a" it is not.
 */
static const struct { const char *name; int64_t parallel, spacing; const char *steps; } scripts[] = {
	{ "empty", 2, 0, ">. w-" },
	{ "in order", 2, 0, "+a@x +b@x +c@x >a >b >. w- -a >c" },
	{ "one at a time", 1, 0, "+a@x +b@x >a >. -a >b >." },
	{ "spacing", 2, 1000, "+a@x +b@x >a >. w1000 t999 >. t1000 >b" },
	{ "spacing counts from the end, too", 1, 1000, "+a@x +b@x >a t2000 >. w- -a >. w3000 t2999 >. t3000 >b" },
	{ "spacing outlives the queue", 2, 1000, "+a@x >a -a +b@x >. w1000 t1000 >b" },
	{ "a slow host does not block others", 1, 0, "+a@x +b@x +c@y +d@z >a >c >d >. -c +e@y >e >. -a >b" },
	{ "hosts take turns", 2, 0, "+a@x +b@x +c@y +d@y >a t1 >c t2 >b t3 >d" },
	{ "urgent goes first", 1, 0, "+a@x +b@x !c@x >c >. -c >a -a >b" },
	{ "hurry", 1, 0, "+a@x +b@x +c@x ^c >c -c >a" },
	{ "hurry one that runs", 2, 0, "+a@x >a ^a >. -a" },
	{ "done before it started", 1, 0, "+a@x +b@x -a >b >." },
	{ "the last of a host leaves", 1, 0, "+a@x -a >. w- +b@x >b" },
	{ "blocked", 2, 0, "b@x:900 +a@x +b@y >b >. w900 t899 >. t900 >a" },
	{ "blocked while it waits", 2, 0, "+a@x b@x:900 >. w900 t900 >a" },
	{ "a shorter block changes nothing", 2, 0, "b@x:900 b@x:100 +a@x t500 >. t900 >a" },
	{ "blocked and spaced", 2, 1000, "+a@x +b@x >a b@x:500 w1000 b@x:3000 w3000 t1500 >. t3000 >b" },
	{ "hosts of one address are spaced as one", 2, 1000,
	    "+a@x >a A@a:1 -a +b@y >b A@b:1 -b t5000 +c@x +d@y +e@z >e >c >. w6000 t5999 >. t6000 >d" },
	{ "hosts of one address have connections as one", 2, 0,
	    "+a@x >a A@a:1 -a +b@y >b A@b:1 -b +c@x +d@x +e@y +f@y >c >e >. w- -e >d >. -c >f -d -f w-" },
	{ "what runs when the address is found counts for its host", 1, 0, "+a@x +b@y >a >b A@a:1 A@b:1 +c@x +d@y >. -a >c >. -b >. -c >d" },
	{ "the spacing goes on when the address is found", 2, 1000, "+a@x >a t100 +b@y >b A@b:1 A@a:1 -a -b +c@x +d@y w1100 t1100 >c w2100" },
	{ "a host moves", 1, 0, "+a@x +b@y >a >b A@a:1 A@b:1 -a -b +c@y >c A@c:2 -c +d@x +e@y >d >e >." },
	{ "a host moves while it runs", 1, 0, "+a@x >a A@a:1 -a +b@x >b A@b:2 +c@y >c A@c:1 -b -c +d@y >d +e@x >e -d -e" },
	{ "hosts of one address take turns", 1, 0, "+a@x +b@y >a >b A@a:1 A@b:1 -a -b +c@x +d@x +e@y +f@y >c -c >e -e >d -d >f" },
	{ "one host of an address is blocked", 1, 0, "+a@x +b@y >a >b A@a:1 A@b:1 -a -b b@x:900 +c@x +d@y >d -d >. w900 t900 >c" },
	{ "addresses do not wait for each other", 1, 1000, "+a@x +b@y >a >b A@a:1 A@b:2 -a -b t2000 +c@x +d@y >c >d" },
	{ "slow ones stand apart", 2, 0, "+a@x >a S@a -a +b@x +c@y ]c ]. v- >b >. w-" },
	{ "slow ones do not go before", 2, 0, "+a@x >a S@a -a +b@y +c@x ]b >c" },
	{ "slow while it waits", 1, 0, "+a@x +b@x +c@y >a S@a ]c -a ]. >b" },
	{ "quick again", 1, 0, "+a@x >a S@a -a +b@x ]. >b Q@b -b +c@x ]c" },
	{ "slow hosts are spaced, too", 2, 1000, "+a@x +b@x >a S@a >. w1000 v- t1000 ]. >b" },
	{ "a slow host keeps none of its address back", 2, 0, "+a@x +b@y >a >b A@a:1 A@b:1 S@a -a -b +c@x +d@y ]d ]. >c" },
	{ "a slow host uses the budget of its address", 1, 0, "+a@x +b@y >a >b A@a:1 A@b:1 S@a -a -b +c@x >c +d@y ]. v- -c ]d" },
	{ "parallel is per host", 2, 0, "+a@x +b@x +c@x +d@y +e@y +f@y >a >d >b >e >. -b >c >. -d >f" },
};

struct fixture { struct host_table *table; struct host_item items[ITEMS]; int64_t now; const char *where; };

static struct host_item *
item_of(struct fixture *fixture, char letter)
{
	return &fixture->items[letter - 'a'];
}

static void
want_next(struct fixture *fixture, unsigned lanes, char letter)
{
	struct host_item *item = host_next(fixture->table, fixture->now, lanes);
	char got = item == NULL ? '.' : (char)('a' + (item - fixture->items));

	if (got != letter)
		fail_msg("%s: %c starts, want %c", fixture->where, got, letter);
}

static void
want_when(struct fixture *fixture, unsigned lanes, const char *text)
{
	int64_t want = *text == '-' ? HOST_NEVER : strtoll(text, NULL, 10), got = host_when(fixture->table, lanes);

	if (got != want)
		fail_msg("%s: when is %lld, want %lld", fixture->where, (long long)got, (long long)want);
}

static void
step(struct fixture *fixture, const char *text)
{
	char host[2] = { text[0] != '\0' && text[1] != '\0' && text[2] == '@' ? text[3] : text[2], '\0' };

	switch (text[0]) {
	case '+': host_add(fixture->table, host, item_of(fixture, text[1]), false); break;
	case '!': host_add(fixture->table, host, item_of(fixture, text[1]), true); break;
	case '^': host_hurry(item_of(fixture, text[1])); break;
	case '-': host_done(fixture->table, item_of(fixture, text[1]), fixture->now); break;
	case 't': fixture->now = strtoll(text + 1, NULL, 10); break;
	case 'b': host_block(fixture->table, host, strtoll(strchr(text, ':') + 1, NULL, 10)); break;
	case '>': want_next(fixture, ALL, text[1]); break;
	case ']': want_next(fixture, HOST_QUICK, text[1]); break;
	case 'w': want_when(fixture, ALL, text + 1); break;
	case 'v': want_when(fixture, HOST_QUICK, text + 1); break;
	case 'A': host_address(fixture->table, item_of(fixture, text[2]), strchr(text, ':') + 1); break;
	case 'S': host_slow(fixture->table, item_of(fixture, text[2]), true); break;
	case 'Q': host_slow(fixture->table, item_of(fixture, text[2]), false); break;
	default: fail_msg("%s: no such step", fixture->where);
	}
}

static void
test_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct fixture fixture = { .table = host_table_new() };
		char *steps = strdup(scripts[i].steps), *rest = steps, *text;
		char where[160];

		assert_non_null(steps);
		host_limits(fixture.table, scripts[i].parallel, scripts[i].spacing);
		while ((text = strsep(&rest, " ")) != NULL) {
			snprintf(where, sizeof where, "%s at %s", scripts[i].name, text);
			fixture.where = where;
			step(&fixture, text);
		}
		host_table_free(fixture.table);
		free(steps);
	}
}

/* Many hosts: all get their turn, the limits hold throughout, and those with nothing to remember are forgotten. */
static void
test_many(void **state)
{
	enum { HOSTS = 5000, EACH = 4 };
	struct host_table *table = host_table_new();
	struct host_item *items = calloc((size_t)HOSTS * EACH, sizeof *items), *item;
	size_t started = 0, rounds = 0;
	char name[32];

	(void)state;
	assert_non_null(items);
	host_limits(table, 2, 0);
	for (int i = 0; i < HOSTS * EACH; i++) {
		snprintf(name, sizeof name, "host%d:80", i % HOSTS);
		host_add(table, name, &items[i], false);
	}
	assert_int_equal(host_waiting_all(table), HOSTS * EACH);
	assert_int_equal(host_waiting(table, "host7:80"), EACH);
	while (started < (size_t)HOSTS * EACH) {
		struct host_item **running = calloc((size_t)HOSTS * 2, sizeof *running);
		size_t n_running = 0;

		while ((item = host_next(table, (int64_t)rounds, ALL)) != NULL)
			running[n_running++] = item;
		assert_int_equal(n_running, HOSTS * 2);
		started += n_running;
		while (n_running > 0)
			host_done(table, running[--n_running], (int64_t)rounds);
		free(running);
		rounds++;
	}
	assert_int_equal(rounds, EACH / 2);
	assert_int_equal(host_waiting_all(table), 0);
	/* As others come, those that have nothing to remember go. */
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "other%d:80", i);
		host_add(table, name, &items[0], false);
		assert_ptr_equal(host_next(table, (int64_t)(rounds + (size_t)i), ALL), &items[0]);
		host_done(table, &items[0], (int64_t)(rounds + (size_t)i));
	}
	assert_true(host_count(table) <= 8192);
	host_table_free(table);
	free(items);
}

/* Those of which where they are or that they are slow is known are kept, but not without end. */
static void
test_known(void **state)
{
	struct host_table *table = host_table_new();
	struct host_item item = { 0 };
	char name[32], address[32];

	(void)state;
	for (int i = 0; i < 4 * HOST_KNOWN_MAX; i++) {
		snprintf(name, sizeof name, "host%d:80", i);
		snprintf(address, sizeof address, "192.0.2.%d", i / 2);
		host_add(table, name, &item, false);
		assert_ptr_equal(host_next(table, i, ALL), &item);
		if (i % 2 == 0)
			host_address(table, &item, address);
		else
			host_slow(table, &item, true);
		host_done(table, &item, i);
		assert_true(host_count(table) <= 2 * HOST_KNOWN_MAX + 1);
		if (i < HOST_KNOWN_MAX)
			assert_int_equal(host_count(table), i + 1);
	}
	host_table_free(table);
}

/*
 * A thousand due at one host, and one at each of fifty others: those go at once, and it is asked as gently as ever. Answers take up
 * to five times the spacing.
 */
static void
test_thousand(void **state)
{
	enum { BIG = 1000, OTHERS = 50, PARALLEL = 2, SPACING = 1000, LONGEST = 5000 };
	static struct host_item items[BIG + OTHERS];
	static int64_t ends[BIG + OTHERS];
	struct host_table *table = host_table_new();
	struct host_item *item;
	int64_t last_start = -SPACING, now = 0, wake;
	int running = 0, started = 0;
	char name[32];

	(void)state;
	host_limits(table, PARALLEL, SPACING);
	for (int i = 0; i < BIG; i++)
		host_add(table, "big:443", &items[i], false);
	for (int i = BIG; i < BIG + OTHERS; i++) {
		snprintf(name, sizeof name, "host%d:443", i);
		host_add(table, name, &items[i], false);
	}
	for (; started < BIG; now = wake) {
		while ((item = host_next(table, now, ALL)) != NULL) {
			int at = (int)(item - items);

			ends[at] = now + 1 + at * 7919 % LONGEST;
			if (at >= BIG) {
				assert_int_equal(now, 0);
				continue;
			}
			assert_int_equal(at, started++);
			assert_true(now - last_start >= SPACING);
			assert_true(++running <= PARALLEL);
			last_start = now;
		}
		wake = host_when(table, ALL);
		for (int i = 0; i < BIG + OTHERS; i++)
			if (ends[i] > now && ends[i] < wake)
				wake = ends[i];
		for (int i = 0; i < BIG + OTHERS; i++)
			if (ends[i] > now && ends[i] <= wake) {
				host_done(table, &items[i], wake);
				running -= i < BIG;
			}
	}
	assert_true(now >= (BIG - 1) * SPACING);
	host_table_free(table);
}

static void
test_blocked(void **state)
{
	struct host_table *table = host_table_new();

	(void)state;
	assert_int_equal(host_blocked(table, "x:80", 0), 0);
	assert_false(host_any_blocked(table, 0));
	host_block(table, "x:80", 500);
	host_block(table, "z:80", 400);
	assert_true(host_any_blocked(table, 499));
	assert_false(host_any_blocked(table, 500));
	assert_int_equal(host_blocked(table, "x:80", 499), 500);
	assert_int_equal(host_blocked(table, "x:80", 500), 0);
	assert_int_equal(host_blocked(table, "y:80", 0), 0);
	host_table_free(table);
}

/* Two items at each of one host more than connections are kept for, served in turn. */
static void
test_kept(void **state)
{
	struct host_table *table = host_table_new();
	struct host_item *items = calloc(2 * (HOST_KEPT_MAX + 1), sizeof *items), *item;
	struct host_item fresh[8] = { { 0 } };
	size_t n_kept = 0;
	char name[16];

	(void)state;
	assert_non_null(items);
	for (size_t i = 0; i < 2 * (HOST_KEPT_MAX + 1); i++) {
		snprintf(name, sizeof name, "h%zu:80", i / 2);
		host_add(table, name, &items[i], false);
	}
	for (size_t i = 0; i < HOST_KEPT_MAX + 1; i++) {
		item = host_next(table, 0, ALL);
		assert_ptr_equal(item, &items[2 * i]);
		assert_int_equal(host_keeps(item), i < HOST_KEPT_MAX);
		host_done(table, item, 0);
	}
	/* those that wait no longer, and those that must rest, make room */
	item = host_next(table, 0, ALL);
	assert_ptr_equal(item, &items[1]);
	assert_false(host_keeps(item));
	host_done(table, item, 0);
	host_done(table, &items[3], 0);
	host_block(table, "h2:80", 1000);
	for (size_t i = 0; i < 8; i++) {
		snprintf(name, sizeof name, "new%zu:80", i / 2);
		host_add(table, name, &fresh[i], false);
	}
	while ((item = host_next(table, 0, ALL)) != NULL) {
		n_kept += host_keeps(item);
		assert_true(!host_keeps(item) || (item >= fresh && item < fresh + 8));
		host_done(table, item, 0);
	}
	assert_int_equal(n_kept, 4);
	host_table_free(table);
	free(items);
}

/* Limits may change while items wait and run. */
static void
test_new_limits(void **state)
{
	struct host_table *table = host_table_new();
	struct host_item items[4] = { { 0 } };

	(void)state;
	host_limits(table, 1, 0);
	for (size_t i = 0; i < 4; i++)
		host_add(table, "x:80", &items[i], false);
	assert_ptr_equal(host_next(table, 0, ALL), &items[0]);
	assert_null(host_next(table, 0, ALL));
	host_limits(table, 3, 0);
	assert_ptr_equal(host_next(table, 0, ALL), &items[1]);
	assert_ptr_equal(host_next(table, 0, ALL), &items[2]);
	assert_null(host_next(table, 0, ALL));
	host_limits(table, 1, 0);
	host_done(table, &items[0], 0);
	assert_null(host_next(table, 0, ALL));
	host_table_free(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts), cmocka_unit_test(test_many), cmocka_unit_test(test_known), cmocka_unit_test(test_thousand),
		cmocka_unit_test(test_blocked), cmocka_unit_test(test_kept),
				cmocka_unit_test(test_new_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
