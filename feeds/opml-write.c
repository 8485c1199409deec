/*
 * opml-write - OPML 2.0 out: sorted by folder, then as given.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/opml.h"

struct place { const char *folder; size_t index; };	/* folder "": none */

static int
compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = strcmp(a->folder, b->folder);

	return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* For text and attributes; control characters that XML forbids vanish, the others are written by number. */
static void
put_escaped(struct buf *out, const char *str)
{
	static const char *const escapes[128] = {
		[1 ... 31] = "", ['"'] = "&quot;", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", [127] = ""
	};
	size_t plain;

	while (*str != '\0') {
		for (plain = 0; str[plain] != '\0'; plain++)
			if ((unsigned char)str[plain] < 128 && escapes[(unsigned char)str[plain]] != NULL)
				break;
		buf_put(out, str, plain);
		str += plain;
		if (*str == '\0')
			break;
		if (*str == '\t' || *str == '\n' || *str == '\r')
			buf_printf(out, "&#%d;", *str);
		else
			buf_puts(out, escapes[(unsigned char)*str]);
		str++;
	}
}

static void
put_attr(struct buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(out, " %s=\"", name);
	put_escaped(out, value);
	buf_puts(out, "\"");
}

/* In a list of categories commas divide, and a slash in front begins a path. */
static void
put_category(struct buf *out, const char *tag)
{
	struct buf plain = BUF_INIT(SIZE_MAX / 4);

	for (const char *pos = tag; *pos != '\0'; pos++) {
		if (*pos == ',')
			buf_puts(&plain, "%2C");
		else if (*pos == '/' && pos == tag)
			buf_puts(&plain, "%2F");
		else if (*pos == '%' && pos[1] == '2')
			buf_puts(&plain, "%25");
		else
			buf_put(&plain, pos, 1);
	}
	put_escaped(out, buf_str(&plain));
	buf_free(&plain);
}

static void
put_feed(struct buf *out, const struct opml_feed *feed, const char *indent)
{
	const char *title = feed->title != NULL ? feed->title : feed->url;

	buf_printf(out, "%s<outline type=\"rss\"", indent);
	put_attr(out, "text", title);
	put_attr(out, "title", title);
	put_attr(out, "xmlUrl", feed->url);
	put_attr(out, "htmlUrl", feed->home_page_url);
	if (feed->n_tags > 1) {
		buf_puts(out, " category=\"");
		for (size_t i = 1; i < feed->n_tags; i++) {
			if (i > 1)
				buf_puts(out, ",");
			put_category(out, feed->tags[i]);
		}
		buf_puts(out, "\"");
	}
	buf_puts(out, "/>\n");
}

static void
put_body(const struct opml *opml, const struct place *places, struct buf *out)
{
	const char *open = "";

	for (size_t i = 0; i < opml->n_feeds; i++) {
		if (strcmp(places[i].folder, open) != 0) {
			if (*open != '\0')
				buf_puts(out, "    </outline>\n");
			open = places[i].folder;
			buf_puts(out, "    <outline");
			put_attr(out, "text", open);
			put_attr(out, "title", open);
			buf_puts(out, ">\n");
		}
		put_feed(out, &opml->feeds[places[i].index], *open != '\0' ? "      " : "    ");
	}
	if (*open != '\0')
		buf_puts(out, "    </outline>\n");
}

void
opml_write(const struct opml *opml, struct buf *out)
{
	struct place *places = calloc(opml->n_feeds + 1, sizeof(*places));

	if (places == NULL)
		abort();
	for (size_t i = 0; i < opml->n_feeds; i++)
		places[i] = (struct place){ opml->feeds[i].n_tags != 0 ? opml->feeds[i].tags[0] : "", i };
	qsort(places, opml->n_feeds, sizeof(*places), compare_places);
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>");
	put_escaped(out, opml->title != NULL ? opml->title : "Subscriptions");
	buf_puts(out, "</title>\n  </head>\n  <body>\n");
	put_body(opml, places, out);
	buf_puts(out, "  </body>\n</opml>\n");
	free(places);
}
