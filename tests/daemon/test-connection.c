/* One connection over a socketpair: lines in, the bounded queue out, and all that ends it. */
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

#include "daemon/core/client.h"
#include "daemon/shared/protocol.h"

enum { SOFT = 4096, MAX = 1 << 20, STALL_MS = 1000, SOCKET_BYTES = 4096, GUARD_MS = 20000, ROUNDS = 500, ASKED = 50, SAID = 200 };

struct fixture {
	struct loop	*loop;
	struct client	*client;
	int		 peer;
	int		 lines, overlong, crowded, rooms, closes;
	struct client_budget budget;
	struct patience	*patience;
	size_t		 answer_bytes;	/* put for each line */
	bool		 hold;		/* each line is a call that waits */
	int64_t		 cost_us;	/* of answering one */
	struct buf	 heard;		/* the lines, each with '|' behind it */
};

static void
on_line(void *arg, struct client *client, char *ptr, size_t len)
{
	struct fixture *fixture = arg;
	int64_t until_us = loop_mono_us() + fixture->cost_us;

	assert_int_equal(strlen(ptr), len);
	while (loop_mono_us() < until_us)
		;
	fixture->lines++;
	buf_put(&fixture->heard, ptr, len < 40 ? len : 40);
	buf_putc(&fixture->heard, '|');
	if (fixture->hold)
		client_hold(client);
	for (size_t i = 0; i < fixture->answer_bytes; i++)
		buf_putc(client_out(client), 'x');
	client_send(client);
}

static void
on_overlong(void *arg, struct client *client)
{
	struct fixture *fixture = arg;

	fixture->overlong++;
	buf_puts(client_out(client), "too long\n");
	client_send(client);
}

static void
on_crowded(void *arg, struct client *client)
{
	struct fixture *fixture = arg;

	fixture->crowded++;
	buf_puts(client_out(client), "too much\n");
	client_send(client);
}

static void
on_room(void *arg, struct client *client)
{
	struct fixture *fixture = arg;

	(void)client;
	fixture->rooms++;
	loop_stop(fixture->loop);
}

static void
on_close(void *arg, struct client *client)
{
	struct fixture *fixture = arg;

	assert_true(client_closed(client));
	fixture->closes++;
	loop_stop(fixture->loop);
}

static const struct client_ops ops = { on_line, on_overlong, on_crowded, on_room, on_close };
static struct client_limits limits;

static int
setup(void **state)
{
	int pair[2], size = SOCKET_BYTES;
	struct fixture *fixture;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	fixture = calloc(1, sizeof *fixture);
	if (fixture == NULL)
		return -1;
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	setsockopt(pair[1], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	limits = (struct client_limits){ SOFT, MAX, STALL_MS };
	fixture->budget = CLIENT_BUDGET_INIT;
	fixture->loop = loop_new();
	fixture->patience = patience_new(fixture->loop);
	fixture->client = client_new(fixture->loop, pair[0], 7, &limits, &fixture->budget, fixture->patience, &ops, fixture);
	fixture->peer = pair[1];
	buf_init(&fixture->heard, 1 << 20);
	*state = fixture;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *fixture = *state;

	client_free(fixture->client);
	assert_int_equal(fixture->budget.in, 0);
	assert_int_equal(fixture->budget.out, 0);
	close(fixture->peer);
	patience_free(fixture->patience);
	loop_free(fixture->loop);
	buf_free(&fixture->heard);
	free(fixture);
	return 0;
}

static void
on_guard(void *arg)
{
	struct fixture *fixture = arg;

	(void)fixture;
	fail_msg("nothing happened for %d ms", GUARD_MS);
}

/* Until a callback stops it. */
static void
run(struct fixture *fixture)
{
	struct loop_timer *guard = loop_timer_new(fixture->loop, on_guard, fixture);

	loop_timer_start(guard, GUARD_MS);
	loop_run(fixture->loop);
	loop_timer_free(guard);
}

static void
on_pause(void *arg)
{
	loop_stop(arg);
}

/* For so many rounds of the loop, enough for all that is ready and all that waits for turns that follow at once. */
static void
settle(struct fixture *fixture)
{
	struct loop_timer *timer = loop_timer_new(fixture->loop, on_pause, fixture->loop);

	for (int i = 0; i < ROUNDS; i++) {
		loop_timer_start(timer, i % (ROUNDS / 10) == 0);
		loop_run(fixture->loop);
	}
	loop_timer_free(timer);
}

static void
say(struct fixture *fixture, const char *text)
{
	assert_int_equal(send(fixture->peer, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static size_t
drain(struct fixture *fixture)
{
	static char bytes[64 << 10];
	size_t all = 0;
	ssize_t got;

	while ((got = recv(fixture->peer, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
		all += (size_t)got;
	return all;
}

static void
test_lines(void **state)
{
	struct fixture *fixture = *state;

	say(fixture, "one\ntwo\r\n\n\r\nthree");
	settle(fixture);
	assert_string_equal(buf_str(&fixture->heard), "one|two|");
	say(fixture, " and more\n");
	settle(fixture);
	assert_string_equal(buf_str(&fixture->heard), "one|two|three and more|");
	assert_int_equal(client_id(fixture->client), 7);
}

/* Bytes that are no text, and one that ends C strings, reach the owner as they are. */
static void
test_bytes(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(send(fixture->peer, "\xff\xfe\n", 3, 0), 3);
	settle(fixture);
	assert_string_equal(buf_str(&fixture->heard), "\xff\xfe|");
}

/* Over the soft limit it is full, and its lines wait until it has read. */
static void
test_full(void **state)
{
	struct fixture *fixture = *state;

	fixture->answer_bytes = 3 * SOFT;
	say(fixture, "1\n2\n3\n4\n5\n6\n7\n8\n");
	settle(fixture);
	assert_true(client_full(fixture->client));
	assert_in_range(fixture->lines, 1, 4);
	for (int lines = fixture->lines; fixture->lines < 8; lines = fixture->lines) {
		int rooms = fixture->rooms;

		while (fixture->rooms == rooms) {
			drain(fixture);
			settle(fixture);
			assert_int_equal(fixture->closes, 0);
		}
		settle(fixture);
		assert_true(fixture->lines > lines);
	}
	assert_int_equal(fixture->closes, 0);
}

static void
test_stall(void **state)
{
	struct fixture *fixture = *state;

	fixture->answer_bytes = MAX / 2;
	say(fixture, "1\n");
	run(fixture);
	assert_int_equal(fixture->closes, 1);
}

/* Whoever reads, if slowly, is no staller. */
static void
test_slow(void **state)
{
	struct fixture *fixture = *state;
	size_t got = 0;

	fixture->answer_bytes = MAX / 2;
	say(fixture, "1\n");
	while (got < MAX / 2 && fixture->closes == 0) {
		char bytes[1000];
		ssize_t some = recv(fixture->peer, bytes, sizeof bytes, MSG_DONTWAIT);

		got += some > 0 ? (size_t)some : 0;
		if (some <= 0)
			settle(fixture);
	}
	assert_int_equal(fixture->closes, 0);
}

/* More than may ever wait ends it. */
static void
test_max(void **state)
{
	struct fixture *fixture = *state;

	fixture->answer_bytes = MAX + 1;
	say(fixture, "1\n");
	run(fixture);
	assert_int_equal(fixture->closes, 1);
	/* What comes later is dropped. */
	buf_puts(client_out(fixture->client), "late\n");
	client_send(fixture->client);
	assert_int_equal(fixture->closes, 1);
}

static void
test_overlong(void **state)
{
	struct fixture *fixture = *state;
	static char line[64 << 10];
	size_t sent = 0;

	memset(line, 'y', sizeof line);
	while (fixture->overlong == 0 && sent < 2 * PROTOCOL_REQUEST_MAX) {
		ssize_t put = send(fixture->peer, line, sizeof line, MSG_DONTWAIT | MSG_NOSIGNAL);

		sent += put > 0 ? (size_t)put : 0;
		settle(fixture);
	}
	assert_int_equal(fixture->overlong, 1);
	assert_in_range(sent, PROTOCOL_REQUEST_MAX, PROTOCOL_REQUEST_MAX + 512 * 1024);
	settle(fixture);
	assert_int_equal(fixture->closes, 1);
	assert_int_equal(fixture->lines, 0);
}

/* After so many calls that wait, lines stay where they are. */
static void
test_calls(void **state)
{
	struct fixture *fixture = *state;

	fixture->hold = true;
	for (int i = 0; i < CLIENT_CALLS_MAX + 10; i++)
		say(fixture, "call\n");
	settle(fixture);
	assert_int_equal(fixture->lines, CLIENT_CALLS_MAX);
	client_release(fixture->client);
	settle(fixture);
	assert_int_equal(fixture->lines, CLIENT_CALLS_MAX + 1);
}

/* Half-closed, it stays for the calls that wait; gone altogether, it goes. */
static void
test_half_closed(void **state)
{
	struct fixture *fixture = *state;

	fixture->hold = true;
	say(fixture, "call\n");
	assert_int_equal(shutdown(fixture->peer, SHUT_WR), 0);
	settle(fixture);
	assert_int_equal(fixture->lines, 1);
	assert_int_equal(fixture->closes, 0);
	client_release(fixture->client);
	run(fixture);
	assert_int_equal(fixture->closes, 1);
}

static void
test_gone(void **state)
{
	struct fixture *fixture = *state;

	fixture->hold = true;
	say(fixture, "call\n");
	assert_int_equal(shutdown(fixture->peer, SHUT_RDWR), 0);
	run(fixture);
	assert_int_equal(fixture->closes, 1);
}

/* Half-closed at first, then gone altogether, while nothing is sent to it that would tell. */
static void
test_gone_later(void **state)
{
	struct fixture *fixture = *state;

	fixture->hold = true;
	say(fixture, "call\n");
	assert_int_equal(shutdown(fixture->peer, SHUT_WR), 0);
	settle(fixture);
	assert_int_equal(fixture->closes, 0);
	assert_int_equal(shutdown(fixture->peer, SHUT_RD), 0);
	run(fixture);
	assert_int_equal(fixture->closes, 1);
}

/* One that asks again with each answer, beside one that has said much at once, whose turn comes once and is short. */
struct asker { struct fixture *fixture; struct client *client; int peer, lines, of_other; };

static void
on_asked(void *arg, struct client *client, char *ptr, size_t len)
{
	struct asker *asker = arg;

	(void)ptr;
	assert_int_equal(len, 3);
	client_send(client);
	asker->of_other = asker->fixture->lines;
	if (++asker->lines == ASKED)
		loop_stop(asker->fixture->loop);
	else
		assert_int_equal(send(asker->peer, "ask\n", 4, MSG_NOSIGNAL), 4);
}

static void
on_unwanted(void *arg, struct client *client)
{
	(void)arg;
	(void)client;
	fail_msg("the one who asks was disturbed");
}

static void
test_beside(void **state)
{
	static const struct client_ops asker_ops = { on_asked, on_unwanted, on_unwanted, on_unwanted, on_unwanted };
	struct fixture *fixture = *state;
	struct asker asker = { .fixture = fixture };
	int pair[2];

	fixture->cost_us = PATIENCE_TURN_US / 4;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	asker.peer = pair[1];
	asker.client = client_new(fixture->loop, pair[0], 8, &limits, &fixture->budget, fixture->patience, &asker_ops, &asker);
	for (int i = 0; i < SAID; i++)
		say(fixture, "x\n");
	assert_int_equal(send(asker.peer, "ask\n", 4, MSG_NOSIGNAL), 4);
	run(fixture);
	assert_int_equal(asker.lines, ASKED);
	/* Those that anybody may send ahead, a turn, and one more if a second passed. */
	assert_in_range(asker.of_other, 1, CLIENT_AHEAD + 2 * 4);
	/* Nobody is left out. */
	fixture->cost_us = 0;
	for (int lines = -1; fixture->lines < SAID && lines != fixture->lines;) {
		lines = fixture->lines;
		settle(fixture);
	}
	assert_int_equal(fixture->lines, SAID);
	client_free(asker.client);
	close(asker.peer);
}

/* While turns pause, so much is answered at once and no more. */
static void
test_ahead(void **state)
{
	struct fixture *fixture = *state;
	int64_t later_us = loop_mono_us() + INT64_C(3600000000);

	patience_eased(fixture->patience, later_us);
	patience_took(fixture->patience, later_us, later_us);
	for (int i = 0; i < SAID; i++)
		say(fixture, "x\n");
	settle(fixture);
	assert_int_equal(fixture->lines, CLIENT_AHEAD);
}

/* Who says much and goes is heard to the end. */
static void
test_farewell(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 12 * CLIENT_AHEAD; i++)
		say(fixture, "x\n");
	assert_int_equal(shutdown(fixture->peer, SHUT_RDWR), 0);
	run(fixture);
	assert_int_equal(fixture->lines, 12 * CLIENT_AHEAD);
}

/* The end of all is the end of a line, too: nobody stays for the rest of one. */
static void
test_unfinished(void **state)
{
	static const struct { const char *name, *said, *heard; int how; } rows[] = {
		{ "half-closed", "one\ntwo", "one|two|", SHUT_WR },
		{ "gone", "x", "x|", SHUT_RDWR },
		{ "with a return", "x\r", "x|", SHUT_RDWR },
		{ "a return alone", "\r", "", SHUT_WR },
		{ "finished", "one\n", "one|", SHUT_WR },
		{ "nothing", "", "", SHUT_WR }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *fixture;

		print_message("# %s\n", rows[i].name);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		fixture = *state;	/* the one that setup() made */
		say(fixture, rows[i].said);	/* NOLINT(clang-analyzer-unix.Malloc) */
		assert_int_equal(shutdown(fixture->peer, rows[i].how), 0);
		run(fixture);
		assert_int_equal(fixture->closes, 1);
		assert_string_equal(fixture->heard.len == 0 ? "" : buf_str(&fixture->heard), rows[i].heard);
	}
}

/* But not if it has calls that wait, more than it may have: then its end is seen, too. */
static void
test_gone_with_calls(void **state)
{
	struct fixture *fixture = *state;

	fixture->hold = true;
	for (int i = 0; i < CLIENT_CALLS_MAX + 1; i++)
		say(fixture, "call\n");
	settle(fixture);
	assert_int_equal(shutdown(fixture->peer, SHUT_RDWR), 0);
	run(fixture);
	assert_int_equal(fixture->lines, CLIENT_CALLS_MAX);
	assert_int_equal(fixture->closes, 1);
}

/* Sends so many bytes of a line, as far as they are taken. */
static void
say_much(struct fixture *fixture, size_t len)
{
	static char line[4096];

	memset(line, 'y', sizeof line);
	for (size_t sent = 0; sent < len && fixture->closes == 0;) {
		ssize_t put = send(fixture->peer, line, len - sent < sizeof line ? len - sent : sizeof line, MSG_DONTWAIT | MSG_NOSIGNAL);

		sent += put > 0 ? (size_t)put : 0;
		settle(fixture);
	}
}

/* Of lines that are too much for all clients together only long ones are refused; what others hold is in the budget from the start. */
static void
test_crowded(void **state)
{
	static const struct { const char *name; size_t others, len; int crowded; } rows[] = {
		{ "short, alone", 0, 100, 0 },
		{ "long, alone", 0, 4 * CLIENT_FAIR_BYTES, 0 },
		{ "short among many", 2 * CLIENT_IN_ALL, 100, 0 },
		{ "fair among many", 2 * CLIENT_IN_ALL, CLIENT_FAIR_BYTES - 10, 0 },
		{ "long among many", 2 * CLIENT_IN_ALL, 2 * CLIENT_FAIR_BYTES, 1 },
		{ "that which is too much", CLIENT_IN_ALL - CLIENT_FAIR_BYTES, 2 * CLIENT_FAIR_BYTES, 1 }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture *fixture;

		print_message("# %s\n", rows[i].name);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
		fixture = *state;	/* the one that setup() made */
		fixture->budget.in = rows[i].others;	/* NOLINT(clang-analyzer-unix.Malloc) */
		say_much(fixture, rows[i].len);
		settle(fixture);
		assert_int_equal(fixture->crowded, rows[i].crowded);
		assert_int_equal(fixture->closes, rows[i].crowded);
		if (fixture->closes == 0) {
			say(fixture, "\n");
			settle(fixture);
			assert_int_equal(fixture->lines, 1);
		}
		fixture->budget.in -= rows[i].others;
	}
}

/* A long line that does not go on ends the connection, a short one may wait. */
static void
test_rest(void **state)
{
	struct fixture *fixture = *state;

	limits.stall_ms = 50;
	say(fixture, "short");
	for (int i = 0; i < 10; i++)
		settle(fixture);
	assert_int_equal(fixture->closes, 0);
	limits.stall_ms = STALL_MS;
	say_much(fixture, 2 * CLIENT_FAIR_BYTES);
	run(fixture);
	assert_int_equal(fixture->closes, 1);
	assert_int_equal(fixture->lines, 0);
}

/* When too much waits for all clients, one that has its fair part waiting is full; until it has read. */
static void
test_crowded_out(void **state)
{
	struct fixture *fixture = *state;

	limits.out_soft = MAX / 2;
	fixture->answer_bytes = 8 * CLIENT_FAIR_BYTES;
	fixture->budget.out = CLIENT_OUT_ALL + 1;
	assert_true(client_crowded(fixture->client));
	assert_false(client_full(fixture->client));
	say(fixture, "1\n2\n");
	settle(fixture);
	assert_int_equal(fixture->lines, 1);
	assert_true(client_full(fixture->client));
	while (fixture->lines == 1) {
		drain(fixture);
		settle(fixture);
	}
	assert_true(fixture->rooms > 0);
	fixture->budget.out -= CLIENT_OUT_ALL + 1;
	assert_false(client_full(fixture->client));
}

/* One that becomes full by what others have waiting is told when it has read, too. */
static void
test_crowded_by_others(void **state)
{
	struct fixture *fixture = *state;
	int rooms;

	limits.out_soft = MAX;
	fixture->answer_bytes = 8 * CLIENT_FAIR_BYTES;
	say(fixture, "1\n");
	settle(fixture);
	assert_false(client_full(fixture->client));
	fixture->budget.out += CLIENT_OUT_ALL;
	assert_true(client_full(fixture->client));
	rooms = fixture->rooms;
	while (client_full(fixture->client)) {
		drain(fixture);
		settle(fixture);
	}
	assert_true(fixture->rooms > rooms);
	fixture->budget.out -= CLIENT_OUT_ALL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines), TEST(test_bytes), TEST(test_full), TEST(test_stall), TEST(test_slow), TEST(test_max),
		TEST(test_overlong), TEST(test_calls), TEST(test_half_closed), TEST(test_gone), TEST(test_farewell),
		TEST(test_unfinished), TEST(test_crowded), TEST(test_rest), TEST(test_crowded_out), TEST(test_crowded_by_others),
		TEST(test_gone_with_calls), TEST(test_gone_later), TEST(test_beside), TEST(test_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
