/*
 * store-websub - hubs that feeds name, and what has been agreed with them (table websub).
 *
 * A row belongs to a feed, one at most, or to none: then it is what is left of an agreement, to be ended. That a feed is
 * removed, paused, gone or moved is seen by triggers of the schema, so no caller has to think of it. next_s says when there is
 * something to do; whether anything is done is the caller's business (websub.h). All but store_websub_counts() read and write the batch.
 */
#ifndef DAEMON_CORE_STORE_WEBSUB_H
#define DAEMON_CORE_STORE_WEBSUB_H

#include "daemon/core/store.h"

/* The numbers are kept, and in the schema's triggers. */
enum websub_state {
	WEBSUB_NAMED = 0,	/* the feed names it, and that is all */
	WEBSUB_ASKED = 1,	/* it has been asked, and has not said yes (yet, or any more) */
	WEBSUB_VERIFIED = 2,	/* it has promised to tell of news, until until_s */
	WEBSUB_REFUSED = 3,	/* it has said no */
	WEBSUB_LEAVING = 4,	/* what it has promised is not wanted any more; the row has no feed */
	WEBSUB_STATES
};

struct store_websub {
	uint32_t id, feed;			/* feed 0: none */
	enum websub_state state;
	struct span hub, topic;
	struct span callback, token, secret;	/* the prefix that it was asked with; absent until then */
	int64_t	 next_s;			/* STORE_NEVER */
	int64_t	 until_s;			/* STORE_ABSENT */
	int64_t	 failures;			/* requests in a row that led to nothing, the last one included until it does */
};

typedef int (*store_websub_fn)(void *arg, const struct store_websub *);

/* What a document of this feed says; hub absent: none. What was agreed with another hub or for another topic is to be ended. */
int	store_websub_name(struct store *, uint32_t feed, struct span hub, struct span topic);

/* Those with something to do, the longest overdue first; when the next one has, or STORE_NEVER. */
int	store_websub_due(struct store *, int64_t now_s, unsigned limit, store_websub_fn, void *arg);
int	store_websub_next(struct store *, int64_t *when_s);

/* One, by its number, its feed or its token. ENONE. */
int	store_websub_get(struct store *, uint32_t id, store_websub_fn, void *arg);
int	store_websub_of(struct store *, uint32_t feed, store_websub_fn, void *arg);
int	store_websub_find(struct store *, struct span token, store_websub_fn, void *arg);

/* Writes everything but feed, hub and topic. */
int	store_websub_put(struct store *, const struct store_websub *);
int	store_websub_drop(struct store *, uint32_t id);

/* Whether the feed's hub has promised to tell of news. */
int	store_websub_promised(struct store *, uint32_t feed, int64_t now_s, bool *promised);

/* Takes back what was agreed under another callback than this one; absent: everything. Only names are left. */
int	store_websub_forget(struct store *, struct span callback);

/* The next poll is not later than when_s (why: schedule_why()), unless the feed is not polled at all. */
int	store_websub_hurry(struct store *, uint32_t feed, int64_t when_s, int64_t why);

/* Rows by state; of the verified ones those whose time is over do not count. */
int	store_websub_counts(struct store *, int64_t now_s, int64_t counts[WEBSUB_STATES]);

#endif
