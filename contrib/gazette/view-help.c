#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/list.h"

enum { LINE_BYTES = 256, FILTER_BYTES = 128, NAME_COLS = 18, KEYS_COLS = 22, KEYS_COLS_NARROW = 13, WIDE_FROM_COLS = 60 };

struct help_view {
	struct view	 view;
	unsigned	 about;		/* the KEYS_IN_ bits of the view it was asked from */
	struct list	 list;
	char		 filter[FILTER_BYTES];	/* "": all lines */
	char		 before[FILTER_BYTES];	/* what it was, while it is asked for */
};

static struct help_view *
self(struct view *view)
{
	return (struct help_view *)view;
}

/* The line-th row in which the filter stands; false behind the last. */
static bool
help_line(const struct help_view *v, size_t line, struct keys_help *help)
{
	for (size_t row = 0; keys_help_row(reader_keys(v->view.reader), row, v->about, help) == 0; row++) {
		bool found = strcasestr(help->name, v->filter) != NULL || strcasestr(help->text, v->filter) != NULL ||
		    strcasestr(help->keys, v->filter) != NULL;

		if (found && line-- == 0)
			return true;
	}
	return false;
}

static void
count_lines(struct help_view *v)
{
	struct keys_help help;
	size_t count = 0;

	while (help_line(v, count, &help))
		count++;
	list_reset(&v->list, count);
}

static void
help_draw(struct view *view, struct area area)
{
	struct help_view *v = self(view);
	int keys = area.cols < WIDE_FROM_COLS ? KEYS_COLS_NARROW : KEYS_COLS;
	struct keys_help help;

	list_resize(&v->list, (size_t)area.rows);
	for (int line = 0; line < area.rows && help_line(v, v->list.top + (size_t)line, &help); line++) {
		unsigned on = v->list.top + (size_t)line == v->list.selected ? TERM_SELECTED : 0;
		int col = view_put(area, line, 0, keys, TERM_UNREAD | on, help.keys);

		col = view_put(area, line, col, 2, TERM_PLAIN | on, " ");
		if (area.cols >= WIDE_FROM_COLS && *help.text != '\0')
			col = view_put(area, line, col, NAME_COLS, TERM_DIM | on, help.name);
		view_put(area, line, col, area.cols - col, TERM_PLAIN | on, *help.text != '\0' ? help.text : help.name);
	}
}

static void
help_title(struct view *view, struct buf *left, struct buf *right)
{
	struct help_view *v = self(view);
	static const struct { unsigned view; const char *name; } names[] = {
		{ KEYS_IN_FEEDS, "feeds" }, { KEYS_IN_ENTRIES, "entries" }, { KEYS_IN_ARTICLE, "article" }
	};

	buf_puts(left, " keys");
	for (size_t row = 0; row < sizeof(names) / sizeof(names[0]); row++)
		if ((names[row].view & v->about) != 0)
			buf_printf(left, " of the %s", names[row].name);
	if (v->filter[0] != '\0')
		buf_printf(left, " / %s", v->filter);
	buf_printf(right, "%zu/%zu", v->list.count != 0 ? v->list.selected + 1 : 0, v->list.count);
}

static void
help_hint(struct view *view, struct buf *out)
{
	struct keys_help help;

	if (help_line(self(view), self(view)->list.selected, &help))
		buf_printf(out, "%s%s%s   Enter:do it  /:search  q:back", help.name, *help.text != '\0' ? ": " : "", help.text);
	else
		buf_puts(out, "nothing like it   /:search  q:back");
}

/* While it is typed; NULL: it is given up. */
static void
set_filter(struct view *view, const char *text)
{
	struct help_view *v = self(view);

	snprintf(v->filter, sizeof(v->filter), "%s", text != NULL ? text : v->before);
	count_lines(v);
	reader_dirty(view->reader);
}

/* Leaves the help and does what the line is about. */
static void
run(struct help_view *v)
{
	struct reader *reader = v->view.reader;
	struct keys_help help;
	char *line;

	if (!help_line(v, v->list.selected, &help))
		return;
	line = strdup(help.name);
	if (line == NULL)
		abort();
	reader_close(reader, &v->view);
	reader_do(reader, line);
	free(line);
}

static bool
help_act(struct view *view, enum action action)
{
	struct help_view *v = self(view);

	if (view_list_act(&v->list, action))
		return true;
	switch (action) {
	case ACTION_FILTER:
		memcpy(v->before, v->filter, sizeof(v->before));
		reader_ask_line(view->reader, view, "search: ", v->filter, SIZE_MAX, set_filter);
		reader_ask_typed(view->reader, view, set_filter);
		return true;
	case ACTION_OPEN:
		run(v);
		return true;
	case ACTION_CANCEL:
		if (v->filter[0] == '\0')
			return false;
		set_filter(view, "");
		return true;
	default:
		return false;
	}
}

static bool
help_point(struct view *view, int row)
{
	return view_list_point(&self(view)->list, row);
}

static void
help_close(struct view *view)
{
	free(view);
}

static const struct view_ops help_ops = {
	.keys = KEYS_IN_HELP, .draw = help_draw, .title = help_title, .hint = help_hint, .act = help_act, .point = help_point,
	 .close = help_close
};

void
view_help_open(struct reader *reader, unsigned keys)
{
	struct help_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->about = keys;
	v->list.height = 1;
	reader_push(reader, &v->view, &help_ops);
	count_lines(v);
}
