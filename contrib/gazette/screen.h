/*
 * screen - which of the reader's views are on the screen, and where: all of it but the bottom line.
 */
#ifndef CONTRIB_GAZETTE_SCREEN_H
#define CONTRIB_GAZETTE_SCREEN_H

#include <stddef.h>

#include "contrib/gazette/view.h"

/*
 * Those that are seen, from left to right; how many: the topmost that there is room for, the one with the focus among them. A
 * view that takes all of the screen is alone.
 */
size_t	screen_views(struct view *top, const struct view *focus, const struct settings *, struct view *views[PANES_MAX]);

void	screen_draw(struct view *top, const struct view *focus, const struct settings *);

#endif
