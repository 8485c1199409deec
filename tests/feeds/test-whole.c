/*
 * Whole documents and all that becomes of them, as tests/feeds/whole/ has it: files of sections
 *
 *	=== KIND
 *	a document, or what stands inside one of that kind
 *	---
 *	the items, then the feed, one member a line
 *
 * A row of the other tests says what must be there; these say that nothing else is. With a file's name test-whole writes
 * the file anew, with what comes out now: read the difference before you keep it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/feed-dump.h"
#include "tests/feeds/feed-rows.h"

enum { OUT_BYTES = 1 << 24, PATH_BYTES = 4096 };

static const struct { const char *name, *head, *tail; } kinds[] = {
	{ "document", "", "" },
	{ "rss", "<rss version='2.0'" FEED_NAMESPACES "><channel>", "</channel></rss>" },
	{ "item", "<rss version='2.0'" FEED_NAMESPACES "><channel><item>", "</item></channel></rss>" },
	{ "html", "<rss version='2.0'" FEED_NAMESPACES "><channel><item><link>http://i.example/p/q</link><content:encoded><![CDATA[",
	    "]]></content:encoded></item></channel></rss>" },
	{ "atom", "<feed xmlns='http://www.w3.org/2005/Atom'" FEED_NAMESPACES ">", "</feed>" },
	{ "atom03", "<feed version='0.3' xmlns='http://purl.org/atom/ns#'" FEED_NAMESPACES ">", "</feed>" },
	{ "entry", "<feed xmlns='http://www.w3.org/2005/Atom'" FEED_NAMESPACES "><entry>", "</entry></feed>" },
	{ "entry03", "<feed version='0.3' xmlns='http://purl.org/atom/ns#'" FEED_NAMESPACES "><entry>", "</entry></feed>" },
	{ "rdf", "<rdf:RDF xmlns='http://purl.org/rss/1.0/'" FEED_NAMESPACES ">", "</rdf:RDF>" },
	{ "rdf-channel", "<rdf:RDF xmlns='http://purl.org/rss/1.0/'" FEED_NAMESPACES "><channel>", "</channel></rdf:RDF>" },
	{ "rdf-item", "<rdf:RDF xmlns='http://purl.org/rss/1.0/'" FEED_NAMESPACES "><channel/><item>", "</item></rdf:RDF>" },
};

static const char *const files[] = {
	"atom.txt", "broken.txt", "dates.txt", "feed.txt", "geo.txt", "html.txt", "item.txt", "json.txt", "modules-feed.txt",
	"modules-item.txt", "names.txt"
};

static void
indent(struct buf *out, unsigned depth)
{
	buf_putc(out, '\n');
	while (depth-- != 0)
		buf_putc(out, '\t');
}

/* JSON with one member a line. */
static void
spread(const char *text, struct buf *out)
{
	bool string = false;
	unsigned depth = 0;

	for (; *text != '\0'; text++) {
		if (!string && strchr("}]", *text) != NULL)
			indent(out, --depth);
		buf_putc(out, *text);
		if (string && *text == '\\')
			buf_putc(out, *++text);
		else if (*text == '"')
			string = !string;
		else if (!string && strchr("{[", *text) != NULL)
			indent(out, ++depth);
		else if (!string && *text == ',')
			indent(out, depth);
	}
}

static size_t
kind_of(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, line, len) == 0)
			return i;
	fail_msg("no such kind: %.*s", (int)len, line);
	return 0;
}

/* A section: the kind's line, the document, the mark, what is expected; each begins where the last ends. */
struct section { const char *kind, *body, *mark, *want, *end; };

static const char *
find(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	return at != NULL ? at + 1 : text + strlen(text);
}

static bool
next_section(const char *text, struct section *section)
{
	if (strncmp(text, "=== ", 4) != 0)
		return false;
	section->kind = text + 4;
	section->body = text + strcspn(text, "\n") + 1;
	section->mark = find(section->body - 1, "\n---\n");
	if (*section->mark == '\0')
		return false;
	section->want = section->mark + 4;
	section->end = find(section->want - 1, "\n=== ");
	return true;
}

static void
run(const struct section *section, size_t chunk, struct buf *out)
{
	size_t kind = kind_of(section->kind, (size_t)(section->body - section->kind) - 1);
	struct feed_options opt = FEED_OPTIONS_INIT;
	struct buf doc = BUF_INIT(OUT_BYTES), text = BUF_INIT(OUT_BYTES);

	opt.url = "http://u.example/d/f";
	buf_puts(&doc, kinds[kind].head);
	if (section->mark != section->body)
		buf_put(&doc, section->body, (size_t)(section->mark - section->body) - 1);
	buf_puts(&doc, kinds[kind].tail);
	feed_dump(doc.ptr, doc.len, chunk, &opt, &text);
	spread(buf_str(&text), out);
	buf_free(&doc);
	buf_free(&text);
}

static const char *
read_file(const char *path, struct buf *text)
{
	feed_dump_file(path, text);
	return buf_str(text);
}

static unsigned
check_file(const char *path)
{
	struct buf text = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
	const char *at = read_file(path, &text);
	struct section section;
	unsigned failed = 0, n;

	for (n = 1; next_section(at, &section); n++, at = section.end)
		for (size_t chunk = 0; chunk < 2; chunk++) {
			buf_clear(&out);
			run(&section, chunk, &out);
			if (out.len == (size_t)(section.end - section.want) && memcmp(out.ptr, section.want, out.len) == 0)
				continue;
			print_error("%s, section %u, in pieces of %zu:\n%.*sis\n%sinstead of\n%.*s\n", path, n, chunk,
			    (int)(section.mark - section.body), section.body, buf_str(&out), (int)(section.end - section.want), section.want);
			failed++;
		}
	if (n < 10 || *at != '\0')
		fail_msg("%s: only %u sections, then: %.60s", path, n - 1, at);
	buf_free(&text);
	buf_free(&out);
	return failed;
}

static void
test_files(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[PATH_BYTES];
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/tests/feeds/whole/%s", top != NULL ? top : ".", files[i]);
		failed += check_file(path);
	}
	assert_int_equal(failed, 0);
}

static int
write_file(const char *path)
{
	struct buf text = BUF_INIT(OUT_BYTES), out = BUF_INIT(OUT_BYTES);
	const char *at = read_file(path, &text);
	struct section section;
	FILE *file;

	for (; next_section(at, &section); at = section.end) {
		buf_put(&out, at, (size_t)(section.want - at));
		run(&section, 0, &out);
	}
	buf_puts(&out, at);
	file = fopen(path, "w");
	if (file == NULL || fwrite(out.ptr, 1, out.len, file) != out.len || fclose(file) != 0)
		return EXIT_FAILURE;
	buf_free(&text);
	buf_free(&out);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_files) };

	return argc > 1 ? write_file(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
