/*
 * Every limit of the library: what happens beyond it, and that hostile documents cost little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/feed-dump.h"

enum { OUT_BYTES = 1 << 26 };

#define HEAD	"<rss version='2.0'><channel>"
#define TAIL	"</channel></rss>"

/* A document: head, then count times a piece in which "%" becomes the number, then tail. */
static void
build(struct buf *doc, const char *head, const char *piece, size_t count, const char *tail)
{
	const char *mark = strchr(piece, '%');
	size_t i;

	buf_puts(doc, head);
	for (i = 0; i < count; i++) {
		if (mark == NULL) {
			buf_puts(doc, piece);
			continue;
		}
		buf_put(doc, piece, (size_t)(mark - piece));
		buf_printf(doc, "%zu", i);
		buf_puts(doc, mark + 1);
	}
	buf_puts(doc, tail);
}

static size_t
count_of(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text += strlen(word))
		n++;
	return n;
}

struct row {
	const char	*name;
	size_t		 limit_at, limit;	/* the member of feed_limits, its value here; 0: the default */
	const char	*head, *piece;
	size_t		 count;
	const char	*tail;
	int		 rc;
	const char	*want, *unwanted;	/* in the text; unwanted may be NULL */
	const char	*counted;		/* how often this is there */
	size_t		 times;
};

#define LIMIT(member)	offsetof(struct feed_limits, member)

static const struct row rows[] = {
	{ "document_bytes", LIMIT(document_bytes), 200, HEAD, "<item><guid>%</guid></item>", 100, TAIL, FEED_OK,
	    "limit: a document of more than 200 bytes", NULL, "{\"id\"", 7 },
	{ "document_bytes between two pieces", LIMIT(document_bytes), 8192, HEAD, "<item><guid>%</guid></item>", 1000, TAIL, FEED_OK,
	    "limit: a document of more than 8192 bytes", NULL, "", 0 },
	{ "document_bytes of no feed", LIMIT(document_bytes), 20, "<foo>", "<bar/>", 20, "</foo>", FEED_ELIMIT, "error -3: too large", NULL, "", 0 },
	{ "text_bytes", LIMIT(text_bytes), 100, HEAD "<item><title>", "0123456789", 100, "</title><guid>1</guid></item>" TAIL, FEED_OK,
	    "limit: a text of more than 100 bytes was cut", NULL, "0123456789", 10 },
	{ "text_bytes on a character's border", LIMIT(text_bytes), 99, HEAD "<item><title>", "\xc3\xa9", 100, "</title></item>" TAIL, FEED_OK,
	    "limit: a text", "\xef\xbf\xbd", "\xc3\xa9", 49 },
	{ "text_bytes of markup", LIMIT(text_bytes), 100, HEAD "<item><description>", "<b>0</b>", 100, "</description><guid>1</guid></item>" TAIL, FEED_OK,
	    "limit: a text of more than 100 bytes was cut", NULL, "\"id\":\"1\"", 1 },
	{ "arena_bytes of an entry", LIMIT(arena_bytes), 4096, HEAD "<item><guid>1</guid>", "<category>%</category>", 1000, "</item><item><guid>2</guid></item>" TAIL, FEED_OK,
	    "limit: an entry says more than 4096 bytes", NULL, "{\"id\"", 2 },
	{ "arena_bytes of a feed", LIMIT(arena_bytes), 4096, HEAD "<title>t</title>", "<category>%</category>", 1000, "<item><guid>2</guid></item>" TAIL, FEED_OK,
	    "limit: the feed says more than 4096 bytes", NULL, "{\"id\"", 1 },
	{ "depth", LIMIT(depth), 10, HEAD "<item><guid>1</guid></item><item><guid>2</guid><description>", "<b>", 20, "x", FEED_OK,
	    "limit: elements nested deeper than 10", NULL, "{\"id\"", 2 },
	{ "depth of no feed", LIMIT(depth), 10, "", "<b>", 20, "x", FEED_ENOTFEED, "error -2", NULL, "", 0 },
	{ "depth by default", 0, 0, HEAD "<item><guid>1</guid></item>", "<b>", 100000, "", FEED_OK, "limit: elements nested deeper than 256", NULL, "{\"id\"", 1 },
	{ "depth after a fault", LIMIT(depth), 10, HEAD "& <item><guid>1</guid></item>", "<b>", 20, "", FEED_OK, "limit: elements nested", NULL, "{\"id\"", 1 },
	{ "attributes", LIMIT(attributes), 5, HEAD "<item><enclosure url='http://e.example/'", " a%='x'", 20, " type='x/y'/><guid>1</guid></item>" TAIL, FEED_OK,
	    "limit: more than 5 attributes", "x/y", "http://e.example/", 1 },
	{ "attributes by the hundred thousand", 0, 0, HEAD "<item><guid>1</guid></item><item><guid", " a%='x'", 200000, ">2</guid></item>" TAIL, FEED_OK,
	    "limit: more than 128 attributes", NULL, "{\"id\"", 2 },
	{ "namespaces by the thousand", 0, 0, HEAD "<item", " xmlns:a%='u'", 20000, "><guid>1</guid></item>" TAIL, FEED_OK, "limit: more than 128", NULL, "{\"id\"", 1 },
	{ "entries", LIMIT(entries), 3, HEAD, "<item><guid>%</guid></item>", 10, TAIL, FEED_OK, "limit: more than 3 entries", NULL, "{\"id\"", 3 },
	{ "entries of JSON", LIMIT(entries), 3, "{\"items\":[{\"id\":\"x\"}", ",{\"id\":\"%\"}", 10, "]}", FEED_OK, "limit: more than 3 entries", NULL, "{\"id\"", 3 },
	{ "list_items of tags", LIMIT(list_items), 3, HEAD "<item>", "<category>c%</category>", 10, "</item>" TAIL, FEED_OK, "\"tags\":[\"c0\",\"c1\",\"c2\"]", "c3", "", 0 },
	{ "list_items of links", LIMIT(list_items), 3, "<feed xmlns='http://www.w3.org/2005/Atom'>", "<link href='http://l.example/%'/>", 10, "</feed>", FEED_OK, "", NULL, "\"href\"", 3 },
	{ "list_items of attachments", LIMIT(list_items), 3, HEAD "<item>", "<enclosure url='http://e.example/%'/>", 10, "</item>" TAIL, FEED_OK, "", NULL, "mime_type", 3 },
	{ "list_items of authors", LIMIT(list_items), 3, "<feed xmlns='http://www.w3.org/2005/Atom'>", "<author><name>n%</name></author>", 10, "</feed>", FEED_OK, "", NULL, "\"name\"", 3 },
	{ "list_items of JSON", LIMIT(list_items), 3, "{\"items\":[{\"id\":\"1\",\"attachments\":[{\"url\":\"http://e.example/x\"}", ",{\"url\":\"http://e.example/%\"}", 10, "]}]}", FEED_OK, "", NULL, "mime_type", 3 },
	{ "warnings", LIMIT(warnings), 3, HEAD, "<item><pubDate>no %</pubDate></item>", 10, TAIL, FEED_OK, "", NULL, "cannot read", 3 },
	{ "html_depth", LIMIT(html_depth), 4, HEAD "<item><description>", "&lt;b&gt;", 20, "x</description></item>" TAIL, FEED_OK, "x", NULL, "<b>", 4 },
	{ "candidates", LIMIT(candidates), 3, "<html><head>", "<link rel='alternate' type='application/rss+xml' href='http://f.example/%'>", 10, "</head></html>", FEED_ENOTFEED, "candidate 2: ", "candidate 3", "", 0 },
	{ "page_bytes", LIMIT(page_bytes), 600, "<html><head>", "<link rel='alternate' type='application/rss+xml' href='http://f.example/%'>", 100, "</head></html>", FEED_ENOTFEED, "candidate 1: ", "candidate 31", "", 0 },
	{ "page_bytes of a tag", LIMIT(page_bytes), 600, "words <a ", "b% ", 1000, "><rss><channel/></rss>", FEED_ENOTFEED, "error -2", NULL, "", 0 },
	{ "page_bytes of words", LIMIT(page_bytes), 600, "", "words % ", 1000, "<rss><channel/></rss>", FEED_ENOTFEED, "error -2", NULL, "", 0 },
	{ "lookahead_bytes", LIMIT(lookahead_bytes), 1100, "<?xml version='1.0' encoding='koi8-r'?>" HEAD, "<item><guid>%</guid><title>\xf0</title></item>", 100, TAIL, FEED_OK,
	    "\"encoding\":\"koi8-r\"", NULL, "\"title\":\"\xd0\x9f\"", 100 },
	{ "held_bytes", LIMIT(held_bytes), 2000, HEAD, "<item><link>x%</link></item>", 100, "<link>http://h.example/</link>" TAIL, FEED_OK,
	    "limit: entries no longer wait", NULL, "{\"id\"", 100 },
	{ "held_bytes of JSON", LIMIT(held_bytes), 2000, "{\"items\":[", "{\"id\":\"%\",\"url\":\"x%\"},", 100, "{}],\"home_page_url\":\"http://h.example/\"}", FEED_OK,
	    "limit: items no longer wait", NULL, "{\"id\"", 101 },
	{ "held_bytes of one item of JSON", LIMIT(held_bytes), 2000, "{\"items\":[{\"id\":\"1\",\"url\":\"x\",\"content_text\":\"", "word ", 1000, "\"},{\"id\":\"2\"}]}", FEED_OK,
	    "limit: items no longer wait", NULL, "{\"id\"", 2 },
	{ "held_bytes of JSON that does not wait", LIMIT(held_bytes), 2000, "{\"home_page_url\":\"http://h.example/\",\"items\":[", "{\"id\":\"%\",\"url\":\"x%\"},", 100, "{}]}", FEED_OK,
	    "", "limit:", "{\"id\"", 101 },
	{ "tag_bytes", LIMIT(tag_bytes), 64, HEAD "<item><guid>1</guid></item><!-- ", "comment % ", 100, "--><item><guid>2</guid></item>" TAIL, FEED_OK, "", "warnings", "{\"id\"", 2 },
	{ "tag_bytes of a doctype", LIMIT(tag_bytes), 64, "<!DOCTYPE rss [", "<!ENTITY e% 'x'>", 100, "]>" HEAD "<title>t</title>" TAIL, FEED_OK, "\"title\":\"", NULL, "", 0 },
	{ "names", LIMIT(names), 100, HEAD "<item><guid>1</guid></item>", "<x%/>", 10000, "<item><guid>2</guid></item>" TAIL, FEED_OK, "", "warnings", "{\"id\"", 2 },
	{ "prefixes by the hundred thousand", 0, 0, HEAD, "<p%:x/>", 100000, "<item><guid>2</guid></item>" TAIL, FEED_OK, "is not declared", NULL, "{\"id\"", 1 },
	{ "a feed that talks between its items", 0, 0, "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel>", "<a:link href='x%'/><item><link>y</link></item>", 20000, TAIL, FEED_OK,
	    "", NULL, "{\"id\"", 20000 },
	{ "a base for every link", 0, 0, HEAD "<item>", "<link xml:base='http://b.example/%/'>x</link>", 20000, "</item>" TAIL, FEED_OK, "http://b.example/0/x", NULL, "{\"id\"", 1 },
	{ "entity_bytes", LIMIT(entity_bytes), 64, "<!DOCTYPE rss [<!ENTITY a '", "0123456789", 6, "'><!ENTITY b '&a;&a;'>]>" HEAD "<title>x&b;y</title>" TAIL, FEED_OK,
	    "\"title\":\"xy\"", NULL, "limit: an entity of more than 64 bytes", 1 },
	{ "entity_bytes of a declaration", LIMIT(entity_bytes), 64, "<!DOCTYPE rss [<!ENTITY a '", "0123456789", 60, "'>]>" HEAD "<title>x&a;y</title>" TAIL, FEED_OK,
	    "limit: an entity declaration too many or too large", NULL, "", 0 },
	{ "expansion_bytes", LIMIT(expansion_bytes), 100, "<!DOCTYPE rss [<!ENTITY a '0123456789'>]>" HEAD, "<item><title>&a;</title></item>", 30, TAIL, FEED_OK,
	    "limit: entities expand to more than 100 bytes", NULL, "\"title\":\"0123456789\"", 10 },
	{ "entities by the thousand", 0, 0, "<!DOCTYPE rss [", "<!ENTITY e% 'x'>", 2000, "]>" HEAD "<title>&e5;</title>" TAIL, FEED_OK, "\"title\":\"x\"", NULL, "", 0 },
	{ "names that would flood a table", 0, 0, HEAD, "<x%/>", 50000, "<item><guid>1</guid></item>" TAIL, FEED_OK, "", "warnings", "{\"id\"", 1 },
	{ "a text of megabytes", 0, 0, HEAD "<item><description>", "0123456789abcdef", 700000, "</description></item>" TAIL, FEED_OK, "limit: a text of more than 8388608 bytes", NULL, "{\"id\"", 1 },
	{ "a comment of megabytes", 0, 0, HEAD "<!-- ", "0123456789abcdef", 300000, "--><item><guid>1</guid></item>" TAIL, FEED_OK, "", "warnings", "{\"id\"", 1 },
	{ "less-thans by the hundred thousand", 0, 0, HEAD "<title>", "<", 300000, "</title><item><guid>1</guid></item>" TAIL, FEED_OK, "", NULL, "{\"id\"", 1 },
	{ "ampersands by the hundred thousand", 0, 0, HEAD "<title>", "&", 300000, "</title><item><guid>1</guid></item>" TAIL, FEED_OK, "", NULL, "{\"id\"", 1 },
	{ "an unfinished tag of megabytes", 0, 0, HEAD "<item><guid>1</guid></item><title ", "a%=\"b", 300000, "", FEED_OK, "", NULL, "{\"id\"", 1 },
	{ "end tags by the hundred thousand", 0, 0, HEAD, "</x%>", 300000, "<item><guid>1</guid></item>" TAIL, FEED_OK, "", NULL, "{\"id\"", 1 },
	{ "items that are never closed", 0, 0, HEAD, "<item><guid>%</guid>", 5000, "", FEED_OK, "", NULL, "{\"id\"", 5000 },
	{ "nested categories", 0, 0, "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel>", "<itunes:category text='c%'>", 200, "", FEED_OK,
	    "\"term\":\"c9\"", NULL, "", 0 },
	{ "json_bytes of many items", LIMIT(json_bytes), 1000, "{\"items\":[", "{\"id\":\"%\",\"title\":\"a \\\"{[,\"},", 100, "{}]}", FEED_OK,
	    "", "limit", "{\"id\"", 101 },
	{ "JSON of empty arrays", 0, 0, "{\"items\":[{\"id\":\"1\",\"tags\":[", "[],", 1000000, "[]]},{\"id\":\"2\"}]}", FEED_OK, "limit: JSON", "\"1\"", "{\"id\"", 1 },
	{ "JSON of empty arrays where nobody looks", 0, 0, "{\"items\":[{\"id\":\"1\"}],\"x\":[", "[],", 1000000, "[]]}", FEED_OK, "", "limit", "{\"id\"", 1 },
	{ "white space by the megabyte", 0, 0, "", "                ", 500000, HEAD "<item><guid>1</guid></item>" TAIL, FEED_OK, "", NULL, "{\"id\"", 1 },
	{ "JSON nested deeply", 0, 0, "{\"items\":[],\"x\":", "[", 100000, "", FEED_OK, "json:", NULL, "", 0 },
	{ "an item of JSON nested deeply", 0, 0, "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"x\":", "[", 90000, "", FEED_OK, "json:", NULL, "{\"id\"", 2 },
	{ "json_bytes", LIMIT(json_bytes), 1000, "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"tags\":[0", ",%", 30, "]},{\"id\":\"3\"}]}", FEED_OK, "limit: JSON of more than", "\"2\"", "{\"id\"", 2 },
	{ "bare quotes by the hundred thousand", 0, 0, "{\"items\":[{\"id\":\"1\",\"title\":\"", "\"x ", 300000, "\"}]}", FEED_OK, "json:", NULL, "{\"id\"", 1 },
	{ "quotes in pairs by the hundred thousand", 0, 0, "{\"items\":[{\"id\":\"1\",\"title\":", "\"\" ", 300000, "}]}", FEED_OK, "json:", NULL, "{\"id\"", 1 },
	{ "json_bytes of the feed", LIMIT(json_bytes), 2000, "{\"items\":[{\"id\":\"1\"}],\"authors\":[{}", ",{}", 30, "]}", FEED_OK, "limit: JSON of more than", NULL, "{\"id\"", 1 },
	{ "text_bytes of JSON", LIMIT(text_bytes), 99, "{\"items\":[{\"content_text\":\"", "\xc3\xa9", 100, "\"}]}", FEED_OK, "limit: a text of more than 99 bytes", "\xef\xbf\xbd", "\xc3\xa9", 49 },
};

static unsigned
check(const struct row *row, size_t chunk)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
	unsigned failed = 0;
	int rc;

	if (row->limit != 0)
		memcpy((char *)&opt.limits + row->limit_at, &row->limit, sizeof(row->limit));
	build(&doc, row->head, row->piece, row->count, row->tail);
	rc = feed_dump(doc.ptr, doc.len, chunk, &opt, &out);
	if (rc != row->rc || strstr(buf_str(&out), row->want) == NULL ||
	    (row->unwanted != NULL && strstr(buf_str(&out), row->unwanted) != NULL) ||
	    (*row->counted != '\0' && count_of(buf_str(&out), row->counted) != row->times)) {
		print_error("%s (pieces of %zu): %d, %zu times, %.1500s ... %s", row->name, chunk, rc,
		    *row->counted != '\0' ? count_of(buf_str(&out), row->counted) : 0, buf_str(&out),
		    out.len > 3000 ? out.ptr + out.len - 1500 : "");
		failed++;
	}
	buf_free(&doc);
	buf_free(&out);
	return failed;
}

static void
test_rows(void **state)
{
	unsigned failed = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		failed += check(&rows[i], 0);
		failed += check(&rows[i], 4096);
	}
	assert_int_equal(failed, 0);
}

/* A member that no row names has no test. */
static void
test_every_limit(void **state)
{
	size_t at, i;

	(void)state;
	for (at = 0; at < sizeof(struct feed_limits); at += sizeof(size_t)) {
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].limit != 0 && rows[i].limit_at == at)
				break;
		if (i == sizeof(rows) / sizeof(rows[0]))
			fail_msg("no row for the limit at offset %zu", at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_every_limit) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
