/*
 * search - where words stand in lines (lines.h), across the ends of lines, too. Letters are compared without case unless some
 * of those looked for are capitals, and without accents unless some of those have any; quotes and dashes are as they are typed (letters.h).
 *
 *	search_find(&s, &lines, "some words");
 *	if (s.n_matches != 0) ... search_next(&s, row)
 *	search_clear(&s);
 */
#ifndef CONTRIB_GAZETTE_SEARCH_H
#define CONTRIB_GAZETTE_SEARCH_H

#include <stddef.h>

#include "contrib/gazette/lines.h"

enum { SEARCH_CODES_MAX = 256, SEARCH_MATCHES_MAX = 10000 };

/* A part of a match that is on one line. */
struct search_piece {
	size_t	 row, offset, len;	/* bytes of that line */
	size_t	 match;			/* from 0 */
};

struct search {
	char		*words;		/* NULL: nothing is looked for */
	struct search_piece *pieces;	/* in order */
	size_t		 count, cap;
	size_t		 n_matches;
	size_t		 current;
};

void	 search_clear(struct search *);	/* zeroed is empty */

/* Finds all of it; words may be s->words, to look again. The first match is the current one. */
void	 search_find(struct search *, const struct lines *, const char *words);

/* The first match at row or below it is the current one; without any the first of all. */
void	 search_from(struct search *, size_t row);

/* The next, or the one before, around the ends. */
void	 search_step(struct search *, int by);

/* The row where the current match begins; SIZE_MAX if there is none. */
size_t	 search_row(const struct search *);

#endif
