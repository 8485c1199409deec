#include "daemon/core/side.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/priority.h"
#include "daemon/shared/sandbox.h"

enum { FILE_FD = IPC_FD, NICER = 5 };

struct side {
	int		 fd;		/* -1: the process is gone */
	pid_t		 pid;
	bool		 asked;		/* and has not answered */
	struct loop_io	*io;
	void		(*on_answer)(void *arg, const char *answer);
	void		*arg;
};

/* --- its own process ----------------------------------------------------------------- */

/* Questions and answers are packets, with their end. 0, or -1: there will be nothing more. */
static int
take(int fd, char *text, size_t size)
{
	ssize_t got;

	do
		got = recv(fd, text, size - 1, 0);
	while (got == -1 && errno == EINTR);
	if (got <= 0)
		return -1;
	text[got] = '\0';
	return 0;
}

/* The first question comes when the folder is there, and nothing that a stranger wrote has been read before. */
static void
serve(int fd, const struct side_task *task, const char *state_dir)
{
	const struct sandbox_path path = { state_dir, SANDBOX_READ | SANDBOX_CHANGE };
	const struct sandbox sandbox = { .role = SANDBOX_INDEXER, .paths = &path, .n_paths = 1, .memory_max = task->memory_max };
	static char question[SIDE_QUESTION_BYTES];
	char answer[SIDE_ANSWER_BYTES];
	bool closed = false;

	while (take(fd, question, sizeof question) == 0) {
		if (!closed && sandbox_enter(&sandbox) == -1)
			return;
		closed = true;
		answer[0] = '\0';
		task->work(state_dir, question, answer);
		if (send(fd, answer, strlen(answer) + 1, MSG_NOSIGNAL) == -1)
			return;
	}
}

static void
step_back(const struct side_task *task)
{
	errno = 0;
	if (task->idle)
		priority_lowest();
	else if (nice(NICER) == -1 && errno != 0)
		log_debug("priority: %s", strerror(errno));
}

/* Core decides when it ends; signals come to all of us. */
static void __attribute__((noreturn))
be_process(int fd, const struct side_task *task, const char *state_dir, pid_t parent)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXFSZ };

	log_rename(task->name);
	prctl(PR_SET_NAME, task->name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_IGN);
	if (getppid() != parent || dup3(fd, FILE_FD, O_CLOEXEC) == -1)
		_exit(1);
	(void)syscall(SYS_close_range, FILE_FD + 1, UINT_MAX, 0);
	step_back(task);
	serve(FILE_FD, task, state_dir);
	_exit(0);
}

/* --- for core -------------------------------------------------------------------------- */

static void
end(struct side *side)
{
	if (side->fd == -1)
		return;
	close(side->fd);
	side->fd = -1;
	waitpid(side->pid, NULL, 0);
}

static void
on_packet(void *arg, int events)
{
	struct side *side = arg;
	char text[SIDE_ANSWER_BYTES];

	(void)events;
	side->asked = false;
	if (take(side->fd, text, sizeof text) == 0) {
		side->on_answer(side->arg, text);
		return;
	}
	loop_io_free(side->io);
	side->io = NULL;
	end(side);
	side->on_answer(side->arg, NULL);
}

struct side *
side_new(const struct side_task *task, const char *state_dir)
{
	struct side *side = calloc(1, sizeof *side);
	pid_t self = getpid();
	int pair[2];

	if (side == NULL)
		abort();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1) {
		free(side);
		return NULL;
	}
	side->pid = fork();
	if (side->pid == 0) {
		/* not where it is to go */
		int mine = fcntl(pair[1], F_DUPFD_CLOEXEC, FILE_FD + 1);

		be_process(mine, task, state_dir, self);
	}
	close(pair[1]);
	side->fd = pair[0];
	if (side->pid != -1)
		return side;
	close(pair[0]);
	free(side);
	return NULL;
}

void
side_start(struct side *side, struct loop *loop, void (*on_answer)(void *arg, const char *answer), void *arg)
{
	side->on_answer = on_answer;
	side->arg = arg;
	side->io = loop_io_new(loop, side->fd, LOOP_READ, on_packet, side);
}

bool
side_ask(struct side *side, const char *question)
{
	if (side->asked || side->fd == -1)
		return false;
	/* what cannot be sent is found out by reading */
	(void)send(side->fd, question, strlen(question) + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	side->asked = true;
	return true;
}

void
side_free(struct side *side, bool wait)
{
	char text[SIDE_ANSWER_BYTES];

	if (side == NULL)
		return;
	if (side->asked && wait)
		(void)take(side->fd, text, sizeof text);
	else if (side->asked)
		kill(side->pid, SIGKILL);
	loop_io_free(side->io);
	end(side);
	free(side);
}
