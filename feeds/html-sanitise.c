/*
 * html_sanitise: one pass over the tokens with a stack of the open elements, one byte each. What is
 * written comes from the rows of html-allow.c; text and values are decoded and escaped again,
 * so that nothing of the input reaches the output unseen.
 */
#include <string.h>

#include "feeds/html-chars.h"
#include "feeds/html-line.h"
#include "feeds/html-names.h"
#include "feeds/html.h"
#include "feeds/url.h"

struct sanitiser {
	struct html_tokenizer tokenizer;
	struct html_token token;
	struct buf	*out;
	struct buf	 value;			/* one decoded attribute */
	struct buf	 url;			/* one resolved URL */
	struct url_base	 base;
	size_t		 kept;			/* tags written */
	size_t		 depth_max;
	size_t		 depth;
	size_t		 unwrapped;		/* open elements beyond depth_max, which were not written */
	unsigned short	 open_groups[8];	/* open elements by the bit of their group */
	struct html_line *words;		/* or NULL */
	unsigned char	 open[HTML_DEPTH_MAX];	/* enum html_id */
};

/* --- text and values -------------------------------------------------------------------------- */

/* In raw text & stands for itself. */
static void
put_escaped(struct buf *out, const char *ptr, size_t len, unsigned stop, bool raw)
{
	char text[HTML_CHAR_BYTES_MAX];
	size_t plain, n, taken;

	while (len != 0) {
		plain = html_plain_span(ptr, len, stop);
		buf_put(out, ptr, plain);
		ptr += plain;
		len -= plain;
		if (len == 0)
			break;
		text[0] = *ptr;
		taken = n = 1;
		if (!raw || *ptr != '&')
			taken = html_char(ptr, len, stop == HTML_STOP_VALUE, text, &n);
		html_escape(text, n, out);
		ptr += taken;
		len -= taken;
	}
}

/* Text, and its words in the same look at it. */
static void
put_words(struct sanitiser *s, const char *ptr, size_t len, bool raw)
{
	char text[HTML_CHAR_BYTES_MAX];
	size_t n, taken;

	for (; len != 0; ptr += taken, len -= taken) {
		taken = html_words_span(ptr, len);
		if (taken != 0) {
			html_line_words(s->words, ptr, taken);
			if (memchr(ptr, '>', taken) == NULL && memchr(ptr, '<', taken) == NULL)
				buf_put(s->out, ptr, taken);
			else
				put_escaped(s->out, ptr, taken, HTML_STOP_TEXT, raw);
			continue;
		}
		taken = html_space(ptr, len);
		if (taken != 0) {
			s->words->space = true;
			buf_put(s->out, ptr, taken);
			continue;
		}
		taken = n = 1;
		text[0] = *ptr;
		if (!raw || *ptr != '&')
			taken = html_char(ptr, len, false, text, &n);
		html_line_char(s->words, text, n);
		html_escape(text, n, s->out);
	}
}

static void
put_name(struct buf *out, const char *name, size_t len)
{
	buf_put(out, " ", 1);
	buf_put(out, name, len);
}

/* The value as characters, in s->value. */
static void
decode_value(struct sanitiser *s, const struct html_attr *attr)
{
	buf_clear(&s->value);
	html_decode_value(attr->value, attr->value_len, &s->value);
}

static bool
resolve(struct sanitiser *s, const char *ptr, size_t len, bool image)
{
	buf_clear(&s->url);
	return url_put_html(&s->url, &s->base, ptr, len, image);
}

static void
put_url(struct sanitiser *s, const struct html_attr_row *row, const struct html_attr *attr, bool image)
{
	decode_value(s, attr);
	if (!resolve(s, s->value.ptr, s->value.len, image))
		return;
	put_name(s->out, row->name, row->len);
	buf_put(s->out, "=\"", 2);
	html_escape(s->url.ptr, s->url.len, s->out);
	buf_put(s->out, "\"", 1);
}

/* One candidate of a srcset: a URL, and up to a comma outside of parentheses its descriptor. */
static const char *
take_candidate(const char *pos, const char *end, struct url_span *url, struct url_span *descriptor)
{
	unsigned depth = 0;

	while (pos < end && (html_is(*pos, HTML_SPACE) || *pos == ','))
		pos++;
	url->ptr = pos;
	while (pos < end && !html_is(*pos, HTML_SPACE))
		pos++;
	url->len = (size_t)(pos - url->ptr);
	*descriptor = (struct url_span){ pos, 0 };
	if (url->len != 0 && pos[-1] == ',') {
		while (url->len != 0 && url->ptr[url->len - 1] == ',')
			url->len--;
		return pos;
	}
	while (pos < end && html_is(*pos, HTML_SPACE))
		pos++;
	descriptor->ptr = pos;
	for (; pos < end && (*pos != ',' || depth != 0); pos++)
		depth += *pos == '(' ? 1 : *pos == ')' && depth != 0 ? -1u : 0;
	descriptor->len = (size_t)(pos - descriptor->ptr);
	while (descriptor->len != 0 && html_is(descriptor->ptr[descriptor->len - 1], HTML_SPACE))
		descriptor->len--;
	return pos;
}

static void
put_srcset(struct sanitiser *s, const struct html_attr_row *row, const struct html_attr *attr)
{
	struct url_span url, descriptor;
	const char *pos, *end;
	bool any = false;

	decode_value(s, attr);
	if (s->value.len == 0)
		return;
	pos = s->value.ptr;
	end = pos + s->value.len;
	while (pos < end) {
		pos = take_candidate(pos, end, &url, &descriptor);
		if (url.len == 0 || !resolve(s, url.ptr, url.len, false))
			continue;
		if (any)
			buf_put(s->out, ", ", 2);
		else {
			put_name(s->out, row->name, row->len);
			buf_put(s->out, "=\"", 2);
		}
		any = true;
		html_escape(s->url.ptr, s->url.len, s->out);
		if (descriptor.len != 0)
			buf_put(s->out, " ", 1);
		html_escape(descriptor.ptr, descriptor.len, s->out);
	}
	if (any)
		buf_put(s->out, "\"", 1);
}

static void
put_plain(struct sanitiser *s, const struct html_attr_row *row, const struct html_attr *attr)
{
	put_name(s->out, row->name, row->len);
	buf_put(s->out, "=\"", 2);
	put_escaped(s->out, attr->value, attr->value_len, HTML_STOP_VALUE, false);
	buf_put(s->out, "\"", 1);
}

static void
put_attrs(struct sanitiser *s, const struct html_element *element)
{
	uint32_t allowed = element->attrs | html_attrs_everywhere;

	for (size_t i = 0; i < s->token.n_attrs; i++) {
		const struct html_attr *attr = &s->token.attrs[i];
		enum html_attr_id id = html_find_attr(attr->name, attr->name_len);
		const struct html_attr_row *row;

		if (id == HTML_AT_COUNT || (allowed >> id & 1) == 0)
			continue;
		allowed &= ~((uint32_t)1 << id);	/* the first one counts */
		row = &html_attrs[id];
		switch (row->kind) {
		case HTML_AT_FLAG:
			put_name(s->out, row->name, row->len);
			break;
		case HTML_AT_URL:
			put_url(s, row, attr, s->token.id == HTML_IMG && id == HTML_AT_SRC);
			break;
		case HTML_AT_URLS:
			put_srcset(s, row, attr);
			break;
		default:
			put_plain(s, row, attr);
		}
	}
}

/* --- the stack ---------------------------------------------------------------------------------- */

static unsigned
group_index(unsigned group)
{
	return (unsigned)__builtin_ctz(group);
}

/* A block's edge is white space between words. */
static void
tag_written(struct sanitiser *s, const struct html_element *element)
{
	if (s->words != NULL && (element->flags & HTML_BLOCK) != 0)
		s->words->space = true;
}

static void
push(struct sanitiser *s, unsigned id)
{
	if (html_elements[id].group != 0)
		s->open_groups[group_index(html_elements[id].group)]++;
	s->open[s->depth++] = (unsigned char)id;
}

static void
pop(struct sanitiser *s)
{
	const struct html_element *element = &html_elements[s->open[--s->depth]];

	if (element->group != 0)
		s->open_groups[group_index(element->group)]--;
	tag_written(s, element);
	buf_put(s->out, "</", 2);
	buf_put(s->out, element->name, element->len);
	buf_put(s->out, ">", 1);
}

static void
pop_to(struct sanitiser *s, size_t depth)
{
	while (s->depth > depth)
		pop(s);
	s->unwrapped = 0;
}

/* Closes what a start tag closes: the outermost element of its groups within their bounds. */
static void
close_implied(struct sanitiser *s, const struct html_element *element)
{
	unsigned groups = 0, bounds;
	size_t found = s->depth;

	for (unsigned rest = element->closes; rest != 0; rest &= rest - 1)
		if (s->open_groups[group_index(rest)] != 0)
			groups |= rest & -rest;
	for (size_t i = s->depth; i > 0 && groups != 0; i--) {
		const struct html_element *open = &html_elements[s->open[i - 1]];

		if ((open->group & groups) != 0)
			found = i - 1;
		bounds = open->bounds | ((open->flags & HTML_BLOCK) != 0 ? HTML_ANCHOR : 0);
		groups &= ~bounds;
	}
	if (found < s->depth)
		pop_to(s, found);
}

static bool
is_table_part(unsigned id)
{
	return id == HTML_TABLE || id == HTML_CAPTION || id == HTML_COLGROUP ||
	    (html_elements[id].group & (HTML_CELL | HTML_ROW | HTML_ROWS)) != 0;
}

/*
 * Where in the stack an end tag's element is, or depth: a stray </div> in a cell does not close
 * the table, nor a stray </tr> in an inner table the outer one's row.
 */
static size_t
find_open(const struct sanitiser *s, unsigned id)
{
	bool part = is_table_part(id);

	for (size_t i = s->depth; i > 0; i--) {
		unsigned open = s->open[i - 1];

		if (open == id)
			return i - 1;
		if (part ? open == HTML_TABLE : (html_elements[open].flags & HTML_SCOPE) != 0)
			break;
	}
	return s->depth;
}

/* --- tokens --------------------------------------------------------------------------------------- */

static void
start_tag(struct sanitiser *s)
{
	const struct html_element *element = &html_elements[s->token.id];
	bool is_void = (element->flags & HTML_VOID) != 0;

	if ((element->flags & HTML_DROP) != 0)
		html_skip_element(&s->tokenizer, &s->token);
	if ((element->flags & HTML_KEEP) == 0)
		return;
	close_implied(s, element);
	if (s->depth == s->depth_max && !is_void) {
		s->unwrapped += !s->token.self_closing;
		return;
	}
	buf_put(s->out, "<", 1);
	buf_put(s->out, element->name, element->len);
	if (s->token.n_attrs != 0)
		put_attrs(s, element);
	buf_put(s->out, ">", 1);
	s->kept++;
	tag_written(s, element);
	if (is_void)
		return;
	push(s, s->token.id);
	if (s->token.self_closing)
		pop(s);
}

static void
end_tag(struct sanitiser *s)
{
	const struct html_element *element = &html_elements[s->token.id];
	size_t found;

	if ((element->flags & HTML_KEEP) == 0)
		return;
	if (s->token.id == HTML_BR) {
		buf_puts(s->out, "<br>");
		s->kept++;
		tag_written(s, element);
		return;
	}
	if (s->unwrapped != 0) {
		s->unwrapped--;
		return;
	}
	found = find_open(s, s->token.id);
	if (found < s->depth)
		pop_to(s, found);
}

static void
step(struct sanitiser *s)
{
	switch (s->token.type) {
	case HTML_TEXT:
		if (s->words != NULL)
			put_words(s, s->token.ptr, s->token.len, s->token.raw);
		else
			put_escaped(s->out, s->token.ptr, s->token.len, HTML_STOP_TEXT, s->token.raw);
		break;
	case HTML_START:
		start_tag(s);
		break;
	case HTML_END:
		end_tag(s);
		break;
	default:
		break;
	}
}

void
html_sanitise(const char *html, size_t len, const struct html_options *opt, struct buf *out, size_t *tags_kept)
{
	struct html_line words;
	struct sanitiser s;

	s.words = opt->words != NULL ? &words : NULL;
	if (s.words != NULL)
		html_line_init(&words, NULL, opt->words);
	s.out = out;
	s.kept = s.depth = s.unwrapped = 0;
	s.depth_max = opt->depth_max == 0 ? HTML_DEPTH_DEFAULT : opt->depth_max;
	if (s.depth_max > HTML_DEPTH_MAX)
		s.depth_max = HTML_DEPTH_MAX;
	memset(s.open_groups, 0, sizeof(s.open_groups));
	buf_init(&s.value, 2 * len);	/* some references expand to more than themselves */
	buf_init(&s.url, SIZE_MAX / 4);
	url_base_init(&s.base, opt->base);
	html_tokenizer_init(&s.tokenizer, html, len);
	do {
		html_next(&s.tokenizer, &s.token);
		step(&s);
	} while (s.token.type != HTML_EOF);
	pop_to(&s, 0);
	if (s.words != NULL)
		html_line_flush(&words);
	buf_free(&s.value);
	buf_free(&s.url);
	if (tags_kept != NULL)
		*tags_kept = s.kept;
}
