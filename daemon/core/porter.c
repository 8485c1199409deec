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

#include "daemon/shared/conf.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

enum { ASK_CONFIG = PORTER_PROGRAMS, ASK_HOOKS /* and whose */, EXIT_NO_EXEC = 127, STACK_BYTES = 64 << 10, PORTER_FD = IPC_FD };

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
	const struct passed *passed;	/* what it gets, */
	int	 target;	/* and where: there and behind */
	int	 output;	/* its standard output; -1: ours */
	pid_t	 parent;
};

/* A question. */
struct question {
	int32_t	 word;
	char	 command[PORTER_COMMAND_BYTES + 1];
	struct passed passed;
};

/* --- messages ------------------------------------------------------------------------ */

union control {
	char		 bytes[CMSG_SPACE(PORTER_FDS_MAX * sizeof(int))];
	struct cmsghdr	 align;
};

static int
send_word(int fd, int32_t word, struct span text, const struct passed *passed)
{
	size_t bytes = passed->count * sizeof passed->fds[0];
	union control control = { .bytes = { 0 } };
	struct iovec iov[] = { { &word, sizeof word }, { (char *)(uintptr_t)text.ptr, text.len } };
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = text.len > 0 ? 2 : 1 };
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
	return put == (ssize_t)(sizeof word + text.len) ? 0 : -1;
}

/* An answer is a question without a command. Descriptors are for the caller to close; the kernel drops those without room. */
static int
take_word(int fd, struct question *question)
{
	struct passed *passed = &question->passed;
	union control control;
	struct iovec iov[] = { { &question->word, sizeof question->word }, { question->command, PORTER_COMMAND_BYTES } };
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes };
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
	if (got >= (ssize_t)sizeof question->word) {
		question->command[got - (ssize_t)sizeof question->word] = '\0';
		return 0;
	}
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
	/* ours, at PORTER_FD, gives way to a helper's; theirs are above the places that they go to, and in order */
	for (size_t i = 0; i < birth->passed->count; i++)
		if (dup2(birth->passed->fds[i], birth->target + (int)i) == -1)
			_exit(EXIT_NO_EXEC);
	if (birth->output != -1 && (dup2(birth->output, STDOUT_FILENO) == -1 || setpgid(0, 0) == -1))
		_exit(EXIT_NO_EXEC);
	execv(birth->argv[0], birth->argv);
	_exit(EXIT_NO_EXEC);
}

/* The process id, or a negative errno. */
static int32_t
bear(struct birth *birth)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	int pid = -1;

	if (access(birth->argv[0], X_OK) == 0)
		pid = clone(be_born, stack + sizeof stack, CLONE_PARENT | SIGCHLD, birth);
	if (pid != -1)
		return pid;
	pid = -errno;
	log_error("%s cannot be started: %s", birth->argv[0], strerror(errno));
	return pid;
}

static int32_t
start(const char *name, const struct porter_row *row, const struct passed *passed, pid_t parent)
{
	struct birth birth = { .passed = passed, .target = IPC_FD, .output = -1, .parent = parent };
	int32_t pid;

	birth.argv[0] = find_program(name);
	for (size_t i = 0; i < PORTER_ARGS_MAX && row->args[i] != NULL; i++)
		birth.argv[i + 1] = (char *)(uintptr_t)row->args[i];
	pid = bear(&birth);
	free(birth.argv[0]);
	return pid;
}

/* What the configuration says now, not what core remembers of it. NULL: it does not allow this. */
static const char *
allowed_command(const struct conf *conf, const struct question *question)
{
	if (question->word == ASK_HOOKS + PORTER_ON_NEW)
		return conf->on_new;
	return conf->rule_exec && question->command[0] != '\0' ? question->command : NULL;
}

static int32_t
run_command(const struct question *question, const char *config, pid_t parent)
{
	struct birth birth = { .argv = { (char []){ "/bin/sh" }, (char []){ "-c" } }, .passed = &question->passed, .target = STDIN_FILENO,
	    .output = open("/dev/null", O_WRONLY | O_CLOEXEC), .parent = parent };
	char error[CONF_ERROR_BYTES];
	struct conf conf;
	int32_t pid = -EACCES;

	conf_init(&conf);
	if (config != NULL && birth.output != -1 && conf_read(&conf, config, error) == 0) {
		birth.argv[2] = (char *)(uintptr_t)allowed_command(&conf, question);
		if (birth.argv[2] != NULL)
			pid = bear(&birth);
	}
	conf_free(&conf);
	if (birth.output != -1)
		close(birth.output);
	return pid;
}

static int32_t
start_any(const struct question *question, const char *config, const struct porter_row *rows, pid_t parent)
{
	int32_t word = question->word;

	if (word < 0 || word > ASK_HOOKS + PORTER_RULE)
		return -EINVAL;
	if (question->passed.count == 0)
		return -EBADF;
	return word < PORTER_PROGRAMS ? start(names[word], &rows[word], &question->passed, parent) : run_command(question, config, parent);
}

static int
answer(const struct question *question, const char *config, const struct porter_row *rows, pid_t parent)
{
	struct passed opened = { .count = 0 };
	int32_t reply;
	int status;

	if (question->word == ASK_CONFIG) {
		if (config != NULL)
			opened.fds[0] = open(config, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		reply = config == NULL ? -ENOENT : opened.fds[0] == -1 ? -errno : 0;
		opened.count = reply == 0;
	} else
		reply = start_any(question, config, rows, parent);
	close_all(&question->passed);
	status = send_word(PORTER_FD, reply, (struct span){ NULL, 0 }, &opened);
	close_all(&opened);
	return status;
}

/* Core decides when it ends, and with it this; signals come to all of us. */
static void __attribute__((noreturn))
serve(int fd, const char *config, const struct porter_row *rows, pid_t parent)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	const struct sandbox sandbox = { .role = SANDBOX_PORTER };
	struct question question;

	prctl(PR_SET_NAME, "gazetted-porter");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_IGN);
	if (getppid() != parent || dup3(fd, PORTER_FD, O_CLOEXEC) == -1)
		_exit(1);
	(void)syscall(SYS_close_range, PORTER_FD + 1, UINT_MAX, 0);
	if (sandbox_enter(&sandbox) == -1)
		_exit(1);
	while (take_word(PORTER_FD, &question) == 0)
		if (answer(&question, config, rows, parent) == -1)
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
ask(struct porter *porter, int32_t word, struct span command, const struct passed *give, struct passed *take)
{
	struct question reply;

	take->count = 0;
	if (send_word(porter->fd, word, command, give) == -1 || take_word(porter->fd, &reply) == -1) {
		if (!porter->gone)
			log_error("gazetted-porter is gone: until gazetted itself is started anew it serves clients, but starts no helper");
		porter->gone = true;
		return -1;
	}
	*take = reply.passed;
	if (reply.word >= 0)
		return reply.word;
	errno = -reply.word;
	return -1;
}

static int
ask_for_process(struct porter *porter, int32_t word, struct span command, const int *fds, size_t n_fds)
{
	struct passed give = { .count = n_fds }, take;
	int pid;

	memcpy(give.fds, fds, n_fds * sizeof fds[0]);
	pid = ask(porter, word, command, &give, &take);
	close_all(&take);
	return pid;
}

int
porter_start(struct porter *porter, enum porter_program program, const int *fds, size_t n_fds)
{
	return ask_for_process(porter, (int32_t)program, (struct span){ NULL, 0 }, fds, n_fds);
}

int
porter_run(struct porter *porter, enum porter_hook hook, struct span command, int fd)
{
	if (command.len <= PORTER_COMMAND_BYTES)
		return ask_for_process(porter, (int32_t)ASK_HOOKS + (int32_t)hook, command, &fd, 1);
	errno = E2BIG;
	return -1;
}

int
porter_config(struct porter *porter)
{
	const struct passed nothing = { .count = 0 };
	struct passed take;

	if (ask(porter, ASK_CONFIG, (struct span){ NULL, 0 }, &nothing, &take) == -1)
		return -1;
	errno = EBADF;
	return take.count > 0 ? take.fds[0] : -1;
}
