/* sandbox-none - in the place of sandbox*.c in a build without it. */
#include "daemon/shared/log.h"
#include "daemon/shared/sandbox.h"

int
sandbox_enter(const struct sandbox *sandbox)
{
	if (sandbox->role == SANDBOX_CORE)
		log_warn("sandbox: this is a build without it, for tests only");
	return 0;
}

bool
sandbox_stale(void)
{
	return false;
}

bool
sandbox_has_limits(void)
{
	return false;
}

bool
sandbox_has_files(void)
{
	return false;
}

bool
sandbox_has_calls(void)
{
	return false;
}
