/* A disk that is full, restarts, a service manager: a real gazetted with a fetcher that does as it is told. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/daemon/rig-ask.h"

/* --- rules without an index ------------------------------------------------------------------- */

/* How many changes of this kind have been told. */
static int
told(const char *what)
{
	json_t *result = rig_call(&rig, "changes", "{\"since\":0}"), *change;
	int count = 0;
	size_t i;

	json_array_foreach(json_object_get(result, "changes"), i, change)
		count += strcmp(json_string_value(json_object_get(change, "what")), what) == 0;
	json_decref(result);
	return count;
}

/* This folder has no indexer: what waits for a rule with words is told in the end, over a restart, too. */
static void
test_patience(void **state)
{
	(void)state;
	json_decref(rig_call(&rig, "rule.add", "{\"query\":\"word\",\"actions\":[\"drop\"]}"));
	json_decref(rig_call(&rig, "rule.add", "{\"query\":\"url:a.test\",\"actions\":[\"star\"]}"));
	ask_add("http://a.test/ok/3/tag");
	assert_int_equal(ask_count("is:starred"), 3);
	assert_int_equal(told("item-new"), 0);
	rig_kill(&rig);
	rig_restart(&rig);
	assert_int_equal(told("item-new"), 0);
	ask_add("http://b.test/ok/2/tag");
	assert_int_equal(told("item-new"), 0);
	UNTIL(told("item-new") == 5);
	assert_int_equal(told("item-tags"), 3);
	assert_int_equal(ask_count("*"), 5);
}

/* --- a disk that is full ------------------------------------------------------------------------ */

/* No file of the daemon may grow beyond what it has now; then they may again. */
static void
limit_files(rlim_t bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(prlimit(rig.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Ingest stops and says so, readers go on, whoever wants to write is told; it resumes by itself, and nothing is lost or fetched again. */
static void
test_full_disk(void **state)
{
	json_t *result, *error;

	(void)state;
	ask_add("http://a.test/ok/3/a");
	limit_files(1);
	error = rig_error(&rig, "feed.add", "{\"url\":\"http://b.test/ok/4/b\"}");
	/* To SQLite a limit on the size of files is a failure of the disk: "disk-full" is told apart by errno alone. */
	assert_memory_equal(json_string_value(json_object_get(json_object_get(error, "data"), "word")), "disk-f", 6);
	json_decref(error);
	result = rig_call(&rig, "status", "{}");
	assert_string_equal(json_string_value(json_object_get(json_object_get(result, "ingest"), "state")), "stopped");
	assert_non_null(json_object_get(json_object_get(result, "ingest"), "reason"));
	json_decref(result);
	assert_int_equal(ask_count("*"), 3);
	result = rig_call(&rig, "item.list", "{\"query\":\"*\"}");
	assert_int_equal(json_array_size(json_object_get(result, "items")), 3);
	json_decref(result);
	json_decref(rig_error(&rig, "item.tag", "{\"ids\":[1],\"add\":[\"starred\"]}"));
	json_decref(rig_error(&rig, "feed.refresh", "{}"));
	limit_files(RLIM_INFINITY);
	rig_notified(&rig, "storing goes on");
	ask_add("http://b.test/ok/4/b");
	assert_int_equal(ask_count("*"), 7);
}

/* What had arrived but was not stored yet is kept and stored when there is room. */
static void
test_full_disk_keeps(void **state)
{
	(void)state;
	ask_add("http://a.test/ok/3/a");
	ask_add_later("http://b.test/hold");
	UNTIL(rig_jobs(&rig, "http://b.test/") == 1);
	json_decref(rig_call(&rig, "feed.import", "{\"feeds\":[{\"url\":\"http://c.test/hold/1\"},{\"url\":\"http://d.test/hold/2\"}]}"));
	UNTIL(rig_jobs(&rig, "http://d.test/") == 1);
	json_decref(rig_call(&rig, "feed.import", "{\"feeds\":[{\"url\":\"http://go.test/release\"}]}"));
	limit_files(1);
	UNTIL(rig_jobs(&rig, "http://go.test/") == 1);
	limit_files(RLIM_INFINITY);
	UNTIL(ask_status("polls.ok") == 5);
	assert_int_equal(ask_count("*"), 7);
	assert_int_equal(rig_jobs(&rig, "http://b.test/") + rig_jobs(&rig, "http://go.test/"), 2);
}

/* --- a log that is bounded ------------------------------------------------------------------------ */

static int
setup_forgetful(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\nkeep_changes = 1000\n");
	return 0;
}

/* The word of the answer to changes since a number; "" if it is answered. Else *oldest is where to go on. */
static const char *
refusal(const char *method, json_int_t since, json_int_t *oldest)
{
	static char word[64];
	char params[64];
	json_t *answer, *data;
	int id;

	snprintf(params, sizeof params, "{\"since\":%lld}", (long long)since);
	id = rig_send(&rig, method, params);
	answer = rig_answer(&rig, id);
	data = json_object_get(json_object_get(answer, "error"), "data");
	snprintf(word, sizeof word, "%s", data != NULL ? json_string_value(json_object_get(data, "word")) : "");
	if (data != NULL)
		*oldest = json_integer_value(json_object_get(data, "oldest"));
	json_decref(answer);
	return word;
}

/* Without an index, which would have to follow, twice as many changes are kept, and no more. */
static void
test_forgetful(void **state)
{
	json_int_t oldest = 0;

	(void)state;
	ask_add("http://a.test/ok/1500/tag");
	assert_string_equal(refusal("changes", 0, &oldest), "");
	ask_add("http://b.test/ok/1500/tag");
	kill(rig.pid, SIGHUP);
	UNTIL(strcmp(refusal("changes", 0, &oldest), "cursor-too-old") == 0);
	UNTIL(refusal("changes", 0, &oldest)[0] != '\0' && oldest == ask_status("seq") - 2000);
	assert_string_equal(refusal("watch", oldest - 1, &oldest), "cursor-too-old");
	assert_string_equal(refusal("changes", oldest, &oldest), "");
	assert_string_equal(refusal("watch", oldest, &oldest), "");
	assert_int_equal(ask_count("*"), 3000);
}

/* --- the process --------------------------------------------------------------------------------- */

static void
test_second(void **state)
{
	char *message;

	(void)state;
	assert_int_equal(rig_refused(&rig, &message), 1);
	assert_non_null(strstr(message, "another gazetted"));
	free(message);
	ask_add("http://a.test/ok/1/a");
	/* One that was killed is in nobody's way. */
	rig_kill(&rig);
	rig_restart(&rig);
	assert_int_equal(ask_count("*"), 1);
}

static void
test_reload(void **state)
{
	(void)state;
	ask_add("http://a.test/ok/1/a");
	rig_write_file(&rig, "gazetted.conf", "min_interval = soon\n");
	assert_int_equal(kill(rig.pid, SIGHUP), 0);
	rig_notified(&rig, "READY=1");
	assert_int_equal(ask_number(rig_call(&rig, "feed.refresh", "{}"), "polled"), 0);
	rig_write_file(&rig, "gazetted.conf", ASK_QUICK);
	assert_int_equal(kill(rig.pid, SIGHUP), 0);
	rig_notified(&rig, "READY=1");
	UNTIL(ask_number(rig_call(&rig, "feed.refresh", "{}"), "polled") == 1);
}

/* A socket of the service manager's is taken, and left where it is at the end; the watchdog is fed. */
static void
test_service(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	(void)state;
	rig_end(&rig);
	snprintf(addr.sun_path, sizeof addr.sun_path, "%.80s/given", rig.dir);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
	assert_int_equal(listen(fd, 5), 0);
	memcpy(rig.socket, addr.sun_path, sizeof addr.sun_path);
	rig.adopt = fd;
	setenv("WATCHDOG_USEC", "20000", 1);
	rig_restart(&rig);
	unsetenv("WATCHDOG_USEC");
	rig_notified(&rig, "WATCHDOG=1");
	rig_notified(&rig, "WATCHDOG=1");
	ask_add("http://a.test/ok/1/a");
	rig_end(&rig);
	assert_int_equal(access(addr.sun_path, F_OK), 0);
	rig_notified(&rig, "STOPPING=1");
	close(fd);
}

/* A helper that does not go when we do is not waited for. */
static void
test_end_despite_hung(void **state)
{
	(void)state;
	assert_int_equal(kill((pid_t)ask_status("fetcher.pid"), SIGSTOP), 0);
	rig_end(&rig);
	rig_restart(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_end_despite_hung, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_full_disk_keeps, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_second, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_reload, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_forgetful, setup_forgetful, ask_teardown),
		cmocka_unit_test_setup_teardown(test_patience, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_service, ask_setup_hourly, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
