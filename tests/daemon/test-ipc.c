/* Frames over a socketpair, both ends in one loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/ipc.h"

struct end {
	struct ipc *ipc;
	struct fixture *fix;
	size_t frames, bytes, drains, idles;
	size_t stop_after;		/* frames; 0: never */
	size_t pause_after, free_after, refuse_after;
	struct loop_timer *other;	/* frames take long, and at the first one somebody else wants a turn */
	size_t before_other;		/* frames */
	char last[64];
	char why[128];
	unsigned sum;			/* of all bytes */
};

struct fixture {
	struct loop *loop;
	struct loop_timer *guard;
	struct end left, right;
	int raw;			/* the left end's descriptor where the test writes by itself */
};

static unsigned
add_up(unsigned sum, const char *ptr, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum = sum * 31 + (unsigned char)ptr[i];
	return sum;
}

/* More than a turn. */
static void
take_long(const struct end *end)
{
	int64_t until_us = loop_mono_us() + 5000;

	if (end->frames == 1)
		loop_timer_start(end->other, 0);
	while (loop_mono_us() < until_us)
		continue;
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct end *end = arg;

	end->frames++;
	end->bytes += len;
	end->sum = add_up(end->sum, ptr, len);
	snprintf(end->last, sizeof(end->last), "%.*s", (int)len, ptr);
	if (end->other != NULL)
		take_long(end);
	if (end->frames == end->stop_after)
		loop_stop(end->fix->loop);
	if (end->frames == end->pause_after) {
		ipc_pause(end->ipc);
		loop_stop(end->fix->loop);
	}
	if (end->frames == end->free_after) {
		ipc_free(end->ipc);
		end->ipc = NULL;
		loop_stop(end->fix->loop);
	}
	return end->frames == end->refuse_after ? -1 : 0;
}

static void
on_drain(void *arg)
{
	struct end *end = arg;

	end->drains++;
	assert_true(ipc_queued(end->ipc) < IPC_QUEUE_LOW);
}

static void
on_idle(void *arg)
{
	((struct end *)arg)->idles++;
}

static void
on_close(void *arg, const char *why)
{
	struct end *end = arg;

	assert_string_equal(end->why, "");		/* once only */
	snprintf(end->why, sizeof(end->why), "%s", why);
	ipc_free(end->ipc);
	end->ipc = NULL;
	loop_stop(end->fix->loop);
}

static const struct ipc_ops ops = { on_frame, on_drain, on_idle, on_close };

static void
on_guard(void *arg)
{
	(void)arg;
	fail_msg("nothing happened for 120 s");
}

static void
start(struct fixture *fix, bool raw)
{
	int pair[2];

	memset(fix, 0, sizeof(*fix));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	fix->loop = loop_new();
	fix->guard = loop_timer_new(fix->loop, on_guard, NULL);
	loop_timer_start(fix->guard, 120000);	/* valgrind on a busy machine needs more than 20 s */
	fix->left.fix = fix->right.fix = fix;
	fix->raw = raw ? pair[0] : -1;
	if (!raw)
		fix->left.ipc = ipc_new(fix->loop, pair[0], &ops, &fix->left);
	fix->right.ipc = ipc_new(fix->loop, pair[1], &ops, &fix->right);
}

static void
finish(struct fixture *fix)
{
	ipc_free(fix->left.ipc);
	ipc_free(fix->right.ipc);
	if (fix->raw != -1)
		close(fix->raw);
	loop_timer_free(fix->guard);
	loop_free(fix->loop);
}

static void
send_text(struct ipc *ipc, const char *text)
{
	buf_puts(ipc_begin(ipc), text);
	ipc_end(ipc);
}

static void
test_both_ways(void **state)
{
	struct fixture fix;

	(void)state;
	start(&fix, false);
	send_text(fix.left.ipc, "to the right");
	send_text(fix.left.ipc, "");
	send_text(fix.left.ipc, "again");
	send_text(fix.right.ipc, "to the left");
	fix.right.stop_after = 3;
	loop_run(fix.loop);
	assert_string_equal(fix.right.last, "again");
	assert_int_equal(fix.right.idles, 1);		/* all three had arrived in one turn */
	if (fix.left.frames == 0) {
		fix.left.stop_after = 1;
		loop_run(fix.loop);
	}
	assert_string_equal(fix.left.last, "to the left");
	finish(&fix);
}

/* Frames of all sizes, more than the socket takes: all arrive in order, and the sender hears of the drain. */
static void
test_many(void **state)
{
	static const size_t sizes[] = { 0, 1, 3, 4, 5, 100, 5000, 65536, 262140, 262141, 262144, 700001, 9000000 };
	enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]), ROUNDS = 5 };
	struct fixture fix;
	char *text = malloc(sizes[N_SIZES - 1]);
	size_t bytes = 0;
	unsigned sum = 0;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizes[N_SIZES - 1]; i++)
		text[i] = (char)(i * 7 + i / 251);
	start(&fix, false);
	for (size_t i = 0; i < ROUNDS * N_SIZES; i++) {
		size_t size = sizes[i % N_SIZES];

		buf_put(ipc_begin(fix.left.ipc), text + i, size - (size > i ? i : 0));
		ipc_end(fix.left.ipc);
		for (size_t k = 0; k < size - (size > i ? i : 0); k++)
			sum = sum * 31 + (unsigned char)text[i + k];
		bytes += size - (size > i ? i : 0);
	}
	assert_true(ipc_queued(fix.left.ipc) > IPC_QUEUE_LOW);
	fix.right.stop_after = ROUNDS * N_SIZES;
	loop_run(fix.loop);
	assert_int_equal(fix.right.bytes, bytes);
	assert_int_equal(fix.right.sum, sum);
	assert_int_equal(ipc_queued(fix.left.ipc), 0);
	assert_int_equal(fix.left.drains, 1);
	free(text);
	finish(&fix);
}

static void
test_ready_made(void **state)
{
	struct fixture fix;
	struct buf frames = BUF_INIT(1024);

	(void)state;
	start(&fix, false);
	for (int i = 0; i < 3; i++) {
		size_t at = ipc_frame_start(&frames);

		buf_printf(&frames, "frame %d", i);
		ipc_frame_end(&frames, at);
	}
	ipc_send_frames(fix.left.ipc, frames.ptr, frames.len);
	buf_free(&frames);
	fix.right.stop_after = 3;
	loop_run(fix.loop);
	assert_string_equal(fix.right.last, "frame 2");
	finish(&fix);
}

/* More than the kernel takes at once, and again behind what waits: all of it, in order. */
static void
test_ready_made_large(void **state)
{
	enum { FRAMES = 50, FRAME_BYTES = 40 << 10, ROUNDS = 2 };
	struct fixture fix;
	struct buf frames = BUF_INIT(FRAMES * (FRAME_BYTES + 64));
	unsigned sum = 0;

	(void)state;
	start(&fix, false);
	for (int i = 0; i < FRAMES; i++) {
		size_t at = ipc_frame_start(&frames);

		buf_printf(&frames, "%-*d", FRAME_BYTES, i);
		ipc_frame_end(&frames, at);
	}
	for (int round = 0; round < ROUNDS; round++) {
		ipc_send_frames(fix.left.ipc, frames.ptr, frames.len);
		send_text(fix.left.ipc, "behind");
		for (size_t i = 1; i <= FRAMES; i++)
			sum = add_up(sum, frames.ptr + frames.len / FRAMES * i - FRAME_BYTES, FRAME_BYTES);
		sum = add_up(sum, "behind", strlen("behind"));
	}
	buf_free(&frames);
	fix.right.stop_after = ROUNDS * (FRAMES + 1);
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, ROUNDS * (FRAMES + 1));
	assert_int_equal(fix.right.sum, sum);
	finish(&fix);
}

/* Paused from within a frame: the next one, although it has arrived, waits for the resume. */
static void
test_pause(void **state)
{
	struct fixture fix;

	(void)state;
	start(&fix, false);
	for (int i = 0; i < 3; i++)
		send_text(fix.left.ipc, "frame");
	fix.right.pause_after = 2;
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, 2);
	ipc_resume(fix.right.ipc);
	assert_int_equal(fix.right.frames, 2);
	fix.right.stop_after = 3;
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, 3);
	finish(&fix);
}

static void
on_other(void *arg)
{
	struct end *end = arg;

	end->before_other = end->frames;
}

/* Frames that take long let others in between, and all come in order; nothing more is read meanwhile, and only then is it idle. */
static void
test_turns(void **state)
{
	enum { COUNT = 20 };
	struct fixture fix;
	char text[16];

	(void)state;
	start(&fix, false);
	fix.right.other = loop_timer_new(fix.loop, on_other, &fix.right);
	for (int i = 1; i <= COUNT; i++) {
		snprintf(text, sizeof text, "frame %d", i);
		send_text(fix.left.ipc, text);
	}
	fix.right.stop_after = COUNT;
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, COUNT);
	assert_string_equal(fix.right.last, "frame 20");
	assert_true(fix.right.before_other >= 1 && fix.right.before_other <= 3);
	assert_int_equal(fix.right.idles, 1);
	loop_timer_free(fix.right.other);
	finish(&fix);
}

/* The peer leaves in the middle of a turn: what it had said is heard to its end, and at once if that is wanted. */
static void
test_turns_end(void **state)
{
	(void)state;
	for (int at_once = 0; at_once <= 1; at_once++) {
		enum { COUNT = 5 };
		struct fixture fix;

		start(&fix, true);
		fix.right.other = loop_timer_new(fix.loop, on_other, &fix.right);
		for (int i = 0; i < COUNT; i++)
			assert_int_equal(write(fix.raw, "\1\0\0\0x", 5), 5);
		close(fix.raw);
		fix.raw = -1;
		fix.right.stop_after = at_once ? 1 : 0;
		loop_run(fix.loop);
		if (at_once) {
			assert_int_equal(fix.right.frames, 1);
			ipc_read_rest(fix.right.ipc);
		}
		assert_int_equal(fix.right.frames, COUNT);
		assert_string_equal(fix.right.why, "closed");
		loop_timer_free(fix.right.other);
		finish(&fix);
	}
}

/* A reader that is paused makes the sender's queue grow, and nothing else. */
static void
test_back_pressure(void **state)
{
	enum { SIZE = 1 << 20, COUNT = 8 };
	struct fixture fix;
	char *text = calloc(1, SIZE);

	(void)state;
	assert_non_null(text);
	start(&fix, false);
	send_text(fix.left.ipc, "first");
	fix.right.pause_after = 1;
	loop_run(fix.loop);
	for (int i = 0; i < COUNT; i++) {
		buf_put(ipc_begin(fix.left.ipc), text, SIZE);
		ipc_end(fix.left.ipc);
	}
	assert_true(ipc_queued(fix.left.ipc) > (COUNT - 1) * SIZE);
	assert_int_equal(fix.left.drains, 0);
	ipc_resume(fix.right.ipc);
	fix.right.stop_after = 1 + COUNT;
	loop_run(fix.loop);
	assert_int_equal(fix.left.drains, 1);
	free(text);
	finish(&fix);
}

static void
test_free_within(void **state)
{
	struct fixture fix;

	(void)state;
	start(&fix, false);
	send_text(fix.left.ipc, "one");
	send_text(fix.left.ipc, "two");
	fix.right.free_after = 1;
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, 1);
	loop_run(fix.loop);		/* the other end sees it */
	assert_string_equal(fix.left.why, "closed");
	finish(&fix);
}

static void
test_refused(void **state)
{
	struct fixture fix;

	(void)state;
	start(&fix, false);
	send_text(fix.left.ipc, "one");
	send_text(fix.left.ipc, "two");
	fix.right.refuse_after = 1;
	loop_run(fix.loop);
	assert_int_equal(fix.right.frames, 1);
	assert_string_equal(fix.right.why, "a frame that was refused");
	finish(&fix);
}

/* What a peer may do to us, byte by byte; "|" is a turn of the loop. */
static const struct { const char *name, *bytes; size_t len; size_t frames; const char *why; } strangers[] = {
#define BYTES(str) str, sizeof(str) - 1
	{ "leaves at once", BYTES(""), 0, "closed" },
	{ "leaves after a frame", BYTES("\3\0\0\0abc"), 1, "closed" },
	{ "leaves within the length", BYTES("\3\0\0\0abc\3"), 1, "closed within a frame" },
	{ "leaves within a frame", BYTES("\3\0\0\0abc\3\0\0\0ab"), 1, "closed within a frame" },
	{ "sends a frame over the ceiling", BYTES("\3\0\0\0abc\1\0\0\5\0"), 1, "a frame of 83886081 bytes" },
	{ "sends the largest number", BYTES("\377\377\377\377"), 0, "a frame of 4294967295 bytes" },
};

static void
test_strangers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		struct fixture fix;

		start(&fix, true);
		assert_int_equal(write(fix.raw, strangers[i].bytes, strangers[i].len), strangers[i].len);
		shutdown(fix.raw, SHUT_WR);
		loop_run(fix.loop);
		if (fix.right.frames != strangers[i].frames || strcmp(fix.right.why, strangers[i].why) != 0)
			fail_msg("row %zu (%s): %zu frames, \"%s\"", i, strangers[i].name, fix.right.frames, fix.right.why);
		finish(&fix);
	}
}

static void
on_tick(void *arg)
{
	loop_stop(arg);
}

/* A frame that comes one byte at a time is one frame. */
static void
test_dribble(void **state)
{
	static const char bytes[] = "\5\0\0\0hello\0\0\0\0";
	struct fixture fix;
	struct loop_timer *tick;

	(void)state;
	start(&fix, true);
	tick = loop_timer_new(fix.loop, on_tick, fix.loop);
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		assert_int_equal(write(fix.raw, bytes + i, 1), 1);
		loop_timer_start(tick, 0);
		loop_run(fix.loop);
	}
	while (fix.right.frames < 2) {
		loop_timer_start(tick, 1);
		loop_run(fix.loop);
	}
	assert_int_equal(fix.right.bytes, 5);
	loop_timer_free(tick);
	finish(&fix);
}

/* A peer that has left takes nothing more, but what it had said is still heard. */
static void
test_last_words(void **state)
{
	struct fixture fix;

	(void)state;
	start(&fix, true);
	assert_int_equal(write(fix.raw, "\5\0\0\0adieu", 9), 9);
	close(fix.raw);
	fix.raw = -1;
	send_text(fix.right.ipc, "are you there?");
	loop_run(fix.loop);
	assert_string_equal(fix.right.last, "adieu");
	assert_true(fix.right.why[0] != '\0');
	finish(&fix);
}

/* A sender that heeds no back-pressure loses the channel, not the process its memory. */
static void
test_overrun(void **state)
{
	enum { SIZE = 60 << 20 };
	struct fixture fix;
	char *text = calloc(1, SIZE);

	(void)state;
	assert_non_null(text);
	start(&fix, true);
	for (int i = 0; i < 5; i++) {
		buf_put(ipc_begin(fix.right.ipc), text, SIZE);
		ipc_end(fix.right.ipc);
		assert_true(ipc_queued(fix.right.ipc) <= IPC_QUEUE_MAX);
	}
	assert_string_equal(fix.right.why, "");		/* not from under the sender's feet */
	loop_run(fix.loop);
	assert_string_equal(fix.right.why, "the peer does not read what it is sent");
	free(text);
	finish(&fix);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways), cmocka_unit_test(test_many), cmocka_unit_test(test_ready_made), cmocka_unit_test(test_ready_made_large),
		cmocka_unit_test(test_pause), cmocka_unit_test(test_turns),
		cmocka_unit_test(test_turns_end), cmocka_unit_test(test_back_pressure), cmocka_unit_test(test_free_within),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_strangers), cmocka_unit_test(test_dribble),
		cmocka_unit_test(test_last_words), cmocka_unit_test(test_overrun),
	};

	return cmocka_run_group_tests_name("ipc", tests, NULL, NULL);
}
