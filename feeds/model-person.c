/*
 * Persons: Atom's with their parts, and single strings that hold a name, an address or both.
 */
#include <string.h>
#include <strings.h>

#include "feeds/model.h"

static bool
is_email(const char *ptr, size_t len)
{
	const char *at = len != 0 ? memchr(ptr, '@', len) : NULL;
	size_t i;

	if (at == NULL || at == ptr || at == ptr + len - 1)
		return false;
	for (i = 0; i < len; i++)
		if (strchr(" <>()\",", ptr[i]) != NULL)
			return false;
	return true;
}

static const char *
copy_email(struct arena *arena, const char *ptr, size_t len)
{
	if (len > 7 && strncasecmp(ptr, "mailto:", 7) == 0) {
		ptr += 7;
		len -= 7;
	}
	return is_email(ptr, len) ? arena_strndup(arena, ptr, len) : NULL;
}

/* The line without ptr[0..len), without white space and quotes around it. */
static const char *
rest_of(struct arena *arena, const char *line, const char *ptr, size_t len)
{
	char *rest = arena_printf(arena, "%.*s%s", (int)(ptr - line), line, ptr + len), *end;

	while (*rest == ' ' || *rest == '"')
		rest++;
	end = rest + strlen(rest);
	while (end > rest && (end[-1] == ' ' || end[-1] == '"'))
		end--;
	*end = '\0';
	return *rest != '\0' ? rest : NULL;
}

/* Something in brackets: an address after a name, or a name after an address. */
static bool
split_brackets(struct arena *arena, const char *line, char open, char close, struct doc_person *person)
{
	const char *left = strchr(line, open), *right = left != NULL ? strrchr(left, close) : NULL;
	const char *inside, *outside;
	size_t len;

	if (right == NULL)
		return false;
	len = (size_t)(right - left - 1);
	person->email = copy_email(arena, left + 1, len);
	outside = rest_of(arena, line, left, len + 2);
	if (person->email != NULL) {
		person->name = outside;
		return true;
	}
	person->email = outside != NULL ? copy_email(arena, outside, strlen(outside)) : NULL;
	if (person->email == NULL)
		return false;
	inside = arena_strndup(arena, left + 1, len);
	person->name = rest_of(arena, inside, inside + len, 0);
	return true;
}

bool
model_person_split(struct arena *arena, const char *line, struct doc_person *person)
{
	if (!split_brackets(arena, line, '<', '>', person) && !split_brackets(arena, line, '(', ')', person)) {
		person->email = copy_email(arena, line, strlen(line));
		person->name = person->email != NULL ? NULL : line;
	}
	if (person->name == NULL)
		person->name = person->email;
	return person->name != NULL;
}

static const char *
child_line(struct model_context *context, struct arena *arena, const struct model_unit *unit, const struct model_fact *fact,
    enum model_field field)
{
	const struct model_fact *child;
	const char *line = NULL;
	size_t at = 0;

	while (line == NULL && (child = model_pick_child(unit, fact, field, &at)) != NULL)
		line = model_text_fact_line(context, arena, child);
	return line;
}

static const char *
child_url(struct model_context *context, struct arena *arena, const struct model_unit *unit, const struct model_fact *fact)
{
	const struct model_fact *child;
	const char *url = NULL;
	size_t at = 0;

	while (url == NULL && (child = model_pick_child(unit, fact, F_SUB_URL, &at)) != NULL)
		url = model_value_url_fact(context, arena, child);
	return url;
}

bool
model_person_fact(struct model_context *context, struct arena *arena, const struct model_unit *unit,
    const struct model_fact *fact, struct doc_person *person)
{
	const char *email, *line;

	memset(person, 0, sizeof(*person));
	if (fact->end > (size_t)(fact - unit->facts) + 1) {
		person->name = child_line(context, arena, unit, fact, F_SUB_NAME);
		person->url = child_url(context, arena, unit, fact);
		email = child_line(context, arena, unit, fact, F_SUB_EMAIL);
		if (email != NULL)
			person->email = strncasecmp(email, "mailto:", 7) == 0 ? email + 7 : email;
		if (person->name == NULL)
			person->name = person->email;
		if (person->name != NULL || person->url != NULL)
			return true;
	}
	line = model_text_fact_line(context, arena, fact);
	return line != NULL && model_person_split(arena, line, person);
}

bool
model_person_first(struct model_context *context, struct arena *arena, const struct model_pick *pick, enum model_field field,
    struct doc_person *person)
{
	const struct model_fact *fact;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, field, i)) != NULL; i++)
		if (model_person_fact(context, arena, pick->unit, fact, person))
			return true;
	return false;
}

void
model_person_list(struct model_context *context, struct arena *arena, const struct model_pick *pick, enum model_field field,
    bool one_kind, struct doc_person **list, size_t *n, size_t *cap)
{
	const struct model_fact *fact;
	struct doc_person person;
	unsigned rank = 0;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, field, i)) != NULL && *n < context->limits->list_items; i++) {
		if (one_kind && *n != 0 && model_pick_rank(fact) != rank)
			break;
		if (!model_person_fact(context, arena, pick->unit, fact, &person))
			continue;
		rank = model_pick_rank(fact);
		*(struct doc_person *)arena_push(arena, list, n, cap, sizeof(person)) = person;
	}
}
