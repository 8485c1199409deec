/*
 * parser - any feed in, chunk by chunk, the document model out.
 *
 * What the bytes are (XML, JSON, an HTML page) is decided by looking at them. Entries are
 * handed to the caller as soon as nothing that follows can change them, in document order;
 * their memory is reused once the callback returns. However the bytes are cut into
 * chunks, the result is the same. No file and no network is ever touched.
 *
 *	struct feed_options opt = FEED_OPTIONS_INIT;
 *	opt.url = "https://example.org/feed";
 *	struct feed_parser *p = feed_parser_new(&opt, on_entry, arg);
 *	while (...) feed_parser_push(p, bytes, n);
 *	if (feed_parser_finish(p) == FEED_OK)
 *		use(feed_parser_feed(p));
 *	feed_parser_free(p);
 *
 * Not here: fetching, storing, identity.
 */
#ifndef FEEDS_PARSER_H
#define FEEDS_PARSER_H

#include "feeds/base/hash.h"
#include "feeds/doc.h"

enum feed_error {
	FEED_OK = 0,
	FEED_EEMPTY = -1,	/* no bytes, or only white space */
	FEED_ENOTFEED = -2,	/* something else; if a page, feed_parser_candidates() has its feeds */
	FEED_ELIMIT = -3	/* a limit was crossed before there was anything of use */
};

/* Every limit of the library. Defaults: feeds/limits.c. Sizes in bytes. */
struct feed_limits {
	size_t	document_bytes;		/* decoded bytes pushed */
	size_t	text_bytes;		/* one element's text */
	size_t	arena_bytes;		/* one entry, or the feed without its entries */
	size_t	depth;			/* nested XML elements */
	size_t	attributes;		/* of one element */
	size_t	entries;
	size_t	list_items;		/* of any list of the model */
	size_t	warnings;
	size_t	html_depth;		/* open elements in one HTML fragment */
	size_t	candidates;		/* feeds found on one page */
	size_t	page_bytes;		/* how much of an HTML page is kept to look for feeds */
	size_t	lookahead_bytes;	/* seen before an encoding other than UTF-8 is believed */
	size_t	held_bytes;		/* entries that wait for a fact of the feed */
	size_t	tag_bytes;		/* one start tag that libxml2 gets to see */
	size_t	names;			/* different names that libxml2 gets to see: its table is not made for more */
	size_t	entity_bytes;		/* one expanded entity of the document's own DTD */
	size_t	expansion_bytes;	/* all expansions of such entities together */
	size_t	json_bytes;		/* memory for the values of one item of JSON, as estimated before they are read */
};
extern const struct feed_limits feed_limits_default;

struct feed_options {
	const char	*url;		/* where the bytes came from; may be NULL */
	const char	*content_type;	/* the HTTP field; may be NULL; only its charset matters */
	/*
	 * With a key (may be NULL) doc_entry.content_hash is SipHash of the title's line, 0x1f, and what html_hash()
	 * mixes of content_html or of content_text in HTML, where there is no content that of the summary. It costs half
	 * of what hashing the finished entry does.
	 */
	const struct hash_key *content_key;
	struct feed_limits limits;
};
#define FEED_OPTIONS_INIT { .limits = feed_limits_default }

/* A feed that a page names: <link rel=alternate type=...>, or failing that a likely <a href>. */
struct feed_candidate { const char *url, *type, *title; };

struct feed_parser;

/* The entry and all it points to are borrowed until the callback returns. */
typedef void feed_entry_fn(void *arg, const struct doc_entry *);

/* opt is copied, its strings too. on_entry must not be NULL. */
struct feed_parser	*feed_parser_new(const struct feed_options *opt, feed_entry_fn *on_entry, void *arg);
void			 feed_parser_free(struct feed_parser *);

/* FEED_OK, or the error that makes further bytes pointless (they are ignored). */
int			 feed_parser_push(struct feed_parser *, const void *bytes, size_t n);

/* Bytes of the document that are kept for the time being: all of a JSON Feed, little of anything else. */
size_t			 feed_parser_kept(const struct feed_parser *);

/* Call once, after the last byte. The remaining entries are handed out from here. */
int			 feed_parser_finish(struct feed_parser *);

/*
 * Whether, after finish() == FEED_OK, the document ended in the middle: with the root element or object open. What there
 * was has been read; who knows nothing else of the document's end may want to wait for all of it.
 */
bool			 feed_parser_is_cut(const struct feed_parser *);

/* The feed without its entries, complete after finish() == FEED_OK. Borrowed from the parser. */
const struct doc_feed	*feed_parser_feed(const struct feed_parser *);

/* Feeds found on an HTML page, best first, after finish() == FEED_ENOTFEED. Borrowed. *n may be 0. */
const struct feed_candidate *feed_parser_candidates(const struct feed_parser *, size_t *n);

/* What is wrong in plain English, one line: "an HTML page without a feed", "empty document", ... Borrowed. */
const char		*feed_parser_message(const struct feed_parser *);

#endif
