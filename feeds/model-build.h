/*
 * model-build - takes elements and text in document order, notes facts, hands finished entries on.
 *
 * The callers are the two readers of XML: xml-strict.c (libxml2) and xml-tolerant.c. Both name
 * elements by model_build_ns() and model_build_name(). Between two children of the container (rss,
 * channel, feed) the builder is *safe*: it holds nothing half-read, and the other reader may take
 * over from that place in the text after model_build_rewind().
 */
#ifndef FEEDS_MODEL_BUILD_H
#define FEEDS_MODEL_BUILD_H

#include "feeds/model.h"

struct xml_attr {
	enum xml_ns	 ns;
	enum model_attr_name id;
	const char	*local, *prefix;	/* prefix may be NULL */
	size_t		 local_len, prefix_len;
	const char	*value;			/* decoded */
	size_t		 len;
};

struct xml_element {
	enum xml_ns	 ns;
	uint16_t	 name;
	const char	*local, *prefix;	/* prefix may be NULL */
	size_t		 local_len, prefix_len;
	const char	*uri;			/* may be NULL; needed for the root only */
	size_t		 uri_len;
	const char	*default_uri;		/* the default namespace inside it, for the root only; may be NULL */
	const struct xml_attr *attrs;
	size_t		 n_attrs;
};


struct model_build;

/* url and the key of the content's hash may be NULL. The strings and the limits are borrowed. Entries go to on_entry. */
struct model_build *model_build_new(const struct feed_limits *, const char *url, const struct hash_key *, feed_entry_fn *on_entry,
		    void *arg);
void		 model_build_free(struct model_build *);

/* True if the builder is safe after this element. */
bool		 model_build_start(struct model_build *, const struct xml_element *);
bool		 model_build_end(struct model_build *, const struct xml_element *);
void		 model_build_text(struct model_build *, const char *ptr, size_t len);

/* Forgets what came after the last safe place, or everything. */
void		 model_build_rewind(struct model_build *, bool to_beginning);

/* The document is over: hands out the entries that waited, completes the feed. */
void		 model_build_finish(struct model_build *);

/* The root is that of a feed; a limit ends the document here. */
bool		 model_build_has_root(const struct model_build *);
bool		 model_build_stopped(const struct model_build *);
struct doc_feed	*model_build_feed(struct model_build *);
struct arena	*model_build_arena(struct model_build *);
struct model_warnings *model_build_warnings(struct model_build *);

/* The namespace as rows know it: the document's own is NS_RSS or NS_ATOM. */
enum xml_ns	 model_build_ns(const struct model_build *, const char *uri, size_t len);

/* The base inside an element with this xml:base: url counts where outer is NULL; a bad one is ignored. In the arena. */
const char	*model_build_base(struct arena *, const char *outer, const char *url, const struct xml_attr *);

/* Whether an element of that name may start here. */
bool		 model_build_expects(const struct model_build *, uint16_t);

/*
 * How many elements stay open if this one starts where it can only stand further out than we are; SIZE_MAX if none
 * is to be closed. html: the name is HTML's too, so it may be markup.
 */
size_t		 model_build_implied(const struct model_build *, const struct xml_element *, bool html);

#endif
