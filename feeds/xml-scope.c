#include "feeds/xml-scope.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void
xml_scope_init(struct xml_scope *scope)
{
	memset(scope, 0, sizeof(*scope));
	scope->text = BUF_INIT(SIZE_MAX / 4);
}

void
xml_scope_free(struct xml_scope *scope)
{
	free(scope->elements);
	free(scope->bindings);
	buf_free(&scope->text);
	xml_scope_init(scope);
}

static void *
grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity == 0 ? 16 : *capacity * 2;
	array = realloc(array, *capacity * size);
	if (array == NULL)
		abort();
	return array;
}

static size_t
keep(struct xml_scope *scope, const char *ptr, size_t len)
{
	size_t at = scope->text.len;

	buf_put(&scope->text, ptr, len);
	return at;
}

void
xml_scope_push(struct xml_scope *scope, const char *name, size_t len)
{
	scope->elements = grow(scope->elements, scope->n_elements, &scope->cap_elements, sizeof(*scope->elements));
	scope->elements[scope->n_elements++] = (struct xml_scope_element){ keep(scope, name, len), len, scope->n_bindings };
}

void
xml_scope_bind(struct xml_scope *scope, const char *prefix, size_t prefix_len, const char *uri, size_t uri_len)
{
	struct xml_scope_binding binding = { .prefix_len = prefix_len, .uri_len = uri_len };

	binding.prefix_at = keep(scope, prefix, prefix_len);
	binding.uri_at = keep(scope, uri, uri_len);
	scope->bindings = grow(scope->bindings, scope->n_bindings, &scope->cap_bindings, sizeof(*scope->bindings));
	scope->bindings[scope->n_bindings++] = binding;
}

void
xml_scope_pop(struct xml_scope *scope)
{
	const struct xml_scope_element *element;

	if (scope->n_elements == 0)
		return;
	element = &scope->elements[--scope->n_elements];
	scope->n_bindings = element->n_bindings;
	scope->text.len = element->name_at;
}

const char *
xml_scope_name(const struct xml_scope *scope, size_t level, size_t *len)
{
	const struct xml_scope_element *element;

	if (level >= scope->n_elements)
		return NULL;
	element = &scope->elements[scope->n_elements - 1 - level];
	*len = element->name_len;
	return scope->text.ptr + element->name_at;
}

const char *
xml_scope_uri(const struct xml_scope *scope, const char *prefix, size_t prefix_len, size_t *len)
{
	const struct xml_scope_binding *binding;
	size_t i;

	for (i = scope->n_bindings; i != 0; i--) {
		binding = &scope->bindings[i - 1];
		if (binding->prefix_len != prefix_len ||
		    (prefix_len != 0 && memcmp(scope->text.ptr + binding->prefix_at, prefix, prefix_len) != 0))
			continue;
		*len = binding->uri_len;
		return scope->text.ptr + binding->uri_at;
	}
	*len = 0;
	return prefix_len == 0 ? "" : NULL;
}
