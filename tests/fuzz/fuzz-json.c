/*
 * Any bytes as a JSON Feed: no crash, what comes out is JSON again, and the same however the bytes are cut.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tests/feeds/feed-dump.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf out = BUF_INIT(1 << 28), pieces = BUF_INIT(1 << 28);
	const char *line, *end;
	json_t *json;

	if (feed_dump(data, size, 0, &opt, &out) == FEED_OK)
		for (line = out.ptr; line < out.ptr + out.len; line = end + 1) {
			end = memchr(line, '\n', (size_t)(out.ptr + out.len - line));
			json = json_loadb(line, (size_t)(end - line), 0, NULL);
			if (json == NULL)
				abort();
			json_decref(json);
		}
	feed_dump(data, size, 1 + size % 13, &opt, &pieces);
	if (pieces.len != out.len || memcmp(pieces.ptr, out.ptr, out.len) != 0)
		abort();
	buf_free(&out);
	buf_free(&pieces);
	return 0;
}
