/* sandbox-private - the parts of sandbox.c. Each logs what it does not find, as an error if it cannot go on. */
#ifndef DAEMON_SHARED_SANDBOX_PRIVATE_H
#define DAEMON_SHARED_SANDBOX_PRIVATE_H

#include "daemon/shared/sandbox.h"

/* Landlock. 0, also where there is none; -1. */
int	sandbox_files_enter(const struct sandbox *);

/* seccomp. 0, also where there is none; -1. */
int	sandbox_calls_enter(const struct sandbox *);

/* What is missing is said by one process, core. */
void	sandbox_lacks(const struct sandbox *, const char *what);

#endif
