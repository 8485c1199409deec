/*
 * feed2json - any feed in, one JSON Feed 1.1 document out. The man page is the specification.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feeds/feedjson.h"
#include "feeds/parser.h"

enum { EXIT_NO_FEED = 1, EXIT_TROUBLE = 2, CHUNK_BYTES = 64 * 1024 };

static bool failed;

static void
write_out(struct buf *buf)
{
	if (fwrite(buf->ptr, 1, buf->len, stdout) != buf->len)
		failed = true;
	buf_clear(buf);
}

static struct buf items = { .max = SIZE_MAX / 4 };
static struct json writer = { .out = &items, .full = write_out };

/* Entries are written as they come: the members of the feed, which may still change, follow them. */
static void
on_entry(void *arg, const struct doc_entry *entry)
{
	(void)arg;
	feedjson_item(&writer, entry);
}

static void
begin(void)
{
	json_put_object(&writer, NULL);
	json_put_string(&writer, "version", FEEDJSON_VERSION);
	json_put_array(&writer, "items");
}

static void
end(const struct doc_feed *feed)
{
	json_end(&writer);
	feedjson_feed(&writer, feed);
	json_end(&writer);
	buf_putc(&items, '\n');
	write_out(&items);
}

static int
usage(void)
{
	fputs("usage: feed2json [-u URL] [-t CONTENT-TYPE] [FILE]\n", stderr);
	return EXIT_TROUBLE;
}

static int
trouble(const char *what)
{
	fprintf(stderr, "feed2json: %s: %s\n", what, strerror(errno));
	return EXIT_TROUBLE;
}

static int
convert(struct feed_parser *parser, FILE *in, const char *name)
{
	static char chunk[CHUNK_BYTES];
	int rc = FEED_OK;
	size_t n;

	begin();
	while (rc == FEED_OK && (n = fread(chunk, 1, sizeof(chunk), in)) != 0)
		rc = feed_parser_push(parser, chunk, n);
	if (ferror(in))
		return trouble(name);
	if (feed_parser_finish(parser) != FEED_OK) {
		fprintf(stderr, "feed2json: %s: %s\n", name, feed_parser_message(parser));
		return EXIT_NO_FEED;
	}
	end(feed_parser_feed(parser));
	if (fflush(stdout) != 0 || failed)
		return trouble("standard output");
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct feed_parser *parser;
	const char *name = "standard input";
	FILE *in = stdin;
	int chr, rc;

	while ((chr = getopt(argc, argv, "u:t:")) != -1) {
		switch (chr) {
		case 'u':
			opt.url = *optarg != '\0' ? optarg : NULL;
			break;
		case 't':
			opt.content_type = *optarg != '\0' ? optarg : NULL;
			break;
		default:
			return usage();
		}
	}
	if (argc - optind > 1)
		return usage();
	if (optind < argc) {
		name = argv[optind];
		in = fopen(name, "rb");
		if (in == NULL)
			return trouble(name);
	}
	parser = feed_parser_new(&opt, on_entry, NULL);
	rc = convert(parser, in, name);
	feed_parser_free(parser);
	buf_free(&items);
	if (in != stdin)
		fclose(in);
	return rc;
}
