/* export-page - the HTML of an entry, for a page that many of them stand on. */
#ifndef CONTRIB_GAZETTE_EXPORT_PAGE_H
#define CONTRIB_GAZETTE_EXPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

/*
 * Appends a fragment that html_sanitise() has made, with its headings three levels deeper. Without images nothing in it is loaded from
 * elsewhere: images (but those that are in the document), films and sounds become links to them.
 */
void	 export_page_content(const char *html, size_t len, bool images, struct buf *out);

/* The style of the whole page. */
extern const char export_page_style[];

#endif
