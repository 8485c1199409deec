#include "tests/origin/conn.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT_BYTES_MAX = 1 << 20, SLOW_STEP_MS = 20 };

static void
conn_want(struct conn *conn, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = conn };

	if (conn->wanted == events)
		return;
	conn->wanted = events;
	epoll_ctl(conn->server->epoll, EPOLL_CTL_MOD, conn->fd, &event);
}

static void
conn_wake_at(struct conn *conn, int64_t at_ms)
{
	conn->server->n_timed += (at_ms != 0) - (conn->wake_ms != 0);
	conn->wake_ms = at_ms;
}

struct conn *
conn_new(struct server *server, int fd, unsigned number)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct conn *conn = calloc(1, sizeof *conn);

	if (conn == NULL)
		abort();
	conn->server = server;
	conn->fd = fd;
	conn->number = number;
	conn->arena = arena_new(0);
	conn->wanted = event.events;
	buf_init(&conn->in, REQUEST_BYTES_MAX * 2);
	buf_init(&conn->out, OUT_BYTES_MAX);
	event.data.ptr = conn;
	epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
	conn->next = server->conns;
	if (conn->next != NULL)
		conn->next->prev = conn;
	server->conns = conn;
	return conn;
}

/* The line is written before the peer can see the end, so that who has read an answer finds it in the log. */
static void
conn_log(struct conn *conn)
{
	if (conn->answering)
		server_log(conn->server, conn);
	conn->answering = false;
}

static void
conn_free(struct conn *conn)
{
	conn_wake_at(conn, 0);
	if (conn->next != NULL)
		conn->next->prev = conn->prev;
	if (conn->prev != NULL)
		conn->prev->next = conn->next;
	else
		conn->server->conns = conn->next;
	reply_free(&conn->reply);
	arena_free(conn->arena);
	buf_free(&conn->in);
	buf_free(&conn->out);
	free(conn);
}

void
conn_close(struct conn *conn)
{
	conn_log(conn);
	close(conn->fd);
	conn_free(conn);
}

static void
conn_reset(struct conn *conn)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	conn_close(conn);
}

/* Takes what the peer still sends until it closes, lest our close throw away what it has not read yet. */
static void
conn_linger(struct conn *conn)
{
	conn_log(conn);
	shutdown(conn->fd, SHUT_WR);
	conn->state = CONN_LINGERING;
	conn_wake_at(conn, 0);
	conn_want(conn, EPOLLIN);
}

/* Says nothing more, and waits for the peer to give up. */
static void
conn_hold(struct conn *conn)
{
	conn->state = CONN_HOLDING;
	conn_wake_at(conn, 0);
	conn_want(conn, EPOLLRDHUP);
}

/* --- sending ------------------------------------------------------------------ */

/* How many body bytes may be sent in all; *next: what happens then. */
static uint64_t
body_limit(const struct conn *conn, void (**next)(struct conn *))
{
	const struct behave *behave = &conn->reply.behave;
	const struct { int64_t limit; void (*next)(struct conn *); } cuts[] = {
		{ behave->hang, conn_hold }, { behave->reset, conn_reset }, { behave->truncate, conn_linger }
	};
	uint64_t limit = UINT64_MAX;

	*next = NULL;
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		if (cuts[i].limit != BEHAVE_UNSET && (uint64_t)cuts[i].limit < limit) {
			limit = (uint64_t)cuts[i].limit;
			*next = cuts[i].next;
		}
	}
	return limit;
}

/* Bytes that "slow" allows now; 0 after setting the alarm. */
static uint64_t
slow_allowance(struct conn *conn)
{
	int64_t rate = conn->reply.behave.slow, passed_ms, wait_ms;
	uint64_t earned;

	if (rate <= 0)
		return UINT64_MAX;
	passed_ms = server_now_ms() - conn->sending_ms;
	earned = (uint64_t)(passed_ms * rate / 1000);
	if (earned > conn->body_bytes)
		return earned - conn->body_bytes;
	wait_ms = (int64_t)((conn->body_bytes + 1) * 1000 / (uint64_t)rate) - passed_ms + 1;
	conn_wake_at(conn, server_now_ms() + (wait_ms > SLOW_STEP_MS ? wait_ms : SLOW_STEP_MS));
	return 0;
}

static void
queue_piece(struct conn *conn, size_t max)
{
	struct reply *reply = &conn->reply;
	char *room = conn->server->piece;
	size_t len;

	if (max > reply->piece_bytes)
		max = reply->piece_bytes;
	len = body_read(&reply->body, room, max);
	conn->body_bytes += len;
	conn->body_done = body_ended(&reply->body);
	if (reply->chunked && len > 0)
		buf_printf(&conn->out, "%zx\r\n", len);
	buf_put(&conn->out, room, len);
	if (reply->chunked && len > 0)
		buf_puts(&conn->out, "\r\n");
	if (reply->chunked && conn->body_done)
		buf_puts(&conn->out, "0\r\n\r\n");
}

/* 1: all is with the kernel; 0: it takes no more now; -1: the peer is gone. */
static int
flush(struct conn *conn)
{
	ssize_t len;

	while (conn->out.len > 0) {
		len = send(conn->fd, conn->out.ptr, conn->out.len, MSG_NOSIGNAL);
		if (len < 0 && errno == EAGAIN) {
			conn_want(conn, EPOLLOUT);
			return 0;
		}
		if (len < 0)
			return -1;
		buf_consume(&conn->out, (size_t)len);
	}
	return 1;
}

/* Sends what it can. True if the answer is complete; else the connection waits or is no more. */
static bool
conn_send(struct conn *conn)
{
	void (*next)(struct conn *);
	uint64_t limit = body_limit(conn, &next), max;
	int rc;

	conn_wake_at(conn, 0);
	for (;;) {
		if (conn->body_done)
			conn_log(conn);
		rc = flush(conn);
		if (rc < 0)
			conn_close(conn);
		if (rc <= 0)
			return false;
		if (conn->body_done)
			return true;
		if (next != NULL && conn->body_bytes >= limit) {
			next(conn);
			return false;
		}
		max = slow_allowance(conn);
		if (max == 0) {
			conn_want(conn, 0);
			return false;
		}
		queue_piece(conn, max < limit - conn->body_bytes ? (size_t)max : (size_t)(limit - conn->body_bytes));
	}
}

/* --- from one request to the next ------------------------------------------------ */

static void
start_sending(struct conn *conn)
{
	conn->state = CONN_SENDING;
	conn->sending_ms = server_now_ms();
	conn->body_done = conn->reply.no_body || body_ended(&conn->reply.body);
	buf_put(&conn->out, conn->reply.head.ptr, conn->reply.head.len);
}

static void
answer_malformed(struct conn *conn)
{
	static const char text[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

	buf_puts(&conn->out, text);
	if (flush(conn) >= 0)
		conn_linger(conn);
	else
		conn_close(conn);
}

/* Takes the next request from what was read. False if there is none yet, or the connection waits or is no more. */
static bool
take_request(struct conn *conn)
{
	struct reply *reply = &conn->reply;
	long len;

	arena_reset(conn->arena);
	len = request_parse(conn->arena, conn->in.ptr, conn->in.len, &conn->request);
	if (len < 0)
		answer_malformed(conn);
	if (len <= 0)
		return false;
	buf_consume(&conn->in, (size_t)len);
	conn->request.arrived_ms = server_now_ms() - conn->server->started_ms;
	server_log_arrival(conn->server, conn);
	if (conn->doomed) {
		conn_reset(conn);
		return false;
	}
	conn->answering = true;
	conn->body_bytes = 0;
	reply_make(reply, conn->arena, conn->server->dir, &conn->request);
	conn->doomed = reply->behave.last;
	if (reply->behave.stall) {
		reply->status = 0;
		conn_hold(conn);
		return false;
	}
	if (reply->behave.delay_ms > 0) {
		conn->state = CONN_DELAYING;
		conn_want(conn, 0);
		conn_wake_at(conn, server_now_ms() + reply->behave.delay_ms);
		return false;
	}
	start_sending(conn);
	return true;
}

/* Sends, then serves the requests that wait in the buffer. */
static void
conn_go_on(struct conn *conn)
{
	do {
		if (conn->state == CONN_SENDING && !conn_send(conn))
			return;
		if (conn->state == CONN_SENDING && conn->reply.close) {
			conn_linger(conn);
			return;
		}
		reply_free(&conn->reply);
		conn->state = CONN_READING;
		conn_want(conn, EPOLLIN);
	} while (conn->in.len > 0 && take_request(conn));
}

static void
conn_read(struct conn *conn)
{
	char *room = buf_reserve(&conn->in, REQUEST_BYTES_MAX);
	ssize_t len = room != NULL ? recv(conn->fd, room, REQUEST_BYTES_MAX, 0) : -1;

	if (len < 0 && room != NULL && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		conn_close(conn);
		return;
	}
	conn->in.len += (size_t)len;
	if (conn->state == CONN_LINGERING)
		buf_clear(&conn->in);
	else if (take_request(conn))
		conn_go_on(conn);
}

void
conn_event(struct conn *conn, uint32_t events)
{
	if ((events & (EPOLLERR | EPOLLHUP)) != 0 || (conn->state == CONN_HOLDING && (events & EPOLLRDHUP) != 0))
		conn_close(conn);
	else if ((events & EPOLLOUT) != 0)
		conn_go_on(conn);
	else if ((events & EPOLLIN) != 0)
		conn_read(conn);
}

void
conn_wake(struct conn *conn)
{
	conn_wake_at(conn, 0);
	if (conn->state == CONN_DELAYING)
		start_sending(conn);
	conn_go_on(conn);
}
