#include "contrib/gazette/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "feeds/base/arena.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"
#include "feeds/date.h"

enum {
	MESSAGE_BYTES_MAX = 4096,
	JSON_BYTES_MAX = 1 << 30,
	DEFAULT_WIDTH = 80,
	JSON_INDENT_COLUMNS = 2,
	PROGRESS_AFTER_MS = 1000,		/* what is done by then needs none */
	TABLE_ROWS_MAX = 1000,			/* kept to find the columns' widths */
	GAP = 2					/* between two columns */
};

static bool	 progress_shown, reader_gone;
static int	 failure;		/* errno of what standard output did not take */
static int64_t	 start_ms;

/* --- standard output ------------------------------------------------------------------------ */

static int
columns_of(int fd)
{
	struct winsize	 size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return DEFAULT_WIDTH;
}

static bool
is_dumb(void)
{
	const char	*term = getenv("TERM");

	return term == NULL || *term == '\0' || strcmp(term, "dumb") == 0;
}

void
out_init(struct out *out)
{
	const char	*no_color = getenv("NO_COLOR");

	out->terminal = isatty(STDOUT_FILENO);
	out->colour = out->terminal && !is_dumb() && (no_color == NULL || *no_color == '\0');
	out->width = out->terminal ? columns_of(STDOUT_FILENO) : 0;
	out->now_s = time(NULL);
	start_ms = moment_now_ms();
}

static void
note_failure(bool failed)
{
	if (!failed)
		return;
	if (errno != 0)
		failure = errno;
	if (errno == EPIPE)
		reader_gone = true;
}

void
out_put(const char *ptr, size_t len)
{
	note_failure(fwrite(ptr, 1, len, stdout) != len);
}

void
out_put_any(const char *ptr, size_t len)
{
	size_t	 start = 0, pos, step;
	uint32_t cp;

	for (pos = 0; isatty(STDOUT_FILENO) && pos < len; pos += step) {
		step = utf8_decode(ptr + pos, len - pos, &cp);
		if (cp == '\n' || cp == '\t' || shown_is_safe(cp))
			continue;
		out_put(ptr + start, pos - start);
		start = pos + step;
	}
	out_put(ptr + start, len - start);
}

void
out_printf(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	note_failure(vprintf(fmt, ap) < 0);
	va_end(ap);
}

int
out_flush(void)
{
	static bool	 told;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	note_failure(true);
	if (!told && !reader_gone)
		out_error("standard output: %s", failure != 0 ? strerror(failure) : "write error");
	told = true;
	return -1;
}

bool
out_ok(void)
{
	return !ferror(stdout);
}

bool
out_reader_gone(void)
{
	return reader_gone;
}

const char *
out_on(const struct out *out, enum out_style style)
{
	static const char *const codes[] = {
		[OUT_PLAIN] = "", [OUT_BOLD] = "\033[1m", [OUT_DIM] = "\033[2m", [OUT_GOOD] = "\033[32m",
		[OUT_BAD] = "\033[31m", [OUT_MARK] = "\033[33m"
	};

	return out->colour ? codes[style] : "";
}

const char *
out_off(const struct out *out)
{
	return out->colour ? "\033[0m" : "";
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void
put_escape(uint32_t cp, struct buf *text)
{
	if (cp >= 0x10000)
		buf_printf(text, "\\u%04X\\u%04X", (unsigned)(0xd7c0 + (cp >> 10)), (unsigned)(0xdc00 | (cp & 0x3ff)));
	else
		buf_printf(text, "\\u%04X", (unsigned)cp);
}

void
out_json(const json_t *value, bool pretty)
{
	out_json_part(value, pretty);
	out_put("\n", 1);
}

void
out_json_part(const json_t *value, bool pretty)
{
	struct buf	 text = BUF_INIT(JSON_BYTES_MAX);

	out_json_text(value, pretty, &text);
	out_put(text.ptr, text.len);
	buf_free(&text);
}

void
out_json_text(const json_t *value, bool pretty, struct buf *into)
{
	uint32_t	 cp;
	size_t		 pos, step, start = 0, len;
	char		*text;

	text = json_dumps(value, JSON_ENCODE_ANY | (pretty ? JSON_INDENT(JSON_INDENT_COLUMNS) : JSON_COMPACT));
	if (text == NULL)
		abort();
	len = strlen(text);
	for (pos = 0; pos < len; pos += step) {
		step = 1;
		if ((unsigned char)text[pos] < 0x7f)
			continue;
		step = utf8_decode(text + pos, len - pos, &cp);
		if (shown_is_safe(cp))
			continue;
		buf_put(into, text + start, pos - start);
		put_escape(cp, into);
		start = pos + step;
	}
	buf_put(into, text + start, len - start);
	free(text);
}

/* --- tables --------------------------------------------------------------------------------- */

struct cell {
	const char	*text;
	size_t		 len;
	int		 width;
	enum out_style	 style;
};

struct out_table {
	const struct out	*out;
	const struct out_column	*columns;
	size_t			 n_columns;
	struct arena		*arena, *kept;	/* for all of it; for the rows that are kept */
	bool			 begun;		/* some rows have been printed */
	struct cell		*cells;		/* on a terminal, row after row */
	size_t			 n_cells, cap_cells;
	int			*widths;
	struct buf		 clean;
};

struct out_table *
out_table_new(const struct out *out, const struct out_column *columns, size_t n_columns)
{
	struct arena		*arena = arena_new(0);
	struct out_table	*table;

	table = arena_zalloc(arena, sizeof(*table));
	table->out = out;
	table->columns = columns;
	table->n_columns = n_columns;
	table->arena = arena;
	table->kept = arena_new(0);
	table->widths = arena_zalloc(arena, n_columns * sizeof(*table->widths));
	buf_init(&table->clean, JSON_BYTES_MAX);
	return table;
}

static void print_kept(struct out_table *);

static void
pipe_cell(struct out_table *table)
{
	size_t	 column = table->n_cells++ % table->n_columns;

	if (column > 0)
		out_put("  ", 2);
	if (table->clean.len > 0)
		out_put(table->clean.ptr, table->clean.len);
	else
		out_put("-", 1);
	if (column + 1 == table->n_columns)
		out_put("\n", 1);
}

static void
keep_cell(struct out_table *table, enum out_style style)
{
	size_t		 column = table->n_cells % table->n_columns;
	struct cell	*cell;

	cell = arena_push(table->kept, &table->cells, &table->n_cells, &table->cap_cells, sizeof(*cell));
	cell->text = arena_strndup(table->kept, buf_str(&table->clean), table->clean.len);
	cell->len = table->clean.len;
	cell->width = text_width(cell->text, cell->len);
	cell->style = style;
	if (cell->width > table->widths[column])
		table->widths[column] = cell->width;
}

void
out_cell(struct out_table *table, const char *text, enum out_style style)
{
	buf_clear(&table->clean);
	text_clean(text, &table->clean);
	if (!table->out->terminal) {
		pipe_cell(table);
		return;
	}
	if (table->n_cells == TABLE_ROWS_MAX * table->n_columns)
		print_kept(table);
	keep_cell(table, style);
}

void
out_cellf(struct out_table *table, enum out_style style, const char *fmt, ...)
{
	char	 text[MESSAGE_BYTES_MAX];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_cell(table, text, style);
}

void
out_cell_time(struct out_table *table, const char *rfc3339, enum out_style style)
{
	char	 age[TEXT_AGE_BYTES], date[DATE_RFC3339_BYTES];
	int64_t	 when_s;

	if (!moment_read(rfc3339, &when_s))
		out_cell(table, NULL, style);
	else if (table->out->terminal)
		out_cell(table, text_age(when_s, table->out->now_s, age), style);
	else
		out_cell(table, date_format(when_s, date), style);
}

static bool
is_hidden(const struct out_table *table, size_t column)
{
	return table->out->width < table->columns[column].from;
}

/*
 * Shares width among the columns that may be cut: what a column does not need goes to the others, until each
 * has what it needs or its part.
 */
static void
share_width(struct out_table *table, int width)
{
	const struct out_column	*column = table->columns;
	int			*widths = table->widths, shares, part, settled;
	bool			*done;
	size_t			 i;

	done = arena_zalloc(table->kept, table->n_columns * sizeof(*done));
	for (i = 0; i < table->n_columns; i++) {
		if (is_hidden(table, i))
			widths[i] = 0;
		else if (i > 0)
			width -= GAP;
		done[i] = column[i].least == 0 || is_hidden(table, i);
	}
	do {
		for (i = 0, shares = 0, part = width; i < table->n_columns; i++) {
			if (done[i])
				part -= widths[i];
			else
				shares += column[i].share;
		}
		for (i = 0, settled = 0; i < table->n_columns; i++) {
			if (done[i] || widths[i] > part * column[i].share / shares)
				continue;
			done[i] = true;
			settled++;
		}
	} while (settled > 0 && shares > 0);
	for (i = 0; i < table->n_columns; i++) {
		if (done[i])
			continue;
		widths[i] = part * column[i].share / shares;
		if (widths[i] < column[i].least)
			widths[i] = column[i].least;
	}
}

static enum text_pad
padding(const struct out_table *table, size_t column)
{
	if (table->columns[column].align == OUT_RIGHT)
		return TEXT_PAD_LEFT;
	while (++column < table->n_columns)
		if (!is_hidden(table, column))
			return TEXT_PAD_RIGHT;
	return TEXT_NO_PAD;
}

static void
print_row(const struct out_table *table, const struct cell *cells, struct buf *line)
{
	int	 left = table->out->width, width;
	size_t	 i;

	buf_clear(line);
	for (i = 0; i < table->n_columns && left > 0; i++) {
		if (is_hidden(table, i))
			continue;
		if (i > 0 && left > GAP) {
			buf_puts(line, "  ");
			left -= GAP;
		}
		width = table->widths[i] < left ? table->widths[i] : left;
		buf_puts(line, out_on(table->out, cells[i].style));
		text_put(cells[i].text, cells[i].len, width, padding(table, i), line);
		if (cells[i].style != OUT_PLAIN)
			buf_puts(line, out_off(table->out));
		left -= width;
	}
	buf_putc(line, '\n');
	out_put(line->ptr, line->len);
}

static void
print_heading(struct out_table *table, struct buf *line)
{
	struct cell	*cells;
	size_t		 i;

	cells = arena_zalloc(table->kept, table->n_columns * sizeof(*cells));
	for (i = 0; i < table->n_columns; i++) {
		cells[i].text = table->columns[i].title;
		cells[i].len = strlen(cells[i].text);
		cells[i].width = (int)cells[i].len;
		cells[i].style = OUT_DIM;
		if (cells[i].width > table->widths[i])
			table->widths[i] = cells[i].width;
	}
	share_width(table, table->out->width);
	print_row(table, cells, line);
}

/* Columns that later rows need wider become so; they do not become narrower. */
static void
print_kept(struct out_table *table)
{
	struct buf	 line = BUF_INIT(JSON_BYTES_MAX);
	size_t		 i;

	if (!table->begun && table->columns[0].title != NULL)
		print_heading(table, &line);
	else
		share_width(table, table->out->width);
	for (i = 0; i + table->n_columns <= table->n_cells; i += table->n_columns)
		print_row(table, table->cells + i, &line);
	table->begun = true;
	table->cells = NULL;
	table->n_cells = table->cap_cells = 0;
	arena_reset(table->kept);
	buf_free(&line);
}

void
out_table_end(struct out_table *table)
{
	if (table->out->terminal && table->n_cells > 0)
		print_kept(table);
	buf_free(&table->clean);
	arena_free(table->kept);
	arena_free(table->arena);
}

/* --- standard error ------------------------------------------------------------------------- */

static void clean_message(const char *fmt, va_list, struct buf *) __attribute__((format(printf, 1, 0)));

static void
clean_message(const char *fmt, va_list ap, struct buf *out)
{
	char	 message[MESSAGE_BYTES_MAX];

	vsnprintf(message, sizeof(message), fmt, ap);
	text_clean(message, out);
}

static void
erase_progress(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

void
out_error(const char *fmt, ...)
{
	struct buf	 clean = BUF_INIT(2 * MESSAGE_BYTES_MAX);
	va_list		 ap;

	va_start(ap, fmt);
	clean_message(fmt, ap, &clean);
	va_end(ap);
	erase_progress();
	fprintf(stderr, "gazette: %s\n", buf_str(&clean));
	buf_free(&clean);
}

bool
out_has_progress(void)
{
	return isatty(STDERR_FILENO) && !is_dumb();
}

void
out_progress(const char *fmt, ...)
{
	struct buf	 clean = BUF_INIT(2 * MESSAGE_BYTES_MAX), line = BUF_INIT(4 * MESSAGE_BYTES_MAX);
	va_list		 ap;

	if (!out_has_progress() || moment_now_ms() - start_ms < PROGRESS_AFTER_MS)
		return;
	va_start(ap, fmt);
	clean_message(fmt, ap, &clean);
	va_end(ap);
	text_put(buf_str(&clean), clean.len, columns_of(STDERR_FILENO) - 1, TEXT_NO_PAD, &line);
	fprintf(stderr, "\r\033[K%s", buf_str(&line));
	fflush(stderr);
	progress_shown = true;
	buf_free(&clean);
	buf_free(&line);
}

bool
out_progress_shown(void)
{
	return progress_shown;
}

bool
out_waiting(void)
{
	if (!progress_shown)
		out_progress("waiting for the daemon");
	return progress_shown;
}

void
out_progress_end(void)
{
	erase_progress();
	fflush(stderr);
}
