/* buf: the ceiling holds whichever way bytes come in, and the string ends where the bytes do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/buf.h"

static void
test_ceiling(void **state)
{
	static const size_t ceilings[] = { 0, 1, 3, 255, 256, 257, 300, 512, 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++)
		for (size_t step = 1; step < 20; step++) {
			struct buf buf = BUF_INIT(ceilings[i]);
			char piece[20] = "abcdefghijklmnopqrs";

			while (!buf.overflow) {
				buf_put(&buf, piece, step);
				if (buf.len > buf.max || strlen(buf_str(&buf)) != buf.len)
					fail_msg("row %zu, step %zu: %zu bytes", i, step, buf.len);
			}
			if (buf.max - buf.len >= step)
				fail_msg("row %zu, step %zu: full at %zu bytes", i, step, buf.len);
			buf_putc(&buf, 'x');
			assert_int_equal(buf.len, ceilings[i] - ceilings[i] % step);
			buf_clear(&buf);
			assert_string_equal(buf_str(&buf), "");
			buf_free(&buf);
		}
}

static void
test_kinds(void **state)
{
	struct buf buf = BUF_INIT(100);

	(void)state;
	assert_string_equal(buf_str(&buf), "");
	buf_puts(&buf, "one ");
	buf_printf(&buf, "%d ", 2);
	buf_put_utf8(&buf, 0x24);
	buf_put_utf8(&buf, 0xe9);
	buf_put_utf8(&buf, 0x20ac);
	buf_put_utf8(&buf, 0x1f600);
	buf_putc(&buf, '.');
	assert_string_equal(buf_str(&buf), "one 2 $\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80.");
	buf_consume(&buf, 4);
	assert_string_equal(buf_str(&buf), "2 $\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80.");
	buf_consume(&buf, buf.len);
	assert_int_equal(buf.len, 0);
	buf_printf(&buf, "%0200d", 0);
	assert_true(buf.overflow);
	assert_int_equal(buf.len, 0);
	buf_free(&buf);
	assert_false(buf.overflow);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_ceiling), cmocka_unit_test(test_kinds) };

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
