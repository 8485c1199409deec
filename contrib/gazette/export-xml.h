/*
 * export-xml - XML out: the few calls that feeds need.
 *
 *	export_xml_open(out, "entry", "xml:lang", "de", NULL);
 *	export_xml_element(out, "title", "a & b", "type", "text", NULL);
 *	export_xml_close(out, "entry");
 *
 * Attributes are pairs of name and value, ended by a NULL name; one whose value is NULL is left out. Text and values are UTF-8; what XML
 * 1.0 does not allow (control characters, U+FFFE, U+FFFF) is left out, what is no UTF-8 becomes U+FFFD.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_XML_H
#define CONTRIB_GAZETTE_EXPORT_XML_H

#include <stdbool.h>
#include <stdint.h>

#include "feeds/base/buf.h"

/* Whether the code point is not left out. */
bool	 export_xml_is_char(uint32_t cp);

void	 export_xml_text(struct buf *out, const char *text);
void	 export_xml_close(struct buf *out, const char *name);

/* The start of an element; an element with a text, nothing if that is NULL; and one without. The attributes are what follows. */
#define export_xml_open(out, name, ...)	export_xml_tag((out), (name), ">\n", (const char *const []){ __VA_ARGS__ })
#define export_xml_empty(out, name, ...)	export_xml_tag((out), (name), "/>\n", (const char *const []){ __VA_ARGS__ })
#define export_xml_element(out, name, text, ...)	export_xml_whole((out), (name), (text), (const char *const []){ __VA_ARGS__ })

void	 export_xml_tag(struct buf *out, const char *name, const char *end, const char *const *attrs);
void	 export_xml_whole(struct buf *out, const char *name, const char *text, const char *const *attrs);

/* "Mon, 23 Nov 2026 18:00:00 +0000", in UTC (RFC 5322): years 1900 to 9999, other times are brought there. */
enum { EXPORT_XML_DATE_BYTES = 64 };
char	*export_xml_mail_date(int64_t time_s, char out[EXPORT_XML_DATE_BYTES]);

#endif
