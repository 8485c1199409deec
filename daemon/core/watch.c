#include "daemon/core/watch.h"

#include <stdlib.h>

#include "daemon/core/change.h"
#include "daemon/core/object.h"
#include "daemon/core/rpc.h"
#include "daemon/core/store-item.h"
#include "daemon/shared/log.h"

struct watch {
	struct watch	*next;
	struct client	*client;	/* NULL: it has gone, the watch goes when nobody walks the list */
	uint64_t	 number;
	struct query	*query;		/* owned; NULL: everything */
	int64_t		 since;
};

struct watches {
	struct core	*core;
	struct watch	*first;
	uint64_t	 last_number;
	bool		 walking;
	struct loop_timer *turn;
};

/* --- telling ----------------------------------------------------------------------- */

struct tell { struct watch *watch; struct store *store; int64_t until; };

static bool
is_item(const struct store_change *change)
{
	return change->item != 0;
}

/* Feeds are no business of a watch on entries; what has been removed can no longer be asked. */
static bool
is_wanted(const struct tell *tell, const struct store_change *change)
{
	if (tell->watch->query == NULL)
		return true;
	if (!is_item(change))
		return false;
	return change->what == STORE_ITEM_REMOVED || store_item_match(tell->store, tell->watch->query, change->item) == 1;
}

static int
tell_change(void *arg, const struct store_change *change)
{
	struct tell *tell = arg;
	struct watch *watch = tell->watch;
	struct json json;

	if (client_full(watch->client) || change->seq > tell->until)
		return 1;
	watch->since = change->seq;
	if (!is_wanted(tell, change))
		return 0;
	rpc_notify(&json, client_out(watch->client), "change");
	json_put_integer(&json, "watch", (int64_t)watch->number);
	change_members(tell->store, &json, change, true);
	rpc_notify_end(&json);
	return 0;
}

/* Words can be looked up as far as the index is. */
static int64_t
known_until(struct core *core, const struct watch *watch)
{
	struct store_stats stats;

	if (watch->query == NULL || !query_needs_index(watch->query))
		return INT64_MAX;
	if (store_stats(core->store, &stats) != STORE_OK || !stats.index_attached)
		return 0;
	return stats.index_seq;
}

/* One portion. True if there may be more at once. */
static bool
feed_watch(struct core *core, struct watch *watch)
{
	static struct log_brake brake;
	struct tell tell = { .watch = watch, .store = core->store, .until = known_until(core, watch) };
	int64_t before = watch->since;
	int status;

	if (client_full(watch->client) || watch->since >= core->told_seq)
		return false;
	status = store_changes(core->store, watch->since, core->told_seq, WATCH_PORTION, tell_change, &tell);
	/* It has not read for so long that none can be lost only by saying so: when it comes again. */
	if (status == STORE_EFORGOTTEN) {
		const char *more = log_brake(&brake, loop_mono_ms());

		if (more != NULL)
			log_warn("a client that watches is too far behind, its connection is closed: %s%s", store_error(core->store), more);
		client_close(watch->client);
		return false;
	}
	if (status < 0)
		log_error("changes cannot be read: %s", store_error(core->store));
	client_send(watch->client);
	return watch->client != NULL && watch->since != before && watch->since < core->told_seq;
}

static void
watch_free(struct watch **link)
{
	struct watch *watch = *link;

	*link = watch->next;
	if (watch->client != NULL)
		client_release(watch->client);
	query_free(watch->query);
	free(watch);
}

static void
sweep(struct watches *watches)
{
	struct watch **link = &watches->first;

	while (*link != NULL)
		if ((*link)->client == NULL)
			watch_free(link);
		else
			link = &(*link)->next;
}

static void
on_turn(void *arg)
{
	struct watches *watches = arg;
	bool more = false;

	watches->walking = true;
	for (struct watch *watch = watches->first; watch != NULL; watch = watch->next)
		if (watch->client != NULL)
			more |= feed_watch(watches->core, watch);
	watches->walking = false;
	sweep(watches);
	if (more)
		loop_timer_start(watches->turn, 0);
}

/* --- for others -------------------------------------------------------------------- */

static size_t
count_of(const struct watches *watches, const struct client *client)
{
	size_t count = 0;

	for (const struct watch *watch = watches->first; watch != NULL; watch = watch->next)
		count += watch->client == client;
	return count;
}

uint64_t
watch_start(struct watches *watches, struct client *client, struct query *query, int64_t since)
{
	struct watch *watch;

	if (count_of(watches, client) >= WATCHES_A_CLIENT) {
		query_free(query);
		return 0;
	}
	watch = calloc(1, sizeof *watch);
	if (watch == NULL)
		abort();
	*watch = (struct watch){ watches->first, client, ++watches->last_number, query, since };
	watches->first = watch;
	client_hold(client);
	watch_go(watches);
	return watch->number;
}

bool
watch_stop(struct watches *watches, struct client *client, uint64_t number)
{
	for (struct watch **link = &watches->first; *link != NULL; link = &(*link)->next)
		if ((*link)->client == client && (*link)->number == number) {
			watch_free(link);
			return true;
		}
	return false;
}

void
watch_go(struct watches *watches)
{
	if (watches->first != NULL)
		loop_timer_start(watches->turn, 0);
}

void
watch_room(struct watches *watches, struct client *client)
{
	(void)client;
	watch_go(watches);
}

void
watch_gone(struct watches *watches, struct client *client)
{
	for (struct watch *watch = watches->first; watch != NULL; watch = watch->next)
		if (watch->client == client)
			watch->client = NULL;
	if (!watches->walking)
		sweep(watches);
}

struct watches *
watches_new(struct core *core)
{
	struct watches *watches = calloc(1, sizeof *watches);

	if (watches == NULL)
		abort();
	watches->core = core;
	watches->turn = loop_timer_new(core->loop, on_turn, watches);
	return watches;
}

void
watches_free(struct watches *watches)
{
	if (watches == NULL)
		return;
	while (watches->first != NULL)
		watch_free(&watches->first);
	loop_timer_free(watches->turn);
	free(watches);
}
