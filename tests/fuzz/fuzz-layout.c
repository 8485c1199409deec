/* Any HTML is laid out for any width, no line of it wider than that; terminals obey nothing of it. */
#include <stdint.h>
#include <stdlib.h>

#include "contrib/gazette/layout.h"
#include "contrib/gazette/search.h"
#include "contrib/gazette/text.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct lines *lines, int cols)
{
	uint32_t code;

	for (size_t row = 0; row < lines->count; row++) {
		const char *text = lines_text(lines, row);

		for (size_t at = 0; at < lines->rows[row].len; at += utf8_decode(text + at, lines->rows[row].len - at, &code))
			if (utf8_decode(text + at, lines->rows[row].len - at, &code) == 0 || !shown_is_safe(code))
				abort();
		if (lines_columns(lines, row) > cols)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int widths[] = { 10, 11, 33, 80, 200 };

	text_locale();
	for (size_t plain = 0; plain < 2; plain++) {
		struct body body = { 0 };
		struct lines lines = { 0 };
		struct search search = { 0 };

		(plain != 0 ? body_plain : body_html)(&body, (const char *)data, size);
		for (size_t at = 0; at < sizeof(widths) / sizeof(widths[0]); at++) {
			lines_clear(&lines);
			layout_body(&body, &(struct layout){ .cols = widths[at], .wrap_code = true }, &lines);
			check(&lines, widths[at]);
		}
		search_find(&search, &lines, "e t");
		search_clear(&search);
		lines_free(&lines);
		body_free(&body);
	}
	return 0;
}
