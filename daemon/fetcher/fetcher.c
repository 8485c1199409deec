#include "daemon/fetcher/fetcher.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/fetcher/fetch.h"
#include "daemon/fetcher/multi.h"
#include "daemon/fetcher/pace.h"
#include "daemon/fetcher/push.h"
#include "daemon/fetcher/row.h"
#include "daemon/fetcher/setup.h"
#include "daemon/fetcher/websub.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/mark.h"
#include "daemon/shared/record.h"
#include "daemon/shared/sandbox.h"
#include "feeds/base/arena.h"

/* A job that waits: its frame as it came. */
struct waiting {
	TAILQ_ENTRY(waiting) link;
	uint64_t	 job;
	size_t		 len;
	char		 frame[];
};

/* A place to run one. */
struct slot {
	TAILQ_ENTRY(slot) link;
	struct fetcher	*fetcher;
	struct fetch	*fetch;
	struct setup	*setup;		/* held while it runs */
};

TAILQ_HEAD(waiting_list, waiting);
TAILQ_HEAD(slot_list, slot);

struct fetcher {
	struct loop	*loop;
	struct ipc	*ipc;
	struct multi	*multi;
	struct row_scratch scratch;	/* of all rows */
	struct loop_timer *tick;	/* goes while something runs */
	struct pace_clock clock;
	struct setup	*setup;		/* NULL until RECORD_CONFIG */
	uint64_t	 generation;
	struct arena	*arena;		/* of one frame */
	char		*ca_file;	/* that may be read: as the first RECORD_CONFIG has it; or NULL */
	uint64_t	 max_body;	/* that memory is bounded for */
	char		*listen;	/* where hubs find us: as the first RECORD_CONFIG has it; or NULL */
	struct websub	*websub;	/* or NULL */
	struct push	*document;	/* that a user brings, while its pieces come; or NULL */
	bool		 leaving;	/* no more is begun */

	struct waiting_list waiting;
	struct slot_list running;	/* oldest first */
	struct slot_list idle;
	size_t		 n_running;
	bool		 starting;	/* start_some() is at work */
	bool		 blocked;	/* the channel is behind */
	bool		 crowded;	/* the rows under way hold too much */
	bool		 holding;	/* somebody is paused */
};

static char *
take_string(struct span span)
{
	char *str = strndup(span.ptr, span.len);

	if (str == NULL)
		abort();
	return str;
}

/* --- back-pressure -------------------------------------------------------------------------- */

static size_t
held(const struct fetcher *fetcher)
{
	const struct slot *slot;
	size_t bytes = 0;

	TAILQ_FOREACH(slot, &fetcher->running, link)
		bytes += fetch_held(slot->fetch);
	return bytes;
}

/*
 * Each limit is left again well below where it was met, or we would pause and resume all the time. Rows that have not
 * grown can only leave theirs.
 */
static bool
is_full(struct fetcher *fetcher, bool grown)
{
	fetcher->blocked = ipc_queued(fetcher->ipc) > (fetcher->blocked ? IPC_QUEUE_LOW : FETCHER_QUEUE_MAX);
	if (grown || fetcher->crowded)
		fetcher->crowded = held(fetcher) > (fetcher->crowded ? FETCHER_ROWS_MAX / 2 : FETCHER_ROWS_MAX);
	return fetcher->blocked || fetcher->crowded;
}

/* --- running ------------------------------------------------------------------------------ */

static void
retire(struct slot *slot)
{
	struct fetcher *fetcher = slot->fetcher;

	TAILQ_REMOVE(&fetcher->running, slot, link);
	TAILQ_INSERT_HEAD(&fetcher->idle, slot, link);
	fetcher->n_running--;
	setup_drop(slot->setup);
	slot->setup = NULL;
}

static void	start_some(struct fetcher *fetcher);
static void	on_turn(void *arg);

static bool	may_read(void *arg);
static void	on_done(void *arg, const char *frames, size_t len);

static const struct fetch_ops fetch_ops = { may_read, on_done };

static void
on_done(void *arg, const char *frames, size_t len)
{
	struct slot *slot = arg;
	struct fetcher *fetcher = slot->fetcher;

	ipc_send_frames(fetcher->ipc, frames, len);
	retire(slot);
	start_some(fetcher);
}

static struct slot *
take_slot(struct fetcher *fetcher)
{
	struct slot *slot = TAILQ_FIRST(&fetcher->idle);

	if (slot != NULL)
		TAILQ_REMOVE(&fetcher->idle, slot, link);
	else {
		slot = calloc(1, sizeof(*slot));
		if (slot == NULL)
			abort();
		slot->fetcher = fetcher;
		slot->fetch = fetch_new(fetcher->multi, &fetcher->scratch, &fetcher->clock, &fetch_ops, slot);
	}
	TAILQ_INSERT_TAIL(&fetcher->running, slot, link);
	if (fetcher->n_running++ == 0 && !loop_timer_running(fetcher->tick)) {
		pace_tick(&fetcher->clock, loop_mono_ms(), true);
		loop_timer_start(fetcher->tick, PACE_TICK_MS);
	}
	return slot;
}

static void
start_one(struct fetcher *fetcher)
{
	struct waiting *next = TAILQ_FIRST(&fetcher->waiting);
	struct slot *slot = take_slot(fetcher);
	uint64_t before = mark_set(next->job);	/* NOLINT(clang-analyzer-unix.Malloc): it takes the head of a TAILQ for still there */

	TAILQ_REMOVE(&fetcher->waiting, next, link);
	slot->setup = setup_hold(fetcher->setup);
	fetch_start(slot->fetch, &slot->setup->config, next->frame, next->len);
	free(next);
	mark_set(before);
}

/*
 * A file that we may read has been replaced (a laptop that changes networks gets a new resolv.conf), and the new one is out
 * of our reach: what runs is brought to its end, and core starts a fetcher that can read it.
 */
static bool
must_leave(struct fetcher *fetcher)
{
	if (!fetcher->leaving && fetcher->n_running == 0 && !TAILQ_EMPTY(&fetcher->waiting))
		fetcher->leaving = sandbox_stale();
	if (!fetcher->leaving)
		return false;
	if (fetcher->n_running == 0 && ipc_queued(fetcher->ipc) == 0)
		loop_stop(fetcher->loop);
	else if (!loop_timer_running(fetcher->tick))
		loop_timer_start(fetcher->tick, PACE_TICK_MS);
	return true;
}

/* A job may be over before fetch_start() returns, and on_done() then comes by here: hence the flag, not a recursion. */
static void
start_some(struct fetcher *fetcher)
{
	if (fetcher->starting || fetcher->setup == NULL || must_leave(fetcher))
		return;
	fetcher->starting = true;
	while (!TAILQ_EMPTY(&fetcher->waiting) && fetcher->n_running < fetcher->setup->config.parallel && !is_full(fetcher, false))
		start_one(fetcher);
	fetcher->starting = false;
}

/* What is over moves to the other list, and others may start: those that do are looked at next time, or this time. */
static void
on_tick(void *arg)
{
	struct fetcher *fetcher = arg;
	struct slot *slot, *next;

	pace_tick(&fetcher->clock, loop_mono_ms(), false);
	for (slot = TAILQ_FIRST(&fetcher->running); slot != NULL; slot = next) {
		next = TAILQ_NEXT(slot, link);
		mark_set(fetch_job(slot->fetch));
		fetch_tick(slot->fetch);
	}
	mark_set(MARK_NOBODY);
	if (fetcher->n_running != 0)
		loop_timer_start(fetcher->tick, PACE_TICK_MS);
	fetcher->leaving = fetcher->leaving || sandbox_stale();
	on_turn(fetcher);
}

/* --- pausing ---------------------------------------------------------------------------------- */

static bool
must_wait(const struct fetcher *fetcher, const struct slot *slot)
{
	return fetcher->blocked || (fetcher->crowded && slot != TAILQ_FIRST(&fetcher->running));
}

/* Asked before each piece of a document: libcurl may read much of many transfers before it comes back to the loop. */
static bool
may_read(void *arg)
{
	struct slot *slot = arg;
	struct fetcher *fetcher = slot->fetcher;

	if (!is_full(fetcher, true) || !must_wait(fetcher, slot))
		return true;
	fetcher->holding = true;
	return false;
}

/* Resuming may end a fetch, which changes the list: then true, for another go from the start. */
static bool
pause_some(struct fetcher *fetcher)
{
	const struct slot *first = TAILQ_FIRST(&fetcher->running);
	size_t before = fetcher->n_running;
	bool holding = false;
	struct slot *slot;

	for (slot = TAILQ_FIRST(&fetcher->running); slot != NULL; slot = TAILQ_NEXT(slot, link)) {
		mark_set(fetch_job(slot->fetch));
		fetch_pause(slot->fetch, must_wait(fetcher, slot));
		mark_set(MARK_NOBODY);
		if (must_wait(fetcher, slot))	/* by now: what it had held back may have been too much again */
			holding = true;
		if (fetcher->n_running != before || TAILQ_FIRST(&fetcher->running) != first)
			return true;
	}
	fetcher->holding = holding;
	return false;
}

/* After libcurl has worked, and when the channel has drained. */
static void
on_turn(void *arg)
{
	struct fetcher *fetcher = arg;

	while ((is_full(fetcher, false) || fetcher->holding) && pause_some(fetcher))
		;
	start_some(fetcher);
}

/* --- the channel ------------------------------------------------------------------------------- */

static void
ask_core(void *arg, const struct rec_hub_call *call)
{
	struct fetcher *fetcher = arg;

	record_encode(&record_hub_call, call, ipc_begin(fetcher->ipc));
	ipc_end(fetcher->ipc);
}

static void
send_pushed(void *arg, const char *frames, size_t len)
{
	struct fetcher *fetcher = arg;

	ipc_send_frames(fetcher->ipc, frames, len);
}

static bool
may_push(void *arg)
{
	return !is_full(arg, false);
}

static const struct websub_ops websub_ops = { ask_core, send_pushed, may_push };

/* Without a place to listen at everything else works, and hubs are not believed. */
static void
open_door(struct fetcher *fetcher, const struct rec_config *rec)
{
	char error[WEBSUB_ERROR_BYTES];

	if (rec->websub_listen.len == 0)
		return;
	fetcher->listen = take_string(rec->websub_listen);
	fetcher->websub = websub_new(fetcher->loop, fetcher->listen, &fetcher->scratch, &websub_ops, fetcher, error);
	if (fetcher->websub == NULL)
		log_error("hubs cannot reach us: %s", error);
}

/*
 * The first configuration comes before the first job: all is open by now but what it names, and not one byte of the network's
 * has been read.
 */
static int
lock_down(struct fetcher *fetcher, const struct rec_config *rec)
{
	struct sandbox_path ca_file = { .rights = SANDBOX_READ };
	struct sandbox sandbox = { .role = SANDBOX_FETCHER, .paths = &ca_file };

	open_door(fetcher, rec);
	if (fetcher->websub != NULL)
		sandbox.role = SANDBOX_LISTENER;
	fetcher->max_body = rec->max_body;
	sandbox.memory_max = FETCHER_MEMORY_BASE + FETCHER_MEMORY_BODIES * rec->max_body;
	mark_memory(sandbox.memory_max);
	if (rec->ca_file.len != 0) {
		fetcher->ca_file = take_string(rec->ca_file);
		ca_file.path = fetcher->ca_file;
		sandbox.n_paths = 1;
	}
	return sandbox_enter(&sandbox);
}

static bool
is_same(struct span span, const char *str)
{
	return span.len == (str != NULL ? strlen(str) : 0) && (span.len == 0 || memcmp(span.ptr, str, span.len) == 0);
}

/* Connections that the one before allowed, and this one does not, would live on. */
static bool
forbids_more(const struct fetcher *fetcher, const struct rec_config *rec)
{
	return fetcher->setup != NULL && fetcher->setup->config.allow_private && !rec->allow_private_networks;
}

/* A later one may ask for more than the walls let through. */
static bool
fits(const struct fetcher *fetcher, const struct rec_config *rec)
{
	return !forbids_more(fetcher, rec) && rec->max_body <= fetcher->max_body &&
	    (rec->ca_file.len == 0 || is_same(rec->ca_file, fetcher->ca_file)) && is_same(rec->websub_listen, fetcher->listen);
}

static int
take_config(struct fetcher *fetcher, const char *ptr, size_t len, const char **error)
{
	struct rec_config rec;

	if (record_decode(&record_config, ptr, len, &rec, fetcher->arena, error) != 0)
		return -1;
	*error = "the sandbox cannot be closed";
	if (fetcher->setup == NULL) {
		if (lock_down(fetcher, &rec) == -1)
			return -1;
		mark_set(MARK_NOBODY);
	}
	fetcher->leaving = fetcher->leaving || !fits(fetcher, &rec);
	setup_drop(fetcher->setup);
	fetcher->setup = setup_new(&rec, ++fetcher->generation);
	if (fetcher->websub != NULL)
		websub_config(fetcher->websub, &fetcher->setup->config);
	multi_set_parallel(fetcher->multi, fetcher->setup->config.parallel);
	return 0;
}

static int
take_job(struct fetcher *fetcher, const char *ptr, size_t len, const char **error)
{
	struct rec_job rec;
	struct waiting *waiting;

	if (record_decode(&record_job, ptr, len, &rec, fetcher->arena, error) != 0)
		return -1;
	waiting = malloc(sizeof(*waiting) + len);
	if (waiting == NULL)
		abort();
	waiting->job = rec.job;
	waiting->len = len;
	memcpy(waiting->frame, ptr, len);
	TAILQ_INSERT_TAIL(&fetcher->waiting, waiting, link);
	return 0;
}

static int
take_cancel(struct fetcher *fetcher, const char *ptr, size_t len, const char **error)
{
	struct rec_cancel rec;
	struct waiting *waiting;
	struct slot *slot;

	if (record_decode(&record_cancel, ptr, len, &rec, fetcher->arena, error) != 0)
		return -1;
	TAILQ_FOREACH(waiting, &fetcher->waiting, link)
		if (waiting->job == rec.job) {
			TAILQ_REMOVE(&fetcher->waiting, waiting, link);
			free(waiting);
			return 0;
		}
	TAILQ_FOREACH(slot, &fetcher->running, link)
		if (fetch_job(slot->fetch) == rec.job) {
			mark_set(rec.job);
			fetch_cancel(slot->fetch);
			mark_set(MARK_NOBODY);
			retire(slot);
			return 0;
		}
	return 0;
}

static int
take_hub_reply(struct fetcher *fetcher, const char *ptr, size_t len, const char **error)
{
	struct rec_hub_reply rec;

	if (record_decode(&record_hub_reply, ptr, len, &rec, fetcher->arena, error) != 0)
		return -1;
	if (fetcher->websub == NULL) {
		*error = "an answer to what was not asked";
		return -1;
	}
	websub_reply(fetcher->websub, &rec);
	return 0;
}

/* The pieces come one after the other, so it is the job of the first. */
static int
take_document(struct fetcher *fetcher, const char *ptr, size_t len, const char **error)
{
	struct rec_document rec;
	struct buf frames;

	if (record_decode(&record_document, ptr, len, &rec, fetcher->arena, error) != 0)
		return -1;
	if (fetcher->setup == NULL) {
		*error = "a document before the configuration";
		return -1;
	}
	if (fetcher->document == NULL) {
		const struct rec_hub_reply job = { .job = rec.job, .url = rec.url };
		const char *type = rec.content_type.ptr == NULL ? NULL :
		    arena_strndup(fetcher->arena, rec.content_type.ptr, rec.content_type.len);

		fetcher->document = push_new(&fetcher->scratch, &fetcher->setup->config, &job, type, NULL);
	}
	push_add(fetcher->document, rec.data.ptr, rec.data.len);
	if (rec.more)
		return 0;
	frames = push_end(fetcher->document);
	ipc_send_frames(fetcher->ipc, frames.ptr, frames.len);
	buf_free(&frames);
	push_free(fetcher->document);
	fetcher->document = NULL;
	return 0;
}

static const struct {
	enum record_type type;
	int (*take)(struct fetcher *, const char *ptr, size_t len, const char **error);
} takers[] = {
	{ RECORD_CONFIG, take_config }, { RECORD_JOB, take_job }, { RECORD_CANCEL, take_cancel },
	{ RECORD_HUB_REPLY, take_hub_reply }, { RECORD_DOCUMENT, take_document },
};

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct fetcher *fetcher = arg;
	const char *error = "a record that is not for the fetcher";
	int type = record_type(ptr, len), status = -1;

	arena_reset(fetcher->arena);
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if ((int)takers[i].type == type)
			status = takers[i].take(fetcher, ptr, len, &error);
	if (status != 0)
		log_error("channel: %s", error);
	return status;
}

static void
on_idle(void *arg)
{
	start_some(arg);
}

static void
on_close(void *arg, const char *why)
{
	struct fetcher *fetcher = arg;

	log_debug("channel: %s", why);
	loop_stop(fetcher->loop);
}

static const struct ipc_ops ipc_ops = { on_frame, on_turn, on_idle, on_close };

struct fetcher *
fetcher_new(struct loop *loop, int fd)
{
	struct fetcher *fetcher = calloc(1, sizeof(*fetcher));

	if (fetcher == NULL)
		abort();
	TAILQ_INIT(&fetcher->waiting);
	TAILQ_INIT(&fetcher->running);
	TAILQ_INIT(&fetcher->idle);
	fetcher->loop = loop;
	fetcher->arena = arena_new(0);
	row_scratch_init(&fetcher->scratch);
	fetcher->tick = loop_timer_new(loop, on_tick, fetcher);
	fetcher->multi = multi_new(loop, on_turn, fetcher);
	fetcher->ipc = ipc_new(loop, fd, &ipc_ops, fetcher);
	return fetcher;
}

static void
free_slots(struct slot_list *list)
{
	struct slot *slot;

	while ((slot = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, slot, link);
		fetch_free(slot->fetch);
		setup_drop(slot->setup);
		free(slot);
	}
}

void
fetcher_free(struct fetcher *fetcher)
{
	struct waiting *waiting;

	while ((waiting = TAILQ_FIRST(&fetcher->waiting)) != NULL) {
		TAILQ_REMOVE(&fetcher->waiting, waiting, link);
		free(waiting);
	}
	websub_free(fetcher->websub);
	free_slots(&fetcher->running);
	free_slots(&fetcher->idle);
	row_scratch_free(&fetcher->scratch);
	multi_free(fetcher->multi);
	loop_timer_free(fetcher->tick);
	push_free(fetcher->document);
	ipc_free(fetcher->ipc);
	setup_drop(fetcher->setup);
	arena_free(fetcher->arena);
	free(fetcher->ca_file);
	free(fetcher->listen);
	free(fetcher);
}

bool
fetcher_leaves(const struct fetcher *fetcher)
{
	return fetcher->leaving;
}
