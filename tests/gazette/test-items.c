/* Lists of entries and of feeds: pages, changes and forgetting by rows of steps, what is there then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/feedset.h"
#include "contrib/gazette/items.h"
#include "contrib/gazette/text.h"
#include "feeds/base/buf.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { TEXT_BYTES = 65536 };

/* --- entries -------------------------------------------------------------------------------- */

/* Entry 105 came at second 105; its time is its number here. */
static json_t *
entry(long id)
{
	char date[64];

	snprintf(date, sizeof(date), "2026-01-01T%02ld:%02ld:%02ldZ", id / 3600, id / 60 % 60, id % 60);
	return json_pack("{s:s, s:s, s:s, s:{s:I, s:i, s:s, s:[s]}}", "title", "title", "url", "http://x.example/",
	    "date_published", date, "_gazette", "item", (json_int_t)id, "feed", 1, "received", date, "tags",
	    id % 2 == 0 ? "unread" : "x");
}

/* The numbers in text up to a letter, as item.list gives them. */
static json_t *
page(const char *text, const char *after)
{
	json_t *list = json_array();
	int used;
	long id;

	for (; sscanf(text, "%ld%n", &id, &used) == 1; text += used)
		json_array_append_new(list, entry(id));
	return json_pack("{s:o, s:s*}", "items", list, "after", after);
}

/*
 * Steps: "append NUMBERS", "last NUMBERS" (no further page), "prepend NUMBERS", "insert N", "remove N", "select ROW",
 * "forget" (the first page); the cursor of each page is "c" and the number of its last entry.
 */
static const struct {
	const char	*steps[8];
	const char	*expected;		/* rows, then selected top, then before and after cursors */
} lists[] = {
	{ { "append 9 8 7", "append 6 5 4" }, "9 8 7 6 5 4, 0 0, - c4" },
	{ { "append 9 8 7", "last 6 5 4" }, "9 8 7 6 5 4, 0 0, - -" },
	{ { "last" }, ", 0 0, - -" },
	/* an entry is there once, though it moved from page to page meanwhile */
	{ { "append 9 8 7", "append 7 6 5" }, "9 8 7 6 5, 0 0, - c5" },
	/* new ones come in their place, the selection stays */
	{ { "append 9 8 7", "insert 10" }, "10 9 8 7, 1 0, - c7" },
	{ { "append 90 80 70 60 50 40", "select 4", "insert 100", "insert 85" }, "100 90 85 80 70 60 50 40, 6 4, - c40" },
	{ { "append 90 80 70 60 50 40", "select 1", "insert 55" }, "90 80 70 60 55 50 40, 1 0, - c40" },
	/* below the end of what is there only if that is the end of all */
	{ { "append 9 8 7", "insert 6" }, "9 8 7, 0 0, - c7" },
	{ { "last 9 8 7", "insert 6" }, "9 8 7 6, 0 0, - -" },
	{ { "last", "insert 6" }, "6, 0 0, - -" },
	/* one that is there is brought up to date */
	{ { "last 9 8 7", "insert 8" }, "9 8 7, 0 0, - -" },
	{ { "last 9 8 7", "select 2", "remove 9", "remove 5" }, "8 7, 1 0, - -" },
	{ { "last 9 8 7", "select 1", "remove 8" }, "9 7, 1 0, - -" },
	{ { "last 9", "remove 9" }, ", 0 0, - -" },
	/* forgotten pages are found again by their cursors */
	{ { "append 9 8 7", "append 6 5 4", "select 5", "forget" }, "6 5 4, 2 0, \"\" c4" },
	{ { "append 9 8 7", "append 6 5 4", "append 3 2 1", "select 8", "forget", "forget" }, "3 2 1, 2 0, c7 c1" },
	{ { "append 9 8 7", "append 6 5 4", "select 5", "forget", "prepend 9 8 7 6" }, "9 8 7 6 5 4, 5 3, - c4" },
	{ { "append 9 8 7", "append 6 5 4", "select 5", "forget", "insert 10" }, "6 5 4, 2 0, \"\" c4" },
	{ { "append 9 8 7", "append 6 5 4", "select 5", "forget", "prepend 11 10 9" }, "unreached" },
	/* the last of a page goes: the mark moves to the one before */
	{ { "append 9 8 7", "append 6 5 4", "remove 7", "select 4", "forget" }, "6 5 4, 2 0, \"\" c4" },
	{ { "append 9", "append 6 5 4", "remove 9" }, "6 5 4, 0 0, \"\" c4" },
	/* from the end upwards */
	{ { "append 9 8 7", "end 1 2 3" }, "3 2 1, 2 0, c3 -" },
	{ { "append 9 8 7", "end 1 2 3", "prepend 3 4 5" }, "5 4 3 2 1, 4 2, c5 -" },
	{ { "end 1 2 3", "select 0", "insert 4", "insert 2", "remove 3" }, "2 1, 0 0, c3 -" },
	{ { "end" }, ", 0 0, c -" },
};

/* Forgets the first page as items_trim() would in a longer list. */
static void
forget(struct items *items, struct list *list)
{
	size_t row = 0;

	if (items->rows == NULL || items_find(items, items->marks[items->n_above].item, &row) == NULL)
		fail_msg("there is no page to forget");
	else {
		for (size_t at = 0; at <= row; at++)
			item_clear(&items->rows[at]);
		items->count -= row + 1;
		memmove(items->rows, items->rows + row + 1, items->count * sizeof(*items->rows));
		items->n_above++;
		list_remove(list, 0, row + 1);
	}
}

static bool
step(struct items *items, struct list *list, const char *text)
{
	char word[16] = "", after[32] = "";
	const char *rest = strchr(text, ' ') != NULL ? strchr(text, ' ') : "";
	const char *last = strrchr(text, ' ');
	struct item item;
	bool reached = true;
	json_t *json;

	sscanf(text, "%15s", word);
	snprintf(after, sizeof(after), "c%s", last != NULL ? last + 1 : "");
	json = page(rest, strcmp(word, "last") == 0 ? NULL : after);
	if (strcmp(word, "append") == 0 || strcmp(word, "last") == 0)
		items_append(items, list, json);
	else if (strcmp(word, "prepend") == 0)
		reached = items_prepend(items, list, json);
	else if (strcmp(word, "end") == 0)
		items_take_end(items, list, json);
	else if (strcmp(word, "insert") == 0) {
		item_read(&item, json_array_get(json_object_get(json, "items"), 0));
		items_insert(items, list, &item);
	} else if (strcmp(word, "remove") == 0)
		items_remove(items, list, strtol(rest, NULL, 10));
	else if (strcmp(word, "select") == 0)
		list_select(list, strtoul(rest, NULL, 10));
	else if (strcmp(word, "forget") == 0)
		forget(items, list);
	else
		fail_msg("no such step: %s", text);
	json_decref(json);
	return reached;
}

static const char *
cursor(const char *text)
{
	return text == NULL ? "-" : *text == '\0' ? "\"\"" : text;
}

static void
test_lists(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(lists); row++) {
		struct buf got = BUF_INIT(TEXT_BYTES);
		struct list list = { .height = 3 };
		struct items items = { 0 };
		bool reached = true;

		list_resize(&list, strstr(lists[row].expected, "10 9 8 7") != NULL ? 4 : 3);
		for (size_t at = 0; at < COUNT(lists[row].steps) && lists[row].steps[at] != NULL; at++)
			reached &= step(&items, &list, lists[row].steps[at]);
		for (size_t at = 0; at < items.count; at++)
			buf_printf(&got, "%s%lld", at != 0 ? " " : "", (long long)items.rows[at].id);
		buf_printf(&got, ", %zu %zu, %s %s", list.selected, list.top, cursor(items_before(&items)),
		    cursor(items_after(&items)));
		if (!reached) {
			buf_clear(&got);
			buf_puts(&got, "unreached");
		}
		if (strcmp(buf_str(&got), lists[row].expected) != 0)
			fail_msg("row %zu: %s, not %s", row, buf_str(&got), lists[row].expected);
		if (items.count != list.count && reached)
			fail_msg("row %zu: %zu rows, %zu lines", row, items.count, list.count);
		items_clear(&items);
		buf_free(&got);
	}
}

/* Numbers from high down to low as one page. */
static void
append_run(struct items *items, struct list *list, long high, long low)
{
	json_t *json = json_pack("{s:[], s:s}", "items", "after", "c");

	for (long id = high; id >= low; id--)
		json_array_append_new(json_object_get(json, "items"), entry(id));
	items_append(items, list, json);
	json_decref(json);
}

static void
test_trim(void **state)
{
	struct list list = { .height = 20 };
	struct items items = { 0 };

	(void)state;
	for (long high = 30000; high > 18000; high -= 1000)
		append_run(&items, &list, high, high - 999);
	assert_int_equal(items.count, 12000);
	/* at the top: pages at the bottom go, and can be fetched again */
	items_trim(&items, &list);
	assert_int_equal(items.count, ITEMS_MAX);
	assert_int_equal(items.rows[0].id, 30000);
	assert_false(items.complete);
	assert_non_null(items_after(&items));
	assert_null(items_before(&items));
	/* at the bottom: those at the top */
	append_run(&items, &list, 20000, 19001);
	list_select(&list, SIZE_MAX);
	items_trim(&items, &list);
	assert_int_equal(items.count, ITEMS_MAX);
	assert_int_equal(items.rows[items.count - 1].id, 19001);
	assert_int_equal(items.rows[0].id, 29000);
	assert_int_equal(list.selected, items.count - 1);
	assert_string_equal(items_before(&items), "");
	items_clear(&items);
}

static void
test_unread(void **state)
{
	struct list list = { .height = 20 };
	struct items items = { 0 };
	json_t *json = page("9 8 7 6 5", NULL);

	(void)state;
	items_append(&items, &list, json);
	assert_int_equal(items_count_unread(&items), 2);
	assert_int_equal(items_unread(&items, 0, 1), 1);
	assert_int_equal(items_unread(&items, 2, 1), 3);
	assert_int_equal(items_unread(&items, 4, 1), -1);
	assert_int_equal(items_unread(&items, 4, -1), 3);
	assert_int_equal(items_unread(&items, 0, -1), -1);
	assert_int_equal(items_unread(&items, 9, 1), -1);
	json_decref(json);
	items_clear(&items);
}

/* What is read of one item. */
static const struct {
	const char	*json;
	const char	*expected;		/* "id feed time flags title url"; "-": none */
} readings[] = {
	{ "{\"title\":\"A\",\"url\":\"http://a/\",\"date_published\":\"1970-01-01T00:00:09Z\",\"_gazette\":{\"item\":3,\"feed\":4,"
	    "\"tags\":[\"unread\",\"starred\"],\"received\":\"1970-01-01T00:01:00Z\"}}", "3 4 9 us A http://a/" },
	/* not dated: when it was received; dated in the future: not later than that */
	{ "{\"_gazette\":{\"item\":3,\"feed\":4,\"received\":\"1970-01-01T00:01:00Z\"}}", "3 4 60   -" },
	{ "{\"date_published\":\"2970-01-01T00:00:09Z\",\"_gazette\":{\"item\":3,\"received\":\"1970-01-01T00:01:00Z\"}}",
	    "3 0 60   -" },
	{ "{\"title\":\"a\\u001b[2J\\n b\\u202e\",\"_gazette\":{\"item\":1}}", "1 0 0  a[2J b -" },
	{ "{\"title\":7,\"url\":\"\",\"_gazette\":{\"item\":1,\"tags\":[1,null,\"unreadable\"]}}", "1 0 0   -" },
	{ "{\"title\":\"x\",\"_gazette\":{}}", "-" },
	{ "{\"title\":\"x\"}", "-" },
	{ "{\"_gazette\":{\"item\":-5}}", "-" },
	{ "{\"_gazette\":{\"item\":\"5\"}}", "-" },
};

static void
test_readings(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(readings); row++) {
		json_t *json = json_loads(readings[row].json, 0, NULL);
		struct buf got = BUF_INIT(TEXT_BYTES);
		struct item item;

		assert_non_null(json);
		if (item_read(&item, json))
			buf_printf(&got, "%lld %lld %lld %s%s %s %s", (long long)item.id, (long long)item.feed,
			    (long long)item.time_s, item.unread ? "u" : "", item.starred ? "s" : "", item.title,
			    item.url != NULL ? item.url : "-");
		else
			buf_puts(&got, "-");
		if (strcmp(buf_str(&got), readings[row].expected) != 0)
			fail_msg("row %zu: %s, not %s", row, buf_str(&got), readings[row].expected);
		item_clear(&item);
		json_decref(json);
		buf_free(&got);
	}
}

/* Titles made from the text. */
static const struct { const char *json, *expected; } texts[] = {
	{ "{\"content_html\":\"<p>One <b>two</b>\\n three &amp; four.</p><p>Five</p>\"}", "One two three & four. Five" },
	{ "{\"content_text\":\"1 < 2\\nand\\u0007 <b>\",\"content_html\":\"x\"}", "1 < 2 and <b>" },
	{ "{\"summary\":\"short\",\"content_text\":\"long\"}", "short" },
	{ "{\"summary\":\"\",\"content_text\":7,\"content_html\":\"x\"}", "x" },
	{ "{}", "" },
};

static void
test_texts(void **state)
{
	struct item item = { .title = strdup("") };

	(void)state;
	for (size_t row = 0; row < COUNT(texts); row++) {
		json_t *json = json_loads(texts[row].json, 0, NULL);

		assert_non_null(json);
		item_title_from_text(&item, json);
		if (strcmp(item.title, texts[row].expected) != 0)
			fail_msg("row %zu: \"%s\"", row, item.title);
		json_decref(json);
	}
	item_clear(&item);
}

/* --- feeds ---------------------------------------------------------------------------------- */

static json_t *
feed(json_int_t id, const char *title, json_int_t unread, const char *tag, const char *other_tag)
{
	return json_pack("{s:I, s:s, s:s, s:I, s:I, s:[s*, s*], s:s, s:{s:s}}", "id", id, "title", title, "url",
	    "http://x.example/", "unread", unread, "total", 10 * unread, "tags", tag, other_tag,
	    "health", "failing", "error", "message", "host not found");
}

/* The same as a row of feed.list with feedset_fields(). */
static json_t *
row(json_int_t id, const char *title, json_int_t unread, const char *tag, const char *other_tag)
{
	json_t *object = feed(id, title, unread, tag, other_tag), *fields = feedset_fields(), *values = json_pack("[I]", id), *name;
	size_t at;

	json_array_foreach(fields, at, name) {
		json_t *value = json_object_get(object, json_string_value(name));

		json_array_append(values, value != NULL ? value : json_null());
	}
	json_decref(fields);
	json_decref(object);
	return values;
}

/* "Title=unread..., tag=unread/total(feeds)..., all" */
static void
expect(struct feedset *set, const char *expected)
{
	struct buf got = BUF_INIT(TEXT_BYTES);

	feedset_sums(set);
	for (size_t row = 0; row < set->count; row++)
		buf_printf(&got, "%s=%lld ", set->feeds[row]->title, (long long)set->feeds[row]->unread);
	for (size_t row = 0; row < set->n_tags; row++)
		buf_printf(&got, "[%s]=%lld/%lld(%zu) ", set->tags[row].tag, (long long)set->tags[row].unread,
		    (long long)set->tags[row].total, set->tags[row].feeds);
	buf_printf(&got, "%lld/%lld(%zu)", (long long)set->all.unread, (long long)set->all.total, set->all.feeds);
	assert_string_equal(buf_str(&got), expected);
	buf_free(&got);
}

static void
apply(struct feedset *set, json_t *object)
{
	feedset_apply(set, object);
	json_decref(object);
}

static void
test_feeds(void **state)
{
	json_t *list = json_pack("[o, o, o, o, [n, s]]", row(7, "Alpha", 1, "news", "b"), row(3, "Beta", 2, "news", NULL),
	    row(5, "Delta", 3, NULL, NULL), row(5, "Twice", 9, NULL, NULL), "without a number");
	struct feedset set = { 0 };

	(void)state;
	feedset_add(&set, list);
	json_decref(list);
	expect(&set, "Alpha=1 Beta=2 Delta=3 [b]=1/10(1) [news]=3/30(2) 6/60(3)");
	assert_string_equal(feedset_find(&set, 3)->problem, "host not found");
	assert_int_equal(feedset_find(&set, 3)->health, FEED_FAILING);
	assert_null(feedset_find(&set, 4));
	assert_true(feedset_has_tag(&set, feedset_find(&set, 7), "b"));
	assert_false(feedset_has_tag(&set, feedset_find(&set, 5), "b"));

	feedset_counts(&set, 3, 0, 20);
	feedset_counts(&set, 99, 5, 5);
	expect(&set, "Alpha=1 Beta=0 Delta=3 [b]=1/10(1) [news]=1/30(2) 4/60(3)");
	assert_int_equal(feedset_next_unread(&set, 7)->id, 5);
	assert_int_equal(feedset_next_unread(&set, 5)->id, 7);
	assert_int_equal(feedset_next_unread(&set, 0)->id, 7);

	/* a new feed takes its place by title; a renamed one moves; tags come and go with their feeds */
	apply(&set, feed(9, "carrot", 4, "new", NULL));
	expect(&set, "Alpha=1 Beta=0 carrot=4 Delta=3 [b]=1/10(1) [new]=4/40(1) [news]=1/30(2) 8/100(4)");
	apply(&set, feed(7, "Zeta", 1, "news", "aa"));
	expect(&set, "Beta=0 carrot=4 Delta=3 Zeta=1 [aa]=1/10(1) [new]=4/40(1) [news]=1/30(2) 8/100(4)");
	assert_true(feedset_has_tag(&set, feedset_find(&set, 9), "new"));
	feedset_remove(&set, 9);
	feedset_remove(&set, 99);
	expect(&set, "Beta=0 Delta=3 Zeta=1 [aa]=1/10(1) [news]=1/30(2) 4/60(3)");

	/* another page: its feeds take their places, one that is known is changed, one without a number is left out */
	list = json_pack("[o, o, o, [n, s]]", row(2, "zulu", 1, NULL, NULL), row(11, "Aleph", 1, "news", NULL),
	    row(5, "Delta", 4, NULL, NULL), "without a number");
	feedset_add(&set, list);
	json_decref(list);
	expect(&set, "Aleph=1 Beta=0 Delta=4 Zeta=1 zulu=1 [aa]=1/10(1) [news]=2/40(3) 7/90(5)");
	list = json_array();
	feedset_add(&set, list);
	json_decref(list);
	feedset_remove(&set, 2);
	feedset_remove(&set, 11);
	expect(&set, "Beta=0 Delta=4 Zeta=1 [aa]=1/10(1) [news]=1/30(2) 5/70(3)");
	assert_int_equal(feedset_find(&set, 5)->weeks_state, WEEKS_UNKNOWN);
	list = json_pack("[[i, [iiiiiiii]], [i, [i]], [i, n]]", 5, 0, 1, 2, 3, 4, 5, 6, 7, 3, 9, 99);
	feedset_weeks(&set, list);
	json_decref(list);
	assert_int_equal(feedset_find(&set, 5)->weeks_state, WEEKS_KNOWN);
	assert_int_equal(feedset_find(&set, 3)->weeks_state, WEEKS_UNKNOWN);
	feedset_came(&set, 5, 1000);
	assert_int_equal(feedset_find(&set, 5)->weeks[6], 6);
	assert_int_equal(feedset_find(&set, 5)->weeks[7], 8);
	assert_int_equal(feedset_find(&set, 5)->newest_s, 1000);
	feedset_counts(&set, 5, 0, 1);
	assert_null(feedset_next_unread(&set, 7));
	feedset_clear(&set);
}

/* Tags over the limit are left out, and numbers that are none of ours are the nearest one. */
static void
test_feed_limits(void **state)
{
	struct feedset set = { 0 };
	json_t *tags = json_array(), *list;

	(void)state;
	for (int tag = 0; tag <= FEED_TAGS_MAX; tag++)
		json_array_append_new(tags, json_sprintf("tag%d", tag));
	list = json_pack("[[i,s,o,I,I,n,s,n], [I,s,[],i,i,n,s,n]]", 1, "Many", tags, (json_int_t)-5, (json_int_t)1 << 40, "ok",
	    (json_int_t)-7, "Nowhere", 0, 0, "ok");
	feedset_add(&set, list);
	json_decref(list);
	assert_int_equal(set.count, 1);
	assert_int_equal(set.n_tags, FEED_TAGS_MAX);
	assert_int_equal(feedset_find(&set, 1)->n_tags, FEED_TAGS_MAX);
	assert_int_equal(feedset_find(&set, 1)->unread, 0);
	assert_int_equal(feedset_find(&set, 1)->total, INT32_MAX);
	feedset_clear(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists), cmocka_unit_test(test_trim), cmocka_unit_test(test_unread),
		cmocka_unit_test(test_readings), cmocka_unit_test(test_texts), cmocka_unit_test(test_feeds), cmocka_unit_test(test_feed_limits)
	};

	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
