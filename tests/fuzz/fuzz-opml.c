/* Any of the three forms; what is written reads as the same list. */
#include <stdint.h>
#include <stdlib.h>

#include "feeds/opml.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = BUF_INIT(1 << 28), twice = BUF_INIT(1 << 28);
	struct arena *arena = arena_new(0);
	const char *error;
	struct opml opml;

	if (opml_read(arena, (const char *)data, size, &opml, &error) == 0) {
		opml_write(&opml, &once);
		if (opml_read(arena, once.ptr, once.len, &opml, &error) != 0)
			abort();
		opml_write(&opml, &twice);
		if (twice.len != once.len || memcmp(once.ptr, twice.ptr, once.len) != 0)
			abort();
	}
	buf_free(&once), buf_free(&twice), arena_free(arena);
	return 0;
}
