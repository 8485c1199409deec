/*
 * known - the names that the daemon knows, for lines to be completed from: all tags, and saved searches. They are asked for when a line
 * begins to be typed; until the answer is here, and while the daemon is away, what was known before is.
 */
#ifndef CONTRIB_GAZETTE_KNOWN_H
#define CONTRIB_GAZETTE_KNOWN_H

#include <jansson.h>
#include <stddef.h>

#include "contrib/gazette/session.h"

enum { KNOWN_TAGS_MAX = 10000 /* that are kept: nobody chooses among more */ };

struct known {
	struct session	*session;
	json_t		*tags, *searches;	/* arrays of texts; NULL: nothing has come yet */
	json_t		*coming;		/* tags anew, as far as they have come */
};

void	 known_ask(struct known *);
void	 known_free(struct known *);		/* the session is still there */

/* The row-th of them, NULL behind the last. Names that could not be typed as they are shown are left out. */
const char *known_tag(const struct known *, size_t row);
const char *known_search(const struct known *, size_t row);

#endif
