/*
 * poll - what is fetched next. Jobs come from feed.add, from refreshes, and from the schedule in the store, which is looked at in
 * portions (due.h), only as far as there is room: memory does not grow with what is due. The hosts' governor (host.h) says whose turn
 * it is, slots.h how many are fetched at once.
 *
 * The life of a job: WAITING (at its host) -> RUNNING (a fetcher has it) -> STORING (its answer is in the batch that is open) ->
 * gone (committed).
 *
 * When a fetcher dies by a fault of its own, the job that it had in its hands ends with OUTCOME_CRASH, and what else it had is sent
 * again and blamed for nothing. If nobody knows what it had in its hands, or it was killed from outside, all are sent again; those that
 * saw JOB_LOST_ALONE such ends are suspects and stand in line for a fetcher of their own, one at a time, while all others go on.
 * Whoever is alone when that dies by its own fault did it; killed from outside it is given up after JOB_LOST_MAX.
 */
#ifndef DAEMON_CORE_POLL_H
#define DAEMON_CORE_POLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/core.h"
#include "daemon/core/host.h"
#include "daemon/core/slots.h"
#include "daemon/core/trail.h"
#include "daemon/core/turns.h"
#include "daemon/shared/record.h"

enum {
	POLL_PORTION = 256,		/* feeds of refreshes looked up at a time */
	POLL_WAITING_MAX = 16384,	/* jobs that wait in memory */
	POLL_HOST_WAITING_MAX = 1024,	/* of them at one host; further ones are due again later */
	JOB_LOST_ALONE = 2,		/* unexplained ends of fetchers that a job sees before it is a suspect, */
	JOB_LOST_MAX = 10		/* and at the most */
};

struct fetcher;
struct store_target;

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_STORING };

struct job {
	struct host_item at_host;	/* first: a job is found by it */
	struct slot	 slot;
	struct job	*next;		/* among the suspects that wait */
	uint64_t	 id;
	uint32_t	 feed;		/* 0: feed.add wants it, see add */
	enum job_state	 state;
	struct fetcher	*fetcher;	/* RUNNING: which one has it */
	unsigned	 lost;		/* unexplained ends of the fetchers that it was at */
	bool		 found;		/* its URL was found on a page just now */
	bool		 fresh;		/* the feed has never been fetched well */
	int64_t		 interval_s;	/* as of the dispatch; 0: none */
	struct add	*add;
	struct trail	 trail;		/* where redirects have led it */
	uint32_t	 websub;	/* a hub is asked: which agreement (store-websub.h); 0: it is not */
	bool		 pushed;	/* a hub, or a user, sends the document, nobody is asked for it */
	struct document	*document;	/* of a user; NULL: it is no such */
	char		*form;		/* owned; of websub */
	char		*url, *settings;	/* owned; of the last dispatch, or what feed.add wants */
};

/* The store is open. */
struct poll	*poll_new(struct core *);
void		 poll_free(struct poll *);	/* adds_free() first: jobs of feed.add are theirs */

/* Something may be ready now: looks when the loop comes round. rescan: feeds may have become due behind its back. */
void		 poll_kick(struct poll *);
void		 poll_rescan(struct poll *);

/* The configuration has changed. */
void		 poll_limits(struct poll *);

/* Wants this feed fetched, in front of others at its host if urgent. NULL if there is no such feed. */
struct job	*poll_feed(struct poll *, uint32_t feed, bool urgent);

/* Wants a URL fetched for feed.add; both strings are copied. */
struct job	*poll_url(struct poll *, struct add *, const char *url, const char *settings);

/* For due.h: a job for a feed that is due, unless it has one or its host rests (until until_ms, monotonic) or is crowded. */
enum poll_take { POLL_TAKEN, POLL_THERE, POLL_RESTS, POLL_CROWDED };
enum poll_take	 poll_take(struct poll *, const struct store_target *, int64_t *until_ms);

/* Wants a hub asked by posting form; both strings are copied. websub_settled() comes. */
void		 poll_hub(struct poll *, uint32_t websub, const char *url, const char *form);

/* This fetcher is getting a document of this feed from its hub: the number of its job, which runs from now on. */
uint64_t	 poll_push(struct poll *, uint32_t feed, struct fetcher *);

/* The running job of this number, or NULL. */
struct job	*poll_job(const struct poll *, uint64_t id);

/* Its answer has come (RUNNING -> STORING): the next may start. address: where from (rec_done), or absent. */
void		 poll_answered(struct poll *, struct job *, struct span address);

/* It is over. */
void		 poll_finished(struct poll *, struct job *);

/* A redirect, its trail says where to: -> WAITING at that host, unless that rests; then this is its outcome. */
void		 poll_hop(struct poll *, struct job *, struct span address);

/* It has to be fetched (again), from this URL if given: -> WAITING, in front. */
void		 poll_again(struct poll *, struct job *, const char *url);

/* A fetcher has died. */
struct poll_loss {
	const struct fetcher *fetcher;
	const char	*why;		/* "ended by signal 11, Segmentation fault" */
	bool		 own_fault;	/* else it was killed, or had to go */
	bool		 counts;	/* something that it was at may have done it */
	uint64_t	 culprit;	/* the job that did, if it is one of this fetcher's; else nobody knows */
};
void		 poll_lost(struct poll *, const struct poll_loss *);

/* This host ("name:port") is left alone for so long. */
void		 poll_block(struct poll *, const char *host, int64_t seconds);

/*
 * Until when (milliseconds, monotonic) the host of this URL is left alone; 0: it may be asked. Of a feed: also the host where its redirects
 * led to.
 */
int64_t		 poll_blocked(struct poll *, const char *url);
int64_t		 poll_blocked_feed(struct poll *, const struct store_target *);

size_t		 poll_in_flight(const struct poll *);
size_t		 poll_queued(const struct poll *);

/* How long it takes to pick what is due and to hand it out. */
const struct turns *poll_turns(const struct poll *);

#endif
