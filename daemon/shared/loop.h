/*
 * loop - the event loop. loop.c is the only file that includes libev.
 *
 * One loop a process. Callbacks run to completion; none may block. A watcher may be
 * freed from its own callback.
 *
 *	struct loop *loop = loop_new();
 *	struct loop_io *io = loop_io_new(loop, fd, LOOP_READ, on_io, arg);
 *	loop_run(loop);			until loop_stop()
 */
#ifndef DAEMON_SHARED_LOOP_H
#define DAEMON_SHARED_LOOP_H

#include <stdint.h>
#include <sys/types.h>

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop;
struct loop_io;
struct loop_timer;
struct loop_signal;
struct loop_child;

struct loop	*loop_new(void);
void		 loop_free(struct loop *);
void		 loop_run(struct loop *);
void		 loop_stop(struct loop *);

/* Monotonic milliseconds and microseconds, and wall-clock seconds since 1970 (asked of the kernel each time). */
int64_t		 loop_mono_ms(void);
int64_t		 loop_mono_us(void);
int64_t		 loop_wall_s(void);

/* Microseconds of CPU time that this process has used. */
int64_t		 loop_cpu_us(void);

/* events: LOOP_READ | LOOP_WRITE; 0 waits for nothing. The descriptor stays the caller's. */
struct loop_io	*loop_io_new(struct loop *, int fd, int events, void (*)(void *arg, int events), void *arg);
void		 loop_io_set(struct loop_io *, int events);
void		 loop_io_free(struct loop_io *);

/* One-shot; start() again from the callback to repeat. start() while running restarts it. */
struct loop_timer *loop_timer_new(struct loop *, void (*)(void *arg), void *arg);
void		 loop_timer_start(struct loop_timer *, int64_t after_ms);
void		 loop_timer_stop(struct loop_timer *);
int		 loop_timer_running(const struct loop_timer *);
void		 loop_timer_free(struct loop_timer *);

struct loop_signal *loop_signal_new(struct loop *, int signo, void (*)(void *arg), void *arg);
void		 loop_signal_free(struct loop_signal *);

/* The callback gets the wait status once the process has ended (it has been reaped then). */
struct loop_child *loop_child_new(struct loop *, pid_t, void (*)(void *arg, int status), void *arg);
void		 loop_child_free(struct loop_child *);

#endif
