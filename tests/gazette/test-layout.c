/* HTML and plain text as they are read on a terminal, by rows; "test-layout COLUMNS FILE" shows what becomes of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "contrib/gazette/layout.h"
#include "contrib/gazette/text.h"
#include "tests/gazette/layout-show.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { KEEP_CODE = 1, PLAIN_TEXT = 2, MANY_ROWS = 50000 };

#if defined(__SANITIZE_ADDRESS__)
enum { MEMORY_KB = 1 << 20 };		/* with what the sanitizer holds back */
#else
enum { MEMORY_KB = 128 << 10 };
#endif

static const struct {
	const char	*in;
	int		 cols;
	unsigned	 how;
	const char	*out;
} rows[] = {
#include "tests/gazette/layout-rows.h"
};

static void
lay(const char *in, size_t len, int cols, unsigned how, struct lines *lines)
{
	struct layout layout = { .cols = cols, .wide_cols = cols, .wrap_code = (how & KEEP_CODE) == 0 };
	struct body body = { 0 };

	if ((how & PLAIN_TEXT) != 0)
		body_plain(&body, in, len);
	else
		body_html(&body, in, len);
	lines_clear(lines);
	layout_body(&body, &layout, lines);
	body_free(&body);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct lines lines = { 0 };
		struct buf got = BUF_INIT(1 << 20);

		lay(rows[row].in, strlen(rows[row].in), rows[row].cols, rows[row].how, &lines);
		layout_show(&lines, &got);
		if (strcmp(buf_str(&got), rows[row].out) != 0)
			fail_msg("row %zu, %s, %d columns:\n%snot\n%s", row, rows[row].in, rows[row].cols, buf_str(&got), rows[row].out);
		lines_free(&lines);
		buf_free(&got);
	}
}

/* Nothing but what is kept as it is gets wider than it may, whatever the width. */
static void
test_widths(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++)
		for (int cols = LAYOUT_COLS_MIN; cols <= 200; cols += cols < 40 ? 1 : 20) {
			struct lines lines = { 0 };

			lay(rows[row].in, strlen(rows[row].in), cols, rows[row].how & PLAIN_TEXT, &lines);
			for (size_t at = 0; at < lines.count; at++)
				if (lines_columns(&lines, at) > cols)
					fail_msg("row %zu, %d columns: line %zu has %d: %.*s", row, cols, at, lines_columns(&lines, at),
					    (int)lines.rows[at].len, lines_text(&lines, at));
			lines_free(&lines);
		}
}

static long
memory_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* A table of many cells is laid out without holding the lines of each. */
static void
test_long_table(void **state)
{
	struct buf html = BUF_INIT(4 << 20);
	struct lines lines = { 0 };
	long before_kb;

	(void)state;
	buf_puts(&html, "<table>");
	for (size_t row = 0; row < MANY_ROWS; row++)
		buf_printf(&html, "<tr><td>row %zu<td>cell", row);
	before_kb = memory_kb();
	lay(buf_str(&html), html.len, 80, 0, &lines);
	assert_int_equal(lines.count, MANY_ROWS);
	assert_in_range(memory_kb() - before_kb, 0, MEMORY_KB);
	lines_free(&lines);
	buf_free(&html);
}

/* Where the terminal may not show what is drawn. */
static void
test_ascii(void **state)
{
	static const char html[] = "<blockquote>q</blockquote><ul><li>a<ul><li>b</ul></ul><hr><pre>a long line of code</pre>"
	    "<table><tr><th>A<th>B<tr><td>1<td>2</table>";
	struct lines lines = { 0 };
	struct buf got = BUF_INIT(1 << 20);

	(void)state;
	setenv("LC_ALL", "C", 1);
	text_locale();
	lay(html, sizeof(html) - 1, 12, 0, &lines);
	layout_show(&lines, &got);
	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	assert_string_equal(buf_str(&got), "{B:| }{Q:q}\n" "\n" "* a\n" "  - b\n" "\n" "{B:------------}\n" "\n"
	    "{P:a long line }\n" "{B:> }{P:of code}\n" "\n" "{*:A}{B: | }{*:B}\n" "{B:--+--}\n" "1{B: | }2\n");
	lines_free(&lines);
	buf_free(&got);
}

/* --- images -------------------------------------------------------------------------------------- */

/* The images of a text: where each begins, its URL, its size, whether it is a link, too. */
static const struct { const char *html, *images; } images[] = {
	{ "<p>no image</p>", "" },
	{ "<p>a <img src='http://a.example/1' alt=x width=10 height=20> b<img src=https://a.example/2></p>",
	    "2 http://a.example/1 10x20, 18 https://a.example/2 0x0; 2 links" },
	{ "<a href='http://b.example/'><img src='http://a.example/1'></a>", "0 http://a.example/1 0x0; 1 links" },
	{ "<img src='http://a.example/1' width=1 height=1><img src=http://a.example/2 width=10% height=x>", "0 http://a.example/2 0x0; 1 links" },
	{ "<img src='http://a.example/1'><img src='http://a.example/1'>", "0 http://a.example/1 0x0, 11 http://a.example/1 0x0; 1 links" },
	{ "<img src='data:image/png;base64,AAAA'><img src='data:text/html,x'>", "0 data:image/png;base64,AAAA 0x0; 0 links" },
	{ "<img src='file:///etc/passwd'><img src=relative><img>", "8 relative 0x0; 1 links" },
};

static void
test_images(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(images); row++) {
		struct body body = { 0 };
		struct buf got = BUF_INIT(65536);

		body_html(&body, images[row].html, strlen(images[row].html));
		for (size_t at = 0; at < body.n_images; at++)
			buf_printf(&got, "%s%zu %.*s %dx%d", at != 0 ? ", " : "", body.images[at].text, (int)body.images[at].url_len,
			    body.urls.ptr + body.images[at].url, body.images[at].width, body.images[at].height);
		if (body.n_images != 0)
			buf_printf(&got, "; %zu links", body.n_links);
		if (strcmp(buf_str(&got), images[row].images) != 0)
			fail_msg("row %zu: %s", row, buf_str(&got));
		body_free(&body);
		buf_free(&got);
	}
}

/* With pictures of two rows and two columns for all of them. */
static const struct { const char *html; int cols; const char *out; } pictures[] = {
	{ "<p>before</p><p><img src=http://a.example/1 alt=x></p><p>after", 20, "before\n\n##\n##\n[image: x][1]\n\nafter\n" },
	{ "<p>one two three four <img src=http://a.example/1 alt=x> five six", 20, "one two three four\n##\n##\n[image: x][1] five\nsix\n" },
	{ "<img src=http://a.example/1><img src=http://a.example/2>", 40, "##\n##\n##\n##\n[image][1] [image][2]\n" },
	{ "<blockquote>q<br><img src=http://a.example/1></blockquote>", 20, "│ q\n│ ##\n│ ##\n│ [image][1]\n" },
	{ "<ul><li><img src=http://a.example/1> one<li>two</ul>", 20, "  ##\n  ##\n• [image][1] one\n• two\n" },
	/* in a cell there is none; in a table that is there for the look there is */
	{ "<table><tr><th>a<th>b<tr><td><img src=http://a.example/1><td>2</table>", 30, "a          │ b\n───────────┼──\n[image][1] │ 2\n" },
	{ "<table><tr><td><img src=http://a.example/1></table>", 30, "##\n##\n[image][1]\n" },
};

static void
test_pictures(void **state)
{
	struct lines picture = { 0 };
	const struct lines *const all[] = { &picture, &picture };

	(void)state;
	lines_clear(&picture);
	for (int row = 0; row < 2; row++) {
		lines_puts(&picture, TERM_PLAIN, "##");
		lines_end(&picture, LINES_PICTURE);
	}
	for (size_t row = 0; row < COUNT(pictures); row++) {
		struct layout layout = { .cols = pictures[row].cols, .wide_cols = pictures[row].cols, .pictures = all };
		struct body body = { 0 };
		struct lines lines = { 0 };
		struct buf got = BUF_INIT(65536);

		lines_clear(&lines);
		body_html(&body, pictures[row].html, strlen(pictures[row].html));
		layout_body(&body, &layout, &lines);
		for (size_t at = 0; at < lines.count; at++) {
			buf_printf(&got, "%.*s\n", (int)lines.rows[at].len, lines_text(&lines, at));
			assert_int_equal((lines.rows[at].flags & LINES_PICTURE) != 0, memmem(lines_text(&lines, at), lines.rows[at].len, "##", 2) != NULL);
		}
		if (strcmp(buf_str(&got), pictures[row].out) != 0)
			fail_msg("row %zu:\n%snot\n%s", row, buf_str(&got), pictures[row].out);
		body_free(&body);
		lines_free(&lines);
		buf_free(&got);
	}
	lines_free(&picture);
}

static void
show_file(int cols, const char *path)
{
	struct buf in = BUF_INIT(64 << 20);
	struct lines lines = { 0 };
	FILE *file = fopen(path, "r");
	char part[4096];

	if (file == NULL)
		abort();
	for (size_t got = fread(part, 1, sizeof(part), file); got != 0; got = fread(part, 1, sizeof(part), file))
		buf_put(&in, part, got);
	fclose(file);
	lay(buf_str(&in), in.len, cols, 0, &lines);
	for (size_t at = 0; at < lines.count; at++)
		printf("%.*s\n", (int)lines.rows[at].len, lines_text(&lines, at));
	lines_free(&lines);
	buf_free(&in);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_widths), cmocka_unit_test(test_long_table),
		cmocka_unit_test(test_ascii), cmocka_unit_test(test_images), cmocka_unit_test(test_pictures) };

	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	if (argc == 3) {
		show_file(atoi(argv[1]), argv[2]);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
