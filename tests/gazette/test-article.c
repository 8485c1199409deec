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
#include "tests/gazette/layout-show.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct {
	const char	*json;
	const char	*feed;
	int		 cols;
	const char	*expected;
} rows[] = {
	{ "{\"title\":\"A title\",\"url\":\"http://a.example/\",\"content_html\":\"<p>One two three.</p>\"}", "A feed", 40,
	    "{T:A title}\n" "{d:feed  }A feed\n" "{d:url   }{L:http://a.example/}\n" "\n" "One two three.\n" },
	/* wrapped to the width; of the head the title alone is */
	{ "{\"title\":\"A title that is long\",\"url\":\"http://a.example/long\",\"content_html\":\"<p>One two three four five.</p>"
	    "<blockquote>Six seven eight nine.</blockquote>\"}", NULL, 14,
	    "{T:A title that}\n" "{T:is long}\n" "{d:url   }{L:http://…}\n" "\n" "One two three\n" "four five.\n" "\n"
	    "{B:│ }{Q:Six seven}\n" "{B:│ }{Q:eight nine.}\n" },
	/* links are numbered and listed, the same one once */
	{ "{\"title\":\"T\",\"content_html\":\"<a href='http://one.example/'>one</a>, "
	    "<a href='http://two.example/'>two</a>, <a href='http://one.example/'>one</a>\"}", NULL, 40,
	    "{T:T}\n" "\n" "{_:one}{L:[1]}, {_:two}{L:[2]}, {_:one}{L:[1]}\n" "\n" "{L:[1] http://one.example/}\n"
	    "{L:[2] http://two.example/}\n" },
	/* everything a head can have */
	{ "{\"content_text\":\"text\",\"authors\":[{\"name\":\"Ann\"},{\"url\":\"x\"},{\"name\":\"Bob\"}],"
	    "\"attachments\":[{\"url\":\"http://a.example/x.mp3\",\"mime_type\":\"audio/mpeg\",\"size_in_bytes\":12582912,"
	    "\"duration_in_seconds\":3723},{\"mime_type\":\"x/y\"},{\"url\":\"http://a.example/y\",\"title\":\"Notes\","
	    "\"size_in_bytes\":1500,\"duration_in_seconds\":61}],\"date_published\":\"2026-01-02T03:04:05Z\","
	    "\"date_modified\":\"2026-01-03T13:04:05Z\","
	    "\"_gazette\":{\"revision\":2,\"tags\":[\"unread\",\"starred\",\"x\"]}}", NULL, 70,
	    "{T:(no title)}\n" "{d:by    }Ann, Bob\n"
	    "{d:date  }Fri, 2 Jan 2026 03:04, changed 2 times, last Sat, 3 Jan 2026 13…\n" "{d:tags  }{t:starred, x}\n"
	    "{d:file  }{L:[1] }audio/mpeg, 12 MiB, 1:02:03\n" "{d:file  }{L:[2] }Notes, file, 1.5 KiB, 1:01\n" "\n" "text\n" "\n"
	    "{L:[1] http://a.example/x.mp3}\n" "{L:[2] http://a.example/y}\n" },
	/* others tell its story; or it is alone */
	{ "{\"title\":\"T\",\"content_text\":\"text\",\"_gazette\":{\"story\":9,\"copies\":true,\"tags\":[\"x\"]}}", NULL, 40,
	    "{T:T}\n" "{d:tags  }{t:x}\n" "{d:also  }in other feeds\n" "\n" "text\n" },
	{ "{\"title\":\"T\",\"content_text\":\"text\",\"_gazette\":{\"story\":9}}", NULL, 40, "{T:T}\n" "\n" "text\n" },
	/* not dated by its author */
	{ "{\"title\":\"T\",\"_gazette\":{\"received\":\"2026-01-02T03:04:05Z\",\"revision\":1},\"summary\":\"s\"}", NULL, 60,
	    "{T:T}\n" "{d:date  }Fri, 2 Jan 2026 03:04, changed 1 time\n" "\n" "s\n" },
	{ "{\"title\":\"T\",\"date_published\":\"never\"}", NULL, 60, "{T:T}\n" "\n" },
	/* what would control the terminal is gone */
	{ "{\"title\":\"a\\u001b[31mb\\u202ec\",\"content_text\":\"x\\u001b]0;t\\u0007y\\r\\nz\\u009b2J\"}", "f\\u0008g", 40,
	    "{T:a[31mbc}\n" "{d:feed  }f\\u0008g\n" "\n" "x]0;ty\n" "z2J\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<a href='http://a.example/\\u001b]8;;x'>a&#27;[2J&#x9b;3m&#x202e;b&#8232;c&#xE0041;</a>"
	    "<img alt='&#27;[31mred' src='http://b.example/'><pre>&#27;]52;c;eA==&#7;\\u2066d</pre>\"}", NULL, 60,
	    "{T:T}\n" "\n" "{_:a[2J›3mb c}{L:[1]} {C:[image: [31mred]}{L:[2]}\n" "\n" "{P:]52;c;eA==d}\n" "\n"
	    "{L:[1] http://a.example/]8;;x}\n" "{L:[2] http://b.example/}\n" },
	/* wide characters take two columns */
	{ "{\"title\":\"日本語の題名です\",\"content_text\":\"\"}", NULL, 10, "{T:日本語の題}\n" "{T:名です}\n" "\n" },
	/* narrower than anything is readable in */
	{ "{\"title\":\"One two three\"}", NULL, 1, "{T:One two}\n" "{T:three}\n" "\n" },
	/* URLs in plain text are links too */
	{ "{\"title\":\"T\",\"content_text\":\"see http://a.example/x(1), or\\nhttps://b.example/.\"}", NULL, 40,
	    "{T:T}\n" "\n" "see {_:http://a.example/x(1)}, or\n" "{_:https://b.example/}.\n" "\n" "{L:[1] http://a.example/x(1)}\n"
	    "{L:[2] https://b.example/}\n" },
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
		article_take(&article, item, rows[row].feed, NULL);
		article_wrap(&article, &(struct layout){ .cols = rows[row].cols });
		layout_show(&article.lines, &got);
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
	article_take(&article, item, NULL, NULL);
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
	article_wrap(&article, &(struct layout){ .cols = 40 });
	assert_int_equal(article.lines.count, 0);
	article_take(&article, item, NULL, NULL);
	article_wrap(&article, &(struct layout){ .cols = 40 });
	assert_int_equal(article.lines.count, 3);
	article_wrap(&article, &(struct layout){ .cols = 10 });
	assert_int_equal(article.lines.count, 6);
	article_wrap(&article, &(struct layout){ .cols = 40 });
	assert_int_equal(article.lines.count, 3);
	article_take(&article, item, "A feed", NULL);
	article_wrap(&article, &(struct layout){ .cols = 40 });
	assert_int_equal(article.lines.count, 4);
	article_clear(&article);
	json_decref(item);
}

/* The names of other feeds come later, into the line that is there for them. */
static void
test_copies(void **state)
{
	json_t *item = json_pack("{s:s, s:{s:i, s:b}}", "content_text", "text", "_gazette", "story", 7, "copies", 1), *lone = json_object();
	struct article article = { 0 };

	(void)state;
	article_take(&article, item, NULL, NULL);
	assert_int_equal(article.story, 7);
	article_wrap(&article, &(struct layout){ .cols = 40 });
	assert_int_equal(article.lines.count, 4);
	for (size_t again = 0; again < 2; again++) {
		article_copies(&article, again == 0 ? "One" : "A\tfeed, \033Another");
		assert_true(article_wrap(&article, &(struct layout){ .cols = 40 }));
		assert_int_equal(article.lines.count, 4);
		assert_true(strncmp(lines_text(&article.lines, 1), again == 0 ? "also  in One" : "also  in A feed, Another",
		    article.lines.rows[1].len) == 0);
	}
	article_take(&article, lone, NULL, NULL);
	article_wrap(&article, &(struct layout){ .cols = 40 });
	article_copies(&article, "One");
	assert_int_equal(article.story, 0);
	assert_false(article_wrap(&article, &(struct layout){ .cols = 40 }));
	article_clear(&article);
	json_decref(item);
	json_decref(lone);
}

/* Where limits are, and what is beyond them. */
static void
test_limits(void **state)
{
	struct buf html = BUF_INIT(SIZE_MAX / 2);
	json_t *item = json_object(), *attachments = json_array();
	struct article article = { 0 };
	size_t len;

	(void)state;
	for (size_t each = 0; each < BODY_BYTES_MAX / 8 + 1; each++)
		buf_puts(&html, "eight-8 ");
	json_object_set_new(item, "content_html", json_stringn(html.ptr, html.len));
	article_take(&article, item, NULL, NULL);
	article_wrap(&article, &(struct layout){ .cols = 80 });
	assert_int_equal(article.lines.count, 3);
	assert_string_equal(buf_str(&article.lines.text), "(no title)This text is too long: open it in the browser.");

	/* a link not seen for long gets a number of its own */
	buf_clear(&html);
	for (int each = 0; each <= BODY_LINKS_ALIKE; each++)
		buf_printf(&html, "<a href=http://a.example/%d>x</a> ", each);
	buf_puts(&html, "<a href=http://a.example/0>x</a><a href=http://a.example/2>x</a>");
	json_object_set_new(item, "content_html", json_stringn(html.ptr, html.len));
	article_take(&article, item, NULL, NULL);
	assert_int_equal(article_links(&article), BODY_LINKS_ALIKE + 2);

	/* all attachments are links, some stand in the head */
	json_object_del(item, "content_html");
	for (int each = 0; each < ARTICLE_HEADS_MAX + 4; each++)
		json_array_append_new(attachments, json_pack("{s:o}", "url", json_sprintf("http://a.example/%d", each)));
	json_object_set_new(item, "attachments", attachments);
	article_take(&article, item, "A feed", NULL);
	assert_int_equal(article.n_heads, ARTICLE_HEADS_MAX);
	assert_int_equal(article_links(&article), ARTICLE_HEADS_MAX + 4);
	assert_memory_equal(article_link_label(&article, 1, &len), "file", 4);
	assert_int_equal(len, 4);
	article_link_label(&article, ARTICLE_HEADS_MAX + 4, &len);
	assert_int_equal(len, 0);
	article_clear(&article);
	buf_free(&html);
	json_decref(item);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_links), cmocka_unit_test(test_again), cmocka_unit_test(test_copies),
		cmocka_unit_test(test_limits)
	};

	setenv("TZ", "UTC", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
