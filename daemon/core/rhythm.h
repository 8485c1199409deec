/*
 * rhythm - what schedule.c is told: a feed's hints and habit out of the store, and the pace of all feeds.
 */
#ifndef DAEMON_CORE_RHYTHM_H
#define DAEMON_CORE_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/schedule.h"
#include "daemon/core/store-job.h"

struct store_feed;

enum {
	RHYTHM_SAMPLE = 512,		/* feeds that the pace is counted by, if there are more */
	RHYTHM_COUNT_POLLS = 8192,	/* it is counted again after so many polls, at first much sooner, */
	RHYTHM_COUNT_S = 86400		/* or after so long */
};

/* The pace as it was counted last. All zero at first. */
struct rhythm_pace {
	double	 pace;
	int64_t	 counted_s;
	unsigned left, every;		/* polls until it is counted again, and how many that were */
	int64_t	 min_interval_s, max_interval_s;	/* that it was counted with */
};

/* The hints of store-job.h; a text that is no such object has none. */
void	rhythm_hints(struct span text, struct schedule_hints *);

/*
 * A feed's habit after a good poll: learnt from it, or if nothing was known from what is stored of the feed, this
 * poll's entries included. STORE_OK or an error of the disk.
 */
int	rhythm_learn(struct store_job *, uint32_t feed, const struct store_known *, int64_t at_s, bool news, struct schedule_habit *);

/* For schedule_in.pace: 0 if that does not matter. Counting it takes a millisecond or two. */
double	rhythm_pace(struct rhythm_pace *, struct store *, int64_t min_interval_s, int64_t max_interval_s, int64_t now_s);

/* Why the feed is polled next when it is: "every 2 h, with news about 3 times a day"; "" if that is not known. */
void	rhythm_reason(const struct store_feed *, char out[SCHEDULE_REASON_BYTES]);

#endif
