#include "feeds/parser.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/discover.h"
#include "feeds/encoding.h"
#include "feeds/jsonfeed.h"
#include "feeds/model-build.h"
#include "feeds/xml-entities.h"
#include "feeds/xml-strict.h"
#include "feeds/xml-tolerant.h"

/* Who reads the text now. */
enum reader {
	READER_NONE,		/* nothing but white space so far */
	READER_STRICT, READER_TOLERANT, READER_JSON,
	READER_PAGE,		/* no feed; page_bytes of it are kept to look for feeds */
	READER_DONE		/* what follows is ignored */
};

struct feed_parser {
	struct feed_limits limits;
	char		*url, *content_type;
	struct hash_key	 content_key;
	bool		 hashed;
	feed_entry_fn	*on_entry;
	void		*arg;
	size_t		 bytes;			/* pushed so far */
	struct encoding	*encoding;
	struct model_warnings encoding_warnings;
	struct buf	 decoded;		/* one chunk as UTF-8 */
	struct buf	 kept;			/* text since the last safe place; or all of a page */
	size_t		 kept_at;		/* where that is in what xml_strict got */
	size_t		 blank;			/* READER_NONE: so much of what is kept is white space */
	enum reader	 reader;
	enum feed_error	 status;
	struct model_build *build;
	struct xml_entities *entities;
	struct xml_strict *strict;
	struct xml_tolerant *tolerant;
	struct xml_scope no_scope;		/* where the tolerant reader begins the document */
	struct jsonfeed	*json;
	struct model_context json_context;
	struct buf	 scratch;
	struct feed_candidate *candidates;
	size_t		 n_candidates;
	const char	*message;
	bool		 final;			/* no more bytes */
	bool		 limit_crossed;
	bool		 fault;			/* libxml2 found one */
};

static char *
copy(const char *str)
{
	char *dup = str != NULL && *str != '\0' ? strdup(str) : NULL;

	if (dup == NULL && str != NULL && *str != '\0')
		abort();
	return dup;
}

struct feed_parser *
feed_parser_new(const struct feed_options *opt, feed_entry_fn *on_entry, void *arg)
{
	struct feed_parser *parser = calloc(1, sizeof(*parser));

	if (parser == NULL)
		abort();
	parser->limits = opt->limits;
	parser->url = copy(opt->url);
	parser->content_type = copy(opt->content_type);
	parser->on_entry = on_entry;
	parser->arg = arg;
	parser->message = "";
	parser->decoded = BUF_INIT(SIZE_MAX / 4);
	parser->kept = BUF_INIT(SIZE_MAX / 4);
	parser->scratch = BUF_INIT(opt->limits.text_bytes * 4);
	if (opt->content_key != NULL)
		parser->content_key = *opt->content_key;
	parser->hashed = opt->content_key != NULL;
	parser->build = model_build_new(&parser->limits, parser->url, parser->hashed ? &parser->content_key : NULL, on_entry,
	    arg);
	parser->entities = xml_entities_new(&parser->limits, model_build_warnings(parser->build));
	parser->encoding_warnings = (struct model_warnings){ .arena = model_build_arena(parser->build),
	    .max = opt->limits.warnings };
	parser->encoding = encoding_new(parser->content_type, &parser->limits, &parser->encoding_warnings);
	xml_scope_init(&parser->no_scope);
	return parser;
}

void
feed_parser_free(struct feed_parser *parser)
{
	if (parser == NULL)
		return;
	xml_tolerant_free(parser->tolerant);
	xml_strict_free(parser->strict);
	jsonfeed_free(parser->json);
	xml_entities_free(parser->entities);
	model_build_free(parser->build);
	encoding_free(parser->encoding);
	xml_scope_free(&parser->no_scope);
	buf_free(&parser->decoded);
	buf_free(&parser->kept);
	buf_free(&parser->scratch);
	free(parser->url);
	free(parser->content_type);
	free(parser);
}

/* --- XML: the strict reader, and from the first fault on the tolerant one ----------------------------- */

static void
to_page(struct feed_parser *parser)
{
	parser->reader = READER_PAGE;
}

static void
tolerant_push(struct feed_parser *parser, const char *ptr, size_t len)
{
	if (!model_build_has_root(parser->build) && ptr != parser->kept.ptr)
		buf_put(&parser->kept, ptr, len);
	if (!xml_tolerant_push(parser->tolerant, ptr, len))
		to_page(parser);
	else if (model_build_has_root(parser->build))
		buf_free(&parser->kept);
	else if (parser->kept.len > parser->limits.page_bytes)
		to_page(parser);
}

/* What the strict reader got since the last safe place goes to the tolerant one. */
static void
take_over(struct feed_parser *parser, enum xml_strict_status status)
{
	struct xml_scope *scope = xml_strict_scope(parser->strict);
	size_t line, safe = xml_strict_safe(parser->strict, &line), skip = safe - parser->kept_at;
	struct buf rest = parser->kept;

	parser->fault = status == XML_STRICT_FAULT;
	model_build_rewind(parser->build, safe == 0);
	xml_entities_rewind(parser->entities, safe == 0);
	parser->reader = READER_TOLERANT;
	parser->tolerant = xml_tolerant_new(parser->build, parser->entities, scope, &parser->limits, line);
	parser->kept = BUF_INIT(SIZE_MAX / 4);
	tolerant_push(parser, rest.ptr + skip, rest.len - skip);
	buf_free(&rest);
}

/* Bytes before the last safe place are not needed again; the move is worth it only now and then. */
static void
forget_safe(struct feed_parser *parser)
{
	size_t line, safe = xml_strict_safe(parser->strict, &line) - parser->kept_at;

	if (safe * 2 < parser->kept.len || safe == 0)
		return;
	buf_consume(&parser->kept, safe);
	parser->kept_at += safe;
}

/* What came to the end of what is kept. */
static void
strict_push(struct feed_parser *parser, size_t len)
{
	enum xml_strict_status status;

	status = xml_strict_push(parser->strict, parser->kept.ptr + parser->kept.len - len, len);
	if (status != XML_STRICT_OK)
		take_over(parser, status);
	else
		forget_safe(parser);
}

/* --- what it is -------------------------------------------------------------------------------------------- */

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t' || chr == '\r';
}

static void
begin_json(struct feed_parser *parser)
{
	parser->reader = READER_JSON;
	parser->json_context = (struct model_context){ .limits = &parser->limits, .url = parser->url,
	    .scratch = &parser->scratch, .warnings = model_build_warnings(parser->build),
	    .content_key = parser->hashed ? &parser->content_key : NULL };
	parser->json = jsonfeed_new(&parser->json_context, model_build_arena(parser->build), model_build_feed(parser->build),
	    parser->on_entry, parser->arg);
	jsonfeed_push(parser->json, parser->kept.ptr, parser->kept.len);
	buf_free(&parser->kept);
}

/*
 * The first character that is not white space decides. XML begins with its "<"; anything else
 * before that is for the tolerant reader.
 */
static void
begin(struct feed_parser *parser)
{
	struct model_warnings *warnings = model_build_warnings(parser->build);
	struct buf text = parser->kept;
	size_t blank = parser->blank;

	while (blank < text.len && is_space(text.ptr[blank]))
		blank++;
	parser->blank = blank;
	if (blank == text.len)
		return;
	if (text.ptr[blank] == '{' || text.ptr[blank] == '[') {
		begin_json(parser);
		return;
	}
	if (blank != 0 && text.len - blank < 5 && text.ptr[blank] == '<' && !parser->final)
		return;
	if (blank != 0 && text.len - blank >= 5 && memcmp(text.ptr + blank, "<?xml", 5) == 0)
		model_warn(warnings, "xml: white space before the XML declaration");
	if (text.ptr[blank] == '<') {
		parser->reader = READER_STRICT;
		parser->strict = xml_strict_new(parser->build, parser->entities, &parser->limits);
		buf_consume(&parser->kept, blank);
		strict_push(parser, parser->kept.len);
		return;
	}
	parser->kept = BUF_INIT(SIZE_MAX / 4);
	parser->reader = READER_TOLERANT;
	parser->tolerant = xml_tolerant_new(parser->build, parser->entities, &parser->no_scope, &parser->limits, 1);
	tolerant_push(parser, text.ptr, text.len);
	buf_free(&text);
}

static void
read_text(struct feed_parser *parser, const char *ptr, size_t len)
{
	switch (parser->reader) {
	case READER_NONE:
		buf_put(&parser->kept, ptr, len);
		begin(parser);
		break;
	case READER_STRICT:
		break;
	case READER_TOLERANT:
		tolerant_push(parser, ptr, len);
		break;
	case READER_JSON:
		jsonfeed_push(parser->json, ptr, len);
		break;
	case READER_PAGE:
		if (parser->kept.len < parser->limits.page_bytes)
			buf_put(&parser->kept, ptr, len);
		break;
	case READER_DONE:
		break;
	}
}

/* The strict reader takes its text from where it is kept. */
static void
read_bytes(struct feed_parser *parser, const void *bytes, size_t n)
{
	size_t before = parser->kept.len;

	if (parser->reader == READER_STRICT) {
		encoding_push(parser->encoding, bytes, n, parser->final, &parser->kept);
		strict_push(parser, parser->kept.len - before);
		return;
	}
	encoding_push(parser->encoding, bytes, n, parser->final, &parser->decoded);
	if (parser->decoded.len != 0)
		read_text(parser, parser->decoded.ptr, parser->decoded.len);
	buf_clear(&parser->decoded);
}

int
feed_parser_push(struct feed_parser *parser, const void *bytes, size_t n)
{
	if (parser->reader == READER_DONE || parser->status != FEED_OK)
		return parser->status;
	if (n > parser->limits.document_bytes - parser->bytes) {
		n = parser->limits.document_bytes - parser->bytes;
		parser->status = FEED_ELIMIT;
	}
	parser->bytes += n;
	read_bytes(parser, bytes, n);
	if (model_build_stopped(parser->build))
		return FEED_ELIMIT;
	return parser->status;
}

size_t
feed_parser_kept(const struct feed_parser *parser)
{
	return parser->kept.cap + (parser->json != NULL ? jsonfeed_kept(parser->json) : 0);
}

/* --- the end ------------------------------------------------------------------------------------------------- */

static int
fail(struct feed_parser *parser, enum feed_error error, const char *message)
{
	parser->message = message;
	parser->status = error;
	return error;
}

static int
not_a_feed(struct feed_parser *parser)
{
	size_t len = parser->kept.len < parser->limits.page_bytes ? parser->kept.len : parser->limits.page_bytes;

	if (len != 0)
		parser->n_candidates = discover_feeds(model_build_arena(parser->build), parser->kept.ptr, len, parser->url,
		    parser->limits.candidates, &parser->candidates);
	if (parser->limit_crossed)
		return fail(parser, FEED_ELIMIT, "too large, and no feed so far");
	if (parser->reader == READER_PAGE)
		return fail(parser, FEED_ENOTFEED, parser->n_candidates != 0 ? "a web page, not a feed; it names feeds" :
		    "a web page without a feed");
	return fail(parser, FEED_ENOTFEED, "not a feed");
}

static int
finish_json(struct feed_parser *parser)
{
	const char *error;

	return jsonfeed_finish(parser->json, &error) == 0 ? FEED_OK : fail(parser, FEED_ENOTFEED, error);
}

static int
finish_xml(struct feed_parser *parser)
{
	enum xml_strict_status status;

	if (parser->reader == READER_STRICT) {
		status = xml_strict_finish(parser->strict);
		if (status != XML_STRICT_OK)
			take_over(parser, status);
	}
	if (parser->reader == READER_TOLERANT && !xml_tolerant_finish(parser->tolerant))
		to_page(parser);
	if (!model_build_has_root(parser->build))
		return not_a_feed(parser);
	if (parser->fault && !xml_tolerant_repaired(parser->tolerant))
		model_warn(model_build_warnings(parser->build), "xml: not well-formed; what can be read is used");
	model_build_finish(parser->build);
	return FEED_OK;
}

/* Those of the encoding first, the document's limit last: when they come depends on how the bytes are cut. */
static void
list_warnings(struct feed_parser *parser, struct doc_feed *feed)
{
	struct model_warnings *all = &parser->encoding_warnings;
	const struct model_warnings *others = model_build_warnings(parser->build);
	size_t i;

	for (i = 0; i < others->n_list; i++)
		model_warn(all, "%s", others->list[i]);
	if (parser->limit_crossed)
		model_warn(all, "limit: a document of more than %zu bytes", parser->limits.document_bytes);
	feed->warnings = all->list;
	feed->n_warnings = all->n_list;
}

int
feed_parser_finish(struct feed_parser *parser)
{
	struct doc_feed *feed = model_build_feed(parser->build);
	int rc;

	parser->limit_crossed = parser->status == FEED_ELIMIT;
	parser->status = FEED_OK;
	parser->final = true;
	read_bytes(parser, "", 0);
	switch (parser->reader) {
	case READER_NONE:
		rc = fail(parser, FEED_EEMPTY, "empty document");
		break;
	case READER_JSON:
		rc = finish_json(parser);
		break;
	case READER_PAGE:
		rc = not_a_feed(parser);
		break;
	default:
		rc = finish_xml(parser);
		break;
	}
	parser->reader = READER_DONE;
	feed->encoding = arena_strdup(model_build_arena(parser->build), encoding_name(parser->encoding));
	list_warnings(parser, feed);
	return rc;
}

bool
feed_parser_is_cut(const struct feed_parser *parser)
{
	if (parser->json != NULL)
		return jsonfeed_is_cut(parser->json);
	return parser->tolerant != NULL && xml_tolerant_cut(parser->tolerant);
}

const struct doc_feed *
feed_parser_feed(const struct feed_parser *parser)
{
	return model_build_feed(parser->build);
}

const struct feed_candidate *
feed_parser_candidates(const struct feed_parser *parser, size_t *n)
{
	*n = parser->n_candidates;
	return parser->candidates;
}

const char *
feed_parser_message(const struct feed_parser *parser)
{
	return parser->message;
}
