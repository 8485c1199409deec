/* feed-line - a line of the view of feeds, by the user's format: the letters are in gazette(1). */
#ifndef CONTRIB_GAZETTE_FEED_LINE_H
#define CONTRIB_GAZETTE_FEED_LINE_H

#include <stdbool.h>

#include "contrib/gazette/tree.h"
#include "contrib/gazette/view.h"

void	feed_line_draw(struct reader *, struct area, int row, bool selected, const struct tree *, const struct tree_row *);

/* Whether lines of this width say how often a feed posts. */
bool	feed_line_says_weeks(const struct reader *, struct area);

/* What is the matter with a feed whose mark that is; "" if nothing is. */
const char *feed_line_health(enum feed_health);

#endif
