#include "contrib/gazette/feed-line.h"

#include <string.h>

#include "contrib/gazette/format.h"
#include "contrib/gazette/text.h"

enum { WIDE_COLS = 60 };

static const struct { char mark; unsigned style; const char *meaning; } healths[] = {
	[FEED_OK] = { ' ', TERM_PLAIN, "" },
	[FEED_NEW] = { '.', TERM_DIM, "not fetched yet" },
	[FEED_FAILING] = { '!', TERM_ERROR, "fails" },
	[FEED_PAUSED] = { '=', TERM_DIM, "paused" },
	[FEED_GONE] = { 'x', TERM_ERROR, "gone" },
};

struct line {
	struct reader *reader;
	const struct feedset *set;
	const struct tree *tree;
	const struct tree_row *row;
};

static void
put_title(const struct line *line, struct buf *out)
{
	bool folded = line->row->kind == TREE_TAG && tree_folded(line->tree, tree_row_name(line->tree, line->set, line->row));

	if (line->row->below)
		buf_puts(out, "  ");
	if (line->row->kind == TREE_SEARCH)
		buf_puts(out, "/ ");
	if (line->row->kind == TREE_TAG)
		buf_puts(out, text_unicode() ? (folded ? "▸ " : "▾ ") : (folded ? "+ " : "- "));
	tree_row_title(line->tree, line->set, line->row, out);
	if (folded)
		buf_printf(out, " (%zu)", line->set->tags[line->row->at].feeds);
}

/* Eight steps from none to more than 64 in a week, each twice the one before: feeds can be compared. */
static void
put_graph(const struct feed *feed, struct buf *out)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char ascii[] = " .:-=+*%#";

	for (size_t week = 0; week < FEED_WEEKS && feed != NULL; week++) {
		unsigned step = 0, entries = feed->weeks != NULL ? feed->weeks[week] : 0;

		while (step < 8 && entries > (1u << step) / 2)
			step++;
		if (text_unicode())
			buf_puts(out, blocks[step]);
		else
			buf_putc(out, ascii[step]);
	}
}

static void
put_counts(int64_t unread, int64_t total, struct buf *out)
{
	if (unread < 0)
		buf_putc(out, '?');
	else if (total < 0)
		buf_printf(out, "%lld", (long long)unread);
	else
		buf_printf(out, "%lld/%lld", (long long)unread, (long long)total);
}

static unsigned
put_age(const struct line *line, struct buf *out)
{
	char age[TEXT_AGE_BYTES];

	if (line->row->feed != NULL && line->row->feed->newest_s != 0)
		buf_puts(out, text_age(line->row->feed->newest_s, reader_now(line->reader), age));
	return TERM_AGE;
}

static unsigned
put_field(void *arg, char letter, struct buf *out)
{
	const struct line *line = arg;
	const struct feed *feed = line->row->feed;
	int64_t unread = tree_row_unread(line->tree, line->set, line->row);
	int64_t total = tree_row_total(line->set, line->row);
	unsigned style = unread > 0 ? TERM_UNREAD : TERM_PLAIN;

	switch (letter) {
	case 'm':
		buf_putc(out, healths[feed != NULL ? feed->health : FEED_OK].mark);
		return healths[feed != NULL ? feed->health : FEED_OK].style;
	case 'u':
		put_counts(unread, -1, out);
		return style;
	case 'c':
		if (total >= 0)
			buf_printf(out, "%lld", (long long)total);
		return TERM_DIM;
	case 'U':
		put_counts(unread, total, out);
		return style;
	case 'n':
		return put_age(line, out);
	case 'g':
		put_graph(feed, out);
		return TERM_GRAPH;
	default:
		put_title(line, out);
		return line->row->kind == TREE_TAG && unread <= 0 ? TERM_TAG : style;
	}
}

static const char *
format_for(const struct reader *reader, struct area area)
{
	const struct settings *settings = reader_settings(reader);

	return area.cols >= WIDE_COLS ? settings->feeds_format : settings->feeds_format_narrow;
}

void
feed_line_draw(struct reader *reader, struct area area, int row, bool selected, const struct tree *tree, const struct tree_row *of)
{
	struct line line = { .reader = reader, .set = reader_feeds(reader), .tree = tree, .row = of };

	format_draw(format_for(reader, area), area, row, selected ? TERM_SELECTED : 0, put_field, &line);
}

bool
feed_line_says_weeks(const struct reader *reader, struct area area)
{
	return strchr(format_for(reader, area), 'g') != NULL;
}

const char *
feed_line_health(enum feed_health health)
{
	return healths[health].meaning;
}
