/*
 * export-form - what a text has to look like where Atom, RSS and JSON Feed say so. What feeds say does not always: then it is mended if it can
 * be, else left out.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_FORM_H
#define CONTRIB_GAZETTE_EXPORT_FORM_H

#include <stdbool.h>

#include "feeds/base/arena.h"

/* All: text may be NULL, and what is returned NULL if it can be none. */

/* An IRI (RFC 3987) with a scheme; what may not stand in one is percent-encoded. In the arena, or text itself. */
const char *export_form_iri(struct arena *, const char *text);
bool	 export_form_is_iri(const char *text);

/* A media type (RFC 6838), with parameters; and a tag of a language (RFC 5646 section 2.1), of which only the form is looked at. */
const char *export_form_media(const char *text);
const char *export_form_language(const char *text);

/* The relation of a link (RFC 4287 section 4.2.7.2): a name or an IRI. */
const char *export_form_relation(const char *text);

/* Whether nothing can be seen of it: white space alone, and what XML does not allow. */
bool	 export_form_is_blank(const char *text);

#endif
