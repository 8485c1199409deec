/*
 * front - TLS in front of the origin, or of any server on 127.0.0.1.
 *
 *	front -c FILE -p PORT [-2 FILE] [-v VERSION] [options of serve.h]
 *
 *	-c FILE		key and certificate, as certify writes them
 *	-p PORT		what is said inside goes to this port, and back
 *	-2 FILE		HTTP/2 is offered, too, and each request in it answered with this feed
 *	-v VERSION	the newest version that is spoken: 1.1, 1.2 or 1.3
 *
 * The log has a line for each handshake: "ok" or "failed", the version, what ALPN chose ("-": nothing), "resumed" or "new", the name
 * that was asked for; and a line "h2" for each request of HTTP/2.
 */
#include <err.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/origin/serve.h"

enum { PIECE_BYTES = 16384, FEED_BYTES = 32 << 10 /* what a new connection's window takes */, PREFACE_BYTES = 24 };

/* RFC 9113 section 6 */
enum { FRAME_HEAD = 9, DATA = 0, HEADERS = 1, SETTINGS = 4, PING = 6, GOAWAY = 7, END_STREAM = 1, ACK = 1, END_HEADERS = 4 };

static SSL_CTX *context;
static uint16_t port;
static char feed[FEED_BYTES];
static size_t feed_len;

static bool
put(SSL *tls, const char *ptr, size_t len)
{
	size_t done;

	return len == 0 || SSL_write_ex(tls, ptr, len, &done) == 1;
}

static bool
take(SSL *tls, char *ptr, size_t len)
{
	size_t got;

	for (; len > 0; ptr += got, len -= got)
		if (SSL_read_ex(tls, ptr, len, &got) != 1)
			return false;
	return true;
}

/* --- HTTP/2: just enough of it ------------------------------------------------------------- */

static bool
put_frame(SSL *tls, int type, int flags, uint32_t stream, const char *ptr, size_t len)
{
	const char head[FRAME_HEAD] = { (char)(len >> 16), (char)(len >> 8), (char)len, (char)type, (char)flags,
		(char)(stream >> 24), (char)(stream >> 16), (char)(stream >> 8), (char)stream };

	return put(tls, head, sizeof head) && put(tls, ptr, len);
}

/* RFC 7541: ":status: 200" is entry 8 of the static table, the name "content-type" entry 31. */
static bool
answer(SSL *tls, uint32_t stream)
{
	static const char fields[] = "\x88\x5f\x13" "application/rss+xml";
	size_t at = 0;

	serve_log("h2");
	if (!put_frame(tls, HEADERS, END_HEADERS, stream, fields, sizeof fields - 1))
		return false;
	do {
		size_t len = feed_len - at < PIECE_BYTES ? feed_len - at : PIECE_BYTES;

		if (!put_frame(tls, DATA, at + len == feed_len ? END_STREAM : 0, stream, feed + at, len))
			return false;
		at += len;
	} while (at < feed_len);
	return true;
}

static bool
take_frame(SSL *tls)
{
	unsigned char head[FRAME_HEAD];
	char payload[PIECE_BYTES];
	size_t len;
	uint32_t stream;

	if (!take(tls, (char *)head, sizeof head))
		return false;
	len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
	stream = ((uint32_t)head[5] << 24 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 8 | head[8]) & INT32_MAX;
	if (len > sizeof payload || !take(tls, payload, len))
		return false;
	switch (head[3]) {
	case SETTINGS:	return (head[4] & ACK) != 0 || put_frame(tls, SETTINGS, ACK, 0, "", 0);
	case PING:	return (head[4] & ACK) != 0 || put_frame(tls, PING, ACK, 0, payload, len);
	case HEADERS:	return (head[4] & END_HEADERS) != 0 && answer(tls, stream);
	case GOAWAY:	return false;
	default:	return true;
	}
}

static void
speak_http2(SSL *tls)
{
	char preface[PREFACE_BYTES];

	if (!take(tls, preface, sizeof preface) || !put_frame(tls, SETTINGS, 0, 0, "", 0))
		return;
	while (take_frame(tls))
		;
}

/* --- anything else ---------------------------------------------------------------------- */

static bool
inward(SSL *tls, int fd)
{
	char piece[PIECE_BYTES];
	size_t len;

	return SSL_read_ex(tls, piece, sizeof piece, &len) == 1 && serve_write(fd, piece, len);
}

static bool
outward(SSL *tls, int fd)
{
	char piece[PIECE_BYTES];
	ssize_t len = recv(fd, piece, sizeof piece, 0);

	return len > 0 && put(tls, piece, (size_t)len);
}

static void
relay(SSL *tls)
{
	int fd = serve_connect(port);
	struct pollfd polls[] = { { .fd = SSL_get_fd(tls), .events = POLLIN }, { .fd = fd, .events = POLLIN } };
	bool open = true;

	while (open) {
		if (SSL_pending(tls) == 0 && poll(polls, 2, -1) < 0)
			break;
		if (SSL_pending(tls) > 0 || polls[0].revents != 0)
			open = inward(tls, fd);
		if (open && polls[1].revents != 0)
			open = outward(tls, fd);
	}
	close(fd);
}

/* --- the handshake ------------------------------------------------------------------------ */

static int
choose(SSL *tls, const unsigned char **out, unsigned char *len, const unsigned char *offered, unsigned offered_len, void *arg)
{
	static const unsigned char both[] = "\x02h2\x08http/1.1";
	unsigned skip = feed_len > 0 ? 0 : 3;
	unsigned char *chosen;

	(void)tls;
	(void)arg;
	if (SSL_select_next_proto(&chosen, len, both + skip, sizeof both - 1 - skip, offered, offered_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static void
on_connection(int fd)
{
	const unsigned char *chosen;
	const char *name;
	unsigned len;
	SSL *tls = SSL_new(context);
	bool good;

	SSL_set_fd(tls, fd);
	good = SSL_accept(tls) == 1;
	SSL_get0_alpn_selected(tls, &chosen, &len);
	name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
	serve_log("%s %s %.*s %s %s", good ? "ok" : "failed", SSL_get_version(tls), len > 0 ? (int)len : 1,
	    len > 0 ? (const char *)chosen : "-", SSL_session_reused(tls) == 1 ? "resumed" : "new", name != NULL ? name : "-");
	if (good && len == 2)
		speak_http2(tls);
	else if (good)
		relay(tls);
	if (good)
		SSL_shutdown(tls);
	SSL_free(tls);
	close(fd);
}

static void
read_feed(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, feed, sizeof feed);

	if (fd < 0 || len <= 0 || len == FEED_BYTES)
		err(1, "%s", path);
	close(fd);
	feed_len = (size_t)len;
}

static int
version_of(const char *arg)
{
	static const struct { const char *name; int version; } versions[] = {
		{ "1.1", TLS1_1_VERSION }, { "1.2", TLS1_2_VERSION }, { "1.3", TLS1_3_VERSION }
	};

	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		if (strcmp(versions[i].name, arg) == 0)
			return versions[i].version;
	errx(2, "%s: no version of TLS", arg);
}

static void
on_option(int chr, const char *arg)
{
	switch (chr) {
	case 'c':
		if (SSL_CTX_use_PrivateKey_file(context, arg, SSL_FILETYPE_PEM) != 1 ||
		    SSL_CTX_use_certificate_chain_file(context, arg) != 1)
			errx(1, "%s: no key with a certificate", arg);
		break;
	case 'p': port = serve_port(arg); break;
	case '2': read_feed(arg); break;
	/* 1.1 only with an old enough idea of security */
	case 'v': SSL_CTX_set_max_proto_version(context, version_of(arg)); break;
	}
}

int
main(int argc, char **argv)
{
	static const unsigned char whose[] = "front";

	context = SSL_CTX_new(TLS_server_method());
	if (context == NULL)
		errx(1, "OpenSSL");
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_min_proto_version(context, TLS1_1_VERSION);
	SSL_CTX_set_session_id_context(context, whose, sizeof whose - 1);
	SSL_CTX_set_alpn_select_cb(context, choose, NULL);
	serve_options("front", argc, argv, "c:p:2:v:", on_option);
	serve(on_connection);
}
