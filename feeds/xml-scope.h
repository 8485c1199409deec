/*
 * xml-scope - the open elements and the namespaces they declare.
 */
#ifndef FEEDS_XML_SCOPE_H
#define FEEDS_XML_SCOPE_H

#include <stddef.h>

#include "feeds/base/buf.h"

struct xml_scope_element { size_t name_at, name_len, n_bindings; };	/* bindings before it */
struct xml_scope_binding { size_t prefix_at, prefix_len, uri_at, uri_len; };

struct xml_scope {
	struct xml_scope_element *elements;
	size_t		 n_elements, cap_elements;
	struct xml_scope_binding *bindings;
	size_t		 n_bindings, cap_bindings;
	struct buf	 text;			/* names, prefixes, URIs */
};

void		 xml_scope_init(struct xml_scope *);
void		 xml_scope_free(struct xml_scope *);

/* An element opens; what is bound after it belongs to it. The name is as written, with its prefix. */
void		 xml_scope_push(struct xml_scope *, const char *name, size_t len);
void		 xml_scope_bind(struct xml_scope *, const char *prefix, size_t prefix_len, const char *uri, size_t uri_len);
void		 xml_scope_pop(struct xml_scope *);

/* The name of the open element, level 0 being the innermost. Borrowed until the next change. */
const char	*xml_scope_name(const struct xml_scope *, size_t level, size_t *len);

/* The URI of a prefix ("" for the default namespace: absent is ""); NULL if it is not declared. Borrowed as well. */
const char	*xml_scope_uri(const struct xml_scope *, const char *prefix, size_t prefix_len, size_t *len);

#endif
