#include "daemon/core/fetcher.h"

#include <sched.h>
#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/worker.h"
#include "daemon/shared/log.h"

struct fetcher {
	struct fetchers	*all;
	struct worker	*worker;
	struct intake	 intake;	/* what it is in the middle of saying */
	size_t		 jobs;		/* sent and not done */
	struct loop_timer *silence, *rest;
	struct fetcher_silence heard;	/* the timer runs while there are jobs */
	bool		 answered;	/* this one has said something */
};

struct fetchers {
	struct core	*core;
	struct fetcher	 each[FETCHERS_MAX];	/* the first is always there */
	size_t		 most;
	bool		 paused;
};

/* --- the channel ------------------------------------------------------------------ */

static void
send_config(const struct core *core, struct ipc *ipc)
{
	const struct conf *conf = &core->conf;
	struct rec_config config = {
		.parallel = (uint64_t)conf->parallel, .max_body = (uint64_t)conf->max_body_bytes,
		.timeout_ms = (uint64_t)conf->timeout_ms, .allow_private_networks = conf->allow_private_networks,
		.user_agent = SPAN(conf->user_agent), .ca_file = SPAN(conf->ca_file), .proxy = SPAN(conf->proxy)
	};

	record_encode(&record_config, &config, ipc_begin(ipc));
	ipc_end(ipc);
}

/* A process beyond the first ends when it has had nothing to do for a while. */
static void
begin_rest(struct fetcher *fetcher)
{
	if (fetcher != fetcher->all->each)
		loop_timer_start(fetcher->rest, FETCHER_REST_MS);
}

static void
on_start(void *arg, struct ipc *ipc)
{
	struct fetcher *fetcher = arg;

	fetcher->heard.heard_ms = loop_mono_ms();
	fetcher->answered = false;
	send_config(fetcher->all->core, ipc);
	if (fetcher->all->paused)
		ipc_pause(ipc);
	begin_rest(fetcher);
	poll_kick(fetcher->all->core->poll);
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct fetcher *fetcher = arg;
	const char *breach;

	fetcher->answered = true;
	breach = ingest_frame(fetcher->all->core->ingest, &fetcher->intake, ptr, len);
	if (breach == NULL)
		return 0;
	log_error("the fetcher broke the protocol: %s", breach);
	worker_kill(fetcher->worker, breach);
	return -1;
}

static void
on_drain(void *arg)
{
	struct fetcher *fetcher = arg;

	poll_kick(fetcher->all->core->poll);
}

static void
on_idle(void *arg)
{
	struct fetcher *fetcher = arg;

	fetcher->heard.heard_ms = loop_mono_ms();
	ingest_idle(fetcher->all->core->ingest);
}

static void
on_end(void *arg, const char *why, enum worker_end how)
{
	struct fetcher *fetcher = arg;

	intake_forget(&fetcher->intake);
	/* One that gave up by itself before it did anything could not work at all: no feed is to blame. */
	poll_lost(fetcher->all->core->poll, fetcher, why,
	    how == WORKER_CRASHED || (how == WORKER_ENDED && fetcher->answered));
}

static const struct worker_ops worker_ops = { on_start, on_frame, on_drain, on_idle, on_end };

/* --- silence and rest ----------------------------------------------------------------- */

bool
fetcher_hangs(struct fetcher_silence *silence, int64_t now_ms, int64_t patience_ms, bool excused)
{
	if (excused || now_ms - silence->looked_ms >= 2 * FETCHER_LOOK_MS)
		silence->heard_ms = now_ms;
	silence->looked_ms = now_ms;
	return now_ms - silence->heard_ms >= patience_ms;
}

/* Transfers end by their own timeout; a fetcher that does not even say so any more will not come back. */
static void
on_silence(void *arg)
{
	struct fetcher *fetcher = arg;
	const struct fetchers *all = fetcher->all;

	if (fetcher->jobs == 0)
		return;
	if (fetcher_hangs(&fetcher->heard, loop_mono_ms(), all->core->conf.timeout_ms + FETCHER_GRACE_MS,
	    all->paused || !worker_running(fetcher->worker)))
		worker_kill(fetcher->worker, "it hangs");
	loop_timer_start(fetcher->silence, FETCHER_LOOK_MS);
}

static void
on_rest(void *arg)
{
	struct fetcher *fetcher = arg;

	if (fetcher->jobs == 0)
		worker_stop(fetcher->worker);
}

/* --- jobs -------------------------------------------------------------------------- */

struct fetcher *
fetchers_pick(struct fetchers *all)
{
	struct fetcher *best = NULL;

	if (all->paused)
		return NULL;
	for (size_t i = 0; i < all->most; i++) {
		struct fetcher *fetcher = &all->each[i];
		const struct ipc *ipc = worker_ipc(fetcher->worker);

		if (ipc == NULL || ipc_queued(ipc) >= FETCHER_QUEUE_MAX)
			continue;
		if (i == 0 && fetcher->jobs < (size_t)all->core->conf.parallel / FETCHER_ALONE)
			return fetcher;
		if (best == NULL || fetcher->jobs < best->jobs)
			best = fetcher;
	}
	return best;
}

void
fetcher_send(struct fetcher *fetcher, const struct rec_job *job)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	record_encode(&record_job, job, ipc_begin(ipc));
	ipc_end(ipc);
	fetcher->jobs++;
	loop_timer_stop(fetcher->rest);
	if (loop_timer_running(fetcher->silence))
		return;
	fetcher->heard.heard_ms = fetcher->heard.looked_ms = loop_mono_ms();
	loop_timer_start(fetcher->silence, FETCHER_LOOK_MS);
}

void
fetcher_done(struct fetcher *fetcher)
{
	if (--fetcher->jobs == 0)
		begin_rest(fetcher);
}

void
fetchers_crowded(struct fetchers *all)
{
	for (size_t i = 0; i < all->most; i++)
		if (worker_idle(all->each[i].worker)) {
			worker_start(all->each[i].worker);
			return;
		}
}

/* --- all of them --------------------------------------------------------------------- */

/* A process for each CPU that we may use. */
static size_t
most_useful(void)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) < FETCHERS_MAX)
		return (size_t)CPU_COUNT(&cpus);
	return FETCHERS_MAX;
}

struct fetchers *
fetchers_new(struct core *core)
{
	struct fetchers *all = calloc(1, sizeof *all);

	if (all == NULL)
		abort();
	all->core = core;
	all->most = most_useful();
	for (size_t i = 0; i < all->most; i++) {
		struct fetcher *fetcher = &all->each[i];

		fetcher->all = all;
		fetcher->intake.fetcher = fetcher;
		fetcher->worker = worker_new(core->loop, core->porter, PORTER_FETCHER, &worker_ops, fetcher);
		fetcher->silence = loop_timer_new(core->loop, on_silence, fetcher);
		fetcher->rest = loop_timer_new(core->loop, on_rest, fetcher);
	}
	return all;
}

void
fetchers_free(struct fetchers *all)
{
	if (all == NULL)
		return;
	for (size_t i = 0; i < all->most; i++) {
		struct fetcher *fetcher = &all->each[i];

		worker_free(fetcher->worker);
		intake_forget(&fetcher->intake);
		loop_timer_free(fetcher->silence);
		loop_timer_free(fetcher->rest);
	}
	free(all);
}

void
fetchers_start(struct fetchers *all)
{
	worker_start(all->each[0].worker);
}

void
fetchers_pause(struct fetchers *all, bool paused)
{
	all->paused = paused;
	for (size_t i = 0; i < all->most; i++) {
		struct ipc *ipc = worker_ipc(all->each[i].worker);

		if (ipc != NULL && paused)
			ipc_pause(ipc);
		else if (ipc != NULL)
			ipc_resume(ipc);
	}
}

void
fetchers_configure(struct fetchers *all)
{
	for (size_t i = 0; i < all->most; i++) {
		struct ipc *ipc = worker_ipc(all->each[i].worker);

		if (ipc != NULL)
			send_config(all->core, ipc);
	}
}

size_t
fetchers_running(const struct fetchers *all)
{
	size_t running = 0;

	for (size_t i = 0; i < all->most; i++)
		running += worker_running(all->each[i].worker);
	return running;
}

uint64_t
fetchers_restarts(const struct fetchers *all)
{
	uint64_t restarts = 0;

	for (size_t i = 0; i < all->most; i++)
		restarts += worker_restarts(all->each[i].worker);
	return restarts;
}

int
fetchers_pid(const struct fetchers *all)
{
	return worker_pid(all->each[0].worker);
}
