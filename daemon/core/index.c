#include "daemon/core/index.h"

#include <inttypes.h>
#include <stdlib.h>

#include "daemon/core/backup.h"
#include "daemon/core/store.h"
#include "daemon/core/watch.h"
#include "daemon/core/worker.h"
#include "daemon/shared/log.h"
#include "daemon/shared/record.h"

enum { ARENA_BYTES = 64 << 10 };

#define UNHEARD UINT64_MAX

struct index {
	struct core	*core;
	struct worker	*worker;
	struct arena	*arena;
	struct rec_index_state state;	/* its last word */
	uint64_t	 attached;	/* the generation that searches use; 0: none, UNHEARD: that of an earlier run */
	int64_t		 owed_seq;	/* to be told when its queue is empty; 0: nothing */
	bool		 heard;
	uint64_t	 backup;	/* the number of the last one asked for */
};

/* --- the channel ------------------------------------------------------------------ */

/* Only the newest number matters: while the queue is not empty, it waits. */
static void
tell(struct index *index)
{
	struct ipc *ipc = worker_ipc(index->worker);
	struct rec_index_go record = { .seq = (uint64_t)index->owed_seq };

	if (ipc == NULL || index->owed_seq == 0 || ipc_queued(ipc) >= IPC_QUEUE_LOW)
		return;
	record_encode(&record_index_go, &record, ipc_begin(ipc));
	ipc_end(ipc);
	index->owed_seq = 0;
}

static void
on_start(void *arg, struct ipc *ipc)
{
	struct index *index = arg;

	(void)ipc;
	index_go(index, store_seq(index->core->store));
}

static void
attach(struct index *index)
{
	int status;

	if (index->state.rebuilding) {
		if (index->attached != 0)
			log_info("the index is being rebuilt; searches wait");
		store_index_detach(index->core->store);
		index->attached = 0;
		return;
	}
	if (index->attached == index->state.generation)
		return;
	status = store_index_attach(index->core->store);
	if (status == STORE_OK)
		index->attached = index->state.generation;
	else
		log_warn("the index cannot be used: %s", store_error(index->core->store));
}

static int
take_backup(struct index *index, const char *ptr, size_t len)
{
	struct rec_backup_made made;
	const char *error;

	if (record_decode(&record_backup_made, ptr, len, &made, index->arena, &error) == -1) {
		worker_kill(index->worker, WORKER_BROKE, "broke the protocol: %s", error);
		return -1;
	}
	if (made.number == index->backup)
		backup_made(index->core->backup, made.error.ptr == NULL ? NULL :
		    arena_strndup(index->arena, made.error.ptr, made.error.len));
	return 0;
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct index *index = arg;
	const char *error;

	arena_reset(index->arena);
	if (record_type(ptr, len) == RECORD_BACKUP_MADE)
		return take_backup(index, ptr, len);
	if (record_decode(&record_index_state, ptr, len, &index->state, index->arena, &error) == -1) {
		worker_kill(index->worker, WORKER_BROKE, "broke the protocol: %s", error);
		return -1;
	}
	index->heard = true;
	attach(index);
	if (!index->state.rebuilding)
		store_index_reached(index->core->store, (int64_t)index->state.seq);
	core_changed(index->core);
	watch_go(index->core->watches);
	return 0;
}

static void
on_drain(void *arg)
{
	tell(arg);
}

/* What it has built stays of use while it is away. */
static void
on_end(void *arg, const char *why, enum worker_end how)
{
	struct index *index = arg;

	(void)how;
	index->heard = false;
	backup_made(index->core->backup, arena_printf(index->arena, "gazetted-indexer has ended: %s", why));
}

static const struct worker_ops worker_ops = { on_start, on_frame, on_drain, NULL, on_end };

/* --- for others -------------------------------------------------------------------- */

struct index *
index_new(struct core *core)
{
	struct index *index = calloc(1, sizeof *index);

	if (index == NULL)
		abort();
	index->core = core;
	index->arena = arena_new(ARENA_BYTES);
	index->worker = worker_new(core->loop, core->porter, PORTER_INDEXER, -1, &worker_ops, index);
	return index;
}

void
index_free(struct index *index)
{
	if (index == NULL)
		return;
	worker_free(index->worker);
	arena_free(index->arena);
	free(index);
}

/* What an earlier run has built is of use before the helper has looked at it. */
void
index_start(struct index *index)
{
	if (store_index_attach(index->core->store) == STORE_OK)
		index->attached = UNHEARD;
	worker_start(index->worker);
}

void
index_go(struct index *index, int64_t seq)
{
	index->owed_seq = seq;
	tell(index);
}

bool
index_backup(struct index *index)
{
	struct ipc *ipc = worker_ipc(index->worker);
	struct rec_backup_go record = { .number = index->backup + 1 };

	if (ipc == NULL || !index->heard)
		return false;
	index->backup++;
	record_encode(&record_backup_go, &record, ipc_begin(ipc));
	ipc_end(ipc);
	return true;
}

void
index_state(const struct index *index, struct index_state *state)
{
	*state = (struct index_state){
		.seq = (int64_t)index->state.seq, .entries = (int64_t)index->state.entries,
		.word = "ok", .restarts = worker_restarts(index->worker)
	};
	if (worker_running(index->worker) && !index->heard && state->restarts == 0)
		state->word = "starting";
	else if (!worker_running(index->worker) || !index->heard)
		state->word = "down";
	else if (index->state.rebuilding || index->attached == 0)
		state->word = "rebuilding";
}
