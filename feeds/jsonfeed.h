/*
 * jsonfeed - reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) into the document model, as it arrives.
 *
 * An item is handed on when it is complete and the feed has said what the item depends on: the home page if it has
 * relative URLs, the language if it has one of its own. Others wait, and all behind them, until the document ends; where
 * their text is more than held_bytes they go on with what is known, and there is a warning.
 */
#ifndef FEEDS_JSONFEED_H
#define FEEDS_JSONFEED_H

#include "feeds/model.h"

struct jsonfeed;

/*
 * The feed's facts land in the arena, each entry's in one of its own, gone after on_entry. All that is given must live as
 * long as the reader; the context is for it alone.
 */
struct jsonfeed	*jsonfeed_new(struct model_context *, struct arena *, struct doc_feed *, feed_entry_fn *on_entry, void *arg);
void		 jsonfeed_free(struct jsonfeed *);

/* More of the document, which is valid UTF-8. */
void		 jsonfeed_push(struct jsonfeed *, const char *ptr, size_t len);

/* After the last byte: 0, or -1 with *error (static) if it is no JSON Feed. What breaks off is read up to there, with a warning. */
int		 jsonfeed_finish(struct jsonfeed *, const char **error);

/* Whether, after finish(), the document turned out to end in the middle. */
bool		 jsonfeed_is_cut(const struct jsonfeed *);

/* The memory that holds text. */
size_t		 jsonfeed_kept(const struct jsonfeed *);

#endif
