#include "daemon/core/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

enum { WHY_BYTES = 160, EXIT_NO_EXEC = 127 };

struct worker {
	struct loop	*loop;
	struct porter	*porter;
	enum porter_program program;
	const char	*name;
	int		 mark;		/* the owner's; -1: none */
	const struct worker_ops *ops;
	void		*arg;
	struct ipc	*ipc;
	struct loop_child *child;
	struct loop_timer *again;
	pid_t		 pid;
	bool		 stopping;	/* it is wanted no more */
	int64_t		 started_ms, backoff_ms;
	uint64_t	 restarts;
	bool		 outdated;	/* it will be started anew for what is no fault */
	enum worker_end	 how;		/* with why */
	char		 why[WHY_BYTES];	/* what we ended it for, if we did */
};

/* --- starting --------------------------------------------------------------------- */

static int
ipc_frame(void *arg, const char *ptr, size_t len)
{
	struct worker *worker = arg;

	return worker->ops->on_frame(worker->arg, ptr, len);
}

static void
ipc_drain(void *arg)
{
	struct worker *worker = arg;

	if (worker->ops->on_drain != NULL)
		worker->ops->on_drain(worker->arg);
}

static void
ipc_idle(void *arg)
{
	struct worker *worker = arg;

	if (worker->ops->on_idle != NULL)
		worker->ops->on_idle(worker->arg);
}

/* The first reason counts. */
static void __attribute__((format(printf, 3, 0)))
condemn(struct worker *worker, enum worker_end how, const char *fmt, va_list args)
{
	if (worker->why[0] != '\0')
		return;
	worker->how = how;
	vsnprintf(worker->why, sizeof worker->why, fmt, args);
}

/* A helper without a channel is of no use. How it ended child_end() will tell. */
static void
hang_up(struct worker *worker)
{
	ipc_free(worker->ipc);
	worker->ipc = NULL;
}

void
worker_kill(struct worker *worker, enum worker_end how, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	condemn(worker, how, fmt, args);
	va_end(args);
	/* Already dead, perhaps, and this what it had said last. */
	if (worker->pid > 0)
		kill(worker->pid, SIGKILL);
	if (worker->ipc != NULL)
		hang_up(worker);
}

static void
ipc_gone(void *arg, const char *why)
{
	struct worker *worker = arg;

	if (strncmp(why, "closed", strlen("closed")) != 0) {
		worker_kill(worker, WORKER_BROKE, "broke its channel: %s", why);
		return;
	}
	/* It closes when it ends by itself, in the middle of a frame, too: it gets the time to do so, and then no more. */
	hang_up(worker);
	loop_timer_start(worker->again, WORKER_LINGER_MS);
}

static const struct ipc_ops channel_ops = { ipc_frame, ipc_drain, ipc_idle, ipc_gone };

static void
back_off(struct worker *worker)
{
	if (loop_mono_ms() - worker->started_ms >= WORKER_STEADY_MS || worker->backoff_ms == 0)
		worker->backoff_ms = WORKER_BACKOFF_FIRST_MS;
	else if (worker->backoff_ms < WORKER_BACKOFF_MAX_MS / 2)
		worker->backoff_ms *= 2;
	else
		worker->backoff_ms = WORKER_BACKOFF_MAX_MS;
	loop_timer_start(worker->again, worker->backoff_ms);
}

/* What it died of and, if we did it, why. */
static void
describe_end(const struct worker *worker, int status, char why[WHY_BYTES])
{
	if (worker->why[0] != '\0')
		snprintf(why, WHY_BYTES, "%s", worker->why);
	else if (WIFSIGNALED(status))
		snprintf(why, WHY_BYTES, "ended by signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == EXIT_NO_EXEC)
		snprintf(why, WHY_BYTES, "cannot be executed");
	else
		snprintf(why, WHY_BYTES, "ended with exit status %d", WEXITSTATUS(status));
}

/* No program does SIGKILL to itself: that is a person, or a system out of memory. */
static enum worker_end
how_ended(const struct worker *worker, int status)
{
	if (worker->why[0] != '\0')
		return worker->how;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? WORKER_KILLED : WORKER_CRASHED;
	if (WEXITSTATUS(status) == SANDBOX_EXIT_STALE)
		return WORKER_OUTDATED;
	return WEXITSTATUS(status) == 0 ? WORKER_KILLED : WORKER_CRASHED;
}

static void
child_end(void *arg, int status)
{
	struct worker *worker = arg;
	enum worker_end how;
	char why[WHY_BYTES];

	loop_child_free(worker->child);
	worker->child = NULL;
	worker->pid = 0;
	/* What it had said is as good as ever. */
	if (worker->ipc != NULL)
		ipc_read_rest(worker->ipc);
	if (worker->ipc != NULL)
		hang_up(worker);
	how = how_ended(worker, status);
	worker->outdated = how == WORKER_OUTDATED;
	describe_end(worker, status, why);
	if (worker->stopping) {
		log_debug("%s %s", worker->name, why);
		loop_timer_stop(worker->again);
		return;
	}
	back_off(worker);
	if (how == WORKER_OUTDATED)
		log_info("%s starts anew: a file that it reads has been replaced, or its limits have changed", worker->name);
	else
		log_error("%s %s; starting it again in %lld ms", worker->name, why, (long long)worker->backoff_ms);
	worker->ops->on_end(worker->arg, why, how);
}

static int
spawn(struct worker *worker)
{
	int pair[2], fds[PORTER_FDS_MAX];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	fds[0] = pair[1];
	fds[1] = worker->mark;
	worker->pid = porter_start(worker->porter, worker->program, fds, worker->mark != -1 ? 2 : 1);
	close(pair[1]);
	if (worker->pid == -1) {
		worker->pid = 0;
		close(pair[0]);
		return -1;
	}
	worker->child = loop_child_new(worker->loop, worker->pid, child_end, worker);
	worker->ipc = ipc_new(worker->loop, pair[0], &channel_ops, worker);
	return 0;
}

int
worker_start(struct worker *worker)
{
	worker->why[0] = '\0';
	worker->stopping = false;
	worker->started_ms = loop_mono_ms();
	if (spawn(worker) == -1) {
		log_error("%s cannot be started: %s", worker->name, strerror(errno));
		back_off(worker);
		return -1;
	}
	log_debug("%s started, pid %d", worker->name, (int)worker->pid);
	worker->ops->on_start(worker->arg, worker->ipc);
	return 0;
}

/* Time to start it again, or to end one that has hung up but does not go. */
static void
on_timer(void *arg)
{
	struct worker *worker = arg;

	if (worker->pid > 0) {
		worker_kill(worker, WORKER_CRASHED, "hung up and did not end");
		return;
	}
	worker->restarts += !worker->outdated;
	worker_start(worker);
}


void
worker_stop(struct worker *worker)
{
	loop_timer_stop(worker->again);
	if (worker->ipc != NULL)
		hang_up(worker);
	if (worker->pid == 0)
		return;
	worker->stopping = true;
	loop_timer_start(worker->again, WORKER_LINGER_MS);
}

bool
worker_idle(const struct worker *worker)
{
	return worker->pid == 0 && !loop_timer_running(worker->again);
}

/* --- for the owner ------------------------------------------------------------------ */

struct worker *
worker_new(struct loop *loop, struct porter *porter, enum porter_program program, int mark, const struct worker_ops *ops, void *arg)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (worker == NULL)
		abort();
	worker->loop = loop;
	worker->porter = porter;
	worker->program = program;
	worker->name = porter_name(program);
	worker->mark = mark;
	worker->ops = ops;
	worker->arg = arg;
	worker->again = loop_timer_new(loop, on_timer, worker);
	return worker;
}

/* Waits for its end, which is due now, but not for long. */
static void
reap(pid_t pid)
{
	struct pollfd pfd = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (pfd.fd >= 0) {
		poll(&pfd, 1, WORKER_FAREWELL_MS);
		close(pfd.fd);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void
worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	if (worker->ipc != NULL)
		ipc_free(worker->ipc);
	if (worker->child != NULL) {
		loop_child_free(worker->child);
		reap(worker->pid);
	}
	loop_timer_free(worker->again);
	free(worker);
}

struct ipc *
worker_ipc(const struct worker *worker)
{
	return worker->ipc;
}

bool
worker_running(const struct worker *worker)
{
	return worker->ipc != NULL;
}

uint64_t
worker_restarts(const struct worker *worker)
{
	return worker->restarts;
}

int
worker_pid(const struct worker *worker)
{
	return (int)worker->pid;
}
