#include "daemon/core/retain.h"

#include <inttypes.h>
#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/store-retain.h"
#include "daemon/shared/log.h"

enum phase { REMOVING, FORGETTING, PACKING, SHRINKING };

struct retain {
	struct core	*core;
	struct loop_timer *timer;
	uint32_t	 after;		/* feeds up to this one have been looked at */
	int64_t		 removed;	/* in this walk */
	struct store_forget forget;	/* how far what was removed long ago is forgotten */
	enum phase	 phase;
	struct loop_timer *sweep;	/* of removed feeds */
};

static void
rest(struct retain *retain)
{
	if (retain->removed > 0)
		log_info("%" PRId64 " entries have been removed, as keep_days and keep_items say", retain->removed);
	retain->after = 0;
	retain->removed = 0;
	retain->forget = (struct store_forget){ 0 };
	retain->phase = REMOVING;
	loop_timer_start(retain->timer, RETAIN_EVERY_MS);
}

/* 1: go on; 0: all feeds have been; or an error. */
static int
remove_some(struct retain *retain)
{
	const struct conf *conf = &retain->core->conf;
	const struct store_keep keep = { conf->keep_days, conf->keep_items };
	int64_t removed;
	int more;

	core_before_change(retain->core);
	more = store_retain(retain->core->store, &keep, loop_wall_s(), &retain->after, &removed);
	retain->removed += removed;
	if (removed > 0)
		core_changed(retain->core);
	return more;
}

/* A step of what this phase does. 1: it may have more; 0: it is over; or an error. */
static int
step(struct retain *retain)
{
	struct store *store = retain->core->store;

	switch (retain->phase) {
	case REMOVING:
		return remove_some(retain);
	case FORGETTING:
		core_before_change(retain->core);
		return store_forget_gone(store, loop_wall_s(), &retain->forget);
	case PACKING:
		core_before_change(retain->core);
		return store_repack(store);
	default:
		return store_shrink(store);
	}
}

static void
on_timer(void *arg)
{
	struct retain *retain = arg;
	int more;

	/* A full disk has no room for what removing writes first. */
	if (ingest_stopped(retain->core->ingest)) {
		rest(retain);
		return;
	}
	more = step(retain);
	if (more < 0)
		log_error("old entries cannot be removed: %s", store_error(retain->core->store));
	if (more < 0 || (more == 0 && retain->phase == SHRINKING)) {
		rest(retain);
		return;
	}
	if (more == 0)
		retain->phase++;
	loop_timer_start(retain->timer, retain->phase == SHRINKING ? RETAIN_SHRINK_MS : RETAIN_STEP_MS);
}

void
retain_now(struct retain *retain)
{
	retain->after = 0;
	retain->phase = REMOVING;
	loop_timer_start(retain->timer, RETAIN_STEP_MS);
}

static uint64_t
sweep_pause(struct core *core)
{
	return store_stale(core->store) > RETAIN_STALE_MAX ? RETAIN_LAG_MS : RETAIN_SWEEP_MS;
}

/* What fails is tried again later. */
static void
on_sweep(void *arg)
{
	struct retain *retain = arg;
	struct core *core = retain->core;
	int more;

	if (ingest_stopped(core->ingest)) {
		loop_timer_start(retain->sweep, RETAIN_FIRST_MS);
		return;
	}
	core_before_change(core);
	more = store_feed_sweep(core->store, loop_wall_s());
	if (more < 0) {
		log_error("the entries of a removed feed cannot be removed: %s", store_error(core->store));
		loop_timer_start(retain->sweep, RETAIN_FIRST_MS);
	} else if (more == 1)
		loop_timer_start(retain->sweep, sweep_pause(core));
	if (more == 1)
		core_changed(core);
}

void
retain_sweep(struct retain *retain)
{
	loop_timer_start(retain->sweep, RETAIN_SWEEP_MS);
}

struct retain *
retain_new(struct core *core)
{
	struct retain *retain = calloc(1, sizeof *retain);

	if (retain == NULL)
		abort();
	retain->core = core;
	retain->timer = loop_timer_new(core->loop, on_timer, retain);
	retain->sweep = loop_timer_new(core->loop, on_sweep, retain);
	loop_timer_start(retain->timer, RETAIN_FIRST_MS);
	loop_timer_start(retain->sweep, RETAIN_STEP_MS);
	return retain;
}

void
retain_free(struct retain *retain)
{
	if (retain == NULL)
		return;
	loop_timer_free(retain->timer);
	loop_timer_free(retain->sweep);
	free(retain);
}
