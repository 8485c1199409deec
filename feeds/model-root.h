/*
 * model-root - the elements that a feed may begin with, what format they make it, and which names are native then.
 */
#ifndef FEEDS_MODEL_ROOT_H
#define FEEDS_MODEL_ROOT_H

#include "feeds/model-build.h"

struct model_root {
	const char	*local;
	enum xml_ns	 native;		/* what the document's own elements are: NS_RSS or NS_ATOM */
	enum model_place place;
	bool		 needs_ns;		/* in a namespace of another module it is no root */
	bool		 strict;		/* nor in another case or an unknown namespace: CDF, RSS 1.1 */
	bool		 rdf, entry;
};

/* NULL if no feed begins with the element. */
const struct model_root *model_root_find(const struct xml_element *);

enum doc_format	model_root_format(const struct model_root *, const struct xml_element *);

/* RDF says which RSS it is by the namespace of its elements. */
bool		model_root_is_rdf090(const struct xml_element *);

/* The names that are the document's own: those of its format, and all in the namespace of its root. */
struct model_root_own { bool has_root; enum xml_ns native; char *uri; size_t uri_len; };

void		model_root_take(struct model_root_own *, const struct model_root *, const struct xml_element *);
void		model_root_forget(struct model_root_own *);
enum xml_ns	model_root_ns(const struct model_root_own *, enum doc_format, const char *uri, size_t len);

/* The element's attribute, or NULL. */
const struct xml_attr *model_root_attr(const struct xml_element *, enum model_attr_name);

#endif
