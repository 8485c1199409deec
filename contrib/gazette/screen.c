#include "contrib/gazette/screen.h"

#include <string.h>

#include "contrib/gazette/status.h"
#include "contrib/gazette/text.h"

enum { BAR_BYTES = 16 * STATUS_TEXT_BYTES };

size_t
screen_views(struct view *top, const struct view *focus, const struct settings *settings, struct view *views[PANES_MAX])
{
	size_t most = panes_most(settings, term_cols()), count = 0;
	bool found = false;

	views[0] = top;
	if (top->ops->pane == PANE_WHOLE)
		return 1;
	for (struct view *view = top; view != NULL && view->ops->pane != PANE_WHOLE && (count < most || !found); view = view->below) {
		if (count == most)
			count--;
		memmove(views + 1, views, count * sizeof(*views));
		views[0] = view;
		count++;
		found |= view == focus;
	}
	return count;
}

static void
draw_view(struct view *view, bool focus, int col, int cols)
{
	struct area area = { .row = 1, .col = col, .rows = term_rows() - 2, .cols = cols };
	struct buf left = BUF_INIT(BAR_BYTES), right = BUF_INIT(BAR_BYTES);

	view->area = area;
	if (area.rows > 0)
		view->ops->draw(view, area);
	view->ops->title(view, &left, &right);
	status_bar(0, col, cols, focus ? TERM_BAR : TERM_DIM, &left, &right);
	buf_free(&left);
	buf_free(&right);
}

static void
draw_border(int col)
{
	const char *line = text_unicode() ? "│" : "|";

	for (int row = 0; row < term_rows() - 1; row++)
		term_text(row, col, 1, TERM_BORDER, line, strlen(line));
}

void
screen_draw(struct view *top, const struct view *focus, const struct settings *settings)
{
	struct view *views[PANES_MAX];
	enum pane kinds[PANES_MAX];
	struct panes panes;
	size_t count = screen_views(top, focus, settings, views);

	for (size_t at = 0; at < count; at++)
		kinds[at] = views[at]->ops->pane;
	panes_split(settings, term_cols(), kinds, count, &panes);
	for (size_t at = 0; at < count; at++) {
		if (at != 0)
			draw_border(panes.col[at] - 1);
		draw_view(views[at], views[at] == focus, panes.col[at], panes.cols[at]);
	}
}
