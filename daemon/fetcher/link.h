/*
 * link - the HTTP field Link (RFC 8288): where a page of that relation is. Elements that cannot be understood are passed over.
 */
#ifndef DAEMON_FETCHER_LINK_H
#define DAEMON_FETCHER_LINK_H

#include "feeds/base/arena.h"

/*
 * The target of the first link of this relation type (lower case) in a field's value, or NULL, as value may be. It is resolved
 * against base; links about something else (with "anchor") do not count. In the arena.
 */
const char	*link_find(struct arena *, const char *value, const char *relation, const char *base);

#endif
