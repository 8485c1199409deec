/*
 * xml-tag - the anatomy of one tag as broken documents write it: unquoted and doubled attributes, a missing quote or '>'.
 */
#ifndef FEEDS_XML_TAG_H
#define FEEDS_XML_TAG_H

#include <stdbool.h>
#include <stddef.h>

struct xml_tag_attr { const char *name, *value; size_t name_len, value_len; };	/* value not decoded */

enum xml_tag_fault {		/* a set */
	XML_TAG_UNQUOTED = 1, XML_TAG_DOUBLED = 2, XML_TAG_NO_VALUE = 4, XML_TAG_TOO_MANY = 8, XML_TAG_LESS_THAN = 16,
	XML_TAG_NO_SPACE = 32
};

enum xml_tag_end { XML_TAG_MORE, XML_TAG_COMPLETE, XML_TAG_CUT };

/*
 * Where the tag at ptr ("<...") ends. COMPLETE: *len bytes, '>' included. CUT: a '<' or the end of the
 * document comes first, *len bytes up to there. MORE: cannot be said yet (never if final).
 */
enum xml_tag_end xml_tag_find_end(const char *ptr, size_t avail, bool final, size_t *len);

/* Whether a tag's name can begin with these bytes. */
bool	xml_tag_name_start(unsigned char byte);

/* The name after "<" or "</" of a tag of len bytes. */
size_t	xml_tag_name(const char *ptr, size_t len);

/* The attributes between the name and the end of a start tag, max at most, each name once. Adds to *faults. */
size_t	xml_tag_attrs(const char *ptr, size_t len, struct xml_tag_attr *list, size_t max, bool *empty, unsigned *faults);

#endif
