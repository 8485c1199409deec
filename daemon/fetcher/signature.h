/*
 * signature - the field X-Hub-Signature of what a hub pushes (WebSub section 7.1): "METHOD=HEX", the HMAC (RFC 2104) of the body
 * under the secret of the subscription. signature.c is the only file that includes libcrypto.
 *
 *	struct signature *signature = signature_new("sha256=...", secret);
 *	signature_add(signature, ptr, len);	for each piece of the body
 *	if (signature_matches(signature)) ...	once
 *	signature_free(signature);
 */
#ifndef DAEMON_FETCHER_SIGNATURE_H
#define DAEMON_FETCHER_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/shared/record.h"

struct signature;

/* field may be NULL. NULL: it is none, or made by a method that is not known; it matches nothing. */
struct signature *signature_new(const char *field, struct span secret);
void		 signature_free(struct signature *);	/* NULL is fine, here and below */

void		 signature_add(struct signature *, const char *ptr, size_t len);

/* Takes as long whether the digests differ or not. */
bool		 signature_matches(struct signature *);

/* Makes libcrypto read what it reads once, while files are in reach. */
void		 signature_prepare(void);

#endif
