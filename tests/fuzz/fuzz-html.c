/* Sanitised HTML is sanitised for good; text has no control characters that a terminal would obey. */
#include <stdint.h>
#include <stdlib.h>

#include "feeds/base/utf8.h"
#include "feeds/html.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct html_options opt = { .base = "http://example.org/a/b", .depth_max = 8 };
	struct buf once = BUF_INIT(1 << 28), twice = BUF_INIT(1 << 28), text = BUF_INIT(1 << 28), links = BUF_INIT(1 << 28);

	html_sniff((const char *)data, size);
	html_to_line((const char *)data, size, &text);
	html_to_text((const char *)data, size, &text, &links);
	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] >= 0 && text.ptr[i] < ' ' && text.ptr[i] != '\n' && text.ptr[i] != '\t') || text.ptr[i] == 0x7f)
			abort();
	html_sanitise((const char *)data, size, &opt, &once, NULL);
	html_sanitise(once.ptr, once.len, &opt, &twice, NULL);
	if (utf8_valid((const char *)data, size) && (twice.len != once.len || memcmp(buf_str(&once), buf_str(&twice), once.len) != 0))
		abort();
	buf_free(&once), buf_free(&twice), buf_free(&text), buf_free(&links);
	return 0;
}
