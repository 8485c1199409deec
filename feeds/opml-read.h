/*
 * opml-read - what the readers of the forms share. Internal to opml-*.
 */
#ifndef FEEDS_OPML_READ_H
#define FEEDS_OPML_READ_H

#include "feeds/opml.h"

enum {
	OPML_TAGS_MAX = 64,		/* of one feed */
	OPML_FOLDERS_MAX = 32,		/* inside each other; deeper ones give no tags */
	OPML_WORDS_MAX = 64,		/* of one line; further ones are dropped */
	OPML_LINE_BYTES_MAX = 4096,	/* of a title or tag; longer ones are none */
	OPML_SKIPPED_MAX = 1000		/* messages: of more that is no use nothing is said */
};

struct opml_reader {
	struct arena	*arena;
	const char	*start, *end;	/* the whole text in UTF-8 */
	struct opml	*opml;
	const char	*error;		/* the first thing that could not be used, or NULL */
};

/* Remembers "line N: what: text"; text is shortened and may be NULL. */
void		 opml_complain(struct opml_reader *, const char *where, const char *what, const char *text);

/* Plain text on one line: white space collapsed, control characters gone; NULL if nothing is left. In the arena. */
const char	*opml_text(struct opml_reader *, const char *str, size_t len);

/* A new feed with this URL, or NULL (after a complaint about where) if it is none that can be fetched. */
struct opml_feed *opml_add(struct opml_reader *, const char *where, const char *url);

/* Appends a tag unless it is there already. */
void		 opml_add_tag(struct opml_reader *, struct opml_feed *, const char *tag);

/* The readers. 0 or -1 after opml_complain(). */
int		 opml_read_xml(struct opml_reader *);
int		 opml_read_newsboat(struct opml_reader *);
int		 opml_read_sfeed(struct opml_reader *);
int		 opml_read_newsraft(struct opml_reader *);

/* Whether the text has commands of an sfeedrc, or sections of newsraft's. */
bool		 opml_is_sfeed(const struct opml_reader *);
bool		 opml_is_newsraft(const struct opml_reader *);

#endif
