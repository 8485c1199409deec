/*
 * rig-ask - one rig for all tests of a program, and the questions that they put to it. What is not as wanted fails the test.
 */
#ifndef TESTS_DAEMON_RIG_ASK_H
#define TESTS_DAEMON_RIG_ASK_H

#include <unistd.h>

#include "tests/daemon/rig.h"

extern struct rig rig;

/* Hosts have no spacing; what was polled just now may be polled a second later. */
#define ASK_QUICK "min_interval = 1s\nhost_spacing = 0s\n"

/* A daemon whose feeds are due once an hour, on hosts without spacing. */
int	 ask_setup_hourly(void **state);
int	 ask_teardown(void **state);

/* The integer at this path ("fetcher.pid") of a result, which is released; of status. */
json_int_t ask_number(json_t *result, const char *path);
json_int_t ask_status(const char *path);

/* How many entries match. */
json_int_t ask_count(const char *query);

/* A member of a feed as text, or of the object inner in it; "" if it is not there. To be freed. */
char	*ask_feed(const char *feed, const char *member, const char *inner);
void	 ask_want(const char *feed, const char *member, const char *inner, const char *want);

/* Subscribes, and waits for the first fetch or does not. */
void	 ask_add(const char *url);
void	 ask_add_later(const char *url);

/* Asks until it has come true; every question is answered, so this never spins for nothing. */
#define UNTIL(condition) UNTIL_EVERY(1, condition)

/* The same, asking again only after so long: who asks without end is served before those that have sent ahead (patience.h). */
#define UNTIL_EVERY(ms, condition) do { \
	for (int left_ms_ = 40000; !(condition); left_ms_ -= (ms)) { \
		if (left_ms_ <= 0) \
			fail_msg("%s did not come true", #condition); \
		usleep((ms) * 1000); \
	} \
} while (0)

#endif
