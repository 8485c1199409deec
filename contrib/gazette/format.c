#include "contrib/gazette/format.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

enum { TEXT_BYTES = 1 << 20, FIELDS_BYTES = 128, QUOTED_MAX = 32 };

/* A stretch of a format: text up to the next %, or one % taken apart; of a condition its two sides, else these are empty. */
struct spec {
	enum { TEXT, PERCENT, FILL, FIELD, CONDITION } kind;
	bool		 left;
	int		 width;
	char		 letter;
	size_t		 len;
	const char	*then, *other;
	size_t		 then_len, other_len;
};

/* Where something is wrong; what NULL: nowhere. */
struct mistake { const char *at, *what; };

struct piece {
	size_t	 offset, len;			/* of the text */
	int	 cols, wanted;			/* wanted: before cutting */
	unsigned style;
	bool	 fixed, right, fill;
};

struct line {
	struct piece pieces[FORMAT_PIECES_MAX];
	size_t	 count;
	struct buf text;
};

/* --- reading ------------------------------------------------------------------------------------ */

/* One side of a condition, up to one of these ends; a % and what is behind it stay together. */
static struct mistake
read_side(const char *ptr, size_t len, const char *ends, size_t *side)
{
	size_t at = 0;

	while (at < len && strchr(ends, ptr[at]) == NULL) {
		if (ptr[at] == '%' && at + 1 < len && ptr[at + 1] == '?')
			return (struct mistake){ ptr + at, "no condition stands in another" };
		at += ptr[at] == '%' && at + 1 < len ? 2 : 1;
	}
	*side = at;
	return (struct mistake){ 0 };
}

/* ptr begins with "%?". */
static struct mistake
read_condition(const char *ptr, size_t len, struct spec *spec)
{
	const char *end = ptr + len;
	struct mistake wrong;

	spec->kind = CONDITION;
	if (len < 4 || ptr[3] != '?')
		return (struct mistake){ ptr, "a condition begins with a letter and a ? behind it" };
	spec->letter = ptr[2];
	spec->then = spec->other = ptr + 4;
	wrong = read_side(spec->then, (size_t)(end - spec->then), "&?", &spec->then_len);
	ptr = spec->then + spec->then_len;
	if (wrong.what == NULL && ptr < end && *ptr == '&') {
		spec->other = ptr + 1;
		wrong = read_side(spec->other, (size_t)(end - spec->other), "?", &spec->other_len);
		ptr = spec->other + spec->other_len;
	}
	if (wrong.what == NULL && ptr == end)
		return (struct mistake){ end - len, "the condition is not ended by a ?" };
	spec->len = (size_t)(ptr + 1 - (end - len));
	return wrong;
}

/* ptr begins with a %, and not with a condition. What is wrong, or NULL. */
static const char *
read_percent(const char *ptr, size_t len, struct spec *spec)
{
	size_t at = 1;

	spec->left = len > at && ptr[at] == '-';
	at += spec->left;
	while (at < len && isdigit((unsigned char)ptr[at]) && spec->width <= FORMAT_WIDTH_MAX)
		spec->width = 10 * spec->width + (ptr[at++] - '0');
	if (at == len)
		return "a letter is missing";
	spec->letter = ptr[at];
	spec->len = at + 1;
	spec->kind = spec->letter == '%' ? PERCENT : spec->letter == '>' ? FILL : FIELD;
	if (spec->width > FORMAT_WIDTH_MAX)
		return "a width is too large";
	if (at != 1 && (spec->kind != FIELD || spec->letter == '?'))
		return "only a letter has a width";
	return NULL;
}

/* The stretch that ptr[0..len), which is not empty, begins with. */
static struct mistake
read_spec(const char *ptr, size_t len, struct spec *spec)
{
	const char *percent = memchr(ptr, '%', len);

	*spec = (struct spec){ .kind = TEXT, .len = percent != NULL ? (size_t)(percent - ptr) : len };
	if (spec->len != 0)
		return (struct mistake){ 0 };
	if (len > 1 && ptr[1] == '?')
		return read_condition(ptr, len, spec);
	return (struct mistake){ ptr, read_percent(ptr, len, spec) };
}

/* --- checking ----------------------------------------------------------------------------------- */

static const char	no_letter[] = "there is no such letter";

static struct mistake
check_spec(const char *at, const struct spec *spec, const char *letters, size_t pieces)
{
	struct mistake wrong = { .at = at };

	if (pieces > FORMAT_PIECES_MAX)
		wrong.what = "there are too many parts";
	else if ((spec->kind == FIELD || spec->kind == CONDITION) && strchr(letters, spec->letter) == NULL)
		wrong.what = no_letter;
	return wrong;
}

/* Counts the pieces of both sides of a condition, too. */
static struct mistake
check(const char *ptr, size_t len, const char *letters, size_t *pieces)
{
	struct mistake wrong = { 0 };
	struct spec spec;

	for (; len != 0 && wrong.what == NULL; ptr += spec.len, len -= spec.len) {
		wrong = read_spec(ptr, len, &spec);
		if (wrong.what == NULL)
			wrong = check_spec(ptr, &spec, letters, ++*pieces);
		if (wrong.what == NULL)
			wrong = check(spec.then, spec.then_len, letters, pieces);
		if (wrong.what == NULL)
			wrong = check(spec.other, spec.other_len, letters, pieces);
	}
	return wrong;
}

bool
format_check(const char *format, const char *letters, char why[FORMAT_WHY_BYTES])
{
	size_t pieces = 0;
	struct mistake wrong = check(format, strlen(format), letters, &pieces);
	struct buf fields = BUF_INIT(FIELDS_BYTES);

	if (wrong.what == NULL)
		return true;
	for (const char *letter = letters; wrong.what == no_letter && *letter != '\0'; letter++)
		buf_printf(&fields, "%s%%%c", letter == letters ? "; there are " : " ", *letter);
	snprintf(why, FORMAT_WHY_BYTES, "at byte %zu, '%.*s': %s%s", (size_t)(wrong.at - format) + 1, QUOTED_MAX, wrong.at, wrong.what,
	    buf_str(&fields));
	buf_free(&fields);
	return false;
}

/* --- filling in --------------------------------------------------------------------------------- */

static void
add_piece(struct line *line, struct piece piece)
{
	piece.len = line->text.len - piece.offset;
	piece.wanted = text_width(buf_str(&line->text) + piece.offset, piece.len);
	if (!piece.fixed || (piece.right && piece.wanted > piece.cols))
		piece.cols = piece.wanted;		/* what is filled up on the left are numbers: half of one is another */
	if (line->count < FORMAT_PIECES_MAX)
		line->pieces[line->count++] = piece;
}

static bool
is_something(format_field field, void *arg, char letter)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	const char *str;
	bool something;

	field(arg, letter, &text);
	str = buf_str(&text) + strspn(buf_str(&text), " ");
	something = *str != '\0' && strcmp(str, "0") != 0;
	buf_free(&text);
	return something;
}

static void
read_piece(struct line *line, const struct spec *spec, const char *ptr, format_field field, void *arg)
{
	struct piece piece = {
		.offset = line->text.len, .fixed = spec->width != 0 || spec->kind == TEXT, .cols = spec->width, .right = spec->kind == FIELD && !spec->left,
		.fill = spec->kind == FILL
	};

	if (spec->kind == PERCENT)
		buf_putc(&line->text, '%');
	else if (spec->kind == FIELD)
		piece.style = field(arg, spec->letter, &line->text);
	else if (spec->kind == TEXT) {
		buf_put(&line->text, ptr, spec->len);
		piece.cols = text_width(ptr, spec->len);
	}
	add_piece(line, piece);
}

static void
read_pieces(struct line *line, const char *ptr, size_t len, format_field field, void *arg)
{
	struct spec spec;

	for (; len != 0; ptr += spec.len, len -= spec.len) {
		if (read_spec(ptr, len, &spec).what != NULL)
			return;			/* format_check() has not seen it */
		if (spec.kind != CONDITION)
			read_piece(line, &spec, ptr, field, arg);
		else if (is_something(field, arg, spec.letter))
			read_pieces(line, spec.then, spec.then_len, field, arg);
		else
			read_pieces(line, spec.other, spec.other_len, field, arg);
	}
}

/* --- fitting ------------------------------------------------------------------------------------ */

static struct piece *
longest(struct line *line)
{
	struct piece *found = NULL;

	for (size_t at = 0; at < line->count; at++)
		if (!line->pieces[at].fixed && (found == NULL || line->pieces[at].cols > found->cols))
			found = &line->pieces[at];
	return found;
}

/* Makes the line as wide as that: what is too much is cut, what is too little goes to the first fill, else to the last piece. */
static void
fit(struct line *line, int cols)
{
	struct piece *fill = NULL, *cut = longest(line);
	int sum = 0, least;

	for (size_t at = 0; at < line->count; at++) {
		sum += line->pieces[at].cols;
		if (line->pieces[at].fill && fill == NULL)
			fill = &line->pieces[at];
	}
	if (sum > cols && cut != NULL) {
		least = cut->cols - (sum - cols);
		sum -= cut->cols;
		cut->cols = least > 0 ? least : 0;
		sum += cut->cols;
	}
	if (fill == NULL && line->count != 0)
		fill = &line->pieces[line->count - 1];
	if (sum < cols && fill != NULL)
		fill->cols += cols - sum;
}

/* In so many columns of the line that are left; returns how many it takes. */
static int
put_piece(const struct line *line, const struct piece *piece, int left, struct lines *out)
{
	const char *text = line->text.ptr + piece->offset;
	struct buf padded = BUF_INIT(TEXT_BYTES);
	bool right = piece->right && piece->fixed && piece->wanted < piece->cols;
	int width = piece->cols < left ? piece->cols : left;

	if (width <= 0)
		return 0;
	text_put(piece->len != 0 ? text : "", piece->len, width, right ? TEXT_PAD_LEFT : TEXT_PAD_RIGHT, &padded);
	lines_put(out, piece->style, buf_str(&padded), padded.len);
	buf_free(&padded);
	return width;
}

void
format_line(const char *format, int cols, format_field field, void *arg, struct lines *out)
{
	struct line line = { .text = BUF_INIT(TEXT_BYTES) };
	int left = cols;

	read_pieces(&line, format, strlen(format), field, arg);
	fit(&line, cols);
	for (size_t at = 0; at < line.count; at++)
		left -= put_piece(&line, &line.pieces[at], left, out);
	lines_fill(out, TERM_PLAIN, " ", left);
	lines_end(out, 0);
	buf_free(&line.text);
}

void
format_draw(const char *format, struct area area, int row, unsigned flags, format_field field, void *arg)
{
	struct lines lines = { 0 };
	size_t offset = 0;
	int col = 0;

	if (row >= area.rows)
		return;
	lines_clear(&lines);
	format_line(format, area.cols, field, arg, &lines);
	for (size_t span = 0; span < lines.n_spans; span++) {
		const char *text = lines.text.ptr + offset;
		int width = text_width(text, lines.spans[span].len);

		term_text(area.row + row, area.col + col, width, lines.spans[span].style | flags, text, lines.spans[span].len);
		offset += lines.spans[span].len;
		col += width;
	}
	lines_free(&lines);
}
