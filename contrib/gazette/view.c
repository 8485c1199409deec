#include "contrib/gazette/view.h"

#include <string.h>

enum { QUERY_BYTES = 64 << 10 };

int
view_put(struct area area, int row, int col, int width, unsigned style, const char *text)
{
	if (width > area.cols - col)
		width = area.cols - col;
	if (row < area.rows && width > 0)
		term_text(area.row + row, area.col + col, width, style, text, strlen(text));
	return col + (width > 0 ? width : 0);
}

void
view_wake_at(struct view *view, int64_t at_ms)
{
	if (view->wake_ms == 0 || view->wake_ms > at_ms)
		view->wake_ms = at_ms;
}

bool
view_list_act(struct list *list, enum action action)
{
	long page = (long)list->height;

	switch (action) {
	case ACTION_UP:
		list_move(list, -1);
		return true;
	case ACTION_DOWN:
		list_move(list, 1);
		return true;
	case ACTION_PAGE_UP:
		list_scroll(list, -page);
		return true;
	case ACTION_PAGE_DOWN:
		list_scroll(list, page);
		return true;
	case ACTION_HALF_UP:
		list_scroll(list, -(page + 1) / 2);
		return true;
	case ACTION_HALF_DOWN:
		list_scroll(list, (page + 1) / 2);
		return true;
	case ACTION_SCROLL_UP:
		list_scroll(list, -VIEW_SCROLL_LINES);
		return true;
	case ACTION_SCROLL_DOWN:
		list_scroll(list, VIEW_SCROLL_LINES);
		return true;
	case ACTION_HOME:
		list_select(list, 0);
		return true;
	case ACTION_END:
		list_select(list, SIZE_MAX);
		return true;
	default:
		return false;
	}
}

bool
view_list_point(struct list *list, int row)
{
	size_t line = list->top + (size_t)row, before = list->selected;

	if (row < 0 || line >= list->count)
		return false;
	list_select(list, line);
	return line == before;
}

size_t
view_scope_query(const struct scope *scope, const char *filter, bool unread, struct buf *out)
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
view_mark_scope(struct reader *reader, const struct scope *scope, const char *filter)
{
	struct buf query = BUF_INIT(QUERY_BYTES);
	bool marked;

	view_scope_query(scope, filter, true, &query);
	marked = session_mark_query(reader_session(reader), buf_str(&query), "unread", false);
	if (!marked)
		reader_say(reader, TERM_ERROR, "not while the daemon is away: what came meanwhile would be marked unseen");
	else if (filter == NULL && !scope->search)
		count_read(reader_feeds(reader), scope);
	reader_dirty(reader);
	buf_free(&query);
	return marked;
}
