/*
 * panes - which columns of the screen the views that share it have: feeds, entries, article from left to right.
 *
 * Between two of them one column is left for a line. Arithmetic only: the reader says what is shown.
 */
#ifndef CONTRIB_GAZETTE_PANES_H
#define CONTRIB_GAZETTE_PANES_H

#include <stddef.h>

struct settings;

/* What a view is on a wide screen; PANE_WHOLE: it takes all of it. */
enum pane { PANE_WHOLE, PANE_FEEDS, PANE_ENTRIES, PANE_ARTICLE };

enum { PANES_MAX = 3, PANES_COLS_MIN = 10 };

struct panes { int col[PANES_MAX], cols[PANES_MAX]; };

/* How many views have room side by side on a screen with so many columns: 1 to PANES_MAX. */
size_t	panes_most(const struct settings *, int cols);

/* Divides the columns among so many of these kinds. All but the last have their share of what those before leave, the last the rest. */
void	panes_split(const struct settings *, int cols, const enum pane *kinds, size_t count, struct panes *);

#endif
