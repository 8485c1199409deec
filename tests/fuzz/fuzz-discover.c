/* Any page; what is found can be fetched. */
#include <stdint.h>
#include <stdlib.h>

#include "feeds/discover.h"
#include "feeds/url.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(0);
	struct feed_candidate *list;
	size_t n = discover_feeds(arena, (const char *)data, size, "http://example.org/", 8, &list);

	if (n > 8)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!url_is_http(list[i].url))
			abort();
	arena_free(arena);
	return 0;
}
