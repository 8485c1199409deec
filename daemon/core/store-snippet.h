/*
 * store-snippet - where a query's words stand in an entry's text. Words are told apart and folded by the full-text index's own
 * tokenizer, so that what was found is what is marked.
 *
 *	struct snippet *snippet = snippet_new(store, query);
 *	snippet_take(snippet, item, &parts);		for each entry, read with STORE_WANT_CONTENT | STORE_WANT_COLD
 *	snippet_free(snippet);
 */
#ifndef DAEMON_CORE_STORE_SNIPPET_H
#define DAEMON_CORE_STORE_SNIPPET_H

#include "daemon/core/store-item.h"

struct snippet;

enum {
	SNIPPET_BYTES = 200,		/* about so long */
	SNIPPET_TEXT_MAX = 64 << 10,	/* looked at of a text */
	SNIPPET_WORDS_MAX = 64,		/* of a query */
	SNIPPET_MARKS_MAX = 256		/* words found that are looked at */
};

/* NULL: no word of the query is looked for in texts (only in titles or authors, or there is none), or there is no FTS5. */
struct snippet	*snippet_new(struct store *, const struct query *);
void		 snippet_free(struct snippet *);	/* NULL is fine */

/*
 * The stretch of the text with the most different words of the query: parts in turn between the words and the words, beginning with
 * one between, which may be empty; "…" where the text goes on. count 0: no word is in the text. Valid until the next call.
 */
void		 snippet_take(struct snippet *, const struct store_item *, struct span_list *parts);

#endif
