#include "daemon/core/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/shared/log.h"

/* The value of a variable and what is added to it; the first that is set counts. */
struct choice { const char *variable, *suffix; };

static char *
first_set(const struct choice *choices)
{
	for (; choices->variable != NULL; choices++) {
		const char *value = getenv(choices->variable);
		char *path;

		if (value == NULL || value[0] == '\0')
			continue;
		/* systemd may name several folders, separated by colons: the first is ours. */
		if (asprintf(&path, "%.*s%s", (int)strcspn(value, ":"), value, choices->suffix) == -1)
			abort();
		return path;
	}
	return NULL;
}

char *
place_state(void)
{
	static const struct choice choices[] = {
		{ "STATE_DIRECTORY", "" }, { "XDG_DATA_HOME", "/gazette" }, { "HOME", "/.local/share/gazette" }, { NULL, NULL }
	};

	return first_set(choices);
}

char *
place_socket(void)
{
	static const struct choice choices[] = {
		{ "RUNTIME_DIRECTORY", "/socket" }, { "XDG_RUNTIME_DIR", "/gazette/socket" }, { NULL, NULL }
	};

	return first_set(choices);
}

char *
place_config(void)
{
	static const struct choice choices[] = {
		{ "CONFIGURATION_DIRECTORY", "/gazetted.conf" }, { "XDG_CONFIG_HOME", "/gazette/gazetted.conf" },
		{ "HOME", "/.config/gazette/gazetted.conf" }, { NULL, NULL }
	};

	return first_set(choices);
}

/* What is ours and stands open is closed; a folder of somebody else's, or one that is shared (sticky: /tmp), is as it is meant. */
static void
close_to_others(const char *dir, const struct stat *status)
{
	if (status->st_uid != geteuid() || (status->st_mode & 077) == 0 || (status->st_mode & S_ISVTX) != 0)
		return;
	if (chmod(dir, 0700) == -1)
		log_warn("state directory %s is open to others, mode %03o: %s", dir, status->st_mode & 0777, strerror(errno));
	else
		log_warn("state directory %s was open to others, mode %03o: it is 700 now", dir, status->st_mode & 0777);
}

int
place_make(const char *dir, char error[PLACE_ERROR_BYTES])
{
	char *path = strdup(dir);
	struct stat status;
	int made = 0;

	if (path == NULL)
		abort();
	for (char *slash = strchr(path + 1, '/'); path[0] != '\0' && slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		made = -1;
	else if (stat(path, &status) == -1)
		made = -1;
	else if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		made = -1;
	} else
		close_to_others(path, &status);
	if (made == -1)
		snprintf(error, PLACE_ERROR_BYTES, "state directory %s: %s", dir, strerror(errno));
	free(path);
	return made;
}

static int
refuse(int fd, const char *path, const char *dir, char error[PLACE_ERROR_BYTES])
{
	char pid[32] = "";
	int why = errno;

	if (fd != -1 && why == EWOULDBLOCK) {
		ssize_t len = read(fd, pid, sizeof pid - 1);

		pid[len > 0 ? strcspn(pid, "\n") : 0] = '\0';
		snprintf(error, PLACE_ERROR_BYTES, "another gazetted (pid %s) works in %s", pid[0] != '\0' ? pid : "unknown", dir);
	} else
		snprintf(error, PLACE_ERROR_BYTES, "%s: %s", path, strerror(why));
	if (fd != -1)
		close(fd);
	return -1;
}

int
place_lock(const char *dir, char error[PLACE_ERROR_BYTES])
{
	char *path;
	int fd;

	if (asprintf(&path, "%s/lock", dir) == -1)
		abort();
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || flock(fd, LOCK_EX | LOCK_NB) == -1)
		fd = refuse(fd, path, dir, error);
	/* A full disk must not keep the daemon from starting: the number is only for people. */
	else if (ftruncate(fd, 0) == -1 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
		errno = 0;
	free(path);
	return fd;
}

/* --- the reserve -------------------------------------------------------------------------------------------------- */

static char *
reserve_path(const char *dir)
{
	char *path;

	if (asprintf(&path, "%s/reserve", dir) == -1)
		abort();
	return path;
}

/* True if all of it is written. */
static bool
fill(int fd)
{
	static const char zeros[64 << 10];
	ssize_t wrote = 0;

	for (size_t left = PLACE_RESERVE_BYTES; left > 0 && wrote >= 0; left -= wrote > 0 ? (size_t)wrote : 0)
		wrote = write(fd, zeros, left < sizeof zeros ? left : sizeof zeros);
	return wrote >= 0;
}

static bool
is_no_room(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

bool
place_reserve_keep(const char *dir)
{
	char *path = reserve_path(dir);
	struct stat st;
	bool room = true;
	int fd = -1;

	if (stat(path, &st) == -1 || st.st_size != PLACE_RESERVE_BYTES)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd != -1 && !fill(fd)) {
		room = !is_no_room(errno);
		unlink(path);
	}
	if (fd != -1)
		close(fd);
	free(path);
	return room;
}

bool
place_reserve_give(const char *dir)
{
	char *path = reserve_path(dir);
	bool given = unlink(path) == 0;

	free(path);
	return given;
}
