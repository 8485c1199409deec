/*
 * xml-ns - the namespaces that feeds use, as small numbers.
 *
 * URIs are compared without regard to case, http/https and a trailing "/" or "#"
 * (Namespaces in XML 1.0; the leniency is what publishers need).
 */
#ifndef FEEDS_XML_NS_H
#define FEEDS_XML_NS_H

#include <stddef.h>

enum xml_ns {
	NS_UNKNOWN,		/* some namespace that no row names */
	NS_NONE,		/* no namespace at all */
	NS_RSS,			/* the native elements of RSS and RDF, whatever their URI */
	NS_ATOM, NS_ATOM03, NS_RSS10, NS_RSS090, NS_RDF,
	NS_DC, NS_CONTENT, NS_ITUNES, NS_GOOGLEPLAY, NS_MEDIA, NS_PODCAST, NS_GEORSS, NS_GML, NS_GEO, NS_ICBM,
	NS_SY, NS_SLASH, NS_WFW, NS_THR, NS_FEEDBURNER, NS_CC, NS_CREATIVECOMMONS, NS_ADMIN, NS_TOMBSTONE, NS_PSC,
	NS_XHTML, NS_SVG, NS_MATHML, NS_XML,
	NS_COUNT
};

/* The namespace of a URI; NS_UNKNOWN if none of ours, NS_NONE if len is 0. */
enum xml_ns	xml_ns_of_uri(const char *uri, size_t len);

/* The namespace that a prefix usually means where a document forgot to declare it. */
enum xml_ns	xml_ns_of_prefix(const char *prefix, size_t len);

#endif
