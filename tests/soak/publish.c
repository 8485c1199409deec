/*
 * publish - what feeds would do that people write: at random, one gets a new entry, or an entry of it is edited, in a folder that an
 * origin serves.
 *
 *	publish DIR FEEDS RATE SEED LEDGER
 *
 * DIR/fN.xml, N from 1 to FEEDS, have all of their entries, newest first, and are replaced as wholes. RATE changes a second, one in
 * EDIT_ONE_IN an edit. Prints "ready" when all are there. On SIGTERM it writes what it has published to LEDGER, an entry a line, as
 * "URL<tab>TITLE", and ends.
 */
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 5, FEEDS_MAX = 10000, ENTRIES_MAX = 4000, EDIT_ONE_IN = 8, RECENT = 20, PATH_BYTES = 4096, TICK_MS = 100 };

static struct feed { unsigned count; unsigned char edits[ENTRIES_MAX]; } *feeds;
static const char *dir;
static volatile sig_atomic_t ended;

static void
on_term(int number)
{
	(void)number;
	ended = 1;
}

/* What edits add are words: a number that changes would be no edit. */
static void
put_title(FILE *file, unsigned feed, unsigned entry)
{
	static const char *const words[] = { "as it came", "mended", "corrected", "extended", "shortened", "withdrawn", "restored" };
	unsigned edits = feeds[feed].edits[entry];

	fprintf(file, "Entry %u of feed %u %s", entry, feed, words[edits % 7]);
	if (edits >= 7)
		fprintf(file, " and %s", words[edits / 7 % 7]);
}

static void
write_feed(unsigned feed)
{
	char path[PATH_BYTES], next[PATH_BYTES + 8];
	FILE *file;

	snprintf(path, sizeof path, "%s/f%u.xml", dir, feed);
	snprintf(next, sizeof next, "%s.new", path);
	file = fopen(next, "we");
	if (file == NULL)
		err(1, "%s", next);
	fprintf(file, "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Feed %u</title><link>http://example.org/f%u/</link>"
	    "<description>d</description>\n", feed, feed);
	for (unsigned entry = feeds[feed].count; entry > 0; entry--) {
		fprintf(file, "<item><guid isPermaLink=\"false\">f%u-%u</guid><link>http://example.org/f%u/%u</link><title>", feed, entry, feed,
		    entry);
		put_title(file, feed, entry);
		fputs("</title><description>soaked: ", file);
		put_title(file, feed, entry);
		fputs("</description></item>\n", file);
	}
	fputs("</channel></rss>\n", file);
	if (fclose(file) != 0 || rename(next, path) == -1)
		err(1, "%s", path);
}

static void
change(unsigned feed)
{
	struct feed *at = &feeds[feed];
	unsigned back = at->count < RECENT ? at->count : RECENT;

	if (random() % EDIT_ONE_IN == 0)
		at->edits[at->count - (unsigned)random() % back]++;
	else if (at->count + 1 < ENTRIES_MAX)
		at->count++;
	write_feed(feed);
}

static void
write_ledger(const char *path, unsigned n_feeds)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		err(1, "%s", path);
	for (unsigned feed = 1; feed <= n_feeds; feed++)
		for (unsigned entry = 1; entry <= feeds[feed].count; entry++) {
			fprintf(file, "http://example.org/f%u/%u\t", feed, entry);
			put_title(file, feed, entry);
			putc('\n', file);
		}
	if (fclose(file) != 0)
		err(1, "%s", path);
}

static unsigned
number(const char *text, unsigned most)
{
	unsigned long value = strtoul(text, NULL, 10);

	if (value < 1 || value > most)
		errx(2, "%s: not from 1 to %u", text, most);
	return (unsigned)value;
}

int
main(int argc, char **argv)
{
	unsigned n_feeds, rate, owed = 0;

	if (argc != 6)
		errx(2, "usage: publish DIR FEEDS RATE SEED LEDGER");
	dir = argv[1];
	n_feeds = number(argv[2], FEEDS_MAX);
	rate = number(argv[3], 1000);
	srandom(number(argv[4], ~0U));
	signal(SIGTERM, on_term);
	feeds = calloc(n_feeds + 1, sizeof *feeds);
	if (feeds == NULL)
		abort();
	for (unsigned feed = 1; feed <= n_feeds; feed++) {
		feeds[feed].count = FIRST;
		write_feed(feed);
	}
	puts("ready");
	fflush(stdout);
	while (!ended) {
		poll(NULL, 0, TICK_MS);
		for (owed += rate * TICK_MS; owed >= 1000; owed -= 1000)
			change((unsigned)random() % n_feeds + 1);
	}
	write_ledger(argv[5], n_feeds);
	free(feeds);
	return 0;
}
