#include "daemon/core/check.h"

#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/rpc.h"
#include "daemon/core/side.h"
#include "daemon/core/store.h"
#include "daemon/shared/log.h"

/* How an answer begins; what follows says more. */
enum { WHOLE = 'w', DAMAGED = 'd', FAILED = 'f' };

struct check {
	struct core	*core;
	struct side	*side;
	struct rpc_call	*call;		/* waits for the answer */
	bool		 gone;
};

static void
work(const char *state_dir, const char *question, char answer[SIDE_ANSWER_BYTES])
{
	int status = store_check_apart(state_dir, answer + 1, SIDE_ANSWER_BYTES - 1);

	(void)question;
	answer[0] = status == STORE_OK ? WHOLE : status == STORE_EDAMAGED ? DAMAGED : FAILED;
}

static const struct side_task task = { .name = "gazetted-verify", .memory_max = CHECK_MEMORY_MAX, .idle = true, .work = work };

static void
answer_call(struct check *check, const char *answer)
{
	struct rpc_call *call = check->call;
	struct json *json;

	check->call = NULL;
	if (call == NULL)
		return;
	if (answer[0] == FAILED) {
		rpc_fail(call, "check-failed", "gazette.db cannot be looked at: %s", answer + 1);
		return;
	}
	json = rpc_result(call);
	json_put_bool(json, "whole", answer[0] == WHOLE);
	if (answer[0] == DAMAGED)
		json_put_string(json, "finding", answer + 1);
	rpc_send(call);
}

static void
on_answer(void *arg, const char *answer)
{
	struct check *check = arg;

	store_fold_hold(check->core->store, false);
	if (answer == NULL) {
		log_warn("gazetted-verify is gone: whether gazette.db is whole is not looked at until gazetted itself is started anew");
		check->gone = true;
		answer_call(check, "fgazetted-verify is gone");
		return;
	}
	if (answer[0] == DAMAGED) {
		store_condemn(check->core->store, answer + 1);
		ingest_give_up(check->core->ingest);
	} else if (answer[0] == FAILED)
		log_warn("gazette.db cannot be looked at: %s", answer + 1);
	else
		log_debug("gazette.db is whole");
	answer_call(check, answer);
}

struct check *
check_new(const char *state_dir)
{
	struct check *check = calloc(1, sizeof *check);

	if (check == NULL)
		abort();
	check->side = side_new(&task, state_dir);
	if (check->side != NULL)
		return check;
	free(check);
	return NULL;
}

void
check_start(struct check *check, struct core *core)
{
	check->core = core;
	side_start(check->side, core->loop, on_answer, check);
	if (!store_was_checked(core->store) && side_ask(check->side, ""))
		store_fold_hold(core->store, true);
}

void
check_ask(struct check *check, struct rpc_call *call)
{
	if (check->call != NULL)
		rpc_fail(call, "busy", "gazette.db is being looked at for somebody else");
	else if (check->gone)
		rpc_fail(call, "check-failed", "gazetted-verify is gone; start gazetted anew");
	else {
		check->call = call;
		rpc_keep(call);
		/* one that runs already will do */
		side_ask(check->side, "");
	}
}

void
check_free(struct check *check)
{
	if (check == NULL)
		return;
	if (check->call != NULL)
		rpc_fail(check->call, "busy", "the daemon is stopping");
	side_free(check->side, false);
	free(check);
}
