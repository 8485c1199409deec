#include "daemon/shared/ipc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEAD_BYTES = 4,			/* the length in front of a frame */
	READ_BYTES = 256 << 10,		/* asked of the kernel at a time */
	WRITE_BYTES = 128 << 10,	/* so much is written at once, less waits for the end of the turn */
	DIRECT_BYTES = 64 << 10,	/* so much is worth a system call of its own */
	TURN_US = 2000,			/* frames are handed out for so long, then others have their turn */
	KEEP_BYTES = 4 << 20		/* an emptied buffer larger than this is given back */
};

#define FOREVER_US	(INT64_MAX / 2)

struct ipc {
	struct loop	*loop;
	struct loop_io	*io;
	struct loop_timer *kick;	/* frames left over from a turn or a pause; a channel that broke while sending */
	const struct ipc_ops *ops;
	void		*arg;
	int		 fd;

	char		*in;		/* in[in_start..in_end) is not yet parsed */
	size_t		 in_start, in_end, in_cap;

	struct buf	 out;		/* out[sent..len) is not yet written */
	size_t		 sent;
	size_t		 frame_start;	/* of ipc_begin() */
	bool		 over_low;	/* on_drain is owed */
	bool		 blocked;	/* the kernel takes no more until it says so */
	bool		 overrun;	/* IPC_QUEUE_MAX was crossed */
	bool		 deaf;		/* the peer takes no more */

	bool		 left;		/* frames have come that wait for the next turn */
	bool		 paused, closed, dead /* free when unwound */;
	unsigned	 depth;		/* of our functions that call back */
	char		 why[128];
};

static void	on_io(void *arg, int events);
static void	on_kick(void *arg);

/* Of what runs on the caller's stack only the outermost may free: see leave(). */
static void
enter(struct ipc *ipc)
{
	ipc->depth++;
}

static void
leave(struct ipc *ipc)
{
	if (--ipc->depth != 0 || !ipc->dead)
		return;
	loop_io_free(ipc->io);
	loop_timer_free(ipc->kick);
	close(ipc->fd);
	free(ipc->in);
	buf_free(&ipc->out);
	free(ipc);
}

static void
update_events(struct ipc *ipc)
{
	int events = 0;

	if (!ipc->closed && !ipc->paused && !ipc->left)
		events |= LOOP_READ;
	if (!ipc->closed && !ipc->deaf && ipc_queued(ipc) != 0)
		events |= LOOP_WRITE;
	loop_io_set(ipc->io, events);
}

struct ipc *
ipc_new(struct loop *loop, int fd, const struct ipc_ops *ops, void *arg)
{
	struct ipc *ipc = calloc(1, sizeof(*ipc));

	if (ipc == NULL || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 || fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		abort();
	ipc->loop = loop;
	ipc->fd = fd;
	ipc->ops = ops;
	ipc->arg = arg;
	buf_init(&ipc->out, IPC_QUEUE_MAX);
	ipc->io = loop_io_new(loop, fd, LOOP_READ, on_io, ipc);
	ipc->kick = loop_timer_new(loop, on_kick, ipc);
	return ipc;
}

void
ipc_free(struct ipc *ipc)
{
	if (ipc == NULL)
		return;
	enter(ipc);
	ipc->closed = ipc->dead = true;
	update_events(ipc);
	leave(ipc);
}

static void
shut(struct ipc *ipc, const char *why)
{
	if (ipc->closed)
		return;
	ipc->closed = true;
	update_events(ipc);
	ipc->ops->on_close(ipc->arg, why);
}

/* --- reading ------------------------------------------------------------------------ */

static uint32_t
get_length(const char *ptr)
{
	const unsigned char *byte = (const unsigned char *)ptr;

	return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

/* Whether a frame is complete, or so long that it never may be, and wanted. */
static bool
has_next(const struct ipc *ipc)
{
	size_t have = ipc->in_end - ipc->in_start;
	uint32_t len = have >= HEAD_BYTES ? get_length(ipc->in + ipc->in_start) : 0;

	return !ipc->closed && !ipc->paused && have >= HEAD_BYTES && (len > IPC_FRAME_MAX || have - HEAD_BYTES >= len);
}

/* The next frame, where it lies. */
static void
deliver_one(struct ipc *ipc)
{
	const char *head = ipc->in + ipc->in_start;
	uint32_t len = get_length(head);

	if (len > IPC_FRAME_MAX) {
		snprintf(ipc->why, sizeof(ipc->why), "a frame of %u bytes", (unsigned)len);
		shut(ipc, ipc->why);
		return;
	}
	ipc->in_start += HEAD_BYTES + len;
	if (ipc->ops->on_frame(ipc->arg, head + HEAD_BYTES, len) != 0)
		shut(ipc, "a frame that was refused");
}

/*
 * Those that have come, for the length of a turn: what takes long to be taken in, as a burst of documents, lets clients in between.
 * The rest follows when the loop has come round. on_idle() is due when there is no rest.
 */
static void
deliver(struct ipc *ipc, int64_t turn_us)
{
	int64_t until_us = loop_mono_us() + turn_us;
	bool more = has_next(ipc), over = false;

	while (more && !over) {
		deliver_one(ipc);
		over = loop_mono_us() >= until_us;
		more = has_next(ipc);
	}
	ipc->left = more;
	if (ipc->left)
		loop_timer_start(ipc->kick, 0);
	update_events(ipc);
	if (!ipc->left && !ipc->closed && ipc->ops->on_idle != NULL)
		ipc->ops->on_idle(ipc->arg);
}

/* Room for a whole step, or for all of a frame that has begun and is larger. */
static void
make_room(struct ipc *ipc)
{
	size_t held = ipc->in_end - ipc->in_start, want = READ_BYTES;

	if (held == 0 && ipc->in_cap > KEEP_BYTES) {
		free(ipc->in);
		ipc->in = NULL;
		ipc->in_cap = 0;
	} else if (held != 0 && ipc->in_start != 0)
		memmove(ipc->in, ipc->in + ipc->in_start, held);
	ipc->in_start = 0;
	ipc->in_end = held;
	if (held >= HEAD_BYTES && HEAD_BYTES + get_length(ipc->in) > want)
		want = HEAD_BYTES + get_length(ipc->in);
	if (want <= ipc->in_cap)
		return;
	ipc->in = realloc(ipc->in, want);
	if (ipc->in == NULL)
		abort();
	ipc->in_cap = want;
}

/* False if there was nothing. */
static bool
read_some(struct ipc *ipc, int64_t turn_us)
{
	ssize_t got;

	make_room(ipc);
	got = recv(ipc->fd, ipc->in + ipc->in_end, ipc->in_cap - ipc->in_end, 0);
	if (got > 0) {
		ipc->in_end += (size_t)got;
		deliver(ipc, turn_us);
	} else if (got == 0 || errno == ECONNRESET)	/* it had not read all that we had sent */
		shut(ipc, ipc->in_end != 0 ? "closed within a frame" : "closed");
	else if (errno != EAGAIN && errno != EINTR) {
		snprintf(ipc->why, sizeof(ipc->why), "reading: %s", strerror(errno));
		shut(ipc, ipc->why);
	}
	return got >= 0;
}

void
ipc_read_rest(struct ipc *ipc)
{
	enter(ipc);
	if (ipc->left)
		deliver(ipc, FOREVER_US);
	while (!ipc->closed && !ipc->paused && read_some(ipc, FOREVER_US))
		;
	leave(ipc);
}

void
ipc_pause(struct ipc *ipc)
{
	ipc->paused = true;
	update_events(ipc);
}

void
ipc_resume(struct ipc *ipc)
{
	if (!ipc->paused)
		return;
	ipc->paused = false;
	update_events(ipc);
	if (!ipc->closed && ipc->in_start != ipc->in_end)
		loop_timer_start(ipc->kick, 0);
}

/* --- writing ------------------------------------------------------------------------ */

size_t
ipc_queued(const struct ipc *ipc)
{
	return ipc->out.len - ipc->sent;
}

static void
drop_queue(struct ipc *ipc)
{
	ipc->sent = 0;
	if (ipc->out.cap > KEEP_BYTES)
		buf_free(&ipc->out);
	else
		buf_clear(&ipc->out);
}

/* A peer that takes no more may still have left us frames to read: the channel ends when those have. */
static void
write_some(struct ipc *ipc)
{
	ssize_t put;

	while (ipc_queued(ipc) != 0) {
		put = send(ipc->fd, ipc->out.ptr + ipc->sent, ipc_queued(ipc), MSG_NOSIGNAL);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1 && errno == EAGAIN) {
			ipc->blocked = true;
			break;
		}
		if (put == -1) {
			ipc->deaf = true;
			drop_queue(ipc);
			break;
		}
		ipc->sent += (size_t)put;
	}
	if (ipc_queued(ipc) == 0)
		drop_queue(ipc);
	update_events(ipc);
}

/* What has been sent is moved out of the way once it is more than what has not: no byte moves twice on average. */
static void
compact(struct ipc *ipc)
{
	if (ipc->sent < READ_BYTES || ipc->sent < ipc_queued(ipc))
		return;
	buf_consume(&ipc->out, ipc->sent);
	ipc->sent = 0;
}

/* After something has been queued. on_close() comes from the loop, never from under the sender's feet. */
static void
queued(struct ipc *ipc)
{
	if (ipc->closed || ipc->deaf) {
		drop_queue(ipc);
		return;
	}
	if (ipc->out.overflow) {
		drop_queue(ipc);
		ipc->deaf = ipc->overrun = true;
		loop_timer_start(ipc->kick, 0);
		return;
	}
	if (!ipc->blocked && ipc_queued(ipc) >= WRITE_BYTES)
		write_some(ipc);
	if (ipc_queued(ipc) >= IPC_QUEUE_LOW)	/* blocked, so that on_io() comes by and keeps the promise */
		ipc->over_low = true;
	update_events(ipc);
}

struct buf *
ipc_begin(struct ipc *ipc)
{
	compact(ipc);
	ipc->frame_start = ipc_frame_start(&ipc->out);
	return &ipc->out;
}

void
ipc_end(struct ipc *ipc)
{
	if (!ipc->out.overflow)
		ipc_frame_end(&ipc->out, ipc->frame_start);
	queued(ipc);
}

/* What of many frames the kernel takes at once need not go through the queue. */
static size_t
send_at_once(struct ipc *ipc, const char *ptr, size_t len)
{
	ssize_t put;

	if (len < DIRECT_BYTES || ipc_queued(ipc) != 0 || ipc->blocked || ipc->closed || ipc->deaf)
		return 0;
	put = send(ipc->fd, ptr, len, MSG_NOSIGNAL);
	return put > 0 ? (size_t)put : 0;	/* an error shows again when the rest is written */
}

void
ipc_send_frames(struct ipc *ipc, const char *ptr, size_t len)
{
	size_t sent = send_at_once(ipc, ptr, len);

	if (sent == len)
		return;
	ptr += sent;
	len -= sent;
	compact(ipc);
	buf_put(&ipc->out, ptr, len);
	queued(ipc);
}

size_t
ipc_frame_start(struct buf *out)
{
	static const char none[HEAD_BYTES];
	size_t start = out->len;

	buf_put(out, none, sizeof(none));
	return start;
}

void
ipc_frame_end(struct buf *out, size_t start)
{
	size_t len;

	if (out->overflow)
		return;
	len = out->len - start - HEAD_BYTES;
	assert(len <= IPC_FRAME_MAX);
	for (size_t i = 0; i < HEAD_BYTES; i++)
		out->ptr[start + i] = (char)(len >> 8 * i & 0xff);
}

/* --- turns of the loop ---------------------------------------------------------------- */

static void
on_io(void *arg, int events)
{
	struct ipc *ipc = arg;

	enter(ipc);
	if ((events & LOOP_WRITE) != 0 && !ipc->closed) {
		ipc->blocked = false;
		write_some(ipc);
		if (ipc->over_low && ipc_queued(ipc) < IPC_QUEUE_LOW) {
			ipc->over_low = false;
			if (ipc->ops->on_drain != NULL)
				ipc->ops->on_drain(ipc->arg);
		}
	}
	if ((events & LOOP_READ) != 0 && !ipc->closed && !ipc->paused && !ipc->left)
		read_some(ipc, TURN_US);
	leave(ipc);
}

static void
on_kick(void *arg)
{
	struct ipc *ipc = arg;

	enter(ipc);
	if (ipc->overrun)
		shut(ipc, "the peer does not read what it is sent");
	deliver(ipc, TURN_US);
	leave(ipc);
}
