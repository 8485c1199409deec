#include "contrib/gazette/pager.h"

#include <string.h>

#include "contrib/gazette/text.h"
#include "contrib/gazette/theme.h"

static const char more_left[] = "‹", more_right[] = "›";

void
pager_init(struct pager *p)
{
	*p = (struct pager){ .list.height = 1 };
}

void
pager_clear(struct pager *p)
{
	search_clear(&p->search);
}

void
pager_home(struct pager *p)
{
	p->list = (struct list){ .height = p->list.height };
	p->shift = 0;
	p->anchored = 0;
	search_clear(&p->search);
}

/* Moves the text, not a line in it. */
static void
settle(struct pager *p)
{
	size_t last = p->list.count > p->list.height ? p->list.count - p->list.height : 0;

	if (p->list.top > last)
		p->list.top = last;
	p->list.selected = p->list.top;
}

void
pager_resize(struct pager *p, int rows)
{
	p->list.height = rows > 0 ? (size_t)rows : 1;
	settle(p);
}

/* --- keeping one's place --------------------------------------------------------------------- */

/* White space comes and goes with the width, and so do pictures. */
static size_t
count_letters(const struct lines *lines, size_t row)
{
	const char *text = lines_text(lines, row);
	size_t count = 0;

	if ((lines->rows[row].flags & LINES_PICTURE) != 0)
		return 0;
	for (size_t at = lines->rows[row].lead; at < lines->rows[row].len; at++)
		count += text[at] != ' ';
	return count;
}

static void
note_anchor(struct pager *p)
{
	size_t row;

	p->anchored = p->list.top + 1;
	p->letters = p->anchor_len = 0;
	for (row = 0; row < p->list.count && (row < p->list.top || count_letters(p->lines, row) == 0); row++)
		p->letters += count_letters(p->lines, row);
	p->silent = row - p->list.top;
	if (row == p->list.count)
		return;
	p->anchor_len = p->lines->rows[row].len < sizeof(p->anchor) ? p->lines->rows[row].len : sizeof(p->anchor);
	memcpy(p->anchor, lines_text(p->lines, row), p->anchor_len);
}

/* The line that so many letters lead to, or lead into. */
static size_t
find_letters(const struct pager *p)
{
	size_t letters = 0, row;

	for (row = 0; row < p->lines->count && letters < p->letters; row++)
		letters += count_letters(p->lines, row);
	if (letters > p->letters)
		return row - 1;
	while (row < p->lines->count && count_letters(p->lines, row) == 0)
		row++;
	return row;
}

static bool
is_anchor(const struct pager *p, size_t row)
{
	size_t len = p->lines->rows[row].len;

	return (len == p->anchor_len || (len > p->anchor_len && p->anchor_len == sizeof(p->anchor))) &&
	    memcmp(lines_text(p->lines, row), p->anchor, p->anchor_len) == 0;
}

/* The line that reads like the one that was on top, nearest to this row; SIZE_MAX: none does. */
static size_t
find_anchor(const struct pager *p, size_t near)
{
	size_t count = p->lines->count;

	for (size_t away = 0; away < count && p->anchor_len != 0; away++) {
		if (near + away < count && is_anchor(p, near + away))
			return near + away;
		if (near >= away && near - away < count && is_anchor(p, near - away))
			return near - away;
	}
	return SIZE_MAX;
}

/* As many of the lines without letters before this one as there were, if there are so many. */
static size_t
with_silent(const struct pager *p, size_t row)
{
	for (size_t back = 0; back < p->silent && row > 0 && count_letters(p->lines, row - 1) == 0; back++)
		row--;
	return row;
}

void
pager_set(struct pager *p, const struct lines *lines)
{
	size_t near, found;

	p->lines = lines;
	p->list.count = lines->count;
	if (p->anchored == p->list.top + 1) {
		near = find_letters(p);
		found = find_anchor(p, near);
		p->list.top = with_silent(p, found != SIZE_MAX ? found : near);
		settle(p);
		p->anchored = p->list.top + 1;
		if (found != SIZE_MAX)
			note_anchor(p);		/* the text above it may have been edited */
	}
	settle(p);
	if (p->search.words != NULL)
		search_find(&p->search, lines, p->search.words);
}

/* --- drawing -------------------------------------------------------------------------------- */

struct pen {
	struct area	 area;
	int		 row, col;
	int		 skip;			/* columns to leave out before anything is put */
};

static void
put(struct pen *pen, unsigned style, const char *ptr, size_t len)
{
	size_t step, fits;
	int columns;

	for (; len != 0 && pen->skip > 0; ptr += step, len -= step) {
		step = text_cluster(ptr, len, &columns);
		if (columns > pen->skip)
			pen->col += columns - pen->skip;	/* half of a wide character: a blank */
		pen->skip -= columns;
	}
	fits = text_fit(ptr, len, pen->area.cols - pen->col, &columns);
	term_text(pen->area.row + pen->row, pen->area.col + pen->col, columns, style, ptr, fits);
	pen->col += columns;
}

/* A stretch of a picture, which is never wider than asked for. */
static void
paint(struct pen *pen, const struct lines_span *span, const char *ptr)
{
	const struct theme_style as = {
		.attributes = span->style & ~(unsigned)TERM_PAINTED, .foreground = span->foreground, .background = span->background
	};
	int columns;
	size_t fits = text_fit(ptr, span->len, pen->area.cols - pen->col, &columns);

	term_paint(pen->area.row + pen->row, pen->area.col + pen->col, columns, &as, ptr, fits);
	pen->col += columns;
}

/* The first piece of a match in this row or below. */
static size_t
first_piece(const struct search *s, size_t row)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->pieces[middle].row < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ptr[0..len), which begins at this offset of its line, with what was found in it. */
static void
put_found(struct pen *pen, const struct search *s, size_t row, unsigned style, const char *ptr, size_t offset, size_t len)
{
	size_t at = first_piece(s, row), end = offset + len;

	for (; at < s->count && s->pieces[at].row == row && offset < end; at++) {
		const struct search_piece *piece = &s->pieces[at];
		size_t from = piece->offset > offset ? piece->offset : offset;
		size_t to = piece->offset + piece->len < end ? piece->offset + piece->len : end;

		if (to <= from)
			continue;
		put(pen, style, ptr, from - offset);
		put(pen, style | (piece->match == s->current ? TERM_CURRENT : TERM_MATCH), ptr + (from - offset), to - from);
		ptr += to - offset;
		offset = to;
	}
	put(pen, style, ptr, end - offset);
}

static void
draw_row(const struct pager *p, struct area area, int line, size_t row)
{
	const struct lines_row *at = &p->lines->rows[row];
	int wide = (at->flags & LINES_WIDE) != 0 ? lines_columns(p->lines, row) - area.cols : 0;
	struct pen pen = { .area = area, .row = line, .skip = wide > 0 ? p->shift : 0 };
	const char *text = lines_text(p->lines, row);
	size_t offset = 0;

	for (size_t span = at->span; span < at->span + at->n_spans; span++) {
		size_t len = p->lines->spans[span].len;

		if ((p->lines->spans[span].style & TERM_PAINTED) != 0)
			paint(&pen, &p->lines->spans[span], text + offset);
		else
			put_found(&pen, &p->search, row, p->lines->spans[span].style, text + offset, offset, len);
		offset += len;
	}
	if (wide > 0 && p->shift > 0)
		view_put(area, line, 0, 1, TERM_BORDER, more_left);
	if (wide > p->shift)
		view_put(area, line, area.cols - 1, 1, TERM_BORDER, more_right);
}

int
pager_draw(struct pager *p, struct area area)
{
	int line;

	p->cols = area.cols;
	if (p->lines == NULL)
		return 0;
	if (p->anchored != p->list.top + 1)
		note_anchor(p);
	for (line = 0; line < area.rows && p->list.top + (size_t)line < p->list.count; line++)
		draw_row(p, area, line, p->list.top + (size_t)line);
	return line;
}

void
pager_position(const struct pager *p, struct buf *out)
{
	size_t below = p->list.top + p->list.height, count = p->list.count;

	if (count <= p->list.height)
		buf_puts(out, "all");
	else
		buf_printf(out, "%zu%%", (below < count ? below : count) * 100 / count);
}

/* --- moving --------------------------------------------------------------------------------- */

static bool
scroll(struct pager *p, enum action action)
{
	struct list *list = &p->list;

	list->selected = list->top;
	if (action == ACTION_END)
		list->top = list->count;
	else if (action == ACTION_UP || action == ACTION_DOWN)
		list_scroll(list, action == ACTION_UP ? -1 : 1);
	else if (!view_list_act(list, action))
		return false;
	settle(p);
	return true;
}

/* Not further than the widest line needs. */
static void
shift(struct pager *p, int columns)
{
	int most = 0;

	for (size_t row = 0; p->lines != NULL && row < p->lines->count; row++)
		if ((p->lines->rows[row].flags & LINES_WIDE) != 0 && lines_columns(p->lines, row) - p->cols > most)
			most = lines_columns(p->lines, row) - p->cols;
	p->shift += columns;
	if (p->shift > most)
		p->shift = most;
	if (p->shift < 0)
		p->shift = 0;
}

/* --- searching ------------------------------------------------------------------------------ */

unsigned
pager_keys(const struct pager *p)
{
	return p->search.n_matches != 0 ? KEYS_IN_MATCHES : 0;
}

bool
pager_hint(const struct pager *p, struct buf *out)
{
	if (p->search.n_matches == 0)
		return false;
	buf_printf(out, "%zu of %zu: %s   n/N:next/previous  Esc:end  ?:help", p->search.current + 1, p->search.n_matches, p->search.words);
	return true;
}

/* A third from the top. */
static void
show_row(struct pager *p, size_t row)
{
	size_t third = p->list.height / 3;

	p->list.top = row > third ? row - third : 0;
	settle(p);
}

/* The current match is in sight, a third from the top if it was not. */
static void
show_match(struct pager *p, struct view *view)
{
	size_t row = search_row(&p->search);

	if (row == SIZE_MAX) {
		reader_say(view->reader, TERM_ERROR, "\"%s\" is not in it", p->search.words);
		return;
	}
	if (row < p->list.top || row >= p->list.top + p->list.height)
		show_row(p, row);
}

void
pager_search(struct pager *p, struct view *view, const char *words)
{
	if (p->lines == NULL)
		return;
	if (*words == '\0' && p->search.words != NULL) {
		search_step(&p->search, 1);
		show_match(p, view);
		return;
	}
	search_find(&p->search, p->lines, words);
	if (p->search.words == NULL)
		return;
	search_from(&p->search, p->list.top);
	show_match(p, view);
}

static void
step(struct pager *p, struct view *view, int by)
{
	if (p->search.words == NULL) {
		reader_say(view->reader, TERM_PLAIN, "nothing was searched for");
		return;
	}
	search_step(&p->search, by);
	show_match(p, view);
}

static bool
has_style(const struct lines *lines, size_t row, unsigned flags)
{
	const struct lines_row *at = &lines->rows[row];

	for (size_t span = at->span; span < at->span + at->n_spans; span++)
		if ((lines->spans[span].style & flags) != 0)
			return true;
	return false;
}

/* From there on the first line that has it while the one before has not. */
static size_t
find_style(const struct lines *lines, size_t row, unsigned flags, int by)
{
	for (; row < lines->count; row += (size_t)by)
		if (has_style(lines, row, flags) && (row == 0 || !has_style(lines, row - 1, flags)))
			return row;
	return SIZE_MAX;
}

void
pager_show(struct pager *p, unsigned flags)
{
	size_t row = find_style(p->lines, 0, flags, 1);

	if (row != SIZE_MAX && (row < p->list.top || row >= p->list.top + p->list.height))
		show_row(p, row);
}

bool
pager_walk(struct pager *p, unsigned flags, int by)
{
	size_t third = p->list.height / 3, top = p->list.top, row;

	if (p->lines == NULL || (by < 0 && top + third == 0))
		return false;
	row = find_style(p->lines, top + third + (size_t)by, flags, by);
	if (row != SIZE_MAX)
		show_row(p, row);
	return p->list.top != top;
}

bool
pager_act(struct pager *p, struct view *view, enum action action)
{
	switch (action) {
	case ACTION_SCROLL_LEFT:
		shift(p, -PAGER_SHIFT_COLUMNS);
		return true;
	case ACTION_SCROLL_RIGHT:
		shift(p, PAGER_SHIFT_COLUMNS);
		return true;
	case ACTION_NEXT_MATCH:
		step(p, view, 1);
		return true;
	case ACTION_PREVIOUS_MATCH:
		step(p, view, -1);
		return true;
	case ACTION_CANCEL:
		if (p->search.words == NULL)
			return false;
		search_clear(&p->search);
		return true;
	default:
		return scroll(p, action);
	}
}
