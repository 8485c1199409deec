/* The event loop: each kind of watcher calls, may be changed, and may be freed from its own callback. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/loop.h"

struct fixture {
	struct loop *loop;
	struct loop_timer *timers[3];
	struct loop_io *io;
	struct loop_signal *sig;
	struct loop_child *child;
	int pair[2];
	char trace[32];		/* a letter for each call */
	int seen, status;
};

static void
mark(struct fixture *fix, char letter)
{
	size_t len = strlen(fix->trace);

	assert_true(len + 1 < sizeof(fix->trace));
	fix->trace[len] = letter;
}

static int
setup(void **state)
{
	static struct fixture fix;

	memset(&fix, 0, sizeof(fix));
	fix.loop = loop_new();
	*state = &fix;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, fix.pair);
}

static int
teardown(void **state)
{
	struct fixture *fix = *state;

	for (size_t i = 0; i < 3; i++)
		loop_timer_free(fix->timers[i]);
	loop_io_free(fix->io);
	loop_signal_free(fix->sig);
	loop_child_free(fix->child);
	loop_free(fix->loop);
	close(fix->pair[0]);
	close(fix->pair[1]);
	return 0;
}

static void
on_first(void *arg)
{
	struct fixture *fix = arg;

	mark(fix, 'a');
	assert_false(loop_timer_running(fix->timers[0]));
	if (strlen(fix->trace) < 3)
		loop_timer_start(fix->timers[0], 0);
	else {
		loop_timer_free(fix->timers[0]);
		fix->timers[0] = NULL;
	}
}

static void
on_second(void *arg)
{
	mark(arg, 'b');
	loop_stop(((struct fixture *)arg)->loop);
}

static void
on_never(void *arg)
{
	mark(arg, 'X');
}

static void
test_timers(void **state)
{
	struct fixture *fix = *state;
	int64_t start = loop_mono_ms();

	fix->timers[0] = loop_timer_new(fix->loop, on_first, fix);
	fix->timers[1] = loop_timer_new(fix->loop, on_second, fix);
	fix->timers[2] = loop_timer_new(fix->loop, on_never, fix);
	loop_timer_start(fix->timers[1], 500);	/* long after the others, on a busy machine too */
	loop_timer_start(fix->timers[2], 1);
	loop_timer_start(fix->timers[0], 0);
	assert_true(loop_timer_running(fix->timers[2]));
	loop_timer_stop(fix->timers[2]);
	assert_false(loop_timer_running(fix->timers[2]));
	loop_run(fix->loop);
	assert_string_equal(fix->trace, "aaab");
	assert_true(loop_mono_ms() - start >= 499);
	assert_true(loop_wall_s() > 1600000000);
}

/* Writable first; then, asked for reading only, what the other end says; then freed from within. */
static void
on_io(void *arg, int events)
{
	struct fixture *fix = arg;
	char byte;

	if ((events & LOOP_WRITE) != 0) {
		mark(fix, 'w');
		loop_io_set(fix->io, LOOP_READ);
		assert_int_equal(write(fix->pair[1], "x", 1), 1);
		return;
	}
	assert_int_equal(events, LOOP_READ);
	assert_int_equal(read(fix->pair[0], &byte, 1), 1);
	mark(fix, 'r');
	loop_io_free(fix->io);
	fix->io = NULL;
	loop_stop(fix->loop);
}

static void
test_io(void **state)
{
	struct fixture *fix = *state;

	fix->io = loop_io_new(fix->loop, fix->pair[0], 0, on_io, fix);
	loop_io_set(fix->io, 0);
	loop_io_set(fix->io, LOOP_READ | LOOP_WRITE);
	loop_run(fix->loop);
	assert_string_equal(fix->trace, "wr");
}

static void
on_signal(void *arg)
{
	struct fixture *fix = arg;

	mark(fix, 's');
	loop_signal_free(fix->sig);
	fix->sig = NULL;
	loop_stop(fix->loop);
}

static void
test_signal(void **state)
{
	struct fixture *fix = *state;

	fix->sig = loop_signal_new(fix->loop, SIGHUP, on_signal, fix);
	assert_int_equal(raise(SIGHUP), 0);
	loop_run(fix->loop);
	assert_string_equal(fix->trace, "s");
}

static void
on_child(void *arg, int status)
{
	struct fixture *fix = arg;

	fix->status = status;
	loop_child_free(fix->child);
	fix->child = NULL;
	loop_stop(fix->loop);
}

static void
test_child(void **state)
{
	struct fixture *fix = *state;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0)
		_exit(7);
	fix->child = loop_child_new(fix->loop, pid, on_child, fix);
	loop_run(fix->loop);
	assert_true(WIFEXITED(fix->status));
	assert_int_equal(WEXITSTATUS(fix->status), 7);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);	/* it has been reaped */
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_io, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_child, setup, teardown),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
