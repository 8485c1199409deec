/* rpc-health - the method that says what is wrong with feeds, or has to be known of them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/object.h"
#include "daemon/core/rhythm.h"
#include "daemon/core/rpc.h"
#include "daemon/core/selector.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/store-health.h"
#include "daemon/shared/protocol.h"
#include "feeds/url.h"

enum { LIMIT_DEFAULT = 100, CURSOR_BYTES = 64, REASON_MAX = 4 * RECORD_LINE_MAX };
enum { HTTP_TOO_MANY = 429, HTTP_UNAVAILABLE = 503 };

/* --- a finding ------------------------------------------------------------------------ */

static const char *
word(const struct store_finding *finding)
{
	static const char *const words[STORE_ILLS] = {
		[STORE_QUARANTINED] = "quarantined", [STORE_FAILING] = "failing", [STORE_MOVING] = "moving", [STORE_MOVED] = "moved",
		[STORE_SILENT] = "silent", [STORE_FAULTY] = "malformed"
	};

	if (finding->what != STORE_FAILING)
		return words[finding->what];
	if (finding->gone)
		return "gone";
	return finding->status == HTTP_TOO_MANY || finding->status == HTTP_UNAVAILABLE ? "throttled" : "failing";
}

static void
put_text(struct buf *out, struct span text)
{
	buf_put(out, text.ptr != NULL ? text.ptr : "", text.len);
}

static void
say_quarantined(const struct store_finding *finding, struct buf *out)
{
	put_text(out, finding->message);
	buf_puts(out, "; it is not polled until it is refreshed by name, or gazetted is another version than ");
	put_text(out, finding->quarantine);
}

static void
say_failing(const struct store_finding *finding, struct buf *out)
{
	put_text(out, finding->message);
	if (finding->gone)
		buf_puts(out, ": it is polled no more; its entries stay. Refreshing it by name tries it again");
}

/* Whether what only the feed's own origin may see keeps it from moving. */
static bool
is_bound(const struct store_finding *finding)
{
	struct arena *arena;
	bool bound;

	if (!settings_are_bound(finding->settings))
		return false;
	arena = arena_new(0);
	bound = !url_same_origin(arena, arena_strndup(arena, finding->old_url.ptr, finding->old_url.len),
	    arena_strndup(arena, finding->new_url.ptr, finding->new_url.len));
	arena_free(arena);
	return bound;
}

static void
say_moving(const struct store_finding *finding, struct buf *out)
{
	buf_puts(out, "a permanent redirect to ");
	put_text(out, finding->new_url);
	if (finding->number != 0)
		buf_printf(out, ", which is feed %" PRId64 " already: it stays where it is", finding->number);
	else if (finding->taken_back_s != STORE_ABSENT)
		buf_puts(out, ", which was taken back: it stays where it is until its url is set");
	else if (is_bound(finding))
		buf_puts(out, ", another server, which must not get its user name, password, cookie or headers: "
		    "it stays where it is until its url is set");
	else
		buf_puts(out, ", followed when the next poll finds it again");
}

static void
say_moved(const struct store_finding *finding, struct buf *out)
{
	buf_puts(out, "from ");
	put_text(out, finding->old_url);
	buf_puts(out, " to ");
	put_text(out, finding->new_url);
	if (finding->taken_back_s != STORE_ABSENT)
		buf_puts(out, ", which was taken back");
}

static void
say_silent(const struct store_finding *finding, struct buf *out)
{
	buf_puts(out, finding->number == 0 ? "it has never had an entry" :
	    "no new entry for much longer than it ever took lately");
}

static void
say_faulty(const struct store_finding *finding, struct buf *out)
{
	put_text(out, finding->message);
}

static void
put_reason(struct json *json, const struct store_finding *finding)
{
	static void (*const say[STORE_ILLS])(const struct store_finding *, struct buf *) = {
		[STORE_QUARANTINED] = say_quarantined, [STORE_FAILING] = say_failing, [STORE_MOVING] = say_moving,
		[STORE_MOVED] = say_moved, [STORE_SILENT] = say_silent, [STORE_FAULTY] = say_faulty
	};
	struct buf reason = BUF_INIT(REASON_MAX);

	say[finding->what](finding, &reason);
	json_put_stringn(json, "reason", reason.ptr, reason.len);
	buf_free(&reason);
}

static void
put_next(struct json *json, const struct store_finding *finding)
{
	const struct store_feed feed = {
		.paused = finding->paused, .gone = finding->gone, .why = finding->why, .last_poll_s = finding->last_poll_s,
		.posts_u = finding->posts_u, .watched_s = finding->watched_s
	};
	char reason[SCHEDULE_REASON_BYTES];

	object_time(json, "next_poll", finding->next_poll_s);
	rhythm_reason(&feed, reason);
	if (reason[0] != '\0')
		json_put_string(json, "next_poll_reason", reason);
}

static void
put_finding(struct json *json, const struct store_finding *finding)
{
	json_put_object(json, NULL);
	json_put_integer(json, "feed", finding->feed);
	object_text(json, "title", finding->title);
	object_text(json, "url", finding->url);
	json_put_string(json, "what", word(finding));
	object_time(json, "since", finding->since_s);
	object_time(json, "last_success", finding->last_success_s);
	put_next(json, finding);
	put_reason(json, finding);
	if (finding->what == STORE_FAILING || finding->what == STORE_QUARANTINED) {
		object_text(json, "word", finding->word);
		if (finding->status != 0)
			json_put_integer(json, "status", finding->status);
		json_put_integer(json, "failures", finding->failures);
	}
	object_text(json, "old_url", finding->old_url);
	object_text(json, "new_url", finding->new_url);
	object_time(json, "taken_back", finding->taken_back_s);
	json_end(json);
}

/* --- pages ---------------------------------------------------------------------------- */

/* How far a page has got: the finding that it ended with, written "what:feed:move". */
struct page {
	struct rpc_call	*call;
	struct store_finding last;
	unsigned	 left;		/* how many more it takes */
};

static bool
take_cursor(struct rpc_call *call, struct page *page)
{
	struct span cursor = rpc_param_span(call, "after");
	unsigned what;

	if (cursor.ptr == NULL)
		return true;
	if (cursor.len < CURSOR_BYTES &&
	    sscanf(cursor.ptr, "%2u:%10" SCNu32 ":%18" SCNd64, &what, &page->last.feed, &page->last.move) == 3 && what < STORE_ILLS) {
		page->last.what = (enum store_ill)what;
		return true;
	}
	rpc_fail(call, "bad-value", "\"after\" is no cursor that health gave");
	return false;
}

static int
put_one(void *arg, const struct store_finding *finding)
{
	struct page *page = arg;

	put_finding(&page->call->json, finding);
	page->last = (struct store_finding){ .what = finding->what, .feed = finding->feed, .move = finding->move };
	page->left--;
	return page->left == 0 || rpc_answer_is_long(page->call);
}

/* Findings of one kind from where the page is, of all feeds or of those that are selected. 1: it is full. */
static int
put_kind(struct page *page, enum store_ill what, const struct selector_set *set)
{
	struct store *store = page->call->core->store;
	int status = 0;

	if (what != page->last.what)
		page->last = (struct store_finding){ .what = what };
	if (set == NULL)
		return store_findings(store, what, page->last.feed, page->last.move, STORE_ITEM_MAX, page->left, put_one, page);
	for (size_t i = 0; i < set->count && status == 0; i++) {
		uint32_t feed = set->feeds[i];
		bool begun = feed == page->last.feed && page->last.move > 0;

		if (feed > page->last.feed)
			status = store_findings(store, what, feed - 1, INT64_MAX, feed, page->left, put_one, page);
		else if (begun)
			status = store_findings(store, what, feed, page->last.move, feed, page->left, put_one, page);
	}
	return status;
}

static void
answer(struct rpc_call *call, struct page *page, const struct selector_set *set)
{
	struct json *json = rpc_result(call);
	char cursor[CURSOR_BYTES];
	int status = 0;

	json_put_array(json, "findings");
	for (int what = page->last.what; what < STORE_ILLS && status == 0; what++)
		status = put_kind(page, (enum store_ill)what, set);
	if (status < 0) {
		rpc_retract(call);
		rpc_fail_store(call, status);
		return;
	}
	json_end(json);
	if (status == 1) {
		snprintf(cursor, sizeof cursor, "%u:%" PRIu32 ":%" PRId64, (unsigned)page->last.what, page->last.feed, page->last.move);
		json_put_string(json, "after", cursor);
	}
	rpc_send(call);
}

static void
health(struct rpc_call *call)
{
	const json_t *selectors = rpc_param(call, "feeds");
	int64_t limit = rpc_param_int(call, "limit", LIMIT_DEFAULT);
	struct selector_set set = { 0 };
	struct page page = { .call = call, .left = (unsigned)limit };

	if (limit < 1 || limit > PROTOCOL_PAGE_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "\"limit\" must be from 1 to %d", PROTOCOL_PAGE_MAX);
		return;
	}
	if (!take_cursor(call, &page) || !selector_feeds(call, selectors, &set))
		return;
	answer(call, &page, selectors != NULL ? &set : NULL);
	free(set.feeds);
}

const struct rpc_method rpc_health_methods[] = {
	{ "health", health, { { "feeds", RPC_FEEDS, false }, { "after", RPC_STRING, false }, { "limit", RPC_INTEGER, false } }, RPC_READS },
	{ .name = NULL }
};
