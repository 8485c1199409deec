#include "contrib/gazette/item-line.h"

#include <string.h>

#include "contrib/gazette/format.h"
#include "contrib/gazette/text.h"

enum { NARROW_COLS = 60, WIDE_COLS = 100 };

struct line { struct reader *reader; const struct item *item; };

static unsigned
put_age(const struct line *line, struct buf *out)
{
	char age[TEXT_AGE_BYTES];

	if (line->item->time_s != 0)
		buf_puts(out, text_age(line->item->time_s, reader_now(line->reader), age));
	return TERM_AGE;
}

static unsigned
put_feed(const struct line *line, struct buf *out)
{
	const struct feed *feed = feedset_find(reader_feeds(line->reader), line->item->feed);

	if (feed != NULL)
		buf_puts(out, feed->title);
	return TERM_FEED;
}

static unsigned
put_tags(const struct line *line, struct buf *out)
{
	if (line->item->tags != NULL)
		buf_printf(out, "[%s] ", line->item->tags);
	return TERM_TAG;
}

static unsigned
put_title(const struct line *line, struct buf *out)
{
	buf_puts(out, *line->item->title != '\0' ? line->item->title : "(no title)");
	return line->item->unread ? TERM_UNREAD : TERM_PLAIN;
}

static unsigned
put_mark(bool is, char mark, unsigned style, struct buf *out)
{
	buf_putc(out, is ? mark : ' ');
	return style;
}

static unsigned
put_field(void *arg, char letter, struct buf *out)
{
	const struct line *line = arg;
	const struct item *item = line->item;

	switch (letter) {
	case 'n':
		return put_mark(item->unread, 'N', TERM_UNREAD, out);
	case 's':
		return put_mark(item->starred, '*', TERM_STAR, out);
	case 'x':
		return put_mark(item->chosen, '>', TERM_STAR, out);
	case 'e':
		return put_mark(item->updated, '~', TERM_WARNING, out);
	case 'p':
		return put_mark(item->attachments, '@', TERM_GOOD, out);
	case 'a':
		return put_age(line, out);
	case 'f':
		return put_feed(line, out);
	case 'T':
		return put_tags(line, out);
	default:
		return put_title(line, out);
	}
}

void
item_line_draw(struct reader *reader, struct area area, int row, bool selected, const struct item *item, bool several)
{
	const struct settings *settings = reader_settings(reader);
	struct line line = { reader, item };
	const char *format = settings->entries_format;

	if (area.cols < NARROW_COLS)
		format = settings->entries_format_narrow;
	else if (several)
		format = area.cols < WIDE_COLS ? settings->entries_format_feed : settings->entries_format_feed_wide;
	format_draw(format, area, row, selected ? TERM_SELECTED : 0, put_field, &line);
}
