#include "daemon/core/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct hook {
	struct buf	 text;		/* what it has not read yet */
	int		 fd;		/* where it reads from us; -1: it has all */
	struct loop_io	*io;
	struct loop_child *child;
	struct loop_timer *timer;
	pid_t		 pid;
	bool		 late;
	hook_done_fn	*on_done;
	void		*arg;
};

static void
hang_up(struct hook *hook)
{
	loop_io_free(hook->io);
	hook->io = NULL;
	if (hook->fd != -1)
		close(hook->fd);
	hook->fd = -1;
}

/* A command that does not want to read it all may succeed all the same. */
static void
on_room(void *arg, int events)
{
	struct hook *hook = arg;
	ssize_t put;

	(void)events;
	put = write(hook->fd, hook->text.ptr, hook->text.len);
	if (put == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (put > 0)
		buf_consume(&hook->text, (size_t)put);
	if (put <= 0 || hook->text.len == 0)
		hang_up(hook);
}

static void
describe(const struct hook *hook, int status, char why[HOOK_WHY_BYTES])
{
	if (hook->late)
		snprintf(why, HOOK_WHY_BYTES, "it took more than %d s", HOOK_TIMEOUT_MS / 1000);
	else if (WIFSIGNALED(status))
		snprintf(why, HOOK_WHY_BYTES, "signal %d", WTERMSIG(status));
	else
		snprintf(why, HOOK_WHY_BYTES, "exit status %d", WEXITSTATUS(status));
}

static void
on_end(void *arg, int status)
{
	struct hook *hook = arg;
	hook_done_fn *on_done = hook->on_done;
	void *done_arg = hook->arg;
	char why[HOOK_WHY_BYTES];
	bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	describe(hook, status, why);
	loop_child_free(hook->child);
	hook->child = NULL;
	hook_free(hook);
	on_done(done_arg, well ? NULL : why);
}

static void
on_timeout(void *arg)
{
	struct hook *hook = arg;

	hook->late = true;
	kill(-hook->pid, SIGKILL);
	kill(hook->pid, SIGKILL);
}

struct hook *
hook_start(struct core *core, enum porter_hook whose, struct span command, struct buf *text, hook_done_fn *on_done, void *arg)
{
	struct hook *hook;
	int ends[2], pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return NULL;
	pid = porter_run(core->porter, whose, command, ends[0]);
	close(ends[0]);
	if (pid == -1 || fcntl(ends[1], F_SETFL, O_NONBLOCK) == -1) {
		close(ends[1]);
		return NULL;
	}
	hook = calloc(1, sizeof *hook);
	if (hook == NULL)
		abort();
	hook->text = *text;
	*text = BUF_INIT(text->max);
	hook->fd = ends[1];
	hook->pid = pid;
	hook->on_done = on_done;
	hook->arg = arg;
	hook->child = loop_child_new(core->loop, pid, on_end, hook);
	hook->io = loop_io_new(core->loop, hook->fd, LOOP_WRITE, on_room, hook);
	hook->timer = loop_timer_new(core->loop, on_timeout, hook);
	loop_timer_start(hook->timer, HOOK_TIMEOUT_MS);
	return hook;
}

void
hook_free(struct hook *hook)
{
	if (hook == NULL)
		return;
	hang_up(hook);
	if (hook->child != NULL) {
		loop_child_free(hook->child);
		kill(-hook->pid, SIGKILL);
		kill(hook->pid, SIGKILL);
		waitpid(hook->pid, NULL, 0);
	}
	loop_timer_free(hook->timer);
	buf_free(&hook->text);
	free(hook);
}
