#include "daemon/core/spread.h"

enum { MS = 1000 };

void
spread_begin(struct spread *spread, int64_t now_ms, int64_t min_interval_s)
{
	int64_t window_ms = min_interval_s * MS / SPREAD_PART;

	*spread = (struct spread){ .begun_ms = now_ms, .window_ms = window_ms < SPREAD_MAX_MS ? window_ms : SPREAD_MAX_MS };
}

/* The first at once, the last when the window is over. */
int64_t
spread_room(const struct spread *spread, int64_t now_ms)
{
	int64_t gone_ms = now_ms - spread->begun_ms, allowed;

	if (gone_ms >= spread->window_ms)
		return spread->total - spread->taken;
	allowed = spread->total > 1 ? 1 + (spread->total - 1) * gone_ms / spread->window_ms : spread->total;
	return allowed > spread->taken ? allowed - spread->taken : 0;
}

int64_t
spread_when(const struct spread *spread)
{
	if (spread->taken >= spread->total)
		return INT64_MAX;
	if (spread->total <= 1 || spread->taken == 0)
		return spread->begun_ms;
	/* rounded up: not before spread_room() says so */
	return spread->begun_ms + (spread->taken * spread->window_ms + spread->total - 2) / (spread->total - 1);
}
