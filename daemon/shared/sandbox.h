/*
 * sandbox - what a process gives up before it reads what a stranger wrote. Called once, while there is one thread.
 *
 *	struct sandbox sandbox = { .role = SANDBOX_INDEXER, .paths = paths, .n_paths = 1 };
 *	if (sandbox_enter(&sandbox) == -1) ...		logged
 *
 * In this order: no core dumps, nobody of the same user may look into it, bounded memory (RLIMIT_DATA), no new privileges,
 * Landlock, seccomp. None of it can be taken back. Where the kernel has no Landlock or no seccomp, core says so once, and
 * the rest holds. sandbox-files.c has the table of files, sandbox-calls.c that of system calls. Built with
 * --disable-sandbox (which --enable-sanitizers, --enable-coverage and --enable-fuzzers imply, since their run-time needs
 * what is forbidden here) sandbox-none.c takes their place and says so; nothing switches it off at run time.
 */
#ifndef DAEMON_SHARED_SANDBOX_H
#define DAEMON_SHARED_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sandbox_role {
	SANDBOX_FETCHER = 1,	/* connects; reads what TLS and names need; writes nothing */
	SANDBOX_INDEXER = 2,	/* its folder; no sockets */
	SANDBOX_CORE = 4,	/* its folder; local peers; starts nothing by itself */
	SANDBOX_PORTER = 8,	/* starts the helpers, so it keeps what any of them needs; no Landlock */
	SANDBOX_LISTENER = 16	/* a fetcher that also takes connections at a socket that it has opened before */
};

/* What may be done with a path and what is beneath it. */
enum sandbox_right {
	SANDBOX_READ = 1,
	SANDBOX_CHANGE = 2,	/* files: make, write, cut, remove */
	SANDBOX_REMOVE = 4	/* files: remove */
};

struct sandbox_path {
	const char	*path;	/* one that is not there is left out */
	unsigned	 rights;
};

struct sandbox {
	enum sandbox_role role;
	const struct sandbox_path *paths;	/* besides those of the table */
	size_t		 n_paths;
	uint64_t	 memory_max;	/* bytes of RLIMIT_DATA; 0: as it is */
};

/* The status of a helper that ended because sandbox_stale(): to be started again, and nobody is to blame. */
enum { SANDBOX_EXIT_STALE = 75 };

/* 0, or -1 if it cannot be closed (logged): the process must not go on. */
int	sandbox_enter(const struct sandbox *);

/*
 * Whether a file that may be read has been replaced since (resolv.conf after a change of network): Landlock's right was for the
 * file that was there, so only a new process can read the new one. Always false without Landlock.
 */
bool	sandbox_stale(void);

/* Whether it is built in, and the kernel has its parts; for tests. */
bool	sandbox_has_limits(void);
bool	sandbox_has_files(void);
bool	sandbox_has_calls(void);

#endif
