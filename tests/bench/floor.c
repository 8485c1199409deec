/*
 * floor - the least that a reload can cost: libcurl's multi socket interface on libev in one
 * thread, bodies thrown away; with -d also libxml2's SAX2 and one SQLite insert an item.
 *
 *	floor -u URLS -c TRANSFERS [-1] [-a CA_FILE] [-e ETAGS] [-d DB]
 *
 * -1: as it is best where no host is asked twice: names are not kept in memory, and no connection is.
 * It is no feed reader: no dates, no JSON Feed, no markup, no identity beyond a unique guid. Certificates of authorities are
 * parsed once for all.
 * Prints "SECONDS OK NOT_MODIFIED FAILED STORED CPU_SECONDS".
 */
#include <curl/curl.h>
#include <ev.h>
#include <libxml/parser.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "feeds/base/buf.h"

enum { BATCH = 1000, LINE_MAX_BYTES = 4096, FIELD_MAX = 16 << 20 };
enum field { TITLE, LINK, GUID, DATE, BODY, FIELDS, NONE = -1 };

struct feed { char *url, *etag; };

struct transfer {
	CURL	*easy;
	struct curl_slist *headers;
	struct feed *feed;
	xmlParserCtxtPtr xml;
	int	 depth, item_depth;
	enum field field;
	struct buf fields[FIELDS];
};

struct watch { ev_io io; };

static struct ev_loop *loop;
static CURLM	*multi;
static ev_timer	 timer;
static struct feed *feeds;
static size_t	 n_feeds, next_feed, n_done, n_ok, n_same, n_failed, n_stored, n_batch;
static const char *ca_file;
static int	 once;
static sqlite3	*db;
static sqlite3_stmt *insert;

static const struct { const char *name; enum field field; } names[] = {
	{ "title", TITLE }, { "link", LINK }, { "guid", GUID }, { "id", GUID }, { "pubDate", DATE }, { "date", DATE },
	{ "updated", DATE }, { "encoded", BODY }, { "content", BODY }, { "description", BODY },
};

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "floor: %s: %s\n", text, sqlite3_errmsg(db));
		exit(1);
	}
}

static void
store_item(struct transfer *tr)
{
	const struct buf *key = &tr->fields[GUID];
	int i;

	if (key->len == 0)
		key = &tr->fields[LINK];
	if (n_batch++ == 0)
		sql("BEGIN IMMEDIATE");
	sqlite3_bind_int64(insert, 1, tr->feed - feeds);
	sqlite3_bind_text(insert, 2, key->ptr, (int)key->len, SQLITE_STATIC);
	for (i = TITLE; i < FIELDS; i++)
		sqlite3_bind_text(insert, 3 + i, tr->fields[i].ptr, (int)tr->fields[i].len, SQLITE_STATIC);
	sqlite3_step(insert);
	sqlite3_reset(insert);
	n_stored += (size_t)sqlite3_changes(db);
	if (n_batch == BATCH) {
		sql("COMMIT");
		n_batch = 0;
	}
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns, const xmlChar **ns, int n_attrs,
    int n_default, const xmlChar **attrs)
{
	struct transfer *tr = arg;
	size_t i;
	int k;

	(void)prefix; (void)uri; (void)n_ns; (void)ns; (void)n_default;
	tr->depth++;
	if (tr->item_depth == 0) {
		if (strcmp((const char *)name, "item") == 0 || strcmp((const char *)name, "entry") == 0) {
			tr->item_depth = tr->depth;
			for (k = 0; k < FIELDS; k++)
				buf_clear(&tr->fields[k]);
		}
		return;
	}
	if (tr->depth != tr->item_depth + 1)
		return;
	tr->field = NONE;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp((const char *)name, names[i].name) == 0)
			tr->field = names[i].field;
	for (k = 0; k < n_attrs && tr->field == LINK; k++)
		if (strcmp((const char *)attrs[k * 5], "href") == 0)
			buf_put(&tr->fields[LINK], attrs[k * 5 + 3], (size_t)(attrs[k * 5 + 4] - attrs[k * 5 + 3]));
}

static void
on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct transfer *tr = arg;

	(void)name; (void)prefix; (void)uri;
	if (tr->item_depth != 0 && tr->depth == tr->item_depth) {
		store_item(tr);
		tr->item_depth = 0;
	}
	tr->field = NONE;
	tr->depth--;
}

static void
on_text(void *arg, const xmlChar *ptr, int len)
{
	struct transfer *tr = arg;

	if (tr->item_depth != 0 && tr->field != NONE)
		buf_put(&tr->fields[tr->field], ptr, (size_t)len);
}

static size_t
on_body(char *ptr, size_t size, size_t count, void *arg)
{
	static xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end,
		.characters = on_text, .cdataBlock = on_text };
	struct transfer *tr = arg;

	if (db == NULL)
		return size * count;
	if (tr->xml == NULL) {
		tr->depth = tr->item_depth = 0;
		tr->field = NONE;
		tr->xml = xmlCreatePushParserCtxt(&sax, tr, NULL, 0, NULL);
		xmlCtxtUseOptions(tr->xml, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	}
	xmlParseChunk(tr->xml, ptr, (int)(size * count), 0);
	return size * count;
}

static size_t
on_header(char *ptr, size_t size, size_t count, void *arg)
{
	struct transfer *tr = arg;
	size_t len = size * count;

	if (len > 6 && strncasecmp(ptr, "ETag: ", 6) == 0) {
		free(tr->feed->etag);
		tr->feed->etag = strndup(ptr + 6, strcspn(ptr + 6, "\r\n"));
	}
	return len;
}

static void
start(struct transfer *tr)
{
	char line[LINE_MAX_BYTES];

	tr->feed = &feeds[next_feed++];
	if (tr->easy == NULL) {
		tr->easy = curl_easy_init();
		curl_easy_setopt(tr->easy, CURLOPT_WRITEFUNCTION, on_body);
		curl_easy_setopt(tr->easy, CURLOPT_WRITEDATA, tr);
		curl_easy_setopt(tr->easy, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(tr->easy, CURLOPT_HEADERDATA, tr);
		curl_easy_setopt(tr->easy, CURLOPT_PRIVATE, tr);
		curl_easy_setopt(tr->easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(tr->easy, CURLOPT_PROXY, "");
		curl_easy_setopt(tr->easy, CURLOPT_CAPATH, NULL);	/* or libcurl reads them anew for each connection */
		if (once) {
			curl_easy_setopt(tr->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
			curl_easy_setopt(tr->easy, CURLOPT_FORBID_REUSE, 1L);
		}
		if (ca_file != NULL)
			curl_easy_setopt(tr->easy, CURLOPT_CAINFO, ca_file);
	}
	curl_easy_setopt(tr->easy, CURLOPT_URL, tr->feed->url);
	curl_slist_free_all(tr->headers);
	tr->headers = NULL;
	if (tr->feed->etag != NULL) {
		snprintf(line, sizeof(line), "If-None-Match: %s", tr->feed->etag);
		tr->headers = curl_slist_append(NULL, line);
	}
	curl_easy_setopt(tr->easy, CURLOPT_HTTPHEADER, tr->headers);
	curl_multi_add_handle(multi, tr->easy);
}

static void
finish(struct transfer *tr, CURLcode result)
{
	long status = 0;

	curl_easy_getinfo(tr->easy, CURLINFO_RESPONSE_CODE, &status);
	n_ok += result == CURLE_OK && status == 200;
	n_same += result == CURLE_OK && status == 304;
	n_failed += result != CURLE_OK || (status != 200 && status != 304);
	if (tr->xml != NULL) {
		xmlParseChunk(tr->xml, NULL, 0, 1);
		xmlFreeParserCtxt(tr->xml);
		tr->xml = NULL;
	}
	curl_multi_remove_handle(multi, tr->easy);
	if (++n_done == n_feeds)
		ev_break(loop, EVBREAK_ALL);
	else if (next_feed < n_feeds)
		start(tr);
}

static void
reap(void)
{
	struct transfer *tr;
	CURLMsg *msg;
	int left;

	for (msg = curl_multi_info_read(multi, &left); msg != NULL; msg = curl_multi_info_read(multi, &left)) {
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&tr);
		finish(tr, msg->data.result);
	}
}

static void
on_io(struct ev_loop *l, ev_io *io, int events)
{
	int running;

	(void)l;
	curl_multi_socket_action(multi, io->fd, (events & EV_READ ? CURL_CSELECT_IN : 0) |
	    (events & EV_WRITE ? CURL_CSELECT_OUT : 0), &running);
	reap();
}

static void
on_timer(struct ev_loop *l, ev_timer *t, int events)
{
	int running;

	(void)l; (void)t; (void)events;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap();
}

static int
want_timer(CURLM *m, long after_ms, void *arg)
{
	(void)m; (void)arg;
	ev_timer_stop(loop, &timer);
	if (after_ms >= 0) {
		ev_timer_set(&timer, (double)after_ms / 1e3, 0);
		ev_timer_start(loop, &timer);
	}
	return 0;
}

static int
want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *old)
{
	struct watch *watch = old;
	int events = (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0);

	(void)easy; (void)arg;
	if (watch == NULL) {
		watch = calloc(1, sizeof(*watch));
		curl_multi_assign(multi, fd, watch);
		ev_io_init(&watch->io, on_io, fd, 0);
	}
	ev_io_stop(loop, &watch->io);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(multi, fd, NULL);
		free(watch);
		return 0;
	}
	ev_io_set(&watch->io, fd, events);
	ev_io_start(loop, &watch->io);
	return 0;
}

static void
open_database(const char *file)
{
	if (sqlite3_open(file, &db) != SQLITE_OK) {
		fprintf(stderr, "floor: %s: %s\n", file, sqlite3_errmsg(db));
		exit(1);
	}
	sql("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000;"
	    "CREATE TABLE IF NOT EXISTS item(id INTEGER PRIMARY KEY, feed INTEGER, guid TEXT, title TEXT, link TEXT, guid2 TEXT,"
	    " date TEXT, body TEXT); CREATE UNIQUE INDEX IF NOT EXISTS item_guid ON item(feed, guid)");
	sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO item(feed, guid, title, link, guid2, date, body) VALUES(?,?,?,?,?,?,?)", -1,
	    &insert, NULL);
}

static void
read_lines(const char *file, int is_etags)
{
	char line[LINE_MAX_BYTES];
	size_t at = 0;
	FILE *fp = fopen(file, "r");

	while (fp != NULL && fgets(line, sizeof(line), fp) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (is_etags && at < n_feeds)
			feeds[at++].etag = line[0] != '\0' ? strdup(line) : NULL;
		else if (!is_etags) {
			feeds = realloc(feeds, (n_feeds + 1) * sizeof(*feeds));
			feeds[n_feeds++] = (struct feed){ strdup(line), NULL };
		}
	}
	if (fp != NULL)
		fclose(fp);
}

static void
write_etags(const char *file)
{
	FILE *fp = fopen(file, "w");
	size_t i;

	if (fp == NULL)
		return;
	for (i = 0; i < n_feeds; i++)
		fprintf(fp, "%s\n", feeds[i].etag != NULL ? feeds[i].etag : "");
	fclose(fp);
}

static double
cpu_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void
run(size_t transfers)
{
	struct transfer *all = calloc(transfers, sizeof(*all));
	struct timespec from, to;
	size_t i;
	int k;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < transfers && next_feed < n_feeds; i++) {
		for (k = 0; k < FIELDS; k++)
			buf_init(&all[i].fields[k], FIELD_MAX);
		start(&all[i]);
	}
	if (n_feeds > 0)
		ev_run(loop, 0);
	if (n_batch != 0)
		sql("COMMIT");
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.3f %zu %zu %zu %zu %.3f\n", (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9, n_ok,
	    n_same, n_failed, n_stored, cpu_seconds());
	free(all);
}

int
main(int argc, char **argv)
{
	const char *etags = NULL, *urls = NULL;
	size_t transfers = 64;
	int opt;

	while ((opt = getopt(argc, argv, "1a:u:c:e:d:")) != -1)
		switch (opt) {
		case '1': once = 1; break;
		case 'a': ca_file = optarg; break;
		case 'u': urls = optarg; break;
		case 'c': transfers = strtoul(optarg, NULL, 10); break;
		case 'e': etags = optarg; break;
		case 'd': open_database(optarg); break;
		default: return 2;
		}
	if (urls == NULL || transfers == 0) {
		fprintf(stderr, "usage: floor -u URLS -c TRANSFERS [-1] [-a CA_FILE] [-e ETAGS] [-d DB]\n");
		return 2;
	}
	read_lines(urls, 0);
	if (etags != NULL)
		read_lines(etags, 1);
	loop = ev_default_loop(0);
	ev_timer_init(&timer, on_timer, 0, 0);
	curl_global_init(CURL_GLOBAL_ALL);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)transfers * 2);
	run(transfers);
	if (etags != NULL)
		write_etags(etags);
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return 0;
}
