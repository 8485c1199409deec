/* What nobody who means well sends: descriptors, depth, half characters, zeros. Each has its error, and those who mean well are served. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/protocol.h"
#include "tests/daemon/rig.h"

enum { DEPTH = 100000, ROUNDS = 300, FDS_A_MESSAGE = 16, CODE_NONE = 0 };

#define STATUS "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{}}"

static struct rig rig;

static int
setup(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_stop(&rig);
	return 0;
}

/* The code of the next answer's error; CODE_NONE: it is a result. */
static int
answer_code(struct rig_peer *peer)
{
	json_t *answer = rig_peer_read(peer), *error;
	int code;

	assert_non_null(answer);
	error = json_object_get(answer, "error");
	assert_true(error != NULL || json_object_get(answer, "result") != NULL);
	code = (int)json_integer_value(json_object_get(error, "code"));
	json_decref(answer);
	return code;
}

/* A line, and that the connection lives on. */
static void
expect(struct rig_peer *peer, const char *ptr, size_t len, int code)
{
	rig_peer_write(peer, ptr, len);
	assert_int_equal(answer_code(peer), code);
	rig_peer_write(peer, STATUS, sizeof STATUS - 1);
	assert_int_equal(answer_code(peer), CODE_NONE);
}

static void
test_deep(void **state)
{
	static const struct { const char *before; char repeated; } rows[] = {
		{ "", '[' }, { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":", '[' },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"item.count\",\"params\":{\"queries\":[\"", '(' },
	};
	static char line[DEPTH + 256];
	struct rig_peer peer;

	(void)state;
	rig_peer_open(&rig, &peer);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t len = strlen(rows[i].before);

		memcpy(line, rows[i].before, len);
		memset(line + len, rows[i].repeated, DEPTH);
		expect(&peer, line, len + DEPTH, RPC_EPARSE);
	}
	/* a query that is as deep, in JSON that is well */
	snprintf(line, sizeof line, "%s%0*d\"]}}", rows[2].before, DEPTH, 0);
	memset(line + strlen(rows[2].before), '(', DEPTH);
	expect(&peer, line, strlen(line), RPC_EGAZETTE);
	rig_peer_close(&peer);
}

static void
test_bytes(void **state)
{
	static const struct { const char *ptr; size_t len; int code; } rows[] = {
#define ROW(text, code) { text, sizeof(text) - 1, code }
		ROW("\xe2\x82", RPC_EPARSE), ROW("\0", RPC_EPARSE), ROW(STATUS "\0", RPC_EPARSE), ROW("\xff\xfe\xfd", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stat\0us\"}", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stat\\u0000us\"}", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xe2\x82\"}", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xed\xa0\x80\"}", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":1e999,\"method\":\"status\"}", RPC_EPARSE),
		ROW("{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"status\"}", RPC_EPARSE),
	};
	struct rig_peer peer;

	(void)state;
	rig_peer_open(&rig, &peer);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("# row %zu\n", i);
		expect(&peer, rows[i].ptr, rows[i].len, rows[i].code);
	}
	rig_peer_close(&peer);
}

/* A character that comes in two halves is whole. */
static void
test_halves(void **state)
{
	static const char first[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"item.count\",\"params\":{\"queries\":[\"id:1 \xe2";
	struct rig_peer peer;

	(void)state;
	rig_peer_open(&rig, &peer);
	assert_int_equal(send(peer.fd, first, sizeof first - 1, MSG_NOSIGNAL), sizeof first - 1);
	json_decref(rig_call(&rig, "status", "{}"));
	rig_peer_write(&peer, "\x82\xac\"]}}", 6);
	/* there is no index to look the word up in yet, or there is: but it is no mistake of JSON */
	assert_int_not_equal(answer_code(&peer), RPC_EPARSE);
	rig_peer_close(&peer);
}

/* --- descriptors ------------------------------------------------------------------------- */

static int
open_descriptors(void)
{
	char path[64];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)rig.pid);
	dir = opendir(path);
	if (dir == NULL)
		return -1;		/* the daemon lets nobody look into it but root */
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
send_descriptors(int fd, const char *ptr, size_t len)
{
	char control[CMSG_SPACE(FDS_A_MESSAGE * sizeof(int))] = { 0 };
	struct iovec iov = { (void *)(uintptr_t)ptr, len };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int fds[FDS_A_MESSAGE];

	for (int i = 0; i < FDS_A_MESSAGE; i++)
		fds[i] = STDERR_FILENO;
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(head), fds, sizeof fds);
	assert_int_equal(sendmsg(fd, &message, MSG_NOSIGNAL), len);
}

static void
test_descriptors(void **state)
{
	struct rig_peer peer;
	int before;

	(void)state;
	rig_peer_open(&rig, &peer);
	send_descriptors(peer.fd, STATUS "\n", sizeof STATUS);
	assert_int_equal(answer_code(&peer), CODE_NONE);
	before = open_descriptors();
	for (int i = 0; i < ROUNDS; i++) {
		send_descriptors(peer.fd, STATUS "\n", sizeof STATUS);
		assert_int_equal(answer_code(&peer), CODE_NONE);
	}
	assert_in_range(open_descriptors() + 1, 0, before + 3);
	rig_peer_close(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deep), cmocka_unit_test(test_bytes), cmocka_unit_test(test_halves), cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
