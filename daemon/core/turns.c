#include "daemon/core/turns.h"

void
turns_begin(struct turns *turns, int64_t now_us, int64_t cpu_us)
{
	int64_t gone_us = now_us - turns->span_us;

	turns->begun_us = now_us;
	turns->begun_cpu_us = cpu_us;
	if (turns->count > 0 && gone_us < TURNS_SPAN_US)
		return;
	turns->before_us = gone_us < 2 * (int64_t)TURNS_SPAN_US ? turns->longest_us : 0;
	turns->longest_us = 0;
	turns->span_us = now_us;
}

void
turns_end(struct turns *turns, int64_t now_us, int64_t cpu_us)
{
	int64_t took_us = now_us - turns->begun_us;

	turns->count++;
	turns->total_us += took_us;
	turns->cpu_us += cpu_us - turns->begun_cpu_us;
	if (took_us > turns->longest_us)
		turns->longest_us = took_us;
}

int64_t
turns_longest_us(const struct turns *turns)
{
	return turns->longest_us > turns->before_us ? turns->longest_us : turns->before_us;
}
