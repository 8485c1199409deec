/* Feeds in the store: subscribing, changing, finding; what becomes of a poll; what is due. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/daemon/store-kit.h"

struct seen { struct store_feed feed; char title[64], url[64], original[64], tags[64], word[64], settings[64]; };

static void
copy(char out[64], struct span span)
{
	snprintf(out, 64, "%.*s", (int)span.len, span.ptr != NULL ? span.ptr : "");
}

static int
see(void *arg, const struct store_feed *feed)
{
	struct seen *seen = arg;

	seen->feed = *feed;
	copy(seen->title, feed->title);
	copy(seen->url, feed->url);
	copy(seen->original, feed->original_url);
	copy(seen->word, feed->error_word);
	copy(seen->settings, feed->settings);
	seen->tags[0] = '\0';
	for (size_t i = 0; i < feed->tags.count; i++)
		snprintf(seen->tags + strlen(seen->tags), 64 - strlen(seen->tags), "%s%s", i > 0 ? "," : "", feed->tags.items[i].ptr);
	return 0;
}

static struct seen
get(uint32_t feed)
{
	struct seen seen;

	kit_expect(store_feed_get(kit_store, feed, see, &seen), STORE_OK, "get");
	return seen;
}

static void
test_subscribe(void **state)
{
	struct span tags[] = { SPAN("news"), SPAN("linux") };
	const struct store_feed_new new = { .url = SPAN("https://example.org/f"), .user_title = SPAN("Mine"),
	    .settings = SPAN("{\"interval\":60}"), .tags = { tags, 2 }, .now_s = 5, .next_poll_s = 7 };
	uint32_t feed;
	struct seen seen;

	(void)state;
	kit_expect(store_feed_add(kit_store, &new, &feed), STORE_OK, "add");
	seen = get(feed);
	assert_string_equal(seen.title, "Mine");
	assert_string_equal(seen.tags, "linux,news");
	assert_string_equal(seen.settings, "{\"interval\":60}");
	assert_int_equal(seen.feed.added_s, 5);
	assert_int_equal(seen.feed.next_poll_s, 7);
	assert_int_equal(seen.feed.last_poll_s, STORE_ABSENT);
	assert_int_equal(seen.feed.newest_s, STORE_ABSENT);
	kit_expect(store_feed_get(kit_store, 99, see, &seen), STORE_ENONE, "get");
}

static void
test_bad_values(void **state)
{
	char *name = malloc(STORE_NAME_BYTES + 1);
	struct span tags[] = { SPAN(""), { name, STORE_NAME_BYTES + 1 }, SPAN("a\nb") };
	uint32_t feed;

	(void)state;
	memset(name, 'x', STORE_NAME_BYTES + 1);
	for (size_t i = 0; i < 3; i++) {
		const struct store_feed_new new = { .url = SPAN("https://example.org/f"), .tags = { &tags[i], 1 } };

		kit_expect(store_feed_add(kit_store, &new, &feed), STORE_EVALUE, "a bad tag");
	}
	kit_expect(store_feed_add(kit_store, &(struct store_feed_new){ .url = SPAN("") }, &feed), STORE_EVALUE, "no url");
	kit_expect(store_search_add(kit_store, SPAN("x"), SPAN("is:nothing")), STORE_EVALUE, "a bad query");
	kit_expect(store_search_add(kit_store, SPAN(""), SPAN("a")), STORE_EVALUE, "no name");
	tags[1].len = STORE_NAME_BYTES;
	kit_expect(store_feed_add(kit_store, &(struct store_feed_new){ .url = SPAN("https://example.org/f"), .tags = { &tags[1], 1 } }, &feed),
	    STORE_OK, "the longest tag");
	free(name);
}

static void
test_edit(void **state)
{
	uint32_t feed = kit_feed("https://example.org/1"), other = kit_feed("https://example.org/2");
	struct span url = SPAN("https://example.org/new"), taken = SPAN("https://example.org/2"), title = SPAN("Mine"), none = SPAN("");
	struct span_list tags = { (struct span[]){ SPAN("a"), SPAN("b") }, 2 }, more = { (struct span[]){ SPAN("b"), SPAN("c") }, 2 };
	int64_t seq = store_seq(kit_store), when = 42;
	bool yes = true, no = false;

	(void)state;
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .url = &url, .user_title = &title, .tags = &tags }), STORE_OK, "edit");
	assert_string_equal(get(feed).title, "Mine");
	assert_string_equal(get(feed).url, "https://example.org/new");
	assert_string_equal(get(feed).tags, "a,b");
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .add_tags = &more, .user_title = &none }), STORE_OK, "edit");
	assert_string_equal(get(feed).tags, "a,b,c");
	assert_string_equal(get(feed).title, "https://example.org/new");
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .url = &taken }), STORE_EEXIST, "a url that is taken");
	kit_expect(store_feed_edit(kit_store, other, &(struct store_feed_edit){ .url = &taken }), STORE_OK, "its own url");
	kit_expect(store_feed_edit(kit_store, 99, &(struct store_feed_edit){ .url = &url }), STORE_ENONE, "no feed");
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .paused = &yes }), STORE_OK, "pause");
	assert_true(get(feed).feed.paused);
	assert_int_equal(get(feed).feed.next_poll_s, STORE_NEVER);
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .paused = &no, .now_s = 9 }), STORE_OK, "resume");
	assert_int_equal(get(feed).feed.next_poll_s, 9);
	assert_int_equal(store_seq(kit_store), seq + 5);
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .next_poll_s = &when }), STORE_OK, "schedule");
	assert_int_equal(get(feed).feed.next_poll_s, 42);
	assert_int_equal(store_seq(kit_store), seq + 5);
}

static void
test_find(void **state)
{
	static const struct { const char *selector; int status; uint32_t feed; } rows[] = {
		{ "1", STORE_OK, 1 }, { "3", STORE_OK, 3 }, { "99", STORE_ENONE, 0 }, { "https://example.org/1", STORE_OK, 1 },
		{ "https://example.org/99", STORE_ENONE, 0 }, { "linux weekly", STORE_OK, 1 }, { "LINUX", STORE_EAMBIGUOUS, 0 },
		{ "Linux", STORE_EAMBIGUOUS, 0 }, { "journal", STORE_OK, 2 }, { "2600", STORE_OK, 3 }, { "600", STORE_OK, 3 }, { "", STORE_ENONE, 0 },
		{ "%", STORE_ENONE, 0 }, { "e", STORE_EAMBIGUOUS, 0 }, { "Exact", STORE_OK, 4 },
		/* as it is shown, in any case, with or without accents, as words are looked up */
		{ "red [31malert", STORE_OK, 6 }, { "Red  [31mALERT", STORE_OK, 6 }, { "daily\xe2\x80\xaf" "digest", STORE_OK, 7 },
		{ "Daily digest", STORE_OK, 7 }, { "cafe nord", STORE_OK, 8 }, { "CAF\xc3\x89", STORE_OK, 8 }, { "Cafe\xcc\x81 N", STORE_OK, 8 },
		{ "stra\xc3\x9f" "e", STORE_OK, 9 }, { "STRASSE", STORE_OK, 9 }, { "\xce\x9f\xce\x94\xce\x9f\xce\xa3", STORE_OK, 10 },
		{ "\xef\xbc\xb8\xef\xbc\xb9", STORE_OK, 11 }, { "c++", STORE_OK, 12 }, { "++", STORE_OK, 12 }, { "\xe6\x96\xb0\xe8\x81\x9e", STORE_OK, 13 },
		{ "\xe2\x80\xae", STORE_ENONE, 0 }, { " ", STORE_ENONE, 0 },
	};
	static const char *const titles[] = { "Linux Weekly News", "Linux Journal", "2600 Magazine", "exact", "not quite exact", "Red \x1b[31malert",
	    " Daily\n\xe2\x80\xae digest\xe2\x80\xac ", "Caf\xc3\xa9 Nord", "Die Strasse", "\xce\xbf\xce\xb4\xcf\x8c\xcf\x82", "The XY", "C++ weekly",
	    "\xe6\x97\xa5\xe6\x9c\xac\xe6\x96\xb0\xe8\x81\x9e" };
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
		struct span title = SPAN(titles[i]);

		snprintf(url, sizeof url, "https://example.org/%zu", i + 1);
		kit_expect(store_feed_edit(kit_store, kit_feed(url), &(struct store_feed_edit){ .user_title = &title }), STORE_OK, titles[i]);
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t feed = 0;

		kit_expect(store_feed_find(kit_store, SPAN(rows[i].selector), &feed), rows[i].status, rows[i].selector);
		if (rows[i].status == STORE_OK && feed != rows[i].feed)
			fail_msg("row %zu, %s: feed %u", i, rows[i].selector, feed);
	}
	kit_expect(store_feed_find(kit_store, SPAN("linux"), &(uint32_t){ 0 }), STORE_EAMBIGUOUS, "linux");
	assert_string_equal(store_error(kit_store), "\"linux\" could be several feeds: 1 \"Linux Weekly News\", 2 \"Linux Journal\"");
}

static int
append_title(void *arg, const struct store_feed *feed)
{
	char *order = arg;

	snprintf(order + strlen(order), 128 - strlen(order), "%.*s,", (int)feed->title.len, feed->title.ptr);
	return 0;
}

static int
append_id(void *arg, uint32_t feed)
{
	char *order = arg;

	snprintf(order + strlen(order), 128 - strlen(order), "%" PRIu32 ",", feed);
	return 0;
}

static void
test_order(void **state)
{
	static const char *const titles[] = { "beta", "Alpha", "gamma", "Beta" };
	char order[128] = "", url[32];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct span title = SPAN(titles[i]);

		snprintf(url, sizeof url, "https://example.org/%zu", i);
		kit_expect(store_feed_edit(kit_store, kit_feed(url), &(struct store_feed_edit){ .user_title = &title }), STORE_OK, titles[i]);
	}
	kit_expect(store_feed_each(kit_store, 0, append_title, order), STORE_OK, "each");
	assert_string_equal(order, "beta,Alpha,gamma,Beta,");
	order[0] = '\0';
	kit_expect(store_feed_each(kit_store, 2, append_title, order), STORE_OK, "each after one");
	assert_string_equal(order, "gamma,Beta,");
	order[0] = '\0';
	kit_expect(store_feed_ids(kit_store, append_id, order), STORE_OK, "ids");
	assert_string_equal(order, "1,2,3,4,");
}

/* --- polls -------------------------------------------------------------------------------------------------------- */

static void
test_health(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	int64_t seq = store_seq(kit_store);

	(void)state;
	kit_poll(feed, OUTCOME_OK, 100, 200);
	assert_int_equal(store_seq(kit_store), seq);
	kit_poll(feed, OUTCOME_DNS, 200, 300);
	kit_poll(feed, OUTCOME_DNS, 300, 400);
	assert_int_equal(store_seq(kit_store), seq + 1);
	assert_int_equal(get(feed).feed.failures, 2);
	assert_int_equal(get(feed).feed.since_s, 200);
	assert_int_equal(get(feed).feed.last_success_s, 100);
	assert_int_equal(get(feed).feed.last_poll_s, 300);
	assert_int_equal(get(feed).feed.next_poll_s, 400);
	assert_string_equal(get(feed).word, outcome_word(OUTCOME_DNS));
	kit_poll(feed, OUTCOME_HTTP, 400, 500);
	assert_int_equal(store_seq(kit_store), seq + 2);
	assert_int_equal(get(feed).feed.error_status, 500);
	kit_poll(feed, OUTCOME_NOT_MODIFIED, 500, 600);
	assert_int_equal(store_seq(kit_store), seq + 3);
	assert_int_equal(get(feed).feed.failures, 0);
	assert_int_equal(get(feed).feed.since_s, STORE_ABSENT);
	assert_string_equal(get(feed).word, "");
}

/* Paused while its poll was under way: the outcome is kept, but no next poll. */
static void
test_paused_poll(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	bool yes = true, no = false;

	(void)state;
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .paused = &yes }), STORE_OK, "pause");
	kit_poll(feed, OUTCOME_OK, 100, 200);
	assert_int_equal(get(feed).feed.next_poll_s, STORE_NEVER);
	kit_poll(feed, OUTCOME_DNS, 200, 300);
	assert_int_equal(get(feed).feed.next_poll_s, STORE_NEVER);
	assert_int_equal(get(feed).feed.failures, 1);
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .paused = &no, .now_s = 9 }), STORE_OK, "resume");
	assert_int_equal(get(feed).feed.next_poll_s, 9);
}

static void
done_with(uint32_t feed, const struct rec_done *done, bool gone, bool *moved)
{
	const struct store_poll poll = { .at_s = 1, .next_poll_s = 2, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT, .gone = gone };
	struct store_job *job = store_job_new(kit_store);

	kit_expect(store_job_finish(job, feed, done, &poll, moved), STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
}

static char target_text[256];

static int
on_target(void *arg, const struct store_target *target)
{
	struct span parts[] = { target->validators_url, target->etag, target->last_modified };

	*(struct store_target *)arg = *target;
	target_text[0] = '\0';
	for (size_t i = 0; i < 3; i++)
		snprintf(target_text + strlen(target_text), sizeof target_text - strlen(target_text), "%.*s;", (int)parts[i].len,
		    parts[i].ptr != NULL ? parts[i].ptr : "");
	return 0;
}

static void
test_validators(void **state)
{
	static const struct { struct rec_done done; const char *expected; } rows[] = {
		{ { .outcome = OUTCOME_OK, .etag = { "\"a\"", 3 }, .last_modified = { "Mon", 3 }, .body_hash = 1 }, "https://example.org/;\"a\";Mon;" },
		{ { .outcome = OUTCOME_NOT_MODIFIED }, "https://example.org/;\"a\";Mon;" },
		{ { .outcome = OUTCOME_NOT_MODIFIED, .etag = { "\"b\"", 3 } }, "https://example.org/;\"b\";Mon;" },
		{ { .outcome = OUTCOME_TLS, .etag = { "\"c\"", 3 } }, "https://example.org/;\"b\";Mon;" },
		{ { .outcome = OUTCOME_NOT_MODIFIED, .http_status = 304 }, "https://example.org/;\"b\";Mon;" },
		{ { .outcome = OUTCOME_NOT_MODIFIED, .http_status = 200, .body_hash = 1 }, "https://example.org/;;;" },
		{ { .outcome = OUTCOME_OK, .final_url = { "https://b/", 10 }, .etag = { "\"d\"", 3 } }, "https://b/;\"d\";;" },
		{ { .outcome = OUTCOME_OK }, "https://example.org/;;;" },
	};
	uint32_t feed = kit_feed("https://example.org/");
	struct store_target target;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		done_with(feed, &rows[i].done, false, NULL);
		kit_expect(store_target(kit_store, feed, on_target, &target), STORE_OK, "target");
		if (strcmp(target_text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, target_text);
	}
	assert_true(target.has_body_hash);
	assert_int_equal(target.next_poll_s, 2);
}

/* A permanent redirect is followed when two good polls in a row gave it, and no other feed is there. */
static void
test_moves(void **state)
{
#define TO(where) { .outcome = OUTCOME_OK, .permanent_url = { where, sizeof(where) - 1 } }
	static const struct { struct rec_done done; bool moved; const char *url; } rows[] = {
		{ TO("https://b/"), false, "https://a/" }, { TO("https://c/"), false, "https://a/" },
		{ { .outcome = OUTCOME_OK }, false, "https://a/" }, { TO("https://c/"), false, "https://a/" },
		{ { .outcome = OUTCOME_DNS }, false, "https://a/" }, { TO("https://c/"), false, "https://a/" },
		{ TO("https://c/"), true, "https://c/" }, { TO("https://c/"), false, "https://c/" },
		{ TO("https://taken/"), false, "https://c/" }, { TO("https://taken/"), false, "https://c/" },
	};
	uint32_t feed = kit_feed("https://a/"), found;
	bool moved;

	(void)state;
	kit_feed("https://taken/");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		done_with(feed, &rows[i].done, false, &moved);
		if (moved != rows[i].moved || strcmp(get(feed).url, rows[i].url) != 0)
			fail_msg("row %zu: %s", i, get(feed).url);
	}
	assert_string_equal(get(feed).original, "https://a/");
	kit_expect(store_feed_find(kit_store, SPAN("https://a/"), &found), STORE_OK, "its first url");
	assert_int_equal(found, feed);
	kit_expect(store_feed_add(kit_store, &(struct store_feed_new){ .url = SPAN("https://a/") }, &found), STORE_EEXIST, "its first url");
}

static void
test_gone(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	const struct rec_done gone = { .outcome = OUTCOME_HTTP, .http_status = 410 };
	bool no = false;

	(void)state;
	done_with(feed, &gone, true, NULL);
	assert_true(get(feed).feed.gone);
	assert_int_equal(get(feed).feed.next_poll_s, STORE_NEVER);
	kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .paused = &no, .now_s = 5 }), STORE_OK, "resume");
	assert_false(get(feed).feed.gone);
	assert_int_equal(get(feed).feed.next_poll_s, 5);
}

static int
append_due(void *arg, const struct store_target *target)
{
	snprintf((char *)arg + strlen(arg), 128 - strlen(arg), "%u ", target->feed);
	return 0;
}

static void
test_due(void **state)
{
	static const int64_t times[] = { 30, 10, 20, STORE_NEVER, 10 };
	static const struct { int64_t now, after; uint32_t feed; unsigned limit; const char *expected; } rows[] = {
		{ 5, INT64_MIN, 0, 9, "" }, { 10, INT64_MIN, 0, 9, "2 5 " }, { 99, INT64_MIN, 0, 9, "2 5 3 1 " },
		{ 99, INT64_MIN, 0, 2, "2 5 " }, { 99, 10, 2, 9, "5 3 1 " }, { 99, 20, 3, 9, "1 " }, { 20, 10, 5, 9, "3 " },
	};
	char url[32], found[128];
	int64_t when, count;

	(void)state;
	kit_expect(store_next_due(kit_store, &when), STORE_OK, "next");
	assert_int_equal(when, STORE_NEVER);
	for (size_t i = 0; i < 5; i++) {
		snprintf(url, sizeof url, "https://example.org/%zu", i);
		kit_expect(store_schedule(kit_store, kit_feed(url), times[i]), STORE_OK, url);
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		found[0] = '\0';
		kit_expect(store_due(kit_store, rows[i].now, rows[i].after, rows[i].feed, rows[i].limit, append_due, found), STORE_OK, "due");
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, found);
	}
	kit_expect(store_next_due(kit_store, &when), STORE_OK, "next");
	assert_int_equal(when, 10);
	kit_expect(store_due_count(kit_store, 20, 100, &count), STORE_OK, "count");
	assert_int_equal(count, 3);
	kit_expect(store_due_count(kit_store, 20, 2, &count), STORE_OK, "count");
	assert_int_equal(count, 2);
	kit_expect(store_schedule(kit_store, 99, 1), STORE_ENONE, "no feed");
}

/* What a document says of its feed; its rhythm is kept for the schedule. */
static void
test_facts(void **state)
{
	const struct rec_feed rec = { .format = SPAN("atom-1.0"), .title = SPAN("A feed"), .home_page_url = SPAN("https://example.org/"),
	    .ttl_min = 60, .update_frequency = STORE_ABSENT, .update_period = SPAN("daily"), .skip_hours = 5, .members = SPAN("{\"a\":1}") };
	const struct rec_done done = { .outcome = OUTCOME_OK };
	uint32_t feed = kit_feed("https://example.org/feed");
	struct store_target target;
	struct store_counts counts;
	int64_t seq = store_seq(kit_store);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct store_job *job = store_job_new(kit_store);
		const struct store_poll poll = { .at_s = 1, .next_poll_s = 2, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT };

		kit_expect(store_job_feed(job, &rec), STORE_OK, "feed");
		kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, "apply");
		kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "finish");
		store_job_free(job);
	}
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_string_equal(get(feed).title, "A feed");
	assert_int_equal(store_seq(kit_store), seq + 1);
	kit_expect(store_target(kit_store, feed, on_target, &target), STORE_OK, "target");
	assert_int_equal(kit_number("gazette.db", "SELECT hints = '{\"ttl_min\":60,\"update_period\":\"daily\",\"skip_hours\":5}' FROM feed"), 1);
}

/* The beginning of update periods is kept from what is shown, if it is a date. */
static const struct { const char *members, *hints; } bases[] = {
	{ "{\"update_base\":\"2026-01-01T12:00:00Z\",\"a\":1}", "{\"update_period\":\"hourly\",\"update_base\":\"2026-01-01T12:00:00Z\"}" },
	{ "{\"a\":\"\\\"update_base\\\":\\\"2026\\\"\"}", "{\"update_period\":\"hourly\"}" },
	{ "{\"update_base\":\"2026-01-01T12:00:00.0000000000000000000Z\"}", "{\"update_period\":\"hourly\"}" },
	{ "{\"update_base\":\"a\\\"b\"}", "{\"update_period\":\"hourly\"}" },
	{ "{\"update_base\":\"", "{\"update_period\":\"hourly\"}" },
	{ "", "{\"update_period\":\"hourly\"}" },
};

static void
test_update_base(void **state)
{
	uint32_t feed = kit_feed("https://example.org/feed");

	(void)state;
	for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
		const struct rec_feed rec = { .ttl_min = STORE_ABSENT, .update_frequency = STORE_ABSENT, .update_period = SPAN("hourly"),
		    .members = SPAN(bases[i].members) };
		struct store_job *job = store_job_new(kit_store);
		struct store_counts counts;
		struct store_known known;

		kit_expect(store_job_feed(job, &rec), STORE_OK, "feed");
		kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, "apply");
		kit_expect(store_job_known(job, feed, &known), STORE_OK, "known");
		if (known.hints.len != strlen(bases[i].hints) || memcmp(known.hints.ptr, bases[i].hints, known.hints.len) != 0)
			fail_msg("row %zu: %.*s", i, (int)known.hints.len, known.hints.ptr);
		store_job_free(job);
	}
	store_batch_rollback(kit_store);
}

/* What the schedule needs to know is there before the outcome is written, and what it says is kept. */
static void
test_known(void **state)
{
	static const struct rec_done rows[] = {
		{ .outcome = OUTCOME_OK, .body_hash = 1 }, { .outcome = OUTCOME_OK, .body_hash = 2, .last_modified = { "Mon", 3 } },
		{ .outcome = OUTCOME_DNS }, { .outcome = OUTCOME_NOT_MODIFIED, .http_status = 304 },
	};
	uint32_t feed = kit_feed("https://example.org/");
	struct store_known known;
	struct store_job *job;

	(void)state;
	for (int i = 0; i <= 4; i++) {
		struct store_poll poll = { .at_s = 100 + i, .next_poll_s = 200, .interval_s = 5, .retry_s = STORE_ABSENT, .why = 16 + i };

		job = store_job_new(kit_store);
		kit_expect(store_job_known(job, feed, &known), STORE_OK, "known");
		assert_int_equal(known.unconditional, i == 1);
		assert_int_equal(known.failures, i == 3);
		assert_int_equal(known.last_success_s, i == 0 ? STORE_ABSENT : i == 3 ? 101 : 99 + i);
		assert_int_equal(known.watched_s, i == 0 ? 0 : 1000);
		assert_int_equal(known.posts_u, i == 0 ? 0 : i == 1 ? 7 : 8);
		if (i < 2) {
			poll.posts_u = 7 + i;
			poll.watched_s = 1000;
		}
		if (i < 4)
			kit_expect(store_job_finish(job, feed, &rows[i], &poll, NULL), STORE_OK, "finish");
		store_job_free(job);
		kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
		assert_int_equal(get(feed).feed.why, i < 4 ? 16 + i : 19);
	}
	assert_int_equal(get(feed).feed.posts_u, 8);
	kit_expect(store_schedule(kit_store, feed, 300), STORE_OK, "put off");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(get(feed).feed.why, 0);
	job = store_job_new(kit_store);
	kit_expect(store_job_known(job, 99, &known), STORE_ENONE, "no feed");
	store_job_free(job);
}

static const struct { const char *name, *document; int64_t since, times, oldest; } histories[] = {
	{ "nothing", "", 0, 0, KIT_NOW },
	{ "without dates", "g:1 t:A|g:2 t:B|g:3 t:C", 0, 1, KIT_NOW },
	{ "two in one portion", "g:1 t:A d:9000|g:2 t:B d:9899|g:3 t:C d:9900", 0, 2, 9000 },
	{ "some are older", "g:1 t:A d:9000|g:2 t:B d:50000|g:3 t:C d:60000", 10000, 2, 10000 },
	{ "all are older", "g:1 t:A d:9000|g:2 t:B d:50000", 100000, 0, 100000 },
	{ "in the future", "g:1 t:A d:1900000000|g:2 t:B d:50000", 0, 2, 50000 },
};

static void
test_history(void **state)
{
	struct store_job *job = store_job_new(kit_store);
	int64_t times, oldest;

	(void)state;
	for (size_t i = 0; i < sizeof histories / sizeof histories[0]; i++) {
		uint32_t feed = kit_feed(histories[i].name);

		if (histories[i].document[0] != '\0')
			kit_take(feed, histories[i].document, KIT_NOW, NULL);
		kit_expect(store_job_history(job, feed, KIT_NOW, histories[i].since, 900, &times, &oldest), STORE_OK, "history");
		if (times != histories[i].times || oldest != histories[i].oldest)
			fail_msg("%s: %lld times from %lld on", histories[i].name, (long long)times, (long long)oldest);
	}
	store_job_free(job);
}

/* All of a few, and some of many, spread evenly also where numbers are missing. */
static void
test_habits(void **state)
{
	struct store_habit habits[10];
	int64_t items, sum = 0;
	char url[64];
	size_t count;

	(void)state;
	kit_expect(store_habits(kit_store, habits, 10, &count), STORE_OK, "none");
	assert_int_equal(count, 0);
	for (int i = 1; i <= 100; i++) {
		snprintf(url, sizeof url, "https://example.org/%d", i);
		kit_feed(url);
	}
	kit_sql("gazette.db", "UPDATE feed_state SET posts = feed, watched = 86400");
	kit_expect(store_habits(kit_store, habits, 10, &count), STORE_OK, "many");
	assert_int_equal(count, 10);
	for (size_t i = 0; i < count; i++)
		sum += habits[i].posts_u;
	assert_in_range(sum, 400, 600);
	for (uint32_t feed = 1; feed <= 100; feed++)
		if (feed % 25 != 0)
			kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &items), STORE_OK, "remove");
	kit_expect(store_habits(kit_store, habits, 10, &count), STORE_OK, "few");
	assert_int_equal(count, 4);
	assert_int_equal(habits[0].posts_u + habits[1].posts_u + habits[2].posts_u + habits[3].posts_u, 250);
	assert_int_equal(habits[3].watched_s, 86400);
}

static int
append_rest(void *arg, struct span host, int64_t until_s)
{
	snprintf((char *)arg + strlen(arg), 128 - strlen(arg), "%.*s=%d ", (int)host.len, host.ptr, (int)until_s);
	return 0;
}

/* The longest wish of a host counts, until it is over; and over a restart. */
static void
test_rests(void **state)
{
	static const struct { const char *host; int64_t now, until; const char *expected; } rows[] = {
		{ "a:80", 100, 200, "a:80=200 " }, { "b:443", 100, 150, "b:443=150 a:80=200 " }, { "a:80", 100, 120, "b:443=150 a:80=200 " },
		{ "a:80", 110, 300, "b:443=150 a:80=300 " }, { "c:1", 150, 160, "c:1=160 a:80=300 " },
		{ "b:443", 160, 170, "b:443=170 a:80=300 " },
	};
	char found[128];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		kit_expect(store_rest(kit_store, SPAN(rows[i].host), rows[i].now, rows[i].until), STORE_OK, rows[i].host);
		found[0] = '\0';
		kit_expect(store_rests(kit_store, rows[i].now, append_rest, found), STORE_OK, rows[i].host);
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, found);
	}
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM host_rest"), 2);
	kit_reopen();
	found[0] = '\0';
	kit_expect(store_rests(kit_store, 299, append_rest, found), STORE_OK, "rests");
	assert_string_equal(found, "a:80=300 ");
}

/* A poll at which the fetcher crashed for the nth time in a row. */
static void
crash(uint32_t feed, int64_t crashes, const char *quarantine)
{
	const struct rec_done done = { .outcome = OUTCOME_CRASH, .message = SPAN("it ended"), .retry_after_s = INT64_MIN,
	    .max_age_s = INT64_MIN };
	const struct store_poll poll = { .at_s = KIT_NOW, .next_poll_s = quarantine != NULL ? STORE_NEVER : KIT_NOW + 9,
	    .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT, .crashes = crashes, .quarantine = SPAN(quarantine) };
	struct store_job *job = store_job_new(kit_store);
	struct store_known known;

	kit_expect(store_job_known(job, feed, &known), STORE_OK, "known");
	assert_int_equal(known.crashes, crashes - 1);
	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "finish");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	store_job_free(job);
}

static uint32_t
in_quarantine(const char *url)
{
	uint32_t feed = kit_feed(url);

	crash(feed, 1, NULL);
	assert_false(get(feed).feed.quarantined);
	crash(feed, 2, NULL);
	crash(feed, 3, "1.0");
	assert_true(get(feed).feed.quarantined);
	assert_int_equal(get(feed).feed.next_poll_s, STORE_NEVER);
	return feed;
}

static void
test_quarantine(void **state)
{
	static const bool yes = true, no = false;
	static const int64_t next_s = KIT_NOW + 70;
	static const struct span url = { "http://new.test/", 16 };
	static const struct {
		const char *name;
		struct store_feed_edit edit;
		bool stays;
		int64_t next_poll_s, crashes;
	} rows[] = {
		{ "its title", { .user_title = &url }, true, STORE_NEVER, 3 },
		{ "paused", { .paused = &yes }, true, STORE_NEVER, 3 },
		{ "paused no more", { .paused = &no, .now_s = KIT_NOW + 5 }, false, KIT_NOW + 5, 3 },
		{ "another interval", { .next_poll_s = &next_s }, false, next_s, 3 },
		{ "another url", { .url = &url, .next_poll_s = &next_s }, false, next_s, 0 },
	};
	char sql[128], name[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t feed;

		snprintf(name, sizeof name, "http://h%zu.test/", i);
		feed = in_quarantine(name);
		kit_expect(store_feed_edit(kit_store, feed, &rows[i].edit), STORE_OK, rows[i].name);
		snprintf(sql, sizeof sql, "SELECT crashes FROM feed_state WHERE feed = %" PRIu32, feed);
		if (get(feed).feed.quarantined != rows[i].stays || get(feed).feed.next_poll_s != rows[i].next_poll_s ||
		    kit_number("gazette.db", sql) != rows[i].crashes)
			fail_msg("%s", rows[i].name);
	}
}

/* Any outcome but a crash ends it, good or bad. */
static void
test_quarantine_over(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_OK, OUTCOME_NOT_MODIFIED, OUTCOME_HTTP };
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
		uint32_t feed;

		snprintf(name, sizeof name, "http://h%zu.test/", i);
		feed = in_quarantine(name);
		kit_poll(feed, outcomes[i], KIT_NOW, KIT_NOW + 60);
		assert_false(get(feed).feed.quarantined);
		assert_int_equal(get(feed).feed.next_poll_s, KIT_NOW + 60);
		crash(feed, 1, NULL);
	}
}

/* Another version tries again, but not those that are paused; one more crash is enough for it, too. */
static void
test_release(void **state)
{
	static const bool yes = true;
	const struct store_feed_edit pause = { .paused = &yes };
	uint32_t one = in_quarantine("http://one.test/"), paused = in_quarantine("http://paused.test/");
	int64_t count, seq;

	(void)state;
	kit_expect(store_feed_edit(kit_store, paused, &pause), STORE_OK, "pause");
	seq = store_seq(kit_store);
	kit_expect(store_release(kit_store, "1.0", KIT_NOW + 90, 7, &count), STORE_OK, "the same version");
	assert_int_equal(count, 0);
	assert_int_equal(store_seq(kit_store), seq);
	kit_expect(store_release(kit_store, "1.1", KIT_NOW + 90, 7, &count), STORE_OK, "another version");
	assert_int_equal(count, 2);
	assert_int_equal(store_seq(kit_store), seq + 2);
	assert_false(get(one).feed.quarantined);
	assert_int_equal(get(one).feed.next_poll_s, KIT_NOW + 90);
	assert_int_equal(get(one).feed.why, 7);
	assert_false(get(paused).feed.quarantined);
	assert_int_equal(get(paused).feed.next_poll_s, STORE_NEVER);
	crash(one, 4, "1.1");
	assert_true(get(one).feed.quarantined);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_subscribe), ROW(test_bad_values), ROW(test_edit), ROW(test_find), ROW(test_order), ROW(test_health), ROW(test_paused_poll),
		ROW(test_validators), ROW(test_moves), ROW(test_gone), ROW(test_due), ROW(test_facts),
		ROW(test_update_base), ROW(test_known), ROW(test_history), ROW(test_habits), ROW(test_rests),
		ROW(test_quarantine), ROW(test_quarantine_over), ROW(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
