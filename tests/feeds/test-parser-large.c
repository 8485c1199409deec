/*
 * Large texts and many facts: what is taken over instead of copied, what is sorted, and a parser that is given up half-way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/feedjson.h"
#include "tests/feeds/feed-dump.h"

enum { OUT_BYTES = 1 << 26, LARGE = 200 * 1000, MANY = 300 };

#define HEAD	"<rss version='2.0'><channel>"
#define TAIL	"</channel></rss>"

static void
repeat(struct buf *buf, const char *text, size_t bytes)
{
	size_t end = buf->len + bytes;

	while (buf->len < end)
		buf_puts(buf, text);
}

/* head, text of LARGE bytes, tail; then whether out has what begins so and is so long. */
static void
check_large(const char *name, const char *head, const char *text, const char *tail, const char *start, size_t least)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES), whole = BUF_INIT(OUT_BYTES), pieces = BUF_INIT(OUT_BYTES);
	const char *found;

	buf_puts(&doc, head);
	repeat(&doc, text, LARGE);
	buf_puts(&doc, tail);
	assert_int_equal(feed_dump(doc.ptr, doc.len, 0, &opt, &whole), FEED_OK);
	feed_dump(doc.ptr, doc.len, 1000, &opt, &pieces);
	found = strstr(buf_str(&whole), start);
	if (found == NULL || strlen(found) < least)
		fail_msg("%s: %.300s", name, whole.ptr);
	if (strcmp(whole.ptr, buf_str(&pieces)) != 0)
		fail_msg("%s: in pieces it is another document", name);
	buf_free(&doc);
	buf_free(&whole);
	buf_free(&pieces);
}

static void
test_texts(void **state)
{
	(void)state;
	check_large("plain", HEAD "<item><description>", "word ", "</description></item>" TAIL, "\"content_text\":\"word word", LARGE);
	check_large("C1", HEAD "<item><description>", "w\xc2\x80rd ", "</description></item>" TAIL, "\"content_text\":\"w\xe2\x82\xacrd", LARGE);
	check_large("HTML", HEAD "<item><description>&lt;p&gt;", "word ", "</description></item>" TAIL, "\"content_html\":\"<p>word word", LARGE);
	check_large("HTML between blanks", HEAD "<item><description>  &lt;p&gt;", "word ", "&lt;/p&gt;\n </description></item>" TAIL,
	    "\"content_html\":\"<p>word word", LARGE);
	check_large("CDATA", HEAD "<item><description><![CDATA[<p>", "word ", "]]></description></item>" TAIL, "\"content_html\":\"<p>word word", LARGE);
	check_large("blanks only", HEAD "<item><description><![CDATA[<br-x>", "     ", "]]></description><title>t</title></item>" TAIL, "\"title\":\"t\"", 1);
	check_large("markup", HEAD "<item><description>", "<b>word</b> ", "</description></item>" TAIL, "\"content_html\":\"<b>word</b> <b>word", LARGE);
	check_large("a text around an element", "<feed xmlns='http://www.w3.org/2005/Atom'><author>", " ", "<name>n</name></author></feed>", "\"name\":\"n\"", 1);
}

/* A summary that is the beginning of a long body, and one that is all of it. */
static void
test_summaries(void **state)
{
	static const struct { size_t words; bool same; } rows[] = { { 10, false }, { 2000, false }, { 4000, true }, { 4001, false } };
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&doc);
		buf_clear(&out);
		buf_puts(&doc, "<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary>");
		for (j = 0; j < rows[i].words; j++)
			buf_printf(&doc, "w%zu ", j);
		buf_puts(&doc, "</summary><content type='html'>");
		for (j = 0; j < 4000; j++)
			buf_printf(&doc, "&lt;i&gt;w%zu&lt;/i&gt; ", j);
		buf_puts(&doc, "</content></entry></feed>");
		assert_int_equal(feed_dump(doc.ptr, doc.len, 0, &opt, &out), FEED_OK);
		if ((strstr(buf_str(&out), "\"summary\"") == NULL) != rows[i].same)
			fail_msg("%zu words", rows[i].words);
	}
	buf_free(&doc);
	buf_free(&out);
}

/* In their order, however many. */
static void
test_many_facts(void **state)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
	char number[16];
	const char *at;
	size_t i;

	(void)state;
	buf_puts(&doc, HEAD "<item>");
	for (i = 0; i < MANY; i++)
		buf_printf(&doc, "<category>c%zu;</category><title>t</title>", i);
	buf_puts(&doc, "</item>" TAIL);
	assert_int_equal(feed_dump(doc.ptr, doc.len, 0, &opt, &out), FEED_OK);
	at = buf_str(&out);
	for (i = 0; i < MANY; i++) {
		snprintf(number, sizeof(number), "\"c%zu;\"", i);
		at = strstr(at, number);
		if (at == NULL)
			fail_msg("%s is missing, or out of its order", number);
	}
	buf_free(&doc);
	buf_free(&out);
}

/* Writes each entry twice: as a whole, and so that the buffer goes out now and then. */
struct writers { struct json whole, pieces; struct buf whole_text, rest; };

static struct buf gone = { .max = OUT_BYTES };

static void
take(struct buf *buf)
{
	buf_put(&gone, buf->ptr, buf->len);
	buf_clear(buf);
}

static void
write_twice(void *arg, const struct doc_entry *entry)
{
	struct writers *writers = arg;

	feedjson_item(&writers->whole, entry);
	feedjson_item(&writers->pieces, entry);
}

/* What is taken back of an empty object was not gone already, wherever the buffer is full. */
static void
test_written_in_pieces(void **state)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES);
	struct writers writers = { .whole_text = BUF_INIT(OUT_BYTES), .rest = BUF_INIT(OUT_BYTES) };
	struct feed_parser *parser;
	size_t i;

	(void)state;
	writers.whole = JSON_INIT(&writers.whole_text);
	writers.pieces = JSON_INIT(&writers.rest);
	writers.pieces.full = take;
	buf_puts(&doc, HEAD);
	for (i = 0; i < 20 * MANY; i++)
		buf_printf(&doc, "<item><title>%zu</title><description>%0*zu</description><author>a</author><enclosure url='http://e.example/%zu'/></item>",
		    i, (int)(i % 97) + 1, i, i);
	buf_puts(&doc, TAIL);
	parser = feed_parser_new(&opt, write_twice, &writers);
	feed_parser_push(parser, doc.ptr, doc.len);
	assert_int_equal(feed_parser_finish(parser), FEED_OK);
	feed_parser_free(parser);
	take(&writers.rest);
	assert_int_equal(gone.len, writers.whole_text.len);
	assert_memory_equal(gone.ptr, writers.whole_text.ptr, gone.len);
	buf_free(&doc);
	buf_free(&gone);
	buf_free(&writers.rest);
	buf_free(&writers.whole_text);
}

static void
ignore(void *arg, const struct doc_entry *entry)
{
	(void)arg;
	(void)entry;
}

/* Freed in the middle of everything; pushed after the end; freed without anything. */
static void
test_given_up(void **state)
{
	static const char *const halves[] = {
		"", " ", "<", "<?xml version='1.0' encoding='shift_jis'?>" HEAD, HEAD "<item><title>x", HEAD "<item><link>x</link></item><item>", "{\"items\":[",
		"<html><head>", HEAD "<title>x</b></title><item><description><b>y", "words", "\xff\xfe<"
	};
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct feed_parser *parser;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		parser = feed_parser_new(&opt, ignore, NULL);
		feed_parser_push(parser, halves[i], strlen(halves[i]));
		feed_parser_free(parser);
		parser = feed_parser_new(&opt, ignore, NULL);
		feed_parser_push(parser, halves[i], strlen(halves[i]));
		feed_parser_finish(parser);
		feed_parser_push(parser, "more", 4);
		feed_parser_free(parser);
	}
	opt.limits.document_bytes = 10;
	parser = feed_parser_new(&opt, ignore, NULL);
	assert_int_equal(feed_parser_push(parser, "<rss><channel>", 14), FEED_ELIMIT);
	assert_int_equal(feed_parser_push(parser, "<item/>", 7), FEED_ELIMIT);
	assert_int_equal(feed_parser_finish(parser), FEED_OK);
	feed_parser_free(parser);
	feed_parser_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts), cmocka_unit_test(test_summaries), cmocka_unit_test(test_many_facts),
		cmocka_unit_test(test_written_in_pieces), cmocka_unit_test(test_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
