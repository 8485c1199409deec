/*
 * silence - when a feed counts as fallen silent: no new entry has come for SILENCE_FACTOR times the longest pause between its newest
 * SILENCE_ENTRIES ones, and for SILENCE_LEAST_S. It is listened to from its first good poll on, whatever its first document dates from.
 */
#ifndef DAEMON_CORE_SILENCE_H
#define DAEMON_CORE_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/store-job.h"

enum {
	SILENCE_ENTRIES = 16,
	SILENCE_FACTOR = 3,
	SILENCE_LEAST_S = 30 * 86400,
	SILENCE_MOST_S = 3 * 365 * 86400
};

/* For how long a feed whose longest pause was that may have no entry. */
int64_t	silence_patience(int64_t longest_s);

/*
 * After a good poll with or without news: quiet_until_s and silent_since_s (the date of its newest entry, or
 * when it was subscribed to) of store_poll. The entries are looked at only when there was
 * news or the time is over. STORE_OK or an error of the disk.
 */
int	silence_judge(struct store_job *, uint32_t feed, const struct store_known *, int64_t at_s, bool news, struct store_poll *);

#endif
