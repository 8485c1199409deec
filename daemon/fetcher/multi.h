/*
 * multi - libcurl's multi handle on the loop. With transfer.c the only file that includes libcurl.
 *
 *	struct multi *multi = multi_new(loop, on_turn, arg);
 *	transfer_new(multi), ...
 *	multi_free(multi);			after all transfers are freed
 */
#ifndef DAEMON_FETCHER_MULTI_H
#define DAEMON_FETCHER_MULTI_H

#include <stddef.h>

#include "daemon/shared/loop.h"

struct multi;

/*
 * While libcurl is at one transfer's socket, the mark (mark.h) names its job; in its timer, where it may be at any of them, each
 * callback sets the mark by itself. on_turn is called after libcurl has worked, when no callback of it is active any more: the
 * place to pause transfers.
 */
struct multi	*multi_new(struct loop *, void (*on_turn)(void *arg), void *arg);
void		 multi_free(struct multi *);

/* How many transfers will run at a time: twice as many idle connections are kept. */
void		 multi_set_parallel(struct multi *, size_t parallel);

/* For transfer.c: easy is a CURL *, whose CURLOPT_PRIVATE is its struct transfer. */
void		 multi_add(struct multi *, void *easy);
void		 multi_remove(struct multi *, void *easy);

/* The CURLSH * with the TLS sessions of this host and others, for all transfers to it. */
void		*multi_share(struct multi *, const char *host, size_t len);

#endif
