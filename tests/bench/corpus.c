/*
 * corpus - writes feeds for benchmarks: the same bytes for the same seed, everywhere.
 *
 *	corpus DIR FEEDS [SEED]
 *
 * DIR/NNNN.rss|.atom|.rdf|.json: RSS 2.0 60 %, Atom 30 %, RSS 1.0 5 %, JSON Feed 5 %; 10 to 50
 * items each, 1 to 8 KB of HTML an item, in CDATA or escaped; words by Zipf's law, some with
 * accents; every item has one word that no other has. Prints the names, one a line.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "feeds/base/buf.h"
#include "feeds/base/json.h"
#include "feeds/date.h"

enum { WORDS = 4000, ITEMS_LEAST = 10, ITEMS_MOST = 50, HTML_LEAST = 1000, HTML_MOST = 8000,
	DOCUMENT_MAX = 8 << 20, NEWEST = 1793000000 };

struct random { uint64_t state; };

struct item {
	char	title[160], url[160], guid[160];
	int64_t	when;
	struct buf html;
};

struct format {
	const char *suffix;
	unsigned percent;
	void (*head)(struct buf *, unsigned feed);
	void (*item)(struct buf *, struct item *, struct random *);
	void (*foot)(struct buf *);
};

static char words[WORDS][16];

static uint32_t
random_next(struct random *rnd)
{
	rnd->state = rnd->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(rnd->state >> 33);
}

static unsigned
random_between(struct random *rnd, unsigned least, unsigned most)
{
	return least + random_next(rnd) % (most - least + 1);
}

/* Zipf by the inverse of its continuous distribution: rank r is about WORDS^u. */
static const char *
random_word(struct random *rnd)
{
	unsigned bits = random_next(rnd) % 12, rank;

	rank = random_next(rnd) % (1u << bits);
	return words[(rank + (1u << bits) - 1) % WORDS];
}

static void
make_words(struct random *rnd)
{
	static const char *const syllables[] = { "ka", "lo", "mi", "re", "ta", "no", "su", "ve", "ri", "da", "po", "ne", "ba",
		"li", "g\xc3\xbc", "s\xc3\xa9", "\xc3\xb8r", "an", "el", "st" };
	unsigned i, k, n;

	for (i = 0; i < WORDS; i++) {
		n = random_between(rnd, 1, 4);
		for (k = 0; k < n; k++)
			strcat(words[i], syllables[random_next(rnd) % (sizeof(syllables) / sizeof(syllables[0]))]);
	}
}

static void
make_html(struct buf *out, struct random *rnd, unsigned unique)
{
	unsigned want = random_between(rnd, HTML_LEAST, HTML_MOST), k;

	buf_clear(out);
	buf_printf(out, "<p>unique%u ", unique);
	while (out->len < want) {
		unsigned n = random_between(rnd, 20, 90);

		for (k = 0; k < n; k++) {
			unsigned what = random_next(rnd) % 60;

			if (what == 0)
				buf_printf(out, "<a href=\"https://example.org/%u?a=1&amp;b=2\">%s</a> ", random_next(rnd), random_word(rnd));
			else if (what == 1)
				buf_printf(out, "<em>%s</em> &ndash; ", random_word(rnd));
			else
				buf_printf(out, "%s%s", random_word(rnd), what == 2 ? ", " : what == 3 ? ". " : " ");
		}
		if (random_next(rnd) % 4 == 0)
			buf_printf(out, "</p>\n<img src=\"https://example.org/i/%u.jpg\" alt=\"%s\" width=\"640\" height=\"360\">", random_next(rnd),
			    random_word(rnd));
		if (random_next(rnd) % 6 == 0)
			buf_printf(out, "</p>\n<ul><li>%s</li><li>%s</li></ul>", random_word(rnd), random_word(rnd));
		buf_puts(out, "</p>\n<p>");
	}
	buf_puts(out, "</p>");
}

static void
make_item(struct item *item, struct random *rnd, unsigned feed, unsigned index)
{
	unsigned k, n = random_between(rnd, 4, 11);

	item->title[0] = '\0';
	for (k = 0; k < n; k++) {
		strcat(item->title, k ? " " : "");
		strcat(item->title, random_word(rnd));
	}
	snprintf(item->url, sizeof(item->url), "https://site%u.example.org/2026/%u/%s", feed, index, random_word(rnd));
	snprintf(item->guid, sizeof(item->guid), "tag:site%u.example.org,2026:%u", feed, index);
	item->when = NEWEST - (int64_t)index * random_between(rnd, 600, 90000);
	make_html(&item->html, rnd, feed * 100 + index);
}

static void
put_escaped(struct buf *out, const char *ptr, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (ptr[i] == '<')
			buf_puts(out, "&lt;");
		else if (ptr[i] == '&')
			buf_puts(out, "&amp;");
		else
			buf_putc(out, ptr[i]);
}

static void
put_html(struct buf *out, const struct item *item, struct random *rnd)
{
	if (random_next(rnd) % 2) {
		buf_puts(out, "<![CDATA[");
		buf_put(out, item->html.ptr, item->html.len);
		buf_puts(out, "]]>");
	} else
		put_escaped(out, item->html.ptr, item->html.len);
}

static void
rss_head(struct buf *out, unsigned feed)
{
	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
	    "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\n<title>Site %u</title>"
	    "<link>https://site%u.example.org/</link><description>News of site %u</description>\n", feed, feed, feed);
}

static void
rss_item(struct buf *out, struct item *item, struct random *rnd)
{
	time_t when = (time_t)item->when;
	struct tm tm;
	char date[64];

	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&when, &tm));
	buf_printf(out, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><pubDate>%s</pubDate>"
	    "<content:encoded>", item->title, item->url, item->guid, date);
	put_html(out, item, rnd);
	buf_puts(out, "</content:encoded></item>\n");
}

static void
rss_foot(struct buf *out)
{
	buf_puts(out, "</channel></rss>\n");
}

static void
atom_head(struct buf *out, unsigned feed)
{
	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">"
	    "<title>Site %u</title><id>tag:site%u.example.org,2026:</id><link href=\"https://site%u.example.org/\"/>\n", feed, feed, feed);
}

static void
atom_item(struct buf *out, struct item *item, struct random *rnd)
{
	char date[DATE_RFC3339_BYTES];

	buf_printf(out, "<entry><title>%s</title><link href=\"%s\"/><id>%s</id><updated>%s</updated><content type=\"html\">",
	    item->title, item->url, item->guid, date_format(item->when, date));
	put_html(out, item, rnd);
	buf_puts(out, "</content></entry>\n");
}

static void
atom_foot(struct buf *out)
{
	buf_puts(out, "</feed>\n");
}

static void
rdf_head(struct buf *out, unsigned feed)
{
	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
	    "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel rdf:about=\"https://site%u.example.org/\">"
	    "<title>Site %u</title><link>https://site%u.example.org/</link><description>News</description></channel>\n", feed, feed, feed);
}

static void
rdf_item(struct buf *out, struct item *item, struct random *rnd)
{
	char date[DATE_RFC3339_BYTES];

	buf_printf(out, "<item rdf:about=\"%s\"><title>%s</title><link>%s</link><dc:date>%s</dc:date><description>", item->guid,
	    item->title, item->url, date_format(item->when, date));
	put_html(out, item, rnd);
	buf_puts(out, "</description></item>\n");
}

static void
rdf_foot(struct buf *out)
{
	buf_puts(out, "</rdf:RDF>\n");
}

static void
json_head(struct buf *out, unsigned feed)
{
	buf_printf(out, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Site %u\",\"home_page_url\":"
	    "\"https://site%u.example.org/\",\"items\":[\n", feed, feed);
}

static void
json_item(struct buf *out, struct item *item, struct random *rnd)
{
	struct json json = JSON_INIT(out);

	(void)rnd;
	if (out->ptr[out->len - 1] == '}')
		buf_putc(out, ',');
	json_put_object(&json, NULL);
	json_put_string(&json, "id", item->guid);
	json_put_string(&json, "url", item->url);
	json_put_string(&json, "title", item->title);
	json_put_date(&json, "date_published", item->when);
	json_put_stringn(&json, "content_html", item->html.ptr, item->html.len);
	json_end(&json);
}

static void
json_foot(struct buf *out)
{
	buf_puts(out, "]}\n");
}

static const struct format formats[] = {
	{ "rss", 60, rss_head, rss_item, rss_foot },
	{ "atom", 30, atom_head, atom_item, atom_foot },
	{ "rdf", 5, rdf_head, rdf_item, rdf_foot },
	{ "json", 5, json_head, json_item, json_foot },
};

static const struct format *
pick_format(struct random *rnd)
{
	unsigned at = random_next(rnd) % 100, i = 0;

	while (at >= formats[i].percent)
		at -= formats[i++].percent;
	return &formats[i];
}

static int
write_feed(const char *dir, unsigned feed, struct random *rnd)
{
	const struct format *format = pick_format(rnd);
	struct buf out = BUF_INIT(DOCUMENT_MAX);
	struct item item = { .html = BUF_INIT(DOCUMENT_MAX) };
	unsigned i, n = random_between(rnd, ITEMS_LEAST, ITEMS_MOST);
	char path[4096];
	FILE *fp;
	int ok;

	format->head(&out, feed);
	for (i = 0; i < n; i++) {
		make_item(&item, rnd, feed, i);
		format->item(&out, &item, rnd);
	}
	format->foot(&out);
	snprintf(path, sizeof(path), "%s/%04u.%s", dir, feed, format->suffix);
	fp = fopen(path, "w");
	ok = fp != NULL && fwrite(out.ptr, 1, out.len, fp) == out.len;
	if (fp == NULL || fclose(fp) != 0 || !ok) {
		perror(path);
		return -1;
	}
	printf("%04u.%s\n", feed, format->suffix);
	buf_free(&out);
	buf_free(&item.html);
	return 0;
}

int
main(int argc, char **argv)
{
	struct random rnd = { 1 };
	unsigned feed, n;

	if (argc < 3) {
		fprintf(stderr, "usage: corpus DIR FEEDS [SEED]\n");
		return 2;
	}
	n = (unsigned)strtoul(argv[2], NULL, 10);
	if (argc > 3)
		rnd.state = strtoull(argv[3], NULL, 10);
	make_words(&rnd);
	mkdir(argv[1], 0755);
	for (feed = 0; feed < n; feed++)
		if (write_feed(argv[1], feed, &rnd) != 0)
			return 1;
	return 0;
}
