#include "daemon/core/errand.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/hook.h"
#include "daemon/core/object.h"
#include "daemon/core/store-rule.h"
#include "daemon/shared/log.h"

enum { STORE_RETRY_MS = 5000 };

struct errands;

/* One that runs; hook NULL: the place is free. */
struct run {
	struct errands	*errands;
	struct hook	*hook;
	int64_t		 id, rule, tries;
};

struct errands {
	struct core	*core;
	struct run	 runs[ERRANDS_AT_ONCE];
	struct loop_timer *timer;
};

/* --- ends -------------------------------------------------------------------------------- */

static int64_t
pause_s(int64_t tries)
{
	int64_t pause = ERRAND_BACKOFF_FIRST_S;

	while (tries-- > 0 && pause < ERRAND_BACKOFF_MAX_S)
		pause *= 2;
	return pause < ERRAND_BACKOFF_MAX_S ? pause : ERRAND_BACKOFF_MAX_S;
}

/* why NULL: it is done, or there is nothing to do. */
static void
settle(struct errands *errands, int64_t id, int64_t rule, int64_t tries, const char *why)
{
	struct core *core = errands->core;
	int status;

	core_before_change(core);
	if (why != NULL && tries + 1 < ERRAND_TRIES_MAX) {
		log_warn("rule=%" PRId64 ": its command failed (%s); it is run again in %" PRId64 " s", rule, why, pause_s(tries));
		status = store_errand_later(core->store, id, loop_wall_s() + pause_s(tries));
	} else {
		if (why != NULL)
			log_error("rule=%" PRId64 ": its command failed for the %dth time (%s) and is given up", rule, ERRAND_TRIES_MAX, why);
		status = store_errand_done(core->store, id, why != NULL ? loop_wall_s() : STORE_ABSENT);
	}
	if (status != STORE_OK)
		log_error("rule=%" PRId64 ": the end of its command could not be stored: %s", rule, store_error(core->store));
	loop_timer_start(errands->timer, status == STORE_OK ? 0 : STORE_RETRY_MS);
}

static void
on_done(void *arg, const char *why)
{
	struct run *run = arg;

	run->hook = NULL;
	settle(run->errands, run->id, run->rule, run->tries, why);
}

/* --- beginnings ---------------------------------------------------------------------------- */

struct put { struct json json; };

static int
put_item(void *arg, const struct store_item *item)
{
	const struct object_fields fields = { .all = true, .content = true };
	struct put *put = arg;

	object_item(&put->json, NULL, item, &fields);
	return 0;
}

/* A copy of one that is due and does not run yet. */
struct next { const struct errands *errands; struct store_errand errand; char command[STORE_COMMAND_BYTES]; bool found; };

static int
take_next(void *arg, const struct store_errand *errand)
{
	struct next *next = arg;

	for (size_t i = 0; i < ERRANDS_AT_ONCE; i++)
		if (next->errands->runs[i].hook != NULL && next->errands->runs[i].id == errand->id)
			return 0;
	next->errand = *errand;
	next->found = errand->command.len <= sizeof next->command;
	memcpy(next->command, errand->command.ptr, next->found ? errand->command.len : 0);
	next->errand.command.ptr = next->command;
	return 1;
}

static void
begin(struct errands *errands, struct run *run, const struct store_errand *errand)
{
	struct buf text = BUF_INIT(HOOK_INPUT_MAX);
	struct put put = { JSON_INIT(&text) };
	int status = store_item_get(errands->core->store, errand->entry, STORE_WANT_COLD | STORE_WANT_CONTENT, put_item, &put);

	buf_putc(&text, '\n');
	*run = (struct run){ .errands = errands, .id = errand->id, .rule = errand->rule, .tries = errand->tries };
	if (status == STORE_OK && !text.overflow)
		run->hook = hook_start(errands->core, PORTER_RULE, errand->command, &text, on_done, run);
	if (status == STORE_ENONE)
		settle(errands, errand->id, errand->rule, 0, NULL);
	else if (run->hook == NULL)
		settle(errands, errand->id, errand->rule, errand->tries, text.overflow ? "the entry is too large" :
		    status != STORE_OK ? store_error(errands->core->store) : strerror(errno));
	buf_free(&text);
}

/* One; whether there may be another. */
static bool
begin_next(struct errands *errands)
{
	struct next next = { .errands = errands };
	struct run *run = errands->runs;

	while (run < errands->runs + ERRANDS_AT_ONCE && run->hook != NULL)
		run++;
	if (run == errands->runs + ERRANDS_AT_ONCE)
		return false;
	if (store_errands(errands->core->store, loop_wall_s(), ERRANDS_AT_ONCE, take_next, &next) < 0 || !next.found)
		return false;
	begin(errands, run, &next.errand);
	return true;
}

static void
on_timer(void *arg)
{
	struct errands *errands = arg;
	int64_t due, left_s;

	/* What the configuration forbids now waits for its permission. */
	if (!errands->core->conf.rule_exec)
		return;
	while (!loop_timer_running(errands->timer) && begin_next(errands))
		;
	if (loop_timer_running(errands->timer) || store_errand_due(errands->core->store, &due) != STORE_OK || due == STORE_NEVER)
		return;
	left_s = due - loop_wall_s();
	if (left_s > 0)
		loop_timer_start(errands->timer, left_s * 1000);
}

/* --- for others ------------------------------------------------------------------------------ */

void
errands_go(struct errands *errands)
{
	loop_timer_start(errands->timer, 0);
}

struct errands *
errands_new(struct core *core)
{
	struct errands *errands = calloc(1, sizeof *errands);

	if (errands == NULL)
		abort();
	errands->core = core;
	errands->timer = loop_timer_new(core->loop, on_timer, errands);
	return errands;
}

void
errands_free(struct errands *errands)
{
	if (errands == NULL)
		return;
	for (size_t i = 0; i < ERRANDS_AT_ONCE; i++)
		hook_free(errands->runs[i].hook);
	loop_timer_free(errands->timer);
	free(errands);
}
