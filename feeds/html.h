/*
 * html - HTML fragments as feeds carry them: sanitising, plain text, sniffing, attributes.
 *
 * One tolerant tokenizer (WHATWG tokenisation in spirit) serves all. Nothing is ever loaded, and the
 * output of html_sanitise() is balanced and contains only what the allow-list rows in html-allow.c keep.
 */
#ifndef FEEDS_HTML_H
#define FEEDS_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"
#include "feeds/base/hash.h"

enum { HTML_DEPTH_DEFAULT = 256, HTML_DEPTH_MAX = 4096 };

struct html_options {
	const char	*base;		/* relative URLs are resolved against it; may be NULL */
	size_t		 depth_max;	/* deeper elements are unwrapped; 0: HTML_DEPTH_DEFAULT; at most HTML_DEPTH_MAX */
	struct hash_state *words;	/* what html_hash() of the output would mix in is mixed in here; may be NULL */
};

/*
 * Appends the sanitised fragment to out. *tags_kept counts the tags written (may be NULL).
 * opt->base may change inside the fragment only by the caller's own means.
 */
void	html_sanitise(const char *html, size_t len, const struct html_options *opt, struct buf *out, size_t *tags_kept);

/* Appends the text on one line: markup removed, references decoded once, white space collapsed and trimmed. */
void	html_to_line(const char *html, size_t len, struct buf *out);

/*
 * Appends plain text with structure for reading: paragraphs, "# " headings, "* " and "1. " lists, "> " quotes, pre as is,
 * tables by rows, images as [image: alt]; not wrapped. If links is not NULL each <a href> and each image gets a number
 * "[1]" after its text and its URL is appended to links, one a line. No control character but the line feed (and tabs
 * inside pre) is written, so a terminal is safe.
 */
void	html_to_text(const char *html, size_t len, struct buf *out, struct buf *links);

/* Whether a string that does not say is HTML: a character reference, or a tag whose name is an HTML element. */
bool	html_sniff(const char *str, size_t len);

/* Mixes the bytes that html_to_line() would append into a hash: markup and the amount of white space do not count. */
void	html_hash(const char *html, size_t len, struct hash_state *);

/*
 * The code points of a character reference name without & and ; ("eacute"): how many (0: unknown, at most 2).
 */
int	html_entity(const char *name, size_t len, uint32_t code_points[2]);

/* Whether name (any case) is the name of an HTML element; obsolete ones, math and svg are. */
bool	html_is_element(const char *name, size_t len);

/* --- the tokenizer itself ----------------------------------------------------------------- */

enum html_token_type { HTML_EOF, HTML_TEXT, HTML_START, HTML_END, HTML_COMMENT, HTML_OTHER };

struct html_attr { const char *name; size_t name_len; const char *value; size_t value_len; };	/* value not decoded */
enum { HTML_ATTRS_MAX = 64 };		/* further ones are dropped */

struct html_token {
	enum html_token_type type;
	const char	*ptr; size_t len;	/* text (not decoded), or the tag's name as written */
	unsigned	 id;			/* of tags: enum html_id of html-names.h, 0 if unknown */
	bool		 self_closing;
	bool		 raw;			/* text of a script or the like: it holds no references */
	struct html_attr attrs[HTML_ATTRS_MAX];
	size_t		 n_attrs;
};

struct html_tokenizer {
	const char	*pos, *end;
	const char	*raw; size_t raw_len;	/* the open element whose text holds no tags, or NULL */
	bool		 raw_is_text;		/* nor references */
	bool		 in_cdata;
	bool		 no_quote[2];		/* no ' or " from here on */
};

void	html_tokenizer_init(struct html_tokenizer *, const char *html, size_t len);
void	html_next(struct html_tokenizer *, struct html_token *);

/* tok is a start tag: takes everything up to its end tag, which becomes tok, or to the end of all. */
void	html_skip_element(struct html_tokenizer *, struct html_token *tok);

/* Appends ptr[0..len) with its character references decoded once. */
void	html_decode(const char *ptr, size_t len, struct buf *out);

/* The same for the value of an attribute, where "&copy=1" is no reference. */
void	html_decode_value(const char *ptr, size_t len, struct buf *out);

/* Appends text escaped for HTML text or a double-quoted attribute. */
void	html_escape(const char *ptr, size_t len, struct buf *out);

#endif
