/*
 * Whether what is exported keeps the rules of its format, whatever feeds have said: all of exports/items.jsonl and of exports/hostile.jsonl,
 * which has entries that break each of them; and whether those who look at that would see it (valid.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/gazette/export-kit.h"
#include "tests/gazette/valid.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { HUGE_BYTES = 256 * 1024 };

/* --- what is wrong is seen: the last one of each has nothing wrong ------------------------------------------ */

struct row { const char *text, *why; };

#define FEED(rest) "<feed xmlns=\"http://www.w3.org/2005/Atom\">" rest "</feed>"
#define HEAD "<id>urn:a</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>"
#define BY "<author><name>n</name></author>"
#define ATOM(rest) FEED(HEAD BY rest)
#define ENTRY(rest) ATOM("<entry>" HEAD rest "</entry>")
#define LINK "<link href=\"https://a/\"/>"

static const struct row atoms[] = {
	{ "<feed>", "Premature end" },
	{ "<feed/>", "feed: is not a:feed" },
	{ "<rss/>", "rss: is not a:feed" },
	{ FEED("<title>t</title><updated>2026-01-01T00:00:00Z</updated>"), "feed: has no a:id" },
	{ FEED("<id>urn:a</id><updated>2026-01-01T00:00:00Z</updated>"), "feed: has no a:title" },
	{ FEED("<id>urn:a</id><title>t</title>"), "feed: has no a:updated" },
	{ FEED(HEAD "<id>urn:b</id>"), "feed: has more than one a:id" },
	{ FEED("<id>a b</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>"), "id: has the text a b" },
	{ FEED("<id>a</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>"), "id: has the text a" },
	{ FEED("<id>urn:a</id><title>t</title><updated>Thu, 01 Jan 2026 00:00:00 GMT</updated>"), "updated: has the text Thu" },
	{ FEED("<id>urn:a</id><title>t</title><updated>2026-13-01T00:00:00Z</updated>"), "updated: has the text" },
	{ FEED("<id>urn:a</id><title>t</title><updated>2026-01-01</updated>"), "updated: has the text" },
	{ FEED(HEAD "<entry>" HEAD LINK "</entry>"), "entry: has no a:author" },
	{ ENTRY(""), "entry: has neither content nor an alternate" },
	{ ENTRY("<link rel=\"related\" href=\"https://a/\"/>"), "entry: has neither content nor an alternate" },
	{ ENTRY(LINK LINK), "link: is a second alternate" },
	{ ENTRY(LINK "<link rel=\"alternate\" href=\"https://b/\"/>"), "link: is a second alternate" },
	{ ENTRY(LINK "<source>" LINK LINK "</source>"), "link: is a second alternate" },
	{ ENTRY("<link/>"), "link: has no href" },
	{ ENTRY("<link href=\"https://a/ b\"/>"), "link: href" },
	{ ENTRY("<link href=\"/a\"/>"), "link: href" },
	{ ENTRY("<link href=\"https://a/%zz\"/>"), "link: href" },
	{ ENTRY(LINK "<link href=\"https://b/\" rel=\"a b\"/>"), "link: rel" },
	{ ENTRY("<link href=\"https://a/\" type=\"text\"/>"), "link: type" },
	{ ENTRY("<link href=\"https://a/\" hreflang=\"en_GB\"/>"), "link: hreflang" },
	{ ENTRY("<link href=\"https://a/\" length=\"-1\"/>"), "link: length" },
	{ ENTRY("<link href=\"https://a/\" name=\"x\"/>"), "link: may not have the attribute name" },
	{ ENTRY(LINK "<category label=\"x\"/>"), "category: has no term" },
	{ ENTRY(LINK "<author><name> </name></author>"), "name: has the text" },
	{ ENTRY(LINK "<author><uri>https://a/</uri></author>"), "author: has no a:name" },
	{ ENTRY(LINK "<author><name>n</name><email>n</email></author>"), "email: has the text" },
	{ ENTRY(LINK "<author><name>n</name><uri>a page</uri></author>"), "uri: has the text" },
	{ ENTRY(LINK "<pubDate>x</pubDate>"), "pubDate: may not be in a:entry" },
	{ ENTRY(LINK "<title>again</title>"), "entry: has more than one a:title" },
	{ ENTRY("<content type=\"text/html\">x</content>"), "content: type" },
	{ ENTRY(LINK "<summary xml:lang=\"very english\">x</summary>"), "summary: is in the language" },
	{ ENTRY(LINK "<dc:x>y</dc:x>"), "Namespace prefix dc" },
	{ ENTRY(LINK "<rights>&#1;</rights>"), "invalid xmlChar" },
	{ ATOM("<entry>" HEAD LINK "</entry><entry>" HEAD LINK "</entry>"), "id: is there twice: urn:a" },
	{ ENTRY(LINK "<x:y xmlns:x=\"urn:x\" z=\"1\"/><link href=\"https://a/de\" hreflang=\"de\"/>"), NULL },
};

#define RSS(rest) "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>" rest "</channel></rss>"
#define CHANNEL(rest) RSS("<title>t</title><link>https://a/</link><description>d</description>" rest)
#define ITEM(rest) CHANNEL("<item><title>t</title>" rest "</item>")

static const struct row rsses[] = {
	{ "<rss/>", "rss: has no version" },
	{ "<rss version=\"1.0\"><channel/></rss>", "rss: version 1.0" },
	{ "<rss version=\"2.0\"/>", "rss: has no channel" },
	{ RSS("<title>t</title><link>https://a/</link>"), "channel: has no description" },
	{ RSS("<title>t</title><description>d</description>"), "channel: has no link" },
	{ RSS("<link>https://a/</link><description>d</description>"), "channel: has no title" },
	{ RSS("<title/><link>https://a/</link><description>d</description>"), "title: has the text" },
	{ RSS("<title>t</title><link>a</link><description>d</description>"), "link: has the text a" },
	{ CHANNEL("<lastBuildDate>2026-01-01T00:00:00Z</lastBuildDate>"), "lastBuildDate: has the text" },
	{ CHANNEL("<item/>"), "item: has neither title nor description" },
	{ ITEM("<pubDate>Mon, 01 Jan 2026 00:00:00 +0000</pubDate>"), "pubDate: has the text Mon" },
	{ ITEM("<pubDate>Tue, 31 Feb 2026 00:00:00 +0000</pubDate>"), "pubDate: has the text" },
	{ ITEM("<pubDate>Thu, 01 Jan 99 00:00:00 +0000</pubDate>"), "pubDate: has the text" },
	{ ITEM("<guid>not a link</guid>"), "guid: is no link: not a link" },
	{ ITEM("<guid isPermaLink=\"no\">x</guid>"), "guid: isPermaLink no" },
	{ ITEM("<guid isPermaLink=\"false\"/>"), "guid: has the text" },
	{ CHANNEL("<item><title>t</title><guid>https://a/</guid></item><item><title>t</title><guid>https://a/</guid></item>"), "guid: is there twice" },
	{ ITEM("<enclosure url=\"https://a/\" type=\"a/b\"/>"), "enclosure: has no length" },
	{ ITEM("<enclosure url=\"https://a/\" length=\"1\"/>"), "enclosure: has no type" },
	{ ITEM("<enclosure url=\"ftp://a/\" length=\"1\" type=\"a/b\"/>"), "enclosure: url" },
	{ ITEM("<enclosure url=\"https://a/\" length=\"1k\" type=\"a/b\"/>"), "enclosure: length" },
	{ ITEM("<enclosure url=\"https://a/\" length=\"1\" type=\"audio\"/>"), "enclosure: type" },
	{ ITEM("<enclosure url=\"https://a/\" length=\"1\" type=\"a/b\"/><enclosure url=\"https://a/\" length=\"1\" type=\"a/b\"/>"),
	    "item: has more than one enclosure" },
	{ ITEM("<source>s</source>"), "source: has no url" },
	{ ITEM("<author>n@a (N)</author>"), "author: may not be in item" },
	{ ITEM("<category/>"), "category: has the text" },
	{ ITEM("<atom:link href=\"a\"/>"), "link: href" },
	{ ITEM("<media:x/>"), "Namespace prefix media" },
	{ ITEM("<pubDate>Thu, 01 Jan 2026 00:00:00 +0000</pubDate><guid isPermaLink=\"false\">x y</guid>"), NULL },
};

#define JSON(rest) "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\"," rest "}"
#define ITEMS(rest) JSON("\"items\":[" rest "]")
#define PART(rest) ITEMS("{\"id\":\"1\",\"content_text\":\"\"," rest "}")

static const struct row jsons[] = {
	{ "{", "line 1:" },
	{ "[]", "feed: is no object" },
	{ "{\"items\":[],\"title\":\"t\"}", "feed: has no version" },
	{ "{\"version\":\"2\",\"items\":[],\"title\":\"t\"}", "feed.version: 2" },
	{ JSON("\"authors\":[]"), "feed: has no items" },
	{ JSON("\"items\":{}"), "feed.items: has another type" },
	{ JSON("\"items\":[],\"items\":[]"), "line 1: duplicate" },
	{ JSON("\"items\":[],\"feed_url\":\"a b\""), "feed.feed_url: a b" },
	{ ITEMS("{\"content_text\":\"\"}"), "feed.items[0]: has no id" },
	{ ITEMS("{\"id\":1,\"content_text\":\"\"}"), "feed.items[0].id: has another type" },
	{ ITEMS("{\"id\":\"1\"}"), "feed.items[0]: has no content_html" },
	{ ITEMS("{\"id\":\"1\",\"content_text\":\"\"},{\"id\":\"1\",\"content_text\":\"\"}"), "feed.items[1].id: is there twice" },
	{ ITEMS("{\"id\":\"\\ud800\",\"content_text\":\"\"}"), "line 1: invalid Unicode" },
	{ PART("\"url\":\"/a\""), "feed.items[0].url: /a" },
	{ PART("\"date_published\":\"yesterday\""), "feed.items[0].date_published: yesterday" },
	{ PART("\"tags\":[1]"), "feed.items[0].tags[0]: is no text" },
	{ PART("\"authors\":[{}]"), "feed.items[0].authors[0]: has no name and the like" },
	{ PART("\"attachments\":[{\"url\":\"https://a/\"}]"), "feed.items[0].attachments[0]: has no mime_type" },
	{ PART("\"attachments\":[{\"mime_type\":\"a/b\"}]"), "feed.items[0].attachments[0]: has no url" },
	{ PART("\"attachments\":[{\"mime_type\":\"a/b\",\"url\":\"https://a/\",\"size_in_bytes\":-1}]"), "size_in_bytes: has another type" },
	{ PART("\"language\":\"en_GB\""), "feed.items[0].language: en_GB" },
	{ PART("\"guid\":\"x\""), "feed.items[0].guid: is no member" },
	{ PART("\"_own\":{\"guid\":1},\"tags\":[\"a\"]"), NULL },
};

static size_t
count_unseen(const char *what, void (*check)(const char *, size_t, struct buf *), const struct row *rows, size_t count)
{
	struct buf	 why = BUF_INIT(1 << 16);
	size_t		 wrong = 0;

	for (size_t i = 0; i < count; i++) {
		buf_clear(&why);
		check(rows[i].text, strlen(rows[i].text), &why);
		if (rows[i].why != NULL ? strstr(buf_str(&why), rows[i].why) != NULL : why.len == 0)
			continue;
		print_error("%s, row %zu: %s\n", what, i, buf_str(&why));
		wrong++;
	}
	buf_free(&why);
	return wrong;
}

static void
test_rules(void **state)
{
	(void)state;
	assert_int_equal(count_unseen("Atom", valid_atom, atoms, COUNT(atoms)), 0);
	assert_int_equal(count_unseen("RSS", valid_rss, rsses, COUNT(rsses)), 0);
	assert_int_equal(count_unseen("JSON Feed", valid_jsonfeed, jsons, COUNT(jsons)), 0);
}

/* --- what is exported ------------------------------------------------------------------------------------------ */

static const struct {
	const char			*name;
	const struct export_format	*format;
	void				 (*check)(const char *, size_t, struct buf *);
} formats[] = {
	{ "Atom", &export_atom, valid_atom }, { "RSS", &export_rss, valid_rss }, { "JSON Feed", &export_jsonfeed, valid_jsonfeed }
};

static const struct cmd_options options[] = {
	{ 0 }, { .title = "", .self = "https://example.com/all" }, { .title = " \x01 ", .self = NULL }, { .title = "]]> & <b>", .self = NULL }
};

static void
check_file(const char *path)
{
	struct buf	 out = BUF_INIT(1 << 26), why = BUF_INIT(1 << 20);
	size_t		 wrong = 0;

	for (size_t i = 0; i < COUNT(formats); i++)
		for (size_t j = 0; j < COUNT(options); j++) {
			buf_clear(&out);
			buf_clear(&why);
			export_kit_run(path, formats[i].format, &options[j], &out);
			formats[i].check(buf_str(&out), out.len, &why);
			if (why.len > 0)
				print_error("%s, options %zu:\n%s\n", formats[i].name, j, buf_str(&why));
			wrong += why.len > 0;
		}
	buf_free(&out);
	buf_free(&why);
	assert_int_equal(wrong, 0);
}

static void
test_items(void **state)
{
	(void)state;
	check_file("exports/items.jsonl");
}

static void
test_hostile(void **state)
{
	(void)state;
	check_file("exports/hostile.jsonl");
}

/* An entry whose texts are longer than anybody writes them, of all that has to be escaped. */
static void
test_huge(void **state)
{
	static const char	 part[] = "<&\">]]>\x01 \xef\xbf\xbf%{\xc3\xa4";
	char			 path[] = "/tmp/test-valid.XXXXXX";
	struct buf		 text = BUF_INIT(HUGE_BYTES + 64);
	int			 fd = mkstemp(path);
	FILE			*file = fdopen(fd, "w");
	json_t			*item;

	(void)state;
	assert_non_null(file);
	buf_puts(&text, "https://example.org/");
	while (text.len < HUGE_BYTES)
		buf_puts(&text, part);
	item = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s}], s:[{s:s, s:s}], s:{s:i, s:i, s:[s]}}", "id", buf_str(&text), "url", buf_str(&text),
	    "title", buf_str(&text), "content_html", buf_str(&text), "language", buf_str(&text), "authors", "name", buf_str(&text), "attachments",
	    "url", buf_str(&text), "mime_type", buf_str(&text), "_gazette", "item", 1, "feed", 1, "categories", buf_str(&text));
	assert_non_null(item);
	assert_int_equal(json_dumpf(item, file, JSON_COMPACT), 0);
	assert_int_equal(fputc('\n', file), '\n');
	assert_int_equal(fclose(file), 0);
	check_file(path);
	unlink(path);
	json_decref(item);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_rules), cmocka_unit_test(test_items), cmocka_unit_test(test_hostile), cmocka_unit_test(test_huge)
	};

	if (export_kit_begin() == -1)
		return 99;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
