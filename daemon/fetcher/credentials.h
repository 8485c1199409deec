/*
 * credentials - whose user name and password a request may carry: the origin's they were given for (RFC 6454), no other's.
 */
#ifndef DAEMON_FETCHER_CREDENTIALS_H
#define DAEMON_FETCHER_CREDENTIALS_H

#include <stdbool.h>

#include "feeds/base/arena.h"

struct credentials { const char *username, *password; };	/* NULL: none */

/*
 * "https://user:pass@host/" without the part before the '@' (RFC 3986 section 3.2.1); that part, decoded, becomes the
 * credentials unless there are some. All in the arena.
 */
const char	*credentials_take(struct credentials *, const char *url, struct arena *);

#endif
