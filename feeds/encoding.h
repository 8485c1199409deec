/*
 * encoding - bytes in, valid UTF-8 out, whatever the document says or forgets to say.
 *
 * Which encoding: the byte order mark; the charset of the HTTP field; the XML declaration, or UTF-16 and UTF-32 seen
 * from the first bytes; UTF-8. One that nobody knows, or that the first lookahead_bytes show to be
 * wrong, gives way to the next, with a warning. In UTF-8, where nothing else was named, a byte that cannot be is read
 * as windows-1252. Byte order marks at the beginning are dropped.
 */
#ifndef FEEDS_ENCODING_H
#define FEEDS_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"
#include "feeds/model.h"

struct encoding;

/* content_type may be NULL; the strings are borrowed for the call only. */
struct encoding *encoding_new(const char *content_type, const struct feed_limits *, struct model_warnings *);
void		 encoding_free(struct encoding *);

/* Appends to out what is certain by now; everything if final. */
void		 encoding_push(struct encoding *, const void *bytes, size_t len, bool final, struct buf *out);

/* The lower-case name of what the bytes were read with; known after the last byte. */
const char	*encoding_name(const struct encoding *);

#endif
