#include "daemon/core/forget.h"

#include <stdlib.h>

#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-rule.h"
#include "daemon/shared/log.h"

struct forget {
	struct core	*core;
	struct loop_timer *timer;
};

/* The last change that nobody here needs any more. */
static int64_t
needed_by_none(struct core *core)
{
	struct store_cursor cursor;
	struct index_state index;
	int64_t seq = core->told_seq;

	index_state(core->index, &index);
	if (index.seq < seq)
		seq = index.seq;
	if (store_cursor_get(core->store, STORE_CURSOR_ON_NEW, &cursor) == STORE_OK && cursor.seq < seq)
		seq = cursor.seq;
	return seq;
}

static void
on_timer(void *arg)
{
	struct forget *forget = arg;
	struct core *core = forget->core;
	int64_t keep = core->conf.keep_changes, last = store_seq(core->store) - keep, needed;
	int more = 0;

	if (last > store_forgotten(core->store) && !ingest_stopped(core->ingest)) {
		needed = needed_by_none(core);
		if (needed < last)
			last = needed > last - keep ? needed : last - keep;
		core_before_change(core);
		more = store_log_forget(core->store, last);
		if (more < 0)
			log_error("old changes cannot be forgotten: %s", store_error(core->store));
	}
	loop_timer_start(forget->timer, more > 0 ? FORGET_STEP_MS : FORGET_EVERY_MS);
}

void
forget_now(struct forget *forget)
{
	loop_timer_start(forget->timer, FORGET_STEP_MS);
}

struct forget *
forget_new(struct core *core)
{
	struct forget *forget = calloc(1, sizeof *forget);

	if (forget == NULL)
		abort();
	forget->core = core;
	forget->timer = loop_timer_new(core->loop, on_timer, forget);
	loop_timer_start(forget->timer, FORGET_EVERY_MS);
	return forget;
}

void
forget_free(struct forget *forget)
{
	if (forget == NULL)
		return;
	loop_timer_free(forget->timer);
	free(forget);
}
