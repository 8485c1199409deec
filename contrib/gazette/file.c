#include "contrib/gazette/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, LINKS_MAX = 40 };	/* links: as Linux follows them */

static int
read_all(int fd, struct buf *into)
{
	char	*room;
	ssize_t	 got;

	for (;;) {
		room = buf_reserve(into, READ_BYTES);
		if (room == NULL) {
			errno = EFBIG;
			return -1;
		}
		got = read(fd, room, READ_BYTES);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return (int)got;
		into->len += got;
	}
}

int
file_read(const char *path, struct buf *into)
{
	int	 fd, result, why;

	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, into);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	result = read_all(fd, into);
	why = errno;
	close(fd);
	errno = why;
	return result;
}

int
file_read_stream(FILE *file, struct buf *into)
{
	char	*room;
	size_t	 got;

	do {
		room = buf_reserve(into, READ_BYTES);
		if (room == NULL) {
			errno = EFBIG;
			return -1;
		}
		got = fread(room, 1, READ_BYTES, file);
		into->len += got;
	} while (got > 0);
	return ferror(file) ? -1 : 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int
fail(struct file_out *file)
{
	int	 why = errno;

	file_drop(file);
	errno = why;
	return -1;
}

/* What a file gets that anybody may read: what the one in its place has, else what the umask leaves. */
static mode_t
public_mode(const struct stat *old)
{
	mode_t	 mask;

	if (old != NULL)
		return old->st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static char *
absolute(const char *path)
{
	char	*folder = *path != '/' ? realpath(".", NULL) : NULL, *whole;

	if (asprintf(&whole, "%s%s%s", folder != NULL ? folder : "", folder != NULL ? "/" : "", path) == -1)
		abort();
	free(folder);
	return whole;
}

/* The path of a file that is not there yet, behind all links; NULL with errno. */
static char *
new_path(const char *path)
{
	char	 target[PATH_MAX], *place = absolute(path), *next;
	ssize_t	 len;
	int	 links;

	for (links = 0; links < LINKS_MAX; links++) {
		len = readlink(place, target, sizeof(target) - 1);
		if (len == -1)
			return place;
		target[len] = '\0';
		/* one that is relative is so to its folder */
		if (asprintf(&next, "%.*s%s", *target == '/' ? 0 : (int)(strrchr(place, '/') + 1 - place), place, target) == -1)
			abort();
		free(place);
		place = next;
	}
	free(place);
	errno = ELOOP;
	return NULL;
}

char *
file_place(const char *path)
{
	char	*place = realpath(path, NULL);

	return place != NULL ? place : new_path(path);
}

int
file_begin_as(struct file_out *file, const char *path, const char *suffix, enum file_access access)
{
	struct stat	 st;
	bool		 there = stat(path, &st) == 0;

	*file = (struct file_out){ .fd = -1 };
	if (there && !S_ISREG(st.st_mode)) {
		file->fd = open(path, O_WRONLY | O_CLOEXEC);
		return file->fd == -1 ? -1 : 0;
	}
	/* a link is written through */
	file->path = file_place(path);
	if (file->path == NULL)
		return -1;
	if (asprintf(&file->beside, "%s%s", file->path, suffix != NULL ? suffix : ".XXXXXX") == -1)
		abort();
	if (suffix == NULL)
		file->fd = mkostemp(file->beside, O_CLOEXEC);
	else
		file->fd = open(file->beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file->fd == -1 || fchmod(file->fd, access == FILE_PUBLIC ? public_mode(there ? &st : NULL) : 0600) == -1)
		return fail(file);
	return 0;
}

int
file_begin(struct file_out *file, const char *path, enum file_access access)
{
	return file_begin_as(file, path, NULL, access);
}

int
file_put(struct file_out *file, const void *data, size_t len)
{
	const char	*ptr = data;
	ssize_t		 put;

	while (len > 0) {
		put = write(file->fd, ptr, len);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			return -1;
		ptr += put;
		len -= (size_t)put;
	}
	return 0;
}

int
file_sync_folder(const char *path)
{
	const char	*slash = strrchr(path, '/');
	char		*folder;
	int		 fd, synced;

	folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + (slash == path));
	if (folder == NULL)
		abort();
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd == -1)
		return -1;
	/* there are file systems that cannot */
	synced = fsync(fd) == -1 && errno != EINVAL && errno != EROFS ? -1 : 0;
	close(fd);
	return synced;
}

int
file_sync(struct file_out *file)
{
	return file->beside != NULL ? fsync(file->fd) : 0;
}

int
file_end(struct file_out *file)
{
	int	 fd = file->fd;

	if (file->beside != NULL && (fsync(fd) == -1 || rename(file->beside, file->path) == -1))
		return fail(file);
	if (file->path != NULL)
		file_sync_folder(file->path);
	/* there is nothing to remove any more */
	free(file->beside);
	file->beside = NULL;
	file->fd = -1;
	if (close(fd) == -1)
		return fail(file);
	file_drop(file);
	return 0;
}

void
file_drop(struct file_out *file)
{
	if (file->fd != -1)
		close(file->fd);
	if (file->beside != NULL)
		unlink(file->beside);
	free(file->beside);
	free(file->path);
	*file = (struct file_out){ .fd = -1 };
}
