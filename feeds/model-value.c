/*
 * Numbers, booleans, dates and URLs out of facts. What cannot be read is absent; dates and
 * forbidden URLs leave a warning.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/date.h"
#include "feeds/model.h"
#include "feeds/url.h"

enum { NUMBER_MAX = 40, SHOWN_MAX = 60, WARNING_MAX = 300 };

/* --- warnings ------------------------------------------------------------------------------------ */

void
model_warn(struct model_warnings *warnings, const char *fmt, ...)
{
	char text[WARNING_MAX];
	va_list args;
	size_t i;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (i = 0; i < warnings->n_list; i++)
		if (strcmp(warnings->list[i], text) == 0)
			return;
	if (warnings->n_list < warnings->max)
		*(const char **)arena_push(warnings->arena, &warnings->list, &warnings->n_list, &warnings->cap_list,
		    sizeof(*warnings->list)) = arena_strdup(warnings->arena, text);
}

int
model_warn_shown(const char *ptr, size_t len)
{
	size_t n = len < SHOWN_MAX ? len : SHOWN_MAX;

	while (n != 0 && n < len && ((unsigned char)ptr[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

/* The beginning of what cannot be read, without line ends. */
static const char *
shown(char out[SHOWN_MAX + 4], const char *ptr, size_t len)
{
	size_t n = (size_t)model_warn_shown(ptr, len), i;

	for (i = 0; i < n; i++)
		out[i] = (unsigned char)ptr[i] < ' ' ? ' ' : ptr[i];
	memcpy(out + n, n < len ? "..." : "", n < len ? 4 : 1);
	return out;
}

/* --- white space and words ----------------------------------------------------------------------- */

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t' || chr == '\r' || chr == '\f';
}

static void
trim(const char **ptr, size_t *len)
{
	while (*len != 0 && is_space(**ptr)) {
		(*ptr)++;
		(*len)--;
	}
	while (*len != 0 && is_space((*ptr)[*len - 1]))
		(*len)--;
}

bool
model_value_blank(const char *ptr, size_t len)
{
	trim(&ptr, &len);
	return len == 0;
}

static bool
is_word(const char *ptr, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(ptr, word, len) == 0;
}

bool
model_value_is(const struct model_attr *attr, const char *word)
{
	const char *ptr;
	size_t len;

	if (attr == NULL)
		return false;
	ptr = attr->value;
	len = attr->len;
	trim(&ptr, &len);
	return is_word(ptr, len, word);
}

/* --- numbers and booleans ------------------------------------------------------------------------ */

static bool
number_text(const char *ptr, size_t len, const char *digits, char out[NUMBER_MAX])
{
	trim(&ptr, &len);
	if (len != 0 && *ptr == '+') {
		ptr++;
		len--;
	}
	if (len == 0 || len >= NUMBER_MAX)
		return false;
	memcpy(out, ptr, len);
	out[len] = '\0';
	return strspn(out, digits) == len && out[0] != '.';
}

int64_t
model_value_integer(const char *ptr, size_t len)
{
	char text[NUMBER_MAX];
	long long value;

	if (!number_text(ptr, len, "0123456789", text))
		return DOC_NO_NUMBER;
	errno = 0;
	value = strtoll(text, NULL, 10);
	return errno == 0 ? value : DOC_NO_NUMBER;
}

/* Digits with one point at most, whatever the locale. */
double
model_value_decimal(const char *ptr, size_t len)
{
	char text[NUMBER_MAX], *pos;
	double value = 0, scale = 1;

	if (!number_text(ptr, len, "0123456789.", text))
		return -1;
	for (pos = text; *pos != '\0' && *pos != '.'; pos++)
		value = value * 10 + (*pos - '0');
	if (*pos == '\0')
		return value;
	for (pos++; *pos != '\0'; pos++) {
		if (*pos == '.')
			return -1;
		scale *= 10;
		value = value * 10 + (*pos - '0');
	}
	return value / scale;
}

double
model_value_duration(const char *ptr, size_t len)
{
	double total = 0, part;
	const char *colon;
	size_t parts = 0, n;

	trim(&ptr, &len);
	for (;;) {
		colon = len != 0 ? memchr(ptr, ':', len) : NULL;
		n = colon != NULL ? (size_t)(colon - ptr) : len;
		part = colon != NULL ? (double)model_value_integer(ptr, n) : model_value_decimal(ptr, n);
		if (part < 0 || ++parts > 3)
			return -1;
		total = total * 60 + part;
		if (colon == NULL)
			return total;
		ptr = colon + 1;
		len -= n + 1;
	}
}

enum doc_bool
model_value_bool(const char *ptr, size_t len)
{
	static const struct { const char *word; enum doc_bool value; } words[] = {
		{ "yes", DOC_TRUE }, { "true", DOC_TRUE }, { "explicit", DOC_TRUE },
		{ "no", DOC_FALSE }, { "false", DOC_FALSE }, { "clean", DOC_FALSE },
	};
	size_t i;

	trim(&ptr, &len);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(ptr, len, words[i].word))
			return words[i].value;
	return DOC_UNKNOWN;
}

int64_t
model_value_integer_attr(const struct model_fact *fact, enum model_attr_name id)
{
	const struct model_attr *attr = model_pick_attr(fact, id);

	return attr != NULL ? model_value_integer(attr->value, attr->len) : DOC_NO_NUMBER;
}

/* --- dates, URLs, languages ---------------------------------------------------------------------- */

int64_t
model_value_date(struct model_context *context, const char *ptr, size_t len)
{
	char text[SHOWN_MAX + 4];
	int64_t time_s;

	trim(&ptr, &len);
	if (len == 0)
		return DOC_NO_DATE;
	if (date_parse(ptr, len, &time_s) == 0)
		return time_s;
	model_warn(context->warnings, "date: cannot read \"%s\"", shown(text, ptr, len));
	return DOC_NO_DATE;
}

/* Neither markup nor white space to collapse. */
static bool
is_bare(const char *ptr, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (ptr[i] == '<' || ptr[i] == '&' || (unsigned char)ptr[i] < ' ')
			return false;
	return true;
}

int64_t
model_value_date_fact(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	const char *line;

	if (fact->markup == NULL && is_bare(fact->text, fact->len))
		return model_value_date(context, fact->text, fact->len);
	line = model_text_fact_line(context, arena, fact);
	return line != NULL ? model_value_date(context, line, strlen(line)) : DOC_NO_DATE;
}

const char *
model_value_url(struct model_context *context, struct arena *arena, const char *base, const char *ptr, size_t len)
{
	char text[SHOWN_MAX + 4];
	const char *url;

	trim(&ptr, &len);
	if (len == 0)
		return NULL;
	url = url_resolve(arena, base != NULL ? base : context->base, ptr, len);
	if (url == NULL)
		model_warn(context->warnings, "url: \"%s\" is none that a feed may name", shown(text, ptr, len));
	return url;
}

const char *
model_value_url_fact(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	return model_value_url(context, arena, fact->base, fact->text, fact->len);
}

const char *
model_value_url_attr(struct model_context *context, struct arena *arena, const struct model_fact *fact,
    enum model_attr_name id)
{
	const struct model_attr *attr = model_pick_attr(fact, id);

	return attr != NULL ? model_value_url(context, arena, fact->base, attr->value, attr->len) : NULL;
}

const char *
model_value_language(struct arena *arena, const char *ptr, size_t len)
{
	char *copy, *pos;

	trim(&ptr, &len);
	if (len == 0)
		return NULL;
	copy = arena_strndup(arena, ptr, len);
	for (pos = copy; *pos != '\0'; pos++)
		if (*pos == '_')
			*pos = '-';
	return copy;
}
