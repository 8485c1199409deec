/*
 * xml-tolerant - reads what is meant where a document is not well-formed XML, in front of the same model builder.
 *
 * It takes over where libxml2 gave up and knows: text before the root, bare ampersands and '<', HTML's entities,
 * control characters, unclosed and mismatched tags, names in the wrong case, unquoted, doubled and valueless
 * attributes, undeclared prefixes, an end anywhere. Each kind of repair leaves one warning.
 */
#ifndef FEEDS_XML_TOLERANT_H
#define FEEDS_XML_TOLERANT_H

#include "feeds/model-build.h"
#include "feeds/xml-entities.h"
#include "feeds/xml-scope.h"

struct xml_tolerant;

/* scope: the containers open in the builder; borrowed, changed. line: of the first byte pushed. */
struct xml_tolerant *xml_tolerant_new(struct model_build *, struct xml_entities *, struct xml_scope *,
		    const struct feed_limits *, size_t line);
void		 xml_tolerant_free(struct xml_tolerant *);

/* Valid UTF-8. False once it is clear that this is no feed but an HTML page. */
bool		 xml_tolerant_push(struct xml_tolerant *, const char *ptr, size_t len);
bool		 xml_tolerant_finish(struct xml_tolerant *);

/* Whether anything was repaired. */
bool		 xml_tolerant_repaired(const struct xml_tolerant *);

/* Whether, after finish(), the document turned out to end in the middle. */
bool		 xml_tolerant_cut(const struct xml_tolerant *);

#endif
