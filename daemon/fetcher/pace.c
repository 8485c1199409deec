#include "daemon/fetcher/pace.h"

#include <stdio.h>

#include "daemon/shared/conf.h"

static int64_t
stood_still(const struct pace_clock *clock, int64_t now_ms)
{
	int64_t gap_ms = now_ms - clock->ticked_ms;

	return gap_ms > PACE_STALL_MS ? gap_ms - PACE_STALL_MS : 0;
}

void
pace_tick(struct pace_clock *clock, int64_t now_ms, bool idle)
{
	if (!idle)
		clock->away_ms += stood_still(clock, now_ms);
	clock->ticked_ms = now_ms;
}

int64_t
pace_time(const struct pace_clock *clock, int64_t now_ms)
{
	return now_ms - clock->away_ms - stood_still(clock, now_ms);
}

void
pace_start(struct pace *pace, int64_t now_ms)
{
	pace->began_ms = now_ms;
	pace_hop(pace, now_ms);
}

void
pace_hop(struct pace *pace, int64_t now_ms)
{
	pace->hop_ms = pace->window_ms = now_ms;
	pace->window_bytes = 0;
}

void
pace_pause(struct pace *pace, int64_t now_ms)
{
	pace->paused_ms = now_ms;
}

void
pace_resume(struct pace *pace, int64_t now_ms)
{
	int64_t away_ms = now_ms - pace->paused_ms;

	pace->began_ms += away_ms;
	pace->hop_ms += away_ms;
	pace->window_ms += away_ms;
}

static int64_t
at_most(int64_t value, int64_t most)
{
	return value < most ? value : most;
}

static enum outcome
check_connection(struct pace *pace, int64_t now_ms, int64_t limit_ms, bool resolved, char *message)
{
	char time[CONF_QUANTITY_BYTES];

	pace->window_ms = now_ms;
	if (now_ms - pace->hop_ms < limit_ms)
		return OUTCOME_OK;
	snprintf(message, TRANSFER_MESSAGE_BYTES, resolved ? "no connection within %s" : "its name is not resolved within %s",
	    conf_format_ms(limit_ms, time));
	return resolved ? OUTCOME_CONNECT : OUTCOME_DNS;
}

static enum outcome
check_speed(struct pace *pace, int64_t now_ms, int64_t window_ms, const struct transfer_progress *progress, char *message)
{
	char time[CONF_QUANTITY_BYTES];

	if (now_ms - pace->window_ms < window_ms)
		return OUTCOME_OK;
	if (progress->wire_bytes - pace->window_bytes < (uint64_t)(PACE_SLOW_BYTES * window_ms / 1000)) {
		conf_format_ms(window_ms, time);
		if (progress->head_bytes == 0)
			snprintf(message, TRANSFER_MESSAGE_BYTES, "no answer within %s", time);
		else
			snprintf(message, TRANSFER_MESSAGE_BYTES, "less than %d bytes a second for %s", PACE_SLOW_BYTES, time);
		return OUTCOME_TOO_SLOW;
	}
	pace->window_ms = now_ms;
	pace->window_bytes = progress->wire_bytes;
	return OUTCOME_OK;
}

enum outcome
pace_check(struct pace *pace, int64_t now_ms, int64_t timeout_ms, const struct transfer_progress *progress,
    char message[TRANSFER_MESSAGE_BYTES])
{
	enum outcome outcome = OUTCOME_OK;
	char time[CONF_QUANTITY_BYTES];

	if (!progress->connected)
		outcome = check_connection(pace, now_ms, at_most(PACE_CONNECT_MS, timeout_ms), progress->resolved, message);
	if (outcome != OUTCOME_OK)
		return outcome;
	if (now_ms - pace->began_ms >= timeout_ms) {
		snprintf(message, TRANSFER_MESSAGE_BYTES, "not complete within %s (timeout)", conf_format_ms(timeout_ms, time));
		return OUTCOME_TOO_SLOW;
	}
	return check_speed(pace, now_ms, at_most(PACE_SLOW_MS, timeout_ms / 2), progress, message);
}
