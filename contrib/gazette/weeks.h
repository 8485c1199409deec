/* weeks - how often feeds post, asked for when they come into sight: the daemon counts entries for it. */
#ifndef CONTRIB_GAZETTE_WEEKS_H
#define CONTRIB_GAZETTE_WEEKS_H

#include <stdbool.h>

#include "contrib/gazette/list.h"
#include "contrib/gazette/tree.h"
#include "contrib/gazette/view.h"

enum { WEEKS_FEEDS_MAX = 100 };			/* that are asked about at a time */

struct weeks {
	struct reader	*reader;
	bool		 asking;
};

/* Asks for those of the lines in sight that are not known yet; they come into the feeds. */
void	weeks_need(struct weeks *, const struct tree *, const struct list *);
void	weeks_up(struct weeks *);		/* the daemon is there (again) */
void	weeks_end(struct weeks *);		/* an answer that is under way is let go */

#endif
