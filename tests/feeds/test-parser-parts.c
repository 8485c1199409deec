/*
 * The parts of the parser one by one: names, tags, scopes, entities, repairs of JSON, media types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/hash.h"
#include "feeds/html.h"
#include "feeds/jsonfeed-repair.h"
#include "feeds/jsonfeed-split.h"
#include "feeds/media-type.h"
#include "feeds/model-rows.h"
#include "feeds/parser.h"
#include "feeds/win1252.h"
#include "feeds/xml-entities.h"
#include "feeds/xml-ns.h"
#include "feeds/xml-scope.h"
#include "feeds/xml-tag.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

enum { OUT_BYTES = 1 << 20 };

static void
test_namespaces(void **state)
{
	static const struct { const char *uri; enum xml_ns ns; } uris[] = {
		{ "", NS_NONE }, { "http://www.w3.org/2005/Atom", NS_ATOM }, { "HTTPS://WWW.W3.ORG/2005/ATOM/", NS_ATOM },
		{ "http://purl.org/atom/ns#", NS_ATOM03 }, { "http://purl.org/atom/ns", NS_ATOM03 }, { "http://purl.org/rss/1.0/", NS_RSS10 },
		{ "http://purl.org/dc/elements/1.0/", NS_DC }, { "http://purl.org/dc/terms/", NS_DC }, { "http://search.yahoo.com/mrss", NS_MEDIA },
		{ "http://www.itunes.com/DTDs/Podcast-1.0.dtd", NS_ITUNES }, { "urn:x", NS_UNKNOWN }, { "http://", NS_UNKNOWN }, { "/", NS_UNKNOWN },
		{ "http://www.w3.org/2005/Atom//", NS_UNKNOWN }, { "ftp://www.w3.org/2005/Atom", NS_UNKNOWN },
	};
	static const struct { const char *prefix; enum xml_ns ns; } prefixes[] = {
		{ "dc", NS_DC }, { "DC", NS_DC }, { "dcterms", NS_DC }, { "itunes", NS_ITUNES }, { "atom", NS_ATOM }, { "xyz", NS_UNKNOWN }, { "", NS_UNKNOWN },
		{ "d", NS_UNKNOWN }, { "dcx", NS_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(uris); i++)
		if (xml_ns_of_uri(uris[i].uri, strlen(uris[i].uri)) != uris[i].ns)
			fail_msg("uri %s", uris[i].uri);
	for (i = 0; i < COUNT(prefixes); i++)
		if (xml_ns_of_prefix(prefixes[i].prefix, strlen(prefixes[i].prefix)) != prefixes[i].ns)
			fail_msg("prefix %s", prefixes[i].prefix);
	assert_int_equal(xml_ns_of_uri("http://www.w3.org/2005/Atom\0x", 29), NS_UNKNOWN);
}

static void
test_rows(void **state)
{
	static const struct { enum xml_ns ns; const char *name; enum model_place place; enum model_field field; } rows[] = {
		{ NS_RSS, "title", PLACE_FEED, F_TITLE }, { NS_RSS, "TITLE", PLACE_ITEM, F_TITLE }, { NS_RSS, "title", PLACE_IMAGE, F_SUB_TITLE },
		{ NS_RSS, "description", PLACE_ITEM, F_BODY }, { NS_ATOM, "title", PLACE_SOURCE, F_TITLE }, { NS_MEDIA, "title", PLACE_CONTENT, F_TITLE },
		{ NS_DC, "modified", PLACE_ITEM, F_UPDATED }, { NS_WFW, "commentRSS", PLACE_ITEM, F_COMMENTS_FEED },
	};
	static const struct { enum xml_ns ns; const char *name; enum model_place place; } nothing[] = {
		{ NS_RSS, "titl", PLACE_FEED }, { NS_RSS, "titles", PLACE_FEED }, { NS_NONE, "title", PLACE_FEED }, { NS_RSS, "title", PLACE_GROUP },
		{ NS_UNKNOWN, "title", PLACE_FEED },
	};
	const struct model_row *row;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		row = model_rows_find(model_rows_name(rows[i].ns, rows[i].name, strlen(rows[i].name)), rows[i].place);
		if (row == NULL || row->field != rows[i].field)
			fail_msg("row %zu: %s", i, rows[i].name);
	}
	for (i = 0; i < COUNT(nothing); i++)
		if (model_rows_find(model_rows_name(nothing[i].ns, nothing[i].name, strlen(nothing[i].name)), nothing[i].place) != NULL)
			fail_msg("nothing %zu: %s", i, nothing[i].name);
	assert_int_equal(model_rows_attr(NS_NONE, "HREF", 4), A_HREF);
	assert_int_equal(model_rows_attr(NS_RDF, "about", 5), A_RDF_ABOUT);
	assert_int_equal(model_rows_attr(NS_NONE, "about", 5), A_NONE);
	assert_int_equal(model_rows_attr(NS_XML, "lang", 4), A_XML_LANG);
}

static void
test_tag_ends(void **state)
{
	static const struct { const char *text; bool final; enum xml_tag_end end; size_t len; } rows[] = {
		{ "<a>b", false, XML_TAG_COMPLETE, 3 }, { "<a", false, XML_TAG_MORE, 0 }, { "<a", true, XML_TAG_CUT, 2 },
		{ "<a b='>'>c", false, XML_TAG_COMPLETE, 9 }, { "<a b='>", false, XML_TAG_MORE, 0 }, { "<a b='>", true, XML_TAG_COMPLETE, 7 },
		{ "<a b = \">\" >c", false, XML_TAG_COMPLETE, 12 }, { "<a b<c>", false, XML_TAG_CUT, 4 }, { "<a b='c' <d>", false, XML_TAG_CUT, 9 },
		{ "<a b=it's>c", true, XML_TAG_COMPLETE, 10 }, { "<a b='c>d</a><e f='g'>", false, XML_TAG_COMPLETE, 8 }, { "<a b='c'", false, XML_TAG_MORE, 0 },
		{ "<a 'b'>", false, XML_TAG_COMPLETE, 7 },
	};
	enum xml_tag_end end;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		len = 0;
		end = xml_tag_find_end(rows[i].text, strlen(rows[i].text), rows[i].final, &len);
		if (end != rows[i].end || len != rows[i].len)
			fail_msg("row %zu: %s: %d, %zu", i, rows[i].text, end, len);
	}
}

static void
test_tag_attrs(void **state)
{
	static const struct { const char *text; const char *attrs; bool empty; unsigned faults; } rows[] = {
		{ ">", "", false, 0 }, { "/>", "", true, 0 }, { " />", "", true, 0 }, { " a='b' c=\"d\">", "a=b;c=d;", false, 0 },
		{ " a = 'b' />", "a=b;", true, 0 }, { " a=b>", "a=b;", false, XML_TAG_UNQUOTED }, { " a=b/>", "a=b;", true, XML_TAG_UNQUOTED },
		{ " a=http://b/c d=e>", "a=http://b/c;d=e;", false, XML_TAG_UNQUOTED }, { " a>", "a=;", false, XML_TAG_NO_VALUE },
		{ " a b='c'>", "a=;b=c;", false, XML_TAG_NO_VALUE }, { " a='1' a='2'>", "a=1;", false, XML_TAG_DOUBLED },
		{ " a='1'b='2'>", "a=1;b=2;", false, XML_TAG_NO_SPACE }, { " a='<'>", "a=<;", false, XML_TAG_LESS_THAN }, { " a='b>", "a=b;", false, XML_TAG_UNQUOTED },
		{ " a='1' b='2' c='3' d='4'>", "a=1;b=2;c=3;", false, XML_TAG_TOO_MANY }, { " =x>", "x=;", false, XML_TAG_NO_VALUE }, { " a=", "a=;", false, XML_TAG_UNQUOTED },
	};
	struct xml_tag_attr list[3];
	struct buf out = BUF_INIT(OUT_BYTES);
	unsigned faults;
	size_t i, j, n;
	bool empty;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_clear(&out);
		faults = 0;
		n = xml_tag_attrs(rows[i].text, strlen(rows[i].text), list, COUNT(list), &empty, &faults);
		for (j = 0; j < n; j++)
			buf_printf(&out, "%.*s=%.*s;", (int)list[j].name_len, list[j].name, (int)list[j].value_len, list[j].value);
		if (strcmp(buf_str(&out), rows[i].attrs) != 0 || empty != rows[i].empty || faults != rows[i].faults)
			fail_msg("row %zu: %s: %s, %d, %u", i, rows[i].text, out.ptr, empty, faults);
	}
	buf_free(&out);
	assert_int_equal(xml_tag_name("abc d>", 6), 3);
	assert_int_equal(xml_tag_name("a:b/>", 5), 3);
	assert_true(xml_tag_name_start(0xc3) && xml_tag_name_start('_') && !xml_tag_name_start('3') && !xml_tag_name_start(' '));
}

static void
test_scope(void **state)
{
	struct xml_scope scope;
	size_t len;

	(void)state;
	xml_scope_init(&scope);
	assert_null(xml_scope_name(&scope, 0, &len));
	assert_string_equal(xml_scope_uri(&scope, "", 0, &len), "");
	assert_null(xml_scope_uri(&scope, "a", 1, &len));
	xml_scope_push(&scope, "one", 3);
	xml_scope_bind(&scope, "a", 1, "urn:1", 5);
	xml_scope_push(&scope, "b:two", 5);
	xml_scope_bind(&scope, "a", 1, "urn:2", 5);
	xml_scope_bind(&scope, "", 0, "urn:d", 5);
	assert_memory_equal(xml_scope_uri(&scope, "a", 1, &len), "urn:2", 5);
	assert_memory_equal(xml_scope_uri(&scope, "", 0, &len), "urn:d", 5);
	assert_memory_equal(xml_scope_name(&scope, 0, &len), "b:two", 5);
	assert_memory_equal(xml_scope_name(&scope, 1, &len), "one", 3);
	xml_scope_pop(&scope);
	assert_memory_equal(xml_scope_uri(&scope, "a", 1, &len), "urn:1", 5);
	assert_string_equal(xml_scope_uri(&scope, "", 0, &len), "");
	xml_scope_pop(&scope);
	xml_scope_pop(&scope);
	assert_int_equal(scope.n_elements, 0);
	xml_scope_free(&scope);
}

static void
test_entities(void **state)
{
	static const struct { const char *name, *value; } own[] = {
		{ "a", "A" }, { "b", "&a;&a;" }, { "loop", "x&loop;" }, { "m", "<b>&lt;" }, { "n", "&#65;&#x42;&#0;&#xzz;&#9;" }, { "amps", "a & b &c" },
		{ "eacute", "mine" }, { "a", "never" }, { "long", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;" },
	};
	static const struct { const char *name, *text; } rows[] = {
		{ "amp", "&" }, { "apos", "'" }, { "nbsp", "\xc2\xa0" }, { "a", "A" }, { "b", "AA" }, { "m", "<b><" }, { "n", "AB\t" }, { "amps", "a & b &c" },
		{ "eacute", "mine" }, { "#65", "A" }, { "#x1F600", "\xf0\x9f\x98\x80" }, { "#xD800", "" }, { "#99999999999999999999", "" }, { "nobody", NULL },
		{ "loop", "xxxxxxxxx&loop;" },
	};
	struct feed_limits limits = feed_limits_default;
	struct model_warnings warnings = { .arena = arena_new(0), .max = 10 };
	struct xml_entities *entities = xml_entities_new(&limits, &warnings);
	const char *text;
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(own); i++)
		xml_entities_declare(entities, own[i].name, strlen(own[i].name), own[i].value, strlen(own[i].value));
	for (i = 0; i < COUNT(rows); i++) {
		text = xml_entities_find(entities, rows[i].name, strlen(rows[i].name), &len);
		if (rows[i].text == NULL ? text != NULL : text == NULL || len != strlen(rows[i].text) || memcmp(text, rows[i].text, len) != 0)
			fail_msg("%s: %s", rows[i].name, text != NULL ? text : "nothing");
	}
	assert_int_equal(warnings.n_list, 1);
	xml_entities_mark(entities);
	xml_entities_rewind(entities, true);
	assert_null(xml_entities_find(entities, "b", 1, &len));
	xml_entities_free(entities);
	arena_free(warnings.arena);
}

static void
test_json_repair(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "{\"a\":1}", "{\"a\":1}" }, { " [ 1 , 2 ] ", "[1,2]" }, { "[1,,2,]", "[1,2]" }, { "[,1]", "[1]" }, { "{\"a\":\"b", "{}" },
		{ "{\"a\":1,\"b\":[2,{\"c\":3},{\"d\"", "{\"a\":1,\"b\":[2,{\"c\":3}]}" }, { "[\"a\nb\"]", "[\"a\\nb\"]" }, { "[\"\\q\\\"\\u0041\\u00\"]", "[\"q\\\"\\u0041\"]" },
		{ "[truth,tru,null]", "[null,null,null]" }, { "[1234567890123456789]", "[\"1234567890123456789\"]" }, { "[1]]", "[1]" }, { "", "" }, { "}", "" }, { "[\"\\", "[]" },
		{ "[\"a\"", "[\"a\"]" }, { "{\"a\"}", "{\"a\":null}" }, { "[1.5e3,-7]", "[1.5e3,-7]" },
		/* commas and colons that are missing or too many */
		{ "[1 2{}[]\"a\"]", "[1,2,{},[],\"a\"]" }, { "{\"a\":1 \"b\":2}", "{\"a\":1,\"b\":2}" }, { "{\"a\":\"1\" \"b\":2}", "{\"a\":\"1\",\"b\":2}" },
		{ "{\"a\" \"b\"::2,,\"c\":3}", "{\"a\":null,\"b\":2,\"c\":3}" }, { "{\"a\":,\"b\":}", "{\"a\":null,\"b\":null}" }, { "{,\"a\":1}", "{\"a\":1}" },
		{ "{\"a\":[],\"b\"}", "{\"a\":[],\"b\":null}" }, { "[:1]", "[1]" }, { "{{}}", "{}" }, { "{\"a\":1 {}}", "{\"a\":1}" },
		/* quotes that should have been escaped, comments */
		{ "{\"a\":\"say \"hi\" now\",\"b\":1}", "{\"a\":\"say \\\"hi\\\" now\",\"b\":1}" }, { "[\"\"\"]", "[\"\\\"\"]" },
		{ "{ // x y\n\"a\":1, /* z */ \"b\":2 # c\n}", "{\"a\":1,\"b\":2}" }, { "{\"a\":1 x,\"b\":2}", "{\"a\":1,\"b\":2}" },
		/* surrogates */
		{ "[\"\\ud83d\\ude00\\ud83d\\ude0\\udead\\ud800\\u0041\"]", "[\"\\ud83d\\ude00\\ufffd\\ufffd\\ufffd\\u0041\"]" },
	};
	struct buf out = BUF_INIT(OUT_BYTES);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_clear(&out);
		jsonfeed_repair(rows[i].in, strlen(rows[i].in), &out);
		if (strcmp(buf_str(&out), rows[i].out) != 0)
			fail_msg("row %zu: %s: %s", i, rows[i].in, out.ptr);
	}
	buf_free(&out);
}

static void
split_push(struct jsonfeed_split *split, const char *ptr, size_t len, bool final, struct buf *out)
{
	struct jsonfeed_span span;

	jsonfeed_split_push(split, ptr, len, final);
	while (jsonfeed_split_next(split, &span)) {
		buf_put(out, span.ptr, span.len);
		buf_putc(out, ';');
	}
}

static void
test_json_split(void **state)
{
	static const struct { const char *in, *out; bool found, complete, odd; } rows[] = {
		{ "{\"items\":[]}", "|{\"items\":[]}", true, true, false },
		{ "{\"items\":[{\"a\":[1,2]},\"b,]\" , 3]}", "{\"a\":[1,2]};\"b,]\" ;3;|{\"items\":[]}", true, true, false },
		{ " { \"title\" : \"}\\\"{\" , \"items\" : [ 1 ] , \"_x\":{\"title\":2}, \"expired\":true } ",
		    "1 ;|{\"title\" : \"}\\\"{\" ,\"expired\":true ,\"items\":[]}", true, true, false },
		{ "{\"items\":[1,2", "1;2;|{\"items\":[]", true, false, false }, { "{\"items\":[1]}x", "1;|{\"items\":[]}", true, false, false },
		{ "{\"items\":[,,1,]}", "1;|{\"items\":[]}", true, true, true }, { "{\"items\":[1}2]}", "1;};2;|{\"items\":[]}", true, true, true },
		{ "{\"items\":[\"a", "\"a;|{\"items\":[]", true, false, false }, { "{\"items\":{}}", "|{\"items\":[]}", false, true, false },
		{ "{\"items\"}", "|{\"items\":[]}", false, true, true }, { "{x:1,\"items\":[]}", "|{\"items\":[]}", true, true, true },
		{ "[]", "|", false, false, false }, { "", "|", false, false, false }, { "{", "|{\"items\":[]", false, false, false },
		{ "{\"items\":[1],\"items\":[2]}", "1;|{\"items\":[]}", true, true, false },
		{ "{\"items\":[{}{} {}]}", "{};{};{};|{\"items\":[]}", true, true, true }, { "{\"items\":[[1}2],{}]}", "[1}2;|{\"items\":[]}", true, false, true },
		{ "{\"title\":\"a\" \"items\":[1],}", "1;|{\"title\":\"a\",\"items\":[]}", true, true, true },
		{ "{\"title\":\"say \"hi\" now\",\"items\":[]}", "|{\"title\":\"say \"hi\" now\",\"items\":[]}", true, true, false },
		{ "{\"title\":", "|{\"title\":,\"items\":[]", false, false, false }, { "{\"title\"", "|{\"items\":[]", false, false, true },
		{ "{\"title", "|{\"items\":[]", false, false, true }, { "{\"title\":1,", "|{\"title\":1,\"items\":[]", false, false, true },
		{ "{\"items\":[{\"a\":\"\\\\\"},{\"b\":\"\\\"}", "{\"a\":\"\\\\\"};{\"b\":\"\\\"};|{\"items\":[]", true, false, false },
	};
	struct buf out = BUF_INIT(OUT_BYTES);
	struct jsonfeed_split split;
	size_t i, chunk, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		for (chunk = 1; chunk < 100; chunk += chunk < 5 ? 1 : 94) {
			buf_clear(&out);
			jsonfeed_split_init(&split);
			len = strlen(rows[i].in);
			for (size_t at = 0; at < len; at += chunk)
				split_push(&split, rows[i].in + at, len - at < chunk ? len - at : chunk, false, &out);
			split_push(&split, "", 0, true, &out);
			buf_putc(&out, '|');
			if (split.own.len != 0)
				jsonfeed_split_own(&split, &out);
			if (strcmp(buf_str(&out), rows[i].out) != 0 || split.has_items != rows[i].found ||
			    (split.ended && !split.more) != rows[i].complete || split.odd != rows[i].odd)
				fail_msg("row %zu in pieces of %zu: %s: %s, %d, %d, %d, %d", i, chunk, rows[i].in, out.ptr, split.has_items,
				    split.ended, split.more, split.odd);
			jsonfeed_split_free(&split);
		}
	buf_free(&out);
}

static void
test_media_types(void **state)
{
	static const struct { const char *url, *type; } rows[] = {
		{ "http://a.example/b.mp3", "audio/mpeg" }, { "b.MP3?c=d.png#e.gif", "audio/mpeg" }, { "http://a.example/", NULL }, { "http://a.mp3", NULL }, { "b.", NULL }, { "b.xyz", NULL },
		{ "b.tar.gz", "application/gzip" }, { "/x.jpeg", "image/jpeg" },
	};
	const char *type;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		type = media_type_of_url(rows[i].url);
		if (rows[i].type == NULL ? type != NULL : type == NULL || strcmp(type, rows[i].type) != 0)
			fail_msg("%s: %s", rows[i].url, type != NULL ? type : "nothing");
	}
}

static void
test_win1252(void **state)
{
	static const struct { unsigned char byte; const char *text; } rows[] = {
		{ 'a', "a" }, { 0x7f, "\x7f" }, { 0x80, "\xe2\x82\xac" }, { 0x81, "\xc2\x81" }, { 0x9f, "\xc5\xb8" }, { 0xa0, "\xc2\xa0" }, { 0xff, "\xc3\xbf" },
	};
	char out[4];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		len = win1252_utf8(rows[i].byte, out);
		if (len != strlen(rows[i].text) || memcmp(out, rows[i].text, len) != 0)
			fail_msg("byte %02x", rows[i].byte);
	}
}

static void
test_arena_adopts(void **state)
{
	struct arena *arena = arena_new(100);
	struct buf buf = BUF_INIT(OUT_BYTES);

	(void)state;
	buf_puts(&buf, "x");
	arena_adopt(arena, buf.ptr, buf.cap);
	assert_true(arena_used(arena) >= buf.cap && arena_full(arena));
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	buf = BUF_INIT(OUT_BYTES);
	buf_puts(&buf, "y");
	arena_adopt(arena, buf.ptr, buf.cap);
	arena_free(arena);
}

struct hashes { uint64_t list[16]; size_t n; };

static void
note_hash(void *arg, const struct doc_entry *entry)
{
	static const struct hash_key key = { 1, 2 };
	struct hashes *hashes = arg;
	struct hash_state state;

	/* as parser.h has it, over the finished entry */
	hash_init(&state, &key);
	if (entry->title.line != NULL)
		hash_update(&state, entry->title.line, strlen(entry->title.line));
	hash_update(&state, "\x1f", 1);
	if (entry->content_html != NULL)
		html_hash(entry->content_html, strlen(entry->content_html), &state);
	else {
		struct buf html = BUF_INIT(OUT_BYTES);
		const char *plain = *entry->content_text != '\0' || entry->summary.line == NULL ? entry->content_text : entry->summary.line;

		html_escape(plain, strlen(plain), &html);
		html_hash(buf_str(&html), html.len, &state);
		buf_free(&html);
	}
	if (hash_final(&state) != entry->content_hash)
		fail_msg("entry %zu has another hash than its text", hashes->n);
	hashes->list[hashes->n++] = entry->content_hash;
}

/* Hashes of what is said, not of how it is marked up. */
static void
test_content_hash(void **state)
{
	static const char xml[] = "<rss version='2.0'><channel><link>http://h.example/</link>"
	    "<item><title>t</title><description>&lt;p&gt;a &lt;b&gt;b&lt;/b&gt;&lt;p&gt;c&lt;script&gt;x&lt;/script&gt;&lt;br&gt;d&lt;form&gt;e</description></item>"
	    "<item><title>t</title><description>&lt;div&gt;a  b&lt;/div&gt;&lt;div class='x'&gt;c&lt;/div&gt;d&lt;i&gt;e&lt;/i&gt;</description></item>"
	    "<item><title>t</title><description>a b\nc de</description></item>"
	    "<item><title>u</title><description>a b c de</description></item>"
	    "<item><title>t</title><description>a b c d e</description></item>"
	    "<item><title>t</title></item></channel></rss>";
	static const char json[] = "{\"items\":[{\"title\":\"t\",\"content_html\":\"<p>a b<p>c de\",\"content_text\":\"other\"},"
	    "{\"title\":\"t\",\"content_text\":\"a b c de\"},{\"title\":\"t\"},"
	    "{\"title\":\"ta\",\"content_text\":\"b\"},{\"title\":\"t\",\"content_text\":\"ab\"},"
	    "{\"title\":\"t\",\"summary\":\"s\"},{\"title\":\"t\",\"summary\":\"s2\"},"
	    "{\"title\":\"t\",\"content_text\":\"a <b> c\"},{\"title\":\"t\",\"content_text\":\"a <d> c\"}]}";
	static const struct hash_key key = { 1, 2 };
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct hashes hashes = { .n = 0 }, others = { .n = 0 };
	struct feed_parser *parser;

	(void)state;
	opt.content_key = &key;
	parser = feed_parser_new(&opt, note_hash, &hashes);
	feed_parser_push(parser, xml, sizeof(xml) - 1);
	assert_int_equal(feed_parser_finish(parser), FEED_OK);
	feed_parser_free(parser);
	assert_int_equal(hashes.n, 6);
	assert_true(hashes.list[0] == hashes.list[1] && hashes.list[0] == hashes.list[2]);
	assert_true(hashes.list[0] != hashes.list[3] && hashes.list[0] != hashes.list[4] && hashes.list[0] != hashes.list[5]);
	parser = feed_parser_new(&opt, note_hash, &others);
	feed_parser_push(parser, json, sizeof(json) - 1);
	assert_int_equal(feed_parser_finish(parser), FEED_OK);
	feed_parser_free(parser);
	assert_int_equal(others.n, 9);
	assert_true(others.list[0] == hashes.list[0] && others.list[1] == hashes.list[0] && others.list[2] == hashes.list[5]);
	for (size_t i = 2; i < others.n; i++)
		for (size_t k = 2; k < i; k++)
			if (others.list[i] == others.list[k])
				fail_msg("entries %zu and %zu say the same", i, k);
}

/* Hashing while sanitising changes nothing of what is written, and is what hashing afterwards is. */
static void
test_words(void **state)
{
	static const char *const rows[] = {
		"", "a", " a  b ", "a<b>c</b>d", "<p>a<p>b", "a<br>b", "<script>x</script>a", "a &amp; b &lt;c&gt; &nbsp; d &bogus; &", "1 < 2 > 0",
		"a\001b\177c", "\xc2\xa0 a\xc2\x80 b\xe2\x80\203c\xe3\x80\x80\xe1\x9a\x80 d", "\xe2\x82\xac 5\xe2\x80\x94 6", "a\n\t\f b\r\n",
		"the quick brown fox jumps over the lazy dog, and > so < does the other one over there  twice", "<xmp>&amp; raw</xmp>&#8217;&#x80;&#0;",
		"<table><tr><td>a<td>b</table>c<form>d</form>e", "<a href='x'>y</a> z<img src='i' alt='not a word'>",
	};
	static const struct hash_key key = { 1, 2 };
	struct buf plain = BUF_INIT(OUT_BYTES), hashed = BUF_INIT(OUT_BYTES);
	struct hash_state during, after;
	struct html_options opt = { .base = "http://h.example/" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_clear(&plain);
		buf_clear(&hashed);
		hash_init(&during, &key);
		hash_init(&after, &key);
		opt.words = NULL;
		html_sanitise(rows[i], strlen(rows[i]), &opt, &plain, NULL);
		opt.words = &during;
		html_sanitise(rows[i], strlen(rows[i]), &opt, &hashed, NULL);
		html_hash(buf_str(&plain), plain.len, &after);
		if (strcmp(buf_str(&plain), buf_str(&hashed)) != 0)
			fail_msg("row %zu: %s instead of %s", i, hashed.ptr, plain.ptr);
		if (hash_final(&during) != hash_final(&after))
			fail_msg("row %zu: another hash of %s", i, plain.ptr);
	}
	buf_free(&plain);
	buf_free(&hashed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespaces), cmocka_unit_test(test_rows), cmocka_unit_test(test_tag_ends), cmocka_unit_test(test_tag_attrs),
		cmocka_unit_test(test_scope), cmocka_unit_test(test_entities), cmocka_unit_test(test_json_repair), cmocka_unit_test(test_media_types),
		cmocka_unit_test(test_win1252), cmocka_unit_test(test_arena_adopts), cmocka_unit_test(test_content_hash),
		cmocka_unit_test(test_words), cmocka_unit_test(test_json_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
