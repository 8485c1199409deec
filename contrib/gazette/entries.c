#include "contrib/gazette/entries.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/marks.h"
#include "contrib/gazette/scope.h"

enum { QUERY_BYTES = 64 << 10 };

/* --- pages ---------------------------------------------------------------------------------- */

static bool
is_lost(const struct client_error *error)
{
	return error->code == CLIENT_ELOST || error->code == CLIENT_EPROTOCOL;
}

static void
failed(struct entries *e, const struct client_error *error)
{
	struct buf query = BUF_INIT(QUERY_BYTES);
	size_t start = scope_query(&e->scope, e->filter, reader_unread_only(e->view->reader), &query);
	size_t position = error->position > (int64_t)start ? (size_t)error->position - start : 0;

	buf_free(&query);
	if (is_lost(error))
		e->failed = true;
	else
		e->refused(e->view, error, position);
}

/* Whether what is selected is among the new rows, or would be; or there is no use in looking further. */
static bool
has_come(const struct entries *e)
{
	return e->items.count == 0 || items_after(&e->coming) == NULL || e->coming.count >= ITEMS_MAX ||
	    items_place(&e->coming, &e->items.rows[e->list.selected]) < e->coming.count;
}

static void
keep_chosen(const struct items *from, struct items *to)
{
	struct item *item;

	for (size_t row = 0; row < from->count; row++) {
		item = from->rows[row].chosen ? items_find(to, from->rows[row].id, NULL) : NULL;
		if (item != NULL)
			item->chosen = true;
	}
}

/* What is selected keeps its place though the rows are all new. */
static void
replace(struct entries *e)
{
	size_t above = e->list.selected - e->list.top, row = 0;

	if (e->items.count != 0)
		row = items_place(&e->coming, &e->items.rows[e->list.selected]);
	keep_chosen(&e->items, &e->coming);
	items_clear(&e->items);
	e->items = e->coming;
	e->coming = (struct items){ 0 };
	e->again = false;
	e->list.top = 0;
	e->list.selected = above;
	list_follow(&e->list, e->items.count, row);
}

static void	ask(struct entries *, int kind, const char *after, int limit);

/* False: a page more has been asked for. */
static bool
gather(struct entries *e, const json_t *result)
{
	struct list nothing = { .height = 1 };

	items_append(&e->coming, &nothing, result);
	if (!has_come(e)) {
		ask(e, ENTRIES_AGAIN, items_after(&e->coming), ENTRIES_PAGE_LARGE);
		return false;
	}
	replace(e);
	return true;
}

/* Moves as far as there are rows, and asks for more if that is not far enough. */
static void
pay(struct entries *e)
{
	long before = (long)e->list.selected;

	if (e->owed == 1 || e->owed == -1)
		list_move(&e->list, e->owed);
	else
		list_scroll(&e->list, e->owed);
	e->owed -= (long)e->list.selected - before;
	if (e->owed < 0 && items_before(&e->items) != NULL)
		entries_need(e);
	else if (e->owed <= 0 || !entries_more(e, e->owed > ENTRIES_PAGE ? ENTRIES_PAGE_LARGE : ENTRIES_PAGE))
		e->owed = 0;
}

void
entries_move(struct entries *e, long lines)
{
	e->owed += lines;
	pay(e);
}

/* Where the settings want the selection to be, unless it has been moved already. */
static void
arrive(struct entries *e)
{
	long unread = items_unread(&e->items, 0, 1);

	e->entered = false;
	if (unread > 0 && e->list.selected == 0 && e->owed == 0 && reader_settings(e->view->reader)->first_unread)
		list_select(&e->list, (size_t)unread);
}

/* False: the list is being read anew. */
static bool
take_page(struct entries *e, int kind, const json_t *result)
{
	bool reaches = true;

	switch (kind) {
	case ENTRIES_AGAIN:
		return gather(e, result);
	case ENTRIES_END:
		items_take_end(&e->items, &e->list, result);
		break;
	case ENTRIES_ABOVE:
		reaches = items_prepend(&e->items, &e->list, result);
		break;
	default:
		items_append(&e->items, &e->list, result);
		break;
	}
	if (!reaches)
		entries_reload(e);
	return reaches;
}

static void
got_page(void *owner, json_t *result, const struct client_error *error)
{
	struct entries *e = owner;
	int kind = e->loading;

	e->loading = ENTRIES_IDLE;
	reader_show(e->view->reader);
	if (error != NULL) {
		failed(e, error);
		return;
	}
	e->known = true;
	if (!take_page(e, kind, result))
		return;
	items_trim(&e->items, &e->list);
	if (e->entered)
		arrive(e);
	if (e->owed != 0)
		pay(e);
	e->loaded(e->view);
}

static void
ask(struct entries *e, int kind, const char *after, int limit)
{
	static const char *const orders[] = { [ITEMS_NEWEST] = "newest", [ITEMS_OLDEST] = "oldest", [ITEMS_RELEVANCE] = "relevance" };
	bool upwards = kind == ENTRIES_END || (kind == ENTRIES_ABOVE && e->items.reversed);
	enum items_order order = !upwards ? e->items.order : e->items.order == ITEMS_OLDEST ? ITEMS_NEWEST : ITEMS_OLDEST;
	struct buf query = BUF_INIT(QUERY_BYTES);
	json_t *params;

	scope_query(&e->scope, e->filter, reader_unread_only(e->view->reader), &query);
	params = json_pack("{s:s, s:i, s:s, s:o}", "query", buf_str(&query), "limit", limit, "sort",
	    orders[order], "fields", items_fields());
	if (after != NULL && *after != '\0')
		json_object_set_new(params, "after", json_string(after));
	e->failed = !session_ask(reader_session(e->view->reader), "item.list", params, got_page, e);
	e->loading = e->failed ? ENTRIES_IDLE : kind;
	buf_free(&query);
}

bool
entries_more(struct entries *e, int limit)
{
	const char *after = items_after(&e->items);

	if (e->loading != ENTRIES_IDLE)
		return true;
	if (after != NULL)
		ask(e, ENTRIES_BELOW, after, limit);
	else if (e->items.reversed && !e->items.complete)
		ask(e, ENTRIES_END, NULL, ENTRIES_PAGE);	/* forgotten on the way up: there is no cursor downwards */
	else
		return false;
	return !e->failed;
}

/* --- titles --------------------------------------------------------------------------------- */

static void
got_texts(void *owner, json_t *result, const struct client_error *error)
{
	struct entries *e = owner;
	struct item found, *item;
	json_t *object;
	size_t row;

	(void)error;			/* without an answer they stay without a title */
	e->titling = false;
	json_array_foreach(json_object_get(result, "items"), row, object) {
		if (!item_read(&found, object))
			continue;
		item = items_find(&e->items, found.id, NULL);
		if (item != NULL && *item->title == '\0')
			item_title_from_text(item, object);
		item_clear(&found);
	}
	reader_show(e->view->reader);
}

/* Entries in sight that have no title are shown with the beginning of their text, which no page of a list holds. */
static void
need_titles(struct entries *e)
{
	struct buf query = BUF_INIT(QUERY_BYTES);
	int count = 0;

	for (size_t row = e->list.top; row < e->items.count && row < e->list.top + e->list.height; row++) {
		struct item *item = &e->items.rows[row];

		if (*item->title != '\0' || item->asked || count == ENTRIES_TITLES_MAX)
			continue;
		item->asked = true;
		buf_printf(&query, "%sid:%lld", count++ != 0 ? " OR " : "", (long long)item->id);
	}
	if (count != 0)
		e->titling = session_ask(reader_session(e->view->reader), "item.list", json_pack("{s:s, s:i, s:[sss]}",
		    "query", buf_str(&query), "limit", count, "fields", "summary", "content_text", "content_html"),
		    got_texts, e);
	buf_free(&query);
}

void
entries_need(struct entries *e)
{
	const char *before = items_before(&e->items);

	if (!e->titling)
		need_titles(e);
	if (e->loading != ENTRIES_IDLE || e->failed)
		return;
	if (before != NULL && e->list.top < e->list.height)
		ask(e, ENTRIES_ABOVE, before, e->items.reversed ? ENTRIES_PAGE : ENTRIES_PAGE_LARGE);
	else if (e->list.top + 3 * e->list.height >= e->list.count && e->known)
		entries_more(e, ENTRIES_PAGE);
}

bool
entries_end(struct entries *e)
{
	list_select(&e->list, SIZE_MAX);
	if (e->items.complete)
		return true;
	if (e->items.order == ITEMS_RELEVANCE) {
		entries_move(e, ITEMS_MAX);		/* this order can be walked one way only */
		return false;
	}
	session_forget(reader_session(e->view->reader), e);
	e->checking = e->titling = false;
	e->n_asked = 0;
	ask(e, ENTRIES_END, NULL, ENTRIES_PAGE);
	return false;
}

/* --- changes -------------------------------------------------------------------------------- */

static bool
object_has_tag(const json_t *object, const char *tag)
{
	size_t row;
	json_t *value;

	json_array_foreach(json_object_get(json_object_get(object, "_gazette"), "tags"), row, value)
		if (json_is_string(value) && strcmp(json_string_value(value), tag) == 0)
			return true;
	return false;
}

/* Whether the entry belongs here as far as it can be known without the daemon: the filter aside. */
static bool
in_scope(const struct entries *e, const struct item *item, const json_t *object)
{
	const struct feedset *set = reader_feeds(e->view->reader);
	const struct feed *feed = feedset_find(set, item->feed);

	if (reader_unread_only(e->view->reader) && !item->unread)
		return false;
	if (e->scope.feed != 0)
		return item->feed == e->scope.feed;
	if (e->scope.tag != NULL && !e->scope.search)
		return object_has_tag(object, e->scope.tag) ||
		    (feed != NULL && feedset_has_tag(set, feed, e->scope.tag));
	return true;
}

static void
wake_in(struct entries *e, int64_t in_ms)
{
	e->due_ms = reader_clock(e->view->reader) + in_ms;
	view_wake_at(e->view, e->due_ms);
}

static void
wake_soon(struct entries *e)
{
	if (e->due_ms == 0 || e->due_ms > reader_clock(e->view->reader) + ENTRIES_CANDIDATES_MS)
		wake_in(e, ENTRIES_CANDIDATES_FIRST_MS);
}

static void
add_candidate(struct entries *e, int64_t id)
{
	for (size_t at = 0; at < e->n_candidates; at++)
		if (e->candidates[at].id == id)
			return;
	if (e->n_candidates == ENTRIES_CANDIDATES_MAX || e->reloads != 0) {
		e->reloads = ENTRIES_RELOADS;
		wake_soon(e);
		return;
	}
	if (e->n_candidates == e->cap_candidates) {
		e->cap_candidates = e->cap_candidates != 0 ? 2 * e->cap_candidates : ENTRIES_CANDIDATES_PAGE;
		e->candidates = reallocarray(e->candidates, e->cap_candidates, sizeof(*e->candidates));
		if (e->candidates == NULL)
			abort();
	}
	e->candidates[e->n_candidates++] = (struct candidate){ .id = id };
	if (!e->checking)
		wake_soon(e);
}

/* Of a list that is being read anew, the rows that have come so far. */
static void
follow_coming(struct entries *e, const json_t *object)
{
	struct list nothing = { .height = 1 };
	struct item item;

	if (e->loading == ENTRIES_AGAIN && item_read(&item, object))
		items_insert(&e->coming, &nothing, &item);
}

static unsigned
follow_item(struct entries *e, const struct change *change)
{
	struct item item;
	bool known, put = false;

	if (!item_read(&item, change->object))
		return 0;
	known = items_find(&e->items, item.id, NULL) != NULL;
	if (!known && !in_scope(e, &item, change->object))
		item_clear(&item);
	else if (!known && (e->filter != NULL || e->scope.search)) {
		add_candidate(e, item.id);
		item_clear(&item);
	} else {
		put = items_insert(&e->items, &e->list, &item);
		follow_coming(e, change->object);
	}
	return put && change->what == CHANGE_ITEM_NEW;
}

/* --- what a filter takes ----------------------------------------------------------------------- */

/* Of those that were asked about, drops what was found and what was asked about often enough; the others come last. */
static void
age_candidates(struct entries *e)
{
	struct candidate left[ENTRIES_CANDIDATES_PAGE];
	size_t n_left = 0;

	for (size_t at = 0; at < e->n_asked; at++)
		if (items_find(&e->items, e->candidates[at].id, NULL) == NULL && e->candidates[at].tries < ENTRIES_CANDIDATE_TRIES)
			left[n_left++] = e->candidates[at];
	e->n_candidates -= e->n_asked;
	memmove(e->candidates, e->candidates + e->n_asked, e->n_candidates * sizeof(*e->candidates));
	memcpy(e->candidates + e->n_candidates, left, n_left * sizeof(*left));
	e->n_candidates += n_left;
	e->n_asked = 0;
	if (e->n_candidates != 0)
		wake_in(e, e->candidates[0].tries == 0 ? 1 : ENTRIES_CANDIDATES_MS << (e->candidates[0].tries - 1));
}

static void
forget_candidates(struct entries *e)
{
	e->n_candidates = e->n_asked = 0;
	e->checking = false;
}

static void
got_candidates(void *owner, json_t *result, const struct client_error *error)
{
	struct entries *e = owner;
	unsigned count = 0;
	struct item item;
	json_t *object;
	size_t row;

	e->checking = false;
	if (error != NULL) {
		forget_candidates(e);
		return;
	}
	json_array_foreach(json_object_get(result, "items"), row, object)
		if (item_read(&item, object)) {
			count += items_insert(&e->items, &e->list, &item);
			follow_coming(e, object);
		}
	reader_announce(e->view->reader, e->view, count, 0);
	age_candidates(e);
}

void
entries_wake(struct entries *e)
{
	struct buf query = BUF_INIT(QUERY_BYTES);

	if (!e->known && e->loading == ENTRIES_IDLE)
		entries_restart(e);		/* the daemon could not say then */
	if (e->due_ms > reader_clock(e->view->reader)) {
		view_wake_at(e->view, e->due_ms);	/* the view was woken for something else */
		return;
	}
	e->due_ms = 0;
	if (e->reloads != 0) {
		entries_reload(e);
		if (--e->reloads != 0)
			wake_in(e, ENTRIES_CANDIDATES_MS << (ENTRIES_RELOADS - 1 - e->reloads));
		return;
	}
	if (e->checking || e->n_candidates == 0)
		return;
	scope_query(&e->scope, e->filter, reader_unread_only(e->view->reader), &query);
	e->n_asked = e->n_candidates < ENTRIES_CANDIDATES_PAGE ? e->n_candidates : ENTRIES_CANDIDATES_PAGE;
	for (size_t at = 0; at < e->n_asked; at++) {
		buf_printf(&query, at == 0 ? " (id:%lld" : " OR id:%lld", (long long)e->candidates[at].id);
		e->candidates[at].tries++;
	}
	buf_puts(&query, ")");
	e->checking = session_ask(reader_session(e->view->reader), "item.list", json_pack("{s:s, s:i, s:o}", "query",
	    buf_str(&query), "limit", ENTRIES_CANDIDATES_PAGE, "fields", items_fields()), got_candidates, e);
	buf_free(&query);
}

/* --- life ----------------------------------------------------------------------------------- */

void
entries_position(const struct entries *e, struct buf *out)
{
	size_t below = e->items.count - e->list.selected - 1;

	if (items_before(&e->items) == NULL)
		buf_printf(out, "%zu/%zu%s", e->list.selected + 1, e->items.count, e->items.complete ? "" : "+");
	else if (!e->items.complete)
		buf_puts(out, "…");
	else if (below != 0)
		buf_printf(out, "%zu before the end", below);
	else
		buf_puts(out, "the end");
}

static bool
has_feed(const struct items *items, int64_t feed)
{
	for (size_t row = 0; row < items->count; row++)
		if (items->rows[row].feed == feed)
			return true;
	return false;
}

unsigned
entries_change(struct entries *e, const struct change *change)
{
	unsigned count = 0;

	if (!e->known)
		return 0;
	switch (change->what) {
	case CHANGE_ITEM_NEW:
	case CHANGE_ITEM_UPDATED:
	case CHANGE_ITEM_TAGS:
		count = follow_item(e, change);
		break;
	case CHANGE_ITEM_MARKED:
		marks_follow(e, change);
		break;
	case CHANGE_ITEM_REMOVED:
		items_remove(&e->items, &e->list, change->item);
		items_remove(&e->coming, &(struct list){ .height = 1 }, change->item);
		break;
	case CHANGE_FEED_REMOVED:
		if (has_feed(&e->items, change->feed))
			entries_reload(e);
		break;
	default:
		break;
	}
	if (e->items.count > ITEMS_MAX)
		items_trim(&e->items, &e->list);
	if (e->items.count > 2 * ITEMS_MAX && !e->items.reversed)
		entries_reload(e);
	return count;
}

void
entries_up(struct entries *e, bool fresh)
{
	forget_candidates(e);
	if ((fresh || e->again) && e->known)
		entries_reload(e);
	else if (!e->known)
		entries_restart(e);
	else {
		e->failed = false;
		entries_need(e);
	}
}

void
entries_restart(struct entries *e)
{
	session_forget(reader_session(e->view->reader), e);
	items_clear(&e->items);
	e->items.order = e->order == ITEMS_RELEVANCE && e->filter == NULL ? ITEMS_NEWEST : e->order;
	items_clear(&e->coming);
	list_reset(&e->list, 0);
	forget_candidates(e);
	e->owed = e->reloads = 0;
	e->known = e->again = e->titling = e->entered = false;
	ask(e, ENTRIES_FIRST, NULL, ENTRIES_PAGE);
}

void
entries_enter(struct entries *e)
{
	entries_restart(e);
	e->entered = true;
}

const char *
entries_sort(struct entries *e, const char *name)
{
	static const char *const names[] = { [ITEMS_NEWEST] = "newest", [ITEMS_OLDEST] = "oldest", [ITEMS_RELEVANCE] = "relevance" };
	enum items_order orders = e->filter != NULL ? ITEMS_RELEVANCE + 1 : ITEMS_OLDEST + 1;

	e->order = (e->order + 1) % orders;
	for (int order = ITEMS_NEWEST; order <= ITEMS_RELEVANCE && name != NULL; order++)
		if (strcmp(names[order], name) == 0)
			e->order = (enum items_order)order;
	entries_restart(e);
	return e->order == ITEMS_RELEVANCE ? "most relevant" : names[e->order];
}

void
entries_reload(struct entries *e)
{
	size_t rows = e->items.count + ENTRIES_PAGE;

	session_forget(reader_session(e->view->reader), e);
	forget_candidates(e);
	e->titling = false;
	e->again = true;
	items_clear(&e->coming);
	e->coming.order = e->items.order;
	ask(e, ENTRIES_AGAIN, NULL, rows < ENTRIES_PAGE_LARGE ? (int)rows : ENTRIES_PAGE_LARGE);
}

void
entries_start(struct entries *e, struct scope scope, char *filter)
{
	e->scope = scope;
	e->filter = filter;
	entries_enter(e);
}

void
entries_free(struct entries *e)
{
	session_forget(reader_session(e->view->reader), e);
	items_clear(&e->items);
	items_clear(&e->coming);
	free(e->candidates);
	free(e->scope.tag);
	free(e->filter);
}
