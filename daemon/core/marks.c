#include "daemon/core/marks.h"

#include <stdlib.h>

#include "daemon/core/ingest.h"
#include "daemon/core/rpc.h"
#include "daemon/core/server.h"

enum { MS_US = 1000 };

struct marks {
	struct core	*core;
	struct loop_timer *timer;
	struct mark	*first, **last;
};

/* --- one ----------------------------------------------------------------------------------- */

/* True: it is over, *status says how. */
static bool
go_on(struct core *core, struct mark *mark, int *status)
{
	int64_t until_us = loop_mono_us() + (int64_t)MARKS_TURN_MS * MS_US;
	bool over = false;

	*status = STORE_OK;
	if (!mark->begun) {
		core_before_change(core);
		*status = mark->begin(mark);
		mark->begun = *status == STORE_OK;
	}
	if (*status != STORE_OK)
		return true;
	do
		over = store_edit_step(&mark->edit, MARKS_STEP);
	while (!over && loop_mono_us() < until_us);
	*status = mark->edit.status;
	return over;
}

static void
answer(struct core *core, struct mark *mark, int status)
{
	struct json *json;

	if (status != STORE_OK) {
		rpc_fail_store(mark->call, status);
		/* rules have waited for its end */
		core_changed(core);
		return;
	}
	core_changed(core);
	json = rpc_result(mark->call);
	mark->answer(mark, json);
	json_put_integer(json, "seq", store_seq(core->store));
	rpc_send(mark->call);
}

/* --- all ----------------------------------------------------------------------------------- */

static void
deafen(struct marks *marks, const struct mark *mark, bool deaf)
{
	struct client *client = server_find(marks->core->server, mark->call->client);

	if (client != NULL)
		client_deafen(client, deaf);
}

/* It will not be answered at once. */
static void
keep(struct marks *marks, const struct mark *mark)
{
	if (mark->call->kept)
		return;
	rpc_keep(mark->call);
	deafen(marks, mark, true);
}

/* It is the first. */
static void
take_away(struct marks *marks, const struct mark *mark)
{
	marks->first = mark->next;
	if (marks->first == NULL)
		marks->last = &marks->first;
}

/* A turn of the first. What comes next has a turn of its own: answering may lead back here. */
static void
go(struct marks *marks, struct mark *mark)
{
	int status;

	if (!go_on(marks->core, mark, &status)) {
		keep(marks, mark);
		ingest_hold(marks->core->ingest, true);
		loop_timer_start(marks->timer, 0);
		return;
	}
	take_away(marks, mark);
	if (marks->first != NULL)
		loop_timer_start(marks->timer, 0);
	ingest_hold(marks->core->ingest, false);
	if (mark->call->kept)
		deafen(marks, mark, false);
	answer(marks->core, mark, status);
	mark->free(mark);
}

static void
on_timer(void *arg)
{
	struct marks *marks = arg;

	if (marks->first != NULL)
		go(marks, marks->first);
}

void
marks_do(struct marks *marks, struct mark *mark)
{
	bool alone = marks->first == NULL;

	mark->next = NULL;
	*marks->last = mark;
	marks->last = &mark->next;
	if (alone)
		go(marks, mark);
	else
		keep(marks, mark);
}

struct marks *
marks_new(struct core *core)
{
	struct marks *marks = calloc(1, sizeof *marks);

	if (marks == NULL)
		abort();
	marks->core = core;
	marks->last = &marks->first;
	marks->timer = loop_timer_new(core->loop, on_timer, marks);
	return marks;
}

void
marks_free(struct marks *marks)
{
	if (marks == NULL)
		return;
	for (struct mark *mark; (mark = marks->first) != NULL;) {
		take_away(marks, mark);
		if (mark->begun)
			store_edit_drop(&mark->edit);
		/* another change may have done the rest of it */
		if (mark->begun && mark->edit.status == STORE_OK)
			answer(marks->core, mark, STORE_OK);
		else
			rpc_fail(mark->call, "busy", "the daemon is stopping");
		mark->free(mark);
	}
	loop_timer_free(marks->timer);
	free(marks);
}
