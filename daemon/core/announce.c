#include "daemon/core/announce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/hook.h"
#include "daemon/core/object.h"
#include "daemon/core/store-rule.h"
#include "daemon/shared/log.h"

struct announce {
	struct core	*core;
	struct hook	*hook;		/* runs now */
	struct loop_timer *timer;
	bool		 wanted;
	int64_t		 done, next;	/* the last change that is announced, or is being announced */
	int64_t		 backoff_ms;	/* 0: the last run was well */
};

/* --- runs ---------------------------------------------------------------------------------- */

static void
back_off(struct announce *announce, const char *why)
{
	announce->backoff_ms = announce->backoff_ms == 0 ? ANNOUNCE_BACKOFF_FIRST_MS : announce->backoff_ms * 2;
	if (announce->backoff_ms > ANNOUNCE_BACKOFF_MAX_MS)
		announce->backoff_ms = ANNOUNCE_BACKOFF_MAX_MS;
	log_warn("on_new: the command failed (%s); it is run again in %lld s", why, (long long)announce->backoff_ms / 1000);
	loop_timer_start(announce->timer, announce->backoff_ms);
}

static void
on_done(void *arg, const char *why)
{
	struct announce *announce = arg;
	struct store *store = announce->core->store;
	const struct store_cursor cursor = { .seq = announce->next };

	announce->hook = NULL;
	if (why != NULL) {
		back_off(announce, why);
		return;
	}
	announce->backoff_ms = 0;
	announce->done = announce->next;
	core_before_change(announce->core);
	if (announce->wanted && store_cursor_set(store, STORE_CURSOR_ON_NEW, &cursor) != STORE_OK)
		log_error("on_new: how far it is could not be stored: %s", store_error(store));
	announce_go(announce);
}

struct collect { struct announce *announce; struct json json; struct buf text; int64_t last; };

static int
put_item(void *arg, const struct store_item *item)
{
	const struct object_fields fields = { .all = true, .content = true };
	struct collect *collect = arg;

	object_item(&collect->json, NULL, item, &fields);
	buf_putc(&collect->text, '\n');
	return 0;
}

/* One that alone is too large is passed over. */
static int
put_change(void *arg, const struct store_change *change)
{
	struct collect *collect = arg;
	size_t len = collect->text.len;

	if (len >= ANNOUNCE_BYTES)
		return 1;
	/* What was read elsewhere is no news. */
	if (change->what == STORE_ITEM_NEW && change->detail.len == 0) {
		collect->json = JSON_INIT(&collect->text);
		store_item_get(collect->announce->core->store, change->item, STORE_WANT_COLD | STORE_WANT_CONTENT, put_item, collect);
	}
	if (collect->text.overflow) {
		collect->text.len = len;
		collect->text.overflow = false;
		if (len > 0)
			return 1;
		log_warn("on_new: entry %u is too large to be announced", change->item);
	}
	collect->last = change->seq;
	return 0;
}

static void
run(struct announce *announce)
{
	struct core *core = announce->core;
	struct collect collect = { .announce = announce, .text = BUF_INIT(HOOK_INPUT_MAX) };
	int64_t forgotten = store_forgotten(core->store);
	int status;

	if (announce->done < forgotten) {
		log_error("on_new: it has failed for so long that changes %lld to %lld are never announced", (long long)announce->done + 1,
		    (long long)forgotten);
		announce->done = forgotten;
	}
	collect.last = announce->done;
	/* What is no news is passed by. */
	do
		status = store_changes(core->store, collect.last, core->told_seq, ANNOUNCE_CHANGES, put_change, &collect);
	while (status == STORE_OK && collect.text.len == 0 && collect.last > announce->done && (announce->done = collect.last) != 0);
	announce->next = collect.last;
	if (status < 0)
		log_error("on_new: changes cannot be read: %s", store_error(core->store));
	else if (collect.text.len > 0) {
		announce->hook = hook_start(core, PORTER_ON_NEW, (struct span){ NULL, 0 }, &collect.text, on_done, announce);
		if (announce->hook == NULL)
			back_off(announce, strerror(errno));
	}
	buf_free(&collect.text);
}

static void
on_timer(void *arg)
{
	struct announce *announce = arg;

	if (announce->wanted && announce->hook == NULL && announce->done < announce->core->told_seq)
		run(announce);
}

/* --- for others ------------------------------------------------------------------------------ */

void
announce_go(struct announce *announce)
{
	if (announce->wanted && announce->hook == NULL && !loop_timer_running(announce->timer))
		loop_timer_start(announce->timer, ANNOUNCE_DELAY_MS);
}

static void
begin(struct announce *announce)
{
	struct store *store = announce->core->store;
	struct store_cursor cursor;

	if (store_cursor_get(store, STORE_CURSOR_ON_NEW, &cursor) != STORE_OK) {
		cursor = (struct store_cursor){ .seq = store_seq(store) };
		core_before_change(announce->core);
		if (store_cursor_set(store, STORE_CURSOR_ON_NEW, &cursor) != STORE_OK)
			log_error("on_new: where it begins could not be stored: %s", store_error(store));
	}
	announce->done = cursor.seq;
}

void
announce_configure(struct announce *announce)
{
	struct store_cursor cursor;
	bool wanted = announce->core->conf.on_new != NULL;

	if (wanted && !announce->wanted)
		begin(announce);
	announce->wanted = wanted;
	if (!wanted && store_cursor_get(announce->core->store, STORE_CURSOR_ON_NEW, &cursor) == STORE_OK) {
		core_before_change(announce->core);
		store_cursor_drop(announce->core->store, STORE_CURSOR_ON_NEW);
	}
	announce_go(announce);
}

struct announce *
announce_new(struct core *core)
{
	struct announce *announce = calloc(1, sizeof *announce);

	if (announce == NULL)
		abort();
	announce->core = core;
	announce->timer = loop_timer_new(core->loop, on_timer, announce);
	return announce;
}

void
announce_free(struct announce *announce)
{
	if (announce == NULL)
		return;
	hook_free(announce->hook);
	loop_timer_free(announce->timer);
	free(announce);
}
