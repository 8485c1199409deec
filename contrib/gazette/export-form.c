#include "contrib/gazette/export-form.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "contrib/gazette/export-xml.h"
#include "feeds/base/buf.h"
#include "feeds/base/utf8.h"
#include "feeds/url.h"

enum { SUBTAG_MAX = 8 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* --- IRIs -------------------------------------------------------------------------------------------------- */

static bool
is_escape(const char *text)
{
	return *text == '%' && strspn(text + 1, DIGITS "abcdefABCDEF") >= 2;
}

/* What stands at text, of so many bytes. */
static bool
fits_iri(const char *text, uint32_t cp)
{
	if (cp == '%')
		return is_escape(text);
	return cp > ' ' && export_xml_is_char(cp) && (cp >= 128 || strchr("\"<>\\^`{|}", (int)cp) == NULL);
}

static bool
has_scheme(const char *text)
{
	return text != NULL && url_is_absolute(text) && strchr(text, ':')[1] != '\0';
}

bool
export_form_is_iri(const char *text)
{
	size_t		 len, pos;
	uint32_t	 cp;

	if (!has_scheme(text))
		return false;
	for (pos = 0, len = strlen(text); pos < len; pos += utf8_decode(text + pos, len - pos, &cp)) {
		utf8_decode(text + pos, len - pos, &cp);
		if (!fits_iri(text + pos, cp))
			return false;
	}
	return true;
}

const char *
export_form_iri(struct arena *arena, const char *text)
{
	struct buf	 iri = BUF_INIT(SIZE_MAX);
	size_t		 len, pos, step;
	uint32_t	 cp;

	if (!has_scheme(text) || export_form_is_iri(text))
		return has_scheme(text) ? text : NULL;
	for (pos = 0, len = strlen(text); pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &cp);
		if (fits_iri(text + pos, cp))
			buf_put(&iri, text + pos, step);
		else
			for (size_t i = 0; i < step; i++)
				buf_printf(&iri, "%%%02X", (unsigned char)text[pos + i]);
	}
	text = arena_strndup(arena, buf_str(&iri), iri.len);
	buf_free(&iri);
	return text;
}

/* --- names --------------------------------------------------------------------------------------------------- */

const char *
export_form_media(const char *text)
{
	static const char	 token[] = LETTERS DIGITS "!#$&^_.+-";
	size_t			 type, subtype;

	if (text == NULL)
		return NULL;
	type = strspn(text, token);
	if (type == 0 || text[type] != '/')
		return NULL;
	subtype = strspn(text + type + 1, token);
	if (subtype == 0)
		return NULL;
	type += 1 + subtype;
	type += strspn(text + type, " ");
	return text[type] == '\0' || text[type] == ';' ? text : NULL;
}

const char *
export_form_language(const char *text)
{
	const char	*allowed = LETTERS, *pos = text;
	size_t		 len;

	while (pos != NULL) {
		len = strspn(pos, allowed);
		if (len == 0 || len > SUBTAG_MAX || (pos[len] != '-' && pos[len] != '\0'))
			return NULL;
		pos = pos[len] == '-' ? pos + len + 1 : NULL;
		allowed = LETTERS DIGITS;
	}
	return text;
}

const char *
export_form_relation(const char *text)
{
	bool	 name = text != NULL && *text != '\0' && strspn(text, LETTERS) > 0 && text[strspn(text, LETTERS DIGITS "._-")] == '\0';

	return name || export_form_is_iri(text) ? text : NULL;
}

bool
export_form_is_blank(const char *text)
{
	size_t		 len = text != NULL ? strlen(text) : 0, pos;
	uint32_t	 cp;

	for (pos = 0; pos < len; pos += utf8_decode(text + pos, len - pos, &cp)) {
		utf8_decode(text + pos, len - pos, &cp);
		if (cp > ' ' && export_xml_is_char(cp))
			return false;
	}
	return true;
}
