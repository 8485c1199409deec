/* query - the parser. One function for each rule of the grammar in query.h; fields are rows. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/query-tree.h"
#include "feeds/base/utf8.h"

enum { FIELD_NAME_MAX = 16 };

struct parser {
	const char	*str;		/* the whole text */
	size_t		 len, pos;
	struct arena	*arena;
	const struct query_env *env;
	size_t		*terms;		/* so far, saved searches included */
	unsigned	 depth;
	bool		 saved;		/* this is the text of a saved search */
	size_t		 named_at;	/* position of the outermost name of it */
	struct query_error *error;
};

static struct node *parse_or(struct parser *);

/* --- errors ------------------------------------------------------------------------------------------ */

static struct node *
fail_at(struct parser *parser, size_t position, const char *expected)
{
	struct query_error *error = parser->error;

	error->position = parser->saved ? parser->named_at : position;
	snprintf(error->expected, sizeof error->expected, "%s", expected);
	if (parser->saved)
		snprintf(error->message, sizeof error->message, "query: byte %zu: in the saved search, at its byte %zu: expected %s",
		    error->position, position, expected);
	else
		snprintf(error->message, sizeof error->message, "query: byte %zu: expected %s", position, expected);
	return NULL;
}

/* --- characters -------------------------------------------------------------------------------------- */

static bool
is_space(char chr)
{
	return chr == ' ' || (chr >= '\t' && chr <= '\r');
}

static bool
ends_word(char chr)
{
	return is_space(chr) || chr == '(' || chr == ')' || chr == '"';
}

static bool
at_end(const struct parser *parser)
{
	return parser->pos >= parser->len;
}

static char
peek(const struct parser *parser)
{
	return at_end(parser) ? '\0' : parser->str[parser->pos];
}

static void
skip_space(struct parser *parser)
{
	while (!at_end(parser) && is_space(parser->str[parser->pos]))
		parser->pos++;
}

static size_t
word_len(const struct parser *parser)
{
	size_t end = parser->pos;

	while (end < parser->len && !ends_word(parser->str[end]))
		end++;
	return end - parser->pos;
}

/* Whether the next word is this upper-case keyword; takes it if so. */
static bool
take_keyword(struct parser *parser, const char *keyword)
{
	size_t len = strlen(keyword);

	skip_space(parser);
	if (word_len(parser) != len || memcmp(parser->str + parser->pos, keyword, len) != 0)
		return false;
	parser->pos += len;
	return true;
}

static bool
sees_keyword(struct parser *parser, const char *keyword)
{
	size_t pos = parser->pos;
	bool seen = take_keyword(parser, keyword);

	parser->pos = pos;
	return seen;
}

/* --- nodes ------------------------------------------------------------------------------------------- */

static struct node *
node_new(struct parser *parser, enum node_type type)
{
	struct node *node = arena_zalloc(parser->arena, sizeof *node);

	node->type = type;
	return node;
}

static void
add_kid(struct parser *parser, struct node *node, struct node *kid)
{
	struct node **slot = arena_push(parser->arena, &node->kids, &node->n_kids, &node->cap_kids, sizeof kid);

	*slot = kid;
}

/* --- values ------------------------------------------------------------------------------------------ */

struct value { const char *ptr; size_t len, at; bool quoted, prefix; };

static int
read_phrase(struct parser *parser, struct value *value)
{
	const char *start = parser->str + parser->pos + 1;
	const char *end = memchr(start, '"', parser->len - parser->pos - 1);

	if (end == NULL) {
		fail_at(parser, parser->len, "a closing quotation mark");
		return -1;
	}
	*value = (struct value){ .ptr = start, .len = (size_t)(end - start), .at = parser->pos, .quoted = true };
	parser->pos += value->len + 2;
	if (peek(parser) == '*') {
		value->prefix = true;
		parser->pos++;
	}
	return 0;
}

static int
read_value(struct parser *parser, struct value *value)
{
	if (peek(parser) == '"')
		return read_phrase(parser, value);
	*value = (struct value){ .ptr = parser->str + parser->pos, .len = word_len(parser), .at = parser->pos };
	parser->pos += value->len;
	return 0;
}

/* The index has no word in ASCII punctuation alone; such a term could never match. */
static bool
has_token(const struct value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		unsigned char chr = (unsigned char)value->ptr[i];

		if (chr >= 0x80 || (chr >= '0' && chr <= '9') || (chr >= 'A' && chr <= 'Z') || (chr >= 'a' && chr <= 'z'))
			return true;
	}
	return false;
}

static struct node *
text_node(struct parser *parser, struct value value, enum node_column column)
{
	struct node *node;

	if (!value.quoted && value.len > 1 && value.ptr[value.len - 1] == '*') {
		value.prefix = true;
		value.len--;
	}
	if (!has_token(&value))
		return fail_at(parser, value.at, "a word with a letter or a digit");
	node = node_new(parser, NODE_TEXT);
	node->text = arena_strndup(parser->arena, value.ptr, value.len);
	node->len = value.len;
	node->column = column;
	node->prefix = value.prefix;
	return node;
}

/* --- fields ------------------------------------------------------------------------------------------ */

struct field {
	const char	*name;
	struct node	*(*make)(struct parser *, const struct field *, struct value);
	int		 number;	/* whatever make understands by it */
};

static struct node *
make_text(struct parser *parser, const struct field *field, struct value value)
{
	return text_node(parser, value, (enum node_column)field->number);
}

static struct node *
make_string(struct parser *parser, const struct field *field, struct value value)
{
	struct node *node;

	if (value.len == 0)
		return fail_at(parser, value.at, "a value");
	node = node_new(parser, (enum node_type)field->number);
	node->text = arena_strndup(parser->arena, value.ptr, value.len);
	node->len = value.len;
	return node;
}

static bool
read_number(struct value value, int64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9' || *number > INT32_MAX)
			return false;
		*number = *number * 10 + (value.ptr[i] - '0');
	}
	return value.len > 0 && *number <= INT32_MAX;
}

static struct node *
make_feed(struct parser *parser, const struct field *field, struct value value)
{
	struct node *node = make_string(parser, field, value);

	if (node != NULL && (value.quoted || !read_number(value, &node->number)))
		node->number = -1;
	return node;
}

static struct node *
make_id(struct parser *parser, const struct field *field, struct value value)
{
	struct node *node = node_new(parser, (enum node_type)field->number);

	if (!read_number(value, &node->number))
		return fail_at(parser, value.at, "the number of an entry");
	return node;
}

static struct node *
make_flag(struct parser *parser, const struct field *field, struct value value)
{
	static const struct { const char *word; enum node_flag flag; int has; } flags[] = {
		{ "unread", FLAG_UNREAD, 0 }, { "read", FLAG_READ, 0 }, { "starred", FLAG_STARRED, 0 }, { "updated", FLAG_UPDATED, 0 },
		{ "attachment", FLAG_ATTACHMENT, 1 },
	};
	struct node *node = node_new(parser, NODE_FLAG);

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		if (flags[i].has == field->number && strlen(flags[i].word) == value.len &&
		    memcmp(flags[i].word, value.ptr, value.len) == 0) {
			node->flag = flags[i].flag;
			return node;
		}
	}
	return fail_at(parser, value.at, field->number ? "attachment" : "one of unread, read, starred, updated");
}

enum { TIME_WITHIN, TIME_SINCE, TIME_BEFORE, TIME_RECEIVED };

static struct node *
make_time(struct parser *parser, const struct field *field, struct value value)
{
	struct node *node = node_new(parser, field->number == TIME_RECEIVED ? NODE_RECEIVED : NODE_TIME);
	bool point = field->number == TIME_SINCE || field->number == TIME_BEFORE;
	enum query_time time = QUERY_TIME_NONE;

	if (!point || memmem(value.ptr, value.len, "..", 2) == NULL)
		time = query_time(value.ptr, value.len, parser->env->now_s, &node->from, &node->until);
	if (time == QUERY_TIME_REVERSED)
		return fail_at(parser, value.at, "the earlier end of the range before the later one");
	if (time != QUERY_TIME_OK)
		return fail_at(parser, value.at, point ? "a date (2026-11-30, 2026-11, today) or a time ago (30m, 12h, 2d, 1w)" :
		    "a date, a time ago, or a range of them (2026-11-01..2026-11-30, 2d..)");
	if (field->number == TIME_BEFORE) {
		node->until = node->from;
		node->from = INT64_MIN;
	} else if (field->number == TIME_SINCE)
		node->until = INT64_MAX;
	return node;
}

static struct node *make_search(struct parser *, const struct field *, struct value);

static const struct field fields[] = {
	{ "title", make_text, COLUMN_TITLE }, { "author", make_text, COLUMN_AUTHORS }, { "text", make_text, COLUMN_TEXT },
	{ "url", make_string, NODE_URL }, { "is", make_flag, 0 }, { "has", make_flag, 1 }, { "tag", make_string, NODE_TAG },
	{ "feed", make_feed, NODE_FEED }, { "lang", make_string, NODE_LANG }, { "id", make_id, NODE_ID },
	{ "story", make_id, NODE_STORY }, { "search", make_search, 0 }, { "date", make_time, TIME_WITHIN }, { "since", make_time, TIME_SINCE },
	{ "before", make_time, TIME_BEFORE }, { "received", make_time, TIME_RECEIVED },
};

static const char expected_field[] =
	"one of title: author: text: url: is: has: tag: feed: lang: id: story: search: date: since: before: received:";

/* A saved search is parsed where it is named, one level deeper, which also ends those that name themselves. */
static struct node *
make_search(struct parser *parser, const struct field *field, struct value value)
{
	struct parser inner = *parser;
	struct node *node;

	(void)field;
	inner.len = 0;
	inner.str = parser->env->search == NULL ? NULL :
	    parser->env->search(parser->env->arg, value.ptr, value.len, parser->arena, &inner.len);
	if (inner.str == NULL)
		return fail_at(parser, value.at, "the name of a saved search (there is no such saved search)");
	if (!utf8_valid(inner.str, inner.len))
		return fail_at(parser, value.at, "a saved search in UTF-8");
	inner.pos = 0;
	inner.depth++;
	inner.named_at = parser->saved ? parser->named_at : value.at;
	inner.saved = true;
	if (inner.depth > QUERY_DEPTH_MAX)
		return fail_at(parser, value.at, "fewer saved searches inside one another");
	skip_space(&inner);
	if (at_end(&inner))
		return node_new(parser, NODE_ALL);
	node = parse_or(&inner);
	if (node != NULL && !at_end(&inner))
		return fail_at(&inner, inner.pos, "an opening parenthesis before this closing one");
	return node;
}

/* The length of a field's name with a colon behind it at the position, or 0: then it is a word. */
static size_t
field_name_len(const struct parser *parser)
{
	size_t len = 0, most = word_len(parser);
	const char *at = parser->str + parser->pos;

	while (len < most && at[len] >= 'a' && at[len] <= 'z')
		len++;
	return len > 0 && len < most && at[len] == ':' ? len : 0;
}

static struct node *
parse_field(struct parser *parser, size_t len)
{
	const char *name = parser->str + parser->pos;
	const struct field *field = NULL;
	struct value value;

	for (size_t i = 0; i < sizeof fields / sizeof fields[0] && field == NULL; i++) {
		if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0)
			field = &fields[i];
	}
	if (field == NULL)
		return fail_at(parser, parser->pos, expected_field);
	parser->pos += len + 1;
	if (read_value(parser, &value) != 0)
		return NULL;
	if (value.len == 0)
		return fail_at(parser, value.at, "a value");
	return field->make(parser, field, value);
}

/* --- the grammar -------------------------------------------------------------------------------------- */

static struct node *
parse_term(struct parser *parser)
{
	size_t name_len;
	struct value value;

	if (++*parser->terms > QUERY_TERMS_MAX)
		return fail_at(parser, parser->pos, "no more than 256 terms");
	if (at_end(parser) || peek(parser) == ')' || sees_keyword(parser, "OR") || sees_keyword(parser, "AND"))
		return fail_at(parser, parser->pos, "a term");
	name_len = field_name_len(parser);
	if (name_len > 0)
		return parse_field(parser, name_len);
	if (read_value(parser, &value) != 0)
		return NULL;
	if (!value.quoted && value.len == 1 && value.ptr[0] == '*')
		return node_new(parser, NODE_ALL);
	return text_node(parser, value, COLUMN_ANY);
}

static struct node *
parse_group(struct parser *parser)
{
	struct node *node;

	parser->pos++;
	node = parse_or(parser);
	if (node == NULL)
		return NULL;
	skip_space(parser);
	if (peek(parser) != ')')
		return fail_at(parser, parser->pos, "a closing parenthesis");
	parser->pos++;
	return node;
}

static bool
take_minus(struct parser *parser)
{
	if (peek(parser) != '-' || parser->pos + 1 >= parser->len || is_space(parser->str[parser->pos + 1]))
		return false;
	parser->pos++;
	return true;
}

static struct node *
parse_not(struct parser *parser)
{
	struct node *node, *kid;
	bool negated, group;

	skip_space(parser);
	negated = take_keyword(parser, "NOT") || take_minus(parser);
	group = !negated && peek(parser) == '(';
	if (!negated && !group)
		return parse_term(parser);
	if (parser->depth + 1 > QUERY_DEPTH_MAX)
		return fail_at(parser, parser->pos, "no more than 32 levels of parentheses and negations");
	parser->depth++;
	kid = group ? parse_group(parser) : parse_not(parser);
	parser->depth--;
	if (kid == NULL || group)
		return kid;
	node = node_new(parser, NODE_NOT);
	add_kid(parser, node, kid);
	return node;
}

static struct node *
parse_and(struct parser *parser)
{
	struct node *first = parse_not(parser), *node = NULL, *next;

	while (first != NULL) {
		bool keyword = take_keyword(parser, "AND");

		skip_space(parser);
		if (!keyword && (at_end(parser) || peek(parser) == ')' || sees_keyword(parser, "OR")))
			return node != NULL ? node : first;
		next = parse_not(parser);
		if (next == NULL)
			return NULL;
		if (node == NULL) {
			node = node_new(parser, NODE_AND);
			add_kid(parser, node, first);
		}
		add_kid(parser, node, next);
	}
	return NULL;
}

static struct node *
parse_or(struct parser *parser)
{
	struct node *first = parse_and(parser), *node = NULL, *next;

	while (first != NULL) {
		if (!take_keyword(parser, "OR"))
			return node != NULL ? node : first;
		next = parse_and(parser);
		if (next == NULL)
			return NULL;
		if (node == NULL) {
			node = node_new(parser, NODE_OR);
			add_kid(parser, node, first);
		}
		add_kid(parser, node, next);
	}
	return NULL;
}

static struct node *
parse_whole(struct parser *parser)
{
	struct node *node;

	if (parser->len > QUERY_BYTES_MAX)
		return fail_at(parser, QUERY_BYTES_MAX, "no more than 16384 bytes");
	if (memchr(parser->str, '\0', parser->len) != NULL || !utf8_valid(parser->str, parser->len))
		return fail_at(parser, utf8_prefix(parser->str, parser->len), "UTF-8 without NUL");
	skip_space(parser);
	if (at_end(parser))
		return node_new(parser, NODE_ALL);
	node = parse_or(parser);
	skip_space(parser);
	if (node != NULL && !at_end(parser))
		return fail_at(parser, parser->pos, "an opening parenthesis before this closing one");
	return node;
}

int
query_parse(const char *str, size_t len, const struct query_env *env, struct query **out, struct query_error *error)
{
	struct query *query = calloc(1, sizeof *query);
	size_t terms = 0;
	struct parser parser = { .str = str != NULL ? str : "", .len = len, .env = env, .terms = &terms, .error = error };

	if (query == NULL)
		abort();
	parser.arena = query->arena = arena_new(0);
	query->root = parse_whole(&parser);
	if (query->root == NULL) {
		query_free(query);
		*out = NULL;
		return -1;
	}
	*out = query;
	return 0;
}

void
query_free(struct query *query)
{
	if (query == NULL)
		return;
	arena_free(query->arena);
	free(query);
}

static bool
needs_index(const struct node *node)
{
	bool needs = node->type == NODE_TEXT || node->type == NODE_STORY;

	for (size_t i = 0; i < node->n_kids && !needs; i++)
		needs = needs_index(node->kids[i]);
	return needs;
}

bool
query_node_has_prefix(const struct node *node)
{
	bool has = node->type == NODE_TEXT && node->prefix;

	for (size_t i = 0; i < node->n_kids && !has; i++)
		has = query_node_has_prefix(node->kids[i]);
	return has;
}

bool
query_has_prefix(const struct query *query)
{
	return query_node_has_prefix(query->root);
}

bool
query_needs_index(const struct query *query)
{
	return needs_index(query->root);
}
