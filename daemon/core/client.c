#include "daemon/core/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/shared/protocol.h"

enum {
	READ_BYTES = 64 << 10,
	READ_AHEAD_BYTES = 32 << 10,	/* of requests that may not be taken yet: only so is a peer's end seen */
	KEEP_BYTES = CLIENT_FAIR_BYTES	/* an emptied buffer larger than this is given back */
};

struct client {
	struct loop	*loop;
	struct loop_io	*io;
	struct loop_timer *again;	/* goes on in the next round of the loop */
	struct patience	*patience;
	struct patience_turn press;	/* more was said than is answered at once */
	struct loop_timer *stall;
	struct loop_timer *rest;	/* of a long line */
	const struct client_ops *ops;
	void		*arg;
	const struct client_limits *limits;
	struct client_budget *budget;
	size_t		 in_counted, out_counted;	/* in the budget */
	uint64_t	 id;
	int64_t		 user;
	int		 fd;
	struct buf	 in, out;
	size_t		 taken;		/* of in: lines done with */
	size_t		 scanned;	/* of in: no line end before here; at one, or at the end */
	size_t		 sent;		/* of out */
	unsigned	 held;
	unsigned	 ahead;		/* lines taken since all that had been said was taken */
	bool		 drained;	/* the last read left nothing */
	bool		 was_full, eof, ending /* close once all is sent */, closed, restricted, deaf;
};

const struct client_limits client_limits_default = { CLIENT_OUT_SOFT, CLIENT_OUT_MAX, CLIENT_STALL_MS };

/* --- life ------------------------------------------------------------------------- */

static size_t
queued(const struct client *client)
{
	return client->out.len - client->sent;
}

/* Requests are read while there is room for answers. */
static bool
may_take(const struct client *client)
{
	return !client->closed && !client->ending && !client_full(client) && !client->deaf && client->held < CLIENT_CALLS_MAX;
}

/* All lines but the last, unfinished one have been taken. */
static bool
wants_rest(const struct client *client)
{
	return may_take(client) && client->scanned == client->in.len;
}

/* The memory that is held counts, not what is used of it. */
static void
account(struct client *client)
{
	client->budget->in += client->in.cap - client->in_counted;
	client->budget->out += client->out.cap - client->out_counted;
	client->in_counted = client->in.cap;
	client->out_counted = client->out.cap;
}

static void
update_events(struct client *client)
{
	int events = 0;

	account(client);

	if (client->closed) {
		loop_io_set(client->io, 0);
		return;
	}
	if (!client->eof && !client->press.waits && client->in.len - client->taken <= (wants_rest(client) ? PROTOCOL_REQUEST_MAX : READ_AHEAD_BYTES))
		events |= LOOP_READ;
	if (queued(client) != 0)
		events |= LOOP_WRITE;
	loop_io_set(client->io, events);
}

void
client_close(struct client *client)
{
	if (client->closed)
		return;
	client->closed = true;
	update_events(client);
	loop_timer_stop(client->again);
	loop_timer_stop(client->stall);
	loop_timer_stop(client->rest);
	patience_leave(client->patience, &client->press);
	client->ops->on_close(client->arg, client);
}

void
client_free(struct client *client)
{
	if (client == NULL)
		return;
	loop_io_free(client->io);
	loop_timer_free(client->again);
	patience_leave(client->patience, &client->press);
	loop_timer_free(client->stall);
	loop_timer_free(client->rest);
	buf_free(&client->in);
	buf_free(&client->out);
	account(client);
	close(client->fd);
	free(client);
}

static bool
has_hung_up(const struct client *client)
{
	struct pollfd pfd = { .fd = client->fd };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & (POLLHUP | POLLERR)) != 0;
}

/* A peer that has said all it will say, and got all it will get, is done; so is one that has gone and need not be heard. */
static void
end_if_done(struct client *client)
{
	bool heard = client->taken == client->in.len;

	if (client->closed)
		return;
	if (client->ending && queued(client) == 0)
		client_close(client);
	else if (client->eof && heard && client->held == 0 && queued(client) == 0)
		client_close(client);
	else if (client->eof && (heard || !may_take(client)) && has_hung_up(client))
		client_close(client);
}

/* --- out -------------------------------------------------------------------------- */

static void
flush(struct client *client)
{
	size_t before = queued(client);

	while (queued(client) != 0) {
		ssize_t put = send(client->fd, client->out.ptr + client->sent, queued(client), MSG_NOSIGNAL | MSG_DONTWAIT);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1 && errno != EAGAIN) {
			client_close(client);
			return;
		}
		if (put == -1)
			break;
		client->sent += (size_t)put;
	}
	if (queued(client) == 0) {
		client->sent = 0;
		if (client->out.cap > KEEP_BYTES)
			buf_free(&client->out);
		else
			buf_clear(&client->out);
		loop_timer_stop(client->stall);
	} else if (queued(client) < before || !loop_timer_running(client->stall))
		loop_timer_start(client->stall, client->limits->stall_ms);
}

/* A buffer that once held much and now holds little gives its memory back. */
static void
shrink(struct buf *buf)
{
	struct buf fresh = BUF_INIT(buf->max);

	if (buf->cap <= 4 * KEEP_BYTES || buf->len > buf->cap / 4)
		return;
	buf_put(&fresh, buf->ptr, buf->len);
	buf_free(buf);
	*buf = fresh;
}

/* What has been sent is moved out of the way once it is more than what has not. */
static void
compact(struct client *client)
{
	if (client->sent < READ_BYTES || client->sent < queued(client))
		return;
	buf_consume(&client->out, client->sent);
	client->sent = 0;
}

struct buf *
client_out(struct client *client)
{
	compact(client);
	return &client->out;
}

void
client_send(struct client *client)
{
	if (client->closed) {
		buf_clear(&client->out);
		client->sent = 0;
		return;
	}
	if (client->out.overflow) {
		client_close(client);
		return;
	}
	flush(client);
	compact(client);
	shrink(&client->out);
	client->was_full |= client_full(client) || queued(client) > CLIENT_FAIR_BYTES;
	update_events(client);
	if (client->eof || client->ending)
		loop_timer_start(client->again, 0);
}

bool
client_full(const struct client *client)
{
	return client->closed || queued(client) >= client->limits->out_soft ||
	    (client_crowded(client) && queued(client) > CLIENT_FAIR_BYTES);
}

bool
client_crowded(const struct client *client)
{
	return client->budget->out > client->budget->out_max;
}

static void
on_stall(void *arg)
{
	client_close(arg);
}

/* --- in --------------------------------------------------------------------------- */

/* Whether a complete line is there to be taken. */
static bool
has_line(struct client *client)
{
	size_t left = client->in.len - client->scanned;
	const char *end = left > 0 ? memchr(client->in.ptr + client->scanned, '\n', left) : NULL;

	client->scanned = end != NULL ? (size_t)(end - client->in.ptr) : client->in.len;
	return end != NULL;
}

static void
take_line(struct client *client)
{
	char *start = client->in.ptr + client->taken, *end = client->in.ptr + client->scanned;

	client->taken = ++client->scanned;
	client->ahead++;
	if (end > start && end[-1] == '\r')
		end--;
	*end = '\0';
	if (end - start > PROTOCOL_REQUEST_MAX) {
		client->ending = true;
		client->ops->on_overlong(client->arg, client);
	} else if (end > start)
		client->ops->on_line(client->arg, client, start, (size_t)(end - start));
}

/* What has been taken is moved out of the way once it is much, or all but an unfinished line. */
static void
tidy(struct client *client)
{
	if (client->taken == 0 || (client->taken < READ_AHEAD_BYTES && client->scanned < client->in.len))
		return;
	if (client->taken == client->in.len && client->in.cap > KEEP_BYTES)
		buf_free(&client->in);
	else
		buf_consume(&client->in, client->taken);
	shrink(&client->in);
	client->scanned -= client->taken;
	client->taken = 0;
}

static void
take_some(struct client *client, bool its_turn)
{
	bool may = its_turn || client->ahead < CLIENT_AHEAD;

	if (!may || client->closed || !has_line(client) || !may_take(client))
		return;
	take_line(client);
	if (client->closed)
		return;
	if (!has_line(client) && client->drained) {
		client->ahead = 0;
		patience_eased(client->patience, loop_mono_us());
	}
	tidy(client);
}

static bool
goes_on_long(const struct client *client)
{
	return wants_rest(client) && client->in.len - client->taken > CLIENT_FAIR_BYTES;
}

/* What was said and could be heard, but has to wait: for the next round of the loop, or if it is much, for a turn. */
static void
wait_for_more(struct client *client)
{
	bool waits = !client->closed && may_take(client), line = waits && has_line(client);
	bool presses = line ? client->ahead >= CLIENT_AHEAD : waits && !client->drained && goes_on_long(client);

	if (presses)
		patience_wait(client->patience, &client->press);
	else
		patience_leave(client->patience, &client->press);
	if (line && !presses)
		loop_timer_start(client->again, 0);
	else if (client->eof && !client->closed && !loop_timer_running(client->again))
		loop_timer_start(client->again, CLIENT_LOOK_MS);
}

static void
check_length(struct client *client)
{
	if (client->closed || client->ending || client->in.len - client->taken <= PROTOCOL_REQUEST_MAX || has_line(client))
		return;
	client->ending = true;
	client->ops->on_overlong(client->arg, client);
}

/* A long line is let in as long as all of them are not too much, and as it goes on. */
static void
check_budget(struct client *client)
{
	if (client->closed || client->ending || client->in.len - client->taken <= CLIENT_FAIR_BYTES || !wants_rest(client)) {
		loop_timer_stop(client->rest);
		return;
	}
	if (!loop_timer_running(client->rest))
		loop_timer_start(client->rest, client->limits->stall_ms);
	account(client);
	if (client->budget->in <= client->budget->in_max)
		return;
	loop_timer_stop(client->rest);
	client->ending = true;
	client->ops->on_crowded(client->arg, client);
}

/* What stands behind the last line end is the last request: there is room for its end, as it is not overlong. */
static void
take_end(struct client *client)
{
	client->eof = true;
	if (client->in.len > client->taken)
		buf_putc(&client->in, '\n');
}

static void
read_some(struct client *client)
{
	char bytes[READ_BYTES];
	ssize_t got = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	client->drained = got < READ_BYTES;
	if (got != -1)
		loop_timer_stop(client->rest);
	if (got > 0)
		buf_put(&client->in, bytes, (size_t)got);
	else if (got == 0)
		take_end(client);
	else if (errno != EAGAIN && errno != EINTR)
		client_close(client);
}

/* After anything happened: a line that may be taken is, and the connection ends if all is done. */
static void
go_on(struct client *client, bool its_turn)
{
	if (client->was_full && !client_full(client)) {
		/* Others may make it full without its doing as long as it has more than its fair part. */
		client->was_full = queued(client) > CLIENT_FAIR_BYTES;
		client->ops->on_room(client->arg, client);
	}
	take_some(client, its_turn);
	check_length(client);
	check_budget(client);
	wait_for_more(client);
	end_if_done(client);
	update_events(client);
}

static void
on_io(void *arg, int events)
{
	struct client *client = arg;

	if ((events & LOOP_WRITE) != 0 && !client->closed)
		flush(client);
	if ((events & LOOP_READ) != 0 && !client->closed) {
		if (goes_on_long(client))
			client->drained = false;
		else
			read_some(client);
	}
	go_on(client, false);
}

static void
on_again(void *arg)
{
	go_on(arg, false);
}

static void
on_turn(void *arg)
{
	struct client *client = arg;
	int64_t until_us = loop_mono_us() + PATIENCE_TURN_US;

	do {
		if (!has_line(client) && !client->eof)
			read_some(client);
		go_on(client, true);
	} while (client->press.waits && loop_mono_us() < until_us);
}

/* --- for the owner ------------------------------------------------------------------ */

struct client *
client_new(struct loop *loop, int fd, uint64_t id, const struct client_limits *limits, struct client_budget *budget,
    struct patience *patience, const struct client_ops *ops, void *arg)
{
	struct client *client = calloc(1, sizeof *client);

	if (client == NULL)
		abort();
	client->loop = loop;
	client->fd = fd;
	client->id = id;
	client->user = -1;
	client->limits = limits;
	client->budget = budget;
	client->ops = ops;
	client->arg = arg;
	buf_init(&client->in, PROTOCOL_REQUEST_MAX + 2 * READ_BYTES);
	buf_init(&client->out, limits->out_max);
	client->io = loop_io_new(loop, fd, LOOP_READ, on_io, client);
	client->again = loop_timer_new(loop, on_again, client);
	client->patience = patience;
	client->press = (struct patience_turn){ .func = on_turn, .arg = client };
	client->stall = loop_timer_new(loop, on_stall, client);
	client->rest = loop_timer_new(loop, on_stall, client);
	return client;
}

bool
client_closed(const struct client *client)
{
	return client->closed;
}

uint64_t
client_id(const struct client *client)
{
	return client->id;
}

void
client_set_user(struct client *client, int64_t uid)
{
	client->user = uid;
}

int64_t
client_user(const struct client *client)
{
	return client->user;
}

void
client_restrict(struct client *client)
{
	client->restricted = true;
}

bool
client_is_restricted(const struct client *client)
{
	return client->restricted;
}

void
client_hold(struct client *client)
{
	client->held++;
	update_events(client);
}

void
client_release(struct client *client)
{
	client->held--;
	if (!client->closed)
		loop_timer_start(client->again, 0);
}

void
client_deafen(struct client *client, bool deaf)
{
	client->deaf = deaf;
	update_events(client);
	if (!deaf && !client->closed)
		loop_timer_start(client->again, 0);
}
