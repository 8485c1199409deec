/*
 * The facts of a feed, from every format and module, and which of several wins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/feeds/feed-rows.h"

static const struct feed_row formats[] = {
	{ "rss 0.91", "<rss version='0.91'><channel/></rss>", { "\"format\":\"rss-0.91\"" } },
	{ "rss 0.92", "<rss version='0.92'><channel/></rss>", { "\"format\":\"rss-0.92\"" } },
	{ "rss 0.93", "<rss version='0.93'><channel/></rss>", { "\"format\":\"rss-0.93\"" } },
	{ "rss 0.94", "<rss version=' 0.94 '><channel/></rss>", { "\"format\":\"rss-0.94\"" } },
	{ "rss 2.0", "<rss version='2.0'><channel/></rss>", { "\"format\":\"rss-2.0\"" } },
	{ "rss 2.01", "<rss version='2.01'><channel/></rss>", { "\"format\":\"rss-2.0\"" } },
	{ "rss 2.1", "<rss version='2.1'><channel/></rss>", { "\"format\":\"rss-2.0\"" } },
	{ "rss of no version", "<rss><channel/></rss>", { "\"format\":\"rss\"" } },
	{ "rss of a strange version", "<rss version='7'><channel/></rss>", { "\"format\":\"rss\"" } },
	{ "an empty rss", "<rss version='2.0'/>", { "\"format\":\"rss-2.0\"", "\"title\":\"\"", "!warnings" } },
	{ "RSS in capitals", "<RSS version='2.0'><CHANNEL><TITLE>T</TITLE></CHANNEL></RSS>", { "\"title\":\"T\"", "!warnings" } },
	{ "rss in a namespace of its own", "<rss version='2.0' xmlns='http://x.example/'><channel><title>T</title></channel></rss>",
	    { "\"title\":\"T\"" } },
	{ "rss with a prefix", "<x:rss version='2.0' xmlns:x='http://x.example/'><x:channel><x:title>T</x:title></x:channel></x:rss>",
	    { "\"title\":\"T\"" } },
	{ "a channel alone", "<channel><title>T</title></channel>", { "\"format\":\"rss\"", "\"title\":\"T\"" } },
	{ "rdf 1.0", RDF("<channel><title>T</title></channel>"), { "\"format\":\"rdf-1.0\"", "\"title\":\"T\"" } },
	{ "rdf 0.90", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	    "xmlns='http://my.netscape.com/rdf/simple/0.9/'/>", { "\"format\":\"rdf-0.90\"" } },
	{ "rdf 0.90 of the other channel", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	    "xmlns='http://channel.netscape.com/rdf/simple/0.9/'/>", { "\"format\":\"rdf-0.90\"" } },
	{ "rdf 0.90 below the root", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
	    "<channel xmlns='http://my.netscape.com/rdf/simple/0.9/'><title>T</title></channel></rdf:RDF>",
	    { "\"format\":\"rdf-0.90\"", "\"title\":\"T\"" } },
	{ "rdf without a namespace for rss", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
	    "<channel><title>T</title></channel></rdf:RDF>", { "\"format\":\"rdf-1.0\"", "\"title\":\"T\"" } },
	{ "atom 1.0", ATOM("<title>T</title>"), { "\"format\":\"atom-1.0\"", "\"title\":\"T\"" } },
	{ "atom 1.0 with a prefix", "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>T</a:title></a:feed>",
	    { "\"format\":\"atom-1.0\"", "\"title\":\"T\"" } },
	{ "atom 1.0 by https and a slash", "<feed xmlns='https://www.w3.org/2005/Atom/'><title>T</title></feed>",
	    { "\"format\":\"atom-1.0\"", "\"title\":\"T\"" } },
	{ "atom 0.3", ATOM03("<title>T</title>"), { "\"format\":\"atom-0.3\"", "\"title\":\"T\"" } },
	{ "atom without a namespace", "<feed><title>T</title></feed>", { "\"format\":\"atom-1.0\"", "\"title\":\"T\"" } },
	{ "atom 0.3 without a namespace", "<feed version='0.3'><title>T</title></feed>", { "\"format\":\"atom-0.3\"" } },
	{ "an entry alone", "<entry xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>E</title></entry>",
	    { "\"id\":\"x\"", "\"title\":\"E\"", "\"format\":\"atom-1.0\"", "\"title\":\"\"" } },
	{ "a redirect", "<redirect><newLocation>/new</newLocation></redirect>",
	    { "\"format\":\"rss\"", "\"new_feed_url\":\"http://u.example/new\"" } },
	{ "a redirect in rss", "<rss version='2.0'><redirect><newLocation>http://n.example/</newLocation></redirect></rss>",
	    { "\"new_feed_url\":\"http://n.example/\"" } },
	{ "nothing", "", { "error -1: empty document" } },
	{ "white space", " \n\t ", { "error -1: empty document" } },
	{ "RSS 1.1 is not read", "<Channel xmlns='http://purl.org/net/rss1.1#'/>", { "error -2" } },
	{ "CDF is not read", "<CHANNEL HREF='http://c.example/'><TITLE>T</TITLE></CHANNEL>", { "error -2" } },
	{ "words", "garbage", { "error -2: not a feed" } },
	{ "other XML", "<opml version='2.0'><body/></opml>", { "error -2" } },
	{ "a feed of another namespace", "<itunes:feed xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'/>", { "error -2" } },
	{ "a page", "<!DOCTYPE html><html><head><title>x</title></head></html>", { "error -2: a web page without a feed" } },
	{ "a page of XHTML", "<html xmlns='http://www.w3.org/1999/xhtml'><head><link rel='alternate' type='application/atom+xml' "
	    "href='/f'/></head></html>", { "error -2: a web page, not a feed; it names feeds" } },
	{ "half a page", "<head><title>Moved</title></head>\n<body>here</body>", { "error -2" } },
};

static const struct feed_row texts[] = {
	{ "title", RSS("<title> A\n  title </title>"), { "\"title\":\"A title\"" } },
	{ "native title before a module's", RSS("<dc:title>D</dc:title><title>N</title>"), { "\"title\":\"N\"" } },
	{ "atom 0.3's title in rss", "<rss><channel><title xmlns='http://purl.org/atom/ns#'>A</title></channel></rss>", { "\"title\":\"A\"" } },
	{ "the first of two", RSS("<title>1</title><title>2</title>"), { "\"title\":\"1\"" } },
	{ "the first that is not empty", RSS("<title> </title><title>2</title>"), { "\"title\":\"2\"" } },
	{ "atom:title before dc:title", RSS("<dc:title>D</dc:title><atom:title>A</atom:title>"), { "\"title\":\"A\"" } },
	{ "dc:title before itunes:title", RSS("<itunes:title>I</itunes:title><dc:title>D</dc:title>"), { "\"title\":\"D\"" } },
	{ "itunes:title before media:title", RSS("<media:title>M</media:title><itunes:title>I</itunes:title>"), { "\"title\":\"I\"" } },
	{ "media:title last", RSS("<media:title>M</media:title>"), { "\"title\":\"M\"" } },
	{ "dc 1.0", "<rss><channel><title xmlns='http://purl.org/dc/elements/1.0/'>D</title></channel></rss>", { "\"title\":\"D\"" } },
	{ "an image's title is none", RSS("<image><title>I</title></image>"), { "\"title\":\"\"" } },
	{ "a title inside something unknown is none", RSS("<foo><title>F</title></foo>"), { "\"title\":\"\"" } },
	{ "an unknown namespace's title is none", RSS("<x:title xmlns:x='http://x.example/'>X</x:title>"), { "\"title\":\"\"" } },
	{ "a twin", RSS("<title>a &lt;b&gt;c&lt;/b&gt;</title>"), { "\"title\":\"a c\"", "\"title_html\":\"a <b>c</b>\"" } },
	{ "no twin without a tag that stays", RSS("<title>a &lt;blink&gt;c&lt;/blink&gt; &amp;amp;</title>"),
	    { "\"title\":\"a c &\"", "!title_html" } },
	{ "a twin without a line", RSS("<title>&lt;img src='i.png'&gt;</title>"),
	    { "\"title\":\"\"", "\"title_html\":\"<img src=\\\"http://u.example/d/i.png\\\">\"" } },
	{ "description", RSS("<description>D &lt;i&gt;i&lt;/i&gt;</description>"),
	    { "\"description\":\"D i\"", "\"description_html\":\"D <i>i</i>\"" } },
	{ "subtitle", ATOM("<subtitle type='html'>S &amp;lt;</subtitle>"), { "\"description\":\"S <\"" } },
	{ "tagline", ATOM03("<tagline>T</tagline>"), { "\"description\":\"T\"" } },
	{ "dc:description before itunes:summary", RSS("<itunes:summary>I</itunes:summary><dc:description>D</dc:description>"),
	    { "\"description\":\"D\"" } },
	{ "itunes:summary before googleplay", RSS("<googleplay:description>G</googleplay:description><itunes:summary>I</itunes:summary>"),
	    { "\"description\":\"I\"" } },
	{ "googleplay:description", RSS("<googleplay:description>G</googleplay:description>"), { "\"description\":\"G\"" } },
	{ "itunes:subtitle last", RSS("<itunes:subtitle>S</itunes:subtitle>"), { "\"description\":\"S\"", "\"subtitle\":\"S\"" } },
	{ "info", ATOM03("<info type='text/html' mode='escaped'>&lt;b&gt;I&lt;/b&gt;</info>"), { "\"user_comment\":\"I\"" } },
	{ "browserFriendly", RSS("<feedburner:browserFriendly>B</feedburner:browserFriendly>"), { "\"user_comment\":\"B\"" } },
	{ "copyright", RSS("<copyright>C</copyright>"), { "\"rights\":\"C\"" } },
	{ "rights", ATOM("<rights type='html'>&lt;em&gt;R&lt;/em&gt;</rights>"), { "\"rights\":\"R\"", "\"rights_html\":\"<em>R</em>\"" } },
	{ "atom:rights before dc:rights", RSS("<dc:rights>D</dc:rights><atom:rights>A</atom:rights>"), { "\"rights\":\"A\"" } },
	{ "dcterms:rights", RSS("<dcterms:rights>D</dcterms:rights>"), { "\"rights\":\"D\"" } },
	{ "media:copyright last", RSS("<media:copyright>M</media:copyright><dc:rights>D</dc:rights>"), { "\"rights\":\"D\"" } },
	{ "language", RSS("<language> de_AT </language>"), { "\"language\":\"de-AT\"" } },
	{ "dc:language", RSS("<dc:language>fr</dc:language>"), { "\"language\":\"fr\"" } },
	{ "xml:lang of the root", "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='it'><title xml:lang='es'>x</title></feed>",
	    { "\"language\":\"it\"" } },
	{ "xml:lang of the channel", "<rss version='2.0'><channel xml:lang='pt'><title xml:lang='es'>x</title></channel></rss>",
	    { "\"language\":\"pt\"" } },
	{ "xml:lang of the title", RSS("<title xml:lang='es'>x</title>"), { "\"language\":\"es\"" } },
	{ "no language", RSS("<title xml:lang=''>x</title>"), { "!language" } },
};

static const struct feed_row links[] = {
	{ "link", RSS("<link> http://h.example/ </link>"), { "\"home_page_url\":\"http://h.example/\"" } },
	{ "a relative link", RSS("<link>../x</link>"), { "\"home_page_url\":\"http://u.example/x\"" } },
	{ "an empty link is none", RSS("<link/><atom:link href='http://a.example/'/>"), { "\"home_page_url\":\"http://a.example/\"" } },
	{ "a forbidden link", RSS("<link>javascript:alert(1)</link>"), { "!home_page_url", "url: \\\"javascript:alert(1)\\\"" } },
	{ "the best link", ATOM("<link rel='alternate' type='application/json' href='http://1.example/'/>"
	    "<link type='text/html' href='http://2.example/'/><link href='http://3.example/'/>"),
	    { "\"home_page_url\":\"http://2.example/\"" } },
	{ "an alternate of another type", ATOM("<link type='application/json' href='http://1.example/'/>"),
	    { "\"home_page_url\":\"http://1.example/\"" } },
	{ "a bare link", ATOM("<link>http://b.example/</link>"), { "\"home_page_url\":\"http://b.example/\"", "\"rel\":\"alternate\"" } },
	{ "a list of links says the same as the members", ATOM("<link href='h/'/><link rel='self' href='f'/><link rel='next' href='n'/>"),
	    { "\"home_page_url\":\"http://u.example/d/h/\",\"feed_url\":\"http://u.example/d/f\",\"next_url\":\"http://u.example/d/h/n\"",
	      "{\"rel\":\"alternate\",\"href\":\"http://u.example/d/h/\"},{\"rel\":\"self\",\"href\":\"http://u.example/d/f\"},{\"rel\":\"next\",\"href\":\"http://u.example/d/h/n\"}" } },
	{ "a link without anything", ATOM("<link/><link href=''/>"), { "!home_page_url", "!links" } },
	{ "self", ATOM("<link rel='self' href='me'/>"), { "\"feed_url\":\"http://u.example/d/me\"" } },
	{ "the document's URL at last", RSS(""), { "\"feed_url\":\"http://u.example/d/f\"" } },
	{ "next", RSS("<atom:link rel='next' href='?p=2'/>"), { "\"next_url\":\"http://u.example/d/f?p=2\"" } },
	{ "hub", RSS("<atom:link rel='hub' href='http://hub.example/'/>"), { "\"hubs\":[{\"type\":\"WebSub\",\"url\":\"http://hub.example/\"}]" } },
	{ "cloud", RSS("<cloud domain='c.example' port='80' path='RPC2' registerProcedure='r' protocol='xml-rpc'/>"),
	    { "{\"type\":\"rssCloud\",\"url\":\"http://c.example:80/RPC2\"}",
	      "\"cloud\":{\"domain\":\"c.example\",\"port\":80,\"path\":\"RPC2\",\"register_procedure\":\"r\",\"protocol\":\"xml-rpc\"}" } },
	{ "a cloud of nowhere", RSS("<cloud port='x'/>"), { "!hubs", "!cloud" } },
	{ "license by link", RSS("<atom:link rel='license' href='http://l.example/'/>"), { "\"license\":\"http://l.example/\"" } },
	{ "license of RDF", RDF("<channel><cc:license rdf:resource='http://l.example/'/></channel>"), { "\"license\":\"http://l.example/\"" } },
	{ "license of userland", RSS("<creativeCommons:license>http://l.example/</creativeCommons:license>"),
	    { "\"license\":\"http://l.example/\"" } },
	{ "all of a link", ATOM("<link rel='http://www.iana.org/assignments/relation/via' href='v' type='a/b' title=' T  t' hreflang='en' length='5'/>"),
	    { "{\"rel\":\"via\",\"href\":\"http://u.example/d/v\",\"type\":\"a/b\",\"title\":\"T t\",\"hreflang\":\"en\",\"length\":5}" } },
	{ "a length that is none", ATOM("<link href='v' length='-5'/>"), { "!length" } },
	{ "xml:base", ATOM("<link xml:base='http://b.example/x/' href='y'/>"), { "\"home_page_url\":\"http://b.example/x/y\"" } },
	{ "a base on a base", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/a/'><link xml:base='b/' href='c'/></feed>",
	    { "\"home_page_url\":\"http://u.example/a/b/c\"" } },
	{ "a malformed base is ignored", ATOM("<link xml:base='http://' href='y'/>"), { "\"home_page_url\":\"http://u.example/d/y\"" } },
	{ "a base that is not the web's is ignored", ATOM("<link xml:base='file:///x/' href='y'/>"), { "\"home_page_url\":\"http://u.example/d/y\"" } },
	{ "the home page is the base of the rest", RSS("<link>http://h.example/h/</link><atom:link rel='next' href='n'/>"),
	    { "\"next_url\":\"http://h.example/h/n\"" } },
};

static const struct feed_row images[] = {
	{ "image", RSS("<image><url>i.png</url><title>T</title><link>l</link><width>1</width><height>2</height><description>D</description></image>"),
	    { "\"icon\":\"http://u.example/d/i.png\"", "\"image\":{\"url\":\"http://u.example/d/i.png\",\"title\":\"T\","
	      "\"link\":\"http://u.example/d/l\",\"width\":1,\"height\":2,\"description\":\"D\"}" } },
	{ "rdf's image beside the channel", RDF("<channel><image rdf:resource='x'/></channel><image><url>http://i.example/</url></image>"),
	    { "\"icon\":\"http://i.example/\"" } },
	{ "image before itunes", RSS("<itunes:image href='http://t.example/'/><image><url>http://i.example/</url></image>"),
	    { "\"icon\":\"http://i.example/\"" } },
	{ "itunes:image by url", RSS("<itunes:image url='http://t.example/'/>"), { "\"icon\":\"http://t.example/\"" } },
	{ "itunes before googleplay", RSS("<googleplay:image href='http://g.example/'/><itunes:image href='http://t.example/'/>"),
	    { "\"icon\":\"http://t.example/\"" } },
	{ "media:thumbnail last", RSS("<media:thumbnail url='http://m.example/'/>"), { "\"icon\":\"http://m.example/\"" } },
	{ "logo and icon", ATOM("<logo>l.png</logo><icon>i.ico</icon>"),
	    { "\"icon\":\"http://u.example/d/l.png\"", "\"favicon\":\"http://u.example/d/i.ico\"" } },
};

static const struct feed_row people[] = {
	{ "managingEditor", RSS("<managingEditor>me@e.example (Me)</managingEditor><dc:creator>D</dc:creator>"),
	    { "\"authors\":[{\"name\":\"Me\",\"_gazette\":{\"email\":\"me@e.example\"}}]" } },
	{ "author after managingEditor", RSS("<author>A</author>"), { "\"authors\":[{\"name\":\"A\"}]" } },
	{ "atom:author before dc:creator", RSS("<dc:creator>D</dc:creator><atom:author><atom:name>A</atom:name></atom:author>"),
	    { "\"authors\":[{\"name\":\"A\"}]" } },
	{ "all of one kind", RSS("<dc:creator>1</dc:creator><itunes:author>3</itunes:author><dc:creator>2</dc:creator>"),
	    { "\"authors\":[{\"name\":\"1\"},{\"name\":\"2\"}]" } },
	{ "dc:author", RSS("<dc:author>D</dc:author>"), { "\"authors\":[{\"name\":\"D\"}]" } },
	{ "itunes:author before googleplay", RSS("<googleplay:author>G</googleplay:author><itunes:author>I</itunes:author>"),
	    { "\"authors\":[{\"name\":\"I\"}]" } },
	{ "googleplay:author", RSS("<googleplay:author>G</googleplay:author>"), { "\"authors\":[{\"name\":\"G\"}]" } },
	{ "atom's authors", ATOM("<author><name>A</name><uri>/a</uri><email>mailto:a@e.example</email></author><author><name>B</name></author>"),
	    { "\"authors\":[{\"name\":\"A\",\"url\":\"http://u.example/a\",\"_gazette\":{\"email\":\"a@e.example\"}},{\"name\":\"B\"}]" } },
	{ "atom 0.3's url", ATOM03("<author><name>A</name><url>/a</url></author>"), { "\"url\":\"http://u.example/a\"" } },
	{ "a homepage", ATOM("<author><name>A</name><homepage>/a</homepage></author>"), { "\"url\":\"http://u.example/a\"" } },
	{ "an address alone", ATOM("<author><email>a@e.example</email></author>"),
	    { "\"authors\":[{\"name\":\"a@e.example\",\"_gazette\":{\"email\":\"a@e.example\"}}]" } },
	{ "a page alone", ATOM("<author><uri>http://a.example/</uri></author>"), { "\"authors\":[{\"url\":\"http://a.example/\"}]" } },
	{ "nobody", ATOM("<author/><author> </author><author><name/></author>"), { "!authors" } },
	{ "a name in brackets", RSS("<managingEditor>Name &lt;n@e.example&gt;</managingEditor>"),
	    { "{\"name\":\"Name\",\"_gazette\":{\"email\":\"n@e.example\"}}" } },
	{ "an address in brackets", RSS("<managingEditor>Name (mailto:n@e.example)</managingEditor>"),
	    { "{\"name\":\"Name\",\"_gazette\":{\"email\":\"n@e.example\"}}" } },
	{ "brackets without an address", RSS("<managingEditor>Name (Editor)</managingEditor>"), { "[{\"name\":\"Name (Editor)\"}]" } },
	{ "empty brackets", RSS("<managingEditor>n@e.example ()</managingEditor>"), { "{\"name\":\"n@e.example\"" } },
	{ "webMaster", RSS("<webMaster>w@e.example</webMaster>"), { "\"publisher\":{\"name\":\"w@e.example\"" } },
	{ "dc:publisher before itunes:owner", RSS("<itunes:owner><itunes:name>O</itunes:name></itunes:owner><dc:publisher>P</dc:publisher>"),
	    { "\"publisher\":{\"name\":\"P\"}" } },
	{ "itunes:owner", RSS("<itunes:owner><itunes:name>O</itunes:name><itunes:email>o@e.example</itunes:email></itunes:owner>"),
	    { "\"publisher\":{\"name\":\"O\",\"_gazette\":{\"email\":\"o@e.example\"}}" } },
	{ "contributors in their order", RSS("<dc:contributor>1</dc:contributor><atom:contributor><atom:name>2</atom:name></atom:contributor>"),
	    { "\"contributors\":[{\"name\":\"1\"},{\"name\":\"2\"}]" } },
};

static const struct feed_row facts[] = {
	{ "atom:id", ATOM("<id> urn:x </id>"), { "\"id\":\"urn:x\"" } },
	{ "rdf:about", RDF("<channel rdf:about='http://a.example/'/>"), { "\"id\":\"http://a.example/\"" } },
	{ "dc:identifier", RSS("<dc:identifier>D</dc:identifier>"), { "\"id\":\"D\"" } },
	{ "generator", RSS("<generator>G 1</generator>"), { "\"generator\":{\"name\":\"G 1\"}" } },
	{ "atom's generator", ATOM("<generator uri='g' version='1'>G</generator>"),
	    { "\"generator\":{\"name\":\"G\",\"url\":\"http://u.example/d/g\",\"version\":\"1\"}" } },
	{ "admin:generatorAgent", RSS("<admin:generatorAgent rdf:resource='http://g.example/'/>"), { "\"generator\":{\"url\":\"http://g.example/\"}" } },
	{ "generator and agent", RSS("<generator>G</generator><admin:generatorAgent rdf:resource='http://g.example/'/>"),
	    { "\"generator\":{\"name\":\"G\",\"url\":\"http://g.example/\"}" } },
	{ "pubDate", RSS("<dcterms:issued>2001-01-01</dcterms:issued><pubDate>Fri, 02 Jan 2004 03:04:05 GMT</pubDate>"),
	    { "\"published\":\"2004-01-02T03:04:05Z\"" } },
	{ "dcterms:issued before created", RSS("<dcterms:created>2001</dcterms:created><dcterms:issued>2002</dcterms:issued>"),
	    { "\"published\":\"2002-01-01T00:00:00Z\"" } },
	{ "a date that cannot be read gives way", RSS("<pubDate>soon</pubDate><dcterms:created>2001</dcterms:created>"),
	    { "\"published\":\"2001-01-01T00:00:00Z\"", "date: cannot read \\\"soon\\\"" } },
	{ "lastBuildDate before modules", RSS("<atom:updated>2001-01-01T00:00:00Z</atom:updated><lastBuildDate>2002</lastBuildDate>"),
	    { "\"updated\":\"2002-01-01T00:00:00Z\"" } },
	{ "atom:updated before dc:date", RSS("<dc:date>2002</dc:date><atom:updated>2001</atom:updated>"), { "\"updated\":\"2001-01-01T00:00:00Z\"" } },
	{ "dcterms:modified before dc:date", RSS("<dc:date>2002</dc:date><dcterms:modified>2001</dcterms:modified>"), { "\"updated\":\"2001-01-01T00:00:00Z\"" } },
	{ "0.3 modified", ATOM03("<modified>2003-01-01</modified>"), { "\"updated\":\"2003-01-01T00:00:00Z\"" } },
	{ "ttl", RSS("<ttl> 60 </ttl>"), { "\"ttl\":60" } },
	{ "a ttl with a sign", RSS("<ttl>+60</ttl>"), { "\"ttl\":60" } },
	{ "a ttl that is none", RSS("<ttl>-60</ttl><ttl>x</ttl>"), { "!ttl" } },
	{ "skip hours and days", RSS("<skipHours><hour>24</hour><hour>5</hour><hour>5</hour><hour>x</hour></skipHours>"
	    "<skipDays><day>saturday</day><day>Sun</day></skipDays>"), { "\"skip_hours\":[0,5]", "\"skip_days\":[\"Saturday\"]" } },
	{ "syndication", RSS("<sy:updatePeriod> Weekly </sy:updatePeriod><sy:updateFrequency>3</sy:updateFrequency><sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"),
	    { "\"update_period\":\"weekly\",\"update_frequency\":3,\"update_base\":\"2000-01-01T12:00:00Z\"" } },
	{ "a period of its own", RSS("<sy:updatePeriod>often</sy:updatePeriod>"), { "!update_period" } },
	{ "expired", RSS("<itunes:complete>Yes</itunes:complete>"), { "\"expired\":true" } },
	{ "not expired", RSS("<itunes:complete>no</itunes:complete>"), { "!expired" } },
	{ "new-feed-url", RSS("<itunes:new-feed-url>http://n.example/</itunes:new-feed-url>"), { "\"new_feed_url\":\"http://n.example/\"" } },
	{ "tags", RSS("<category domain='s'>a</category><category>a</category><category domain='s'>a</category><dc:subject>b</dc:subject>"
	    "<itunes:category text='c'><itunes:category text='d'/></itunes:category><itunes:keywords>e, f ,,g</itunes:keywords>"),
	    { "\"tags\":[{\"term\":\"a\",\"scheme\":\"s\"},{\"term\":\"a\"},{\"term\":\"b\"},{\"term\":\"c\"},{\"term\":\"d\"},{\"term\":\"e\"},{\"term\":\"f\"},{\"term\":\"g\"}]" } },
	{ "atom's tags", ATOM("<category term='t' scheme='s' label='l'/><category label='only'/><category/>"),
	    { "\"tags\":[{\"term\":\"t\",\"scheme\":\"s\",\"label\":\"l\"},{\"term\":\"only\",\"label\":\"only\"}]" } },
	{ "media's tags", RSS("<media:category scheme='s' label='l'>c</media:category><media:keywords>k1,k2</media:keywords>"),
	    { "\"tags\":[{\"term\":\"c\",\"scheme\":\"s\",\"label\":\"l\"},{\"term\":\"k1\"},{\"term\":\"k2\"}]" } },
	{ "deleted", ATOM("<at:deleted-entry ref='r' when='2005-11-29T12:11:12Z'><at:by><name>B</name></at:by><at:comment>C</at:comment></at:deleted-entry>"),
	    { "\"deleted\":[{\"ref\":\"r\",\"when\":\"2005-11-29T12:11:12Z\",\"comment\":\"C\",\"by\":{\"name\":\"B\"}}]" } },
	{ "deleted without a reference", ATOM("<at:deleted-entry when='2005'/>"), { "!deleted" } },
	{ "podcast", RSS("<itunes:type>serial</itunes:type><itunes:block>Yes</itunes:block><itunes:explicit>clean</itunes:explicit>"
	    "<podcast:guid>g</podcast:guid><podcast:medium>music</podcast:medium><podcast:locked>no</podcast:locked>"
	    "<podcast:funding url='f'>F</podcast:funding><podcast:funding>nowhere</podcast:funding>"),
	    { "\"podcast\":{\"type\":\"serial\",\"block\":true,\"explicit\":false,\"guid\":\"g\",\"medium\":\"music\",\"locked\":false,"
	      "\"funding\":[{\"url\":\"http://u.example/d/f\",\"title\":\"F\"}]}" } },
	{ "googleplay where itunes is silent", RSS("<googleplay:block>yes</googleplay:block><googleplay:explicit>yes</googleplay:explicit><itunes:explicit>no</itunes:explicit>"),
	    { "\"block\":true,\"explicit\":false" } },
	{ "podcast persons", RSS("<podcast:person role='host' group='cast' img='i' href='h'>P</podcast:person><podcast:person/>"),
	    { "\"persons\":[{\"name\":\"P\",\"url\":\"http://u.example/d/h\",\"avatar\":\"http://u.example/d/i\",\"_gazette\":{\"role\":\"host\",\"group\":\"cast\"}}]" } },
	{ "a place", RSS("<georss:point>1 2</georss:point>"), { "\"geo\":{\"type\":\"Point\",\"coordinates\":[2,1]}" } },
};

#define TEST(name)	static void test_##name(void **state) { (void)state; FEED_ROWS(name); }
TEST(formats)
TEST(texts)
TEST(links)
TEST(images)
TEST(people)
TEST(facts)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats), cmocka_unit_test(test_texts), cmocka_unit_test(test_links), cmocka_unit_test(test_images),
		cmocka_unit_test(test_people), cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
