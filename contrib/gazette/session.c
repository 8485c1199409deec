#include "contrib/gazette/session.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

struct ask {
	struct session	*session;
	session_reply	 reply;
	void		*owner;
	int64_t		 id;
	struct ask	*next;
};

/* A mark until the daemon has confirmed it; id 0: to be sent. */
struct mark {
	struct session	*session;
	json_t		*params;
	bool		 by_query;
	bool		 taken_back;		/* or the opposite of one that was */
	int64_t		 id;
	struct mark	*next;
};

struct session {
	struct client	*client;
	const struct session_ops *ops;
	void		*arg;
	bool		 up, was_up;
	int64_t		 retry_at_ms, retry_after_ms;
	int64_t		 seq;			/* of the last change told; -1: none yet */
	int64_t		 watch_id, watch_since;	/* the request, what it was asked with */
	bool		 doubt;			/* a mark by query may or may not have been made */
	struct ask	*asks;
	struct mark	*marks, **marks_end;
	size_t		 n_marks;
	int64_t		 refresh_id;		/* the last one asked for */
};

static const struct { const char *word; enum change_what what; } change_words[] = {
	{ "item-new", CHANGE_ITEM_NEW }, { "item-updated", CHANGE_ITEM_UPDATED }, { "item-tags", CHANGE_ITEM_TAGS },
	{ "item-removed", CHANGE_ITEM_REMOVED }, { "feed-added", CHANGE_FEED_ADDED },
	{ "feed-changed", CHANGE_FEED_CHANGED }, { "feed-removed", CHANGE_FEED_REMOVED },
};

static bool
is_lost(const struct client_error *error)
{
	return error->code == CLIENT_ELOST || error->code == CLIENT_EPROTOCOL;
}

static void *
allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (memory == NULL)
		abort();
	return memory;
}

static int64_t
integer_or(const json_t *object, const char *name, int64_t otherwise)
{
	const json_t *value = json_object_get(object, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* --- asking --------------------------------------------------------------------------------- */

static void
drop_ask(struct ask *ask)
{
	struct ask **link = &ask->session->asks;

	while (*link != ask)
		link = &(*link)->next;
	*link = ask->next;
	free(ask);
}

static void
answered(void *arg, json_t *result, const struct client_error *error)
{
	struct ask *ask = arg;
	session_reply reply = ask->reply;
	void *owner = ask->owner;

	drop_ask(ask);
	reply(owner, result, error);
}

bool
session_ask(struct session *s, const char *method, json_t *params, session_reply reply, void *owner)
{
	struct client_error error;
	struct ask *ask = allocate(sizeof(*ask));
	int64_t id = client_send(s->client, method, params, answered, ask, &error);

	if (id == -1) {
		free(ask);
		return false;
	}
	*ask = (struct ask){ .session = s, .reply = reply, .owner = owner, .id = id, .next = s->asks };
	s->asks = ask;
	return true;
}

void
session_forget(struct session *s, void *owner)
{
	struct ask *next;

	for (struct ask *ask = s->asks; ask != NULL; ask = next) {
		next = ask->next;
		if (ask->owner != owner)
			continue;
		client_forget(s->client, ask->id);
		drop_ask(ask);
	}
}

/* --- marks ---------------------------------------------------------------------------------- */

static void
drop_mark(struct mark *mark)
{
	struct session *s = mark->session;
	struct mark **link = &s->marks;

	while (*link != mark)
		link = &(*link)->next;
	*link = mark->next;
	if (s->marks_end == &mark->next)
		s->marks_end = link;
	s->n_marks--;
	json_decref(mark->params);
	free(mark);
}

static void
confirmed(void *arg, json_t *result, const struct client_error *error)
{
	struct mark *mark = arg;
	struct session *s = mark->session;
	bool lost = error != NULL && is_lost(error);

	(void)result;
	mark->id = 0;
	if (lost && !mark->by_query)
		return;			/* to be sent again */
	s->doubt |= lost;
	drop_mark(mark);
	if (error != NULL && !lost)
		s->ops->refused(s->arg, error);
}

static void
send_marks(struct session *s)
{
	struct client_error error;

	for (struct mark *mark = s->marks; mark != NULL; mark = mark->next) {
		int64_t id;

		if (mark->id != 0)
			continue;
		id = client_send(s->client, "item.tag", json_deep_copy(mark->params), confirmed, mark, &error);
		if (id == -1)
			break;
		mark->id = id;
	}
}

/* Takes params. */
static struct mark *
add_mark(struct session *s, json_t *params, bool by_query)
{
	struct client_error error = { .code = CLIENT_ETOOLARGE, .message = "too many changes wait for the daemon" };
	struct mark *mark;

	if (s->n_marks >= SESSION_MARKS_MAX) {
		json_decref(params);
		s->ops->refused(s->arg, &error);
		return NULL;
	}
	mark = allocate(sizeof(*mark));
	*mark = (struct mark){ .session = s, .params = params, .by_query = by_query };
	*s->marks_end = mark;
	s->marks_end = &mark->next;
	s->n_marks++;
	if (s->up)
		send_marks(s);
	return mark;
}

void
session_mark_ids(struct session *s, json_t *ids, const char *tag, bool add)
{
	add_mark(s, json_pack("{s:o, s:[s]}", "ids", ids, add ? "add" : "remove", tag), false);
}

void
session_tag_ids(struct session *s, json_t *ids, json_t *add, json_t *remove)
{
	add_mark(s, json_pack("{s:o, s:o, s:o}", "ids", ids, "add", add, "remove", remove), false);
}

bool
session_mark_query(struct session *s, const char *query, const char *tag, bool add)
{
	if (s->up)
		add_mark(s, json_pack("{s:s, s:[s]}", "query", query, add ? "add" : "remove", tag), true);
	return s->up;
}

size_t
session_unconfirmed(const struct session *s)
{
	return s->n_marks;
}

bool
session_is_telling(const struct session *s)
{
	return s->up && (s->n_marks != 0 || (client_events(s->client) & POLLOUT) != 0);
}

/* --- undo ----------------------------------------------------------------------------------- */

static void
undone(void *arg, json_t *result, const struct client_error *error)
{
	struct session *s = arg;
	const struct undone undone = { .operation = json_array_get(json_object_get(result, "operations"), 0), .error = error };

	s->doubt |= error != NULL && is_lost(error);
	s->ops->undone(s->arg, &undone);
}

static struct mark *
last_waiting(const struct session *s)
{
	struct mark *last = NULL;

	for (struct mark *mark = s->marks; mark != NULL; mark = mark->next)
		if (!mark->by_query && !mark->taken_back)
			last = mark;
	return last;
}

static int
mark_of(const json_t *params, const char *tag)
{
	const char *added = json_string_value(json_array_get(json_object_get(params, "add"), 0));
	const char *removed = json_string_value(json_array_get(json_object_get(params, "remove"), 0));

	return added != NULL && strcmp(added, tag) == 0 ? 1 : removed != NULL && strcmp(removed, tag) == 0 ? 0 : -1;
}

/* Nobody else will: the views are told of what the mark does. */
static void
tell_mark(struct session *s, const json_t *params)
{
	struct change change = {
		.what = CHANGE_ITEM_MARKED, .feed_unread = -1, .feed_total = -1,
		.unread = mark_of(params, "unread"), .starred = mark_of(params, "starred")
	};
	size_t row;
	json_t *id;

	json_array_foreach(json_object_get(params, "ids"), row, id) {
		change.item = json_integer_value(id);
		s->ops->change(s->arg, &change);
	}
}

/* It may have reached the daemon or not: its opposite, sent after it, is right in both cases. */
static bool
undo_waiting(struct session *s)
{
	struct mark *mark = last_waiting(s), *opposite;
	const json_t *ids = mark != NULL ? json_object_get(mark->params, "ids") : NULL;
	json_t *params, *operation;

	if (mark == NULL)
		return false;
	params = json_pack("{s:O, s:O*, s:O*}", "ids", ids, "add", json_object_get(mark->params, "remove"), "remove",
	    json_object_get(mark->params, "add"));
	opposite = add_mark(s, params, false);
	if (opposite == NULL)
		return true;
	mark->taken_back = opposite->taken_back = true;
	tell_mark(s, opposite->params);
	operation = json_pack("{s:I, s:O*, s:O*}", "items", (json_int_t)json_array_size(ids), "added", json_object_get(mark->params, "add"),
	    "removed", json_object_get(mark->params, "remove"));
	s->ops->undone(s->arg, &(struct undone){ .operation = operation });
	json_decref(operation);
	return true;
}

bool
session_undo(struct session *s)
{
	if (!s->up)
		return undo_waiting(s);
	return session_ask(s, "undo", NULL, undone, s);
}

/* --- refreshing ------------------------------------------------------------------------------- */

static void
tell_progress(struct session *s, const json_t *params)
{
	struct progress progress = {
		.done = json_integer_value(json_object_get(params, "done")),
		.total = json_integer_value(json_object_get(params, "total")),
		.added = json_integer_value(json_object_get(params, "new")),
		.failed = json_integer_value(json_object_get(params, "failed")),
	};

	if (json_integer_value(json_object_get(params, "id")) == s->refresh_id)
		s->ops->progress(s->arg, &progress);
}

static void
refreshed(void *owner, json_t *result, const struct client_error *error)
{
	struct session *s = owner;
	struct progress progress = { .over = true, .error = error, .result = result };

	s->ops->progress(s->arg, &progress);
}

bool
session_refresh(struct session *s, json_t *feeds)
{
	if (!session_ask(s, "feed.refresh", json_pack("{s:b, s:o*}", "wait", 1, "feeds", feeds), refreshed, s))
		return false;
	s->refresh_id = s->asks->id;
	return true;
}

/* --- changes -------------------------------------------------------------------------------- */

static void
tell_change(struct session *s, const json_t *params)
{
	const char *word = json_string_value(json_object_get(params, "what"));
	int64_t seq = integer_or(params, "seq", 0);
	struct change change = {
		.item = integer_or(params, "item", 0),
		.feed = integer_or(params, "feed", 0),
		.feed_unread = integer_or(params, "feed_unread", -1),
		.feed_total = integer_or(params, "feed_total", -1),
		.object = json_object_get(params, "object"),
	};

	if (seq <= s->seq || word == NULL)
		return;
	s->seq = seq;
	for (size_t row = 0; row < sizeof(change_words) / sizeof(change_words[0]); row++) {
		if (strcmp(change_words[row].word, word) != 0)
			continue;
		change.what = change_words[row].what;
		s->ops->change(s->arg, &change);
	}
}

static void
notified(void *arg, const char *method, json_t *params)
{
	struct session *s = arg;

	if (strcmp(method, "change") == 0)
		tell_change(s, params);
	else if (strcmp(method, "progress") == 0)
		tell_progress(s, params);
}

static void	watch(struct session *s);

static void
watching(void *arg, json_t *result, const struct client_error *error)
{
	struct session *s = arg;
	int64_t since = s->watch_since, seq = integer_or(result, "seq", 0);
	bool fresh = s->was_up && (since == -1 || seq < since || s->doubt);

	if (error != NULL && is_lost(error))
		return;
	if (error != NULL && since != -1) {
		/* the number means nothing to this daemon: another database, an older copy of it */
		s->seq = -1;
		watch(s);
		return;
	}
	if (error != NULL) {
		s->ops->refused(s->arg, error);
		return;
	}
	if (s->seq == -1 || seq < since)
		s->seq = seq;
	s->doubt = false;
	s->ops->up(s->arg, s->was_up, fresh);
	s->was_up = true;
}

static void
watch(struct session *s)
{
	struct client_error error;
	json_t *params = json_object();

	s->watch_since = s->seq;
	if (s->seq != -1)
		json_object_set_new(params, "since", json_integer(s->seq));
	s->watch_id = client_send(s->client, "watch", params, watching, s, &error);
}

/* --- the connection --------------------------------------------------------------------------- */

static void
try_again(struct session *s, int64_t now_ms)
{
	s->retry_at_ms = now_ms + s->retry_after_ms;
	s->retry_after_ms *= 2;
	if (s->retry_after_ms > SESSION_RETRY_LAST_MS)
		s->retry_after_ms = SESSION_RETRY_LAST_MS;
}

/* Marks go first: what is asked for later shows them. */
static void
begin(struct session *s)
{
	s->up = true;
	s->retry_after_ms = SESSION_RETRY_FIRST_MS;
	client_on_notify(s->client, notified, s);
	send_marks(s);
	watch(s);
}

static void
lost(struct session *s, const struct client_error *error, int64_t now_ms)
{
	s->up = false;
	s->refresh_id = 0;
	try_again(s, now_ms);
	s->ops->down(s->arg, error);
}

static void
connect_now(struct session *s, int64_t now_ms)
{
	struct client_error error;

	if (client_connected(s->client) || client_connect(s->client, &error) == 0)
		begin(s);
	else
		lost(s, &error, now_ms);
}

struct session *
session_new(struct client *client, const struct session_ops *ops, void *arg)
{
	struct session *s = allocate(sizeof(*s));

	*s = (struct session){ .client = client, .ops = ops, .arg = arg, .seq = -1,
	    .retry_after_ms = SESSION_RETRY_FIRST_MS };
	s->marks_end = &s->marks;
	return s;
}

void
session_free(struct session *s)
{
	struct ask *next_ask;
	struct mark *next_mark;

	client_on_notify(s->client, NULL, NULL);
	for (struct ask *ask = s->asks; ask != NULL; ask = next_ask) {
		next_ask = ask->next;
		client_forget(s->client, ask->id);
		free(ask);
	}
	for (struct mark *mark = s->marks; mark != NULL; mark = next_mark) {
		next_mark = mark->next;
		client_forget(s->client, mark->id);
		json_decref(mark->params);
		free(mark);
	}
	client_forget(s->client, s->watch_id);
	free(s);
}

void
session_start(struct session *s, int64_t now_ms)
{
	connect_now(s, now_ms);
}

bool
session_is_up(const struct session *s)
{
	return s->up;
}

int
session_fd(const struct session *s)
{
	return client_fd(s->client);
}

short
session_events(const struct session *s)
{
	return client_events(s->client);
}

int
session_timeout(const struct session *s, int64_t now_ms)
{
	if (s->up)
		return -1;
	return s->retry_at_ms > now_ms ? (int)(s->retry_at_ms - now_ms) : 0;
}

void
session_pump(struct session *s, int64_t now_ms)
{
	struct client_error error;

	if (!s->up && now_ms >= s->retry_at_ms)
		connect_now(s, now_ms);
	if (s->up && client_pump(s->client, &error) == -1)
		lost(s, &error, now_ms);
}
