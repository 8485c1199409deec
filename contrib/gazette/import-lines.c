/*
 * import-lines - entries as lines of JSON, and those of a database, which a program of its own writes as such lines: it alone links
 * SQLite.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contrib/gazette/child.h"
#include "contrib/gazette/import.h"

#define READER "gazette-sqlite"

/* --- lines ------------------------------------------------------------------------------------------ */

/* What is wrong with an entry; NULL: nothing. */
static const char *
check(const json_t *item)
{
	const json_t	*ours = json_object_get(item, "_gazette");

	if (!json_is_object(item))
		return "no object";
	if (cmd_string(ours, "feed_url") == NULL)
		return "no feed_url in _gazette";
	return NULL;
}

enum cmd_exit
import_lines(struct import *import, FILE *file, const char *name)
{
	enum cmd_exit	 status = CMD_DONE;
	size_t		 size = 0, number = 0;
	json_error_t	 error;
	const char	*wrong;
	char		*line = NULL;
	json_t		*item;
	ssize_t		 len;

	while (status == CMD_DONE && (len = getline(&line, &size, file)) != -1) {
		number++;
		if (line[strspn(line, " \t\r\n")] == '\0')
			continue;
		item = json_loadb(line, (size_t)len, 0, &error);
		wrong = item == NULL ? error.text : check(item);
		if (wrong == NULL)
			status = import_entry(import, item);
		else {
			out_error("%s: line %zu: %s", name, number, wrong);
			json_decref(item);
			status = CMD_REFUSED;
		}
	}
	if (status == CMD_DONE && ferror(file)) {
		out_error("%s: %s", name, strerror(errno));
		status = CMD_REFUSED;
	}
	free(line);
	return status;
}

/* --- databases ------------------------------------------------------------------------------------------ */

/* The end of a pipe that it writes to, or -1, said. */
static int
start_reader(struct arena *arena, const char *database, pid_t *pid)
{
	static const char *const	 places[] = { READER, LIBEXECDIR "/" READER, NULL };
	const char			*path = child_find(arena, places);
	char				*argv[] = { (char []){ READER }, (char []){ "--" }, (char *)(uintptr_t)database, NULL };
	int				 fd;

	if (path == NULL) {
		out_error(READER ", which reads databases, is neither beside gazette nor in " LIBEXECDIR);
		return -1;
	}
	fd = child_start(path, argv, STDOUT_FILENO, pid);
	if (fd == -1)
		out_error("%s: %s", path, strerror(errno));
	return fd;
}

/* It has said itself what was wrong. */
static enum cmd_exit
end_reader(pid_t pid)
{
	int	 status = child_wait(pid);

	return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CMD_DONE : CMD_REFUSED;
}

enum cmd_exit
import_database(struct import *import, const char *path)
{
	enum cmd_exit	 status, ended;
	FILE		*lines;
	pid_t		 pid;
	struct arena	*arena = arena_new(0);
	int		 fd = start_reader(arena, path, &pid);

	arena_free(arena);
	if (fd == -1)
		return CMD_REFUSED;
	lines = fdopen(fd, "r");
	if (lines == NULL)
		abort();
	status = import_lines(import, lines, path);
	fclose(lines);
	ended = end_reader(pid);
	return status != CMD_DONE ? status : ended;
}
