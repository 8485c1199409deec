/*
 * What entries become in each format: tests/gazette/exports has entries as the daemon sends them (items.jsonl), hostile ones among them, and
 * the whole output of each format. "test-export DIR" writes there what it is now.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export-mime.h"
#include "contrib/gazette/export-page.h"
#include "contrib/gazette/export-set.h"
#include "contrib/gazette/export-xml.h"
#include "contrib/gazette/export.h"
#include "contrib/gazette/file.h"
#include "tests/gazette/export-kit.h"

enum { NUMBER_MAX = 20000 };

/* --- whole outputs ------------------------------------------------------------------------------------- */

static const struct whole {
	const char			*file;
	const struct export_format	*format;
	struct cmd_options		 options;
} wholes[] = {
	{ "atom.xml", &export_atom, { 0 } },
	{ "atom-self.xml", &export_atom, { .title = "Mine & yours", .self = "https://example.com/all.atom" } },
	{ "rss.xml", &export_rss, { 0 } },
	{ "rss-self.xml", &export_rss, { .title = "A <b> & c", .self = "https://example.com/all.rss" } },
	{ "jsonfeed.json", &export_jsonfeed, { .self = "https://example.com/all.json" } },
	{ "lines.jsonl", &export_jsonl, { 0 } },
	{ "table.csv", &export_csv, { 0 } },
	{ "lines.sfeed", &export_sfeed, { 0 } },
	{ "mails.mbox", &export_mbox, { 0 } },
	{ "mails-story.mbox", &export_mbox, { .threads = 1 } },
	{ "page.html", &export_html, { 0 } },
	{ "page-images.html", &export_html, { .images = true, .title = "<Today>" } },
};

enum { N_WHOLES = sizeof(wholes) / sizeof(wholes[0]) };

static void
test_wholes(void **state)
{
	struct buf	 out = BUF_INIT(1 << 22), expected = BUF_INIT(1 << 22);
	char		 path[256];
	size_t		 wrong = 0, same;

	(void)state;
	for (size_t i = 0; i < N_WHOLES; i++) {
		snprintf(path, sizeof(path), "exports/%s", wholes[i].file);
		buf_clear(&out);
		buf_clear(&expected);
		export_kit_run("exports/items.jsonl", wholes[i].format, &wholes[i].options, &out);
		assert_int_equal(file_read(path, &expected), 0);
		if (strcmp(buf_str(&out), buf_str(&expected)) == 0)
			continue;
		for (same = 0; buf_str(&out)[same] == buf_str(&expected)[same]; same++)
			;
		print_error("%s differs at byte %zu: %.200s\n", path, same, buf_str(&out) + same);
		wrong++;
	}
	buf_free(&out);
	buf_free(&expected);
	assert_int_equal(wrong, 0);
}

static int
write_wholes(const char *folder)
{
	struct buf	 out = BUF_INIT(1 << 22);
	struct file_out	 file;
	char		 path[4096];

	for (size_t i = 0; i < N_WHOLES; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, wholes[i].file);
		buf_clear(&out);
		export_kit_run("exports/items.jsonl", wholes[i].format, &wholes[i].options, &out);
		if (file_begin(&file, path, FILE_PUBLIC) == -1 || file_put(&file, out.ptr, out.len) == -1 || file_end(&file) == -1)
			return 1;
	}
	buf_free(&out);
	return 0;
}

/* --- parts of mails ---------------------------------------------------------------------------------------- */

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct { const char *name, *text, *field; } fields[] = {
	{ "Subject", "short", "Subject: short\n" },
	{ "Subject", "", "Subject:\n" },
	{ "Subject", "=?UTF-8?B?YQ==?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP1lRPT0/PQ==?=\n" },
	{ "Subject", "\xc3\xa4", "Subject: =?UTF-8?B?w6Q=?=\n" },
	{ "Subject", "two\nlines", "Subject: =?UTF-8?B?dHdvCmxpbmVz?=\n" },
	{ "Subject", "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh",
	    "Subject: aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff\n ggggggggg hhhhhhhhh\n" },
	{ "Subject", FIFTY, "Subject: =?UTF-8?B?MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4?=\n =?UTF-8?B?OTAxMjM0NTY3ODk=?=\n" },
};

static const struct { const char *text, *quoted; } quoteds[] = {
	{ "", "" },
	{ "a", "a\n" },
	{ "a\n", "a\n" },
	{ "a=b", "a=3Db\n" },
	{ "end \nend\t\nx ", "end=20\nend=09\nx=20\n" },
	{ "From me\nFrom\n>From you", "=46rom me\nFrom\n>From you\n" },
	{ ".\n.x", "=2E\n.x\n" },
	{ "\xc3\xa4\x01\r", "=C3=A4=01=0D\n" },
	{ FIFTY TEN TEN "012345", FIFTY TEN TEN "012345\n" },
	{ FIFTY TEN TEN "0123456", FIFTY TEN TEN "01234=\n56\n" },
	{ FIFTY TEN TEN "0123=", FIFTY TEN TEN "0123=\n=3D\n" },
	{ FIFTY TEN TEN "01234From here", FIFTY TEN TEN "01234=\n=46rom here\n" },
};

static const struct { const char *text, *phrase; } phrases[] = {
	{ "A \"B\" \\C", "\"A \\\"B\\\" \\\\C\"" }, { "\xc3\xa4", "=?UTF-8?B?w6Q=?=" }, { "a\nb", "=?UTF-8?B?YQpi?=" }
};

static const struct { const char *url, *field; } urls[] = {
	{ "https://a/?b=c", "Url: <https://a/?b=c>\n" }, { "https://a/ \xc3\xa4\n<>", "Url: <https://a/%20%C3%A4%0A%3C%3E>\n" }, { "", "" }
};

static size_t
differs(const char *what, size_t row, struct buf *out, const char *expected)
{
	bool	 wrong = strcmp(buf_str(out), expected) != 0;

	if (wrong)
		print_error("%s, row %zu: %s\n", what, row, buf_str(out));
	buf_clear(out);
	return wrong;
}

static void
test_mails(void **state)
{
	struct buf	 out = BUF_INIT(1 << 16);
	size_t		 wrong = 0, i;

	(void)state;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		export_mime_field(&out, fields[i].name, fields[i].text);
		wrong += differs("field", i, &out, fields[i].field);
	}
	for (i = 0; i < sizeof(quoteds) / sizeof(quoteds[0]); i++) {
		export_mime_quoted(&out, quoteds[i].text, strlen(quoteds[i].text));
		wrong += differs("quoted", i, &out, quoteds[i].quoted);
	}
	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		export_mime_phrase(&out, phrases[i].text);
		wrong += differs("phrase", i, &out, phrases[i].phrase);
	}
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		export_mime_url(&out, "Url", urls[i].url);
		wrong += differs("URL", i, &out, urls[i].field);
	}
	buf_free(&out);
	assert_int_equal(wrong, 0);
}

/* A URL that no line of a mail can hold is left out; one that just fits is there. */
static void
test_long_url(void **state)
{
	char		 url[EXPORT_MIME_UNBROKEN + 2];
	struct buf	 out = BUF_INIT(1 << 16);

	(void)state;
	memset(url, 'a', sizeof(url));
	url[EXPORT_MIME_UNBROKEN] = '\0';
	export_mime_url(&out, "Url", url);
	assert_int_equal(out.len, EXPORT_MIME_UNBROKEN + strlen("Url: <>\n"));
	buf_clear(&out);
	url[EXPORT_MIME_UNBROKEN] = 'a';
	url[EXPORT_MIME_UNBROKEN + 1] = '\0';
	export_mime_url(&out, "Url", url);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

/* --- dates, XML, pages ------------------------------------------------------------------------------------------ */

static const struct { int64_t time_s; const char *date; } dates[] = {
	{ 0, "Thu, 01 Jan 1970 00:00:00 +0000" }, { EXPORT_KIT_NOW_S, "Wed, 25 Nov 2026 09:00:00 +0000" },
	{ INT64_MIN, "Mon, 01 Jan 1900 00:00:00 +0000" }, { INT64_MAX, "Fri, 31 Dec 9999 23:59:59 +0000" },
};

static const struct { const char *text, *xml; } xmls[] = {
	{ "a & b < c > d \"e\"", "a &amp; b &lt; c &gt; d &quot;e&quot;" },
	{ "\t\n\r\x01\x1f\x7f\xc2\x85", "\t\n" },
	{ "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "\xef\xbf\xbd" },
	{ "\xff\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

static const struct { const char *html; bool images; const char *page; } pages[] = {
	{ "<p>a &amp; b</p>", false, "<p>a &amp; b</p>" },
	{ "<h1>a</h1><h6 title=\"x\">b</h6>", false, "<h4>a</h4><h6 title=\"x\">b</h6>" },
	{ "<img src=\"https://a/b.png\" alt=\"c\">", true, "<img src=\"https://a/b.png\" alt=\"c\">" },
	{ "<img src=\"https://a/b.png\">", true, "<img src=\"https://a/b.png\" alt=\"\">" },
	{ "<img src=\"https://a/b.png\" alt=\"c\">", false, "<a href=\"https://a/b.png\">[image: c]</a> " },
	{ "<a href=\"https://a/\"><img src=\"https://a/b.png\"></a>", false, "<a href=\"https://a/\">[image] </a>" },
	{ "<img src=\"data:image/png;base64,AA\" alt=\"c\">", false, "<img src=\"data:image/png;base64,AA\" alt=\"c\">" },
	{ "<img src=\"data:image/png;base64,AA\" srcset=\"https://a/2.png 2x\">", false, "<a href=\"data:image/png;base64,AA\">[image]</a> " },
	{ "<video src=\"https://a/v\" poster=\"https://a/p\">t</video>", false, "<a href=\"https://a/v\">[film]</a> t" },
	{ "<audio controls><source src=\"https://a/s\" type=\"audio/ogg\"></audio>", false, "<a href=\"https://a/s\">[file: audio/ogg]</a> " },
};

static void
test_parts(void **state)
{
	struct buf	 out = BUF_INIT(1 << 16);
	char		 date[EXPORT_XML_DATE_BYTES];
	size_t		 wrong = 0, i;

	(void)state;
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		buf_puts(&out, export_xml_mail_date(dates[i].time_s, date));
		wrong += differs("date", i, &out, dates[i].date);
	}
	for (i = 0; i < sizeof(xmls) / sizeof(xmls[0]); i++) {
		export_xml_text(&out, xmls[i].text);
		wrong += differs("XML", i, &out, xmls[i].xml);
	}
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		export_page_content(pages[i].html, strlen(pages[i].html), pages[i].images, &out);
		wrong += differs("page", i, &out, pages[i].page);
	}
	export_xml_empty(&out, "a", "b", "1\t\"", "c", NULL, "d", "", NULL);
	wrong += differs("attributes", 0, &out, "<a b=\"1&#9;&quot;\" d=\"\"/>\n");
	buf_free(&out);
	assert_int_equal(wrong, 0);
}

/* --- sets ----------------------------------------------------------------------------------------------------------- */

static const struct { const char *text; int result; const char *again; } numbers[] = {
	{ "", 0, "" }, { "1", 0, "1" }, { "1-3 5", 0, "1-3 5" }, { "5 1 2 3", 0, "1-3 5" }, { "4090-4100 4294967295", 0, "4090-4100 4294967295" },
	{ "0 4096 8192", 0, "0 4096 8192" }, { "x", -1, "" }, { "3-1", -1, "" }, { "1-", -1, "" }, { "1,2", -1, "" }, { "4294967296", -1, "" },
	{ "-1", -1, "" }, { "1  2", -1, "1" }
};

static void
test_numbers(void **state)
{
	struct buf		 out = BUF_INIT(1 << 16);
	struct export_numbers	*set;
	size_t			 wrong = 0, i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		set = export_numbers_new();
		if (export_numbers_read(set, numbers[i].text) != numbers[i].result)
			wrong += differs("result", i, &out, "wrong");
		export_numbers_write(set, &out);
		wrong += differs("numbers", i, &out, numbers[i].again);
		export_numbers_free(set);
	}
	buf_free(&out);
	assert_int_equal(wrong, 0);
}

static void
test_set(void **state)
{
	struct export_set	*set = export_set_new();
	char			 text[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < NUMBER_MAX; i++) {
			snprintf(text, sizeof(text), "entry %d", i);
			assert_int_equal(export_set_add(set, text), round == 1);
		}
	export_set_free(set);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_wholes), cmocka_unit_test(test_mails), cmocka_unit_test(test_long_url), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_set),
	};

	if (export_kit_begin() == -1)
		return 99;
	return argc > 1 ? write_wholes(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
