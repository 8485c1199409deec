#include "contrib/gazette/body-read.h"

enum {
	TABLE_TEXT_MAX = 600,		/* a longer text in a cell without a head is no datum */
	SPAN_MAX = 1000
};

static struct body_table *
table_of(struct reading *r)
{
	return r->n_tables != 0 && r->more_tables == 0 ? &r->body->tables[r->tables[r->n_tables - 1]] : NULL;
}

void
body_table_end_cell(struct reading *r)
{
	if (r->in_cell)
		r->body->cells[r->body->n_cells - 1].end = r->body->n_blocks;
	r->in_cell = false;
	body_read_break(r, 1);
}

void
body_table_end_row(struct reading *r)
{
	struct body_table *table = table_of(r);

	body_table_end_cell(r);
	if (table == NULL || !r->in_row)
		return;
	if (r->row_is_head && table->n_heads == table->n_rows - 1)
		table->n_heads++;
	r->in_row = false;
}

void
body_table_row(struct reading *r)
{
	struct body_table *table = table_of(r);

	body_table_end_row(r);
	if (table == NULL)
		return;
	table->n_rows++;
	r->in_row = r->row_is_head = true;
}

/* A table with others in it is there for the look of a page. */
void
body_table_start(struct reading *r)
{
	size_t block = r->body->n_blocks;

	for (size_t at = 0; at < r->n_tables; at++)
		r->body->tables[r->tables[at]].is_data = false;
	body_table_end_cell(r);
	if (r->n_tables == BODY_TABLES_MAX) {
		r->more_tables++;
		return;
	}
	body_read_break(r, BODY_BLANK_LINE);
	body_read_open(r, BODY_TABLE);
	r->tables[r->n_tables] = body_add_table(r->body);
	r->body->tables[r->tables[r->n_tables]].is_data = true;
	r->body->tables[r->tables[r->n_tables]].block = block;
	r->body->blocks[block].table = r->tables[r->n_tables++];
	r->in_row = r->in_head = false;
}

void
body_table_cell(struct reading *r)
{
	struct body_table *table = table_of(r);
	struct body_cell *cell;

	if (table == NULL)
		return;
	if (!r->in_row)
		body_table_row(r);
	body_table_end_cell(r);
	cell = body_add_cell(r->body);
	cell->row = table->n_rows - 1;
	cell->header = r->token.id == HTML_TH;
	cell->across = (unsigned)body_read_number(&r->token, HTML_AT_COLSPAN, 1);
	cell->down = (unsigned)body_read_number(&r->token, HTML_AT_ROWSPAN, 1);
	if (cell->across == 0 || cell->across > SPAN_MAX)
		cell->across = 1;
	if (cell->down == 0 || cell->down > SPAN_MAX)
		cell->down = 1;
	r->row_is_head &= cell->header || r->in_head;
	r->in_cell = true;
}

/* Whether the cell may stand in a column beside others. */
static bool
is_datum(const struct body *b, const struct body_cell *cell, bool headed)
{
	size_t bytes = 0;

	for (size_t at = cell->first; at < cell->end; at++) {
		bytes += b->blocks[at].len;
		if (b->blocks[at].kind == BODY_RULE || b->blocks[at].kind == BODY_TABLE)
			return false;
	}
	return bytes <= TABLE_TEXT_MAX || headed;
}

static bool
is_data(const struct body *b, const struct body_table *table)
{
	size_t most = 0, across = 0, row = SIZE_MAX;

	if (!table->is_data || table->n_cells == 0)
		return false;
	for (size_t at = table->cell; at < table->cell + table->n_cells; at++) {
		const struct body_cell *cell = &b->cells[at];

		across = cell->row == row ? across + cell->across : cell->across;
		row = cell->row;
		if (across > most)
			most = across;
		if (!is_datum(b, cell, table->n_heads != 0))
			return false;
	}
	return most > 1 && most <= BODY_COLUMNS_MAX;
}

/* The marker of an item that begins with a table which is no table stands before its text. */
static void
pass_marker(struct body *b, const struct body_table *table)
{
	for (int at = b->blocks[table->block].frame; at != -1; at = b->frames[at].parent)
		if (b->frames[at].first == table->block)
			b->frames[at].first = table->block + 1 < b->n_blocks ? table->block + 1 : SIZE_MAX;
}

void
body_table_end(struct reading *r)
{
	struct body *b = r->body;
	struct body_table *table;

	body_table_end_row(r);
	if (r->more_tables != 0) {
		r->more_tables--;
		return;
	}
	if (r->n_tables == 0)
		return;
	table = &b->tables[r->tables[--r->n_tables]];
	table->end = b->n_blocks;
	table->n_cells = b->n_cells - table->cell;
	table->is_data = is_data(b, table);
	if (!table->is_data) {
		pass_marker(b, table);
		if (table->block + 1 < b->n_blocks)
			b->blocks[table->block + 1].gap |= b->blocks[table->block].gap;
	}
	body_read_break(r, BODY_BLANK_LINE);
}

void
body_table_head(struct reading *r)
{
	body_table_end_row(r);
	r->in_head = true;
}

void
body_table_end_head(struct reading *r)
{
	body_table_end_row(r);
	r->in_head = false;
}
