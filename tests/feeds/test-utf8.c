/* utf8: what is valid, how far, and what each sequence means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
test_prefix(void **state)
{
	static const struct { const char *text; size_t prefix; } rows[] = {
		{ "", 0 }, { "plain", 5 }, { "longer than eight bytes", 23 }, { "caf\xc3\xa9", 5 },
		{ "\xe2\x82\xac", 3 }, { "\xf0\x9f\x98\x80", 4 }, { "\xf4\x8f\xbf\xbf", 4 }, { "\xed\x9f\xbf", 3 },
		{ "\xee\x80\x80", 3 }, { "\xef\xbf\xbf", 3 },
		{ "12345678\xff", 8 }, { "1234567\x80", 7 },		/* at both sides of a word's border */
		{ "\x80", 0 }, { "\xc0\x80", 0 }, { "\xc1\xbf", 0 },	/* tails, overlong forms */
		{ "\xe0\x9f\xbf", 0 }, { "\xf0\x8f\xbf\xbf", 0 },
		{ "\xed\xa0\x80", 0 }, { "\xed\xbf\xbf", 0 },		/* surrogates */
		{ "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },	/* over U+10FFFF */
		{ "a\xc3", 1 }, { "a\xe2\x82", 1 }, { "a\xf0\x9f\x98", 1 }, { "\xe2\x82 ", 0 }, { "\xc3(", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].text), prefix = utf8_prefix(rows[i].text, len);

		if (prefix != rows[i].prefix || utf8_valid(rows[i].text, len) != (prefix == len))
			fail_msg("row %zu: %zu of %zu", i, prefix, len);
	}
}

static void
test_decode(void **state)
{
	static const struct { const char *text; size_t len; uint32_t code; } rows[] = {
		{ "A", 1, 'A' }, { "\xc2\x80", 2, 0x80 }, { "\xdf\xbf", 2, 0x7ff }, { "\xe0\xa0\x80", 3, 0x800 },
		{ "\xef\xbf\xbd", 3, 0xfffd }, { "\xf0\x90\x80\x80", 4, 0x10000 }, { "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "\xff", 1, 0xfffd }, { "\xc3", 1, 0xfffd }, { "\xed\xa0\x80", 1, 0xfffd }, { "\xe2\x82", 1, 0xfffd },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t code = 0;
		size_t len = utf8_decode(rows[i].text, strlen(rows[i].text), &code);

		if (len != rows[i].len || code != rows[i].code)
			fail_msg("row %zu: %zu bytes, U+%04X", i, len, code);
	}
}

/* Every code point there is, and none of those that are not. */
static void
test_all(void **state)
{
	(void)state;
	for (uint32_t code = 0x800; code <= 0x11ffff; code++) {
		char text[4];
		size_t len = 0;
		bool good = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);

		if (code >= 0x10000) {
			text[len++] = (char)(0xf0 | code >> 18);
			text[len++] = (char)(0x80 | (code >> 12 & 0x3f));
		} else
			text[len++] = (char)(0xe0 | code >> 12);
		text[len++] = (char)(0x80 | (code >> 6 & 0x3f));
		text[len++] = (char)(0x80 | (code & 0x3f));
		if (utf8_valid(text, len) != good)
			fail_msg("U+%04X", code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix), cmocka_unit_test(test_decode), cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
