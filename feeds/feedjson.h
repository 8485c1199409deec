/*
 * feedjson - writes the document model as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/),
 * facts without a member of their own in "_gazette" objects.
 */
#ifndef FEEDS_FEEDJSON_H
#define FEEDS_FEEDJSON_H

#include "feeds/base/json.h"
#include "feeds/doc.h"

/* "rss-2.0", "atom-1.0", ... */
const char	*feedjson_format_name(enum doc_format);

#define FEEDJSON_VERSION "https://jsonfeed.org/version/1.1"

/* All members of the feed but "version" and "items", _gazette included, into an object that is open. */
void		 feedjson_feed(struct json *, const struct doc_feed *);

/* A whole item as one object. */
void		 feedjson_item(struct json *, const struct doc_entry *);

/*
 * The same item in two parts, for those who keep the main facts elsewhere: the standard
 * members without id, url, title, content_html, content_text, summary, date_published,
 * date_modified; and the members of _gazette. Each goes into an object that is open.
 */
void		 feedjson_item_rest(struct json *, const struct doc_entry *);
void		 feedjson_item_gazette(struct json *, const struct doc_entry *);

#endif
