/*
 * Streaming: entries come while the document still does, those that must wait do, and a document
 * cut or damaged anywhere gives the same however its bytes are cut.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/feed-dump.h"

enum { OUT_BYTES = 1 << 26, PATH_BYTES = 4096 };

/* --- when an entry comes ------------------------------------------------------------------------------------- */

struct row {
	const char	*name;
	const char	*pieces[8];
	unsigned	 after[8];	/* entries handed out after each piece */
};

#define HEAD	"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>"
#define HOME	"<link>http://h.example/</link><language>en</language>"

static const struct row rows[] = {
	{ "as soon as it ends", { HEAD HOME "<item><guid>1</guid>", "</item>", "<item>", "</item>" }, { 0, 1, 1, 2 } },
	{ "without a home page, if it needs none", { HEAD "<item><guid>1</guid></item>", "<item><link>http://i.example/</link></item>" }, { 1, 2 } },
	{ "a relative link waits", { HEAD "<item><link>x</link></item>", "<link>http://h.example/</link>", "<item/>", "<item/>" }, { 0, 1, 2, 3 } },
	{ "those behind it wait too", { HEAD "<item><link>x</link></item>", "<item/>", "</channel></rss>" }, { 0, 0, 0 } },
	{ "a relative link in the body waits", { HEAD "<item><description>&lt;a href='x'&gt;</description></item>" }, { 0 } },
	{ "but not below its own link", { HEAD "<item><link>http://i.example/</link><description>&lt;a href='x'&gt;</description></item>" }, { 1 } },
	{ "and not below xml:base", { HEAD "<item xml:base='http://i.example/'><link>x</link></item>" }, { 1 } },
	{ "a relative enclosure waits", { HEAD "<item><enclosure url='a.mp3'/></item>" }, { 0 } },
	{ "a language waits for the feed's", { HEAD "<item><dc:language>en</dc:language></item>", "<language>en</language>", "<item/>" }, { 0, 1, 2 } },
	{ "both are known", { HEAD "<item><dc:language>en</dc:language></item>", HOME, "<item/>" }, { 0, 1, 2 } },
	{ "xml:lang of the root is known at once", { "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry xml:lang='de'/>" }, { 1 } },
	{ "a link of HTML settles atom", { "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://h.example/'/><entry><link href='x'/></entry>" }, { 1 } },
	{ "a link of another type does not", { "<feed xmlns='http://www.w3.org/2005/Atom'><link type='a/b' href='http://h.example/'/><entry><link href='x'/></entry>" }, { 0 } },
	{ "rdf's items come after the channel", { "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><link>http://h.example/</link></channel>",
	    "<item><link>x</link></item>" }, { 0, 1 } },
	{ "JSON, as soon as it ends", { "{\"home_page_url\":\"http://h.example/\",\"items\":[{\"id\":\"1\"", "}", ",{\"id\":\"2\",\"url\":\"x\"}", "]" }, { 0, 1, 2, 2 } },
	{ "JSON, a relative link waits", { "{\"items\":[{\"id\":\"1\"},", "{\"url\":\"x\"},{\"id\":\"3\"}", "],\"home_page_url\":\"http://h.example/\"}" }, { 1, 1, 1 } },
	{ "JSON, a link in the body waits", { "{\"items\":[{\"content_html\":\"<a href='x'>y</a>\"}" }, { 0 } },
	{ "JSON, but not below its own link", { "{\"items\":[{\"url\":\"http://i.example/\",\"content_html\":\"<a href='x'>y</a>\"}" }, { 1 } },
	{ "JSON, relative links in lists wait", { "{\"items\":[{\"attachments\":[{\"url\":\"http://i.example/a\"}]}", ",{\"attachments\":[{\"url\":\"a\"}]}" }, { 1, 1 } },
	{ "JSON, an author's link waits", { "{\"items\":[{\"author\":{\"url\":\"a\"}}" }, { 0 } },
	{ "JSON, a language waits for the feed's", { "{\"items\":[{\"id\":\"1\",\"language\":\"en\"}" }, { 0 } },
	{ "JSON, both are known", { "{\"language\":\"en\",\"items\":[{\"id\":\"1\",\"language\":\"en\"}" }, { 1 } },
	{ "after a fault too", { HEAD HOME "<title>x</b></title>", "<item></item>", "<item></item>" }, { 0, 1, 2 } },
	{ "a fault does not give them twice", { HEAD HOME "<item></item>", "<item></b></item>", "<item></item>" }, { 1, 2, 3 } },
};

static void
count(void *arg, const struct doc_entry *entry)
{
	unsigned *n = arg;

	assert_int_equal(entry->ordinal, *n);
	(*n)++;
}

static void
test_when(void **state)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct feed_parser *parser;
	size_t i, j;
	unsigned n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = 0;
		parser = feed_parser_new(&opt, count, &n);
		for (j = 0; j < 8 && rows[i].pieces[j] != NULL; j++) {
			assert_int_equal(feed_parser_push(parser, rows[i].pieces[j], strlen(rows[i].pieces[j])), FEED_OK);
			if (n != rows[i].after[j])
				fail_msg("%s: %u entries after piece %zu instead of %u", rows[i].name, n, j, rows[i].after[j]);
		}
		assert_int_equal(feed_parser_finish(parser), FEED_OK);
		feed_parser_free(parser);
	}
}

/* What is kept is seen: of XML since the last item, of JSON since the last item and what waits. */
static void
test_kept(void **state)
{
	static const struct { const char *head, *item, *half; } kinds[] = {
		{ HEAD HOME, "<item><guid>1</guid></item>", "<item><title>" },
		{ "{\"home_page_url\":\"http://h.example/\",\"items\":[{}", ",{\"id\":\"1\"}", ",{\"id\":\"" },
	};
	static const char word[] = "0123456789abcdef";
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct feed_parser *parser;
	size_t i, j;
	unsigned n;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		n = 0;
		parser = feed_parser_new(&opt, count, &n);
		feed_parser_push(parser, kinds[i].head, strlen(kinds[i].head));
		for (j = 0; j < 10000; j++)
			feed_parser_push(parser, kinds[i].item, strlen(kinds[i].item));
		assert_true(n >= 10000);
		assert_true(feed_parser_kept(parser) < 64 * 1024);
		feed_parser_push(parser, kinds[i].half, strlen(kinds[i].half));
		for (j = 0; j < 10000; j++)
			feed_parser_push(parser, word, strlen(word));
		assert_true(feed_parser_kept(parser) >= 10000 * strlen(word));
		feed_parser_free(parser);
	}
}

/* --- pages ------------------------------------------------------------------------------------------------------- */

/* That it is a page is seen in its first bytes; the feeds it names may come much later. */
static void
test_page(void **state)
{
	static const char start[] = "<!DOCTYPE html><html><head><style>", rule[] = "p{margin:0}\n";
	static const char end[] = "</style><link rel=alternate type='application/rss+xml' href='http://f.example/late'></head></html>";
	struct feed_options opt = FEED_OPTIONS_INIT;
	const struct feed_candidate *list;
	struct feed_parser *parser;
	size_t n;

	(void)state;
	parser = feed_parser_new(&opt, NULL, NULL);
	assert_int_equal(feed_parser_push(parser, start, sizeof(start) - 1), FEED_OK);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(feed_parser_push(parser, rule, sizeof(rule) - 1), FEED_OK);
	assert_int_equal(feed_parser_push(parser, end, sizeof(end) - 1), FEED_OK);
	assert_int_equal(feed_parser_finish(parser), FEED_ENOTFEED);
	list = feed_parser_candidates(parser, &n);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].url, "http://f.example/late");
	feed_parser_free(parser);
}

/* --- the same however it is cut --------------------------------------------------------------------------------- */

static void
compare(const char *name, const char *bytes, size_t len, const struct feed_options *opt)
{
	static const size_t chunks[] = { 1, 2, 3, 7, 61, 1024 };
	struct buf whole = BUF_INIT(OUT_BYTES), pieces = BUF_INIT(OUT_BYTES);
	size_t i;

	feed_dump(bytes, len, 0, opt, &whole);
	for (i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		buf_clear(&pieces);
		feed_dump(bytes, len, chunks[i], opt, &pieces);
		if (strcmp(buf_str(&whole), buf_str(&pieces)) != 0)
			fail_msg("%s, %zu bytes in pieces of %zu:\n%s%s", name, len, chunks[i], whole.ptr, pieces.ptr);
	}
	buf_free(&whole);
	buf_free(&pieces);
}

/* Whole, cut at every eighth byte, and with a byte of every kind of trouble put in. */
static void
torture(const char *name, struct buf *doc)
{
	static const char troubles[] = "<&>\"'\0\x80\xff ";
	struct feed_options opt = FEED_OPTIONS_INIT;
	size_t at;
	char saved;

	opt.url = "http://u.example/d/f";
	compare(name, doc->ptr, doc->len, &opt);
	for (at = 3; at < doc->len; at += 31) {
		compare(name, doc->ptr, at, &opt);
		saved = doc->ptr[at];
		doc->ptr[at] = troubles[at % (sizeof(troubles) - 1)];
		compare(name, doc->ptr, doc->len, &opt);
		doc->ptr[at] = saved;
	}
}

static const char *
data_dir(char out[PATH_BYTES])
{
	const char *top = getenv("top_srcdir");

	snprintf(out, PATH_BYTES, "%s/tests/feeds/data", top != NULL ? top : ".");
	return out;
}

static void
test_cuts(void **state)
{
	char dir[PATH_BYTES], path[2 * PATH_BYTES];
	struct buf doc = BUF_INIT(OUT_BYTES);
	struct dirent *entry;
	unsigned n_files = 0;
	DIR *list = opendir(data_dir(dir));

	(void)state;
	assert_non_null(list);
	while ((entry = readdir(list)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		buf_clear(&doc);
		feed_dump_file(path, &doc);
		torture(entry->d_name, &doc);
		n_files++;
	}
	closedir(list);
	buf_free(&doc);
	assert_true(n_files > 20);
}

/* Bytes in other encodings are looked at together before they are believed. */
static void
test_lookahead(void **state)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES);
	size_t i;

	(void)state;
	opt.limits.lookahead_bytes = 2000;
	buf_puts(&doc, "<?xml version='1.0' encoding='shift_jis'?>" HEAD HOME);
	for (i = 0; i < 60; i++)
		buf_printf(&doc, "<item><guid>%zu</guid><title>\x83j\x83\x85\x81[\x83X</title></item>", i);
	buf_puts(&doc, "</channel></rss>");
	compare("lookahead", doc.ptr, doc.len, &opt);
	buf_puts(&doc, "<!-- \xff\xff\xff -->");
	compare("lookahead, and errors after it", doc.ptr, doc.len, &opt);
	buf_free(&doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when), cmocka_unit_test(test_kept), cmocka_unit_test(test_page), cmocka_unit_test(test_cuts), cmocka_unit_test(test_lookahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
