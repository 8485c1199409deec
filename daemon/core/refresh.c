#include "daemon/core/refresh.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/object.h"
#include "daemon/core/poll.h"
#include "daemon/core/rpc.h"
#include "daemon/core/schedule.h"
#include "daemon/core/server.h"
#include "daemon/core/settle.h"
#include "daemon/core/store-feed.h"

/* One more note is taken while there are fewer bytes than SOFT; it may be long. */
enum { NOTES_SOFT = 1 << 20, NOTES_BYTES = 8 << 20 };

enum part_state { PART_TODO, PART_WAITS, PART_DONE };
struct part { uint32_t feed; enum part_state state; };

struct refresh {
	struct refreshes *owner;
	struct refresh	*next;
	struct rpc_call	*call;		/* NULL: nobody waits */
	struct part	*parts;		/* by feed */
	size_t		 n_parts, n_looked, n_left;	/* looked at so far; not done */
	bool		 picked;
	uint64_t	 polled, not_modified, failed, added, updated;
	/* Members of the answer, as they come. */
	struct buf	 skipped, errors;
	struct json	 skipped_json, errors_json;
	size_t		 n_skipped, n_errors;
	int64_t		 told_ms;
};

struct refreshes {
	struct core	*core;
	struct refresh	*first;
	size_t		 count, n_parts;	/* refreshes, and the feeds of all of them */
	struct loop_timer *reap;	/* answers from the loop, never from under poll's feet */
};

/* --- answering ------------------------------------------------------------------------ */

/* Takes out and frees the one that the link leads to. */
static void
refresh_free(struct refreshes *refreshes, struct refresh **link)
{
	struct refresh *refresh = *link;

	*link = refresh->next;
	refreshes->count--;
	refreshes->n_parts -= refresh->n_parts;
	buf_free(&refresh->skipped);
	buf_free(&refresh->errors);
	free(refresh->parts);
	free(refresh);
}

static void
progress(struct refresh *refresh)
{
	struct rpc_call *call = refresh->call;
	struct client *client;
	struct json json;
	int64_t now_ms = loop_mono_ms();

	if (call == NULL || call->id == NULL || now_ms - refresh->told_ms < REFRESH_PROGRESS_MS)
		return;
	client = server_find(refresh->owner->core->server, call->client);
	if (client == NULL || client_full(client))
		return;
	refresh->told_ms = now_ms;
	rpc_notify(&json, client_out(client), "progress");
	json_put_raw(&json, "id", call->id, strlen(call->id));
	json_put_integer(&json, "done", (int64_t)(refresh->n_parts - refresh->n_left));
	json_put_integer(&json, "total", (int64_t)refresh->n_parts);
	json_put_integer(&json, "new", (int64_t)refresh->added);
	json_put_integer(&json, "failed", (int64_t)refresh->failed);
	rpc_notify_end(&json);
	client_send(client);
}

static void
answer(struct refresh *refresh)
{
	struct json *json = rpc_result(refresh->call);

	json_put_integer(json, "total", (int64_t)refresh->n_parts);
	json_put_integer(json, "polled", (int64_t)refresh->polled);
	json_put_integer(json, "not_modified", (int64_t)refresh->not_modified);
	json_put_integer(json, "failed", (int64_t)refresh->failed);
	json_put_integer(json, "new", (int64_t)refresh->added);
	json_put_integer(json, "updated", (int64_t)refresh->updated);
	json_end(&refresh->skipped_json);
	json_end(&refresh->errors_json);
	json_put_raw(json, "skipped", refresh->skipped.ptr, refresh->skipped.len);
	json_put_raw(json, "errors", refresh->errors.ptr, refresh->errors.len);
	rpc_send(refresh->call);
}

static void
on_reap(void *arg)
{
	struct refreshes *refreshes = arg;
	struct refresh **link = &refreshes->first;

	while (*link != NULL) {
		if ((*link)->n_left > 0) {
			link = &(*link)->next;
			continue;
		}
		if ((*link)->call != NULL)
			answer(*link);
		refresh_free(refreshes, link);
	}
}

/* --- parts ------------------------------------------------------------------------------- */

static int
compare_parts(const void *one, const void *two)
{
	const struct part *left = one, *right = two;

	return (left->feed > right->feed) - (left->feed < right->feed);
}

static struct part *
find_part(struct refresh *refresh, uint32_t feed)
{
	const struct part key = { .feed = feed };

	return bsearch(&key, refresh->parts, refresh->n_parts, sizeof key, compare_parts);
}

static void
part_done(struct refresh *refresh, struct part *part)
{
	part->state = PART_DONE;
	refresh->n_left--;
	progress(refresh);
	if (refresh->n_left == 0)
		loop_timer_start(refresh->owner->reap, 0);
}

struct look { struct refresh *refresh; struct schedule_out out; bool poll; };

/* Another feed of its host was told to wait: it would only stand in line. */
static bool
host_rests(struct look *look, const struct store_target *target)
{
	int64_t until_ms = poll_blocked_feed(look->refresh->owner->core->poll, target);

	if (until_ms == 0)
		return false;
	look->out = (struct schedule_out){
		.next_s = loop_wall_s() + (until_ms - loop_mono_ms()) / 1000 + 1, .reason = "its host asked to wait (Retry-After)"
	};
	return true;
}

/* Whether the feed may be polled now, and if not, why. */
static int
look_at(void *arg, const struct store_target *target)
{
	struct look *look = arg;
	const struct conf *conf = &look->refresh->owner->core->conf;
	int64_t success_s = target->last_success_s != STORE_ABSENT ? target->last_success_s : 0;
	int64_t poll_s = target->last_poll_s != STORE_ABSENT ? target->last_poll_s : 0;
	int64_t retry_s = target->retry_s != STORE_ABSENT ? target->retry_s : 0;
	const char *stopped = target->paused ? "paused" : target->gone ? "gone" : target->quarantined ? "quarantined" : NULL;

	if (!look->refresh->picked && stopped != NULL) {
		look->out = (struct schedule_out){ .next_s = INT64_MAX };
		snprintf(look->out.reason, sizeof look->out.reason, "%s", stopped);
		return 0;
	}
	look->poll = schedule_manual(loop_wall_s(), success_s, poll_s, retry_s, conf->min_interval_s, &look->out) &&
	    !host_rests(look, target);
	return 0;
}

static void
skip(struct refresh *refresh, struct part *part, const struct schedule_out *out)
{
	struct json *json = &refresh->skipped_json;

	if (refresh->n_skipped++ < REFRESH_ERRORS_MAX && refresh->skipped.len < NOTES_SOFT) {
		json_put_object(json, NULL);
		json_put_integer(json, "feed", part->feed);
		if (out->next_s != INT64_MAX)
			json_put_date(json, "until", out->next_s);
		json_put_string(json, "reason", out->reason);
		json_end(json);
	}
	part_done(refresh, part);
}

static void
start_part(struct refresh *refresh, struct part *part)
{
	struct look look = { .refresh = refresh };

	if (store_target(refresh->owner->core->store, part->feed, look_at, &look) != STORE_OK)
		part_done(refresh, part);
	else if (!look.poll)
		skip(refresh, part, &look.out);
	else if (poll_feed(refresh->owner->core->poll, part->feed, refresh->picked) != NULL)
		part->state = PART_WAITS;
	else
		part_done(refresh, part);
}

bool
refresh_fill(struct refreshes *refreshes, size_t max)
{
	bool some = false;

	for (struct refresh *refresh = refreshes->first; refresh != NULL && max > 0; refresh = refresh->next)
		for (; refresh->n_looked < refresh->n_parts && max > 0; max--) {
			some = true;
			start_part(refresh, &refresh->parts[refresh->n_looked++]);
		}
	return some;
}

/* --- results --------------------------------------------------------------------------------- */

static void
tell_error(struct refresh *refresh, const struct settle *settle)
{
	struct json *json = &refresh->errors_json;
	const struct span message = settle->done.message;

	if (refresh->n_errors++ >= REFRESH_ERRORS_MAX || refresh->errors.len >= NOTES_SOFT)
		return;
	json_put_object(json, NULL);
	json_put_integer(json, "feed", settle->feed);
	object_feed_title(refresh->owner->core->store, json, "title", settle->feed);
	json_put_stringn(json, "message", message.ptr != NULL ? message.ptr : "", message.len);
	json_end(json);
}

static void
count_part(struct refresh *refresh, const struct settle *settle)
{
	refresh->polled++;
	refresh->added += settle->counts.added;
	refresh->updated += settle->counts.updated;
	if (settle->done.outcome == OUTCOME_NOT_MODIFIED)
		refresh->not_modified++;
	else if (settle->done.outcome != OUTCOME_OK) {
		refresh->failed++;
		tell_error(refresh, settle);
	}
}

void
refresh_settled(struct refreshes *refreshes, const struct settle *settle)
{
	for (struct refresh *refresh = refreshes->first; refresh != NULL; refresh = refresh->next) {
		struct part *part = find_part(refresh, settle->feed);

		/* What came before this refresh looked at the feed is not its own: it will find it polled just now. */
		if (part == NULL || part->state != PART_WAITS)
			continue;
		if (settle->end == SETTLE_STORED)
			count_part(refresh, settle);
		part_done(refresh, part);
	}
}

void
refresh_gone(struct refreshes *refreshes, uint32_t feed)
{
	for (struct refresh *refresh = refreshes->first; refresh != NULL; refresh = refresh->next) {
		struct part *part = find_part(refresh, feed);

		if (part != NULL && part->state == PART_WAITS)
			part_done(refresh, part);
	}
}

void
refresh_fail(struct refreshes *refreshes, const char *word, const char *message)
{
	while (refreshes->first != NULL) {
		struct refresh *refresh = refreshes->first;

		if (refresh->call != NULL)
			rpc_fail(refresh->call, word, "%s", message);
		refresh_free(refreshes, &refreshes->first);
	}
}

/* --- starting --------------------------------------------------------------------------------- */

static struct refresh *
refresh_new(struct refreshes *refreshes, const uint32_t *feeds, size_t count)
{
	struct refresh *refresh = calloc(1, sizeof *refresh);

	if (refresh == NULL)
		abort();
	refresh->owner = refreshes;
	refresh->parts = calloc(count + 1, sizeof *refresh->parts);
	if (refresh->parts == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		refresh->parts[i].feed = feeds[i];
	qsort(refresh->parts, count, sizeof *refresh->parts, compare_parts);
	refresh->n_parts = refresh->n_left = count;
	buf_init(&refresh->skipped, NOTES_BYTES);
	buf_init(&refresh->errors, NOTES_BYTES);
	refresh->skipped_json = JSON_INIT(&refresh->skipped);
	refresh->errors_json = JSON_INIT(&refresh->errors);
	json_put_array(&refresh->skipped_json, NULL);
	json_put_array(&refresh->errors_json, NULL);
	refresh->told_ms = loop_mono_ms();
	refresh->next = refreshes->first;
	refreshes->first = refresh;
	refreshes->count++;
	refreshes->n_parts += count;
	return refresh;
}

void
refresh_start(struct refreshes *refreshes, struct rpc_call *call, uint32_t *feeds, size_t count, bool picked, bool wait)
{
	struct refresh *refresh;

	if (refreshes->count >= REFRESHES_MAX) {
		free(feeds);
		rpc_fail(call, "busy", "%d refreshes are under way already", REFRESHES_MAX);
		return;
	}
	if (refreshes->count > 0 && refreshes->n_parts + count > REFRESH_FEEDS_MAX) {
		free(feeds);
		rpc_fail(call, "busy", "%zu feeds are being refreshed already", refreshes->n_parts);
		return;
	}
	refresh = refresh_new(refreshes, feeds, count);
	refresh->picked = picked;
	free(feeds);
	if (wait) {
		refresh->call = call;
		rpc_keep(call);
	} else {
		json_put_integer(rpc_result(call), "started", (int64_t)count);
		rpc_send(call);
	}
	loop_timer_start(refreshes->reap, 0);
	poll_kick(refreshes->core->poll);
}

struct refreshes *
refreshes_new(struct core *core)
{
	struct refreshes *refreshes = calloc(1, sizeof *refreshes);

	if (refreshes == NULL)
		abort();
	refreshes->core = core;
	refreshes->reap = loop_timer_new(core->loop, on_reap, refreshes);
	return refreshes;
}

void
refreshes_free(struct refreshes *refreshes)
{
	if (refreshes == NULL)
		return;
	refresh_fail(refreshes, "busy", "the daemon is stopping");
	loop_timer_free(refreshes->reap);
	free(refreshes);
}
