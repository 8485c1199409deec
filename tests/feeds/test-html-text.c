/* html as text: lines and their hashes, sniffing, text for reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/html-flow.h"
#include "feeds/html-line.h"
#include "feeds/html.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { OUT_BYTES = 1 << 24 };

static const struct hash_key key = { 1, 2 };

/* --- lines ------------------------------------------------------------------------------------------- */

static const struct { const char *html, *want; } lines[] = {
	{ "", "" }, { "  a \n\t b  ", "a b" }, { "a<b>b</b>c", "abc" }, { "a <b> b</b> c", "a b c" }, { "a<br>b", "a b" },
	{ "<p>a</p><p>b</p>", "a b" }, { "a<div>b</div>c", "a b c" }, { "<td>a</td><td>b", "a b" }, { "a&nbsp;b", "a b" },
	{ "&nbsp; a &nbsp;", "a" }, { "a\xc2\xa0 \xe3\x80\x80" "b", "a b" }, { "a\xe2\x80\x89" "b", "a b" }, { "\xe2\x80\x99 x", "\xe2\x80\x99 x" },
	{ "a &amp;amp; b", "a &amp; b" }, { "AT&T", "AT&T" }, { "1 < 2 > 0", "1 < 2 > 0" }, { "I <3 you", "I <3 you" },
	{ "a<script>b</script>c<style>d</style>e<title>f</title>g", "ace g" }, { "a<!-- b -->c", "ac" }, { "a\x01" "b&#27;c", "abc" },
	{ "\xe6\x9d\xb1\xe4\xba\xac \xe3\x82\xab\xe3\x83\x8a", "\xe6\x9d\xb1\xe4\xba\xac \xe3\x82\xab\xe3\x83\x8a" },
	{ "a <b> </b> b", "a b" }, { "one two three four five six seven eight nine ten  x", "one two three four five six seven eight nine ten x" },
	{ "<img alt=x>", "" }, { "<![CDATA[a]]>", "a" }, { "sixteen bytes ab &amp; c", "sixteen bytes ab & c" },
	{ "&#x1F600;&#128512;x", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80x" }, { "<a title='>'>b</a>", "b" }, { "<unknown>a</unknown>b", "ab" },
};

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		struct hash_state hash;

		html_to_line(lines[i].html, strlen(lines[i].html), &out);
		if (strcmp(buf_str(&out), lines[i].want) != 0)
			fail_msg("row %zu: %s is '%s'", i, lines[i].html, buf_str(&out));
		hash_init(&hash, &key);
		html_hash(lines[i].html, strlen(lines[i].html), &hash);
		if (hash_final(&hash) != hash_bytes(&key, out.ptr, out.len))
			fail_msg("row %zu: %s has another hash than its line", i, lines[i].html);
		buf_free(&out);
	}
}

/* Words at every distance from the borders of what is scanned at once, against one byte at a time. */
static void
test_spans(void **state)
{
	static const char *const pieces[] = {
		"a", "word", " ", "\n", "  ", "\xc3\xa9", "\xe2\x80\x99", "\xe3\x81\x82", "\xc2\xab", "<b>", "<p>", "\xc2\xa0", "&amp;"
	};
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf html = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);

		for (int i = 0; i < 24; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			buf_puts(&html, pieces[(seed >> 33) % COUNT(pieces)]);
		}
		html_to_line(html.ptr, html.len, &out);
		if (strstr(buf_str(&out), "  ") != NULL || strpbrk(buf_str(&out), "\n<") != NULL || *buf_str(&out) == ' ' ||
		    (out.len != 0 && out.ptr[out.len - 1] == ' '))
			fail_msg("round %d: %s is '%s'", round, buf_str(&html), buf_str(&out));
		buf_free(&html);
		buf_free(&out);
	}
}

static void
test_hash(void **state)
{
	static const struct { const char *left, *right; bool same; } rows[] = {
		{ "<p>a  b</p>", "a\nb", true }, { "<b>a</b> &amp;", "a &", true }, { "a b", "ab", false }, { "a", "b", false },
		{ "<p>a</p>", "<div class=x>a<br></div>", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct hash_state left, right;

		hash_init(&left, &key);
		hash_init(&right, &key);
		html_hash(rows[i].left, strlen(rows[i].left), &left);
		html_hash(rows[i].right, strlen(rows[i].right), &right);
		if ((hash_final(&left) == hash_final(&right)) != rows[i].same)
			fail_msg("row %zu: %s and %s", i, rows[i].left, rows[i].right);
	}
}

static void
test_sniff(void **state)
{
	static const struct { const char *text; bool html; } rows[] = {
		{ "", false }, { "plain", false }, { "AT&T", false }, { "AT&amp;T", true }, { "a &eacute; b", true }, { "&#8217;", true },
		{ "&#x27;", true }, { "&#8217", false }, { "&eacute", false }, { "&nope;", false }, { "1 < 2", false }, { "I <3 you", false },
		{ "a <gorilla>", false }, { "<b>bold</b>", true }, { "a<br>b", true }, { "a<br/>b", true }, { "a</p>", true },
		{ "a <B CLASS=x>", true }, { "<b", false }, { "<b and c", false }, { "<b and c > d", true }, { "a <b\n>", true }, { "</x>", false },
		{ "<!-- a -->", false }, { "<xml>", false }, { "<blink>", true }, { "<x:b>", false }, { "< b>", false }, { "<>", false },
		{ "R&D; x", false }, { "&;", false }, { "&#;", false }, { "a > b & c", false }, { "<marquee>", true }, { "<b/x>", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (html_sniff(rows[i].text, strlen(rows[i].text)) != rows[i].html)
			fail_msg("row %zu: %s", i, rows[i].text);
}

/* --- text ---------------------------------------------------------------------------------------------- */

static const struct { const char *html, *want, *links; } texts[] = {
	{ "", "", "" }, { " a  b\nc ", "a b c", "" }, { "<p>a</p>\n<p>b</p>", "a\n\nb", "" }, { "a<p>b<p>c", "a\n\nb\n\nc", "" },
	{ "a<br>b<br><br>c<br><br><br>d", "a\nb\n\nc\n\nd", "" }, { "<div>a</div><div>b</div>", "a\nb", "" },
	{ "<p></p><div></div>a<p>&nbsp;</p><br>", "a", "" },
	{ "<h1>a</h1>b<h3>c d</h3>", "# a\n\nb\n\n### c d", "" }, { "<h2></h2>a", "a", "" },
	{ "<ul><li>a<li>b</ul>", "* a\n* b", "" }, { "x<ul><li>a</ul>y", "x\n\n* a\n\ny", "" }, { "<ul><li></ul>a", "a", "" },
	{ "<ul><li>a<ul><li>b</ul>c</ul>", "* a\n  * b\n  c", "" }, { "<ul><li><p>a</p><p>b</p></ul>", "* a\n\n  b", "" },
	{ "<ol><li>a<li>b</ol>", "1. a\n2. b", "" }, { "<ol start=9><li>a<li>b</ol>", "9. a\n10. b", "" },
	{ "<ol reversed start=2><li>a<li>b</ol>", "2. a\n1. b", "" }, { "<ol><li value=5>a<li>b<br>c</ol>", "5. a\n6. b\n   c", "" },
	{ "<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n   * b\n2. c", "" }, { "<li>a<li>b", "* a\n* b", "" },
	{ "a<blockquote>b<p>c</blockquote>d", "a\n\n> b\n>\n> c\n\nd", "" },
	{ "<blockquote>a<blockquote>b</blockquote>c</blockquote>", "> a\n>\n> > b\n>\n> c", "" },
	{ "<blockquote><ul><li>a<li>b</ul></blockquote>", "> * a\n> * b", "" },
	{ "<ul><li>a<blockquote>b</blockquote></ul>", "* a\n\n  > b", "" },
	{ "<pre>\n a\n\n  b &lt;\n</pre>c", " a\n\n  b <\n\nc", "" }, { "<pre>a\tb<b>c</b>\nd</pre>", "a\tbc\nd", "" },
	{ "<blockquote><pre>a\n\nb</pre></blockquote>", "> a\n>\n> b", "" },
	{ "<table><tr><th>a<th>b<tr><td>1<td>2</table>c", "a | b\n1 | 2\n\nc", "" },
	{ "<table><tr><td><p>a</p><td><p>b</p><tr><td><div>c</div></table>", "a | b\nc", "" },
	{ "<table><tr><td>a<td><td>b<td></table>", "a | | b", "" }, { "<table><tr><td>a<p>b<td>c</table>", "a\n\nb\nc", "" },
	{ "<dl><dt>a<dd>b<dt>c<dd>d<p>e</dl>", "a\n    b\nc\n    d\n\n    e", "" },
	{ "a<hr>b", "a\n\n----\n\nb", "" }, { "<q>a b </q>.", "\xe2\x80\x9c" "a b\xe2\x80\x9d.", "" },
	{ "<figure><img src=x alt='a b'><figcaption>c</figcaption></figure>d", "[image: a b][1]\nc\n\nd", "x\n" },
	{ "<img src=x>", "[image][1]", "x\n" }, { "<img alt=' ' title='t'>", "[image: t]", "" }, { "<img alt=' '>", "[image]", "" },
	{ "a<img src=x>b", "a [image][1] b", "x\n" }, { "<img alt='&quot;a&quot;'>", "[image: \"a\"]", "" }, { "<img src=x title=t alt=''>", "[image: t][1]", "x\n" },
	{ "a<img src=x width=1 height=1>b", "ab", "" }, { "<img src=javascript:x>", "[image]", "" },
	{ "<a href=http://x/?a&amp;b>c</a> d", "c[1] d", "http://x/?a&b\n" }, { "<a href=x>a</a><a href=y>b</a>", "a[1]b[2]", "x\ny\n" },
	{ "<a href=x><img src=y alt=z></a>", "[image: z][1]", "x\n" }, { "<a href=x></a>a<a name=y>b</a><a href=#z>c</a>", "abc", "" },
	{ "<a href=javascript:x>a</a>", "a", "" }, { "<a href=x>a", "a[1]", "x\n" }, { "<a href='x\ny'>a</a>", "a[1]", "xy\n" },
	{ "<video src=x title=t></video><audio src=y></audio>", "[video: t][1] [audio][2]", "x\ny\n" },
	{ "a<script>b</script><style>c</style>d", "ad", "" }, { "a\x1b[1m&#27;b\x07", "a[1mb", "" }, { "&amp;lt; &lt;b&gt;", "&lt; <b>", "" },
	{ "</ul></li></blockquote></pre></table>a", "a", "" }, { "<xmp><b>a</xmp>", "<b>a", "" },
};

static void
test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct buf out = BUF_INIT(OUT_BYTES), links = BUF_INIT(OUT_BYTES);

		html_to_text(texts[i].html, strlen(texts[i].html), &out, &links);
		if (strcmp(buf_str(&out), texts[i].want) != 0)
			fail_msg("row %zu: %s is\n%s", i, texts[i].html, buf_str(&out));
		if (strcmp(buf_str(&links), texts[i].links) != 0)
			fail_msg("row %zu: %s has the links\n%s", i, texts[i].html, buf_str(&links));
		buf_free(&out);
		buf_free(&links);
	}
}

static void
test_text_without_links(void **state)
{
	struct buf out = BUF_INIT(OUT_BYTES);

	(void)state;
	html_to_text("<a href=x>a</a> <img src=y>", 27, &out, NULL);
	assert_string_equal(buf_str(&out), "a [image]");
	buf_free(&out);
}

/* Quotes deeper than the deepest look like it, and end where they end. */
static void
test_text_depth(void **state)
{
	struct buf html = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES), want = BUF_INIT(OUT_BYTES);

	(void)state;
	for (int i = 0; i < 2 * HTML_FLOW_DEPTH; i++)
		buf_puts(&html, "<blockquote>");
	buf_puts(&html, "a");
	for (int i = 0; i < 2 * HTML_FLOW_DEPTH - 1; i++)
		buf_puts(&html, "</blockquote>");
	buf_puts(&html, "b</blockquote>c");
	for (int i = 0; i < HTML_FLOW_DEPTH; i++)
		buf_puts(&want, "> ");
	buf_puts(&want, "a\n>\n> b\n\nc");
	html_to_text(html.ptr, html.len, &out, NULL);
	assert_string_equal(buf_str(&out), buf_str(&want));
	buf_free(&html);
	buf_free(&out);
	buf_free(&want);
}

/* Every prefix of every row, in a block of exactly its size, so that a sanitizer sees a read beyond it. */
static void
prefixes(const char *html)
{
	for (size_t len = 0; len <= strlen(html); len++) {
		struct buf out = BUF_INIT(OUT_BYTES), links = BUF_INIT(OUT_BYTES);
		char *exact = malloc(len + (len == 0));

		memcpy(exact, html, len);
		html_to_line(exact, len, &out);
		html_to_text(exact, len, &out, &links);
		html_sniff(exact, len);
		free(exact);
		buf_free(&out);
		buf_free(&links);
	}
}

static void
test_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		prefixes(lines[i].html);
	for (size_t i = 0; i < COUNT(texts); i++)
		prefixes(texts[i].html);
}

/* A word that ends where the room of a line does. */
static void
test_line_borders(void **state)
{
	struct buf html = BUF_INIT(1 << 16), out = BUF_INIT(1 << 16);

	(void)state;
	for (size_t len = HTML_LINE_BYTES - 20; len < HTML_LINE_BYTES + 20; len++) {
		buf_clear(&html);
		buf_clear(&out);
		buf_printf(&html, "%0*d b", (int)len, 7);
		html_to_line(buf_str(&html), html.len, &out);
		assert_string_equal(buf_str(&out), buf_str(&html));
		buf_clear(&html);
		buf_printf(&html, "<i>%0*d</i> <b>b</b>", (int)len, 7);
		html_to_line(buf_str(&html), html.len, &out);
		assert_int_equal(out.len, 2 * len + 4);
	}
	buf_free(&html);
	buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_spans), cmocka_unit_test(test_hash),
		cmocka_unit_test(test_sniff), cmocka_unit_test(test_text), cmocka_unit_test(test_text_without_links),
		cmocka_unit_test(test_text_depth), cmocka_unit_test(test_line_borders), cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests_name("html-text", tests, NULL, NULL);
}
