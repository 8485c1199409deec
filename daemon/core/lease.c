#include "daemon/core/lease.h"

enum { DOUBLINGS_MAX = 10 };

static int64_t
at_most(int64_t value, int64_t max)
{
	return value < max ? value : max;
}

int64_t
lease_length(int64_t promised_s)
{
	if (promised_s == INT64_MIN)
		return LEASE_ASKED_S;
	return promised_s < 1 ? 1 : at_most(promised_s, LEASE_MAX_S);
}

int64_t
lease_renewal(int64_t lease_s)
{
	int64_t before_s = at_most(lease_s / LEASE_RENEW_PART, LEASE_RENEW_MAX_S);

	if (before_s < 1)
		before_s = 1;
	return lease_s - before_s < 1 ? 1 : lease_s - before_s;
}

int64_t
lease_backoff(int64_t failures)
{
	if (failures < 1)
		failures = 1;
	return at_most(LEASE_BACKOFF_S * (INT64_C(1) << at_most(failures - 1, DOUBLINGS_MAX)), LEASE_BACKOFF_MAX_S);
}
