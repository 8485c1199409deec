/* The store that the benchmark begins with: rows as polls would have left them, in one transaction. */
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

#include "daemon/core/schedule.h"
#include "daemon/core/store.h"
#include "tests/bench/million.h"

enum { PATH_BYTES = 512, HOUR_S = 3600, STRIDE = 1000003, BUSY_MS = 1000 };

static sqlite3 *db;

static void
run(const char *sql)
{
	char *error = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		errx(1, "%s: %.200s", error, sql);
}

static void
make_empty(const char *dir)
{
	char error[STORE_ERROR_BYTES];
	struct store *store;

	if (store_open(&store, dir, error) != STORE_OK)
		errx(1, "%s", error);
	store_close(store);
}

/* Feed N of the rest is due at its place in an order that has nothing to do with its number, a primitive root's. */
static void
fill(const struct million *million)
{
	char *sql;
	long long now_s = (long long)time(NULL);

	run("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN");
	sql = sqlite3_mprintf("CREATE TEMP TABLE number AS WITH RECURSIVE walk(id) AS "
	    "(SELECT 1 UNION ALL SELECT id + 1 FROM walk WHERE id < %lld) SELECT id, (id * %d) %% %lld AS place, (id - 1) / %lld AS host "
	    "FROM walk", (long long)million->feeds, STRIDE, (long long)million->feeds, (long long)million->host_feeds);
	run(sql);
	sqlite3_free(sql);
	sql = sqlite3_mprintf("INSERT INTO feed(id, url, title, home_page_url, format, added, members, hints) SELECT id, "
	    "printf('http://127.%%d.%%d.%%d:%d/feed.xml?%%d', 1 + host / 62500 %% 250, host / 250 %% 250, 1 + host %% 250, id), "
	    "printf('What number %%d has to say', id), printf('https://www.example.org/sites/%%d/', id), 'rss-2.0', %lld, "
	    "'{\"version\":\"https://jsonfeed.org/version/1.1\",\"description\":\"Some words on what it is about\"}', "
	    "CASE WHEN id %% 4 = 0 THEN '{\"ttl_min\":60}' ELSE '{}' END FROM number", million->port, now_s - 30 * 24 * HOUR_S);
	run(sql);
	sqlite3_free(sql);
	sql = sqlite3_mprintf("INSERT INTO feed_state(feed, next_poll, last_poll, last_success, interval, etag, posts, watched, why) "
	    "SELECT id, %lld + CASE WHEN place < %lld THEN - 1 - place %% %d ELSE 3 + (place - %lld) / %lld END, %lld - %d + place / %lld, "
	    "%lld - %d, %d, CASE WHEN id %% %lld = 0 THEN '\"old\"' ELSE '%s' END, 3000000 + id %% 1000 * 10000, 20 * 86400, %lld FROM number",
	    now_s, (long long)million->overdue, HOUR_S, (long long)million->overdue, (long long)million->rate, now_s, 2 * HOUR_S,
	    (long long)million->feeds, now_s, 2 * HOUR_S, HOUR_S, (long long)million->changed, MILLION_ETAG,
	    (long long)schedule_why(SCHEDULE_HABIT, HOUR_S));
	run(sql);
	sqlite3_free(sql);
	run("INSERT INTO feed_count(feed) SELECT id FROM number; UPDATE counter SET feed = (SELECT max(id) FROM feed); COMMIT");
}

void
million_fill(const struct million *million)
{
	char path[PATH_BYTES];

	make_empty(million->dir);
	snprintf(path, sizeof path, "%s/gazette.db", million->dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		errx(1, "%s: %s", path, sqlite3_errmsg(db));
	sqlite3_busy_timeout(db, BUSY_MS);
	fill(million);
	run("PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(db);
}
