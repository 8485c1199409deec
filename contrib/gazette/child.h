/*
 * child - another program run by a command: found beside us, started with a pipe, waited for.
 *
 *	path = child_find(arena, places);
 *	fd = child_start(path, argv, STDOUT_FILENO, &pid);
 *	read from fd, close it
 *	status = child_wait(pid);
 */
#ifndef CONTRIB_GAZETTE_CHILD_H
#define CONTRIB_GAZETTE_CHILD_H

#include <sys/types.h>

#include "feeds/base/arena.h"

/*
 * The first of the places (the last is NULL) that can be run; those without a leading slash are beside our own program.
 * NULL: none. In the arena, or borrowed.
 */
const char	*child_find(struct arena *, const char *const *places);

/*
 * Starts argv with this descriptor of its own (standard input, output or error) at one end of a pipe, and SIGPIPE as usual. The other
 * end, or -1 with errno.
 */
int		 child_start(const char *path, char *const argv[], int descriptor, pid_t *pid);

/* Waits for its end: as waitpid(2) tells it; -1 with errno. */
int		 child_wait(pid_t pid);

#endif
