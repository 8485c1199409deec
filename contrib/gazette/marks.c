#include "contrib/gazette/marks.h"

#include "contrib/gazette/scope.h"

static struct feedset *
feeds_of(const struct entries *e)
{
	return reader_feeds(e->view->reader);
}

/* Sets the mark here; false if it was so. */
static bool
set(const struct entries *e, struct item *item, bool starred, bool on)
{
	const struct feed *feed = feedset_find(feeds_of(e), item->feed);
	bool *flag = starred ? &item->starred : &item->unread;

	if (*flag == on)
		return false;
	*flag = on;
	if (feed != NULL && !starred && (on || feed->unread > 0))
		feedset_counts(feeds_of(e), feed->id, feed->unread + (on ? 1 : -1), feed->total);
	return true;
}

void
marks_follow(struct entries *e, const struct change *change)
{
	struct item *item = items_find(&e->items, change->item, NULL);

	if (item != NULL && change->unread != -1)
		set(e, item, false, change->unread == 1);
	if (item != NULL && change->starred != -1)
		set(e, item, true, change->starred == 1);
}

static size_t
count_chosen(const struct entries *e)
{
	size_t count = 0;

	for (size_t row = 0; row < e->items.count; row++)
		count += e->items.rows[row].chosen;
	return count;
}

void
marks_toggle(struct entries *e, bool starred)
{
	bool alone = count_chosen(e) == 0, known = false, on = false;
	json_t *ids = json_array();

	for (size_t row = 0; row < e->items.count; row++) {
		struct item *item = &e->items.rows[row];

		if (alone ? row != e->list.selected : !item->chosen)
			continue;
		if (!known)
			on = starred ? !item->starred : !item->unread;
		known = true;
		if (set(e, item, starred, on))
			json_array_append_new(ids, json_integer(item->id));
	}
	if (json_array_size(ids) != 0)
		session_mark_ids(reader_session(e->view->reader), ids, starred ? "starred" : "unread", on);
	else
		json_decref(ids);
	reader_dirty(e->view->reader);
}

void
marks_passed(struct entries *e, size_t from)
{
	json_t *ids = json_array();

	for (size_t row = from; row < e->list.selected && row < e->items.count; row++)
		if (set(e, &e->items.rows[row], false, false))
			json_array_append_new(ids, json_integer(e->items.rows[row].id));
	if (json_array_size(ids) != 0)
		session_mark_ids(reader_session(e->view->reader), ids, "unread", false);
	else
		json_decref(ids);
}

/* --- all of it ------------------------------------------------------------------------------ */

/* What is wholly on hand is marked by number, so that nothing unseen is; else by query. */
static void
read_here(struct entries *e)
{
	json_t *ids = json_array();

	for (size_t row = 0; row < e->items.count; row++)
		if (set(e, &e->items.rows[row], false, false))
			json_array_append_new(ids, json_integer(e->items.rows[row].id));
	if (json_array_size(ids) == 0) {
		reader_say(e->view->reader, TERM_PLAIN, "nothing unread");
		json_decref(ids);
		return;
	}
	reader_say(e->view->reader, TERM_PLAIN, "marked %zu read (undo brings them back)", json_array_size(ids));
	session_mark_ids(reader_session(e->view->reader), ids, "unread", false);
}

void
marks_read_all(struct entries *e)
{
	if (e->items.complete && items_before(&e->items) == NULL)
		read_here(e);
	else if (scope_mark(e->view->reader, &e->scope, e->filter)) {
		for (size_t row = 0; row < e->items.count; row++)
			e->items.rows[row].unread = false;	/* scope_mark() has counted them */
		reader_say(e->view->reader, TERM_PLAIN, "marked all of it read (undo brings it back)");
	}
	reader_dirty(e->view->reader);
}

/* --- choosing ------------------------------------------------------------------------------- */

void
marks_choose(struct entries *e)
{
	struct item *item = e->items.count != 0 ? &e->items.rows[e->list.selected] : NULL;

	if (item == NULL)
		return;
	item->chosen = !item->chosen;
	reader_say(e->view->reader, TERM_PLAIN, "%zu chosen", count_chosen(e));
	list_move(&e->list, 1);
}

void
marks_choose_all(struct entries *e, bool chosen)
{
	for (size_t row = 0; row < e->items.count; row++)
		e->items.rows[row].chosen = chosen;
	reader_say(e->view->reader, TERM_PLAIN, "%zu chosen%s", count_chosen(e),
	    chosen && !e->items.complete ? ", as far as the list has been read" : "");
}

json_t *
marks_chosen(const struct entries *e)
{
	json_t *ids = json_array();

	for (size_t row = 0; row < e->items.count; row++)
		if (e->items.rows[row].chosen)
			json_array_append_new(ids, json_integer(e->items.rows[row].id));
	if (json_array_size(ids) == 0 && e->items.count != 0)
		json_array_append_new(ids, json_integer(e->items.rows[e->list.selected].id));
	if (json_array_size(ids) != 0)
		return ids;
	json_decref(ids);
	return NULL;
}
