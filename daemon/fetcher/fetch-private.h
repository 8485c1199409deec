/*
 * fetch-private - one job, as fetch.c (from its beginning on) and fetch-answer.c (what an answer means, its end) share it.
 */
#ifndef DAEMON_FETCHER_FETCH_PRIVATE_H
#define DAEMON_FETCHER_FETCH_PRIVATE_H

#include <xxhash.h>

#include "daemon/fetcher/address.h"
#include "daemon/fetcher/credentials.h"
#include "daemon/fetcher/fetch.h"
#include "daemon/fetcher/pace.h"
#include "feeds/base/arena.h"
#include "feeds/parser.h"

struct fetch {
	struct transfer	*transfer;
	const struct fetch_ops *ops;
	void		*arg;

	struct arena	*arena;			/* of one job */
	char		*frame;			/* what the job's spans point into; in the arena */
	const struct transfer_config *config;
	struct rec_job	 job;
	struct credentials own;
	bool		 active, paused;
	int64_t		 started_ms;
	struct pace	 pace;
	const struct pace_clock *clock;

	const char	*hops[FETCH_HOPS_MAX + 1];	/* the job's URL and those it led to */
	size_t		 n_hops;
	size_t		 n_permanent;		/* so many of the first redirects were for good */
	char		 address[ADDRESS_BYTES];	/* where it was asked; "": none to be told */
	bool		 conditional;		/* validators were sent on this hop */

	struct feed_parser *parser;		/* NULL: the body says nothing */
	bool		 discarding;		/* the answer has a body that says nothing */
	bool		 parsed_out;		/* the parser wants no more */
	struct row	 row;
	XXH3_state_t	*hash;			/* of the body; decides about nothing but this feed */
	uint64_t	 body_bytes, wire_bytes;
};

int64_t	 fetch_now_ms(const struct fetch *);
const char *fetch_url(const struct fetch *);		/* of this hop */

/* --- fetch-answer.c --------------------------------------------------------------------------------- */

/* What core is told, as far as the head (NULL: there is none) says it. */
struct rec_done fetch_done(const struct transfer_head *);

/* The end of the job: transfer, parser and entries go, and core is told. Whoever is told may start the next one. */
void	 fetch_fail(struct fetch *, struct rec_done *, enum outcome, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void	 fetch_fail_large(struct fetch *, struct rec_done *);

/* The transfer is over: what its answer means is done, which ends the job. */
void	 fetch_answer(struct fetch *, const struct transfer_head *, const struct transfer_end *);

/* The transfer is not wanted any more. */
void	 fetch_stop(struct fetch *);

#endif
