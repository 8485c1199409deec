/*
 * schedule - when to look at a feed again: a pure function of what is known, and its reason in words.
 *
 * The next time is the end of the last fetch plus the longest of: the feed's interval (the user's, else min_interval), what
 * the server said (Retry-After; max-age or Expires), what the feed says (ttl), and after failures the interval doubled for
 * each failure in a row; plus 0 to 10 % that depend on the feed's id alone, so that feeds added together drift apart and stay so.
 * Hints only lengthen; all but Retry-After are capped at SCHEDULE_HINT_MAX_S. RFC 9110 section 10.2.3, RFC 9111 section 4.2.
 */
#ifndef DAEMON_CORE_SCHEDULE_H
#define DAEMON_CORE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SCHEDULE_HINT_MAX_S = 86400,		/* max-age and ttl count up to here */
	SCHEDULE_RETRY_MAX_S = 7 * 86400,	/* Retry-After counts up to here */
	SCHEDULE_THROTTLED_S = 3600,		/* first wait after 429 and 503 without Retry-After */
	SCHEDULE_MANUAL_S = 300,		/* what a user who cannot wait must wait, if min_interval is not less */
	SCHEDULE_MANUAL_FAILED_S = 30,		/* the same after a poll that failed */
	SCHEDULE_JITTER_PERCENT = 10,
	SCHEDULE_REASON_BYTES = 80
};

#define SCHEDULE_ABSENT INT64_MIN

struct schedule_in {
	int64_t	 feed;			/* its id */
	int64_t	 now_s;			/* end of the last fetch, seconds since 1970 */
	int64_t	 interval_s;		/* the user's for this feed; 0: none */
	int64_t	 min_interval_s, max_interval_s;	/* of the configuration */
	int64_t	 failures;		/* in a row, the last fetch included; 0: it was good */
	int64_t	 http_status;		/* of the last answer; 0: none */
	int64_t	 retry_after_s, max_age_s, ttl_min;	/* SCHEDULE_ABSENT */
};

struct schedule_out {
	int64_t	 next_s;		/* seconds since 1970; INT64_MAX when gone */
	bool	 gone;			/* the server says it will never come back: 410 */
	char	 reason[SCHEDULE_REASON_BYTES];	/* "every 1 h", "Retry-After of 2 d" */
};

void	schedule_next(const struct schedule_in *, struct schedule_out *);

/*
 * May the user have this feed polled now? True, or false with out->next_s and out->reason: not before a Retry-After is over
 * (retry_until_s, 0: none); not within SCHEDULE_MANUAL_S or min_interval, whichever is less, of the last fetch that
 * succeeded (last_success_s, 0: none); and not within SCHEDULE_MANUAL_FAILED_S or min_interval of the last fetch at all
 * (last_poll_s, 0: none).
 */
bool	schedule_manual(int64_t now_s, int64_t last_success_s, int64_t last_poll_s, int64_t retry_until_s, int64_t min_interval_s,
	    struct schedule_out *out);

#endif
