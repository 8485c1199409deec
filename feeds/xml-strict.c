#include "feeds/xml-strict.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/xml-names.h"

enum { SLICE_BYTES = 16 * 1024, CACHE = 256, ATTR_FIELDS = 5 };

/* libxml2's names are pointers into its dictionary: what they mean is looked up once. */
struct name_slot {
	const xmlChar	*local, *prefix, *uri;
	size_t		 len, prefix_len;
	enum xml_ns	 ns;
	uint16_t	 name;
};
struct attr_slot { const xmlChar *local, *uri, *prefix; enum xml_ns ns; enum model_attr_name id; size_t len, prefix_len; };

struct xml_strict {
	struct model_build *build;
	struct xml_entities *entities;
	const struct feed_limits *limits;
	xmlParserCtxtPtr ctxt;
	xmlEntity	 entity, parameter;	/* what getEntity and getParameterEntity answer */
	struct arena	*arena;			/* decoded attribute values of one element */
	struct xml_scope scope;
	size_t		 depth;
	size_t		 safe, safe_line;
	enum xml_strict_status status;
	bool		 returned;		/* the last byte of a CDATA section so far was a return */
	struct xml_attr	*attrs;
	size_t		 cap_attrs;
	struct name_slot names[CACHE];
	struct attr_slot attr_names[CACHE];
};

static size_t
slot_of(const void *left, const void *right)
{
	uint64_t key = (uint64_t)(uintptr_t)left * 0x9e3779b97f4a7c15u ^ (uint64_t)(uintptr_t)right * 0xc2b2ae3d27d4eb4fu;

	return (size_t)(key >> 40) % CACHE;
}

static const char *
str(const xmlChar *ptr)
{
	return (const char *)ptr;
}

/* --- where we are --------------------------------------------------------------------------------- */

static size_t
offset(const struct xml_strict *strict)
{
	const xmlParserInput *input = strict->ctxt->input;

	return input->consumed + (size_t)(input->cur - input->base);
}

static void
mark(struct xml_strict *strict, size_t ahead)
{
	strict->safe = offset(strict) + ahead;
	strict->safe_line = (size_t)strict->ctxt->input->line;
	xml_entities_mark(strict->entities);
}

/* --- names and attributes --------------------------------------------------------------------------- */

static const struct name_slot *
name_of(struct xml_strict *strict, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct name_slot *slot = &strict->names[slot_of(local, uri)];

	if (slot->local == local && slot->uri == uri && slot->prefix == prefix)
		return slot;
	slot->local = local;
	slot->uri = uri;
	slot->prefix = prefix;
	slot->len = strlen(str(local));
	slot->prefix_len = prefix != NULL ? strlen(str(prefix)) : 0;
	slot->ns = uri == NULL && prefix != NULL ? xml_ns_of_prefix(str(prefix), strlen(str(prefix))) : NS_NONE;
	if (slot->ns == NS_NONE)
		slot->ns = model_build_ns(strict->build, uri != NULL ? str(uri) : "", uri != NULL ? strlen(str(uri)) : 0);
	slot->name = model_rows_name(slot->ns, str(local), slot->len);
	if (prefix != NULL && uri == NULL)
		xml_names_undeclared(model_build_warnings(strict->build), str(prefix), slot->prefix_len);
	return slot;
}

static const struct attr_slot *
attr_of(struct xml_strict *strict, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct attr_slot *slot = &strict->attr_names[slot_of(local, uri)];

	if (slot->local == local && slot->uri == uri && slot->prefix == prefix)
		return slot;
	slot->local = local;
	slot->uri = uri;
	slot->prefix = prefix;
	slot->len = strlen(str(local));
	slot->prefix_len = prefix != NULL ? strlen(str(prefix)) : 0;
	slot->ns = uri != NULL ? xml_ns_of_uri(str(uri), strlen(str(uri))) : NS_NONE;
	if (uri == NULL && prefix != NULL) {
		slot->ns = xml_ns_of_prefix(str(prefix), slot->prefix_len);
		xml_names_undeclared(model_build_warnings(strict->build), str(prefix), slot->prefix_len);
	}
	slot->id = model_rows_attr(slot->ns, str(local), slot->len);
	return slot;
}

/*
 * Without entity substitution libxml2 leaves "&#38;" for an ampersand and "&name;" for an entity in the
 * value; any other "&" cannot be there.
 */
static void
decode(struct xml_strict *strict, struct xml_attr *attr)
{
	struct buf out = BUF_INIT(strict->limits->text_bytes);
	const char *pos = attr->value, *end = pos + attr->len, *amp, *semicolon, *text;
	size_t len;

	while ((amp = memchr(pos, '&', (size_t)(end - pos))) != NULL) {
		buf_put(&out, pos, (size_t)(amp - pos));
		semicolon = memchr(amp, ';', (size_t)(end - amp));
		if (semicolon == NULL)
			break;
		text = xml_entities_find(strict->entities, amp + 1, (size_t)(semicolon - amp - 1), &len);
		pos = semicolon + 1;
		if (text != NULL)
			buf_put(&out, text, len);
		else
			buf_put(&out, amp, (size_t)(pos - amp));
	}
	buf_put(&out, pos, (size_t)(end - pos));
	attr->value = arena_strndup(strict->arena, out.ptr, out.len);
	attr->len = out.len;
	buf_free(&out);
}

static size_t
convert_attrs(struct xml_strict *strict, int count, const xmlChar **values)
{
	const struct attr_slot *slot;
	struct xml_attr *attr;
	size_t i;

	if ((size_t)count > strict->cap_attrs) {
		strict->cap_attrs = (size_t)count;
		free(strict->attrs);
		strict->attrs = malloc(strict->cap_attrs * sizeof(*strict->attrs));
		if (strict->attrs == NULL)
			abort();
	}
	for (i = 0; i < (size_t)count; i++, values += ATTR_FIELDS) {
		slot = attr_of(strict, values[0], values[1], values[2]);
		attr = &strict->attrs[i];
		attr->ns = slot->ns;
		attr->id = slot->id;
		attr->local = str(values[0]);
		attr->local_len = slot->len;
		attr->prefix = str(values[1]);
		attr->prefix_len = slot->prefix_len;
		attr->value = str(values[3]);
		attr->len = (size_t)(values[4] - values[3]);
		if (attr->len != 0 && memchr(attr->value, '&', attr->len) != NULL)
			decode(strict, attr);
	}
	return i;
}

/* --- elements and text ------------------------------------------------------------------------------ */

/* A container opened: the other reader will need to know. libxml2 stands before the '>' of the tag. */
static void
open_container(struct xml_strict *strict, const xmlChar *local, const xmlChar *prefix, int n_namespaces,
    const xmlChar **namespaces)
{
	struct buf name = BUF_INIT(strict->limits->tag_bytes);
	int i;

	if (prefix != NULL) {
		buf_puts(&name, str(prefix));
		buf_putc(&name, ':');
	}
	buf_puts(&name, str(local));
	xml_scope_push(&strict->scope, name.ptr, name.len);
	buf_free(&name);
	for (i = 0; i < n_namespaces; i++) {
		const char *bound = namespaces[2 * i] != NULL ? str(namespaces[2 * i]) : "";
		const char *uri = namespaces[2 * i + 1] != NULL ? str(namespaces[2 * i + 1]) : "";

		xml_scope_bind(&strict->scope, bound, strlen(bound), uri, strlen(uri));
	}
	if (*strict->ctxt->input->cur == '>')
		mark(strict, 1);
}

/* libxml2 tells of a start tag before it looks whether there is a '>'. */
static bool
tag_ends(const xmlParserInput *input)
{
	return *input->cur == '>' || (*input->cur == '/' && input->cur[1] == '>');
}

static const char *
default_namespace(int count, const xmlChar **namespaces)
{
	int i;

	for (i = 0; i < count; i++)
		if (namespaces[2 * i] == NULL && namespaces[2 * i + 1] != NULL)
			return str(namespaces[2 * i + 1]);
	return NULL;
}

static void
on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
    const xmlChar **namespaces, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	struct xml_strict *strict = ctx;
	const struct name_slot *name;
	struct xml_element element;
	bool had_root = strict->depth != 0;

	(void)n_defaulted;
	if (strict->status != XML_STRICT_OK)
		return;
	if (!tag_ends(strict->ctxt->input)) {
		strict->status = XML_STRICT_FAULT;
		return;
	}
	if ((size_t)n_attrs > strict->limits->attributes || strict->depth >= strict->limits->depth) {
		strict->status = XML_STRICT_LIMIT;
		return;
	}
	strict->returned = false;
	name = name_of(strict, local, prefix, uri);
	element.ns = name->ns;
	element.name = name->name;
	element.local = str(local);
	element.local_len = name->len;
	element.prefix = str(prefix);
	element.prefix_len = name->prefix_len;
	element.uri = uri != NULL ? str(uri) : "";
	element.uri_len = 0;
	element.default_uri = had_root ? NULL : default_namespace(n_namespaces, namespaces);
	if (strict->depth < 2 && uri != NULL)
		element.uri_len = strlen(str(uri));
	element.attrs = strict->attrs;
	element.n_attrs = 0;
	if (n_attrs != 0) {
		element.n_attrs = convert_attrs(strict, n_attrs, attrs);
		element.attrs = strict->attrs;
	}
	strict->depth++;
	if (model_build_start(strict->build, &element))
		open_container(strict, local, prefix, n_namespaces, namespaces);
	if (!had_root) {
		memset(strict->names, 0, sizeof(strict->names));
		if (!model_build_has_root(strict->build))
			strict->status = XML_STRICT_FOREIGN;
	}
	if (arena_used(strict->arena) != 0)
		arena_reset(strict->arena);
}

static void
on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_strict *strict = ctx;
	const struct name_slot *name;
	struct xml_element element;

	if (strict->status != XML_STRICT_OK)
		return;
	name = name_of(strict, local, prefix, uri);
	element.ns = name->ns;
	element.name = name->name;
	element.local = str(local);
	element.local_len = name->len;
	element.prefix = str(prefix);
	element.prefix_len = name->prefix_len;
	if (strict->depth == strict->scope.n_elements)
		xml_scope_pop(&strict->scope);
	strict->depth--;
	if (model_build_end(strict->build, &element))
		mark(strict, 0);
}

static void
on_text(void *ctx, const xmlChar *ptr, int len)
{
	struct xml_strict *strict = ctx;

	strict->returned = false;
	if (strict->status == XML_STRICT_OK)
		model_build_text(strict->build, str(ptr), (size_t)len);
}

/* It comes in pieces, with line ends as they stand: libxml2's push parser leaves out section 2.11 of XML 1.0 here. */
static void
on_cdata(void *ctx, const xmlChar *bytes, int n_bytes)
{
	struct xml_strict *strict = ctx;
	const char *ptr = str(bytes), *end = ptr + n_bytes, *stop;

	while (ptr < end && strict->status == XML_STRICT_OK) {
		ptr += strict->returned && *ptr == '\n';
		stop = memchr(ptr, '\r', (size_t)(end - ptr));
		strict->returned = stop != NULL;
		model_build_text(strict->build, ptr, (size_t)((stop != NULL ? stop : end) - ptr));
		if (stop != NULL)
			model_build_text(strict->build, "\n", 1);
		ptr = stop != NULL ? stop + 1 : end;
	}
}

/* --- entities --------------------------------------------------------------------------------------- */

static void
on_entity_decl(void *ctx, const xmlChar *name, int type, const xmlChar *public_id, const xmlChar *system_id,
    xmlChar *content)
{
	struct xml_strict *strict = ctx;

	(void)public_id;
	(void)system_id;
	if (type == XML_INTERNAL_GENERAL_ENTITY && content != NULL)
		xml_entities_declare(strict->entities, str(name), strlen(str(name)), str(content), strlen(str(content)));
}

/*
 * In text the answer passes for one of XML's own entities, so that libxml2 hands its content on as text. In an
 * attribute libxml2 would take its first byte only; a general one stays "&name;" there, for decode(). In the DTD it only
 * asks whether there is one.
 */
static xmlEntityPtr
on_entity(void *ctx, const xmlChar *name)
{
	struct xml_strict *strict = ctx;
	xmlEntity *entity = &strict->entity;
	size_t len;
	const char *text;

	if (strict->ctxt->instate != XML_PARSER_CONTENT) {
		entity->etype = XML_INTERNAL_GENERAL_ENTITY;
		entity->name = name;
		entity->content = (xmlChar *)(uintptr_t)"";
		return entity;
	}
	text = xml_entities_find(strict->entities, str(name), strlen(str(name)), &len);
	if (text == NULL)
		text = arena_printf(strict->arena, "&%s;", str(name));
	entity->etype = XML_INTERNAL_PREDEFINED_ENTITY;
	entity->name = name;
	entity->content = (xmlChar *)(uintptr_t)text;
	return entity;
}

/* Parameter entities pass for external ones, which are not loaded. */
static xmlEntityPtr
on_parameter_entity(void *ctx, const xmlChar *name)
{
	struct xml_strict *strict = ctx;

	strict->parameter.etype = XML_EXTERNAL_PARAMETER_ENTITY;
	strict->parameter.name = name;
	return &strict->parameter;
}

/* --- libxml2 ---------------------------------------------------------------------------------------- */

static xmlParserInputPtr
refuse(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	return NULL;
}

static void
on_error(void *ctx, xmlErrorPtr error)
{
	(void)ctx;
	(void)error;
}

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_text,
	.ignorableWhitespace = on_text,
	.cdataBlock = on_cdata,
	.entityDecl = on_entity_decl,
	.getEntity = on_entity,
	.getParameterEntity = on_parameter_entity,
	.serror = on_error,
};

struct xml_strict *
xml_strict_new(struct model_build *build, struct xml_entities *entities, const struct feed_limits *limits)
{
	struct xml_strict *strict = calloc(1, sizeof(*strict));
	xmlSAXHandler sax = handler;

	if (strict == NULL)
		abort();
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse);
	strict->build = build;
	strict->entities = entities;
	strict->limits = limits;
	strict->arena = arena_new(0);
	strict->safe_line = 1;
	xml_scope_init(&strict->scope);
	strict->entity.type = strict->parameter.type = XML_ENTITY_DECL;
	strict->parameter.orig = (xmlChar *)(uintptr_t)"";
	strict->entity.checked = 2;			/* checked, and without "<" */
	strict->entity.orig = (xmlChar *)(uintptr_t)"";	/* or libxml2 would hang its own copy there */
	strict->ctxt = xmlCreatePushParserCtxt(&sax, strict, NULL, 0, NULL);
	if (strict->ctxt == NULL)
		abort();
	xmlCtxtUseOptions(strict->ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	return strict;
}

void
xml_strict_free(struct xml_strict *strict)
{
	if (strict == NULL)
		return;
	if (strict->ctxt->myDoc != NULL)
		xmlFreeDoc(strict->ctxt->myDoc);
	strict->ctxt->myDoc = NULL;
	xmlFreeParserCtxt(strict->ctxt);
	xml_scope_free(&strict->scope);
	arena_free(strict->arena);
	free(strict->attrs);
	free(strict);
}

static void
check(struct xml_strict *strict)
{
	const xmlParserInput *input = strict->ctxt->input;

	if (strict->status != XML_STRICT_OK)
		return;
	if (!strict->ctxt->wellFormed || strict->ctxt->disableSAX)
		strict->status = XML_STRICT_FAULT;
	else if ((input != NULL && (size_t)(input->end - input->cur) > strict->limits->tag_bytes) ||
	    (size_t)xmlDictSize(strict->ctxt->dict) > strict->limits->names)
		strict->status = XML_STRICT_LIMIT;
}

enum xml_strict_status
xml_strict_push(struct xml_strict *strict, const char *ptr, size_t len)
{
	size_t slice;

	for (; len != 0 && strict->status == XML_STRICT_OK && !model_build_stopped(strict->build); ptr += slice, len -= slice) {
		slice = len < SLICE_BYTES ? len : SLICE_BYTES;
		xmlParseChunk(strict->ctxt, ptr, (int)slice, 0);
		check(strict);
	}
	return strict->status;
}

enum xml_strict_status
xml_strict_finish(struct xml_strict *strict)
{
	if (strict->status == XML_STRICT_OK && !model_build_stopped(strict->build)) {
		xmlParseChunk(strict->ctxt, NULL, 0, 1);
		check(strict);
	}
	return strict->status;
}

size_t
xml_strict_safe(const struct xml_strict *strict, size_t *line)
{
	*line = strict->safe_line;
	return strict->safe;
}

struct xml_scope *
xml_strict_scope(struct xml_strict *strict)
{
	return &strict->scope;
}
