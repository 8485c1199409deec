/*
 * html-chars - characters of HTML: what a byte is, and what references and odd bytes mean. Internal to html_*.
 */
#ifndef FEEDS_HTML_CHARS_H
#define FEEDS_HTML_CHARS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	HTML_ENTITY_BYTES_MAX = 31,	/* the longest name */
	HTML_CHAR_BYTES_MAX = 8		/* what one reference expands to */
};

enum {
	HTML_STOP_TEXT = 1,		/* is not simply copied to HTML text, */
	HTML_STOP_VALUE = 2,		/* to an attribute's value, */
	HTML_STOP_LINE = 4,		/* to plain text */
	HTML_SPACE = 8,			/* HTML's white space */
	HTML_NAME_END = 16,		/* ends a tag's name: space / > */
	HTML_ATTR_END = 32,		/* ends an attribute's name: space / > = */
	HTML_ALPHA = 64,
	HTML_ALNUM = 128
};
extern const unsigned char html_classes[256];

static inline bool
html_is(char chr, unsigned classes)
{
	return (html_classes[(unsigned char)chr] & classes) != 0;
}

/* How many bytes from ptr on are of none of the classes. */
static inline size_t
html_span(const char *ptr, size_t len, unsigned classes)
{
	size_t pos = 0;

	while (pos < len && (html_classes[(unsigned char)ptr[pos]] & classes) == 0)
		pos++;
	return pos;
}

/* The same for HTML_STOP_TEXT or HTML_STOP_VALUE, quicker where there is much that is simply copied. */
size_t	 html_plain_span(const char *ptr, size_t len, unsigned stop);

/*
 * Takes the character at ptr, len > 0, that html_span() stopped at: a reference is decoded, a control character
 * vanishes or means windows-1252, all else is itself. Returns the bytes taken; *n bytes are written to out.
 * In attribute values a reference without semicolon before a letter, digit or = is none.
 */
size_t	 html_char(const char *ptr, size_t len, bool in_value, char out[HTML_CHAR_BYTES_MAX], size_t *n);

/* As html_char() for '&': 0 if this is no reference. */
size_t	 html_reference(const char *ptr, size_t len, bool in_value, char out[HTML_CHAR_BYTES_MAX], size_t *n);

/* The UTF-8 text of a named reference, or NULL; *legacy: known without semicolon too. */
const char *html_entity_text(const char *name, size_t len, bool *legacy);

/* The bytes of the Unicode white space at ptr, 0 if it is none. */
size_t	 html_space(const char *ptr, size_t len);

/*
 * As html_span() for HTML_STOP_LINE, but with the single spaces between words, and bytes that only might be odd.
 * No space stands at either end of it.
 */
size_t	 html_words_span(const char *ptr, size_t len);

#endif
