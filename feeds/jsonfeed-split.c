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

/* Past the value that begins at pos: up to the comma or bracket that is not its own. */
static const char *
skip_value(const char *pos, const char *end, size_t *tree_bytes)
{
	size_t depth = 0;

	for (*tree_bytes = 0; pos < end; pos++) {
		*tree_bytes += value_bytes[(unsigned char)*pos];
		switch (*pos) {
		case '"':
			pos = skip_string(pos, end) - 1;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth == 0)
				return pos;
			depth--;
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

bool
jsonfeed_split(const char *text, size_t len, struct buf *own, size_t *tree_bytes, struct jsonfeed_items *items, bool *complete)
{
	const char *pos = skip_blank(text, text + len), *end = text + len, *name, *name_end, *value;
	size_t count;

	*tree_bytes = 0;
	items->pos = NULL;
	if (pos == end || *pos != '{')
		return false;
	buf_putc(own, '{');
	for (pos = skip_blank(pos + 1, end); pos < end && *pos != '}'; pos = skip_blank(pos, end)) {
		if (*pos != '"') {
			pos++;
			continue;
		}
		name = pos + 1;
		pos = skip_string(pos, end);
		name_end = pos - 1;
		value = skip_blank(pos, end);
		if (value == end || *value != ':')
			continue;
		value = skip_blank(value + 1, end);
		pos = skip_value(value, end, &count);
		if (is_member(name, (size_t)(name_end - name))) {
			keep(own, name - 1, (size_t)(pos - name + 1));
			*tree_bytes += count;
		} else if (items->pos == NULL && name_end - name == 5 && memcmp(name, "items", 5) == 0 && value < end && *value == '[')
			*items = (struct jsonfeed_items){ value + 1, pos };
	}
	buf_puts(own, "\"items\":[]");
	if (pos < end)
		buf_putc(own, '}');
	*complete = pos < end && skip_blank(pos + 1, end) == end;
	return items->pos != NULL;
}

bool
jsonfeed_split_next(struct jsonfeed_items *items, struct jsonfeed_span *span)
{
	const char *pos = items->pos;

	do
		pos = skip_blank(pos, items->end);
	while (pos < items->end && *pos == ',' && pos++ < items->end);
	if (pos == items->end || *pos == ']')
		return false;
	span->ptr = pos;
	items->pos = skip_value(pos, items->end, &span->tree_bytes);
	span->len = (size_t)(items->pos - pos);
	if (span->len == 0)
		items->pos++;			/* a bracket that closes nothing */
	return true;
}
