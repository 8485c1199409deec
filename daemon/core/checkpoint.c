#include "daemon/core/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

/* One byte asks, one byte answers. */
enum { ASK = 'f', ALL = 'a', NOT_ALL = 'n', FILE_FD = IPC_FD, NICER = 5 };

struct checkpoint {
	int		 fd;		/* -1: the process is gone */
	bool		 asked;		/* and has not answered */
	bool		 wanted;	/* while it rests */
	struct loop_io	*io;
	struct loop_timer *rest;
	struct store	*store;
};

/* --- its own process ----------------------------------------------------------------- */

/* 1, or 0: there will be nothing more. */
static int
take_byte(int fd, char *byte)
{
	ssize_t got;

	do
		got = recv(fd, byte, 1, 0);
	while (got == -1 && errno == EINTR);
	return got == 1;
}

/* The first question comes when the folder is there, and nothing that a stranger wrote has been read before. */
static void
serve(int fd, const char *state_dir)
{
	const struct sandbox_path path = { state_dir, SANDBOX_READ | SANDBOX_CHANGE };
	const struct sandbox sandbox = { .role = SANDBOX_INDEXER, .paths = &path, .n_paths = 1, .memory_max = CHECKPOINT_MEMORY_MAX };
	bool closed = false;
	char byte;

	while (take_byte(fd, &byte)) {
		if (!closed && sandbox_enter(&sandbox) == -1)
			return;
		closed = true;
		byte = store_fold_apart(state_dir) ? ALL : NOT_ALL;
		if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
			return;
	}
}

/* Core decides when it ends; signals come to all of us. */
static void __attribute__((noreturn))
be_process(int fd, const char *state_dir, pid_t parent)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGXFSZ };

	prctl(PR_SET_NAME, "gazetted-checkpoint");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_IGN);
	if (getppid() != parent || dup3(fd, FILE_FD, O_CLOEXEC) == -1)
		_exit(1);
	(void)syscall(SYS_close_range, FILE_FD + 1, UINT_MAX, 0);
	/* clients first, where all CPUs are busy; not last, lest the log grow */
	errno = 0;
	if (nice(NICER) == -1 && errno != 0)
		log_debug("priority: %s", strerror(errno));
	serve(FILE_FD, state_dir);
	_exit(0);
}

/* --- for core -------------------------------------------------------------------------- */

/* The store goes on by itself. */
static void
lose(struct checkpoint *checkpoint)
{
	log_warn("gazetted-checkpoint is gone: until gazetted itself is started anew clients may wait for the disk now and then");
	loop_io_free(checkpoint->io);
	checkpoint->io = NULL;
	close(checkpoint->fd);
	checkpoint->fd = -1;
	checkpoint->asked = false;
	store_fold_by(checkpoint->store, NULL, NULL);
}

static void
ask(void *arg)
{
	struct checkpoint *checkpoint = arg;
	char byte = ASK;

	checkpoint->wanted = true;
	if (checkpoint->asked || checkpoint->fd == -1 || loop_timer_running(checkpoint->rest))
		return;
	/* what cannot be sent is found out by reading */
	(void)send(checkpoint->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	checkpoint->asked = true;
	checkpoint->wanted = false;
}

static void
on_rest(void *arg)
{
	struct checkpoint *checkpoint = arg;

	if (checkpoint->wanted)
		ask(checkpoint);
}

static void
on_answer(void *arg, int events)
{
	struct checkpoint *checkpoint = arg;
	char byte;

	(void)events;
	if (!take_byte(checkpoint->fd, &byte)) {
		lose(checkpoint);
		return;
	}
	checkpoint->asked = false;
	if (byte == ALL)
		store_folded(checkpoint->store);
	else
		loop_timer_start(checkpoint->rest, CHECKPOINT_REST_MS);
}

struct checkpoint *
checkpoint_new(const char *state_dir)
{
	struct checkpoint *checkpoint = calloc(1, sizeof *checkpoint);
	pid_t self = getpid(), pid;
	int pair[2];

	if (checkpoint == NULL)
		abort();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1) {
		free(checkpoint);
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		/* not where it is to go */
		int mine = fcntl(pair[1], F_DUPFD_CLOEXEC, FILE_FD + 1);

		be_process(mine, state_dir, self);
	}
	close(pair[1]);
	checkpoint->fd = pair[0];
	if (pid != -1)
		return checkpoint;
	checkpoint_free(checkpoint);
	return NULL;
}

void
checkpoint_start(struct checkpoint *checkpoint, struct loop *loop, struct store *store)
{
	checkpoint->store = store;
	checkpoint->rest = loop_timer_new(loop, on_rest, checkpoint);
	checkpoint->io = loop_io_new(loop, checkpoint->fd, LOOP_READ, on_answer, checkpoint);
	store_fold_by(store, ask, checkpoint);
}

void
checkpoint_free(struct checkpoint *checkpoint)
{
	char byte;

	if (checkpoint == NULL)
		return;
	if (checkpoint->store != NULL)
		store_fold_by(checkpoint->store, NULL, NULL);
	if (checkpoint->asked)
		take_byte(checkpoint->fd, &byte);
	loop_io_free(checkpoint->io);
	loop_timer_free(checkpoint->rest);
	if (checkpoint->fd != -1)
		close(checkpoint->fd);
	free(checkpoint);
}
