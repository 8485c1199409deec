#include "daemon/core/document.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/fetcher.h"
#include "daemon/core/ingest.h"
#include "daemon/core/poll.h"
#include "daemon/core/rpc.h"
#include "daemon/core/selector.h"
#include "daemon/core/settle.h"
#include "daemon/core/store-feed.h"
#include "daemon/shared/conf.h"
#include "daemon/shared/record.h"
#include "feeds/base/base64.h"

struct document {
	struct document	*next;
	uint64_t	 client;	/* who brings it; 0: it is complete, and with a fetcher */
	uint32_t	 feed;
	struct buf	 body;
	char		*content_type;	/* or NULL */
	bool		 past;
	struct rpc_call	*call;		/* of the last piece */
};

struct documents {
	struct core	*core;
	struct document	*first;
	size_t		 count;
};

static struct document *
begin(struct documents *documents, const struct rpc_call *call, uint32_t feed)
{
	struct document *document = calloc(1, sizeof *document);
	struct span type = rpc_param_span(call, "content_type");

	if (document == NULL)
		abort();
	document->client = call->client;
	document->feed = feed;
	document->past = rpc_param_bool(call, "past", false);
	buf_init(&document->body, (size_t)documents->core->conf.max_body_bytes);
	if (type.ptr != NULL && (document->content_type = strndup(type.ptr, type.len)) == NULL)
		abort();
	document->next = documents->first;
	documents->first = document;
	documents->count++;
	return document;
}

static void
drop(struct documents *documents, struct document *document)
{
	struct document **place = &documents->first;

	while (*place != document)
		place = &(*place)->next;
	*place = document->next;
	documents->count--;
	buf_free(&document->body);
	free(document->content_type);
	free(document);
}

static struct document *
find(const struct documents *documents, uint64_t client)
{
	struct document *document = documents->first;

	while (document != NULL && document->client != client)
		document = document->next;
	return document;
}

/* --- to the fetcher ------------------------------------------------------------------- */

struct sending { struct documents *documents; struct document *document; struct fetcher *fetcher; bool sent; };

/* Links in it are relative to where the feed is. */
static int
send(void *arg, const struct store_feed *feed)
{
	struct sending *sending = arg;
	struct document *document = sending->document;
	struct poll *poll = sending->documents->core->poll;
	struct rec_document record = { .url = feed->url, .content_type = record_cut(span_of(document->content_type), RECORD_WORD_MAX) };
	size_t sent = 0;

	record.job = poll_push(poll, document->feed, sending->fetcher);
	poll_job(poll, record.job)->document = document;
	do {
		size_t left = document->body.len - sent;

		record.data = (struct span){ document->body.ptr + sent, left < RECORD_PIECE_MAX ? left : RECORD_PIECE_MAX };
		sent += record.data.len;
		record.more = sent < document->body.len;
		fetcher_document(sending->fetcher, &record);
	} while (record.more);
	buf_free(&document->body);
	sending->sent = true;
	return 0;
}

static void
hand_over(struct documents *documents, struct document *document, struct rpc_call *call)
{
	struct core *core = documents->core;
	struct sending sending = { documents, document, fetchers_pick(core->fetchers), false };

	if (ingest_stopped(core->ingest))
		rpc_fail(call, ingest_word(core->ingest), "%s", ingest_reason(core->ingest));
	else if (sending.fetcher == NULL)
		rpc_fail(call, "busy", "no fetcher can read it now; try again");
	else {
		store_feed_get(core->store, document->feed, send, &sending);
		if (!sending.sent)
			rpc_fail(call, "no-such-feed", "there is no feed %" PRIu32, document->feed);
	}
	if (!sending.sent) {
		drop(documents, document);
		return;
	}
	document->client = 0;
	document->call = call;
	rpc_keep(call);
}

/* --- from the client --------------------------------------------------------------------- */

/* False: it has been answered, and dropped. */
static bool
add_piece(struct documents *documents, struct document *document, struct rpc_call *call)
{
	struct span data = rpc_param_span(call, "data");
	char size[CONF_QUANTITY_BYTES];

	if (base64_decode(data.ptr, data.len, &document->body) == -1)
		rpc_fail(call, "bad-value", "\"data\" is no base64");
	else if (document->body.overflow)
		rpc_fail(call, "too-large", "the document is larger than max_body (%s)",
		    conf_format_size(documents->core->conf.max_body_bytes, size));
	else
		return true;
	drop(documents, document);
	return false;
}

void
document_take(struct documents *documents, struct rpc_call *call)
{
	struct document *document = find(documents, call->client);
	struct json *json;
	uint32_t feed;

	if (!selector_feed(call, rpc_param(call, "feed"), &feed))
		return;
	if (document != NULL && document->feed != feed) {
		drop(documents, document);
		document = NULL;
	}
	if (document == NULL && documents->count == DOCUMENTS_MAX) {
		rpc_fail(call, "busy", "%d documents are being taken already", DOCUMENTS_MAX);
		return;
	}
	if (document == NULL)
		document = begin(documents, call, feed);
	if (!add_piece(documents, document, call))
		return;
	if (!rpc_param_bool(call, "more", false)) {
		hand_over(documents, document, call);
		return;
	}
	json = rpc_result(call);
	json_put_integer(json, "bytes", (int64_t)document->body.len);
	rpc_send(call);
}

/* --- what came of it ------------------------------------------------------------------------- */

void
document_settled(struct documents *documents, const struct settle *settle)
{
	struct document *document = settle->job->document;
	const struct rec_done *done = &settle->done;
	struct json *json;

	if (settle->end == SETTLE_STORED) {
		json = rpc_result(document->call);
		json_put_integer(json, "feed", settle->feed);
		json_put_integer(json, "new", (int64_t)settle->counts.added);
		json_put_integer(json, "updated", (int64_t)settle->counts.updated);
		rpc_send(document->call);
	} else if (done->outcome == OUTCOME_OK)
		rpc_fail(document->call, "no-such-feed", "there is no feed %" PRIu32 " any more", document->feed);
	else
		rpc_fail(document->call, outcome_word((enum outcome)done->outcome), "the document is not taken: %.*s",
		    (int)done->message.len, done->message.ptr != NULL ? done->message.ptr : "");
	drop(documents, document);
}

bool
document_is_past(const struct document *document)
{
	return document->past;
}

void
document_lost(struct documents *documents, struct document *document)
{
	rpc_fail(document->call, "busy", "the fetcher ended meanwhile; try again");
	drop(documents, document);
}

void
document_gone(struct documents *documents, uint64_t client)
{
	struct document *document = documents != NULL && client != 0 ? find(documents, client) : NULL;

	if (document != NULL)
		drop(documents, document);
}

struct documents *
documents_new(struct core *core)
{
	struct documents *documents = calloc(1, sizeof *documents);

	if (documents == NULL)
		abort();
	documents->core = core;
	return documents;
}

void
documents_free(struct documents *documents)
{
	if (documents == NULL)
		return;
	while (documents->first != NULL) {
		if (documents->first->call != NULL)
			rpc_fail(documents->first->call, "busy", "the daemon is stopping");
		drop(documents, documents->first);
	}
	free(documents);
}
