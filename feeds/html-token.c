/*
 * The tokenizer, after WHATWG's: a tag begins with < and a letter, anything else is text. Two
 * liberties: a quote that is never closed ends with the tag, and CDATA marks, which
 * have no meaning in HTML, vanish and leave what they enclose.
 * No byte is looked at more than a few times, whatever the input.
 */
#include <string.h>
#include <strings.h>

#include "feeds/html-chars.h"
#include "feeds/html-names.h"
#include "feeds/html.h"

static const char cdata_start[] = "<![CDATA[", cdata_end[] = "]]>";

void
html_tokenizer_init(struct html_tokenizer *t, const char *html, size_t len)
{
	*t = (struct html_tokenizer){ .pos = html, .end = len != 0 ? html + len : html };
}

static size_t
left(const struct html_tokenizer *t)
{
	return (size_t)(t->end - t->pos);
}

static bool
looking_at(const struct html_tokenizer *t, const char *str, size_t len)
{
	return left(t) >= len && memcmp(t->pos, str, len) == 0;
}

static const char *
find_byte(const char *from, const char *end, int byte)
{
	return from < end ? memchr(from, byte, (size_t)(end - from)) : NULL;
}

/* Skips what ends with >, or everything. */
static void
skip_past_gt(struct html_tokenizer *t)
{
	const char *found = find_byte(t->pos, t->end, '>');

	t->pos = found != NULL ? found + 1 : t->end;
}

/* Whether the < at ptr begins markup. */
static bool
is_markup(const char *ptr, const char *end)
{
	return end - ptr > 1 && (html_is(ptr[1], HTML_ALPHA) || ptr[1] == '/' || ptr[1] == '!' || ptr[1] == '?');
}

static void
set_text(struct html_tokenizer *t, struct html_token *tok, const char *end)
{
	tok->type = HTML_TEXT;
	tok->ptr = t->pos;
	tok->len = (size_t)(end - t->pos);
	t->pos = end;
}

static void
take_text(struct html_tokenizer *t, struct html_token *tok)
{
	const char *end = find_byte(t->pos, t->end, '<'), *mark;

	while (end != NULL && !is_markup(end, t->end))
		end = find_byte(end + 1, t->end, '<');
	if (end == NULL)
		end = t->end;
	if (t->in_cdata) {
		mark = memmem(t->pos, (size_t)(end - t->pos), cdata_end, 3);
		if (mark == t->pos) {
			t->in_cdata = false;
			tok->type = HTML_OTHER;
			t->pos += 3;
			return;
		}
		if (mark != NULL)
			end = mark;
	}
	set_text(t, tok, end);
}

/* The text inside script, style, title and the like, up to their end tag. */
static void
take_raw(struct html_tokenizer *t, struct html_token *tok)
{
	const char *pos = t->pos, *name = t->raw;
	size_t len = t->raw_len;

	t->raw = NULL;
	for (;;) {
		pos = find_byte(pos, t->end, '<');
		if (pos == NULL || (size_t)(t->end - pos) < len + 3) {
			pos = t->end;
			break;
		}
		if (pos[1] == '/' && strncasecmp(pos + 2, name, len) == 0 && html_is(pos[len + 2], HTML_NAME_END))
			break;
		pos++;
	}
	tok->raw = t->raw_is_text;
	set_text(t, tok, pos);
}

/* --- tags --------------------------------------------------------------------------------------- */

/* The quote's end; where there is none up to the end of all, the tag's. */
static const char *
quote_end(struct html_tokenizer *t, char quote)
{
	bool *absent = &t->no_quote[quote == '"'];
	const char *end = *absent ? NULL : find_byte(t->pos, t->end, quote);

	if (end != NULL)
		return end;
	*absent = true;
	end = find_byte(t->pos, t->end, '>');
	return end != NULL ? end : t->end;
}

static void
skip_spaces(struct html_tokenizer *t)
{
	while (t->pos < t->end && html_is(*t->pos, HTML_SPACE))
		t->pos++;
}

static void
take_value(struct html_tokenizer *t, struct html_attr *attr)
{
	const char *end;

	t->pos++;
	skip_spaces(t);
	attr->value = t->pos;
	if (t->pos == t->end)
		return;
	if (*t->pos == '"' || *t->pos == '\'') {
		char quote = *t->pos++;

		attr->value = t->pos;
		end = quote_end(t, quote);
		attr->value_len = (size_t)(end - t->pos);
		t->pos = end < t->end && *end == quote ? end + 1 : end;
		return;
	}
	while (t->pos < t->end && !html_is(*t->pos, HTML_SPACE) && *t->pos != '>')
		t->pos++;
	attr->value_len = (size_t)(t->pos - attr->value);
}

static void
take_attr(struct html_tokenizer *t, struct html_token *tok)
{
	struct html_attr spare = { NULL, 0, NULL, 0 }, *attr = &spare;

	if (tok->n_attrs < HTML_ATTRS_MAX)
		attr = &tok->attrs[tok->n_attrs++];
	attr->name = t->pos++;
	t->pos += html_span(t->pos, left(t), HTML_ATTR_END);
	attr->name_len = (size_t)(t->pos - attr->name);
	attr->value = t->pos;
	attr->value_len = 0;
	skip_spaces(t);
	if (t->pos < t->end && *t->pos == '=')
		take_value(t, attr);
}

/* Attributes up to the >; false if it never comes. */
static bool
take_attrs(struct html_tokenizer *t, struct html_token *tok)
{
	while (t->pos < t->end) {
		if (html_is(*t->pos, HTML_SPACE)) {
			t->pos++;
			continue;
		}
		if (*t->pos == '>') {
			t->pos++;
			return true;
		}
		if (*t->pos == '/') {
			t->pos++;
			tok->self_closing = t->pos < t->end && *t->pos == '>';
			continue;
		}
		take_attr(t, tok);
	}
	return false;
}

static void
begin_raw(struct html_tokenizer *t, const struct html_token *tok)
{
	unsigned flags = html_elements[tok->id].flags;

	if ((flags & (HTML_RAW | HTML_RCDATA)) == 0 || tok->self_closing)
		return;
	t->raw = tok->ptr;
	t->raw_len = tok->len;
	t->raw_is_text = (flags & HTML_RAW) != 0;
}

static void
take_tag(struct html_tokenizer *t, struct html_token *tok)
{
	bool start = t->pos[1] != '/';

	tok->type = start ? HTML_START : HTML_END;
	t->pos += start ? 1 : 2;
	tok->ptr = t->pos;
	t->pos += html_span(t->pos, left(t), HTML_NAME_END);
	tok->len = (size_t)(t->pos - tok->ptr);
	tok->id = html_find_element(tok->ptr, tok->len);
	if (!take_attrs(t, tok)) {
		tok->type = HTML_EOF;
		return;
	}
	if (start)
		begin_raw(t, tok);
}

/* --- the rest ------------------------------------------------------------------------------------ */

/* After "<!--"; "<!-->" and "<!--->" are whole comments. */
static void
skip_comment(struct html_tokenizer *t)
{
	const char *end;

	t->pos += 4;
	if (looking_at(t, ">", 1) || looking_at(t, "->", 2)) {
		t->pos += *t->pos == '>' ? 1 : 2;
		return;
	}
	for (end = t->pos; (end = find_byte(end, t->end, '>')) != NULL; end++) {
		const char *dashes = end - t->pos > 2 && end[-1] == '!' ? end - 3 : end - 2;

		if (dashes >= t->pos && dashes[0] == '-' && dashes[1] == '-') {
			t->pos = end + 1;
			return;
		}
	}
	t->pos = t->end;
}

static void
take_declaration(struct html_tokenizer *t, struct html_token *tok)
{
	tok->type = HTML_OTHER;
	if (looking_at(t, "<!--", 4)) {
		tok->type = HTML_COMMENT;
		skip_comment(t);
	} else if (looking_at(t, cdata_start, sizeof(cdata_start) - 1)) {
		t->in_cdata = true;
		t->pos += sizeof(cdata_start) - 1;
	} else
		skip_past_gt(t);
}

void
html_next(struct html_tokenizer *t, struct html_token *tok)
{
	tok->n_attrs = 0;
	tok->self_closing = false;
	tok->raw = false;
	tok->id = HTML_UNKNOWN;
	tok->ptr = t->pos;
	tok->len = 0;
	if (t->pos == t->end)
		tok->type = HTML_EOF;
	else if (t->raw != NULL)
		take_raw(t, tok);
	else if (*t->pos != '<' || !is_markup(t->pos, t->end))
		take_text(t, tok);
	else if (html_is(t->pos[1], HTML_ALPHA) || (t->pos[1] == '/' && left(t) > 2 && html_is(t->pos[2], HTML_ALPHA)))
		take_tag(t, tok);
	else
		take_declaration(t, tok);
}

void
html_skip_element(struct html_tokenizer *t, struct html_token *tok)
{
	unsigned id = tok->id, depth = tok->self_closing ? 0 : 1;

	while (depth != 0) {
		html_next(t, tok);
		if (tok->type == HTML_EOF)
			return;
		if (tok->id == id && tok->type == HTML_END)
			depth--;
		else if (tok->id == id && tok->type == HTML_START && !tok->self_closing)
			depth++;
	}
}
