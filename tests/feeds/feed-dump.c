#include "tests/feeds/feed-dump.h"

#include <stdio.h>
#include <stdlib.h>

#include "feeds/feedjson.h"

static void
on_entry(void *arg, const struct doc_entry *entry)
{
	struct buf *out = arg;
	struct json json = JSON_INIT(out);

	feedjson_item(&json, entry);
	buf_putc(out, '\n');
}

int
feed_dump(const void *bytes, size_t len, size_t chunk, const struct feed_options *opt, struct buf *out)
{
	struct feed_parser *parser = feed_parser_new(opt, on_entry, out);
	struct json json = JSON_INIT(out);
	const struct feed_candidate *candidates;
	const char *pos = bytes;
	size_t take, n, i;
	int rc;

	for (; len != 0; pos += take, len -= take) {
		take = chunk == 0 || chunk > len ? len : chunk;
		feed_parser_push(parser, pos, take);
	}
	rc = feed_parser_finish(parser);
	if (rc == FEED_OK) {
		json_put_object(&json, NULL);
		feedjson_feed(&json, feed_parser_feed(parser));
		json_end(&json);
	} else
		buf_printf(out, "error %d: %s", rc, feed_parser_message(parser));
	buf_putc(out, '\n');
	candidates = feed_parser_candidates(parser, &n);
	for (i = 0; i < n; i++) {
		buf_printf(out, "candidate %zu: ", i);
		buf_puts(out, candidates[i].url);
		buf_putc(out, '\n');
	}
	feed_parser_free(parser);
	return rc;
}

void
feed_dump_file(const char *path, struct buf *out)
{
	FILE *fp = fopen(path, "rb");
	char *room;
	size_t n;

	if (fp == NULL) {
		perror(path);
		abort();
	}
	do {
		room = buf_reserve(out, 65536);
		if (room == NULL)
			abort();
		n = fread(room, 1, 65536, fp);
		out->len += n;
	} while (n != 0);
	fclose(fp);
}
