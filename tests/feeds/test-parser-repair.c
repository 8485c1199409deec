/*
 * Documents that are not well-formed: what is still read, and the warning that says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/parser.h"
#include "tests/feeds/feed-rows.h"

#define HEAD	"<rss version='2.0'><channel>"
#define TAIL	"</channel></rss>"

static const struct feed_row text[] = {
	{ "a bare ampersand", HEAD "<title>AT&T & co</title>" TAIL, { "\"title\":\"AT&T & co\"", "an ampersand that begins no reference" } },
	{ "an ampersand at the end", HEAD "<title>AT&</title>" TAIL, { "\"title\":\"AT&\"" } },
	{ "an ampersand in an attribute", HEAD "<item><enclosure url='http://e.example/?a=1&b=2'/></item>" TAIL, { "http://e.example/?a=1&b=2" } },
	{ "HTML's entities", HEAD "<title>caf&eacute;&nbsp;&hellip;</title>" TAIL, { "\"title\":\"caf\xc3\xa9\xc2\xa0\xe2\x80\xa6\"", "!warnings" } },
	{ "HTML's entities in an attribute", HEAD "<item><category domain='caf&eacute; &amp; &quot;'>x</category></item>" TAIL,
	    { "\"scheme\":\"caf\xc3\xa9 & \\\"\"", "!warnings" } },
	{ "an entity of nobody", HEAD "<title>a &what; b</title>" TAIL, { "\"title\":\"a &what; b\"", "xml: the entity \\\"what\\\" is not declared" } },
	{ "an entity of nobody in an attribute", HEAD "<item><category domain='a&what;b'>x</category></item>" TAIL,
	    { "\"scheme\":\"a&what;b\"", "xml: the entity \\\"what\\\" is not declared" } },
	{ "an undeclared prefix of an attribute", "<rss version='2.0' xmlns:cc='http://web.resource.org/cc/'><channel><cc:license rdf:resource='http://l.example/'/><item rdf:about='x'/>" TAIL,
	    { "\"license\":\"http://l.example/\"", "the prefix \\\"rdf\\\" is not declared", "\"id\":\"x\"" } },
	{ "an undeclared prefix of an attribute, after a fault", "<rss version='2.0' xmlns:cc='http://web.resource.org/cc/'><channel>&<cc:license rdf:resource='http://l.example/'/>" TAIL,
	    { "\"license\":\"http://l.example/\"", "the prefix \\\"rdf\\\" is not declared" } },
	{ "a prefix for RSS itself, after a fault", HEAD "&<rss:title>a</rss:title>" TAIL, { "\"title\":\"a\"", "the prefix \\\"rss\\\" is not declared" } },
	{ "quotes that belong to no attribute", HEAD "<item><enclosure 'x' \"y\" url='http://e.example/a'/></item>" TAIL, { "\"url\":\"http://e.example/a\"" } },
	{ "cut behind a less-than", HEAD "<title>a & b</title><item><guid>1</guid></item><", { "\"title\":\"a & b\"", "\"id\":\"1\"" } },
	{ "cut in the beginning of a comment", HEAD "<title>a & b</title><item><guid>1</guid></item><!-", { "\"title\":\"a & b\"", "\"id\":\"1\"" } },
	{ "a prefix for RSS itself", HEAD "<rss:title>a</rss:title>" TAIL, { "\"title\":\"a\"", "the prefix \\\"rss\\\" is not declared" } },
	{ "what cannot be read is shown in part, whole characters of it",
	    HEAD "<title>t</title><pubDate>x\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9</pubDate>" TAIL,
	    { "date: cannot read \\\"x\xc3\xa9", "\xc3\xa9...\\\"", "!\xef\xbf\xbd" } },
	{ "line ends of all kinds", HEAD "<title>&</title><item><description>a\r\nb\rc\n\r\r\nd\r</description></item>" TAIL, { "\"content_text\":\"a\\nb\\nc\\n\\n\\nd\"" } },
	{ "a return written as a reference stays", HEAD "<title>&</title><item><description>a&#13;b</description></item>" TAIL, { "\"content_text\":\"a\\rb\"" } },
	{ "a reference to no character", HEAD "<title>a&#0;b&#x1f;c&#1114112;d&#xd800;e&#xffff;f&#xfffe;</title>" TAIL, { "\"title\":\"abcdef\"" } },
	{ "a stray less-than", HEAD "<title>1 < 2 <3</title>" TAIL, { "\"title\":\"1 < 2 <3\"", "a \\\"<\\\" that begins no tag" } },
	{ "something like a tag", HEAD "<title>a <b c</title>" TAIL, { "\"title\":\"a <b c\"" } },
	{ "a less-than in an attribute", HEAD "<item><category domain='a<b'>x</category></item>" TAIL, { "\"scheme\":\"a<b\"" } },
	{ "controls", HEAD "<title>a\x01\x0c" "b</title>" TAIL, { "\"title\":\"ab\"", "control characters" } },
	{ "]]> in text", HEAD "<title>a]]>b</title>" TAIL, { "\"title\":\"a]]>b\"", "xml: not well-formed" } },
	{ "two hyphens in a comment", HEAD "<!-- a -- b --><title>t</title>" TAIL, { "\"title\":\"t\"", "xml: not well-formed" } },
};

static const struct feed_row tags[] = {
	{ "an unclosed text element", HEAD "<title>t<link>http://l.example/</link>" TAIL,
	    { "\"title\":\"t\"", "\"home_page_url\":\"http://l.example/\"", "an element is not closed: <title>" } },
	{ "an unclosed item", HEAD "<item><guid>1</guid><item><guid>2</guid></item>" TAIL, { "\"id\":\"1\"", "\"id\":\"2\"" } },
	{ "an unclosed item with an unclosed title", HEAD "<item><title>1<item><title>2</title></item>" TAIL, { "\"title\":\"1\"", "\"title\":\"2\"" } },
	{ "an unclosed name", "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>n<email>e@e.example</email></author><title>t</title></feed>",
	    { "\"name\":\"n\"", "\"email\":\"e@e.example\"", "\"title\":\"t\"" } },
	{ "an unclosed author", "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>n</name><title>t</title></feed>", { "\"name\":\"n\"", "\"title\":\"t\"" } },
	{ "unclosed HTML", HEAD "<item><description>a<br>b<p>c<i>d</description><guid>1</guid></item>" TAIL, { "\"content_html\":\"a<br>b<p>c<i>d</i></p>\"", "\"id\":\"1\"" } },
	{ "HTML's names in HTML", HEAD "<item><description>a<br><title>x</title><link></description><guid>1</guid></item>" TAIL, { "\"id\":\"1\"" } },
	{ "an unclosed element of nobody", HEAD "<item><foo><guid>1</guid></item><item><guid>2</guid></item>" TAIL, { "\"id\":\"2\"" } },
	{ "an item inside of an element of nobody", HEAD "<item><guid>1</guid><foo><item><guid>2</guid></item>" TAIL, { "\"id\":\"1\"", "\"id\":\"2\"" } },
	{ "mismatched", HEAD "<title>a<b>c</title></b>" TAIL, { "\"title\":\"ac\"", "an end tag without a start tag: <b>" } },
	{ "an end tag of nothing", HEAD "</foo><title>t</title>" TAIL, { "\"title\":\"t\"", "an end tag without a start tag: <foo>" } },
	{ "another case", HEAD "<TITLE>t</Title>" TAIL, { "\"title\":\"t\"", "in another case" } },
	{ "atom in capitals", "<FEED xmlns='http://www.w3.org/2005/Atom'><TITLE>t</TITLE><foo></FEED>", { "\"title\":\"t\"", "atom-1.0" } },
	{ "a tag without its end", HEAD "<item><title>t</title <guid>1</guid></item>" TAIL, { "\"title\":\"t\"", "\"id\":\"1\"", "a tag is not closed" } },
	{ "a start tag without its end", HEAD "<item <title>t</title></item>" TAIL, { "\"title\":\"t\"" } },
	{ "unquoted", "<rss version=2.0><channel><item><enclosure url=http://e.example/a.mp3 length=5 type=audio/mpeg/></item>" TAIL,
	    { "rss-2.0", "\"url\":\"http://e.example/a.mp3\",\"mime_type\":\"audio/mpeg\",\"size_in_bytes\":5" } },
	{ "doubled", HEAD "<item><enclosure url='http://1.example/' url='http://2.example/'/></item>" TAIL, { "http://1.example/", "!http://2", "an attribute is given twice" } },
	{ "without a value", HEAD "<item><guid isPermaLink>1</guid></item>" TAIL, { "\"id\":\"1\"", "an attribute without quotes or value" } },
	{ "without a space", HEAD "<item><enclosure url='http://1.example/'type='a/b'/></item>" TAIL, { "\"mime_type\":\"a/b\"" } },
	{ "a missing quote", HEAD "<item><category domain='s>a</category><category domain='t'>b</category></item>" TAIL, { "\"tags\":[\"a\",\"b\"]" } },
	{ "spaces around =", HEAD "<item><category domain = 's' >a</category>&</item>" TAIL, { "\"scheme\":\"s\"" } },
	{ "an undeclared prefix", HEAD "<item><dc:creator>d</dc:creator><itunes:duration>5</itunes:duration></item>" TAIL,
	    { "\"name\":\"d\"", "\"duration\":5", "xml: the prefix \\\"dc\\\" is not declared" } },
	{ "an undeclared prefix, and worse", HEAD "<item><dc:creator>d & e</dc:creator></item>" TAIL, { "\"name\":\"d & e\"", "xml: the prefix \\\"dc\\\" is not declared" } },
	{ "an undeclared prefix of nobody", HEAD "<foo:bar>x</foo:bar><title>t</title>" TAIL, { "\"title\":\"t\"", "xml: the prefix \\\"foo\\\" is not declared" } },
	{ "undeclared atom", "<atom:feed><atom:title>t</atom:title></atom:feed>", { "\"title\":\"t\"", "atom-1.0" } },
	{ "an empty prefix", HEAD "<:title>x</:title><title>t</title>" TAIL, { "\"title\":\"t\"" } },
	{ "namespaces after a fault", "<rss version='2.0' xmlns:x='http://purl.org/dc/elements/1.1/'><channel><title>a & b</title><item><x:creator>d</x:creator>"
	    "<y:creator xmlns:y='http://purl.org/dc/elements/1.1/'>e</y:creator></item>" TAIL, { "\"name\":\"d\"},{\"name\":\"e\"" } },
	{ "xhtml after a fault", "<feed xmlns='http://www.w3.org/2005/Atom'><title>a & b</title><entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
	    "<p>x<br></p></div></content></entry></feed>", { "\"content_html\":\"<p>x<br></p>\"" } },
	{ "entries after a fault are handed out once", HEAD "<item><guid>1</guid></item><item><guid>2 & 3</guid></item><item><guid>4</guid></item>" TAIL,
	    { "{\"id\":\"1\",\"content_text\":\"\",\"_gazette\":{\"guid_is_permalink\":false}}\n{\"id\":\"2 & 3\"", "\"id\":\"4\"" } },
};

static const struct feed_row around[] = {
	{ "white space before the declaration", "\n  <?xml version='1.0'?><rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"", "white space before the XML declaration" } },
	{ "white space before the root", "\n  <rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"", "!warnings" } },
	{ "words before", "Notice: x\n<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"", "something stands before the root element" } },
	{ "HTML before", "<br />\n<b>Warning</b>: mysql < 5 &\n<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"" } },
	{ "a second declaration", "<?xml version='1.0'?><?xml version='1.0'?><rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"", "xml:" } },
	{ "words after", "<rss version='2.0'><channel><title>t</title>" TAIL "\n<!-- x --> y", { "\"title\":\"t\"", "xml:" } },
	{ "a second feed after it", "<rss version='2.0'><channel><title>t</title>" TAIL "<rss><channel><title>u</title><item><guid>1</guid></item>" TAIL,
	    { "\"title\":\"t\"", "!\"id\":\"1\"" } },
	{ "a comment before", "<!-- <rss> --><rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"", "!warnings" } },
	{ "a doctype that cannot be read", "<!DOCTYPE rss [ <!ENTITY <rss version='2.0'><channel><title>t</title>" TAIL, { "\"title\":\"t\"" } },
	{ "a doctype with entities, and a fault", "<!DOCTYPE rss [<!ENTITY e 'E'><!ENTITY f '&e;&#33;'>]><rss version='2.0'><channel><title>&f; & &e;</title>" TAIL,
	    { "\"title\":\"E! & E\"" } },
};

static const struct feed_row truncated[] = {
	{ "in a text", HEAD "<title>t</title><item><guid>1</guid></item><item><title>half", { "\"id\":\"1\"", "\"title\":\"half\"", "ends too early" } },
	{ "in CDATA", HEAD "<item><description><![CDATA[<p>half", { "\"content_html\":\"<p>half</p>\"" } },
	{ "before the end of CDATA", HEAD "<item><description><![CDATA[half]]", { "\"content_text\":\"half]]\"" } },
	{ "in a tag", HEAD "<title>t</title><item><guid>1</guid><enclosure url='http", { "\"id\":\"1\"", "!attachments" } },
	{ "in an end tag", HEAD "<title>t</tit", { "\"title\":\"t\"" } },
	{ "after a less-than", HEAD "<title>t<", { "\"title\":\"t<\"" } },
	{ "in a reference", HEAD "<title>t&am", { "\"title\":\"t&am\"" } },
	{ "in a comment", HEAD "<title>t</title><!-- ", { "\"title\":\"t\"", "ends too early" } },
	{ "in an instruction", HEAD "<title>t</title><?php ", { "\"title\":\"t\"" } },
	{ "in a markup declaration", HEAD "<title>t</title><![CDA", { "\"title\":\"t\"" } },
	{ "after the root's name", "<rss", { "error -2" } },
	{ "after the root", "<rss>", { "\"format\":\"rss\"" } },
	{ "in the declaration", "<?xml version", { "error -2" } },
};

/* Which of them end in the middle: with the root open. */
static const struct { const char *text; bool cut; } cuts[] = {
	{ HEAD "<item><guid>1</guid></item>" TAIL, false }, { HEAD "<item><guid>1</guid></item>", true }, { HEAD "<item><title>half", true },
	{ HEAD "<title>t & u</title>" TAIL, false }, { HEAD "<title>t & u</title>", true }, { HEAD TAIL "<!-- ", false },
	{ "<rss>", true }, { "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", false },
	{ "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]", true },
};

static void
no_entry(void *arg, const struct doc_entry *entry)
{
	(void)arg;
	(void)entry;
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		struct feed_options opt = FEED_OPTIONS_INIT;
		struct feed_parser *parser = feed_parser_new(&opt, no_entry, NULL);

		feed_parser_push(parser, cuts[i].text, strlen(cuts[i].text));
		if (feed_parser_finish(parser) != FEED_OK || feed_parser_is_cut(parser) != cuts[i].cut)
			fail_msg("row %zu: %s", i, feed_parser_is_cut(parser) ? "cut" : "whole");
		feed_parser_free(parser);
	}
}

#define TEST(name)	static void test_##name(void **state) { (void)state; FEED_ROWS(name); }
TEST(text)
TEST(tags)
TEST(around)
TEST(truncated)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text), cmocka_unit_test(test_tags), cmocka_unit_test(test_around), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
