#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/feed-line.h"
#include "contrib/gazette/list.h"
#include "contrib/gazette/scope.h"
#include "contrib/gazette/searches.h"
#include "contrib/gazette/tree.h"
#include "contrib/gazette/weeks.h"

enum { NAME_BYTES = 256, LINE_BYTES = 8192, FOLLOW_MS = 150, LIKE_SAME = 2, TITLE_GAP_COLS = 2 };

/* What is selected, by name, since rows come and go. */
struct key {
	enum tree_kind	 kind;
	int64_t		 feed;
	char		 name[NAME_BYTES];	/* of the search or the tag, also of the one that a feed stands below */
};

struct feeds_view {
	struct view	 view;
	struct list	 list;
	struct tree	 tree;
	struct key	 selected;
	int64_t		 follow_ms;		/* when the entries beside it show the selected one; 0: they do */
	enum action	 wants;			/* what is done with the link that has been asked for */
	struct searches	 searches;
	struct weeks	 weeks;
};

static struct feeds_view *
self(struct view *view)
{
	return (struct feeds_view *)view;
}

static struct feedset *
feeds(struct feeds_view *v)
{
	return reader_feeds(v->view.reader);
}

/* --- rows ----------------------------------------------------------------------------------- */

static struct key
row_key(struct feeds_view *v, const struct tree_row *row)
{
	struct key key = { .kind = row->kind, .feed = row->feed != NULL ? row->feed->id : 0 };

	snprintf(key.name, sizeof(key.name), "%s", tree_row_name(&v->tree, feeds(v), row));
	return key;
}

/* How well one is the other: the feed below another tag is better than nothing. */
static int
likeness(const struct key *one, const struct key *two)
{
	if (one->kind != two->kind || one->feed != two->feed)
		return 0;
	if (strcmp(one->name, two->name) == 0)
		return LIKE_SAME;
	return one->kind == TREE_FEED;
}

static void
note_selected(struct feeds_view *v)
{
	if (v->tree.count != 0)
		v->selected = row_key(v, &v->tree.rows[v->list.selected]);
}

/* How well the row is what is selected. Making a key takes long: most rows are known to be others without one. */
static int
row_likeness(struct feeds_view *v, const struct tree_row *row)
{
	struct key key;

	if (row->kind != v->selected.kind || (row->feed != NULL ? row->feed->id : 0) != v->selected.feed)
		return 0;
	key = row_key(v, row);
	return likeness(&key, &v->selected);
}

/* The rows as the feeds are now, with the same one selected. */
static void
make_rows(struct feeds_view *v)
{
	size_t found = v->list.selected;
	int best = 0;

	v->tree.hide_read = reader_unread_only(v->view.reader) || reader_hide_read(v->view.reader);
	if (!tree_make(&v->tree, feeds(v)) && row_likeness(v, &v->tree.rows[v->list.selected]) == LIKE_SAME)
		return;
	for (size_t line = 0; line < v->tree.count && best < LIKE_SAME; line++) {
		int like = row_likeness(v, &v->tree.rows[line]);

		if (like > best) {
			best = like;
			found = line;
		}
	}
	list_follow(&v->list, v->tree.count, found);
	note_selected(v);
}

/* Lets go of feeds that are only kept, but for the selected one; the order is as it should be. */
static void
settle(struct feeds_view *v)
{
	struct feedset *set = feeds(v);

	for (size_t at = 0; at < set->count; at++)
		set->feeds[at]->kept = v->selected.kind == TREE_FEED && v->selected.feed == set->feeds[at]->id;
	tree_sort(&v->tree, set, v->tree.sort);
}

static const struct tree_row *
selected_row(struct feeds_view *v)
{
	make_rows(v);
	return &v->tree.rows[v->list.selected];
}

/* --- drawing -------------------------------------------------------------------------------- */

static void
draw_empty(struct view *view, struct area area)
{
	const char *text = "no feeds yet: gazette add URL";

	if (!reader_feeds_known(view->reader))
		text = session_is_up(reader_session(view->reader)) ? "loading…" : "waiting for the daemon";
	if (reader_feeds(view->reader)->count == 0 && area.rows >= 3)
		view_put(area, 2, 2, area.cols, TERM_DIM, text);
}

static void
feeds_draw(struct view *view, struct area area)
{
	struct feeds_view *v = self(view);

	make_rows(v);
	list_resize(&v->list, (size_t)area.rows);
	if (feed_line_says_weeks(view->reader, area))
		weeks_need(&v->weeks, &v->tree, &v->list);
	for (int at = 0; at < area.rows && v->list.top + (size_t)at < v->tree.count; at++) {
		size_t line = v->list.top + (size_t)at;

		feed_line_draw(view->reader, area, at, line == v->list.selected, &v->tree, &v->tree.rows[line]);
	}
	draw_empty(view, area);
}

static void
feeds_title(struct view *view, struct buf *left, struct buf *right)
{
	static const char *const orders[TREE_ORDERS] = { "", ", most unread first", ", newest first", ", by health" };
	struct feeds_view *v = self(view);
	struct feedset *set = feeds(v);
	size_t short_len;

	buf_printf(right, "%zu/%zu", v->tree.count != 0 ? v->list.selected + 1 : 0, v->tree.count);
	buf_printf(left, " gazette: %lld unread", (long long)set->all.unread);
	short_len = left->len;
	buf_printf(left, " of %lld in %zu feed%s", (long long)set->all.total, set->count, set->count == 1 ? "" : "s");
	if (left->len + right->len + TITLE_GAP_COLS > (size_t)view->area.cols)
		left->len = short_len;
	if (reader_unread_only(view->reader))
		buf_puts(left, ", unread only");
	else if (reader_hide_read(view->reader))
		buf_puts(left, ", read ones hidden");
	buf_puts(left, orders[v->tree.sort]);
}

static void
feeds_hint(struct view *view, struct buf *out)
{
	const struct tree_row *row = selected_row(self(view));

	if (row->feed == NULL || row->feed->health == FEED_OK)
		buf_puts(out, "?:help  Enter:open  n:next unread  z:fold  A:all read  R:refresh  u:undo  q:quit");
	else if (row->feed->problem != NULL)
		buf_printf(out, "%s: %s", feed_line_health(row->feed->health), row->feed->problem);
	else
		buf_puts(out, feed_line_health(row->feed->health));
}

/* --- keys ----------------------------------------------------------------------------------- */

/* What the row stands for; its tag belongs to the caller. */
static struct scope
row_scope(struct feeds_view *v, const struct tree_row *row)
{
	struct scope scope = { .search = row->kind == TREE_SEARCH };

	if (row->kind == TREE_FEED)
		scope.feed = row->feed->id;
	else if (row->kind != TREE_ALL) {
		scope.tag = strdup(tree_row_name(&v->tree, feeds(v), row));
		if (scope.tag == NULL)
			abort();
	}
	return scope;
}

/* Feeds with something unread, and tags that have some folded up. */
static bool
stops(struct feeds_view *v, const struct tree_row *row)
{
	if (row->kind == TREE_TAG)
		return tree_folded(&v->tree, tree_row_name(&v->tree, feeds(v), row)) && tree_row_unread(&v->tree, feeds(v), row) > 0;
	return row->kind == TREE_FEED && row->feed->unread > 0;
}

static void
next_unread(struct feeds_view *v, long step)
{
	for (size_t away = 1; away <= v->tree.count; away++) {
		size_t at = (v->list.selected + (step > 0 ? away : v->tree.count - away)) % v->tree.count;

		if (!stops(v, &v->tree.rows[at]))
			continue;
		list_select(&v->list, at);
		return;
	}
	reader_say(v->view.reader, TERM_PLAIN, "nothing unread is left");
}

static void
to_next_unread(struct feeds_view *v)
{
	next_unread(v, 1);
}

static void
to_previous_unread(struct feeds_view *v)
{
	next_unread(v, -1);
}

/* Asks nothing: undo brings it back. */
static void
read_all(struct feeds_view *v)
{
	const struct tree_row *row = selected_row(v);
	struct scope scope = row_scope(v, row);
	struct buf title = BUF_INIT(LINE_BYTES);
	int64_t unread = tree_row_unread(&v->tree, feeds(v), row);

	tree_row_title(&v->tree, feeds(v), row, &title);
	if (unread == 0)
		reader_say(v->view.reader, TERM_PLAIN, "nothing unread");
	else if (scope_mark(v->view.reader, &scope, NULL))
		reader_say(v->view.reader, TERM_PLAIN, "marked %lld read: %s (undo brings them back)", (long long)unread, buf_str(&title));
	buf_free(&title);
	free(scope.tag);
}

/* Looks through all entries, whatever row the cursor is on. */
static void
filter(struct feeds_view *v)
{
	struct view *above = reader_above(v->view.reader, &v->view);

	if (above != NULL)
		reader_close(v->view.reader, above);
	view_entries_search(v->view.reader);
}

static void
got_feed(void *owner, json_t *result, const struct client_error *error)
{
	struct feeds_view *v = owner;
	const json_t *feed = json_object_get(result, "feed"), *page = json_object_get(feed, "home_page_url");
	const char *url = json_string_value(page != NULL ? page : json_object_get(feed, "url"));

	if (error != NULL)
		reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
	else if (v->wants == ACTION_BROWSER)
		reader_browse(v->view.reader, url);
	else if (url != NULL && term_copy(url))
		reader_say(v->view.reader, TERM_PLAIN, "copied %s", url);
	else
		reader_say(v->view.reader, TERM_ERROR, "the link cannot be copied");
}

/* Where a feed lives is asked for when it is wanted. */
static void
use_url(struct feeds_view *v, enum action action)
{
	const struct tree_row *row = selected_row(v);

	v->wants = action;
	if (row->feed == NULL)
		reader_say(v->view.reader, TERM_ERROR, "there is no link here");
	else
		session_ask(reader_session(v->view.reader), "feed.get", json_pack("{s:I}", "feed", (json_int_t)row->feed->id), got_feed, v);
}

static void
browse(struct feeds_view *v)
{
	use_url(v, ACTION_BROWSER);
}

static void
copy(struct feeds_view *v)
{
	use_url(v, ACTION_COPY);
}

/* Enter: the list that is there beside this one, or a new one. */
static void
open_entries(struct feeds_view *v)
{
	struct view *above = reader_above(v->view.reader, &v->view);

	v->follow_ms = 0;
	if (above == NULL)
		view_entries_open(v->view.reader, row_scope(v, selected_row(v)), NULL);
	else {
		view_entries_show(above, row_scope(v, selected_row(v)));
		reader_set_focus(v->view.reader, above);
	}
}

static void
write_folds(struct feeds_view *v)
{
	char *path = settings_state_path("folds");

	if (path != NULL)
		tree_write_folds(&v->tree, path);
	free(path);
}

/* Folds or unfolds the tag; a feed is left for its tag, which is folded. */
static void
fold(struct feeds_view *v)
{
	const struct tree_row *row = selected_row(v);
	const char *tag = tree_row_name(&v->tree, feeds(v), row);

	if (row->kind != TREE_TAG && !row->below)
		return;
	v->selected.kind = TREE_TAG;
	v->selected.feed = 0;
	tree_fold(&v->tree, tag, !tree_folded(&v->tree, tag));
	write_folds(v);
	make_rows(v);
}

/* Folds all tags, or unfolds them if all are. */
static void
fold_all(struct feeds_view *v)
{
	struct feedset *set = feeds(v);
	bool all = true;

	for (size_t at = 0; at < set->n_tags; at++)
		all &= tree_folded(&v->tree, set->tags[at].tag);
	if (selected_row(v)->below) {
		v->selected.kind = TREE_TAG;
		v->selected.feed = 0;
	}
	tree_fold_all(&v->tree, set, !all);
	write_folds(v);
	make_rows(v);
}

static void
sort(struct feeds_view *v)
{
	static const char *const names[TREE_ORDERS] = { "title", "unread", "newest", "health" };
	const char *name = reader_argument(v->view.reader);
	enum tree_order order = (v->tree.sort + 1) % TREE_ORDERS;

	for (size_t row = 0; row < TREE_ORDERS && name != NULL; row++)
		if (strcmp(names[row], name) == 0)
			order = row;
	tree_sort(&v->tree, feeds(v), order);
	reader_say(v->view.reader, TERM_PLAIN, "feeds by %s", names[order]);
	make_rows(v);
}

static void
refresh(struct feeds_view *v)
{
	struct scope scope = row_scope(v, selected_row(v));

	reader_refresh(v->view.reader, scope_feeds(&scope, feeds(v)));
	free(scope.tag);
}

static const struct { enum action action; void (*act)(struct feeds_view *); } acts[] = {
	{ ACTION_OPEN, open_entries }, { ACTION_NEXT_UNREAD, to_next_unread }, { ACTION_PREVIOUS_UNREAD, to_previous_unread },
	{ ACTION_READ_ALL, read_all }, { ACTION_FILTER, filter }, { ACTION_UNREAD_ONLY, settle }, { ACTION_HIDE_READ, settle },
	{ ACTION_REFRESH, refresh }, { ACTION_BROWSER, browse }, { ACTION_COPY, copy }, { ACTION_FOLD, fold }, { ACTION_FOLD_ALL, fold_all },
	{ ACTION_SORT, sort },
};

static bool
act_on_list(struct feeds_view *v, enum action action)
{
	if (action == ACTION_UNREAD_ONLY || action == ACTION_HIDE_READ)
		settle(v);		/* first, so that the selected one is not let go */
	make_rows(v);			/* feeds may have gone since they were drawn */
	if (view_list_act(&v->list, action)) {
		note_selected(v);
		return true;
	}
	for (size_t row = 0; row < sizeof(acts) / sizeof(acts[0]); row++) {
		if (acts[row].action != action)
			continue;
		acts[row].act(v);
		note_selected(v);
		return true;
	}
	return false;
}

static void
follow(struct feeds_view *v, const struct key *before)
{
	if (likeness(before, &v->selected) == LIKE_SAME || !reader_has_focus(v->view.reader, &v->view))
		return;
	v->follow_ms = reader_clock(v->view.reader) + FOLLOW_MS;
	view_wake_at(&v->view, v->follow_ms);
}

static bool
feeds_point(struct view *view, int row)
{
	struct feeds_view *v = self(view);
	struct key before = v->selected;
	bool again;

	make_rows(v);
	again = view_list_point(&v->list, row);
	note_selected(v);
	follow(v, &before);
	return again;
}

static bool
feeds_act(struct view *view, enum action action)
{
	struct key before = self(view)->selected;
	bool done = act_on_list(self(view), action);

	follow(self(view), &before);
	return done;
}

static void
feeds_subject(struct view *view, struct subject *subject)
{
	const struct tree_row *row = selected_row(self(view));

	if (row->kind == TREE_SEARCH)
		subject->search = tree_row_name(&self(view)->tree, feeds(self(view)), row);
	if (row->feed == NULL)
		return;
	subject->feed = row->feed->id;
	subject->title = row->feed->title;
}

/* --- life ----------------------------------------------------------------------------------- */

static void
feeds_change(struct view *view, const struct change *change)
{
	reader_announce(view->reader, view, change->what == CHANGE_ITEM_NEW, change->feed);
	searches_changed(&self(view)->searches);
}

static void
feeds_up(struct view *view, bool fresh)
{
	(void)fresh;
	weeks_up(&self(view)->weeks);
	searches_up(&self(view)->searches);
}

static void
feeds_resume(struct view *view)
{
	struct feeds_view *v = self(view);

	if (!reader_has_focus(view->reader, view))
		return;
	settle(v);
	if (session_is_up(reader_session(view->reader)))
		searches_ask(&v->searches);	/* others may have saved some */
}

/* The entries beside the feeds follow the selection, a moment after the last key. */
static void
feeds_wake(struct view *view)
{
	struct feeds_view *v = self(view);
	struct view *above = reader_above(view->reader, view);

	if (v->follow_ms != 0 && v->follow_ms <= reader_clock(view->reader)) {
		v->follow_ms = 0;
		if (above != NULL && reader_has_focus(view->reader, view))
			view_entries_show(above, row_scope(v, selected_row(v)));
	}
	if (v->follow_ms != 0)
		view_wake_at(view, v->follow_ms);
	searches_wake(&v->searches);
}

static void
feeds_close(struct view *view)
{
	weeks_end(&self(view)->weeks);
	searches_end(&self(view)->searches);
	tree_clear(&self(view)->tree);
	free(view);
}

static const struct view_ops feeds_ops = {
	.keys = KEYS_IN_FEEDS, .pane = PANE_FEEDS, .draw = feeds_draw, .title = feeds_title, .hint = feeds_hint, .act = feeds_act,
	.point = feeds_point, .subject = feeds_subject, .change = feeds_change, .up = feeds_up, .resume = feeds_resume, .wake = feeds_wake,
	.close = feeds_close
};

void
view_feeds_open(struct reader *reader)
{
	struct feeds_view *v = calloc(1, sizeof(*v));
	char *path = settings_state_path("folds");

	if (v == NULL)
		abort();
	v->list.height = 1;
	v->searches = (struct searches){ .view = &v->view, .tree = &v->tree };
	v->weeks.reader = reader;
	v->tree.sort = (enum tree_order)reader_settings(reader)->feeds_sort;
	if (path != NULL)
		tree_read_folds(&v->tree, path);
	free(path);
	reader_push(reader, &v->view, &feeds_ops);
}

const struct feed *
view_feeds_next(struct view *view, int64_t after)
{
	struct feeds_view *v = self(view);

	if (view == NULL || view->ops != &feeds_ops)
		return NULL;
	make_rows(v);
	for (size_t away = 1; away <= v->tree.count; away++) {
		const struct feed *feed = v->tree.rows[(v->list.selected + away) % v->tree.count].feed;

		if (feed != NULL && feed->unread > 0 && feed->id != after)
			return feed;
	}
	return feedset_next_unread(feeds(v), after);
}

void
view_feeds_select(struct view *view, int64_t feed)
{
	if (view == NULL || view->ops != &feeds_ops)
		return;
	self(view)->selected.kind = TREE_FEED;
	self(view)->selected.feed = feed;
	make_rows(self(view));
}
