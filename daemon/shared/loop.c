#include "daemon/shared/loop.h"

#include <ev.h>
#include <stdlib.h>
#include <time.h>

struct loop {
	struct ev_loop *ev;
};

struct loop_io {
	ev_io		 ev;
	struct loop	*loop;
	void		(*func)(void *arg, int events);
	void		*arg;
};

struct loop_timer {
	ev_timer	 ev;
	struct loop	*loop;
	void		(*func)(void *arg);
	void		*arg;
};

struct loop_signal {
	ev_signal	 ev;
	struct loop	*loop;
	void		(*func)(void *arg);
	void		*arg;
};

struct loop_child {
	ev_child	 ev;
	struct loop	*loop;
	void		(*func)(void *arg, int status);
	void		*arg;
};

static void *
allocate(size_t size)
{
	void *ptr = calloc(1, size);

	if (ptr == NULL)
		abort();
	return ptr;
}

/* The default loop, because libev watches children in no other. */
struct loop *
loop_new(void)
{
	struct loop *loop = allocate(sizeof(*loop));

	loop->ev = ev_default_loop(0);
	if (loop->ev == NULL)
		abort();
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	ev_loop_destroy(loop->ev);
	free(loop);
}

void
loop_run(struct loop *loop)
{
	ev_run(loop->ev, 0);
}

void
loop_stop(struct loop *loop)
{
	ev_break(loop->ev, EVBREAK_ALL);
}

int64_t
loop_mono_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
loop_mono_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

int64_t
loop_cpu_us(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t
loop_wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec;
}

/* --- descriptors ----------------------------------------------------------------- */

static int
to_ev(int events)
{
	return ((events & LOOP_READ) != 0 ? EV_READ : 0) | ((events & LOOP_WRITE) != 0 ? EV_WRITE : 0);
}

static void
on_io(struct ev_loop *ev, ev_io *watcher, int revents)
{
	struct loop_io *io = (struct loop_io *)(void *)watcher;

	(void)ev;
	io->func(io->arg, ((revents & EV_READ) != 0 ? LOOP_READ : 0) | ((revents & EV_WRITE) != 0 ? LOOP_WRITE : 0));
}

struct loop_io *
loop_io_new(struct loop *loop, int fd, int events, void (*func)(void *arg, int events), void *arg)
{
	struct loop_io *io = allocate(sizeof(*io));

	io->loop = loop;
	io->func = func;
	io->arg = arg;
	ev_io_init(&io->ev, on_io, fd, to_ev(events));
	if (events != 0)
		ev_io_start(loop->ev, &io->ev);
	return io;
}

void
loop_io_set(struct loop_io *io, int events)
{
	if (ev_is_active(&io->ev) ? (io->ev.events & (EV_READ | EV_WRITE)) == to_ev(events) : events == 0)
		return;
	ev_io_stop(io->loop->ev, &io->ev);
	ev_io_set(&io->ev, io->ev.fd, to_ev(events));
	if (events != 0)
		ev_io_start(io->loop->ev, &io->ev);
}

void
loop_io_free(struct loop_io *io)
{
	if (io == NULL)
		return;
	ev_io_stop(io->loop->ev, &io->ev);
	free(io);
}

/* --- timers ------------------------------------------------------------------------ */

static void
on_timer(struct ev_loop *ev, ev_timer *watcher, int revents)
{
	struct loop_timer *timer = (struct loop_timer *)(void *)watcher;

	(void)ev;
	(void)revents;
	timer->func(timer->arg);
}

struct loop_timer *
loop_timer_new(struct loop *loop, void (*func)(void *arg), void *arg)
{
	struct loop_timer *timer = allocate(sizeof(*timer));

	timer->loop = loop;
	timer->func = func;
	timer->arg = arg;
	ev_timer_init(&timer->ev, on_timer, 0., 0.);
	return timer;
}

/* libev counts from the start of this turn of the loop, which a long callback has left behind: ask the clock anew. */
void
loop_timer_start(struct loop_timer *timer, int64_t after_ms)
{
	ev_timer_stop(timer->loop->ev, &timer->ev);
	if (after_ms > 0)
		ev_now_update(timer->loop->ev);
	ev_timer_set(&timer->ev, after_ms > 0 ? (double)after_ms / 1e3 : 0., 0.);
	ev_timer_start(timer->loop->ev, &timer->ev);
}

void
loop_timer_stop(struct loop_timer *timer)
{
	ev_timer_stop(timer->loop->ev, &timer->ev);
}

int
loop_timer_running(const struct loop_timer *timer)
{
	return ev_is_active(&timer->ev);
}

void
loop_timer_free(struct loop_timer *timer)
{
	if (timer == NULL)
		return;
	ev_timer_stop(timer->loop->ev, &timer->ev);
	free(timer);
}

/* --- signals and children ------------------------------------------------------------ */

static void
on_signal(struct ev_loop *ev, ev_signal *watcher, int revents)
{
	struct loop_signal *sig = (struct loop_signal *)(void *)watcher;

	(void)ev;
	(void)revents;
	sig->func(sig->arg);
}

struct loop_signal *
loop_signal_new(struct loop *loop, int signo, void (*func)(void *arg), void *arg)
{
	struct loop_signal *sig = allocate(sizeof(*sig));

	sig->loop = loop;
	sig->func = func;
	sig->arg = arg;
	ev_signal_init(&sig->ev, on_signal, signo);
	ev_signal_start(loop->ev, &sig->ev);
	return sig;
}

void
loop_signal_free(struct loop_signal *sig)
{
	if (sig == NULL)
		return;
	ev_signal_stop(sig->loop->ev, &sig->ev);
	free(sig);
}

static void
on_child(struct ev_loop *ev, ev_child *watcher, int revents)
{
	struct loop_child *child = (struct loop_child *)(void *)watcher;

	(void)revents;
	ev_child_stop(ev, watcher);
	child->func(child->arg, watcher->rstatus);
}

struct loop_child *
loop_child_new(struct loop *loop, pid_t pid, void (*func)(void *arg, int status), void *arg)
{
	struct loop_child *child = allocate(sizeof(*child));

	child->loop = loop;
	child->func = func;
	child->arg = arg;
	ev_child_init(&child->ev, on_child, pid, 0);
	ev_child_start(loop->ev, &child->ev);
	return child;
}

void
loop_child_free(struct loop_child *child)
{
	if (child == NULL)
		return;
	ev_child_stop(child->loop->ev, &child->ev);
	free(child);
}
