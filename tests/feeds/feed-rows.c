#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/feed-dump.h"
#include "tests/feeds/feed-rows.h"

static unsigned
check_wants(const char *name, const char *const *wants, const char *text)
{
	unsigned failed = 0;
	bool absent;
	size_t i;

	for (i = 0; i < FEED_ROW_WANTS && wants[i] != NULL; i++) {
		absent = wants[i][0] == '!';
		if ((strstr(text, wants[i] + absent) != NULL) == absent) {
			print_error("%s: %s %s\n  in %s", name, absent ? "there is" : "no", wants[i] + absent, text);
			failed++;
		}
	}
	return failed;
}

static unsigned
check_row(const struct feed_row_bytes *row)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf whole = BUF_INIT(1 << 26), bytes = BUF_INIT(1 << 26);
	size_t len = row->len != 0 ? row->len : strlen(row->doc);
	unsigned failed;

	opt.url = row->url;
	opt.content_type = row->type;
	feed_dump(row->doc, len, 0, &opt, &whole);
	feed_dump(row->doc, len, 1, &opt, &bytes);
	failed = check_wants(row->name, row->want, buf_str(&whole));
	if (strcmp(buf_str(&whole), buf_str(&bytes)) != 0) {
		print_error("%s: byte by byte it is another document:\n%s%s", row->name, whole.ptr, bytes.ptr);
		failed++;
	}
	buf_free(&whole);
	buf_free(&bytes);
	return failed;
}

void
feed_rows_check_bytes(const struct feed_row_bytes *rows, size_t count)
{
	unsigned failed = 0;
	size_t i;

	for (i = 0; i < count; i++)
		failed += check_row(&rows[i]);
	assert_int_equal(failed, 0);
}

void
feed_rows_check(const struct feed_row *rows, size_t count)
{
	unsigned failed = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		struct feed_row_bytes row = { rows[i].name, rows[i].doc, 0, "http://u.example/d/f", NULL, { NULL } };

		memcpy(row.want, rows[i].want, sizeof(row.want));
		failed += check_row(&row);
	}
	assert_int_equal(failed, 0);
}
