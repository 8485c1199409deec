/*
 * porter - the one who may still go out when core is locked in: a process forked before, which starts the helpers, runs the
 * commands that the configuration allows, opens the configuration, and does nothing else.
 *
 * What it does is fixed when it is made; it is asked by number, so that core, were it taken over, could start no
 * other program and read no other file. The command on_new it reads from the configuration itself, at each run. The commands of rules
 * come from core, whose database has them from clients: it runs them only while the configuration says rule_exec = yes; then
 * whoever may talk to the socket, and whoever took core over, can run commands as the daemon's user. A helper becomes core's own child (CLONE_PARENT), with the porter's freedom
 * and not core's walls; it then locks itself. The porter ends with core.
 *
 *	struct porter *porter = porter_new(config, rows);	before descriptors are opened
 *	pid = porter_start(porter, PORTER_FETCHER, fds, 2);
 *	porter_free(porter);
 */
#ifndef DAEMON_CORE_PORTER_H
#define DAEMON_CORE_PORTER_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/record.h"

enum porter_program { PORTER_FETCHER, PORTER_INDEXER, PORTER_PROGRAMS };
enum { PORTER_ARGS_MAX = 3, PORTER_FDS_MAX = 2, PORTER_COMMAND_BYTES = 4096 };

/* Whose command. */
enum porter_hook { PORTER_ON_NEW, PORTER_RULE };

/* What a program is started with after argv[0], to the first NULL. */
struct porter_row {
	const char	*args[PORTER_ARGS_MAX];
};

struct porter;

/* config: the path of the configuration, or NULL. All is copied by fork. NULL with errno if the system refuses. */
struct porter	*porter_new(const char *config, const struct porter_row rows[PORTER_PROGRAMS]);
void		 porter_free(struct porter *);

/* "gazetted-fetcher". It is looked for at each start: beside the running gazetted (the build tree), then in LIBEXECDIR. */
const char	*porter_name(enum porter_program);

/*
 * Starts it with the n_fds (1 to PORTER_FDS_MAX) descriptors as its IPC_FD and those that follow, and nothing else of ours open.
 * Its process id, or -1 with errno.
 */
int		 porter_start(struct porter *, enum porter_program, const int *fds, size_t n_fds);

/*
 * Runs a command by /bin/sh with fd as its standard input, our standard error, and nothing else of ours; in a process group of its
 * own. command: of PORTER_RULE. Its process id, or -1 with errno: EACCES: the configuration does not (or no longer) allow it.
 */
int		 porter_run(struct porter *, enum porter_hook, struct span command, int fd);

/* The configuration, opened to be read; or -1 with errno (ENOENT: there is none). */
int		 porter_config(struct porter *);

#endif
