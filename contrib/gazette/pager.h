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

enum { PAGER_SHIFT_COLUMNS = 8, PAGER_ANCHOR_BYTES = 256 };

struct pager {
	const struct lines *lines;	/* borrowed; NULL: none */
	struct list	 list;		/* of lines; top is what counts */
	int		 shift;		/* columns that wide lines are moved to the left */
	int		 cols;		/* drawn in so many */
	struct search	 search;

	/* Where the user has scrolled to, in the text. */
	size_t		 anchored;	/* the top line that this is of, from 1; 0: none */
	size_t		 silent;	/* so many lines without letters from there on: empty ones, pictures */
	size_t		 letters;	/* that stand above the first that has some */
	char		 anchor[PAGER_ANCHOR_BYTES];	/* its text, or the beginning of it */
	size_t		 anchor_len;
};

void	 pager_init(struct pager *);
void	 pager_clear(struct pager *);

/*
 * Other lines of the same text, or of one that has been edited: what was on top is there again, as near as can be, however often
 * this is done; what is looked for is found anew.
 */
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

/* Brings the first line in sight that has one of these flags in its style. */
void	 pager_show(struct pager *, unsigned flags);

/* Goes to the next (by 1) or previous (-1) lines that have one of these flags in their style; false if there are none out of sight. */
bool	 pager_walk(struct pager *, unsigned flags, int by);

/* "all", "12%": how much has been seen. */
void	 pager_position(const struct pager *, struct buf *out);

#endif
