/*
 * import-lines - entries as lines of JSON, and those of a database, which a program of its own writes as such lines: it alone links
 * SQLite.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contrib/gazette/import.h"

static const char	 reader[] = "gazette-sqlite";

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

/* Beside ourselves, else LIBEXECDIR. */
static void
find_reader(char path[PATH_MAX])
{
	ssize_t	 len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char	*slash;

	if (len > 0) {
		path[len] = '\0';
		slash = strrchr(path, '/');
		snprintf(slash + 1, (size_t)(path + PATH_MAX - slash - 1), "%s", reader);
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, PATH_MAX, "%s/%s", LIBEXECDIR, reader);
}

/* The end of a pipe that it writes to, or -1 with errno. */
static int
start_reader(const char *database, pid_t *pid)
{
	char				 path[PATH_MAX];
	char				*argv[] = { path, (char []){ "--" }, (char *)(uintptr_t)database, NULL };
	posix_spawn_file_actions_t	 actions;
	posix_spawnattr_t		 attr;
	sigset_t			 defaults;
	int				 ends[2], failed;

	find_reader(path);
	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	failed = posix_spawn(pid, path, &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	close(ends[1]);
	if (failed == 0)
		return ends[0];
	close(ends[0]);
	out_error("%s: %s", path, strerror(failed));
	return -1;
}

/* It has said itself what was wrong. */
static enum cmd_exit
end_reader(pid_t pid)
{
	int	 status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return CMD_REFUSED;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CMD_DONE : CMD_REFUSED;
}

enum cmd_exit
import_database(struct import *import, const char *path)
{
	enum cmd_exit	 status, ended;
	FILE		*lines;
	pid_t		 pid;
	int		 fd = start_reader(path, &pid);

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
