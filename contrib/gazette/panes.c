#include "contrib/gazette/panes.h"

#include "contrib/gazette/settings.h"

size_t
panes_most(const struct settings *settings, int cols)
{
	if (settings->three_panes_from != 0 && cols >= settings->three_panes_from)
		return 3;
	return settings->two_panes_from != 0 && cols >= settings->two_panes_from ? 2 : 1;
}

static int
share(const struct settings *settings, int cols, enum pane kind, int least_rest)
{
	int64_t percent = kind == PANE_FEEDS ? settings->feeds_share : kind == PANE_ENTRIES ? settings->entries_share : 50;
	int wanted = (int)(cols * percent / 100);

	if (wanted > cols - least_rest)
		wanted = cols - least_rest;
	return wanted > PANES_COLS_MIN ? wanted : PANES_COLS_MIN;
}

void
panes_split(const struct settings *settings, int cols, const enum pane *kinds, size_t count, struct panes *panes)
{
	int col = 0;

	for (size_t at = 0; at < count; at++) {
		int rest = (int)(count - at - 1) * (PANES_COLS_MIN + 1);

		panes->col[at] = col;
		panes->cols[at] = at + 1 == count ? cols - col : share(settings, cols - col, kinds[at], rest);
		col += panes->cols[at] + 1;
	}
}
