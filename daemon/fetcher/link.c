#include "daemon/fetcher/link.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "feeds/url.h"

struct word { const char *ptr; size_t len; };

static const char *
skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* A token, or what is between quotes (the backslashes in there stay). Where it ends, or NULL if it does not. */
static const char *
read_value(const char *at, struct word *value)
{
	if (*at != '"') {
		*value = (struct word){ at, strcspn(at, "; \t,") };
		return at + value->len;
	}
	*value = (struct word){ ++at, 0 };
	for (; *at != '"'; at++)
		if (*at == '\0' || (*at == '\\' && *++at == '\0'))
			return NULL;
	value->len = (size_t)(at - value->ptr);
	return at + 1;
}

/* The relation types of one link are separated by blanks. */
static bool
has_relation(struct word list, const char *relation)
{
	size_t len = strlen(relation);

	for (const char *at = list.ptr, *end = at + list.len; at < end; at++) {
		const char *start = at;

		while (at < end && *at != ' ' && *at != '\t')
			at++;
		if ((size_t)(at - start) == len && strncasecmp(start, relation, len) == 0)
			return true;
	}
	return false;
}

static bool
is_named(struct word name, const char *wanted)
{
	return name.len == strlen(wanted) && strncasecmp(name.ptr, wanted, name.len) == 0;
}

/* *( ";" name [ "=" value ] ), the first rel counts. Where they end, or NULL. */
static const char *
read_parameters(const char *at, const char *relation, bool *found)
{
	bool related = false, seen = false, anchored = false;

	for (at = skip_blanks(at); *at == ';'; at = skip_blanks(at)) {
		struct word name, value = { "", 0 };

		name.ptr = skip_blanks(at + 1);
		name.len = strcspn(name.ptr, "=; \t,");
		at = skip_blanks(name.ptr + name.len);
		if (*at == '=')
			at = read_value(skip_blanks(at + 1), &value);
		if (at == NULL)
			return NULL;
		if (is_named(name, "rel") && !seen) {
			seen = true;
			related = has_relation(value, relation);
		}
		anchored = anchored || is_named(name, "anchor");
	}
	*found = related && !anchored;
	return at;
}

const char *
link_find(struct arena *arena, const char *value, const char *relation, const char *base)
{
	const char *at = value, *start, *end, *url;
	bool found;

	while (at != NULL && *at != '\0') {
		at += strspn(at, ", \t");
		end = *at == '<' ? strchr(at, '>') : NULL;
		if (end == NULL)
			return NULL;
		start = at + 1;
		found = false;
		at = read_parameters(end + 1, relation, &found);
		url = found ? url_resolve(arena, base, start, (size_t)(end - start)) : NULL;
		if (url != NULL)
			return url;
		if (at != NULL)
			at += strcspn(at, ",");
	}
	return NULL;
}
