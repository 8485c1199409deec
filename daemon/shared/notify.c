#include "daemon/shared/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 1024 };

/* sd_notify(3): one datagram; a name that begins with '@' is in the abstract namespace. */
static void
tell(const char *message)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len;
	int fd;

	if (path == NULL || (*path != '/' && *path != '@'))
		return;
	len = strlen(path);
	if (len >= sizeof(addr.sun_path))
		return;
	memcpy(addr.sun_path, path, len);
	if (*path == '@')
		addr.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&addr,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void
notify_ready(void)
{
	tell("READY=1\n");
}

void
notify_reloading(void)
{
	char message[MESSAGE_BYTES];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\n",
	    (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	tell(message);
}

void
notify_stopping(void)
{
	tell("STOPPING=1\n");
}

void
notify_watchdog(void)
{
	tell("WATCHDOG=1\n");
}

void
notify_status(const char *fmt, ...)
{
	char message[MESSAGE_BYTES] = "STATUS=";
	size_t start = strlen(message);
	va_list args;

	va_start(args, fmt);
	vsnprintf(message + start, sizeof(message) - start, fmt, args);
	va_end(args);
	message[strcspn(message, "\n")] = '\0';
	tell(message);
}

/* sd_watchdog_enabled(3) */
int64_t
notify_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t half_ms;

	if (usec == NULL || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	half_ms = strtoll(usec, NULL, 10) / 2000;
	return half_ms > 0 ? half_ms : 0;
}
