/*
 * kill-at - ends a program before one of its system calls: kill-at N COMMAND [ARGUMENT]...
 *
 * The command is killed (SIGKILL) when it is about to make its N-th system call after execve(2). Exit status: 0 it was
 * killed, 1 it ended before, 99 something went wrong.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLED = 0, ENDED = 1, BROKEN = 99 };

static int
broken(const char *what)
{
	perror(what);
	return BROKEN;
}

/* The child stops at its execve(2), and then before and after each call. */
static int
follow(pid_t pid, long calls)
{
	int	 status, deliver = 0;
	long	 stops = 0;

	if (waitpid(pid, &status, 0) == -1 || !WIFSTOPPED(status))
		return BROKEN;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) == -1)
		return broken("ptrace");
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)deliver) == -1 || waitpid(pid, &status, 0) == -1)
			return broken("ptrace");
		if (WIFEXITED(status) || WIFSIGNALED(status))
			return ENDED;
		deliver = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
		if (deliver != 0)
			continue;
		stops++;
		if (stops == 2 * calls - 1) {
			kill(pid, SIGKILL);
			while (waitpid(pid, &status, 0) != -1 && !WIFSIGNALED(status))
				;
			return KILLED;
		}
	}
}

int
main(int argc, char **argv)
{
	long	 calls = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	pid_t	 pid;

	if (calls < 1) {
		fprintf(stderr, "usage: kill-at N COMMAND [ARGUMENT]...\n");
		return BROKEN;
	}
	pid = fork();
	if (pid == -1)
		return broken("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
			_exit(BROKEN);
		execvp(argv[2], argv + 2);
		_exit(BROKEN);
	}
	return follow(pid, calls);
}
