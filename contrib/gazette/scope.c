#include "contrib/gazette/scope.h"

#include <string.h>

enum { QUERY_BYTES = 64 << 10 };

void
scope_title(const struct scope *scope, const struct feedset *set, struct buf *out)
{
	const struct feed *feed = feedset_find(set, scope->feed);

	if (scope->feed != 0)
		buf_puts(out, feed != NULL ? feed->title : "(a feed that is gone)");
	else if (scope->tag != NULL)
		buf_printf(out, scope->search ? "/ %s" : "[%s]", scope->tag);
	else
		buf_puts(out, "All");
}

int64_t
scope_unread(const struct scope *scope, const struct feedset *set)
{
	const struct feed *feed = feedset_find(set, scope->feed);
	int64_t unread = scope->feed != 0 ? (feed != NULL ? feed->unread : 0) : set->all.unread;

	for (size_t at = 0; at < set->n_tags && scope->tag != NULL; at++)
		if (strcmp(set->tags[at].tag, scope->tag) == 0)
			unread = set->tags[at].unread;
	return unread;
}

json_t *
scope_feeds(const struct scope *scope, const struct feedset *set)
{
	json_t *ids;

	if (scope->feed != 0)
		return json_pack("[I]", (json_int_t)scope->feed);
	if (scope->tag == NULL || scope->search)
		return NULL;
	ids = json_array();
	for (size_t at = 0; at < set->count; at++)
		if (feedset_has_tag(set, set->feeds[at], scope->tag))
			json_array_append_new(ids, json_integer(set->feeds[at]->id));
	return ids;
}

size_t
scope_query(const struct scope *scope, const char *filter, bool unread, struct buf *out)
{
	size_t start;

	if (scope->feed != 0)
		buf_printf(out, "feed:%lld ", (long long)scope->feed);
	else if (scope->tag != NULL && scope->search)
		buf_printf(out, "search:\"%s\" ", scope->tag);
	else if (scope->tag != NULL)
		buf_printf(out, "tag:\"%s\" ", scope->tag);
	if (unread)
		buf_puts(out, "is:unread ");
	start = out->len + 1;
	if (filter != NULL)
		buf_printf(out, "(%s)", filter);
	else if (out->len == 0)
		buf_puts(out, "*");
	return start;
}

/* What is marked read is counted as read at once; the daemon's own numbers follow. */
static void
count_read(struct feedset *set, const struct scope *scope)
{
	for (size_t at = 0; at < set->count; at++) {
		const struct feed *feed = set->feeds[at];

		if ((scope->feed != 0 && scope->feed != feed->id) ||
		    (scope->tag != NULL && !feedset_has_tag(set, feed, scope->tag)))
			continue;
		feedset_counts(set, feed->id, 0, feed->total);
	}
}

bool
scope_mark(struct reader *reader, const struct scope *scope, const char *filter)
{
	struct buf query = BUF_INIT(QUERY_BYTES);
	bool marked;

	scope_query(scope, filter, true, &query);
	marked = session_mark_query(reader_session(reader), buf_str(&query), "unread", false);
	if (!marked)
		reader_say(reader, TERM_ERROR, "not while the daemon is away: what came meanwhile would be marked unseen");
	else if (filter == NULL && !scope->search)
		count_read(reader_feeds(reader), scope);
	reader_dirty(reader);
	buf_free(&query);
	return marked;
}
