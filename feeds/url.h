/*
 * url - references and their resolution (RFC 3986 section 5), and canonical forms. No DNS, no I/O.
 */
#ifndef FEEDS_URL_H
#define FEEDS_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"

enum {
	URL_BYTES_MAX = 64 * 1024,		/* longer ones count as absent, */
	URL_DATA_BYTES_MAX = 4 * 1024 * 1024	/* but for images inside the document */
};

/* Borrowed pieces of one reference; absent pieces have ptr NULL (RFC 3986 appendix B). */
struct url_span { const char *ptr; size_t len; };
struct url_parts { struct url_span scheme, authority, path, query, fragment; };

void		 url_split(const char *str, size_t len, struct url_parts *);

/* True for http: and https: URLs with a host. */
bool		 url_is_http(const char *str);
bool		 url_is_absolute(const char *str);

/*
 * The reference ref (white space around it, tabs and newlines inside removed; space, quote,
 * < and > percent-encoded) resolved against base, which may be NULL or not absolute: then ref stays
 * as it is. NULL if empty, too long, or its scheme is none that a feed may name. In the arena.
 */
const char	*url_resolve(struct arena *, const char *base, const char *ref, size_t len);

/* As above for URLs in HTML attributes, where fewer schemes are kept; image: data:image/... is too. */
const char	*url_resolve_html(struct arena *, const char *base, const char *ref, size_t len, bool image);

/*
 * The same for many references against one base, without an arena: appends to out and returns true,
 * or leaves out alone and returns false. The base string is borrowed.
 */
struct url_base { struct url_parts parts; size_t len; };	/* len 0: nothing can be resolved against it */

void		 url_base_init(struct url_base *, const char *str);
bool		 url_put_html(struct buf *out, const struct url_base *, const char *ref, size_t len, bool image);

/*
 * One spelling for all links that mean the same page: scheme http->https and host lower case, default
 * port, fragment and known tracking parameters dropped, "www.", trailing slash of the path dropped,
 * percent-encoding normalised, names in other scripts in ASCII (RFC 3492). For comparing only, never for fetching.
 */
const char	*url_canonical(struct arena *, const char *str);

/* What stands before the @ of an authority, percent-decoded; absent: NULL. */
struct url_login { const char *name, *password; };

/*
 * One spelling for all http(s) URLs that RFC 3986 section 6.2.2 and 6.2.3 calls equivalent, for keeping and fetching: scheme
 * and host lower case, default port and dot segments dropped, an empty path is /, unreserved bytes of host and path decoded,
 * hexadecimal digits upper case; the query stays. Fragment and user info are dropped; the latter is in login.
 * NULL if it is no http(s) URL with a host and a valid port. All in the arena.
 */
const char	*url_normalise(struct arena *, const char *str, struct url_login *login);

/*
 * What a message may show of text that should be a URL: no user info. What is none loses all between "://", or its start, and its
 * last @. In the arena, or str.
 */
const char	*url_public(struct arena *, const char *str);

/* "host:port" in lower case with the default port written out; NULL if not http(s). In the arena. */
const char	*url_host_port(struct arena *, const char *str);

/* Whether scheme, host and port of two http(s) URLs are the same (RFC 6454 section 5). The arena is for work. */
bool		 url_same_origin(struct arena *, const char *one, const char *two);

#endif
