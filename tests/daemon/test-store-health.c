/* What is wrong with feeds and what moved them, as the store keeps it; findings, by pages. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/silence.h"
#include "daemon/core/store-health.h"
#include "feeds/base/buf.h"
#include "tests/daemon/store-kit.h"

/* A poll whose permanent redirects lead to https://TO/; "" for none; bound: its settings are for its own origin. */
static void
poll_to(uint32_t feed, enum outcome outcome, const char *to, bool bound, int64_t at_s)
{
	const struct store_poll poll = { .at_s = at_s, .next_poll_s = at_s + 1, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT,
		.bound = bound };
	struct store_job *job = store_job_new(kit_store);
	struct rec_done done = { .outcome = outcome, .message = SPAN("why") };
	char url[64];

	snprintf(url, sizeof url, "https://%s/", to);
	if (*to != '\0')
		done.permanent_url = SPAN(url);
	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, to);
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
}

static void
set_url(uint32_t feed, const char *to, int64_t now_s)
{
	char url[64];
	const struct span span = { url, (size_t)snprintf(url, sizeof url, "https://%s/", to) };

	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .url = &span, .now_s = now_s }), STORE_OK, to);
}

/* "https://a/" as "a". */
static struct span
short_url(struct span url)
{
	return url.len > 9 ? (struct span){ url.ptr + 8, url.len - 9 } : url;
}

static int
append(void *arg, const struct store_finding *finding)
{
	static const char letters[STORE_ILLS] = { 'Q', 'F', '~', '>', 'S', 'M' };
	const struct span old = short_url(finding->old_url), new = short_url(finding->new_url);
	struct buf *out = arg;

	buf_printf(out, "%s%c%u", out->len > 0 ? " " : "", letters[finding->what], finding->feed);
	if (new.ptr != NULL)
		buf_printf(out, "%.*s>%.*s", (int)old.len, old.ptr, (int)new.len, new.ptr);
	if (finding->since_s != STORE_ABSENT)
		buf_printf(out, "@%d", (int)finding->since_s);
	if (finding->taken_back_s != STORE_ABSENT)
		buf_printf(out, "-%d", (int)finding->taken_back_s);
	if (finding->number != 0)
		buf_printf(out, "#%d", (int)finding->number);
	return 0;
}

/* All that there is to say of all feeds: to be freed. */
static const char *
findings(struct buf *out)
{
	buf_clear(out);
	for (int what = 0; what < STORE_ILLS; what++)
		kit_expect(store_findings(kit_store, (enum store_ill)what, 0, 0, STORE_ITEM_MAX, 100, append, out), STORE_OK, "findings");
	return buf_str(out);
}

static int
see_urls(void *arg, const struct store_feed *feed)
{
	const struct span url = short_url(feed->url), original = short_url(feed->original_url);

	snprintf(arg, 64, "%.*s %.*s", (int)url.len, url.ptr, (int)original.len, original.ptr != NULL ? original.ptr : "");
	return 0;
}

/* Steps: "b" a good poll that led to b, "" one that led nowhere, "!" one that failed, "=b" the user sets url, "+b" bound. */
struct step { const char *what, *urls, *findings; };
struct story { const char *name; struct step steps[10]; };

static const struct story stories[] = {
	{ "two good polls in a row", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "", "b a", ">1a>b@2" } } },
	{ "another target begins anew", { { "b", "a ", "~1a>b@1" }, { "c", "a ", "~1a>c@2" }, { "c", "c a", ">1a>c@3" } } },
	{ "it went away", { { "b", "a ", "~1a>b@1" }, { "", "a ", "" }, { "b", "a ", "~1a>b@3" } } },
	{ "a failure between", { { "b", "a ", "~1a>b@1" }, { "!", "a ", "F1@2" }, { "b", "a ", "~1a>b@3" }, { "b", "b a", ">1a>b@4" } } },
	{ "another feed is there", { { "taken", "a ", "~1a>taken@1#2" }, { "taken", "a ", "~1a>taken@1#2" } } },
	{ "its settings are for its own origin", { { "b", "a ", "~1a>b@1" }, { "+b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@3" } } },
	{ "taken back, and not done again", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "=a", "a ", ">1a>b@2-3" },
	    { "b", "a ", "~1a>b@4-3 >1a>b@2-3" }, { "b", "a ", "~1a>b@4-3 >1a>b@2-3" }, { "b", "a ", "~1a>b@4-3 >1a>b@2-3" } } },
	{ "but to elsewhere", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "=a", "a ", ">1a>b@2-3" },
	    { "c", "a ", "~1a>c@4 >1a>b@2-3" }, { "c", "c a", ">1a>b@2-3 >1a>c@5" } } },
	{ "taken back in the middle", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "c", "b a", "~1b>c@3 >1a>b@2" },
	    { "c", "c a", ">1a>b@2 >1b>c@4" }, { "=b", "b a", ">1a>b@2 >1b>c@4-5" }, { "=a", "a ", ">1a>b@2-6 >1b>c@4-5" } } },
	{ "all of the way at once", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "c", "b a", "~1b>c@3 >1a>b@2" },
	    { "c", "c a", ">1a>b@2 >1b>c@4" }, { "=a", "a ", ">1a>b@2-5 >1b>c@4-5" }, { "c", "a ", "~1a>c@6-5 >1a>b@2-5 >1b>c@4-5" },
	    { "c", "a ", "~1a>c@6-5 >1a>b@2-5 >1b>c@4-5" } } },
	{ "the user goes there after all", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "=a", "a ", ">1a>b@2-3" },
	    { "=b", "b ", ">1a>b@2" }, { "=b", "b ", ">1a>b@2" } } },
	{ "set to where it is", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "=b", "b a", ">1a>b@2" } } },
	{ "set to somewhere new", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "=d", "d ", ">1a>b@2" } } },
	{ "there and back", { { "b", "a ", "~1a>b@1" }, { "b", "b a", ">1a>b@2" }, { "a", "b a", "~1b>a@3 >1a>b@2" },
	    { "a", "a ", ">1a>b@2 >1b>a@4" } } },
};

static void
take_step(uint32_t feed, const char *what, int64_t at_s)
{
	if (*what == '=')
		set_url(feed, what + 1, at_s);
	else if (*what == '!')
		poll_to(feed, OUTCOME_DNS, "", false, at_s);
	else
		poll_to(feed, at_s % 2 == 0 ? OUTCOME_NOT_MODIFIED : OUTCOME_OK, what + (*what == '+'), *what == '+', at_s);
}

static void
test_stories(void **state)
{
	struct buf out = BUF_INIT(4096);
	char urls[64];

	for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
		uint32_t feed = kit_feed("https://a/");

		kit_feed("https://taken/");
		for (size_t at = 0; at < 10 && stories[i].steps[at].what != NULL; at++) {
			const struct step *step = &stories[i].steps[at];

			take_step(feed, step->what, (int64_t)at + 1);
			kit_expect(store_feed_get(kit_store, feed, see_urls, urls), STORE_OK, "feed");
			if (strcmp(urls, step->urls) != 0 || strcmp(findings(&out), step->findings) != 0)
				fail_msg("%s, step %zu: %s: %s", stories[i].name, at + 1, urls, findings(&out));
		}
		kit_teardown(state);
		kit_setup(state);
	}
	buf_free(&out);
}

/* What was removed has not moved. */
static void
test_removed(void **state)
{
	uint32_t feed = kit_feed("https://a/");
	int64_t items;

	(void)state;
	poll_to(feed, OUTCOME_OK, "b", false, 1);
	poll_to(feed, OUTCOME_OK, "b", false, 2);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM move"), 1);
	kit_expect(store_feed_remove(kit_store, feed, 3, &items), STORE_OK, "remove");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM move"), 0);
}

/* Each kind by pages of one, of two and of all, and of one feed alone. */
static void
test_pages(void **state)
{
	static const struct { enum store_ill what; uint32_t after; int64_t move; uint32_t last; unsigned limit; const char *expected; } rows[] = {
		{ STORE_MOVED, 0, 0, STORE_ITEM_MAX, 9, ">1a>b@10 >1b>c@11 >2d>e@12" },
		{ STORE_MOVED, 0, 0, STORE_ITEM_MAX, 2, ">1a>b@10 >1b>c@11" },
		{ STORE_MOVED, 1, 1, STORE_ITEM_MAX, 1, ">1b>c@11" },
		{ STORE_MOVED, 1, 2, STORE_ITEM_MAX, 9, ">2d>e@12" },
		{ STORE_MOVED, 1, INT64_MAX, 2, 9, ">2d>e@12" },
		{ STORE_MOVED, 0, INT64_MAX, 1, 9, ">1a>b@10 >1b>c@11" },
		{ STORE_QUARANTINED, 0, 0, STORE_ITEM_MAX, 9, "Q2@2" },
		{ STORE_FAILING, 0, 0, STORE_ITEM_MAX, 9, "F1@1 F3@3" },
		{ STORE_FAILING, 0, 0, STORE_ITEM_MAX, 1, "F1@1" },
		{ STORE_FAILING, 1, 0, STORE_ITEM_MAX, 1, "F3@3" },
		{ STORE_FAILING, 2, INT64_MAX, 3, 9, "F3@3" },
		{ STORE_FAILING, 1, INT64_MAX, 2, 9, "" },
		{ STORE_SILENT, 0, 0, STORE_ITEM_MAX, 9, "S3@33 S4@34" },
		{ STORE_FAULTY, 0, 0, STORE_ITEM_MAX, 9, "M4@44" },
	};
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (char url[] = "https://1/"; url[8] <= '4'; url[8]++)
		kit_feed(url);
	kit_sql("gazette.db", "INSERT INTO move(feed, at, old_url, new_url) VALUES (1, 10, 'https://a/', 'https://b/'), "
	    "(1, 11, 'https://b/', 'https://c/'), (2, 12, 'https://d/', 'https://e/');"
	    "UPDATE feed_state SET failures = 1, since = feed WHERE feed < 4; UPDATE feed_state SET quarantine = '1' WHERE feed = 2;"
	    "UPDATE feed_state SET silent_since = 30 + feed WHERE feed > 2; UPDATE feed SET fault = 'x', fault_since = 44 WHERE id = 4");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		buf_clear(&out);
		kit_expect(store_findings(kit_store, rows[i].what, rows[i].after, rows[i].move, rows[i].last, rows[i].limit, append, &out),
		    STORE_OK, rows[i].expected);
		if (strcmp(buf_str(&out), rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, buf_str(&out));
	}
	buf_free(&out);
}

/* --- silence and faults --------------------------------------------------------------- */

enum { DAY = 86400 };

/* A good poll with this document ("" for none: not modified), at this day; what is then found. */
struct quiet { int day; const char *document, *findings; };

static const struct { const char *name; struct quiet polls[6]; } silences[] = {
	{ "once a day", { { 100, "g:1 t:A d:8640000 | g:2 t:B d:8553600 | g:3 t:C d:8467200", "" }, { 129, "", "" },
	    { 131, "", "S1@8640000#3" }, { 140, "", "S1@8640000#3" }, { 141, "g:4 t:D", "" }, { 265, "", "S1@12182400#4" } } },
	{ "once in 20 days", { { 100, "g:1 t:A d:8640000 | g:2 t:B d:6912000 | g:3 t:C d:6825600", "" }, { 159, "", "" },
	    { 161, "", "S1@8640000#3" } } },
	{ "long dead when subscribed to", { { 1000, "g:1 t:A d:8640000 | g:2 t:B d:8553600", "" }, { 1029, "", "" },
	    { 1030, "", "S1@8640000#2" }, { 1031, "g:3 t:C d:8640001", "" }, { 1062, "", "S1@8640001#3" } } },
	{ "never any", { { 5, "", "" }, { 34, "", "" }, { 35, "", "S1@86400" }, { 36, "g:1 t:A", "" } } },
	{ "dated in the future", { { 100, "g:1 t:A d:86400000", "" }, { 131, "", "S1@8640000#1" } } },
};

static void
poll_quiet(uint32_t feed, const struct quiet *quiet)
{
	const int64_t at_s = (int64_t)quiet->day * DAY;
	struct store_poll poll = { .at_s = at_s, .next_poll_s = at_s + 1, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT };
	const struct rec_done done = { .outcome = *quiet->document != '\0' ? OUTCOME_OK : OUTCOME_NOT_MODIFIED };
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts = { 0 };
	struct store_known known;

	if (done.outcome == OUTCOME_OK) {
		kit_collect(job, quiet->document);
		kit_expect(store_job_apply(job, feed, at_s, &counts), STORE_OK, quiet->document);
	}
	kit_expect(store_job_known(job, feed, &known), STORE_OK, "known");
	kit_expect(silence_judge(job, feed, &known, at_s, counts.added > 0, &poll), STORE_OK, "judge");
	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
}

static void
test_silence(void **state)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++) {
		uint32_t feed = kit_feed("https://a/");

		kit_sql("gazette.db", "UPDATE feed SET added = 86400");
		kit_reopen();
		for (size_t at = 0; at < 6 && silences[i].polls[at].document != NULL; at++) {
			poll_quiet(feed, &silences[i].polls[at]);
			if (strcmp(findings(&out), silences[i].polls[at].findings) != 0)
				fail_msg("%s, day %d: %s", silences[i].name, silences[i].polls[at].day, buf_str(&out));
		}
		kit_teardown(state);
		kit_setup(state);
	}
	buf_free(&out);
	assert_int_equal(silence_patience(0), SILENCE_LEAST_S);
	assert_int_equal(silence_patience(SILENCE_LEAST_S), 3 * SILENCE_LEAST_S);
	assert_int_equal(silence_patience(INT64_MAX), SILENCE_MOST_S);
}

/* One change each when it falls silent and when it speaks again. */
static void
test_silence_told(void **state)
{
	uint32_t feed = kit_feed("https://a/");
	int64_t seq;

	(void)state;
	poll_quiet(feed, &(struct quiet){ 100, "g:1 t:A d:8640000", NULL });
	seq = store_seq(kit_store);
	poll_quiet(feed, &(struct quiet){ 120, "", NULL });
	assert_int_equal(store_seq(kit_store), seq);
	poll_quiet(feed, &(struct quiet){ 140, "", NULL });
	assert_int_equal(store_seq(kit_store), seq + 1);
	poll_quiet(feed, &(struct quiet){ 141, "", NULL });
	assert_int_equal(store_seq(kit_store), seq + 1);
	poll_quiet(feed, &(struct quiet){ 142, "g:2 t:B", NULL });
	assert_int_equal(store_seq(kit_store), seq + 3);
}

static void
test_fault(void **state)
{
	static const struct { const char *fault, *findings; } rows[] = {
		{ NULL, "" }, { "xml: one", "M1@2" }, { "xml: two", "M1@2" }, { "xml: two", "M1@2" }, { "", "" }, { "xml: one", "M1@6" },
	};
	uint32_t feed = kit_feed("https://a/");
	struct buf out = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct rec_feed rec = { .fault = SPAN(rows[i].fault), .ttl_min = STORE_ABSENT, .update_frequency = STORE_ABSENT };
		struct store_job *job = store_job_new(kit_store);
		struct store_counts counts;

		kit_expect(store_job_feed(job, &rec), STORE_OK, "feed");
		kit_expect(store_job_apply(job, feed, (int64_t)i + 1, &counts), STORE_OK, "apply");
		kit_expect(store_job_finish(job, feed, &(struct rec_done){ .outcome = OUTCOME_OK }, &(struct store_poll){ .at_s = 1,
		    .next_poll_s = 2, .retry_s = STORE_ABSENT }, NULL), STORE_OK, "finish");
		store_job_free(job);
		kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
		if (strcmp(findings(&out), rows[i].findings) != 0)
			fail_msg("row %zu: %s", i, buf_str(&out));
	}
	buf_free(&out);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { ROW(test_stories), ROW(test_removed), ROW(test_pages), ROW(test_silence),
		ROW(test_silence_told), ROW(test_fault) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
