/* sandbox-calls-none - in the place of sandbox-calls.c in a build without libseccomp. */
#include "daemon/shared/sandbox-private.h"

int
sandbox_calls_enter(const struct sandbox *sandbox)
{
	sandbox_lacks(sandbox, "built without libseccomp: system calls are not filtered");
	return 0;
}

bool
sandbox_has_calls(void)
{
	return false;
}
