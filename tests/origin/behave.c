#include "tests/origin/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BEHAVE_FILE_MAX = 64 * 1024 };

enum kind { NUMBER, FLAG, TEXT, LINES };

static const struct row {
	const char	*name;
	enum kind	 kind;
	size_t		 offset;
} rows[] = {
#define ROW(name, kind, field) { name, kind, offsetof(struct behave, field) }
	ROW("bomb", NUMBER, bomb),
	ROW("chain", NUMBER, chain),
	ROW("chunk", NUMBER, chunk),
	ROW("close", FLAG, close),
	ROW("date", TEXT, date),
	ROW("delay", NUMBER, delay_ms),
	ROW("drop", FLAG, drop),
	ROW("etag", TEXT, etag),
	ROW("etag304", TEXT, etag304),
	ROW("file", TEXT, file),
	ROW("gzip", NUMBER, gzip),
	ROW("hang", NUMBER, hang),
	ROW("header", LINES, headers),
	ROW("http10", FLAG, http10),
	ROW("post", FLAG, post),
	ROW("huge", NUMBER, huge),
	ROW("ignore", FLAG, ignore),
	ROW("last", FLAG, last),
	ROW("loop", FLAG, loop),
	ROW("modified", TEXT, modified),
	ROW("need", TEXT, need),
	ROW("novalidators", FLAG, novalidators),
	ROW("raw", TEXT, raw),
	ROW("redirect", TEXT, redirect),
	ROW("reset", NUMBER, reset),
	ROW("retry_after", TEXT, retry_after),
	ROW("slow", NUMBER, slow),
	ROW("stall", FLAG, stall),
	ROW("status", NUMBER, status),
	ROW("truncate", NUMBER, truncate),
	ROW("type", TEXT, type),
#undef ROW
};

void
behave_init(struct behave *behave)
{
	*behave = (struct behave){ 0 };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].kind == NUMBER)
			*(int64_t *)(void *)((char *)behave + rows[i].offset) = BEHAVE_UNSET;
}

static const struct row *
find_row(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

static int
parse_number(const char *str, int64_t *number)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(str, &end, 10);
	if (errno != 0 || end == str || *end != '\0' || value < 0)
		return -1;
	*number = value;
	return 0;
}

static int
assign(struct behave *behave, struct arena *arena, const struct row *row, const char *value)
{
	void *field = (char *)behave + row->offset;
	const char **line;

	switch (row->kind) {
	case NUMBER:
		return parse_number(value, field);
	case FLAG:
		*(bool *)field = strcmp(value, "0") != 0;
		return 0;
	case TEXT:
		*(const char **)field = value;
		return 0;
	case LINES:
		line = arena_push(arena, &behave->headers, &behave->n_headers, &behave->cap_headers, sizeof *line);
		*line = value;
		return 0;
	}
	return -1;
}

void
behave_set(struct behave *behave, struct arena *arena, const char *line, size_t len)
{
	const char *equals = memchr(line, '=', len), *value = "1";
	const struct row *row;

	if (len == 0 || line[0] == '#')
		return;
	row = find_row(line, equals != NULL ? (size_t)(equals - line) : len);
	if (equals != NULL)
		value = arena_strndup(arena, equals + 1, line + len - equals - 1);
	if (row == NULL || (equals == NULL && row->kind != FLAG) || assign(behave, arena, row, value) < 0)
		behave->error = arena_printf(arena, "no such behaviour: %.*s", (int)len, line);
}

/* URLs whose behaviour has sections, and how often each has been asked for. */
struct visits {
	struct visits	*next;
	int64_t		 count;
	char		 target[];
};

static int64_t
count_visit(const char *target)
{
	static struct visits *first;
	struct visits *visits = first;

	while (visits != NULL && strcmp(visits->target, target) != 0)
		visits = visits->next;
	if (visits == NULL) {
		visits = calloc(1, sizeof *visits + strlen(target) + 1);
		if (visits == NULL)
			abort();
		strcpy(visits->target, target);
		visits->next = first;
		first = visits;
	}
	return ++visits->count;
}

/* A section, "[N]": its N; 0 if the line is none. */
static int64_t
section(const char *line)
{
	char *end;
	long long number = line[0] == '[' ? strtoll(line + 1, &end, 10) : 0;

	return number > 0 && *end == ']' ? number : 0;
}

/* The lines before the first section, then those of the one that holds for this visit. */
static void
set_sections(struct behave *behave, struct arena *arena, const char *text, const char *target)
{
	const char *line, *end, *from = NULL;
	int64_t visit = 0, number;
	bool before = true;

	for (line = text; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = strchrnul(line, '\n');
		number = section(line);
		if (number > 0 && visit == 0)
			visit = count_visit(target);
		before = before && number == 0;
		if (before)
			behave_set(behave, arena, line, (size_t)(end - line));
		if (number > 0 && number <= visit)
			from = *end == '\0' ? end : end + 1;
	}
	for (line = from; line != NULL && *line != '\0' && section(line) == 0; line = *end == '\0' ? end : end + 1) {
		end = strchrnul(line, '\n');
		behave_set(behave, arena, line, (size_t)(end - line));
	}
}

bool
behave_read(struct behave *behave, struct arena *arena, int dir, const char *path, const char *target)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t len;

	if (fd < 0)
		return false;
	text = arena_alloc(arena, BEHAVE_FILE_MAX);
	len = read(fd, text, BEHAVE_FILE_MAX - 1);
	close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	set_sections(behave, arena, text, target);
	return true;
}

const char *
behave_prefix(struct behave *behave, struct arena *arena, const char *path)
{
	const char *pos = path + strlen("/~"), *end;
	char *line;

	for (;;) {
		end = pos + strcspn(pos, ",/?");
		line = arena_strndup(arena, pos, end - pos);
		behave_set(behave, arena, line, request_unescape(line));
		if (*end != ',')
			break;
		pos = end + 1;
	}
	return end;
}
