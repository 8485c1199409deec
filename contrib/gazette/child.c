#include "contrib/gazette/child.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#define OWN_PROGRAM "/proc/self/exe"

const char *
child_find(struct arena *arena, const char *const *places)
{
	char		 own[PATH_MAX], *folder;
	ssize_t		 len = readlink(OWN_PROGRAM, own, sizeof(own) - 1);
	const char	*path;

	own[len > 0 ? len : 0] = '\0';
	folder = dirname(own);
	for (; *places != NULL; places++) {
		path = **places == '/' ? *places : arena_printf(arena, "%s/%s", folder, *places);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

int
child_start(const char *path, char *const argv[], int descriptor, pid_t *pid)
{
	bool				 writes = descriptor != STDIN_FILENO;
	posix_spawn_file_actions_t	 actions;
	posix_spawnattr_t		 attr;
	sigset_t			 defaults;
	int				 ends[2], failed;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[writes], descriptor);
	failed = posix_spawn(pid, path, &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	close(ends[writes]);
	if (failed == 0)
		return ends[!writes];
	close(ends[!writes]);
	errno = failed;
	return -1;
}

int
child_wait(pid_t pid)
{
	int	 status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return status;
}
