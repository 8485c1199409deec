#include "daemon/core/settle.h"

#include <inttypes.h>
#include <string.h>

#include "config.h"
#include "daemon/core/add.h"
#include "daemon/core/document.h"
#include "daemon/core/poll.h"
#include "daemon/core/rhythm.h"
#include "daemon/core/settings.h"
#include "daemon/core/silence.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/store-websub.h"
#include "daemon/core/websub.h"
#include "daemon/shared/log.h"
#include "feeds/url.h"

enum { HTTP_NOT_MODIFIED = 304, HTTP_GONE = 410, HTTP_TOO_MANY = 429, HTTP_UNAVAILABLE = 503 };

bool
settle_is_fatal(int status)
{
	return status == STORE_EFULL || status == STORE_EIO || status == STORE_EDAMAGED || status == STORE_EOPEN ||
	    status == STORE_EINTERNAL;
}

static bool
is_well(const struct rec_done *done)
{
	return done->outcome == OUTCOME_OK || done->outcome == OUTCOME_NOT_MODIFIED;
}

/* A page that names a feed, where a feed was looked for that nobody has seen yet. */
static bool
leads_on(const struct job *job, const struct rec_done *done)
{
	return done->outcome == OUTCOME_NOT_FEED && done->candidates.count > 0 && !job->found &&
	    ((job->feed == 0 && job->websub == 0) || job->fresh);
}

bool
settle_is_alone(const struct job *job, const struct rec_done *done)
{
	return (job->feed == 0 && job->websub == 0) || leads_on(job, done);
}

/* --- when again --------------------------------------------------------------------- */

/* Whether the next poll can only be answered with all of the feed. What came in full replaces what was known. */
static bool
is_unconditional(const struct rec_done *done, const struct store_known *known)
{
	bool full = done->outcome == OUTCOME_OK || (done->outcome == OUTCOME_NOT_MODIFIED && done->http_status != HTTP_NOT_MODIFIED);

	return (full || known->unconditional) && done->etag.len == 0 && done->last_modified.len == 0;
}

/* Another origin would be told what was meant for this one. */
static bool
is_bound(const struct settle *settle)
{
	const struct span target = settle->done.permanent_url;
	struct arena *arena;
	bool bound;

	if (target.len == 0 || !settings_are_bound(SPAN(settle->job->settings)))
		return false;
	arena = arena_new(0);
	bound = !url_same_origin(arena, settle->job->url, target.ptr);
	arena_free(arena);
	return bound;
}

/* For how long not even the user may ask again. Too many requests without a Retry-After are too many all the same. */
static int64_t
told_to_wait(const struct rec_done *done)
{
	if (done->retry_after_s > 0)
		return done->retry_after_s < SCHEDULE_RETRY_MAX_S ? done->retry_after_s : SCHEDULE_RETRY_MAX_S;
	return done->http_status == HTTP_TOO_MANY || done->http_status == HTTP_UNAVAILABLE ? SCHEDULE_THROTTLED_S : 0;
}

static void
make_poll(const struct settle *settle, const struct schedule_in *in, const struct schedule_out *out, struct store_poll *poll)
{
	int64_t retry_s = told_to_wait(&settle->done);

	*poll = (struct store_poll){
		.at_s = settle->at_s, .next_poll_s = out->next_s == INT64_MAX ? STORE_NEVER : out->next_s, .gone = out->gone, .why = out->why,
		.crashes = in->crashes, .quarantine = out->quarantined ? SPAN(PACKAGE_VERSION) : (struct span){ NULL, 0 },
		.interval_s = out->interval_s, .retry_s = STORE_ABSENT, .posts_u = in->habit.posts_u, .watched_s = in->habit.watched_s
	};
	poll->bound = is_bound(settle);
	/* Now is rounded down. */
	if (retry_s > 0)
		poll->retry_s = settle->at_s + retry_s + 1;
}

/* What is known of the feed, this poll included, becomes its next time. */
static int
decide(struct core *core, const struct settle *settle, const struct store_known *known, struct store_poll *poll)
{
	const struct conf *conf = &core->conf;
	const struct rec_done *done = &settle->done;
	struct schedule_in in = {
		.seed = settle->feed, .now_s = settle->at_s, .interval_s = settle->job->interval_s,
		.min_interval_s = conf->min_interval_s, .max_interval_s = conf->max_interval_s,
		.http_status = (int64_t)done->http_status, .retry_after_s = done->retry_after_s, .max_age_s = done->max_age_s
	};
	struct schedule_out out;
	int status = websub_promised(core->websub, settle->feed, settle->at_s, &in.pushed);

	in.habit = (struct schedule_habit){ known->posts_u, known->watched_s };
	/* What a hub tells comes between polls: they say nothing of the habit then. */
	if (status == STORE_OK && is_well(done) && !in.pushed)
		status = rhythm_learn(settle->entries, settle->feed, known, settle->at_s, settle->counts.added > 0, &in.habit);
	if (status != STORE_OK)
		return status;
	if (!is_well(done)) {
		in.failures = known->failures + 1;
		in.crashes = done->outcome == OUTCOME_CRASH ? known->crashes + 1 : 0;
		in.was_gone = known->status == HTTP_GONE;
	}
	rhythm_hints(known->hints, &in.hints);
	in.unconditional = is_unconditional(done, known);
	in.pace = rhythm_pace(&core->pace, core->store, conf->min_interval_s, conf->max_interval_s, settle->at_s);
	schedule_next(&in, &out);
	make_poll(settle, &in, &out, poll);
	log_debug("feed=%" PRIu32 ": %s; next poll in %" PRId64 " s: %s", settle->feed,
	    outcome_word((enum outcome)done->outcome), out.next_s == INT64_MAX ? (int64_t)-1 : out.next_s - settle->at_s, out.reason);
	if (out.quarantined)
		log_warn("feed=%" PRIu32 ": in quarantine after %" PRId64 " crashes of the fetcher in a row", settle->feed, in.crashes);
	return STORE_OK;
}

/* A host that is overrun is left alone altogether, not only for the feed that was told. RFC 9110 section 10.2.3. */
static int
spare_host(struct core *core, const struct settle *settle, struct arena *arena)
{
	const struct rec_done *done = &settle->done;
	/* Behind redirects it was the last host that said so, not the one that led there. */
	const char *url = done->final_url.len != 0 ? done->final_url.ptr : settle->job->url, *host = url_host_port(arena, url);
	int64_t seconds = done->retry_after_s;

	if ((done->http_status != HTTP_TOO_MANY && done->http_status != HTTP_UNAVAILABLE) || seconds <= 0 || host == NULL)
		return STORE_OK;
	if (seconds > SCHEDULE_RETRY_MAX_S)
		seconds = SCHEDULE_RETRY_MAX_S;
	poll_block(core->poll, host, seconds);
	/* Now is rounded down. */
	return store_rest(core->store, SPAN(host), settle->at_s, settle->at_s + seconds + 1);
}

/* As feeds have it, without a user; "" if it is none. */
static struct span
url_of(struct span span, struct arena *arena)
{
	struct url_login dropped;
	const char *url = span.len == 0 ? NULL : url_normalise(arena, arena_strndup(arena, span.ptr, span.len), &dropped);

	return SPAN(url != NULL ? url : "");
}

/* Where a feed may be found from now on: what others have written becomes a URL as feeds have it. */
static void
take_urls(struct rec_done *done, struct arena *arena)
{
	if (done->permanent_url.len > 0)
		done->permanent_url = url_of(done->permanent_url, arena);
	if (done->candidates.count == 0)
		return;
	done->candidates.items[0] = url_of(done->candidates.items[0], arena);
	if (done->candidates.items[0].len == 0 || done->candidates.items[0].len > RECORD_URL_MAX)
		done->candidates.count = 0;
}

/* --- a feed that is subscribed to ------------------------------------------------------ */

/* The user gave the feed another URL while this one was fetched: nothing that it said holds for the other. */
static bool
is_late(const struct settle *settle, const struct store_known *known)
{
	return settle->job->feed != 0 && (known->url.len != strlen(settle->job->url) ||
	    memcmp(known->url.ptr, settle->job->url, known->url.len) != 0);
}

/* The store forgets what it has of this fetch. */
static void
fetch_again(struct settle *settle, const struct store_known *known, struct arena *arena)
{
	settle->end = SETTLE_AGAIN;
	settle->next_url = arena_strndup(arena, known->url.ptr, known->url.len);
	settle->counts = (struct store_counts){ .newest_s = STORE_ABSENT };
	store_job_free(settle->entries);
	settle->entries = NULL;
}

/* What the document says of WebSub: a hub, and how it calls itself there. */
static int
name_hub(struct core *core, const struct settle *settle, struct arena *arena)
{
	struct span hub, self, own = settle->done.final_url.len != 0 ? settle->done.final_url : SPAN(settle->job->url);

	store_job_hub(settle->entries, &hub, &self);
	if (hub.len != 0)
		hub = url_of(hub, arena);
	return store_websub_name(core->store, settle->feed, hub.len != 0 ? hub : (struct span){ NULL, 0 }, self.len != 0 ? self : own);
}

/* Entries, feed, outcome; into the batch, or the open group. */
static int
write_feed(struct core *core, struct settle *settle, struct arena *arena)
{
	struct store_known known;
	struct store_poll poll;
	bool moved = false;
	int status = STORE_OK;

	if (settle->entries == NULL)
		settle->entries = store_job_new(core->store);
	if (settle->done.outcome == OUTCOME_OK)
		status = store_job_apply(settle->entries, settle->feed, settle->at_s, &settle->counts);
	if (status < 0 && status != STORE_ENONE && !settle_is_fatal(status)) {
		/* A document that the store refuses is as good as a malformed one. */
		settle->done.outcome = OUTCOME_MALFORMED;
		settle->done.message = SPAN(arena_strdup(arena, store_error(core->store)));
		settle->counts = (struct store_counts){ .newest_s = STORE_ABSENT };
		status = STORE_OK;
	}
	if (status == STORE_OK)
		status = store_job_known(settle->entries, settle->feed, &known);
	if (status == STORE_OK && is_late(settle, &known)) {
		fetch_again(settle, &known, arena);
		return STORE_OK;
	}
	if (status == STORE_OK)
		status = decide(core, settle, &known, &poll);
	if (status == STORE_OK && is_well(&settle->done))
		status = silence_judge(settle->entries, settle->feed, &known, settle->at_s, settle->counts.added > 0, &poll);
	if (status == STORE_OK)
		status = store_job_finish(settle->entries, settle->feed, &settle->done, &poll, &moved);
	if (status == STORE_OK && settle->done.outcome == OUTCOME_OK)
		status = name_hub(core, settle, arena);
	if (moved)
		log_info("feed=%" PRIu32 ": moved for good to %.*s", settle->feed, (int)settle->done.permanent_url.len,
		    settle->done.permanent_url.ptr);
	return status;
}

/* What a hub has sent: its entries and what the feed says of itself. It is no poll, and what is wrong with it is the hub's fault. */
static int
settle_push(struct core *core, struct settle *settle)
{
	int status = STORE_OK;

	settle->feed = settle->job->feed;
	settle->end = SETTLE_DROPPED;
	if (settle->done.outcome != OUTCOME_OK || settle->entries == NULL) {
		/* whoever brings it himself is told */
		if (settle->job->document != NULL)
			return STORE_OK;
		log_info("feed=%" PRIu32 ": what its hub sent is not taken: %.*s", settle->feed, (int)settle->done.message.len,
		    settle->done.message.ptr != NULL ? settle->done.message.ptr : "");
		if (settle->done.outcome == OUTCOME_CRASH)
			status = websub_distrust(core->websub, settle->feed);
		return settle_is_fatal(status) ? status : STORE_OK;
	}
	if (settle->job->document != NULL && document_is_past(settle->job->document))
		store_job_past(settle->entries);
	status = store_job_apply(settle->entries, settle->feed, settle->at_s, &settle->counts);
	if (status == STORE_OK)
		status = store_job_keep(settle->entries, settle->feed, settle->at_s);
	if (status == STORE_OK)
		settle->end = SETTLE_STORED;
	else if (!settle_is_fatal(status))
		log_info("feed=%" PRIu32 ": what was sent for it is not taken: %s", settle->feed, store_error(core->store));
	return settle_is_fatal(status) ? status : STORE_OK;
}

/* A hub that was asked. */
static int
settle_hub(struct core *core, struct settle *settle, struct arena *arena)
{
	int status = spare_host(core, settle, arena);

	settle->end = SETTLE_DROPPED;
	return status == STORE_OK ? websub_settle(core->websub, settle) : status;
}

/* An imported URL was a page: the first feed that it names takes its place. EEXIST if that is subscribed to. */
static int
replace_url(struct core *core, struct settle *settle)
{
	const struct span *url = &settle->done.candidates.items[0];
	struct store_feed_edit edit = { .url = url, .now_s = settle->at_s };
	int status = store_feed_edit(core->store, settle->feed, &edit);

	if (status != STORE_OK)
		return status;
	log_info("feed=%" PRIu32 ": its page names the feed %.*s", settle->feed, (int)url->len, url->ptr);
	settle->end = SETTLE_AGAIN;
	settle->found = true;
	settle->next_url = url->ptr;
	return STORE_OK;
}

static int
settle_feed(struct core *core, struct settle *settle, struct arena *arena)
{
	int status = spare_host(core, settle, arena);

	settle->feed = settle->job->feed;
	settle->end = SETTLE_STORED;
	if (status != STORE_OK)
		return status;
	status = STORE_EEXIST;
	if (leads_on(settle->job, &settle->done))
		status = replace_url(core, settle);
	if (status == STORE_OK || settle_is_fatal(status))
		return status;
	status = write_feed(core, settle, arena);
	if (settle_is_fatal(status) || status == STORE_OK)
		return status;
	if (status != STORE_ENONE)
		log_error("feed=%" PRIu32 ": its outcome could not be stored: %s", settle->feed, store_error(core->store));
	settle->end = SETTLE_DROPPED;
	return STORE_OK;
}

/* --- a feed that feed.add wants ---------------------------------------------------------- */

struct same_url { struct span url; bool same; };

static int
compare_url(void *arg, const struct store_feed *feed)
{
	struct same_url *want = arg;
	const struct span has[] = { feed->url, feed->original_url };

	for (size_t i = 0; i < 2; i++)
		want->same |= has[i].len == want->url.len && has[i].len != 0 && memcmp(has[i].ptr, want->url.ptr, has[i].len) == 0;
	return 0;
}

/* The feed with exactly this URL: a selector may mean a title, too. 0: none. */
static uint32_t
feed_of_url(struct core *core, struct span url)
{
	struct same_url want = { .url = url };
	uint32_t feed;

	if (url.len == 0 || store_feed_find(core->store, url, &feed) != STORE_OK)
		return 0;
	store_feed_get(core->store, feed, compare_url, &want);
	return want.same ? feed : 0;
}

static int
refuse(struct settle *settle, const char *word, const char *message, uint32_t other)
{
	settle->end = SETTLE_REFUSED;
	settle->word = word;
	settle->message = message;
	settle->other_feed = other;
	return STORE_OK;
}

static int
refuse_outcome(struct settle *settle, struct arena *arena)
{
	const struct rec_done *done = &settle->done;

	return refuse(settle, outcome_word((enum outcome)done->outcome), arena_printf(arena, "%s: %.*s", settle->job->url,
	    (int)done->message.len, done->message.ptr != NULL ? done->message.ptr : ""), 0);
}

static int
refuse_known(struct settle *settle, struct arena *arena, const char *url, uint32_t other)
{
	return refuse(settle, "already-subscribed", arena_printf(arena, "%s is subscribed to already, as feed %" PRIu32, url, other),
	    other);
}

static int
lead_on(struct core *core, struct settle *settle, struct arena *arena)
{
	struct span url = settle->done.candidates.items[0];
	uint32_t other = feed_of_url(core, url);

	if (other != 0)
		return refuse_known(settle, arena, url.ptr, other);
	settle->end = SETTLE_AGAIN;
	settle->found = true;
	settle->next_url = url.ptr;
	return STORE_OK;
}

/* Subscription and first entries in one transaction: no crash leaves one without the other. */
static int
subscribe(struct core *core, struct settle *settle, struct arena *arena)
{
	struct span url = url_of(settle->done.final_url, arena);
	struct store_feed_new new;
	uint32_t other = feed_of_url(core, url);
	int status;

	if (other != 0)
		return refuse_known(settle, arena, url.ptr, other);
	add_describe(settle->job->add, settle->job->url, settle->at_s, &new, arena);
	status = store_begin(core->store);
	if (status == STORE_OK)
		status = store_feed_add(core->store, &new, &settle->feed);
	if (status == STORE_EEXIST) {
		store_rollback(core->store);
		return refuse_known(settle, arena, settle->job->url, settle->feed);
	}
	if (status == STORE_OK)
		status = write_feed(core, settle, arena);
	if (status == STORE_OK && settle->done.outcome != OUTCOME_OK) {
		store_rollback(core->store);
		return refuse_outcome(settle, arena);
	}
	if (status == STORE_OK)
		status = store_commit(core->store);
	if (status == STORE_OK) {
		settle->end = SETTLE_STORED;
		return STORE_OK;
	}
	store_rollback(core->store);
	if (settle_is_fatal(status))
		return status;
	return refuse(settle, store_word((enum store_status)status), arena_strdup(arena, store_error(core->store)), 0);
}

static int
settle_add(struct core *core, struct settle *settle, struct arena *arena)
{
	const struct rec_done *done = &settle->done;
	int status = spare_host(core, settle, arena);

	if (status != STORE_OK)
		return status;
	if (leads_on(settle->job, done))
		return lead_on(core, settle, arena);
	if (done->outcome == OUTCOME_OK)
		return subscribe(core, settle, arena);
	return refuse_outcome(settle, arena);
}

int
settle_write(struct core *core, struct settle *settle, struct arena *arena)
{
	if (settle->job->pushed)
		return settle_push(core, settle);
	if (settle->job->websub != 0)
		return settle_hub(core, settle, arena);
	take_urls(&settle->done, arena);
	if (settle->job->feed != 0)
		return settle_feed(core, settle, arena);
	if (settle->job->add != NULL)
		return settle_add(core, settle, arena);
	/* Whoever wanted it has been told that it failed. */
	settle->end = SETTLE_DROPPED;
	return STORE_OK;
}
