#include "contrib/gazette/known.h"

#include <string.h>

#include "contrib/gazette/text.h"

enum { NAME_BYTES = 1024 };

static void
add(json_t *names, const json_t *object, const char *member)
{
	const json_t *name = json_object_get(object, member);
	struct buf clean = BUF_INIT(NAME_BYTES);

	text_clean(json_string_value(name), &clean);
	if (clean.len != 0 && strcmp(buf_str(&clean), json_string_value(name)) == 0)
		json_array_append(names, (json_t *)(uintptr_t)name);
	buf_free(&clean);
}

static void
replace(json_t **names, json_t *by)
{
	json_decref(*names);
	*names = by;
}

/* --- tags, page by page --------------------------------------------------------------------- */

static void	got_tags(void *owner, json_t *result, const struct client_error *error);

static void
ask_tags(struct known *known, const json_t *after)
{
	json_t *params = json_object();

	if (after != NULL)
		json_object_set(params, "after", (json_t *)(uintptr_t)after);
	if (!session_ask(known->session, "tag.list", params, got_tags, known))
		replace(&known->coming, NULL);
}

static void
got_tags(void *owner, json_t *result, const struct client_error *error)
{
	struct known *known = owner;
	const json_t *after = json_object_get(result, "after");
	json_t *tag;
	size_t row;

	json_array_foreach(json_object_get(result, "tags"), row, tag)
		add(known->coming, tag, "tag");
	if (error != NULL)
		replace(&known->coming, NULL);
	else if (after != NULL && json_array_size(known->coming) < KNOWN_TAGS_MAX)
		ask_tags(known, after);
	else {
		replace(&known->tags, known->coming);
		known->coming = NULL;
	}
}

/* --- searches ------------------------------------------------------------------------------- */

static void
got_searches(void *owner, json_t *result, const struct client_error *error)
{
	struct known *known = owner;
	json_t *names, *search;
	size_t row;

	if (error != NULL)
		return;
	names = json_array();
	json_array_foreach(json_object_get(result, "searches"), row, search)
		add(names, search, "name");
	replace(&known->searches, names);
}

/* --- both ----------------------------------------------------------------------------------- */

void
known_ask(struct known *known)
{
	if (known->coming != NULL || !session_is_up(known->session))
		return;
	known->coming = json_array();
	ask_tags(known, NULL);
	session_ask(known->session, "search.list", NULL, got_searches, known);
}

void
known_free(struct known *known)
{
	session_forget(known->session, known);
	replace(&known->tags, NULL);
	replace(&known->searches, NULL);
	replace(&known->coming, NULL);
}

const char *
known_tag(const struct known *known, size_t row)
{
	return json_string_value(json_array_get(known->tags, row));
}

const char *
known_search(const struct known *known, size_t row)
{
	return json_string_value(json_array_get(known->searches, row));
}
