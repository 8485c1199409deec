/* acts - the actions that mean the same in every view: the reader asks here when the view on top has no meaning of its own for one. */
#ifndef CONTRIB_GAZETTE_ACTS_H
#define CONTRIB_GAZETTE_ACTS_H

#include <stdbool.h>

#include "contrib/gazette/action.h"

struct view;

/* Does it for the view, which has the keys. False if it is none of these. */
bool	acts_do(struct view *, enum action);

#endif
