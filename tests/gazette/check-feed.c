/*
 * check-feed - prints which rules of its format a document breaks (valid.h), and exits with 1 if there is one.
 *
 *	check-feed atom|rss|jsonfeed <FILE
 */
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "feeds/base/buf.h"
#include "tests/gazette/valid.h"

enum { READ_BYTES = 64 * 1024 };

static const struct { const char *name; void (*check)(const char *, size_t, struct buf *); } formats[] = {
	{ "atom", valid_atom }, { "rss", valid_rss }, { "jsonfeed", valid_jsonfeed }
};

/* Whether it breaks one. */
static bool
check(size_t format)
{
	struct buf	 text = BUF_INIT(SIZE_MAX), why = BUF_INIT(SIZE_MAX);
	size_t		 got;
	bool		 wrong;

	do {
		got = fread(buf_reserve(&text, READ_BYTES), 1, READ_BYTES, stdin);
		text.len += got;
	} while (got > 0);
	formats[format].check(buf_str(&text), text.len, &why);
	fputs(buf_str(&why), stdout);
	wrong = why.len > 0;
	buf_free(&text);
	buf_free(&why);
	return wrong;
}

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (argc == 2 && strcmp(formats[i].name, argv[1]) == 0)
			return check(i);
	errx(2, "usage: check-feed atom|rss|jsonfeed");
}
