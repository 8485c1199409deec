/* fetcher: what counts as a silence that has lasted too long. The processes themselves are test-core's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "daemon/core/fetcher.h"

enum { PATIENCE_MS = 60000, LOOK = FETCHER_LOOK_MS };

static void
test_hangs(void **state)
{
	static const struct {
		const char *name;
		int64_t heard_ms, looked_ms, now_ms;
		bool excused, hangs;
		int64_t heard_after_ms;
	} rows[] = {
		{ "just heard", 1000, 1000, 1000 + LOOK, false, false, 1000 },
		{ "silent for a while", 0, PATIENCE_MS - 1 - LOOK, PATIENCE_MS - 1, false, false, 0 },
		{ "silent for too long", 0, PATIENCE_MS - LOOK, PATIENCE_MS, false, true, 0 },
		{ "looked a bit late", 0, PATIENCE_MS - 2 * LOOK + 1, PATIENCE_MS, false, true, 0 },
		{ "with a reason", 0, PATIENCE_MS - LOOK, PATIENCE_MS, true, false, PATIENCE_MS },
		{ "we stood still ourselves", 0, LOOK, 10 * PATIENCE_MS, false, false, 10 * PATIENCE_MS },
		{ "we stood still for two looks", 0, PATIENCE_MS - 2 * LOOK, PATIENCE_MS, false, false, PATIENCE_MS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fetcher_silence silence = { rows[i].heard_ms, rows[i].looked_ms };

		if (fetcher_hangs(&silence, rows[i].now_ms, PATIENCE_MS, rows[i].excused) != rows[i].hangs)
			fail_msg("%s: %d instead of %d", rows[i].name, !rows[i].hangs, rows[i].hangs);
		if (silence.heard_ms != rows[i].heard_after_ms || silence.looked_ms != rows[i].now_ms)
			fail_msg("%s: heard at %lld, looked at %lld", rows[i].name, (long long)silence.heard_ms, (long long)silence.looked_ms);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_hangs) };

	return cmocka_run_group_tests_name("fetchers", tests, NULL, NULL);
}
