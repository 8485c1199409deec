/*
 * xml-strict - libxml2's SAX2 push parser in front of the model builder: the fast path for well-formed documents.
 *
 * Text comes in as valid UTF-8. No DTD is loaded, no entity expanded by libxml2, no file or
 * network touched. At the first fault, or where a limit of ours says so, it stops; the other
 * reader can take over at xml_strict_safe() with the scope.
 */
#ifndef FEEDS_XML_STRICT_H
#define FEEDS_XML_STRICT_H

#include "feeds/model-build.h"
#include "feeds/xml-entities.h"
#include "feeds/xml-scope.h"

enum xml_strict_status {
	XML_STRICT_OK,
	XML_STRICT_FAULT,	/* not well-formed */
	XML_STRICT_LIMIT,	/* well-formed so far, but too much for libxml2 */
	XML_STRICT_FOREIGN,	/* the root is no feed's */
};

struct xml_strict;

struct xml_strict *xml_strict_new(struct model_build *, struct xml_entities *, const struct feed_limits *);
void		 xml_strict_free(struct xml_strict *);

enum xml_strict_status xml_strict_push(struct xml_strict *, const char *ptr, size_t len);
enum xml_strict_status xml_strict_finish(struct xml_strict *);

/* The byte after the last safe place (model-build.h), counted from the first byte pushed, and its line (from 1). */
size_t		 xml_strict_safe(const struct xml_strict *, size_t *line);

/* The containers that are open there. Owned by the reader. */
struct xml_scope *xml_strict_scope(struct xml_strict *);

#endif
