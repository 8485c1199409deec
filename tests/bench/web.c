/*
 * web - all the web that a benchmark of polling needs, in one thread that costs next to nothing.
 *
 *	web [-c FILE] [-r MIN-MAX] [-w PID]
 *
 *	-c FILE		TLS, with this key and certificate (tests/origin/certify)
 *	-r MIN-MAX	each host has a round trip of its own between so many milliseconds, fixed by its name: an answer leaves
 *			one round trip after its request, the first of a connection two
 *	-w PID		ends with that process
 *
 * Every name under localhost is a host, every path a feed of one entry, which never changes: with If-None-Match the answer is 304.
 * The port, of both 127.0.0.1 and ::1, is printed on standard output. It models no bandwidth and no name service.
 */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_BYTES = 8192, ANSWER_BYTES = 1024, EVENTS = 256, BACKLOG = 4096, WHEEL = 4096 /* ms; no answer waits longer */ };

struct conn {
	int	 fd;
	SSL	*tls;			/* NULL: plain */
	bool	 open;			/* TLS: the handshake is over */
	bool	 known;			/* an answer has left */
	bool	 waiting;
	size_t	 len;
	LIST_ENTRY(conn) at;		/* in the wheel, while it waits */
	char	 request[REQUEST_BYTES];
};
LIST_HEAD(conns, conn);

static int	 epoll;
static SSL_CTX	*context;
static unsigned	 least_ms, most_ms;
static struct conns wheel[WHEEL];
static int64_t	 turned_ms;		/* how far the wheel has been looked at */
static size_t	 n_waiting;

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
conn_close(struct conn *conn)
{
	if (conn->waiting) {
		LIST_REMOVE(conn, at);
		n_waiting--;
	}
	SSL_free(conn->tls);
	close(conn->fd);
	free(conn);
}

/* --- one answer ------------------------------------------------------------------------------- */

/* The answers are small: what the kernel does not take at once nobody reads. */
static bool
put(struct conn *conn, const char *ptr, size_t len)
{
	size_t done;

	if (conn->tls != NULL)
		return SSL_write_ex(conn->tls, ptr, len, &done) == 1;
	return send(conn->fd, ptr, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool
answer(struct conn *conn)
{
	static const char same[] = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nDate: Wed, 25 Nov 2026 12:00:00 GMT\r\n\r\n";
	char body[ANSWER_BYTES / 2], text[ANSWER_BYTES];
	int len;

	conn->known = true;
	conn->len = 0;
	if (strcasestr(conn->request, "\r\nIf-None-Match:") != NULL)
		return put(conn, same, sizeof same - 1);
	len = snprintf(body, sizeof body, "<rss version=\"2.0\"><channel><title>T</title><item><guid>1</guid><title>One</title>"
	    "<pubDate>Wed, 25 Nov 2026 12:00:00 GMT</pubDate></item></channel></rss>");
	len = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n"
	    "\r\n%s", len, body);
	return put(conn, text, (size_t)len);
}

static unsigned
round_trip_ms(const char *request)
{
	const char *host = strcasestr(request, "\r\nHost:");
	uint32_t hash = 2166136261u;

	if (host == NULL || most_ms == 0)
		return 0;
	for (host += strlen("\r\nHost:"); *host != '\r' && *host != '\0'; host++)
		hash = (hash ^ (unsigned char)*host) * 16777619u;
	return least_ms + hash % (most_ms - least_ms + 1);
}

/* True while the connection is of use. */
static bool
take_request(struct conn *conn)
{
	struct conns *slot;
	unsigned wait_ms;

	conn->request[conn->len] = '\0';
	if (conn->len < 4 || memcmp(conn->request + conn->len - 4, "\r\n\r\n", 4) != 0)
		return conn->len < REQUEST_BYTES - 1;
	wait_ms = round_trip_ms(conn->request) * (conn->known ? 1 : 2);
	if (wait_ms == 0)
		return answer(conn);
	if (wait_ms >= WHEEL)
		wait_ms = WHEEL - 1;
	slot = &wheel[(now_ms() + wait_ms) % WHEEL];
	LIST_INSERT_HEAD(slot, conn, at);
	conn->waiting = true;
	n_waiting++;
	return true;
}

static void
turn_wheel(void)
{
	struct conn *conn;

	for (int64_t end_ms = now_ms(); turned_ms < end_ms; turned_ms++)
		while ((conn = LIST_FIRST(&wheel[turned_ms % WHEEL])) != NULL) {
			LIST_REMOVE(conn, at);
			conn->waiting = false;
			n_waiting--;
			if (!answer(conn))
				conn_close(conn);
		}
}

/* --- connections ------------------------------------------------------------------------------------ */

/* Bytes; 0: none for now; -1: the end. */
static int
take(struct conn *conn)
{
	size_t room = REQUEST_BYTES - 1 - conn->len, got;
	ssize_t len;

	if (conn->tls == NULL) {
		len = recv(conn->fd, conn->request + conn->len, room, 0);
		return len > 0 ? (int)len : len == -1 && errno == EAGAIN ? 0 : -1;
	}
	if (SSL_read_ex(conn->tls, conn->request + conn->len, room, &got) == 1)
		return (int)got;
	return SSL_get_error(conn->tls, 0) == SSL_ERROR_WANT_READ ? 0 : -1;
}

static bool
on_input(struct conn *conn)
{
	int got;

	if (conn->tls != NULL && !conn->open) {
		got = SSL_accept(conn->tls);
		if (got != 1)
			return SSL_get_error(conn->tls, got) == SSL_ERROR_WANT_READ;
		conn->open = true;
	}
	got = take(conn);
	if (got <= 0)
		return got == 0;
	conn->len += (size_t)got;
	return conn->waiting || take_request(conn);
}

static void
accept_all(int listener)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd, on = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *conn = malloc(sizeof *conn);

		if (conn == NULL)
			abort();
		memset(conn, 0, offsetof(struct conn, request));
		conn->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		if (context != NULL) {
			conn->tls = SSL_new(context);
			SSL_set_fd(conn->tls, fd);
		}
		event.data.ptr = conn;
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	}
}

/* Both addresses of localhost at one port; the second may not be there. */
static int
listen_at(const struct sockaddr *addr, socklen_t len)
{
	int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (addr->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (fd >= 0 && (bind(fd, addr, len) < 0 || listen(fd, BACKLOG) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
open_listeners(int listeners[2])
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof sin;

	listeners[0] = listen_at((struct sockaddr *)&sin, sizeof sin);
	if (listeners[0] < 0 || getsockname(listeners[0], (struct sockaddr *)&sin, &len) < 0)
		err(1, "a port to listen at");
	sin6.sin6_port = sin.sin_port;
	listeners[1] = listen_at((struct sockaddr *)&sin6, sizeof sin6);
	printf("%u\n", ntohs(sin.sin_port));
	fclose(stdout);
}

static void
watch(int fd, int *tag)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = tag };

	*tag = fd;
	if (fd >= 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
run(int process)
{
	struct epoll_event events[EVENTS];
	int listeners[2], tags[3];

	open_listeners(listeners);
	watch(listeners[0], &tags[0]);
	watch(listeners[1], &tags[1]);
	watch(process, &tags[2]);
	turned_ms = now_ms();
	for (;;) {
		int count = epoll_wait(epoll, events, EVENTS, n_waiting > 0 ? 1 : -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == &tags[2])
				return;
			if (events[i].data.ptr == &tags[0] || events[i].data.ptr == &tags[1])
				accept_all(*(int *)events[i].data.ptr);
			else if (!on_input(events[i].data.ptr))
				conn_close(events[i].data.ptr);
		}
		turn_wheel();
	}
}

/* --- the command line --------------------------------------------------------------------------- */

static void
open_tls(const char *file)
{
	context = SSL_CTX_new(TLS_server_method());
	if (context == NULL || SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_certificate_chain_file(context, file) != 1)
		errx(1, "%s: no key with a certificate", file);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	int chr, process = -1;

	while ((chr = getopt(argc, argv, "c:r:w:")) != -1)
		switch (chr) {
		case 'c': open_tls(optarg); break;
		case 'r':
			if (sscanf(optarg, "%u-%u", &least_ms, &most_ms) != 2 || most_ms < least_ms)
				errx(2, "%s: not MIN-MAX", optarg);
			break;
		case 'w': process = (int)syscall(SYS_pidfd_open, atoi(optarg), 0); break;
		default: errx(2, "usage: web [-c FILE] [-r MIN-MAX] [-w PID]");
		}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	run(process);
	return 0;
}
