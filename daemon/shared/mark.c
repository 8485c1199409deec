#include "daemon/shared/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/shared/log.h"

/* Nobody reads it before mark_open(). */
static struct mark unseen;

/* Volatile: each store counts, since the next line may be our last. */
static volatile struct mark *seen = &unseen;
static uint64_t memory_max;

/* --- core ------------------------------------------------------------------------------- */

int
mark_new(void)
{
	int fd = memfd_create("mark", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1 || ftruncate(fd, sizeof(struct mark)) == -1 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1) {
		log_error("no memory to share with a helper: %s", strerror(errno));
		abort();
	}
	return fd;
}

void
mark_take(int fd, struct mark *mark)
{
	static const struct mark blank = { MARK_BLANK, 0 };

	/* Read, not mapped: whatever the helper did to it, there is nothing to trip over. */
	if (pread(fd, mark, sizeof *mark, 0) != (ssize_t)sizeof *mark)
		*mark = blank;
	if (pwrite(fd, &blank, sizeof blank, 0) != (ssize_t)sizeof blank)
		log_error("what a helper was at cannot be cleared: %s", strerror(errno));
}

/* --- helper ----------------------------------------------------------------------------- */

/* The descriptor goes: what can be written to is not to be mapped once more, as code. */
int
mark_open(int fd)
{
	struct stat info;
	void *page;

	if (fstat(fd, &info) == -1 || !S_ISREG(info.st_mode) || info.st_size != (off_t)sizeof(struct mark))
		return -1;
	page = mmap(NULL, sizeof(struct mark), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -1;
	close(fd);
	seen = page;
	return 0;
}

uint64_t
mark_set(uint64_t job)
{
	uint64_t before = seen->job;

	seen->job = job;
	return before;
}

/* malloc() has said so just now, and whoever asked it gave up. */
static void
on_abort(int signo)
{
	(void)signo;
	if (errno == ENOMEM)
		seen->memory_bytes = memory_max;
}

void
mark_memory(uint64_t memory_bytes)
{
	struct sigaction action = { .sa_handler = on_abort };

	memory_max = memory_bytes;
	sigaction(SIGABRT, &action, NULL);
}
