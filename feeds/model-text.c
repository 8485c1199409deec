/*
 * The texts of facts: what is HTML and what is plain, lines, HTML, twins.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/base/base64.h"
#include "feeds/base/utf8.h"
#include "feeds/html.h"
#include "feeds/model.h"
#include "feeds/win1252.h"

enum {
	FIRST_PREFIX = 192,		/* of a body, when it is compared with a summary */
	ADOPT_BYTES = 64 * 1024		/* larger texts are not copied, their memory is taken over */
};

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t' || chr == '\r' || chr == '\f';
}

static struct model_value
trim(struct model_value value)
{
	while (value.len != 0 && is_space(*value.ptr)) {
		value.ptr++;
		value.len--;
	}
	while (value.len != 0 && is_space(value.ptr[value.len - 1]))
		value.len--;
	return value;
}

/* U+0080-U+009F are the bytes c2 80 - c2 9f; each becomes at most three bytes. */
const char *
model_text_copy(struct arena *arena, const char *ptr, size_t len, size_t *new_len)
{
	const char *end = ptr + len, *next;
	char *copy, *pos;

	*new_len = len;
	if (len == 0 || memchr(ptr, 0xc2, len) == NULL)
		return arena_strndup(arena, ptr, len);
	copy = pos = arena_alloc(arena, len + len / 2 + 2);
	while ((next = memchr(ptr, 0xc2, (size_t)(end - ptr))) != NULL) {
		memcpy(pos, ptr, (size_t)(next - ptr));
		pos += next - ptr;
		ptr = next;
		if (end - ptr > 1 && (unsigned char)ptr[1] < 0xa0) {
			pos += win1252_utf8((unsigned char)ptr[1], pos);
			ptr += 2;
		} else
			*pos++ = *ptr++;
	}
	memcpy(pos, ptr, (size_t)(end - ptr));
	pos += end - ptr;
	*pos = '\0';
	*new_len = (size_t)(pos - copy);
	return copy;
}

/* The buffer's memory as a string of the arena; the buffer is empty then. */
static const char *
take_memory(struct arena *arena, struct buf *buf)
{
	const char *text = buf_str(buf);

	arena_adopt(arena, buf->ptr, buf->cap);
	*buf = BUF_INIT(buf->max);
	return text;
}

const char *
model_text_adopt(struct arena *arena, struct buf *buf, size_t *new_len)
{
	if (memchr(buf->ptr, 0xc2, buf->len) != NULL)
		return model_text_copy(arena, buf->ptr, buf->len, new_len);
	*new_len = buf->len;
	return take_memory(arena, buf);
}

/* --- plain or HTML ------------------------------------------------------------------------------- */

static struct model_value
plain(const struct model_fact *fact)
{
	return (struct model_value){ fact->text, fact->len, false };
}

static struct model_value
sniffed(const char *ptr, size_t len)
{
	return (struct model_value){ ptr, len, html_sniff(ptr, len) };
}

/* The child markup as HTML; text without any is escaped, since it is not markup. */
static struct model_value
markup(struct arena *arena, const struct model_fact *fact)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	struct model_value value = { fact->markup, fact->markup_len, true };

	if (fact->markup != NULL)
		return value;
	html_escape(fact->text, fact->len, &out);
	value.ptr = arena_strndup(arena, out.ptr, out.len);
	value.len = out.len;
	buf_free(&out);
	return value;
}

/* HTML in the text; where there are child elements nonetheless, HTML in the text inside them or the markup. */
static struct model_value
html_text(const struct model_fact *fact)
{
	if (fact->markup != NULL && !html_sniff(fact->text, fact->len))
		return (struct model_value){ fact->markup, fact->markup_len, true };
	return (struct model_value){ fact->text, fact->len, true };
}

/* Without the one div around it that XHTML constructs have (RFC 4287 section 3.1.1.3). */
static struct model_value
without_div(struct model_value value)
{
	struct model_value inner = trim(value);
	const char *pos, *end = inner.ptr + inner.len, *open_end;
	int depth = 0;

	if (inner.len < 11 || strncasecmp(inner.ptr, "<div", 4) != 0 || (inner.ptr[4] != '>' && inner.ptr[4] != ' '))
		return value;
	open_end = memchr(inner.ptr, '>', inner.len);
	for (pos = inner.ptr; pos != NULL && pos < end; pos = memchr(pos + 1, '<', (size_t)(end - pos - 1))) {
		if (end - pos > 5 && strncasecmp(pos, "<div", 4) == 0 && (pos[4] == '>' || pos[4] == ' '))
			depth++;
		else if (end - pos >= 6 && strncasecmp(pos, "</div>", 6) == 0 && --depth == 0)
			break;
	}
	if (pos == NULL || pos + 6 != end || open_end == NULL)
		return value;
	return (struct model_value){ open_end + 1, (size_t)(pos - open_end - 1), true };
}

/* RFC 4648 section 4, white space skipped; nothing if it is no base64 or not UTF-8. */
static struct model_value
base64(struct arena *arena, const struct model_fact *fact)
{
	struct buf bytes = BUF_INIT(fact->len + 1);
	char *out;
	size_t len = 0;
	int status = base64_decode(fact->text, fact->len, &bytes);

	out = arena_alloc(arena, bytes.len + 1);
	for (size_t i = 0; i < bytes.len; i++) {
		out[len] = bytes.ptr[i];
		len += out[len] == '\0' || !model_text_is_control(out[len]);
	}
	buf_free(&bytes);
	if (status != 0)
		return (struct model_value){ "", 0, false };
	out[len] = '\0';
	if (!utf8_valid(out, len) || memchr(out, '\0', len) != NULL)
		return (struct model_value){ "", 0, false };
	return sniffed(out, len);
}

/* What a type= of Atom means. */
enum kind { KIND_PLAIN, KIND_HTML, KIND_XHTML, KIND_XML, KIND_OTHER };

static bool
ends_with(const char *str, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && strncasecmp(str + len - n, end, n) == 0;
}

static enum kind
kind_of(const struct model_attr *type)
{
	static const struct { const char *name; enum kind kind; } names[] = {
		{ "html", KIND_HTML }, { "text/html", KIND_HTML }, { "xhtml", KIND_XHTML },
		{ "application/xhtml+xml", KIND_XHTML }, { "text", KIND_PLAIN }, { "text/plain", KIND_PLAIN },
	};
	struct model_value value = { "", 0, false };
	const char *semicolon;
	size_t i;

	if (type != NULL)
		value = trim((struct model_value){ type->value, type->len, false });
	semicolon = value.len != 0 ? memchr(value.ptr, ';', value.len) : NULL;
	if (semicolon != NULL)
		value = trim((struct model_value){ value.ptr, (size_t)(semicolon - value.ptr), false });
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == value.len && strncasecmp(names[i].name, value.ptr, value.len) == 0)
			return names[i].kind;
	if (ends_with(value.ptr, value.len, "+xml") || ends_with(value.ptr, value.len, "/xml"))
		return KIND_XML;
	if (value.len == 0 || memchr(value.ptr, '/', value.len) == NULL || strncasecmp(value.ptr, "text/", 5) == 0)
		return KIND_PLAIN;
	return KIND_OTHER;
}

static struct model_value
atom10(struct arena *arena, const struct model_fact *fact)
{
	switch (kind_of(model_pick_attr(fact, A_TYPE))) {
	case KIND_HTML:
		return html_text(fact);
	case KIND_XHTML:
		return without_div(markup(arena, fact));
	case KIND_XML:
		return markup(arena, fact);
	case KIND_OTHER:
		return base64(arena, fact);
	case KIND_PLAIN:
		break;
	}
	return plain(fact);
}

static struct model_value
atom03(struct arena *arena, const struct model_fact *fact)
{
	const struct model_attr *mode = model_pick_attr(fact, A_MODE);
	enum kind kind = kind_of(model_pick_attr(fact, A_TYPE));
	bool html = kind == KIND_HTML || kind == KIND_XHTML;
	struct model_value value;

	if (model_value_is(mode, "base64")) {
		value = base64(arena, fact);
		value.html |= html && value.len != 0;
		return value;
	}
	if (fact->markup != NULL)
		return model_value_is(mode, "escaped") ? html_text(fact) : markup(arena, fact);
	if (!html)
		return plain(fact);
	if (model_value_is(mode, "escaped") || html_sniff(fact->text, fact->len))
		return (struct model_value){ fact->text, fact->len, true };
	return markup(arena, fact);
}

static struct model_value
media(const struct model_fact *fact)
{
	const struct model_attr *type = model_pick_attr(fact, A_TYPE);

	if (model_value_is(type, "plain"))
		return plain(fact);
	if (model_value_is(type, "html"))
		return html_text(fact);
	return fact->markup != NULL ? html_text(fact) : sniffed(fact->text, fact->len);
}

/* Inside other formats only mode= tells which Atom it is. */
static bool
is_atom03(const struct model_context *context, const struct model_fact *fact)
{
	return context->format == DOC_ATOM_03 || (!context->atom && model_pick_attr(fact, A_MODE) != NULL);
}

struct model_value
model_text_value(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	switch ((enum model_text)fact->row->text) {
	case TEXT_ATOM:
		return is_atom03(context, fact) ? atom03(arena, fact) : atom10(arena, fact);
	case TEXT_HTML:
		return html_text(fact);
	case TEXT_XHTML:
		return markup(arena, fact);
	case TEXT_MEDIA:
		return media(fact);
	case TEXT_PLAIN:
		return plain(fact);
	case TEXT_SNIFFED:
		break;
	}
	if (fact->markup != NULL)
		return (struct model_value){ fact->markup, fact->markup_len, true };
	return sniffed(fact->text, fact->len);
}

bool
model_text_beside_markup(const struct model_fact *fact)
{
	enum kind kind = kind_of(model_pick_attr(fact, A_TYPE));

	if (fact->row->text == TEXT_SNIFFED || fact->row->text == TEXT_XHTML)
		return false;
	return fact->row->text != TEXT_ATOM || model_pick_attr(fact, A_MODE) != NULL || (kind != KIND_XHTML && kind != KIND_XML);
}

/* --- lines and fragments ------------------------------------------------------------------------- */

const char *
model_text_trimmed(struct arena *arena, const char *ptr, size_t len)
{
	struct model_value value = trim((struct model_value){ ptr, len, false });

	return value.len != 0 ? arena_strndup(arena, value.ptr, value.len) : NULL;
}

/* Whether there is white space other than single spaces. */
static bool
has_odd_space(const char *ptr, size_t len)
{
	unsigned odd = 0;
	size_t i;

	for (i = 0; i + 1 < len; i++)
		odd |= ((unsigned char)ptr[i] < ' ') | ((ptr[i] == ' ') & (ptr[i + 1] == ' '));
	return odd != 0;
}

/* White space to single spaces; in place of a copy made to measure. */
static const char *
plain_line(struct arena *arena, struct model_value value)
{
	char *line, *pos;
	size_t i;

	value = trim(value);
	if (value.len == 0)
		return NULL;
	if (!has_odd_space(value.ptr, value.len))
		return arena_strndup(arena, value.ptr, value.len);
	line = pos = arena_alloc(arena, value.len + 1);
	for (i = 0; i < value.len; i++) {
		if (!is_space(value.ptr[i]))
			*pos++ = value.ptr[i];
		else if (pos[-1] != ' ')
			*pos++ = ' ';
	}
	*pos = '\0';
	return line;
}

const char *
model_text_line(struct model_context *context, struct arena *arena, struct model_value value)
{
	if (!value.html)
		return plain_line(arena, value);
	buf_clear(context->scratch);
	html_to_line(value.ptr, value.len, context->scratch);
	return context->scratch->len != 0 ? arena_strndup(arena, context->scratch->ptr, context->scratch->len) : NULL;
}

/* The trimmed contents; a large one is not copied. */
static const char *
take_scratch(struct arena *arena, struct buf *scratch)
{
	struct model_value value;
	size_t len;

	if (scratch->len < ADOPT_BYTES)
		return model_text_trimmed(arena, scratch->ptr, scratch->len);
	value = trim((struct model_value){ scratch->ptr, scratch->len, true });
	scratch->len = (size_t)(value.ptr - scratch->ptr) + value.len;
	len = scratch->len - value.len;
	return value.len != 0 ? take_memory(arena, scratch) + len : NULL;
}

const char *
model_text_html(struct model_context *context, struct arena *arena, struct model_value value, const char *base, size_t *tags,
    struct hash_state *words)
{
	struct html_options opt = { .base = base, .depth_max = context->limits->html_depth, .words = words };

	buf_clear(context->scratch);
	html_sanitise(value.ptr, value.len, &opt, context->scratch, tags);
	return take_scratch(arena, context->scratch);
}

void
model_text_hash(const char *plain, struct hash_state *words)
{
	struct buf html = BUF_INIT(SIZE_MAX / 4);

	html_escape(plain, strlen(plain), &html);
	html_hash(buf_str(&html), html.len, words);
	buf_free(&html);
}

static struct doc_rich
rich(struct model_context *context, struct arena *arena, struct model_value value, const char *base)
{
	struct doc_rich out = { NULL, NULL };
	size_t tags = 0;

	out.line = model_text_line(context, arena, value);
	if (!value.html || value.len == 0 || memchr(value.ptr, '<', value.len) == NULL)
		return out;
	out.html = model_text_html(context, arena, value, base, &tags, NULL);
	if (tags == 0)
		out.html = NULL;
	return out;
}

struct doc_rich
model_text_rich(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	return rich(context, arena, model_text_value(context, arena, fact), fact->base != NULL ? fact->base : context->base);
}

const char *
model_text_fact_line(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	return model_text_line(context, arena, model_text_value(context, arena, fact));
}

const char *
model_text_attr_line(struct arena *arena, const struct model_fact *fact, enum model_attr_name id)
{
	const struct model_attr *attr = model_pick_attr(fact, id);

	return attr != NULL ? plain_line(arena, (struct model_value){ attr->value, attr->len, false }) : NULL;
}

/*
 * A summary is mostly the beginning of the body: growing prefixes of the body decide early.
 */
bool
model_text_is_line(struct model_context *context, struct model_value value, const char *line)
{
	size_t len = strlen(line), take = FIRST_PREFIX, have;
	const char *cut;
	bool whole;

	for (;;) {
		whole = take >= value.len;
		cut = whole ? NULL : memchr(value.ptr + take, value.html ? '<' : ' ', value.len - take);
		whole = cut == NULL;
		buf_clear(context->scratch);
		html_to_line(value.ptr, whole ? value.len : (size_t)(cut - value.ptr), context->scratch);
		have = context->scratch->len;
		if (have != 0 && memcmp(context->scratch->ptr, line, have < len ? have : len) != 0)
			return false;
		if (have > len)
			return false;
		if (whole)
			return have == len;
		take = take * 4;
	}
}
