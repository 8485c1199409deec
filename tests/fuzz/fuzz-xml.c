/*
 * Any bytes as a feed, in two ways of cutting: no crash, and the same document. The first byte chooses the
 * pieces and whether there is a Content-Type. With a small limit on tags, which libxml2 reaches or does
 * not reach before its own complaint, only the warnings may differ: then nothing is compared.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/feeds/feed-dump.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const types[] = {
	NULL, NULL, "text/xml", "application/rss+xml; charset=iso-8859-1", "text/xml; charset=utf-16", "text/xml; charset=big5",
	"application/atom+xml;charset=utf-8", "text/xml; charset=shift_jis"
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf whole = BUF_INIT(1 << 28), pieces = BUF_INIT(1 << 28);

	if (size == 0)
		return 0;
	opt.url = data[0] & 8 ? "http://example.org/a/feed" : NULL;
	opt.content_type = types[data[0] & 7];
	opt.limits.lookahead_bytes = 512;
	opt.limits.held_bytes = 8192;
	if (size % 8 == 0)
		opt.limits.tag_bytes = 512;
	feed_dump(data + 1, size - 1, 0, &opt, &whole);
	feed_dump(data + 1, size - 1, 1 + (data[0] >> 4) * 5, &opt, &pieces);
	if (size % 8 != 0 && (whole.len != pieces.len || memcmp(whole.ptr, pieces.ptr, whole.len) != 0))
		abort();
	buf_free(&whole);
	buf_free(&pieces);
	return 0;
}
