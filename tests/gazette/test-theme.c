/* Themes by rows: what a style's words mean, how styles add up, what is left of them with fewer colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/theme.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void
test_set(void **state)
{
	static const struct { const char *name, *text; unsigned attributes; int foreground, background; const char *why; } rows[] = {
		{ "quote", "", 0, -1, -1, NULL },
		{ "quote", "bold italic red on blue", THEME_BOLD | THEME_ITALIC, 1, 4, NULL },
		{ "quote", "  underline\tdim ", THEME_UNDERLINE | THEME_DIM, -1, -1, NULL },
		{ "title", "bright-red on default", 0, 9, -1, NULL },
		{ "match", "on 208", 0, -1, 208, NULL },
		{ "link", "#5FAFd7 reverse normal", THEME_REVERSE, THEME_RGB | 0x5fafd7, -1, NULL },
		{ "selected", "0 on 255", 0, 0, 255, NULL },
		{ "quote", "256", 0, 0, 0, "\"256\" is no colour and no attribute" },
		{ "quote", "#12345", 0, 0, 0, "\"#12345\" is no colour and no attribute" },
		{ "quote", "red on", 0, 0, 0, "\"on\" is no colour and no attribute" },
		{ "quote", "red on bold", 0, 0, 0, "\"bold\" is no colour and no attribute" },
		{ "quote", "bright-", 0, 0, 0, "\"bright-\" is no colour and no attribute" },
		{ "quotes", "red", 0, 0, 0, "there is no style \"quotes\"" },
	};
	struct theme theme;
	char why[128];

	(void)state;
	assert_true(theme_named("plain", &theme));
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct theme_style none = { 0 }, *style = &none;
		int status = theme_set(&theme, rows[row].name, rows[row].text, why, sizeof(why));

		if ((status == -1) != (rows[row].why != NULL) || (status == -1 && strcmp(why, rows[row].why) != 0))
			fail_msg("row %zu: %d %s", row, status, why);
		for (size_t name = 0; theme_style_name(name) != NULL; name++)
			if (strcmp(theme_style_name(name), rows[row].name) == 0)
				style = &theme.rows[name];
		if (status == 0 && (style->attributes != rows[row].attributes || style->foreground != rows[row].foreground ||
		    style->background != rows[row].background))
			fail_msg("row %zu: %#x %d %d", row, style->attributes, style->foreground, style->background);
	}
}

/* Every theme says something of every style that is understood, and each can be told from plain text where it has to be. */
static void
test_themes(void **state)
{
	static const unsigned apart[] = {
		TERM_BAR, TERM_UNREAD, TERM_ERROR, TERM_HEAD, TERM_HEADING, TERM_PLAIN | TERM_SELECTED, TERM_PLAIN | TERM_MATCH,
		TERM_PLAIN | TERM_STRONG, TERM_PLAIN | TERM_EMPHASIS, TERM_PLAIN | TERM_ADDED,
	};
	static const int counts[] = { 0, 8, 16, 256, 0x1000000 };
	struct theme theme;
	size_t row;

	(void)state;
	assert_false(theme_named("pink", &theme));
	for (row = 0; theme_name(row) != NULL; row++) {
		assert_true(theme_named(theme_name(row), &theme));
		for (size_t count = 0; count < COUNT(counts); count++)
			for (size_t at = 0; at < COUNT(apart); at++) {
				struct theme_style on = theme_on(theme_mix(&theme, apart[at]), counts[count]);

				if (apart[at] == (TERM_PLAIN | TERM_ADDED) && counts[count] == 0)
					continue;		/* has marks of its own */
				if (on.attributes == 0 && on.foreground == -1 && on.background == -1)
					fail_msg("%s with %d colours: style %#x is plain", theme_name(row), counts[count], apart[at]);
			}
	}
	assert_int_equal(row, 4);
	assert_string_equal(theme_style_name(TERM_CAPTION), "caption");
	assert_string_equal(theme_style_name(TERM_STYLES), "selected");
	assert_string_equal(theme_style_name(THEME_ROWS - 1), "current_match");
	assert_null(theme_style_name(THEME_ROWS));
}

static void
test_mix(void **state)
{
	static const struct { const char *theme; unsigned style, attributes; int foreground, background; } rows[] = {
		{ "terminal", TERM_PLAIN, 0, -1, -1 },
		{ "terminal", TERM_HEAD, THEME_BOLD, 6, -1 },
		{ "terminal", TERM_QUOTE | TERM_STRONG, THEME_BOLD, 2, -1 },
		{ "terminal", TERM_QUOTE | TERM_EMPHASIS | TERM_ANCHOR, THEME_ITALIC, 6, -1 },
		{ "terminal", TERM_ANCHOR | TERM_MATCH, 0, 0, 3 },
		{ "terminal", TERM_PLAIN | TERM_MATCH | TERM_CURRENT, THEME_BOLD, 0, 2 },
		/* reversed, a line has one colour, and nothing of it is dim */
		{ "terminal", TERM_ERROR | TERM_SELECTED, THEME_BOLD | THEME_REVERSE, -1, -1 },
		{ "terminal", TERM_DIM | TERM_SELECTED, THEME_REVERSE, -1, -1 },
		/* on a background of its own it keeps them */
		{ "dark", TERM_STAR | TERM_SELECTED, 0, THEME_RGB | 0xffd75f, THEME_RGB | 0x3a3a3a },
		{ "plain", TERM_STYLES, 0, -1, -1 },
	};
	struct theme theme;

	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct theme_style got;

		assert_true(theme_named(rows[row].theme, &theme));
		got = theme_mix(&theme, rows[row].style);
		if (got.attributes != rows[row].attributes || got.foreground != rows[row].foreground ||
		    got.background != rows[row].background)
			fail_msg("row %zu: %#x %#x %#x", row, got.attributes, (unsigned)got.foreground, (unsigned)got.background);
	}
}

static void
test_on(void **state)
{
	static const struct { int foreground, background, colours, as, on; unsigned attributes; } rows[] = {
		/* all colours: the first eight are the terminal's own, others are spelt out */
		{ THEME_RGB | 0x123456, -1, 0x1000000, 0x123456, -1, 0 },
		{ 3, 196, 0x1000000, 3, 0xff0000, 0 },
		{ 9, 244, 0x1000000, 0xff0000, 0x808080, 0 },
		/* 256: the nearest of those whose colour is known */
		{ THEME_RGB | 0x5fafd7, THEME_RGB | 0x303030, 256, 74, 236, 0 },
		{ THEME_RGB | 0xff0101, 12, 256, 196, 12, 0 },
		/* 16 and 8: hues only; what is grey is the terminal's own, a grey background is reversed */
		{ THEME_RGB | 0xff5f5f, -1, 16, 1, -1, 0 },
		{ THEME_RGB | 0x808080, -1, 16, -1, -1, 0 },
		{ THEME_RGB | 0xd0d0d0, THEME_RGB | 0x303030, 16, -1, -1, THEME_REVERSE },
		{ THEME_RGB | 0x000000, THEME_RGB | 0xd7af5f, 8, 0, 3, 0 },
		{ 12, -1, 16, 12, -1, 0 },
		{ 12, 12, 8, 4, 4, THEME_BOLD },
		{ 208, -1, 8, 3, -1, 0 },
		/* none */
		{ 3, -1, 0, -1, -1, 0 },
		{ 3, 4, 0, -1, -1, THEME_REVERSE },
		{ -1, -1, 256, -1, -1, 0 },
	};

	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct theme_style got = theme_on((struct theme_style){ 0, rows[row].foreground, rows[row].background },
		    rows[row].colours);

		if (got.foreground != rows[row].as || got.background != rows[row].on || got.attributes != rows[row].attributes)
			fail_msg("row %zu: %d %d %#x", row, got.foreground, got.background, got.attributes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set), cmocka_unit_test(test_themes), cmocka_unit_test(test_mix), cmocka_unit_test(test_on)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
