#include "feeds/xml-tag.h"

#include <string.h>

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t' || chr == '\r';
}

bool
xml_tag_name_start(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == ':' || byte >= 0x80;
}

/* What may follow a closing quote. */
static bool
ends_value(char chr)
{
	return is_space(chr) || chr == '/' || chr == '>' || chr == '?';
}

/* The closing quote of the value that begins at ptr, or NULL. One that only comes after other tags is none. */
static const char *
closing_quote(const char *ptr, const char *end, char quote)
{
	const char *close = memchr(ptr, quote, (size_t)(end - ptr));

	if (close == NULL || memchr(ptr, '<', (size_t)(close - ptr)) == NULL || memchr(ptr, '>', (size_t)(close - ptr)) == NULL)
		return close;
	return close + 1 < end && !ends_value(close[1]) ? NULL : close;
}

enum xml_tag_end
xml_tag_find_end(const char *ptr, size_t avail, bool final, size_t *len)
{
	const char *pos = ptr + 1, *end = ptr + avail, *close;
	bool after_equals = false;

	for (; pos < end; pos++) {
		if (*pos == '>') {
			*len = (size_t)(pos + 1 - ptr);
			return XML_TAG_COMPLETE;
		}
		if (*pos == '<')
			break;
		if (after_equals && (*pos == '"' || *pos == '\'')) {
			close = closing_quote(pos + 1, end, *pos);
			if (!final && (close == NULL ? memchr(pos + 1, *pos, (size_t)(end - pos - 1)) == NULL : close + 1 == end))
				return XML_TAG_MORE;
			if (close != NULL)
				pos = close;
			after_equals = false;
		} else if (!is_space(*pos))
			after_equals = *pos == '=';
	}
	if (pos == end && !final)
		return XML_TAG_MORE;
	*len = (size_t)(pos - ptr);
	return XML_TAG_CUT;
}

size_t
xml_tag_name(const char *ptr, size_t len)
{
	size_t n = 0;

	while (n < len && !is_space(ptr[n]) && ptr[n] != '>' && ptr[n] != '/' && ptr[n] != '=' && ptr[n] != '<' &&
	    ptr[n] != '"' && ptr[n] != '\'')
		n++;
	return n;
}

static bool
has_name(const struct xml_tag_attr *list, size_t count, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].name_len == len && memcmp(list[i].name, name, len) == 0)
			return true;
	return false;
}

/* The value after "=": quoted, or up to the next white space. */
static const char *
take_value(const char *pos, const char *end, struct xml_tag_attr *attr, unsigned *faults)
{
	const char *close;

	while (pos < end && is_space(*pos))
		pos++;
	close = pos < end && (*pos == '"' || *pos == '\'') ? closing_quote(pos + 1, end, *pos) : NULL;
	if (close != NULL) {
		attr->value = pos + 1;
		attr->value_len = (size_t)(close - attr->value);
		if (memchr(attr->value, '<', attr->value_len) != NULL)
			*faults |= XML_TAG_LESS_THAN;
		if (close + 1 < end && !is_space(close[1]) && close[1] != '/')
			*faults |= XML_TAG_NO_SPACE;
		return close + 1;
	}
	*faults |= XML_TAG_UNQUOTED;
	if (pos < end && (*pos == '"' || *pos == '\''))
		pos++;
	attr->value = pos;
	while (pos < end && !is_space(*pos) && *pos != '>')
		pos++;
	attr->value_len = (size_t)(pos - attr->value);
	return pos;
}

static const char *
take_attr(const char *pos, const char *end, struct xml_tag_attr *attr, unsigned *faults)
{
	const char *after;

	attr->name = pos;
	while (pos < end && !is_space(*pos) && *pos != '=' && *pos != '/' && *pos != '>')
		pos++;
	attr->name_len = (size_t)(pos - attr->name);
	for (after = pos; after < end && is_space(*after); after++)
		;
	if (after < end && *after == '=')
		return take_value(after + 1, end, attr, faults);
	*faults |= XML_TAG_NO_VALUE;
	attr->value = pos;
	attr->value_len = 0;
	return pos;
}

size_t
xml_tag_attrs(const char *ptr, size_t len, struct xml_tag_attr *list, size_t max, bool *empty, unsigned *faults)
{
	const char *pos = ptr, *end = ptr + len;
	struct xml_tag_attr attr;
	size_t count = 0;

	if (end > pos && end[-1] == '>')
		end--;
	*empty = end > pos && end[-1] == '/';
	if (*empty)
		end--;
	while (pos < end) {
		if (is_space(*pos) || *pos == '/' || *pos == '=') {
			pos++;
			continue;
		}
		pos = take_attr(pos, end, &attr, faults);
		if (attr.name_len == 0)
			pos++;
		else if (has_name(list, count, attr.name, attr.name_len))
			*faults |= XML_TAG_DOUBLED;
		else if (count == max)
			*faults |= XML_TAG_TOO_MANY;
		else
			list[count++] = attr;
	}
	return count;
}
