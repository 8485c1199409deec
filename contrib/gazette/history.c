#include "contrib/gazette/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrib/gazette/file.h"
#include "feeds/base/buf.h"
#include "feeds/base/utf8.h"

static void *
checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static void
forget(struct history *history, size_t at)
{
	free(history->lines[at]);
	history->count--;
	memmove(history->lines + at, history->lines + at + 1, (history->count - at) * sizeof(history->lines[0]));
}

/* Takes line. One that is the same goes, else the oldest one if there is no room. Whether there was the same. */
static bool
append(struct history *history, char *line)
{
	bool again = false;

	for (size_t at = history->count; at > 0 && !again; at--)
		if (strcmp(history->lines[at - 1], line) == 0) {
			forget(history, at - 1);
			again = true;
		}
	if (history->count == HISTORY_LINES_MAX)
		forget(history, 0);
	history->lines[history->count++] = line;
	return again;
}

/* Lines of the file, of which more may have come than are kept. */
static size_t
take_lines(struct history *history, const char *text, size_t len)
{
	size_t lines = 0, line_len;

	for (size_t pos = 0; pos < len; pos += line_len + 1, lines++) {
		const char *end = memchr(text + pos, '\n', len - pos);

		line_len = end != NULL ? (size_t)(end - text) - pos : len - pos;
		if (line_len != 0 && memchr(text + pos, ' ', line_len) != NULL && memchr(text + pos, '\0', line_len) == NULL &&
		    utf8_valid(text + pos, line_len))
			append(history, checked(strndup(text + pos, line_len)));
	}
	return lines;
}

/* That it cannot be written is no reason to stop. */
static void
write_anew(const struct history *history)
{
	struct file_out file;

	if (history->path == NULL || file_begin(&file, history->path, FILE_PRIVATE) == -1)
		return;
	for (size_t at = 0; at < history->count; at++)
		if (file_put(&file, history->lines[at], strlen(history->lines[at])) == -1 || file_put(&file, "\n", 1) == -1) {
			file_drop(&file);
			return;
		}
	file_end(&file);
}

void
history_open(struct history *history, char *path)
{
	struct buf text = BUF_INIT(HISTORY_FILE_MAX);

	*history = (struct history){ .path = path };
	history->lines = checked(calloc(HISTORY_LINES_MAX, sizeof(history->lines[0])));
	if (path == NULL)
		return;
	if (file_read(path, &text) == 0) {
		if (take_lines(history, buf_str(&text), text.len) > 2 * HISTORY_LINES_MAX)
			write_anew(history);
	} else if (errno != ENOENT) {
		free(history->path);
		history->path = NULL;
	}
	buf_free(&text);
}

void
history_close(struct history *history)
{
	for (size_t at = 0; at < history->count; at++)
		free(history->lines[at]);
	free(history->lines);
	free(history->path);
	*history = (struct history){ 0 };
}

/* In one write, so that lines of two readers do not mix. */
static void
write_line(const struct history *history, const char *line)
{
	int fd = history->path != NULL ? open(history->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR) : -1;

	if (fd == -1)
		return;
	dprintf(fd, "%s\n", line);
	close(fd);
}

/* What stands in the file already moves to its end; what other readers have written meanwhile stays. */
static void
write_last(const struct history *history, const char *line)
{
	struct history file;

	if (history->path == NULL)
		return;
	history_open(&file, checked(strdup(history->path)));
	append(&file, checked(strdup(line)));
	write_anew(&file);
	history_close(&file);
}

/* "feed-set password ...": what follows is nobody's business. */
static bool
is_secret(const char *text)
{
	static const char *const words[] = { "password", "cookie", "header" };

	for (size_t row = 0; row < sizeof(words) / sizeof(words[0]); row++)
		if (strstr(text, words[row]) != NULL)
			return true;
	return false;
}

void
history_add(struct history *history, const char *kind, const char *text)
{
	const char *newest = history_get(history, kind, 0);
	char *line;

	if (*text == '\0' || is_secret(text) || strchr(text, '\n') != NULL || (newest != NULL && strcmp(newest, text) == 0))
		return;
	if (asprintf(&line, "%s %s", kind, text) == -1)
		abort();
	if (append(history, line))
		write_last(history, line);
	else
		write_line(history, line);
}

const char *
history_get(const struct history *history, const char *kind, size_t back)
{
	size_t len = strlen(kind);

	for (size_t at = history->count; at > 0; at--) {
		const char *line = history->lines[at - 1];

		if (strncmp(line, kind, len) == 0 && line[len] == ' ' && back-- == 0)
			return line + len + 1;
	}
	return NULL;
}
