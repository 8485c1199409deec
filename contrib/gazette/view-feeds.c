#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/list.h"
#include "contrib/gazette/text.h"

enum { TOTALS_FROM_COLS = 60, NAME_BYTES = 256, LINE_BYTES = 8192, FOLLOW_MS = 150 };

enum row_kind { ROW_ALL, ROW_TAG, ROW_FEED };

struct row {
	enum row_kind	 kind;
	struct feed	*feed;
	struct feed_sum	*sum;			/* of ROW_ALL and ROW_TAG */
};

/* What is selected, by name, since rows come and go. */
struct key {
	enum row_kind	 kind;
	int64_t		 feed;
	char		 tag[NAME_BYTES];
};

struct feeds_view {
	struct view	 view;
	struct list	 list;
	struct row	*rows;
	size_t		 count, cap;
	struct key	 selected;
	int64_t		 follow_ms;		/* when the entries beside it show the selected one; 0: they do */
};

static const struct { char mark; unsigned style; const char *meaning; } healths[] = {
	[FEED_OK] = { ' ', TERM_PLAIN, "" },
	[FEED_NEW] = { '.', TERM_DIM, "not fetched yet" },
	[FEED_FAILING] = { '!', TERM_ERROR, "fails" },
	[FEED_PAUSED] = { '=', TERM_DIM, "paused" },
	[FEED_GONE] = { 'x', TERM_ERROR, "gone" },
};

static struct feeds_view *
self(struct view *view)
{
	return (struct feeds_view *)view;
}

/* --- rows ----------------------------------------------------------------------------------- */

static void
add_row(struct feeds_view *v, struct row row)
{
	if (v->count == v->cap) {
		v->cap = v->cap != 0 ? 2 * v->cap : 64;
		v->rows = reallocarray(v->rows, v->cap, sizeof(*v->rows));
		if (v->rows == NULL)
			abort();
	}
	v->rows[v->count++] = row;
}

static bool
is_selected(const struct feeds_view *v, const struct row *row)
{
	switch (row->kind) {
	case ROW_ALL:
		return v->selected.kind == ROW_ALL;
	case ROW_TAG:
		return v->selected.kind == ROW_TAG && strcmp(v->selected.tag, row->sum->tag) == 0;
	case ROW_FEED:
		return v->selected.kind == ROW_FEED && v->selected.feed == row->feed->id;
	}
	return false;
}

static void
note_selected(struct feeds_view *v)
{
	const struct row *row;

	if (v->count == 0)
		return;
	row = &v->rows[v->list.selected];
	v->selected = (struct key){ .kind = row->kind };
	if (row->kind == ROW_TAG)
		snprintf(v->selected.tag, sizeof(v->selected.tag), "%s", row->sum->tag);
	if (row->kind == ROW_FEED)
		v->selected.feed = row->feed->id;
}

/*
 * The rows as the feeds are now. With unread only, a feed that was shown stays until the view is entered again, lest
 * lines vanish under the cursor.
 */
static void
make_rows(struct feeds_view *v)
{
	struct feedset *set = reader_feeds(v->view.reader);
	bool unread_only = reader_unread_only(v->view.reader);
	size_t line;

	feedset_sums(set);
	v->count = 0;
	add_row(v, (struct row){ .kind = ROW_ALL, .sum = &set->all });
	for (size_t at = 0; at < set->n_tags; at++)
		add_row(v, (struct row){ .kind = ROW_TAG, .sum = &set->tags[at] });
	for (size_t at = 0; at < set->count; at++) {
		struct feed *feed = set->feeds[at];

		if (unread_only && feed->unread <= 0 && !feed->kept)
			continue;
		feed->kept = unread_only;
		add_row(v, (struct row){ .kind = ROW_FEED, .feed = feed });
	}
	for (line = 0; line < v->count; line++)
		if (is_selected(v, &v->rows[line]))
			break;
	list_follow(&v->list, v->count, line < v->count ? line : v->list.selected);
	note_selected(v);
}

/* Lets go of feeds that are only kept, but for the selected one. */
static void
forget_kept(struct feeds_view *v)
{
	struct feedset *set = reader_feeds(v->view.reader);

	for (size_t at = 0; at < set->count; at++)
		set->feeds[at]->kept = v->selected.kind == ROW_FEED && v->selected.feed == set->feeds[at]->id;
}

static const struct row *
selected_row(struct feeds_view *v)
{
	make_rows(v);
	return &v->rows[v->list.selected];
}

/* --- drawing -------------------------------------------------------------------------------- */

/* "3/20" or, where there is little room, "3". */
static int
counts_text(const struct row *row, bool totals, char *out, size_t size)
{
	int64_t unread = row->feed != NULL ? row->feed->unread : row->sum->unread;
	int64_t total = row->feed != NULL ? row->feed->total : row->sum->total;

	if (totals)
		return snprintf(out, size, "%lld/%lld", (long long)unread, (long long)total);
	return snprintf(out, size, "%lld", (long long)unread);
}

static void
row_title(const struct row *row, struct buf *out)
{
	if (row->feed != NULL)
		buf_puts(out, row->feed->title);
	else if (row->sum->tag != NULL)
		buf_printf(out, "[%s]", row->sum->tag);
	else
		buf_puts(out, "All");
}

static void
draw_row(struct feeds_view *v, struct area area, int line, const struct row *row, int counts_width, bool totals)
{
	struct buf title = BUF_INIT(LINE_BYTES);
	char counts[64], padded[96];
	unsigned selected = v->list.top + (size_t)line == v->list.selected ? TERM_SELECTED : 0;
	int64_t unread = row->feed != NULL ? row->feed->unread : row->sum->unread;
	unsigned style = (unread > 0 ? TERM_UNREAD : TERM_PLAIN) | selected;
	enum feed_health health = row->feed != NULL ? row->feed->health : FEED_OK;
	char mark[4] = { healths[health].mark, ' ' };
	int col;

	counts_text(row, totals, counts, sizeof(counts));
	snprintf(padded, sizeof(padded), "%*s  ", counts_width, counts);
	row_title(row, &title);
	col = view_put(area, line, 0, 2, healths[health].style | selected, mark);
	col = view_put(area, line, col, counts_width + 2, style, padded);
	view_put(area, line, col, area.cols - col, style, buf_str(&title));
	buf_free(&title);
}

static void
feeds_draw(struct view *view, struct area area)
{
	struct feeds_view *v = self(view);
	bool totals = area.cols >= TOTALS_FROM_COLS;
	char counts[64];
	int width;

	v->list.height = (size_t)area.rows;
	make_rows(v);
	width = counts_text(&v->rows[0], totals, counts, sizeof(counts));
	for (int line = 0; line < area.rows && v->list.top + (size_t)line < v->count; line++)
		draw_row(v, area, line, &v->rows[v->list.top + (size_t)line], width, totals);
	if (reader_feeds(view->reader)->count != 0 || area.rows < 3)
		return;
	if (!reader_feeds_known(view->reader))
		view_put(area, 2, 2, area.cols, TERM_DIM, session_is_up(reader_session(view->reader)) ? "loading…" :
		    "waiting for the daemon");
	else
		view_put(area, 2, 2, area.cols, TERM_DIM, "no feeds yet: gazette add URL");
}

static void
feeds_title(struct view *view, struct buf *left, struct buf *right)
{
	struct feeds_view *v = self(view);
	struct feedset *set = reader_feeds(view->reader);

	buf_printf(left, " gazette: %lld unread of %lld in %zu feed%s", (long long)set->all.unread, (long long)set->all.total,
	    set->count, set->count == 1 ? "" : "s");
	if (reader_unread_only(view->reader))
		buf_puts(left, ", unread only");
	buf_printf(right, "%zu/%zu", v->count != 0 ? v->list.selected + 1 : 0, v->count);
}

static void
feeds_hint(struct view *view, struct buf *out)
{
	struct feeds_view *v = self(view);
	const struct row *row = selected_row(v);

	if (row->feed == NULL || row->feed->health == FEED_OK)
		buf_puts(out, "?:help  Enter:open  n:next unread  A:mark read  R:refresh  u:undo  q:quit");
	else
		buf_printf(out, "%s: %s", healths[row->feed->health].meaning,
		    row->feed->problem != NULL ? row->feed->problem : row->feed->url);
}

/* --- keys ----------------------------------------------------------------------------------- */

/* What the row stands for; its tag belongs to the caller. */
static struct scope
row_scope(const struct row *row)
{
	struct scope scope = { 0 };

	if (row->kind == ROW_FEED)
		scope.feed = row->feed->id;
	if (row->kind == ROW_TAG) {
		scope.tag = strdup(row->sum->tag);
		if (scope.tag == NULL)
			abort();
	}
	return scope;
}

/* The feeds that the row stands for as an array of ids; NULL for all. */
static json_t *
row_feeds(struct feeds_view *v, const struct row *row)
{
	const struct feedset *set = reader_feeds(v->view.reader);
	json_t *ids;

	if (row->kind == ROW_ALL)
		return NULL;
	if (row->kind == ROW_FEED)
		return json_pack("[I]", (json_int_t)row->feed->id);
	ids = json_array();
	for (size_t at = 0; at < set->count; at++)
		if (feedset_has_tag(set, set->feeds[at], row->sum->tag))
			json_array_append_new(ids, json_integer(set->feeds[at]->id));
	return ids;
}

static void
next_unread(struct feeds_view *v, long step)
{
	size_t at;

	make_rows(v);
	for (size_t away = 1; away <= v->count; away++) {
		at = (v->list.selected + (step > 0 ? away : v->count - away)) % v->count;
		if (v->rows[at].kind != ROW_FEED || v->rows[at].feed->unread <= 0)
			continue;
		list_select(&v->list, at);
		return;
	}
	reader_say(v->view.reader, TERM_PLAIN, "nothing unread");
}

/* Asks nothing: undo brings it back. */
static void
read_all(struct feeds_view *v)
{
	const struct row *row = selected_row(v);
	struct scope scope = row_scope(row);
	struct buf title = BUF_INIT(LINE_BYTES);
	int64_t unread = row->feed != NULL ? row->feed->unread : row->sum->unread;

	row_title(row, &title);
	if (unread <= 0)
		reader_say(v->view.reader, TERM_PLAIN, "nothing unread");
	else if (view_mark_scope(v->view.reader, &scope, NULL))
		reader_say(v->view.reader, TERM_PLAIN, "marked %lld read: %s (undo brings them back)", (long long)unread, buf_str(&title));
	buf_free(&title);
	free(scope.tag);
}

static void
filtered(struct view *view, const char *query)
{
	if (*query != '\0')
		view_entries_open(view->reader, row_scope(selected_row(self(view))), query);
}

static void
open_entries(struct feeds_view *v)
{
	struct view *above = reader_above(v->view.reader, &v->view);

	v->follow_ms = 0;
	if (above == NULL)
		view_entries_open(v->view.reader, row_scope(selected_row(v)), NULL);
	else {
		view_entries_show(above, row_scope(selected_row(v)));
		reader_set_focus(v->view.reader, above);
	}
}

static bool
act_on_list(struct view *view, enum action action)
{
	struct feeds_view *v = self(view);

	make_rows(v);			/* feeds may have gone since they were drawn */
	if (view_list_act(&v->list, action)) {
		note_selected(v);
		return true;
	}
	switch (action) {
	case ACTION_OPEN:
		open_entries(v);
		break;
	case ACTION_NEXT_UNREAD:
		next_unread(v, 1);
		break;
	case ACTION_PREVIOUS_UNREAD:
		next_unread(v, -1);
		break;
	case ACTION_READ_ALL:
		read_all(v);
		break;
	case ACTION_FILTER:
		reader_ask_line(view->reader, view, "query: ", "", SIZE_MAX, filtered);
		break;
	case ACTION_UNREAD_ONLY:
		forget_kept(v);
		break;
	case ACTION_REFRESH:
		reader_refresh(view->reader, row_feeds(v, selected_row(v)));
		break;
	default:
		return false;
	}
	note_selected(v);
	return true;
}

static void
follow(struct feeds_view *v, const struct key *before)
{
	if (memcmp(before, &v->selected, sizeof(*before)) != 0 && reader_has_focus(v->view.reader, &v->view))
		v->view.wake_ms = v->follow_ms = reader_clock(v->view.reader) + FOLLOW_MS;
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
	bool done = act_on_list(view, action);

	follow(self(view), &before);
	return done;
}

static void
feeds_subject(struct view *view, struct subject *subject)
{
	struct row row = *selected_row(self(view));

	if (row.feed == NULL)
		return;
	subject->feed = row.feed->id;
	subject->title = row.feed->title;
	subject->url = row.feed->home_page != NULL ? row.feed->home_page : row.feed->url;
}

/* --- life ----------------------------------------------------------------------------------- */

static void
feeds_change(struct view *view, const struct change *change)
{
	reader_announce(view->reader, view, change->what == CHANGE_ITEM_NEW);
}

static void
feeds_resume(struct view *view)
{
	if (reader_is_top(view->reader, view))
		forget_kept(self(view));
}

/* The entries beside the feeds follow the selection, a moment after the last key. */
static void
feeds_wake(struct view *view)
{
	struct feeds_view *v = self(view);
	struct view *above = reader_above(view->reader, view);

	if (v->follow_ms != 0 && above != NULL && reader_has_focus(view->reader, view))
		view_entries_show(above, row_scope(selected_row(v)));
	v->follow_ms = 0;
}

static void
feeds_close(struct view *view)
{
	free(self(view)->rows);
	free(view);
}

static const struct view_ops feeds_ops = {
	.keys = KEYS_IN_FEEDS, .pane = PANE_FEEDS, .draw = feeds_draw, .title = feeds_title, .hint = feeds_hint, .act = feeds_act,
	.point = feeds_point, .subject = feeds_subject, .change = feeds_change, .resume = feeds_resume, .wake = feeds_wake, .close = feeds_close
};

void
view_feeds_open(struct reader *reader)
{
	struct feeds_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->list.height = 1;
	reader_push(reader, &v->view, &feeds_ops);
}

void
view_feeds_select(struct view *view, int64_t feed)
{
	if (view == NULL || view->ops != &feeds_ops)
		return;
	self(view)->selected = (struct key){ .kind = ROW_FEED, .feed = feed };
	make_rows(self(view));
}
