/* Where redirects have led a job: what a fetcher may say of it, and what goes back to one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/trail.h"

enum { URLS_MAX = RECORD_HOPS_MAX };

#define FROM "http://a.example/"

static const struct { const char *name, *urls[URLS_MAX]; uint64_t permanent; bool good; } rows[] = {
	{ "one", { FROM, "https://b.example/x" }, 0, true },
	{ "for good", { FROM, "https://b.example/x", "http://c.example/" }, 2, true },
	{ "more for good than there are", { FROM, "https://b.example/x" }, 2, false },
	{ "nowhere", { NULL }, 0, false },
	{ "only from", { FROM }, 0, false },
	{ "to a file", { FROM, "file:///etc/passwd" }, 0, false },
	{ "to nothing", { FROM, "" }, 0, false },
	{ "from a file", { "file:///etc/passwd", FROM }, 0, false },
};

static struct span_list
list(const char *const *urls, struct span *spans)
{
	struct span_list result = { spans, 0 };

	for (; result.count < URLS_MAX && urls[result.count] != NULL; result.count++)
		spans[result.count] = span_of(urls[result.count]);
	return result;
}

static void
check(size_t row, struct arena *arena)
{
	struct span spans[URLS_MAX];
	struct rec_done done = { .hops = list(rows[row].urls, spans), .permanent_hops = rows[row].permanent, .elapsed_ms = 70 };
	struct trail trail = { 0 };
	struct rec_job job = { 0 };
	size_t last = done.hops.count - 1;

	if (trail_take(&trail, &done) != rows[row].good)
		fail_msg("%s: %s", rows[row].name, rows[row].good ? "refused" : "believed");
	trail_fill(&trail, &job, arena);
	if (!rows[row].good && (trail_end(&trail) != NULL || job.hops.count != 0))
		fail_msg("%s: something is left of it", rows[row].name);
	if (rows[row].good) {
		assert_string_equal(trail_end(&trail), rows[row].urls[last]);
		assert_true(trail_is_from(&trail, SPAN(FROM)));
		assert_false(trail_is_from(&trail, SPAN("http://a.example/x")));
		assert_int_equal(job.hops.count, done.hops.count);
		assert_int_equal(job.permanent_hops, rows[row].permanent);
		assert_int_equal(job.elapsed_ms, 70);
		assert_memory_equal(job.hops.items[last].ptr, rows[row].urls[last], job.hops.items[last].len);
	}
	trail_clear(&trail);
	assert_null(trail_end(&trail));
	assert_true(trail_is_from(&trail, SPAN("http://anywhere.example/")));
}

static void
test_trails(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(i, arena);
	arena_free(arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_trails) };

	return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
