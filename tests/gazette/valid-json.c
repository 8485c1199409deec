#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/gazette/valid.h"

enum { PATH_BYTES = 256 };

/* A member of an object of a kind: a text like the pattern, a number, a boolean; or an array of texts (of "") or of a kind. */
enum type { TEXT, NUMBER, BOOLEAN, ARRAY };

struct member { const char *kind, *name; enum type type; bool required; const char *what; };

static const struct member members[] = {
	{ "feed", "version", TEXT, true, "^https://jsonfeed[.]org/version/1([.]1)?$" }, { "feed", "title", TEXT, true, VALID_SOME },
	{ "feed", "home_page_url", TEXT, false, VALID_IRI }, { "feed", "feed_url", TEXT, false, VALID_IRI },
	{ "feed", "description", TEXT, false, NULL }, { "feed", "user_comment", TEXT, false, NULL }, { "feed", "next_url", TEXT, false, VALID_IRI },
	{ "feed", "icon", TEXT, false, VALID_IRI }, { "feed", "favicon", TEXT, false, VALID_IRI }, { "feed", "authors", ARRAY, false, "author" },
	{ "feed", "language", TEXT, false, VALID_LANGUAGE }, { "feed", "expired", BOOLEAN, false, NULL }, { "feed", "hubs", ARRAY, false, "hub" },
	{ "feed", "items", ARRAY, true, "item" },
	{ "hub", "type", TEXT, true, VALID_SOME }, { "hub", "url", TEXT, true, VALID_IRI },
	{ "item", "id", TEXT, true, "." }, { "item", "url", TEXT, false, VALID_IRI }, { "item", "external_url", TEXT, false, VALID_IRI },
	{ "item", "title", TEXT, false, NULL }, { "item", "content_html", TEXT, false, NULL }, { "item", "content_text", TEXT, false, NULL },
	{ "item", "summary", TEXT, false, NULL }, { "item", "image", TEXT, false, VALID_IRI }, { "item", "banner_image", TEXT, false, VALID_IRI },
	{ "item", "date_published", TEXT, false, VALID_RFC3339 }, { "item", "date_modified", TEXT, false, VALID_RFC3339 },
	{ "item", "authors", ARRAY, false, "author" }, { "item", "tags", ARRAY, false, "" }, { "item", "language", TEXT, false, VALID_LANGUAGE },
	{ "item", "attachments", ARRAY, false, "attachment" },
	{ "author", "name", TEXT, false, VALID_SOME }, { "author", "url", TEXT, false, VALID_IRI }, { "author", "avatar", TEXT, false, VALID_IRI },
	{ "attachment", "url", TEXT, true, VALID_IRI }, { "attachment", "mime_type", TEXT, true, VALID_MEDIA },
	{ "attachment", "title", TEXT, false, NULL }, { "attachment", "size_in_bytes", NUMBER, false, NULL },
	{ "attachment", "duration_in_seconds", NUMBER, false, NULL },
};

/* One of these has to be there. */
static const struct { const char *kind, *one, *two, *three; } choices[] = {
	{ "item", "content_html", "content_text", "content_text" }, { "author", "name", "url", "avatar" },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void	check_object(const json_t *, const char *kind, const char *path, struct buf *why);

static void
check_array(const json_t *array, const char *kind, const char *path, struct buf *why)
{
	char	 place[PATH_BYTES];
	json_t	*part;
	size_t	 i;

	json_array_foreach(array, i, part) {
		snprintf(place, sizeof(place), "%.200s[%zu]", path, i);
		if (*kind != '\0')
			check_object(part, kind, place, why);
		else if (!json_is_string(part))
			buf_printf(why, "%s: is no text\n", place);
	}
}

static void
check_member(const json_t *value, const struct member *member, const char *path, struct buf *why)
{
	const bool	 types[] = {
		[TEXT] = json_is_string(value), [NUMBER] = json_is_number(value) && json_number_value(value) >= 0, [BOOLEAN] = json_is_boolean(value),
		[ARRAY] = json_is_array(value)
	};

	if (!types[member->type])
		buf_printf(why, "%s: has another type\n", path);
	else if (member->type == ARRAY)
		check_array(value, member->what, path, why);
	else if (member->type == TEXT && !valid_matches(member->what, json_string_value(value)))
		buf_printf(why, "%s: %.80s\n", path, json_string_value(value));
}

static const struct member *
find_member(const char *kind, const char *name)
{
	for (size_t i = 0; i < COUNT(members); i++)
		if (strcmp(members[i].kind, kind) == 0 && strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

static void
check_needs(const json_t *object, const char *kind, const char *path, struct buf *why)
{
	for (size_t i = 0; i < COUNT(members); i++)
		if (strcmp(members[i].kind, kind) == 0 && members[i].required && json_object_get(object, members[i].name) == NULL)
			buf_printf(why, "%s: has no %s\n", path, members[i].name);
	for (size_t i = 0; i < COUNT(choices); i++)
		if (strcmp(choices[i].kind, kind) == 0 && json_object_get(object, choices[i].one) == NULL &&
		    json_object_get(object, choices[i].two) == NULL && json_object_get(object, choices[i].three) == NULL)
			buf_printf(why, "%s: has no %s and the like\n", path, choices[i].one);
}

/* What begins with an underscore is an extension. */
static void
check_object(const json_t *object, const char *kind, const char *path, struct buf *why)
{
	const struct member	*member;
	const char		*name;
	char			 place[PATH_BYTES];
	json_t			*value;

	if (!json_is_object(object)) {
		buf_printf(why, "%s: is no object\n", path);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)object, name, value) {
		member = find_member(kind, name);
		snprintf(place, sizeof(place), "%.200s.%.40s", path, name);
		if (member != NULL)
			check_member(value, member, place, why);
		else if (*name != '_')
			buf_printf(why, "%s: is no member\n", place);
	}
	check_needs(object, kind, path, why);
}

static void
check_ids(const json_t *items, struct buf *why)
{
	json_t		*seen = json_object(), *item;
	const char	*id;
	size_t		 i;

	json_array_foreach(items, i, item) {
		id = json_string_value(json_object_get(item, "id"));
		if (id != NULL && json_object_get(seen, id) != NULL)
			buf_printf(why, "feed.items[%zu].id: is there twice: %.80s\n", i, id);
		if (id != NULL)
			json_object_set_new(seen, id, json_true());
	}
	json_decref(seen);
}

void
valid_jsonfeed(const char *text, size_t len, struct buf *why)
{
	json_error_t	 error;
	json_t		*feed = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	if (feed == NULL)
		buf_printf(why, "line %d: %s\n", error.line, error.text);
	else {
		check_object(feed, "feed", "feed", why);
		check_ids(json_object_get(feed, "items"), why);
	}
	json_decref(feed);
}
