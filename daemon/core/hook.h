/*
 * hook - one run of a command that the configuration or a rule wants run: started by the porter, with a text on its standard
 * input; it is over when the command has ended, or has been ended after HOOK_TIMEOUT_MS. What it writes to standard output is
 * dropped, to standard error goes into our log.
 *
 *	struct hook *hook = hook_start(core, PORTER_RULE, command, &text, on_done, arg);
 *	on_done(arg, NULL);			it has succeeded: status 0
 *	on_done(arg, "exit status 1");		or not; the hook is gone in either case
 */
#ifndef DAEMON_CORE_HOOK_H
#define DAEMON_CORE_HOOK_H

#include "daemon/core/core.h"
#include "daemon/core/porter.h"
#include "feeds/base/buf.h"

enum {
	HOOK_TIMEOUT_MS = 60 * 1000,
	HOOK_INPUT_MAX = 16 << 20,	/* bytes of one text */
	HOOK_WHY_BYTES = 160
};

struct hook;

typedef void hook_done_fn(void *arg, const char *why);

/* text: its contents are taken, it is empty then. NULL with errno if it cannot be started; on_done is not called then. */
struct hook	*hook_start(struct core *, enum porter_hook, struct span command, struct buf *text, hook_done_fn *on_done, void *arg);

/* Ends the command at once, with all that it has started. on_done is not called. NULL is fine. */
void		 hook_free(struct hook *);

#endif
