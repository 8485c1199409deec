#include "daemon/core/patience.h"

#include <stdlib.h>

enum { MS_US = 1000 };

struct patience {
	struct loop_timer *timer;
	TAILQ_HEAD(patience_circle, patience_turn) waiting;
	int64_t		 paused_until_us;	/* while somebody is at ease, */
	int64_t		 paused_most_us;	/* and without enough answers until then */
	unsigned	 answers;		/* since the last turn */
	int64_t		 ease_until_us;
};

static int64_t
least(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

int64_t
patience_left_us(const struct patience *patience, int64_t now_us)
{
	int64_t until_us = patience->answers < PATIENCE_ANSWERS ? patience->paused_most_us : patience->paused_until_us;

	return least(until_us, patience->ease_until_us) - now_us;
}

void
patience_took(struct patience *patience, int64_t begun_us, int64_t ended_us)
{
	patience->paused_most_us = ended_us + (int64_t)PATIENCE_PAUSE_MAX_MS * MS_US;
	patience->paused_until_us = least(ended_us + (ended_us - begun_us) * PATIENCE_SHARE, patience->paused_most_us);
	patience->answers = 0;
}

static void
plan(struct patience *patience)
{
	int64_t left_us = patience_left_us(patience, loop_mono_us());

	loop_timer_start(patience->timer, left_us > 0 ? (left_us + MS_US - 1) / MS_US : 0);
}

static void
on_timer(void *arg)
{
	struct patience *patience = arg;
	struct patience_turn *turn = TAILQ_FIRST(&patience->waiting);
	int64_t begun_us = loop_mono_us();

	if (turn == NULL)
		return;
	if (patience_left_us(patience, begun_us) <= 0) {
		patience_leave(patience, turn);
		turn->func(turn->arg);
		patience_took(patience, begun_us, loop_mono_us());
	}
	if (!TAILQ_EMPTY(&patience->waiting))
		plan(patience);
}

void
patience_wait(struct patience *patience, struct patience_turn *turn)
{
	if (turn->waits)
		return;
	turn->waits = true;
	TAILQ_INSERT_TAIL(&patience->waiting, turn, link);
	if (!loop_timer_running(patience->timer))
		plan(patience);
}

void
patience_leave(struct patience *patience, struct patience_turn *turn)
{
	if (!turn->waits)
		return;
	turn->waits = false;
	TAILQ_REMOVE(&patience->waiting, turn, link);
}

void
patience_eased(struct patience *patience, int64_t now_us)
{
	patience->ease_until_us = now_us + (int64_t)PATIENCE_EASE_MS * MS_US;
	if (++patience->answers == PATIENCE_ANSWERS && !TAILQ_EMPTY(&patience->waiting))
		plan(patience);
}

struct patience *
patience_new(struct loop *loop)
{
	struct patience *patience = calloc(1, sizeof *patience);

	if (patience == NULL)
		abort();
	TAILQ_INIT(&patience->waiting);
	patience->timer = loop_timer_new(loop, on_timer, patience);
	return patience;
}

void
patience_free(struct patience *patience)
{
	if (patience == NULL)
		return;
	loop_timer_free(patience->timer);
	free(patience);
}
