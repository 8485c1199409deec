/* item-line - the line of an entry in a list, by the user's format: the letters are in gazette(1). */
#ifndef CONTRIB_GAZETTE_ITEM_LINE_H
#define CONTRIB_GAZETTE_ITEM_LINE_H

#include <stdbool.h>

#include "contrib/gazette/items.h"
#include "contrib/gazette/view.h"

/* several: the list is of several feeds, so that the feed is worth saying. */
void	item_line_draw(struct reader *, struct area, int row, bool selected, const struct item *, bool several);

#endif
