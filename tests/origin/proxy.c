/*
 * proxy - a proxy for tests: HTTP (CONNECT, and http URLs) and SOCKS 5 at one port. It knows one host only: all names and addresses
 * are 127.0.0.1.
 *
 *	proxy [-r] [options of serve.h]
 *
 *	-r	a user name and a password are asked for, any will do
 *
 * The log has a line for each request: "connect", "get" or "socks5", what is asked for, and the user as it came: the value of
 * Proxy-Authorization, or "name:password" of SOCKS; "-": none.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/origin/serve.h"

enum { HEAD_BYTES = 32 << 10, PIECE_BYTES = 16384, NAME_BYTES = 256, USER_BYTES = 1024 };

/* RFC 1928 sections 3 to 5, RFC 1929 */
enum { SOCKS = 5, NO_USER = 0, BY_PASSWORD = 2, NOTHING_FITS = 0xff, IPV4 = 1, NAME = 3, IPV6 = 4 };

static bool required;

static bool
move(int from, int into)
{
	char piece[PIECE_BYTES];
	ssize_t len = recv(from, piece, sizeof piece, 0);

	return len > 0 && serve_write(into, piece, (size_t)len);
}

static void
relay(int client, int server)
{
	struct pollfd polls[] = { { .fd = client, .events = POLLIN }, { .fd = server, .events = POLLIN } };
	bool open = true;

	while (open && poll(polls, 2, -1) > 0) {
		if (polls[0].revents != 0)
			open = move(client, server);
		if (open && polls[1].revents != 0)
			open = move(server, client);
	}
}

static bool
take(int fd, void *ptr, size_t len)
{
	return len == 0 || recv(fd, ptr, len, MSG_WAITALL) == (ssize_t)len;
}

/* --- SOCKS 5 ---------------------------------------------------------------------------------- */

/* A length of one byte and as many characters. */
static bool
take_text(int fd, char text[NAME_BYTES])
{
	unsigned char len;

	if (!take(fd, &len, 1) || !take(fd, text, len))
		return false;
	text[len] = '\0';
	return true;
}

static bool
take_user(int fd, char user[USER_BYTES])
{
	char name[NAME_BYTES], password[NAME_BYTES], version;

	if (!take(fd, &version, 1) || !take_text(fd, name) || !take_text(fd, password))
		return false;
	snprintf(user, USER_BYTES, "%s:%s", name, password);
	return serve_write(fd, "\1\0", 2);
}

static bool
greet(int fd, char user[USER_BYTES])
{
	char methods[NAME_BYTES];
	const char by_password[] = { SOCKS, BY_PASSWORD }, no_user[] = { SOCKS, NO_USER }, nothing[] = { SOCKS, (char)NOTHING_FITS };

	memset(methods, NO_USER, sizeof methods);
	if (!take_text(fd, methods))
		return false;
	if (memchr(methods, BY_PASSWORD, sizeof methods) != NULL)
		return serve_write(fd, by_password, 2) && take_user(fd, user);
	if (required) {
		serve_write(fd, nothing, 2);
		return false;
	}
	return serve_write(fd, no_user, 2);
}

static bool
take_host(int fd, char kind, char host[NAME_BYTES])
{
	struct in6_addr address;

	switch (kind) {
	case NAME:
		return take_text(fd, host);
	case IPV4:
		return take(fd, &address, sizeof(struct in_addr)) && inet_ntop(AF_INET, &address, host, NAME_BYTES) != NULL;
	case IPV6:
		return take(fd, &address, sizeof address) && inet_ntop(AF_INET6, &address, host, NAME_BYTES) != NULL;
	}
	return false;
}

static void
speak_socks(int fd)
{
	char version, request[4], host[NAME_BYTES], user[USER_BYTES] = "-";
	unsigned char port[2];
	static const char granted[] = { SOCKS, 0, 0, IPV4, 127, 0, 0, 1, 0, 0 };
	uint16_t number;

	if (!take(fd, &version, 1) || !greet(fd, user) || !take(fd, request, sizeof request) || !take_host(fd, request[3], host) ||
	    !take(fd, port, sizeof port))
		return;
	number = (uint16_t)(port[0] << 8 | port[1]);
	serve_log("socks5 %s:%u %s", host, number, user);
	if (serve_write(fd, granted, sizeof granted))
		relay(fd, serve_connect(number));
}

/* --- HTTP ------------------------------------------------------------------------------------------ */

/* Up to the empty line, byte by byte, so that nothing behind it is taken. */
static bool
take_head(int fd, char head[HEAD_BYTES])
{
	size_t len = 0;

	while (len < HEAD_BYTES - 1) {
		if (!take(fd, head + len, 1))
			return false;
		head[++len] = '\0';
		if (len >= 4 && memcmp(head + len - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static void
find_user(const char *head, char user[USER_BYTES])
{
	static const char name[] = "\r\nProxy-Authorization: ";
	const char *found = strcasestr(head, name);

	if (found == NULL)
		return;
	found += sizeof name - 1;
	snprintf(user, USER_BYTES, "%.*s", (int)strcspn(found, "\r"), found);
}

static uint16_t
port_of(const char *authority)
{
	const char *colon = strrchr(authority, ':');

	return colon != NULL ? serve_port(colon + 1) : 80;
}

/* The request as the server wants it; one to a connection, so that the next one comes by here again. */
static void
forward(int fd, const char *head, const char *url)
{
	static const char more[] = "Connection: close\r\n";
	char authority[NAME_BYTES], line[HEAD_BYTES];
	const char *path = strchr(url + strlen("http://"), '/'), *fields = strstr(head, "\r\n") + 2;
	int server, len;

	if (path == NULL)
		return;
	snprintf(authority, sizeof authority, "%.*s", (int)(path - url - (long)strlen("http://")), url + strlen("http://"));
	server = serve_connect(port_of(authority));
	len = snprintf(line, sizeof line, "GET %s HTTP/1.1\r\n%s", path, more);
	if (serve_write(server, line, (size_t)len) && serve_write(server, fields, strlen(fields)))
		relay(fd, server);
}

static void
speak_http(int fd)
{
	static const char ask[] = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n", granted[] = "HTTP/1.1 200 OK\r\n\r\n";
	static char head[HEAD_BYTES];
	char method[16], target[8192], user[USER_BYTES] = "-";

	if (!take_head(fd, head) || sscanf(head, "%15s %8191s", method, target) != 2)
		return;
	find_user(head, user);
	serve_log("%s %s %s", strcmp(method, "CONNECT") == 0 ? "connect" : "get", target, user);
	if (required && strcmp(user, "-") == 0)
		serve_write(fd, ask, sizeof ask - 1);
	else if (strcmp(method, "CONNECT") != 0)
		forward(fd, head, target);
	else if (serve_write(fd, granted, sizeof granted - 1))
		relay(fd, serve_connect(port_of(target)));
}

static void
on_connection(int fd)
{
	char first;

	if (recv(fd, &first, 1, MSG_PEEK) != 1)
		return;
	if (first == SOCKS)
		speak_socks(fd);
	else
		speak_http(fd);
	close(fd);
}

static void
on_option(int chr, const char *arg)
{
	(void)arg;
	if (chr == 'r')
		required = true;
}

int
main(int argc, char **argv)
{
	serve_options("proxy", argc, argv, "r", on_option);
	serve(on_connection);
}
