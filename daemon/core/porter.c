#include "daemon/core/porter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

enum { ASK_CONFIG = PORTER_PROGRAMS, EXIT_NO_EXEC = 127, STACK_BYTES = 64 << 10, PORTER_FD = IPC_FD };

static const char *const names[PORTER_PROGRAMS] = {
	[PORTER_FETCHER] = "gazetted-fetcher", [PORTER_INDEXER] = "gazetted-indexer"
};

/* An answer: what is asked for, or a negative errno; with it or with a question may come descriptors. */
struct passed { int fds[PORTER_FDS_MAX]; size_t count; };

struct porter {
	int	 fd;
	bool	 gone;		/* and that has been said */
};

/* What a new process is told: it has a copy of our memory. */
struct birth {
	char	*argv[PORTER_ARGS_MAX + 2];
	const struct passed *passed;
	pid_t	 parent;
};

/* --- messages ------------------------------------------------------------------------ */

union control {
	char		 bytes[CMSG_SPACE(PORTER_FDS_MAX * sizeof(int))];
	struct cmsghdr	 align;
};

static int
send_word(int fd, int32_t word, const struct passed *passed)
{
	size_t bytes = passed->count * sizeof passed->fds[0];
	union control control = { .bytes = { 0 } };
	struct iovec iov = { &word, sizeof word };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t put;

	if (bytes != 0) {
		struct cmsghdr *head = &control.align;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(bytes);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(head), passed->fds, bytes);
	}
	do
		put = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (put == -1 && errno == EINTR);
	return put == (ssize_t)sizeof word ? 0 : -1;
}

/* passed: the descriptors that came along, for the caller to close. The kernel drops those for which there is no room. */
static int
take_word(int fd, int32_t *word, struct passed *passed)
{
	union control control;
	struct iovec iov = { word, sizeof *word };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
	    .msg_controllen = sizeof control.bytes };
	const struct cmsghdr *head;
	ssize_t got;

	passed->count = 0;
	do
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (got == -1 && errno == EINTR);
	head = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (head != NULL && head->cmsg_type == SCM_RIGHTS) {
		passed->count = (head->cmsg_len - CMSG_LEN(0)) / sizeof passed->fds[0];
		memcpy(passed->fds, CMSG_DATA(head), passed->count * sizeof passed->fds[0]);
	}
	if (got == (ssize_t)sizeof *word)
		return 0;
	if (got >= 0)
		errno = EPIPE;
	return -1;
}

static void
close_all(const struct passed *passed)
{
	for (size_t i = 0; i < passed->count; i++)
		close(passed->fds[i]);
}

/* --- the porter's own process ----------------------------------------------------------- */

/* Where the helper is: beside ourselves, else LIBEXECDIR. Owned by the caller. */
static char *
find_program(const char *name)
{
	char self[PATH_MAX], *path, *slash;
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

	if (len > 0) {
		self[len] = '\0';
		slash = strrchr(self, '/');
		*slash = '\0';
		if (asprintf(&path, "%s/%s", self, name) == -1)
			abort();
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	if (asprintf(&path, "%s/%s", LIBEXECDIR, name) == -1)
		abort();
	return path;
}

/* Between clone and exec: only calls that are safe there. What we ignore a program would go on to ignore. */
static int
be_born(void *arg)
{
	static const int signals[] = { SIGPIPE, SIGXFSZ, SIGTERM, SIGINT, SIGHUP };
	const struct birth *birth = arg;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != birth->parent)
		_exit(0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_DFL);
	/* ours, at PORTER_FD, gives way; theirs are above the places that they go to, and in order */
	for (size_t i = 0; i < birth->passed->count; i++)
		if (dup2(birth->passed->fds[i], IPC_FD + (int)i) == -1)
			_exit(EXIT_NO_EXEC);
	execv(birth->argv[0], birth->argv);
	_exit(EXIT_NO_EXEC);
}

static int32_t
start(const char *name, const struct porter_row *row, const struct passed *passed, pid_t parent)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	struct birth birth = { .passed = passed, .parent = parent };
	int pid = -1;

	if (passed->count == 0)
		return -EBADF;
	birth.argv[0] = find_program(name);
	for (size_t i = 0; i < PORTER_ARGS_MAX && row->args[i] != NULL; i++)
		birth.argv[i + 1] = (char *)(uintptr_t)row->args[i];
	if (access(birth.argv[0], X_OK) == 0)
		pid = clone(be_born, stack + sizeof stack, CLONE_PARENT | SIGCHLD, &birth);
	if (pid == -1) {
		pid = -errno;
		log_error("%s cannot be started: %s", birth.argv[0], strerror(errno));
	}
	free(birth.argv[0]);
	return pid;
}

static int
answer(int32_t word, const struct passed *passed, const char *config, const struct porter_row *rows, pid_t parent)
{
	struct passed opened = { .count = 0 };
	int32_t reply = -EINVAL;
	int status;

	if (word >= 0 && word < PORTER_PROGRAMS)
		reply = start(names[word], &rows[word], passed, parent);
	else if (word == ASK_CONFIG) {
		if (config != NULL)
			opened.fds[0] = open(config, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		reply = config == NULL ? -ENOENT : opened.fds[0] == -1 ? -errno : 0;
		opened.count = reply == 0;
	}
	close_all(passed);
	status = send_word(PORTER_FD, reply, &opened);
	close_all(&opened);
	return status;
}

/* Core decides when it ends, and with it this; signals come to all of us. */
static void __attribute__((noreturn))
serve(int fd, const char *config, const struct porter_row *rows, pid_t parent)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	const struct sandbox sandbox = { .role = SANDBOX_PORTER };
	struct passed passed;
	int32_t word;

	prctl(PR_SET_NAME, "gazetted-porter");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_IGN);
	if (getppid() != parent || dup3(fd, PORTER_FD, O_CLOEXEC) == -1)
		_exit(1);
	(void)syscall(SYS_close_range, PORTER_FD + 1, UINT_MAX, 0);
	if (sandbox_enter(&sandbox) == -1)
		_exit(1);
	while (take_word(PORTER_FD, &word, &passed) == 0)
		if (answer(word, &passed, config, rows, parent) == -1)
			break;
	_exit(0);
}

/* --- for core ------------------------------------------------------------------------------ */

const char *
porter_name(enum porter_program program)
{
	return names[program];
}

struct porter *
porter_new(const char *config, const struct porter_row rows[PORTER_PROGRAMS])
{
	struct porter *porter = calloc(1, sizeof *porter);
	pid_t self = getpid(), pid;
	int pair[2];

	if (porter == NULL)
		abort();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1) {
		free(porter);
		return NULL;
	}
	pid = fork();
	if (pid == 0) {
		/* not where the other end is to go */
		int mine = fcntl(pair[1], F_DUPFD_CLOEXEC, PORTER_FD + 1);

		serve(mine, config, rows, self);
	}
	close(pair[1]);
	porter->fd = pair[0];
	if (pid != -1)
		return porter;
	porter_free(porter);
	return NULL;
}

void
porter_free(struct porter *porter)
{
	if (porter == NULL)
		return;
	close(porter->fd);
	free(porter);
}

/* The answer, or -1 with errno. It comes at once: the porter waits for nothing else. */
static int
ask(struct porter *porter, int32_t word, const struct passed *give, struct passed *take)
{
	take->count = 0;
	if (send_word(porter->fd, word, give) == -1 || take_word(porter->fd, &word, take) == -1) {
		if (!porter->gone)
			log_error("gazetted-porter is gone: until gazetted itself is started anew it serves clients, but starts no helper");
		porter->gone = true;
		return -1;
	}
	if (word >= 0)
		return word;
	errno = -word;
	return -1;
}

int
porter_start(struct porter *porter, enum porter_program program, const int *fds, size_t n_fds)
{
	struct passed give = { .count = n_fds }, take;
	int pid;

	memcpy(give.fds, fds, n_fds * sizeof fds[0]);
	pid = ask(porter, (int32_t)program, &give, &take);
	close_all(&take);
	return pid;
}

int
porter_config(struct porter *porter)
{
	const struct passed nothing = { .count = 0 };
	struct passed take;

	if (ask(porter, ASK_CONFIG, &nothing, &take) == -1)
		return -1;
	errno = EBADF;
	return take.count > 0 ? take.fds[0] : -1;
}
