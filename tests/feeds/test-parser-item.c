/*
 * The facts of an item, from every format and module, and which of several wins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/feeds/feed-rows.h"

static const struct feed_row identity[] = {
	{ "guid", ITEM("<guid> g 1 </guid><link>http://l.example/</link>"),
	    { "\"id\":\"g 1\"", "\"url\":\"http://l.example/\"", "\"guid_is_permalink\":false" } },
	{ "a guid is the url", ITEM("<guid>http://g.example/1</guid>"),
	    { "\"id\":\"http://g.example/1\",\"url\":\"http://g.example/1\"", "\"guid_is_permalink\":true" } },
	{ "a guid that says it is no link", ITEM("<guid isPermaLink='false'>http://g.example/1</guid>"), { "!\"url\"", "\"guid_is_permalink\":false" } },
	{ "a guid that says anything", ITEM("<guid isPermaLink='maybe'>http://g.example/1</guid>"), { "!\"url\"", "\"guid_is_permalink\":false" } },
	{ "a guid that says TRUE", ITEM("<guid isPermaLink=' TRUE '>http://g.example/1</guid>"), { "\"guid_is_permalink\":true" } },
	{ "a link wins over a guid", ITEM("<guid>http://g.example/1</guid><link>http://l.example/</link>"), { "\"url\":\"http://l.example/\"" } },
	{ "atom:link wins over a guid", ITEM("<guid>http://g.example/1</guid><atom:link href='http://a.example/'/>"), { "\"url\":\"http://a.example/\"" } },
	{ "origLink wins over all", ITEM("<link>http://l.example/</link><feedburner:origLink>http://o.example/</feedburner:origLink>"),
	    { "\"url\":\"http://o.example/\"" } },
	{ "media:player last", ITEM("<media:player url='http://p.example/'/>"), { "\"url\":\"http://p.example/\"", "\"player\":\"http://p.example/\"" } },
	{ "rdf:about", RDF("<item rdf:about='http://i.example/'/>"), { "\"id\":\"http://i.example/\"", "!\"url\"", "!guid_is_permalink" } },
	{ "atom id", ENTRY("<id>urn:x</id>"), { "\"id\":\"urn:x\"", "!\"url\"", "!guid_is_permalink" } },
	{ "atom id is the url", ENTRY("<id>http://i.example/</id>"), { "\"url\":\"http://i.example/\"" } },
	{ "atom id is never resolved", ENTRY("<id xml:base='http://b.example/'>x</id>"), { "\"id\":\"x\"" } },
	{ "dc:identifier", ITEM("<dc:identifier>d</dc:identifier>"), { "\"id\":\"d\"" } },
	{ "the link as id", ITEM("<link>http://l.example/</link>"), { "\"id\":\"http://l.example/\"" } },
	{ "the related link as id", ENTRY("<link rel='related' href='http://r.example/'/>"), { "\"id\":\"http://r.example/\"", "\"external_url\":\"http://r.example/\"" } },
	{ "the enclosure as id", ITEM("<enclosure url='http://e.example/a.mp3'/>"), { "\"id\":\"http://e.example/a.mp3\"" } },
	{ "a hash as id", ITEM("<title>T</title>"), { "\"id\":\"urn:gazette:" } },
	{ "an empty guid is none", ITEM("<guid/><link>http://l.example/</link>"), { "\"id\":\"http://l.example/\"", "!guid_is_permalink" } },
	{ "items beside the channel", "<rss version='2.0'><channel/><item><guid>1</guid></item></rss>", { "\"id\":\"1\"" } },
	{ "items in document order", RSS("<item><guid>2</guid></item><item><guid>1</guid></item>"), { "\"id\":\"2\",\"content_text\":\"\"" } },
	{ "an item inside something else is none", RSS("<foo><item><guid>1</guid></item></foo>"), { "!\"id\":\"1\"" } },
};

static const struct feed_row bodies[] = {
	{ "nothing", ITEM(""), { "\"content_text\":\"\"", "!content_html" } },
	{ "description as text", ITEM("<description> a\n b </description>"), { "\"content_text\":\"a\\n b\"", "!content_html" } },
	{ "description as HTML", ITEM("<description>&lt;p&gt;a</description>"), { "\"content_html\":\"<p>a</p>\"", "!content_text" } },
	{ "AT&T is text", ITEM("<description>AT&amp;T 1 &lt; 2 I &lt;3 you a &lt;gorilla&gt;</description>"),
	    { "\"content_text\":\"AT&T 1 < 2 I <3 you a <gorilla>\"" } },
	{ "AT&amp;T is HTML", ITEM("<description>AT&amp;amp;T</description>"), { "\"content_html\":\"AT&amp;T\"" } },
	{ "line ends of all kinds", ITEM("<description>a\r\nb\rc\n\r\n</description>"), { "\"content_text\":\"a\\nb\\nc\"" } },
	{ "line ends of all kinds in CDATA", ITEM("<description><![CDATA[a\r\nb\rc\n\r\r\nd\r]]></description><title><![CDATA[\nt\r\n]]></title>"),
	    { "\"content_text\":\"a\\nb\\nc\\n\\n\\nd\"", "\"title\":\"t\"" } },
	{ "content:encoded is HTML", ITEM("<content:encoded>a &amp; b</content:encoded>"), { "\"content_html\":\"a &amp; b\"" } },
	{ "content:encoded before description", ITEM("<description>short</description><content:encoded>long</content:encoded>"),
	    { "\"content_html\":\"long\"", "\"summary\":\"short\"" } },
	{ "atom:content before content:encoded", ITEM("<content:encoded>e</content:encoded><atom:content>a</atom:content>"),
	    { "\"content_text\":\"a\"", "\"summary\":\"e\"" } },
	{ "xhtml:body", ITEM("<description>d</description><xhtml:body><xhtml:p>b</xhtml:p></xhtml:body>"), { "\"content_html\":\"<p>b</p>\"" } },
	{ "xhtml:div", ITEM("<div xmlns='http://www.w3.org/1999/xhtml'>b &lt; c</div>"), { "\"content_html\":\"b &lt; c\"" } },
	{ "markup is HTML", ITEM("<description>a <b>c</b> &lt;i></description>"), { "\"content_html\":\"a <b>c</b> &lt;i&gt;\"" } },
	{ "what is empty after sanitising gives way", ITEM("<content:encoded>&lt;script&gt;x&lt;/script&gt;</content:encoded><description>d</description>"),
	    { "\"content_text\":\"d\"", "!\"summary\"" } },
	{ "the same text is no summary", ITEM("<description>a b</description><content:encoded>&lt;p&gt;a &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;</content:encoded>"),
	    { "!\"summary\"" } },
	{ "the same beginning is a summary", ITEM("<description>a b</description><content:encoded>&lt;p&gt;a &lt;b&gt;b&lt;/b&gt; c&lt;/p&gt;</content:encoded>"),
	    { "\"summary\":\"a b\"" } },
	{ "more than the body is a summary", ITEM("<description>a b c</description><content:encoded>a b</content:encoded>"), { "\"summary\":\"a b c\"" } },
	{ "a summary with a twin", ITEM("<description>&lt;em&gt;d&lt;/em&gt;</description><content:encoded>e</content:encoded>"),
	    { "\"summary\":\"d\"", "\"summary_html\":\"<em>d</em>\"" } },
	{ "the third differs", ITEM("<content:encoded>a</content:encoded><description>a</description><itunes:summary>s</itunes:summary>"),
	    { "\"summary\":\"s\"" } },
	{ "atom summary alone is the body", ENTRY("<summary>s</summary>"), { "\"content_text\":\"s\"" } },
	{ "the order of the modules", ITEM("<itunes:subtitle>6</itunes:subtitle><media:description>5</media:description>"
	    "<googleplay:description>4</googleplay:description><itunes:summary>3</itunes:summary><dc:description>2</dc:description>"),
	    { "\"content_text\":\"2\"", "\"summary\":\"3\"" } },
	{ "googleplay before media", ITEM("<media:description>5</media:description><googleplay:description>4</googleplay:description>"),
	    { "\"content_text\":\"4\"", "\"summary\":\"5\"" } },
	{ "subtitle last", ITEM("<itunes:subtitle>s</itunes:subtitle>"), { "\"content_text\":\"s\"", "\"subtitle\":\"s\"" } },
	{ "html wins among contents", ENTRY("<content>t</content><content type='html'>&lt;p&gt;h</content>"), { "\"content_html\":\"<p>h</p>\"", "\"summary\":\"t\"" } },
	{ "a base for the body is the item's url", RSS("<link>http://h.example/</link><item><link>http://i.example/a/b</link><description>&lt;a href='c'&gt;x&lt;/a&gt;</description></item>"),
	    { "<a href=\\\"http://i.example/a/c\\\">" } },
	{ "else the home page", RSS("<link>http://h.example/h/</link><item><description>&lt;a href='c'&gt;x&lt;/a&gt;</description></item>"),
	    { "<a href=\\\"http://h.example/h/c\\\">" } },
	{ "else the document", ITEM("<description>&lt;a href='c'&gt;x&lt;/a&gt;</description>"), { "<a href=\\\"http://u.example/d/c\\\">" } },
	{ "xml:base wins", ITEM("<link>http://i.example/a/b</link><description xml:base='http://x.example/'>&lt;a href='c'&gt;x&lt;/a&gt;</description>"),
	    { "<a href=\\\"http://x.example/c\\\">" } },
	{ "xml:base inside of markup", ENTRY("<content type='xhtml' xml:base='http://x.example/a/'><div xmlns='http://www.w3.org/1999/xhtml'>"
	    "<a href='1'/><p xml:base='b/'><a href='2'/><i xml:base='c/'><a href='3'/></i></p><a href='4'/></div></content>"),
	    { "http://x.example/a/1", "http://x.example/a/b/2", "http://x.example/a/b/c/3", "http://x.example/a/4" } },
};

static const struct feed_row constructs[] = {
	{ "no type is text", ENTRY("<title>a &lt;b&gt; &amp;amp;</title>"), { "\"title\":\"a <b> &amp;\"", "!title_html" } },
	{ "text", ENTRY("<title type='text'>a &lt;b&gt;</title>"), { "\"title\":\"a <b>\"" } },
	{ "a made-up name is text", ENTRY("<title type='foo'>a &lt;b&gt;</title>"), { "\"title\":\"a <b>\"" } },
	{ "text/plain", ENTRY("<content type='text/plain; charset=utf-8'>&lt;p&gt;</content>"), { "\"content_text\":\"<p>\"" } },
	{ "another text", ENTRY("<content type='text/markdown'>*x*</content>"), { "\"content_text\":\"*x*\"" } },
	{ "html", ENTRY("<title type='html'>a &lt;b&gt;c&lt;/b&gt; &amp;amp; d</title>"), { "\"title\":\"a c & d\"", "\"title_html\":\"a <b>c</b> &amp; d\"" } },
	{ "text/html", ENTRY("<content type=' TEXT/HTML '>&lt;p&gt;</content>"), { "\"content_html\":\"<p></p>\"" } },
	{ "html with elements that hold HTML", ENTRY("<content type='html'><x>&lt;p&gt;y</x></content>"), { "\"content_html\":\"<p>y</p>\"" } },
	{ "html with elements", ENTRY("<content type='html'><p>y</p></content>"), { "\"content_html\":\"<p>y</p>\"" } },
	{ "xhtml", ENTRY("<content type='xhtml'> <div xmlns='http://www.w3.org/1999/xhtml'><p>a<br/>b &lt; c</p></div> </content>"),
	    { "\"content_html\":\"<p>a<br>b &lt; c</p>\"" } },
	{ "xhtml with two divs", ENTRY("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a</div><div xmlns='http://www.w3.org/1999/xhtml'>b</div></content>"),
	    { "\"content_html\":\"<div>a</div><div>b</div>\"" } },
	{ "xhtml with a div inside the div", ENTRY("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><div>a</div></div></content>"),
	    { "\"content_html\":\"<div>a</div>\"" } },
	{ "xhtml with a prefix", ENTRY("<content type='application/xhtml+xml'><xhtml:div><xhtml:em>a</xhtml:em></xhtml:div></content>"), { "\"content_html\":\"<em>a</em>\"" } },
	{ "xhtml without elements", ENTRY("<content type='xhtml'>a &lt; b</content>"), { "\"content_html\":\"a &lt; b\"" } },
	{ "xml", ENTRY("<content type='application/x+xml'><x:y xmlns:x='http://x.example/'>a<x:b>c</x:b></x:y></content>"), { "\"content_html\":\"ac\"" } },
	{ "svg goes", ENTRY("<content type='image/svg+xml'><svg xmlns='http://www.w3.org/2000/svg'><text>a</text></svg></content><summary>s</summary>"), { "\"content_text\":\"s\"" } },
	{ "base64", ENTRY("<content type='application/octet-stream'> PGI+ Ym9sZDwvYj4= </content>"), { "\"content_html\":\"<b>bold</b>\"" } },
	{ "base64 of plain text", ENTRY("<content type='a/b'>cGxhaW4</content>"), { "\"content_text\":\"plain\"" } },
	{ "base64 of something else", ENTRY("<content type='a/b'>/////w==</content>"), { "\"content_text\":\"\"" } },
	{ "base64 with control characters", ENTRY("<content type='a/b'>YQFiG2M=</content>"), { "\"content_text\":\"abc\"" } },
	{ "base64 with a NUL", ENTRY("<content type='a/b'>YQBi</content>"), { "\"content_text\":\"\"" } },
	{ "no base64", ENTRY("<content type='a/b'>{\"a\":1}</content>"), { "\"content_text\":\"\"" } },
	{ "0.3 plain", ENTRY03("<title>a &lt;b&gt;</title>"), { "\"title\":\"a <b>\"" } },
	{ "0.3 escaped html", ENTRY03("<title type='text/html' mode='escaped'>a &lt;b&gt;c&lt;/b&gt;</title>"), { "\"title_html\":\"a <b>c</b>\"" } },
	{ "0.3 escaped plain", ENTRY03("<title mode='escaped'>a &lt;b&gt;</title>"), { "\"title\":\"a <b>\"", "!title_html" } },
	{ "0.3 xml", ENTRY03("<content type='application/xhtml+xml'><p xmlns='http://www.w3.org/1999/xhtml'>x</p></content>"), { "\"content_html\":\"<p>x</p>\"" } },
	{ "0.3 html in mode xml that is escaped nonetheless", ENTRY03("<content type='text/html'>&lt;p&gt;x</content>"), { "\"content_html\":\"<p>x</p>\"" } },
	{ "0.3 html in mode xml", ENTRY03("<content type='text/html'>1 &lt; 2</content>"), { "\"content_html\":\"1 &lt; 2\"" } },
	{ "0.3 elements are HTML whatever the type", ENTRY03("<title><b xmlns='http://www.w3.org/1999/xhtml'>x</b></title>"), { "\"title_html\":\"<b>x</b>\"" } },
	{ "0.3 base64 html", ENTRY03("<content type='text/html' mode='base64'>eA==</content>"), { "\"content_html\":\"x\"" } },
	{ "0.3 base64", ENTRY03("<content mode='base64'>PHA+eA==</content>"), { "\"content_html\":\"<p>x</p>\"" } },
	{ "0.3 in rss", ITEM("<content xmlns='http://purl.org/atom/ns#' type='text/html' mode='base64'>PHA+eA==</content>"), { "\"content_html\":\"<p>x</p>\"" } },
	{ "media plain", ITEM("<media:title type='plain'>a &lt;b&gt;c&lt;/b&gt;</media:title>"), { "\"title\":\"a <b>c</b>\"" } },
	{ "media html", ITEM("<media:description type='html'>a</media:description>"), { "\"content_html\":\"a\"" } },
	{ "media of no type", ITEM("<media:description>a &lt;b&gt;c&lt;/b&gt;</media:description>"), { "\"content_html\":\"a <b>c</b>\"" } },
	{ "CDATA is text", ITEM("<title><![CDATA[a <b>c</b> &amp;]]> d</title>"), { "\"title\":\"a c & d\"" } },
	{ "C1 controls are windows-1252", ITEM("<title>&#x80;&#146;&#x81;\xc2\x93x</title>"), { "\"title\":\"\xe2\x82\xac\xe2\x80\x99" } },
};

static const struct feed_row dates[] = {
	{ "pubDate", ITEM("<pubDate>Fri, 02 Jan 2004 03:04:05 +0100</pubDate>"), { "\"date_published\":\"2004-01-02T02:04:05Z\"" } },
	{ "dc:date", ITEM("<dc:date>2004-01-02</dc:date>"), { "\"date_published\":\"2004-01-02T00:00:00Z\"", "!date_modified" } },
	{ "the order in rss", ITEM("<atom:published>2005</atom:published><dcterms:created>2003</dcterms:created><dc:date>2002</dc:date><dcterms:issued>2001</dcterms:issued>"),
	    { "\"date_published\":\"2001-01-01T00:00:00Z\"" } },
	{ "dc:date before created", ITEM("<dcterms:created>2003</dcterms:created><dc:date>2002</dc:date>"), { "\"date_published\":\"2002-01-01T00:00:00Z\"" } },
	{ "created before atom:published", ITEM("<atom:published>2005</atom:published><dcterms:created>2003</dcterms:created>"), { "\"date_published\":\"2003-01-01T00:00:00Z\"" } },
	{ "atom", ENTRY("<dc:date>2001</dc:date><published>2002</published><updated>2003</updated>"),
	    { "\"date_published\":\"2002-01-01T00:00:00Z\",\"date_modified\":\"2003-01-01T00:00:00Z\"" } },
	{ "0.3", ENTRY03("<created>2001</created><issued>2002</issued><modified>2003</modified>"),
	    { "\"date_published\":\"2002-01-01T00:00:00Z\",\"date_modified\":\"2003-01-01T00:00:00Z\"" } },
	{ "0.3 created among the modules", ENTRY03("<created>2001</created><dc:date>2002</dc:date>"), { "\"date_published\":\"2002-01-01T00:00:00Z\"" } },
	{ "modified in rss", ITEM("<atom:updated>2002</atom:updated><dcterms:modified>2001</dcterms:modified>"), { "\"date_modified\":\"2001-01-01T00:00:00Z\"" } },
	{ "no date", ITEM("<pubDate>13/13/2004</pubDate>"), { "!date_published", "date: cannot read \\\"13/13/2004\\\"" } },
};

static const struct feed_row people[] = {
	{ "the order in rss", ITEM("<itunes:author>5</itunes:author><dc:author>4</dc:author><author>3</author><dc:creator>2</dc:creator>"
	    "<atom:author><atom:name>1</atom:name></atom:author>"), { "\"authors\":[{\"name\":\"1\"}]" } },
	{ "dc:creator before author", ITEM("<author>3</author><dc:creator>2</dc:creator>"), { "\"authors\":[{\"name\":\"2\"}]" } },
	{ "author before dc:author", ITEM("<dc:author>4</dc:author><author>3</author>"), { "\"authors\":[{\"name\":\"3\"}]" } },
	{ "dc:author before itunes", ITEM("<itunes:author>5</itunes:author><dc:author>4</dc:author>"), { "\"authors\":[{\"name\":\"4\"}]" } },
	{ "itunes before googleplay", ITEM("<googleplay:author>6</googleplay:author><itunes:author>5</itunes:author>"), { "\"authors\":[{\"name\":\"5\"}]" } },
	{ "a credit last", ITEM("<media:credit role='author'>C</media:credit><media:credit role='actor'>D</media:credit>"),
	    { "\"authors\":[{\"name\":\"C\"}]", "\"credits\":[{\"name\":\"C\",\"role\":\"author\"},{\"name\":\"D\",\"role\":\"actor\"}]" } },
	{ "no credit where there is an author", ITEM("<media:credit role='author'>C</media:credit><author>A</author>"), { "\"authors\":[{\"name\":\"A\"}]" } },
	{ "the source's authors", ENTRY("<source><author><name>S</name></author></source><dc:creator>D</dc:creator>"), { "],\"_gazette\":{\"source\":{\"authors\":[{\"name\":\"S\"}]", "\"authors\":[{\"name\":\"S\"}]" } },
	{ "not the source's", ENTRY("<source><author><name>S</name></author></source><author><name>A</name></author>"), { "\"authors\":[{\"name\":\"A\"}]" } },
	{ "not the feed's", ATOM("<author><name>F</name></author><entry><id>1</id></entry>"), { "{\"id\":\"1\",\"content_text\":\"\"}" } },
	{ "an author with a name inside", ITEM("<author><name>N</name><email>n@e.example</email></author>"), { "\"authors\":[{\"name\":\"N\",\"_gazette\":{\"email\":\"n@e.example\"}}]" } },
	{ "contributors and publisher", ITEM("<dc:contributor>C</dc:contributor><dc:publisher>P</dc:publisher>"),
	    { "\"contributors\":[{\"name\":\"C\"}]", "\"publisher\":{\"name\":\"P\"}" } },
};

static const struct feed_row tags[] = {
	{ "categories once", ITEM("<category>a</category><category domain='s'>a</category><category> b  c </category>"),
	    { "\"tags\":[\"a\",\"b c\"]", "\"tags\":[{\"term\":\"a\"},{\"term\":\"a\",\"scheme\":\"s\"},{\"term\":\"b c\"}]" } },
	{ "plain ones are not listed twice", ITEM("<category>a</category>"), { "\"tags\":[\"a\"]", "!\"term\"" } },
	{ "atom's labels", ENTRY("<category term='t' label='L'/><category term='u'/>"), { "\"tags\":[\"L\",\"u\"]" } },
	{ "all modules in order", ITEM("<dc:subject>1</dc:subject><category>2</category><itunes:keywords>3, 4</itunes:keywords><itunes:category text='5'/>"
	    "<media:keywords>6</media:keywords><media:category label='7'>x</media:category>"), { "\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]" } },
	{ "a scheme without a term", ENTRY("<category scheme='s'/>"), { "\"tags\":[{\"scheme\":\"s\"}]", "!\"tags\":[\"" } },
};

static const struct feed_row languages[] = {
	{ "the feed's is not repeated", RSS("<language>en</language><item xml:lang='EN'><title>x</title></item>"), { "!\"language\":\"EN\"" } },
	{ "dc:language", RSS("<language>en</language><item><dc:language>de</dc:language></item>"), { "\"language\":\"de\"" } },
	{ "of the body", ENTRY("<title xml:lang='fr'>x</title><content xml:lang='de'>y</content>"), { "\"language\":\"de\"" } },
	{ "of the title", ENTRY("<title xml:lang='fr'>x</title>"), { "\"language\":\"fr\"" } },
	{ "of the entry", ATOM("<entry xml:lang='fr'/>"), { "\"language\":\"fr\"" } },
	{ "none", "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry xml:lang=''><title>x</title></entry></feed>", { "!{\"id\":\"x\",\"language\"", "\"language\":\"en\"" } },
	{ "the feed's comes later", RSS("<item><dc:language>de</dc:language></item><item><dc:language>en</dc:language><title>x</title></item><language>de</language>"),
	    { "!\"language\":\"de\"}\n", "\"language\":\"en\"" } },
};

static const struct feed_row others[] = {
	{ "comments", ITEM("<comments>c</comments>"), { "\"comments_url\":\"http://u.example/d/c\"" } },
	{ "comments that are words", ITEM("<comments>Some text</comments>"), { "!comments_url" } },
	{ "wfw and slash", ITEM("<wfw:commentRss>w</wfw:commentRss><slash:comments>5</slash:comments>"),
	    { "\"comments_feed\":\"http://u.example/d/w\"", "\"comment_count\":5" } },
	{ "replies", ENTRY("<link rel='replies' type='text/html' href='h'/><link rel='replies' href='f' thr:count='7'/>"),
	    { "\"comments_url\":\"http://u.example/d/h\"", "\"comments_feed\":\"http://u.example/d/f\"", "\"comment_count\":7" } },
	{ "replies of a feed type", ENTRY("<link rel='replies' type='application/atom+xml' href='f'/>"), { "\"comments_feed\"", "!comments_url" } },
	{ "total", ENTRY("<thr:total>3</thr:total>"), { "\"comment_count\":3" } },
	{ "in reply to", ENTRY("<thr:in-reply-to ref='r' href='h' type='t/t' source='s'/><thr:in-reply-to/>"),
	    { "\"in_reply_to\":[{\"ref\":\"r\",\"href\":\"http://u.example/d/h\",\"type\":\"t/t\",\"source\":\"http://u.example/d/s\"}]" } },
	{ "rss source", ITEM("<source url='s'>S</source>"), { "\"source\":{\"title\":\"S\",\"feed_url\":\"http://u.example/d/s\"}" } },
	{ "an empty source", ITEM("<source/>"), { "!source" } },
	{ "atom source", ENTRY("<source><title>S</title><id>i</id><updated>2001</updated><link href='http://s.example/'/><category term='c'/><rights>R</rights></source>"),
	    { "\"source\":{\"title\":\"S\",\"home_page_url\":\"http://s.example/\",\"_gazette\":{\"id\":\"i\",\"rights\":\"R\",\"updated\":\"2001-01-01T00:00:00Z\"",
	      "\"tags\":[{\"term\":\"c\"}]", "!\"tags\":[\"c\"]" } },
	{ "the source's title is not the item's", ENTRY("<source><title>S</title></source>"), { "!\"title\":\"S\",\"content" } },
	{ "rights and licence", ITEM("<dc:rights>R</dc:rights><creativeCommons:license>http://l.example/</creativeCommons:license>"),
	    { "\"rights\":\"R\",\"license\":\"http://l.example/\"" } },
	{ "external", ITEM("<atom:link rel='related' href='http://r.example/'/>"), { "\"external_url\":\"http://r.example/\"" } },
	{ "image by url", ITEM("<image><url>i</url></image>"), { "\"image\":\"http://u.example/d/i\"" } },
	{ "image by text", ITEM("<image> i </image>"), { "\"image\":\"http://u.example/d/i\"" } },
	{ "itunes:image", ITEM("<media:thumbnail url='t'/><itunes:image href='i'/>"), { "\"image\":\"http://u.example/d/i\"" } },
	{ "a thumbnail and a credit of nothing", ITEM("<media:thumbnail/><media:credit/>"), { "!media" } },
	{ "a thumbnail", ITEM("<media:content url='c.png'/><media:thumbnail url='t' width='1' height='2'/>"),
	    { "\"image\":\"http://u.example/d/t\"", "\"thumbnails\":[{\"url\":\"http://u.example/d/t\",\"width\":1,\"height\":2}]" } },
	{ "an attachment that is an image", ITEM("<enclosure url='a.mp3'/><enclosure url='b.png'/>"), { "\"image\":\"http://u.example/d/b.png\"" } },
	{ "a medium that is an image", ITEM("<media:content url='b' medium='image'/>"), { "\"image\":\"http://u.example/d/b\"" } },
	{ "media title of the item, the group, the content", ITEM("<media:group><media:content url='c'><media:title>3</media:title></media:content><media:title>2</media:title></media:group><media:title>1</media:title>"),
	    { "\"title\":\"1\"", "\"title\":\"3\"" } },
	{ "media title of the group", ITEM("<media:group><media:content url='c'><media:title>3</media:title></media:content><media:title>2</media:title></media:group>"),
	    { "\"title\":\"2\",\"content_text\"" } },
	{ "rating", ITEM("<media:rating>nonadult</media:rating>"), { "\"rating\":\"nonadult\"" } },
	{ "adult", ITEM("<media:adult>true</media:adult>"), { "\"rating\":\"adult\"" } },
	{ "wise as to adults", ITEM("<media:adult>perhaps</media:adult>"), { "!rating" } },
};

static const struct feed_row attachments[] = {
	{ "enclosure", ITEM("<enclosure url='a.mp3' length='12' type='audio/mpeg'/>"),
	    { "\"attachments\":[{\"url\":\"http://u.example/d/a.mp3\",\"mime_type\":\"audio/mpeg\",\"size_in_bytes\":12}]" } },
	{ "a size of 0", ITEM("<enclosure url='a.mp3' length='0'/>"), { "!size_in_bytes" } },
	{ "a type by the extension", ITEM("<enclosure url='http://x.example/a.OGG?b=c.d'/>"), { "\"mime_type\":\"audio/ogg\"" } },
	{ "a type of nothing", ITEM("<enclosure url='a'/>"), { "\"mime_type\":\"application/octet-stream\"" } },
	{ "without a URL", ITEM("<enclosure type='x/y'/>"), { "!attachments" } },
	{ "link", ENTRY("<link rel='enclosure' href='a' type='x/y' title='T' hreflang='en' length='5'/>"),
	    { "{\"url\":\"http://u.example/d/a\",\"mime_type\":\"x/y\",\"title\":\"T\",\"size_in_bytes\":5,\"_gazette\":{\"language\":\"en\"}}" } },
	{ "link of iana", ENTRY("<link rel='http://www.iana.org/assignments/relation/enclosure' href='a'/>"), { "\"attachments\":[" } },
	{ "content elsewhere", ENTRY("<content src='a.pdf' type='application/pdf'/>"), { "\"attachments\":[{\"url\":\"http://u.example/d/a.pdf\",\"mime_type\":\"application/pdf\"}]", "\"content_text\":\"\"" } },
	{ "media", ITEM("<media:content url='a.mp4' fileSize='9' type='video/mp4' medium='video' isDefault='true' duration='1:05' width='3' height='2' lang='en'/>"),
	    { "{\"url\":\"http://u.example/d/a.mp4\",\"mime_type\":\"video/mp4\",\"size_in_bytes\":9,\"duration_in_seconds\":65,\"_gazette\":{\"medium\":\"video\",\"width\":3,\"height\":2,\"language\":\"en\",\"default\":true}}" } },
	{ "groups are numbered", ITEM("<media:group><media:content url='1'/><media:content url='2'/></media:group><media:content url='3'/><media:group><media:content url='4'/></media:group>"),
	    { "d/1\",\"mime_type\":\"application/octet-stream\",\"_gazette\":{\"group\":1}}", "d/2\",\"mime_type\":\"application/octet-stream\",\"_gazette\":{\"group\":1}}",
	      "d/3\",\"mime_type\":\"application/octet-stream\"}", "d/4\",\"mime_type\":\"application/octet-stream\",\"_gazette\":{\"group\":2}}" } },
	{ "two with one URL are one", ITEM("<enclosure url='a.mp3' length='7'/><media:content url='a.mp3' duration='9' fileSize='8'/>"),
	    { "\"attachments\":[{\"url\":\"http://u.example/d/a.mp3\",\"mime_type\":\"audio/mpeg\",\"size_in_bytes\":7,\"duration_in_seconds\":9}]" } },
	{ "origEnclosureLink", ITEM("<enclosure url='a.mp3'/><enclosure url='b.mp3'/><feedburner:origEnclosureLink>http://o.example/a.mp3</feedburner:origEnclosureLink>"),
	    { "http://o.example/a.mp3", "!d/a.mp3", "d/b.mp3" } },
	{ "duration of the item", ITEM("<itunes:duration>1:00:01.5</itunes:duration><enclosure url='a.mp3'/><enclosure url='a.pdf'/><media:content url='v' medium='video' duration='3'/>"),
	    { "a.mp3\",\"mime_type\":\"audio/mpeg\",\"duration_in_seconds\":3601.5}", "\"application/pdf\"}", "\"duration_in_seconds\":3,", "\"podcast\":{\"duration\":3601.5}" } },
	{ "alternate", ITEM("<podcast:alternateEnclosure type='audio/opus' length='3' title='T' lang='en' height='4' default='no'><podcast:source/><podcast:source uri='a.opus'/></podcast:alternateEnclosure>"),
	    { "{\"url\":\"http://u.example/d/a.opus\",\"mime_type\":\"audio/opus\",\"title\":\"T\",\"size_in_bytes\":3,\"_gazette\":{\"height\":4,\"language\":\"en\",\"default\":false}}" } },
	{ "alternate without a source", ITEM("<podcast:alternateEnclosure type='audio/opus'/>"), { "!attachments" } },
};

static const struct feed_row podcasts[] = {
	{ "itunes", ITEM("<itunes:duration>90</itunes:duration><itunes:block>no</itunes:block><itunes:explicit>explicit</itunes:explicit>"
	    "<itunes:season>2</itunes:season><itunes:episode>3</itunes:episode><itunes:episodeType>bonus</itunes:episodeType>"),
	    { "\"podcast\":{\"duration\":90,\"block\":false,\"explicit\":true,\"season\":2,\"episode\":3,\"episode_type\":\"bonus\"}" } },
	{ "a fraction of a second", ITEM("<itunes:duration>1:00.25</itunes:duration>"), { "\"duration\":60.25" } },
	{ "durations that are none", ITEM("<itunes:duration>1:2:3:4</itunes:duration><itunes:duration>-1</itunes:duration><itunes:duration>1:x</itunes:duration><itunes:duration>1.2.3</itunes:duration>"), { "!duration" } },
	{ "half an episode", ITEM("<podcast:season>-1</podcast:season><podcast:episode display='Ch.3'>204.5</podcast:episode>"), { "\"episode\":204.5}", "!season" } },
	{ "podcast season", ITEM("<podcast:season name='x'>4</podcast:season><podcast:episode>5</podcast:episode>"), { "\"season\":4,\"episode\":5" } },
	{ "transcripts", ITEM("<podcast:transcript url='t' type='text/vtt' language='en' rel='captions'/><podcast:transcript/>"),
	    { "\"transcripts\":[{\"url\":\"http://u.example/d/t\",\"type\":\"text/vtt\",\"language\":\"en\",\"rel\":\"captions\"}]" } },
	{ "chapters", ITEM("<podcast:chapters url='c'/><psc:chapters><psc:chapter start='2:00' title='B'/><psc:chapter start='0.5' title='A' href='h' image='i'/><psc:chapter title='never'/></psc:chapters>"
	    "<psc:chapters><psc:chapter start='9' title='other'/></psc:chapters>"),
	    { "\"chapters_url\":\"http://u.example/d/c\",\"chapters\":[{\"start\":0.5,\"title\":\"A\",\"url\":\"http://u.example/d/h\",\"image\":\"i\"},{\"start\":120,\"title\":\"B\"}]" } },
	{ "persons and funding", ITEM("<podcast:person>P</podcast:person><podcast:funding url='f'/>"), { "\"funding\":[{\"url\":\"http://u.example/d/f\"}]", "\"persons\":[{\"name\":\"P\"}]" } },
};

static const struct feed_row places[] = {
	{ "point", ITEM("<georss:point>45.5 -71</georss:point>"), { "\"geo\":{\"type\":\"Point\",\"coordinates\":[-71,45.5]}" } },
	{ "point with a comma", ITEM("<georss:point> 45.5,-71 </georss:point>"), { "[-71,45.5]" } },
	{ "gml:Point", ITEM("<georss:where><gml:Point><gml:pos>1 2</gml:pos></gml:Point></georss:where>"), { "[2,1]" } },
	{ "gml:Point without where", ITEM("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"), { "[2,1]" } },
	{ "a height", ITEM("<gml:Point srsDimension='3'><gml:pos>1 2 3</gml:pos></gml:Point>"), { "[2,1,3]" } },
	{ "geo", ITEM("<geo:lat>1</geo:lat><geo:long>2</geo:long>"), { "[2,1]" } },
	{ "geo:Point", ITEM("<geo:Point><geo:lat>1</geo:lat><geo:long>2</geo:long></geo:Point>"), { "[2,1]" } },
	{ "icbm", ITEM("<icbm:latitude>1</icbm:latitude><icbm:longitude>2</icbm:longitude>"), { "[2,1]" } },
	{ "not half of each", ITEM("<geo:lat>1</geo:lat><icbm:longitude>2</icbm:longitude>"), { "!geo\"" } },
	{ "line", ITEM("<georss:line>1 2 3 4</georss:line>"), { "\"type\":\"LineString\",\"coordinates\":[[2,1],[4,3]]" } },
	{ "half a line", ITEM("<georss:line>1 2</georss:line>"), { "!\"geo\"" } },
	{ "gml:LineString", ITEM("<gml:LineString><gml:posList>1 2 3 4</gml:posList></gml:LineString>"), { "LineString" } },
	{ "gml:LineString of pos", ITEM("<gml:LineString><gml:pos>1 2</gml:pos><gml:pos>3 4</gml:pos></gml:LineString>"), { "[[2,1],[4,3]]" } },
	{ "polygon", ITEM("<georss:polygon>1 1 1 2 2 2 1 1</georss:polygon>"), { "\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2],[1,1]]]" } },
	{ "an open polygon is closed", ITEM("<georss:polygon>1 1 1 2 2 2 2 1</georss:polygon>"), { "[2,2],[1,2],[1,1]]]" } },
	{ "too little of a polygon", ITEM("<georss:polygon>1 1 1 2 2 2</georss:polygon>"), { "!\"geo\"" } },
	{ "gml:Polygon", ITEM("<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>1 1 1 2 2 2 1 1</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"), { "Polygon" } },
	{ "box", ITEM("<georss:box>1 2 3 4</georss:box>"), { "\"coordinates\":[[[2,1],[4,1],[4,3],[2,3],[2,1]]]" } },
	{ "gml:Envelope", ITEM("<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>"), { "[[[2,1],[4,1],[4,3],[2,3],[2,1]]]" } },
	{ "a box over the date line", ITEM("<georss:box>1 170 3 -170</georss:box>"), { "[[[170,1],[-170,1],[-170,3],[170,3],[170,1]]]" } },
	{ "GML 3.2", ITEM("<g:Point xmlns:g='http://www.opengis.net/gml/3.2'><g:pos>1 2</g:pos></g:Point>"), { "[2,1]" } },
	{ "exponents", ITEM("<georss:point>+1.25e1 -2E-1</georss:point>"), { "[-0.2,12.5]" } },
	{ "an exponent without a number", ITEM("<georss:point>1e 2</georss:point>"), { "!\"geo\"" } },
	{ "a point is no number", ITEM("<georss:point>. 2</georss:point>"), { "!\"geo\"" } },
	{ "a number beyond all numbers", ITEM("<georss:point>1e999 2</georss:point>"), { "!\"geo\"" } },
	{ "a box of one corner", ITEM("<georss:box>1 2</georss:box>"), { "!\"geo\"" } },
	{ "off the earth", ITEM("<georss:point>91 0</georss:point>"), { "!\"geo\"" } },
	{ "an odd number", ITEM("<georss:line>1 2 3</georss:line>"), { "!\"geo\"" } },
	{ "no numbers in gml", ITEM("<gml:Point><gml:pos>x</gml:pos></gml:Point>"), { "!\"geo\"" } },
	{ "no numbers", ITEM("<georss:point>here there</georss:point><georss:point/>"), { "!\"geo\"" } },
	{ "the second is right", ITEM("<georss:point>x</georss:point><georss:point>1 2</georss:point>"), { "[2,1]" } },
};

#define TEST(name)	static void test_##name(void **state) { (void)state; FEED_ROWS(name); }
TEST(identity)
TEST(bodies)
TEST(constructs)
TEST(dates)
TEST(people)
TEST(tags)
TEST(languages)
TEST(others)
TEST(attachments)
TEST(podcasts)
TEST(places)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity), cmocka_unit_test(test_bodies), cmocka_unit_test(test_constructs), cmocka_unit_test(test_dates),
		cmocka_unit_test(test_people), cmocka_unit_test(test_tags), cmocka_unit_test(test_languages), cmocka_unit_test(test_others),
		cmocka_unit_test(test_attachments), cmocka_unit_test(test_podcasts), cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
