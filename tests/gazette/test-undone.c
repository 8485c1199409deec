/* What undo has taken back, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/text.h"
#include "contrib/gazette/undone.h"

enum { NOW_S = 1764078000 /* 2025-11-25T13:40:00Z */, TEXT_BYTES = 1000 };

static const struct { const char *operation, *text; } rows[] = {
	{ "{\"items\":214,\"added\":[],\"removed\":[\"unread\"],\"feed\":3,\"feed_title\":\"World news\",\"query\":\"feed:3\"}",
	    "marked read, 214 entries of \"World news\"" },
	{ "{\"items\":1,\"added\":[\"starred\"],\"removed\":[],\"item\":5,\"title\":\"A \\u202e title\",\"feed_title\":\"B\"}",
	    "starred, \"A title\" of \"B\"" },
	/* the entry is gone, or has no title */
	{ "{\"items\":1,\"added\":[],\"removed\":[\"starred\"],\"item\":5,\"feed\":3}", "unstarred, entry 5" },
	{ "{\"items\":1,\"added\":[\"unread\"],\"removed\":[],\"item\":5,\"title\":\"\",\"feed_title\":\"B\"}", "marked unread, entry 5 of \"B\"" },
	{ "{\"items\":2,\"added\":[\"later\"],\"removed\":[\"unread\",\"old\"],\"query\":\"is:unread\\u0007 tag:x\"}",
	    "marked read, -old, +later, 2 entries of is:unread tag:x" },
	{ "{\"items\":2,\"added\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"],\"removed\":[]}", "+a, +b, +c, +d, +e and 2 more, 2 entries" },
	{ "{\"items\":1,\"added\":[\"a\"]}", "+a, 1 entry" },
	/* when */
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-25T13:39:01Z\"}", "+a, 2 entries" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-25T13:37:00Z\"}", "+a, 2 entries (3m ago)" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-24T13:37:00Z\"}", "+a, 2 entries (1d ago)" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-08T13:37:00Z\"}", "+a, 2 entries (8 Nov)" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-26T13:37:00Z\"}", "+a, 2 entries" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"nonsense\"}", "+a, 2 entries" },
	/* by whom */
	{ "{\"items\":2,\"added\":[\"a\"],\"user\":0}", "+a, 2 entries (by root)" },
	{ "{\"items\":2,\"added\":[\"a\"],\"user\":3999999999}", "+a, 2 entries (by user 3999999999)" },
	{ "{\"items\":2,\"added\":[\"a\"],\"at\":\"2025-11-25T11:37:00Z\",\"user\":0}", "+a, 2 entries (2h ago, by root)" },
	/* nonsense */
	{ "{\"items\":\"x\",\"added\":[5],\"removed\":7,\"item\":\"y\",\"user\":\"z\",\"query\":3}", "+, 0 entries" },
};

static void
test_rows(void **state)
{
	(void)state;
	text_locale();
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		json_t *operation = json_loads(rows[row].operation, 0, NULL);
		struct buf text = BUF_INIT(TEXT_BYTES);

		assert_non_null(operation);
		undone_text(operation, NOW_S, &text);
		if (strcmp(buf_str(&text), rows[row].text) != 0)
			fail_msg("row %zu: %s\n not %s", row, buf_str(&text), rows[row].text);
		buf_free(&text);
		json_decref(operation);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
