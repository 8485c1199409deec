/* What is logged, and what the service manager is told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shared/log.h"
#include "daemon/shared/notify.h"

enum { LINE_MAX_BYTES = 2048 };

static char text[8192];		/* what came out last */

/* Standard error goes into a pipe for the time of one line. */
static const char *
logged(void (*log)(const char *fmt, ...), const char *message)
{
	int pipes[2], saved = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	errno = ENOENT;
	log("%s", message);
	assert_int_equal(errno, ENOENT);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipes[1]);
	len = read(pipes[0], text, sizeof(text) - 1);
	close(pipes[0]);
	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static void
test_lines(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	log_open("gazetted", false);
	assert_string_equal(logged(log_error, "disk full"), "gazetted: disk full\n");
	assert_string_equal(logged(log_warn, "a\nb\tc\033[1m\177"), "gazetted: a?b?c?[1m?\n");
	assert_string_equal(logged(log_info, "caf\xc3\xa9"), "gazetted: caf\xc3\xa9\n");
	assert_string_equal(logged(log_debug, "quiet"), "");
	log_open("gazetted-fetcher", true);
	assert_string_equal(logged(log_debug, "loud"), "gazetted-fetcher: loud\n");
}

static void
test_long_line(void **state)
{
	static char message[4000];
	size_t len;

	(void)state;
	memset(message, 'x', sizeof(message) - 1);
	log_open("gazetted", false);
	for (size_t size = LINE_MAX_BYTES - 50; size < sizeof(message); size = size < LINE_MAX_BYTES ? size + 1 : size + 1000) {
		message[size] = '\0';
		len = strlen(logged(log_info, message));
		assert_true(len <= LINE_MAX_BYTES && text[len - 1] == '\n');
		if (len != strlen("gazetted: ") + size + 1 && strcmp(text + len - 4, "...\n") != 0)
			fail_msg("%zu bytes were cut without a word", size);
		message[size] = 'x';
	}
}

/* Under systemd, told by the device and inode of standard error. */
static void
test_journal(void **state)
{
	struct stat info;
	char stream[64];

	(void)state;
	assert_int_equal(fstat(STDERR_FILENO, &info), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)info.st_dev, (unsigned long long)info.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open("gazetted", true);
	assert_string_equal(logged(log_error, "x"), "<3>gazetted: x\n");
	assert_string_equal(logged(log_warn, "x"), "<4>gazetted: x\n");
	assert_string_equal(logged(log_info, "x"), "<6>gazetted: x\n");
	assert_string_equal(logged(log_debug, "x"), "<7>gazetted: x\n");
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_open("gazetted", false);
	assert_string_equal(logged(log_error, "x"), "gazetted: x\n");
	unsetenv("JOURNAL_STREAM");
}

static const char *
told(int fd)
{
	ssize_t len = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

static void
notify_over(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(addr.sun_path, name, len);
	if (*name == '@')
		addr.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_ready();
	assert_string_equal(told(fd), "READY=1\n");
	notify_stopping();
	assert_string_equal(told(fd), "STOPPING=1\n");
	notify_watchdog();
	assert_string_equal(told(fd), "WATCHDOG=1\n");
	notify_reloading();
	assert_int_equal(strncmp(told(fd), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	notify_status("%d feeds\nREADY=1", 3);
	assert_string_equal(told(fd), "STATUS=3 feeds");
	close(fd);
}

static void
test_notify(void **state)
{
	char dir[] = "/tmp/test-log.XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/notify", dir);
	notify_over(path);
	assert_int_equal(unlink(path), 0);
	notify_ready();				/* nobody there: nothing happens */
	assert_int_equal(rmdir(dir), 0);
	snprintf(path, sizeof(path), "@test-log.%ld", (long)getpid());
	notify_over(path);
	setenv("NOTIFY_SOCKET", "vsock:2:1", 1);
	notify_ready();
	unsetenv("NOTIFY_SOCKET");
	notify_ready();
}

static void
test_brake(void **state)
{
	static const struct { int64_t now_ms; const char *more; } rows[] = {
		{ 5, "" }, { 6, NULL }, { LOG_BRAKE_MS + 4, NULL }, { LOG_BRAKE_MS + 5, " (2 more since the last such line)" },
		{ LOG_BRAKE_MS + 6, NULL }, { 3 * LOG_BRAKE_MS, " (1 more since the last such line)" }, { 9 * LOG_BRAKE_MS, "" },
	};
	struct log_brake brake = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *more = log_brake(&brake, rows[i].now_ms);

		if ((more == NULL) != (rows[i].more == NULL) || (more != NULL && strcmp(more, rows[i].more) != 0))
			fail_msg("row %zu: %s", i, more != NULL ? more : "held back");
	}
}

static void
test_watchdog(void **state)
{
	char pid[32];

	(void)state;
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "3000000", 1);
	assert_int_equal(notify_watchdog_ms(), 1500);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ms(), 1500);
	setenv("WATCHDOG_USEC", "-5", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_long_line), cmocka_unit_test(test_journal),
		cmocka_unit_test(test_brake), cmocka_unit_test(test_notify), cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
