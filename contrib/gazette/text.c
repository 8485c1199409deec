#include "contrib/gazette/text.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum {
	ELLIPSIS_COLUMNS = 1, WIDEST_COLUMNS = 2,
	FIRST_JOINED = 0x600, FIRST_SYMBOL = 0x2000, JOINER = 0x200d,	/* scripts with joined letters; behind them; U+200D */
	LIST_DIGITS_MAX = 4			/* "2024." begins a list at most, a longer number does not */
};

static const char ellipsis[] = "…";

struct range { uint32_t first, last; };

/* Wide punctuation that may not begin a line, and that may not end one (a working subset of JIS X 4051). */
static const struct range not_first[] = {
	{ 0x2019, 0x2019 }, { 0x201d, 0x201d }, { 0x3001, 0x3002 }, { 0x3005, 0x3005 }, { 0x3009, 0x3009 },
	{ 0x300b, 0x300b }, { 0x300d, 0x300d }, { 0x300f, 0x300f }, { 0x3011, 0x3011 }, { 0x3015, 0x3015 },
	{ 0x30fb, 0x30fc }, { 0xff01, 0xff01 }, { 0xff09, 0xff09 }, { 0xff0c, 0xff0c }, { 0xff0e, 0xff0e },
	{ 0xff1a, 0xff1b }, { 0xff1f, 0xff1f }, { 0xff3d, 0xff3d }, { 0xff5d, 0xff5d }
};
static const struct range not_last[] = {
	{ 0x2018, 0x2018 }, { 0x201c, 0x201c }, { 0x3008, 0x3008 }, { 0x300a, 0x300a }, { 0x300c, 0x300c },
	{ 0x300e, 0x300e }, { 0x3010, 0x3010 }, { 0x3014, 0x3014 }, { 0xff08, 0xff08 }, { 0xff3b, 0xff3b },
	{ 0xff5b, 0xff5b }
};

/* Wide, should the C library's tables be older than the character. */
static const struct range new_wide[] = { { 0x1f000, 0x1faff }, { 0x20000, 0x3fffd } };

#define IN_TABLE(table, cp) in_ranges(table, sizeof(table) / sizeof(*(table)), cp)

static bool
in_ranges(const struct range *ranges, size_t count, uint32_t cp)
{
	size_t	 i;

	for (i = 0; i < count && ranges[i].first <= cp; i++)
		if (cp <= ranges[i].last)
			return true;
	return false;
}

static bool unicode;

/* Whether what this locale says is in UTF-8. */
static bool
speaks_utf8(const char *name)
{
	locale_t locale = newlocale(LC_ALL_MASK, name, (locale_t)0);
	bool utf8 = locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale != (locale_t)0)
		freelocale(locale);
	return utf8;
}

void
text_locale(void)
{
	const char *time_name;

	unicode = setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!unicode)
		setlocale(LC_CTYPE, "C.UTF-8");
	time_name = setlocale(LC_TIME, "");
	if (time_name != NULL && !speaks_utf8(time_name))
		setlocale(LC_TIME, "C");
}

bool
text_unicode(void)
{
	return unicode;
}

int
text_columns(uint32_t cp)
{
	int	 width;

	if (cp < 0x7f)
		return 1;
	width = wcwidth((wchar_t)cp);
	if (width >= 0)
		return width;
	return IN_TABLE(new_wide, cp) ? 2 : 1;
}

int
text_width(const char *ptr, size_t len)
{
	int	 width;

	text_fit(ptr, len, INT32_MAX, &width);
	return width;
}

bool
text_melts(uint32_t base, uint32_t cp)
{
	bool	 symbol = base >= FIRST_SYMBOL, joined = base >= FIRST_JOINED && !symbol;

	return (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef) || (cp == JOINER && !joined) ||
	    (symbol && cp >= 0x1f3fb && cp <= 0x1f3ff);
}

static bool
is_regional(uint32_t cp)
{
	return cp >= 0x1f1e6 && cp <= 0x1f1ff;
}

/* Whether cp goes on with what base began; before is what stands right before it. */
static bool
extends(uint32_t base, uint32_t before, uint32_t cp)
{
	if (before == JOINER)
		return base >= FIRST_SYMBOL && cp >= FIRST_SYMBOL;
	return text_columns(cp) == 0 || text_melts(base, cp);
}

size_t
text_cluster(const char *ptr, size_t len, int *columns)
{
	uint32_t	 base, before, cp;
	size_t		 pos, step;

	if ((unsigned char)*ptr < 0x7f && (len == 1 || (unsigned char)ptr[1] < 0x7f)) {
		*columns = 1;
		return 1;
	}
	pos = utf8_decode(ptr, len, &base);
	*columns = text_columns(base);
	for (before = base; pos < len; pos += step, before = cp) {
		step = utf8_decode(ptr + pos, len - pos, &cp);
		if (is_regional(base) && is_regional(before) && is_regional(cp)) {
			*columns += text_columns(cp);
			return pos + step;
		}
		if (!extends(base, before, cp))
			break;
		*columns += text_melts(base, cp) ? 0 : text_columns(cp);
	}
	return pos;
}

size_t
text_fit(const char *ptr, size_t len, int width, int *columns)
{
	size_t		 pos = 0, step;
	int		 used = 0, wide;

	while (pos < len) {
		step = text_cluster(ptr + pos, len - pos, &wide);
		if (used + wide > width)
			break;
		used += wide;
		pos += step;
	}
	if (columns != NULL)
		*columns = used;
	return pos;
}

static void
put_spaces(struct buf *out, int count)
{
	for (; count > 0; count--)
		buf_putc(out, ' ');
}

void
text_put(const char *ptr, size_t len, int width, enum text_pad pad, struct buf *out)
{
	size_t	 fits;
	int	 used;

	if (width <= 0)
		return;
	fits = text_fit(ptr, len, width, &used);
	if (fits < len) {
		fits = text_fit(ptr, len, width - ELLIPSIS_COLUMNS, &used);
		used += ELLIPSIS_COLUMNS;
	}
	if (pad == TEXT_PAD_LEFT)
		put_spaces(out, width - used);
	buf_put(out, ptr, fits);
	if (fits < len)
		buf_puts(out, ellipsis);
	if (pad == TEXT_PAD_RIGHT)
		put_spaces(out, width - used);
}

/* --- cleaning ------------------------------------------------------------------------------- */

void
text_clean(const char *str, struct buf *out)
{
	if (str != NULL)
		text_cleann(str, strlen(str), out);
}

/* Whether this code point may follow; marks counts the combining ones since the last letter. */
static bool
keep(uint32_t cp, int *marks)
{
	if (!shown_is_safe(cp))
		return false;
	*marks = text_columns(cp) == 0 ? *marks + 1 : 0;
	return *marks <= TEXT_MARKS_MAX;
}

void
text_cleann(const char *ptr, size_t len, struct buf *out)
{
	uint32_t	 cp;
	size_t		 pos, step, start = out->len;
	bool		 space = false;
	int		 marks = 0;

	for (pos = 0; pos < len; pos += step) {
		step = utf8_decode(ptr + pos, len - pos, &cp);
		if (shown_is_space(cp)) {
			space = true;
			continue;
		}
		if (!keep(cp, &marks))
			continue;
		if (space && out->len > start)
			buf_putc(out, ' ');
		space = false;
		buf_put_utf8(out, cp);
	}
}

static bool
is_newline(uint32_t cp)
{
	return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

void
text_clean_lines(const char *ptr, size_t len, struct buf *out)
{
	uint32_t	 cp, before = 0;
	size_t		 pos, step;
	int		 column = 0, marks = 0, gap;

	for (pos = 0; pos < len; pos += step, before = cp) {
		step = utf8_decode(ptr + pos, len - pos, &cp);
		if (cp == '\n' && before == '\r')
			continue;
		if (is_newline(cp)) {
			buf_putc(out, '\n');
			column = marks = 0;
		} else if (cp == '\t') {
			gap = TEXT_TAB_COLUMNS - column % TEXT_TAB_COLUMNS;
			put_spaces(out, gap);
			column += gap;
		} else if (keep(cp, &marks)) {
			buf_put_utf8(out, cp);
			column += text_columns(cp);
		}
	}
}

/* --- wrapping ------------------------------------------------------------------------------- */

/* The length of a list's mark, "* " or "12. ", with its space; 0: none. */
static size_t
list_mark(const char *ptr, size_t len)
{
	size_t	 mark = 0;

	while (mark < len && mark < LIST_DIGITS_MAX && ptr[mark] >= '0' && ptr[mark] <= '9')
		mark++;
	if (mark + 1 >= len || ptr[mark] != (mark > 0 ? '.' : '*') || ptr[mark + 1] != ' ')
		return 0;
	return mark + 2;
}

/* Appends what the continuations of the line begin with; returns how much of the line that stands for. */
static size_t
hanging_prefix(const char *ptr, size_t len, struct buf *prefix)
{
	size_t	 pos = 0, mark;

	while (pos < len && (ptr[pos] == ' ' || ptr[pos] == '>'))
		buf_putc(prefix, ptr[pos++]);
	if (pos > 0 && ptr[pos - 1] == '>')
		buf_putc(prefix, ' ');
	mark = list_mark(ptr + pos, len - pos);
	put_spaces(prefix, (int)mark);
	return pos + mark;
}

static bool
is_letter(uint32_t cp)
{
	return (cp | 0x20) >= 'a' ? (cp | 0x20) <= 'z' || cp > 0xa0 : false;
}

/* Whether a line may end between two characters, before which one stood. */
static bool
may_break(uint32_t one, uint32_t before, uint32_t after)
{
	if (before == ' ' || after == ' ')
		return true;
	if (before == '-' || before == 0x2010)
		return is_letter(one) && is_letter(after);
	if (before == 0x2013 || before == 0x2014)
		return one != ' ' && is_letter(after);
	if (text_columns(before) != 2 && text_columns(after) != 2)
		return false;
	return text_columns(after) != 0 && !IN_TABLE(not_last, before) && !IN_TABLE(not_first, after);
}

/* Where what is too long for any line (a URL) is best broken. */
static bool
may_break_word(uint32_t before)
{
	return before != 0 && before < 0x7f && strchr("/?&=_.,;:%+-", (int)before) != NULL;
}

size_t
text_line(const char *ptr, size_t len, int room)
{
	uint32_t	 one = 0, before = 0, base;
	size_t		 fits, pos, step, best = 0, second = 0;
	int		 columns;

	fits = text_fit(ptr, len, room, NULL);
	if (fits == len)
		return len;
	for (pos = 0; pos <= fits; pos += step, one = before, before = base) {
		step = text_cluster(ptr + pos, len - pos, &columns);
		utf8_decode(ptr + pos, len - pos, &base);
		if (pos > 0 && may_break(one, before, base))
			best = pos;
		else if (pos > 0 && may_break_word(before))
			second = pos;
	}
	if (best != 0)
		return best;
	if (second > fits / 2)
		return second;
	return fits > 0 ? fits : text_cluster(ptr, len, &columns);
}

static void
wrap_line(const char *ptr, size_t len, int width, struct buf *out)
{
	struct buf	 prefix = BUF_INIT(len + 2);
	size_t		 pos, take, end;
	int		 indent;

	while (len > 0 && ptr[len - 1] == ' ')
		len--;
	pos = hanging_prefix(ptr, len, &prefix);
	indent = (int)prefix.len;
	if (indent > width / 2 || indent + WIDEST_COLUMNS > width) {
		buf_clear(&prefix);
		indent = 0;
		for (pos = 0; len > 0 && *ptr == ' '; len--)
			ptr++;
	}
	buf_put(out, ptr, pos);
	while (pos < len) {
		take = text_line(ptr + pos, len - pos, width - indent);
		for (end = pos + take; end > pos && ptr[end - 1] == ' '; end--)
			;
		buf_put(out, ptr + pos, end - pos);
		for (pos += take; pos < len && ptr[pos] == ' '; pos++)
			;
		if (pos < len) {
			buf_putc(out, '\n');
			buf_put(out, prefix.ptr, prefix.len);
		}
	}
	buf_free(&prefix);
}

void
text_wrap(const char *ptr, size_t len, int width, struct buf *out)
{
	const char	*newline, *end = ptr + len;

	while (ptr < end) {
		newline = memchr(ptr, '\n', end - ptr);
		len = (newline != NULL ? newline : end) - ptr;
		if (width > 0)
			wrap_line(ptr, len, width, out);
		else
			buf_put(out, ptr, len);
		if (newline != NULL)
			buf_putc(out, '\n');
		ptr += len + (newline != NULL);
	}
}
