#include "feeds/model-markup.h"

#include <string.h>
#include <strings.h>

#include "feeds/html.h"
#include "feeds/url.h"

static const char *const void_elements[] = {
	"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"
};
static const char *const url_attrs[] = { "href", "src", "cite", "poster" };

static bool
listed(const char *const *list, size_t count, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(list[i]) == len && strncasecmp(list[i], name, len) == 0)
			return true;
	return false;
}

void
model_markup_init(struct model_markup *markup, size_t max_bytes)
{
	memset(markup, 0, sizeof(*markup));
	markup->out = BUF_INIT(max_bytes);
}

void
model_markup_free(struct model_markup *markup)
{
	buf_free(&markup->out);
}

void
model_markup_clear(struct model_markup *markup)
{
	buf_clear(&markup->out);
	markup->depth = 0;
	markup->n_bases = 0;
}

void
model_markup_text(struct model_markup *markup, const char *ptr, size_t len)
{
	if (len != 0)
		html_escape(ptr, len, &markup->out);
}

static bool
is_alpha(char chr)
{
	return (chr >= 'a' && chr <= 'z') || (chr >= 'A' && chr <= 'Z');
}

/* The tag's name; nothing if an HTML tokenizer would not see a tag. */
static bool
put_name(struct buf *out, const struct xml_element *element)
{
	bool bare = element->prefix_len == 0 || element->ns == NS_XHTML || element->ns == NS_SVG ||
	    element->ns == NS_MATHML || element->ns == NS_NONE;
	const char *first = bare ? element->local : element->prefix;

	if (!is_alpha(*first))
		return false;
	if (!bare) {
		buf_put(out, element->prefix, element->prefix_len);
		buf_putc(out, ':');
	}
	buf_put(out, element->local, element->local_len);
	return true;
}

static const char *
enter_base(struct model_markup *markup, const struct xml_element *element, struct arena *arena, const char *base,
    const char *url)
{
	const char *inner = markup->n_bases != 0 ? markup->bases[markup->n_bases - 1].base : NULL;
	size_t i;

	for (i = 0; i < element->n_attrs; i++)
		if (element->attrs[i].id == A_XML_BASE)
			break;
	if (i == element->n_attrs || markup->n_bases == MODEL_MARKUP_BASES)
		return inner;
	inner = model_build_base(arena, inner != NULL ? inner : base, url, &element->attrs[i]);
	markup->bases[markup->n_bases].depth = markup->depth;
	markup->bases[markup->n_bases++].base = inner;
	return inner;
}

static void
put_attr(struct buf *out, const struct xml_attr *attr, struct arena *arena, const char *base)
{
	const char *value = attr->value;
	size_t len = attr->len;

	if (attr->ns == NS_XML ? attr->id != A_XML_LANG : attr->prefix_len != 0)
		return;
	if (base != NULL && listed(url_attrs, sizeof(url_attrs) / sizeof(url_attrs[0]), attr->local, attr->local_len)) {
		value = url_resolve_html(arena, base, value, len, true);
		if (value == NULL)
			return;
		len = strlen(value);
	}
	buf_putc(out, ' ');
	buf_put(out, attr->local, attr->local_len);
	buf_put(out, "=\"", 2);
	html_escape(value, len, out);
	buf_putc(out, '"');
}

void
model_markup_open(struct model_markup *markup, const struct xml_element *element, struct arena *arena, const char *base,
    const char *url)
{
	size_t i;

	markup->depth++;
	base = enter_base(markup, element, arena, base, url);
	buf_putc(&markup->out, '<');
	if (!put_name(&markup->out, element)) {
		markup->out.len--;
		return;
	}
	for (i = 0; i < element->n_attrs; i++)
		put_attr(&markup->out, &element->attrs[i], arena, base);
	buf_putc(&markup->out, '>');
}

void
model_markup_close(struct model_markup *markup, const struct xml_element *element)
{
	if (markup->n_bases != 0 && markup->bases[markup->n_bases - 1].depth == markup->depth)
		markup->n_bases--;
	markup->depth--;
	if (listed(void_elements, sizeof(void_elements) / sizeof(void_elements[0]), element->local, element->local_len))
		return;
	buf_put(&markup->out, "</", 2);
	if (!put_name(&markup->out, element)) {
		markup->out.len -= 2;
		return;
	}
	buf_putc(&markup->out, '>');
}
