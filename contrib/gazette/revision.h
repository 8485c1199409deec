/*
 * revision - what an edit has changed in an entry, as a text to be laid out: words that went stand as [-words-], words that
 * came as {+words+}, in styles of their own.
 */
#ifndef CONTRIB_GAZETTE_REVISION_H
#define CONTRIB_GAZETTE_REVISION_H

#include <jansson.h>
#include <stdbool.h>

#include "contrib/gazette/body.h"

/* Makes the empty body the title and the text of both items. False: they read the same; only what does not show has changed. */
bool	revision_diff(struct body *, const json_t *before, const json_t *after);

#endif
