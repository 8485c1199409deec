#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/list.h"

enum { LINE_BYTES = 256, KEYS_COLS = 22, KEYS_COLS_NARROW = 13, WIDE_FROM_COLS = 60 };

struct help_view {
	struct view	 view;
	unsigned	 about;		/* the KEYS_IN_ bit of the view it was asked from */
	struct list	 list;
};

static struct help_view *
self(struct view *view)
{
	return (struct help_view *)view;
}

static bool
help_line(const struct help_view *v, size_t line, struct keys_help *help)
{
	return keys_help_row(reader_keys(v->view.reader), line, v->about, help) == 0;
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
		if (names[row].view == v->about)
			buf_printf(left, " of the %s", names[row].name);
	buf_printf(right, "%zu/%zu", v->list.selected + 1, v->list.count);
}

static void
help_hint(struct view *view, struct buf *out)
{
	(void)view;
	buf_puts(out, "q:back");
}

static bool
help_act(struct view *view, enum action action)
{
	return view_list_act(&self(view)->list, action);
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
	struct keys_help help;

	if (v == NULL)
		abort();
	v->about = keys;
	v->list.height = 1;
	reader_push(reader, &v->view, &help_ops);
	while (help_line(v, v->list.count, &help))
		v->list.count++;
}
