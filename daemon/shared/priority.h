/*
 * priority - stepping back behind all others.
 */
#ifndef DAEMON_SHARED_PRIORITY_H
#define DAEMON_SHARED_PRIORITY_H

/* Takes what no one else wants: CPU (SCHED_IDLE) and disk (idle class). What the kernel refuses is no loss. */
void	priority_lowest(void);

#endif
