#include "daemon/core/silence.h"

int64_t
silence_patience(int64_t longest_s)
{
	if (longest_s > SILENCE_MOST_S / SILENCE_FACTOR)
		return SILENCE_MOST_S;
	return longest_s * SILENCE_FACTOR > SILENCE_LEAST_S ? longest_s * SILENCE_FACTOR : SILENCE_LEAST_S;
}

int
silence_judge(struct store_job *job, uint32_t feed, const struct store_known *known, int64_t at_s, bool news, struct store_poll *poll)
{
	bool is_known = known->quiet_until_s != STORE_ABSENT;
	int64_t newest_s, longest_s, since_s;
	int rc;

	poll->quiet_until_s = known->quiet_until_s;
	poll->silent_since_s = known->silent_since_s;
	if (!news && is_known && (at_s < known->quiet_until_s || known->silent_since_s != STORE_ABSENT))
		return STORE_OK;
	rc = store_job_pauses(job, feed, SILENCE_ENTRIES, &newest_s, &longest_s);
	if (rc != STORE_OK)
		return rc;
	since_s = newest_s != STORE_ABSENT ? newest_s : known->added_s;
	if (news || !is_known)
		poll->quiet_until_s = at_s + silence_patience(longest_s);
	poll->silent_since_s = poll->quiet_until_s > at_s ? STORE_ABSENT : since_s < at_s ? since_s : at_s;
	return STORE_OK;
}
