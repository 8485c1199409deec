/* What is searched for in a text, and what an edit has changed in one, by rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/layout.h"
#include "contrib/gazette/revision.h"
#include "contrib/gazette/search.h"
#include "contrib/gazette/text.h"
#include "tests/gazette/layout-show.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void
lay(struct body *body, int cols, struct lines *lines)
{
	lines_clear(lines);
	layout_body(body, &(struct layout){ .cols = cols, .wrap_code = true }, lines);
}

/* Of an HTML, laid out in so many columns: the pieces found, "row:offset+len" each, a match's after a comma. */
static const struct {
	const char	*html;
	int		 cols;
	const char	*words, *pieces;
} searches[] = {
	{ "one two one", 40, "one", "0:0+3,0:8+3" },
	{ "One ONE one", 40, "one", "0:0+3,0:4+3,0:8+3" },
	{ "One ONE one", 40, "One", "0:0+3" },
	{ "aaaa", 40, "aa", "0:0+2,0:2+2" },
	{ "one two", 40, "three", "" },
	{ "one two", 40, "", "" },
	{ "one two", 40, "  one \t two ", "0:0+7" },
	/* over the end of a line, behind what stands before quotations and items; not over an empty line */
	{ "one two three four", 10, "two three", "0:4+3 1:0+5" },
	{ "<blockquote>one two three four</blockquote>", 12, "two three", "0:8+3 1:4+5" },
	{ "<p>one<p>two", 10, "one two", "" },
	{ "<ul><li>one<li>two</ul>", 10, "one", "0:4+3" },
	{ "<ul><li>one<li>two</ul>", 10, "\xe2\x80\xa2", "" },
	/* where a word was broken */
	{ "abcdefghijklmno", 10, "hijkl", "0:7+3 1:0+2" },
	{ "日本語の文章です", 10, "文章", "0:12+3 1:0+3" },
	/* a no-break space is a blank, capitals beyond ASCII are capitals */
	{ "a&nbsp;b", 40, "a b", "0:0+4" },
	{ "Ärger ärger", 40, "ärger", "0:0+6,0:7+6" },
	{ "ärger", 40, "Ärger", "" },
	/* accents count if there are any among the letters looked for, however they are written; capitals do not bring them */
	{ "Ärger arger", 40, "arger", "0:0+6,0:7+5" },
	{ "Ärger arger", 40, "Arger", "0:0+6" },
	{ "café cafe\xcc\x81 cafe", 40, "cafe", "0:0+5,0:6+6,0:13+4" },
	{ "café cafe\xcc\x81 cafe", 40, "café", "0:0+5,0:6+6" },
	{ "café cafe\xcc\x81 cafe", 40, "cafe\xcc\x81", "0:0+5,0:6+6" },
	{ "é\xcc\xa3x ex", 40, "ex", "0:0+5,0:6+2" },
	{ "né ne", 40, "né", "0:0+3" },
	{ "Dvořák Łódź", 40, "dvorak", "0:0+8" },
	{ "abcdefghe\xcc\x81 ijk", 10, "he i", "0:7+4 1:0+1" },
	/* what is printed is found by what is typed, and by itself */
	{ "Trump’s “big – no” plan", 40, "trump's \"big - no\"", "0:0+26" },
	{ "it’s", 40, "it’s", "0:0+6" },
	{ "it's", 40, "it’s", "0:0+4" },
};

static void
test_searches(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(searches); row++) {
		struct body body = { 0 };
		struct lines lines = { 0 };
		struct search search = { 0 };
		struct buf got = BUF_INIT(4096);

		body_html(&body, searches[row].html, strlen(searches[row].html));
		lay(&body, searches[row].cols, &lines);
		search_find(&search, &lines, searches[row].words);
		for (size_t at = 0; at < search.count; at++) {
			const struct search_piece *piece = &search.pieces[at];
			bool same = at != 0 && piece->match == search.pieces[at - 1].match;

			buf_printf(&got, "%s%zu:%zu+%zu", at == 0 ? "" : same ? " " : ",", piece->row, piece->offset, piece->len);
		}
		if (strcmp(buf_str(&got), searches[row].pieces) != 0)
			fail_msg("row %zu, %s: %s", row, searches[row].words, buf_str(&got));
		search_clear(&search);
		lines_free(&lines);
		body_free(&body);
		buf_free(&got);
	}
}

static void
test_steps(void **state)
{
	static const char html[] = "x<br>one<br>y<br>one<br>one";
	struct body body = { 0 };
	struct lines lines = { 0 };
	struct search search = { 0 };

	(void)state;
	body_html(&body, html, strlen(html));
	lay(&body, 40, &lines);
	assert_int_equal(search_row(&search), SIZE_MAX);
	search_step(&search, 1);
	search_find(&search, &lines, "one");
	assert_int_equal(search.n_matches, 3);
	assert_int_equal(search_row(&search), 1);
	search_from(&search, 2);
	assert_int_equal(search_row(&search), 3);
	search_step(&search, 1);
	assert_int_equal(search_row(&search), 4);
	search_step(&search, 1);
	assert_int_equal(search_row(&search), 1);
	search_step(&search, -1);
	assert_int_equal(search_row(&search), 4);
	search_from(&search, 5);			/* nothing below: from the beginning */
	assert_int_equal(search_row(&search), 1);
	search_find(&search, &lines, search.words);
	assert_int_equal(search.n_matches, 3);
	search_clear(&search);
	assert_null(search.words);
	lines_free(&lines);
	body_free(&body);
}

static void
test_limit(void **state)
{
	struct body body = { 0 };
	struct lines lines = { 0 };
	struct search search = { 0 };
	struct buf html = BUF_INIT(1 << 20);

	(void)state;
	for (int each = 0; each < SEARCH_MATCHES_MAX + 10; each++)
		buf_puts(&html, "x ");
	body_html(&body, buf_str(&html), html.len);
	lay(&body, 80, &lines);
	search_find(&search, &lines, "x");
	assert_int_equal(search.n_matches, SEARCH_MATCHES_MAX);
	search_clear(&search);
	lines_free(&lines);
	body_free(&body);
	buf_free(&html);
}

/* What a picture is made of is no text, and none goes on over it. */
static void
test_pictures(void **state)
{
	static const struct { const char *text; unsigned flags; } rows[] = {
		{ "one two", 0 }, { "two one", LINES_PICTURE }, { "one two", LINES_PICTURE }, { "three one", 0 }
	};
	struct lines lines = { 0 };
	struct search search = { 0 };

	(void)state;
	lines_clear(&lines);
	for (size_t row = 0; row < COUNT(rows); row++) {
		lines_puts(&lines, TERM_PLAIN, rows[row].text);
		lines_end(&lines, rows[row].flags);
	}
	search_find(&search, &lines, "one");
	assert_int_equal(search.n_matches, 2);
	assert_int_equal(search_row(&search), 0);
	search_step(&search, 1);
	assert_int_equal(search_row(&search), 3);
	search_find(&search, &lines, "two two");
	assert_int_equal(search.n_matches, 0);
	search_clear(&search);
	lines_free(&lines);
}

/* Two texts with their titles, and what is shown of the edit; NULL: nothing that reads differently. */
static const struct { const char *before, *after, *shown; } edits[] = {
	{ "{\"title\":\"T\",\"content_html\":\"<p>one two three\"}", "{\"title\":\"T\",\"content_html\":\"<p>one 2 three\"}",
	    "T\n\none {R:[-two-]} {A:{+2+}} three\n" },
	{ "{\"title\":\"Old title\",\"content_text\":\"x\"}", "{\"title\":\"New title\",\"content_text\":\"x\"}",
	    "{R:[-Old-]} {A:{+New+}} title\n\nx\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>one\"}", "{\"title\":\"T\",\"content_html\":\"<p>one<p>two<p>three\"}",
	    "T\n\none\n\n{A:{+two+}}\n\n{A:{+three+}}\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>one<p>two\"}", "{\"title\":\"T\",\"content_html\":\"<p>one\"}",
	    "T\n\none {R:[-two-]}\n" },
	/* what came in place of something stands behind it, at the end of a paragraph too, but not whole paragraphs */
	{ "{\"title\":\"T\",\"content_html\":\"<p>one two<p>three\"}", "{\"title\":\"T\",\"content_html\":\"<p>one 2<p>three\"}",
	    "T\n\none {R:[-two-]} {A:{+2+}}\n\nthree\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>one two<p>three\"}", "{\"title\":\"T\",\"content_html\":\"<p>one<p>three\"}",
	    "T\n\none\n\n{R:[-two-]}\n\nthree\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>one two<p>three\"}", "{\"title\":\"T\",\"content_html\":\"<p>one 2 three\"}",
	    "T\n\none {R:[-two-]} {A:{+2+}} three\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>a<p>b<p>c\"}", "{\"title\":\"T\",\"content_html\":\"<p>a<p>x<p>c\"}",
	    "T\n\na\n\n{R:[-b-]}\n\n{A:{+x+}}\n\nc\n" },
	{ "{\"summary\":\"one\"}", "{\"summary\":\"one more\"}", "one {A:{+more+}}\n" },
	{ "{\"title\":\"T\",\"content_html\":\"<p>one\"}", "{\"title\":\"T\",\"content_html\":\"<p><b>one</b>\"}", NULL },
	{ "{\"title\":\"T\",\"content_html\":\"<p>&#27;[31mone\"}", "{\"title\":\"T\\u202e\",\"content_html\":\"<p>two\\u009b\"}",
	    "T\n\n{R:[-[31mone-]} {A:{+two›+}}\n" },
};

static void
test_edits(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(edits); row++) {
		json_t *before = json_loads(edits[row].before, 0, NULL), *after = json_loads(edits[row].after, 0, NULL);
		struct body body = { 0 };
		struct lines lines = { 0 };
		struct buf got = BUF_INIT(4096);
		bool differs = revision_diff(&body, before, after);

		lay(&body, 60, &lines);
		layout_show(&lines, &got);
		if (differs != (edits[row].shown != NULL) || (differs && strcmp(buf_str(&got), edits[row].shown) != 0))
			fail_msg("row %zu: %d\n%s", row, differs, buf_str(&got));
		lines_free(&lines);
		body_free(&body);
		buf_free(&got);
		json_decref(before);
		json_decref(after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_searches), cmocka_unit_test(test_steps), cmocka_unit_test(test_limit), cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_edits)
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
