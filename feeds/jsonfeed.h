/*
 * jsonfeed - reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) into the document model.
 */
#ifndef FEEDS_JSONFEED_H
#define FEEDS_JSONFEED_H

#include "feeds/model.h"

/*
 * Reads a whole document of valid UTF-8. The feed's facts land in the arena, each entry's in one of
 * its own, gone after on_entry. 0, or -1 with *error (static) if it is no JSON Feed; a document that breaks off is
 * read up to there, with a warning.
 */
int	jsonfeed_read(struct model_context *, struct arena *, const char *text, size_t len, struct doc_feed *,
	    feed_entry_fn *on_entry, void *arg, const char **error);

#endif
