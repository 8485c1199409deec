#include "daemon/fetcher/head.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct row { const char *name; size_t len, offset; bool list; } rows[] = {
#define ROW(name, member, list) { name, sizeof(name) - 1, offsetof(struct transfer_head, member), list }
	ROW("etag", etag, false), ROW("last-modified", last_modified, false), ROW("retry-after", retry_after, false),
	ROW("cache-control", cache_control, true), ROW("expires", expires, false), ROW("date", date, false),
	ROW("age", age, false), ROW("content-type", content_type, false), ROW("content-encoding", content_encoding, true),
	ROW("link", link, true), ROW("transfer-encoding", transfer_encoding, true), ROW("location", location, false),
#undef ROW
};

static const struct row *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].len == len && strncasecmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

/* Without the blanks around it. */
static void
trim(const char **ptr, size_t *len)
{
	while (*len > 0 && (**ptr == ' ' || **ptr == '\t')) {
		(*ptr)++;
		(*len)--;
	}
	while (*len > 0 && strchr(" \t\r\n", (*ptr)[*len - 1]) != NULL)
		(*len)--;
}

static void
put(struct head_reader *reader, const char **value, const char *between, const char *ptr, size_t len)
{
	trim(&ptr, &len);
	if (len == 0)
		return;
	if (*value != NULL && between != NULL)
		*value = arena_printf(reader->arena, "%s%s%.*s", *value, between, (int)len, ptr);
	else
		*value = arena_strndup(reader->arena, ptr, len);
}

void
head_line(struct head_reader *reader, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	const struct row *row;

	if (len > 5 && strncmp(line, "HTTP/", 5) == 0) {
		*reader->head = (struct transfer_head){ 0 };
		reader->last = NULL;
		return;
	}
	if (len > 0 && (*line == ' ' || *line == '\t')) {
		if (reader->last != NULL)
			put(reader, reader->last, " ", line, len);
		return;
	}
	reader->last = NULL;
	row = colon != NULL ? find(line, (size_t)(colon - line)) : NULL;
	if (row == NULL)
		return;
	reader->last = (const char **)(void *)((char *)reader->head + row->offset);
	put(reader, reader->last, row->list ? ", " : NULL, colon + 1, len - (size_t)(colon + 1 - line));
}
