#include "daemon/core/websub.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "daemon/core/fetcher.h"
#include "daemon/core/ingest.h"
#include "daemon/core/lease.h"
#include "daemon/core/poll.h"
#include "daemon/core/schedule.h"
#include "daemon/core/settle.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/store-websub.h"
#include "daemon/shared/log.h"
#include "feeds/url.h"

enum { ARENA_BYTES = 1 << 20, MS = 1000, HTTP_OK = 200, HTTP_NOT_FOUND = 404, HTTP_GONE = 410, HTTP_UNAVAILABLE = 503 };

struct websub {
	struct core	*core;
	struct loop_timer *timer;
	struct arena	*arena;		/* of one look, or one call */
	bool		 on;
	size_t		 asking;	/* jobs that are out */
	uint64_t	 pushed, ignored;
};

/* --- rows in memory --------------------------------------------------------------------- */

struct rows { struct arena *arena; struct store_websub items[WEBSUB_ASKING_MAX]; size_t count; };

static struct span
keep(struct arena *arena, struct span span)
{
	return span.ptr == NULL ? span : (struct span){ arena_strndup(arena, span.ptr, span.len), span.len };
}

/* The store must not be written while it is walked. */
static int
keep_row(void *arg, const struct store_websub *row)
{
	struct rows *rows = arg;
	struct store_websub *kept = &rows->items[rows->count++];

	*kept = *row;
	kept->hub = keep(rows->arena, row->hub);
	kept->topic = keep(rows->arena, row->topic);
	kept->callback = keep(rows->arena, row->callback);
	kept->token = keep(rows->arena, row->token);
	kept->secret = keep(rows->arena, row->secret);
	return 0;
}

static bool
is_equal(struct span one, struct span two)
{
	return one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0;
}

/* --- asking a hub -------------------------------------------------------------------------- */

static struct span
random_digits(struct arena *arena, size_t bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, 2 * bytes + 1);
	unsigned char random[WEBSUB_SECRET_BYTES];

	if (bytes > sizeof random || getrandom(random, bytes, 0) != (ssize_t)bytes)
		abort();
	for (size_t i = 0; i < bytes; i++) {
		text[2 * i] = digits[random[i] >> 4];
		text[2 * i + 1] = digits[random[i] & 15];
	}
	text[2 * bytes] = '\0';
	return (struct span){ text, 2 * bytes };
}

/* To whom a secret may be told: see websub.h. */
static bool
is_confidential(struct arena *arena, struct span hub)
{
	static const char *const here[] = { "127.0.0.1:", "[::1]:", "localhost:" };
	const char *url = arena_strndup(arena, hub.ptr, hub.len), *host = url_host_port(arena, url);

	if (strncasecmp(url, "https:", 6) == 0)
		return true;
	for (size_t i = 0; host != NULL && i < sizeof here / sizeof here[0]; i++)
		if (strncmp(host, here[i], strlen(here[i])) == 0)
			return true;
	return false;
}

static void
put_escaped(struct buf *form, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char chr = (unsigned char)text.ptr[i];

		if ((chr >= 'a' && chr <= 'z') || (chr >= 'A' && chr <= 'Z') || (chr >= '0' && chr <= '9') || strchr("-._~", chr) != NULL)
			buf_put(form, &chr, 1);
		else
			buf_printf(form, "%%%02X", chr);
	}
}

/* WebSub section 5.1. */
static void
put_form(struct buf *form, const struct store_websub *row)
{
	bool leaves = row->state == WEBSUB_LEAVING;

	buf_printf(form, "hub.mode=%s&hub.callback=", leaves ? "unsubscribe" : "subscribe");
	put_escaped(form, row->callback);
	if (row->callback.ptr[row->callback.len - 1] != '/')
		put_escaped(form, SPAN("/"));
	put_escaped(form, row->token);
	buf_printf(form, "&hub.topic=");
	put_escaped(form, row->topic);
	if (!leaves)
		buf_printf(form, "&hub.lease_seconds=%d", LEASE_ASKED_S);
	if (!leaves && row->secret.len != 0) {
		buf_printf(form, "&hub.secret=");
		put_escaped(form, row->secret);
	}
	buf_put(form, "", 1);
}

/* A promise that has ended, or that is not believed any more: the feed is looked at as before, but not before its least interval. */
static int
fall_back(struct websub *websub, const struct store_websub *row, int64_t now_s)
{
	int64_t least_s = websub->core->conf.min_interval_s;

	return row->feed == 0 ? STORE_OK :
	    store_websub_hurry(websub->core->store, row->feed, now_s + least_s, schedule_why(SCHEDULE_LEAST, least_s));
}

/* What is to be remembered before a request goes out: that it has failed, until the hub asks back. */
static int
prepare(struct websub *websub, struct store_websub *row, int64_t now_s)
{
	int status = STORE_OK;

	if (row->state == WEBSUB_VERIFIED && row->until_s <= now_s) {
		log_info("feed=%" PRIu32 ": its hub's promise is over", row->feed);
		status = fall_back(websub, row, now_s);
		row->state = WEBSUB_ASKED;
	} else if (row->state == WEBSUB_NAMED || row->state == WEBSUB_REFUSED)
		row->state = WEBSUB_ASKED;
	if (row->token.len == 0) {
		row->token = random_digits(websub->arena, WEBSUB_TOKEN_BYTES);
		row->callback = SPAN(websub->core->conf.websub_callback);
	}
	if (row->secret.len == 0 && is_confidential(websub->arena, row->hub))
		row->secret = random_digits(websub->arena, WEBSUB_SECRET_BYTES);
	row->failures++;
	row->next_s = now_s + lease_backoff(row->failures);
	return status == STORE_OK ? store_websub_put(websub->core->store, row) : status;
}

/* False if the store does not take it: nothing is asked then. */
static bool
ask(struct websub *websub, struct store_websub *row, int64_t now_s)
{
	struct buf form = BUF_INIT(RECORD_FORM_MAX);

	if (row->state == WEBSUB_LEAVING && row->failures >= LEASE_LEAVES_MAX)
		return store_websub_drop(websub->core->store, row->id) == STORE_OK;
	if (prepare(websub, row, now_s) != STORE_OK)
		return false;
	put_form(&form, row);
	if (!form.overflow) {
		poll_hub(websub->core->poll, row->id, arena_strndup(websub->arena, row->hub.ptr, row->hub.len), form.ptr);
		websub->asking++;
	}
	buf_free(&form);
	return true;
}

/* --- when -------------------------------------------------------------------------------------- */

static void
set_timer(struct websub *websub, int64_t now_s)
{
	int64_t next_s, wait_ms = WEBSUB_LOOK_MS;

	if (websub->asking < WEBSUB_ASKING_MAX && store_websub_next(websub->core->store, &next_s) == STORE_OK && next_s != STORE_NEVER &&
	    (next_s - now_s) * MS < wait_ms)
		wait_ms = next_s > now_s ? (next_s - now_s) * MS : MS;
	loop_timer_start(websub->timer, wait_ms);
}

static void
on_timer(void *arg)
{
	struct websub *websub = arg;
	struct rows rows = { .arena = websub->arena };
	int64_t now_s = loop_wall_s();

	if (!websub->on)
		return;
	if (!ingest_stopped(websub->core->ingest) && websub->asking < WEBSUB_ASKING_MAX) {
		/* What others have in the batch must not be lost with what we write. */
		core_before_change(websub->core);
		arena_reset(websub->arena);
		store_websub_due(websub->core->store, now_s, (unsigned)(WEBSUB_ASKING_MAX - websub->asking), keep_row, &rows);
		for (size_t i = 0; i < rows.count && ask(websub, &rows.items[i], now_s); i++)
			;
		if (rows.count > 0)
			ingest_touched(websub->core->ingest);
	}
	set_timer(websub, now_s);
}

void
websub_kick(struct websub *websub)
{
	if (websub->on)
		loop_timer_start(websub->timer, 0);
}

/* --- what came of asking ----------------------------------------------------------------------- */

int
websub_settle(struct websub *websub, const struct settle *settle)
{
	const struct rec_done *done = &settle->done;
	struct rows rows = { .arena = websub->arena };
	struct store_websub *row = rows.items;
	int64_t until_s = settle->at_s + (done->retry_after_s > 0 ? done->retry_after_s : 0);
	int status;

	arena_reset(websub->arena);
	status = store_websub_get(websub->core->store, settle->job->websub, keep_row, &rows);
	if (status != STORE_OK)
		return settle_is_fatal(status) ? status : STORE_OK;
	if (done->outcome == OUTCOME_OK)
		return STORE_OK;	/* the hub will ask back, or has done so */
	log_info("feed=%" PRIu32 ": its hub was asked in vain: %.*s", row->feed, (int)done->message.len,
	    done->message.ptr != NULL ? done->message.ptr : "");
	if (row->next_s >= until_s)
		return STORE_OK;
	row->next_s = until_s;
	return store_websub_put(websub->core->store, row);
}

void
websub_settled(struct websub *websub, const struct settle *settle)
{
	if (settle->job->pushed) {
		if (settle->end == SETTLE_STORED)
			websub->pushed++;
		else
			websub->ignored++;
		return;
	}
	websub->asking--;
	websub_kick(websub);
}

/* --- what hubs ask --------------------------------------------------------------------------------- */

static int
verify(struct websub *websub, struct store_websub *row, const struct rec_hub_call *call)
{
	int64_t lease_s = lease_length(call->lease_s), now_s = loop_wall_s();

	if (row->state != WEBSUB_ASKED && row->state != WEBSUB_VERIFIED)
		return HTTP_NOT_FOUND;
	row->state = WEBSUB_VERIFIED;
	row->until_s = now_s + lease_s;
	row->next_s = now_s + lease_renewal(lease_s);
	row->failures = 0;
	if (store_websub_put(websub->core->store, row) != STORE_OK)
		return HTTP_UNAVAILABLE;
	log_info("feed=%" PRIu32 ": its hub tells of news for %" PRId64 " s", row->feed, lease_s);
	return HTTP_OK;
}

static int
leave(struct websub *websub, struct store_websub *row, const struct rec_hub_call *call)
{
	(void)call;
	if (row->state != WEBSUB_LEAVING)
		return HTTP_NOT_FOUND;
	return store_websub_drop(websub->core->store, row->id) == STORE_OK ? HTTP_OK : HTTP_UNAVAILABLE;
}

/* No more of it, until it is asked again some day. */
static int
refuse(struct websub *websub, struct store_websub *row)
{
	int64_t now_s = loop_wall_s();
	int status = row->state == WEBSUB_VERIFIED ? fall_back(websub, row, now_s) : STORE_OK;

	row->state = WEBSUB_REFUSED;
	row->until_s = STORE_ABSENT;
	row->next_s = now_s + LEASE_BACKOFF_MAX_S;
	return status == STORE_OK ? store_websub_put(websub->core->store, row) : status;
}

int
websub_distrust(struct websub *websub, uint32_t feed)
{
	struct rows rows = { .arena = websub->arena };
	int status;

	arena_reset(websub->arena);
	status = store_websub_of(websub->core->store, feed, keep_row, &rows);
	if (status == STORE_OK)
		status = refuse(websub, rows.items);
	return status == STORE_ENONE ? STORE_OK : status;
}

/* WebSub section 5.2: at any time, also of what was promised. */
static int
deny(struct websub *websub, struct store_websub *row, const struct rec_hub_call *call)
{
	if (row->state == WEBSUB_LEAVING)
		return leave(websub, row, call);
	log_info("feed=%" PRIu32 ": its hub refuses to tell of news", row->feed);
	return refuse(websub, row) == STORE_OK ? HTTP_OK : HTTP_UNAVAILABLE;
}

static int
answer_question(struct websub *websub, struct store_websub *row, const struct rec_hub_call *call)
{
	static int (*const answers[])(struct websub *, struct store_websub *, const struct rec_hub_call *) = {
		[HUB_SUBSCRIBE] = verify, [HUB_UNSUBSCRIBE] = leave, [HUB_DENIED] = deny
	};
	int answer;

	if (!is_equal(row->topic, call->topic))
		return HTTP_NOT_FOUND;
	answer = answers[call->mode](websub, row, call);
	ingest_touched(websub->core->ingest);
	return answer;
}

/* --- what hubs push ---------------------------------------------------------------------------------- */

struct base { struct arena *arena; struct span url; };

static int
base_of(void *arg, const struct store_target *target)
{
	struct base *base = arg;

	base->url = keep(base->arena, target->validators_url.ptr != NULL ? target->validators_url : target->url);
	return 0;
}

/* A hub that was refused or left is told that it is over, so that it stops. */
static int
answer_push(struct websub *websub, struct fetcher *fetcher, const struct store_websub *row, struct rec_hub_reply *reply)
{
	struct base base = { .arena = websub->arena };

	if (row->feed == 0 || row->state == WEBSUB_REFUSED)
		return HTTP_GONE;
	if (store_target(websub->core->store, row->feed, base_of, &base) != STORE_OK)
		return HTTP_GONE;
	reply->url = base.url;
	reply->secret = row->secret;
	reply->job = poll_push(websub->core->poll, row->feed, fetcher);
	return HTTP_OK;
}

static int
answer(struct websub *websub, struct fetcher *fetcher, const struct rec_hub_call *call, struct rec_hub_reply *reply)
{
	struct rows rows = { .arena = websub->arena };

	if (ingest_stopped(websub->core->ingest))
		return HTTP_UNAVAILABLE;
	if (!websub->on || call->token.len != (size_t)2 * WEBSUB_TOKEN_BYTES)
		return HTTP_NOT_FOUND;
	if (store_websub_find(websub->core->store, call->token, keep_row, &rows) != STORE_OK)
		return HTTP_NOT_FOUND;
	if (call->mode == HUB_PUSH)
		return answer_push(websub, fetcher, rows.items, reply);
	core_before_change(websub->core);
	return answer_question(websub, rows.items, call);
}

const char *
websub_frame(struct websub *websub, struct fetcher *fetcher, const char *ptr, size_t len)
{
	struct rec_hub_reply reply = { 0 };
	struct rec_hub_call call;
	const char *error;

	arena_reset(websub->arena);
	if (record_decode(&record_hub_call, ptr, len, &call, websub->arena, &error) == -1)
		return error;
	reply.call = call.call;
	reply.http_status = (uint64_t)answer(websub, fetcher, &call, &reply);
	fetcher_reply(fetcher, &reply);
	return NULL;
}

/* --- life ------------------------------------------------------------------------------------------- */

int
websub_promised(struct websub *websub, uint32_t feed, int64_t now_s, bool *promised)
{
	*promised = false;
	return websub->on ? store_websub_promised(websub->core->store, feed, now_s, promised) : STORE_OK;
}

void
websub_figures(const struct websub *websub, struct websub_figures *figures)
{
	*figures = (struct websub_figures){ websub->on, websub->pushed, websub->ignored };
}

void
websub_configure(struct websub *websub)
{
	const char *callback = websub->core->conf.websub_callback;

	websub->on = callback != NULL;
	core_before_change(websub->core);
	if (store_websub_forget(websub->core->store, SPAN(callback)) != STORE_OK)
		log_error("what was agreed with hubs cannot be read: %s", store_error(websub->core->store));
	ingest_touched(websub->core->ingest);
	websub_kick(websub);
}

struct websub *
websub_new(struct core *core)
{
	struct websub *websub = calloc(1, sizeof *websub);

	if (websub == NULL)
		abort();
	websub->core = core;
	websub->arena = arena_new(ARENA_BYTES);
	websub->timer = loop_timer_new(core->loop, on_timer, websub);
	return websub;
}

void
websub_free(struct websub *websub)
{
	if (websub == NULL)
		return;
	loop_timer_free(websub->timer);
	arena_free(websub->arena);
	free(websub);
}
