/*
 * From every earlier schema to this one, with something in every table: the same entries, tags, revisions, settings, searches, rules and
 * counts are there, what was known is known again, and the schema is that of a new database.
 *
 * A database of now is made through the store; its rows are copied into one of the earlier version, as far as that had such tables and
 * columns. So a new table or column is covered without a word here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/core/store-rule.h"
#include "schema/schema.h"
#include "tests/daemon/store-kit.h"

enum { SQL_BYTES = 8192, TEXT_BYTES = 256, BOTH = STORE_WANT_COLD | STORE_WANT_CONTENT };
/* Versions with which things came that are looked at. */
enum { WITH_OPERATIONS = 6, WITH_RULES = 7, WITH_PACKED = 8, WITH_GONE = 9, WITH_TOLD = 11 };

#define DOCUMENT "g:3 l:/3 t:Three c:third d:300 | g:2 l:/2 t:Two c:second d:200 | g:1 l:/1 t:One c:mended d:100"

static char source[128];

/* What they find in the database of now they find in each that was upgraded. count: so many. */
static struct { const char *text; int64_t count; char ids[TEXT_BYTES]; } queries[] = {
	{ "*", 4, "" }, { "is:unread", 3, "" }, { "is:read", 1, "" }, { "is:updated", 1, "" }, { "tag:later", 1, "" }, { "tag:press", 3, "" },
	{ "search:mine", 1, "" }, { "feed:2", 1, "" }, { "is:starred", 0, "" },
};

/* --- a database of now ------------------------------------------------------------------- */

static void
fill(void)
{
	struct span tag = SPAN("later"), action = SPAN("star"), gone = SPAN("unread");
	const struct store_origin origin = { 1000, SPAN("id:2") };
	const struct store_tag_edit add = { .add = { &tag, 1 }, .origin = &origin }, read = { .remove = { &gone, 1 } };
	const struct span_list actions = { &action, 1 };
	uint32_t first = kit_feed("https://example.org/"), second = kit_feed("https://example.org/2");
	int64_t changed, rule;

	kit_take(first, "g:3 l:/3 t:Three c:third d:300 | g:2 l:/2 t:Two c:second d:200 | g:1 l:/1 t:One c:first d:100", KIT_NOW, NULL);
	kit_take(first, DOCUMENT, KIT_NOW + KIT_HOUR, NULL);
	kit_take(second, "g:9 l:/9 t:Nine c:ninth d:900", KIT_NOW, NULL);
	kit_poll(second, OUTCOME_DNS, KIT_NOW + KIT_HOUR, KIT_NOW + 2 * KIT_HOUR);
	kit_expect(store_item_tag_ids(kit_store, (uint32_t[]){ 2 }, 1, &add, KIT_NOW, &changed), STORE_OK, "tag");
	kit_expect(store_item_tag_ids(kit_store, (uint32_t[]){ 3 }, 1, &read, KIT_NOW, &changed), STORE_OK, "read");
	kit_expect(store_search_add(kit_store, SPAN("mine"), SPAN("tag:later")), STORE_OK, "search");
	kit_expect(store_rule_add(kit_store, SPAN("tag:later"), &actions, &rule), STORE_OK, "rule");
	/* what only a life of its own brings */
	kit_sql("gazette.db", "UPDATE feed SET user_title = 'Mine', settings = '{\"interval\":7200}' WHERE id = 1;"
	    "INSERT INTO feed_tag(tag, feed) VALUES ('press', 1);"
	    "INSERT INTO move(feed, at, old_url, new_url) VALUES (1, 5, 'https://old.example/', 'https://example.org/');"
	    "INSERT INTO host_rest VALUES ('example.org:443', 7);"
	    "INSERT INTO websub(feed, hub, topic) VALUES (1, 'https://hub.example/', 'https://example.org/');"
	    "INSERT INTO errand(rule, entry, command, due) VALUES (1, 1, 'true', 8)");
}

/* The database as one file beside the store's. */
static void
keep(void)
{
	char sql[SQL_BYTES];

	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
		snprintf(queries[i].ids, sizeof queries[i].ids, "%s", kit_list(queries[i].text, STORE_NEWEST));
		assert_int_equal(kit_count(queries[i].text), queries[i].count);
	}
	snprintf(source, sizeof source, "%s/source.db", kit_dir);
	snprintf(sql, sizeof sql, "VACUUM INTO '%s'", source);
	kit_sql("gazette.db", sql);
}

/* --- the same in an earlier version ------------------------------------------------------- */

/* Runs each row of text that the query gives, on the database of the earlier version with the source attached. */
static void
run_rows(sqlite3 *db, const char *query)
{
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(db, query, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(stmt, 0);

		if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
			fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	}
	sqlite3_finalize(stmt);
}

/* Entries come first: the triggers of some versions count them, and what they have counted is replaced. */
static const char copy_tables[] =
    "SELECT 'INSERT OR REPLACE INTO main.' || t.name || '(' || c.names || ') SELECT ' || c.names || ' FROM source.' || t.name "
    "FROM main.sqlite_master t JOIN (SELECT m.name AS name, group_concat(i.name) AS names FROM main.sqlite_master m, "
    "pragma_table_info(m.name, 'main') i WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name, 'source') s "
    "WHERE s.name = i.name) GROUP BY m.name) c ON c.name = t.name "
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name <> 'entry', t.name";

static void
make_version(size_t version)
{
	char sql[SQL_BYTES], path[128];
	sqlite3 *db;

	kit_version(version);
	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	snprintf(sql, sizeof sql, "ATTACH '%s' AS source", source);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	run_rows(db, copy_tables);
	sqlite3_close(db);
	/* texts had columns of their own, and nothing has been packed yet */
	if (version < WITH_PACKED)
		kit_sql("gazette.db", "UPDATE content SET summary = '', text = 'old', html = '<p>' || CASE entry WHEN 1 THEN 'mended' WHEN 2 THEN "
		    "'second' WHEN 3 THEN 'third' ELSE 'ninth' END || '</p>'; UPDATE revision SET summary = '', text = 'old', html = '<p>first</p>'");
	if (version >= WITH_RULES)
		kit_sql("gazette.db", "DELETE FROM cursor WHERE name = 'repack'");
}

/* --- what must hold ----------------------------------------------------------------------- */

static int
on_html(void *arg, const struct store_item *item)
{
	snprintf(arg, TEXT_BYTES, "%.*s", (int)item->html.len, item->html.ptr);
	return 0;
}

static void
check_texts(void)
{
	static const char *const texts[] = { "<p>mended</p>", "<p>second</p>", "<p>third</p>", "<p>ninth</p>" };
	char text[TEXT_BYTES];

	for (uint32_t id = 1; id <= 4; id++) {
		kit_expect(store_item_get(kit_store, id, BOTH, on_html, text), STORE_OK, "get");
		assert_string_equal(text, texts[id - 1]);
	}
	kit_expect(store_item_revision(kit_store, 1, 0, on_html, text), STORE_OK, "revision");
	assert_string_equal(text, "<p>first</p>");
}

/* Each gives 1. since: with which version what it asks about came. */
static const struct { size_t since; const char *sql; } facts[] = {
	{ 1, "SELECT count(*) = 4 FROM entry" },
	{ 1, "SELECT (SELECT total || ' ' || unread || ' ' || starred FROM feed_count WHERE feed = 0) = '4 3 0'" },
	{ 1, "SELECT group_concat(total || ' ' || unread) = '3 2,1 1' FROM (SELECT * FROM feed_count WHERE feed > 0 ORDER BY feed)" },
	{ 1, "SELECT user_title = 'Mine' AND settings = '{\"interval\":7200}' FROM feed WHERE id = 1" },
	{ 1, "SELECT failures = 1 AND error_word = 'dns-failure' FROM feed_state WHERE feed = 2" },
	{ 1, "SELECT count(*) = 1 FROM feed_tag WHERE tag = 'press' AND feed = 1" },
	{ 1, "SELECT query = 'tag:later' FROM saved_search WHERE name = 'mine'" },
	{ 1, "SELECT count(*) = (SELECT max(seq) FROM change) FROM change" },
	{ 1, "SELECT seq = (SELECT max(seq) FROM change) AND entry = 4 AND feed = 2 FROM counter" },
	{ 4, "SELECT new_url = 'https://example.org/' FROM move" },
	{ 4, "SELECT until = 7 FROM host_rest" },
	{ 5, "SELECT hub = 'https://hub.example/' AND feed = 1 FROM websub" },
	{ WITH_OPERATIONS, "SELECT count(*) = 2 FROM operation" },
	{ WITH_RULES, "SELECT query = 'tag:later' FROM rule" },
	{ WITH_RULES, "SELECT command = 'true' FROM errand" },
	{ WITH_GONE, "SELECT count(*) = 0 FROM gone" },
	{ 1, "SELECT group_concat(tag || ' ' || entries || ' ' || feeds) = 'later 1 0,press 0 1' FROM (SELECT * FROM tag_count ORDER BY tag)" },
	{ WITH_TOLD, "SELECT count(*) = 1 FROM operation WHERE user = 1000 AND query = 'id:2'" },
};

static void
check_facts(size_t version)
{
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (version >= facts[i].since && kit_number("gazette.db", facts[i].sql) != 1)
			fail_msg("from version %zu: not so: %s", version, facts[i].sql);
}

static void
check_queries(void)
{
	for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
		assert_string_equal(kit_list(queries[i].text, STORE_NEWEST), queries[i].ids);
}

/* What was known is no news, what is new is, and what a client did last can be taken back. */
static void
check_life(size_t version)
{
	struct store_counts counts;
	int64_t undone, changed;

	kit_take(1, DOCUMENT " | g:4 l:/4 t:Four c:fourth d:400", KIT_NOW + 2 * KIT_HOUR, &counts);
	assert_int_equal(counts.added, 1);
	assert_int_equal(counts.updated, 0);
	assert_int_equal(kit_count("*"), 5);
	if (version < WITH_OPERATIONS)
		return;
	kit_expect(store_undo(kit_store, 1, KIT_NOW + 2 * KIT_HOUR, NULL, NULL, &undone, &changed), STORE_OK, "undo");
	assert_int_equal(changed, 1);
	assert_int_equal(kit_count("is:read"), 0);
}

/* One text of all that is created, in an order of its own; columns that were added count as if they had been there. */
static const char schema_text[] = "SELECT count(*) FROM (SELECT name, type, tbl_name FROM main.sqlite_master WHERE name NOT LIKE 'sqlite_%' "
    "EXCEPT SELECT name, type, tbl_name FROM source.sqlite_master)";
static const char schema_columns[] = "SELECT count(*) FROM (SELECT m.name, i.name, i.type, i.\"notnull\", i.dflt_value, i.pk FROM "
    "source.sqlite_master m, pragma_table_info(m.name, 'source') i EXCEPT SELECT m.name, i.name, i.type, i.\"notnull\", i.dflt_value, i.pk "
    "FROM main.sqlite_master m, pragma_table_info(m.name, 'main') i)";
static const char schema_indexes[] = "SELECT count(*) FROM (SELECT name, sql FROM source.sqlite_master WHERE type IN ('index', 'trigger') AND "
    "sql IS NOT NULL EXCEPT SELECT name, sql FROM main.sqlite_master)";

static void
check_schema(void)
{
	static const char *const rows[] = { schema_text, schema_columns, schema_indexes };
	char sql[SQL_BYTES], path[128];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/gazette.db", kit_dir);
	snprintf(sql, sizeof sql, "ATTACH '%s' AS source", source);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(sqlite3_prepare_v2(db, rows[i], -1, &stmt, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		if (sqlite3_column_int64(stmt, 0) != 0)
			fail_msg("differs from a new database: %s", rows[i]);
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
}

static void
test_every_version(void **state)
{
	(void)state;
	fill();
	keep();
	for (size_t version = 1; version < schema_migrations_count; version++) {
		print_message("# from version %zu\n", version);
		make_version(version);
		kit_reopen();
		assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
		check_schema();
		check_facts(version);
		check_queries();
		check_texts();
		check_life(version);
		assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'"), 1);
	}
	unlink(source);
}

/* Every table has something in it, so that nothing is left out. */
static void
test_nothing_left_out(void **state)
{
	static const char *const later[] = { "dictionary", "stale", "gone", "doomed", "cursor", "trace" };
	char sql[SQL_BYTES];
	sqlite3_stmt *stmt;
	sqlite3 *db;

	(void)state;
	fill();
	keep();
	assert_int_equal(sqlite3_open(source, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", -1, &stmt,
	    NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		bool must = true;

		/* these are filled as the daemon works, by what is not there in the versions before them */
		for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
			must = must && strcmp(name, later[i]) != 0;
		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", name);
		if (must && kit_number("source.db", sql) == 0)
			fail_msg("table %s is empty", name);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	unlink(source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_version, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_left_out, kit_setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
