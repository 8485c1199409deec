/* opml: the three forms, encodings, what is broken, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/opml-read.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OPML(body) "<opml version=\"2.0\"><head><title>T</title></head><body>" body "</body></opml>"

enum { OUT_BYTES = 1 << 24 };

/* "URL;title;home page;tag|tag;key=value" lines, then "?name=filter" lines. */
static void
describe(const struct opml *opml, struct buf *out)
{
	for (size_t i = 0; i < opml->n_feeds; i++) {
		const struct opml_feed *feed = &opml->feeds[i];

		buf_printf(out, "%s;%s;%s;", feed->url, feed->title != NULL ? feed->title : "-",
		    feed->home_page_url != NULL ? feed->home_page_url : "-");
		for (size_t k = 0; k < feed->n_tags; k++)
			buf_printf(out, "%s%s", k != 0 ? "|" : "", feed->tags[k]);
		for (size_t k = 0; k < feed->n_settings; k++)
			buf_printf(out, ";%s=%s", feed->settings[k].key, feed->settings[k].value);
		buf_puts(out, "\n");
	}
	for (size_t i = 0; i < opml->n_searches; i++)
		buf_printf(out, "?%s=%s\n", opml->searches[i].name, opml->searches[i].filter);
}

/* want NULL: an error; error: how it, or what is said beside a result, begins */
static const struct { const char *text, *want, *error; } rows[] = {
	/* OPML */
	{ OPML(""), "", NULL },
	{ OPML("<outline text='A' title='B' type='rss' xmlUrl='http://a/' htmlUrl='http://h/'/>"), "http://a/;A;http://h/;\n", NULL },
	{ OPML("<outline title='B' xmlUrl='http://a/'/>"), "http://a/;B;-;\n", NULL }, { OPML("<outline xmlUrl='http://a/'/>"), "http://a/;-;-;\n", NULL },
	{ OPML("<outline text='http://a/' xmlUrl='http://a/'/>"), "http://a/;-;-;\n", NULL },
	{ OPML("<OUTLINE TEXT=A XMLURL=http://a/x>"), "http://a/x;A;-;\n", NULL },
	{ OPML("<outline text='&lt;b&gt; &amp;amp; &quot;&#233;&apos;' xmlUrl='http://a/?b&amp;c'/>"), "http://a/?b&c;<b> &amp; \"\xc3\xa9';-;\n", NULL },
	{ OPML("<outline text='A & B' xmlUrl='http://a/?b&c=d&copy=e'/>"), "http://a/?b&c=d&copy=e;A & B;-;\n", NULL },
	{ OPML("<outline text='a&#10;  b\tc' xmlUrl=' http://a/ '/>"), "http://a/;a b c;-;\n", NULL },
	{ OPML("<outline text='F'><outline text='G'><outline xmlUrl='http://a/'/></outline><outline xmlUrl='http://b/'/></outline>"
	    "<outline xmlUrl='http://c/'/>"), "http://a/;-;-;F|G\nhttp://b/;-;-;F\nhttp://c/;-;-;\n", NULL },
	{ OPML("<outline text='News/World'><outline xmlUrl='http://a/'/></outline>"), "http://a/;-;-;News/World\n", NULL },
	{ OPML("<outline xmlUrl='http://a/' category='x, y z ,/p/q,,x'/>"), "http://a/;-;-;x|y z|p|q\n", NULL },
	{ OPML("<outline xmlUrl='http://a/' category='x%2Cy,%2Fz,50%25'/>"), "http://a/;-;-;x,y|/z|50%\n", NULL },
	{ OPML("<outline text='F'><outline xmlUrl='http://a/' category='F,x'/></outline>"), "http://a/;-;-;F|x\n", NULL },
	{ OPML("<outline xmlUrl='http://a/' text='A' category='x'/><outline xmlUrl='http://a/' htmlUrl='http://h/' category='y'/>"),
	    "http://a/;A;http://h/;x|y\n", NULL },
	{ OPML("<outline url='http://a/'/><outline type='link' url='http://b/'/><outline type='include' url='http://c/'/>"), "http://a/;-;-;\n", NULL },
	{ OPML("<outline xmlUrl='feed://a/'/><outline xmlUrl='feed:https://b/'/>"), "http://a/;-;-;\nhttps://b/;-;-;\n", NULL },
	{ OPML("<outline xmlUrl='http://a/'>\n<outline xmlUrl='|command'/><outline xmlUrl='file:///x'/>"), "http://a/;-;-;\n", "line 2: a command" },
	{ "<opml><body><outline xmlUrl='http://a/'/>\n<outline text='b' xmlU", "http://a/;-;-;\n", "line 2: the file ends before </opml>" },
	{ OPML("<outline xmlUrl='ftp://a/'/>"), "", "line 1: not a URL" },
	{ OPML("<outline text='F'><outline type='HTML+XPath' xmlUrl='http://p/'/><outline type='application/rss+xml' xmlUrl='http://a/'/></outline>"),
	    "http://a/;-;-;F\n", "line 1: a page that is taken apart is no feed: http://p/" },
	{ OPML("<outline xmlUrl='http://a/' frss:CURLOPT_USERAGENT='x/1 y' frss:CURLOPT_COOKIE='a=b' username='me' password='secret'/>"),
	    "http://a/;-;-;;username=me;password=secret;user_agent=x/1 y;cookie=a=b\n", NULL },
	{ OPML("<outline xmlUrl='http://a/' updateInterval='90'/><outline xmlUrl='http://b/' updateInterval='-1'/><outline xmlUrl='http://c/' "
	    "updateInterval='0'/>"), "http://a/;-;-;;interval=90m\nhttp://b/;-;-;\nhttp://c/;-;-;\n", NULL },
	{ OPML("<outline xmlUrl='http://a/' frss:filtersActionRead='intitle:ad'/>"), "http://a/;-;-;\n",
	    "line 1: a filter that marks read: gazette rule add does that: intitle:ad" },
	{ OPML("<outline title='Unread' type='vfolder'><outline type='rule' text='unread' rule='unread' value='' additive='true'/></outline>"
	    "<outline type='rss' xmlUrl='http://a/'/>"), "http://a/;-;-;\n", "line 1: a search folder is no feed: Unread" },
	{ OPML("<outline xmlUrl='http://a/' text='never closed'><outline xmlUrl='http://b/'>"), "http://a/;never closed;-;\nhttp://b/;-;-;\n", NULL },
	{ "<opml><outline xmlUrl='http://a/' text='cut of", "", "line 1: the file ends before </opml>" }, { "<opml><outline xmlUrl=\"http://a/>\n<outline xmlUrl=http://b/>", "http://a/;-;-;\nhttp://b/;-;-;\n", "line 2: the file ends before </opml>" },
	{ "<!-- <outline xmlUrl='http://a/'/> --><opml></opml>", "", NULL }, { "\xef\xbb\xbf<opml><outline xmlUrl='http://a/'/></opml>", "http://a/;-;-;\n", NULL },
	{ "<?xml version='1.0' encoding='ISO-8859-1'?><opml><outline text='caf\xe9 \x80' xmlUrl='http://a/'/></opml>", "http://a/;caf\xc3\xa9 \xe2\x82\xac;-;\n", NULL },
	{ "<?xml version=\"1.0\" encoding=\"koi8-r\"?><opml><outline text='\xf2' xmlUrl='http://a/'/></opml>", "http://a/;\xd0\xa0;-;\n", NULL },
	{ "<?xml version='1.0' encoding='ISO-2022-JP'?><opml><outline text='\x1b$B%K\x1b(B' xmlUrl='http://a/'/></opml>", "http://a/;\xe3\x83\x8b;-;\n", NULL },
	{ "<?xml version='1.0' encoding='UTF-8'?><opml><outline text='\xe9' xmlUrl='http://a/'/></opml>", "http://a/;\xc3\xa9;-;\n", NULL },
	{ "<?xml version='1.0' encoding='no-such'?><opml><outline text='\xe9' xmlUrl='http://a/'/></opml>", "http://a/;\xc3\xa9;-;\n", NULL },
	{ "<opml><outline text='\xe9\x81' xmlUrl='http://a/'/></opml>", "http://a/;\xc3\xa9\xef\xbf\xbd;-;\n", NULL },
	{ "<rss><channel/></rss>", NULL, "line 1: this is XML or HTML, but no OPML" }, { "", NULL, "line 1: the file is empty" },
	{ " \n\t", NULL, "line 1: the file is empty" },
	/* newsboat */
	{ "http://a/\nhttps://b/ x \"y z\" \"~T \\\"U\\\"\"\n", "http://a/;-;-;\nhttps://b/;T \"U\";-;x|y z\n", NULL },
	{ "# c\n\n  http://a/ x # y\n\t\n#http://b/\n", "http://a/;-;-;x\n", NULL },
	{ "\"query:A b:unread = \\\"yes\\\"\" x\nquery:b:c\nexec:d e\nfilter:f:http://g/\nhttp://a/\n",
	    "http://a/;-;-;\n?A b=unread = \"yes\"\n?b=c\n", "line 3: a command is no feed: exec:d" },
	{ "query:b\nhttp://a/", "http://a/;-;-;\n", "line 1: a query without a name: query:b" }, { "query:a:b\n", "?a=b\n", NULL },
	{ "http://a/\xc2\x80 caf\xc2\x96\xc2\xa9\xc2", "http://a/\xc3\x82\xe2\x82\xac;-;-;caf\xc3\x82\xe2\x80\x93\xc3\x82\xc2\xa9\xc3\x82\n", NULL },
	{ "http://a/\xc2\x80 caf\xc2\x96\xc2\x81", "http://a/\xe2\x82\xac;-;-;caf\xe2\x80\x93\n", NULL },
	{ "http://a/ \"x\\`y\"", "http://a/;-;-;x\\`y\n", NULL },
	{ "hellohellohellohellohellohellohellohellohellohellohellohell\xc3\xa9hello\n", NULL, "line 1: not a URL that can be fetched: hellohello" },
	{ "http://a/ !name \"!b c\" ~Plain", "http://a/;Plain;-;hidden\n", NULL }, { "http://a/ x\nhttp://a/ y ~T\n", "http://a/;T;-;x|y\n", NULL },
	{ "http://a/ \"x\\ty\\\\z\\q\"\r\nhttp://b/\r\n", "http://a/;-;-;x y\\zq\nhttp://b/;-;-;\n", NULL }, { "http://a/ \"never closed\nhttp://b/", "http://a/;-;-;never closed\nhttp://b/;-;-;\n", NULL },
	{ "gopher://u:p@a@h/x@y\n", NULL, "line 1: not a URL that can be fetched: gopher://h/x@y" },
	{ "http://a/\nfile:///b\n", "http://a/;-;-;\n", "line 2: not a URL that can be fetched: file:///b" }, { "hello\nworld\n", NULL, "line 1: not a URL that can be fetched: hello" },
	{ "# nothing\n", "", NULL }, { "http://a/ caf\xe9", "http://a/;-;-;caf\xc3\xa9\n", NULL },
	/* newsraft */
	{ "# c\nhttp://a/ \"A b\"\n@ News < reload-period 9\nhttp://b/ \"B\" {60}\n  http://c/ < item-limit 3\n@Other\nhttp://d/\n$(cmd x)\n",
	    "http://a/;A b;-;\nhttp://b/;B;-;News\nhttp://c/;-;-;News\nhttp://d/;-;-;Other\n", "line 8: a command is no feed: $(cmd" },
	{ "@ Nothing\n", "", NULL },
	/* sfeed */
	{ "#sfeedpath=\"$HOME/.sfeed/feeds\"\n\nfeeds() {\n\t# feed <name> <url>\n\tfeed \"a b\" \"http://a/\"\n\tfeed 'c' 'http://c/' 'http://h/' 'utf-8'\n}\n",
	    "http://a/;a b;-;\nhttp://c/;c;http://h/;\n", NULL },
	{ "feeds ()\n{\nfeed x\\ y http://a/; feed \"z\\\"\" http://b/ & feed q http://c/\n}\n", "http://a/;x y;-;\nhttp://b/;z\";-;\nhttp://c/;q;-;\n", NULL },
	{ "feeds() {\n\tfeed \"a\" \\\n\t\t\"http://a/\"\n\tfeed \"b\" \"$url\"\n}", "http://a/;a;-;\n", "line 4: a variable of the shell: $url" },
	{ "feeds() {\n\tfeed \"a\\\nb\" 'http://a/'\n}", "http://a/;ab;-;\n", NULL },
	{ "feeds() {\n}\n", "", NULL }, { "feeds() {\n\tfeed \"a\"\n\tfeed \"never closed", "", NULL },
};

static void
test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *arena = arena_new(0);
		struct buf out = BUF_INIT(OUT_BYTES);
		const char *error = NULL;
		struct opml opml;
		int result = opml_read(arena, rows[i].text, strlen(rows[i].text), &opml, &error);

		describe(&opml, &out);
		if ((result == 0) != (rows[i].want != NULL) || (result == 0 && strcmp(buf_str(&out), rows[i].want) != 0))
			fail_msg("row %zu: %s is\n%s", i, rows[i].text, buf_str(&out));
		if (rows[i].error == NULL ? error != NULL : error == NULL || strncmp(error, rows[i].error, strlen(rows[i].error)) != 0)
			fail_msg("row %zu: %s: %s", i, rows[i].text, error != NULL ? error : "no error");
		buf_free(&out);
		arena_free(arena);
	}
}

/* All that was no use is named, up to a number. */
static void
test_skipped(void **state)
{
	struct arena *arena = arena_new(0);
	struct buf text = BUF_INIT(1 << 20);
	const char *error;
	struct opml opml;

	(void)state;
	for (int i = 0; i < 1200; i++)
		buf_printf(&text, "exec:%d\n", i);
	buf_puts(&text, "http://a/\n");
	assert_int_equal(opml_read(arena, buf_str(&text), text.len, &opml, &error), 0);
	assert_int_equal(opml.n_skipped, 1000);
	assert_string_equal(opml.skipped[1], "line 2: a command is no feed: exec:1");
	assert_string_equal(error, opml.skipped[0]);
	assert_int_equal(opml.n_feeds, 1);
	buf_free(&text);
	arena_free(arena);
}

static void
test_utf16(void **state)
{
	static const char text[] = "<?xml version='1.0' encoding='UTF-16'?><opml><outline text='a' xmlUrl='http://a/'/></opml>";
	static const struct { bool big, mark; } kinds[] = { { false, true }, { true, true }, { false, false }, { true, false } };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct arena *arena = arena_new(0);
		struct buf wide = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
		const char *error;
		struct opml opml;

		if (kinds[i].mark)
			buf_puts(&wide, kinds[i].big ? "\xfe\xff" : "\xff\xfe");
		for (const char *pos = text; *pos != '\0'; pos++) {
			char pair[2] = { kinds[i].big ? '\0' : *pos, kinds[i].big ? *pos : '\0' };

			buf_put(&wide, pair, 2);
		}
		assert_int_equal(opml_read(arena, wide.ptr, wide.len, &opml, &error), 0);
		describe(&opml, &out);
		if (strcmp(buf_str(&out), "http://a/;a;-;\n") != 0)
			fail_msg("row %zu: %s", i, buf_str(&out));
		buf_free(&wide);
		buf_free(&out);
		arena_free(arena);
	}
}

static void
test_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t len = 0; len <= strlen(rows[i].text); len++) {
			struct arena *arena = arena_new(0);
			char *exact = malloc(len + (len == 0));
			const char *error;
			struct opml opml;

			memcpy(exact, rows[i].text, len);
			opml_read(arena, exact, len, &opml, &error);
			free(exact);
			arena_free(arena);
		}
}

static const char *tags_one[] = { "a <b> & \"c\"" }, *tags_two[] = { "x, y", "/z" }, *tags_three[] = { "x, y", "50%25", "%2C", "p/q", "r,s" };

static void
test_write(void **state)
{
	struct opml_feed feeds[] = {
		{ .url = "http://a/?b&c=%22d%22", .title = "A & <b>\"B\"</b> 'C'", .home_page_url = "http://h/?i&j", .tags = tags_one, .n_tags = 1 },
		{ .url = "http://k/", .title = "caf\xc3\xa9 &amp; \xf0\x9f\x98\x80", .tags = tags_two, .n_tags = 2 },
		{ .url = "http://l/" }, { .url = "http://m/", .title = "m", .tags = tags_three, .n_tags = 5 },
	};
	struct opml opml = { .title = "T & \"U\"", .feeds = feeds, .n_feeds = 4 }, back;
	struct buf out = BUF_INIT(OUT_BYTES), want = BUF_INIT(OUT_BYTES), got = BUF_INIT(OUT_BYTES);
	struct arena *arena = arena_new(0);
	const char *error;

	(void)state;
	opml_write(&opml, &out);
	assert_int_equal(opml_read(arena, out.ptr, out.len, &back, &error), 0);
	assert_null(error);
	assert_string_equal(back.title, opml.title);
	describe(&(struct opml){ .feeds = &feeds[2], .n_feeds = 1 }, &want);	/* those without a folder come first */
	describe(&(struct opml){ .feeds = &feeds[0], .n_feeds = 2 }, &want);
	describe(&(struct opml){ .feeds = &feeds[3], .n_feeds = 1 }, &want);
	describe(&back, &got);
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_clear(&got);
	opml_write(&back, &got);
	assert_string_equal(buf_str(&got), buf_str(&out));
	buf_free(&out);
	buf_free(&want);
	buf_free(&got);
	arena_free(arena);
}

static void
test_write_bytes(void **state)
{
	struct opml_feed feed = { .url = "http://a/", .title = "a\x01\n\x7f" "b" };
	struct opml opml = { .feeds = &feed, .n_feeds = 1 };
	struct buf out = BUF_INIT(OUT_BYTES);

	(void)state;
	opml_write(&opml, &out);
	assert_string_equal(buf_str(&out),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>Subscriptions</title>\n"
	    "  </head>\n  <body>\n    <outline type=\"rss\" text=\"a&#10;b\" title=\"a&#10;b\" xmlUrl=\"http://a/\"/>\n"
	    "  </body>\n</opml>\n");
	buf_clear(&out);
	opml_write(&(struct opml){ .title = NULL }, &out);
	assert_non_null(strstr(buf_str(&out), "<body>\n  </body>"));
	buf_free(&out);
}

/* Deep folders, many tags and many feeds stay within bounds. */
static void
test_many(void **state)
{
	struct buf text = BUF_INIT(OUT_BYTES);
	struct arena *arena = arena_new(0);
	const char *error;
	struct opml opml;

	(void)state;
	buf_puts(&text, "<opml>");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, "<outline text='%d'><outline xmlUrl='http://a/%d'/>", i, i % 10000);
	buf_puts(&text, "<outline xmlUrl='http://b/' category='");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "t%d,", i);
	buf_puts(&text, "'/>");
	assert_int_equal(opml_read(arena, text.ptr, text.len, &opml, &error), 0);
	assert_int_equal(opml.n_feeds, 10001);
	assert_int_equal(opml.feeds[9999].n_tags, OPML_FOLDERS_MAX);
	assert_int_equal(opml.feeds[10000].n_tags, OPML_TAGS_MAX);
	buf_free(&text);
	arena_free(arena);
}

/* Titles that are too long are none, and so are words beyond those of one line. */
static void
test_limits(void **state)
{
	struct buf text = BUF_INIT(OUT_BYTES);
	struct arena *arena = arena_new(0);
	const char *error;
	struct opml opml;

	(void)state;
	for (int more = 0; more < 2; more++) {
		buf_puts(&text, "http://a/");
		buf_printf(&text, "%d \"~%*s\"\n", more, OPML_LINE_BYTES_MAX - 1 + more, "x");
		buf_printf(&text, "http://b/%d ~%0*d\n", more, OPML_LINE_BYTES_MAX + more, 1);
	}
	buf_puts(&text, "http://c/");
	for (int i = 0; i < 200; i++)
		buf_printf(&text, " t%d", i);
	assert_int_equal(opml_read(arena, text.ptr, text.len, &opml, &error), 0);
	assert_int_equal(opml.n_feeds, 5);
	assert_string_equal(opml.feeds[0].title, "x");
	assert_int_equal(strlen(opml.feeds[1].title), OPML_LINE_BYTES_MAX);
	assert_null(opml.feeds[3].title);
	assert_int_equal(opml.feeds[4].n_tags, OPML_WORDS_MAX - 1);
	buf_free(&text);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_skipped), cmocka_unit_test(test_utf16), cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_write), cmocka_unit_test(test_write_bytes), cmocka_unit_test(test_many),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("opml", tests, NULL, NULL);
}
