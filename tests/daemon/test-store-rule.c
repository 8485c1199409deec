/* Rules in the store: what they may say, what they do, and what waits to be run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/store-rule.h"
#include "daemon/core/store-trace.h"
#include "tests/daemon/store-kit.h"

enum { ACTIONS_MAX = STORE_RULE_ACTIONS_MAX + 2 };

/* Actions with " | " between them. */
static struct span_list
actions_of(const char *text, struct span items[ACTIONS_MAX])
{
	struct span_list list = { items, 0 };

	while (*text != '\0') {
		const char *end = strstr(text, " | ");
		size_t len = end != NULL ? (size_t)(end - text) : strlen(text);

		items[list.count++] = (struct span){ text, len };
		text += len + (end != NULL ? strlen(" | ") : 0);
	}
	return list;
}

static int
add(const char *query, const char *actions, int64_t *id)
{
	struct span items[ACTIONS_MAX];
	const struct span_list list = actions_of(actions, items);

	return store_rule_add(kit_store, SPAN(query), &list, id);
}

static void
test_what_rules_may_say(void **state)
{
	static const struct { const char *query, *actions; int status; } rows[] = {
		{ "*", "+a", STORE_OK }, { "is:unread", "read | star | +a b | -c", STORE_OK }, { "*", "drop", STORE_OK },
		{ "*", "exec:true | exec:false", STORE_OK }, { "*", "+unread | -starred", STORE_OK }, { "feed:none", "read", STORE_OK },
		{ "*", "", STORE_EVALUE }, { "*", "+", STORE_EVALUE }, { "*", "-", STORE_EVALUE }, { "*", "a", STORE_EVALUE },
		{ "*", "READ", STORE_EVALUE }, { "*", "reads", STORE_EVALUE }, { "*", "drop | read", STORE_EVALUE },
		{ "*", "exec:", STORE_EVALUE }, { "*", "exec:a\nb", STORE_EVALUE }, { "*", "+a\tb", STORE_EVALUE },
		{ "*", "+a | -a", STORE_EVALUE }, { "*", "read | +unread", STORE_EVALUE }, { "(", "read", STORE_EVALUE },
		{ "search:none", "read", STORE_EVALUE },
	};
	char many[ACTIONS_MAX * 8] = "read", long_command[STORE_COMMAND_BYTES + 8] = "exec:";
	int64_t id, last = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		kit_expect(add(rows[i].query, rows[i].actions, &id), rows[i].status, rows[i].actions);
		if (rows[i].status == STORE_OK)
			assert_true(id > last);
		last = id;
	}
	for (int i = 0; i < STORE_RULE_ACTIONS_MAX; i++)
		strcat(many, " | +a");
	kit_expect(add("*", many, &id), STORE_EVALUE, "too many actions");
	memset(long_command + 5, 'x', STORE_COMMAND_BYTES);
	kit_expect(add("*", long_command, &id), STORE_OK, "the longest command");
	strcat(long_command, "x");
	kit_expect(add("*", long_command, &id), STORE_EVALUE, "one that is longer");
	while (kit_number("gazette.db", "SELECT count(*) FROM rule") < STORE_RULES_MAX)
		kit_expect(add("*", "read", &id), STORE_OK, "many rules");
	kit_expect(add("*", "read", &id), STORE_EVALUE, "one rule more");
}

/* A number is never given again, so that what entries say of rules stays true. */
static void
test_removing(void **state)
{
	struct store_cursor cursor;
	int64_t first, second;

	(void)state;
	kit_expect(store_rule_remove(kit_store, 1), STORE_ENONE, "none");
	kit_expect(store_cursor_get(kit_store, STORE_CURSOR_RULES, &cursor), STORE_ENONE, "no cursor");
	kit_expect(add("*", "read", &first), STORE_OK, "add");
	kit_expect(store_cursor_get(kit_store, STORE_CURSOR_RULES, &cursor), STORE_OK, "a cursor");
	kit_expect(store_rule_remove(kit_store, first), STORE_OK, "remove");
	kit_expect(store_cursor_get(kit_store, STORE_CURSOR_INDEX, &cursor), STORE_ENONE, "no cursor again");
	kit_expect(add("*", "read", &second), STORE_OK, "add");
	assert_true(second > first);
}

/* --- running --------------------------------------------------------------------------------------------- */

static struct store_rule_done
run(const char *query, const char *actions, struct store_rule_run run)
{
	struct span items[ACTIONS_MAX];
	const struct span_list list = actions_of(actions, items);
	struct store_rule_done done = { 0, 0, 0, 0, 0 };
	struct query_error error;
	struct query *parsed;

	kit_expect(store_query(kit_store, query, strlen(query), KIT_NOW, &parsed, &error), STORE_OK, query);
	run.rule = run.rule == 0 ? 7 : run.rule;
	run.query = parsed;
	run.actions = &list;
	run.now_s = KIT_NOW;
	kit_expect(store_rule_run(kit_store, &run, &done), STORE_OK, actions);
	query_free(parsed);
	return done;
}

static void
test_tags(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct store_rule_done done;
	int64_t undone, changed;

	(void)state;
	kit_take(feed, "g:1 l:/a t:A|g:2 l:/b t:B|g:3 l:/c t:C", KIT_NOW, NULL);
	/* entries 2 and 3 alone: the document is written from its end */
	done = run("*", "+new | read", (struct store_rule_run){ .after = 1, .until = 3 });
	assert_int_equal(done.matched, 2);
	assert_int_equal(done.changed, 2);
	assert_string_equal(kit_list("tag:new", STORE_OLDEST), "2 3");
	assert_string_equal(kit_list("is:unread", STORE_OLDEST), "1");
	done = run("tag:new url:/a", "star", (struct store_rule_run){ .until = 3 });
	assert_int_equal(done.matched, 1);
	assert_int_equal(kit_count("is:starred"), 1);
	/* as it comes it is nobody's change of state; on request it is */
	kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(undone, 0);
	done = run("*", "+all", (struct store_rule_run){ .undoable = true });
	assert_int_equal(done.changed, 3);
	kit_expect(store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(changed, 3);
	assert_int_equal(kit_count("tag:all"), 0);
}

static int
on_change(void *arg, const struct store_change *change)
{
	snprintf((char *)arg + strlen(arg), 256 - strlen(arg), "%s:%u ", store_what_word(change->what), change->item);
	return 0;
}

static void
expect_told(int64_t since, const char *expected)
{
	char told[256] = "";

	kit_expect(store_changes(kit_store, since, INT64_MAX, 100, on_change, told), STORE_OK, "changes");
	assert_string_equal(told, expected);
}

/* What nobody has been told of goes without a word; it does not come back either way. */
static void
test_drop(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	int64_t since = store_seq(kit_store), id;
	struct store_counts counts;
	struct store_rule_done done;

	(void)state;
	kit_expect(add("*", "read", &id), STORE_OK, "rule");
	kit_take(feed, "g:1 l:/a t:A|g:2 l:/b t:B|g:3 l:/c t:C", KIT_NOW, NULL);
	run("url:/b", "+b", (struct store_rule_run){ .until = 3, .told_seq = since });
	done = run("url:/b", "drop", (struct store_rule_run){ .until = 3, .quiet = true, .told_seq = since });
	assert_int_equal(done.dropped, 1);
	expect_told(since, "item-new:1 item-new:3 ");
	since = store_seq(kit_store);
	run("url:/c", "drop", (struct store_rule_run){ .told_seq = since });
	expect_told(since, "item-removed:1 ");
	assert_int_equal(kit_count("*"), 1);
	assert_int_equal(kit_number("gazette.db", "SELECT (SELECT count(*) FROM content) + (SELECT count(*) FROM entry_tag)"), 1);
	kit_take(feed, "g:1 l:/a t:A|g:2 l:/b t:B|g:3 l:/c t:C", KIT_NOW, &counts);
	assert_int_equal(counts.gone, 2);
	assert_int_equal(counts.same, 1);
	assert_int_equal(kit_number("gazette.db", "SELECT total FROM feed_count WHERE feed = 0"), 1);
}

/* --- errands --------------------------------------------------------------------------------------------- */

static int
on_errand(void *arg, const struct store_errand *errand)
{
	snprintf((char *)arg + strlen(arg), 256 - strlen(arg), "%d:%u:%.*s:%d ", (int)errand->id, errand->entry, (int)errand->command.len,
	    errand->command.ptr, (int)errand->tries);
	return 0;
}

static void
expect_errands(int64_t now_s, const char *expected)
{
	char errands[256] = "";

	kit_expect(store_errands(kit_store, now_s, 10, on_errand, errands), STORE_OK, "errands");
	assert_string_equal(errands, expected);
}

static void
test_errands(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	int64_t due, rule;

	(void)state;
	kit_expect(add("*", "exec:one", &rule), STORE_OK, "rule");
	kit_expect(store_errand_due(kit_store, &due), STORE_OK, "due");
	assert_true(due == STORE_NEVER);
	kit_take(feed, "g:1 l:/a t:A|g:2 l:/b t:B", KIT_NOW, NULL);
	run("*", "exec:no", (struct store_rule_run){ .until = 2 });
	expect_errands(KIT_NOW, "");
	run("*", "exec:one | exec:two", (struct store_rule_run){ .rule = rule, .until = 2, .exec = true });
	expect_errands(KIT_NOW, "1:1:one:0 2:1:two:0 3:2:one:0 4:2:two:0 ");
	kit_expect(store_errand_done(kit_store, 1, STORE_ABSENT), STORE_OK, "done");
	kit_expect(store_errand_later(kit_store, 2, KIT_NOW + 10), STORE_OK, "later");
	kit_expect(store_errand_done(kit_store, 3, KIT_NOW), STORE_OK, "given up");
	kit_reopen();
	expect_errands(KIT_NOW, "4:2:two:0 ");
	expect_errands(KIT_NOW + 10, "4:2:two:0 2:1:two:1 ");
	run("url:/b", "drop", (struct store_rule_run){ .until = 2 });
	expect_errands(KIT_NOW + 10, "4:2:two:0 ");
	kit_expect(store_rule_remove(kit_store, rule), STORE_OK, "remove");
	expect_errands(KIT_NOW + 10, "");
	kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &due), STORE_OK, "unsubscribe");
	assert_int_equal(kit_number("gazette.db", "SELECT (SELECT count(*) FROM errand) + (SELECT count(*) FROM trace)"), 0);
}

static void
test_errands_are_bounded(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct span command = SPAN("exec:one");
	const struct span_list actions = { &command, 1 };
	struct store_rule_done done = { 0, 0, 0, 0, 0 };
	struct query_error error;
	struct query *query;
	char sql[256];

	(void)state;
	kit_take(feed, "g:1 l:/a t:A", KIT_NOW, NULL);
	snprintf(sql, sizeof sql, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	    "INSERT INTO errand(rule, entry, command, due) SELECT 1, 1, 'x', 0 FROM n", STORE_ERRANDS_MAX);
	kit_sql("gazette.db", sql);
	kit_expect(store_query(kit_store, "*", 1, KIT_NOW, &query, &error), STORE_OK, "query");
	kit_expect(store_rule_run(kit_store, &(struct store_rule_run){ .rule = 1, .query = query, .actions = &actions, .exec = true }, &done),
	    STORE_OK, "one more");
	query_free(query);
	assert_int_equal(done.errands, 0);
	assert_int_equal(done.refused, 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM errand"), STORE_ERRANDS_MAX);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM trace WHERE what IN (6, 8)"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_rules_may_say, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_removing, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_tags, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_drop, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_errands, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_errands_are_bounded, kit_setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
