#include "contrib/gazette/format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

enum { TEXT_BYTES = 1 << 20 };

/* One % of a format, taken apart. */
struct spec { bool left; int width; char letter; size_t len; };

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

static struct spec
read_spec(const char *at)
{
	struct spec spec = { .len = 1 };

	spec.left = at[spec.len] == '-';
	spec.len += spec.left;
	while (isdigit((unsigned char)at[spec.len]) && spec.width <= FORMAT_WIDTH_MAX)
		spec.width = 10 * spec.width + (at[spec.len++] - '0');
	spec.letter = at[spec.len];
	spec.len += spec.letter != '\0';
	return spec;
}

bool
format_check(const char *format, const char *letters)
{
	size_t pieces = 0;

	while (*format != '\0') {
		struct spec spec = { .len = strcspn(format, "%") };

		pieces++;
		if (spec.len == 0) {
			spec = read_spec(format);
			if (spec.letter == '\0' || spec.width > FORMAT_WIDTH_MAX || strchr(letters, spec.letter) == NULL)
				if (spec.letter == '\0' || strchr("%>", spec.letter) == NULL || spec.len != 2)
					return false;
		}
		format += spec.len;
	}
	return pieces <= FORMAT_PIECES_MAX;
}

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

static void
read_pieces(struct line *line, const char *format, format_field field, void *arg)
{
	while (*format != '\0') {
		struct piece piece = { .offset = line->text.len };
		struct spec spec = { .len = strcspn(format, "%") };

		if (spec.len == 0) {
			spec = read_spec(format);
			piece.fixed = spec.width != 0;
			piece.cols = spec.width;
			piece.right = !spec.left;
			piece.fill = spec.letter == '>';
			if (spec.letter == '%')
				buf_putc(&line->text, '%');
			else if (!piece.fill)
				piece.style = field(arg, spec.letter, &line->text);
		} else {
			buf_put(&line->text, format, spec.len);
			piece.fixed = true;
			piece.cols = text_width(format, spec.len);
		}
		add_piece(line, piece);
		format += spec.len;
	}
}

static struct piece *
longest(struct line *line)
{
	struct piece *found = NULL;

	for (size_t at = 0; at < line->count; at++)
		if (!line->pieces[at].fixed && (found == NULL || line->pieces[at].cols > found->cols))
			found = &line->pieces[at];
	return found;
}

/* Makes the line as wide as the area: what is too much is cut, what is too little goes to the first fill, else to the last piece. */
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

static void
draw_piece(struct line *line, const struct piece *piece, struct area area, int row, int col, unsigned flags)
{
	const char *text = buf_str(&line->text) + piece->offset;
	struct buf padded = BUF_INIT(TEXT_BYTES);
	int width = piece->cols < area.cols - col ? piece->cols : area.cols - col;

	if (width <= 0)
		return;
	if (piece->right && piece->fixed && piece->wanted < piece->cols)
		text_put(text, piece->len, piece->cols, TEXT_PAD_LEFT, &padded);
	else
		buf_put(&padded, text, piece->len);
	term_text(area.row + row, area.col + col, width, piece->style | flags, buf_str(&padded), padded.len);
	buf_free(&padded);
}

void
format_draw(const char *format, struct area area, int row, unsigned flags, format_field field, void *arg)
{
	struct line line = { .text = BUF_INIT(TEXT_BYTES) };
	int col = 0;

	if (row >= area.rows)
		return;
	read_pieces(&line, format, field, arg);
	fit(&line, area.cols);
	for (size_t at = 0; at < line.count; at++) {
		draw_piece(&line, &line.pieces[at], area, row, col, flags);
		col += line.pieces[at].cols;
	}
	buf_free(&line.text);
}
