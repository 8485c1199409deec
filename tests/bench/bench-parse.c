/*
 * bench-parse - how fast feeds become the document model, sanitised and hashed, as a ratio to libxml2's SAX2 push
 * parser with handlers that do nothing, over the same bytes in the same run.
 *
 *	bench-parse [-r ROUNDS] FILE...		(or the names on standard input with -)
 *
 * Everything is in memory first and goes in pieces of 16 KiB, as from a socket. The two take turns; the
 * medians of CPU time count. JSON feeds are left out, since libxml2 would refuse them at once.
 */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "feeds/base/buf.h"
#include "feeds/parser.h"

enum { PIECE_BYTES = 16 * 1024, FILE_BYTES_MAX = 1 << 28, ROUNDS = 9, ROUNDS_MAX = 1000, NAME_BYTES = 4096 };

struct corpus { struct buf *docs; size_t n_docs, bytes, entries; };

static volatile uint64_t sink;

/* --- libxml2 ------------------------------------------------------------------------------------------------- */

static void
no_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
    const xmlChar **namespaces, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	(void)ctx, (void)local, (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_attrs;
	(void)n_defaulted, (void)attrs;
}

static void
no_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	(void)ctx, (void)local, (void)prefix, (void)uri;
}

static void
no_text(void *ctx, const xmlChar *text, int len)
{
	(void)ctx, (void)text, (void)len;
}

static void
run_libxml2(struct corpus *corpus, const struct buf *doc)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = no_start, .endElementNs = no_end,
	    .characters = no_text, .cdataBlock = no_text };
	xmlParserCtxtPtr ctxt = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
	size_t at, take;

	(void)corpus;
	xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	for (at = 0; at < doc->len; at += take) {
		take = doc->len - at < PIECE_BYTES ? doc->len - at : PIECE_BYTES;
		xmlParseChunk(ctxt, doc->ptr + at, (int)take, 0);
	}
	xmlParseChunk(ctxt, NULL, 0, 1);
	xmlFreeParserCtxt(ctxt);
}

/* --- ours ------------------------------------------------------------------------------------------------------ */

static void
on_entry(void *arg, const struct doc_entry *entry)
{
	struct corpus *corpus = arg;

	corpus->entries++;
	sink += entry->content_hash;
}

static void
run_ours(struct corpus *corpus, const struct buf *doc)
{
	static const struct hash_key key = { 1, 2 };
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct feed_parser *parser;
	size_t at, take;

	opt.url = "http://example.org/feed";
	opt.content_key = &key;
	parser = feed_parser_new(&opt, on_entry, corpus);
	for (at = 0; at < doc->len; at += take) {
		take = doc->len - at < PIECE_BYTES ? doc->len - at : PIECE_BYTES;
		feed_parser_push(parser, doc->ptr + at, take);
	}
	feed_parser_finish(parser);
	feed_parser_free(parser);
}

/* --- measuring --------------------------------------------------------------------------------------------------- */

static void
add(struct corpus *corpus, const char *path)
{
	struct buf doc = BUF_INIT(FILE_BYTES_MAX);
	FILE *fp = fopen(path, "rb");
	char *room;
	size_t n;

	if (fp == NULL) {
		perror(path);
		exit(2);
	}
	do {
		room = buf_reserve(&doc, PIECE_BYTES);
		n = room != NULL ? fread(room, 1, PIECE_BYTES, fp) : 0;
		doc.len += n;
	} while (n != 0);
	fclose(fp);
	if (doc.len == 0 || *doc.ptr == '{') {
		buf_free(&doc);
		return;
	}
	corpus->docs = realloc(corpus->docs, (corpus->n_docs + 1) * sizeof(doc));
	if (corpus->docs == NULL)
		abort();
	corpus->docs[corpus->n_docs++] = doc;
	corpus->bytes += doc.len;
}

static double
seconds(struct corpus *corpus, void (*run)(struct corpus *, const struct buf *))
{
	struct timespec from, to;
	size_t i;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (i = 0; i < corpus->n_docs; i++)
		run(corpus, &corpus->docs[i]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static void
measure(struct corpus *corpus, size_t rounds)
{
	double floors[ROUNDS_MAX], ours[ROUNDS_MAX];
	size_t i;

	for (i = 0; i < rounds; i++) {
		floors[i] = seconds(corpus, run_libxml2);
		ours[i] = seconds(corpus, run_ours);
	}
	qsort(floors, rounds, sizeof(floors[0]), compare);
	qsort(ours, rounds, sizeof(ours[0]), compare);
	printf("{\"documents\":%zu,\"bytes\":%zu,\"entries\":%zu,\"libxml2_mb_per_s\":%.1f,\"mb_per_s\":%.1f,\"ratio\":%.3f}\n",
	    corpus->n_docs, corpus->bytes, corpus->entries / rounds, (double)corpus->bytes / floors[rounds / 2] / 1e6,
	    (double)corpus->bytes / ours[rounds / 2] / 1e6, floors[rounds / 2] / ours[rounds / 2]);
}

static void
add_listed(struct corpus *corpus)
{
	char line[NAME_BYTES];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		add(corpus, line);
	}
}

int
main(int argc, char **argv)
{
	struct corpus corpus = { NULL, 0, 0, 0 };
	size_t rounds = ROUNDS, i;
	int chr;

	while ((chr = getopt(argc, argv, "r:")) != -1) {
		rounds = chr == 'r' ? strtoul(optarg, NULL, 10) : 0;
		if (rounds == 0 || rounds > ROUNDS_MAX)
			break;
	}
	if (rounds == 0 || rounds > ROUNDS_MAX || optind == argc) {
		fputs("usage: bench-parse [-r ROUNDS] FILE...\n", stderr);
		return 2;
	}
	if (optind + 1 == argc && strcmp(argv[optind], "-") == 0)
		add_listed(&corpus);
	else
		for (; optind < argc; optind++)
			add(&corpus, argv[optind]);
	if (corpus.n_docs != 0)
		measure(&corpus, rounds);
	for (i = 0; i < corpus.n_docs; i++)
		buf_free(&corpus.docs[i]);
	free(corpus.docs);
	return corpus.n_docs != 0 ? 0 : 2;
}
