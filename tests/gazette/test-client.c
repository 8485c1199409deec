/* The connection: where the daemon is looked for, and messages in any pieces, any order and any state of repair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/client.h"
#include "daemon/shared/protocol.h"
#include "feeds/base/buf.h"
#include "feeds/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define LONG_120 "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
set_or_not(const char *name, const char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void
test_paths(void **state)
{
	char	 own[CLIENT_PATH_BYTES];		/* as from cron(8), which sets no XDG_RUNTIME_DIR */
	const struct { const char *option, *socket, *runtime; size_t count; const char *first, *second; } rows[] = {
		{ NULL, NULL, NULL, 2, own, "/run/gazette/socket" },
		{ NULL, NULL, "/run/user/7", 2, "/run/user/7/gazette/socket", "/run/gazette/socket" },
		{ NULL, "/tmp/s", "/run/user/7", 1, "/tmp/s", NULL },
		{ "/tmp/o", "/tmp/s", "/run/user/7", 1, "/tmp/o", NULL },
		{ "here", NULL, NULL, 1, "here", NULL },
		{ NULL, "", NULL, 2, own, "/run/gazette/socket" },
		{ NULL, NULL, "", 2, own, "/run/gazette/socket" },
		{ NULL, NULL, "relative", 2, own, "/run/gazette/socket" },
		{ NULL, NULL, LONG_120, 1, "/run/gazette/socket", NULL },
		{ "", "/tmp/s", NULL, 0, NULL, NULL },
		{ LONG_120, "/tmp/s", NULL, 0, NULL, NULL },
		{ NULL, LONG_120, NULL, 0, NULL, NULL },
	};

	(void)state;
	snprintf(own, sizeof(own), "/run/user/%u/gazette/socket", (unsigned)getuid());
	for (size_t i = 0; i < COUNT(rows); i++) {
		char	 paths[CLIENT_PATHS_MAX][CLIENT_PATH_BYTES];
		size_t	 count;

		set_or_not("GAZETTE_SOCKET", rows[i].socket);
		set_or_not("XDG_RUNTIME_DIR", rows[i].runtime);
		count = client_paths(rows[i].option, paths);
		if (count != rows[i].count || (count > 0 && strcmp(paths[0], rows[i].first) != 0) ||
		    (count > 1 && strcmp(paths[1], rows[i].second) != 0))
			fail_msg("row %zu: %zu paths, %s", i, count, count > 0 ? paths[0] : "none");
	}
}

/* --- a connected pair ------------------------------------------------------------------------ */

struct pair {
	struct client	*client;
	int		 listener, peer;
	char		 folder[32], path[64];
	struct buf	 heard;			/* what callbacks were told, in order */
};

static int
setup(void **state)
{
	struct sockaddr_un	 addr = { .sun_family = AF_UNIX };
	struct client_error	 err;
	struct pair		*pair = calloc(1, sizeof(*pair));

	snprintf(pair->folder, sizeof(pair->folder), "/tmp/test-client.XXXXXX");
	if (mkdtemp(pair->folder) == NULL)
		return -1;
	snprintf(pair->path, sizeof(pair->path), "%s/socket", pair->folder);
	memcpy(addr.sun_path, pair->path, strlen(pair->path) + 1);
	pair->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(pair->listener, (struct sockaddr *)&addr, sizeof(addr)) == -1 || listen(pair->listener, 4) == -1)
		return -1;
	pair->client = client_new(pair->path);
	if (client_connect(pair->client, &err) == -1)
		return -1;
	pair->peer = accept(pair->listener, NULL, NULL);
	buf_init(&pair->heard, 1 << 20);
	*state = pair;
	return 0;
}

static int
teardown(void **state)
{
	struct pair	*pair = *state;

	client_free(pair->client);
	close(pair->peer);
	close(pair->listener);
	unlink(pair->path);
	rmdir(pair->folder);
	buf_free(&pair->heard);
	free(pair);
	return 0;
}

static void
on_reply(void *arg, json_t *result, const struct client_error *err)
{
	struct pair	*pair = arg;

	if (err != NULL)
		buf_printf(&pair->heard, "error %d %s|", err->code, err->word);
	else
		buf_printf(&pair->heard, "result %lld|", (long long)json_integer_value(result));
}

static void
on_notify(void *arg, const char *method, json_t *params)
{
	struct pair	*pair = arg;

	buf_printf(&pair->heard, "%s %lld|", method, (long long)json_integer_value(json_object_get(params, "seq")));
}

static void
say(struct pair *pair, const char *text)
{
	size_t	 len = strlen(text);

	assert_int_equal(write(pair->peer, text, len), len);
}

/* The next request that the client sent, parsed. */
static json_t *
hear(struct pair *pair)
{
	char	 line[4096];
	size_t	 len = 0;

	do
		assert_int_equal(read(pair->peer, line + len, 1), 1);
	while (line[len++] != '\n');
	return json_loadb(line, len, 0, NULL);
}

static void
test_answers(void **state)
{
	static const struct { const char *bytes, *heard; int status; } rows[] = {
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n", "result 5|", 0 },
		{ "{\"id\":2,\"result\":6}\n{\"id\":1,\"result\":5}\n", "result 6|result 5|", 0 },
		{ "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"m\",\"data\":{\"word\":\"no-such-feed\"}}}\n",
		    "error -32000 no-such-feed|", 0 },
		{ "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"m\"}}\n", "error -32601 |", 0 },
		{ "{\"id\":1,\"error\":7}\n", "error -32603 |", 0 },
		{ "{\"method\":\"change\",\"params\":{\"seq\":9}}\n{\"id\":1,\"result\":5}\n", "change 9|result 5|", 0 },
		{ "{\"id\":77,\"result\":1}\n{\"id\":1,\"result\":5}\n", "result 5|", 0 },
		/* what is no message of the protocol ends it for everybody who waits */
		{ "hello\n", "error 3 |error 3 |", -1 },
		{ "[]\n", "error 3 |error 3 |", -1 },
		{ "{\"id\":1}\n", "error 3 |error 3 |", -1 },
		{ "{\"id\":1,\"result\":1,\"error\":{}}\n", "error 3 |error 3 |", -1 },
		{ "{\"id\":\"1\",\"result\":1}\n", "error 3 |error 3 |", -1 },
		{ "\n", "error 3 |error 3 |", -1 },
		{ "{\"id\":1,\"result\":\"\xff\"}\n", "error 3 |error 3 |", -1 },
		/* an error for nobody is for everybody */
		{ "{\"id\":null,\"error\":{\"code\":-32000,\"message\":\"m\",\"data\":{\"word\":\"busy\"}}}\n",
		    "error -32000 busy|error -32000 busy|", -1 },
	};

	struct pair		*pair = *state;
	struct client_error	 err;

	client_on_notify(pair->client, on_notify, pair);
	for (size_t i = 0; i < COUNT(rows); i++) {
		int	 status;

		assert_int_equal(client_connect(pair->client, &err), 0);
		close(pair->peer);
		pair->peer = accept(pair->listener, NULL, NULL);
		buf_clear(&pair->heard);
		struct buf	 bytes = BUF_INIT(4096);
		int64_t		 first, second;

		first = client_send(pair->client, "one", NULL, on_reply, pair, &err);
		second = client_send(pair->client, "two", NULL, on_reply, pair, &err);
		/* the rows' ids 1 and 2 stand for these two */
		for (const char *ptr = rows[i].bytes; *ptr != '\0'; ptr++)
			if (strncmp(ptr, "\"id\":1,", 7) == 0 || strncmp(ptr, "\"id\":1}", 7) == 0 ||
			    strncmp(ptr, "\"id\":2,", 7) == 0) {
				buf_printf(&bytes, "\"id\":%lld", (long long)(ptr[5] == '1' ? first : second));
				ptr += 5;
			} else
				buf_putc(&bytes, *ptr);
		say(pair, buf_str(&bytes));
		buf_free(&bytes);
		status = client_pump(pair->client, &err);
		if (status != rows[i].status || strcmp(buf_str(&pair->heard), rows[i].heard) != 0)
			fail_msg("row %zu: %d, heard \"%s\"", i, status, buf_str(&pair->heard));
		if (client_connected(pair->client) != (status == 0))
			fail_msg("row %zu: connected", i);
	}
}

static void
keep_error(void *arg, json_t *result, const struct client_error *err)
{
	(void)result;
	*(struct client_error *)arg = *err;
}

/* Of a message that is too long both ends are kept, in whole characters. */
static void
test_long_message(void **state)
{
	static const struct { size_t letters; const char *letter; bool whole; } rows[] = {
		{ 10, "x", true }, { CLIENT_MESSAGE_BYTES - 6, "x", true }, { CLIENT_MESSAGE_BYTES - 5, "x", false },
		{ 9000, "x", false }, { 400, "\xe6\x97\xa5", false }, { 401, "\xc3\xa9", true }, { 600, "\xc3\xa9", false }
	};
	struct pair		*pair = *state;
	struct client_error	 err, kept;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf	 message = BUF_INIT(1 << 16), reply = BUF_INIT(1 << 16);
		int64_t		 id = client_send(pair->client, "m", NULL, keep_error, &kept, &err);
		bool		 whole;

		buf_puts(&message, "a");
		for (size_t j = 0; j < rows[i].letters; j++)
			buf_puts(&message, rows[i].letter);
		buf_puts(&message, ": no");
		buf_printf(&reply, "{\"id\":%lld,\"error\":{\"code\":-32000,\"message\":\"%s\"}}\n", (long long)id,
		    buf_str(&message));
		say(pair, buf_str(&reply));
		assert_int_equal(client_wait(pair->client, -1, &err), 0);
		whole = strcmp(kept.message, buf_str(&message)) == 0;
		if (whole != rows[i].whole || !utf8_valid(kept.message, strlen(kept.message)) ||
		    strncmp(kept.message, "a", 1) != 0 || strcmp(kept.message + strlen(kept.message) - 4, ": no") != 0)
			fail_msg("row %zu: \"%s\"", i, kept.message);
		buf_free(&message);
		buf_free(&reply);
	}
}

/* A message that comes byte by byte is the same message. */
static void
test_pieces(void **state)
{
	static const char	bytes[] = "{\"method\":\"change\",\"params\":{\"seq\":1}}\n{\"id\":1,\"result\":5}\n"
	    "{\"method\":\"change\",\"params\":{\"seq\":2}}\n";
	struct pair		*pair = *state;
	struct client_error	 err;

	client_on_notify(pair->client, on_notify, pair);
	assert_int_equal(client_send(pair->client, "one", NULL, on_reply, pair, &err), 1);
	for (const char *ptr = bytes; *ptr != '\0'; ptr++) {
		assert_int_equal(write(pair->peer, ptr, 1), 1);
		assert_int_equal(client_pump(pair->client, &err), 0);
	}
	assert_string_equal(buf_str(&pair->heard), "change 1|result 5|change 2|");
	assert_int_equal(client_pending(pair->client), 0);
}

static void
test_requests(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;
	json_t			*request;

	client_send(pair->client, "item.count", json_pack("{s:[s]}", "queries", "a\n\"b\""), on_reply, pair, &err);
	assert_int_equal(client_pump(pair->client, &err), 0);
	request = hear(pair);
	assert_string_equal(json_string_value(json_object_get(request, "jsonrpc")), "2.0");
	assert_string_equal(json_string_value(json_object_get(request, "method")), "item.count");
	assert_int_equal(json_integer_value(json_object_get(request, "id")), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(json_object_get(request, "params"),
	    "queries"), 0)), "a\n\"b\"");
	json_decref(request);
}

static void
test_too_large(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;
	char			*text = malloc(PROTOCOL_REQUEST_MAX);

	memset(text, 'x', PROTOCOL_REQUEST_MAX - 1);
	text[PROTOCOL_REQUEST_MAX - 1] = '\0';
	assert_int_equal(client_send(pair->client, "m", json_pack("{s:s}", "text", text), on_reply, pair, &err), -1);
	assert_int_equal(err.code, CLIENT_ETOOLARGE);
	assert_int_equal(client_pending(pair->client), 0);
	assert_true(client_connected(pair->client));
	free(text);
}

/* Whoever waits is told when the daemon goes away, once; what came before that is delivered. */
static void
test_lost(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;

	client_send(pair->client, "one", NULL, on_reply, pair, &err);
	client_send(pair->client, "two", NULL, on_reply, pair, &err);
	client_send(pair->client, "three", NULL, on_reply, pair, &err);
	client_forget(pair->client, 3);
	say(pair, "{\"id\":1,\"result\":5}\n{\"id\":2,\"res");
	shutdown(pair->peer, SHUT_RDWR);
	assert_int_equal(client_wait(pair->client, -1, &err), 0);
	assert_int_equal(client_wait(pair->client, -1, &err), -1);
	assert_int_equal(err.code, CLIENT_ELOST);
	assert_string_equal(buf_str(&pair->heard), "result 5|error 2 |");
	assert_int_equal(client_fd(pair->client), -1);
	assert_int_equal(client_send(pair->client, "four", NULL, on_reply, pair, &err), -1);
	assert_int_equal(err.code, CLIENT_ELOST);
	assert_int_equal(client_connect(pair->client, &err), 0);
}

static void
test_no_daemon(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;
	char			 expected[128];

	close(pair->listener);
	assert_int_equal(client_connect(pair->client, &err), -1);
	assert_int_equal(err.code, CLIENT_ENODAEMON);
	snprintf(expected, sizeof(expected), "no daemon at %s (is gazetted running?)", pair->path);
	assert_string_equal(err.message, expected);
	pair->listener = -1;
}

/* A callback may ask and wait itself; the order of everything else stays. */
static void
ask_inside(void *arg, json_t *result, const struct client_error *err)
{
	struct pair		*pair = arg;
	struct client_error	 inner;
	json_t			*answer;

	(void)result;
	assert_null(err);
	say(pair, "{\"id\":2,\"result\":6}\n");
	assert_int_equal(client_call(pair->client, "inner", NULL, &answer, &inner), 0);
	buf_printf(&pair->heard, "inner %lld|", (long long)json_integer_value(answer));
	json_decref(answer);
}

static void
test_nested(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;

	client_on_notify(pair->client, on_notify, pair);
	client_send(pair->client, "outer", NULL, ask_inside, pair, &err);
	say(pair, "{\"id\":1,\"result\":5}\n{\"method\":\"change\",\"params\":{\"seq\":3}}\n");
	assert_int_equal(client_pump(pair->client, &err), 0);
	assert_string_equal(buf_str(&pair->heard), "change 3|inner 6|");
}

/* A callback may connect anew: what is left of the old connection is forgotten. */
static void
connect_inside(void *arg, json_t *result, const struct client_error *err)
{
	struct pair		*pair = arg;
	struct client_error	 inner;

	(void)result;
	(void)err;
	assert_int_equal(client_connect(pair->client, &inner), 0);
	buf_puts(&pair->heard, "connected|");
}

static void
test_reconnect_inside(void **state)
{
	struct pair		*pair = *state;
	struct client_error	 err;

	client_on_notify(pair->client, on_notify, pair);
	client_send(pair->client, "one", NULL, connect_inside, pair, &err);
	client_send(pair->client, "two", NULL, on_reply, pair, &err);
	say(pair, "{\"id\":1,\"result\":5}\n{\"method\":\"change\",\"params\":{\"seq\":3}}\n");
	assert_int_equal(client_pump(pair->client, &err), 0);
	assert_string_equal(buf_str(&pair->heard), "error 2 |connected|");
	assert_true(client_connected(pair->client));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_message, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(test_requests, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_daemon, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nested, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reconnect_inside, setup, teardown)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
