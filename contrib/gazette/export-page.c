#include "contrib/gazette/export-page.h"

#include <string.h>

#include "feeds/html.h"

const char export_page_style[] =
    ":root { color-scheme: light dark; --paper: #fdfcfa; --ink: #1c1b19; --dim: #625d55; --line: #e2ddd4; --link: #0b57a4; --day: #8a3b12 }\n"
    "@media (prefers-color-scheme: dark) {\n"
    " :root { --paper: #17181a; --ink: #e6e3dd; --dim: #a29c92; --line: #34353a; --link: #8ab8f2; --day: #e0a273 }\n"
    "}\n"
    "* { box-sizing: border-box }\n"
    "html { background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 Georgia, 'Times New Roman', serif;"
    " scroll-padding-top: 3.5rem }\n"
    "body { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem }\n"
    "header, .day, .meta, summary, footer, nav { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif }\n"
    "h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem }\n"
    ".day { position: sticky; top: 0; z-index: 1; margin: 2.5rem 0 0; padding: .5rem 0; background: var(--paper); color: var(--day);"
    " border-bottom: 2px solid var(--line); font-size: 1rem; letter-spacing: .03em }\n"
    "article { padding: 1.1rem 0; border-bottom: 1px solid var(--line) }\n"
    "article > h3 { margin: 0; font-size: 1.2rem; line-height: 1.3; overflow-wrap: anywhere }\n"
    "article > h3 > a, article > h3:not(:has(a)) { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 6; overflow: clip;"
    " overflow-clip-margin: 4px }\n"
    "a { color: var(--link); text-underline-offset: .15em }\n"
    "h3 a { color: inherit; text-decoration: none }\n"
    "h3 a:hover, h3 a:focus { text-decoration: underline }\n"
    "a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px }\n"
    ".meta, header p, footer { color: var(--dim); font-size: .875rem; margin: .25rem 0 .5rem }\n"
    ".lead { margin: .5rem 0 }\n"
    "summary { cursor: pointer; color: var(--link); font-size: .875rem; padding: .35rem 0 }\n"
    "article:has(details[open]) > .begun { display: none }\n"
    ".content { overflow-wrap: anywhere }\n"
    ".content > :first-child { margin-top: .5rem }\n"
    ".content > :last-child { margin-bottom: 0 }\n"
    ".content img, .content video { max-width: 100%; height: auto }\n"
    ".content pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 4px; font-size: .875rem }\n"
    ".content code { font-size: .9em }\n"
    ".content table { display: block; overflow-x: auto; border-collapse: collapse }\n"
    ".content td, .content th { border: 1px solid var(--line); padding: .25rem .5rem; text-align: start }\n"
    ".content blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--dim) }\n"
    ".text { white-space: pre-wrap }\n"
    ".files { padding-inline-start: 1.25rem; font-size: .9rem }\n"
    "@media print { .day { position: static } details > * { display: block } }\n";

enum { HEADINGS_DEEPER = 3, HEADING_DEEPEST = 6 };

/* --- tags ------------------------------------------------------------------------------------------------- */

static bool
is_name(const struct html_token *token, const char *name)
{
	return token->len == strlen(name) && strncmp(token->ptr, name, token->len) == 0;
}

static bool
is_one_of(const struct html_token *token, const char *const *names)
{
	for (; *names != NULL; names++)
		if (is_name(token, *names))
			return true;
	return false;
}

static const struct html_attr *
attr_of(const struct html_token *token, const char *name)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (token->attrs[i].name_len == strlen(name) && strncmp(token->attrs[i].name, name, token->attrs[i].name_len) == 0)
			return &token->attrs[i];
	return NULL;
}

/* The start or end of an element under this name; values are as they are written: escaped. */
static void
put_tag(const struct html_token *token, const char *name, size_t len, struct buf *out)
{
	buf_puts(out, token->type == HTML_END ? "</" : "<");
	buf_put(out, name, len);
	for (size_t i = 0; i < token->n_attrs; i++) {
		buf_putc(out, ' ');
		buf_put(out, token->attrs[i].name, token->attrs[i].name_len);
		if (token->attrs[i].value == NULL)
			continue;
		buf_puts(out, "=\"");
		buf_put(out, token->attrs[i].value, token->attrs[i].value_len);
		buf_putc(out, '"');
	}
	/* what nobody described would be read out by its address */
	if (token->type == HTML_START && is_name(token, "img") && attr_of(token, "alt") == NULL)
		buf_puts(out, " alt=\"\"");
	buf_putc(out, '>');
}

static bool
is_heading(const struct html_token *token)
{
	return token->len == 2 && (token->ptr[0] == 'h' || token->ptr[0] == 'H') && token->ptr[1] >= '1' && token->ptr[1] <= '6';
}

static void
put_heading(const struct html_token *token, struct buf *out)
{
	int	 level = token->ptr[1] - '0' + HEADINGS_DEEPER;
	char	 name[] = { 'h', (char)('0' + (level < HEADING_DEEPEST ? level : HEADING_DEEPEST)) };

	put_tag(token, name, sizeof(name), out);
}

/* --- what would be loaded ------------------------------------------------------------------------------------- */

/* A link cannot stand in a link: then its words stand alone. */
static void
put_link(const struct html_attr *url, const char *kind, const struct html_attr *words, bool in_link, struct buf *out)
{
	bool	 link = url != NULL && url->value_len > 0 && !in_link;

	if (link) {
		buf_puts(out, "<a href=\"");
		buf_put(out, url->value, url->value_len);
		buf_puts(out, "\">");
	}
	buf_printf(out, "[%s", kind);
	if (words != NULL && words->value_len > 0) {
		buf_puts(out, ": ");
		buf_put(out, words->value, words->value_len);
	}
	buf_putc(out, ']');
	if (link)
		buf_puts(out, "</a>");
	buf_putc(out, ' ');
}

/* Whether it was written otherwise. */
static bool
put_unloaded(const struct html_token *token, bool in_link, struct buf *out)
{
	static const char *const	 media[] = { "audio", "video", "source", "picture", NULL };
	const struct html_attr		*src = attr_of(token, "src");

	if (is_name(token, "img")) {
		if (src != NULL && src->value_len > 5 && strncmp(src->value, "data:", 5) == 0 && attr_of(token, "srcset") == NULL)
			return false;
		put_link(src, "image", attr_of(token, "alt"), in_link, out);
		return true;
	}
	if (!is_one_of(token, media))
		return false;
	if (token->type == HTML_START && src != NULL)
		put_link(src, is_name(token, "audio") ? "sound" : is_name(token, "video") ? "film" : "file", attr_of(token, "type"), in_link,
		    out);
	return true;
}

void
export_page_content(const char *html, size_t len, bool images, struct buf *out)
{
	struct html_tokenizer	 tokenizer;
	struct html_token	 token;
	bool			 in_link = false;

	html_tokenizer_init(&tokenizer, html, len);
	for (html_next(&tokenizer, &token); token.type != HTML_EOF; html_next(&tokenizer, &token)) {
		if (token.type == HTML_TEXT) {
			buf_put(out, token.ptr, token.len);
			continue;
		}
		if (token.type != HTML_START && token.type != HTML_END)
			continue;
		if (is_name(&token, "a"))
			in_link = token.type == HTML_START;
		if (!images && put_unloaded(&token, in_link, out))
			continue;
		if (is_heading(&token))
			put_heading(&token, out);
		else
			put_tag(&token, token.ptr, token.len, out);
	}
}
