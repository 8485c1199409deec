/*
 * fetch - one job from its URL to its outcome: the parser fed as bytes arrive, the row of records built beside it, and
 * what came of it in one line. A redirect ends it with OUTCOME_HOP: core sends the job again, with where it has led so far,
 * when it is its turn at that host. A fetch is used again for the next job.
 *
 * On the network it behaves as follows.
 *	- Conditional: validators go, byte for byte, to the URL they belong to and to no other (RFC 9110 section 13).
 *	- At most FETCH_HOPS_MAX redirects, no loop, http and https only, never from https to http. User name, password,
 *	  cookie and own headers go to the job's own origin alone (RFC 9110 section 15.4).
 *	- Limits of time for the connection, for the speed and for all of it; while we stop reading ourselves none runs.
 *	- Nothing of a document that did not arrive whole is handed on.
 *	- A job with a form posts it; any 2xx is well, and only 307 and 308 lead on, with the form (RFC 9110 section 15.4).
 *
 * The mark (mark.h) is not ours: it names the job while a transfer calls us, and whoever calls us sets it before.
 */
#ifndef DAEMON_FETCHER_FETCH_H
#define DAEMON_FETCHER_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/fetcher/multi.h"
#include "daemon/fetcher/pace.h"
#include "daemon/fetcher/row.h"
#include "daemon/fetcher/transfer.h"
#include "daemon/shared/loop.h"
#include "feeds/base/hash.h"

/* Of the hashes of what entries say: for ever the same. */
extern const struct hash_key fetch_content_key;

enum {
	FETCH_HOPS_MAX = 10,
	FETCH_DISCARD_MAX = 64 << 10,		/* of a body that says nothing; with more the connection is given up */
	FETCH_ROW_FACTOR = 4,			/* a row may be so many times max_body, */
	FETCH_ROW_MAX = 128 << 20		/* but no larger than this */
};

struct fetch;

struct fetch_ops {
	/* More of the document has come: whether it may be read now; if not, the fetch is paused. */
	bool	(*may_read)(void *arg);
	/* frames[0..len) are the answer, borrowed. The fetch may be started again from here, but not freed. */
	void	(*on_done)(void *arg, const char *frames, size_t len);
};

/* scratch and clock may be shared with other fetches; the clock ticks while any of them works. */
struct fetch	*fetch_new(struct multi *, struct row_scratch *scratch, const struct pace_clock *clock, const struct fetch_ops *, void *arg);
void		 fetch_free(struct fetch *);

/*
 * frame: a valid RECORD_JOB (copied). config must outlive the fetch's work. on_done may come before it returns.
 */
void		 fetch_start(struct fetch *, const struct transfer_config *config, const char *frame, size_t len);

/* Ends it without an answer. */
void		 fetch_cancel(struct fetch *);

/* Looks whether a limit of time (pace.h) has been crossed; call it every PACE_TICK_MS. on_done may come before it returns. */
void		 fetch_tick(struct fetch *);

/* Stops and resumes reading from the network, and the clock with it. on_done may come before it returns. */
void		 fetch_pause(struct fetch *, bool pause);

uint64_t	 fetch_job(const struct fetch *);

/* Memory that is taken by what waits in it for the end of the document. */
size_t		 fetch_held(const struct fetch *);

#endif
