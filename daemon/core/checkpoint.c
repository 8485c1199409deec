#include "daemon/core/checkpoint.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/side.h"
#include "daemon/shared/log.h"

#define ALL "all"

struct checkpoint {
	struct side	*side;
	bool		 wanted;	/* while it rests */
	struct loop_timer *rest;
	struct store	*store;
};

static void
work(const char *state_dir, const char *question, char answer[SIDE_ANSWER_BYTES])
{
	(void)question;
	snprintf(answer, SIDE_ANSWER_BYTES, "%s", store_fold_apart(state_dir) ? ALL : "not all");
}

/* Clients first, where all CPUs are busy; not last, lest the log grow. */
static const struct side_task task = { .name = "gazetted-checkpoint", .memory_max = CHECKPOINT_MEMORY_MAX, .work = work };

static void
ask(void *arg)
{
	struct checkpoint *checkpoint = arg;

	checkpoint->wanted = loop_timer_running(checkpoint->rest) || !side_ask(checkpoint->side, "");
}

static void
on_rest(void *arg)
{
	struct checkpoint *checkpoint = arg;

	if (checkpoint->wanted)
		ask(checkpoint);
}

static void
on_answer(void *arg, const char *answer)
{
	struct checkpoint *checkpoint = arg;

	if (answer == NULL) {
		/* the store goes on by itself */
		log_warn("gazetted-checkpoint is gone: until gazetted itself is started anew clients may wait for the disk now and then");
		store_fold_by(checkpoint->store, NULL, NULL);
	} else if (strcmp(answer, ALL) == 0)
		store_folded(checkpoint->store);
	else
		loop_timer_start(checkpoint->rest, CHECKPOINT_REST_MS);
}

struct checkpoint *
checkpoint_new(const char *state_dir)
{
	struct checkpoint *checkpoint = calloc(1, sizeof *checkpoint);

	if (checkpoint == NULL)
		abort();
	checkpoint->side = side_new(&task, state_dir);
	if (checkpoint->side != NULL)
		return checkpoint;
	free(checkpoint);
	return NULL;
}

void
checkpoint_start(struct checkpoint *checkpoint, struct loop *loop, struct store *store)
{
	checkpoint->store = store;
	checkpoint->rest = loop_timer_new(loop, on_rest, checkpoint);
	side_start(checkpoint->side, loop, on_answer, checkpoint);
	store_fold_by(store, ask, checkpoint);
}

void
checkpoint_free(struct checkpoint *checkpoint)
{
	if (checkpoint == NULL)
		return;
	if (checkpoint->store != NULL)
		store_fold_by(checkpoint->store, NULL, NULL);
	side_free(checkpoint->side, true);
	loop_timer_free(checkpoint->rest);
	free(checkpoint);
}
