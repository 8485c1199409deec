#include "contrib/gazette/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
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
