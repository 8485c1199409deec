/*
 * export-mime - the parts of a mail that have rules of their own: header fields (RFC 5322, RFC 2047) and quoted-printable (RFC 2045).
 *
 * All text is UTF-8. Lines end in a line feed and have at most EXPORT_MIME_LINE characters, as far as
 * what cannot be broken (an address, a URL) lets them. No line begins with "From ", so an mbox needs no quoting.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_MIME_H
#define CONTRIB_GAZETTE_EXPORT_MIME_H

#include <stddef.h>

#include "feeds/base/buf.h"

enum {
	EXPORT_MIME_LINE = 76,
	EXPORT_MIME_UNBROKEN = 900,		/* bytes of what cannot be broken: RFC 5322 has 998 in a line */
	EXPORT_MIME_NAME = 24			/* characters of a field's name, at most, and what is behind it */
};

/* "Name: text" and a newline, folded and encoded as need be. */
void	 export_mime_field(struct buf *out, const char *name, const char *text);

/* The display name of an address: a quoted string, or encoded words. */
void	 export_mime_phrase(struct buf *out, const char *text);

/* "Name: <url>"; nothing if it is longer than EXPORT_MIME_UNBROKEN. */
void	 export_mime_url(struct buf *out, const char *name, const char *url);

/* Lines of text as quoted-printable, with a newline at the end. */
void	 export_mime_quoted(struct buf *out, const char *text, size_t len);

#endif
