#include "daemon/core/retain.h"

#include <inttypes.h>
#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/store-retain.h"
#include "daemon/shared/log.h"

struct retain {
	struct core	*core;
	struct loop_timer *timer;
	uint32_t	 after;		/* feeds up to this one have been looked at */
	int64_t		 removed;	/* in this walk */
	bool		 shrinking;	/* all feeds have been, room is given back */
};

static void
rest(struct retain *retain)
{
	if (retain->removed > 0)
		log_info("%" PRId64 " entries have been removed, as keep_days and keep_items say", retain->removed);
	retain->after = 0;
	retain->removed = 0;
	retain->shrinking = false;
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

static void
on_timer(void *arg)
{
	struct retain *retain = arg;
	struct store *store = retain->core->store;
	int more = 1;

	/* A full disk has no room for what removing writes first. */
	if (ingest_stopped(retain->core->ingest)) {
		rest(retain);
		return;
	}
	if (!retain->shrinking) {
		more = remove_some(retain);
		retain->shrinking = more == 0;
	} else if (!store_batch_open(store)) {
		more = store_shrink(store);
		if (more == 0) {
			rest(retain);
			return;
		}
	}
	if (more < 0) {
		log_error("old entries cannot be removed: %s", store_error(store));
		rest(retain);
	} else
		loop_timer_start(retain->timer, retain->shrinking ? RETAIN_SHRINK_MS : RETAIN_STEP_MS);
}

void
retain_now(struct retain *retain)
{
	retain->after = 0;
	retain->shrinking = false;
	loop_timer_start(retain->timer, RETAIN_STEP_MS);
}

struct retain *
retain_new(struct core *core)
{
	struct retain *retain = calloc(1, sizeof *retain);

	if (retain == NULL)
		abort();
	retain->core = core;
	retain->timer = loop_timer_new(core->loop, on_timer, retain);
	loop_timer_start(retain->timer, RETAIN_FIRST_MS);
	return retain;
}

void
retain_free(struct retain *retain)
{
	if (retain == NULL)
		return;
	loop_timer_free(retain->timer);
	free(retain);
}
