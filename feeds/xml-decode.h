/*
 * xml-decode - libxml2's character encoding handlers as a converter to UTF-8.
 */
#ifndef FEEDS_XML_DECODE_H
#define FEEDS_XML_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

struct xml_decode;

/* NULL if nobody knows an encoding of that name. */
struct xml_decode *xml_decode_new(const char *name);
void		 xml_decode_free(struct xml_decode *);

/*
 * Appends what the bytes mean to out; what is left over of a character waits for the next call, unless final.
 * A byte that means nothing becomes U+FFFD and is counted in *errors.
 */
void		 xml_decode_push(struct xml_decode *, const void *bytes, size_t len, bool final, struct buf *out, size_t *errors);

#endif
