#include "feeds/xml-entities.h"

#include <stdlib.h>
#include <string.h>

#include "feeds/html.h"

enum { DEPTH_MAX = 8, ENTITIES_MAX = 1000, REFERENCE_MAX = 64 };

struct entity {
	const char	*name, *value, *text;	/* text: expanded, NULL until it is named */
	size_t		 name_len, len, text_len;
};

struct xml_entities {
	const struct feed_limits *limits;
	struct model_warnings *warnings;
	struct arena	*arena;
	struct entity	*list;
	size_t		 n_list, cap_list;
	size_t		 expanded, marked;	/* bytes given out so far, and at the mark */
	struct buf	 reply;
};

struct xml_entities *
xml_entities_new(const struct feed_limits *limits, struct model_warnings *warnings)
{
	struct xml_entities *entities = calloc(1, sizeof(*entities));

	if (entities == NULL)
		abort();
	entities->limits = limits;
	entities->warnings = warnings;
	entities->reply = BUF_INIT(REFERENCE_MAX);
	return entities;
}

void
xml_entities_free(struct xml_entities *entities)
{
	if (entities == NULL)
		return;
	arena_free(entities->arena);
	buf_free(&entities->reply);
	free(entities);
}

static struct entity *
find_own(const struct xml_entities *entities, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < entities->n_list; i++)
		if (entities->list[i].name_len == len && memcmp(entities->list[i].name, name, len) == 0)
			return &entities->list[i];
	return NULL;
}

void
xml_entities_declare(struct xml_entities *entities, const char *name, size_t name_len, const char *value, size_t len)
{
	struct entity *entity;

	if (find_own(entities, name, name_len) != NULL)
		return;
	if (entities->arena == NULL)
		entities->arena = arena_new(entities->limits->arena_bytes);
	if (entities->n_list >= ENTITIES_MAX || len > entities->limits->entity_bytes || arena_full(entities->arena)) {
		model_warn(entities->warnings, "limit: an entity declaration too many or too large");
		return;
	}
	entity = arena_push(entities->arena, &entities->list, &entities->n_list, &entities->cap_list, sizeof(*entity));
	entity->name = arena_strndup(entities->arena, name, name_len);
	entity->name_len = name_len;
	entity->value = arena_strndup(entities->arena, value, len);
	entity->len = len;
}

static const char *
skip_space(const char *ptr, const char *end)
{
	while (ptr < end && strchr(" \t\r\n", *ptr) != NULL)
		ptr++;
	return ptr;
}

void
xml_entities_read(struct xml_entities *entities, const char *doctype, size_t len)
{
	const char *ptr = doctype, *end = doctype + len, *name, *name_end, *value, *close;

	while ((ptr = memmem(ptr, (size_t)(end - ptr), "<!ENTITY", 8)) != NULL) {
		name = skip_space(ptr + 8, end);
		for (name_end = name; name_end < end && strchr(" \t\r\n\"'>", *name_end) == NULL; name_end++)
			;
		value = skip_space(name_end, end);
		close = value < end && (*value == '"' || *value == '\'') ?
		    memchr(value + 1, *value, (size_t)(end - value - 1)) : NULL;
		if (close != NULL && name_end > name)
			xml_entities_declare(entities, name, (size_t)(name_end - name), value + 1, (size_t)(close - value - 1));
		ptr = close != NULL ? close : name_end;
	}
}

void
xml_entities_mark(struct xml_entities *entities)
{
	entities->marked = entities->expanded;
}

void
xml_entities_rewind(struct xml_entities *entities, bool to_beginning)
{
	entities->expanded = entities->marked;
	if (to_beginning)
		entities->n_list = 0;
}

/* --- expansion ---------------------------------------------------------------------------------- */

/* XML 1.0 section 2.2. */
static bool
is_char(unsigned long code)
{
	if (code < ' ')
		return code == '\t' || code == '\n' || code == '\r';
	return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code < 0x110000);
}

static void
put_number(const char *digits, size_t len, struct buf *out)
{
	unsigned long code = 0;
	unsigned base = 10;
	size_t i = 0;

	if (len != 0 && (*digits == 'x' || *digits == 'X')) {
		base = 16;
		i = 1;
	}
	for (; i < len && code < 0x110000; i++) {
		unsigned chr = (unsigned char)digits[i];
		unsigned digit = chr >= '0' && chr <= '9' ? chr - '0' : (chr | 0x20) >= 'a' && (chr | 0x20) <= 'f' ?
		    (chr | 0x20) - 'a' + 10 : 99;

		if (digit >= base)
			return;
		code = code * base + digit;
	}
	if (is_char(code))
		buf_put_utf8(out, (unsigned)code);
}

static bool
put_standard(const char *name, size_t len, struct buf *out)
{
	uint32_t codes[2];
	int i, n = html_entity(name, len, codes);

	for (i = 0; i < n; i++)
		buf_put_utf8(out, codes[i]);
	return n != 0;
}

static void
expand(struct xml_entities *entities, const char *value, size_t len, struct buf *out, unsigned depth)
{
	const char *end = value + len, *amp, *semicolon;
	struct entity *inner;

	while (value < end && !out->overflow) {
		amp = memchr(value, '&', (size_t)(end - value));
		if (amp == NULL)
			amp = end;
		buf_put(out, value, (size_t)(amp - value));
		if (amp == end)
			break;
		semicolon = memchr(amp, ';', (size_t)(end - amp));
		if (semicolon == NULL || semicolon - amp > REFERENCE_MAX) {
			buf_putc(out, '&');
			value = amp + 1;
			continue;
		}
		value = semicolon + 1;
		inner = find_own(entities, amp + 1, (size_t)(semicolon - amp - 1));
		if (amp[1] == '#')
			put_number(amp + 2, (size_t)(semicolon - amp - 2), out);
		else if (inner != NULL && depth < DEPTH_MAX)
			expand(entities, inner->value, inner->len, out, depth + 1);
		else if (!put_standard(amp + 1, (size_t)(semicolon - amp - 1), out))
			buf_put(out, amp, (size_t)(semicolon + 1 - amp));
	}
}

static const char *
own_text(struct xml_entities *entities, struct entity *entity, size_t *len)
{
	struct buf out = BUF_INIT(entities->limits->entity_bytes);

	if (entity->text == NULL) {
		expand(entities, entity->value, entity->len, &out, 0);
		if (out.overflow)
			model_warn(entities->warnings, "limit: an entity of more than %zu bytes", entities->limits->entity_bytes);
		entity->text_len = out.overflow ? 0 : out.len;
		entity->text = arena_strndup(entities->arena, out.ptr, entity->text_len);
		buf_free(&out);
	}
	if (entity->text_len > entities->limits->expansion_bytes - entities->expanded) {
		model_warn(entities->warnings, "limit: entities expand to more than %zu bytes",
		    entities->limits->expansion_bytes);
		*len = 0;
		return "";
	}
	entities->expanded += entity->text_len;
	*len = entity->text_len;
	return entity->text;
}

const char *
xml_entities_find(struct xml_entities *entities, const char *name, size_t name_len, size_t *len)
{
	struct entity *entity = find_own(entities, name, name_len);

	if (entity != NULL)
		return own_text(entities, entity, len);
	buf_clear(&entities->reply);
	if (name_len != 0 && *name == '#')
		put_number(name + 1, name_len - 1, &entities->reply);
	else if (!put_standard(name, name_len, &entities->reply)) {
		model_warn(entities->warnings, "xml: the entity \"%.*s\" is not declared",
		    model_warn_shown(name, name_len), name);
		return NULL;
	}
	*len = entities->reply.len;
	return buf_str(&entities->reply);
}
