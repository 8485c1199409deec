#include "feeds/jsonfeed-split.h"

#include <string.h>

/* The members of a feed beside its items; all others are extensions. */
static const char *const members[] = {
	"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "author",
	"authors", "language", "expired", "hubs",
};

static const char *
skip_blank(const char *pos, const char *end)
{
	while (pos < end && (*pos == ' ' || *pos == '\n' || *pos == '\t' || *pos == '\r'))
		pos++;
	return pos;
}

/* Past the closing quote of the string that begins at pos, or the end. */
static const char *
skip_string(const char *pos, const char *end)
{
	for (pos++; pos < end && *pos != '"'; pos++)
		if (*pos == '\\' && pos + 1 < end)
			pos++;
	return pos < end ? pos + 1 : end;
}

/* About what jansson takes for a value, by the character that comes with it: a few bytes of text can be kilobytes. */
static const unsigned short value_bytes[256] = { ['{'] = 320, ['['] = 120, [':'] = 90, [','] = 60 };

bool
jsonfeed_split_is_name(const char *pos, const char *end)
{
	const char *close = pos < end && *pos == '"' ? memchr(pos + 1, '"', (size_t)(end - pos - 1)) : NULL;

	if (close == NULL)
		return false;
	close = skip_blank(close + 1, end);
	return close < end && *close == ':';
}

/* Past the value that begins at pos: its last bracket, or up to the comma or bracket that is not its own. */
static const char *
skip_value(const char *pos, const char *end, size_t *tree_bytes)
{
	char close = pos == end ? '\0' : *pos == '{' ? '}' : *pos == '[' ? ']' : '\0';
	size_t depth = 0;

	for (*tree_bytes = 0; pos < end; pos++) {
		*tree_bytes += value_bytes[(unsigned char)*pos];
		switch (*pos) {
		case '"':
			pos = skip_string(pos, end);
			if (depth == 0 && jsonfeed_split_is_name(skip_blank(pos, end), end))
				return pos;
			pos--;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return pos;
			if (--depth == 0 && *pos == close)
				return pos + 1;
			break;
		case ',':
			if (depth == 0)
				return pos;
			break;
		default:
			break;
		}
	}
	return pos;
}

static bool
is_member(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strlen(members[i]) == len && memcmp(members[i], name, len) == 0)
			return true;
	return false;
}

static void
keep(struct buf *own, const char *ptr, size_t len)
{
	buf_put(own, ptr, len);
	buf_putc(own, ',');
}

/* One member from its name on; what it holds goes to own, or is where the items are. */
static const char *
take_member(const char *name, const char *end, struct buf *own, size_t *tree_bytes, struct jsonfeed_items *items)
{
	const char *pos = skip_string(name, end), *value = skip_blank(pos, end);
	size_t len = (size_t)(pos - name) - 2, count;

	if (value == end || *value != ':') {
		items->odd = true;
		return pos;
	}
	value = skip_blank(value + 1, end);
	pos = skip_value(value, end, &count);
	if (is_member(name + 1, len)) {
		keep(own, name, (size_t)(pos - name));
		*tree_bytes += count;
	} else if (items->pos == NULL && len == 5 && memcmp(name + 1, "items", 5) == 0 && value < end && *value == '[') {
		items->pos = value + 1;
		items->end = pos;
	}
	return pos;
}

bool
jsonfeed_split(const char *text, size_t len, struct buf *own, size_t *tree_bytes, struct jsonfeed_items *items, bool *complete)
{
	const char *pos = skip_blank(text, text + len), *end = text + len;
	size_t commas = 0, due = 0;

	*tree_bytes = 0;
	*items = (struct jsonfeed_items){ NULL, NULL, 0, false };
	if (pos == end || *pos != '{')
		return false;
	buf_putc(own, '{');
	for (pos = skip_blank(pos + 1, end); pos < end && *pos != '}'; pos = skip_blank(pos, end)) {
		if (*pos == '"') {
			items->odd |= commas != due;
			pos = take_member(pos, end, own, tree_bytes, items);
			commas = 0;
			due = 1;
		} else
			commas += *pos++ == ',' ? 1 : 2;
	}
	items->odd |= commas != 0;
	buf_puts(own, "\"items\":[]");
	if (pos < end)
		buf_putc(own, '}');
	*complete = pos < end && skip_blank(pos + 1, end) == end;
	return items->pos != NULL;
}

bool
jsonfeed_split_next(struct jsonfeed_items *items, struct jsonfeed_span *span)
{
	const char *pos = skip_blank(items->pos, items->end);
	size_t commas;

	for (commas = 0; pos < items->end && *pos == ','; commas++)
		pos = skip_blank(pos + 1, items->end);
	if (pos == items->end || *pos == ']') {
		items->odd |= commas != 0;
		return false;
	}
	items->odd |= commas != items->due;
	items->due = 1;
	span->ptr = pos;
	items->pos = skip_value(pos, items->end, &span->tree_bytes);
	span->len = (size_t)(items->pos - pos);
	if (span->len == 0)
		items->pos++;			/* a bracket that closes nothing */
	return true;
}
