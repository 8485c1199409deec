#include "daemon/core/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
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
	const struct worker_ops *ops;
	void		*arg;
	struct ipc	*ipc;
	struct loop_child *child;
	struct loop_timer *again;
	pid_t		 pid;
	bool		 stopping;	/* it is wanted no more */
	int64_t		 started_ms, backoff_ms;
	uint64_t	 restarts;
	char		 why[WHY_BYTES];	/* what we did to it, if anything */
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

/* A helper without a channel is of no use. How it ended child_end() will tell. */
static void
hang_up(struct worker *worker)
{
	ipc_free(worker->ipc);
	worker->ipc = NULL;
}

static void
ipc_gone(void *arg, const char *why)
{
	struct worker *worker = arg;

	/* It closes when it ends by itself, too: it gets the time to do so, and then no more. */
	if (worker->why[0] == '\0' && strcmp(why, "closed") != 0)
		snprintf(worker->why, sizeof worker->why, "%s", why);
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
		snprintf(why, WHY_BYTES, "signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == EXIT_NO_EXEC)
		snprintf(why, WHY_BYTES, "it cannot be executed");
	else
		snprintf(why, WHY_BYTES, "exit status %d", WEXITSTATUS(status));
}

static enum worker_end
how_ended(int status)
{
	if (WIFSIGNALED(status))
		return WORKER_CRASHED;
	return WEXITSTATUS(status) == SANDBOX_EXIT_STALE ? WORKER_OUTDATED : WORKER_ENDED;
}

static void
child_end(void *arg, int status)
{
	struct worker *worker = arg;
	char why[WHY_BYTES];

	describe_end(worker, status, why);
	loop_child_free(worker->child);
	worker->child = NULL;
	worker->pid = 0;
	if (worker->stopping) {
		log_debug("%s ended (%s)", worker->name, why);
		loop_timer_stop(worker->again);
		return;
	}
	if (worker->ipc != NULL)
		hang_up(worker);
	back_off(worker);
	if (how_ended(status) == WORKER_OUTDATED)
		log_info("%s starts anew: a file that it reads has been replaced, or its limits have changed", worker->name);
	else
		log_error("%s ended (%s); starting it again in %lld ms", worker->name, why, (long long)worker->backoff_ms);
	worker->ops->on_end(worker->arg, why, how_ended(status));
}

static int
spawn(struct worker *worker)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	worker->pid = porter_start(worker->porter, worker->program, pair[1]);
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
		kill(worker->pid, SIGKILL);
		return;
	}
	worker->restarts++;
	worker_start(worker);
}

void
worker_kill(struct worker *worker, const char *why)
{
	if (worker->pid <= 0 || worker->ipc == NULL)
		return;
	snprintf(worker->why, sizeof worker->why, "%s", why);
	kill(worker->pid, SIGKILL);
	hang_up(worker);
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
worker_new(struct loop *loop, struct porter *porter, enum porter_program program, const struct worker_ops *ops, void *arg)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (worker == NULL)
		abort();
	worker->loop = loop;
	worker->porter = porter;
	worker->program = program;
	worker->name = porter_name(program);
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
