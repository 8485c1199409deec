/*
 * add - feed.add with wait: fetch first, subscribe when it is a feed. The call is answered once all is committed, or with the
 * reason why nothing was; a call whose client has gone is carried out all the same.
 */
#ifndef DAEMON_CORE_ADD_H
#define DAEMON_CORE_ADD_H

#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/core/store-feed.h"
#include "feeds/base/arena.h"

enum { ADDS_MAX = 1024 /* that wait at a time */ };

struct add;
struct adds;
struct rpc_call;
struct settle;

struct adds	*adds_new(struct core *);
void		 adds_free(struct adds *);

/* Takes the call. settings: the object as text, copied. */
void		 add_start(struct adds *, struct rpc_call *, const char *url, const char *settings);

/* For settle: the feed as it is to be stored, with the URL that proved to be one. Lists are in the arena. */
void		 add_describe(const struct add *, const char *url, int64_t now_s, struct store_feed_new *, struct arena *);

/* It is committed, or refused: answers and ends the add. */
void		 add_settled(struct add *, const struct settle *);

/* All that wait are told no. */
void		 adds_fail(struct adds *, const char *word, const char *message);

#endif
