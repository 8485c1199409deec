/*
 * rpc - asks gazetted one thing over its socket, for tests.
 *
 *	rpc [-n] [-w SECONDS] SOCKET METHOD [PARAMS [PATH...]]
 *	rpc -r [-w SECONDS] SOCKET < LINES
 *
 * Prints the result as JSON, or each member of it that a PATH ("feed.url", "items.0.id") leads to on a line of its own, texts as they
 * are, an array's or object's size for "items.#", "-" for what is not there. Status 0; 1 with the error's word and message on standard
 * error; 3 if nobody listens, which -w bears for so long; 4 if the answer does not come within 30 s.
 *
 *	-n	only say whether somebody listens
 *	-r	send standard input as it is, then print all that comes until the daemon closes
 */
#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "feeds/base/buf.h"

enum { ANSWER_MAX = 256 << 20, READ_BYTES = 64 << 10, WAIT_S = 30, STEP_MS = 10, NOBODY = 3, TOO_LATE = 4 };

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void __attribute__((noreturn))
fail(int status, const char *what)
{
	fprintf(stderr, "rpc: %s\n", what);
	exit(status);
}

static int
try_connect(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || strlen(path) >= sizeof addr.sun_path)
		fail(NOBODY, path);
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open_socket(const char *path, int64_t wait_ms)
{
	int64_t until_ms = now_ms() + wait_ms;
	int fd;

	while ((fd = try_connect(path)) == -1) {
		const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };

		if (now_ms() >= until_ms)
			fail(NOBODY, "nobody listens");
		nanosleep(&step, NULL);
	}
	return fd;
}

/* False if the daemon has closed; what it said before is still to be read. */
static bool
send_all(int fd, const char *ptr, size_t len)
{
	while (len > 0) {
		ssize_t put = send(fd, ptr, len, MSG_NOSIGNAL);

		if (put == -1)
			return false;
		ptr += put;
		len -= (size_t)put;
	}
	return true;
}

/* False at the end. */
static bool
read_some(int fd, struct buf *in, int64_t until_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t left_ms = until_ms - now_ms();
	char *room = buf_reserve(in, READ_BYTES);
	ssize_t got;

	if (room == NULL || left_ms <= 0 || poll(&pfd, 1, (int)left_ms) != 1)
		fail(TOO_LATE, "no answer");
	got = recv(fd, room, READ_BYTES, 0);
	if (got > 0)
		in->len += (size_t)got;
	return got > 0;
}

/* --- one call ------------------------------------------------------------------------- */

/* The answer with id 1; notifications are passed over. */
static json_t *
read_answer(int fd)
{
	struct buf in = BUF_INIT(ANSWER_MAX);
	int64_t until_ms = now_ms() + WAIT_S * 1000;
	size_t scanned = 0;

	for (;;) {
		char *end = in.len > scanned ? memchr(in.ptr + scanned, '\n', in.len - scanned) : NULL;
		json_t *answer;

		if (end == NULL) {
			scanned = in.len;
			if (!read_some(fd, &in, until_ms))
				fail(1, "the daemon closed the connection");
			continue;
		}
		answer = json_loadb(in.ptr, (size_t)(end - in.ptr), 0, NULL);
		if (answer == NULL)
			fail(1, "the answer is no JSON");
		if (json_integer_value(json_object_get(answer, "id")) == 1) {
			buf_free(&in);
			return answer;
		}
		json_decref(answer);
		buf_consume(&in, (size_t)(end - in.ptr) + 1);
		scanned = 0;
	}
}

static void
send_request(int fd, const char *method, const char *params)
{
	struct buf request = BUF_INIT(ANSWER_MAX);

	buf_printf(&request, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":", method);
	buf_puts(&request, params != NULL ? params : "{}");
	buf_puts(&request, "}\n");
	send_all(fd, request.ptr, request.len);
	buf_free(&request);
}

static void
print_value(const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		puts(json_string_value(value));
		return;
	}
	text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	puts(text != NULL ? text : "-");
	free(text);
}

static void
print_path(const json_t *value, char *path)
{
	char *part;

	while ((part = strsep(&path, ".")) != NULL) {
		if (strcmp(part, "#") == 0) {
			printf("%zu\n", json_is_array(value) ? json_array_size(value) : json_object_size(value));
			return;
		}
		value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10)) : json_object_get(value, part);
	}
	print_value(value);
}

static int
call(int fd, int argc, char **argv)
{
	json_t *answer, *result, *error;

	send_request(fd, argv[1], argc > 2 ? argv[2] : NULL);
	answer = read_answer(fd);
	result = json_object_get(answer, "result");
	error = json_object_get(answer, "error");
	if (error != NULL)
		fprintf(stderr, "%s: %s\n", json_string_value(json_object_get(json_object_get(error, "data"), "word")),
		    json_string_value(json_object_get(error, "message")));
	else if (argc <= 3)
		print_value(result);
	for (int i = 3; error == NULL && i < argc; i++)
		print_path(result, argv[i]);
	json_decref(answer);
	return error != NULL;
}

/* --- lines as they are ------------------------------------------------------------------ */

static int
pass_on(int fd)
{
	static char bytes[READ_BYTES];
	struct buf in = BUF_INIT(ANSWER_MAX);
	size_t got;

	while ((got = fread(bytes, 1, sizeof bytes, stdin)) > 0 && send_all(fd, bytes, got))
		;
	shutdown(fd, SHUT_WR);
	while (read_some(fd, &in, now_ms() + WAIT_S * 1000))
		;
	fwrite(in.ptr, 1, in.len, stdout);
	buf_free(&in);
	return 0;
}

int
main(int argc, char **argv)
{
	bool raw = false, only_listens = false;
	int64_t wait_ms = 0;
	int fd, opt, status;

	while ((opt = getopt(argc, argv, "nrw:")) != -1)
		switch (opt) {
		case 'n': only_listens = true; break;
		case 'r': raw = true; break;
		case 'w': wait_ms = strtoll(optarg, NULL, 10) * 1000; break;
		default: return 2;
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 + !(raw || only_listens))
		fail(2, "usage: rpc [-nr] [-w SECONDS] SOCKET [METHOD [PARAMS [PATH...]]]");
	fd = open_socket(argv[0], wait_ms);
	if (only_listens)
		status = 0;
	else
		status = raw ? pass_on(fd) : call(fd, argc, argv);
	close(fd);
	return status;
}
