/* base64: RFC 4648 section 10, and what it does not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/base64.h"

static void
test_rows(void **state)
{
	static const struct { const char *plain, *text; } rows[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbe", "+/++" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf text = BUF_INIT(64), plain = BUF_INIT(64);

		base64_encode(rows[i].plain, strlen(rows[i].plain), &text);
		assert_string_equal(buf_str(&text), rows[i].text);
		assert_int_equal(base64_decode(rows[i].text, strlen(rows[i].text), &plain), 0);
		assert_string_equal(buf_str(&plain), rows[i].plain);
		buf_free(&text);
		buf_free(&plain);
	}
}

static void
test_odd(void **state)
{
	static const struct { const char *text; int status; const char *plain; } rows[] = {
		{ "Zm9v\nYm Fy\t", 0, "foobar" }, { "Zm9vYg", 0, "foob" }, { "-_-_", 0, "\xfb\xff\xbf" }, { "Zg==Zg==", 0, "f" },
		{ "Zm9v!", -1, "foo" }, { "Zm\x80", -1, "f" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf plain = BUF_INIT(64);

		assert_int_equal(base64_decode(rows[i].text, strlen(rows[i].text), &plain), rows[i].status);
		assert_string_equal(buf_str(&plain), rows[i].plain);
		buf_free(&plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_odd) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
