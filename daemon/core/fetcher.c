#include "daemon/core/fetcher.h"

#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/worker.h"

struct fetcher {
	struct core	*core;
	struct worker	*worker;
	struct loop_timer *silence;
	int64_t		 heard_ms;	/* when it last said something; the timer runs while there are jobs */
	bool		 answered;	/* this one has said something */
	bool		 paused;
};

/* --- the channel ------------------------------------------------------------------ */

static void
send_config(struct fetcher *fetcher, struct ipc *ipc)
{
	const struct conf *conf = &fetcher->core->conf;
	struct rec_config config = {
		.parallel = (uint64_t)conf->parallel, .max_body = (uint64_t)conf->max_body_bytes,
		.timeout_ms = (uint64_t)conf->timeout_ms, .allow_private_networks = conf->allow_private_networks,
		.user_agent = SPAN(conf->user_agent), .ca_file = SPAN(conf->ca_file), .proxy = SPAN(conf->proxy)
	};

	record_encode(&record_config, &config, ipc_begin(ipc));
	ipc_end(ipc);
}

static void
on_start(void *arg, struct ipc *ipc)
{
	struct fetcher *fetcher = arg;

	fetcher->heard_ms = loop_mono_ms();
	fetcher->answered = false;
	send_config(fetcher, ipc);
	if (fetcher->paused)
		ipc_pause(ipc);
	poll_kick(fetcher->core->poll);
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct fetcher *fetcher = arg;

	fetcher->answered = true;
	return ingest_frame(fetcher->core->ingest, ptr, len);
}

static void
on_drain(void *arg)
{
	struct fetcher *fetcher = arg;

	poll_kick(fetcher->core->poll);
}

static void
on_idle(void *arg)
{
	struct fetcher *fetcher = arg;

	fetcher->heard_ms = loop_mono_ms();
	ingest_idle(fetcher->core->ingest);
}

static void
on_end(void *arg, const char *why, bool crashed)
{
	struct fetcher *fetcher = arg;

	ingest_lost(fetcher->core->ingest);
	/* One that gave up by itself before it did anything could not work at all: no feed is to blame. */
	poll_lost(fetcher->core->poll, why, crashed || fetcher->answered);
}

static const struct worker_ops worker_ops = { on_start, on_frame, on_drain, on_idle, on_end };

/* --- silence ---------------------------------------------------------------------- */

static int64_t
patience_ms(const struct fetcher *fetcher)
{
	return fetcher->core->conf.timeout_ms + FETCHER_GRACE_MS;
}

/* Transfers end by their own timeout; a fetcher that does not even say so any more will not come back. */
static void
on_silence(void *arg)
{
	struct fetcher *fetcher = arg;
	int64_t now_ms = loop_mono_ms();

	if (poll_in_flight(fetcher->core->poll) == 0)
		return;
	if (fetcher->paused || !worker_running(fetcher->worker))
		fetcher->heard_ms = now_ms;
	if (now_ms - fetcher->heard_ms >= patience_ms(fetcher))
		worker_kill(fetcher->worker, "it hangs");
	loop_timer_start(fetcher->silence, FETCHER_GRACE_MS / 4);
}

/* --- for others -------------------------------------------------------------------- */

struct fetcher *
fetcher_new(struct core *core, bool verbose)
{
	const char *argv[] = { verbose ? "-v" : NULL, NULL };
	struct fetcher *fetcher = calloc(1, sizeof *fetcher);

	if (fetcher == NULL)
		abort();
	fetcher->core = core;
	fetcher->worker = worker_new(core->loop, "gazetted-fetcher", argv, &worker_ops, fetcher);
	fetcher->silence = loop_timer_new(core->loop, on_silence, fetcher);
	return fetcher;
}

void
fetcher_free(struct fetcher *fetcher)
{
	if (fetcher == NULL)
		return;
	worker_free(fetcher->worker);
	loop_timer_free(fetcher->silence);
	free(fetcher);
}

void
fetcher_start(struct fetcher *fetcher)
{
	worker_start(fetcher->worker);
}

bool
fetcher_ready(const struct fetcher *fetcher)
{
	const struct ipc *ipc = worker_ipc(fetcher->worker);

	return ipc != NULL && !fetcher->paused && ipc_queued(ipc) < FETCHER_QUEUE_MAX;
}

void
fetcher_send(struct fetcher *fetcher, const struct rec_job *job)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	record_encode(&record_job, job, ipc_begin(ipc));
	ipc_end(ipc);
	if (loop_timer_running(fetcher->silence))
		return;
	fetcher->heard_ms = loop_mono_ms();
	loop_timer_start(fetcher->silence, FETCHER_GRACE_MS / 4);
}

void
fetcher_kill(struct fetcher *fetcher, const char *why)
{
	worker_kill(fetcher->worker, why);
}

void
fetcher_pause(struct fetcher *fetcher, bool paused)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	fetcher->paused = paused;
	if (ipc != NULL && paused)
		ipc_pause(ipc);
	else if (ipc != NULL)
		ipc_resume(ipc);
}

void
fetcher_configure(struct fetcher *fetcher)
{
	struct ipc *ipc = worker_ipc(fetcher->worker);

	if (ipc != NULL)
		send_config(fetcher, ipc);
}

bool
fetcher_running(const struct fetcher *fetcher)
{
	return worker_running(fetcher->worker);
}

uint64_t
fetcher_restarts(const struct fetcher *fetcher)
{
	return worker_restarts(fetcher->worker);
}

int
fetcher_pid(const struct fetcher *fetcher)
{
	return worker_pid(fetcher->worker);
}
