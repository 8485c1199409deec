/* html: names, characters, the tokenizer, sanitising; and that time and depth are bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "feeds/html-names.h"
#include "feeds/html.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { OUT_BYTES = 1 << 28, BIG = 1 << 20 };

static const struct hash_key key = { 1, 2 };

/* --- names and characters --------------------------------------------------------------------------- */

static void
test_names(void **state)
{
	static const char *const none[] = { "", "x", "gorilla", "xml", "divv", "di", "blockquotes", "blockquot", "h7" };

	(void)state;
	for (unsigned id = 1; id < HTML_IDS; id++) {
		const struct html_element *row = &html_elements[id];
		char upper[sizeof(row->name)];

		assert_int_equal(strlen(row->name), row->len);
		for (size_t i = 0; i <= row->len; i++)
			upper[i] = row->name[i] >= 'a' ? (char)(row->name[i] - 32) : row->name[i];
		if (html_find_element(row->name, row->len) != id || html_find_element(upper, row->len) != id)
			fail_msg("<%s> is not found: run html-tables.py", row->name);
		if (html_find_element(row->name, row->len - 1u) == id)
			fail_msg("a part of <%s> is found", row->name);
	}
	for (unsigned id = 0; id < HTML_AT_COUNT; id++)
		if (html_find_attr(html_attrs[id].name, html_attrs[id].len) != id)
			fail_msg("%.8s= is not found: run html-tables.py", html_attrs[id].name);
	for (size_t i = 0; i < COUNT(none); i++)
		if (html_is_element(none[i], strlen(none[i])))
			fail_msg("<%s> is no element", none[i]);
	assert_false(html_is_element("a\0", 2));
	assert_true(html_is_element("BlockQuote", 10));
	assert_int_equal(html_find_attr("onclick", 7), HTML_AT_COUNT);
	assert_int_equal(html_find_attr("hreflangs", 9), HTML_AT_COUNT);
}

static void
test_entities(void **state)
{
	static const struct { const char *name; int n; uint32_t codes[2]; } rows[] = {
		{ "amp", 1, { '&' } }, { "AMP", 1, { '&' } }, { "lt", 1, { '<' } }, { "quot", 1, { '"' } }, { "apos", 1, { '\'' } },
		{ "nbsp", 1, { 0xa0 } }, { "eacute", 1, { 0xe9 } }, { "Eacute", 1, { 0xc9 } }, { "AElig", 1, { 0xc6 } },
		{ "zwnj", 1, { 0x200c } }, { "hellip", 1, { 0x2026 } }, { "Afr", 1, { 0x1d504 } }, { "fjlig", 2, { 'f', 'j' } },
		{ "nGt", 2, { 0x226b, 0x20d2 } }, { "Tab", 1, { '\t' } }, { "CounterClockwiseContourIntegral", 1, { 0x2233 } },
		{ "", 0, { 0 } }, { "a", 0, { 0 } }, { "eacut", 0, { 0 } }, { "eacutes", 0, { 0 } }, { "EACUTE", 0, { 0 } },
		{ "1a", 0, { 0 } }, { "zzzz", 0, { 0 } }, { "AAAA", 0, { 0 } }, { "amp;", 0, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t codes[2] = { 0, 0 };
		int n = html_entity(rows[i].name, strlen(rows[i].name), codes);

		if (n != rows[i].n || (n > 0 && codes[0] != rows[i].codes[0]) || (n > 1 && codes[1] != rows[i].codes[1]))
			fail_msg("row %zu: %s is %d, U+%04X U+%04X", i, rows[i].name, n, codes[0], codes[1]);
	}
}

static void
test_decode(void **state)
{
	static const struct { const char *html, *text, *value; } rows[] = {
		{ "a &amp; b", "a & b", NULL }, { "&amp;amp;", "&amp;", NULL }, { "&lt;&gt;&quot;&apos;", "<>\"'", NULL },
		{ "&#65;&#x42;&#X43;", "ABC", NULL }, { "&#65 &#x42", "A B", NULL }, { "&eacute;", "\xc3\xa9", NULL },
		{ "&eacute", "\xc3\xa9", NULL }, { "&notit;", "\xc2\xacit;", "&notit;" }, { "&notin;", "\xe2\x88\x89", NULL },
		{ "?a=1&copy=2", "?a=1\xc2\xa9=2", "?a=1&copy=2" }, { "&copy2", "\xc2\xa9" "2", "&copy2" },
		{ "&copy;2", "\xc2\xa9" "2", NULL }, { "&hellip", "&hellip", NULL }, { "&nope;", "&nope;", NULL },
		{ "AT&T & x", "AT&T & x", NULL }, { "&", "&", NULL }, { "&#", "&#", NULL }, { "&#;", "&#;", NULL },
		{ "&#x;", "&#x;", NULL }, { "&#xg", "&#xg", NULL }, { "&;", "&;", NULL }, { "&1;", "&1;", NULL },
		{ "&#150;&#x80;", "\xe2\x80\x93\xe2\x82\xac", NULL }, { "&#129;", "", NULL }, { "\xc2\x96", "\xe2\x80\x93", NULL },
		{ "&#0;&#xD800;&#x110000;&#99999999999;&#xFFFF;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
		{ "a\x01" "b\x1b[1m\x7f", "ab[1m", NULL }, { "&#27;&#1;&#127;", "", NULL }, { "&#10;&#9;&#13;", "\n\t\r", NULL },
		{ "&nGt;", "\xe2\x89\xab\xe2\x83\x92", NULL }, { "&ampamp;", "&amp;", "&ampamp;" },
		{ "\xc2\xab\xc2", "\xc2\xab\xc2", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *value = rows[i].value != NULL ? rows[i].value : rows[i].text;
		struct buf out = BUF_INIT(OUT_BYTES);

		html_decode(rows[i].html, strlen(rows[i].html), &out);
		if (strcmp(buf_str(&out), rows[i].text) != 0)
			fail_msg("row %zu: %s is %s", i, rows[i].html, buf_str(&out));
		buf_clear(&out);
		html_decode_value(rows[i].html, strlen(rows[i].html), &out);
		if (strcmp(buf_str(&out), value) != 0)
			fail_msg("row %zu: %s is %s in a value", i, rows[i].html, buf_str(&out));
		buf_free(&out);
	}
}

static void
test_escape(void **state)
{
	struct buf out = BUF_INIT(OUT_BYTES);

	(void)state;
	html_escape("a<b>&\"c'\xc3\xa9\x01", 12, &out);
	html_escape(NULL, 0, &out);
	assert_string_equal(buf_str(&out), "a&lt;b&gt;&amp;&quot;c'\xc3\xa9\x01");
	buf_free(&out);
}

/* --- tokens ---------------------------------------------------------------------------------------- */

/* "T text", "S name a=v", "E name", "C", "O", one after the other. */
static void
describe(const char *html, struct buf *out)
{
	static const char marks[] = "-TSECO";
	struct html_tokenizer t;
	struct html_token tok;

	html_tokenizer_init(&t, html, strlen(html));
	for (html_next(&t, &tok); tok.type != HTML_EOF; html_next(&t, &tok)) {
		buf_printf(out, "[%c", marks[tok.type]);
		if (tok.type == HTML_TEXT || tok.type == HTML_START || tok.type == HTML_END)
			buf_printf(out, "%s %.*s", tok.raw ? "!" : "", (int)tok.len, tok.ptr);
		for (size_t i = 0; i < tok.n_attrs; i++)
			buf_printf(out, " %.*s=%.*s", (int)tok.attrs[i].name_len, tok.attrs[i].name,
			    (int)tok.attrs[i].value_len, tok.attrs[i].value);
		buf_puts(out, tok.self_closing ? "/]" : "]");
	}
}

static void
test_tokens(void **state)
{
	static const struct { const char *html, *want; } rows[] = {
		{ "", "" }, { "a<b>c</b>", "[T a][S b][T c][E b]" }, { "a < b <3 <", "[T a < b <3 <]" },
		{ "<a href=x title='y z' ID=\"1>2\" checked>", "[S a href=x title=y z ID=1>2 checked=]" },
		{ "<a href = x>", "[S a href=x]" }, { "<a href=>b", "[S a href=][T b]" }, { "<a =x>", "[S a =x=]" },
		{ "<br/>", "[S br/]" }, { "<br / >", "[S br]" }, { "<a href=x/>", "[S a href=x/]" }, { "<a b='c'd>", "[S a b=c d=]" },
		{ "</b x=1>", "[E b x=1]" }, { "</>", "[O]" }, { "</ b>", "[O]" }, { "</", "[O]" }, { "a</", "[T a][O]" },
		{ "<!-- a > b -->c", "[C][T c]" }, { "<!-->c", "[C][T c]" }, { "<!--->c", "[C][T c]" }, { "<!----!>c", "[C][T c]" },
		{ "<!-- a", "[C]" }, { "<!--a--b-->c", "[C][T c]" }, { "<!doctype html>c", "[O][T c]" }, { "<?xml a?>c", "[O][T c]" },
		{ "<!x", "[O]" }, { "<script>a<b>\"</script >c", "[S script][T! a<b>\"][E script][T c]" },
		{ "<script>a</scripty></SCRIPT>", "[S script][T! a</scripty>][E SCRIPT]" }, { "<script>a", "[S script][T! a]" },
		{ "<script></script>", "[S script][T! ][E script]" }, { "<script/>a", "[S script/][T a]" },
		{ "<title>a<b>&amp;</title>", "[S title][T a<b>&amp;][E title]" }, { "<b", "" }, { "x<b c='d", "[T x]" },
		{ "<a href=\"x>y</a>", "[S a href=x][T y][E a]" }, { "<a href='x>y<a href='z>", "[S a href=x>y<a href= z=]" },
		{ "<![CDATA[a<b>]]>c]]>", "[O][T a][S b][O][T c]]>]" }, { "a]]>b", "[T a]]>b]" },
		{ "<a\nb\t=\fc\r>", "[S a b=c]" }, { "<x:y z:w=1>", "[S x:y z:w=1]" }, { "<a/b/c=d>", "[S a b= c=d]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);

		describe(rows[i].html, &out);
		if (strcmp(buf_str(&out), rows[i].want) != 0)
			fail_msg("row %zu: %s is %s", i, rows[i].html, buf_str(&out));
		buf_free(&out);
	}
}

static void
test_attrs_max(void **state)
{
	struct buf html = BUF_INIT(OUT_BYTES);
	struct html_tokenizer t;
	struct html_token tok;

	(void)state;
	buf_puts(&html, "<a");
	for (int i = 0; i < HTML_ATTRS_MAX + 5; i++)
		buf_printf(&html, " a%d=%d", i, i);
	buf_puts(&html, ">x");
	html_tokenizer_init(&t, html.ptr, html.len);
	html_next(&t, &tok);
	assert_int_equal(tok.type, HTML_START);
	assert_int_equal(tok.n_attrs, HTML_ATTRS_MAX);
	html_next(&t, &tok);
	assert_int_equal(tok.type, HTML_TEXT);
	buf_free(&html);
}

/* --- sanitising -------------------------------------------------------------------------------------- */

static const struct { const char *html, *want; } sanitised[] = {
	/* text */
	{ "", "" }, { "a & b < c > d \"e\"", "a &amp; b &lt; c &gt; d \"e\"" }, { "&eacute;&nbsp;", "\xc3\xa9\xc2\xa0" },
	{ "&lt;script&gt;", "&lt;script&gt;" }, { "&amp;lt;", "&amp;lt;" }, { "&#60;b&#62;", "&lt;b&gt;" },
	/* balance */
	{ "<b>a", "<b>a</b>" }, { "a</b>", "a" }, { "<B>a</B>", "<b>a</b>" }, { "<b><i>a</b>b</i>", "<b><i>a</i></b>b" },
	{ "<p>a<p>b", "<p>a</p><p>b</p>" }, { "<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c" }, { "</p>a", "a" },
	{ "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>" },
	{ "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>" },
	{ "<table><tr><td>a<td>b<tr><th>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>" },
	{ "<table><thead><tr><td>a<tbody><tr><td>b</table>",
	    "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>b</td></tr></tbody></table>" },
	{ "<table><tr><td>a</div></p></tr></table>b", "<table><tr><td>a</td></tr></table>b" },
	{ "<div><table><tr><td></div>a</table>b</div>", "<div><table><tr><td>a</td></tr></table>b</div>" },
	{ "<table><tr><td><table></tr><tr><td>a</table>b</table>",
	    "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>" },
	{ "<a href=x>a<a href=y>b", "<a href=\"x\">a</a><a href=\"y\">b</a>" }, { "<p><a href=x><div>b</div></a></p>", "<p><a href=\"x\"><div>b</div></a></p>" },
	{ "<p><b>a<p>b", "<p><b>a</b></p><p>b</p>" }, { "<ruby>a<rp>(<rt>b<rp>)</ruby>",
	    "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>" },
	{ "<br></br><br/><hr>", "<br><br><br><hr>" }, { "<div/>a<b/>", "<div></div>a<b></b>" }, { "<wbr></wbr>", "<wbr>" },
	{ "<img></img>", "<img>" },
	/* unwrapped, dropped */
	{ "<font color=red>a</font><x-y>b</x-y><blink>c</blink>", "abc" }, { "<html><body>a</body></html>", "a" },
	{ "<iframe src=x>a<b>b</b></iframe><object>c</object><form>d</form>", "a<b>b</b>cd" }, { "<noscript><i>a</i></noscript>", "<i>a</i>" },
	{ "a<script>b<i>c</script>d", "ad" }, { "a<style>b</style>c", "ac" }, { "a<!-- b -->c<?d?>e<!f>g", "aceg" },
	{ "a<svg><p>b</p><svg></svg>c</svg>d", "ad" }, { "a<math>b</math>c<select><option>d</select>e", "ace" },
	{ "a<title>b</title>c<textarea>d<b></textarea>e<xml>f</xml>g<template>h</template>i<applet>j</applet>k", "acegik" },
	{ "a<script/>b<svg/>c", "abc" }, { "a<script>b", "a" }, { "a<svg>b", "a" }, { "<xmp><b>a&amp;</xmp>", "&lt;b&gt;a&amp;amp;" },
	{ "<scr<script>ipt>a</script>", "ipt&gt;a" }, { "<![CDATA[<b>a</b>]]>", "<b>a</b>" },
	/* attributes */
	{ "<b onclick=a style=b class=c id=d title=e>", "<b title=\"e\"></b>" }, { "<b ONCLICK=a>", "<b></b>" },
	{ "<b title='a\"b&quot;c<d>&amp;e'>", "<b title=\"a&quot;b&quot;c&lt;d&gt;&amp;e\"></b>" },
	{ "<b title=a title=b>", "<b title=\"a\"></b>" }, { "<p lang=de dir=rtl align=left>", "<p lang=\"de\" dir=\"rtl\"></p>" },
	{ "<img src=a.png alt='' width=1 height=2 onerror=x>", "<img src=\"a.png\" alt=\"\" width=\"1\" height=\"2\">" },
	{ "<b href=x src=y>", "<b></b>" }, { "<audio src=a controls autoplay loop>", "<audio src=\"a\" controls></audio>" },
	{ "<video poster=p src=s controls=controls>", "<video poster=\"p\" src=\"s\" controls></video>" },
	{ "<td colspan=2 rowspan=3 headers=h scope=s abbr=a bgcolor=b>",
	    "<td colspan=\"2\" rowspan=\"3\" headers=\"h\" scope=\"s\" abbr=\"a\"></td>" },
	{ "<ol start=3 reversed type=a><li value=4>", "<ol start=\"3\" reversed type=\"a\"><li value=\"4\"></li></ol>" },
	{ "<blockquote cite=/x><q cite=javascript:1>", "<blockquote cite=\"/x\"><q></q></blockquote>" },
	{ "<ins cite=c datetime=d><time datetime=e>", "<ins cite=\"c\" datetime=\"d\"><time datetime=\"e\"></time></ins>" },
	{ "<details open><col span=2>", "<details open><col span=\"2\"></details>" },
	/* URLs */
	{ "<a href=javascript:alert(1)>a", "<a>a</a>" }, { "<a href='java&#10;script:1'>a", "<a>a</a>" },
	{ "<a href='&#106;avascript:1'>a", "<a>a</a>" }, { "<a href='java&Tab;script&colon;1'>a", "<a>a</a>" },
	{ "<a href=' \x01 javascript:1'>a", "<a>a</a>" }, { "<a href='vbscript:1'>a", "<a>a</a>" }, { "<a href='data:text/html,x'>a", "<a>a</a>" },
	{ "<a href='http://a/?b&c=\"'>", "<a href=\"http://a/?b&amp;c=%22\"></a>" }, { "<a href='mailto:a@b'>", "<a href=\"mailto:a@b\"></a>" },
	{ "<img src=data:image/png;base64,AA>", "<img src=\"data:image/png;base64,AA\">" }, { "<img src='data:image/svg+xml,<svg/>'>", "<img>" },
	{ "<video src=data:image/png;base64,AA>", "<video></video>" }, { "<a href=''>", "<a></a>" },
	{ "<img srcset='a.png 1x, b.png 2x'>", "<img srcset=\"a.png 1x, b.png 2x\">" },
	{ "<img srcset='a,b.png 100w (c,d) , javascript:x 1x,e'>", "<img srcset=\"a,b.png 100w (c,d), e\">" },
	{ "<img srcset='a.png,, b.png 2x'>", "<img srcset=\"a.png, b.png 2x\">" }, { "<img srcset=''>", "<img>" },
	{ "<img srcset=' , ,'>", "<img>" }, { "<img srcset='data:image/png;base64,AA 1x'>", "<img>" },
};

static void
test_sanitise(void **state)
{
	const struct html_options opt = { .base = NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(sanitised); i++) {
		struct buf out = BUF_INIT(OUT_BYTES), again = BUF_INIT(OUT_BYTES);

		html_sanitise(sanitised[i].html, strlen(sanitised[i].html), &opt, &out, NULL);
		if (strcmp(buf_str(&out), sanitised[i].want) != 0)
			fail_msg("row %zu: %s is %s", i, sanitised[i].html, buf_str(&out));
		html_sanitise(out.ptr, out.len, &opt, &again, NULL);
		if (strcmp(buf_str(&again), buf_str(&out)) != 0)
			fail_msg("row %zu: %s once more is %s", i, buf_str(&out), buf_str(&again));
		buf_free(&out);
		buf_free(&again);
	}
}

static void
test_base(void **state)
{
	static const struct { const char *base, *html, *want; } rows[] = {
		{ "http://a/b/c", "<a href=d>", "<a href=\"http://a/b/d\"></a>" },
		{ "http://a/b/c", "<img src=/d srcset='e 1x,//f/g 2x'>", "<img src=\"http://a/d\" srcset=\"http://a/b/e 1x, http://f/g 2x\">" },
		{ "http://a/b/c", "<a href=#x>", "<a href=\"http://a/b/c#x\"></a>" }, { "x/y", "<a href=d>", "<a href=\"d\"></a>" },
		{ "http://a/", "<img src='b c.png'>", "<img src=\"http://a/b%20c.png\">" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct html_options opt = { .base = rows[i].base };
		struct buf out = BUF_INIT(OUT_BYTES);
		size_t kept = 0;

		html_sanitise(rows[i].html, strlen(rows[i].html), &opt, &out, &kept);
		if (strcmp(buf_str(&out), rows[i].want) != 0)
			fail_msg("row %zu: %s is %s", i, rows[i].html, buf_str(&out));
		assert_int_equal(kept, 1);
		buf_free(&out);
	}
}

static void
test_kept(void **state)
{
	static const struct { const char *html; size_t kept; } rows[] = {
		{ "", 0 }, { "text", 0 }, { "<font>a</font><script>b</script>", 0 }, { "<b>a</b><br><i>", 3 },
	};
	const struct html_options opt = { .base = NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		size_t kept = 99;

		html_sanitise(rows[i].html, strlen(rows[i].html), &opt, &out, &kept);
		if (kept != rows[i].kept)
			fail_msg("row %zu: %zu tags", i, kept);
		buf_free(&out);
	}
}

static size_t
deepest(const char *html, size_t len)
{
	struct html_tokenizer t;
	struct html_token tok;
	size_t depth = 0, most = 0;

	html_tokenizer_init(&t, html, len);
	for (html_next(&t, &tok); tok.type != HTML_EOF; html_next(&t, &tok)) {
		if (tok.type == HTML_START)
			depth++;
		else if (tok.type == HTML_END)
			depth--;
		most = depth > most ? depth : most;
	}
	assert_int_equal(depth, 0);
	return most;
}

static void
test_depth(void **state)
{
	static const struct { size_t asked, got; } rows[] = {
		{ 0, HTML_DEPTH_DEFAULT }, { 3, 3 }, { HTML_DEPTH_MAX, HTML_DEPTH_MAX }, { HTML_DEPTH_MAX + 1, HTML_DEPTH_MAX },
	};
	struct buf html = BUF_INIT(OUT_BYTES);

	(void)state;
	for (int i = 0; i < 2 * HTML_DEPTH_MAX; i++)
		buf_puts(&html, "<div>");
	buf_puts(&html, "deep");
	for (int i = 0; i < 2 * HTML_DEPTH_MAX - 1; i++)
		buf_puts(&html, "</div>");
	buf_puts(&html, "last");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct html_options opt = { .depth_max = rows[i].asked };
		struct buf out = BUF_INIT(OUT_BYTES);

		html_sanitise(html.ptr, html.len, &opt, &out, NULL);
		if (deepest(out.ptr, out.len) != rows[i].got || strstr(buf_str(&out), "</div>last</div>") == NULL)
			fail_msg("row %zu: %zu deep", i, deepest(out.ptr, out.len));
		buf_free(&out);
	}
	buf_free(&html);
}

/* --- bounds ---------------------------------------------------------------------------------------------- */

/* Every prefix of every row, in a block of exactly its size, so that a sanitizer sees a read beyond it. */
static void
everything(const char *html, size_t len)
{
	const struct html_options opt = { .base = "http://a/b", .depth_max = 4 };
	struct buf out = BUF_INIT(OUT_BYTES), links = BUF_INIT(OUT_BYTES);
	struct hash_state hash;

	html_sanitise(html, len, &opt, &out, NULL);
	html_to_line(html, len, &out);
	html_to_text(html, len, &out, &links);
	hash_init(&hash, &key);
	html_hash(html, len, &hash);
	html_sniff(html, len);
	html_decode(html, len, &out);
	html_decode_value(html, len, &out);
	html_escape(html, len, &out);
	buf_free(&out);
	buf_free(&links);
}

static void
prefixes(const char *html)
{
	for (size_t len = 0; len <= strlen(html); len++) {
		char *exact = malloc(len + (len == 0));

		memcpy(exact, html, len);
		everything(exact, len);
		free(exact);
	}
}

static void
test_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sanitised); i++)
		prefixes(sanitised[i].html);
	everything(NULL, 0);
}

static double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A megabyte of what makes a careless parser start over; quadratic time would take hours. */
static void
test_time(void **state)
{
	static const char *const pieces[] = {
		"<", "<b", "<b ", "<a href=\"", "<a href='", "</", "<!--", "<!-- --", "<![CDATA[", "]]>", "<![CDATA[]]", "&", "&#", "&amp", "&a",
		"<script>", "<title>", "</script", "<svg>", "<p>", "<b>", "<b></i>", "<table><tr><td>", "</table>", "<ul><li>", "<blockquote>",
		"<a href=x>", "<br>", "<img srcset=','>", "<div><a>", "<dd><b>", "-->", "<?", " <x a=b ", "\xc2", "\xe2\x80", "<b/", "<p></b><b>",
		"<pre>\n", "<blockquote><br>a", "<td>a<td>", "<h1>", "=\"", "<a b='\"", "<s><td></s>"
	};
	double start = cpu_seconds();

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct buf html = BUF_INIT(OUT_BYTES);
		double begun = cpu_seconds();

		while (html.len < BIG)
			buf_puts(&html, pieces[i]);
		everything(html.ptr, html.len);
		if (cpu_seconds() - begun > 20)
			fail_msg("row %zu: %s took %g s", i, pieces[i], cpu_seconds() - begun);
		buf_free(&html);
	}
	print_message("# %zu rows in %g s\n", COUNT(pieces), cpu_seconds() - start);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_entities), cmocka_unit_test(test_decode),
		cmocka_unit_test(test_escape), cmocka_unit_test(test_tokens), cmocka_unit_test(test_attrs_max),
		cmocka_unit_test(test_sanitise), cmocka_unit_test(test_base), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_depth), cmocka_unit_test(test_prefixes), cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
