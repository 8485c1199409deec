#include "daemon/fetcher/fetch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "daemon/fetcher/address.h"
#include "daemon/fetcher/credentials.h"
#include "daemon/fetcher/field.h"
#include "daemon/fetcher/link.h"
#include "daemon/fetcher/pace.h"
#include "daemon/shared/conf.h"
#include "daemon/shared/log.h"
#include "feeds/base/arena.h"
#include "feeds/base/utf8.h"
#include "feeds/parser.h"
#include "feeds/url.h"

/* Any will do, but the same for ever: the hashes are stored and compared after a restart. */
const struct hash_key fetch_content_key = { UINT64_C(0x67617a6574746564), UINT64_C(0x636f6e74656e7400) };

struct fetch {
	struct transfer	*transfer;
	const struct fetch_ops *ops;
	void		*arg;

	struct arena	*arena;			/* of one job */
	char		*frame;			/* what the job's spans point into; in the arena */
	const struct transfer_config *config;
	struct rec_job	 job;
	struct credentials own;
	bool		 active, paused;
	int64_t		 started_ms;
	struct pace	 pace;
	const struct pace_clock *clock;

	const char	*hops[FETCH_HOPS_MAX + 1];	/* the job's URL and those it led to */
	size_t		 n_hops;
	size_t		 n_permanent;		/* so many of the first redirects were for good */
	char		 address[ADDRESS_BYTES];	/* where it was asked; "": none to be told */
	bool		 conditional;		/* validators were sent on this hop */

	struct feed_parser *parser;		/* NULL: the body says nothing */
	bool		 discarding;		/* the answer has a body that says nothing */
	bool		 parsed_out;		/* the parser wants no more */
	struct row	 row;
	XXH3_state_t	*hash;			/* of the body; decides about nothing but this feed */
	uint64_t	 body_bytes, wire_bytes;
};

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

static int64_t
now_ms(const struct fetch *fetch)
{
	return pace_time(fetch->clock, loop_mono_ms());
}

static const char *
url_now(const struct fetch *fetch)
{
	return fetch->hops[fetch->n_hops - 1];
}

static bool
is_document(int status)
{
	return status == 200 || status == 203;
}

/* --- the end -------------------------------------------------------------------------------- */

/* Those whose subject is the host; the others speak of the document. */
static bool
names_host(enum outcome outcome)
{
	static const bool rows[OUTCOME_COUNT] = {
		[OUTCOME_DNS] = true, [OUTCOME_CONNECT] = true, [OUTCOME_TLS] = true, [OUTCOME_TOO_SLOW] = true,
		[OUTCOME_REDIRECT] = true, [OUTCOME_PRIVATE] = true, [OUTCOME_NETWORK] = true
	};

	return rows[outcome];
}

static const char *
host_now(struct fetch *fetch)
{
	struct url_parts parts;

	url_split(url_now(fetch), strlen(url_now(fetch)), &parts);
	return arena_strndup(fetch->arena, parts.authority.ptr, parts.authority.len);
}

static void
stop(struct fetch *fetch)
{
	fetch->active = false;
	transfer_cancel(fetch->transfer);
}

/* The last of a job. done holds what the caller knows; whoever is told may start the next one. */
static void
finish(struct fetch *fetch, struct rec_done *done)
{
	const char *message = done->message.ptr;
	struct buf frames;

	stop(fetch);
	if (message != NULL && fetch->n_hops != 0 && (fetch->n_hops > 1 || names_host((enum outcome)done->outcome)))
		message = arena_printf(fetch->arena, "%s: %s", host_now(fetch), message);
	if (done->outcome != OUTCOME_OK)
		row_drop(&fetch->row);
	done->message = record_cut(span_of(message), RECORD_LINE_MAX);
	if (fetch->n_hops > 1)
		done->final_url = span_of(url_now(fetch));
	if (fetch->n_permanent > 0)
		done->permanent_url = span_of(fetch->hops[fetch->n_permanent]);
	if (fetch->address[0] != '\0')
		done->address = span_of(fetch->address);
	done->body_bytes = fetch->body_bytes;
	done->wire_bytes = fetch->wire_bytes;
	done->elapsed_ms = (uint64_t)(now_ms(fetch) - fetch->started_ms);
	row_done(&fetch->row, done);
	log_debug("job=%llu host=%s: %s%s%s", (unsigned long long)fetch->job.job, fetch->n_hops != 0 ? host_now(fetch) : "-",
	    outcome_word((enum outcome)done->outcome), message != NULL ? ": " : "", message != NULL ? message : "");
	feed_parser_free(fetch->parser);
	fetch->parser = NULL;
	frames = row_take(&fetch->row);		/* on_done may begin another row */
	fetch->ops->on_done(fetch->arg, frames.ptr, frames.len);
	buf_free(&frames);
}

static void __attribute__((format(printf, 4, 5)))
fail(struct fetch *fetch, struct rec_done *done, enum outcome outcome, const char *fmt, ...)
{
	char message[TRANSFER_MESSAGE_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	done->outcome = outcome;
	done->message = span_of(arena_strdup(fetch->arena, message));
	finish(fetch, done);
}

static struct rec_done
done_init(const struct transfer_head *head)
{
	struct rec_done done = { .retry_after_s = FIELD_NONE, .max_age_s = FIELD_NONE };
	int64_t now = loop_wall_s();

	if (head == NULL)
		return done;
	done.http_status = head->status >= 0 && head->status <= 999 ? (uint64_t)head->status : 0;
	done.retry_after_s = field_retry_after(head->retry_after, head->date, now);
	done.max_age_s = field_fresh_s(head->cache_control, head->expires, head->date, head->age, now);
	return done;
}

/* --- what an answer means --------------------------------------------------------------------- */

static struct span
validator(const char *value)
{
	struct span span = span_of(value);

	return span.len <= RECORD_VALIDATOR_MAX ? span : (struct span){ NULL, 0 };
}

static const char *
check_target(const struct fetch *fetch, const char *url)
{
	struct url_parts parts;

	if (url == NULL || strlen(url) > RECORD_URL_MAX || !utf8_valid(url, strlen(url)))
		return "a redirect to nowhere";
	if (!url_is_http(url))
		return "a redirect to what is neither http nor https";
	url_split(url, strlen(url), &parts);
	if (memchr(parts.authority.ptr, '@', parts.authority.len) != NULL)
		return "a redirect to a URL with a user name";
	if (strncasecmp(url_now(fetch), "https:", 6) == 0 && strncasecmp(url, "https:", 6) != 0)
		return "a redirect from https to http";
	for (size_t i = 0; i < fetch->n_hops; i++)
		if (strcmp(fetch->hops[i], url) == 0)
			return "a redirect loop";
	return NULL;
}

/* Core knows when that host may be asked. */
static void
hand_on(struct fetch *fetch, struct rec_done *done)
{
	done->outcome = OUTCOME_HOP;
	done->permanent_hops = fetch->n_permanent;
	done->hops.items = arena_zalloc(fetch->arena, fetch->n_hops * sizeof(done->hops.items[0]));
	done->hops.count = fetch->n_hops;
	for (size_t i = 0; i < fetch->n_hops; i++)
		done->hops.items[i] = span_of(fetch->hops[i]);
	finish(fetch, done);
}

static void
take_redirect(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);
	const char *wrong;
	char *url = NULL;

	if (end->redirect_url != NULL) {
		url = arena_strdup(fetch->arena, end->redirect_url);
		url[strcspn(url, "#")] = '\0';
	}
	wrong = check_target(fetch, url);
	if (wrong != NULL) {
		fail(fetch, &done, OUTCOME_REDIRECT, "%s", wrong);
		return;
	}
	if (fetch->n_hops > FETCH_HOPS_MAX) {
		fail(fetch, &done, OUTCOME_REDIRECT, "more than %d redirects", FETCH_HOPS_MAX);
		return;
	}
	/* a chain of permanent redirects ends at the first that is temporary */
	if ((head->status == 301 || head->status == 308) && fetch->n_permanent == fetch->n_hops - 1)
		fetch->n_permanent++;
	fetch->hops[fetch->n_hops++] = url;
	hand_on(fetch, &done);
}

/* RFC 9111 section 4.3.4: what a 304 says replaces what was known, the rest stays. */
static void
take_not_modified(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);

	(void)end;
	if (!fetch->conditional) {
		fail(fetch, &done, OUTCOME_HTTP, "HTTP 304 %s, which was not asked for", field_phrase(304));
		return;
	}
	done.outcome = OUTCOME_NOT_MODIFIED;
	done.etag = head->etag != NULL ? validator(head->etag) : fetch->job.etag;
	done.last_modified = head->last_modified != NULL ? validator(head->last_modified) : fetch->job.last_modified;
	done.body_hash = fetch->job.body_hash;
	finish(fetch, &done);
}

static void
take_nothing(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);

	(void)end;
	fail(fetch, &done, OUTCOME_EMPTY, "empty document");
}

static void
take_error(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);
	const char *phrase = field_phrase(head->status);

	(void)end;
	fail(fetch, &done, OUTCOME_HTTP, "HTTP %d%s%s", head->status, *phrase != '\0' ? " " : "", phrase);
}

/* The feeds that a page names: url, title, url, title ... */
static struct span_list
candidates(struct fetch *fetch)
{
	struct span_list list = { NULL, 0 };
	const struct feed_candidate *found;
	size_t count;

	found = feed_parser_candidates(fetch->parser, &count);
	if (count == 0)
		return list;
	list.items = arena_zalloc(fetch->arena, 2 * count * sizeof(list.items[0]));
	for (size_t i = 0; i < count && list.count + 2 <= RECORD_LIST_MAX; i++) {
		if (strlen(found[i].url) > RECORD_LINE_MAX)
			continue;
		list.items[list.count++] = span_of(found[i].url);
		list.items[list.count++] = record_cut(span_of(found[i].title != NULL ? found[i].title : ""), RECORD_LINE_MAX);
	}
	return list;
}

static void
take_no_feed(struct fetch *fetch, struct rec_done *done, int status)
{
	static const struct { int status; enum outcome outcome; } rows[] = {
		{ FEED_EEMPTY, OUTCOME_EMPTY }, { FEED_ENOTFEED, OUTCOME_NOT_FEED }, { FEED_ELIMIT, OUTCOME_MALFORMED },
	};
	enum outcome outcome = OUTCOME_MALFORMED;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			outcome = rows[i].outcome;
	if (outcome == OUTCOME_NOT_FEED)
		done->candidates = candidates(fetch);
	fail(fetch, done, outcome, "%s", feed_parser_message(fetch->parser));
}

static const char *
too_large(struct fetch *fetch)
{
	char size[CONF_QUANTITY_BYTES];

	return arena_printf(fetch->arena, "larger than max_body (%s)",
	    conf_format_size((int64_t)fetch->config->max_body, size));
}

/* The document is complete and decoded; only now do its entries count. */
static void
take_document(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);
	int status;

	if (end->wire_bytes > fetch->config->max_body) {
		fail(fetch, &done, OUTCOME_TOO_LARGE, "%s", too_large(fetch));
		return;
	}
	if (fetch->parser == NULL) {
		take_nothing(fetch, head, end);
		return;
	}
	status = feed_parser_finish(fetch->parser);
	if (status != FEED_OK) {
		take_no_feed(fetch, &done, status);
		return;
	}
	if (!end->delimited && feed_parser_is_cut(fetch->parser)) {
		fail(fetch, &done, OUTCOME_TRUNCATED, "connection closed in the middle of the document");
		return;
	}
	fetch->row.hub = link_find(fetch->arena, head->link, "hub", url_now(fetch));
	fetch->row.self_url = link_find(fetch->arena, head->link, "self", url_now(fetch));
	row_feed(&fetch->row, feed_parser_feed(fetch->parser));
	if (fetch->row.frames.overflow) {
		char size[CONF_QUANTITY_BYTES];

		fail(fetch, &done, OUTCOME_TOO_LARGE, "its entries take more than %s",
		    conf_format_size((int64_t)fetch->row.frames.max, size));
		return;
	}
	done.etag = validator(head->etag);
	done.last_modified = validator(head->last_modified);
	done.body_hash = XXH3_64bits_digest(fetch->hash);
	if ((fetch->job.flags & JOB_HASH_KNOWN) != 0 && done.body_hash == fetch->job.body_hash)
		done.outcome = OUTCOME_NOT_MODIFIED;
	finish(fetch, &done);
}

/* What was posted has been taken; whatever else is said. */
static void
take_accepted(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = done_init(head);

	(void)end;
	finish(fetch, &done);
}

struct answer {
	int first, last;
	void (*take)(struct fetch *, const struct transfer_head *, const struct transfer_end *);
};

static const struct answer answers[] = {
	{ 200, 200, take_document }, { 203, 203, take_document }, { 204, 205, take_nothing },
	{ 301, 303, take_redirect }, { 304, 304, take_not_modified }, { 307, 308, take_redirect },
	{ 0, 999, take_error },
};

static const struct answer form_answers[] = {
	{ 200, 299, take_accepted }, { 307, 308, take_redirect }, { 0, 999, take_error },
};

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
	options.url = url_now(fetch);
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
		pace_pause(&fetch->pace, now_ms(fetch));
		return TRANSFER_LATER;
	}
	fetch->body_bytes += len;
	XXH3_64bits_update(fetch->hash, ptr, len);
	fetch->parsed_out = feed_parser_push(fetch->parser, ptr, len) != FEED_OK || fetch->row.frames.overflow;
	return fetch->parsed_out ? TRANSFER_ENOUGH : TRANSFER_TAKEN;
}

/* Where the answer's status says it all, it does not matter that the rest of its body did not come. */
static void
on_end(void *arg, const struct transfer_head *head, const struct transfer_end *end)
{
	struct fetch *fetch = arg;
	const struct answer *answer = fetch->job.form.ptr != NULL ? form_answers : answers;
	struct rec_done done;

	fetch->wire_bytes += end->wire_bytes;
	if (end->address != NULL)
		snprintf(fetch->address, sizeof fetch->address, "%s", end->address);
	if (end->outcome != OUTCOME_OK && !fetch->parsed_out && !fetch->discarding) {
		done = done_init(head);
		fail(fetch, &done, end->outcome, "%s", end->message);
		return;
	}
	while (head->status < answer->first || head->status > answer->last)
		answer++;
	answer->take(fetch, head, end);
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
	const char *url = url_now(fetch), *validators_url = text(fetch, fetch->job.validators_url);
	struct transfer_request request = { .job = fetch->job.job, .url = url, .user_agent = text(fetch, fetch->job.user_agent),
	    .proxy = text(fetch, fetch->job.proxy),
	    .form = text(fetch, fetch->job.form), .ca = fetch->job.ca, .keep = (fetch->job.flags & JOB_KEEP) != 0 };
	char message[TRANSFER_MESSAGE_BYTES];
	struct rec_done done = done_init(NULL);

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
		fail(fetch, &done, (enum outcome)done.outcome, "%s", message);
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
	fetch->started_ms = now_ms(fetch);
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
	pace_hop(&fetch->pace, now_ms(fetch));
}

void
fetch_start(struct fetch *fetch, const struct transfer_config *config, const char *frame, size_t len)
{
	struct rec_done done = done_init(NULL);
	const char *error, *url;

	fetch->config = config;
	reset(fetch);
	fetch->frame = arena_strndup(fetch->arena, frame, len);
	if (record_decode(&record_job, fetch->frame, len, &fetch->job, fetch->arena, &error) != 0)
		abort();	/* it was valid when it came in */
	fetch->row.job = fetch->job.job;
	url = text(fetch, fetch->job.url);
	if (url == NULL || !url_is_http(url)) {
		fail(fetch, &done, OUTCOME_URL, "not a valid http or https URL");
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
	stop(fetch);
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
		pace_pause(&fetch->pace, now_ms(fetch));
	else
		pace_resume(&fetch->pace, now_ms(fetch));
	transfer_pause(fetch->transfer, pause);
}

void
fetch_tick(struct fetch *fetch)
{
	struct rec_done done = done_init(NULL);
	struct transfer_progress progress;
	char message[TRANSFER_MESSAGE_BYTES];
	enum outcome outcome;

	if (!fetch->active || fetch->paused)
		return;
	transfer_progress(fetch->transfer, &progress);
	outcome = pace_check(&fetch->pace, now_ms(fetch), fetch->config->timeout_ms, &progress, message);
	if (outcome != OUTCOME_OK)
		fail(fetch, &done, outcome, "%s", message);
	else if (progress.wire_bytes > fetch->config->max_body)	/* a body that decodes to next to nothing */
		fail(fetch, &done, OUTCOME_TOO_LARGE, "%s", too_large(fetch));
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
