/* marks - what is done with rows of a list of entries: read, starred, chosen for what is done next. Shown at once, then told the daemon. */
#ifndef CONTRIB_GAZETTE_MARKS_H
#define CONTRIB_GAZETTE_MARKS_H

#include <jansson.h>
#include <stdbool.h>

#include "contrib/gazette/entries.h"

/* The selected row, or those that are chosen: all become what the first of them is not. */
void	 marks_toggle(struct entries *, bool starred);

/* All of the list; asks nothing, since undo brings it back. */
void	 marks_read_all(struct entries *);

/* The rows from here up to the selected one, which is not among them, have been passed. */
void	 marks_passed(struct entries *, size_t from);

/* What CHANGE_ITEM_MARKED says. */
void	 marks_follow(struct entries *, const struct change *);

/* Chooses the selected row, or not any more; all rows that are there; none. */
void	 marks_choose(struct entries *);
void	 marks_choose_all(struct entries *, bool chosen);

/* The numbers of the chosen ones, else of the selected one; NULL if there is no row. */
json_t	*marks_chosen(const struct entries *);

#endif
