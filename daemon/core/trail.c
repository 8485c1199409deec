#include "daemon/core/trail.h"

#include <stdlib.h>
#include <string.h>

#include "feeds/url.h"

void
trail_clear(struct trail *trail)
{
	for (size_t i = 0; i < trail->n_urls; i++)
		free(trail->urls[i]);
	free(trail->urls);
	*trail = (struct trail){ 0 };
}

bool
trail_take(struct trail *trail, const struct rec_done *done)
{
	size_t count = done->hops.count;
	bool good = count >= 2 && done->permanent_hops < count;

	trail_clear(trail);
	if (!good)
		return false;
	trail->urls = calloc(count, sizeof *trail->urls);
	if (trail->urls == NULL)
		abort();
	for (size_t i = 0; i < count; i++) {
		trail->urls[i] = strndup(done->hops.items[i].ptr, done->hops.items[i].len);
		if (trail->urls[i] == NULL)
			abort();
		trail->n_urls++;
		good = good && url_is_http(trail->urls[i]);
	}
	trail->permanent = done->permanent_hops;
	trail->elapsed_ms = done->elapsed_ms;
	if (!good)
		trail_clear(trail);
	return good;
}

const char *
trail_end(const struct trail *trail)
{
	return trail->n_urls > 0 ? trail->urls[trail->n_urls - 1] : NULL;
}

bool
trail_is_from(const struct trail *trail, struct span url)
{
	return trail->n_urls == 0 || (strlen(trail->urls[0]) == url.len && memcmp(trail->urls[0], url.ptr, url.len) == 0);
}

void
trail_fill(const struct trail *trail, struct rec_job *record, struct arena *arena)
{
	if (trail->n_urls == 0)
		return;
	record->hops.items = arena_zalloc(arena, trail->n_urls * sizeof *record->hops.items);
	record->hops.count = trail->n_urls;
	for (size_t i = 0; i < trail->n_urls; i++)
		record->hops.items[i] = span_of(trail->urls[i]);
	record->permanent_hops = trail->permanent;
	record->elapsed_ms = trail->elapsed_ms;
}
