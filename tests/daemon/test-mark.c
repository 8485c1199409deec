/* mark: what a process that has died was at. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/mark.h"

enum { MEMORY = 1 << 20 };

static void
do_nothing(void)
{
}

static void
do_begin(void)
{
	mark_set(MARK_NOBODY);
}

static void
do_crash(void)
{
	mark_set(MARK_NOBODY);
	mark_set(7);
	signal(SIGSEGV, SIG_DFL);	/* not what a sanitizer makes of it */
	raise(SIGSEGV);
}

/* A job within a job, and back. */
static void
do_nested(void)
{
	uint64_t before, within;

	mark_set(7);
	before = mark_set(8);
	within = mark_set(before);
	if (before == 7 && within == 8)
		raise(SIGKILL);
}

static void
do_abort(void)
{
	mark_memory(MEMORY);
	mark_set(7);
	errno = EINVAL;
	abort();
}

static void
do_grow(void)
{
	mark_memory(MEMORY);
	mark_set(7);
	/* as malloc() leaves it; of the real thing sanitizers and valgrind have their own idea */
	errno = ENOMEM;
	abort();
}

static const struct { const char *name; void (*act)(void); int signo; struct mark left; } rows[] = {
	{ "did not begin", do_nothing, 0, { MARK_BLANK, 0 } },
	{ "between two jobs", do_begin, 0, { MARK_NOBODY, 0 } },
	{ "crashed at a job", do_crash, SIGSEGV, { 7, 0 } },
	{ "killed at the outer job", do_nested, SIGKILL, { 7, 0 } },
	{ "aborted for another reason", do_abort, SIGABRT, { 7, 0 } },
	{ "aborted for want of memory", do_grow, SIGABRT, { 7, MEMORY } },
};

static int
run(int fd, void (*act)(void))
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGSEGV, SIG_DFL);
		if (mark_open(dup(fd)) == 0)
			act();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
test_left(void **state)
{
	int fd = mark_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int signo = run(fd, rows[i].act);
		struct mark mark;

		mark_take(fd, &mark);
		if (signo != rows[i].signo || mark.job != rows[i].left.job || mark.memory_bytes != rows[i].left.memory_bytes)
			fail_msg("%s: signal %d, job %llu, %llu bytes", rows[i].name, signo, (unsigned long long)mark.job,
			    (unsigned long long)mark.memory_bytes);
		mark_take(fd, &mark);
		assert_int_equal(mark.job, MARK_BLANK);
	}
	close(fd);
}

/* Whoever has it can neither cut it, which would be a trap for the reader, nor fill memory with it. */
static void
test_sealed(void **state)
{
	int fd = mark_new(), pair[2];

	(void)state;
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 1 << 20), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	close(fd);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(mark_open(pair[0]), -1);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(mark_open(-1), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_left), cmocka_unit_test(test_sealed) };

	return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
