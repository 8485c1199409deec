/*
 * gazette-sqlite - the entries in another feed reader's SQLite database, one JSON object a line, as "gazette import" takes them:
 * an item of JSON Feed with "_gazette": {"feed_url", "tags"}, by feed, newest first. gazette starts it and links no SQLite itself.
 * The database is only read. With --check nothing is printed but what is wrong with a database, whoever's it is, on standard error:
 * the status is 0 if it is whole, 3 if it is damaged, 1 if that cannot be told.
 *
 *	gazette-sqlite [--check] FILE
 */
#include <ctype.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "feeds/base/json.h"

enum {
	LINE_BYTES_MAX = 64 << 20,
	BUSY_MS = 10000,	/* the other reader may be writing */
	URI_BYTES_MAX = 4 * PATH_MAX,
	STATUS_DAMAGED = 3
};

/* What each query gives. */
enum column {
	FEED_URL, GUID, URL, TITLE, AUTHOR, HTML, DATE, UNREAD, STARRED, FLAGS /* letters */, ENCLOSURE, ENCLOSURE_TYPE, COLUMNS
};

/* Whose database it is can be told by a table; the newest columns of each have been there for years. */
static const struct program {
	const char	*name, *table, *sql;
} programs[] = {
	/* What is deleted there need not be searched here: without its text it is only known. */
	{ "newsboat", "rss_item", "SELECT feedurl, guid, url, title, author, CASE deleted WHEN 0 THEN content END, pubDate, "
	    "unread AND NOT deleted, ifnull(flags, '') <> '', flags, enclosure_url, enclosure_type "
	    "FROM rss_item ORDER BY feedurl, pubDate DESC, id" },
	{ "Liferea", "subscription", "SELECT s.source, CASE i.valid_guid WHEN 1 THEN i.source_id END, i.source, i.title, NULL, "
	    "i.description, i.date, NOT i.read, i.marked, NULL, NULL, NULL "
	    "FROM items i JOIN subscription s ON s.node_id = i.node_id WHERE NOT i.comment ORDER BY s.source, i.date DESC" },
	/* URLs and titles are kept as they stand in HTML. */
#define PLAIN(column) "replace(replace(replace(" column ", '&quot;', '\"'), '&#039;', ''''), '&amp;', '&')"
	{ "FreshRSS", "entry", "SELECT " PLAIN("f.url") ", e.guid, " PLAIN("e.link") ", " PLAIN("e.title") ", e.author, e.content, e.date, "
	    "NOT e.is_read, e.is_favorite, NULL, NULL, NULL FROM entry e JOIN feed f ON f.id = e.id_feed ORDER BY f.url, e.date DESC" },
	/* Its texts are in a form of its own. */
	{ "newsraft", "items", "SELECT feed_url, guid, link, title, NULL, NULL, max(publication_date, update_date), unread, important, "
	    "NULL, NULL, NULL FROM items ORDER BY feed_url, publication_date DESC" },
};

static int
complain(const char *path, const char *what)
{
	fprintf(stderr, "gazette: %s: %s\n", path, what);
	return 1;
}

static bool
is_empty(sqlite3_stmt *row, enum column column)
{
	return sqlite3_column_bytes(row, column) == 0;
}

static void
put_text(struct json *json, const char *name, sqlite3_stmt *row, enum column column)
{
	if (!is_empty(row, column))
		json_put_stringn(json, name, (const char *)sqlite3_column_text(row, column), (size_t)sqlite3_column_bytes(row, column));
}

/*
 * newsboat makes a guid of link and date for entries that have none: that is none. A link does not go on with a capital or digit and a
 * time of day.
 */
static bool
is_made_up(sqlite3_stmt *row)
{
	const char	*guid, *url;
	size_t		 len;

	if (is_empty(row, GUID) || is_empty(row, URL))
		return false;
	guid = (const char *)sqlite3_column_text(row, GUID);
	url = (const char *)sqlite3_column_text(row, URL);
	len = strlen(url);
	return strncmp(guid, url, len) == 0 && (isupper((unsigned char)guid[len]) || isdigit((unsigned char)guid[len])) &&
	    strchr(guid + len, ':') != NULL;
}

static void
put_enclosure(struct json *json, sqlite3_stmt *row)
{
	if (is_empty(row, ENCLOSURE))
		return;
	json_put_array(json, "attachments");
	json_put_object(json, NULL);
	put_text(json, "url", row, ENCLOSURE);
	json_put_string(json, "mime_type", is_empty(row, ENCLOSURE_TYPE) ? "application/octet-stream" :
	    (const char *)sqlite3_column_text(row, ENCLOSURE_TYPE));
	json_end(json);
	json_end(json);
}

static void
put_ours(struct json *json, sqlite3_stmt *row)
{
	const char	*flags = is_empty(row, FLAGS) ? "" : (const char *)sqlite3_column_text(row, FLAGS);
	char		 tag[] = "flag-X";

	json_put_object(json, "_gazette");
	put_text(json, "feed_url", row, FEED_URL);
	json_put_array(json, "tags");
	if (sqlite3_column_int(row, UNREAD) != 0)
		json_put_string(json, NULL, "unread");
	if (sqlite3_column_int(row, STARRED) != 0)
		json_put_string(json, NULL, "starred");
	for (; *flags != '\0'; flags++) {
		tag[sizeof(tag) - 2] = *flags;
		if (isalpha((unsigned char)*flags))
			json_put_string(json, NULL, tag);
	}
	json_end(json);
	json_end(json);
}

static void
put_entry(struct buf *line, sqlite3_stmt *row)
{
	struct json	 json = JSON_INIT(line);

	json_put_object(&json, NULL);
	if (!is_made_up(row))
		put_text(&json, "id", row, GUID);
	put_text(&json, "url", row, URL);
	put_text(&json, "title", row, TITLE);
	if (!is_empty(row, AUTHOR)) {
		json_put_array(&json, "authors");
		json_put_object(&json, NULL);
		put_text(&json, "name", row, AUTHOR);
		json_end(&json);
		json_end(&json);
	}
	json_put_stringn(&json, "content_html", is_empty(row, HTML) ? "" : (const char *)sqlite3_column_text(row, HTML),
	    (size_t)sqlite3_column_bytes(row, HTML));
	if (sqlite3_column_int64(row, DATE) > 0)
		json_put_date(&json, "date_published", sqlite3_column_int64(row, DATE));
	put_enclosure(&json, row);
	put_ours(&json, row);
	json_end(&json);
	buf_putc(line, '\n');
}

static int
print_entries(sqlite3 *db, const char *path, const struct program *program)
{
	struct buf	 line = BUF_INIT(LINE_BYTES_MAX);
	sqlite3_stmt	*row;
	int		 rc;

	rc = sqlite3_prepare_v2(db, program->sql, -1, &row, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(row);
		if (rc != SQLITE_ROW || is_empty(row, FEED_URL))
			continue;
		buf_clear(&line);
		put_entry(&line, row);
		if (!line.overflow && fwrite(line.ptr, 1, line.len, stdout) != line.len)
			break;
	}
	if (rc != SQLITE_DONE)
		complain(path, rc == SQLITE_ROW ? "its entries cannot be passed on" : sqlite3_errmsg(db));
	sqlite3_finalize(row);
	buf_free(&line);
	return rc == SQLITE_DONE && fflush(stdout) == 0 ? 0 : 1;
}

/* 1: it has the table, 0: it has not, or -1. */
static int
has_table(sqlite3 *db, const char *table)
{
	sqlite3_stmt	*row;
	int		 rc = sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", -1, &row, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(row, 1, table, -1, SQLITE_STATIC);
		rc = sqlite3_step(row);
	}
	sqlite3_finalize(row);
	return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

static int
print_database(sqlite3 *db, const char *path)
{
	int	 found = 0;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]) && found == 0; i++) {
		found = has_table(db, programs[i].table);
		if (found == 1)
			return print_entries(db, path, &programs[i]);
	}
	return complain(path, found == -1 ? sqlite3_errmsg(db) : "the database of none of newsboat, newsraft, Liferea and FreshRSS");
}

/* --- whether it is whole ------------------------------------------------------------------------------ */

/* Whether a program has it open, or was killed while it had: then its log may hold what the file itself does not. */
static bool
is_in_use(const char *path)
{
	struct buf	 name = BUF_INIT(PATH_MAX);
	bool		 used = false;

	for (size_t i = 0; i < 2; i++) {
		struct stat	 status;

		buf_clear(&name);
		buf_printf(&name, "%s%s", path, i == 0 ? "-shm" : "-wal");
		used |= stat(buf_str(&name), &status) == 0 && (i == 0 || status.st_size > 0);
	}
	buf_free(&name);
	return used;
}

/* A file that nobody has open is read without making others beside it, as SQLite else does even for reading. */
static int
open_to_check(const char *path, sqlite3 **db)
{
	struct buf	 uri = BUF_INIT(URI_BYTES_MAX);
	int		 rc;

	if (is_in_use(path))
		return sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, NULL);
	buf_puts(&uri, *path == '/' ? "file://" : "file:");
	for (const char *at = path; *at != '\0'; at++)
		buf_printf(&uri, isalnum((unsigned char)*at) || *at == '/' ? "%c" : "%%%02X", (unsigned char)*at);
	buf_puts(&uri, "?immutable=1");
	rc = sqlite3_open_v2(buf_str(&uri), db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	buf_free(&uri);
	return rc;
}

static int
check_database(sqlite3 *db, const char *path)
{
	sqlite3_stmt	*row;
	const char	*finding = NULL;
	int		 rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &row, NULL), status = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(row);
	if (rc == SQLITE_ROW)
		finding = (const char *)sqlite3_column_text(row, 0);
	else
		finding = sqlite3_errmsg(db);
	if (rc == SQLITE_ROW ? finding != NULL && strcmp(finding, "ok") != 0 : rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB) {
		fprintf(stderr, "%s\n", finding);
		status = STATUS_DAMAGED;
	} else if (rc != SQLITE_ROW)
		status = complain(path, finding);
	sqlite3_finalize(row);
	return status;
}

int
main(int argc, char **argv)
{
	sqlite3	*db = NULL;
	bool	 check = argc > 1 && strcmp(argv[1], "--check") == 0;
	int	 opened, status;

	if (check || (argc > 1 && strcmp(argv[1], "--") == 0)) {
		argc--;
		argv++;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: gazette-sqlite [--check] FILE\n");
		return 2;
	}
	opened = check ? open_to_check(argv[1], &db) : sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL);
	if (opened != SQLITE_OK)
		status = complain(argv[1], sqlite3_errmsg(db));
	else {
		sqlite3_busy_timeout(db, BUSY_MS);
		status = check ? check_database(db, argv[1]) : print_database(db, argv[1]);
	}
	sqlite3_close(db);
	return status;
}
