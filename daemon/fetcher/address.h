/*
 * address - which addresses a feed may live at. Feeds are named by strangers; unless the user allows it, nothing
 * on this machine or its networks is ever connected to (IANA's special-purpose registries, RFC 6890).
 */
#ifndef DAEMON_FETCHER_ADDRESS_H
#define DAEMON_FETCHER_ADDRESS_H

#include <sys/socket.h>

/* Why not: "a loopback address", "a private address", ... NULL: it is public. */
const char	*address_private(const struct sockaddr *);

/* The same for a host written as an address ("10.0.0.1", "[::1]" without brackets); NULL for names. */
const char	*address_private_text(const char *host);

/* "192.0.2.1" or "2001:db8::1", without port. */
enum { ADDRESS_BYTES = 64 };
char		*address_format(const struct sockaddr *, char out[ADDRESS_BYTES]);

#endif
