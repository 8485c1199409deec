/*
 * xml-names - for the tolerant reader: what names mean in a scope, and references in text and values.
 */
#ifndef FEEDS_XML_NAMES_H
#define FEEDS_XML_NAMES_H

#include "feeds/model-build.h"
#include "feeds/xml-entities.h"
#include "feeds/xml-scope.h"
#include "feeds/xml-tag.h"

enum { XML_NAMES_URI_BYTES = 128 };

/* All but bare and last are borrowed. */
struct xml_names {
	const struct model_build *build;
	struct xml_entities *entities;
	const struct xml_scope *scope;
	struct arena	*arena;			/* for decoded values */
	const struct feed_limits *limits;
	bool		 bare;			/* an ampersand that begins no reference was decoded */
	struct {				/* the last URI and what it is */
		char	 uri[XML_NAMES_URI_BYTES];
		size_t	 len;
		enum xml_ns ns;
		bool	 has_root;
	} last;
};

void	xml_names_init(struct xml_names *, const struct model_build *, struct xml_entities *, const struct xml_scope *,
	    struct arena *, const struct feed_limits *);

/*
 * Fills in all but the attributes; an undeclared prefix means what it usually does, its URI is "". That of an attribute
 * makes xml_names_attr() false.
 */
void	xml_names_element(struct xml_names *, const char *name, size_t len, struct xml_element *);
bool	xml_names_attr(struct xml_names *, const struct xml_tag_attr *, struct xml_attr *);

/* Warns of such a prefix. */
void	xml_names_undeclared(struct model_warnings *, const char *prefix, size_t len);

/* The reference at ptr ("&..."): its length, 0 if there is none, SIZE_MAX if more bytes must come first (never if final). */
size_t	xml_names_reference(const char *ptr, size_t avail, bool final);

/* Appends the value with its references replaced. */
void	xml_names_decode(struct xml_names *, const char *ptr, size_t len, struct buf *out);

#endif
