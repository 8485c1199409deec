/*
 * jsonfeed-repair - JSON from what is nearly JSON (RFC 8259): raw control characters, bad escapes, half surrogate pairs
 * and bare quotes in strings; commas too many or missing; comments; integers too large; an end too early.
 */
#ifndef FEEDS_JSONFEED_REPAIR_H
#define FEEDS_JSONFEED_REPAIR_H

#include <stddef.h>

#include "feeds/base/buf.h"

/* Appends the document up to the last value that is complete, with everything open closed. */
void	jsonfeed_repair(const char *text, size_t len, struct buf *out);

#endif
