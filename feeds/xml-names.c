#include "feeds/xml-names.h"

#include <stdint.h>
#include <string.h>

enum { REFERENCE_MAX = 1024 };

void
xml_names_init(struct xml_names *names, const struct model_build *build, struct xml_entities *entities,
    const struct xml_scope *scope, struct arena *arena, const struct feed_limits *limits)
{
	memset(names, 0, sizeof(*names));
	names->build = build;
	names->entities = entities;
	names->scope = scope;
	names->arena = arena;
	names->limits = limits;
	names->last.len = SIZE_MAX;
}

/* --- references --------------------------------------------------------------------------------------- */

static bool
names_entity(char chr)
{
	return (chr >= 'a' && chr <= 'z') || (chr >= 'A' && chr <= 'Z') || (chr >= '0' && chr <= '9') || chr == '_' || chr == '-' ||
	    chr == '.' || chr == ':' || ((unsigned char)chr & 0x80) != 0;
}

size_t
xml_names_reference(const char *ptr, size_t avail, bool final)
{
	size_t len = avail < REFERENCE_MAX ? avail : REFERENCE_MAX, i = 1;

	if (i < len && ptr[i] == '#')
		i++;
	while (i < len && names_entity(ptr[i]))
		i++;
	if (i == avail && i < REFERENCE_MAX && !final)
		return SIZE_MAX;
	return i < len && ptr[i] == ';' && i > 1 ? i + 1 : 0;
}

void
xml_names_decode(struct xml_names *names, const char *ptr, size_t len, struct buf *out)
{
	const char *end = ptr + len, *amp, *found;
	size_t n, found_len;

	while ((amp = memchr(ptr, '&', (size_t)(end - ptr))) != NULL) {
		buf_put(out, ptr, (size_t)(amp - ptr));
		n = xml_names_reference(amp, (size_t)(end - amp), true);
		found = n != 0 ? xml_entities_find(names->entities, amp + 1, n - 2, &found_len) : NULL;
		if (n == 0) {
			names->bare = true;
			n = 1;
		}
		if (found != NULL)
			buf_put(out, found, found_len);
		else
			buf_put(out, amp, n);
		ptr = amp + n;
	}
	buf_put(out, ptr, (size_t)(end - ptr));
}

/* --- names ---------------------------------------------------------------------------------------------- */

static enum xml_ns
ns_of(struct xml_names *names, const char *uri, size_t len)
{
	bool has_root = model_build_has_root(names->build);
	enum xml_ns ns;

	if (len == names->last.len && has_root == names->last.has_root && memcmp(uri, names->last.uri, len) == 0)
		return names->last.ns;
	ns = model_build_ns(names->build, uri, len);
	if (len <= sizeof(names->last.uri)) {
		memcpy(names->last.uri, uri, len);
		names->last.len = len;
		names->last.ns = ns;
		names->last.has_root = has_root;
	}
	return ns;
}

/* The colon between a prefix and a name; NULL if there are not both. */
static const char *
colon_in(const char *name, size_t len)
{
	const char *colon = memchr(name, ':', len);

	return colon != NULL && colon != name && colon + 1 < name + len ? colon : NULL;
}

void
xml_names_element(struct xml_names *names, const char *name, size_t len, struct xml_element *element)
{
	const char *colon = colon_in(name, len);

	memset(element, 0, sizeof(*element));
	element->local = name;
	element->local_len = len;
	if (colon != NULL) {
		element->prefix = name;
		element->prefix_len = (size_t)(colon - name);
		element->local = colon + 1;
		element->local_len = len - element->prefix_len - 1;
	}
	element->uri = xml_scope_uri(names->scope, element->prefix_len != 0 ? element->prefix : "", element->prefix_len,
	    &element->uri_len);
	if (element->uri != NULL)
		element->ns = ns_of(names, element->uri, element->uri_len);
	else {
		element->uri = "";
		element->ns = xml_ns_of_prefix(element->prefix, element->prefix_len);
		if (element->ns == NS_NONE)
			element->ns = ns_of(names, "", 0);
	}
	element->name = model_rows_name(element->ns, element->local, element->local_len);
}

void
xml_names_undeclared(struct model_warnings *warnings, const char *prefix, size_t len)
{
	model_warn(warnings, "xml: the prefix \"%.*s\" is not declared", model_warn_shown(prefix, len), prefix);
}

bool
xml_names_attr(struct xml_names *names, const struct xml_tag_attr *raw, struct xml_attr *attr)
{
	struct buf out = BUF_INIT(names->limits->text_bytes);
	const char *colon = colon_in(raw->name, raw->name_len), *uri = "";
	size_t len;

	memset(attr, 0, sizeof(*attr));
	attr->local = raw->name;
	attr->local_len = raw->name_len;
	attr->ns = NS_NONE;
	if (colon != NULL) {
		attr->prefix = raw->name;
		attr->prefix_len = (size_t)(colon - raw->name);
		attr->local = colon + 1;
		attr->local_len = raw->name_len - attr->prefix_len - 1;
		uri = xml_scope_uri(names->scope, attr->prefix, attr->prefix_len, &len);
		attr->ns = uri != NULL ? xml_ns_of_uri(uri, len) : xml_ns_of_prefix(attr->prefix, attr->prefix_len);
	}
	attr->id = model_rows_attr(attr->ns, attr->local, attr->local_len);
	attr->value = raw->value;
	attr->len = raw->value_len;
	if (raw->value_len != 0 && memchr(raw->value, '&', raw->value_len) != NULL) {
		xml_names_decode(names, raw->value, raw->value_len, &out);
		attr->value = arena_strndup(names->arena, out.ptr, out.len);
		attr->len = out.len;
		buf_free(&out);
	}
	return uri != NULL;
}
