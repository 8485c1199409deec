#include "daemon/core/due.h"

#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/spread.h"
#include "daemon/core/store-feed.h"
#include "daemon/shared/log.h"

enum { MS = 1000 };

/* How far a walk has come. */
struct cursor { int64_t after_s; uint32_t after_feed; };

static const struct cursor beginning = { INT64_MIN, 0 };

struct due {
	struct core	*core;
	struct cursor	 at;
	int64_t		 begun_s, over_s;	/* over_s: nothing more was due in this second */
	/* What was due before the start; INT64_MIN: that does not matter any more. */
	int64_t		 start_s;
	struct spread	 spread;
	struct cursor	 counted, late;
	int64_t		 late_ms;		/* the next step */
	bool		 counting, late_over;
};

struct later { uint32_t feed; int64_t when_s; };

struct portion {
	struct due	*due;
	struct cursor	*at;
	unsigned	 seen;
	int64_t		 taken, most;
	struct later	 later[DUE_PORTION];
	size_t		 n_later;
	int64_t		 now_s, now_ms;
};

static void
cannot_read(const struct due *due)
{
	log_error("the schedule cannot be read: %s", store_error(due->core->store));
}

/* --- portions ------------------------------------------------------------------------ */

static void
portion_begin(struct portion *portion, struct due *due, struct cursor *at)
{
	portion->due = due;
	portion->at = at;
	portion->seen = 0;
	portion->taken = 0;
	portion->most = INT64_MAX;
	portion->n_later = 0;
	portion->now_s = loop_wall_s();
	portion->now_ms = loop_mono_ms();
}

/* Spreads those of a crowded host over its next stretch, always the same way. */
static int64_t
crowded_until(const struct portion *portion, uint32_t feed)
{
	int64_t stretch_s = POLL_HOST_WAITING_MAX * portion->due->core->conf.host_spacing_ms / MS;

	if (stretch_s < DUE_CROWDED_S)
		stretch_s = DUE_CROWDED_S;
	return portion->now_s + stretch_s + feed % stretch_s;
}

static void
take(struct portion *portion, const struct store_target *target)
{
	struct later later = { .feed = target->feed };
	int64_t until_ms;

	switch (poll_take(portion->due->core->poll, target, &until_ms)) {
	case POLL_THERE:
		return;
	case POLL_TAKEN:
		portion->taken++;
		return;
	case POLL_RESTS:
		later.when_s = portion->now_s + (until_ms - portion->now_ms) / MS + 1;
		break;
	case POLL_CROWDED:
		later.when_s = crowded_until(portion, target->feed);
		break;
	}
	portion->taken++;
	portion->later[portion->n_later++] = later;
}

static int
take_next(void *arg, const struct store_target *target)
{
	struct portion *portion = arg;

	portion->seen++;
	*portion->at = (struct cursor){ target->next_poll_s, target->feed };
	take(portion, target);
	return portion->taken >= portion->most;
}

static void
put_off(const struct portion *portion)
{
	struct core *core = portion->due->core;

	for (size_t i = 0; i < portion->n_later; i++)
		if (store_schedule(core->store, portion->later[i].feed, portion->later[i].when_s) < 0)
			break;
	if (portion->n_later > 0)
		ingest_touched(core->ingest);
}

/* Takes at most so many of what is due at until_s. True if that was all. */
static bool
scan_portion(struct portion *portion, int64_t until_s, int64_t most)
{
	struct store *store = portion->due->core->store;
	int status;

	portion->most = most;
	status = store_due(store, until_s, portion->at->after_s, portion->at->after_feed, DUE_PORTION, take_next, portion);
	if (status < 0)
		cannot_read(portion->due);
	put_off(portion);
	return status <= 0 && portion->seen < DUE_PORTION;
}

/* --- what was due at the start ------------------------------------------------------------ */

struct count { struct due *due; unsigned seen; uint32_t fresh[DUE_PORTION]; size_t n_fresh; };

static void
count_one(void *arg, uint32_t feed, int64_t next_poll_s, bool polled)
{
	struct count *count = arg;

	if (count->n_fresh == DUE_PORTION)
		return;
	count->seen++;
	count->due->counted = (struct cursor){ next_poll_s, feed };
	if (polled)
		count->due->spread.total++;
	else
		count->fresh[count->n_fresh++] = feed;
}

static int
take_fresh(void *arg, const struct store_target *target)
{
	take(arg, target);
	return 0;
}

void
due_look(struct due *due)
{
	struct store *store = due->core->store;
	struct count count = { .due = due };
	struct portion portion;

	if (!due->counting)
		return;
	portion_begin(&portion, due, NULL);
	if (store_overdue(store, due->start_s - 1, due->counted.after_s, due->counted.after_feed, DUE_COUNT_PORTION, count_one, &count) < 0)
		cannot_read(due);
	due->counting = count.seen > 0;
	for (size_t i = 0; i < count.n_fresh; i++)
		store_target(store, count.fresh[i], take_fresh, &portion);
	put_off(&portion);
}

/* False if no more may be taken for now. */
static bool
scan_late(struct due *due)
{
	struct portion portion;
	int64_t room;

	portion_begin(&portion, due, &due->late);
	room = spread_room(&due->spread, portion.now_ms);
	if (due->late_over || room <= 0 || portion.now_ms < due->late_ms)
		return false;
	if (room <= DUE_PORTION)
		due->late_ms = portion.now_ms + DUE_STEP_MS;
	due->late_over = scan_portion(&portion, due->start_s - 1, room) && !due->counting;
	due->spread.taken += portion.taken;
	return portion.seen > 0;
}

/* --- all ---------------------------------------------------------------------------------- */

void
due_rescan(struct due *due)
{
	if (!due->counting && loop_mono_ms() - due->spread.begun_ms >= due->spread.window_ms)
		due->start_s = INT64_MIN;
	due->late = beginning;
	due->late_over = due->start_s == INT64_MIN;
	due->at = due->late_over ? beginning : (struct cursor){ due->start_s - 1, UINT32_MAX };
	due->begun_s = loop_wall_s();
	due->over_s = 0;
}

bool
due_scan(struct due *due)
{
	struct portion portion;

	portion_begin(&portion, due, &due->at);
	if (portion.now_s - due->begun_s >= DUE_RESCAN_S || portion.now_s < due->begun_s)
		due_rescan(due);
	if (scan_late(due))
		return true;
	/* times are whole seconds */
	if (due->over_s == portion.now_s)
		return false;
	if (scan_portion(&portion, portion.now_s, DUE_PORTION))
		due->over_s = portion.now_s;
	return portion.seen > 0;
}

int64_t
due_when(struct due *due)
{
	int64_t now_ms = loop_mono_ms(), when_ms = now_ms + DUE_RESCAN_S * MS, due_s;

	if (due->counting)
		return now_ms;
	if (!due->late_over) {
		int64_t late_ms = spread_when(&due->spread) > due->late_ms ? spread_when(&due->spread) : due->late_ms;

		if (late_ms < when_ms)
			when_ms = late_ms;
	}
	if (store_next_due(due->core->store, &due_s) == STORE_OK && due_s != STORE_NEVER) {
		int64_t until_ms = (due_s - loop_wall_s()) * MS;

		/* What is due by now waits at its host already; others may be due in the next second. */
		if (until_ms <= 0)
			until_ms = MS;
		if (now_ms + until_ms < when_ms)
			when_ms = now_ms + until_ms;
	}
	return when_ms;
}

struct due *
due_new(struct core *core)
{
	struct due *due = calloc(1, sizeof *due);

	if (due == NULL)
		abort();
	due->core = core;
	due->counted = beginning;
	spread_begin(&due->spread, loop_mono_ms(), core->conf.min_interval_s);
	due->counting = due->spread.window_ms > 0;
	due->start_s = due->counting ? loop_wall_s() : INT64_MIN;
	due_rescan(due);
	return due;
}

void
due_free(struct due *due)
{
	free(due);
}
