/*
 * model-queue - finished entries on their way out. One that a later fact of the feed could still change (a relative
 * URL, the language) waits, and those behind it wait too: document order holds. What waits is bounded.
 */
#ifndef FEEDS_MODEL_QUEUE_H
#define FEEDS_MODEL_QUEUE_H

#include "feeds/model.h"

struct model_queue {
	struct model_context *context;
	feed_entry_fn	*on_entry;
	void		*arg;
	struct model_unit *first, **last;	/* waiting */
	size_t		 waiting_bytes;
	struct model_unit *spare;		/* arenas to use again */
	struct arena	*work;			/* what one conversion needs, reset after each */
};

void	model_queue_init(struct model_queue *, struct model_context *, feed_entry_fn *, void *arg);
void	model_queue_free(struct model_queue *);

/* An empty unit for the next entry; back unused. */
struct model_unit *model_queue_unit(struct model_queue *);
void	model_queue_drop(struct model_queue *, struct model_unit *);

/* The unit is complete. settled: what is known of the feed now. */
void	model_queue_put(struct model_queue *, struct model_unit *, const struct model_settled *);

/* More is known of the feed: if nothing needs to wait any more, nothing does. */
void	model_queue_reconsider(struct model_queue *, const struct model_settled *);

/* Everything that waits, with what is known now. */
void	model_queue_flush(struct model_queue *);

#endif
