/* What clients changed is taken back, and nothing else with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/store-sql.h"
#include "tests/daemon/store-kit.h"

enum { ENTRIES = 6, STEPS = 60, STATE_BYTES = 2048 };

static const char *const tag_names[] = { "unread", "starred", "a", "b c", "-d", "+e +f" };

static int
six_entries(void **state)
{
	if (kit_setup(state) != 0)
		return -1;
	kit_take(kit_feed("https://one.example/feed"), "g:1 t:One|g:2 t:Two|g:3 t:Three|g:4 t:Four|g:5 t:Five|g:6 t:Six", KIT_NOW, NULL);
	return 0;
}

static int
append(void *arg, const struct store_item *item)
{
	char *out = arg;
	size_t len = strlen(out);

	len += (size_t)snprintf(out + len, STATE_BYTES - len, "%u%s%s", item->id, item->unread ? " unread" : "", item->starred ? " starred" : "");
	for (size_t i = 0; i < item->tags.count; i++)
		len += (size_t)snprintf(out + len, STATE_BYTES - len, " [%.*s]", (int)item->tags.items[i].len, item->tags.items[i].ptr);
	snprintf(out + len, STATE_BYTES - len, "; ");
	return 0;
}

/* What all entries are marked with. */
static void
look(char out[STATE_BYTES])
{
	out[0] = '\0';
	for (uint32_t id = 1; id <= ENTRIES; id++)
		store_item_get(kit_store, id, 0, append, out);
}

static int64_t
change(const uint32_t *ids, size_t count, const char *added, const char *removed)
{
	struct span add = SPAN(added), remove = SPAN(removed);
	const struct store_tag_edit edit = { .add = { &add, added != NULL }, .remove = { &remove, removed != NULL } };
	int64_t changed;

	kit_expect(store_item_tag_ids(kit_store, ids, count, &edit, KIT_NOW, &changed), STORE_OK, "change");
	return changed;
}

static void
undo(int64_t operations, int64_t undone_wanted, int64_t changed_wanted)
{
	int64_t undone, changed;

	kit_expect(store_undo(kit_store, operations, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(undone, undone_wanted);
	assert_int_equal(changed, changed_wanted);
}

/* Each step back leads to where it came from, whatever has been changed. */
static void
test_steps(void **state)
{
	static char states[STEPS + 1][STATE_BYTES];
	uint32_t seed = 1;
	size_t step = 0;

	(void)state;
	look(states[0]);
	while (step < STEPS) {
		uint32_t ids[2];
		const char *name;

		seed = seed * 1103515245 + 12345;
		ids[0] = seed >> 8 & 7;		/* 0 and 7 are of no entry */
		ids[1] = seed >> 11 & 7;
		name = tag_names[(seed >> 16) % (sizeof tag_names / sizeof tag_names[0])];
		if (change(ids, 2, (seed >> 24 & 1) != 0 ? name : NULL, (seed >> 24 & 1) != 0 ? NULL : name) == 0)
			continue;
		look(states[++step]);
	}
	while (step > 0) {
		char now[STATE_BYTES];
		int64_t undone, changed;

		if (step % 7 == 0)
			kit_reopen();
		kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
		assert_int_equal(undone, 1);
		assert_true(changed > 0);
		look(now);
		assert_string_equal(now, states[--step]);
	}
	undo(1, 0, 0);
}

static void
test_several(void **state)
{
	char before[STATE_BYTES], after[STATE_BYTES];

	(void)state;
	look(before);
	assert_int_equal(change((const uint32_t[]){ 1, 2, 3 }, 3, "starred", NULL), 3);
	assert_int_equal(change((const uint32_t[]){ 3, 4 }, 2, NULL, "unread"), 2);
	assert_int_equal(change((const uint32_t[]){ 3, 4 }, 2, NULL, "unread"), 0);
	undo(9, 2, 5);
	look(after);
	assert_string_equal(before, after);
	undo(1, 0, 0);
}

/* Counts are kept, it is told as any change is, and it cannot be taken back itself. */
static void
test_is_a_change(void **state)
{
	(void)state;
	change((const uint32_t[]){ 1, 2 }, 2, NULL, "unread");
	assert_int_equal(kit_number("gazette.db", "SELECT unread FROM feed_count WHERE feed = 1"), ENTRIES - 2);
	undo(1, 1, 2);
	assert_int_equal(kit_number("gazette.db", "SELECT unread FROM feed_count WHERE feed = 1"), ENTRIES);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE what = 3 AND detail = '+unread'"), 2);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry e JOIN change c ON c.seq = e.seq AND c.entry = e.id"), ENTRIES);
	undo(1, 0, 0);
}

/* An entry that came in between, one that is gone, and one that has been changed since. */
static void
test_others(void **state)
{
	char now[STATE_BYTES];
	int64_t undone, changed;

	(void)state;
	change((const uint32_t[]){ 1, 2 }, 2, "starred", NULL);
	kit_take(1, "g:7 t:Seven", KIT_NOW, NULL);
	kit_sql("gazette.db", "DELETE FROM entry WHERE id = 2");
	kit_sql("gazette.db", "UPDATE entry SET starred = 0, unread = 0 WHERE id = 1");
	kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(undone, 1);
	assert_int_equal(changed, 0);
	look(now);
	assert_string_equal(now, "1; 3 unread; 4 unread; 5 unread; 6 unread; ");
}

/* --- what is told -------------------------------------------------------------------------------------------- */

static void
append_tags(struct buf *out, char sign, const struct span_list *tags)
{
	for (size_t i = 0; i < tags->count; i++)
		buf_printf(out, " %c%.*s", sign, (int)tags->items[i].len, tags->items[i].ptr);
}

static void
on_operation(void *arg, const struct store_operation *operation)
{
	struct buf *out = arg;

	buf_printf(out, "%s%lld", out->len > 0 ? "; " : "", (long long)operation->items);
	append_tags(out, '+', &operation->added);
	append_tags(out, '-', &operation->removed);
	buf_printf(out, " feed %u item %u at %lld", operation->feed, operation->item, (long long)(operation->at_s - KIT_NOW));
	if (operation->query.ptr != NULL)
		buf_printf(out, " by %.*s", (int)operation->query.len, operation->query.ptr);
	if (operation->user != STORE_ABSENT)
		buf_printf(out, " of %lld", (long long)operation->user);
}

static void
test_told(void **state)
{
	static char long_query[STORE_ORIGIN_BYTES + 2];
	const struct store_origin mine = { 1000, { NULL, 0 } }, found = { 0, SPAN("is:unread") };
	const struct store_origin longest = { 1, { long_query, STORE_ORIGIN_BYTES } }, too_long = { 1, { long_query, STORE_ORIGIN_BYTES + 1 } };
	struct span add[] = { SPAN("starred"), SPAN("a"), SPAN("b") }, remove[] = { SPAN("unread") };
	const struct {
		const char *ids;
		size_t added, removed;
		const struct store_origin *origin;
		const char *told;
	} rows[] = {
		{ "\1", 1, 0, NULL, "1 +starred feed 1 item 1 at 5" },
		{ "\1", 0, 1, &mine, "1 -unread feed 1 item 1 at 5 of 1000" },
		/* what the first has already, the second is given */
		{ "\1\2", 1, 0, &mine, "1 +starred feed 1 item 2 at 5 of 1000" },
		{ "\2\3\4", 3, 1, &found, "3 +starred +a +b -unread feed 1 item 0 at 5 by is:unread of 0" },
		{ "\5\7", 2, 1, &longest, "2 +starred +a -unread feed 0 item 0 at 5 by QUERY of 1" },
		{ "\6", 0, 1, &too_long, "1 -unread feed 1 item 6 at 5 of 1" },
	};
	int64_t undone, changed;

	(void)state;
	memset(long_query, 'x', sizeof long_query - 1);
	kit_take(kit_feed("https://two.example/feed"), "g:1 t:One", KIT_NOW, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct store_tag_edit edit = { { add, rows[i].added }, { remove, rows[i].removed }, rows[i].origin };
		uint32_t ids[3];
		size_t count = 0;

		for (; rows[i].ids[count] != '\0'; count++)
			ids[count] = (uint32_t)rows[i].ids[count];
		kit_expect(store_item_tag_ids(kit_store, ids, count, &edit, KIT_NOW + 5, &changed), STORE_OK, "tag");
	}
	for (size_t i = sizeof rows / sizeof rows[0]; i-- > 0;) {
		struct buf out = BUF_INIT(2 * STORE_ORIGIN_BYTES);
		char *query;

		kit_expect(store_undo(kit_store, 1, KIT_NOW + 9, on_operation, &out, &undone, &changed), STORE_OK, "undo");
		query = strstr(buf_str(&out), "xxx");
		if (query != NULL) {
			size_t len = strspn(query, "x");

			assert_int_equal(len, STORE_ORIGIN_BYTES);
			memmove(query + strlen("QUERY"), query + len, strlen(query + len) + 1);
			memcpy(query, "QUERY", strlen("QUERY"));
		}
		if (strcmp(out.ptr, rows[i].told) != 0)
			fail_msg("row %zu: %s, not %s", i, out.ptr, rows[i].told);
		buf_free(&out);
	}
}

/* Those of one call are told the newest first, and nothing is told of nothing. */
static void
test_told_several(void **state)
{
	struct buf out = BUF_INIT(4096);
	int64_t undone, changed;

	(void)state;
	change((const uint32_t[]){ 1, 2 }, 2, "starred", NULL);
	change((const uint32_t[]){ 3 }, 1, NULL, "unread");
	kit_expect(store_undo(kit_store, 5, KIT_NOW, on_operation, &out, &undone, &changed), STORE_OK, "undo");
	assert_string_equal(buf_str(&out), "1 -unread feed 1 item 3 at 0; 2 +starred feed 1 item 0 at 0");
	buf_clear(&out);
	kit_expect(store_undo(kit_store, 5, KIT_NOW, on_operation, &out, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

/* --- what is forgotten ------------------------------------------------------------------------------------- */

static int
count_change(void *arg, const struct store_change *change)
{
	(void)change;
	++*(int *)arg;
	return 0;
}

static void
forget(int64_t last)
{
	int rc;

	do
		rc = store_log_forget(kit_store, last);
	while (rc == 1);
	kit_expect(rc, STORE_OK, "forget");
}

/* Cursors from there on stay good; older ones are told so. */
static void
test_forget(void **state)
{
	int64_t last, seq;
	int count = 0;

	(void)state;
	assert_int_equal(store_forgotten(kit_store), 0);
	for (int i = 0; i < STORE_FORGET_STEP * 2; i++)
		kit_take(1, i % 2 == 0 ? "g:1 t:Edited" : "g:1 t:One", KIT_NOW, NULL);
	last = STORE_FORGET_STEP + 50;
	assert_int_equal(store_log_forget(kit_store, last), 1);
	assert_int_equal(store_forgotten(kit_store), STORE_FORGET_STEP);
	forget(last);
	forget(last - 10);
	kit_reopen();
	assert_int_equal(store_forgotten(kit_store), last);
	assert_int_equal(kit_number("gazette.db", "SELECT min(seq) FROM change"), last + 1);
	kit_expect(store_changes(kit_store, last - 1, INT64_MAX, 10, count_change, &count), STORE_EFORGOTTEN, "too old");
	kit_expect(store_changes(kit_store, 0, INT64_MAX, 10, count_change, &count), STORE_EFORGOTTEN, "too old");
	assert_int_equal(count, 0);
	assert_string_equal(store_word(STORE_EFORGOTTEN), "cursor-too-old");
	kit_expect(store_changes(kit_store, last, INT64_MAX, 10000, count_change, &count), STORE_OK, "good");
	assert_int_equal(count, store_seq(kit_store) - last);
	seq = store_seq(kit_store);
	forget(seq);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change"), 0);
	kit_reopen();
	kit_take(1, "g:1 t:Again", KIT_NOW, NULL);
	assert_int_equal(store_seq(kit_store), seq + 1);
}

/* What undo reaches stays until it has been undone, or is out of reach. */
static void
test_forget_keeps_undo(void **state)
{
	char before[STATE_BYTES], now[STATE_BYTES];

	(void)state;
	look(before);
	change((const uint32_t[]){ 1, 2, 3 }, 3, "a", NULL);
	for (int i = 0; i < 10; i++)
		kit_take(1, i % 2 == 0 ? "g:6 t:Edited" : "g:6 t:Six", KIT_NOW, NULL);
	forget(store_seq(kit_store));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change"), 3);
	undo(1, 1, 3);
	look(now);
	assert_string_equal(now, before);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE seq <= (SELECT seq FROM cursor)"), 0);
	for (int i = 0; i < STORE_UNDO_KEPT + 5; i++)
		change((const uint32_t[]){ 1, 2 }, 2, i % 2 == 0 ? "a" : NULL, i % 2 == 0 ? NULL : "a");
	forget(store_seq(kit_store));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM operation"), STORE_UNDO_KEPT + 5);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change"), STORE_UNDO_KEPT * 2);
	change((const uint32_t[]){ 1, 2 }, 2, "b c", NULL);
	forget(store_seq(kit_store));
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM operation"), STORE_UNDO_KEPT);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change"), STORE_UNDO_KEPT * 2);
	undo(STORE_UNDO_KEPT + 5, STORE_UNDO_KEPT, STORE_UNDO_KEPT * 2);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM change WHERE seq <= (SELECT seq FROM cursor)"), 0);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, six_entries, kit_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { ROW(test_steps), ROW(test_several), ROW(test_is_a_change), ROW(test_others), ROW(test_told),
		ROW(test_told_several), ROW(test_forget), ROW(test_forget_keeps_undo) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
