#include "daemon/shared/sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "daemon/shared/log.h"
#include "daemon/shared/sandbox-private.h"

void
sandbox_lacks(const struct sandbox *sandbox, const char *what)
{
	if (sandbox->role == SANDBOX_CORE)
		log_warn("sandbox: %s", what);
	else
		log_debug("sandbox: %s", what);
}

/* Never above what we were given. */
static int
lower(int resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) == -1)
		return -1;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value)
		limit.rlim_max = value;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	return setrlimit((__rlimit_resource_t)resource, &limit);
}

/*
 * A core dump or a debugger would show passwords and what people read. Memory is bounded as RLIMIT_DATA, which counts what may be
 * written to, not all that is mapped: of a thread's heap 64 MiB are reserved and a few KiB used.
 */
static int
limit_process(const struct sandbox *sandbox)
{
	if (lower(RLIMIT_CORE, 0) == -1 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return -1;
	if (sandbox->memory_max != 0 && lower(RLIMIT_DATA, (rlim_t)sandbox->memory_max) == -1)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
sandbox_enter(const struct sandbox *sandbox)
{
	if (limit_process(sandbox) == -1) {
		log_error("sandbox: %s", strerror(errno));
		return -1;
	}
	if (sandbox->role != SANDBOX_PORTER && sandbox_files_enter(sandbox) == -1)
		return -1;
	return sandbox_calls_enter(sandbox);
}

bool
sandbox_has_limits(void)
{
	return true;
}
