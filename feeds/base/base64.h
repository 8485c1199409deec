/* base64 - RFC 4648 section 4. */
#ifndef FEEDS_BASE_BASE64_H
#define FEEDS_BASE_BASE64_H

#include "feeds/base/buf.h"

/* Appends the bytes as text, padded. */
void	base64_encode(const void *ptr, size_t len, struct buf *out);

/*
 * Appends what the text stands for. White space is passed over, the other alphabet of section 5 is taken too, "=" ends it. 0, or -1
 * if there is anything else in it; what came before that has been appended then.
 */
int	base64_decode(const char *str, size_t len, struct buf *out);

#endif
