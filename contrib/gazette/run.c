#include "contrib/gazette/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

/* One without the terminal, until it ends. */
struct run_job {
	char	name[RUN_NAME_BYTES];
	pid_t	pid;
	int	process;		/* readable when it has ended */
	int	output, errors;		/* files in memory; errors -1: they are in output, too */
	int	timer;			/* readable when it is late; -1: it may take its time */
	bool	late;
	struct run_catch caught;	/* done NULL: none, or nobody wants it any more */
};

enum { TAIL_BYTES = 4096, ENV_MAX = 4096 };

void
runs_init(struct runs *runs)
{
	*runs = (struct runs){ .epoll = -1 };
}

static void
free_job(struct run_job *job)
{
	const int files[] = { job->process, job->output, job->errors, job->timer };

	for (size_t row = 0; row < sizeof(files) / sizeof(files[0]); row++)
		if (files[row] != -1)
			close(files[row]);		/* which takes it out of the epoll, too */
	free(job);
}

static struct run_job *
take_job(struct runs *runs, size_t at)
{
	struct run_job *job = runs->jobs[at];

	runs->jobs[at] = runs->jobs[--runs->count];
	return job;
}

/* It has a session of its own, and so a process group. */
static void
kill_job(const struct run_job *job)
{
	kill(-job->pid, SIGKILL);
}

void
runs_free(struct runs *runs)
{
	while (runs->count != 0) {
		struct run_job *job = take_job(runs, 0);

		if (job->timer != -1)
			kill_job(job);
		free_job(job);
	}
	if (runs->epoll != -1)
		close(runs->epoll);
	runs->epoll = -1;
}

/* --- arguments ------------------------------------------------------------------------------ */

int
run_split(char *command, const char *const *args, const char *argv[RUN_ARGS_MAX + 1])
{
	size_t count = 0;
	char *rest = NULL;
	bool placed = false;

	for (char *word = strtok_r(command, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		bool place = strcmp(word, "%s") == 0;

		if (count == RUN_ARGS_MAX || (place && count == 0))
			return -1;
		argv[count++] = place ? args[0] : word;
		placed |= place;
	}
	if (count == 0)
		return -1;
	for (args += placed; *args != NULL; args++) {
		if (count == RUN_ARGS_MAX)
			return -1;
		argv[count++] = *args;
	}
	argv[count] = NULL;
	return 0;
}

/* What is added comes first: that is what counts. */
static void
make_env(const char *const *added, const char *env[ENV_MAX + 1])
{
	size_t count = 0;

	for (; added != NULL && *added != NULL && count < ENV_MAX; added++)
		env[count++] = *added;
	for (char **own = environ; *own != NULL && count < ENV_MAX; own++)
		env[count++] = *own;
	env[count] = NULL;
}

/* --- starting ------------------------------------------------------------------------------- */

/* A file in memory that holds the input; -1 and errno. */
static int
input_file(const struct run *run)
{
	int fd = memfd_create("gazette-input", MFD_CLOEXEC);
	const char *ptr = run->input;
	size_t len = run->input_len;

	while (fd != -1 && len != 0) {
		ssize_t put = write(fd, ptr, len);

		if (put <= 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		ptr += put > 0 ? put : 0;
		len -= put > 0 ? (size_t)put : 0;
	}
	if (fd != -1)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* input, output, errors: -1 is what the reader has, with the terminal, else nothing. */
static int
spawn(pid_t *pid, const struct run *run, int input, int output, int errors)
{
	const char *env[ENV_MAX + 1];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t defaults;
	int failed;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	sigaddset(&defaults, SIGTSTP);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, term_outer_sigmask());
	posix_spawnattr_setsigdefault(&how, &defaults);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	    (run->terminal ? 0 : POSIX_SPAWN_SETSID));
	if (input != -1)
		posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	else if (!run->terminal)
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (output != -1)
		posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	if (errors != -1)
		posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
	make_env(run->env, env);
	failed = posix_spawnp(pid, run->argv[0], &files, &how, run->argv, (char *const *)env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return failed;
}

static int
status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Waits for the one that has the terminal; its ^C is not ours. */
static int
wait_foreground(pid_t pid)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	int status = 0;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return status_of(status);
}

static void
wait_for_enter(void)
{
	static const char text[] = "\n[Enter: back to the reader]";
	char chr = '\0';

	if (write(STDOUT_FILENO, text, sizeof(text) - 1) == -1)
		return;
	while (chr != '\n' && read(STDIN_FILENO, &chr, 1) == 1)
		continue;
}

static int
run_in_terminal(const struct run *run, int input, struct run_end *end)
{
	pid_t pid;
	int failed, status = 0;

	term_leave();
	if (run->pause)
		term_mark();
	failed = spawn(&pid, run, input, -1, -1);
	if (failed == 0)
		status = wait_foreground(pid);
	if (failed == 0 && run->pause && !term_marked())
		wait_for_enter();
	term_back();
	if (end != NULL)
		*end = (struct run_end){ .name = run->name, .status = status, .line = "" };
	return failed;
}

static bool
wait_for(struct runs *runs, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (runs->epoll == -1)
		runs->epoll = epoll_create1(EPOLL_CLOEXEC);
	return runs->epoll != -1 && fd != -1 && epoll_ctl(runs->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* A file in memory that does not grow beyond that. Where its last byte was written tells its own offset. */
static int
bounded_file(size_t bytes_max)
{
	int fd = memfd_create("gazette-output", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd != -1 && (ftruncate(fd, (off_t)bytes_max) == -1 || fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) == -1)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* It is limited as soon as it runs, which is long before a picture makes it need much. */
static int
limit(struct runs *runs, struct run_job *job)
{
	const struct rlimit memory = { job->caught.memory_max, job->caught.memory_max };
	const struct itimerspec time = { .it_value.tv_sec = job->caught.time_s };

	job->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (job->timer == -1 || timerfd_settime(job->timer, 0, &time, NULL) == -1 || !wait_for(runs, job->timer))
		return errno;
	prlimit(job->pid, RLIMIT_AS, &memory, NULL);	/* that it has ended already is no error */
	return 0;
}

static int
start_behind(struct runs *runs, struct run_job *job, const struct run *run, int input)
{
	bool caught = run->caught != NULL;
	int failed;

	job->output = caught ? bounded_file(run->caught->bytes_max) : memfd_create("gazette-output", MFD_CLOEXEC);
	job->errors = caught ? memfd_create("gazette-errors", MFD_CLOEXEC) : -1;
	if (job->output == -1 || (caught && job->errors == -1))
		return errno;
	failed = spawn(&job->pid, run, input, job->output, caught ? job->errors : job->output);
	if (failed != 0)
		return failed;
	job->process = (int)syscall(SYS_pidfd_open, job->pid, 0);
	if (!wait_for(runs, job->process))
		return errno;
	if (!caught)
		return 0;
	job->caught = *run->caught;
	return limit(runs, job);
}

static int
run_behind(struct runs *runs, const struct run *run, int input)
{
	struct run_job *job;
	int failed;

	if (runs->count == RUN_JOBS_MAX)
		return EAGAIN;
	job = calloc(1, sizeof(*job));
	if (job == NULL)
		abort();
	snprintf(job->name, sizeof(job->name), "%s", run->name);
	job->process = job->output = job->errors = job->timer = -1;
	failed = start_behind(runs, job, run, input);
	if (failed == 0) {
		runs->jobs[runs->count++] = job;
		return 0;
	}
	if (job->pid != 0) {			/* it runs, but nobody would see it end */
		kill_job(job);
		waitpid(job->pid, NULL, 0);
	}
	free_job(job);
	return failed;
}

int
run_start(struct runs *runs, const struct run *run, struct run_end *end)
{
	int input = run->file != 0 ? run->file : -1, failed;

	if (run->file != 0)
		lseek(input, 0, SEEK_SET);
	else if (run->input != NULL) {
		input = input_file(run);
		if (input == -1)
			return errno;
	}
	failed = run->terminal ? run_in_terminal(run, input, end) : run_behind(runs, run, input);
	if (input != -1 && run->file == 0)
		close(input);
	return failed;
}

bool
run_finds(const char *program)
{
	const char *path = getenv("PATH");
	char place[PATH_MAX];

	if (strchr(program, '/') != NULL)
		return access(program, X_OK) == 0;
	for (size_t len; path != NULL && *path != '\0'; path += len + (path[len] != '\0')) {
		len = strcspn(path, ":");
		if (snprintf(place, sizeof(place), "%.*s/%s", (int)len, path, program) < (int)sizeof(place) && access(place, X_OK) == 0)
			return true;
	}
	return false;
}

/* --- the end -------------------------------------------------------------------------------- */

int
run_fd(const struct runs *runs)
{
	return runs->count != 0 ? runs->epoll : -1;
}

/* The last line that is not empty. */
static void
last_line(const struct run_job *job, struct buf *line)
{
	char tail[TAIL_BYTES + 1];
	int file = job->errors != -1 ? job->errors : job->output;
	off_t size = lseek(file, 0, SEEK_END);
	ssize_t len = pread(file, tail, TAIL_BYTES, size > TAIL_BYTES ? size - TAIL_BYTES : 0);
	char *start;

	while (len > 0 && tail[len - 1] == '\n')
		len--;
	if (len <= 0)
		return;
	start = memrchr(tail, '\n', (size_t)len);
	start = start != NULL ? start + 1 : tail;
	text_cleann(start, (size_t)(tail + len - start), line);
}

/* Gives the output to who has caught it: of the file what was written. */
static void
hand_over(struct run_job *job, const struct run_end *end)
{
	off_t len = lseek(job->output, 0, SEEK_CUR);
	int output = job->output;

	if (job->caught.done == NULL)
		return;
	if (len < 0 || ftruncate(output, len) == -1)
		len = 0;
	job->output = -1;
	job->caught.done(job->caught.arg, end, output, (size_t)len);
}

static bool
has_ended(struct runs *runs, size_t at, void (*ended)(void *, const struct run_end *), void *arg)
{
	struct run_job *job = runs->jobs[at];
	struct buf line = BUF_INIT(RUN_LINE_BYTES);
	struct run_end end = { .name = job->name };
	uint64_t times;
	int status = 0;

	if (job->timer != -1 && read(job->timer, &times, sizeof(times)) == (ssize_t)sizeof(times)) {
		job->late = true;
		kill_job(job);
	}
	if (waitpid(job->pid, &status, WNOHANG) == 0)
		return false;
	last_line(job, &line);
	end.status = status_of(status);
	end.late = job->late;
	end.line = buf_str(&line);
	take_job(runs, at);		/* before anybody starts another one */
	if (job->timer != -1)
		hand_over(job, &end);
	else
		ended(arg, &end);
	free_job(job);
	buf_free(&line);
	return true;
}

void
run_cancel(struct runs *runs, const void *arg)
{
	for (size_t at = 0; at < runs->count; at++) {
		struct run_job *job = runs->jobs[at];

		if (job->timer == -1 || job->caught.arg != arg)
			continue;
		job->caught.done = NULL;
		kill_job(job);
	}
}

void
run_pump(struct runs *runs, void (*ended)(void *arg, const struct run_end *), void *arg)
{
	for (size_t at = 0; at < runs->count;)
		at += has_ended(runs, at, ended, arg) ? 0 : 1;
}
