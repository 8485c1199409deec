#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/entries.h"
#include "contrib/gazette/item-line.h"
#include "contrib/gazette/marks.h"
#include "contrib/gazette/narrow.h"
#include "contrib/gazette/scope.h"

enum {
	LINE_BYTES = 16384,
	FOLLOW_MS = 150,
	RETRY_MS = 2000			/* what the daemon cannot answer now is asked again so much later */
};

/* What waits for the next page. */
enum aim { AIM_NOTHING, AIM_UNREAD, AIM_NEXT };

struct entries_view {
	struct view	 view;
	struct entries	 entries;
	struct view	*article;	/* the one opened from here, or NULL */
	enum aim	 aim;
	struct narrow	 narrow;
	char		 problem[CLIENT_MESSAGE_BYTES];	/* why there is no list; "" if there is one */
	size_t		 hops;		/* feeds passed in looking for an unread entry */
	int64_t		 follow_ms;	/* when the article shows this entry; 0: not asked for */
	int64_t		 follow_item;
};

static struct entries_view *
self(struct view *view)
{
	return (struct entries_view *)view;
}

static struct item *
selected(struct entries_view *v)
{
	return v->entries.items.count != 0 ? &v->entries.items.rows[v->entries.list.selected] : NULL;
}

/* --- drawing -------------------------------------------------------------------------------- */

static const char *
why_empty(struct entries_view *v)
{
	if (v->entries.failed || !session_is_up(reader_session(v->view.reader)))
		return "waiting for the daemon";
	if (!v->entries.known)
		return v->problem[0] != '\0' ? v->problem : "loading…";
	return reader_unread_only(v->view.reader) ? "nothing unread (U shows all)" : "nothing here";
}

static void
entries_draw(struct view *view, struct area area)
{
	struct entries_view *v = self(view);
	struct entries *e = &v->entries;

	list_resize(&e->list, (size_t)area.rows);
	entries_need(e);
	for (int line = 0; line < area.rows && e->list.top + (size_t)line < e->items.count; line++)
		item_line_draw(view->reader, area, line, e->list.top + (size_t)line == e->list.selected,
		    &e->items.rows[e->list.top + (size_t)line], e->scope.feed == 0);
	if (e->items.count == 0)
		view_put(area, area.rows > 2 ? 2 : 0, 2, area.cols, TERM_DIM, why_empty(v));
}

/* How much is unread in what the list is about, the filter aside. Of a search only the rows that are here are known. */
static void
unread_text(struct entries_view *v, struct buf *out)
{
	const struct scope *scope = &v->entries.scope;
	int64_t unread = scope->search ? (int64_t)items_count_unread(&v->entries.items) :
	    scope_unread(scope, reader_feeds(v->view.reader));

	buf_printf(out, "\n: %lld%s unread", (long long)unread, scope->search && !v->entries.items.complete ? "+" : "");
}

static void
entries_title(struct view *view, struct buf *left, struct buf *right)
{
	struct entries_view *v = self(view);

	buf_putc(left, ' ');
	scope_title(&v->entries.scope, reader_feeds(view->reader), left);
	unread_text(v, left);
	if (v->entries.filter != NULL)
		buf_printf(left, " / %s", v->entries.filter);
	else if (reader_unread_only(view->reader))
		buf_puts(left, ", unread only");
	if (v->entries.items.order != ITEMS_NEWEST)
		buf_puts(left, v->entries.items.order == ITEMS_OLDEST ? ", oldest first" : ", by relevance");
	if (v->entries.items.count != 0)
		entries_position(&v->entries, right);
}

static void
entries_hint(struct view *view, struct buf *out)
{
	struct entries_view *v = self(view);

	if (v->aim != AIM_NOTHING)
		buf_puts(out, "looking further down…");
	else
		buf_puts(out, "?:help  Enter:open  n:next unread  r:read  s:star  A:all read  /:filter  q:back");
}

/* --- walking -------------------------------------------------------------------------------- */

static void
arrive(struct entries_view *v, size_t row)
{
	list_select(&v->entries.list, row);
	v->aim = AIM_NOTHING;
	v->hops = 0;
	if (v->article != NULL)
		view_article_show(v->article, &v->entries.items.rows[row]);
	reader_dirty(v->view.reader);
}

/* Goes on with the next feed that has something unread; the list is about one feed. */
static bool
next_feed(struct entries_view *v)
{
	const struct feedset *set = reader_feeds(v->view.reader);
	const struct feed *feed = view_feeds_next(v->view.below, v->entries.scope.feed);

	if (v->entries.scope.feed == 0 || v->entries.filter != NULL || feed == NULL || v->hops++ > set->count)
		return false;
	v->entries.scope.feed = feed->id;
	view_feeds_select(v->view.below, feed->id);
	entries_restart(&v->entries);
	return true;
}

/* There are unread entries below what was fetched, as far as the counts know. */
static bool
more_unread(struct entries_view *v)
{
	const struct feedset *set = reader_feeds(v->view.reader);
	const struct feed *feed = feedset_find(set, v->entries.scope.feed);
	int64_t unread = feed != NULL ? feed->unread : set->all.unread;

	if (v->entries.scope.tag != NULL || v->entries.filter != NULL)
		return true;
	return unread > (int64_t)items_count_unread(&v->entries.items);
}

static void
seek_unread(struct entries_view *v)
{
	struct entries *e = &v->entries;
	bool begun = v->hops != 0;		/* a list that was come to in looking: its first row counts too */
	long from = (long)e->list.selected, row;

	row = items_unread(&e->items, begun ? 0 : from + 1, 1);
	if (row == -1 && more_unread(v) && entries_more(e, ENTRIES_PAGE_LARGE)) {
		v->aim = AIM_UNREAD;
		return;
	}
	if (row == -1 && items_before(&e->items) != NULL) {
		v->hops = 1;
		v->aim = AIM_UNREAD;
		entries_restart(e);
		return;
	}
	if (row == -1)
		row = items_unread(&e->items, 0, 1);
	if (row == from && !begun)
		row = -1;
	if (row != -1)
		arrive(v, (size_t)row);
	else if (next_feed(v))
		v->aim = AIM_UNREAD;
	else {
		v->aim = AIM_NOTHING;
		v->hops = 0;
		reader_say(v->view.reader, TERM_PLAIN, "nothing unread is left");
	}
}

static void
previous_unread(struct entries_view *v)
{
	long row = items_unread(&v->entries.items, (long)v->entries.list.selected - 1, -1);

	if (row != -1)
		arrive(v, (size_t)row);
	else
		reader_say(v->view.reader, TERM_PLAIN, "nothing unread above");
}

static void
seek_next(struct entries_view *v)
{
	struct entries *e = &v->entries;

	if (e->list.selected + 1 < e->items.count)
		arrive(v, e->list.selected + 1);
	else if (entries_more(e, ENTRIES_PAGE))
		v->aim = AIM_NEXT;
	else {
		v->aim = AIM_NOTHING;
		reader_say(v->view.reader, TERM_PLAIN, "this is the last entry");
	}
}

static void
seek_end(struct entries_view *v)
{
	entries_end(&v->entries);
}

static bool
scroll(struct entries_view *v, enum action action)
{
	long page = (long)v->entries.list.height;
	size_t before = v->entries.list.selected;
	const struct { enum action action; long lines; } ways[] = {
		{ ACTION_UP, -1 }, { ACTION_DOWN, 1 }, { ACTION_PAGE_UP, -page }, { ACTION_PAGE_DOWN, page },
		{ ACTION_HALF_UP, -(page + 1) / 2 }, { ACTION_HALF_DOWN, (page + 1) / 2 },
		{ ACTION_SCROLL_UP, -VIEW_SCROLL_LINES }, { ACTION_SCROLL_DOWN, VIEW_SCROLL_LINES }
	};

	for (size_t row = 0; row < sizeof(ways) / sizeof(ways[0]); row++) {
		if (ways[row].action != action)
			continue;
		entries_move(&v->entries, ways[row].lines);
		if (reader_settings(v->view.reader)->mark_read == MARK_READ_PASSING)
			marks_passed(&v->entries, before);
		return true;
	}
	v->entries.owed = 0;
	return false;
}

static void
loaded(struct view *view)
{
	struct entries_view *v = self(view);

	v->problem[0] = '\0';
	narrow_understood(&v->narrow);
	switch (v->aim) {
	case AIM_UNREAD:
		seek_unread(v);
		break;
	case AIM_NEXT:
		seek_next(v);
		break;
	case AIM_NOTHING:
		break;
	}
}

/* --- filter --------------------------------------------------------------------------------- */

static void
filter_done(struct view *view, const char *text)
{
	narrow_done(&self(view)->narrow, text);
}

static void
filter_typed(struct view *view, const char *text)
{
	narrow_typed(&self(view)->narrow, text);
}

static void
ask_filter(struct entries_view *v, size_t position)
{
	narrow_ask(&v->narrow, position, filter_done, filter_typed);
}

/* The daemon does not understand the filter: it is asked for again, the cursor where the mistake is. */
static void
refused(struct view *view, const struct client_error *error, size_t position)
{
	struct entries_view *v = self(view);
	bool bad = strcmp(error->word, "bad-query") == 0;

	v->aim = AIM_NOTHING;
	if (bad && narrow_unfinished(&v->narrow))
		return;
	reader_say(view->reader, TERM_ERROR, "%s", narrow_message(error->message));
	if (v->entries.filter == NULL || !bad) {
		snprintf(v->problem, sizeof(v->problem), "%s", error->message);
		view->wake_ms = reader_clock(view->reader) + RETRY_MS;
		return;
	}
	if (reader_has_focus(view->reader, view))
		ask_filter(v, position);
	narrow_back(&v->narrow);
}

/* --- keys ----------------------------------------------------------------------------------- */

static void
open_article(struct entries_view *v)
{
	struct item *item = selected(v);

	if (item == NULL)
		return;
	if (v->article == NULL)
		v->article = view_article_open(v->view.reader, &v->view, item);
	else {
		view_article_show(v->article, item);
		reader_set_focus(v->view.reader, v->article);
	}
}

/* The article beside the list follows its selection, a moment after the last key. */
static void
follow(struct entries_view *v)
{
	const struct item *item = selected(v);
	int64_t now_ms = reader_clock(v->view.reader), wake_ms = now_ms + FOLLOW_MS;

	if (v->article == NULL || item == NULL || view_article_item(v->article) == item->id ||
	    !reader_has_focus(v->view.reader, &v->view)) {
		v->follow_ms = 0;
		return;
	}
	if (v->follow_ms != 0 && v->follow_ms <= now_ms && v->follow_item == item->id) {
		v->follow_ms = 0;
		view_article_peek(v->article, item);
		return;
	}
	if (v->follow_ms == 0 || v->follow_item != item->id)
		v->follow_ms = wake_ms;
	v->follow_item = item->id;
	view_wake_at(&v->view, v->follow_ms);
}

/* What is done with the selected entry, or the chosen ones. */
static bool
act_on_item(struct entries_view *v, enum action action)
{
	switch (action) {
	case ACTION_TOGGLE_READ:
		marks_toggle(&v->entries, false);
		return true;
	case ACTION_TOGGLE_STAR:
		marks_toggle(&v->entries, true);
		return true;
	case ACTION_CHOOSE:
		marks_choose(&v->entries);
		return true;
	case ACTION_CHOOSE_ALL: case ACTION_CHOOSE_NONE:
		marks_choose_all(&v->entries, action == ACTION_CHOOSE_ALL);
		return true;
	case ACTION_OPEN:
		open_article(v);
		return true;
	default:
		return false;
	}
}

static void
walk_home(struct entries_view *v)
{
	if (items_before(&v->entries.items) != NULL)
		entries_restart(&v->entries);
	list_select(&v->entries.list, 0);
}

static void
walk_previous(struct entries_view *v)
{
	if (v->entries.list.selected > 0)
		arrive(v, v->entries.list.selected - 1);
	else
		reader_say(v->view.reader, TERM_PLAIN, "this is the first entry");
}

static void
read_all(struct entries_view *v)
{
	marks_read_all(&v->entries);
}

static void
start_filter(struct entries_view *v)
{
	ask_filter(v, SIZE_MAX);
}

static void
show_anew(struct entries_view *v)
{
	entries_reload(&v->entries);
}

static void
sort(struct entries_view *v)
{
	reader_say(v->view.reader, TERM_PLAIN, "%s first", entries_sort(&v->entries, reader_argument(v->view.reader)));
}

static void
refresh(struct entries_view *v)
{
	reader_refresh(v->view.reader, scope_feeds(&v->entries.scope, reader_feeds(v->view.reader)));
}

static const struct {
	enum action	 action;
	void		(*act)(struct entries_view *);
} acts[] = {
	{ ACTION_HOME, walk_home }, { ACTION_END, seek_end }, { ACTION_NEXT_UNREAD, seek_unread },
	{ ACTION_PREVIOUS_UNREAD, previous_unread }, { ACTION_NEXT, seek_next }, { ACTION_PREVIOUS, walk_previous },
	{ ACTION_READ_ALL, read_all }, { ACTION_FILTER, start_filter }, { ACTION_UNREAD_ONLY, show_anew },
	{ ACTION_REFRESH, refresh }, { ACTION_SORT, sort },
};

static bool
entries_point(struct view *view, int row)
{
	struct entries_view *v = self(view);
	bool again = view_list_point(&v->entries.list, row);

	v->aim = AIM_NOTHING;
	follow(v);
	return again;
}

static bool
act_on_list(struct view *view, enum action action)
{
	struct entries_view *v = self(view);

	v->aim = AIM_NOTHING;
	v->hops = 0;
	if (scroll(v, action))
		return true;
	for (size_t row = 0; row < sizeof(acts) / sizeof(acts[0]); row++) {
		if (acts[row].action != action)
			continue;
		acts[row].act(v);
		return true;
	}
	if (action == ACTION_CANCEL && v->entries.filter != NULL) {
		narrow_done(&v->narrow, "");
		return true;
	}
	return view_list_act(&v->entries.list, action) || act_on_item(v, action);
}

static bool
entries_act(struct view *view, enum action action)
{
	bool done = act_on_list(view, action);

	follow(self(view));
	return done;
}

static void
entries_subject(struct view *view, struct subject *subject)
{
	struct entries_view *v = self(view);
	const struct item *item = selected(v);

	subject->feed = item != NULL ? item->feed : v->entries.scope.feed;
	subject->scope = &v->entries.scope;
	subject->filter = v->entries.filter;
	if (item == NULL)
		return;
	subject->item = item->id;
	subject->title = item->title;
	subject->url = item->url;
}

static json_t *
entries_chosen(struct view *view)
{
	return marks_chosen(&self(view)->entries);
}

/* --- life ----------------------------------------------------------------------------------- */

static void
entries_view_change(struct view *view, const struct change *change)
{
	struct entries *e = &self(view)->entries;

	reader_announce(view->reader, view, entries_change(e, change), e->scope.feed == 0 ? change->feed : 0);
}

static void
entries_view_up(struct view *view, bool fresh)
{
	entries_up(&self(view)->entries, fresh);
}

static void
entries_view_wake(struct view *view)
{
	narrow_wake(&self(view)->narrow);
	entries_wake(&self(view)->entries);
	follow(self(view));
	reader_dirty(view->reader);
}

static void
entries_close(struct view *view)
{
	entries_free(&self(view)->entries);
	narrow_end(&self(view)->narrow);
	free(view);
}

static const struct view_ops entries_ops = {
	.keys = KEYS_IN_ENTRIES, .pane = PANE_ENTRIES, .draw = entries_draw, .title = entries_title, .hint = entries_hint,
	.act = entries_act, .point = entries_point, .subject = entries_subject, .chosen = entries_chosen, .change = entries_view_change, .up = entries_view_up,
	.wake = entries_view_wake, .close = entries_close
};

static struct entries_view *
open_list(struct reader *reader, struct scope scope, const char *filter)
{
	struct entries_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	reader_push(reader, &v->view, &entries_ops);
	v->entries.view = &v->view;
	v->narrow.entries = &v->entries;
	v->entries.loaded = loaded;
	v->entries.refused = refused;
	v->entries.list.height = 1;
	v->entries.order = (enum items_order)reader_settings(reader)->entries_sort;
	entries_start(&v->entries, scope, filter != NULL ? strdup(filter) : NULL);
	return v;
}

void
view_entries_open(struct reader *reader, struct scope scope, const char *filter)
{
	open_list(reader, scope, filter);
}

void
view_entries_search(struct reader *reader)
{
	struct entries_view *v = open_list(reader, (struct scope){ 0 }, NULL);

	v->narrow.lone = true;
	start_filter(v);
}

void
view_entries_show(struct view *view, struct scope scope)
{
	struct entries_view *v = self(view);

	if (view->ops != &entries_ops) {
		free(scope.tag);
		return;
	}
	if (v->article != NULL)
		reader_close(view->reader, v->article);
	free(v->entries.scope.tag);
	free(v->entries.filter);
	v->entries.scope = scope;
	v->entries.filter = NULL;
	narrow_understood(&v->narrow);
	v->aim = AIM_NOTHING;
	entries_enter(&v->entries);
	reader_dirty(view->reader);
}

struct item *
view_entries_item(struct view *view, int64_t id)
{
	return items_find(&self(view)->entries.items, id, NULL);
}

void
view_entries_article_closed(struct view *view)
{
	self(view)->article = NULL;
	self(view)->aim = AIM_NOTHING;
}
