#include "daemon/fetcher/push.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/fetcher/fetch.h"
#include "daemon/fetcher/signature.h"
#include "daemon/shared/log.h"
#include "daemon/shared/mark.h"
#include "feeds/base/arena.h"
#include "feeds/parser.h"

struct push {
	struct arena	*arena;
	struct feed_parser *parser;
	struct signature *signature;
	bool		 must_sign, complete;	/* complete: the parser wants no more */
	struct row	 row;
	uint64_t	 body_bytes, body_max;
};

static void
on_entry(void *arg, const struct doc_entry *entry)
{
	struct push *push = arg;

	row_entry(&push->row, entry);
}

static struct feed_parser *
make_parser(struct push *push, const struct rec_hub_reply *reply, const char *content_type)
{
	struct feed_options options = FEED_OPTIONS_INIT;

	options.url = reply->url.ptr != NULL ? arena_strndup(push->arena, reply->url.ptr, reply->url.len) : NULL;
	options.content_type = content_type != NULL ? arena_strdup(push->arena, content_type) : NULL;
	options.content_key = &fetch_content_key;
	options.limits.document_bytes = push->body_max;
	return feed_parser_new(&options, on_entry, push);
}

struct push *
push_new(struct row_scratch *scratch, const struct transfer_config *config, const struct rec_hub_reply *reply,
    const char *content_type, const char *signature)
{
	struct push *push = calloc(1, sizeof(*push));
	size_t row_max = FETCH_ROW_FACTOR * config->max_body;

	if (push == NULL)
		abort();
	push->arena = arena_new(0);
	push->body_max = config->max_body;
	push->must_sign = reply->secret.len != 0;
	if (push->must_sign)
		push->signature = signature_new(signature, reply->secret);
	row_init(&push->row, scratch);
	row_begin(&push->row, reply->job, row_max < FETCH_ROW_MAX ? row_max : FETCH_ROW_MAX);
	push->parser = make_parser(push, reply, content_type);
	return push;
}

void
push_free(struct push *push)
{
	if (push == NULL)
		return;
	feed_parser_free(push->parser);
	signature_free(push->signature);
	row_free(&push->row);
	arena_free(push->arena);
	free(push);
}

bool
push_add(struct push *push, const char *ptr, size_t len)
{
	uint64_t before;

	push->body_bytes += len;
	if (push->body_bytes > push->body_max)
		return false;
	signature_add(push->signature, ptr, len);
	if (push->complete || (push->must_sign && push->signature == NULL))
		return true;
	before = mark_set(push->row.job);
	push->complete = feed_parser_push(push->parser, ptr, len) != FEED_OK || push->row.frames.overflow;
	mark_set(before);
	return true;
}

static struct buf
finish(struct push *push, enum outcome outcome, const char *message)
{
	struct rec_done done = { .outcome = outcome, .message = span_of(message), .retry_after_s = INT64_MIN, .max_age_s = INT64_MIN,
	    .body_bytes = push->body_bytes, .wire_bytes = push->body_bytes };

	if (outcome != OUTCOME_OK)
		row_drop(&push->row);
	row_done(&push->row, &done);
	log_debug("job=%llu pushed: %s%s%s", (unsigned long long)push->row.job, outcome_word(outcome), message != NULL ? ": " : "",
	    message != NULL ? message : "");
	return row_take(&push->row);
}

struct buf
push_fail(struct push *push, enum outcome outcome, const char *message)
{
	return finish(push, outcome, message);
}

struct buf
push_end(struct push *push)
{
	uint64_t before;
	int status;

	if (push->body_bytes > push->body_max)
		return finish(push, OUTCOME_TOO_LARGE, "larger than max_body");
	if (push->must_sign && !signature_matches(push->signature))
		return finish(push, OUTCOME_HTTP, "not signed as agreed");
	before = mark_set(push->row.job);
	status = feed_parser_finish(push->parser);
	mark_set(before);
	if (status != FEED_OK)
		return finish(push, OUTCOME_MALFORMED, feed_parser_message(push->parser));
	row_feed(&push->row, feed_parser_feed(push->parser));
	if (push->row.frames.overflow)
		return finish(push, OUTCOME_TOO_LARGE, "its entries take too much");
	return finish(push, OUTCOME_OK, NULL);
}
