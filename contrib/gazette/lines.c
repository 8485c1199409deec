#include "contrib/gazette/lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"
#include "contrib/gazette/theme.h"

enum { FIRST_ROWS = 8 };

static void *
grow(void *memory, size_t *cap, size_t size)
{
	*cap = *cap != 0 ? 2 * *cap : FIRST_ROWS;
	memory = reallocarray(memory, *cap, size);
	if (memory == NULL)
		abort();
	return memory;
}

void
lines_free(struct lines *l)
{
	buf_free(&l->text);
	free(l->rows);
	free(l->spans);
	*l = (struct lines){ 0 };
}

void
lines_clear(struct lines *l)
{
	l->text.max = SIZE_MAX / 2;
	buf_clear(&l->text);
	l->count = l->n_spans = 0;
	l->open = (struct lines_row){ 0 };
}

static bool
is_alike(const struct lines_span *one, const struct lines_span *two)
{
	return one->style == two->style && one->foreground == two->foreground && one->background == two->background;
}

static void
put_span(struct lines *l, struct lines_span span, const char *ptr)
{
	struct lines_row *open = &l->open;

	if (span.len == 0)
		return;
	buf_put(&l->text, ptr, span.len);
	open->len += span.len;
	if (open->n_spans != 0 && is_alike(&l->spans[l->n_spans - 1], &span)) {
		l->spans[l->n_spans - 1].len += span.len;
		return;
	}
	if (l->n_spans == l->cap_spans)
		l->spans = grow(l->spans, &l->cap_spans, sizeof(*l->spans));
	l->spans[l->n_spans++] = span;
	open->n_spans++;
}

void
lines_put(struct lines *l, unsigned style, const char *ptr, size_t len)
{
	put_span(l, (struct lines_span){ .len = len, .style = style }, ptr);
}

void
lines_paint(struct lines *l, const struct theme_style *as, const char *ptr, size_t len)
{
	put_span(l, (struct lines_span){ .len = len, .style = TERM_PAINTED | as->attributes, .foreground = as->foreground,
	    .background = as->background }, ptr);
}

void
lines_puts(struct lines *l, unsigned style, const char *str)
{
	lines_put(l, style, str, strlen(str));
}

void
lines_fill(struct lines *l, unsigned style, const char *str, int times)
{
	for (; times > 0; times--)
		lines_puts(l, style, str);
}

void
lines_lead(struct lines *l)
{
	l->open.lead = l->open.len;
}

void
lines_trim(struct lines *l)
{
	struct lines_row *open = &l->open;

	while (open->len != 0 && l->text.ptr[l->text.len - 1] == ' ') {
		l->text.len--;
		open->len--;
		if (--l->spans[l->n_spans - 1].len == 0) {
			l->n_spans--;
			open->n_spans--;
		}
	}
}

void
lines_end(struct lines *l, unsigned flags)
{
	if (l->count == l->cap)
		l->rows = grow(l->rows, &l->cap, sizeof(*l->rows));
	l->open.flags = flags;
	l->rows[l->count++] = l->open;
	l->open = (struct lines_row){ .offset = l->text.len, .span = l->n_spans };
}

void
lines_join(struct lines *l, const struct lines *from, size_t row)
{
	const struct lines_row *line = &from->rows[row];
	const char *text = lines_text(from, row);

	for (size_t at = 0; at < line->n_spans; at++) {
		const struct lines_span *span = &from->spans[line->span + at];

		put_span(l, *span, text);
		text += span->len;
	}
}

const char *
lines_text(const struct lines *l, size_t row)
{
	return l->text.ptr != NULL ? l->text.ptr + l->rows[row].offset : "";
}

int
lines_columns(const struct lines *l, size_t row)
{
	return text_width(lines_text(l, row), l->rows[row].len);
}
