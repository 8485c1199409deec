#include "daemon/shared/priority.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/shared/log.h"

void
priority_lowest(void)
{
	const struct sched_param param = { .sched_priority = 0 };
	enum { IOPRIO_WHO_PROCESS = 1, IOPRIO_IDLE = 3 << 13 };

	if (setpriority(PRIO_PROCESS, 0, 19) < 0)
		log_debug("nice: refused");
	if (sched_setscheduler(0, SCHED_IDLE, &param) < 0 && sched_setscheduler(0, SCHED_BATCH, &param) < 0)
		log_debug("SCHED_IDLE: refused");
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE) < 0)
		log_debug("ioprio_set: refused");
}
