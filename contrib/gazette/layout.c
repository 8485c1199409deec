#include "contrib/gazette/layout.h"

#include <string.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { MEASURED_RULE = 3, AGAIN_COLUMNS = 2 };

/* What is drawn, and in its place where the terminal may not show it. */
static const struct { const char *drawn, *plain; } marks[] = {
	[LAYOUT_QUOTE] = { "│ ", "| " }, [LAYOUT_RULE] = { "─", "-" }, [LAYOUT_AGAIN] = { "↪ ", "> " },
	[LAYOUT_BETWEEN] = { " │ ", " | " }, [LAYOUT_CROSSING] = { "─┼─", "-+-" }
};

const char *
layout_mark(enum layout_mark mark)
{
	return text_unicode() ? marks[mark].drawn : marks[mark].plain;
}

/* --- what stands before a text -------------------------------------------------------------------- */

/* The frames from the place's own inwards, outermost first; those that leave too little room for text are left out. */
static size_t
frames_of(const struct layout_place *at, int frame, int chain[BODY_DEPTH_MAX], int *columns)
{
	size_t count = 0;

	*columns = 0;
	for (; frame != -1 && frame != at->frame && count < BODY_DEPTH_MAX; frame = at->body->frames[frame].parent) {
		int width = at->body->frames[frame].width;

		if (!at->measure && (at->cell ? *columns + width >= at->cols : (*columns + width) * 2 > at->cols))
			break;
		*columns += width;
		chain[count++] = frame;
	}
	for (size_t low = 0; low < count / 2; low++) {
		int other = chain[low];

		chain[low] = chain[count - 1 - low];
		chain[count - 1 - low] = other;
	}
	return count;
}

static int
put_lead(const struct layout_place *at, int frame, size_t block, struct lines *out)
{
	int chain[BODY_DEPTH_MAX], columns;
	size_t count = frames_of(at, frame, chain, &columns);

	for (size_t link = 0; link < count; link++) {
		const struct body_frame *in = &at->body->frames[chain[link]];

		if (in->kind == BODY_QUOTE)
			lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_QUOTE));
		else if (in->kind == BODY_ITEM && in->first == block)
			lines_puts(out, TERM_PLAIN, text_unicode() || in->plain == NULL ? in->marker : in->plain);
		else
			lines_fill(out, TERM_PLAIN, " ", in->width);
	}
	lines_lead(out);
	return columns;
}

int
layout_lead(const struct layout_place *at, size_t block, size_t row, struct lines *out)
{
	return put_lead(at, at->body->blocks[block].frame, row == 0 ? block : SIZE_MAX, out);
}

static int
lead_columns(const struct layout_place *at, int frame)
{
	int chain[BODY_DEPTH_MAX], columns;

	frames_of(at, frame, chain, &columns);
	return columns;
}

static bool
is_inside(const struct body *b, int frame, int of)
{
	for (; frame != -1; frame = b->frames[frame].parent)
		if (frame == of)
			return true;
	return of == -1;
}

/* An empty line, quoted if what stands before and after it is. */
static void
put_gap(const struct layout_place *at, int before, int after, struct lines *out)
{
	int chain[BODY_DEPTH_MAX], columns;
	size_t count;

	while (!is_inside(at->body, after, before))
		before = at->body->frames[before].parent;
	while (before != -1 && before != at->frame && at->body->frames[before].kind != BODY_QUOTE)
		before = at->body->frames[before].parent;
	count = before != at->frame ? frames_of(at, before, chain, &columns) : 0;
	for (size_t link = 0; link < count; link++) {
		const struct body_frame *in = &at->body->frames[chain[link]];

		if (in->kind == BODY_QUOTE)
			lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_QUOTE));
		else
			lines_fill(out, TERM_PLAIN, " ", in->width);
	}
	lines_trim(out);
	lines_lead(out);
	lines_end(out, 0);
}

/* --- texts ------------------------------------------------------------------------------------------- */

/* The block's run that the byte at from lies in. */
static size_t
run_at(const struct body *b, const struct body_block *block, size_t from)
{
	size_t low = block->run, high = block->run + block->n_runs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->runs[middle].end <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The runs that a stretch of the block's text lies in. */
static void
put_runs(const struct body *b, const struct body_block *block, size_t from, size_t len, struct lines *out)
{
	for (size_t run = run_at(b, block, from); len != 0 && run < block->run + block->n_runs; run++) {
		size_t left = b->runs[run].end - from, take = left < len ? left : len;

		lines_put(out, b->runs[run].style, b->text.ptr + from, take);
		from += take;
		len -= take;
	}
}

static size_t
line_len(const char *ptr, size_t len)
{
	const char *newline = memchr(ptr, '\n', len);

	return newline != NULL ? (size_t)(newline - ptr) : len;
}

static void
put_picture(const struct layout_place *at, size_t number, const struct lines *picture, struct lines *out)
{
	int room = at->cols - lead_columns(at, at->body->blocks[number].frame);

	for (size_t row = 0; row < picture->count && lines_columns(picture, row) <= room; row++) {
		layout_lead(at, number, 1, out);
		lines_join(out, picture, row);
		lines_end(out, LINES_PICTURE);
	}
}

/* The pictures whose placeholders begin in this line go above it. */
static void
put_pictures(const struct layout_place *at, size_t number, size_t from, size_t to, struct lines *out)
{
	const struct lines *const *pictures = at->layout->pictures;
	const struct body *b = at->body;

	if (pictures == NULL || at->measure || at->cell)
		return;
	for (size_t image = body_image_at(b, from); image < b->n_images && b->images[image].text < to; image++)
		if (pictures[image] != NULL)
			put_picture(at, number, pictures[image], out);
}

static void
lay_text(const struct layout_place *at, size_t number, struct lines *out)
{
	const struct body_block *block = &at->body->blocks[number];
	const char *text = at->body->text.ptr;
	size_t pos = block->text, end = block->text + block->len, row = 0;

	while (pos < end) {
		size_t line = line_len(text + pos, end - pos), take, shown;
		int lead = lead_columns(at, block->frame);

		take = text_line(text + pos, line, at->cols - lead);
		put_pictures(at, number, pos, pos + take, out);
		layout_lead(at, number, row++, out);
		for (shown = take; shown > 0 && text[pos + shown - 1] == ' '; shown--)
			continue;
		put_runs(at->body, block, pos, shown, out);
		lines_end(out, 0);
		pos += take;
		while (take < line && pos < end && text[pos] == ' ')
			pos++;
		pos += take == line && pos < end;
	}
}

/* A line that is kept as it is, or broken where there is no more room. */
static size_t
lay_pre_line(const struct layout_place *at, size_t number, size_t pos, size_t len, size_t row, struct lines *out)
{
	const struct body_block *block = &at->body->blocks[number];
	const char *text = at->body->text.ptr;
	bool wraps = at->layout->wrap_code && !at->measure;
	size_t done = 0, fits;
	int lead, width;

	do {
		lead = layout_lead(at, number, row++, out);
		width = at->wide_cols - lead - (done != 0 ? AGAIN_COLUMNS : 0);
		if (done != 0)
			lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_AGAIN));
		fits = wraps ? text_fit(text + pos + done, len - done, width > 2 ? width : 2, NULL) : len;
		if (fits == 0)
			fits = len - done;
		put_runs(at->body, block, pos + done, fits, out);
		lines_end(out, wraps ? 0 : LINES_WIDE);
		done += fits;
	} while (done < len);
	return row;
}

static void
lay_pre(const struct layout_place *at, size_t number, struct lines *out)
{
	const struct body_block *block = &at->body->blocks[number];
	size_t pos = block->text, end = block->text + block->len, row = 0;

	while (pos <= end && block->len != 0) {
		size_t line = line_len(at->body->text.ptr + pos, end - pos);

		row = lay_pre_line(at, number, pos, line, row, out);
		pos += line + 1;
	}
}

static void
lay_rule(const struct layout_place *at, size_t number, struct lines *out)
{
	int lead = layout_lead(at, number, 0, out);

	lines_fill(out, TERM_BORDER, layout_mark(LAYOUT_RULE), at->measure ? MEASURED_RULE : at->cols - lead);
	lines_end(out, 0);
}

void
layout_blocks(const struct layout_place *at, size_t first, size_t end, struct lines *out)
{
	const struct body *b = at->body;
	size_t begun = out->count;
	int before = at->frame;

	for (size_t number = first; number < end; number++) {
		const struct body_block *block = &b->blocks[number];
		const struct body_table *table = block->kind == BODY_TABLE ? &b->tables[block->table] : NULL;

		if ((table != NULL && !table->is_data) || (block->len == 0 && (block->kind == BODY_TEXT || block->kind == BODY_PRE)))
			continue;
		if (block->gap && out->count != begun)
			put_gap(at, before, block->frame, out);
		before = block->frame;
		if (block->kind == BODY_TEXT)
			lay_text(at, number, out);
		else if (block->kind == BODY_PRE)
			lay_pre(at, number, out);
		else if (table == NULL)
			lay_rule(at, number, out);
		else {
			layout_table(at, table, out);
			number = table->end - 1;
		}
	}
}

void
layout_body(const struct body *b, const struct layout *layout, struct lines *out)
{
	struct layout_place at = {
		.body = b, .layout = layout, .frame = -1, .cols = layout->cols, .wide_cols = layout->wide_cols
	};

	if (at.cols < LAYOUT_COLS_MIN)
		at.cols = LAYOUT_COLS_MIN;
	if (at.wide_cols < at.cols)
		at.wide_cols = at.cols;
	layout_blocks(&at, 0, b->n_blocks, out);
}

void
layout_text(const char *ptr, size_t len, int cols, int indent, unsigned style, struct lines *out)
{
	size_t pos = 0, line, take, shown;
	bool begun = false;

	while (pos < len) {
		line = line_len(ptr + pos, len - pos);
		take = text_line(ptr + pos, line, begun ? cols - indent : cols);
		for (shown = take; shown > 0 && ptr[pos + shown - 1] == ' '; shown--)
			continue;
		if (begun)
			lines_fill(out, style, " ", indent);
		lines_lead(out);
		lines_put(out, style, ptr + pos, shown);
		lines_end(out, 0);
		begun = true;
		pos += take;
		while (take < line && pos < len && ptr[pos] == ' ')
			pos++;
		pos += take == line && pos < len;
	}
}
