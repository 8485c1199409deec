/*
 * gazetted-fetcher [-v] - moves bytes from the web through the parser to core. Started by gazetted, with its end of a
 * socketpair on descriptor IPC_FD and a mark on MARK_FD; ends when the channel closes.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/fetcher/fetcher.h"
#include "daemon/shared/ipc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/mark.h"
#include "daemon/shared/sandbox.h"

enum { EXIT_USAGE = 2, FETCHER_NICE = 5 };

static bool
is_channel(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
}

/* Each transfer, each idle connection and each name being resolved has a descriptor. */
static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_warn("the limit of open files cannot be raised");
}

static void
on_term(void *loop)
{
	loop_stop(loop);
}

/*
 * Core goes first: it answers the clients, and in a burst what it cannot take in at once only waits in our queue. What the
 * kernel refuses is no loss.
 */
static void
step_back(void)
{
	int now;

	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (errno != 0 || setpriority(PRIO_PROCESS, 0, now + FETCHER_NICE) == -1)
		log_debug("priority: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	struct loop *loop;
	struct loop_signal *term;
	struct fetcher *fetcher;
	bool verbose = false;
	int chr, status;

	while ((chr = getopt(argc, argv, "v")) != -1) {
		if (chr != 'v')
			return EXIT_USAGE;
		verbose = true;
	}
	if (optind != argc || !is_channel(IPC_FD) || mark_open(MARK_FD) == -1) {
		fprintf(stderr, "gazetted-fetcher: started by gazetted, not by hand: descriptors %d and %d are no channel and no mark\n",
		    IPC_FD, MARK_FD);
		return EXIT_USAGE;
	}
	log_open("gazetted-fetcher", verbose);
	step_back();
	raise_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);	/* from a terminal it comes to all three of us: core decides */
	signal(SIGHUP, SIG_IGN);

	loop = loop_new();
	term = loop_signal_new(loop, SIGTERM, on_term, loop);
	fetcher = fetcher_new(loop, IPC_FD);
	loop_run(loop);		/* locks us with the first record, before the first transfer */
	status = fetcher_leaves(fetcher) ? SANDBOX_EXIT_STALE : 0;
	fetcher_free(fetcher);
	loop_signal_free(term);
	loop_free(loop);
	return status;
}
