/*
 * store-job - takes in what one fetch brought: its entries, its feed, its outcome.
 *
 * A job is collected in memory first, record by record (store_job_entry() copies), because an entry can only be told
 * from others by looking at the whole document: which guids repeat, which links are shared. Nothing is written
 * before the outcome is known; then everything is, at once. So a job needs no transaction while it waits, any number
 * may be open, and a fetcher that dies costs a store_job_free().
 *
 *	struct store_job *job = store_job_new(store);
 *	store_job_entry(job, &entry);		for each RECORD_ENTRY; STORE_EVALUE: too many or too large
 *	store_job_feed(job, &feed);		at RECORD_FEED
 *	at RECORD_DONE, in one turn:
 *		store_job_apply(job, feed_id, now_s, &counts);		entries and feed; only for OUTCOME_OK
 *		store_job_finish(job, feed_id, &done, &poll);		the outcome
 *	store_job_free(job);
 *
 * Both go into the batch (one is begun if none is open), inside a savepoint of the job's own: if apply or finish
 * fails, nothing of the job stays. For other outcomes than OUTCOME_OK call finish alone. After STORE_EFULL or STORE_EIO
 * the whole batch is gone; the job may be applied again.
 *
 * Identity (one feed; never across feeds). An entry has aliases: its guid, its canonical link, a fingerprint of title and
 * text, each a keyed hash. The whole document is matched in three rounds, each entry at most once:
 *   guid		if it occurs once in the document and never stood for two entries; where the title and the link are others than
 *			then, only if these (or the fingerprint and the date) are not those of yet another entry: some feeds
 *			number what a document has. Not either where the guids count from 1 on and nothing else is as it was;
 *   link		if no other entry of the document has it and it is not the feed's home page; with a guid that is
 *			new, only if the title is the same too, or the date to the second, or the text; without one, not if it
 *			leads to another place of the same page with another title and text;
 *   fingerprint	if there is no usable link; without text, only if the date is the same too (or it has no guid, and
 *			there was no date and is none).
 * What matches is updated in place: id, place in the order, unread, starred, received stay. Only title, text, link
 * count as edited, never dates or position. An edited entry keeps its earlier text as a revision. Other authors, tags or attachments
 * (facts.h) replace the old ones, and that is all: no revision, not unread again. What was
 * removed leaves its aliases, so that it does not come back. An entry twice in a document is one. Counters and the like (noise.h) are no
 * change either; the text that is there stays then. What was decided otherwise than usual is noted (store-trace.h).
 */
#ifndef DAEMON_CORE_STORE_JOB_H
#define DAEMON_CORE_STORE_JOB_H

#include "daemon/core/store.h"

struct store_job;

enum {
	STORE_JOB_ENTRIES_MAX = 100000,
	STORE_JOB_BYTES_MAX = 256 << 20,	/* of one document's records */
	STORE_ALIAS_GUIDS_MAX = 4		/* guids remembered of one entry: the first ones and the last */
};

struct store_counts {
	uint64_t added, updated, same, gone;	/* gone: known, but removed here before */
	int64_t	 newest_s;			/* publication time of the newest added, or STORE_ABSENT */
};

struct store_job *store_job_new(struct store *);
void	store_job_free(struct store_job *);	/* NULL is fine */

/* Copies. EVALUE: beyond the limits above; the job is then to be given up. */
int	store_job_entry(struct store_job *, const struct rec_entry *);
int	store_job_feed(struct store_job *, const struct rec_feed *);
uint64_t store_job_entries(const struct store_job *);	/* so far; must equal rec_done.entries */

/*
 * The document is what somebody has read elsewhere, to be said before apply: what is new in it comes as read, and is told as a change
 * with the detail STORE_PAST; known entries and what is known of the feed stay as they are.
 */
#define STORE_PAST "past"
void	store_job_past(struct store_job *);

/*
 * Writes entries and feed facts. ENONE: the feed has been removed meanwhile. What rec_feed says of the rhythm is kept as "hints":
 * {"ttl_min":60,"update_period":"daily","update_frequency":2,"update_base":DATE,"skip_hours":BITS,"skip_days":BITS}, absent
 * facts absent.
 */
int	store_job_apply(struct store_job *, uint32_t feed, int64_t now_s, struct store_counts *);

/* What the schedule decides by. url and hints (the new ones, after apply) are borrowed until finish. */
struct store_known {
	struct span url;		/* as it is now: the user may have changed it meanwhile */
	struct span hints;
	int64_t	 posts_u, watched_s;	/* how often it has news; watched_s 0: not known yet */
	int64_t	 last_success_s;	/* STORE_ABSENT: never */
	int64_t	 failures, crashes;	/* in a row */
	int64_t	 status;		/* HTTP, of the last poll if it failed; 0: none */
	int64_t	 added_s;
	int64_t	 quiet_until_s, silent_since_s;	/* see silence.h; STORE_ABSENT */
	bool	 unconditional;		/* fetched well from this url, but there is nothing to ask "not modified" by */
};

/* Between apply, if that is called, and finish, which needs the same and so has it. ENONE. */
int	store_job_known(struct store_job *, uint32_t feed, struct store_known *);

/*
 * When the feed's newest entries were published, those of apply included: at how many times that are in different portions of bin_s
 * and not before since_s, and the oldest time, not before since_s. An entry without a date counts as when it came. None: 0, now_s.
 * At most STORE_HISTORY_MAX are looked at.
 */
enum { STORE_HISTORY_MAX = 500 };
int	store_job_history(struct store_job *, uint32_t feed, int64_t now_s, int64_t since_s, int64_t bin_s, int64_t *times,
	    int64_t *oldest_s);

/*
 * When the newest entry was published, those of apply included, and the longest pause between the newest count ones. An entry without
 * a date counts as when it came. None: STORE_ABSENT; fewer than two: no pause, 0.
 */
int	store_job_pauses(struct store_job *, uint32_t feed, unsigned count, int64_t *newest_s, int64_t *longest_s);

/* What the schedule decided. */
struct store_poll {
	int64_t	 at_s;			/* the end of the fetch */
	int64_t	 next_poll_s;		/* STORE_NEVER: not by itself */
	int64_t	 interval_s;		/* the rhythm, for people; STORE_ABSENT: unknown */
	int64_t	 retry_s;		/* the server asked not to be polled before; STORE_ABSENT: it did not */
	bool	 gone;			/* 410: polled no more */
	bool	 bound;			/* its own settings must not go to another origin: it does not move by itself */
	int64_t	 crashes;		/* in a row, this one included */
	struct span quarantine;		/* the version under which it is polled no more; absent: it is */
	int64_t	 why;			/* what decided next_poll_s, schedule_why() */
	int64_t	 posts_u, watched_s;	/* how often it has news; watched_s 0: as before */
	int64_t	 quiet_until_s;		/* without news by then it counts as silent; 0: this and the next as before */
	int64_t	 silent_since_s;	/* STORE_ABSENT: it is not silent */
};

/*
 * Writes the outcome. OK: validators, body hash and the document's url replace the old ones (absent: forgotten). NOT_MODIFIED:
 * those given replace, the others stay. Failure: all stay; failures, since and the error are kept. A permanent_url (a good
 * document lay there) becomes the feed's url when two good polls in a row gave it, unless another feed has it, the poll says bound or
 * the user has taken that move back: *moved is then true (may be NULL). Each move is kept, see store-health.h. A change "feed-changed" is logged when health, url, title or another shown fact changed.
 */
int	store_job_finish(struct store_job *, uint32_t feed, const struct rec_done *, const struct store_poll *, bool *moved);

/* Instead of finish, for a document that nobody was asked for: what apply wrote stays, and the feed's schedule as it is. */
int	store_job_keep(struct store_job *, uint32_t feed, int64_t now_s);

/* What RECORD_FEED says of WebSub; borrowed from the job, absent if there was none. */
void	store_job_hub(const struct store_job *, struct span *hub, struct span *self_url);

#endif
