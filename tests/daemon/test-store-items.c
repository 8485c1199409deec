/* Entries for clients: queries that need no index, order, pages, tags, counts, the log of changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/daemon/store-kit.h"

/*
 * Feed 1 (tags news, linux; "Kernel"): 1 2 3; feed 2 (tag news; "Other"; language de): 4 5; feed 3: 6 7 8 undated. Documents are written
 * from their end, so the last entry has the lowest id.
 */
static int
newsroom(void **state)
{
	struct span kernel = SPAN("Kernel"), other = SPAN("Other");
	struct span_list tags = { (struct span[]){ SPAN("news"), SPAN("linux") }, 2 }, news = { (struct span[]){ SPAN("news") }, 1 };
	uint32_t one, two, three;

	if (kit_setup(state) != 0)
		return -1;
	one = kit_feed("https://kernel.example/feed");
	two = kit_feed("https://other.example/feed");
	three = kit_feed("https://third.example/feed");
	kit_expect(store_feed_edit(kit_store, one, &(struct store_feed_edit){ .user_title = &kernel, .tags = &tags }), STORE_OK, "edit");
	kit_expect(store_feed_edit(kit_store, two, &(struct store_feed_edit){ .user_title = &other, .tags = &news }), STORE_OK, "edit");
	kit_take(one, "g:3 l:/c t:Three d:1700000300 a:Ann|g:2 l:/b t:Two d:1700000200 j:\"attachments\":[{\"url\":\"x\"}]|g:1 l:/a t:One d:1700000100",
	    KIT_NOW, NULL);
	kit_take(two, "g:2 t:Five d:1900000000 n:en-GB|g:1 t:Four d:1700000250 n:de", KIT_NOW + 1, NULL);
	kit_take(three, "g:3 t:Eight|g:2 t:Seven|g:1 t:Six", KIT_NOW + 2, NULL);
	return 0;
}

static void
tag(uint32_t id, const char *add, const char *remove)
{
	struct span added = SPAN(add), removed = SPAN(remove);
	const struct store_tag_edit edit = { .add = { &added, add != NULL }, .remove = { &removed, remove != NULL } };
	int64_t changed;

	kit_expect(store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed), STORE_OK, "tag");
	assert_int_equal(changed, 1);
}

static void
test_queries(void **state)
{
	static const struct { const char *text, *newest; } rows[] = {
		{ "", "8 7 6 5 3 4 2 1" }, { "is:unread", "8 7 6 5 3 4 2" }, { "is:read", "1" }, { "-is:unread", "1" }, { "is:starred", "7 2" },
		{ "tag:starred", "7 2" }, { "tag:unread is:starred", "7 2" }, { "is:starred is:read", "" }, { "is:updated", "4" },
		{ "has:attachment", "2" }, { "-has:attachment tag:linux", "3 1" },
		{ "feed:1", "3 2 1" }, { "feed:1 is:unread", "3 2" }, { "feed:9", "" }, { "feed:0", "" }, { "feed:\"kern\"", "3 2 1" },
		{ "feed:other.example", "5 4" }, { "feed:example", "8 7 6 5 3 4 2 1" }, { "feed:nowhere", "" }, { "feed:K\xc3\x89RN\xe2\x80\xaa", "3 2 1" }, { "feed:1 feed:2", "" },
		{ "feed:1 OR feed:2", "5 3 4 2 1" }, { "feed:1 feed:kernel", "3 2 1" },
		{ "tag:linux", "3 2 1" }, { "tag:news", "5 3 4 2 1" }, { "tag:news -tag:linux", "5 4" }, { "tag:own", "7 3" },
		{ "tag:own tag:linux", "3" }, { "tag:own OR tag:linux", "7 3 2 1" }, { "tag:none", "" }, { "-tag:news", "8 7 6" },
		{ "NOT (tag:linux OR is:starred)", "8 6 5 4" }, { "tag:news is:unread", "5 3 4 2" }, { "tag:linux feed:2", "" },
		{ "lang:de", "4" }, { "lang:en", "5" }, { "lang:EN-gb", "5" }, { "lang:e", "" }, { "-lang:en", "8 7 6 3 4 2 1" },
		{ "url:/b", "2" }, { "url:EXAMPLE.org", "3 2 1" }, { "-url:example", "8 7 6 5 4" },
		{ "id:5", "5" }, { "id:99", "" }, { "id:0", "" }, { "id:5 id:6", "" }, { "id:5 OR id:6", "6 5" }, { "-id:5", "8 7 6 3 4 2 1" },
		{ "date:2023-11-14", "3 4 2 1" }, { "before:2023-11-14", "" }, { "since:2023-11-15", "8 7 6 5" }, { "since:1h", "8 7 6 5" },
		{ "date:2023-11-14T22:16..2023-11-14T22:17", "4 2" }, { "before:2023-11-15 feed:1", "3 2 1" }, { "-date:2023", "8 7 6 5" },
		{ "date:2023 OR id:8", "8 3 4 2 1" }, { "received:1h..", "8 7 6 5 3 4 2 1" }, { "received:..2026", "" }, { "-received:2027", "" },
		{ "received:2027", "8 7 6 5 3 4 2 1" }, { "date:1960", "" }, { "since:1960", "8 7 6 5 3 4 2 1" }, { "date:9999", "" },
	};
	const struct store_tag_edit nothing = { .add = { (struct span[]){ SPAN("own") }, 1 } };
	int64_t changed;

	(void)state;
	tag(1, NULL, "unread");
	tag(2, "starred", NULL);
	tag(7, "starred", NULL);
	tag(3, "own", NULL);
	tag(7, "own", NULL);
	kit_expect(store_item_tag_ids(kit_store, (uint32_t[]){ 3, 7, 99 }, 3, &nothing, KIT_NOW, &changed), STORE_OK, "again");
	assert_int_equal(changed, 0);
	kit_take(2, "g:1 t:Four! d:1700000250 n:de", KIT_NOW + 5, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *found = kit_list(rows[i].text, STORE_NEWEST);
		int64_t count = kit_count(rows[i].text), expected = 0;

		if (strcmp(found, rows[i].newest) != 0)
			fail_msg("row %zu, %s: %s where %s was expected", i, rows[i].text, found, rows[i].newest);
		for (const char *at = rows[i].newest; *at != '\0'; at++)
			expected += at == rows[i].newest || at[-1] == ' ';
		if (count != expected)
			fail_msg("row %zu, %s: counted %d", i, rows[i].text, (int)count);
	}
}

static int
on_id(void *arg, const struct store_item *item)
{
	snprintf((char *)arg + strlen(arg), 128 - strlen(arg), "%u ", item->id);
	return 0;
}

/* Pages of every size give everything once, in both orders. */
static void
test_pages(void **state)
{
	static const struct { enum store_sort sort; const char *text, *all; } rows[] = {
		{ STORE_NEWEST, "*", "8 7 6 5 3 4 2 1 " }, { STORE_OLDEST, "*", "1 2 4 3 5 6 7 8 " }, { STORE_NEWEST, "feed:1", "3 2 1 " },
		{ STORE_OLDEST, "feed:1 is:unread", "1 2 3 " }, { STORE_RELEVANCE, "tag:news", "5 3 4 2 1 " },
		{ STORE_OLDEST, "date:2023", "1 2 4 3 " },
	};
	char found[128];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_error error;
		struct query *query;

		kit_expect(store_query(kit_store, rows[i].text, strlen(rows[i].text), KIT_NOW, &query, &error), STORE_OK, rows[i].text);
		for (unsigned limit = 1; limit < 10; limit++) {
			struct store_page page = { .query = query, .sort = rows[i].sort, .limit = limit };

			found[0] = '\0';
			do
				kit_expect(store_item_list(kit_store, &page, on_id, found), STORE_OK, rows[i].text);
			while (page.more);
			if (strcmp(found, rows[i].all) != 0)
				fail_msg("row %zu, limit %u: %s", i, limit, found);
		}
		query_free(query);
	}
}

static void
test_bad_cursors(void **state)
{
	static const char *const cursors[] = { "x", "n", "n5x", "o5", "n-5", "r5.5", "5", "n99999999999999999999999999" };
	struct query_error error;
	struct query *query;
	char found[128] = "";

	(void)state;
	kit_expect(store_query(kit_store, "*", 1, KIT_NOW, &query, &error), STORE_OK, "*");
	for (size_t i = 0; i + 1 < sizeof cursors / sizeof cursors[0]; i++) {
		struct store_page page = { .query = query, .limit = 5 };

		snprintf(page.after, sizeof page.after, "%s", cursors[i]);
		kit_expect(store_item_list(kit_store, &page, on_id, found), STORE_EVALUE, cursors[i]);
	}
	assert_string_equal(found, "");
	query_free(query);
}

static int
stop_at_two(void *arg, const struct store_item *item)
{
	(void)item;
	return ++*(int *)arg == 2 ? 77 : 0;
}

/* A callback may read, and may end the walk. */
static int
read_inside(void *arg, const struct store_item *item)
{
	char inner[128] = "";

	return store_item_get(kit_store, item->id, STORE_WANT_CONTENT, on_id, inner) == STORE_OK && atoi(inner) == (int)item->id ?
	    on_id(arg, item) : 1;
}

static void
test_callbacks(void **state)
{
	struct query_error error;
	struct query *query;
	struct store_page page = { .limit = 50 };
	char found[128] = "";
	int rows = 0;

	(void)state;
	kit_expect(store_query(kit_store, "*", 1, KIT_NOW, &query, &error), STORE_OK, "*");
	page.query = query;
	assert_int_equal(store_item_list(kit_store, &page, stop_at_two, &rows), 77);
	assert_int_equal(rows, 2);
	assert_true(page.more);
	kit_expect(store_item_list(kit_store, &page, read_inside, found), STORE_OK, "nested, from where it ended");
	assert_string_equal(found, "6 5 3 4 2 1 ");
	assert_false(page.more);
	kit_expect(store_item_get(kit_store, 1, 0, read_inside, found), STORE_OK, "nested in the same");
	assert_int_equal(store_item_get(kit_store, 99, 0, on_id, found), STORE_ENONE);
	query_free(query);
}

struct whole { char text[512]; };

static int
on_whole(void *arg, const struct store_item *item)
{
	struct whole *whole = arg;
	const struct span *const spans[] = { &item->feed_title, &item->title, &item->url, &item->authors, &item->language, &item->guid, &item->summary,
	    &item->rest, &item->gazette, &item->html, &item->text };

	whole->text[0] = '\0';
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		snprintf(whole->text + strlen(whole->text), sizeof whole->text - strlen(whole->text), "%.*s|", (int)spans[i]->len,
		    spans[i]->ptr != NULL ? spans[i]->ptr : "");
	return 0;
}

static void
test_wants(void **state)
{
	static const struct { unsigned want; const char *expected; } rows[] = {
		{ 0, "Kernel|Three|https://example.org/c|Ann||||||||" }, { STORE_WANT_COLD, "Kernel|Three|https://example.org/c|Ann||3||||||" },
		{ STORE_WANT_CONTENT, "Kernel|Three|https://example.org/c|Ann|||||" "|<p>x</p>||" },
		{ STORE_WANT_COLD | STORE_WANT_CONTENT, "Kernel|Three|https://example.org/c|Ann||3||||<p>x</p>||" },
	};
	struct whole whole;

	(void)state;
	kit_sql("gazette.db", "UPDATE content SET packed = NULL, html = '<p>x</p>' WHERE entry = 3");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		kit_expect(store_item_get(kit_store, 3, rows[i].want, on_whole, &whole), STORE_OK, "get");
		if (strcmp(whole.text, rows[i].expected) != 0)
			fail_msg("row %zu: %s", i, whole.text);
	}
}

/* --- order: what the dates make of it --------------------------------------------------------------------------- */

static void
test_order(void **state)
{
	static const struct { const char *documents[3], *newest; } rows[] = {
		{ { "g:1 t:A|g:2 t:B|g:3 t:C" }, "3 2 1" },				/* without dates: the document's order */
		{ { "g:1 t:A d:100|g:2 t:B d:100|g:3 t:C d:100" }, "3 2 1" },		/* the same second */
		{ { "g:1 t:A d:300|g:2 t:B d:100|g:3 t:C d:200" }, "3 1 2" },
		{ { "g:1 t:A d:9999999999|g:2 t:B" }, "2 1" },				/* the future is now */
		{ { "g:1 t:A d:-5|g:2 t:B d:-6" }, "2 1" },				/* before 1970 */
		{ { "g:1 t:A m:200|g:2 t:B d:100 m:999" }, "2 1" },			/* a date of change, for want of another */
		{ { "g:1 t:A d:100", "g:2 t:B d:100|g:1 t:A d:100", "g:3 t:C d:100|g:2 t:B d:100" }, "3 2 1" },	/* dates without time */
		{ { "g:1 t:A", "g:2 t:B" }, "2 1" },
	};
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t feed;
		char *found, expected[64] = "";
		int64_t base = kit_number("gazette.db", "SELECT entry FROM counter");
		int ids[4], count;

		snprintf(url, sizeof url, "https://example.org/order%zu", i);
		feed = kit_feed(url);
		for (size_t k = 0; k < 3 && rows[i].documents[k] != NULL; k++)
			kit_take(feed, rows[i].documents[k], KIT_NOW + (int64_t)k, NULL);
		count = sscanf(rows[i].newest, "%d %d %d", &ids[0], &ids[1], &ids[2]);
		for (int k = 0; k < count; k++)
			snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%d", k > 0 ? " " : "", ids[k] + (int)base);
		snprintf(url, sizeof url, "feed:%u", feed);
		found = strdup(kit_list(url, STORE_NEWEST));
		if (strcmp(found, expected) != 0)
			fail_msg("row %zu: %s where %s was expected", i, found, expected);
		free(found);
	}
}

/* Many feeds, one second; and one feed with more undated entries than places in a second. */
static void
test_crowded(void **state)
{
	enum { MANY = 40000 };
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;
	uint32_t feed;
	char url[64], text[32] = "";

	(void)state;
	for (int i = 0; i < 300; i++) {
		snprintf(url, sizeof url, "https://example.org/crowd%d", i);
		kit_take(kit_feed(url), "g:1 t:A d:1000|g:2 t:B d:1000|g:3 t:C d:1000", KIT_NOW, NULL);
	}
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry a JOIN entry b ON b.feed = a.feed AND b.id = a.id + 1 WHERE a.ord > b.ord"), 0);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry WHERE ord >> 16 <> 1000"), 0);
	feed = kit_feed("https://example.org/undated");
	for (int i = 0; i < MANY; i++) {
		struct rec_entry rec = { .ordinal = (uint64_t)i, .published = STORE_ABSENT, .modified = STORE_ABSENT, .guid = SPAN(text),
		    .title = SPAN(text), .content_hash = (uint64_t)i };

		snprintf(text, sizeof text, "entry %d", i);
		rec.guid = rec.title = SPAN(text);
		kit_expect(store_job_entry(job, &rec), STORE_OK, text);
	}
	kit_expect(store_job_apply(job, feed, KIT_NOW, &counts), STORE_OK, "apply");
	assert_int_equal(counts.added, MANY);
	kit_expect(store_job_finish(job, feed, &(struct rec_done){ .outcome = OUTCOME_OK },
	    &(struct store_poll){ .at_s = KIT_NOW, .next_poll_s = KIT_NOW, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL), STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry a JOIN entry b ON b.feed = a.feed AND b.id = a.id + 1 WHERE a.ord > b.ord"), 0);
}

/* --- tags ------------------------------------------------------------------------------------------------------------ */

static int
on_change(void *arg, const struct store_change *change)
{
	snprintf((char *)arg + strlen(arg), 1024 - strlen(arg), "%s %u %u %.*s; ", store_what_word(change->what), change->item, change->feed,
	    (int)change->detail.len, change->detail.ptr != NULL ? change->detail.ptr : "");
	return 0;
}

static void
test_tags(void **state)
{
	static const struct { const char *query, *add[2], *remove[2]; int changed; const char *log; } rows[] = {
		{ "feed:1", { NULL }, { "unread" }, 3, "item-tags 1 1 -unread; item-tags 2 1 -unread; item-tags 3 1 -unread; " },
		{ "feed:1", { NULL }, { "unread" }, 0, "" },
		{ "id:4", { "a", "starred" }, { NULL }, 1, "item-tags 4 2 +starred\n+a; " },
		{ "id:4", { "a", "b" }, { "starred" }, 1, "item-tags 4 2 -starred\n+b; " },
		{ "id:4", { "unread" }, { "a" }, 1, "item-tags 4 2 -a; " },
		{ "tag:b", { NULL }, { "b", "unread" }, 1, "item-tags 4 2 -unread\n-b; " },
		{ "tag:b", { "c" }, { NULL }, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct span add[2] = { SPAN(rows[i].add[0]), SPAN(rows[i].add[1]) }, remove[2] = { SPAN(rows[i].remove[0]), SPAN(rows[i].remove[1]) };
		const struct store_tag_edit edit = { .add = { add, (size_t)(add[0].ptr != NULL) + (add[1].ptr != NULL) },
		    .remove = { remove, (size_t)(remove[0].ptr != NULL) + (remove[1].ptr != NULL) } };
		struct query_error error;
		struct query *query;
		int64_t changed, seq = store_seq(kit_store);
		char log[1024] = "";

		kit_expect(store_query(kit_store, rows[i].query, strlen(rows[i].query), KIT_NOW, &query, &error), STORE_OK, rows[i].query);
		kit_expect(store_item_tag_query(kit_store, query, &edit, KIT_NOW, &changed), STORE_OK, rows[i].query);
		query_free(query);
		kit_expect(store_changes(kit_store, seq, INT64_MAX, 100, on_change, log), STORE_OK, "changes");
		if (changed != rows[i].changed || strstr(log, rows[i].log) == NULL || strlen(log) != strlen(rows[i].log))
			fail_msg("row %zu: %d, %s", i, (int)changed, log);
	}
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry WHERE tagged"), 0);
}

static void
test_bad_tags(void **state)
{
	struct span unread = SPAN("unread"), empty = SPAN(""), control = SPAN("a\x01");
	const struct store_tag_edit rows[] = {
		{ .add = { &unread, 1 }, .remove = { &unread, 1 } }, { .add = { &empty, 1 } }, { .remove = { &control, 1 } },
	};
	uint32_t id = 1;
	int64_t changed, seq = store_seq(kit_store);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		kit_expect(store_item_tag_ids(kit_store, &id, 1, &rows[i], KIT_NOW, &changed), STORE_EVALUE, "a bad tag");
	assert_int_equal(store_seq(kit_store), seq);
}

/* Every change once, in order, numbered without gaps; the entry knows its last one. */
static void
test_log(void **state)
{
	static const char expected[] = "feed-added 0 1 ; feed-added 0 2 ; feed-added 0 3 ; feed-changed 0 1 settings; feed-changed 0 2 settings; "
	    "item-new 1 1 ; item-new 2 1 ; item-new 3 1 ; item-new 4 2 ; item-new 5 2 ; item-new 6 3 ; item-new 7 3 ; item-new 8 3 ; "
	    "item-updated 1 1 text; item-tags 2 1 +starred; feed-removed 0 1 ; ";
	char log[1024] = "", rest[1024] = "";

	(void)state;
	kit_take(1, "g:1 l:/a t:One! d:1700000100", KIT_NOW, NULL);
	tag(2, "starred", NULL);
	assert_int_equal(kit_number("gazette.db", "SELECT seq FROM entry WHERE id = 2"), store_seq(kit_store));
	kit_expect(store_feed_remove(kit_store, 1, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	kit_expect(store_changes(kit_store, 0, INT64_MAX, 100, on_change, log), STORE_OK, "changes");
	assert_string_equal(log, expected);
	kit_expect(store_changes(kit_store, store_seq(kit_store) - 2, INT64_MAX, 1, on_change, rest), STORE_OK, "changes");
	assert_string_equal(rest, "item-tags 2 1 +starred; ");
}

static void
test_match(void **state)
{
	static const struct { const char *text; uint32_t item; int matches; } rows[] = {
		{ "*", 1, 1 }, { "*", 99, 0 }, { "is:unread", 1, 1 }, { "is:read", 1, 0 }, { "feed:1 tag:news", 3, 1 }, { "feed:1", 4, 0 },
		{ "id:3", 3, 1 }, { "id:3", 4, 0 }, { "date:2023", 1, 1 }, { "date:2023", 8, 0 }, { "tag:linux OR id:8", 8, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_error error;
		struct query *query;
		int found;

		kit_expect(store_query(kit_store, rows[i].text, strlen(rows[i].text), KIT_NOW, &query, &error), STORE_OK, rows[i].text);
		found = store_item_match(kit_store, query, rows[i].item);
		query_free(query);
		if (found != rows[i].matches)
			fail_msg("row %zu, %s: %d", i, rows[i].text, found);
	}
}

static int
on_search(void *arg, struct span name, struct span query)
{
	snprintf((char *)arg + strlen(arg), 256 - strlen(arg), "%.*s=%.*s;", (int)name.len, name.ptr, (int)query.len, query.ptr);
	return 0;
}

static void
test_searches(void **state)
{
	char found[256] = "";

	(void)state;
	kit_expect(store_search_add(kit_store, SPAN("b"), SPAN("tag:linux")), STORE_OK, "add");
	kit_expect(store_search_add(kit_store, SPAN("a"), SPAN("search:b is:starred")), STORE_OK, "add");
	tag(2, "starred", NULL);
	assert_string_equal(kit_list("search:b", STORE_NEWEST), "3 2 1");
	assert_string_equal(kit_list("search:a", STORE_NEWEST), "2");
	kit_expect(store_search_add(kit_store, SPAN("b"), SPAN("feed:2")), STORE_OK, "replace");
	assert_string_equal(kit_list("search:b", STORE_NEWEST), "5 4");
	kit_expect(store_search_each(kit_store, on_search, found), STORE_OK, "each");
	assert_string_equal(found, "a=search:b is:starred;b=feed:2;");
	kit_expect(store_search_add(kit_store, SPAN("b"), SPAN("tag:x OR search:a")), STORE_EVALUE, "one that finds itself");
	kit_expect(store_search_add(kit_store, SPAN("a"), SPAN("-search:a")), STORE_EVALUE, "one that finds itself at once");
	assert_string_equal(kit_list("search:b", STORE_NEWEST), "5 4");
	kit_expect(store_search_remove(kit_store, SPAN("b")), STORE_OK, "remove");
	kit_expect(store_search_remove(kit_store, SPAN("b")), STORE_ENONE, "remove");
}

/* Without an index.db. */
static void
test_no_index(void **state)
{
	struct query_error error;
	struct query *query;
	struct store_page page = { .limit = 5 };
	int64_t count;

	(void)state;
	kit_expect(store_index_attach(kit_store), STORE_ENOINDEX, "attach");
	kit_expect(store_query(kit_store, "word", 4, KIT_NOW, &query, &error), STORE_OK, "word");
	page.query = query;
	kit_expect(store_item_list(kit_store, &page, on_id, NULL), STORE_ENOINDEX, "list");
	kit_expect(store_item_count(kit_store, query, &count), STORE_ENOINDEX, "count");
	kit_expect(store_item_match(kit_store, query, 1), STORE_ENOINDEX, "match");
	assert_string_equal(store_word(STORE_ENOINDEX), "no-index");
	query_free(query);
}

/* --- time --------------------------------------------------------------------------------------------- */

enum { SLOW_TERMS = 250, QUICK_COUNTS = 1000000 };

/* Eight thousand entries whose links are long, and a query that looks for many things in each: a minute of work. */
static struct query *
slow_query(void)
{
	char text[SLOW_TERMS * 16] = "";
	struct query_error error;
	struct query *query;

	kit_sql("gazette.db", "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO entry(id, feed, ord, seq, unread, "
	    "received, content_hash, url) SELECT i, 1, i, 1, 1, 1, i, replace(hex(zeroblob(2000)), '0', 'a') FROM n");
	for (int i = 0; i < SLOW_TERMS; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%surl:aaz%d", i > 0 ? " OR " : "", i);
	kit_expect(store_query(kit_store, text, strlen(text), KIT_NOW, &query, &error), STORE_OK, "slow");
	return query;
}

/* A query is given up when its time is over, and what follows has its own time. */
static void
test_slow(void **state)
{
	struct query *query = slow_query();
	struct store_page page = { .query = query, .limit = 5 };
	char found[128] = "";
	int64_t count;

	(void)state;
	kit_expect(store_item_count(kit_store, query, &count), STORE_ETOOSLOW, "count within the default");
	assert_string_equal(store_word(STORE_ETOOSLOW), "query-too-slow");
	store_deadline(kit_store, 1);
	kit_expect(store_item_list(kit_store, &page, on_id, found), STORE_ETOOSLOW, "list");
	assert_string_equal(found, "");
	kit_expect(store_item_count(kit_store, query, &count), STORE_ETOOSLOW, "count after the deadline");
	store_deadline(kit_store, 0);
	assert_int_equal(kit_count("id:1"), 1);
	assert_string_equal(kit_list("id:1", STORE_NEWEST), "1");
	query_free(query);
}

/* Many quick calls have one deadline, if the caller sets one. */
static void
test_deadline(void **state)
{
	struct query_error error;
	struct query *query;
	int64_t count;
	int rc = STORE_OK;

	(void)state;
	kit_expect(store_query(kit_store, "id:1", 4, KIT_NOW, &query, &error), STORE_OK, "id:1");
	store_deadline(kit_store, 20);
	for (int i = 0; i < QUICK_COUNTS && rc == STORE_OK; i++)
		rc = store_item_count(kit_store, query, &count);
	kit_expect(rc, STORE_ETOOSLOW, "many counts");
	store_deadline(kit_store, 0);
	kit_expect(store_item_count(kit_store, query, &count), STORE_OK, "one more");
	query_free(query);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, newsroom, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_queries), ROW(test_pages), ROW(test_bad_cursors), ROW(test_callbacks), ROW(test_wants),
		cmocka_unit_test_setup_teardown(test_order, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_crowded, kit_setup, kit_teardown),
		ROW(test_tags), ROW(test_bad_tags), ROW(test_log), ROW(test_match), ROW(test_searches), ROW(test_no_index),
		ROW(test_slow), ROW(test_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
