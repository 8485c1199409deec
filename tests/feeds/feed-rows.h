/*
 * feed-rows - for tests: rows of a document and what must stand in the text that feed_dump() makes of it.
 */
#ifndef TESTS_FEEDS_FEED_ROWS_H
#define TESTS_FEEDS_FEED_ROWS_H

#include <stddef.h>

enum { FEED_ROW_WANTS = 10 };

struct feed_row {
	const char	*name;		/* said when it fails */
	const char	*doc;
	const char	*want[FEED_ROW_WANTS];	/* each must be there; with a leading '!' must not */
};

/* The same for bytes, with what HTTP said. */
struct feed_row_bytes {
	const char	*name;
	const char	*doc;
	size_t		 len;		/* 0: up to the NUL */
	const char	*url, *type;	/* NULL: none */
	const char	*want[FEED_ROW_WANTS];
};

/*
 * Checks every row, and that feeding it byte by byte gives the same. Fails the running test with the rows' names.
 * Where the rows do not say, the document comes from http://u.example/d/f.
 */
void	feed_rows_check(const struct feed_row *, size_t count);
void	feed_rows_check_bytes(const struct feed_row_bytes *, size_t count);

#define FEED_ROWS(rows)		feed_rows_check(rows, sizeof(rows) / sizeof((rows)[0]))
#define FEED_ROWS_BYTES(rows)	feed_rows_check_bytes(rows, sizeof(rows) / sizeof((rows)[0]))

#define FEED_NAMESPACES \
	" xmlns:atom='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/'" \
	" xmlns:dcterms='http://purl.org/dc/terms/' xmlns:content='http://purl.org/rss/1.0/modules/content/'" \
	" xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:media='http://search.yahoo.com/mrss/'" \
	" xmlns:googleplay='http://www.google.com/schemas/play-podcasts/1.0' xmlns:podcast='https://podcastindex.org/namespace/1.0'" \
	" xmlns:psc='http://podlove.org/simple-chapters' xmlns:georss='http://www.georss.org/georss'" \
	" xmlns:gml='http://www.opengis.net/gml' xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#'" \
	" xmlns:icbm='http://postneo.com/icbm/' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'" \
	" xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:wfw='http://wellformedweb.org/CommentAPI/'" \
	" xmlns:thr='http://purl.org/syndication/thread/1.0' xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'" \
	" xmlns:cc='http://web.resource.org/cc/' xmlns:creativeCommons='http://backend.userland.com/creativeCommonsRssModule'" \
	" xmlns:admin='http://webns.net/mvcb/' xmlns:at='http://purl.org/atompub/tombstones/1.0'" \
	" xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:xhtml='http://www.w3.org/1999/xhtml'"

#define RSS(channel)	"<rss version='2.0'" FEED_NAMESPACES "><channel>" channel "</channel></rss>"
#define ITEM(item)	RSS("<item>" item "</item>")
#define ATOM(feed)	"<feed xmlns='http://www.w3.org/2005/Atom'" FEED_NAMESPACES ">" feed "</feed>"
#define ENTRY(entry)	ATOM("<entry>" entry "</entry>")
#define ATOM03(feed)	"<feed version='0.3' xmlns='http://purl.org/atom/ns#'" FEED_NAMESPACES ">" feed "</feed>"
#define ENTRY03(entry)	ATOM03("<entry>" entry "</entry>")
#define RDF(rdf)	"<rdf:RDF xmlns='http://purl.org/rss/1.0/'" FEED_NAMESPACES ">" rdf "</rdf:RDF>"

#endif
