#include "contrib/gazette/view.h"

#include <string.h>

int
view_put(struct area area, int row, int col, int width, unsigned style, const char *text)
{
	if (width > area.cols - col)
		width = area.cols - col;
	if (row < area.rows && width > 0)
		term_text(area.row + row, area.col + col, width, style, text, strlen(text));
	return col + (width > 0 ? width : 0);
}

unsigned
view_keys(const struct view *view)
{
	return view->ops->keys | (view->ops->more_keys != NULL ? view->ops->more_keys(view) : 0);
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
