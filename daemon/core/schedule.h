/*
 * schedule - when to look at a feed again: pure functions of what is known, and the reason in words.
 *
 * The next time is the end of the last fetch plus the longest of these waits, each of which only lengthens:
 *	interval	the user's for this feed, else by the feed's habit (below), never less than min_interval; a feed
 *			without validators, which is sent whole each time, not before SCHEDULE_UNCONDITIONAL_S or max_interval;
 *			one whose hub tells of news (WebSub) is only looked at once in max_interval, in case the hub fails
 *	hints		max-age or Expires (RFC 9111 section 4.2); ttl; sy:updatePeriod by sy:updateFrequency, or with
 *			sy:updateBase until its next turn. All of them up to SCHEDULE_HINT_MAX_S
 *	failures	min_interval (or the user's) doubled for each in a row, up to max_interval and SCHEDULE_BACKOFF_MAX_S
 *			429 and 503 without Retry-After: from SCHEDULE_THROTTLED_S on
 *			the fetcher crashed at it SCHEDULE_CRASHES_MAX times in a row: never by itself, it is in quarantine
 *	410		SCHEDULE_GONE_S; the second in a row is the end
 *	Retry-After	up to SCHEDULE_RETRY_MAX_S (RFC 9110 section 10.2.3)
 * To that comes 0 to SCHEDULE_JITTER_PERCENT of it (after failures SCHEDULE_FAILED_JITTER_PERCENT), by the seed alone, at least a
 * second, since now is rounded down. What then is in the feed's skipHours or skipDays (UTC) goes on to their end.
 *
 * Habit. How often a feed has news is learnt from each good poll: one that found something new is one event, however much it
 * was. Several events between two polls look like one; schedule_learn() makes up for that (an expectation-maximisation step
 * for a Poisson process seen through polls) and forgets with a half-life of SCHEDULE_HALF_LIFE_S. The delay of all entries
 * together is least, for a given number of polls, if intervals go with 1 / sqrt(rate); the factor, the pace, is one for all
 * feeds, such that they are polled once in schedule_budget() on average. With a min_interval of less than SCHEDULE_WEB_MIN_S,
 * which is for servers of one's own, every feed is polled that often.
 */
#ifndef DAEMON_CORE_SCHEDULE_H
#define DAEMON_CORE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SCHEDULE_HINT_MAX_S = 86400,		/* max-age, ttl and sy: count up to here */
	SCHEDULE_RETRY_MAX_S = 7 * 86400,	/* Retry-After counts up to here */
	SCHEDULE_BACKOFF_MAX_S = 86400,		/* failures alone do not make it longer */
	SCHEDULE_UNCONDITIONAL_S = 86400,	/* between polls that cannot be answered "not modified" */
	SCHEDULE_GONE_S = 86400,		/* from a 410 to the poll that has to confirm it, if max_interval is not less */
	SCHEDULE_THROTTLED_S = 3600,		/* first wait after 429 and 503 without Retry-After, by hand too */
	SCHEDULE_WEB_MIN_S = 300,		/* a min_interval below is for servers of one's own */
	SCHEDULE_MANUAL_S = 300,		/* what a user who cannot wait must wait, if min_interval is not less */
	SCHEDULE_MANUAL_FAILED_S = 30,		/* the same after a poll that failed */
	SCHEDULE_CRASHES_MAX = 3,
	SCHEDULE_JITTER_PERCENT = 10,
	SCHEDULE_FAILED_JITTER_PERCENT = 25,
	SCHEDULE_BUDGET_FACTOR = 4,		/* min_interval times this is the mean interval of all feeds */
	SCHEDULE_HALF_LIFE_S = 14 * 86400,	/* so old, an event counts half */
	SCHEDULE_MEMORY_S = 20 * 86400,		/* what is seen in all, weighed by age: half-life / ln 2 */
	SCHEDULE_BIN_S = 900,			/* entries published within are one event */
	SCHEDULE_HISTORY_S = 90 * 86400,	/* how far back a document tells of the habit */
	SCHEDULE_REASON_BYTES = 96
};

#define SCHEDULE_ABSENT INT64_MIN

/* --- habit -------------------------------------------------------------------------------- */

/* Two numbers that are kept with the feed. watched_s 0: nothing is known. */
struct schedule_habit {
	int64_t	 posts_u;		/* events, in millionths */
	int64_t	 watched_s;		/* within so many seconds */
};

/* From the times of known entries: events, distinct bins of SCHEDULE_BIN_S; span_s, from the oldest to now. */
void	schedule_start(struct schedule_habit *, int64_t events, int64_t span_s);

/* A good poll, since_s after the good one before it, with or without news. Failed polls teach nothing. */
void	schedule_learn(struct schedule_habit *, int64_t since_s, bool news);

/* Events a day; at least one in a year, one a day if nothing is known. */
double	schedule_rate(const struct schedule_habit *);

/* The mean interval in seconds that all feeds together are to have under this configuration. */
int64_t	schedule_budget(int64_t min_interval_s, int64_t max_interval_s);

/*
 * The pace: a feed's interval is pace / sqrt(rate) seconds, but not less than min_interval nor more than max_interval, so that
 * on average a feed is polled once in budget_s. rates: of all feeds or a fair sample of them; without any, one a day.
 */
double	schedule_pace(const double *rates, size_t count, int64_t budget_s, int64_t min_interval_s, int64_t max_interval_s);

/* --- when ----------------------------------------------------------------------------------- */

/* What the document says of its rhythm. */
struct schedule_hints {
	int64_t	 ttl_min;		/* SCHEDULE_ABSENT */
	int64_t	 update_s;		/* sy:updatePeriod by sy:updateFrequency; 0: none */
	int64_t	 base_s;		/* sy:updateBase, SCHEDULE_ABSENT */
	uint32_t skip_hours;		/* bit N: hour N, UTC */
	uint32_t skip_days;		/* bit 0: Monday ... bit 6: Sunday */
};

struct schedule_in {
	uint64_t seed;			/* for jitter: the feed's id, so that feeds added together drift apart and stay so */
	int64_t	 now_s;			/* end of the last fetch, seconds since 1970, rounded down */
	int64_t	 interval_s;		/* the user's for this feed; 0: none */
	int64_t	 min_interval_s, max_interval_s;	/* of the configuration */
	struct schedule_habit habit;
	double	 pace;			/* 0: none, the interval is the budget */
	bool	 pushed;		/* a hub has promised to tell of news */
	bool	 unconditional;		/* it has been fetched well, but there is no validator to ask with */
	int64_t	 failures;		/* in a row, the last fetch included; 0: it was good */
	int64_t	 crashes;		/* in a row that the fetcher crashed at it, the last fetch included; 0: it did not */
	int64_t	 http_status;		/* of the last answer; 0: none */
	bool	 was_gone;		/* the fetch before it ended with 410, too */
	int64_t	 retry_after_s, max_age_s;	/* SCHEDULE_ABSENT */
	struct schedule_hints hints;
};

/* The numbers are kept in the store. */
enum schedule_kind {
	SCHEDULE_PUT_OFF = 0,		/* it was due, but its host has to be left alone */
	SCHEDULE_USER = 1, SCHEDULE_LEAST = 2, SCHEDULE_HABIT = 3, SCHEDULE_MOST = 4, SCHEDULE_UNCONDITIONAL = 5,
	SCHEDULE_MAX_AGE = 6, SCHEDULE_TTL = 7, SCHEDULE_UPDATE = 8, SCHEDULE_FAILING = 9, SCHEDULE_RETRY = 10,
	SCHEDULE_SKIP = 11, SCHEDULE_GONE = 12, SCHEDULE_ASKED = 13, /* the user changed what matters */
	SCHEDULE_QUARANTINE = 14, SCHEDULE_HUB = 15
};

struct schedule_out {
	int64_t	 next_s;		/* seconds since 1970; INT64_MAX when gone or in quarantine */
	bool	 gone;			/* the server said twice in a row that it will never come back: 410 */
	bool	 quarantined;
	int64_t	 interval_s;		/* the rhythm without hints and failures */
	int64_t	 why;			/* schedule_why() */
	char	 reason[SCHEDULE_REASON_BYTES];	/* schedule_words() of it */
};

void	schedule_next(const struct schedule_in *, struct schedule_out *);

/* A kind and its wait as one number to keep, and that number in words: "the server's Retry-After of 2 d". */
int64_t	schedule_why(enum schedule_kind, int64_t wait_s);
void	schedule_words(int64_t why, const struct schedule_habit *, char out[SCHEDULE_REASON_BYTES]);

/*
 * May the user have this feed polled now? True, or false with out->next_s and out->reason: not before a Retry-After is over
 * (retry_until_s, 0: none); not within SCHEDULE_MANUAL_S or min_interval, whichever is less, of the last fetch that
 * succeeded (last_success_s, 0: none); and not within SCHEDULE_MANUAL_FAILED_S or min_interval of the last fetch at all
 * (last_poll_s, 0: none).
 */
bool	schedule_manual(int64_t now_s, int64_t last_success_s, int64_t last_poll_s, int64_t retry_until_s, int64_t min_interval_s,
	    struct schedule_out *out);

#endif
