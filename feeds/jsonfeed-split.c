#include "feeds/jsonfeed-split.h"

#include <stdint.h>
#include <string.h>

enum { NAME_LOOKAHEAD = 256 };

/* The members of a feed beside its items; all others are extensions. */
static const char *const members[] = {
	"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon", "author",
	"authors", "language", "expired", "hubs",
};

void
jsonfeed_split_init(struct jsonfeed_split *split)
{
	*split = (struct jsonfeed_split){ .own = BUF_INIT(SIZE_MAX / 4), .text = BUF_INIT(SIZE_MAX / 4) };
}

void
jsonfeed_split_free(struct jsonfeed_split *split)
{
	buf_free(&split->own);
	buf_free(&split->text);
}

/* Bytes before the first that is wanted go when they are the half: then moving the others costs little. */
void
jsonfeed_split_push(struct jsonfeed_split *split, const char *ptr, size_t len, bool final)
{
	if (split->start * 2 >= split->text.len) {
		buf_consume(&split->text, split->start);
		split->at -= split->start;
		split->start = 0;
	}
	buf_put(&split->text, ptr, len);
	split->final = final;
}

void
jsonfeed_split_own(const struct jsonfeed_split *split, struct buf *out)
{
	buf_put(out, split->own.ptr, split->own.len);
	buf_puts(out, "\"items\":[]");
	if (split->ended)
		buf_putc(out, '}');
}

/* --- strings and values ------------------------------------------------------------------------------------ */

static bool
is_blank(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t' || chr == '\r';
}

static const char *
skip_blank(const char *pos, const char *end)
{
	while (pos < end && is_blank(*pos))
		pos++;
	return pos;
}

int
jsonfeed_split_is_name(const char *pos, const char *end)
{
	bool cut = end - pos > NAME_LOOKAHEAD;
	const char *close;

	if (cut)
		end = pos + NAME_LOOKAHEAD;
	pos = skip_blank(pos, end);
	if (pos == end)
		return cut ? 0 : -1;
	close = *pos == '"' ? memchr(pos + 1, '"', (size_t)(end - pos - 1)) : pos;
	if (close == pos)
		return 0;
	close = close != NULL ? skip_blank(close + 1, end) : end;
	if (close == end)
		return cut ? 0 : -1;
	return *close == ':';
}

/* Past blanks; false if nothing follows yet. */
static bool
skip_blanks(struct jsonfeed_split *split)
{
	while (split->at < split->text.len && is_blank(split->text.ptr[split->at]))
		split->at++;
	return split->at < split->text.len;
}

/* Past the closing quote of the string that at is in; false if that is still to come. */
static bool
skip_string(struct jsonfeed_split *split)
{
	const char *pos = split->text.ptr + split->at, *end = split->text.ptr + split->text.len;

	for (; pos < end && (split->escaped || *pos != '"'); pos++)
		split->escaped = !split->escaped && *pos == '\\';
	split->at = (size_t)(pos - split->text.ptr) + (pos < end);
	return pos < end;
}

static void
begin_value(struct jsonfeed_split *split)
{
	char chr = split->at < split->text.len ? split->text.ptr[split->at] : '\0';

	split->tree_bytes = split->depth = 0;
	split->string = split->quoted = false;
	split->close = chr == '{' ? '}' : chr == '[' ? ']' : '\0';
}

/* About what jansson takes for a value, by the character that comes with it: a few bytes of text can be kilobytes. */
static const unsigned short value_bytes[256] = { ['{'] = 320, ['['] = 120, [':'] = 90, [','] = 60 };

/* One character outside of strings; whether the value ends here: with its own bracket, or before what is not its own. */
static bool
ends_value(struct jsonfeed_split *split, char chr)
{
	split->tree_bytes += value_bytes[(unsigned char)chr];
	switch (chr) {
	case '"':
		split->string = true;
		split->escaped = false;
		break;
	case '{':
	case '[':
		split->depth++;
		break;
	case '}':
	case ']':
		if (split->depth == 0)
			return true;
		if (--split->depth == 0 && chr == split->close) {
			split->at++;
			return true;
		}
		break;
	case ',':
		if (split->depth == 0)
			return true;
		break;
	default:
		break;
	}
	split->at++;
	return false;
}

/* Past the value; false if its end is still to come. */
static bool
skip_value(struct jsonfeed_split *split)
{
	int name;

	for (;;) {
		if (split->string) {
			if (!skip_string(split))
				return split->final;
			split->string = false;
			split->quoted = split->depth == 0;
		}
		if (split->quoted) {
			name = jsonfeed_split_is_name(split->text.ptr + split->at, split->text.ptr + split->text.len);
			if (name == -1 && !split->final)
				return false;
			split->quoted = false;
			if (name == 1)
				return true;
		}
		if (split->at == split->text.len)
			return split->final;
		if (ends_value(split, split->text.ptr[split->at]))
			return true;
	}
}

/* --- one step from each state; false if there is no going on ------------------------------------------------ */

static bool
step_start(struct jsonfeed_split *split)
{
	if (!skip_blanks(split))
		return false;
	split->state = JSONFEED_NOTHING;
	if (split->text.ptr[split->at] == '{') {
		split->state = JSONFEED_MEMBERS;
		split->at++;
		buf_putc(&split->own, '{');
	}
	return true;
}

static bool
step_members(struct jsonfeed_split *split)
{
	char chr;

	if (!skip_blanks(split)) {
		split->odd |= split->final && split->commas != 0;
		return false;
	}
	split->start = split->at;
	chr = split->text.ptr[split->at++];
	if (chr == '"') {
		split->odd |= split->commas != split->due;
		split->commas = 0;
		split->due = 1;
		split->escaped = false;
		split->state = JSONFEED_NAME;
	} else if (chr == '}') {
		split->odd |= split->commas != 0;
		split->ended = true;
		split->state = JSONFEED_AFTER;
	} else
		split->commas += chr == ',' ? 1 : 2;
	return true;
}

static bool
step_name(struct jsonfeed_split *split)
{
	if (!skip_string(split)) {
		split->odd |= split->final;
		return false;
	}
	split->name_len = split->at - split->start;
	split->state = JSONFEED_COLON;
	return true;
}

static bool
step_colon(struct jsonfeed_split *split)
{
	bool more = skip_blanks(split), colon = more && split->text.ptr[split->at] == ':';

	if (!more && !split->final)
		return false;
	split->odd |= !colon;
	split->at += colon;
	split->state = colon ? JSONFEED_VALUE : JSONFEED_MEMBERS;
	return more;
}

static bool
is_called(const struct jsonfeed_split *split, const char *name)
{
	size_t len = strlen(name);

	return split->name_len == len + 2 && memcmp(split->text.ptr + split->start + 1, name, len) == 0;
}

static bool
is_member(const struct jsonfeed_split *split)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (is_called(split, members[i]))
			return true;
	return false;
}

static bool
step_value(struct jsonfeed_split *split)
{
	if (!skip_blanks(split) && !split->final)
		return false;
	begin_value(split);
	if (split->close == ']' && !split->has_items && is_called(split, "items")) {
		split->has_items = true;
		split->at++;
		split->commas = split->due = 0;
		split->state = JSONFEED_ITEMS;
		return true;
	}
	split->member = is_member(split);
	split->state = JSONFEED_REST;
	return true;
}

static bool
step_rest(struct jsonfeed_split *split)
{
	bool end = skip_value(split);

	if (!split->member)
		split->start = split->at;
	if (!end)
		return false;
	if (split->member) {
		buf_put(&split->own, split->text.ptr + split->start, split->at - split->start);
		buf_putc(&split->own, ',');
		split->own_tree_bytes += split->tree_bytes;
	}
	split->start = split->at;
	split->state = JSONFEED_MEMBERS;
	return true;
}

static bool
step_items(struct jsonfeed_split *split)
{
	char chr;

	if (!skip_blanks(split)) {
		split->start = split->at;
		split->odd |= split->final && split->commas != 0;
		return false;
	}
	split->start = split->at;
	chr = split->text.ptr[split->at];
	if (chr == ',') {
		split->commas++;
		split->at++;
	} else if (chr == ']') {
		split->odd |= split->commas != 0;
		split->at++;
		split->commas = 0;
		split->due = 1;
		split->state = JSONFEED_MEMBERS;
	} else {
		split->odd |= split->commas != split->due;
		split->commas = 0;
		split->due = 1;
		begin_value(split);
		split->state = JSONFEED_ITEM;
	}
	return true;
}

/* The element is from start to at: jsonfeed_split_next() sees it there. */
static bool
step_item(struct jsonfeed_split *split)
{
	if (!skip_value(split))
		return false;
	if (split->at == split->start)
		split->at++;			/* a bracket that closes nothing */
	split->state = JSONFEED_ITEMS;
	return true;
}

static bool
step_after(struct jsonfeed_split *split)
{
	split->more |= skip_blanks(split);
	split->at = split->start = split->text.len;
	return false;
}

static bool
step_nothing(struct jsonfeed_split *split)
{
	split->at = split->start = split->text.len;
	return false;
}

bool
jsonfeed_split_next(struct jsonfeed_split *split, struct jsonfeed_span *span)
{
	static bool (*const steps[])(struct jsonfeed_split *) = {
		[JSONFEED_START] = step_start, [JSONFEED_MEMBERS] = step_members, [JSONFEED_NAME] = step_name,
		[JSONFEED_COLON] = step_colon, [JSONFEED_VALUE] = step_value, [JSONFEED_REST] = step_rest,
		[JSONFEED_ITEMS] = step_items, [JSONFEED_ITEM] = step_item, [JSONFEED_AFTER] = step_after,
		[JSONFEED_NOTHING] = step_nothing,
	};
	enum jsonfeed_state state;

	do {
		state = split->state;
		if (!steps[state](split))
			return false;
	} while (state != JSONFEED_ITEM);
	*span = (struct jsonfeed_span){ split->text.ptr + split->start, split->at - split->start, split->tree_bytes };
	return true;
}
