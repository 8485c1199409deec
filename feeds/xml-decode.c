#include "feeds/xml-decode.h"

#include <libxml/encoding.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>

/* No character of any encoding is longer, escape sequences included. */
enum { CHARACTER_MAX = 8, SLICE_BYTES = 16 * 1024 };

static const char replacement[] = "\xef\xbf\xbd";

struct xml_decode { xmlCharEncodingHandlerPtr handler; xmlBufferPtr in, out; };

static void
quiet(void *ctx, xmlErrorPtr error)
{
	(void)ctx;
	(void)error;
}

struct xml_decode *
xml_decode_new(const char *name)
{
	struct xml_decode *decode;
	xmlCharEncodingHandlerPtr handler;

	xmlInitParser();
	handler = xmlFindCharEncodingHandler(name);
	if (handler == NULL)
		return NULL;
	decode = malloc(sizeof(*decode));
	if (decode == NULL)
		abort();
	decode->handler = handler;
	decode->in = xmlBufferCreate();
	decode->out = xmlBufferCreate();
	if (decode->in == NULL || decode->out == NULL)
		abort();
	return decode;
}

void
xml_decode_free(struct xml_decode *decode)
{
	if (decode == NULL)
		return;
	xmlBufferFree(decode->in);
	xmlBufferFree(decode->out);
	xmlCharEncCloseFunc(decode->handler);
	free(decode);
}

/* As far as it goes; true if that was at all. */
static bool
convert(struct xml_decode *decode, struct buf *out)
{
	int before = xmlBufferLength(decode->in), rc;

	xmlSetStructuredErrorFunc(NULL, quiet);
	rc = xmlCharEncInFunc(decode->handler, decode->out, decode->in);
	xmlSetStructuredErrorFunc(NULL, NULL);
	(void)rc;
	buf_put(out, xmlBufferContent(decode->out), (size_t)xmlBufferLength(decode->out));
	xmlBufferEmpty(decode->out);
	return xmlBufferLength(decode->in) < before;
}

void
xml_decode_push(struct xml_decode *decode, const void *bytes, size_t len, bool final, struct buf *out, size_t *errors)
{
	const unsigned char *ptr = len != 0 ? bytes : (const void *)"";
	size_t slice;

	do {
		slice = len < SLICE_BYTES ? len : SLICE_BYTES;
		if (slice != 0 && xmlBufferAdd(decode->in, ptr, (int)slice) != 0)
			abort();
		ptr += slice;
		len -= slice;
		while (xmlBufferLength(decode->in) != 0) {
			if (convert(decode, out))
				continue;
			if (xmlBufferLength(decode->in) < CHARACTER_MAX && !(final && len == 0))
				break;
			buf_put(out, replacement, sizeof(replacement) - 1);
			xmlBufferShrink(decode->in, 1);
			(*errors)++;
		}
	} while (len != 0);
}
