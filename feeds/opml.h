/*
 * opml - subscription lists: OPML 1.0/2.0 in and out, and the files that newsboat (urls), newsraft (feeds) and
 * sfeed (sfeedrc) keep. A local user's file is read, by the tolerant tokenizer of html.h.
 */
#ifndef FEEDS_OPML_H
#define FEEDS_OPML_H

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"

struct opml_setting { const char *key, *value; };

struct opml_feed {
	const char	*url;		/* never NULL */
	const char	*title;		/* text= or title=; may be NULL */
	const char	*home_page_url;	/* may be NULL */
	const char	**tags;		/* folders from the outside in, category=, newsboat's tags, "hidden" for its "!" */
	size_t		 n_tags, cap_tags;
	struct opml_setting *settings;	/* what Liferea and FreshRSS say of how it is fetched, by the names that gazette(1) has */
	size_t		 n_settings, cap_settings;
};

/* What newsboat calls a query feed: entries of all feeds by an expression of its own. */
struct opml_search { const char *name, *filter; };

struct opml {
	const char	*title;
	struct opml_feed *feeds;
	size_t		 n_feeds, cap_feeds;
	struct opml_search *searches;
	size_t		 n_searches, cap_searches;
	const char	**skipped;	/* "line 3: what: text", of each that was no use */
	size_t		 n_skipped, cap_skipped;
};

/*
 * Reads any of the four forms (decided by looking). 0, or -1 with *error naming what is wrong and the line. With 0
 * *error is NULL, or names the first line that was no use (a file:// URL, a command) while others were.
 * Everything lands in the arena. The same URL twice is one feed with the tags of both. Text in another encoding than
 * UTF-8 is converted by the XML declaration's word (iconv), else read as windows-1252.
 */
int	opml_read(struct arena *, const char *ptr, size_t len, struct opml *, const char **error);

/* Writes OPML 2.0; a feed with several tags stands in the folder of its first, the others in category=. */
void	opml_write(const struct opml *, struct buf *out);

#endif
