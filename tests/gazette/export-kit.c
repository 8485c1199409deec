#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/file.h"
#include "contrib/gazette/text.h"
#include "tests/gazette/export-kit.h"

enum { LINES_BYTES_MAX = 1 << 24, PATH_BYTES = 4096 };

int
export_kit_begin(void)
{
	const char	*top = getenv("top_srcdir");
	char		 path[PATH_BYTES];

	setenv("TZ", "UTC", 1);
	text_locale();
	snprintf(path, sizeof(path), "%s/tests/gazette", top != NULL ? top : ".");
	return chdir(path);
}

/* All feeds are known, one of them as one that is gone: nothing is asked. */
static void
know_feeds(struct export *export)
{
	export->feeds[1] = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "id", 1, "url", "https://example.org/feed.xml", "title", "Example",
	    "home_page_url", "https://example.org/", "language", "en", "description", "Examples & more");
	export->feeds[2] = json_pack("{s:i}", "id", 2);
}

void
export_kit_run(const char *path, const struct export_format *format, const struct cmd_options *options, struct buf *out)
{
	struct cmd	 cmd = { .options = options, .out.now_s = EXPORT_KIT_NOW_S, .arena = arena_new(0) };
	struct export	 export;
	struct buf	 lines = BUF_INIT(LINES_BYTES_MAX);
	char		*line, *end;
	json_t		*item;

	export_init(&export, &cmd, format);
	know_feeds(&export);
	assert_int_equal(file_read(path, &lines), 0);
	if (format->begin != NULL)
		format->begin(&export);
	for (line = (char *)(uintptr_t)buf_str(&lines); *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		item = json_loadb(line, (size_t)(end - line), 0, NULL);
		assert_non_null(item);
		format->item(&export, item);
		export.count++;
		arena_reset(export.arena);
		json_decref(item);
	}
	if (format->end != NULL)
		format->end(&export);
	buf_put(out, export.out.ptr, export.out.len);
	export_free(&export);
	arena_free(cmd.arena);
	buf_free(&lines);
}
