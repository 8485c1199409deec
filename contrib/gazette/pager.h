/*
 * pager - lines (lines.h) on the screen: scrolled down and, where they are wide, sideways; searched.
 *
 *	pager_set(&p, &lines);			whenever they were laid out anew
 *	pager_draw(&p, area);
 *	if (pager_act(&p, view, action)) ...
 *	pager_clear(&p);
 */
#ifndef CONTRIB_GAZETTE_PAGER_H
#define CONTRIB_GAZETTE_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "contrib/gazette/lines.h"
#include "contrib/gazette/list.h"
#include "contrib/gazette/search.h"
#include "contrib/gazette/view.h"

enum { PAGER_SHIFT_COLUMNS = 8 };

struct pager {
	const struct lines *lines;	/* borrowed; NULL: none */
	struct list	 list;		/* of lines; top is what counts */
	int		 shift;		/* columns that wide lines are moved to the left */
	int		 cols;		/* drawn in so many */
	size_t		 held_above, held_all;	/* lines of text when they were held: above the top one, and in all */
	struct search	 search;
};

void	 pager_init(struct pager *);
void	 pager_clear(struct pager *);

/*
 * Other lines of the same text: what was on top is about there again, and what is looked for is found anew. If pager_hold() was called
 * before they changed, and all that is different are pictures that have come or gone, the very line is on top.
 */
void	 pager_hold(struct pager *);
void	 pager_set(struct pager *, const struct lines *);
void	 pager_home(struct pager *);

/* How many rows there are, before lines are drawn. */
void	 pager_resize(struct pager *, int rows);

/* How many rows were drawn. */
int	 pager_draw(struct pager *, struct area);

/* Does what has to do with moving and searching; false if the action is another. What it has to say is said by the view's reader. */
bool	 pager_act(struct pager *, struct view *, enum action);

/* KEYS_IN_MATCHES while something is looked for. */
unsigned pager_keys(const struct pager *);

/* What the bottom line says while something is looked for; false: nothing is. */
bool	 pager_hint(const struct pager *, struct buf *out);

/* Looks for words from the top line on; "" goes on to the next place. */
void	 pager_search(struct pager *, struct view *, const char *words);

/* Goes to the next (by 1) or previous (-1) lines that have one of these flags in their style. */
void	 pager_walk(struct pager *, unsigned flags, int by);

/* "all", "12%": how much has been seen. */
void	 pager_position(const struct pager *, struct buf *out);

#endif
