/* When a hub is asked again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/core/lease.h"

enum { HOUR = 3600, DAY = 86400 };

static void
test_lengths(void **state)
{
	static const struct { int64_t promised, lease, renewal; } rows[] = {
		{ INT64_MIN, 10 * DAY, 9 * DAY }, { 10 * DAY, 10 * DAY, 9 * DAY }, { DAY, DAY, DAY - 8640 }, { HOUR, HOUR, HOUR - 360 },
		{ 30 * DAY, 30 * DAY, 29 * DAY }, { 90 * DAY + 1, 90 * DAY, 89 * DAY }, { INT64_MAX, 90 * DAY, 89 * DAY },
		{ 2, 2, 1 }, { 1, 1, 1 }, { 0, 1, 1 }, { -5, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t lease = lease_length(rows[i].promised), renewal = lease_renewal(lease);

		if (lease != rows[i].lease || renewal != rows[i].renewal)
			fail_msg("row %zu: %lld, %lld", i, (long long)lease, (long long)renewal);
	}
}

static void
test_backoff(void **state)
{
	static const struct { int64_t failures, wait; } rows[] = {
		{ 0, HOUR }, { 1, HOUR }, { 2, 2 * HOUR }, { 3, 4 * HOUR }, { 5, 16 * HOUR }, { 6, DAY }, { 100, DAY }, { INT64_MAX, DAY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (lease_backoff(rows[i].failures) != rows[i].wait)
			fail_msg("row %zu: %lld", i, (long long)lease_backoff(rows[i].failures));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_lengths), cmocka_unit_test(test_backoff) };

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
