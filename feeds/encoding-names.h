/*
 * encoding-names - the names of encodings, as browsers read them (WHATWG Encoding Standard), and as Python and others
 * write them.
 */
#ifndef FEEDS_ENCODING_NAMES_H
#define FEEDS_ENCODING_NAMES_H

#include <stddef.h>

enum { ENCODING_NAME_BYTES = 40 };	/* longer names are none */

/* The lower-case name under which libxml2 knows it; one that is not in the table stays itself. "" if it is none. */
void	encoding_names_canonical(const char *name, size_t len, char out[ENCODING_NAME_BYTES]);

#endif
