/* What clients are told is wrong with feeds: a real gazetted with a fetcher that does as it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/buf.h"
#include "tests/daemon/rig-ask.h"

static int
setup_quick(void **state)
{
	(void)state;
	rig_start(&rig, ASK_QUICK);
	return 0;
}

static const char *
text(const json_t *object, const char *member)
{
	const char *value = json_string_value(json_object_get(object, member));

	return value != NULL ? value : "";
}

/* "1 failing, 2 moved" of an answer, which is released. */
static const char *
summary(json_t *result)
{
	static char line[1024];
	json_t *finding;
	size_t i, len = 0;

	line[0] = '\0';
	json_array_foreach(json_object_get(result, "findings"), i, finding)
		len += (size_t)snprintf(line + len, sizeof line - len, "%s%d %s", i > 0 ? ", " : "",
		    (int)json_integer_value(json_object_get(finding, "feed")), text(finding, "what"));
	json_decref(result);
	return line;
}

static bool
health_is(const char *params, const char *expected)
{
	return strcmp(summary(rig_call(&rig, "health", params)), expected) == 0;
}

/* A member of the first finding of this kind; "" if there is none. To be freed. */
static char *
of_finding(const char *what, const char *member)
{
	json_t *result = rig_call(&rig, "health", NULL), *finding;
	char *value = NULL;
	size_t i;

	json_array_foreach(json_object_get(result, "findings"), i, finding)
		if (value == NULL && strcmp(text(finding, "what"), what) == 0)
			value = strdup(text(finding, member));
	json_decref(result);
	return value != NULL ? value : strdup("");
}

static void
want(const char *what, const char *member, const char *expected)
{
	char *value = of_finding(what, member);

	if (strcmp(value, expected) != 0)
		fail_msg("%s, %s: %s", what, member, value);
	free(value);
}

/* --- failing -------------------------------------------------------------------------- */

static void
test_failing(void **state)
{
	(void)state;
	ask_add("http://well.test/ok/1/a");
	assert_true(health_is(NULL, ""));
	ask_add_later("http://bad.test/fail/5/404");
	ask_add_later("http://busy.test/retry/90000");
	UNTIL(ask_status("polls.failed") == 2);
	assert_true(health_is(NULL, "2 failing, 3 throttled"));
	want("failing", "title", "http://bad.test/fail/5/404");
	want("failing", "url", "http://bad.test/fail/5/404");
	want("failing", "reason", "it failed as asked");
	want("failing", "word", "http-error");
	want("failing", "last_success", "");
	want("throttled", "next_poll_reason", "the server's Retry-After of 1 d 1 h");
	assert_true(health_is("{\"feeds\":[2]}", "2 failing"));
	assert_true(health_is("{\"feeds\":[\"busy.test\",1]}", "3 throttled"));
	assert_true(health_is("{\"feeds\":[1]}", ""));
	assert_true(health_is("{\"feeds\":[]}", ""));
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":2}"));
	assert_true(health_is(NULL, "3 throttled"));
}

/* --- moves ---------------------------------------------------------------------------- */

/* Followed after the proof, taken back, and not done again. */
static void
test_moved(void **state)
{
	static const char old[] = "http://old.test/moved/http:!!new.test!ok!1!moved", new[] = "http://new.test/ok/1/moved";
	size_t jobs;

	(void)state;
	ask_add(old);
	UNTIL(rig_jobs(&rig, "http://new.test/") == 1);
	assert_true(health_is(NULL, "1 moved"));
	want("moved", "old_url", old);
	want("moved", "new_url", new);
	want("moved", "url", new);
	want("moved", "taken_back", "");
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://old.test/moved/http:!!new.test!ok!1!moved\"}}"));
	jobs = (size_t)rig_jobs(&rig, "http://old.test/");
	UNTIL((size_t)rig_jobs(&rig, "http://old.test/") >= jobs + 4);
	ask_want("1", "url", NULL, old);
	ask_want("1", "original_url", NULL, "");
	assert_true(health_is(NULL, "1 moving, 1 moved"));
	want("moving", "reason", "a permanent redirect to http://new.test/ok/1/moved, which was taken back: it stays where it is until "
	    "its url is set");
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"url\":\"http://new.test/ok/1/moved\"}}"));
	UNTIL(health_is(NULL, "1 moved"));
	want("moved", "taken_back", "");
}

static void
test_moving(void **state)
{
	(void)state;
	ask_add("http://old.test/moved/http:!!new.test!ok!1!moved");
	assert_true(health_is(NULL, "1 moving"));
	want("moving", "old_url", "http://old.test/moved/http:!!new.test!ok!1!moved");
	want("moving", "new_url", "http://new.test/ok/1/moved");
	want("moving", "reason", "a permanent redirect to http://new.test/ok/1/moved, followed when the next poll finds it again");
}

/* Where another feed is, or what is meant for one server would be told to another, it stays. */
static void
test_barred(void **state)
{
	(void)state;
	ask_add("http://new.test/ok/1/moved");
	ask_add_later("http://old.test/moved/http:!!new.test!ok!1!moved");
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://own.test/moved/http:!!other.test!ok!1!x\",\"settings\":{\"cookie\":\"a=b\"}}"));
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://own.test/moved/http:!!own.test!ok!1!y\",\"settings\":{\"username\":\"me\"}}"));
	UNTIL(rig_jobs(&rig, "http://old.test/") >= 4 && rig_jobs(&rig, "http://own.test/moved/http:!!other.test") >= 4 &&
	    health_is(NULL, "2 moving, 3 moving, 4 moved"));
	want("moving", "reason", "a permanent redirect to http://new.test/ok/1/moved, which is feed 1 already: it stays where it is");
	assert_int_equal(rig_jobs(&rig, "http://other.test/"), 0);
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":2}"));
	want("moving", "reason", "a permanent redirect to http://other.test/ok/1/x, another server, which must not get its user name, "
	    "password, cookie or headers: it stays where it is until its url is set");
}

/* --- pages ---------------------------------------------------------------------------- */

/* Walks all pages of limit findings: "2 failing|3 failing". */
static const char *
pages(const char *feeds, int limit)
{
	static struct buf all = BUF_INIT(4096);
	char params[256], after[64] = "";

	buf_clear(&all);
	for (int n = 0; n < 10; n++) {
		json_t *result;

		snprintf(params, sizeof params, "{\"limit\":%d%s%s%s%s%s}", limit, feeds != NULL ? ",\"feeds\":" : "",
		    feeds != NULL ? feeds : "", *after != '\0' ? ",\"after\":\"" : "", after, *after != '\0' ? "\"" : "");
		result = rig_call(&rig, "health", params);
		snprintf(after, sizeof after, "%s", text(result, "after"));
		buf_printf(&all, "%s%s", n > 0 ? "|" : "", summary(result));
		if (*after == '\0')
			break;
	}
	return buf_str(&all);
}

static void
test_pages(void **state)
{
	(void)state;
	ask_add_later("http://a.test/fail/5/404");
	ask_add("http://b.test/moved/http:!!c.test!ok!1!x");
	ask_add_later("http://d.test/fail/6/0");
	ask_add("http://e.test/moved/http:!!f.test!ok!1!x");
	UNTIL(ask_status("polls.failed") == 2);
	assert_string_equal(pages(NULL, 100), "1 failing, 3 failing, 2 moving, 4 moving");
	assert_string_equal(pages(NULL, 1), "1 failing|3 failing|2 moving|4 moving|");
	assert_string_equal(pages(NULL, 3), "1 failing, 3 failing, 2 moving|4 moving");
	assert_string_equal(pages("[2,3,4]", 1), "3 failing|2 moving|4 moving|");
	assert_string_equal(pages("[2,3,4]", 2), "3 failing, 2 moving|4 moving");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_failing, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_moved, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_moving, ask_setup_hourly, ask_teardown),
		cmocka_unit_test_setup_teardown(test_barred, setup_quick, ask_teardown),
		cmocka_unit_test_setup_teardown(test_pages, ask_setup_hourly, ask_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
