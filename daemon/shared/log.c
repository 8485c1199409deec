#include "daemon/shared/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 2048 };			/* a longer line ends in "..." */
enum { PRIO_ERROR = 3, PRIO_WARN = 4, PRIO_INFO = 6, PRIO_DEBUG = 7 };	/* syslog(3) */

static struct {
	const char	*program;
	bool		 verbose, journal;
} state = { "gazetted", false, false };

/* systemd.exec(5): JOURNAL_STREAM is "device:inode" of what it connected to the journal. */
static bool
is_journal(void)
{
	const char *env = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat info;

	return env != NULL && sscanf(env, "%llu:%llu", &dev, &ino) == 2 && fstat(STDERR_FILENO, &info) == 0 &&
	    info.st_dev == (dev_t)dev && info.st_ino == (ino_t)ino;
}

void
log_open(const char *program, bool verbose)
{
	state.program = program;
	state.verbose = verbose;
	state.journal = is_journal();
}

void
log_rename(const char *program)
{
	state.program = program;
}

static size_t
clean(char *line, size_t start, size_t len)
{
	static const char more[] = "...\n";

	if (len >= LINE_BYTES - 1) {
		len = LINE_BYTES - sizeof(more);
		memcpy(line + len, more, sizeof(more) - 1);
		len += sizeof(more) - 2;
	}
	for (size_t i = start; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[len] = '\n';
	return len + 1;
}

/* One write for one line, so that the lines of several processes do not mix. */
static void __attribute__((format(printf, 2, 0)))
put(int priority, const char *fmt, va_list args)
{
	char line[LINE_BYTES];
	int saved = errno, start, len;

	start = state.journal ? snprintf(line, sizeof(line), "<%d>", priority) : 0;
	start += snprintf(line + start, sizeof(line) - (size_t)start, "%.64s: ", state.program);
	len = vsnprintf(line + start, sizeof(line) - (size_t)start, fmt, args);
	if (len >= 0 && write(STDERR_FILENO, line, clean(line, (size_t)start, (size_t)start + (size_t)len)) == -1)
		errno = 0;	/* nowhere to tell */
	errno = saved;
}

#define PUT(priority) do {		\
	va_list args;			\
					\
	va_start(args, fmt);		\
	put(priority, fmt, args);	\
	va_end(args);			\
} while (0)

void
log_error(const char *fmt, ...)
{
	PUT(PRIO_ERROR);
}

void
log_warn(const char *fmt, ...)
{
	PUT(PRIO_WARN);
}

void
log_info(const char *fmt, ...)
{
	PUT(PRIO_INFO);
}

void
log_debug(const char *fmt, ...)
{
	if (state.verbose)
		PUT(PRIO_DEBUG);
}

const char *
log_brake(struct log_brake *brake, int64_t now_ms)
{
	static char more[64];

	if (brake->said_ms != 0 && now_ms - brake->said_ms < LOG_BRAKE_MS) {
		brake->held++;
		return NULL;
	}
	more[0] = '\0';
	if (brake->held > 0)
		snprintf(more, sizeof(more), " (%llu more since the last such line)", (unsigned long long)brake->held);
	*brake = (struct log_brake){ .said_ms = now_ms };
	return more;
}
