/*
 * gazetted-indexer [-v] STATEDIR - run by gazetted, with a channel to it at descriptor 3.
 *
 * Waits until what core tells of has been quiet for QUIET_MS, but not longer than PATIENCE_MS, then works until it
 * has caught up, telling after each step how far it is; at the lowest priority, so that it is never in anybody's way. Ends
 * when the channel does.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/indexer/index-backup.h"
#include "daemon/indexer/index.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/priority.h"
#include "daemon/shared/sandbox.h"

enum {
	QUIET_MS = 300,
	PATIENCE_MS = 3000,
	RETRY_MS = 10000,		/* after a failure */
	ARENA_BYTES = 64 << 10
};

/* A batch, its largest document as it is and packed, SQLite's caches, FTS5's pending words; several times what they can be. */
#define INDEXER_MEMORY_MAX (1ULL << 30)

enum phase { PHASE_IDLE, PHASE_WAITING, PHASE_WORKING };

struct indexer {
	struct loop	*loop;
	struct ipc	*ipc;
	struct loop_timer *timer;
	struct index	*index;
	struct arena	*arena;
	const char	*state_dir;
	enum phase	 phase;
	int64_t		 waiting_since_ms;
	bool		 failing;
};

static void
tell(struct indexer *indexer)
{
	struct rec_index_state state = index_state(indexer->index);

	record_encode(&record_index_state, &state, ipc_begin(indexer->ipc));
	ipc_end(indexer->ipc);
}

static void
on_failure(struct indexer *indexer)
{
	if (!indexer->failing)
		log_warn("%s; trying again every %d s", index_error(indexer->index), RETRY_MS / 1000);
	indexer->failing = true;
	indexer->phase = PHASE_WAITING;
	indexer->waiting_since_ms = loop_mono_ms();
	loop_timer_start(indexer->timer, RETRY_MS);
}

/* One step in a turn of the loop, so that the channel is looked at in between. */
static void
work(struct indexer *indexer)
{
	enum index_result result = index_step(indexer->index);

	if (result == INDEX_FAILED) {
		on_failure(indexer);
		return;
	}
	if (result != INDEX_DONE)
		tell(indexer);
	else
		result = index_tidy(indexer->index);
	indexer->failing = indexer->failing && result == INDEX_FAILED;
	indexer->phase = result == INDEX_DONE || result == INDEX_FAILED ? PHASE_IDLE : PHASE_WORKING;
	if (indexer->phase == PHASE_WORKING)
		loop_timer_start(indexer->timer, 0);
}

static void
on_timer(void *arg)
{
	struct indexer *indexer = arg;

	indexer->phase = PHASE_WORKING;
	work(indexer);
}

static void
on_go(struct indexer *indexer)
{
	int64_t now = loop_mono_ms(), left;

	if (indexer->phase == PHASE_WORKING || indexer->failing)
		return;
	if (indexer->phase == PHASE_IDLE)
		indexer->waiting_since_ms = now;
	indexer->phase = PHASE_WAITING;
	left = indexer->waiting_since_ms + PATIENCE_MS - now;
	loop_timer_start(indexer->timer, left < 0 ? 0 : left < QUIET_MS ? left : QUIET_MS);
}

/* The index waits meanwhile. */
static int
on_backup(struct indexer *indexer, const char *ptr, size_t len)
{
	char why[INDEX_ERROR_BYTES] = "";
	struct rec_backup_made made = { 0 };
	struct rec_backup_go go;
	const char *error;

	if (record_decode(&record_backup_go, ptr, len, &go, indexer->arena, &error) != 0) {
		log_error("a record from gazetted: %s", error);
		return -1;
	}
	made.number = go.number;
	if (index_backup(indexer->state_dir, why) == -1)
		made.error = SPAN(why);
	record_encode(&record_backup_made, &made, ipc_begin(indexer->ipc));
	ipc_end(indexer->ipc);
	return 0;
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct indexer *indexer = arg;
	struct rec_index_go go;
	const char *error = "not for an indexer";

	arena_reset(indexer->arena);
	if (record_type(ptr, len) == RECORD_BACKUP_GO)
		return on_backup(indexer, ptr, len);
	if (record_type(ptr, len) != RECORD_INDEX_GO || record_decode(&record_index_go, ptr, len, &go, indexer->arena, &error) != 0) {
		log_error("a record from gazetted: %s", error);
		return -1;
	}
	on_go(indexer);
	return 0;
}

static void
on_close(void *arg, const char *why)
{
	struct indexer *indexer = arg;

	log_debug("%s", why);
	loop_stop(indexer->loop);
}

static const struct ipc_ops ops = { .on_frame = on_frame, .on_close = on_close };

/* What is in the databases a stranger has written: not one byte of it is read before. */
static void
lock_down(const char *state_dir)
{
	const struct sandbox_path path = { state_dir, SANDBOX_READ | SANDBOX_CHANGE };
	const struct sandbox sandbox = { .role = SANDBOX_INDEXER, .paths = &path, .n_paths = 1, .memory_max = INDEXER_MEMORY_MAX };

	if (sandbox_enter(&sandbox) == -1)
		exit(1);
}

static void
start(struct indexer *indexer, const char *state_dir)
{
	char error[INDEX_ERROR_BYTES];

	indexer->state_dir = state_dir;
	indexer->index = index_open(state_dir, error);
	if (indexer->index == NULL) {
		log_error("%s", error);
		exit(1);
	}
	indexer->loop = loop_new();
	indexer->arena = arena_new(ARENA_BYTES);
	indexer->timer = loop_timer_new(indexer->loop, on_timer, indexer);
	indexer->ipc = ipc_new(indexer->loop, IPC_FD, &ops, indexer);
	tell(indexer);
	on_go(indexer);
}

int
main(int argc, char **argv)
{
	struct indexer indexer = { .phase = PHASE_IDLE };
	bool verbose = argc > 2 && strcmp(argv[1], "-v") == 0;

	if (argc != (verbose ? 3 : 2))
		errx(2, "usage: gazetted-indexer [-v] STATEDIR (run by gazetted)");
	log_open("gazetted-indexer", verbose);
	priority_lowest();
	lock_down(argv[argc - 1]);
	start(&indexer, argv[argc - 1]);
	loop_run(indexer.loop);
	loop_timer_free(indexer.timer);
	ipc_free(indexer.ipc);
	index_close(indexer.index);
	arena_free(indexer.arena);
	loop_free(indexer.loop);
	return 0;
}
