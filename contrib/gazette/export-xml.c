#include "contrib/gazette/export-xml.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "feeds/base/utf8.h"
#include "feeds/date.h"

/* XML 1.0 section 2.2, without the control characters that it advises against. */
bool
export_xml_is_char(uint32_t cp)
{
	return cp == '\t' || cp == '\n' || (cp >= 0x20 && (cp < 0x7f || cp > 0x9f) && cp != 0xfffe && cp != 0xffff);
}

/* attr: white space would be normalised to spaces. */
static void
put_escaped(struct buf *out, const char *text, bool attr)
{
	static const char *const escapes[128] = { ['"'] = "&quot;", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;" };
	size_t			 len = strlen(text), pos, step;
	uint32_t		 cp;

	for (pos = 0; pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &cp);
		if (!export_xml_is_char(cp))
			continue;
		if (cp < 128 && escapes[cp] != NULL)
			buf_puts(out, escapes[cp]);
		else if (cp < ' ' && attr)
			buf_printf(out, "&#%u;", (unsigned)cp);
		else
			buf_put_utf8(out, cp);
	}
}

void
export_xml_text(struct buf *out, const char *text)
{
	put_escaped(out, text, false);
}

void
export_xml_tag(struct buf *out, const char *name, const char *end, const char *const *attrs)
{
	buf_printf(out, "<%s", name);
	for (; attrs[0] != NULL; attrs += 2) {
		if (attrs[1] == NULL)
			continue;
		buf_printf(out, " %s=\"", attrs[0]);
		put_escaped(out, attrs[1], true);
		buf_putc(out, '"');
	}
	buf_puts(out, end);
}

void
export_xml_whole(struct buf *out, const char *name, const char *text, const char *const *attrs)
{
	if (text == NULL)
		return;
	export_xml_tag(out, name, ">", attrs);
	export_xml_text(out, text);
	export_xml_close(out, name);
}

void
export_xml_close(struct buf *out, const char *name)
{
	buf_printf(out, "</%s>\n", name);
}

char *
export_xml_mail_date(int64_t time_s, char out[EXPORT_XML_DATE_BYTES])
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t			 first = date_from_civil(1900, 1, 1, 0, 0, 0), last = date_from_civil(9999, 12, 31, 23, 59, 59);
	time_t			 when = time_s < first ? first : time_s > last ? last : time_s;
	struct tm		 tm;

	gmtime_r(&when, &tm);
	snprintf(out, EXPORT_XML_DATE_BYTES, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return out;
}
