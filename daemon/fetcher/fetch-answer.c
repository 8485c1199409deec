/* fetch-answer - what an answer to a job means, and the end of the job. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/fetcher/fetch-private.h"
#include "daemon/fetcher/field.h"
#include "daemon/fetcher/link.h"
#include "daemon/shared/conf.h"
#include "daemon/shared/log.h"
#include "feeds/base/utf8.h"
#include "feeds/url.h"

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

	url_split(fetch_url(fetch), strlen(fetch_url(fetch)), &parts);
	return arena_strndup(fetch->arena, parts.authority.ptr, parts.authority.len);
}

void
fetch_stop(struct fetch *fetch)
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

	fetch_stop(fetch);
	if (message != NULL && fetch->n_hops != 0 && (fetch->n_hops > 1 || names_host((enum outcome)done->outcome)))
		message = arena_printf(fetch->arena, "%s: %s", host_now(fetch), message);
	if (done->outcome != OUTCOME_OK)
		row_drop(&fetch->row);
	done->message = record_cut(span_of(message), RECORD_LINE_MAX);
	if (fetch->n_hops > 1)
		done->final_url = span_of(fetch_url(fetch));
	if (fetch->n_permanent > 0)
		done->permanent_url = span_of(fetch->hops[fetch->n_permanent]);
	if (fetch->address[0] != '\0')
		done->address = span_of(fetch->address);
	done->body_bytes = fetch->body_bytes;
	done->wire_bytes = fetch->wire_bytes;
	done->elapsed_ms = (uint64_t)(fetch_now_ms(fetch) - fetch->started_ms);
	row_done(&fetch->row, done);
	log_debug("job=%llu host=%s: %s%s%s", (unsigned long long)fetch->job.job, fetch->n_hops != 0 ? host_now(fetch) : "-",
	    outcome_word((enum outcome)done->outcome), message != NULL ? ": " : "", message != NULL ? message : "");
	feed_parser_free(fetch->parser);
	fetch->parser = NULL;
	frames = row_take(&fetch->row);		/* on_done may begin another row */
	fetch->ops->on_done(fetch->arg, frames.ptr, frames.len);
	buf_free(&frames);
}

void
fetch_fail(struct fetch *fetch, struct rec_done *done, enum outcome outcome, const char *fmt, ...)
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

struct rec_done
fetch_done(const struct transfer_head *head)
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
	if (strncasecmp(fetch_url(fetch), "https:", 6) == 0 && strncasecmp(url, "https:", 6) != 0)
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
	struct rec_done done = fetch_done(head);
	const char *wrong;
	char *url = NULL;

	if (end->redirect_url != NULL) {
		url = arena_strdup(fetch->arena, end->redirect_url);
		url[strcspn(url, "#")] = '\0';
	}
	wrong = check_target(fetch, url);
	if (wrong != NULL) {
		fetch_fail(fetch, &done, OUTCOME_REDIRECT, "%s", wrong);
		return;
	}
	if (fetch->n_hops > FETCH_HOPS_MAX) {
		fetch_fail(fetch, &done, OUTCOME_REDIRECT, "more than %d redirects", FETCH_HOPS_MAX);
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
	struct rec_done done = fetch_done(head);

	(void)end;
	if (!fetch->conditional) {
		fetch_fail(fetch, &done, OUTCOME_HTTP, "HTTP 304 %s, which was not asked for", field_phrase(304));
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
	struct rec_done done = fetch_done(head);

	(void)end;
	fetch_fail(fetch, &done, OUTCOME_EMPTY, "empty document");
}

static void
take_error(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = fetch_done(head);
	const char *phrase = field_phrase(head->status);

	(void)end;
	fetch_fail(fetch, &done, OUTCOME_HTTP, "HTTP %d%s%s", head->status, *phrase != '\0' ? " " : "", phrase);
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
	fetch_fail(fetch, done, outcome, "%s", feed_parser_message(fetch->parser));
}

void
fetch_fail_large(struct fetch *fetch, struct rec_done *done)
{
	char size[CONF_QUANTITY_BYTES];

	fetch_fail(fetch, done, OUTCOME_TOO_LARGE, "larger than max_body (%s)",
	    conf_format_size((int64_t)fetch->config->max_body, size));
}

/* The document is complete and decoded; only now do its entries count. */
static void
take_document(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	struct rec_done done = fetch_done(head);
	int status;

	if (end->wire_bytes > fetch->config->max_body) {
		fetch_fail_large(fetch, &done);
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
		fetch_fail(fetch, &done, OUTCOME_TRUNCATED, "connection closed in the middle of the document");
		return;
	}
	fetch->row.hub = link_find(fetch->arena, head->link, "hub", fetch_url(fetch));
	fetch->row.self_url = link_find(fetch->arena, head->link, "self", fetch_url(fetch));
	row_feed(&fetch->row, feed_parser_feed(fetch->parser));
	if (fetch->row.frames.overflow) {
		char size[CONF_QUANTITY_BYTES];

		fetch_fail(fetch, &done, OUTCOME_TOO_LARGE, "its entries take more than %s",
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
	struct rec_done done = fetch_done(head);

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

/* Where the answer's status says it all, it does not matter that the rest of its body did not come. */
void
fetch_answer(struct fetch *fetch, const struct transfer_head *head, const struct transfer_end *end)
{
	const struct answer *answer = fetch->job.form.ptr != NULL ? form_answers : answers;
	struct rec_done done;

	if (end->outcome != OUTCOME_OK && !fetch->parsed_out && !fetch->discarding) {
		done = fetch_done(head);
		fetch_fail(fetch, &done, end->outcome, "%s", end->message);
		return;
	}
	while (head->status < answer->first || head->status > answer->last)
		answer++;
	answer->take(fetch, head, end);
}
