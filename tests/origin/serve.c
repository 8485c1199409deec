#include "tests/origin/serve.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPTION_BYTES = 64, LINE_BYTES = 4096, BACKLOG = 128, SECONDS = 300 };

static struct in_addr address;
static int log_fd = -1, watched = -1;
static unsigned seconds = SECONDS;

static int
open_process(const char *arg)
{
	int fd = (int)syscall(SYS_pidfd_open, atoi(arg), 0);

	if (fd < 0)
		err(1, "process %s", arg);
	return fd;
}

static void
set_address(const char *arg)
{
	if (inet_pton(AF_INET, arg, &address) != 1 || ntohl(address.s_addr) >> 24 != IN_LOOPBACKNET)
		errx(2, "%s: not an address in 127.0.0.0/8", arg);
}

void
serve_options(const char *name, int argc, char **argv, const char *more, void (*on_option)(int chr, const char *arg))
{
	char options[OPTION_BYTES];
	int chr;

	snprintf(options, sizeof options, "a:l:t:w:%s", more);
	address.s_addr = htonl(INADDR_LOOPBACK);
	while ((chr = getopt(argc, argv, options)) != -1) {
		switch (chr) {
		case 'a': set_address(optarg); break;
		case 'l': log_fd = open(optarg, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666); break;
		case 't': seconds = (unsigned)atoi(optarg); break;
		case 'w': watched = open_process(optarg); break;
		case '?': errx(2, "usage: %s -[%s]", name, options);
		default: on_option(chr, optarg);
		}
	}
	if (optind != argc)
		errx(2, "usage: %s -[%s]", name, options);
}

static int
listen_somewhere(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = address };
	socklen_t len = sizeof sin;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) < 0)
		err(1, "a port to listen at");
	printf("%u\n", ntohs(sin.sin_port));
	fflush(stdout);
	return fd;
}

static void
go_background(void)
{
	int null;
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid > 0)
		_exit(0);
	setsid();
	null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 2; fd++)
		dup2(null, fd);
	close(null);
}

static void
accept_one(int listener, void (*on_connection)(int fd))
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (fork() == 0) {
		alarm(seconds);
		close(listener);
		on_connection(fd);
		_exit(0);
	}
	close(fd);
}

void
serve(void (*on_connection)(int fd))
{
	struct pollfd polls[] = { { .events = POLLIN }, { .fd = watched, .events = POLLIN } };

	polls[0].fd = listen_somewhere();
	go_background();
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	alarm(seconds);
	for (;;) {
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (polls[1].revents != 0)
			_exit(0);
		if (polls[0].revents != 0)
			accept_one(polls[0].fd, on_connection);
	}
}

void
serve_log(const char *fmt, ...)
{
	char line[LINE_BYTES];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof line - 1, fmt, args);
	va_end(args);
	if (len > (int)sizeof line - 2)
		len = (int)sizeof line - 2;
	line[len] = '\n';
	if (log_fd >= 0 && write(log_fd, line, (size_t)len + 1) < 0)
		err(1, "the log");
}

int
serve_connect(uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof sin) < 0)
		_exit(1);
	return fd;
}

bool
serve_write(int fd, const char *ptr, size_t len)
{
	while (len > 0) {
		ssize_t put = send(fd, ptr, len, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		ptr += put;
		len -= (size_t)put;
	}
	return true;
}

uint16_t
serve_port(const char *text)
{
	long port = strtol(text, NULL, 10);

	if (port < 1 || port > UINT16_MAX)
		errx(2, "%s: not a port", text);
	return (uint16_t)port;
}
