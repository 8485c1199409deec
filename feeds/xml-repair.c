#include "feeds/xml-repair.h"

#include <string.h>

static const char *const repairs[] = {
	[REPAIR_AMPERSAND] = "an ampersand that begins no reference",
	[REPAIR_LESS_THAN] = "a \"<\" that begins no tag",
	[REPAIR_UNCLOSED] = "an element is not closed",
	[REPAIR_STRAY_END] = "an end tag without a start tag",
	[REPAIR_CASE] = "an end tag in another case than its start tag",
	[REPAIR_ATTRIBUTE] = "an attribute without quotes or value",
	[REPAIR_DOUBLED] = "an attribute is given twice",
	[REPAIR_TRUNCATED] = "the document ends too early",
	[REPAIR_CUT_TAG] = "a tag is not closed",
	[REPAIR_DOCTYPE] = "a document type declaration that cannot be read",
};

void
xml_repair_note(struct model_warnings *warnings, enum xml_repair repair, size_t line, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < warnings->n_list; i++)
		if (strstr(warnings->list[i], repairs[repair]) != NULL)
			return;
	if (name != NULL)
		model_warn(warnings, "xml: line %zu: %s: <%.*s>", line, repairs[repair],
		    model_warn_shown(name, len), name);
	else
		model_warn(warnings, "xml: line %zu: %s", line, repairs[repair]);
}
