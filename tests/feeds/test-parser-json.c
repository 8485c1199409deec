/*
 * JSON Feed 1.0 and 1.1, right and nearly right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/feeds/feed-rows.h"

#define FEED(members)	"{\"version\":\"https://jsonfeed.org/version/1.1\"," members "\"items\":[]}"
#define JITEM(members)	"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{" members "}]}"

static const struct feed_row feeds[] = {
	{ "1.1", FEED(""), { "\"format\":\"json-1.1\"", "\"title\":\"\"", "!warnings" } },
	{ "1.0", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}", { "\"format\":\"json-1.0\"" } },
	{ "no version", "{\"items\":[]}", { "\"format\":\"json-1.0\"" } },
	{ "no items", "{\"version\":\"https://jsonfeed.org/version/1\"}", { "error -2: not a feed: JSON without" } },
	{ "items that are no list", "{\"items\":{}}", { "error -2" } },
	{ "a list", "[1,2]", { "error -2" } },
	{ "nearly nothing", "{", { "error -2" } },
	{ "all", FEED("\"title\":\" A  b \",\"home_page_url\":\"h/\",\"feed_url\":\"f\",\"description\":\"D <b>\",\"user_comment\":\"U\",\"next_url\":\"n\",\"icon\":\"i\","
	    "\"favicon\":\"v\",\"language\":\"en_US\",\"expired\":true,\"hubs\":[{\"type\":\"WebSub\",\"url\":\"b\"},{\"type\":\"x\"}],"),
	    { "\"title\":\"A b\"", "\"home_page_url\":\"http://u.example/d/h/\",\"feed_url\":\"http://u.example/d/f\",\"description\":\"D <b>\",\"user_comment\":\"U\"",
	      "\"next_url\":\"http://u.example/d/h/n\",\"icon\":\"http://u.example/d/h/i\",\"favicon\":\"http://u.example/d/h/v\"", "\"language\":\"en-US\",\"expired\":true",
	      "\"hubs\":[{\"type\":\"WebSub\",\"url\":\"http://u.example/d/h/b\"}]" } },
	{ "null is absent", FEED("\"title\":null,\"icon\":null,\"authors\":null,\"hubs\":null,\"expired\":null,"), { "\"title\":\"\"", "!icon", "!authors", "!hubs", "!expired" } },
	{ "author becomes authors", FEED("\"author\":{\"name\":\"N\",\"url\":\"u\",\"avatar\":\"a\"},"),
	    { "\"authors\":[{\"name\":\"N\",\"url\":\"http://u.example/d/u\",\"avatar\":\"http://u.example/d/a\"}]" } },
	{ "authors win over author", FEED("\"author\":{\"name\":\"1\"},\"authors\":[{\"name\":\"2\"},{},{\"name\":\"3\"}],"), { "\"authors\":[{\"name\":\"2\"},{\"name\":\"3\"}]" } },
	{ "authors as one", FEED("\"authors\":{\"name\":\"2\"},"), { "\"authors\":[{\"name\":\"2\"}]" } },
	{ "an author as a string", FEED("\"author\":\"S\","), { "\"authors\":[{\"name\":\"S\"}]" } },
	{ "expired as a string", FEED("\"expired\":\"true\","), { "\"expired\":true" } },
	{ "extensions are dropped", FEED("\"_x\":{\"y\":1},"), { "!_x" } },
};

static const struct feed_row items[] = {
	{ "all", JITEM("\"id\":\"1\",\"url\":\"u\",\"external_url\":\"e\",\"title\":\"T\",\"content_html\":\"<p onclick='x'>c <a href='r'>r</a>\",\"content_text\":\" c\\n r \","
	    "\"summary\":\"S\",\"image\":\"i\",\"banner_image\":\"b\",\"date_published\":\"2020-01-02T03:04:05+01:00\",\"date_modified\":\"2020-01-03\",\"tags\":[\"a\",\"a\",1,null],\"language\":\"de\""),
	    { "\"id\":\"1\",\"url\":\"http://u.example/d/u\",\"title\":\"T\",\"content_html\":\"<p>c <a href=\\\"http://u.example/d/r\\\">r</a></p>\",\"content_text\":\"c\\n r\",\"summary\":\"S\"",
	      "\"date_published\":\"2020-01-02T02:04:05Z\",\"date_modified\":\"2020-01-03T00:00:00Z\",\"external_url\":\"http://u.example/d/e\"",
	      "\"image\":\"http://u.example/d/i\",\"banner_image\":\"http://u.example/d/b\"", "\"tags\":[\"a\",\"1\"],\"language\":\"de\"" } },
	{ "a number as id", JITEM("\"id\":17"), { "\"id\":\"17\"" } },
	{ "a fraction as id", JITEM("\"id\":1.5"), { "\"id\":\"1.5\"" } },
	{ "a very long number as id", JITEM("\"id\":123456789012345678901234567890"), { "\"id\":\"123456789012345678901234567890\"" } },
	{ "the url as id", JITEM("\"url\":\"http://i.example/\""), { "\"id\":\"http://i.example/\"" } },
	{ "a hash as id", JITEM("\"content_text\":\"x\""), { "\"id\":\"urn:gazette:" } },
	{ "an object as id is none", JITEM("\"id\":{},\"title\":[]"), { "urn:gazette:", "!\"title\":[" } },
	{ "the base is the item's url", JITEM("\"url\":\"http://i.example/a/\",\"content_html\":\"<a href='b'>x</a>\""), { "http://i.example/a/b" } },
	{ "nothing", JITEM(""), { "\"content_text\":\"\"" } },
	{ "the language of the feed", "{\"language\":\"en\",\"items\":[{\"id\":\"1\",\"language\":\"EN\"}]}", { "!\"language\":\"EN\"" } },
	{ "members after the items", "{\"items\":[{\"id\":\"1\",\"url\":\"x\",\"content_html\":\"<a href='y'>z</a>\",\"language\":\"en\"},{\"id\":\"2\"}],\"home_page_url\":\"http://h.example/p/\",\"language\":\"en\"}",
	    { "\"url\":\"http://h.example/p/x\"", "href=\\\"http://h.example/p/y", "!\"language\":\"en\",\"attach", "{\"id\":\"2\"" } },
	{ "a tag alone", JITEM("\"tags\":\"a\""), { "\"tags\":[\"a\"]" } },
	{ "attachments", JITEM("\"attachments\":[{\"url\":\"a\",\"mime_type\":\"x/y\",\"title\":\"T\",\"size_in_bytes\":\"5\",\"duration_in_seconds\":6.5},{\"url\":\"b.mp3\",\"size_in_bytes\":-1},{\"url\":\"c\"},{\"mime_type\":\"x/y\"},7]"),
	    { "{\"url\":\"http://u.example/d/a\",\"mime_type\":\"x/y\",\"title\":\"T\",\"size_in_bytes\":5,\"duration_in_seconds\":6.5},{\"url\":\"http://u.example/d/b.mp3\",\"mime_type\":\"audio/mpeg\"},"
	      "{\"url\":\"http://u.example/d/c\",\"mime_type\":\"application/octet-stream\"}]" } },
	{ "one attachment twice", JITEM("\"attachments\":[{\"url\":\"a.mp3\",\"size_in_bytes\":5},{\"url\":\"a.mp3\",\"title\":\"T\",\"mime_type\":\"x/y\"}]"),
	    { "\"attachments\":[{\"url\":\"http://u.example/d/a.mp3\",\"mime_type\":\"x/y\",\"title\":\"T\",\"size_in_bytes\":5}]" } },
	{ "a date of nothing", JITEM("\"date_published\":\"soon\""), { "!date_published", "date: cannot read" } },
	{ "a forbidden url", JITEM("\"url\":\"javascript:x\""), { "!\"url\"", "url: " } },
	{ "what is no item", "{\"items\":[1,null,{\"id\":\"a\"}]}", { "\"id\":\"a\"" } },
	{ "control characters", JITEM("\"title\":\"a\\u0001b\\u001bc\\td\",\"content_html\":\"<p>\\u0008x\",\"content_text\":\"\\u0002\""),
	    { "\"title\":\"abc d\"", "\"content_html\":\"<p>x</p>\"", "!content_text" } },
	{ "controls of windows-1252", JITEM("\"title\":\"\\u0080\""), { "\"title\":\"\xe2\x82\xac\"" } },
};

static const struct feed_row broken[] = {
	{ "a comma too many", "{\"items\":[{\"id\":\"1\",},],}", { "\"id\":\"1\"", "json: " } },
	{ "a comma too many behind the items", "{\"items\":[{\"id\":\"1\"},]}", { "\"id\":\"1\"", "json: commas too many or missing" } },
	{ "a comma too many behind the members", "{\"items\":[{\"id\":\"1\"}],}", { "\"id\":\"1\"", "json: commas too many or missing" } },
	{ "no comma between the items", "{\"items\":[{\"id\":\"1\"} {\"id\":\"2\"}]}", { "\"id\":\"1\"", "\"id\":\"2\"", "json: commas too many or missing" } },
	{ "no comma between the members", "{\"title\":\"T\" \"items\":[]}", { "\"title\":\"T\"", "json: commas too many or missing" } },
	{ "nothing but commas", "{\"items\":[,,]}", { "json: commas too many or missing" } },
	{ "a name without a value", "{\"title\",\"items\":[]}", { "\"title\":\"\"", "json: commas too many or missing" } },
	{ "half a surrogate pair", "{\"items\":[{\"id\":\"1\",\"title\":\"a\\ud800b\\ud83d\\ude00\"}]}", { "\"title\":\"a\xef\xbf\xbd" "b\xf0\x9f\x98\x80\"", "json: " } },
	{ "bare quotes", "{\"items\":[{\"id\":\"1\",\"title\":\"say \"hi\" now\",\"url\":\"http://u/\"}]}", { "\"title\":\"say \\\"hi\\\" now\"", "http://u/", "json: " } },
	{ "a comment", "{\"items\":[{\"id\":\"1\", // a title\n\"title\":\"T\"}]}", { "\"title\":\"T\"", "json: " } },
	{ "a raw line end", "{\"items\":[{\"id\":\"1\",\"content_text\":\"a\nb\tc\"}]}", { "\"content_text\":\"a\\nb\\tc\"" } },
	{ "a bad escape", "{\"items\":[{\"id\":\"a\\qb\\u00zz\"}]}", { "\"id\":\"aqb" } },
	{ "an escaped NUL", "{\"items\":[{\"id\":\"a\\u0000b\"}]}", { "\"id\":\"ab\"" } },
	{ "words that are none", "{\"items\":[{\"id\":\"1\",\"title\":undefined,\"url\":NaN}]}", { "\"id\":\"1\"", "!\"title\":\"u" } },
	{ "cut in a string", "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"title\":\"ha", { "\"id\":\"1\"", "\"id\":\"2\"", "json:" } },
	{ "cut after a name", "{\"items\":[{\"id\":\"1\"},{\"id\"", { "\"id\":\"1\"" } },
	{ "cut in a number", "{\"items\":[{\"id\":\"1\",\"x\":12", { "\"id\":\"1\"" } },
	{ "something after it", "{\"items\":[{\"id\":\"1\"}]} x", { "\"id\":\"1\"", "json:" } },
	{ "cut before the items", "{\"title\":\"t\"", { "error -2" } },
	{ "without hope", "{{{{", { "error -2" } },
};

#define TEST(name)	static void test_##name(void **state) { (void)state; FEED_ROWS(name); }
TEST(feeds)
TEST(items)
TEST(broken)

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_feeds), cmocka_unit_test(test_items), cmocka_unit_test(test_broken) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
