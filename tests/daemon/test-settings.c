/* What a user may set for a feed: what is kept, shown and handed to the fetcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/settings.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* value is JSON; kept is the whole object afterwards, NULL: refused, and error says so. */
static const struct { const char *key, *value, *kept, *error; } rows[] = {
	{ "interval", "3600", "{\"interval\":3600}", NULL },
	{ "interval", "\"30m\"", "{\"interval\":1800}", NULL },
	{ "interval", "\"90\"", "{\"interval\":90}", NULL },
	{ "interval", "null", "{}", NULL },
	{ "interval", "\"\"", "{}", NULL },
	{ "interval", "0", NULL, "interval: must be a duration from 1s to 365d: 90, 15m, 1h, 2d" },
	{ "interval", "-1", NULL, "interval: must be" },
	{ "interval", "\"soon\"", NULL, "interval: must be" },
	{ "interval", "\"366d\"", NULL, "interval: must be" },
	{ "interval", "true", NULL, "interval: must be" },
	{ "interval", "1.5", NULL, "interval: must be" },
	{ "user_agent", "\"me/1\"", "{\"user_agent\":\"me/1\"}", NULL },
	{ "user_agent", "\"me\\r\\nX: y\"", NULL, "user_agent: must be one line" },
	{ "user_agent", "\"\\u0000\"", NULL, "user_agent: must be one line" },
	{ "user_agent", "5", NULL, "user_agent: must be one line" },
	{ "header", "\"X-Key: 1\"", "{\"header\":[\"X-Key: 1\"]}", NULL },
	{ "header", "[\"X-Key: 1\",\"Y:2\"]", "{\"header\":[\"X-Key: 1\",\"Y:2\"]}", NULL },
	{ "header", "\"X-Key\"", NULL, "header: must be" },
	{ "header", "\": 1\"", NULL, "header: must be" },
	{ "header", "\"X Key: 1\"", NULL, "header: must be" },
	{ "header", "[\"X: 1\\nY: 2\"]", NULL, "header: must be" },
	{ "header", "[5]", NULL, "header: must be" },
	{ "header", "{}", NULL, "header: must be" },
	{ "cookie", "\"a=b\"", "{\"cookie\":\"a=b\"}", NULL },
	{ "proxy", "\"http://p:1\"", "{\"proxy\":\"http://p:1\"}", NULL },
	{ "username", "\"u\"", "{\"username\":\"u\"}", NULL },
	{ "password", "\"p\"", "{\"password\":\"p\"}", NULL },
	{ "ca_file", "\"" BEGIN "\\nMII=\\n" END "\\n\"", "{\"ca_file\":\"" BEGIN "\\nMII=\\n" END "\\n\"}", NULL },
	{ "ca_file", "\"my authority:\\r\\n" BEGIN END "\"", "{\"ca_file\":\"my authority:\\r\\n" BEGIN END "\"}", NULL },
	{ "ca_file", "\"\"", "{}", NULL },
	{ "ca_file", "\"/etc/passwd\"", NULL, "ca_file: must be certificates in PEM, at most 64 KiB of them" },
	{ "ca_file", "\"" END BEGIN "\"", NULL, "ca_file: must be" },
	{ "ca_file", "\"" BEGIN "\\u0000" END "\"", NULL, "ca_file: must be" },
	{ "ca_file", "\"" BEGIN "\\u001b" END "\"", NULL, "ca_file: must be" },
	{ "ca_file", "[\"" BEGIN END "\"]", NULL, "ca_file: must be" },
	{ "colour", "\"red\"", NULL, "there is no setting \"colour\"" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *settings = settings_load(SPAN("{}")), *value = json_loads(rows[i].value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		char error[SETTINGS_ERROR_BYTES] = "", *text;
		int set;

		assert_non_null(value);
		set = settings_set(settings, rows[i].key, value, error);
		text = settings_text(settings);
		if (rows[i].kept != NULL ? set != 0 || strcmp(text, rows[i].kept) != 0 :
		    set != -1 || strncmp(error, rows[i].error, strlen(rows[i].error)) != 0 || strcmp(text, "{}") != 0)
			fail_msg("row %zu: %s=%s: %d %s %s", i, rows[i].key, rows[i].value, set, text, error);
		free(text);
		json_decref(value);
		json_decref(settings);
	}
}

/* As many certificates as a job may carry to the fetcher, and one byte more. */
static void
test_most_certificates(void **state)
{
	char text[RECORD_CA_MAX + 2], error[SETTINGS_ERROR_BYTES];
	json_t *settings = settings_load(SPAN("{}"));

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		json_t *value;

		memset(text, '\n', RECORD_CA_MAX + more);
		memcpy(text, BEGIN END, sizeof BEGIN END - 1);
		text[RECORD_CA_MAX + more] = '\0';
		value = json_string(text);
		assert_int_equal(settings_set(settings, "ca_file", value, error), more == 0 ? 0 : -1);
		json_decref(value);
	}
	json_decref(settings);
}

/* A key is replaced and unset, others stay; what has the wrong form is an empty object. */
static void
test_load(void **state)
{
	static const struct { const char *text; const char *loaded; } texts[] = {
		{ "{\"interval\":60}", "{\"interval\":60}" }, { "", "{}" }, { "[1,2,3]", "{}" }, { "{\"interval\":", "{}" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		json_t *settings = settings_load(SPAN(texts[i].text));
		char *text = settings_text(settings);

		if (strcmp(text, texts[i].loaded) != 0)
			fail_msg("row %zu: %s", i, text);
		free(text);
		json_decref(settings);
	}
	assert_true(settings_is_key("cookie"));
	assert_false(settings_is_key("title"));
}

static void
test_public(void **state)
{
	static const char secret[] = "{\"interval\":60,\"user_agent\":\"me\",\"header\":[\"Authorization: x\"],\"cookie\":\"c=x\","
	    "\"proxy\":\"http://u:x@p\",\"username\":\"u\",\"password\":\"x\",\"ca_file\":\"x\"}";
	struct buf out = BUF_INIT(4096);
	struct json json = JSON_INIT(&out);

	(void)state;
	settings_public(&json, NULL, SPAN(secret));
	assert_string_equal(buf_str(&out), "{\"interval\":60,\"user_agent\":\"me\",\"header\":true,\"cookie\":true,\"proxy\":true,"
	    "\"username\":\"u\",\"password\":true,\"ca_file\":true}");
	buf_free(&out);
}

static void
test_fill(void **state)
{
	json_t *settings = settings_load(SPAN("{\"user_agent\":\"me\",\"header\":[\"A: 1\",\"B: 2\"],\"cookie\":\"c\","
	    "\"proxy\":\"p\",\"username\":\"u\",\"password\":\"x\",\"ca_file\":\"a\",\"interval\":60}"));
	struct arena *arena = arena_new(4096);
	struct rec_job job = { 0 };

	(void)state;
	settings_fill(settings, &job, arena);
	assert_memory_equal(job.user_agent.ptr, "me", 3);
	assert_memory_equal(job.cookie.ptr, "c", 2);
	assert_memory_equal(job.proxy.ptr, "p", 2);
	assert_memory_equal(job.username.ptr, "u", 2);
	assert_memory_equal(job.password.ptr, "x", 2);
	assert_memory_equal(job.ca.ptr, "a", 2);
	assert_int_equal(job.headers.count, 2);
	assert_memory_equal(job.headers.items[1].ptr, "B: 2", 5);
	assert_int_equal(settings_interval(settings), 60);
	json_decref(settings);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_most_certificates), cmocka_unit_test(test_load),
		cmocka_unit_test(test_public), cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
