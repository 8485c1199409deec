/*
 * floor-store - SQLite with nothing around it, by the side of bench-entries: what storing and indexing the same texts costs at least.
 *
 *	floor-store [-d DIR] [-n ENTRIES] [-k BYTES]
 *
 * Inserts ENTRIES (60,000) of BYTES (2,048) of text by the thousand into a table with a unique guid and an index by date; then their titles and
 * texts, as they are, into a contentless FTS5 table in another file. One JSON object a line. DIR (a new folder by default) is left empty.
 */
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/fill.h"

enum { BODIES = 20000, BATCH = 1000, FEEDS = 2000, LINE_BYTES = 128 };

static const char pragmas[] = "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"
    "PRAGMA wal_autocheckpoint = 4000; PRAGMA synchronous = NORMAL;";
static const char items[] = "CREATE TABLE items(id INTEGER PRIMARY KEY, feed INTEGER, guid TEXT, date INTEGER, title TEXT, url TEXT, content TEXT);"
    "CREATE UNIQUE INDEX items_guid ON items(feed, guid); CREATE INDEX items_date ON items(date)";
static const char fts[] = "CREATE VIRTUAL TABLE fts USING fts5(title, content, content = '', tokenize = 'unicode61')";

static void
exec(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		errx(1, "%s: %s", sql, sqlite3_errmsg(db));
}

static void
run(sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_DONE)
		errx(1, "%s", sqlite3_errmsg(sqlite3_db_handle(stmt)));
	sqlite3_reset(stmt);
}

static void
bind_item(sqlite3_stmt *stmt, long number, const char *title, const char *body)
{
	char guid[LINE_BYTES], url[LINE_BYTES];

	snprintf(guid, sizeof guid, "tag:site%ld.example.org,2020:%lx", number % FEEDS, number);
	snprintf(url, sizeof url, "https://www.site%ld.example.org/2026/01/%ld", number % FEEDS, number);
	sqlite3_bind_int64(stmt, 1, number % FEEDS);
	sqlite3_bind_text(stmt, 2, guid, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(stmt, 3, 1700000000 + number * 7);
	sqlite3_bind_text(stmt, 4, title, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 5, url, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(stmt, 6, body, -1, SQLITE_STATIC);
}

static void
bind_fts(sqlite3_stmt *stmt, long number, const char *title, const char *body)
{
	sqlite3_bind_int64(stmt, 1, number + 1);
	sqlite3_bind_text(stmt, 2, title, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, body, -1, SQLITE_STATIC);
}

static const struct {
	const char *what, *schema, *insert;
	void (*bind)(sqlite3_stmt *, long, const char *, const char *);
} floors[] = {
	{ "floor: bare inserts", items, "INSERT OR IGNORE INTO items(feed, guid, date, title, url, content) VALUES (?, ?, ?, ?, ?, ?)", bind_item },
	{ "floor: bare FTS5", fts, "INSERT INTO fts(rowid, title, content) VALUES (?, ?, ?)", bind_fts },
};

static void
measure(const char *dir, size_t which, const struct fill_corpus *corpus, long entries)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char file[4096], path[4200], title[LINE_BYTES];
	sqlite3_stmt *stmt;
	sqlite3 *db;
	double start;

	snprintf(file, sizeof file, "%s/floor%zu.db", dir, which);
	if (sqlite3_open(file, &db) != SQLITE_OK)
		errx(1, "%s: %s", file, sqlite3_errmsg(db));
	exec(db, pragmas);
	exec(db, floors[which].schema);
	if (sqlite3_prepare_v2(db, floors[which].insert, -1, &stmt, NULL) != SQLITE_OK)
		errx(1, "%s", sqlite3_errmsg(db));
	start = fill_now();
	for (long i = 0; i < entries; i++) {
		if (i % BATCH == 0)
			exec(db, "BEGIN IMMEDIATE");
		snprintf(title, sizeof title, "%s %s u%lx", fill_word((size_t)i % 977), fill_word((size_t)i % 1999), (unsigned long)i);
		floors[which].bind(stmt, i, title, corpus->bodies[(size_t)i % corpus->count]);
		run(stmt);
		if (i % BATCH == BATCH - 1 || i == entries - 1)
			exec(db, "COMMIT");
	}
	start = fill_now() - start;
	printf("{\"what\":\"%s\",\"entries\":%ld,\"seconds\":%.2f,\"entries_per_s\":%.0f}\n", floors[which].what, entries, start,
	    (double)entries / start);
	fflush(stdout);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		snprintf(path, sizeof path, "%s%s", file, suffixes[i]);
		unlink(path);
	}
}

int
main(int argc, char **argv)
{
	char made[] = "/tmp/floor-store.XXXXXX";
	const char *dir = NULL;
	struct fill_corpus corpus;
	long entries = 60000;
	size_t bytes = 2048;
	int opt;

	while ((opt = getopt(argc, argv, "d:n:k:")) != -1) {
		switch (opt) {
		case 'd': dir = optarg; break;
		case 'n': entries = atol(optarg); break;
		case 'k': bytes = (size_t)atol(optarg); break;
		default: errx(2, "usage: floor-store [-d DIR] [-n ENTRIES] [-k BYTES]");
		}
	}
	if (dir == NULL && (dir = mkdtemp(made)) == NULL)
		err(1, "%s", made);
	corpus = fill_corpus_new(BODIES, bytes);
	for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++)
		measure(dir, i, &corpus, entries);
	fill_corpus_free(&corpus);
	if (dir == made)
		rmdir(made);
	return 0;
}
