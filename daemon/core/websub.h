/*
 * websub - hubs that feeds name (W3C WebSub): asks them to tell of news, answers their questions whether we did, takes what they push,
 * asks again before a promise ends, and asks them to stop when it is not wanted any more. Only with websub_callback in the
 * configuration; without it hubs are remembered (store-websub.h) and otherwise left alone.
 *
 * The way of an agreement:
 *	NAMED		a good document has named hub and topic
 *	ASKED		a request has been handed out: a job of poll, so that the hub's host is treated as any other
 *	VERIFIED	the hub has asked back at our callback, which ends in a token of 128 random bits that only it knows
 *	REFUSED		it has said no; it is asked again some day
 * A request counts as failed until the hub has asked back; the wait before the next one doubles (lease.h). When a promise is
 * broken or refused the feed is looked at as often as before, and soon.
 *
 * The secret that signs what is pushed (WebSub section 5.1) is told to hubs behind https and to hubs on this very machine: over a
 * network and in clear it would be everybody's.
 */
#ifndef DAEMON_CORE_WEBSUB_H
#define DAEMON_CORE_WEBSUB_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/shared/record.h"

enum {
	WEBSUB_ASKING_MAX = 32,		/* requests to hubs at a time, those included that wait for their host */
	WEBSUB_TOKEN_BYTES = 16,	/* random ones; twice as many digits */
	WEBSUB_SECRET_BYTES = 32,
	WEBSUB_LOOK_MS = 60 * 1000	/* between two looks at what there is to do, at most */
};

struct fetcher;
struct job;
struct settle;

struct websub	*websub_new(struct core *);
void		 websub_free(struct websub *);

/* The configuration is there, or has changed. The store is open, and no batch. */
void		 websub_configure(struct websub *);

/* There may be something to do: looks when the loop comes round. */
void		 websub_kick(struct websub *);

/* Whether the feed's hub tells of news. STORE_OK, or an error. */
int		 websub_promised(struct websub *, uint32_t feed, int64_t now_s, bool *promised);

/* What came of a request to a hub; into the batch. STORE_OK, or an error of the disk. */
int		 websub_settle(struct websub *, const struct settle *);

/* What the feed's hub has sent was the end of a fetcher: for a day it is refused. Into the batch; as above. */
int		 websub_distrust(struct websub *, uint32_t feed);

/* What came of a request or a push is committed. */
void		 websub_settled(struct websub *, const struct settle *);

/* A frame of RECORD_HUB_CALL from this fetcher. NULL, or how it breaks the contract. */
const char	*websub_frame(struct websub *, struct fetcher *, const char *ptr, size_t len);

/* For status: documents that were pushed since the start and taken, or not. */
struct websub_figures { bool on; uint64_t pushed, ignored; };
void		 websub_figures(const struct websub *, struct websub_figures *);

#endif
