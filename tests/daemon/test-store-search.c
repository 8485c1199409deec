/* The full-text index: building, following, beginning anew; and what searches find. The indexer's steps run in this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/indexer/index.h"
#include "feeds/html.h"
#include "schema/schema.h"
#include "tests/daemon/store-kit.h"

static struct index *
open_index(void)
{
	char error[INDEX_ERROR_BYTES] = "";
	struct index *index = index_open(kit_dir, error);

	if (index == NULL)
		fail_msg("index_open: %s", error);
	return index;
}

/* Catches up, and attaches. Returns how often it was begun anew. */
static int
catch_up(struct index *index)
{
	enum index_result result;
	int rebuilt = 0;

	do {
		result = index_step(index);
		rebuilt += result == INDEX_REBUILDING;
	} while (result == INDEX_MORE || result == INDEX_REBUILDING);
	if (result == INDEX_FAILED)
		fail_msg("index_step: %s", index_error(index));
	do
		result = index_tidy(index);
	while (result == INDEX_MORE);
	assert_int_equal(result, INDEX_DONE);
	kit_expect(store_index_attach(kit_store), STORE_OK, "attach");
	return rebuilt;
}

static void
index_now(void)
{
	struct index *index = open_index();

	catch_up(index);
	index_close(index);
}

/* The index has each entry once, as it is now, and FTS5 finds its structure in order. */
static void
check_index(void)
{
	char sql[512];

	assert_int_equal(kit_number("index.db", "SELECT entries FROM meta"), kit_number("gazette.db", "SELECT count(*) FROM entry"));
	assert_int_equal(kit_number("index.db", "SELECT count(*) FROM doc"), kit_number("gazette.db", "SELECT count(*) FROM entry"));
	assert_int_equal(kit_number("index.db", "SELECT seq FROM meta"), store_seq(kit_store));
	snprintf(sql, sizeof sql, "ATTACH '%s/gazette.db' AS g; CREATE TEMP TABLE x AS SELECT CASE WHEN EXISTS (SELECT 1 FROM doc d LEFT JOIN g.entry e "
	    "ON e.id = d.entry AND e.revision = d.revision AND d.place >= e.ord >> 16 WHERE e.id IS NULL) THEN abs(-9223372036854775808) END", kit_dir);
	kit_sql("index.db", sql);
	kit_sql("index.db", "INSERT INTO fts(fts) VALUES ('integrity-check')");
}

/* --- what is found -------------------------------------------------------------------------------------------- */

static int
newsroom(void **state)
{
	struct span news = SPAN("news");
	uint32_t one, two;

	if (kit_setup(state) != 0)
		return -1;
	one = kit_feed("https://one.example/");
	two = kit_feed("https://two.example/");
	kit_expect(store_feed_edit(kit_store, one, &(struct store_feed_edit){ .tags = &(struct span_list){ &news, 1 } }), STORE_OK, "tag");
	kit_take(one, "g:4 t:Penguins c:kernel_kernel_kernel_and_birds d:400 a:Ann_Example|g:3 t:The_kernel_releases c:something_else d:300 a:Bob|"
	    "g:2 t:Caf\xc3\xa9 c:Stra\xc3\x9f""e_in_Z\xc3\xbcrich_&amp;_more d:200|g:1 t:First c:<b>bold</b>_kernel_text d:100", KIT_NOW, NULL);
	kit_take(two, "g:2 t:Both c:kernel_birds d:500|g:1 t:A c:the_C++_lang d:50", KIT_NOW + 1, NULL);
	index_now();
	return 0;
}

static const struct { const char *text, *newest; } found[] = {
	{ "kernel", "6 4 3 1" }, { "KERNEL", "6 4 3 1" }, { "cafe", "2" }, { "CAF\xc3\x89", "2" }, { "zurich", "2" }, { "\"in Z\xc3\xbcrich\"", "2" },
	{ "kern*", "6 4 3 1" }, { "ker* bir*", "6 4" }, { "\"kernel rel\"*", "3" }, { "nothing", "" },
	{ "kernel birds", "6 4" }, { "kernel OR zurich", "6 4 3 2 1" }, { "kernel -birds", "3 1" }, { "kernel NOT birds NOT bold", "3" },
	{ "-kernel", "2 5" }, { "-kernel -cafe", "5" }, { "NOT (kernel OR cafe)", "5" }, { "(kernel OR cafe) (birds OR more)", "6 4 2" },
	{ "kernel (birds OR -bold)", "6 4 3" }, { "\"kernel birds\"", "6" }, { "\"birds kernel\"", "" }, { "\"and birds\"", "4" },
	{ "title:kernel", "3" }, { "text:kernel", "6 4 1" }, { "author:ann", "4" }, { "author:\"Ann Example\"", "4" }, { "author:kernel", "" },
	{ "title:the*", "3" }, { "-title:kernel kernel", "6 4 1" }, { "bold", "1" }, { "b", "" }, { "amp", "" }, { "more", "2" }, { "c++", "5" },
	{ "\"say \"", "" }, { "kernel tag:news", "4 3 1" }, { "kernel feed:2", "6" }, { "kernel is:unread", "6 4 3 1" }, { "kernel is:starred", "4" },
	{ "kernel OR is:starred", "6 4 3 1" }, { "cafe OR feed:2", "6 2 5" }, { "kernel date:1970-01-01T00:05..1970-01-01T00:07", "4 3" },
	{ "kernel id:4", "4" }, { "kernel id:2", "" }, { "tag:news (cafe OR kernel)", "4 3 2 1" }, { "NOT (kernel tag:news)", "6 2 5" },
	{ "kernel before:1971 since:1970", "6 4 3 1" }, { "AND* OR kernel", "6 4 3 1" }, { "\"NEAR\"", "" }, { "near(a", NULL },
};

static void
test_found(void **state)
{
	uint32_t id = 4;
	const struct store_tag_edit star = { .add = { (struct span[]){ SPAN("starred") }, 1 } };
	int64_t changed;

	(void)state;
	kit_expect(store_item_tag_ids(kit_store, &id, 1, &star, KIT_NOW, &changed), STORE_OK, "star");
	for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
		const char *list;
		int64_t expected = 0;

		if (found[i].newest == NULL)
			continue;
		list = kit_list(found[i].text, STORE_NEWEST);
		if (strcmp(list, found[i].newest) != 0)
			fail_msg("row %zu, %s: %s where %s was expected", i, found[i].text, list, found[i].newest);
		for (const char *at = list; *at != '\0'; at++)
			expected += at == list || at[-1] == ' ';
		if (kit_count(found[i].text) != expected)
			fail_msg("row %zu, %s: counted %d", i, found[i].text, (int)kit_count(found[i].text));
	}
}

/* Texts and what is found of them: letters that are one, and scripts without spaces. */
static const struct { const char *text, *query; bool found; } words[] = {
	{ "Stra\xc3\x9f" "e", "strasse", true }, { "STRASSE", "stra\xc3\x9f" "e", true }, { "\xc5\x81\xc3\xb3" "d\xc5\xba", "lodz", true },
	{ "K\xc3\xb8" "benhavn", "kobenhavn", true }, { "\xc5\x92uvre", "oeuvre", true }, { "\xc3\x86ther", "\xc3\xa6ther", true },
	{ "\xc4\xb0stanbul", "istanbul", true }, { "\xc4\xb1sparta", "Isparta", true }, { "\xef\xac\x81ne", "fine", true },
	{ "\xef\xbc\xa1\xef\xbc\xa2\xef\xbc\x91", "ab1", true },
	{ "\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", "\xcf\x83\xce\xb9\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83", true },
	{ "\xd1\x91\xd0\xbb\xd0\xba\xd0\xb0", "\xd0\x95\xd0\x9b\xd0\x9a\xd0\x90", true },
	/* 'the news of Japanese', 'of Japanese', another order, its beginning, 'Tokyo' not at all */
	{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe3\x83\x8b\xe3\x83\xa5\xe3\x83\xbc\xe3\x82\xb9", "\xe6\x97\xa5\xe6\x9c\xac", true },
	{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x9c\xac\xe8\xaa\x9e", true }, { "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x9c\xac\xe6\x97\xa5", false },
	{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x97\xa5*", true }, { "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x9d\xb1\xe4\xba\xac", false },
	{ "iPhone15\xe3\x81\xae", "iphone15", true }, { "\xec\x95\x88\xeb\x85\x95\xed\x95\x98\xec\x84\xb8\xec\x9a\x94", "\xec\x95\x88\xeb\x85\x95", true },
	{ "\xe0\xb8\xaa\xe0\xb8\xa7\xe0\xb8\xb1\xe0\xb8\xaa\xe0\xb8\x94\xe0\xb8\xb5\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa7", "\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa7", true },
	/* Arabic with vowels, and without and the other way; with a long line; Hebrew with points, and its hyphen that is none of them */
	{ "\xd9\x85\xd9\x8f\xd8\xad\xd9\x8e\xd9\x85\xd9\x91\xd9\x8e\xd8\xaf", "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", true },
	{ "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", "\xd9\x85\xd9\x8f\xd8\xad\xd9\x8e\xd9\x85\xd9\x91\xd9\x8e\xd8\xaf", true },
	{ "\xd9\x85\xd8\xad\xd9\x80\xd9\x80\xd9\x80\xd9\x85\xd8\xaf", "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", true },
	{ "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", "\xd9\x85\xd8\xad\xd8\xaf", false }, { "a \xd9\x8e\xd9\x8e b", "\"a b\"", true },
	{ "\xd7\xa9\xd7\x81\xd6\xb8\xd7\x9c\xd7\x95\xd6\xb9\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", true },
	{ "\xd7\x91\xd6\xb5\xd6\xbc\xd7\x99\xd7\xaa\xd6\xbe\xd7\xa1\xd7\xa4\xd7\xa8", "\xd7\x91\xd7\x99\xd7\xaa", true },
	{ "so \xf0\x9f\x8e\x89 good", "\xf0\x9f\x8e\x89", true }, { "so\xf0\x9f\x8e\x89good", "good", true }, { "so \xf0\x9f\x8e\x89 good", "\xf0\x9f\x98\x80", false },
};

static void
test_words(void **state)
{
	uint32_t feed = kit_feed("https://words.example/");
	char document[512];

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const char *from = words[i].text;

		snprintf(document, sizeof document, "g:%zu t:%zu c:%s", i, i, from);
		for (char *at = strstr(document, " c:") + 1; (at = strchr(at, ' ')) != NULL; )
			*at = '_';
		kit_take(feed, document, KIT_NOW + (int64_t)i, NULL);
	}
	index_now();
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		char query[128];

		snprintf(query, sizeof query, "%s id:%zu", words[i].query, i + 1);
		if ((kit_count(query) == 1) != words[i].found)
			fail_msg("row %zu, %s: \"%s\" is%s found", i, words[i].text, words[i].query, words[i].found ? " not" : "");
	}
	check_index();
}

static void
test_match(void **state)
{
	static const struct { const char *text; uint32_t item; int matches; } rows[] = {
		{ "kernel", 4, 1 }, { "kernel", 2, 0 }, { "-kernel", 2, 1 }, { "kernel tag:news", 6, 0 }, { "kernel OR id:2", 2, 1 }, { "kernel", 99, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_error error;
		struct query *query;
		int matches;

		kit_expect(store_query(kit_store, rows[i].text, strlen(rows[i].text), KIT_NOW, &query, &error), STORE_OK, rows[i].text);
		matches = store_item_match(kit_store, query, rows[i].item);
		query_free(query);
		if (matches != rows[i].matches)
			fail_msg("row %zu, %s: %d", i, rows[i].text, matches);
	}
}

static int
on_id(void *arg, const struct store_item *item)
{
	snprintf((char *)arg + strlen(arg), 128 - strlen(arg), "%u ", item->id);
	return 0;
}

/* --- any query: the page, the count and the match of each entry agree --------------------------------------------- */

enum { RANDOM_QUERIES = 3000, RANDOM_TERMS = 7, NEWSROOM = 6 };

static void
make_query(uint64_t *seed, char *text, size_t size)
{
	static const char *const terms[] = { "kernel", "cafe", "birds", "title:the*", "author:ann", "\"kernel birds\"", "is:unread", "is:starred", "tag:news",
	    "feed:2", "feed:one", "feed:example", "id:3", "id:4", "story:4", "story:3", "url:x", "lang:en", "date:1970-01-01T00:03..", "before:1970-01-01T00:06", "received:today..",
	    "has:attachment", "*", "tag:own", "is:updated" };
	static const char *const joints[] = { " ", " ", " OR ", " AND ", " -", " NOT ", " (", " OR (", " -(", ") ", ") OR " };

	text[0] = '\0';
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	for (uint64_t i = 0, n = 1 + (*seed >> 60) % RANDOM_TERMS; i < n; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		snprintf(text + strlen(text), size - strlen(text), "%s%s", terms[(*seed >> 33) % (sizeof terms / sizeof terms[0])],
		    i + 1 < n ? joints[(*seed >> 50) % (sizeof joints / sizeof joints[0])] : "");
	}
	for (int open = 0, i = 0; text[i] != '\0' || open > 0; i++) {
		if (text[i] == '\0') {
			snprintf(text + i, size - (size_t)i, "%.*s", open, "))))))))");
			break;
		}
		open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
	}
}

static int
note(void *arg, const struct store_item *item)
{
	((bool *)arg)[item->id] = true;
	return 0;
}

static void
compare(const struct query *query, const char *text)
{
	struct store_page page = { .query = query, .limit = 100 };
	bool listed[NEWSROOM + 1] = { false };
	int64_t count, sum = 0;

	kit_expect(store_item_list(kit_store, &page, note, listed), STORE_OK, text);
	kit_expect(store_item_count(kit_store, query, &count), STORE_OK, text);
	for (uint32_t id = 1; id <= NEWSROOM; id++) {
		sum += listed[id];
		if (store_item_match(kit_store, query, id) != listed[id])
			fail_msg("%s: entry %u", text, id);
	}
	if (sum != count)
		fail_msg("%s: counted %d", text, (int)count);
}

static void
test_any_query(void **state)
{
	uint32_t id = 4;
	const struct store_tag_edit edit = { .add = { (struct span[]){ SPAN("starred"), SPAN("own") }, 2 }, .remove = { (struct span[]){ SPAN("unread") }, 1 } };
	uint64_t seed = 1;
	int64_t changed;
	int parsed = 0;
	char text[1024];

	(void)state;
	kit_expect(store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed), STORE_OK, "tag");
	for (int i = 0; i < RANDOM_QUERIES; i++) {
		struct query_error error;
		struct query *query;

		make_query(&seed, text, sizeof text);
		if (store_query(kit_store, text, strlen(text), KIT_NOW, &query, &error) != STORE_OK)
			continue;
		compare(query, text);
		query_free(query);
		parsed++;
	}
	assert_true(parsed > RANDOM_QUERIES / 2);
}

/* A word in the title weighs most, then often in a short text; pages of any size give the same. */
static void
test_relevance(void **state)
{
	static const struct { const char *text, *all; } rows[] = {
		{ "kernel", "3 4 6 1 " }, { "kernel birds", "6 4 " }, { "kernel tag:news", "3 4 1 " }, { "nothing", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_error error;
		struct query *query;

		kit_expect(store_query(kit_store, rows[i].text, strlen(rows[i].text), KIT_NOW, &query, &error), STORE_OK, rows[i].text);
		for (unsigned limit = 1; limit < 6; limit++) {
			struct store_page page = { .query = query, .sort = STORE_RELEVANCE, .limit = limit };
			char ids[128] = "";

			do
				kit_expect(store_item_list(kit_store, &page, on_id, ids), STORE_OK, rows[i].text);
			while (page.more);
			if (strcmp(ids, rows[i].all) != 0)
				fail_msg("row %zu, limit %u: %s", i, limit, ids);
		}
		query_free(query);
	}
}

enum { CROWD_DOCUMENT = 59, CROWD_ALL = 18 * CROWD_DOCUMENT, CROWD = CROWD_ALL - 2 };

/* The newest but ten has the word in its title; the oldest two have it there as well, which nobody looks at. */
static void
take_crowd(uint32_t feed)
{
	char document[8192];

	for (int first = 1; first <= CROWD_ALL; first += CROWD_DOCUMENT) {
		document[0] = '\0';
		for (int i = first + CROWD_DOCUMENT - 1; i >= first; i--)
			snprintf(document + strlen(document), sizeof document - strlen(document), "g:%d t:%s_%d c:%s d:%d|", i,
			    i <= 2 || i == CROWD_ALL - 10 ? "penguin" : "Title", i, i <= CROWD ? "a_penguin_here" : "penguin_zebra", 1700000000 + i);
		kit_take(feed, document, KIT_NOW, NULL);
	}
}

static int
on_crowd(void *arg, const struct store_item *item)
{
	uint32_t **at = arg;

	*(*at)++ = item->id;
	return 0;
}

/* All pages of a query by relevance, of any size: each match once; those that are not ranked come last, newest first. */
static void
compare_crowd(const char *text, unsigned limit, uint32_t first, size_t expected)
{
	uint32_t ids[CROWD_ALL * 2], *at = ids;
	bool seen[CROWD_ALL * 2] = { false };
	struct store_page page = { .sort = STORE_RELEVANCE, .limit = limit };
	struct query_error error;
	struct query *query;

	kit_expect(store_query(kit_store, text, strlen(text), KIT_NOW, &query, &error), STORE_OK, text);
	page.query = query;
	do
		kit_expect(store_item_list(kit_store, &page, on_crowd, &at), STORE_OK, text);
	while (page.more && (size_t)(at - ids) <= expected);
	query_free(query);
	if (page.more || (size_t)(at - ids) != expected || ids[0] != first)
		fail_msg("%s, limit %u: %zu entries, %u first, where %zu and %u were expected", text, limit, (size_t)(at - ids), ids[0], expected, first);
	for (size_t i = 0; i < expected; i++) {
		if (seen[ids[i]])
			fail_msg("%s, limit %u: entry %u comes twice", text, limit, ids[i]);
		seen[ids[i]] = true;
		if (i > STORE_RELEVANCE_MAX && ids[i] >= ids[i - 1])
			fail_msg("%s, limit %u: entry %u after %u", text, limit, ids[i], ids[i - 1]);
	}
}

static void
test_relevance_of_many(void **state)
{
	static const unsigned limits[] = { 1000, 999, 1001, 530, 100, 7 };

	(void)state;
	take_crowd(kit_feed("https://many.example/"));
	index_now();
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		compare_crowd("penguin", limits[i], CROWD_ALL - 10, CROWD_ALL);
		compare_crowd("pengu*", limits[i], CROWD_ALL - 10, CROWD_ALL);
		compare_crowd("title:pengu*", limits[i], CROWD_ALL - 10, 3);
		compare_crowd("penguin -zebra", limits[i], CROWD_ALL - 10, CROWD);
		compare_crowd("penguin id:3", limits[i], 3, 1);
	}
	compare_crowd("penguin since:2023-11-14T22:22:43", 7, CROWD_ALL - 10, STORE_RELEVANCE_MAX);
	compare_crowd("penguin since:2023-11-14T22:22:42", 7, CROWD_ALL - 10, STORE_RELEVANCE_MAX + 1);
	/* what was removed a moment ago is in the index still */
	kit_sql("gazette.db", "DELETE FROM entry WHERE id > (SELECT max(id) FROM entry) - 10");
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		compare_crowd("penguin", limits[i], CROWD_ALL - 10, CROWD_ALL - 10);
}

/* The newest entries are looked at themselves, the others in the index: together they are what the whole word finds, on pages of any size. */
static size_t
collect_pages(const char *text, unsigned limit, uint32_t ids[CROWD_ALL * 2])
{
	struct store_page page = { .sort = STORE_NEWEST, .limit = limit };
	struct query_error error;
	struct query *query;
	uint32_t *at = ids;

	kit_expect(store_query(kit_store, text, strlen(text), KIT_NOW, &query, &error), STORE_OK, text);
	page.query = query;
	do
		kit_expect(store_item_list(kit_store, &page, on_crowd, &at), STORE_OK, text);
	while (page.more && at - ids <= CROWD_ALL);
	query_free(query);
	return (size_t)(at - ids);
}

static void
test_prefixes(void **state)
{
	static const struct { const char *begun, *whole; size_t least; } rows[] = {
		{ "pengu*", "penguin", CROWD_ALL }, { "zeb*", "zebra", 2 }, { "title:pengu*", "title:penguin", 3 }, { "pengu* -zeb*", "penguin -zebra", CROWD },
		{ "text:\"a pengu\"*", "text:\"a penguin\"", CROWD }, { "pengu* id:5", "penguin id:5", 1 }, { "(zeb* OR title:peng*)", "(zebra OR title:penguin)", 5 },
		{ "title:titl* since:2023-11-14T22:30", "title:title since:2023-11-14T22:30", 20 }, { "pengu* is:starred", "penguin is:starred", 0 },
		{ "pengu* before:2023-11-14T22:20", "penguin before:2023-11-14T22:20", 20 }, { "owl*", "owl", 0 },
	};
	static const unsigned limits[] = { 1000, 200, 199, 61, 7, 1 };
	static uint32_t begun[CROWD_ALL * 2], whole[CROWD_ALL * 2];

	(void)state;
	take_crowd(kit_feed("https://many.example/"));
	index_now();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t count = collect_pages(rows[i].whole, 1000, whole);

		assert_true(count >= rows[i].least);
		for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++) {
			if (collect_pages(rows[i].begun, limits[k], begun) != count || memcmp(begun, whole, count * sizeof *whole) != 0)
				fail_msg("%s, limit %u", rows[i].begun, limits[k]);
		}
	}
}

/* --- following --------------------------------------------------------------------------------------------------- */

static void
test_follow(void **state)
{
	struct index *index = open_index();
	uint64_t generation = index_state(index).generation;

	(void)state;
	check_index();
	kit_take(1, "g:5 t:Fresh c:kernel d:600|g:3 t:The_kernel_releases c:changed d:300", KIT_NOW, NULL);
	assert_string_equal(kit_list("kernel", STORE_NEWEST), "6 4 3 1");
	assert_int_equal(catch_up(index), 0);
	assert_string_equal(kit_list("kernel", STORE_NEWEST), "7 6 4 3 1");
	assert_string_equal(kit_list("changed", STORE_NEWEST), "3");
	assert_string_equal(kit_list("something", STORE_NEWEST), "");
	check_index();
	kit_expect(store_feed_remove(kit_store, 2, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	assert_string_equal(kit_list("kernel", STORE_NEWEST), "7 4 3 1");
	/* the index has what is gone until it has caught up; nobody counts it */
	assert_int_equal(kit_count("kernel"), 4);
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(kit_count("kernel"), 4);
	kit_reopen();
	kit_expect(store_index_attach(kit_store), STORE_OK, "attach");
	assert_int_equal(kit_count("kernel"), 4);
	check_index();
	assert_int_equal(index_state(index).generation, generation);
	assert_int_equal(index_state(index).seq, store_seq(kit_store));
	assert_int_equal(index_state(index).entries, 5);
	assert_false(index_state(index).rebuilding);
	index_close(index);
}

/* Other authors are found without another text; and of a feed that goes in steps nothing is left in the end. */
static void
test_follow_facts(void **state)
{
	enum { MANY = STORE_SWEEP_AT_ONCE + 50 };
	struct index *index = open_index();
	uint64_t generation = index_state(index).generation;
	uint32_t feed = kit_feed("https://many.example/");
	char document[64];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(document, sizeof document, "g:m%d t:M%d c:manifold a:Eve", i, i);
		kit_take(feed, document, KIT_NOW, NULL);
	}
	kit_take(feed, "g:m0 t:M0 c:manifold a:Zoe", KIT_NOW, NULL);
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(kit_count("author:zoe"), 1);
	assert_int_equal(kit_count("author:eve"), MANY - 1);
	kit_take(feed, "g:m0 t:M0 c:manifold a:Eve", KIT_NOW, NULL);
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(kit_count("author:eve"), MANY);
	kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	assert_int_equal(kit_count("manifold"), 0);
	assert_string_equal(kit_list("manifold", STORE_RELEVANCE), "");
	assert_string_equal(kit_list("manif*", STORE_NEWEST), "");
	while (store_feed_sweep(kit_store, KIT_NOW) == 1)
		assert_int_equal(catch_up(index), 0);
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(index_state(index).generation, generation);
	assert_int_equal(index_state(index).entries, 6);
	check_index();
	index_close(index);
}

static void
test_long_text(void **state)
{
	enum { LONG = 3 << 20 };
	char *text = malloc(LONG);
	struct store_job *job = store_job_new(kit_store);
	struct rec_entry rec = { .published = 700, .modified = STORE_ABSENT, .guid = SPAN("long"), .title = { "a\0b", 3 }, .content_hash = 1 };
	struct store_counts counts;

	(void)state;
	for (int i = 0; i < LONG; i += 8)
		memcpy(text + i, "a longy ", 8);
	memcpy(text, "begins ", 7);
	memcpy(text + LONG - 8, "\xc3\xa9 ends", 7);
	text[LONG - 1] = ' ';
	rec.text = (struct span){ text, LONG };
	kit_expect(store_job_entry(job, &rec), STORE_OK, "entry");
	kit_expect(store_job_apply(job, 1, KIT_NOW, &counts), STORE_OK, "apply");
	kit_expect(store_job_finish(job, 1, &(struct rec_done){ .outcome = OUTCOME_OK }, &(struct store_poll){ .at_s = 1, .next_poll_s = 2,
	    .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL), STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	free(text);
	index_now();
	assert_string_equal(kit_list("begins", STORE_NEWEST), "7");
	assert_string_equal(kit_list("ends", STORE_NEWEST), "");
	/* taking it out again needs the very same text */
	kit_take(1, "g:long t:Short", KIT_NOW, NULL);
	index_now();
	assert_string_equal(kit_list("begins", STORE_NEWEST), "");
	check_index();
}

/* What comes of a text is what must be given to take it out again: if this row has to change, so has SCHEMA_INDEX_VERSION. */
static void
test_sample(void **state)
{
	static const char html[] = "<h1>Head&nbsp;line</h1><p>one <b>t</b>wo<br>three<script>x</script></p><ul><li>a<li>b</ul>"
	    "<img src=x alt='pic ture'> &amp;&#233;&bogus; <pre>a  b</pre><table><tr><td>c<td>d</table>";
	struct buf out = BUF_INIT(1024);

	(void)state;
	html_to_line(html, sizeof html - 1, &out);
	assert_string_equal(buf_str(&out), "Head line one two three a b &\xc3\xa9&bogus; a b c d");
	assert_int_equal(SCHEMA_INDEX_VERSION, 5);
	buf_free(&out);
}

/* Texts of all forms in one index: without a dictionary and with one. */
static void
test_dictionary(void **state)
{
	struct index *index;
	struct store_counts counts;

	(void)state;
	take_crowd(kit_feed("https://many.example/"));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM dictionary"), 1);
	kit_reopen();
	kit_take(3, "g:new t:Owls c:penguin_again d:1700009999|g:1000 t:Changed c:walrus d:1700001000", KIT_NOW, &counts);
	assert_int_equal(counts.updated, 1);
	index_now();
	check_index();
	index = open_index();
	assert_int_equal(kit_count("penguin"), CROWD_ALL);
	assert_int_equal(kit_count("walrus"), 1);
	kit_take(3, "g:1 t:Changed c:walrus d:1700000001", KIT_NOW, &counts);
	assert_int_equal(counts.updated, 1);
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(kit_count("penguin"), CROWD_ALL - 1);
	kit_expect(store_feed_remove(kit_store, 3, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	assert_int_equal(catch_up(index), 0);
	assert_int_equal(kit_count("penguin OR walrus"), 0);
	check_index();
	index_close(index);
}

/* What an entry said before stays until the index needs it no more. */
static void
test_forgotten(void **state)
{
	struct index *index = open_index();
	int64_t seq = store_seq(kit_store);

	(void)state;
	store_index_reached(kit_store, seq);
	kit_take(1, "g:3 t:The_kernel_releases c:changed d:300", KIT_NOW, NULL);
	kit_expect(store_feed_remove(kit_store, 2, KIT_NOW, &(int64_t){ 0 }), STORE_OK, "remove");
	store_index_reached(kit_store, seq);
	store_index_reached(kit_store, seq);
	store_idle(kit_store);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM stale"), 3);
	assert_int_equal(catch_up(index), 0);
	store_index_reached(kit_store, store_seq(kit_store));
	store_index_reached(kit_store, store_seq(kit_store));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM stale"), 0);
	check_index();
	index_close(index);
}

/* When all has been forgotten the numbers of such texts begin again: one that comes then is not taken for one that was forgotten. */
static void
test_forgotten_all(void **state)
{
	struct index *index = open_index();
	int64_t seq;

	(void)state;
	for (int round = 0; round < 3; round++) {
		kit_take(1, round % 2 == 0 ? "g:3 t:The_kernel_releases c:changed d:300" : "g:3 t:The_kernel_releases c:mended d:300", KIT_NOW, NULL);
		store_index_reached(kit_store, 0);
		store_idle(kit_store);
		assert_int_equal(catch_up(index), 0);
		store_index_reached(kit_store, store_seq(kit_store));
		store_index_reached(kit_store, store_seq(kit_store));
		assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM stale"), 0);
	}
	seq = store_seq(kit_store);
	kit_take(1, "g:3 t:The_kernel_releases c:mended d:300", KIT_NOW, NULL);
	store_index_reached(kit_store, seq);
	store_index_reached(kit_store, seq);
	assert_int_equal(catch_up(index), 0);
	check_index();
	index_close(index);
}

/* An index that is too far behind is made anew. */
static void
test_behind(void **state)
{
	struct index *index = open_index();

	(void)state;
	kit_take(1, "g:3 t:The_kernel_releases c:changed d:300", KIT_NOW, NULL);
	kit_sql("gazette.db", "DELETE FROM stale");
	assert_int_equal(catch_up(index), 1);
	assert_string_equal(index_why(index), "the index has fallen behind the changes that are kept");
	assert_string_equal(kit_list("changed", STORE_NEWEST), "3");
	check_index();
	index_close(index);
}

/* More than one step; killed between any two, it goes on. */
static void
test_steps(void **state)
{
	enum { MANY = 2500 };
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;
	struct index *index;
	int steps = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char text[32];
		struct rec_entry rec = { .ordinal = (uint64_t)i, .published = 1000 + i % 77, .modified = STORE_ABSENT, .content_hash = (uint64_t)i };

		snprintf(text, sizeof text, "number %d", i);
		rec.guid = rec.title = SPAN(text);
		kit_expect(store_job_entry(job, &rec), STORE_OK, text);
	}
	kit_expect(store_job_apply(job, 1, KIT_NOW, &counts), STORE_OK, "apply");
	kit_expect(store_job_finish(job, 1, &(struct rec_done){ .outcome = OUTCOME_OK }, &(struct store_poll){ .at_s = 1, .next_poll_s = 2,
	    .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL), STORE_OK, "finish");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	for (int round = 0; round < 2; round++) {
		enum index_result result;

		do {
			index = open_index();
			result = index_step(index);
			steps += result == INDEX_MORE;
			if (round == 1 && index_state(index).rebuilding)
				assert_int_equal(store_index_attach(kit_store), STORE_ENOINDEX);
			index_close(index);
		} while (result == INDEX_MORE);
		assert_int_equal(result, INDEX_DONE);
		index_now();
		assert_int_equal(kit_count("number"), MANY);
		/* the seconds are crowded: places run over into the next ones, times do not */
		assert_int_equal(kit_count("number date:1970-01-01T00:16"), kit_count("feed:1 date:1970-01-01T00:16"));
		assert_int_equal(kit_count("number date:1970-01-01T00:17"), kit_count("feed:1 date:1970-01-01T00:17 -kernel -cafe"));
		assert_string_equal(kit_list("1234", STORE_NEWEST), kit_list("\"number 1234\"", STORE_OLDEST));
		check_index();
		/* and the same by building */
		store_index_detach(kit_store);
		kit_sql("index.db", "UPDATE meta SET seq = 999999");
	}
	assert_true(steps >= 6);
}

/* --- beginning anew ------------------------------------------------------------------------------------------------ */

/* What core had attached is still in the log; the file itself is to be spoilt. */
static void
fold_log(void)
{
	kit_sql("index.db", "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
spoil(const char *file, long offset, size_t len)
{
	char path[128], junk[512];
	FILE *stream;

	memset(junk, 0x5a, sizeof junk);
	snprintf(path, sizeof path, "%s/%s", kit_dir, file);
	stream = fopen(path, "r+");
	assert_non_null(stream);
	for (size_t done = 0; done < len; done += sizeof junk) {
		assert_int_equal(fseek(stream, offset + (long)done, SEEK_SET), 0);
		assert_int_equal(fwrite(junk, 1, sizeof junk, stream), sizeof junk);
	}
	fclose(stream);
}

static void
cut(const char *file, long len)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", kit_dir, file);
	assert_int_equal(truncate(path, len), 0);
}

static void
remove_index(void)
{
	char path[128];

	snprintf(path, sizeof path, "%s/index.db", kit_dir);
	assert_int_equal(unlink(path), 0);
}

static void spoil_header(void) { spoil("index.db", 0, 512); }
static void spoil_schema(void) { spoil("index.db", 100, 2048); }
static void spoil_all(void) { spoil("index.db", 8192, 8192 * 6); }
static void cut_index(void) { cut("index.db", 8192 * 3); }
static void empty_index(void) { cut("index.db", 0); }
static void newer_index(void) { kit_sql("index.db", "PRAGMA user_version = 99"); }
static void other_application(void) { kit_sql("index.db", "PRAGMA application_id = 99"); }
static void other_database(void) { kit_sql("index.db", "UPDATE meta SET database = randomblob(16)"); }
static void no_meta(void) { kit_sql("index.db", "DELETE FROM meta"); }
static void ahead(void) { kit_sql("index.db", "UPDATE meta SET seq = seq + 1000"); }

static void
log_cut(void)
{
	assert_int_equal(store_log_forget(kit_store, store_seq(kit_store) - 1), 0);
	kit_sql("index.db", "UPDATE meta SET seq = 1");
}

static void
test_anew(void **state)
{
	static const struct { const char *name; void (*spoil)(void); const char *why; } rows[] = {
		{ "missing", remove_index, "there is no index" }, { "header", spoil_header, "damaged" }, { "schema", spoil_schema, "damaged" },
		{ "pages", spoil_all, "damaged" }, { "cut", cut_index, "damaged" }, { "empty", empty_index, "does not belong" },
		{ "newer", newer_index, "does not belong" }, { "other application", other_application, "does not belong" },
		{ "other database", other_database, "does not belong" }, { "no meta", no_meta, "does not belong" },
		{ "ahead of the log", ahead, "does not belong" }, { "behind the log", log_cut, "has fallen behind" },
	};
	struct index *index;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t generation = kit_number("index.db", "SELECT generation FROM meta");

		store_index_detach(kit_store);
		fold_log();
		rows[i].spoil();
		index = open_index();
		catch_up(index);
		if (strstr(index_why(index), rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].name, index_why(index));
		index_close(index);
		if (strcmp(kit_list("kernel", STORE_NEWEST), "6 4 3 1") != 0)
			fail_msg("%s: %s", rows[i].name, kit_list("kernel", STORE_NEWEST));
		if (kit_number("index.db", "SELECT generation FROM meta") == generation)
			fail_msg("%s: not begun anew", rows[i].name);
		check_index();
	}
}

/* Changes that it has not seen are forgotten while it works. */
static void
test_forgotten_changes(void **state)
{
	struct index *index;

	(void)state;
	index = open_index();
	assert_int_equal(catch_up(index), 0);
	kit_take(1, "g:3 t:The_kernel_releases c:changed d:300", KIT_NOW, NULL);
	assert_int_equal(store_log_forget(kit_store, store_seq(kit_store)), 0);
	assert_int_equal(catch_up(index), 1);
	assert_string_equal(index_why(index), "the index has fallen behind the changes that are kept");
	assert_string_equal(kit_list("changed", STORE_NEWEST), "3");
	check_index();
	index_close(index);
}

/* It has a text that cannot be taken out any more, which shows only when that is to be done. */
static void
test_damaged_at_work(void **state)
{
	struct index *index;

	(void)state;
	store_index_detach(kit_store);
	kit_sql("index.db", "UPDATE doc SET revision = 7 WHERE entry = 3");
	index = open_index();
	kit_take(1, "g:3 t:The_kernel_releases c:changed d:300", KIT_NOW, NULL);
	assert_int_equal(catch_up(index), 1);
	assert_string_equal(kit_list("changed", STORE_NEWEST), "3");
	check_index();
	index_close(index);
}

/* Core keeps what it has attached until it is told of the new one, and is not fooled by a spoilt one. */
static void
test_core_side(void **state)
{
	struct query_error error;
	struct query *query;
	int64_t count;

	(void)state;
	kit_expect(store_query(kit_store, "kernel", 6, KIT_NOW, &query, &error), STORE_OK, "kernel");
	remove_index();
	kit_expect(store_item_count(kit_store, query, &count), STORE_OK, "still attached");
	assert_int_equal(count, 4);
	kit_expect(store_index_attach(kit_store), STORE_ENOINDEX, "missing");
	kit_expect(store_item_count(kit_store, query, &count), STORE_ENOINDEX, "detached");
	index_now();
	kit_expect(store_item_count(kit_store, query, &count), STORE_OK, "there again");
	assert_int_equal(count, 4);
	store_index_detach(kit_store);
	fold_log();
	spoil("index.db", 8192, 8192 * 6);
	if (store_index_attach(kit_store) == STORE_OK)
		kit_expect(store_item_count(kit_store, query, &count), STORE_ENOINDEX, "spoilt");
	assert_string_equal(kit_list("is:unread tag:news", STORE_OLDEST), "1 2 3 4");
	query_free(query);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, newsroom, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_found),
		cmocka_unit_test_setup_teardown(test_words, kit_setup, kit_teardown), ROW(test_match), ROW(test_any_query), ROW(test_relevance),
		cmocka_unit_test_setup_teardown(test_relevance_of_many, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_prefixes, kit_setup, kit_teardown), ROW(test_follow), ROW(test_follow_facts),
		ROW(test_long_text), ROW(test_sample),
		ROW(test_forgotten), ROW(test_forgotten_all), ROW(test_forgotten_changes), ROW(test_behind),
		cmocka_unit_test_setup_teardown(test_dictionary, newsroom, kit_teardown), ROW(test_steps), ROW(test_anew),
		ROW(test_damaged_at_work), ROW(test_core_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
