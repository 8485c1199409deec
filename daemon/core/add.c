#include "daemon/core/add.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/core/object.h"
#include "daemon/core/poll.h"
#include "daemon/core/rpc.h"
#include "daemon/core/settle.h"

struct add {
	struct adds	*adds;
	struct add	*next, *prev;
	struct rpc_call	*call;
	struct job	*job;
};

struct adds {
	struct core	*core;
	struct add	*first;
	size_t		 count;
};

static void
add_free(struct add *add)
{
	struct adds *adds = add->adds;

	if (add->prev != NULL)
		add->prev->next = add->next;
	else
		adds->first = add->next;
	if (add->next != NULL)
		add->next->prev = add->prev;
	adds->count--;
	free(add);
}

void
add_start(struct adds *adds, struct rpc_call *call, const char *url, const char *settings)
{
	struct add *add;

	if (poll_blocked(adds->core->poll, url) != 0) {
		rpc_fail(call, "busy", "%s: its host has asked to be left alone for now (Retry-After)", url);
		return;
	}
	if (adds->count >= ADDS_MAX) {
		rpc_fail(call, "busy", "%s: %d feeds are being added already", url, ADDS_MAX);
		return;
	}
	add = calloc(1, sizeof *add);
	if (add == NULL)
		abort();
	*add = (struct add){ .adds = adds, .next = adds->first, .call = call };
	if (adds->first != NULL)
		adds->first->prev = add;
	adds->first = add;
	adds->count++;
	rpc_keep(call);
	add->job = poll_url(adds->core->poll, add, url, settings);
}

void
add_describe(const struct add *add, const char *url, int64_t now_s, struct store_feed_new *new, struct arena *arena)
{
	*new = (struct store_feed_new){
		.url = SPAN(url), .user_title = rpc_param_span(add->call, "title"),
		.settings = SPAN(add->job->settings), .tags = rpc_texts(rpc_param(add->call, "tags"), arena),
		.now_s = now_s, .next_poll_s = now_s, .paused = rpc_param_paused(add->call)
	};
}

static void
refuse(struct rpc_call *call, const struct settle *settle)
{
	struct json *json = rpc_error(call, settle->word, "%s", settle->message);

	if (settle->other_feed != 0)
		json_put_integer(json, "feed", settle->other_feed);
	if (settle->done.http_status != 0)
		json_put_integer(json, "status", (int64_t)settle->done.http_status);
	rpc_send(call);
}

void
add_settled(struct add *add, const struct settle *settle)
{
	struct rpc_call *call = add->call;
	struct core *core = add->adds->core;

	add->job->add = NULL;
	add_free(add);
	if (settle->end != SETTLE_STORED) {
		refuse(call, settle);
		return;
	}
	object_feed_by_id(core->store, rpc_result(call), "feed", settle->feed);
	json_put_integer(&call->json, "new", (int64_t)settle->counts.added);
	rpc_send(call);
}

/* The first, out of the list; NULL if there is none. To be freed. */
static struct add *
take_first(struct adds *adds)
{
	struct add *add = adds->first;

	if (add == NULL)
		return NULL;
	adds->first = add->next;
	if (add->next != NULL)
		add->next->prev = NULL;
	adds->count--;
	return add;
}

/* The jobs go on alone and end without a trace. */
void
adds_fail(struct adds *adds, const char *word, const char *message)
{
	struct add *add;

	while ((add = take_first(adds)) != NULL) {
		add->job->add = NULL;
		rpc_fail(add->call, word, "%s", message);
		free(add);
	}
}

struct adds *
adds_new(struct core *core)
{
	struct adds *adds = calloc(1, sizeof *adds);

	if (adds == NULL)
		abort();
	adds->core = core;
	return adds;
}

void
adds_free(struct adds *adds)
{
	struct add *add;

	if (adds == NULL)
		return;
	while ((add = take_first(adds)) != NULL) {
		poll_finished(adds->core->poll, add->job);
		rpc_fail(add->call, "busy", "the daemon is stopping");
		free(add);
	}
	free(adds);
}
