/* The map of numbers against a plain array, through many random changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/core/map.h"

enum { KEYS = 997, STEPS = 200000 };

static void
compare(const struct map *map, void **plain)
{
	size_t count = 0, seen = 0, at = 0;

	for (uint64_t key = 1; key < KEYS; key++) {
		count += plain[key] != NULL;
		if (map_get(map, key) != plain[key])
			fail_msg("key %llu differs", (unsigned long long)key);
	}
	assert_int_equal(map->count, count);
	while (map_each(map, &at) != NULL)
		seen++;
	assert_int_equal(seen, count);
}

static void
test_random(void **state)
{
	static void *plain[KEYS];
	struct map map = MAP_INIT;
	unsigned seed = 1;

	(void)state;
	assert_null(map_get(&map, 5));
	assert_null(map_take(&map, 5));
	for (int step = 0; step < STEPS; step++) {
		uint64_t key = 1 + (uint64_t)rand_r(&seed) % (KEYS - 1);

		if (rand_r(&seed) % 2 == 0) {
			plain[key] = &plain[rand_r(&seed) % KEYS];
			map_put(&map, key, plain[key]);
		} else {
			assert_ptr_equal(map_take(&map, key), plain[key]);
			plain[key] = NULL;
		}
		if (step % 10000 == 0)
			compare(&map, plain);
	}
	compare(&map, plain);
	assert_null(map_get(&map, 0));
	map_free(&map);
	assert_null(map_get(&map, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
