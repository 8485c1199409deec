/* searches - the saved searches in a tree of feeds, with how many of their entries are unread, counted anew when that may have changed. */
#ifndef CONTRIB_GAZETTE_SEARCHES_H
#define CONTRIB_GAZETTE_SEARCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/tree.h"
#include "contrib/gazette/view.h"

enum { SEARCHES_COUNT_MS = 700 };		/* they are counted so long after a change */

struct searches {
	struct view	*view;			/* in which they stand; its wake() calls searches_wake() */
	struct tree	*tree;			/* whose searches they are; it owns them */
	int64_t		 count_ms;		/* when they are counted; 0: nothing has changed */
	bool		 counting;		/* the daemon is being asked */
};

void	searches_ask(struct searches *);	/* which there are, and their counts */
void	searches_up(struct searches *);		/* the daemon is there (again) */
void	searches_changed(struct searches *);	/* something in the store: the counts may be others */
void	searches_wake(struct searches *);
void	searches_end(struct searches *);	/* answers that are under way are let go */

#endif
