/* gazetted.conf: what a file sets, and what is said of one with a mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "daemon/shared/conf.h"

static char file[] = "/tmp/test-conf.XXXXXX";

static int
setup(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	return fd == -1 ? -1 : close(fd);
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(file);
}

static void
write_file(const char *text, size_t len)
{
	FILE *stream = fopen(file, "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(text, 1, len, stream), len);
	assert_int_equal(fclose(stream), 0);
}

static void
test_durations(void **state)
{
	static const struct { const char *text; int status; int64_t ms; } durations[] = {
		{ "0", 0, 0 }, { "90", 0, 90000 }, { "90s", 0, 90000 }, { "200ms", 0, 200 }, { "15m", 0, 900000 },
		{ "1h", 0, 3600000 }, { "2d", 0, 172800000 }, { "1w", 0, 604800000 }, { "", -1, 0 }, { "h", -1, 0 },
		{ "-1", -1, 0 }, { "+1", -1, 0 }, { "1 h", -1, 0 }, { "1.5h", -1, 0 }, { "1hh", -1, 0 }, { "1H", -1, 0 },
		{ "99999999999999999999", -1, 0 }, { "9223372036854775807w", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		int64_t ms = 0, seconds = 0;
		int whole = durations[i].status == 0 && durations[i].ms % 1000 == 0 ? 0 : -1;

		if (conf_duration_ms(durations[i].text, &ms) != durations[i].status || ms != durations[i].ms)
			fail_msg("row %zu: %s ms", i, durations[i].text);
		if (conf_duration(durations[i].text, &seconds) != whole || (whole == 0 && seconds != ms / 1000))
			fail_msg("row %zu: %s s", i, durations[i].text);
	}
}

static void
test_sizes(void **state)
{
	static const struct { const char *text; int status; int64_t bytes; } sizes[] = {
		{ "0", 0, 0 }, { "1000", 0, 1000 }, { "2K", 0, 2048 }, { "32M", 0, 32 << 20 }, { "1G", 0, 1 << 30 },
		{ "1k", -1, 0 }, { "1MB", -1, 0 }, { "M", -1, 0 }, { "9223372036854775807G", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int64_t bytes = 0;

		if (conf_size(sizes[i].text, &bytes) != sizes[i].status || bytes != sizes[i].bytes)
			fail_msg("row %zu: %s", i, sizes[i].text);
	}
}

static void
test_defaults(void **state)
{
	char error[CONF_ERROR_BYTES];
	struct conf conf;

	(void)state;
	conf_init(&conf);
	assert_int_equal(conf.min_interval_s, 3600);
	assert_int_equal(conf.max_interval_s, 86400);
	assert_int_equal(conf.parallel, 64);
	assert_int_equal(conf.parallel_per_host, 2);
	assert_int_equal(conf.host_spacing_ms, 1000);
	assert_int_equal(conf.max_body_bytes, 32 << 20);
	assert_int_equal(conf.keep_revisions, 10);
	assert_int_equal(conf.keep_changes, 1000000);
	assert_int_equal(conf.keep_days, 0);
	assert_int_equal(conf.keep_items, 0);
	assert_int_equal(conf.timeout_ms, 60000);
	assert_false(conf.allow_private_networks);
	assert_null(conf.user_agent);
	assert_null(conf.socket_group);
	assert_null(conf.on_new);
	assert_false(conf.rule_exec);
	assert_int_equal(conf_read(&conf, "/nonexistent/gazetted.conf", error), 1);
	assert_int_equal(conf_read(&conf, "/", error), -1);
	conf_free(&conf);
}

static void
test_file(void **state)
{
	static const char text[] =
	    "# a comment\n\n  min_interval = 1s # for tests\nmax_interval=2d\n\tparallel =\t128\nhost_spacing = 200ms\n"
	    "max_body = 1G\ntimeout = 5s\nuser_agent = reader#1/2.0 (+https://example.org/#me)\n"
	    "allow_private_networks = yes\nsocket_group = root\nreadonly_socket = /run/ro\nreadonly_group = root\non_new = notify \"$(jq -r .title)\" # aloud\nrule_exec = yes";
	char error[CONF_ERROR_BYTES] = "";
	struct conf conf;

	(void)state;
	conf_init(&conf);
	write_file(text, sizeof(text) - 1);
	if (conf_read(&conf, file, error) != 0)
		fail_msg("%s", error);
	assert_int_equal(conf.min_interval_s, 1);
	assert_int_equal(conf.max_interval_s, 172800);
	assert_int_equal(conf.parallel, 128);
	assert_int_equal(conf.parallel_per_host, 2);
	assert_int_equal(conf.host_spacing_ms, 200);
	assert_int_equal(conf.max_body_bytes, 1 << 30);
	assert_int_equal(conf.timeout_ms, 5000);
	assert_string_equal(conf.user_agent, "reader#1/2.0 (+https://example.org/#me)");
	assert_string_equal(conf.socket_group, "root");
	assert_string_equal(conf.readonly_socket, "/run/ro");
	assert_string_equal(conf.readonly_group, "root");
	assert_string_equal(conf.on_new, "notify \"$(jq -r .title)\"");
	assert_true(conf.rule_exec);
	assert_true(conf.allow_private_networks);

	write_file("proxy = localhost:3128\n", 23);
	assert_int_equal(conf_read(&conf, file, error), 0);
	assert_string_equal(conf.proxy, "localhost:3128");

	assert_null(conf.websub_listen);
	if (WEBSUB) {
		static const char hub[] = "websub_listen = [::1]:8090\nwebsub_callback = https://example.org/hub/\n";

		write_file(hub, sizeof(hub) - 1);
		assert_int_equal(conf_read(&conf, file, error), 0);
		assert_string_equal(conf.websub_listen, "[::1]:8090");
		assert_string_equal(conf.websub_callback, "https://example.org/hub/");
	}

	write_file("user_agent = x\nparallel = none\n", 31);
	assert_int_equal(conf_read(&conf, file, error), -1);
	assert_string_equal(conf.user_agent, "reader#1/2.0 (+https://example.org/#me)");	/* as before */
	assert_int_equal(conf.parallel, 128);
	conf_free(&conf);
}

static void
test_mistakes(void **state)
{
#define BYTES(str) str, sizeof(str) - 1
	static const struct { const char *text; size_t len; const char *error; } mistakes[] = {
		{ BYTES("paralel = 1\n"), ":1: paralel: unknown key; known are min_interval, max_interval, parallel, "
		    "parallel_per_host, host_spacing, max_body, keep_days, keep_items, keep_revisions, keep_changes, timeout, user_agent, ca_file, proxy, allow_private_networks, "
		    "socket_group, readonly_socket, readonly_group, on_new, rule_exec, websub_listen, websub_callback" },
		{ BYTES("\n\nparallel\n"), ":3: 'parallel': not of the form key = value" },
		{ BYTES("parallel = \n"), ":1: parallel: '' is not a number from 1 to 1000" },
		{ BYTES("parallel = 0\n"), ":1: parallel: '0' is not a number from 1 to 1000" },
		{ BYTES("parallel = 1001\n"), ":1: parallel: '1001' is not a number from 1 to 1000" },
		{ BYTES("min_interval = 0\n"), ":1: min_interval: '0' is not a duration (90, 15m, 1h, 2d, 1w) from 1s to 30d" },
		{ BYTES("min_interval = 500ms\n"),
		    ":1: min_interval: '500ms' is not a duration (90, 15m, 1h, 2d, 1w) from 1s to 30d" },
		{ BYTES("host_spacing = 2h\n"), ":1: host_spacing: '2h' is not a duration (200ms, 5s, 1m) from 0 to 1h" },
		{ BYTES("keep_days = 36501\n"), ":1: keep_days: '36501' is not a number from 0 to 36500" },
		{ BYTES("keep_items = -1\n"), ":1: keep_items: '-1' is not a number from 0 to 10000000" },
		{ BYTES("keep_changes = 999\n"), ":1: keep_changes: '999' is not a number from 1000 to 1000000000" },
		{ BYTES("keep_revisions = 1001\n"), ":1: keep_revisions: '1001' is not a number from 0 to 1000" },
		{ BYTES("max_body = 2G\n"), ":1: max_body: '2G' is not a size (500K, 32M, 1G) from 1K to 1G" },
		{ BYTES("allow_private_networks = true\n"), ":1: allow_private_networks: 'true' is neither yes nor no" },
		{ BYTES("ca_file =\n"), ":1: ca_file: needs a text of 1 to 4096 bytes in UTF-8" },
		{ BYTES("proxy = \xff\n"), ":1: proxy: needs a text of 1 to 4096 bytes in UTF-8" },
		{ BYTES("user_agent = a\x01" "b\n"), ":1: user_agent: needs a text without control characters" },
		{ BYTES("ca_file = /nonexistent\n"), ":1: ca_file: needs a file that can be read" },
		{ BYTES("ca_file = /\n"), ":1: ca_file: needs a file that can be read" },
		{ BYTES("proxy = foo\n"), ":1: proxy: needs a URL as http://HOST:PORT or socks5h://HOST:PORT" },
		{ BYTES("proxy = ftp://foo:1\n"), ":1: proxy: needs a URL as http://HOST:PORT or socks5h://HOST:PORT" },
		{ BYTES("proxy = foo:\n"), ":1: proxy: needs a URL as http://HOST:PORT or socks5h://HOST:PORT" },
		{ BYTES("on_new = a\x01" "b\n"), ":1: on_new: needs a command without control characters" },
		{ BYTES("on_new =\n"), ":1: on_new: needs a text of 1 to 4096 bytes in UTF-8" },
		{ BYTES("socket_group = no-such-group\n"), ":1: socket_group: needs a group of this machine" },
		{ BYTES("readonly_group = no-such-group\n"), ":1: readonly_group: needs a group of this machine" },
		{ BYTES("readonly_socket = here\n"), ":1: readonly_socket: needs an absolute path" },
		{ BYTES("parallel = 1\nparallel = 2\n"), ":2: parallel: already set on line 1" },
		{ BYTES("parallel = 1\n\0\n"), ":2: a NUL byte" },
#if WEBSUB
#define LISTEN(value) { BYTES("websub_listen = " value "\n"), ":1: websub_listen: needs ADDRESS:PORT, as 127.0.0.1:8090 or [::1]:8090" }
#define CALLBACK(value) { BYTES("websub_callback = " value "\n"), ":1: websub_callback: needs an http or https URL without query " \
    "and fragment" }
		LISTEN("8090"), LISTEN(":8090"), LISTEN("localhost:8090"), LISTEN("127.0.0.1"), LISTEN("127.0.0.1:"), LISTEN("127.0.0.1:0"),
		LISTEN("127.0.0.1:65536"), LISTEN("127.0.0.1:80x"), LISTEN("::1:8090"), LISTEN("[::1]"), LISTEN("[127.0.0.1]:8090"),
		LISTEN("[:::1]:8090"), LISTEN("1.2.3:8090"), LISTEN("127.0.0.1:18446744073709551617"),
		CALLBACK("example.org/hub"), CALLBACK("ftp://example.org/hub"), CALLBACK("https://"), CALLBACK("https://example.org/?a=b"),
		CALLBACK("https://example.org/\ta"),
		{ BYTES("websub_listen = 127.0.0.1:8090\n"), ":1: websub_listen needs websub_callback, too" },
		{ BYTES("websub_callback = https://example.org/hub/\n"), ":1: websub_callback needs websub_listen, too" },
#else
		{ BYTES("websub_listen = 127.0.0.1:8090\n"),
		    ":1: websub_listen: needs a gazetted that was built with WebSub; this one was not" },
		{ BYTES("websub_callback = https://example.org/hub/\n"),
		    ":1: websub_callback: needs a gazetted that was built with WebSub; this one was not" },
#endif
		{ BYTES("max_interval = 5m\n# end\n"), ":2: max_interval: 5m is less than min_interval, 1h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char error[CONF_ERROR_BYTES] = "";
		struct conf conf;

		conf_init(&conf);
		write_file(mistakes[i].text, mistakes[i].len);
		if (conf_read(&conf, file, error) != -1)
			fail_msg("row %zu: taken", i);
		if (strncmp(error, file, strlen(file)) != 0 || strcmp(error + strlen(file), mistakes[i].error) != 0)
			fail_msg("row %zu: %s", i, error);
		conf_free(&conf);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations), cmocka_unit_test(test_sizes), cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_file), cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests_name("conf", tests, setup, teardown);
}
