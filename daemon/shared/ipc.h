/*
 * ipc - frames over the socketpair between core and a helper: four bytes of length (little
 * endian), then that many bytes, one record (record.h).
 *
 * What arrives is a stranger's: a frame over the ceiling closes the channel. What is sent is queued here without
 * blocking; the sender watches ipc_queued() and stops producing when it grows (back-pressure), and is
 * told when it has shrunk.
 *
 *	struct ipc *ipc = ipc_new(loop, fd, &ops, arg);
 *	struct buf *out = ipc_begin(ipc);
 *	record_encode(&record_done, &done, out);
 *	ipc_end(ipc);
 */
#ifndef DAEMON_SHARED_IPC_H
#define DAEMON_SHARED_IPC_H

#include <stddef.h>

#include "daemon/shared/loop.h"
#include "feeds/base/buf.h"

enum {
	IPC_FD = 3,			/* where a helper finds its end */
	IPC_FRAME_MAX = 80 << 20,	/* bytes of one frame */
	IPC_QUEUE_MAX = 192 << 20,	/* bytes that may wait; a sender that goes on regardless loses the channel */
	IPC_QUEUE_LOW = 256 << 10	/* on_drain is called when fewer bytes wait */
};

struct ipc;

struct ipc_ops {
	/* One frame, borrowed until return. Non-zero ends the channel (on_close follows). */
	int	(*on_frame)(void *arg, const char *ptr, size_t len);
	/* The queue has shrunk under IPC_QUEUE_LOW after having been over it. May be NULL. */
	void	(*on_drain)(void *arg);
	/* All that had arrived in this turn has been given to on_frame. May be NULL. */
	void	(*on_idle)(void *arg);
	/* The peer is gone or was thrown out; why is for the log. Free the ipc from here or later. */
	void	(*on_close)(void *arg, const char *why);
};

/*
 * fd, a stream socket, is taken: made non-blocking and close-on-exec, closed by ipc_free(). ops is borrowed for
 * good. ipc_free() may be called from any callback, and drops what still waits.
 */
struct ipc	*ipc_new(struct loop *, int fd, const struct ipc_ops *ops, void *arg);
void		 ipc_free(struct ipc *);

/* Append one frame's payload to the returned buffer, then ipc_end(). Once the channel is closed it goes nowhere. */
struct buf	*ipc_begin(struct ipc *);
void		 ipc_end(struct ipc *);

/* Queues ready-made frames (each with its length in front; ipc_frame_*), taking a copy. */
void		 ipc_send_frames(struct ipc *, const char *ptr, size_t len);

/* Builds a frame with its length in any buf: start remembers where, end fills the length in. */
size_t		 ipc_frame_start(struct buf *);
void		 ipc_frame_end(struct buf *, size_t start);

/* Bytes that wait to be written. */
size_t		 ipc_queued(const struct ipc *);

/* The peer has died: all that it has left is read at once, unless reading is paused. on_close comes. */
void		 ipc_read_rest(struct ipc *);

/* Stops and resumes reading, frames that have arrived included: the peer's writes then fill the socket and its queue. */
void		 ipc_pause(struct ipc *);
void		 ipc_resume(struct ipc *);

#endif
