/* The row of records that a document becomes: what is in them and what is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/fetcher/row.h"
#include "daemon/shared/ipc.h"

enum { LENGTH_BYTES = 4, ROW_MAX = 1 << 26 };

struct fixture {
	struct row_scratch scratch;
	struct row	 row;
	struct arena	*arena;
	struct buf	 frames;
	size_t		 pos;
};

static int
setup(void **state)
{
	static struct fixture fix;

	memset(&fix, 0, sizeof(fix));
	row_scratch_init(&fix.scratch);
	row_init(&fix.row, &fix.scratch);
	row_begin(&fix.row, 7, ROW_MAX);
	fix.arena = arena_new(0);
	*state = &fix;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fix = *state;

	row_free(&fix->row);
	row_scratch_free(&fix->scratch);
	buf_free(&fix->frames);
	arena_free(fix->arena);
	return 0;
}

static void
next(struct fixture *fix, const struct record_desc *desc, void *rec)
{
	const unsigned char *head = (const unsigned char *)fix->frames.ptr + fix->pos;
	const char *error = "";
	size_t len;

	assert_true(fix->pos + LENGTH_BYTES <= fix->frames.len);
	len = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
	fix->pos += LENGTH_BYTES + len;
	assert_true(fix->pos <= fix->frames.len);
	if (record_decode(desc, (const char *)head + LENGTH_BYTES, len, rec, fix->arena, &error) != 0)
		fail_msg("%s", error);
}

static void
assert_text(struct span span, const char *text)
{
	if (span.ptr == NULL || text == NULL)
		assert_true(span.ptr == NULL && text == NULL);
	else if (span.len != strlen(text) || memcmp(span.ptr, text, span.len) != 0)
		fail_msg("'%.*s' instead of '%s'", (int)span.len, span.ptr, text);
}

static struct doc_entry
entry_init(void)
{
	return (struct doc_entry){ .id = "x", .published = DOC_NO_DATE, .modified = DOC_NO_DATE,
	    .comment_count = DOC_NO_NUMBER, .podcast = { .season = DOC_NO_NUMBER, .episode = DOC_NO_NUMBER, .duration_s = -1 } };
}

static void
test_records(void **state)
{
	struct fixture *fix = *state;
	struct doc_person people[] = { { .name = "Ann" }, { .email = "x@example.org" }, { .name = "" }, { .name = "Bob" } };
	struct doc_entry entry = entry_init(), bare = entry_init();
	const char *warnings[] = { "date: cannot read \"soon\"", "xml: line 3: a stray end tag", "xml: line 4: another" };
	struct doc_feed feed = { .warnings = warnings, .n_warnings = 3, .format = DOC_ATOM_10, .title = { .line = "News" }, .ttl_min = 60,
	    .update_frequency = DOC_NO_NUMBER, .skip_hours = 3, .skip_days = 64, .published = DOC_NO_DATE,
	    .updated = DOC_NO_DATE, .update_base = DOC_NO_DATE };
	struct rec_done done = { .outcome = OUTCOME_OK, .http_status = 200, .retry_after_s = INT64_MIN, .max_age_s = INT64_MIN };
	struct rec_entry got;
	struct rec_feed got_feed;

	feed.feed_url = "https://example.org/feed";
	entry.guid = "tag:1";
	entry.url = "https://example.org/1";
	entry.title.line = "Title";
	entry.content_html = "<p>Text</p>";
	entry.authors = people;
	entry.n_authors = 4;
	entry.published = 1793534400;
	entry.ordinal = 5;
	entry.content_hash = UINT64_MAX;
	row_entry(&fix->row, &entry);
	row_entry(&fix->row, &bare);
	fix->row.hub = "https://hub.example/";
	row_feed(&fix->row, &feed);
	row_done(&fix->row, &done);
	fix->frames = row_take(&fix->row);

	next(fix, &record_entry, &got);
	assert_int_equal(got.job, 7);
	assert_int_equal(got.ordinal, 5);
	assert_true(got.content_hash == UINT64_MAX);
	assert_text(got.guid, "tag:1");
	assert_text(got.title, "Title");
	assert_text(got.html, "<p>Text</p>");
	assert_text(got.text, NULL);
	assert_text(got.authors, "Ann, Bob");
	assert_true(got.published == 1793534400 && got.modified == INT64_MIN);
	assert_int_equal(got.rest.ptr[0], '{');
	next(fix, &record_entry, &got);
	assert_text(got.guid, NULL);
	assert_text(got.authors, NULL);
	assert_text(got.rest, "{}");
	next(fix, &record_feed, &got_feed);
	assert_text(got_feed.format, "atom-1.0");
	assert_int_equal(got_feed.ttl_min, 60);
	assert_int_equal(got_feed.skip_days, 64);
	assert_text(got_feed.hub, "https://hub.example/");
	assert_text(got_feed.self_url, "https://example.org/feed");
	assert_text(got_feed.fault, "xml: line 3: a stray end tag");
	next(fix, &record_done, &done);
	assert_int_equal(done.entries, 2);
	assert_int_equal(fix->pos, fix->frames.len);
}

/* Of several hubs the first that speaks WebSub; HTTP goes before the document. */
static void
test_hubs(void **state)
{
	struct doc_hub hubs[] = { { "rssCloud", "https://cloud.example/" }, { "WebSub", "https://hub.example/" }, { "websub", "https://2.example/" } };
	static const struct { size_t first, count; const char *http_hub, *http_self, *hub, *self; } rows[] = {
		{ 0, 3, NULL, NULL, "https://hub.example/", "https://example.org/feed" }, { 0, 1, NULL, NULL, NULL, "https://example.org/feed" },
		{ 2, 1, NULL, NULL, "https://2.example/", "https://example.org/feed" }, { 0, 0, "h", NULL, "h", "https://example.org/feed" },
		{ 0, 3, "h", "s", "h", "s" }, { 0, 3, NULL, "s", "https://hub.example/", "s" },
	};
	struct fixture *fix = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doc_feed feed = { .feed_url = "https://example.org/feed", .hubs = hubs + rows[i].first, .n_hubs = rows[i].count };
		struct rec_feed got;

		buf_free(&fix->frames);
		fix->pos = 0;
		row_begin(&fix->row, 7, 1 << 20);
		assert_null(fix->row.hub);
		fix->row.hub = rows[i].http_hub;
		fix->row.self_url = rows[i].http_self;
		row_feed(&fix->row, &feed);
		fix->frames = row_take(&fix->row);
		next(fix, &record_feed, &got);
		assert_text(got.hub, rows[i].hub);
		assert_text(got.self_url, rows[i].self);
	}
}

/* Of what is too long, text is cut between characters; what cannot be cut is left out. */
static void
test_too_long(void **state)
{
	struct fixture *fix = *state;
	char *longest = malloc(RECORD_BODY_MAX + 2);
	struct doc_entry entry = entry_init();
	struct rec_entry got;

	assert_non_null(longest);
	for (size_t i = 0; i < RECORD_BODY_MAX; i += 2)
		memcpy(longest + i, "\xc3\xa9", 2);
	longest[0] = 'x';
	longest[1] = 'y';
	longest[RECORD_BODY_MAX] = 'z';
	longest[RECORD_BODY_MAX + 1] = '\0';
	entry.guid = entry.url = entry.language = entry.summary.line = entry.content_html = entry.content_text = longest;
	entry.title.line = longest + 1;
	row_entry(&fix->row, &entry);
	fix->frames = row_take(&fix->row);
	next(fix, &record_entry, &got);
	assert_int_equal(got.guid.len, RECORD_URL_MAX);
	assert_int_equal(got.title.len, RECORD_LINE_MAX - 1);
	assert_int_equal(got.summary.len, RECORD_SUMMARY_MAX);
	assert_int_equal(got.text.len, RECORD_BODY_MAX);
	assert_null(got.url.ptr);
	assert_null(got.language.ptr);
	assert_null(got.html.ptr);
	free(longest);
}

/* The outcome goes out even if the entries were too many. */
static void
test_overflow(void **state)
{
	struct fixture *fix = *state;
	struct doc_entry entry = entry_init();
	struct rec_done done = { .outcome = OUTCOME_TOO_LARGE, .retry_after_s = INT64_MIN, .max_age_s = INT64_MIN };

	row_begin(&fix->row, 8, 100);
	for (int i = 0; i < 10; i++)
		row_entry(&fix->row, &entry);
	assert_true(fix->row.frames.overflow);
	assert_true(fix->row.frames.len <= 100);
	row_drop(&fix->row);
	row_done(&fix->row, &done);
	fix->frames = row_take(&fix->row);
	next(fix, &record_done, &done);
	assert_int_equal(done.job, 8);
	assert_int_equal(done.entries, 0);
	assert_int_equal(fix->pos, fix->frames.len);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_records, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hubs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
	};

	return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
