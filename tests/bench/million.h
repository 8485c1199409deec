/*
 * million - the files of the benchmark of that name: tests/bench/million.c.
 */
#ifndef TESTS_BENCH_MILLION_H
#define TESTS_BENCH_MILLION_H

#include <stdint.h>

struct million {
	int64_t	 feeds;		/* subscribed */
	int64_t	 rate;		/* so many of them are due each second */
	int64_t	 overdue;	/* so many are due already */
	int64_t	 changed;	/* one of so many has news */
	int64_t	 host_feeds;	/* so many live at one host */
	int	 port;		/* of the origin */
	const char *dir;	/* where gazette.db is */
};

#define MILLION_ETAG	"\"million\""	/* of the feeds that have no news */

/* Makes gazette.db. Ends the process with a message if it cannot. */
void	million_fill(const struct million *);

#endif
