#include "feeds/xml-ns.h"

#include <string.h>
#include <strings.h>

enum { URI_MAX = 128 };

struct ns_row { enum xml_ns ns; const char *name; };

/* Without scheme, in lower case, without a trailing '/' or '#'. */
static const struct ns_row uris[] = {
	{ NS_ATOM, "www.w3.org/2005/atom" },
	{ NS_ATOM03, "purl.org/atom/ns" },
	{ NS_RSS10, "purl.org/rss/1.0" },
	{ NS_RSS090, "my.netscape.com/rdf/simple/0.9" },
	{ NS_RSS090, "channel.netscape.com/rdf/simple/0.9" },
	{ NS_RDF, "www.w3.org/1999/02/22-rdf-syntax-ns" },
	{ NS_DC, "purl.org/dc/elements/1.1" },
	{ NS_DC, "purl.org/dc/elements/1.0" },
	{ NS_DC, "purl.org/dc/terms" },
	{ NS_CONTENT, "purl.org/rss/1.0/modules/content" },
	{ NS_ITUNES, "www.itunes.com/dtds/podcast-1.0.dtd" },
	{ NS_ITUNES, "itunes.com/dtds/podcast-1.0.dtd" },
	{ NS_GOOGLEPLAY, "www.google.com/schemas/play-podcasts/1.0" },
	{ NS_GOOGLEPLAY, "www.google.com/schemas/play-podcasts/1.0/play-podcasts.xsd" },
	{ NS_MEDIA, "search.yahoo.com/mrss" },
	{ NS_MEDIA, "video.search.yahoo.com/mrss" },
	{ NS_MEDIA, "tools.search.yahoo.com/mrss" },
	{ NS_PODCAST, "podcastindex.org/namespace/1.0" },
	{ NS_PODCAST, "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" },
	{ NS_GEORSS, "www.georss.org/georss" },
	{ NS_GEORSS, "www.georss.org/georss/10" },
	{ NS_GML, "www.opengis.net/gml" },
	{ NS_GML, "www.opengis.net/gml/3.2" },
	{ NS_GEO, "www.w3.org/2003/01/geo/wgs84_pos" },
	{ NS_ICBM, "postneo.com/icbm" },
	{ NS_SY, "purl.org/rss/1.0/modules/syndication" },
	{ NS_SLASH, "purl.org/rss/1.0/modules/slash" },
	{ NS_WFW, "wellformedweb.org/commentapi" },
	{ NS_THR, "purl.org/syndication/thread/1.0" },
	{ NS_FEEDBURNER, "rssnamespace.org/feedburner/ext/1.0" },
	{ NS_CC, "web.resource.org/cc" },
	{ NS_CC, "creativecommons.org/ns" },
	{ NS_CREATIVECOMMONS, "backend.userland.com/creativecommonsrssmodule" },
	{ NS_CREATIVECOMMONS, "cyber.law.harvard.edu/rss/creativecommonsrssmodule.html" },
	{ NS_ADMIN, "webns.net/mvcb" },
	{ NS_TOMBSTONE, "purl.org/atompub/tombstones/1.0" },
	{ NS_PSC, "podlove.org/simple-chapters" },
	{ NS_XHTML, "www.w3.org/1999/xhtml" },
	{ NS_SVG, "www.w3.org/2000/svg" },
	{ NS_MATHML, "www.w3.org/1998/math/mathml" },
	{ NS_XML, "www.w3.org/xml/1998/namespace" },
};

static const struct ns_row prefixes[] = {
	{ NS_ATOM, "atom" }, { NS_ATOM, "atom10" }, { NS_ATOM, "a10" }, { NS_RDF, "rdf" },
	{ NS_DC, "dc" }, { NS_DC, "dcterms" }, { NS_CONTENT, "content" }, { NS_ITUNES, "itunes" },
	{ NS_GOOGLEPLAY, "googleplay" }, { NS_MEDIA, "media" }, { NS_PODCAST, "podcast" }, { NS_GEORSS, "georss" },
	{ NS_GML, "gml" }, { NS_GEO, "geo" }, { NS_ICBM, "icbm" }, { NS_SY, "sy" }, { NS_SLASH, "slash" },
	{ NS_WFW, "wfw" }, { NS_THR, "thr" }, { NS_FEEDBURNER, "feedburner" }, { NS_CC, "cc" },
	{ NS_CREATIVECOMMONS, "creativecommons" }, { NS_ADMIN, "admin" }, { NS_TOMBSTONE, "at" }, { NS_PSC, "psc" },
	{ NS_XHTML, "xhtml" }, { NS_SVG, "svg" }, { NS_MATHML, "math" }, { NS_XML, "xml" }, { NS_NONE, "rss" },
};

static enum xml_ns
find(const struct ns_row *rows, size_t count, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strncasecmp(rows[i].name, name, len) == 0 && rows[i].name[len] == '\0')
			return rows[i].ns;
	return NS_UNKNOWN;
}

static size_t
scheme_len(const char *uri, size_t len)
{
	if (len > 7 && strncasecmp(uri, "http://", 7) == 0)
		return 7;
	if (len > 8 && strncasecmp(uri, "https://", 8) == 0)
		return 8;
	return 0;
}

enum xml_ns
xml_ns_of_uri(const char *uri, size_t len)
{
	size_t skip = scheme_len(uri, len);

	if (len == 0)
		return NS_NONE;
	uri += skip;
	len -= skip;
	if (len != 0 && (uri[len - 1] == '/' || uri[len - 1] == '#'))
		len--;
	if (len == 0 || len > URI_MAX || memchr(uri, '\0', len) != NULL)
		return NS_UNKNOWN;
	return find(uris, sizeof(uris) / sizeof(uris[0]), uri, len);
}

enum xml_ns
xml_ns_of_prefix(const char *prefix, size_t len)
{
	if (len == 0 || len > URI_MAX || memchr(prefix, '\0', len) != NULL)
		return NS_UNKNOWN;
	return find(prefixes, sizeof(prefixes) / sizeof(prefixes[0]), prefix, len);
}
