/*
 * discover - the feeds that an HTML page names. The parser uses it when the bytes turn out to be a page.
 */
#ifndef FEEDS_DISCOVER_H
#define FEEDS_DISCOVER_H

#include "feeds/parser.h"
#include "feeds/base/arena.h"

/*
 * Appends to *list (arena_push) at most max feeds found on the page, best first: <link rel="alternate"> (or rel=feed)
 * with a feed type, then <a href> that look like feeds (path ends in .rss, .xml, .atom, /feed, ...). <base href> counts.
 * URLs are absolute where url is, each once. Returns how many.
 */
size_t	discover_feeds(struct arena *, const char *html, size_t len, const char *url, size_t max,
	    struct feed_candidate **list);

#endif
