/*
 * layout-show - lines as one text that a test can compare: what is not plain stands in braces behind signs for its style,
 * "one {*:two}{_:three}{L:[1]}"; of pictures attributes and colours as theme.h numbers them, RGB as #rrggbb: "{1 -1 #ff0000:four}".
 */
#ifndef TESTS_GAZETTE_LAYOUT_SHOW_H
#define TESTS_GAZETTE_LAYOUT_SHOW_H

#include "contrib/gazette/lines.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/theme.h"

static const struct { unsigned style; char sign; } layout_signs[] = {
	{ TERM_DIM, 'd' }, { TERM_HEAD, 'T' }, { TERM_QUOTE, 'Q' }, { TERM_LINK, 'L' }, { TERM_BORDER, 'B' }, { TERM_HEADING, 'H' },
	{ TERM_SUBHEADING, 'h' }, { TERM_PRE, 'P' }, { TERM_CAPTION, 'C' }, { TERM_TAG, 't' }, { TERM_ERROR, 'E' }
}, layout_flags[] = {
	{ TERM_STRONG, '*' }, { TERM_EMPHASIS, '/' }, { TERM_UNDERLINED, 'u' }, { TERM_CODE, '`' }, { TERM_STRUCK, '-' },
	{ TERM_ANCHOR, '_' }, { TERM_MARKED, 'm' }, { TERM_ADDED, 'A' }, { TERM_REMOVED, 'R' }, { TERM_MATCH, 'M' },
	{ TERM_CURRENT, 'N' }
};

static inline void
layout_show_span(unsigned style, const char *text, size_t len, struct buf *out)
{
	if (style == TERM_PLAIN) {
		buf_put(out, text, len);
		return;
	}
	buf_putc(out, '{');
	for (size_t row = 0; row < sizeof(layout_signs) / sizeof(layout_signs[0]); row++)
		if (layout_signs[row].style == (style & (TERM_SELECTED - 1)))
			buf_putc(out, layout_signs[row].sign);
	for (size_t row = 0; row < sizeof(layout_flags) / sizeof(layout_flags[0]); row++)
		if ((style & layout_flags[row].style) != 0)
			buf_putc(out, layout_flags[row].sign);
	buf_putc(out, ':');
	buf_put(out, text, len);
	buf_putc(out, '}');
}

static inline void
layout_show_colour(int colour, struct buf *out)
{
	buf_printf(out, (colour & THEME_RGB) != 0 && colour != THEME_DEFAULT ? " #%06x" : " %d",
	    colour != THEME_DEFAULT ? colour & ~THEME_RGB : colour);
}

static inline void
layout_show_painted(const struct lines_span *span, const char *text, struct buf *out)
{
	buf_printf(out, "{%u", span->style & ~(unsigned)TERM_PAINTED);
	layout_show_colour(span->foreground, out);
	layout_show_colour(span->background, out);
	buf_printf(out, ":%.*s}", (int)span->len, text);
}

static inline void
layout_show(const struct lines *lines, struct buf *out)
{
	for (size_t row = 0; row < lines->count; row++) {
		const char *text = lines_text(lines, row);

		for (size_t at = 0; at < lines->rows[row].n_spans; at++) {
			const struct lines_span *span = &lines->spans[lines->rows[row].span + at];

			if ((span->style & TERM_PAINTED) != 0)
				layout_show_painted(span, text, out);
			else
				layout_show_span(span->style, text, span->len, out);
			text += span->len;
		}
		buf_putc(out, '\n');
	}
}

#endif
