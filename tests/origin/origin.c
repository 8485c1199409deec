/* The program: options, listening, the loop, the logs. */
#include "tests/origin/conn.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 4096, EVENTS_MAX = 256, LOG_LINE_MAX = 2 * REQUEST_BYTES_MAX };

struct options {
	const char	*dir, *log, *arrivals, *heads, *port_file, *pid_file;
	struct in_addr	 address;
	uint16_t	 port;
	long		 end_s;
	pid_t		 watch;
	bool		 background;
};

static volatile sig_atomic_t ended;

int64_t
server_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- logs ----------------------------------------------------------------------- */

static void
write_line(int fd, struct buf *line)
{
	if (!line->overflow && write(fd, line->ptr, line->len) < 0)
		warn("log");
	buf_free(line);
}

void
server_log_arrival(struct server *server, const struct conn *conn)
{
	const struct request *req = &conn->request;
	struct buf line = BUF_INIT(LOG_LINE_MAX), head = BUF_INIT(LOG_LINE_MAX);

	if (server->heads >= 0) {
		buf_printf(&head, "%u\t%lld\t%s\t%s\t%s\n", conn->number, (long long)req->arrived_ms, req->method, req->target,
		    req->lines);
		write_line(server->heads, &head);
	}
	if (server->arrivals >= 0) {
		buf_printf(&line, "%s\t%s%s%s\n", req->method, req->target, req->body != NULL ? "\t" : "",
		    req->body != NULL ? req->body : "");
		write_line(server->arrivals, &line);
	}
}

void
server_log(struct server *server, const struct conn *conn)
{
	static const char *const columns[] = {
		"If-None-Match", "If-Modified-Since", "Accept-Encoding", "User-Agent", "Host"
	};
	const struct request *req = &conn->request;
	struct buf line = BUF_INIT(LOG_LINE_MAX);
	const char *value;

	if (server->log < 0)
		return;
	buf_printf(&line, "%s\t%s\t%d\t%llu", req->method, req->target, conn->reply.status,
	    (unsigned long long)conn->body_bytes);
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		value = request_header(req, columns[i]);
		buf_printf(&line, "\t%s", value != NULL ? value : "-");
	}
	buf_printf(&line, "\t%u\t%lld\n", conn->number, (long long)req->arrived_ms);
	write_line(server->log, &line);
}

/* --- starting -------------------------------------------------------------------- */

static int
open_log(const char *path)
{
	int fd;

	if (path == NULL)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static int
open_listener(const struct options *opt, uint16_t *port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(opt->port), .sin_addr = opt->address };
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		err(1, "%s port %u", inet_ntoa(opt->address), opt->port);
	*port = ntohs(addr.sin_port);
	return fd;
}

/* Whoever waits for the file never sees half a number. */
static void
write_number(const char *path, long number)
{
	char temporary[4096];
	FILE *file;

	if (path == NULL)
		return;
	if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
		errx(1, "%s: too long", path);
	file = fopen(temporary, "we");
	if (file == NULL || fprintf(file, "%ld\n", number) < 0 || fclose(file) != 0 || rename(temporary, path) < 0)
		err(1, "%s", path);
}

static void
go_background(void)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		err(1, "fork");
	if (pid > 0)
		_exit(0);
	setsid();
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "/dev/null");
	if (null > STDERR_FILENO)
		close(null);
}

static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void
on_signal(int signo)
{
	(void)signo;
	ended = 1;
}

/* --- the loop --------------------------------------------------------------------- */

/* With -A the listener hears every address of the machine: only what came to 127.0.0.0/8 is let in. */
static bool
came_to_loopback(int fd)
{
	struct sockaddr_in local = { 0 };
	socklen_t len = sizeof local;

	return getsockname(fd, (struct sockaddr *)&local, &len) == 0 &&
	    ntohl(local.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

static void
accept_all(struct server *server, int listener)
{
	static unsigned number;
	int fd, one = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (!came_to_loopback(fd)) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		conn_new(server, fd, ++number);
	}
}

/* Wakes the connections whose time has come; returns the milliseconds to the next, -1 for none. */
static int
run_alarms(struct server *server)
{
	struct conn *conn, *next;
	int64_t now = server_now_ms(), soonest = INT64_MAX;

	if (server->n_timed == 0)
		return -1;
	for (conn = server->conns; conn != NULL; conn = next) {
		next = conn->next;
		if (conn->wake_ms != 0 && conn->wake_ms <= now)
			conn_wake(conn);
	}
	for (conn = server->conns; conn != NULL; conn = conn->next)
		if (conn->wake_ms != 0 && conn->wake_ms < soonest)
			soonest = conn->wake_ms;
	if (soonest == INT64_MAX)
		return -1;
	return soonest > now ? (int)(soonest - now) : 0;
}

static int
earlier(int left_ms, int right_ms)
{
	if (left_ms < 0 || right_ms < 0)
		return left_ms < 0 ? right_ms : left_ms;
	return left_ms < right_ms ? left_ms : right_ms;
}

static void
watch_fd(struct server *server, int fd, void *tag)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = tag };

	if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		err(1, "epoll_ctl");
}

static void
run(struct server *server, int listener, int watched, long end_s)
{
	static char listener_tag, watched_tag;
	struct epoll_event events[EVENTS_MAX];
	int64_t left_ms = -1;
	sigset_t none;
	int count;

	sigemptyset(&none);
	watch_fd(server, listener, &listener_tag);
	if (watched >= 0)
		watch_fd(server, watched, &watched_tag);
	while (!ended) {
		if (end_s > 0) {
			left_ms = server->started_ms + end_s * 1000 - server_now_ms();
			if (left_ms <= 0)
				break;
		}
		count = epoll_pwait(server->epoll, events, EVENTS_MAX, earlier((int)left_ms, run_alarms(server)), &none);
		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == &listener_tag)
				accept_all(server, listener);
			else if (events[i].data.ptr == &watched_tag)
				ended = 1;
			else
				conn_event(events[i].data.ptr, events[i].events);
		}
	}
}

static int
open_process(pid_t pid)
{
	int fd;

	if (pid == 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		err(1, "process %ld", (long)pid);
	return fd;
}

static void
serve(const struct options *opt)
{
	struct server *server = calloc(1, sizeof *server);
	struct sigaction act = { .sa_handler = on_signal };
	int watched = open_process(opt->watch), listener;
	sigset_t set;
	uint16_t port;

	if (server == NULL)
		abort();
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	raise_file_limit();
	server->started_ms = server_now_ms();
	server->dir = open(opt->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (server->dir < 0)
		err(1, "%s", opt->dir);
	server->log = open_log(opt->log);
	server->arrivals = open_log(opt->arrivals);
	server->heads = open_log(opt->heads);
	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	listener = open_listener(opt, &port);
	write_number(opt->port_file, port);
	printf("%u\n", port);
	fflush(stdout);
	if (opt->background)
		go_background();
	write_number(opt->pid_file, getpid());
	run(server, listener, watched, opt->end_s);
	while (server->conns != NULL)
		conn_close(server->conns);
	free(server);
}

/* --- the command line ---------------------------------------------------------------- */

static void
usage(void)
{
	fprintf(stderr, "usage: origin [-Abk] [-a ADDRESS] [-d DIR] [-H FILE] [-I FILE] [-l FILE] [-L FILE] [-P FILE] [-p PORT] "
	    "[-t SECONDS] [-w PID]\n");
	exit(2);
}

static long
number_option(const char *arg, long max)
{
	char *end;
	long number = strtol(arg, &end, 10);

	if (end == arg || *end != '\0' || number < 0 || number > max)
		errx(2, "%s: not a number from 0 to %ld", arg, max);
	return number;
}

static void
address_option(struct options *opt, const char *arg)
{
	if (inet_pton(AF_INET, arg, &opt->address) != 1 || ntohl(opt->address.s_addr) >> 24 != IN_LOOPBACKNET)
		errx(2, "%s: not an address in 127.0.0.0/8", arg);
}

int
main(int argc, char **argv)
{
	struct options opt = { .dir = ".", .address.s_addr = htonl(INADDR_LOOPBACK) };
	int chr;

	while ((chr = getopt(argc, argv, "Aa:bd:H:I:kl:L:P:p:t:w:")) != -1) {
		switch (chr) {
		case 'A': opt.address.s_addr = htonl(INADDR_ANY); break;
		case 'a': address_option(&opt, optarg); break;
		case 'b': opt.background = true; break;
		case 'd': opt.dir = optarg; break;
		case 'H': opt.heads = optarg; break;
		case 'I': opt.pid_file = optarg; break;
		case 'k': opt.watch = getppid(); break;
		case 'l': opt.log = optarg; break;
		case 'L': opt.arrivals = optarg; break;
		case 'P': opt.port_file = optarg; break;
		case 'p': opt.port = (uint16_t)number_option(optarg, UINT16_MAX); break;
		case 't': opt.end_s = number_option(optarg, INT32_MAX); break;
		case 'w': opt.watch = (pid_t)number_option(optarg, INT32_MAX); break;
		default: usage();
		}
	}
	if (optind != argc)
		usage();
	serve(&opt);
	return 0;
}
