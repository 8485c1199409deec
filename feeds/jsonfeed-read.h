/*
 * jsonfeed-read - values of JSON to the model, retyped where they have the wrong type. Internal to jsonfeed.
 */
#ifndef FEEDS_JSONFEED_READ_H
#define FEEDS_JSONFEED_READ_H

#include <jansson.h>

#include "feeds/model.h"

/* Where strings go that are not used as they stand in the value. */
struct jsonfeed_reader { struct model_context *context; struct arena *arena; };

/* What items depend on: the context's base, the feed's addresses and language. The value may be NULL here and below. */
void	jsonfeed_read_settled(struct jsonfeed_reader *, const json_t *root, struct doc_feed *);

/* All that a feed has beside its items. */
void	jsonfeed_read_feed(struct jsonfeed_reader *, const json_t *root, struct doc_feed *);

void	jsonfeed_read_item(struct jsonfeed_reader *, const json_t *item, const struct doc_feed *, struct doc_entry *);

#endif
