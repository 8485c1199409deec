/*
 * Which entries an export is of, and in what order, where that takes more of them than a test of the whole program could have: what is sorted
 * in parts, and feeds that take each other's place among those that are remembered. The daemon is a process that answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export-run.h"

enum { ENTRIES = 100, CHANGES_PAGE = 64, FIRST_S = 1795597200, STEP = 37, LINE_BYTES = 4096 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct {
	char		 folder[32], path[64];
	pid_t		 peer;
	int64_t		 feeds[2];		/* of which the entries are, in turn */
	int64_t		 numbers[ENTRIES];	/* of those that the format got, in order */
	size_t		 count;
	int64_t		 asked;			/* how often for a feed */
	size_t		 wrong;			/* feeds that were others' */
} test;

/* --- the daemon: entry N came with change N ------------------------------------------------------------ */

/* In an order of its own. */
static int64_t
published_s(int64_t number)
{
	return FIRST_S + (number * STEP + ENTRIES / 2) % ENTRIES;
}

static json_t *
make_item(int64_t number)
{
	time_t		 when = published_s(number);
	char		 date[32];

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&when));
	return json_pack("{s:s, s:{s:I, s:I, s:s}}", "date_published", date, "_gazette", "item", (json_int_t)number, "feed",
	    (json_int_t)test.feeds[number % 2], "received", "2026-12-31T00:00:00Z");
}

static json_t *
answer_list(const json_t *params)
{
	return json_pack("{s:[o], s:i}", "items", make_item(strtoll(cmd_string(params, "query") + strlen("id:"), NULL, 10)), "seq", ENTRIES);
}

static json_t *
answer_get(const json_t *params)
{
	return json_pack("{s:o}", "item", make_item(cmd_integer(params, "item")));
}

static json_t *
answer_changes(const json_t *params)
{
	json_t		*changes = json_array();
	int64_t		 seq = cmd_integer(params, "since");

	while (seq < ENTRIES && json_array_size(changes) < CHANGES_PAGE) {
		seq++;
		json_array_append_new(changes, json_pack("{s:I, s:s, s:I}", "seq", (json_int_t)seq, "what", "item-new", "item", (json_int_t)seq));
	}
	return json_pack("{s:o, s:I, s:b}", "changes", changes, "seq", (json_int_t)seq, "more", seq < ENTRIES);
}

static json_t *
answer_feed(const json_t *params)
{
	test.asked++;
	return json_pack("{s:{s:I, s:I}}", "feed", "id", (json_int_t)cmd_integer(params, "feed"), "asked", (json_int_t)test.asked);
}

static json_t *
answer(const char *method, const json_t *params)
{
	static const struct { const char *method; json_t *(*answer)(const json_t *); } rows[] = {
		{ "item.list", answer_list }, { "item.get", answer_get }, { "changes", answer_changes }, { "feed.get", answer_feed }
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].method, method) == 0)
			return rows[i].answer(params);
	return json_null();
}

/* Answers until the client goes. */
static void
serve(int listener)
{
	FILE		*from = fdopen(accept(listener, NULL, NULL), "r+");
	char		 line[LINE_BYTES], *text;
	json_t		*request, *reply;

	while (from != NULL && fgets(line, sizeof(line), from) != NULL) {
		request = json_loads(line, 0, NULL);
		reply = json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", json_object_get(request, "id"), "result",
		    answer(cmd_string(request, "method"), json_object_get(request, "params")));
		text = json_dumps(reply, JSON_COMPACT);
		if (text == NULL || dprintf(fileno(from), "%s\n", text) < 0)
			_exit(1);
		free(text);
		json_decref(reply);
		json_decref(request);
	}
	_exit(0);
}

static void
start_daemon(int64_t feed, int64_t other)
{
	struct sockaddr_un	 addr = { .sun_family = AF_UNIX };
	int			 listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&test, 0, sizeof(test));
	test.feeds[0] = feed;
	test.feeds[1] = other;
	snprintf(test.folder, sizeof(test.folder), "/tmp/test-export.XXXXXX");
	assert_non_null(mkdtemp(test.folder));
	snprintf(test.path, sizeof(test.path), "%s/socket", test.folder);
	strcpy(addr.sun_path, test.path);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	test.peer = fork();
	assert_int_not_equal(test.peer, -1);
	if (test.peer == 0)
		serve(listener);
	close(listener);
}

static void
end_daemon(void)
{
	int	 status = -1;

	assert_int_equal(waitpid(test.peer, &status, 0), test.peer);
	assert_int_equal(status, 0);
	unlink(test.path);
	rmdir(test.folder);
}

/* --- a format that writes down what it gets -------------------------------------------------------------- */

static void
note_item(struct export *export, const json_t *item)
{
	const json_t	*feed = export_feed(export, item);

	test.wrong += cmd_integer(feed, "id") != cmd_integer(export_ours(item), "feed");
	test.asked = cmd_integer(feed, "asked") > test.asked ? cmd_integer(feed, "asked") : test.asked;
	if (test.count < ENTRIES)
		test.numbers[test.count] = export_number(item);
	test.count++;
}

static void
run(unsigned order, size_t sort_most)
{
	const struct export_format	 format = { "notes", order, NULL, note_item, NULL };
	const struct cmd_options	 options = { 0 };
	struct cmd			 cmd = { .options = &options, .arena = arena_new(0), .client = client_new(test.path) };
	struct export_cursor		 cursor = { .given = export_numbers_new(), .added = export_numbers_new() };
	struct export_file		 file = { .place = EXPORT_STDOUT, .fd = -1 };
	struct client_error		 err;
	struct export			 export;
	struct export_run		 going = { .export = &export, .file = &file, .cursor = &cursor, .sort_most = sort_most };

	assert_int_equal(client_connect(cmd.client, &err), 0);
	export_init(&export, &cmd, &format);
	assert_int_equal(export_run(&going), CMD_DONE);
	assert_int_equal(cursor.seq, ENTRIES);
	export_free(&export);
	export_numbers_free(cursor.given);
	export_numbers_free(cursor.added);
	client_free(cmd.client);
	arena_free(cmd.arena);
	end_daemon();
}

/* --- rows --------------------------------------------------------------------------------------------------- */

/* falls: how often a later entry follows an earlier one, which is where a part begins. */
static const struct { unsigned order; size_t sort_most, falls; } parts[] = {
	{ EXPORT_NEWEST, EXPORT_SORT_MAX, 0 },
	{ EXPORT_NEWEST, ENTRIES, 0 },
	{ EXPORT_NEWEST, ENTRIES - 1, 1 },
	{ EXPORT_NEWEST, 40, 2 },
	{ EXPORT_NEWEST, 25, 3 },
};

static void
test_parts(void **state)
{
	char	 seen[ENTRIES + 1];
	size_t	 falls, part;

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		start_daemon(1, 2);
		run(parts[i].order, parts[i].sort_most);
		memset(seen, 0, sizeof(seen));
		assert_int_equal(test.count, ENTRIES);
		falls = 0;
		for (size_t at = 0; at < ENTRIES; at++) {
			assert_int_equal(seen[test.numbers[at]]++, 0);
			falls += at > 0 && published_s(test.numbers[at]) > published_s(test.numbers[at - 1]);
			/* a part is of so many changes that follow one another */
			part = at / parts[i].sort_most;
			if ((size_t)test.numbers[at] <= part * parts[i].sort_most || (size_t)test.numbers[at] > (part + 1) * parts[i].sort_most)
				fail_msg("row %zu: entry %d at %zu", i, (int)test.numbers[at], at);
		}
		if (falls != parts[i].falls)
			fail_msg("row %zu: %zu parts", i, falls + 1);
	}
}

static void
test_order(void **state)
{
	(void)state;
	start_daemon(1, 2);
	run(0, 40);
	assert_int_equal(test.count, ENTRIES);
	for (size_t at = 0; at < ENTRIES; at++)
		assert_int_equal(test.numbers[at], at + 1);
}

/* Two feeds have one place if their numbers are EXPORT_FEEDS_KEPT apart. */
static const struct { int64_t one, other, asked; } places[] = {
	{ 1, 2, 2 },
	{ 7, 7, 1 },
	{ 1, EXPORT_FEEDS_KEPT, 2 },
	{ 1, 1 + EXPORT_FEEDS_KEPT, ENTRIES },
	{ 5 + EXPORT_FEEDS_KEPT, 5 + 3 * EXPORT_FEEDS_KEPT, ENTRIES },
};

static void
test_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		start_daemon(places[i].one, places[i].other);
		run(0, EXPORT_SORT_MAX);
		if (test.wrong != 0 || test.asked != places[i].asked)
			fail_msg("row %zu: asked %d times, %zu wrong", i, (int)test.asked, test.wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_parts), cmocka_unit_test(test_order), cmocka_unit_test(test_places)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
