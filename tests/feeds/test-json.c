/* json: what is written, byte by byte. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { OUT_BYTES = 65536 };

static void
expect(struct buf *out, const char *want, const char *what, size_t row)
{
	if (strcmp(buf_str(out), want) != 0)
		fail_msg("%s, row %zu: %s instead of %s", what, row, buf_str(out), want);
	buf_free(out);
}

static void
test_strings(void **state)
{
	static const struct { const char *text, *json; } rows[] = {
		{ "", "\"\"" }, { "plain", "\"plain\"" }, { "a \"b\" \\ /", "\"a \\\"b\\\" \\\\ /\"" },
		{ "\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"" }, { "\x01\x0b\x1f\x7f", "\"\\u0001\\u000b\\u001f\x7f\"" },
		{ "caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"" },
		{ "\xff" "a", "\"\xef\xbf\xbd" "a\"" }, { "a\xc3", "\"a\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		struct json j = JSON_INIT(&out);

		json_put_string(&j, NULL, rows[i].text);
		expect(&out, rows[i].json, "string", i);
	}
}

static void
test_numbers(void **state)
{
	static const struct { double value; const char *json; } rows[] = {
		{ 0, "0" }, { 1.5, "1.5" }, { -2, "-2" }, { 0.1, "0.1" }, { 1e300, "1e+300" }, { 1.0 / 3, "0.3333333333333333" },
		{ 52.52, "52.52" }, { 123456789012.0, "123456789012" }, { NAN, "null" }, { INFINITY, "null" },
	};
	static const struct { int64_t value; const char *json; } whole[] = {
		{ 0, "0" }, { -7, "-7" }, { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		struct json j = JSON_INIT(&out);

		json_put_number(&j, NULL, rows[i].value);
		expect(&out, rows[i].json, "number", i);
	}
	for (size_t i = 0; i < COUNT(whole); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		struct json j = JSON_INIT(&out);

		json_put_integer(&j, NULL, whole[i].value);
		expect(&out, whole[i].json, "integer", i);
	}
}

static void
test_dates(void **state)
{
	static const struct { int64_t time_s; const char *json; } rows[] = {
		{ 0, "\"1970-01-01T00:00:00Z\"" }, { 1072894495, "\"2003-12-31T18:14:55Z\"" },
		{ -1, "\"1969-12-31T23:59:59Z\"" }, { INT64_MAX, "\"9999-12-31T23:59:59Z\"" },
		{ INT64_MIN, "\"0000-01-01T00:00:00Z\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(OUT_BYTES);
		struct json j = JSON_INIT(&out);

		json_put_date(&j, NULL, rows[i].time_s);
		expect(&out, rows[i].json, "date", i);
	}
}

static void
test_nesting(void **state)
{
	struct buf out = BUF_INIT(OUT_BYTES);
	struct json j = JSON_INIT(&out);

	(void)state;
	json_put_object(&j, NULL);
	json_put_string(&j, "title", "a");
	json_put_string(&j, "absent", NULL);
	json_put_array(&j, "tags");
	json_put_string(&j, NULL, "x");
	json_put_object(&j, NULL);
	json_end(&j);
	json_put_bool(&j, NULL, true);
	json_put_null(&j, NULL);
	json_end(&j);
	json_put_stringn(&j, "part", "abc", 2);
	json_put_raw(&j, "raw", "[1]", 3);
	json_put_members(&j, "{}", 2);
	json_put_members(&j, " { \"k\":1,\"l\":2} ", 16);
	json_put_members(&j, "nonsense", 8);
	json_put_bool(&j, "no", false);
	json_end(&j);
	expect(&out, "{\"title\":\"a\",\"tags\":[\"x\",{},true,null],\"part\":\"ab\",\"raw\":[1],\"k\":1,\"l\":2,\"no\":false}",
	    "nesting", 0);
}

/* A decimal comma of the user's locale does not get into the output. */
static void
test_locale(void **state)
{
	static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8" };
	struct buf out = BUF_INIT(OUT_BYTES);
	struct json j = JSON_INIT(&out);

	(void)state;
	for (size_t i = 0; i < COUNT(locales); i++)
		if (setlocale(LC_ALL, locales[i]) != NULL)
			break;
	json_put_number(&j, NULL, -1.25e-7);
	expect(&out, "-1.25e-07", "locale", 0);
	setlocale(LC_ALL, "C");
}

static void
test_depth(void **state)
{
	struct buf out = BUF_INIT(OUT_BYTES);
	struct json j = JSON_INIT(&out);

	(void)state;
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_put_array(&j, NULL);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		json_end(&j);
	assert_int_equal(out.len, 2 * JSON_DEPTH_MAX);
	buf_free(&out);
}

static struct buf taken = { .max = SIZE_MAX / 4 };
static size_t most;

static void
take(struct buf *buf)
{
	buf_put(&taken, buf->ptr, buf->len);
	most = buf->len > most ? buf->len : most;
	buf_clear(buf);
}

/* A long string goes out in pieces, whose borders are not seen, wherever they fall. */
static void
test_pieces(void **state)
{
	static const char piece[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"";
	struct buf text = BUF_INIT(SIZE_MAX / 4), whole = BUF_INIT(SIZE_MAX / 4), rest = BUF_INIT(SIZE_MAX / 4);
	struct json plain = JSON_INIT(&whole), pieces = JSON_INIT(&rest);

	(void)state;
	pieces.full = take;
	for (int i = 0; i < 100000; i++)
		buf_put(&text, piece, sizeof(piece) - 1);
	for (size_t shift = 0; shift < sizeof(piece); shift++) {
		json_put_string(&plain, NULL, buf_str(&text) + shift % (sizeof(piece) - 1));
		json_put_string(&pieces, NULL, buf_str(&text) + shift % (sizeof(piece) - 1));
	}
	take(&rest);
	assert_true(most < 256 * 1024);
	assert_int_equal(taken.len, whole.len);
	assert_memory_equal(taken.ptr, whole.ptr, whole.len);
	buf_free(&text);
	buf_free(&whole);
	buf_free(&rest);
	buf_free(&taken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces), cmocka_unit_test(test_strings), cmocka_unit_test(test_numbers), cmocka_unit_test(test_dates),
		cmocka_unit_test(test_nesting), cmocka_unit_test(test_locale), cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
