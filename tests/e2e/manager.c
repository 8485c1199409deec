/*
 * manager - stands in for a service manager, for tests: sd_listen_fds(3) and sd_notify(3) as the daemon sees them.
 *
 *	manager [-l NAME=PATH]... [-m OCTAL] [-n LOG] [-w MILLISECONDS] PROGRAM [ARGUMENT...]
 *
 * Runs the program (through the shell's PATH) and ends with its status, or 128 and the signal that ended it. SIGTERM and SIGHUP
 * are passed on.
 *
 *	-l	a socket that listens at PATH is passed under this name
 *	-m	mode of these sockets (660)
 *	-n	what the program notifies of is appended here, a line each: "READY=1"
 *	-w	it has to say that it is alive so often, else it is killed and "the watchdog has bitten" is logged
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_FD = 3, SOCKETS_MAX = 8, DATAGRAM_BYTES = 4096, NAMES_BYTES = 512, FOREVER = -1 };

struct manager {
	int	 sockets[SOCKETS_MAX];
	int	 n_sockets;
	char	 names[NAMES_BYTES];
	mode_t	 mode;
	const char *log;
	int	 notify, signals;
	int64_t	 watchdog_ms, alive_ms;
	pid_t	 child;
};

static void __attribute__((noreturn))
fail(const char *what)
{
	perror(what);
	exit(99);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
bind_at(const char *path, int type)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd == -1 || strlen(path) >= sizeof addr.sun_path)
		fail(path);
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1)
		fail(path);
	return fd;
}

static void
add_socket(struct manager *manager, char *spec)
{
	char *path = strchr(spec, '=');
	size_t len = strlen(manager->names);
	int fd;

	if (path == NULL || manager->n_sockets == SOCKETS_MAX) {
		fputs("manager: -l NAME=PATH, at most eight\n", stderr);
		exit(99);
	}
	*path++ = '\0';
	fd = bind_at(path, SOCK_STREAM);
	if (chmod(path, manager->mode) == -1 || listen(fd, 16) == -1)
		fail(path);
	manager->sockets[manager->n_sockets++] = fd;
	snprintf(manager->names + len, sizeof manager->names - len, "%s%s", len != 0 ? ":" : "", spec);
}

/* The descriptors go to 3 and up, by way of numbers that are in nobody's way. */
static void
pass_sockets(struct manager *manager)
{
	char text[32];

	for (int i = 0; i < manager->n_sockets; i++)
		manager->sockets[i] = fcntl(manager->sockets[i], F_DUPFD, FIRST_FD + 2 * SOCKETS_MAX);
	for (int i = 0; i < manager->n_sockets; i++)
		if (dup2(manager->sockets[i], FIRST_FD + i) == -1 || close(manager->sockets[i]) == -1)
			fail("dup2");
	if (manager->n_sockets == 0)
		return;
	snprintf(text, sizeof text, "%ld", (long)getpid());
	setenv("LISTEN_PID", text, 1);
	snprintf(text, sizeof text, "%d", manager->n_sockets);
	setenv("LISTEN_FDS", text, 1);
	setenv("LISTEN_FDNAMES", manager->names, 1);
}

static void __attribute__((noreturn))
run(struct manager *manager, char **argv)
{
	sigset_t none;
	char text[32];

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	pass_sockets(manager);
	if (manager->watchdog_ms > 0) {
		snprintf(text, sizeof text, "%lld", (long long)manager->watchdog_ms * 1000);
		setenv("WATCHDOG_USEC", text, 1);
		snprintf(text, sizeof text, "%ld", (long)getpid());
		setenv("WATCHDOG_PID", text, 1);
	}
	execvp(argv[0], argv);
	fail(argv[0]);
}

static void
log_line(const struct manager *manager, const char *line, size_t len)
{
	FILE *stream = fopen(manager->log, "a");

	if (stream == NULL || fprintf(stream, "%.*s\n", (int)len, line) < 0 || fclose(stream) != 0)
		fail(manager->log);
}

static void
take_notice(struct manager *manager)
{
	char text[DATAGRAM_BYTES];
	ssize_t got = recv(manager->notify, text, sizeof text - 1, 0);

	if (got <= 0)
		return;
	text[got] = '\0';
	for (const char *at = text; *at != '\0'; at += *at == '\n') {
		size_t len = strcspn(at, "\n");

		if (strncmp(at, "WATCHDOG=1", len) == 0)
			manager->alive_ms = now_ms();
		log_line(manager, at, len);
		at += len;
	}
}

/* The status to end with once the child has ended; -1 before. */
static int
take_signal(struct manager *manager)
{
	struct signalfd_siginfo info;
	int status;

	if (read(manager->signals, &info, sizeof info) != sizeof info)
		return -1;
	if (info.ssi_signo != SIGCHLD) {
		kill(manager->child, (int)info.ssi_signo);
		return -1;
	}
	if (waitpid(manager->child, &status, WNOHANG) != manager->child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
stay(struct manager *manager)
{
	struct pollfd fds[] = { { .fd = manager->signals, .events = POLLIN }, { .fd = manager->notify, .events = POLLIN } };
	int status = -1;

	manager->alive_ms = now_ms();
	while (status == -1) {
		int64_t left = manager->alive_ms + manager->watchdog_ms - now_ms();

		if (manager->watchdog_ms > 0 && left <= 0) {
			log_line(manager, "the watchdog has bitten", strlen("the watchdog has bitten"));
			kill(manager->child, SIGKILL);
			manager->watchdog_ms = 0;
		}
		poll(fds, manager->notify == -1 ? 1 : 2, manager->watchdog_ms > 0 ? (int)left : FOREVER);
		if ((fds[1].revents & POLLIN) != 0)
			take_notice(manager);
		if ((fds[0].revents & POLLIN) != 0)
			status = take_signal(manager);
	}
	while (manager->notify != -1 && poll(&fds[1], 1, 0) == 1)	/* its last words */
		take_notice(manager);
	return status;
}

static void
watch_signals(struct manager *manager)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	manager->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (manager->signals == -1)
		fail("signalfd");
}

static void
listen_for_notices(struct manager *manager)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	snprintf(path, sizeof path, "%s.socket", manager->log);
	unlink(path);
	manager->notify = bind_at(path, SOCK_DGRAM);
	chmod(path, 0777);
	setenv("NOTIFY_SOCKET", path, 1);
}

int
main(int argc, char **argv)
{
	struct manager manager = { .mode = 0660, .notify = -1 };
	int opt;

	while ((opt = getopt(argc, argv, "+l:m:n:w:")) != -1)
		switch (opt) {
		case 'l': add_socket(&manager, optarg); break;
		case 'm': manager.mode = (mode_t)strtol(optarg, NULL, 8); break;
		case 'n': manager.log = optarg; break;
		case 'w': manager.watchdog_ms = strtol(optarg, NULL, 10); break;
		default: return 99;
		}
	if (optind == argc || (manager.watchdog_ms > 0 && manager.log == NULL)) {
		fputs("usage: manager [-l NAME=PATH]... [-m OCTAL] [-n LOG] [-w MILLISECONDS] PROGRAM [ARGUMENT...]\n", stderr);
		return 99;
	}
	if (manager.log != NULL)
		listen_for_notices(&manager);
	watch_signals(&manager);
	manager.child = fork();
	if (manager.child == -1)
		fail("fork");
	if (manager.child == 0)
		run(&manager, argv + optind);
	for (int i = 0; i < manager.n_sockets; i++)
		close(manager.sockets[i]);
	return stay(&manager);
}
