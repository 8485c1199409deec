/* A base and, on the next line, a reference. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/url.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size != 0 ? memchr(data, '\n', size) : NULL;
	size_t len = line != NULL ? (size_t)(line - data) : 0;
	struct arena *arena = arena_new(0);
	const char *base = arena_strndup(arena, (const char *)data, len), *ref = (const char *)data + len, *url, *once;

	url_resolve_html(arena, base, ref, size - len, true);
	url = url_resolve(arena, base, ref, size - len);
	once = url_canonical(arena, url);
	if (once != NULL && strcmp(url_canonical(arena, once), once) != 0)
		abort();
	url_host_port(arena, url);
	arena_free(arena);
	return 0;
}
