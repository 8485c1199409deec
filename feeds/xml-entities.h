/*
 * xml-entities - what &name; means in a feed: XML's five, the document's own (internal ones, as text), HTML's.
 *
 * An entity of the document is expanded when it is first named, to limits.entity_bytes at most, and
 * all expansions of a document together to limits.expansion_bytes: a bomb stays small.
 */
#ifndef FEEDS_XML_ENTITIES_H
#define FEEDS_XML_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"
#include "feeds/model.h"

struct xml_entities;

struct xml_entities *xml_entities_new(const struct feed_limits *, struct model_warnings *);
void		 xml_entities_free(struct xml_entities *);

/* Remembers how much was expanded; goes back there, or to the beginning, without declarations. */
void		 xml_entities_mark(struct xml_entities *);
void		 xml_entities_rewind(struct xml_entities *, bool to_beginning);

/* The first declaration of a name counts (XML 1.0 section 4.2). */
void		 xml_entities_declare(struct xml_entities *, const char *name, size_t name_len, const char *value, size_t len);

/* Declares what <!ENTITY name "value"> in a document type declaration does. */
void		 xml_entities_read(struct xml_entities *, const char *doctype, size_t len);

/* The replacement text, borrowed until the next call; NULL, with a warning, if nobody knows the name. */
const char	*xml_entities_find(struct xml_entities *, const char *name, size_t name_len, size_t *len);

#endif
