#include "contrib/gazette/searches.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

enum { NAME_BYTES = 8192 };

static void
got_counts(void *owner, json_t *result, const struct client_error *error)
{
	struct searches *s = owner;
	const json_t *counts = json_object_get(result, "counts");

	s->counting = false;
	for (size_t at = 0; at < s->tree->n_searches && error == NULL; at++)
		if (json_is_integer(json_array_get(counts, at)))
			s->tree->searches[at].unread = json_integer_value(json_array_get(counts, at));
	reader_dirty(s->view->reader);
}

static void
count(struct searches *s)
{
	json_t *queries = json_array();

	for (size_t at = 0; at < s->tree->n_searches; at++)
		json_array_append_new(queries, json_sprintf("search:\"%s\" is:unread", s->tree->searches[at].name));
	if (s->tree->n_searches != 0 && !s->counting)
		s->counting = session_ask(reader_session(s->view->reader), "item.count", json_pack("{s:O}", "queries", queries),
		    got_counts, s);
	json_decref(queries);
}

static char *
clean(const char *text)
{
	struct buf out = BUF_INIT(NAME_BYTES);
	char *copy;

	text_clean(text, &out);
	copy = strdup(buf_str(&out));
	if (copy == NULL)
		abort();
	buf_free(&out);
	return copy;
}

static void
got_searches(void *owner, json_t *result, const struct client_error *error)
{
	struct searches *s = owner;
	const json_t *list = json_object_get(result, "searches");
	struct tree_search *searches;
	size_t row;
	json_t *search;

	if (error != NULL)
		return;
	searches = reallocarray(NULL, json_array_size(list) + 1, sizeof(*searches));
	if (searches == NULL)
		abort();
	json_array_foreach(list, row, search)
		searches[row] = (struct tree_search){ .name = clean(json_string_value(json_object_get(search, "name"))), .unread = -1 };
	tree_take_searches(s->tree, searches, json_array_size(list));
	count(s);
	reader_dirty(s->view->reader);
}

void
searches_ask(struct searches *s)
{
	session_ask(reader_session(s->view->reader), "search.list", NULL, got_searches, s);
}

void
searches_up(struct searches *s)
{
	s->counting = false;
	searches_ask(s);
}

void
searches_changed(struct searches *s)
{
	if (s->count_ms != 0 || s->tree->n_searches == 0)
		return;
	s->count_ms = reader_clock(s->view->reader) + SEARCHES_COUNT_MS;
	view_wake_at(s->view, s->count_ms);
}

void
searches_wake(struct searches *s)
{
	if (s->count_ms == 0)
		return;
	if (s->count_ms > reader_clock(s->view->reader)) {
		view_wake_at(s->view, s->count_ms);
		return;
	}
	s->count_ms = 0;
	count(s);
}

void
searches_end(struct searches *s)
{
	session_forget(reader_session(s->view->reader), s);
}
