/*
 * complete - what may stand where the user has come to in the bottom line: names of actions and what they take.
 *
 *	struct complete complete = { 0 };
 *	complete_line(&complete, ACTION_WORD_ACTION, "tag +la", &lists);
 *	complete.from == 4, complete.words[0] is "+later"
 *	complete_free(&complete);
 */
#ifndef CONTRIB_GAZETTE_COMPLETE_H
#define CONTRIB_GAZETTE_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "contrib/gazette/action.h"

enum { COMPLETE_WORDS_MAX = 1000 };

struct complete {
	size_t	 from;			/* the byte of the line where the word begins */
	char	**words;		/* owned, in order, none twice; all begin with what is there */
	size_t	 count;
};

/* What only the reader knows: the n-th of them, NULL behind the last. Any of the functions may be NULL. */
struct complete_lists {
	const char *(*tag)(void *arg, size_t row);
	const char *(*feed)(void *arg, size_t row);	/* titles */
	const char *(*search)(void *arg, size_t row);	/* names of saved searches */
	const char *(*setting)(void *arg, size_t row);	/* the reader's own */
	void	*arg;
};

/* Replaces what the struct holds by the candidates for the end of line, the part of it before the cursor. */
void	complete_line(struct complete *, enum action_word, const char *line, const struct complete_lists *);
void	complete_free(struct complete *);	/* empty again */

/* Whether tags or searches may be among them: whoever has to ask for these need not for other lines. */
bool	complete_has_names(enum action_word);

/* How many bytes all candidates have in common: at least those that are there. 0 without candidates. */
size_t	complete_common(const struct complete *);

#endif
