/* discover: which feeds a page names, in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/buf.h"
#include "feeds/discover.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { OUT_BYTES = 1 << 24, MAX = 16 };

static const char rss[] = "<link rel=alternate type=application/rss+xml href=";

/* want: "URL title|type" lines; the page is at http://x/p/q */
static const struct { const char *html, *want; } rows[] = {
	{ "", "" }, { "<html><body><p>no feed</p>", "" },
	{ "<link rel=alternate type='application/rss+xml' title='A &amp; B' href='/f?a&amp;b'>", "http://x/f?a&b A & B|application/rss+xml\n" },
	{ "<LINK REL='Alternate' TYPE='APPLICATION/ATOM+XML' HREF=f />", "http://x/p/f -|APPLICATION/ATOM+XML\n" },
	{ "<link rel='home alternate' type='application/feed+json; charset=x' href=f>", "http://x/p/f -|application/feed+json; charset=x\n" },
	{ "<link rel=feed href=f>", "http://x/p/f -|-\n" }, { "<link rel=feed type=text/html href=f>", "" },
	{ "<link rel=alternate href=f>", "" }, { "<link rel=alternate type=text/html href=f hreflang=de>", "" },
	{ "<link rel='alternate stylesheet' type=text/xml href=f>", "" }, { "<link rel=stylesheet type=application/rss+xml href=f>", "" },
	{ "<link rel=alternate type=application/rss+xml>", "" }, { "<link rel=alternate type=application/rss+xml href=''>", "" },
	{ "<link rel=alternate type=application/rss+xml href=javascript:x>", "" }, { "<link rel=alternate type=application/json href=/wp-json/1>", "" },
	{ "<link rel=alternate type=application/json href=/feed.json>", "http://x/feed.json -|application/json\n" },
	{ "<link rel=alternate type=text/xml+oembed href=f>", "" },
	/* the base, once */
	{ "<base href=/b/><base href=/c/><link rel=feed href=f>", "http://x/b/f -|-\n" }, { "<base href=http://y><link rel=feed href=f>", "http://y/f -|-\n" },
	{ "<base href=javascript:x><link rel=feed href=f>", "http://x/p/f -|-\n" },
	/* order: declared, vague or about comments, likely anchors, possible ones */
	{ "<a href=/rss>R</a><link rel=alternate type=text/xml href=v><link rel=alternate type=application/rss+xml title='Comments' href=c>"
	    "<link rel=alternate type=application/rss+xml href=d><a href=/x.xml>X</a>",
	    "http://x/p/d -|application/rss+xml\nhttp://x/p/v -|text/xml\nhttp://x/p/c Comments|application/rss+xml\n"
	    "http://x/rss R|-\nhttp://x/x.xml X|-\n" },
	/* each once */
	{ "<link rel=feed href=f><link rel=feed href=./f title=again><a href=f>x</a>", "http://x/p/f -|-\n" },
	/* anchors */
	{ "<a href=/feed/>the <b>feed</b> &amp;c</a>", "http://x/feed/ the feed &c|-\n" }, { "<a href=/a.atom title=T>x</a>", "http://x/a.atom T|-\n" },
	{ "<a href='?feed=rss2'>x</a><a href='/?a&amp;format=atom'>y</a>", "http://x/p/q?feed=rss2 x|-\nhttp://x/?a&format=atom y|-\n" },
	{ "<a href=http://feeds.y/z>f</a>", "http://feeds.y/z f|-\n" }, { "<a href=/f type=application/rss+xml>f</a>", "http://x/f f|application/rss+xml\n" },
	{ "<a href=feed://y/f.rss>f</a><a href=feed:https://z/f.rss>f</a>", "http://y/f.rss f|-\nhttps://z/f.rss f|-\n" },
	{ "<a href=/sitemap.xml>s</a><a href=/subscriptions.opml.xml>o</a><a href=/feedback>f</a><a href=/>h</a><a>n</a>", "" },
	{ "<a href=/comments/feed>c</a><a href=/feed>f</a>", "http://x/feed f|-\nhttp://x/comments/feed c|-\n" },
	{ "<a href=/rss><img src=x></a>", "http://x/rss -|-\n" }, { "<a href=/rss>never closed", "http://x/rss never closed|-\n" },
	/* not markup */
	{ "<!-- <link rel=feed href=f> --><script>'<link rel=feed href=f>'</script>", "" },
};

static void
describe(const char *html, size_t len, const char *url, size_t max, struct buf *out)
{
	struct arena *arena = arena_new(0);
	struct feed_candidate *list = NULL;
	size_t n = discover_feeds(arena, html, len, url, max, &list);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s %s|%s\n", list[i].url, list[i].title != NULL ? list[i].title : "-",
		    list[i].type != NULL ? list[i].type : "-");
	arena_free(arena);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);

		describe(rows[i].html, strlen(rows[i].html), "http://x/p/q", MAX, &out);
		if (strcmp(buf_str(&out), rows[i].want) != 0)
			fail_msg("row %zu: %s names\n%s", i, rows[i].html, buf_str(&out));
		buf_free(&out);
	}
}

static void
test_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t len = 0; len <= strlen(rows[i].html); len++) {
			char *exact = malloc(len + (len == 0));
			struct buf out = BUF_INIT(OUT_BYTES);

			memcpy(exact, rows[i].html, len);
			describe(exact, len, NULL, MAX, &out);
			buf_free(&out);
			free(exact);
		}
}

/* The limit counts the best ones, and many links cost no more than their number. */
static void
test_many(void **state)
{
	struct buf html = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_printf(&html, "<a href=/%d.xml>%d</a>%s%d>", i, i, rss, i);
	describe(html.ptr, html.len, "http://x/", 2, &out);
	assert_string_equal(buf_str(&out), "http://x/0 -|application/rss+xml\nhttp://x/1 -|application/rss+xml\n");
	buf_clear(&out);
	describe(html.ptr, html.len, "http://x/", 0, &out);
	assert_int_equal(out.len, 0);
	buf_free(&html);
	buf_free(&out);
}

/* A title that is too long is none; of an anchor's text only so much is looked at. */
static void
test_title(void **state)
{
	struct buf html = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);

	(void)state;
	buf_printf(&html, "<link rel=feed href=f title='%05000d'><a href=/rss>", 1);
	for (int i = 0; i < 100; i++)
		buf_puts(&html, "<b>x</b>");
	buf_puts(&html, "</a>");
	describe(html.ptr, html.len, "http://x/", MAX, &out);
	assert_string_equal(buf_str(&out), "http://x/f -|-\nhttp://x/rss xxxxx|-\n");
	buf_free(&html);
	buf_free(&out);
}

/* Without the page's URL relative references lead nowhere. */
static void
test_without_url(void **state)
{
	static const char html[] = "<link rel=feed href=f><link rel=feed href=http://y/g>";
	struct buf out = BUF_INIT(OUT_BYTES);

	(void)state;
	describe(html, sizeof(html) - 1, NULL, MAX, &out);
	assert_string_equal(buf_str(&out), "http://y/g -|-\n");
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_prefixes), cmocka_unit_test(test_many),
		cmocka_unit_test(test_title), cmocka_unit_test(test_without_url),
	};

	return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
