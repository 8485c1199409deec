#include "contrib/gazette/list.h"

static size_t
clamp(long value, size_t count)
{
	if (value < 0 || count == 0)
		return 0;
	return (size_t)value < count ? (size_t)value : count - 1;
}

/* Makes the promises of list.h true, moving top as little as possible. */
static void
settle(struct list *list)
{
	size_t last_top;

	if (list->height == 0)
		list->height = 1;
	last_top = list->count > list->height ? list->count - list->height : 0;
	if (list->selected >= list->count)
		list->selected = list->count != 0 ? list->count - 1 : 0;
	if (list->top > last_top)
		list->top = last_top;
	if (list->selected < list->top)
		list->top = list->selected;
	if (list->selected >= list->top + list->height)
		list->top = list->selected - list->height + 1;
}

void
list_resize(struct list *list, size_t height)
{
	list->height = height;
	settle(list);
}

void
list_reset(struct list *list, size_t count)
{
	list->count = count;
	list->selected = list->top = 0;
	settle(list);
}

void
list_select(struct list *list, size_t line)
{
	list->selected = line;
	settle(list);
}

void
list_move(struct list *list, long lines)
{
	list->selected = clamp((long)list->selected + lines, list->count);
	settle(list);
}

void
list_scroll(struct list *list, long lines)
{
	size_t top = list->top, selected = list->selected;

	list->top = clamp((long)top + lines, list->count);
	list->selected = clamp((long)selected + lines, list->count);
	settle(list);
}

void
list_insert(struct list *list, size_t at, size_t lines)
{
	list->count += lines;
	if (at <= list->selected && list->count != lines) {
		list->selected += lines;
		list->top += lines;
	}
	settle(list);
}

void
list_remove(struct list *list, size_t at, size_t lines)
{
	size_t above;

	if (at >= list->count)
		return;
	if (lines > list->count - at)
		lines = list->count - at;
	list->count -= lines;
	if (at < list->selected) {
		above = list->selected - at < lines ? list->selected - at : lines;
		list->selected -= above;
		list->top = list->top > above ? list->top - above : 0;
	}
	settle(list);
}

void
list_follow(struct list *list, size_t count, size_t line)
{
	size_t above = list->selected - list->top;

	list->count = count;
	list->selected = line;
	list->top = line > above ? line - above : 0;
	settle(list);
}
