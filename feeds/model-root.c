#include "feeds/model-root.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct model_root roots[] = {
	{ "rss", NS_RSS, PLACE_ROOT, false, false, false, false },
	{ "RDF", NS_RSS, PLACE_ROOT, false, false, true, false },
	{ "channel", NS_RSS, PLACE_FEED, true, true, false, false },
	{ "redirect", NS_RSS, PLACE_REDIRECT, true, false, false, false },
	{ "feed", NS_ATOM, PLACE_FEED, true, false, false, false },
	{ "entry", NS_ATOM, PLACE_FEED, true, false, false, true },
};

static const struct { const char *version; enum doc_format format; } versions[] = {
	{ "0.91", DOC_RSS_091 }, { "0.92", DOC_RSS_092 }, { "0.93", DOC_RSS_093 }, { "0.94", DOC_RSS_094 },
	{ "2.0", DOC_RSS_20 }, { "2.00", DOC_RSS_20 }, { "2.01", DOC_RSS_20 }, { "2.1", DOC_RSS_20 },
};

const struct xml_attr *
model_root_attr(const struct xml_element *element, enum model_attr_name id)
{
	size_t i;

	for (i = 0; i < element->n_attrs; i++)
		if (element->attrs[i].id == id)
			return &element->attrs[i];
	return NULL;
}

bool
model_root_is_rdf090(const struct xml_element *element)
{
	return element->uri_len != 0 && xml_ns_of_uri(element->uri, element->uri_len) == NS_RSS090;
}

enum doc_format
model_root_format(const struct model_root *root, const struct xml_element *element)
{
	const struct xml_attr *version = model_root_attr(element, A_VERSION);
	size_t i;

	if (root->native == NS_ATOM) {
		if (element->ns == NS_ATOM03)
			return DOC_ATOM_03;
		return element->ns != NS_ATOM && version != NULL && version->len >= 3 && memcmp(version->value, "0.3", 3) == 0 ?
		    DOC_ATOM_03 : DOC_ATOM_10;
	}
	if (root->rdf)
		return element->default_uri != NULL &&
		    xml_ns_of_uri(element->default_uri, strlen(element->default_uri)) == NS_RSS090 ? DOC_RDF_090 : DOC_RDF_10;
	for (i = 0; version != NULL && i < sizeof(versions) / sizeof(versions[0]); i++)
		if (model_value_is(&(struct model_attr){ A_VERSION, version->value, version->len }, versions[i].version))
			return versions[i].format;
	return DOC_RSS;
}

const struct model_root *
model_root_find(const struct xml_element *element)
{
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (strlen(roots[i].local) != element->local_len ||
		    strncasecmp(roots[i].local, element->local, element->local_len) != 0)
			continue;
		if (roots[i].needs_ns && element->ns > NS_RSS090)
			return NULL;
		if (roots[i].strict && (element->ns == NS_UNKNOWN || memcmp(roots[i].local, element->local, element->local_len) != 0))
			return NULL;
		return &roots[i];
	}
	return NULL;
}

/* RDF is the root of others as well: its namespace makes nothing native. */
void
model_root_take(struct model_root_own *own, const struct model_root *root, const struct xml_element *element)
{
	own->has_root = true;
	own->native = root->native;
	own->uri_len = SIZE_MAX;
	if (root->rdf)
		return;
	own->uri = malloc(element->uri_len + 1);
	if (own->uri == NULL)
		abort();
	if (element->uri_len != 0)
		memcpy(own->uri, element->uri, element->uri_len);
	own->uri_len = element->uri_len;
}

void
model_root_forget(struct model_root_own *own)
{
	free(own->uri);
	*own = (struct model_root_own){ .has_root = false };
}

enum xml_ns
model_root_ns(const struct model_root_own *own, enum doc_format format, const char *uri, size_t len)
{
	enum xml_ns ns;

	if (own->has_root && len == own->uri_len && memcmp(uri, own->uri, len) == 0)
		return own->native;
	ns = xml_ns_of_uri(uri, len);
	if (!own->has_root)
		return ns;
	if (ns == NS_ATOM03)
		return NS_ATOM;
	if (own->native == NS_RSS && ns == NS_NONE)
		return NS_RSS;
	if ((format == DOC_RDF_090 || format == DOC_RDF_10) && (ns == NS_RSS090 || ns == NS_RSS10))
		return NS_RSS;
	return ns;
}
