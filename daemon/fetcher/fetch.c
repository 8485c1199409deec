#include "daemon/fetcher/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/fetcher/fetch-private.h"
#include "feeds/url.h"

/* Any will do, but the same for ever: the hashes are stored and compared after a restart. */
const struct hash_key fetch_content_key = { UINT64_C(0x67617a6574746564), UINT64_C(0x636f6e74656e7400) };

uint64_t
fetch_job(const struct fetch *fetch)
{
	return fetch->job.job;
}

size_t
fetch_held(const struct fetch *fetch)
{
	return fetch->row.frames.cap + (fetch->parser != NULL ? feed_parser_kept(fetch->parser) : 0);
}

int64_t
fetch_now_ms(const struct fetch *fetch)
{
	return pace_time(fetch->clock, loop_mono_ms());
}

const char *
fetch_url(const struct fetch *fetch)
{
	return fetch->hops[fetch->n_hops - 1];
}

static bool
is_document(int status)
{
	return status == 200 || status == 203;
}

/* --- what the transfer tells -------------------------------------------------------------------- */

static void
on_entry(void *arg, const struct doc_entry *entry)
{
	struct fetch *fetch = arg;

	row_entry(&fetch->row, entry);
}

static uint64_t
on_head(void *arg, const struct transfer_head *head)
{
	struct fetch *fetch = arg;
	struct feed_options options = FEED_OPTIONS_INIT;

	if (!is_document(head->status) || fetch->job.form.ptr != NULL) {
		fetch->discarding = true;
		return FETCH_DISCARD_MAX;
	}
	options.url = fetch_url(fetch);
	options.content_type = head->content_type;
	options.content_key = &fetch_content_key;
	options.limits.document_bytes = fetch->config->max_body;
	fetch->parser = feed_parser_new(&options, on_entry, fetch);
	XXH3_64bits_reset(fetch->hash);
	return fetch->config->max_body;
}

static enum transfer_verdict
on_body(void *arg, const char *ptr, size_t len)
{
	struct fetch *fetch = arg;

	if (fetch->parser == NULL)
		return TRANSFER_TAKEN;
	if (!fetch->ops->may_read(fetch->arg)) {
		fetch->paused = true;
		pace_pause(&fetch->pace, fetch_now_ms(fetch));
		return TRANSFER_LATER;
	}
	fetch->body_bytes += len;
	XXH3_64bits_update(fetch->hash, ptr, len);
	fetch->parsed_out = feed_parser_push(fetch->parser, ptr, len) != FEED_OK || fetch->row.frames.overflow;
	return fetch->parsed_out ? TRANSFER_ENOUGH : TRANSFER_TAKEN;
}

static void
on_end(void *arg, const struct transfer_head *head, const struct transfer_end *end)
{
	struct fetch *fetch = arg;

	fetch->wire_bytes += end->wire_bytes;
	if (end->address != NULL)
		snprintf(fetch->address, sizeof fetch->address, "%s", end->address);
	fetch_answer(fetch, head, end);
}

static const struct transfer_ops transfer_ops = { on_head, on_body, on_end };

/* --- the beginning -------------------------------------------------------------------------------- */

static const char *
text(struct fetch *fetch, struct span span)
{
	return span.ptr != NULL ? arena_strndup(fetch->arena, span.ptr, span.len) : NULL;
}

static void
start_hop(struct fetch *fetch)
{
	const char *url = fetch_url(fetch), *validators_url = text(fetch, fetch->job.validators_url);
	struct transfer_request request = { .job = fetch->job.job, .url = url, .user_agent = text(fetch, fetch->job.user_agent),
	    .proxy = text(fetch, fetch->job.proxy),
	    .form = text(fetch, fetch->job.form), .ca = fetch->job.ca, .keep = (fetch->job.flags & JOB_KEEP) != 0 };
	char message[TRANSFER_MESSAGE_BYTES];
	struct rec_done done = fetch_done(NULL);

	if (fetch->n_hops == 1 || url_same_origin(fetch->arena, fetch->hops[0], url)) {
		request.username = fetch->own.username;
		request.password = fetch->own.password;
		request.cookie = text(fetch, fetch->job.cookie);
		request.lines = &fetch->job.headers;
	}
	if (strcmp(url, validators_url != NULL ? validators_url : fetch->hops[0]) == 0) {
		request.etag = text(fetch, fetch->job.etag);
		request.last_modified = text(fetch, fetch->job.last_modified);
	}
	fetch->conditional = request.etag != NULL || request.last_modified != NULL;
	done.outcome = transfer_check(fetch->config, &request, message);
	if (done.outcome != OUTCOME_OK) {
		fetch_fail(fetch, &done, (enum outcome)done.outcome, "%s", message);
		return;
	}
	fetch->discarding = fetch->parsed_out = false;
	transfer_start(fetch->transfer, fetch->config, &request);
	transfer_pause(fetch->transfer, fetch->paused);
}

static void
reset(struct fetch *fetch)
{
	size_t row_max = FETCH_ROW_FACTOR * fetch->config->max_body;

	arena_reset(fetch->arena);
	fetch->active = true;
	fetch->paused = false;
	fetch->n_hops = fetch->n_permanent = 0;
	fetch->address[0] = '\0';
	fetch->body_bytes = fetch->wire_bytes = 0;
	row_begin(&fetch->row, 0, row_max < FETCH_ROW_MAX ? row_max : FETCH_ROW_MAX);
	fetch->started_ms = fetch_now_ms(fetch);
	pace_start(&fetch->pace, fetch->started_ms);
}

/* Where the hops before have led. */
static void
go_on(struct fetch *fetch)
{
	const struct span_list *hops = &fetch->job.hops;

	for (size_t i = 1; i < hops->count && fetch->n_hops <= FETCH_HOPS_MAX; i++)
		fetch->hops[fetch->n_hops++] = text(fetch, hops->items[i]);
	if (fetch->job.permanent_hops < fetch->n_hops)
		fetch->n_permanent = fetch->job.permanent_hops;
	fetch->started_ms -= (int64_t)fetch->job.elapsed_ms;
	pace_start(&fetch->pace, fetch->started_ms);
	pace_hop(&fetch->pace, fetch_now_ms(fetch));
}

void
fetch_start(struct fetch *fetch, const struct transfer_config *config, const char *frame, size_t len)
{
	struct rec_done done = fetch_done(NULL);
	const char *error, *url;

	fetch->config = config;
	reset(fetch);
	fetch->frame = arena_strndup(fetch->arena, frame, len);
	if (record_decode(&record_job, fetch->frame, len, &fetch->job, fetch->arena, &error) != 0)
		abort();	/* it was valid when it came in */
	fetch->row.job = fetch->job.job;
	url = text(fetch, fetch->job.url);
	if (url == NULL || !url_is_http(url)) {
		fetch_fail(fetch, &done, OUTCOME_URL, "not a valid http or https URL");
		return;
	}
	fetch->own.username = text(fetch, fetch->job.username);
	fetch->own.password = text(fetch, fetch->job.password);
	fetch->hops[fetch->n_hops++] = credentials_take(&fetch->own, url, fetch->arena);
	go_on(fetch);
	start_hop(fetch);
}

void
fetch_cancel(struct fetch *fetch)
{
	fetch_stop(fetch);
	feed_parser_free(fetch->parser);
	fetch->parser = NULL;
	row_drop(&fetch->row);
}

void
fetch_pause(struct fetch *fetch, bool pause)
{
	if (!fetch->active || fetch->paused == pause)
		return;
	fetch->paused = pause;
	if (pause)
		pace_pause(&fetch->pace, fetch_now_ms(fetch));
	else
		pace_resume(&fetch->pace, fetch_now_ms(fetch));
	transfer_pause(fetch->transfer, pause);
}

void
fetch_tick(struct fetch *fetch)
{
	struct rec_done done = fetch_done(NULL);
	struct transfer_progress progress;
	char message[TRANSFER_MESSAGE_BYTES];
	enum outcome outcome;

	if (!fetch->active || fetch->paused)
		return;
	transfer_progress(fetch->transfer, &progress);
	outcome = pace_check(&fetch->pace, fetch_now_ms(fetch), fetch->config->timeout_ms, &progress, message);
	if (outcome != OUTCOME_OK)
		fetch_fail(fetch, &done, outcome, "%s", message);
	else if (progress.wire_bytes > fetch->config->max_body)	/* a body that decodes to next to nothing */
		fetch_fail_large(fetch, &done);
}

struct fetch *
fetch_new(struct multi *multi, struct row_scratch *scratch, const struct pace_clock *clock, const struct fetch_ops *ops, void *arg)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));

	if (fetch == NULL || (fetch->hash = XXH3_createState()) == NULL)
		abort();
	fetch->clock = clock;
	fetch->ops = ops;
	fetch->arg = arg;
	fetch->arena = arena_new(0);
	fetch->transfer = transfer_new(multi, &transfer_ops, fetch);
	row_init(&fetch->row, scratch);
	return fetch;
}

void
fetch_free(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	fetch_cancel(fetch);
	transfer_free(fetch->transfer);
	row_free(&fetch->row);
	arena_free(fetch->arena);
	XXH3_freeState(fetch->hash);
	free(fetch);
}
