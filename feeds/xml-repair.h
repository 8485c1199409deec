/*
 * xml-repair - what the tolerant reader puts right, and how it says so: one warning for each kind, with its first line.
 */
#ifndef FEEDS_XML_REPAIR_H
#define FEEDS_XML_REPAIR_H

#include "feeds/model.h"

enum xml_repair {
	REPAIR_AMPERSAND, REPAIR_LESS_THAN, REPAIR_UNCLOSED, REPAIR_STRAY_END, REPAIR_CASE, REPAIR_ATTRIBUTE,
	REPAIR_DOUBLED, REPAIR_TRUNCATED, REPAIR_CUT_TAG, REPAIR_DOCTYPE
};

/* name, of len bytes, is the element's; it may be NULL. */
void	xml_repair_note(struct model_warnings *, enum xml_repair, size_t line, const char *name, size_t len);

#endif
