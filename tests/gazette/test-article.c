/* Articles by rows: an item of the protocol, the width, the lines that are shown. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/article.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* What stands before a line: its style. */
static const char signs[TERM_STYLES] = {
	[TERM_PLAIN] = ' ', [TERM_HEAD] = 'H', [TERM_DIM] = 'd', [TERM_QUOTE] = 'q', [TERM_LINK] = 'l'
};

static const struct {
	const char	*json;
	const char	*feed;
	int		 cols;
	const char	*expected;
} rows[] = {
	{ "{\"title\":\"A title\",\"url\":\"http://a.example/\",\"content_html\":\"<p>One two three.</p>\"}", "A feed", 40,
	    "HA title\n" "dfeed  A feed\n" "durl   http://a.example/\n" " \n" " One two three.\n" },
	/* wrapped to the width, head and all; quotations keep their mark */
	{ "{\"title\":\"A title that is long\",\"url\":\"http://a.example/long\",\"content_html\":\"<p>One two three four five.</p>"
	    "<blockquote>Six seven eight nine.</blockquote>\"}", NULL, 14,
	    "HA title that\n" "His long\n" "durl   http://a.example/long\n" " \n" " One two three\n" " four five.\n" " \n" "q> Six seven\n" "q> eight nine.\n" },
	/* links are numbered and listed */
	{ "{\"title\":\"T\",\"content_html\":\"<a href='http://one.example/'>one</a>, "
	    "<a href='http://two.example/'>two</a>\"}", NULL, 40,
	    "HT\n" " \n" " one[1], two[2]\n" " \n" "l[1] http://one.example/\n" "l[2] http://two.example/\n" },
	/* everything a head can have */
	{ "{\"content_text\":\"text\",\"authors\":[{\"name\":\"Ann\"},{\"url\":\"x\"},{\"name\":\"Bob\"}],"
	    "\"attachments\":[{\"url\":\"http://a.example/x.mp3\"}],\"date_published\":\"2026-01-02T03:04:05Z\","
	    "\"_gazette\":{\"tags\":[\"unread\",\"starred\",\"x\"]}}", NULL, 60,
	    "H(no title)\n" "dby    Ann, Bob\n" "ddate  Fri, 02 Jan 2026 03:04 +0000\n" "dtags  starred, x\n"
	    "dfile  http://a.example/x.mp3\n" " \n" " text\n" },
	/* not dated by its author */
	{ "{\"title\":\"T\",\"_gazette\":{\"received\":\"2026-01-02T03:04:05Z\"},\"summary\":\"s\"}", NULL, 60,
	    "HT\n" "ddate  Fri, 02 Jan 2026 03:04 +0000\n" " \n" " s\n" },
	{ "{\"title\":\"T\",\"date_published\":\"never\"}", NULL, 60, "HT\n" " \n" },
	/* what would control the terminal is gone */
	{ "{\"title\":\"a\\u001b[31mb\\u202ec\",\"content_text\":\"x\\u001b]0;t\\u0007y\\r\\nz\\u009b2J\"}", "f\\u0008g", 40,
	    "Ha[31mbc\n" "dfeed  f\\u0008g\n" " \n" " x]0;ty\n" " z2J\n" },
	/* wide characters take two columns */
	{ "{\"title\":\"日本語の題名です\",\"content_text\":\"\"}", NULL, 10, "H日本語の題\n" "H名です\n" " \n" },
	/* narrower than anything is readable in */
	{ "{\"title\":\"One two three\"}", NULL, 1, "HOne two\n" "Hthree\n" " \n" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		json_t *item = json_loads(rows[row].json, 0, NULL);
		struct buf got = BUF_INIT(65536);
		struct article article = { 0 };

		assert_non_null(item);
		article_take(&article, item, rows[row].feed);
		article_wrap(&article, rows[row].cols);
		for (size_t at = 0; at < article.count; at++) {
			const struct article_line *line = &article.lines[at];

			buf_printf(&got, "%c%.*s\n", signs[line->style], (int)line->len,
			    buf_str(&article.wrapped) + line->offset);
		}
		if (strcmp(buf_str(&got), rows[row].expected) != 0)
			fail_msg("row %zu:\n%snot\n%s", row, buf_str(&got), rows[row].expected);
		article_clear(&article);
		buf_free(&got);
		json_decref(item);
	}
}

static void
test_links(void **state)
{
	static const struct { unsigned long number; const char *url; } links[] = {
		{ 1, "http://one.example/" }, { 2, "http://two.example/" }, { 0, "" }, { 3, "" }, { ULONG_MAX, "" }
	};
	json_t *item = json_pack("{s:s}", "content_html",
	    "<a href='http://one.example/'>one</a> <a href='http://two.example/'>two</a>");
	struct article article = { 0 };

	(void)state;
	article_take(&article, item, NULL);
	for (size_t row = 0; row < COUNT(links); row++) {
		size_t len;
		const char *url = article_link(&article, links[row].number, &len);

		if (len != strlen(links[row].url) || strncmp(url, links[row].url, len) != 0)
			fail_msg("row %zu: %.*s", row, (int)len, url);
	}
	article_clear(&article);
	json_decref(item);
}

/* Another width is wrapped anew, the same is not; taking another item starts over. */
static void
test_again(void **state)
{
	json_t *item = json_pack("{s:s, s:s}", "title", "One two three four", "content_text", "five six seven eight");
	struct article article = { 0 };

	(void)state;
	article_wrap(&article, 40);
	assert_int_equal(article.count, 0);
	article_take(&article, item, NULL);
	article_wrap(&article, 40);
	assert_int_equal(article.count, 3);
	article_wrap(&article, 10);
	assert_int_equal(article.count, 6);
	article_wrap(&article, 40);
	assert_int_equal(article.count, 3);
	article_take(&article, item, "A feed");
	article_wrap(&article, 40);
	assert_int_equal(article.count, 4);
	article_clear(&article);
	json_decref(item);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_links), cmocka_unit_test(test_again)
	};

	setenv("TZ", "UTC", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
