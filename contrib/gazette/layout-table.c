/*
 * Tables: in columns as long as each gets room for its words, else row by row with the heads of the columns as names.
 */
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/layout.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { MEASURE_COLUMNS = 4096, BETWEEN_COLUMNS = 3, NAME_INDENT = 2 };

struct column {
	int	 least, wanted, width;
	int	 left;			/* rows that a cell from above reaches down yet */
	bool	 numbers;		/* nothing but numbers and heads */
};

/* A cell and where it stands. */
struct place {
	const struct body_cell *cell;
	unsigned column;
	int	 word;			/* columns of its longest word */
	struct lines lines;		/* of those that are about to be put */
};

struct grid {
	const struct layout_place *at;
	const struct body_table *table;
	struct layout_place inside;	/* of cells */
	struct column columns[BODY_COLUMNS_MAX];
	unsigned n_columns;
	struct place *places;
	struct lines seen;		/* of a cell that is only looked at */
	struct buf names[BODY_COLUMNS_MAX];
	int	 lead;			/* columns before the table */
	size_t	 row;			/* lines of it */
	bool	 tall;			/* some row has several lines */
};

/* --- what stands where ------------------------------------------------------------------------------ */

/* Cells that find no column any more are put into the last. */
static void
place_cells(struct grid *g)
{
	size_t row = SIZE_MAX;
	unsigned column = 0;

	for (size_t at = 0; at < g->table->n_cells; at++) {
		const struct body_cell *cell = &g->at->body->cells[g->table->cell + at];

		if (cell->row != row) {
			for (unsigned each = 0; row != SIZE_MAX && each < BODY_COLUMNS_MAX; each++)
				g->columns[each].left -= g->columns[each].left > 0;
			column = 0;
		}
		row = cell->row;
		while (column + 1 < BODY_COLUMNS_MAX && g->columns[column].left > 0)
			column++;
		g->places[at] = (struct place){ .cell = cell, .column = column };
		for (unsigned each = column; each < column + cell->across && each < BODY_COLUMNS_MAX; each++)
			g->columns[each].left = (int)cell->down;
		column += cell->across;
		if (column >= BODY_COLUMNS_MAX)
			column = BODY_COLUMNS_MAX - 1;
		if (column > g->n_columns)
			g->n_columns = column;
	}
}

static unsigned
across(const struct grid *g, const struct place *place)
{
	unsigned left = g->n_columns - place->column;

	return place->cell->across < left ? place->cell->across : left;
}

static void
lay_cell(const struct grid *g, const struct place *place, int cols, bool measure, struct lines *out)
{
	struct layout_place inside = g->inside;

	inside.cols = inside.wide_cols = cols;
	inside.measure = measure;
	inside.cell = true;
	lines_clear(out);
	layout_blocks(&inside, place->cell->first, place->cell->end, out);
}

static int
widest(const struct lines *lines)
{
	int most = 0, width;

	for (size_t row = 0; row < lines->count; row++) {
		width = lines_columns(lines, row);
		if (width > most)
			most = width;
	}
	return most;
}

/* The columns of the longest word. */
static int
longest_word(const struct lines *lines)
{
	int most = 0, width;

	for (size_t row = 0; row < lines->count; row++) {
		const char *pos = lines_text(lines, row), *end = pos + lines->rows[row].len;

		while (pos < end) {
			const char *blank = memchr(pos, ' ', (size_t)(end - pos));

			width = text_width(pos, (size_t)((blank != NULL ? blank : end) - pos));
			if (width > most)
				most = width;
			pos = blank != NULL ? blank + 1 : end;
		}
	}
	return most;
}

/* Digits with what stands around them in numbers, "1,234.5 %". */
static bool
is_number(const struct lines *lines)
{
	const char *text = lines->count == 1 ? lines_text(lines, 0) : "";
	size_t len = lines->count == 1 ? lines->rows[0].len : 0, digits = 0;

	for (size_t at = 0; at < len; at++) {
		if (text[at] >= '0' && text[at] <= '9')
			digits++;
		else if ((unsigned char)text[at] < 0x7f && strchr("+-.,:%$ /", text[at]) == NULL)
			return false;
	}
	return digits != 0 && digits * 3 >= len;
}

static void
measure(struct grid *g)
{
	for (unsigned each = 0; each < g->n_columns; each++)
		g->columns[each].numbers = true;
	for (size_t at = 0; at < g->table->n_cells; at++) {
		struct place *place = &g->places[at];
		struct column *column = &g->columns[place->column];
		int wanted, least;

		lay_cell(g, place, MEASURE_COLUMNS, true, &g->seen);
		place->word = longest_word(&g->seen);
		if (across(g, place) != 1)
			continue;
		wanted = widest(&g->seen);
		least = place->word;
		if (least > LAYOUT_WORD_COLUMNS)
			least = LAYOUT_WORD_COLUMNS;
		if (wanted > column->wanted)
			column->wanted = wanted;
		if (least > column->least)
			column->least = least;
		if (place->cell->row >= g->table->n_heads && g->seen.count != 0)
			column->numbers &= is_number(&g->seen);
	}
	for (unsigned each = 0; each < g->n_columns; each++) {
		struct column *column = &g->columns[each];
		int floor = column->wanted < LAYOUT_CELL_COLUMNS ? column->wanted : LAYOUT_CELL_COLUMNS;

		column->least = column->least > floor ? column->least : floor;
		column->least += column->least == 0;
		if (column->wanted < column->least)
			column->wanted = column->least;
	}
}

/* Columns of the place from..from+count, with what stands between them. */
static int
width_of(const struct grid *g, unsigned from, unsigned count)
{
	int width = BETWEEN_COLUMNS * ((int)count - 1);

	for (unsigned each = from; each < from + count; each++)
		width += g->columns[each].width;
	return width;
}

/* A cell that spans several and wants more than they do. */
static void
widen(struct grid *g)
{
	for (size_t at = 0; at < g->table->n_cells; at++) {
		struct place *place = &g->places[at];
		unsigned count = across(g, place);
		int wanted = count > 1 ? place->word : 0, has = BETWEEN_COLUMNS * ((int)count - 1);

		for (unsigned each = place->column; each < place->column + count; each++)
			has += g->columns[each].wanted;
		if (wanted > has)
			g->columns[place->column + count - 1].wanted += wanted - has;
	}
}

/* False: there is no room for columns. */
static bool
share(struct grid *g, int room)
{
	int least = 0, wanted = 0, left;

	room -= BETWEEN_COLUMNS * ((int)g->n_columns - 1);
	for (unsigned each = 0; each < g->n_columns; each++) {
		least += g->columns[each].least;
		wanted += g->columns[each].wanted;
	}
	if (least > room)
		return false;
	left = room - least;
	for (unsigned each = 0; each < g->n_columns; each++) {
		struct column *column = &g->columns[each];
		int more = column->wanted - column->least;

		column->width = column->least;
		if (wanted <= room)
			column->width = column->wanted;
		else
			column->width += (int)((long)left * more / (wanted - least));
	}
	return true;
}

/* --- in columns -------------------------------------------------------------------------------------- */

static void
begin_line(struct grid *g, struct lines *out)
{
	layout_lead(g->at, g->table->block, g->row++, out);
}

static void
rule(struct grid *g, struct lines *out)
{
	begin_line(g, out);
	for (unsigned each = 0; each < g->n_columns; each++) {
		if (each != 0)
			lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_CROSSING));
		lines_fill(out, TERM_BORDER, layout_mark(LAYOUT_RULE), g->columns[each].width);
	}
	lines_end(out, LINES_WIDE);
}

static void
put_cell(struct grid *g, const struct place *place, size_t line, bool last, struct lines *out)
{
	int width = width_of(g, place->column, across(g, place)), used;
	bool right = g->columns[place->column].numbers && across(g, place) == 1;

	used = line < place->lines.count ? lines_columns(&place->lines, line) : 0;
	if (right && line < place->lines.count)
		lines_fill(out, TERM_PLAIN, " ", width - used);
	if (line < place->lines.count)
		lines_join(out, &place->lines, line);
	if (!last && !(right && line < place->lines.count))
		lines_fill(out, TERM_PLAIN, " ", width - used);
}

/* The cells of one row, places[0..count), side by side; columns without a cell are blank. */
static void
put_row(struct grid *g, const struct place *places, size_t count, struct lines *out)
{
	size_t height = 1;

	for (size_t at = 0; at < count; at++)
		if (places[at].lines.count > height)
			height = places[at].lines.count;
	for (size_t line = 0; line < height; line++) {
		unsigned column = 0;

		begin_line(g, out);
		for (size_t at = 0; at < count; at++) {
			for (; column < places[at].column; column++) {
				lines_fill(out, TERM_PLAIN, " ", g->columns[column].width);
				lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_BETWEEN));
			}
			column += across(g, &places[at]);
			put_cell(g, &places[at], line, column >= g->n_columns, out);
			if (column < g->n_columns)
				lines_puts(out, TERM_BORDER, layout_mark(LAYOUT_BETWEEN));
		}
		lines_trim(out);
		lines_end(out, LINES_WIDE);
	}
}

static size_t
row_cells(const struct grid *g, size_t from)
{
	size_t at = from;

	while (at < g->table->n_cells && g->places[at].cell->row == g->places[from].cell->row)
		at++;
	return at - from;
}

static void
lay_in_column(const struct grid *g, const struct place *place, struct lines *out)
{
	lay_cell(g, place, width_of(g, place->column, across(g, place)), false, out);
}

static bool
is_tall(struct grid *g)
{
	for (size_t at = 0; at < g->table->n_cells; at++) {
		if (g->places[at].cell->row < g->table->n_heads)
			continue;
		lay_in_column(g, &g->places[at], &g->seen);
		if (g->seen.count > 1)
			return true;
	}
	return false;
}

static void
in_columns(struct grid *g, struct lines *out)
{
	g->tall = is_tall(g);
	for (size_t at = 0, count; at < g->table->n_cells; at += count) {
		size_t row = g->places[at].cell->row;

		count = row_cells(g, at);
		if (at != 0 && (row == g->table->n_heads || (g->tall && row > g->table->n_heads)))
			rule(g, out);
		for (size_t cell = at; cell < at + count; cell++)
			lay_in_column(g, &g->places[cell], &g->places[cell].lines);
		put_row(g, &g->places[at], count, out);
		for (size_t cell = at; cell < at + count; cell++)
			lines_free(&g->places[cell].lines);
	}
}

/* --- row by row -------------------------------------------------------------------------------------- */

static void
add_to_name(const struct lines *lines, struct buf *name)
{
	for (size_t line = 0; line < lines->count; line++)
		buf_printf(name, "%s%.*s", name->len != 0 ? " " : "", (int)lines->rows[line].len, lines_text(lines, line));
}

/* The head of each column as one line of text. */
static void
name_columns(struct grid *g)
{
	for (unsigned column = 0; column < g->n_columns; column++)
		g->names[column] = (struct buf)BUF_INIT(BODY_BYTES_MAX);
	for (size_t at = 0; at < g->table->n_cells && g->places[at].cell->row < g->table->n_heads; at++) {
		const struct place *place = &g->places[at];

		lay_cell(g, place, MEASURE_COLUMNS, true, &g->seen);
		for (unsigned column = place->column; column < place->column + across(g, place); column++)
			add_to_name(&g->seen, &g->names[column]);
	}
	for (unsigned column = 0; column < g->n_columns; column++)
		if (g->names[column].len != 0)
			buf_puts(&g->names[column], ": ");
}

/* The name in lines of its own, the last of which is left open; its columns. */
static int
put_name(struct grid *g, const char *name, size_t len, int room, struct lines *out)
{
	size_t take;

	for (;; name += take, len -= take) {
		begin_line(g, out);
		take = text_line(name, len, room);
		lines_put(out, TERM_CAPTION, name, take);
		if (take == len)
			return text_width(name, len);
		lines_trim(out);
		lines_end(out, 0);
	}
}

/* "Name: what the cell says", below its name if there is no room behind it. */
static void
put_record_cell(struct grid *g, const struct place *place, struct lines *out)
{
	const struct buf *name = &g->names[place->column];
	int room = g->at->cols - g->lead, indent = name->len != 0 ? NAME_INDENT : 0, used;
	size_t line = 0;

	lay_cell(g, place, room - indent, false, &g->seen);
	if (g->seen.count != 0 && name->len != 0) {
		used = put_name(g, name->ptr, name->len, room, out);
		if (used + lines_columns(&g->seen, 0) <= room)
			lines_join(out, &g->seen, line++);
		lines_trim(out);
		lines_end(out, 0);
	}
	for (; line < g->seen.count; line++) {
		begin_line(g, out);
		lines_fill(out, TERM_PLAIN, " ", indent);
		lines_join(out, &g->seen, line);
		lines_end(out, g->seen.rows[line].flags);
	}
}

static void
in_records(struct grid *g, struct lines *out)
{
	size_t row = SIZE_MAX;

	name_columns(g);
	for (size_t at = 0; at < g->table->n_cells; at++) {
		const struct place *place = &g->places[at];
		bool is_head = place->cell->row < g->table->n_heads && g->table->n_heads < g->table->n_rows;

		if (is_head)
			continue;
		if (row != SIZE_MAX && place->cell->row != row) {
			begin_line(g, out);
			lines_end(out, 0);
		}
		row = place->cell->row;
		put_record_cell(g, place, out);
	}
}

/* What stands in a table but in no cell: its caption. */
static void
put_captions(const struct grid *g, struct lines *out)
{
	const struct body *b = g->at->body;
	size_t from = g->table->block + 1;

	for (size_t at = 0; at <= g->table->n_cells; at++) {
		const struct body_cell *cell = at < g->table->n_cells ? &b->cells[g->table->cell + at] : NULL;
		size_t end = cell != NULL ? cell->first : g->table->end;

		layout_blocks(g->at, from, end, out);
		if (cell != NULL)
			from = cell->end;
	}
}

void
layout_table(const struct layout_place *at, const struct body_table *table, struct lines *out)
{
	struct grid *g = calloc(1, sizeof(*g));
	struct lines nothing = { 0 };
	int room;

	if (g == NULL)
		abort();
	*g = (struct grid){ .at = at, .table = table, .inside = *at };
	g->places = calloc(table->n_cells, sizeof(*g->places));
	if (g->places == NULL)
		abort();
	g->inside.frame = at->body->blocks[table->block].frame;
	lines_clear(&nothing);
	g->lead = layout_lead(at, table->block, 0, &nothing);
	lines_free(&nothing);
	put_captions(g, out);
	place_cells(g);
	measure(g);
	widen(g);
	room = (at->measure ? MEASURE_COLUMNS : at->wide_cols) - g->lead;
	if (share(g, at->cols - g->lead) || share(g, room))
		in_columns(g, out);
	else
		in_records(g, out);
	lines_free(&g->seen);
	for (unsigned column = 0; column < BODY_COLUMNS_MAX; column++)
		buf_free(&g->names[column]);
	free(g->places);
	free(g);
}
