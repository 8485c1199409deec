/*
 * verify FILE - looks at a gazette.db that nobody else uses: whether it is whole and what it says of itself is true. Prints "ok", or what
 * is not.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Each gives no row. */
static const struct { const char *name, *sql; } rows[] = {
	{ "integrity", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'" },
	{ "counts of all", "SELECT c.total, c.unread, c.starred FROM feed_count c WHERE c.feed = 0 AND "
	    "(c.total, c.unread, c.starred) IS NOT (SELECT count(*), ifnull(sum(unread), 0), ifnull(sum(starred), 0) FROM entry)" },
	{ "counts of a feed", "SELECT c.feed FROM feed_count c WHERE c.feed > 0 AND (c.total, c.unread, c.starred) IS NOT "
	    "(SELECT count(*), ifnull(sum(unread), 0), ifnull(sum(starred), 0) FROM entry e WHERE e.feed = c.feed)" },
	{ "an entry twice", "SELECT e.feed, c.guid FROM entry e JOIN content c ON c.entry = e.id GROUP BY e.feed, c.guid HAVING count(*) > 1" },
	{ "an entry without content", "SELECT id FROM entry WHERE id NOT IN (SELECT entry FROM content)" },
	{ "content without an entry", "SELECT entry FROM content WHERE entry NOT IN (SELECT id FROM entry)" },
	{ "an entry without a feed", "SELECT id FROM entry WHERE feed NOT IN (SELECT id FROM feed)" },
	{ "an entry without an alias", "SELECT id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM alias a WHERE a.feed = e.feed AND a.entry = e.id)" },
	{ "an entry that came without a change", "SELECT id FROM entry WHERE id NOT IN (SELECT entry FROM change WHERE what = 1) AND "
	    "NOT EXISTS (SELECT 1 FROM cursor WHERE name = 'log')" },
	{ "an entry whose last change is another", "SELECT e.id FROM entry e WHERE e.seq <> (SELECT max(seq) FROM change c WHERE c.entry = e.id)" },
	{ "a tag without an entry", "SELECT entry FROM entry_tag WHERE entry NOT IN (SELECT id FROM entry)" },
	{ "tags unknown to their entry", "SELECT id FROM entry e WHERE tagged <> EXISTS (SELECT 1 FROM entry_tag g WHERE g.entry = e.id)" },
	{ "changes that are missing", "SELECT count(*), max(seq) FROM change HAVING count(*) <> ifnull(max(seq), 0) AND "
	    "NOT EXISTS (SELECT 1 FROM cursor WHERE name = 'log')" },
	{ "the counter", "SELECT seq FROM counter WHERE seq < (SELECT ifnull(max(seq), 0) FROM change) OR "
	    "entry < (SELECT ifnull(max(id), 0) FROM entry)" },
};

/* The first row of the answer, in words; 0: there is none. */
static int
look(sqlite3 *db, const char *name, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), wrong = 0;

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		printf("%s:", name);
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			printf(" %s", (const char *)sqlite3_column_text(stmt, i));
		putchar('\n');
		wrong = 1;
	} else if (code != SQLITE_DONE) {
		printf("%s: %s\n", name, sqlite3_errmsg(db));
		wrong = 1;
	}
	sqlite3_finalize(stmt);
	return wrong;
}

int
main(int argc, char **argv)
{
	sqlite3 *db = NULL;
	int wrong = 0;

	if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		printf("%s\n", db != NULL ? sqlite3_errmsg(db) : "usage: verify FILE");
		sqlite3_close(db);
		return 2;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		wrong += look(db, rows[i].name, rows[i].sql);
	if (wrong == 0)
		puts("ok");
	sqlite3_close(db);
	return wrong != 0;
}
