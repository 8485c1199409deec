/*
 * turns - how long the turns of something take: of the schedule, which everything else in core waits for meanwhile.
 *
 *	turns_begin(&turns, now_us, cpu_us);
 *	...
 *	turns_end(&turns, now_us, cpu_us);
 *
 * Times are microseconds of a clock that does not go back, and CPU time used. All zero is a fresh one.
 */
#ifndef DAEMON_CORE_TURNS_H
#define DAEMON_CORE_TURNS_H

#include <stdint.h>

enum { TURNS_SPAN_US = 60 * 1000000 };	/* the longest is of the last one or two of these */

struct turns {
	uint64_t count;
	int64_t	 total_us, cpu_us;
	int64_t	 begun_us, begun_cpu_us, span_us;	/* this turn, and the span that it is in */
	int64_t	 longest_us, before_us;	/* in this span, and in the one before */
};

void	turns_begin(struct turns *, int64_t now_us, int64_t cpu_us);
void	turns_end(struct turns *, int64_t now_us, int64_t cpu_us);
int64_t	turns_longest_us(const struct turns *);

#endif
