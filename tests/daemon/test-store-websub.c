/* What is remembered of hubs: named, agreed, ended; and what removing, pausing and moving a feed makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/store-websub.h"
#include "schema/schema.h"
#include "tests/daemon/store-kit.h"

#define HUB	SPAN("https://hub.example/")
#define TOPIC	SPAN("https://example.org/feed")
#define NONE	((struct span){ NULL, 0 })

enum { TEXT_BYTES = 512 };

/* "FEED STATE HUB TOPIC TOKEN NEXT UNTIL FAILURES;" for each row, "-" for what is absent. */
struct shown { char text[TEXT_BYTES]; size_t len; };

static int
show(void *arg, const struct store_websub *row)
{
	struct shown *shown = arg;
	char next[32] = "-", until[32] = "-";

	if (row->next_s != STORE_NEVER)
		snprintf(next, sizeof next, "%lld", (long long)row->next_s);
	if (row->until_s != STORE_ABSENT)
		snprintf(until, sizeof until, "%lld", (long long)row->until_s);
	shown->len += (size_t)snprintf(shown->text + shown->len, sizeof shown->text - shown->len, "%u %d %.*s %.*s %.*s %s %s %lld;",
	    row->feed, (int)row->state, (int)row->hub.len, row->hub.ptr, (int)row->topic.len, row->topic.ptr,
	    row->token.ptr != NULL ? (int)row->token.len : 1, row->token.ptr != NULL ? row->token.ptr : "-", next, until,
	    (long long)row->failures);
	return 0;
}

static const char *
all(void)
{
	static struct shown shown;

	shown = (struct shown){ .len = 0 };
	for (uint32_t id = 1; id < 10; id++) {
		int rc = store_websub_get(kit_store, id, show, &shown);

		if (rc != STORE_ENONE)
			kit_expect(rc, STORE_OK, "get");
	}
	return shown.text;
}

static int
copy(void *arg, const struct store_websub *row)
{
	*(struct store_websub *)arg = *row;
	return 0;
}

static void
name(uint32_t feed, struct span hub, struct span topic)
{
	kit_expect(store_websub_name(kit_store, feed, hub, topic), STORE_OK, "name");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
}

/* Row id is now so, with a token of its number. */
static void
agree(uint32_t id, enum websub_state state, int64_t next_s, int64_t until_s)
{
	char token[16];
	struct store_websub row;

	snprintf(token, sizeof token, "t%u", id);
	kit_expect(store_websub_get(kit_store, id, copy, &row), STORE_OK, "get");
	row.state = state;
	row.next_s = next_s;
	row.until_s = until_s;
	row.failures = 2;
	row.callback = SPAN("https://us.example/");
	row.token = SPAN(token);
	row.secret = SPAN("s");
	kit_expect(store_websub_put(kit_store, &row), STORE_OK, "put");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
}

static void
test_named(void **state)
{
	uint32_t feed = kit_feed("https://example.org/feed");

	(void)state;
	name(feed, NONE, TOPIC);
	assert_string_equal(all(), "");
	name(feed, HUB, TOPIC);
	assert_string_equal(all(), "1 0 https://hub.example/ https://example.org/feed - 0 - 0;");
	agree(1, WEBSUB_ASKED, 50, STORE_ABSENT);
	name(feed, HUB, TOPIC);
	assert_string_equal(all(), "1 1 https://hub.example/ https://example.org/feed t1 50 - 2;");
	name(feed, HUB, SPAN("https://example.org/2"));		/* nothing was promised: forgotten */
	assert_string_equal(all(), "1 0 https://hub.example/ https://example.org/2 - 0 - 0;");
	agree(1, WEBSUB_VERIFIED, 50, 60);
	name(feed, SPAN("https://other.example/"), SPAN("https://example.org/2"));
	assert_string_equal(all(), "0 4 https://hub.example/ https://example.org/2 t1 0 60 0;"
	    "1 0 https://other.example/ https://example.org/2 - 0 - 0;");
	name(feed, NONE, NONE);
	assert_string_equal(all(), "0 4 https://hub.example/ https://example.org/2 t1 0 60 0;");
}

static void
test_due(void **state)
{
	struct shown shown = { .len = 0 };
	int64_t when_s = 0, counts[WEBSUB_STATES];
	bool promised = true;

	(void)state;
	kit_expect(store_websub_next(kit_store, &when_s), STORE_OK, "next");
	assert_true(when_s == STORE_NEVER);
	for (int i = 0; i < 4; i++) {
		char url[64];

		snprintf(url, sizeof url, "https://example.org/%d", i);
		name(kit_feed(url), HUB, SPAN(url));
	}
	agree(1, WEBSUB_VERIFIED, 70, 90);
	agree(2, WEBSUB_ASKED, 60, STORE_ABSENT);
	agree(3, WEBSUB_REFUSED, STORE_NEVER, STORE_ABSENT);
	agree(4, WEBSUB_VERIFIED, 80, 85);
	kit_expect(store_websub_next(kit_store, &when_s), STORE_OK, "next");
	assert_int_equal(when_s, 60);
	kit_expect(store_websub_due(kit_store, 59, 10, show, &shown), STORE_OK, "due");
	assert_string_equal(shown.text, "");
	kit_expect(store_websub_due(kit_store, 70, 10, show, &shown), STORE_OK, "due");
	assert_string_equal(shown.text, "2 1 https://hub.example/ https://example.org/1 t2 60 - 2;"
	    "1 2 https://hub.example/ https://example.org/0 t1 70 90 2;");
	shown = (struct shown){ .len = 0 };
	kit_expect(store_websub_due(kit_store, 1000, 1, show, &shown), STORE_OK, "due");
	assert_string_equal(shown.text, "2 1 https://hub.example/ https://example.org/1 t2 60 - 2;");
	kit_expect(store_websub_find(kit_store, SPAN("t3"), show, &shown), STORE_OK, "find");
	kit_expect(store_websub_find(kit_store, SPAN("t"), show, &shown), STORE_ENONE, "find");
	kit_expect(store_websub_promised(kit_store, 1, 89, &promised), STORE_OK, "promised");
	assert_true(promised);
	kit_expect(store_websub_promised(kit_store, 1, 90, &promised), STORE_OK, "promised");
	assert_false(promised);
	kit_expect(store_websub_promised(kit_store, 99, 1, &promised), STORE_OK, "promised");
	assert_false(promised);
	kit_expect(store_websub_counts(kit_store, 85, counts), STORE_OK, "counts");
	assert_int_equal(counts[WEBSUB_VERIFIED], 1);
	assert_int_equal(counts[WEBSUB_ASKED], 2);
	assert_int_equal(counts[WEBSUB_REFUSED], 1);
	kit_expect(store_websub_drop(kit_store, 2), STORE_OK, "drop");
	kit_expect(store_websub_get(kit_store, 2, show, &shown), STORE_ENONE, "get");
}

static void
pause_feed(uint32_t feed, bool paused)
{
	struct store_feed_edit edit = { .paused = &paused, .now_s = KIT_NOW };

	kit_expect(store_feed_edit(kit_store, feed, &edit), STORE_OK, "edit");
}

static void
test_feed_ends(void **state)
{
	uint32_t one = kit_feed("https://example.org/1"), two = kit_feed("https://example.org/2"), three = kit_feed("https://example.org/3");
	struct span url = SPAN("https://example.org/new");
	struct store_feed_edit edit = { .url = &url, .now_s = KIT_NOW };
	int64_t items;

	(void)state;
	name(one, HUB, SPAN("1"));
	name(two, HUB, SPAN("2"));
	name(three, HUB, SPAN("3"));
	agree(1, WEBSUB_VERIFIED, 50, 60);
	agree(3, WEBSUB_ASKED, 50, STORE_ABSENT);
	pause_feed(one, true);
	pause_feed(three, true);
	assert_string_equal(all(), "1 0 https://hub.example/ 1 - - - 0;2 0 https://hub.example/ 2 - 0 - 0;"
	    "3 0 https://hub.example/ 3 - - - 0;0 4 https://hub.example/ 1 t1 0 60 0;");
	pause_feed(one, true);
	pause_feed(one, false);
	kit_expect(store_websub_drop(kit_store, 4), STORE_OK, "drop");
	agree(2, WEBSUB_VERIFIED, 50, 60);
	kit_expect(store_feed_edit(kit_store, two, &edit), STORE_OK, "edit");
	assert_string_equal(all(), "1 0 https://hub.example/ 1 - 0 - 0;0 4 https://hub.example/ 2 t2 0 60 0;"
	    "3 0 https://hub.example/ 3 - - - 0;");
	agree(1, WEBSUB_VERIFIED, 50, 60);
	kit_expect(store_feed_remove(kit_store, one, KIT_NOW, &items), STORE_OK, "remove");
	kit_expect(store_feed_remove(kit_store, three, KIT_NOW, &items), STORE_OK, "remove");
	assert_string_equal(all(), "0 4 https://hub.example/ 1 t1 0 60 0;0 4 https://hub.example/ 2 t2 0 60 0;");
}

static void
test_forget(void **state)
{
	(void)state;
	name(kit_feed("https://example.org/1"), HUB, SPAN("1"));
	name(kit_feed("https://example.org/2"), HUB, SPAN("2"));
	agree(1, WEBSUB_VERIFIED, 50, 60);
	kit_expect(store_websub_forget(kit_store, SPAN("https://us.example/")), STORE_OK, "forget");
	assert_string_equal(all(), "1 2 https://hub.example/ 1 t1 50 60 2;2 0 https://hub.example/ 2 - 0 - 0;");
	name(1, HUB, SPAN("3"));
	kit_expect(store_websub_forget(kit_store, SPAN("https://new.example/")), STORE_OK, "forget");
	assert_string_equal(all(), "2 0 https://hub.example/ 2 - 0 - 0;1 0 https://hub.example/ 3 - 0 - 0;");
	agree(2, WEBSUB_REFUSED, 50, STORE_ABSENT);
	kit_expect(store_websub_forget(kit_store, NONE), STORE_OK, "forget");
	assert_string_equal(all(), "2 0 https://hub.example/ 2 - 0 - 0;1 0 https://hub.example/ 3 - 0 - 0;");
}

static void
test_hurry(void **state)
{
	uint32_t feed = kit_feed("https://example.org/1");

	(void)state;
	kit_poll(feed, OUTCOME_OK, KIT_NOW, KIT_NOW + 5000);
	kit_expect(store_websub_hurry(kit_store, feed, KIT_NOW + 6000, 1), STORE_OK, "hurry");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(kit_number("gazette.db", "SELECT next_poll FROM feed_state"), KIT_NOW + 5000);
	kit_expect(store_websub_hurry(kit_store, feed, KIT_NOW + 100, 1), STORE_OK, "hurry");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(kit_number("gazette.db", "SELECT next_poll FROM feed_state"), KIT_NOW + 100);
	pause_feed(feed, true);
	kit_expect(store_websub_hurry(kit_store, feed, KIT_NOW, 1), STORE_OK, "hurry");
	kit_expect(store_batch_commit(kit_store), STORE_OK, "commit");
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM feed_state WHERE next_poll IS NULL"), 1);
}

static void
test_from_version_4(void **state)
{
	(void)state;
	kit_version(4);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1000);"
	    "INSERT INTO feed_state(feed) VALUES (1); INSERT INTO feed_count(feed) VALUES (1); UPDATE counter SET feed = 1");
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	name(1, HUB, TOPIC);
	assert_string_equal(all(), "1 0 https://hub.example/ https://example.org/feed - 0 - 0;");
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, kit_setup, kit_teardown)
	static const struct CMUnitTest tests[] = {
		ROW(test_named), ROW(test_due), ROW(test_feed_ends), ROW(test_forget), ROW(test_hurry), ROW(test_from_version_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
