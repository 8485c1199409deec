/* The reader's settings by rows: a line, and what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/settings.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- lines ---------------------------------------------------------------------------------- */

static const struct { const char *line; bool unread_only; } good[] = {
	{ "", false },
	{ "   ", false },
	{ "# unread_only = yes", false },
	{ "unread_only = yes", true },
	{ "unread_only=yes", true },
	{ "\tunread_only\t=\tyes\t\r", true },
	{ "unread_only = no", false },
	{ "unread_only = yes # as ever", true },
	{ "unread_only = \"yes\"", true },
	{ "unread_only = \"yes\" # as ever", true },
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(good); row++) {
		struct settings settings;
		char line[256], why[SETTINGS_ERROR_BYTES];

		settings_init(&settings);
		snprintf(line, sizeof(line), "%s", good[row].line);
		if (settings_line(&settings, line, "config", 1, why) == -1)
			fail_msg("row %zu: %s", row, why);
		if (settings.unread_only != good[row].unread_only)
			fail_msg("row %zu: '%s' has another outcome", row, good[row].line);
		settings_free(&settings);
	}
}

static const struct { const char *line, *why; } bad[] = {
	{ "unread_only", "config:7: 'unread_only': not of the form key = value" },
	{ "unread_only = perhaps", "config:7: unread_only: 'perhaps' is neither yes nor no" },
	{ "unread_only = yes#", "config:7: unread_only: 'yes#' is neither yes nor no" },
	{ "unread_only = ", "config:7: unread_only: '' is neither yes nor no" },
	{ "unread_only = \"yes", "config:7: unread_only: the quotes do not end where the value does" },
	{ "unread_only = \"yes\\", "config:7: unread_only: the quotes do not end where the value does" },
	{ "unread_only = \"yes\" no", "config:7: unread_only: the quotes do not end where the value does" },
	{ "unread_only = \"y\\\"\\\\s\"", "config:7: unread_only: 'y\"\\s' is neither yes nor no" },
	{ "feeds_share = 4", "config:7: feeds_share: '4' is not a number from 5 to 90" },
	{ "feeds_share = 91", "config:7: feeds_share: '91' is not a number from 5 to 90" },
	{ "feeds_share = 9x", "config:7: feeds_share: '9x' is not a number from 5 to 90" },
	{ "feeds_share = -9", "config:7: feeds_share: '-9' is not a number from 5 to 90" },
	{ "feeds_sort = size", "config:7: feeds_sort: 'size' is none of: title unread newest health" },
	{ "feeds_sort = title unread", "config:7: feeds_sort: 'title unread' is none of: title unread newest health" },
	{ "feeds_format = %z", "config:7: feeds_format: at byte 1, '%z': there is no such letter; there are %t %u %c %U %m %g %n" },
	{ "feeds_format = a %?u?%u", "config:7: feeds_format: at byte 3, '%?u?%u': the condition is not ended by a ?" },
	{ "entries_format = \"%?T?[%T] &?%t%8\"", "config:7: entries_format: at byte 14, '%8': a letter is missing" },
	{ "feeds_format = \xff", "config:7: feeds_format: needs a text of at most 4096 bytes in UTF-8" },
	{ "players = audio", "config:7: players: 'audio' is not a list of type and command, with ; between them" },
	{ "players = audio/* mpv ; video/*", "config:7: players: 'audio/* mpv ; video/*' is not a list" },
	{ "unread = yes", "config:7: unread: unknown key; known are " },
	{ "= yes", "config:7: : unknown key; known are " },
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(bad); row++) {
		struct settings settings;
		char line[256], why[SETTINGS_ERROR_BYTES] = "";

		settings_init(&settings);
		snprintf(line, sizeof(line), "%s", bad[row].line);
		assert_int_equal(settings_line(&settings, line, "config", 7, why), -1);
		if (strncmp(why, bad[row].why, strlen(bad[row].why)) != 0)
			fail_msg("row %zu: %s", row, why);
		settings_free(&settings);
	}
}

/* --- files ---------------------------------------------------------------------------------- */

static char folder[] = "/tmp/settings.XXXXXX";

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/config", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/gazette", folder);
	rmdir(path);
	return rmdir(folder);
}

/* What settings_read() says of a file with this in it; why without the folder. */
static int
read_file(struct settings *settings, const char *text, size_t len, char why[SETTINGS_ERROR_BYTES])
{
	char path[64];
	FILE *file;
	int status;

	snprintf(path, sizeof(path), "%s/config", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
	settings_init(settings);
	*why = '\0';
	status = settings_read(settings, path, why);
	if (status == -1)
		memmove(why, why + strlen(folder), strlen(why + strlen(folder)) + 1);
	return status;
}

static void
test_files(void **state)
{
	static const char several[] = "# mine\n\nunread_only = no\nunread_only = yes", wrong[] = "\n\nunread_only = 1\n",
	    binary[] = "unread_only = no\0\n";
	struct settings settings;
	char why[SETTINGS_ERROR_BYTES];

	(void)state;
	assert_int_equal(read_file(&settings, several, strlen(several), why), 0);
	assert_true(settings.unread_only);
	settings_free(&settings);
	assert_int_equal(read_file(&settings, wrong, strlen(wrong), why), -1);
	assert_string_equal(why, "/config:3: unread_only: '1' is neither yes nor no");
	settings_free(&settings);
	assert_int_equal(read_file(&settings, binary, sizeof(binary) - 1, why), -1);
	assert_string_equal(why, "/config: not a text");
	settings_free(&settings);
	settings_init(&settings);
	assert_int_equal(settings_read(&settings, "/nonexistent/config", why), 1);
	assert_int_equal(settings_read(&settings, folder, why), -1);
	settings_free(&settings);
}

static const struct { const char *variable, *home, *path; } places[] = {
	{ "/conf", "/home/me", "/conf/gazette/config" },
	{ NULL, "/home/me", "/home/me/.config/gazette/config" },
	{ "", "/home/me", "/home/me/.config/gazette/config" },
	{ "conf", "/home/me", "/home/me/.config/gazette/config" },
	{ NULL, "me", NULL },
	{ NULL, NULL, NULL },
};

static void
put_variable(const char *name, const char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void
test_places(void **state)
{
	char *path;

	(void)state;
	for (size_t row = 0; row < COUNT(places); row++) {
		put_variable("XDG_CONFIG_HOME", places[row].variable);
		put_variable("HOME", places[row].home);
		path = settings_config_path("config");
		if ((path == NULL) != (places[row].path == NULL) || (path != NULL && strcmp(path, places[row].path) != 0))
			fail_msg("row %zu: %s", row, path != NULL ? path : "none");
		free(path);
	}
	put_variable("XDG_STATE_HOME", folder);
	path = settings_state_path("folds");
	assert_non_null(path);
	*strrchr(path, '/') = '\0';
	assert_int_equal(access(path, W_OK), 0);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_bad), cmocka_unit_test(test_files),
		cmocka_unit_test(test_places)
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
