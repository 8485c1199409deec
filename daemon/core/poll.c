#include "daemon/core/poll-private.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/core/due.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/ingest.h"
#include "daemon/core/refresh.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-feed.h"
#include "feeds/url.h"

enum { ARENA_BYTES = 1 << 20, MS = 1000 };

/* --- jobs ------------------------------------------------------------------------- */

/* Where a URL is fetched; what is no http(s) URL gets a place too, the fetcher says what is wrong with it. */
static const char *
host_of(struct poll *poll, const char *url)
{
	const char *name = url_host_port(poll->arena, url);

	return name != NULL ? name : "";
}

static char *
copy(struct span span)
{
	char *str = strndup(span.ptr != NULL ? span.ptr : "", span.len);

	if (str == NULL)
		abort();
	return str;
}

static void
replace(char **old, struct span span)
{
	char *str = copy(span);

	free(*old);
	*old = str;
}

static struct job *
job_new(struct poll *poll, uint32_t feed)
{
	struct job *job = calloc(1, sizeof *job);

	if (job == NULL)
		abort();
	job->feed = feed;
	if (feed != 0)
		map_put(&poll->feeds, feed, job);
	return job;
}

static void
job_release(struct job *job)
{
	trail_clear(&job->trail);
	free(job->url);
	free(job->settings);
	free(job->form);
	free(job);
}

/* Where it has to be fetched next. */
const char *
poll_next_host(struct poll *poll, const struct job *job)
{
	const char *url = trail_end(&job->trail);

	return host_of(poll, url != NULL ? url : job->url);
}

/* Out of the fetcher's hands and of its host's queue, whatever comes next. */
void
poll_stopped(struct poll *poll, struct job *job)
{
	if (job->state == JOB_RUNNING) {
		poll->running--;
		slots_leave(&poll->slots, &job->slot);
		fetcher_done(job->fetcher);
	}
	host_done(poll->hosts, &job->at_host, loop_mono_ms());
	if (poll->suspect == job) {
		poll->suspect = NULL;
		poll->suspect_turn = false;
		poll_suspect_next(poll);
	}
}

static void
job_free(struct poll *poll, struct job *job)
{
	if (job->id != 0)
		map_take(&poll->jobs, job->id);
	if (job->feed != 0 && !job->pushed)
		map_take(&poll->feeds, job->feed);
	job_release(job);
}

struct job *
poll_job(const struct poll *poll, uint64_t id)
{
	struct job *job = map_get(&poll->jobs, id);

	return job != NULL && job->state == JOB_RUNNING ? job : NULL;
}

/* What an answer tells of its host. */
static void
learn(struct poll *poll, const struct job *job, struct span address)
{
	if (job->slot.taken)
		host_slow(poll->hosts, &job->at_host, slots_is_slow(&job->slot, loop_mono_ms()));
	if (address.len == 0)
		return;
	arena_reset(poll->arena);
	host_address(poll->hosts, &job->at_host, arena_strndup(poll->arena, address.ptr, address.len));
}

void
poll_answered(struct poll *poll, struct job *job, struct span address)
{
	learn(poll, job, address);
	poll_stopped(poll, job);
	job->state = JOB_STORING;
	poll_kick(poll);
}

void
poll_finished(struct poll *poll, struct job *job)
{
	poll_stopped(poll, job);
	job_free(poll, job);
	poll_kick(poll);
}

void
poll_again(struct poll *poll, struct job *job, const char *url)
{
	poll_stopped(poll, job);
	job->state = JOB_WAITING;
	trail_clear(&job->trail);
	if (url != NULL)
		replace(&job->url, SPAN(url));
	arena_reset(poll->arena);
	host_add(poll->hosts, host_of(poll, job->url), &job->at_host, true);
	poll_kick(poll);
}

static void
rest(struct poll *poll, struct job *job, const char *host, int64_t until_ms)
{
	struct rec_done done = {
		.job = job->id, .outcome = OUTCOME_BUSY, .max_age_s = INT64_MIN,
		.message = SPAN(arena_printf(poll->arena, "redirected to %s, which has asked to be left alone for now (Retry-After)", host)),
		.retry_after_s = (until_ms - loop_mono_ms()) / MS + 1
	};

	ingest_outcome(poll->core->ingest, job, &done);
}

void
poll_hop(struct poll *poll, struct job *job, struct span address)
{
	const char *host;
	int64_t until_ms;

	learn(poll, job, address);
	arena_reset(poll->arena);
	host = poll_next_host(poll, job);
	until_ms = host_blocked(poll->hosts, host, loop_mono_ms());
	if (until_ms != 0) {
		rest(poll, job, host, until_ms);
		return;
	}
	if (job->lost >= JOB_LOST_ALONE) {
		poll_suspect(poll, job);
		return;
	}
	poll_stopped(poll, job);
	job->state = JOB_WAITING;
	host_add(poll->hosts, host, &job->at_host, true);
	poll_kick(poll);
}

/* --- where jobs come from ----------------------------------------------------------- */

struct job *
poll_url(struct poll *poll, struct add *add, const char *url, const char *settings)
{
	struct job *job = job_new(poll, 0);

	job->add = add;
	replace(&job->url, SPAN(url));
	replace(&job->settings, SPAN(settings));
	arena_reset(poll->arena);
	host_add(poll->hosts, host_of(poll, url), &job->at_host, true);
	poll_kick(poll);
	return job;
}

static int
take_host(void *arg, const struct store_target *target)
{
	struct poll *poll = arg;
	const char *url = arena_strndup(poll->arena, target->url.ptr, target->url.len);
	struct job *job = job_new(poll, target->feed);

	host_add(poll->hosts, host_of(poll, url), &job->at_host, false);
	return 0;
}

struct job *
poll_feed(struct poll *poll, uint32_t feed, bool urgent)
{
	struct job *job = map_get(&poll->feeds, feed);

	if (job == NULL) {
		arena_reset(poll->arena);
		store_target(poll->core->store, feed, take_host, poll);
		job = map_get(&poll->feeds, feed);
	}
	if (job != NULL && urgent)
		host_hurry(&job->at_host);
	poll_kick(poll);
	return job;
}

static bool
failed_by(const struct store_target *target, enum outcome outcome)
{
	const char *word = outcome_word(outcome);

	return target->error_word.len == strlen(word) && memcmp(target->error_word.ptr, word, strlen(word)) == 0;
}

/* Until when this host is left alone, or the one where a feed's redirects led to; 0: neither is. */
static int64_t
blocked_until(struct poll *poll, const char *host, struct span led_to, int64_t now_ms)
{
	int64_t here_ms = host_blocked(poll->hosts, host, now_ms), there_ms = 0;

	if (led_to.ptr != NULL && host_any_blocked(poll->hosts, now_ms))
		there_ms = host_blocked(poll->hosts, host_of(poll, arena_strndup(poll->arena, led_to.ptr, led_to.len)), now_ms);
	return here_ms > there_ms ? here_ms : there_ms;
}

enum poll_take
poll_take(struct poll *poll, const struct store_target *target, int64_t *until_ms)
{
	const char *host;
	struct job *job;

	if (map_get(&poll->feeds, target->feed) != NULL)
		return POLL_THERE;
	*until_ms = poll_blocked_feed(poll, target);
	if (*until_ms != 0)
		return POLL_RESTS;
	host = host_of(poll, arena_strndup(poll->arena, target->url.ptr, target->url.len));
	if (host_waiting(poll->hosts, host) >= POLL_HOST_WAITING_MAX)
		return POLL_CROWDED;
	job = job_new(poll, target->feed);
	host_add(poll->hosts, host, &job->at_host, false);
	if (failed_by(target, OUTCOME_TOO_SLOW) || failed_by(target, OUTCOME_CONNECT))
		host_slow(poll->hosts, &job->at_host, true);
	return POLL_TAKEN;
}

/* --- handing out -------------------------------------------------------------------- */

struct dispatch { struct poll *poll; struct job *job; struct fetcher *fetcher; bool sent, astray; };

static void
send_job(struct poll *poll, struct job *job, struct fetcher *fetcher, struct rec_job *record)
{
	json_t *settings = settings_load(SPAN(job->settings));

	if (job->id == 0) {
		job->id = ++poll->last_job;
		map_put(&poll->jobs, job->id, job);
	}
	record->job = job->id;
	if (host_keeps(&job->at_host))
		record->flags |= JOB_KEEP;
	settings_fill(settings, record, poll->arena);
	trail_fill(&job->trail, record, poll->arena);
	job->interval_s = settings_interval(settings);
	fetcher_send(fetcher, record);
	json_decref(settings);
	job->fetcher = fetcher;
	job->state = JOB_RUNNING;
	slots_take(&poll->slots, &job->slot, host_is_slow(&job->at_host), loop_mono_ms());
	poll->running++;
}

static int
dispatch_feed(void *arg, const struct store_target *target)
{
	struct dispatch *dispatch = arg;
	struct job *job = dispatch->job;
	struct rec_job record = {
		.url = target->url, .etag = target->etag, .last_modified = target->last_modified,
		.validators_url = target->validators_url
	};

	if (target->has_body_hash) {
		record.flags |= JOB_HASH_KNOWN;
		record.body_hash = target->body_hash;
	}
	replace(&job->url, target->url);
	replace(&job->settings, target->settings);
	dispatch->astray = !trail_is_from(&job->trail, target->url);
	if (dispatch->astray)
		return 0;
	job->fresh = target->last_success_s == STORE_ABSENT && target->entries == 0;
	send_job(dispatch->poll, job, dispatch->fetcher, &record);
	dispatch->sent = true;
	return 0;
}

void
poll_dispatch(struct poll *poll, struct job *job, struct fetcher *fetcher)
{
	struct dispatch state = { .poll = poll, .job = job, .fetcher = fetcher };
	struct rec_job record = { .url = SPAN(job->url), .form = SPAN(job->form) };

	arena_reset(poll->arena);
	if (job->feed == 0) {
		send_job(poll, job, fetcher, &record);
		return;
	}
	store_target(poll->core->store, job->feed, dispatch_feed, &state);
	if (state.sent)
		return;
	/* The feed is somewhere else now than where the redirects began. */
	if (state.astray) {
		poll_again(poll, job, NULL);
		return;
	}
	/* The feed has been removed meanwhile. */
	refresh_gone(poll->core->refreshes, job->feed);
	poll_stopped(poll, job);
	job_free(poll, job);
}

/* A job whose turn it is at its host. */
static void
run_job(struct poll *poll, struct job *job, struct fetcher *fetcher)
{
	if (job != poll->suspect) {
		poll_dispatch(poll, job, fetcher);
		return;
	}
	poll->suspect_turn = true;
	poll_suspect_run(poll);
}

static int64_t
earlier(int64_t one_ms, int64_t two_ms)
{
	return one_ms < two_ms ? one_ms : two_ms;
}

/* When to look again by itself: at a host's turn, when a transfer is slow, or when a feed is due. */
static void
set_timer(struct poll *poll, unsigned lanes)
{
	int64_t now_ms = loop_mono_ms(), when_ms = earlier(host_when(poll->hosts, lanes), slots_when(&poll->slots));
	int64_t wait_ms = earlier(when_ms, due_when(poll->due)) - now_ms;

	loop_timer_start(poll->timer, wait_ms > 0 ? wait_ms : 1);
}

/* Those that have become slow make room, and so do the next of their hosts. */
static void
let_age(struct poll *poll, int64_t now_ms)
{
	struct slot *slot;

	while ((slot = slots_age(&poll->slots, now_ms)) != NULL) {
		const struct job *job = (const struct job *)(const void *)((const char *)slot - offsetof(struct job, slot));

		host_slow(poll->hosts, &job->at_host, true);
	}
}

static void
hand_out(struct poll *poll)
{
	int64_t now_ms = loop_mono_ms();
	struct fetcher *fetcher;
	unsigned lanes;

	if (ingest_stopped(poll->core->ingest) || fetchers_running(poll->core->fetchers) == 0)
		return;
	poll_suspect_run(poll);
	/* What somebody waits for is not kept behind all that is due. */
	if (host_waiting_all(poll->hosts) < POLL_WAITING_MAX)
		refresh_fill(poll->core->refreshes, POLL_PORTION);
	let_age(poll, now_ms);
	due_look(poll->due);
	while ((lanes = slots_lanes(&poll->slots)) != 0 && (fetcher = fetchers_pick(poll->core->fetchers)) != NULL) {
		struct host_item *item = host_next(poll->hosts, now_ms, lanes);

		if (item != NULL)
			run_job(poll, (struct job *)(void *)item, fetcher);
		else if ((lanes & HOST_QUICK) == 0 || host_waiting_all(poll->hosts) >= POLL_WAITING_MAX)
			break;
		else if (!refresh_fill(poll->core->refreshes, POLL_PORTION) && !due_scan(poll->due))
			break;
	}
	if (lanes != 0)
		set_timer(poll, lanes);
	if ((lanes & HOST_QUICK) == 0 && host_waiting_all(poll->hosts) >= FETCHER_CROWD && host_when(poll->hosts, HOST_QUICK) <= now_ms)
		fetchers_crowded(poll->core->fetchers);
}

static void
on_timer(void *arg)
{
	struct poll *poll = arg;

	turns_begin(&poll->turns, loop_mono_us(), loop_cpu_us());
	hand_out(poll);
	turns_end(&poll->turns, loop_mono_us(), loop_cpu_us());
}

void
poll_kick(struct poll *poll)
{
	loop_timer_start(poll->timer, 0);
}

void
poll_rescan(struct poll *poll)
{
	due_rescan(poll->due);
	poll_kick(poll);
}

/* --- for others -------------------------------------------------------------------- */

void
poll_block(struct poll *poll, const char *host, int64_t seconds)
{
	host_block(poll->hosts, host, loop_mono_ms() + seconds * MS);
}

int64_t
poll_blocked(struct poll *poll, const char *url)
{
	arena_reset(poll->arena);
	return host_blocked(poll->hosts, host_of(poll, url), loop_mono_ms());
}

int64_t
poll_blocked_feed(struct poll *poll, const struct store_target *target)
{
	const char *url;

	arena_reset(poll->arena);
	url = arena_strndup(poll->arena, target->url.ptr, target->url.len);
	return blocked_until(poll, host_of(poll, url), target->validators_url, loop_mono_ms());
}

size_t
poll_in_flight(const struct poll *poll)
{
	return poll->running;
}

size_t
poll_queued(const struct poll *poll)
{
	return host_waiting_all(poll->hosts);
}

static void
set_limits(struct poll *poll)
{
	const struct conf *conf = &poll->core->conf;

	host_limits(poll->hosts, conf->parallel_per_host, conf->host_spacing_ms);
	poll->slots.most = (size_t)conf->parallel;
}

void
poll_limits(struct poll *poll)
{
	set_limits(poll);
	poll_kick(poll);
}

const struct turns *
poll_turns(const struct poll *poll)
{
	return &poll->turns;
}

/* Hosts that asked to be left alone before a restart are left alone after it. */
static int
remember_host(void *arg, struct span host, int64_t until_s)
{
	char *name = copy(host);

	poll_block(arg, name, until_s - loop_wall_s());
	free(name);
	return 0;
}

struct poll *
poll_new(struct core *core)
{
	struct poll *poll = calloc(1, sizeof *poll);

	if (poll == NULL)
		abort();
	poll->core = core;
	poll->hosts = host_table_new();
	poll->arena = arena_new(ARENA_BYTES);
	poll->timer = loop_timer_new(core->loop, on_timer, poll);
	set_limits(poll);
	poll->due = due_new(core);
	store_rests(core->store, loop_wall_s(), remember_host, poll);
	return poll;
}

void
poll_free(struct poll *poll)
{
	struct job *job;

	if (poll == NULL)
		return;
	/* No feed leads to these; while all are there. */
	for (size_t at = 0; (job = map_each(&poll->jobs, &at)) != NULL;)
		if (job->websub != 0 || job->pushed)
			job_release(job);
	for (size_t at = 0; (job = map_each(&poll->feeds, &at)) != NULL;)
		job_release(job);
	map_free(&poll->feeds);
	map_free(&poll->jobs);
	loop_timer_free(poll->timer);
	due_free(poll->due);
	host_table_free(poll->hosts);
	arena_free(poll->arena);
	free(poll);
}
