/*
 * refresh - feed.refresh: feeds polled now, within manners, and what came of it. A refresh is its feeds' numbers (8 bytes
 * a feed), looked at in portions as poll has room, so that a refresh of everything is no burden; feeds that have a job anyway are joined.
 */
#ifndef DAEMON_CORE_REFRESH_H
#define DAEMON_CORE_REFRESH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/core.h"

enum {
	REFRESHES_MAX = 64,		/* at a time, */
	REFRESH_FEEDS_MAX = 1000000,	/* with so many feeds together; a single one may have more */
	REFRESH_PROGRESS_MS = 200,	/* between two notifications */
	REFRESH_ERRORS_MAX = 1000,	/* told one by one in the answer, as many skipped ones; all are counted */
};

struct refreshes;
struct rpc_call;
struct settle;

struct refreshes *refreshes_new(struct core *);
void		 refreshes_free(struct refreshes *);

/*
 * Takes the call and the array of n different feeds (malloc). picked: the user named them: paused ones and those that are gone or in
 * quarantine are polled too. wait false: the call is answered at once.
 */
void		 refresh_start(struct refreshes *, struct rpc_call *, uint32_t *feeds, size_t count, bool picked, bool wait);

/* For poll, which has room: looks at up to max more feeds. False if there are none. */
bool		 refresh_fill(struct refreshes *, size_t max);

/* What came of a feed is committed; or the feed is no more. */
void		 refresh_settled(struct refreshes *, const struct settle *);
void		 refresh_gone(struct refreshes *, uint32_t feed);

/* All that wait are told no. */
void		 refresh_fail(struct refreshes *, const char *word, const char *message);

#endif
