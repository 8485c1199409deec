/*
 * import-query - newsboat's filter language as far as gazette-query(7) can say the same:
 *
 *	expression	= term [ ("and" | "or") expression ]		what follows belongs together
 *	term		= "(" expression ")" | attribute operator value
 *	value		= "\"" text "\"" | number | number ":" number
 *
 * Regular expressions must be plain texts, or several of them with "|" between. Such a text is looked up as words, the last of which
 * may go on: newsboat would find it inside of words, too.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/import.h"

enum { DEPTH_MAX = 250, QUERY_BYTES_MAX = 16 << 10 };

struct reader {
	struct arena	*arena;
	const char	*pos;
	const char	*why;		/* the first thing that cannot be said; NULL: none yet */
	int		 depth;
};

struct condition {
	const char	*attribute;
	const char	*op;		/* without a "!" */
	bool		 negated;
	const char	*text;		/* NULL: numbers */
	int64_t		 low, high;	/* the same unless it is a range */
};

static void
refuse(struct reader *r, const char *what, const char *text)
{
	if (r->why == NULL)
		r->why = arena_printf(r->arena, "%s%s%s", what, text != NULL ? ": " : "", text != NULL ? text : "");
}

static void
skip_space(struct reader *r)
{
	while (isspace((unsigned char)*r->pos))
		r->pos++;
}

static bool
take(struct reader *r, const char *token)
{
	size_t	 len = strlen(token);

	skip_space(r);
	if (strncmp(r->pos, token, len) != 0)
		return false;
	r->pos += len;
	return true;
}

/* --- what conditions mean ------------------------------------------------------------------------------- */

static void
put(struct buf *out, bool negated, const char *query)
{
	buf_printf(out, "%s%s", negated ? "-" : "", query);
}

/* A quoted value of a field. */
static void
put_value(struct reader *r, struct buf *out, const char *field, const char *text, size_t len, const char *end)
{
	if (memchr(text, '"', len) != NULL)
		refuse(r, "a quotation mark in a value", text);
	buf_printf(out, "%s:\"%.*s\"%s", field, (int)len, text, end);
}

/* Takes the backslashes away; NULL if the expression is more than texts with "|" between them. */
static const char *
plain(struct reader *r, const struct condition *c)
{
	char		*copy = arena_strdup(r->arena, c->text), *out = copy;
	const char	*pos = c->text;

	if (strcmp(c->op, "=~") != 0)
		return strchr(c->text, '|') == NULL ? c->text : NULL;
	for (; *pos != '\0'; pos++) {
		if (*pos == '\\' && ispunct((unsigned char)pos[1]) && pos[1] != '|')
			*out++ = *++pos;
		else if (strchr("[](){}*+?^$\\", *pos) != NULL)
			return NULL;
		else
			*out++ = *pos;
	}
	*out = '\0';
	return copy;
}

/* Each of the alternatives in the field. */
static void
put_text(struct reader *r, const struct condition *c, struct buf *out, const char *field, const char *end)
{
	const char	*text = plain(r, c);
	size_t		 len;
	bool		 several;

	if (text == NULL || *text == '\0') {
		refuse(r, "no plain text", c->text);
		return;
	}
	several = strchr(text, '|') != NULL;
	put(out, c->negated, several ? "(" : "");
	for (; *text != '\0'; text += len + (text[len] == '|')) {
		len = strcspn(text, "|");
		put_value(r, out, field, text, len, end);
		if (text[len] == '|')
			buf_puts(out, " OR ");
	}
	buf_puts(out, several ? ")" : "");
}

static void
say_words(struct reader *r, const struct condition *c, struct buf *out)
{
	static const char *const fields[][2] = { { "title", "title" }, { "content", "text" }, { "author", "author" } };
	size_t	 i = sizeof(fields) / sizeof(fields[0]) - 1;

	while (i > 0 && strcmp(fields[i][0], c->attribute) != 0)
		i--;
	put_text(r, c, out, fields[i][1], strcmp(c->op, "=~") == 0 ? "*" : "");
}

static void
say_link(struct reader *r, const struct condition *c, struct buf *out)
{
	put_text(r, c, out, "url", "");
}

static void
say_feed(struct reader *r, const struct condition *c, struct buf *out)
{
	put_text(r, c, out, "feed", "");
}

static void
say_tags(struct reader *r, const struct condition *c, struct buf *out)
{
	put_text(r, c, out, "tag", "");
}

static void
say_unread(struct reader *r, const struct condition *c, struct buf *out)
{
	bool	 yes = strcmp(c->text, "yes") == 0;

	if (!yes && strcmp(c->text, "no") != 0)
		refuse(r, "neither yes nor no", c->text);
	buf_puts(out, yes != c->negated ? "is:unread" : "is:read");
}

/* Each flag became a tag; whatever has one has a star. */
static void
say_flags(struct reader *r, const struct condition *c, struct buf *out)
{
	if (*c->text == '\0' && strcmp(c->op, "=") == 0)
		put(out, !c->negated, "is:starred");
	else if (isalpha((unsigned char)c->text[0]) && c->text[1] == '\0')
		put(out, c->negated, arena_printf(r->arena, "tag:flag-%s", c->text));
	else
		refuse(r, "no single flag", c->text);
}

static void
say_enclosure(struct reader *r, const struct condition *c, struct buf *out)
{
	if (*c->text != '\0' || strcmp(c->op, "=") != 0)
		refuse(r, "a part of an enclosure's URL", c->text);
	put(out, !c->negated, "has:attachment");
}

/* In whole days, rounded down. */
static void
say_age(struct reader *r, const struct condition *c, struct buf *out)
{
	static const struct { const char *op; int since, before; } ops[] = {	/* so many days more; -1: no such end */
		{ "<", 0, -1 }, { "<=", 1, -1 }, { ">", -1, 1 }, { ">=", -1, 0 }, { "between", 1, 0 }, { "=", 1, 0 }
	};
	size_t	 i = 0;

	while (i < sizeof(ops) / sizeof(ops[0]) && strcmp(ops[i].op, c->op) != 0)
		i++;
	if (i == sizeof(ops) / sizeof(ops[0]) || c->negated || c->low < 0) {
		refuse(r, "no such comparison of ages", c->op);
		return;
	}
	if (ops[i].since >= 0)
		buf_printf(out, "since:%" PRId64 "d", c->high + ops[i].since);
	if (ops[i].before >= 0 && c->low + ops[i].before > 0)
		buf_printf(out, "%sbefore:%" PRId64 "d", ops[i].since >= 0 ? " " : "", c->low + ops[i].before);
}

static const struct attribute {
	const char	*name;
	bool		 number;
	const char	*ops;		/* those that it can be asked with, between spaces */
	void		 (*say)(struct reader *, const struct condition *, struct buf *);
} attributes[] = {
	{ "unread", false, " = ", say_unread }, { "title", false, " = =~ ", say_words }, { "content", false, " =~ ", say_words },
	{ "author", false, " = =~ ", say_words }, { "link", false, " = =~ ", say_link }, { "rssurl", false, " = =~ ", say_feed },
	{ "feedtitle", false, " = =~ ", say_feed }, { "tags", false, " # =~ ", say_tags }, { "flags", false, " = # =~ ", say_flags },
	{ "age", true, " < <= > >= between = ", say_age }, { "enclosure_url", false, " = ", say_enclosure },
};

static const struct attribute *
find_attribute(const char *name)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return &attributes[i];
	return NULL;
}

/* --- parsing --------------------------------------------------------------------------------------------- */

static const char *
take_name(struct reader *r)
{
	const char	*start;

	skip_space(r);
	for (start = r->pos; isalnum((unsigned char)*r->pos) || *r->pos == '_'; r->pos++)
		;
	return arena_strndup(r->arena, start, (size_t)(r->pos - start));
}

static void
take_operator(struct reader *r, struct condition *c)
{
	static const struct { const char *text, *op; bool negated; } ops[] = {
		{ "==", "=", false }, { "=~", "=~", false }, { "=", "=", false }, { "!=", "=", true }, { "!~", "=~", true },
		{ "!#", "#", true }, { "<=", "<=", false }, { ">=", ">=", false }, { "<", "<", false }, { ">", ">", false },
		{ "#", "#", false }, { "between", "between", false }
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!take(r, ops[i].text))
			continue;
		c->op = ops[i].op;
		c->negated = ops[i].negated;
		return;
	}
	refuse(r, "no operator", r->pos);
	c->op = "=";
}

static void
take_text(struct reader *r, struct condition *c)
{
	struct buf	 text = BUF_INIT(QUERY_BYTES_MAX);

	while (*r->pos != '\0' && *r->pos != '"') {
		if (*r->pos == '\\' && (r->pos[1] == '"' || r->pos[1] == '\\'))
			r->pos++;
		buf_putc(&text, *r->pos++);
	}
	if (!take(r, "\""))
		refuse(r, "no end of a text", NULL);
	c->text = arena_strndup(r->arena, buf_str(&text), text.len);
	buf_free(&text);
}

static void
take_value(struct reader *r, struct condition *c)
{
	char	*end;

	if (take(r, "\"")) {
		take_text(r, c);
		return;
	}
	c->low = c->high = strtol(r->pos, &end, 10);
	if (end == r->pos)
		refuse(r, "no value", r->pos);
	if (*end == ':') {
		r->pos = end + 1;
		c->high = strtol(r->pos, &end, 10);
	}
	r->pos = end;
}

static void
condition(struct reader *r, struct buf *out)
{
	struct condition	 c = { .attribute = take_name(r) };
	const struct attribute	*attribute = find_attribute(c.attribute);

	take_operator(r, &c);
	take_value(r, &c);
	if (attribute == NULL)
		refuse(r, "nothing here is like", c.attribute);
	else if (attribute->number != (c.text == NULL) || strstr(attribute->ops, arena_printf(r->arena, " %s ", c.op)) == NULL)
		refuse(r, "cannot be asked so", c.attribute);
	else if (r->why == NULL)
		attribute->say(r, &c, out);
}

enum shape { ONE, ALL_OF, ANY_OF };

static enum shape expression(struct reader *, struct buf *out);

static enum shape
term(struct reader *r, struct buf *out)
{
	enum shape	 shape = ONE;

	if (!take(r, "(")) {
		condition(r, out);
		return ONE;
	}
	if (++r->depth > DEPTH_MAX)
		refuse(r, "too many parentheses", NULL);
	else
		shape = expression(r, out);
	r->depth--;
	if (!take(r, ")"))
		refuse(r, "no closing parenthesis", r->pos);
	return shape;
}

static void
put_part(struct buf *out, struct buf *part, enum shape shape, enum shape whole)
{
	bool	 apart = shape == ANY_OF && whole == ALL_OF;

	buf_printf(out, "%s%s%s", apart ? "(" : "", buf_str(part), apart ? ")" : "");
}

/* "a and b or c" is "a and (b or c)" there; here AND binds more. */
static enum shape
expression(struct reader *r, struct buf *out)
{
	struct buf	 left = BUF_INIT(QUERY_BYTES_MAX), right = BUF_INIT(QUERY_BYTES_MAX);
	enum shape	 first = term(r, &left), rest, whole = ONE;

	if (r->why == NULL && take(r, "or"))
		whole = ANY_OF;
	else if (r->why == NULL && take(r, "and"))
		whole = ALL_OF;
	put_part(out, &left, first, whole);
	if (whole != ONE && ++r->depth <= DEPTH_MAX) {
		rest = expression(r, &right);
		buf_puts(out, whole == ANY_OF ? " OR " : " ");
		put_part(out, &right, rest, whole);
		r->depth--;
	} else if (whole != ONE)
		refuse(r, "too many terms", NULL);
	buf_free(&left);
	buf_free(&right);
	return whole != ONE ? whole : first;
}

const char *
import_query(struct arena *arena, const char *filter, const char **why)
{
	struct reader	 r = { .arena = arena, .pos = filter };
	struct buf	 out = BUF_INIT(QUERY_BYTES_MAX);
	const char	*query = NULL;

	expression(&r, &out);
	skip_space(&r);
	if (*r.pos != '\0')
		refuse(&r, "no end of the expression", r.pos);
	if (out.overflow)
		refuse(&r, "too long", NULL);
	if (r.why == NULL)
		query = arena_strdup(arena, buf_str(&out));
	buf_free(&out);
	*why = r.why;
	return query;
}
