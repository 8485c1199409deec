/*
 * store-feed - feeds, their settings, their schedule.
 *
 * A feed's id is a small positive number, never given twice. Its url is unique. Settings are a JSON object that the store keeps
 * and does not read. Feeds are never paused, moved or removed by the store itself but for moves (store-job.h).
 */
#ifndef DAEMON_CORE_STORE_FEED_H
#define DAEMON_CORE_STORE_FEED_H

#include "daemon/core/store.h"

/* --- for clients: committed ---------------------------------------------------------------- */

enum { STORE_WEEKS = 8, STORE_WEEKS_ENTRIES = 1000, STORE_WEEK_S = 7 * 86400 };

struct store_feed {
	uint32_t id;
	struct span url, original_url;	/* original: what was subscribed to, if it moved since */
	struct span title;		/* shown: the user's, else the feed's, else the url */
	struct span user_title, feed_title;
	struct span home_page_url, description, language, format, icon;
	struct span members;		/* JSON object: all the feed says (rec_feed.members) */
	struct span settings;		/* JSON object, "{}" at least; holds secrets */
	struct span_list tags;		/* sorted */
	int64_t	 unread, total;
	int64_t	 newest_s;		/* when its newest entry was received, or STORE_ABSENT, as all below */
	int64_t	 added_s, last_poll_s, last_success_s, next_poll_s, interval_s;
	bool	 paused, gone, quarantined;	/* not polled; next_poll_s is STORE_NEVER */
	int64_t	 failures;		/* in a row; 0: the last poll was well */
	int64_t	 since_s;		/* of the first of them */
	struct span error_word, error_message;
	int64_t	 error_status;		/* HTTP, 0: none */
	int64_t	 retry_s;		/* the server asked not to be polled before */
	int64_t	 why;			/* what decided next_poll_s, schedule_why() */
	int64_t	 posts_u, watched_s;	/* how often it has news, see store-job.h */
	struct span hub;		/* that it names, if any; what has been agreed with it and until when: store-websub.h */
	int64_t	 hub_state, hub_until_s;
	int64_t	 weeks[STORE_WEEKS];	/* store_feed_weeks(), if known */
	bool	 weeks_known;
};

typedef int (*store_feed_fn)(void *arg, const struct store_feed *);

/* How many entries a feed has of each of the last weeks, oldest first, as far as its newest STORE_WEEKS_ENTRIES tell. */
int	store_feed_weeks(struct store *, uint32_t feed, int64_t now_s, int64_t weeks[STORE_WEEKS]);

/* store_feed_each() of what lists need: id, title, tags, counts, health, error; what else is text is absent. A third of its time. */
int	store_feed_brief(struct store *, uint32_t after, store_feed_fn, void *arg);

/* Those with a higher id than after, ordered by id, as many as the callback wants; their ids alone; or one (ENONE). */
int	store_feed_each(struct store *, uint32_t after, store_feed_fn, void *arg);
int	store_feed_ids(struct store *, int (*)(void *arg, uint32_t feed), void *arg);
int	store_feed_get(struct store *, uint32_t feed, store_feed_fn, void *arg);

/* A selector: an id, a URL, or a unique part of a title. ENONE, EAMBIGUOUS (the error names some). */
int	store_feed_find(struct store *, struct span selector, uint32_t *feed);

/* ENONE. A few microseconds. */
int	store_feed_counts(struct store *, uint32_t feed, int64_t *unread, int64_t *total);
/* Of all with a higher id than after, ordered by id, as many as the callback wants: a microsecond each. */
typedef int (*store_counts_fn)(void *arg, uint32_t feed, int64_t unread, int64_t total);
int	store_feed_counts_each(struct store *, uint32_t after, store_counts_fn, void *arg);

/* --- mutations ----------------------------------------------------------------------------- */

struct store_feed_new {
	struct span url, user_title, settings;	/* settings absent: {} */
	struct span_list tags;
	int64_t	 now_s, next_poll_s;
	bool	 paused;			/* there is no next poll then */
};

/* EEXIST: *feed is the one that has this url (or had it first) and nothing was changed. EVALUE. */
int	store_feed_add(struct store *, const struct store_feed_new *, uint32_t *feed);

/* What is NULL stays. An empty user_title gives the feed's own back. url: EEXIST if another feed has it. */
struct store_feed_edit {
	const struct span *url, *user_title, *settings;
	const struct span_list *tags;		/* replace all */
	const struct span_list *add_tags;
	const bool *paused;			/* false: also forgets that it is gone or in quarantine, and makes it due now */
	const int64_t *next_poll_s;		/* ends a quarantine; not logged as a change */
	int64_t	 why;				/* with next_poll_s, or when polled again after a pause: schedule_why() */
	int64_t	 now_s;
};
int	store_feed_edit(struct store *, uint32_t feed, const struct store_feed_edit *);

/*
 * With all its entries. *items: how many. One change, "feed-removed". From then on nobody sees any of it, but if they are more than
 * STORE_SWEEP_AT_ONCE the entries are there until store_feed_sweep() has removed them, STORE_SWEEP_STEP a call.
 */
int	 store_feed_remove(struct store *, uint32_t feed, int64_t now_s, int64_t *items);

/* One step, some milliseconds. 1: there is more to do; 0: removed feeds have nothing left; or an error. A mutation. */
int	 store_feed_sweep(struct store *, int64_t now_s);

enum { STORE_SWEEP_AT_ONCE = 200, STORE_SWEEP_STEP = 50 };

/* --- for the scheduler: batch ---------------------------------------------------------------- */

/* What a poll needs to know. */
struct store_target {
	uint32_t feed;
	struct span url, settings;
	struct span validators_url, etag, last_modified;	/* of the last good document, and where it was */
	bool	 has_body_hash;
	uint64_t body_hash;
	bool	 paused, gone, quarantined;
	int64_t	 next_poll_s, last_poll_s, last_success_s, interval_s, retry_s;	/* STORE_ABSENT, STORE_NEVER */
	int64_t	 entries;				/* stored of it */
	struct span error_word;			/* of the last poll; absent: it was well */
};

typedef int (*store_target_fn)(void *arg, const struct store_target *);

/*
 * Those due at now_s, in order of (next_poll_s, feed), at most limit, strictly after the given pair; start with
 * (INT64_MIN, 0). Due means neither paused nor gone nor in quarantine.
 */
int	store_due(struct store *, int64_t now_s, int64_t after_s, uint32_t after_feed, unsigned limit, store_target_fn, void *arg);
int	store_target(struct store *, uint32_t feed, store_target_fn, void *arg);	/* ENONE */

/*
 * A host ("name:port") asked to be left alone until then; a shorter wish than an earlier one changes nothing. Joins the batch,
 * beginning one if need be. And all whose time is still to come, in order of it.
 */
typedef int (*store_rest_fn)(void *arg, struct span host, int64_t until_s);
int	store_rest(struct store *, struct span host, int64_t now_s, int64_t until_s);
int	store_rests(struct store *, int64_t now_s, store_rest_fn, void *arg);

/*
 * Those due at until_s or before, in the same order after the same pair, at most limit of them: no more than when, and whether they
 * were ever polled. For a look at very many.
 */
int	store_overdue(struct store *, int64_t until_s, int64_t after_s, uint32_t after_feed, unsigned limit,
	    void (*each)(void *arg, uint32_t feed, int64_t next_poll_s, bool polled), void *arg);

/* When the next feed is due: STORE_NEVER if none will be. */
int	store_next_due(struct store *, int64_t *when_s);

/* Puts the next poll off without any other effect (why is 0 then); joins the batch, beginning one if need be. ENONE. */
int	store_schedule(struct store *, uint32_t feed, int64_t next_poll_s);

/*
 * Lets go, and makes due at now_s, who is in quarantine under another version than this, with why to be said; its crashes still count. A
 * transaction of its own. *count: how many.
 */
int	store_release(struct store *, const char *version, int64_t now_s, int64_t why, int64_t *count);

/* How often feeds have news: of max of them, evenly spread over all, or of all if they are not more. */
struct store_habit { int64_t posts_u, watched_s; };
int	store_habits(struct store *, struct store_habit *, size_t max, size_t *count);

#endif
