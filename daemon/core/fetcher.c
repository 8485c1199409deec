#include "daemon/core/fetcher.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/websub.h"
#include "daemon/core/worker.h"
#include "daemon/shared/conf.h"
#include "daemon/shared/mark.h"

enum { WHY_BYTES = 200 };

struct fetcher {
	struct fetchers	*all;
	struct worker	*worker;
	struct intake	 intake;	/* what it is in the middle of saying */
	size_t		 jobs;		/* sent and not done */
	int		 mark;		/* what it has in its hands, mark.h */
	struct loop_timer *silence, *rest;
	struct fetcher_silence heard;	/* the timer runs while there are jobs */
	bool		 alone;		/* it has one job, or is to have one, that is to be alone */
};

struct fetchers {
	struct core	*core;
	struct fetcher	 each[FETCHERS_MAX];	/* the first is always there */
	size_t		 most;		/* that a burst may have */
	bool		 paused;
};

/* --- the channel ------------------------------------------------------------------ */

static void
send_config(const struct fetcher *fetcher, struct ipc *ipc)
{
	const struct conf *conf = &fetcher->all->core->conf;
	struct rec_config config = {
		.parallel = 2 * (uint64_t)conf->parallel /* slots.h */, .max_body = (uint64_t)conf->max_body_bytes,
		.timeout_ms = (uint64_t)conf->timeout_ms, .allow_private_networks = conf->allow_private_networks,
		.user_agent = SPAN(conf->user_agent), .ca_file = SPAN(conf->ca_file), .proxy = SPAN(conf->proxy)
	};

	if (fetcher == fetcher->all->each)
		config.websub_listen = SPAN(conf->websub_listen);
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
	send_config(fetcher, ipc);
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

	if (record_type(ptr, len) == RECORD_HUB_CALL)
		breach = websub_frame(fetcher->all->core->websub, fetcher, ptr, len);
	else
		breach = ingest_frame(fetcher->all->core->ingest, &fetcher->intake, ptr, len);
	if (breach == NULL)
		return 0;
	worker_kill(fetcher->worker, WORKER_BROKE, "broke the protocol: %s", breach);
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
	struct poll_loss loss = { .fetcher = fetcher, .own_fault = how == WORKER_CRASHED || how == WORKER_BROKE };
	char memory[CONF_QUANTITY_BYTES], text[WHY_BYTES];
	struct mark mark;

	mark_take(fetcher->mark, &mark);
	/* One that has not even begun cannot work at all, which no feed is to blame for. */
	loss.counts = how == WORKER_BROKE || (how != WORKER_OUTDATED && mark.job != MARK_BLANK);
	/* By the time that what it said is read it has other things in its hands. */
	if (how == WORKER_CRASHED)
		loss.culprit = mark.job;
	else if (how == WORKER_BROKE && fetcher->intake.job != NULL)
		loss.culprit = fetcher->intake.job->id;
	snprintf(text, sizeof text, "%s", why);
	if (how == WORKER_CRASHED && mark.memory_bytes != 0)
		snprintf(text, sizeof text, "ran out of its memory of %s", conf_format_size((int64_t)mark.memory_bytes, memory));
	loss.why = text;
	intake_forget(&fetcher->intake);
	fetcher->alone = false;
	poll_lost(fetcher->all->core->poll, &loss);
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
	int64_t patience_ms = all->core->conf.timeout_ms + FETCHER_GRACE_MS;
	char time[CONF_QUANTITY_BYTES];

	if (fetcher->jobs == 0)
		return;
	if (fetcher_hangs(&fetcher->heard, loop_mono_ms(), patience_ms, all->paused || !worker_running(fetcher->worker)))
		worker_kill(fetcher->worker, WORKER_CRASHED, "did not answer for %s", conf_format_ms(patience_ms, time));
	loop_timer_start(fetcher->silence, FETCHER_LOOK_MS);
}

static void
on_rest(void *arg)
{
	struct fetcher *fetcher = arg;

	if (fetcher->jobs == 0 && !fetcher->alone)
		worker_stop(fetcher->worker);
}

/* --- jobs -------------------------------------------------------------------------- */

struct fetcher *
fetchers_pick(struct fetchers *all)
{
	struct fetcher *best = NULL;

	if (all->paused)
		return NULL;
	for (size_t i = 0; i < FETCHERS_MAX; i++) {
		struct fetcher *fetcher = &all->each[i];
		const struct ipc *ipc = worker_ipc(fetcher->worker);

		if (ipc == NULL || ipc_queued(ipc) >= FETCHER_QUEUE_MAX || fetcher->alone)
			continue;
		if (i == 0 && fetcher->jobs < (size_t)all->core->conf.parallel / FETCHER_ALONE)
			return fetcher;
		if (best == NULL || fetcher->jobs < best->jobs)
			best = fetcher;
	}
	return best;
}

/* The last one gets no more until it has nothing left, and then this job alone; the others go on meanwhile. */
struct fetcher *
fetchers_alone(struct fetchers *all)
{
	struct fetcher *last = &all->each[FETCHERS_MAX - 1];

	if (all->paused)
		return NULL;
	last->alone = true;
	if (worker_idle(last->worker))
		worker_start(last->worker);
	return worker_running(last->worker) && last->jobs == 0 ? last : NULL;
}

void
fetcher_send(struct fetcher *fetcher, const struct rec_job *job)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	record_encode(&record_job, job, ipc_begin(ipc));
	ipc_end(ipc);
	fetcher_began(fetcher);
}

void
fetcher_reply(struct fetcher *fetcher, const struct rec_hub_reply *reply)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	record_encode(&record_hub_reply, reply, ipc_begin(ipc));
	ipc_end(ipc);
}

void
fetcher_document(struct fetcher *fetcher, const struct rec_document *document)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	record_encode(&record_document, document, ipc_begin(ipc));
	ipc_end(ipc);
}

void
fetcher_began(struct fetcher *fetcher)
{
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
	if (--fetcher->jobs > 0)
		return;
	fetcher->alone = false;
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
	for (size_t i = 0; i < FETCHERS_MAX; i++) {
		struct fetcher *fetcher = &all->each[i];

		fetcher->all = all;
		fetcher->intake.fetcher = fetcher;
		fetcher->mark = mark_new();
		fetcher->worker = worker_new(core->loop, core->porter, PORTER_FETCHER, fetcher->mark, &worker_ops, fetcher);
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
	for (size_t i = 0; i < FETCHERS_MAX; i++) {
		struct fetcher *fetcher = &all->each[i];

		worker_free(fetcher->worker);
		close(fetcher->mark);
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
	for (size_t i = 0; i < FETCHERS_MAX; i++) {
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
	for (size_t i = 0; i < FETCHERS_MAX; i++) {
		struct ipc *ipc = worker_ipc(all->each[i].worker);

		if (ipc != NULL)
			send_config(&all->each[i], ipc);
	}
}

size_t
fetchers_running(const struct fetchers *all)
{
	size_t running = 0;

	for (size_t i = 0; i < FETCHERS_MAX; i++)
		running += worker_running(all->each[i].worker);
	return running;
}

uint64_t
fetchers_restarts(const struct fetchers *all)
{
	uint64_t restarts = 0;

	for (size_t i = 0; i < FETCHERS_MAX; i++)
		restarts += worker_restarts(all->each[i].worker);
	return restarts;
}

int
fetchers_pid(const struct fetchers *all)
{
	return worker_pid(all->each[0].worker);
}
