/* How the screen is divided by rows: its columns, what is shown, where each begins and ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/panes.h"
#include "contrib/gazette/settings.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct { int64_t two, three; int cols; size_t most; } mosts[] = {
	{ 120, 170, 1, 1 }, { 120, 170, 119, 1 }, { 120, 170, 120, 2 }, { 120, 170, 169, 2 }, { 120, 170, 170, 3 },
	{ 0, 0, 1000, 1 }, { 120, 0, 1000, 2 }, { 0, 170, 169, 1 }, { 0, 170, 170, 3 },
};

static void
test_most(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(mosts); row++) {
		struct settings settings;

		settings_init(&settings);
		settings.two_panes_from = mosts[row].two;
		settings.three_panes_from = mosts[row].three;
		if (panes_most(&settings, mosts[row].cols) != mosts[row].most)
			fail_msg("row %zu: %zu", row, panes_most(&settings, mosts[row].cols));
		settings_free(&settings);
	}
}

static const struct { const char *kinds; int cols; int64_t feeds, entries; const char *split; } splits[] = {
	{ "f", 80, 25, 45, "0+80" },
	{ "a", 200, 25, 45, "0+200" },
	{ "fe", 120, 25, 45, "0+30 31+89" },
	{ "ea", 120, 25, 45, "0+54 55+65" },
	{ "fea", 200, 25, 45, "0+50 51+67 119+81" },
	/* whatever the shares are, each has some columns */
	{ "fea", 200, 90, 90, "0+178 179+10 190+10" },
	{ "ea", 120, 25, 90, "0+108 109+11" },
	{ "ea", 20, 5, 5, "0+10 11+9" },
	/* others that share it have half */
	{ "aa", 100, 25, 45, "0+50 51+49" },
};

static void
test_split(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(splits); row++) {
		size_t count = strlen(splits[row].kinds), len = 0;
		enum pane kinds[PANES_MAX];
		struct settings settings;
		struct panes panes;
		char text[128] = "";

		for (size_t at = 0; at < count; at++)
			kinds[at] = splits[row].kinds[at] == 'f' ? PANE_FEEDS : splits[row].kinds[at] == 'e' ? PANE_ENTRIES : PANE_ARTICLE;
		settings_init(&settings);
		settings.feeds_share = splits[row].feeds;
		settings.entries_share = splits[row].entries;
		panes_split(&settings, splits[row].cols, kinds, count, &panes);
		for (size_t at = 0; at < count; at++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%d+%d", at != 0 ? " " : "", panes.col[at], panes.cols[at]);
		if (strcmp(text, splits[row].split) != 0)
			fail_msg("row %zu: %s, not %s", row, text, splits[row].split);
		settings_free(&settings);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_most), cmocka_unit_test(test_split) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
