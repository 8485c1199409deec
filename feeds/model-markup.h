/*
 * model-markup - child elements inside a text, written down as HTML (not yet sanitised).
 *
 * XHTML, SVG, MathML and elements without a prefix are written by their local name, others as
 * prefix:name, which the sanitiser unwraps. URLs below an inner xml:base are made absolute here,
 * because the sanitiser knows one base only.
 */
#ifndef FEEDS_MODEL_MARKUP_H
#define FEEDS_MODEL_MARKUP_H

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"
#include "feeds/model-build.h"

enum { MODEL_MARKUP_BASES = 16 };	/* inner xml:base attributes at once; deeper ones are not obeyed */

struct model_markup {
	struct buf	 out;
	size_t		 depth;		/* open elements */
	struct { size_t depth; const char *base; } bases[MODEL_MARKUP_BASES];
	size_t		 n_bases;
};

void	model_markup_init(struct model_markup *, size_t max_bytes);
void	model_markup_free(struct model_markup *);
void	model_markup_clear(struct model_markup *);

void	model_markup_text(struct model_markup *, const char *ptr, size_t len);

/* base: that of the text's element; url: the document's. What is resolved lands in the arena. */
void	model_markup_open(struct model_markup *, const struct xml_element *, struct arena *, const char *base, const char *url);
void	model_markup_close(struct model_markup *, const struct xml_element *);

#endif
