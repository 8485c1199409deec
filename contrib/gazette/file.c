#include "contrib/gazette/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

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

int
file_begin(struct file_out *file, const char *path, enum file_access access)
{
	struct stat	 st;
	mode_t		 mask = umask(0);

	umask(mask);
	*file = (struct file_out){ .fd = -1 };
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		file->fd = open(path, O_WRONLY | O_CLOEXEC);
		return file->fd == -1 ? -1 : 0;
	}
	/* a link is written through */
	file->path = realpath(path, NULL);
	if (file->path == NULL)
		file->path = strdup(path);
	if (file->path == NULL || asprintf(&file->beside, "%s.XXXXXX", file->path) == -1)
		abort();
	file->fd = mkostemp(file->beside, O_CLOEXEC);
	if (file->fd == -1 || fchmod(file->fd, (access == FILE_PUBLIC ? 0666 : 0600) & ~mask) == -1)
		return fail(file);
	return 0;
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
file_end(struct file_out *file)
{
	int	 fd = file->fd;

	if (file->beside != NULL && (fsync(fd) == -1 || rename(file->beside, file->path) == -1))
		return fail(file);
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
