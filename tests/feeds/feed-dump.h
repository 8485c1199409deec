/*
 * feed-dump - for tests: what the parser makes of bytes, as one text.
 */
#ifndef TESTS_FEEDS_FEED_DUMP_H
#define TESTS_FEEDS_FEED_DUMP_H

#include <stddef.h>

#include "feeds/base/buf.h"
#include "feeds/parser.h"

/*
 * Pushes the bytes in pieces of chunk bytes (0: all at once) and appends to out: the items, one
 * JSON object a line, then the feed's; or "error N: message" and the candidates. Returns the parser's verdict.
 */
int	feed_dump(const void *bytes, size_t len, size_t chunk, const struct feed_options *, struct buf *out);

/* A whole file; aborts if it cannot be read. */
void	feed_dump_file(const char *path, struct buf *out);

#endif
