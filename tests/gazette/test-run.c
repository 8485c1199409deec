/* Other programs whose output is wanted: a command, what is given to it, what comes of it; and the limits that it has. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/run.h"
#include "contrib/gazette/text.h"

enum { OUTPUT_BYTES = 4096, MEMORY_MAX = 64 << 20 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct result {
	int	 calls, status;
	bool	 late;
	char	 output[OUTPUT_BYTES + 1], line[RUN_LINE_BYTES];
	size_t	 len;
};

static void
done(void *arg, const struct run_end *end, int output, size_t len)
{
	struct result *result = arg;
	ssize_t got = pread(output, result->output, OUTPUT_BYTES, 0);

	result->calls++;
	result->status = end->status;
	result->late = end->late;
	result->len = len;
	result->output[got > 0 ? got : 0] = '\0';
	snprintf(result->line, sizeof(result->line), "%s", end->line);
	close(output);
}

static void
not_caught(void *arg, const struct run_end *end)
{
	struct result *result = arg;

	result->calls += 100;
	snprintf(result->line, sizeof(result->line), "%s", end->line);
}

static void
finish(struct runs *runs, struct result *other)
{
	while (run_fd(runs) != -1) {
		struct pollfd ready = { .fd = run_fd(runs), .events = POLLIN };

		assert_true(poll(&ready, 1, -1) == 1);
		run_pump(runs, not_caught, other);
	}
}

static void
start(struct runs *runs, const char *command, const struct run_catch *caught, int file)
{
	const char *argv[] = { "sh", "-c", command, NULL };
	const struct run run = { .name = "it", .argv = (char *const *)argv, .caught = caught, .file = file };

	assert_int_equal(run_start(runs, &run, NULL), 0);
}

static const struct { const char *command; int status; const char *output, *line; } rows[] = {
	{ "printf abc", 0, "abc", "" }, { "printf 'a\\nb'; echo one >&2; echo two >&2", 0, "a\nb", "two" }, { "exit 3", 3, "", "" },
	{ "kill -9 $$", 137, "", "" }, { "cat", 0, "what it reads", "" }, { "cat /dev/fd/2 2>/dev/null; printf '\\033[31mx' >&2", 0, "", "[31mx" },
};

static void
test_rows(void **state)
{
	int file = memfd_create("input", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(file, "what it reads", 13), 13);
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct result result = { 0 }, other = { 0 };
		const struct run_catch caught = { OUTPUT_BYTES, MEMORY_MAX, 60, done, &result };
		struct runs runs;

		runs_init(&runs);
		start(&runs, rows[row].command, &caught, file);
		finish(&runs, &other);
		if (result.calls != 1 || other.calls != 0 || result.late || result.status != rows[row].status ||
		    strcmp(result.output, rows[row].output) != 0 || strcmp(result.line, rows[row].line) != 0 ||
		    result.len != strlen(rows[row].output))
			fail_msg("row %zu: %d, %d, \"%s\", \"%s\"", row, result.calls, result.status, result.output, result.line);
		runs_free(&runs);
	}
	close(file);
}

/* What is too much, takes too long, needs too much. */
static void
test_limits(void **state)
{
	struct result much = { 0 }, slow = { 0 }, big = { 0 }, other = { 0 };
	const struct run_catch few = { 1000, MEMORY_MAX, 60, done, &much }, soon = { OUTPUT_BYTES, MEMORY_MAX, 1, done, &slow };
	const struct run_catch small = { OUTPUT_BYTES, MEMORY_MAX, 60, done, &big };
	struct runs runs;

	(void)state;
	runs_init(&runs);
	start(&runs, "head -c 900 /dev/zero && ! head -c 900 /dev/zero", &few, 0);
	start(&runs, "sleep 600 & exec sleep 600", &soon, 0);
	start(&runs, "while [ \"$(ulimit -v)\" = unlimited ]; do :; done; tail </dev/zero", &small, 0);
	finish(&runs, &other);
	assert_int_equal(much.len, 900);
	assert_int_equal(much.status, 0);
	assert_true(slow.late);
	assert_int_equal(slow.status, 137);
	assert_false(big.late);
	assert_int_equal(big.status, 1);
	assert_int_equal(much.calls + slow.calls + big.calls, 3);
	runs_free(&runs);
}

/* Where there are no descriptors left to wait with, what has been started does not go on unseen. */
static void
test_unseen(void **state)
{
	struct result one = { 0 }, other = { 0 };
	const struct run_catch caught = { OUTPUT_BYTES, MEMORY_MAX, 60, done, &one };
	const char *argv[] = { "sleep", "600", NULL };
	const struct run run = { .name = "it", .argv = (char *const *)argv, .caught = &caught };
	struct rlimit before, few;
	struct runs runs;
	int next, failed;

	(void)state;
	runs_init(&runs);
	start(&runs, "true", &caught, 0);
	finish(&runs, &other);
	next = dup(STDIN_FILENO);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)next + 2;		/* its output and its errors */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	failed = run_start(&runs, &run, NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(failed, EMFILE);
	assert_int_equal(run_fd(&runs), -1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	runs_free(&runs);
}

static void
test_cancel(void **state)
{
	struct result one = { 0 }, two = { 0 }, other = { 0 };
	const struct run_catch first = { OUTPUT_BYTES, MEMORY_MAX, 600, done, &one }, second = { OUTPUT_BYTES, MEMORY_MAX, 60, done, &two };
	const char *argv[] = { "sh", "-c", "echo nobody", NULL };
	struct runs runs;

	(void)state;
	runs_init(&runs);
	start(&runs, "exec sleep 600", &first, 0);
	start(&runs, "echo two", &second, 0);
	assert_int_equal(run_start(&runs, &(struct run){ .name = "other", .argv = (char *const *)argv }, NULL), 0);
	run_cancel(&runs, &one);
	run_cancel(&runs, &other);
	finish(&runs, &other);
	assert_int_equal(one.calls, 0);
	assert_string_equal(two.output, "two\n");
	assert_int_equal(other.calls, 100);
	assert_string_equal(other.line, "nobody");
	/* those that are wanted end with whoever wants them */
	start(&runs, "exec sleep 600", &first, 0);
	runs_free(&runs);
	assert_int_equal(one.calls, 0);
}

static void
test_finds(void **state)
{
	(void)state;
	setenv("PATH", "/nowhere:/bin", 1);
	assert_true(run_finds("sh"));
	assert_true(run_finds("/bin/sh"));
	assert_false(run_finds("no-such-program"));
	assert_false(run_finds("/bin/no-such-program"));
	setenv("PATH", "", 1);
	assert_false(run_finds("sh"));
	unsetenv("PATH");
	assert_false(run_finds("sh"));
}

/* valgrind stands in for the kernel, and may not know this call. */
static bool
has_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd == -1)
		return errno != ENOSYS;
	close(fd);
	return true;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_limits), cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_cancel), cmocka_unit_test(test_finds) };

	if (!has_pidfd()) {
		puts("1..0 # SKIP there is no pidfd_open(2)");
		return 0;
	}
	setenv("LC_ALL", "C.UTF-8", 1);
	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
