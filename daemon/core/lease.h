/*
 * lease - when to ask a hub (again): pure functions, in seconds.
 */
#ifndef DAEMON_CORE_LEASE_H
#define DAEMON_CORE_LEASE_H

#include <stdint.h>

enum {
	LEASE_ASKED_S = 10 * 86400,	/* for so long a hub is asked to tell of news; it decides */
	LEASE_MAX_S = 90 * 86400,	/* a longer promise counts as this one: hubs forget, too */
	LEASE_RENEW_PART = 10,		/* a tenth of the lease before its end it is asked for again, */
	LEASE_RENEW_MAX_S = 86400,	/* or so much before, which is enough for several attempts */
	LEASE_BACKOFF_S = 3600,		/* between two requests, unless the first one led to something; doubles each time */
	LEASE_BACKOFF_MAX_S = 86400,
	LEASE_LEAVES_MAX = 3		/* so often a hub is asked to stop */
};

/* What counts of a promise of so many seconds; INT64_MIN (none was said): what was asked for. At least 1. */
int64_t	lease_length(int64_t promised_s);

/* How long after its beginning a lease is to be renewed. At least 1. */
int64_t	lease_renewal(int64_t lease_s);

/* How long to wait after a request that is the Nth in a row without success (N from 1), or not answered yet. */
int64_t	lease_backoff(int64_t failures);

#endif
