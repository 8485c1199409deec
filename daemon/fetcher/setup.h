/*
 * setup - one configuration of core's, kept until the last fetch that began with it is over.
 *
 *	struct setup *setup = setup_new(&config, ++generation);	the caller is a user
 *	fetch_start(fetch, &setup_hold(setup)->config, ...);	so is what runs
 *	setup_drop(setup);					each of them, when it needs it no more
 */
#ifndef DAEMON_FETCHER_SETUP_H
#define DAEMON_FETCHER_SETUP_H

#include "daemon/fetcher/transfer.h"
#include "daemon/shared/record.h"

struct setup {
	struct transfer_config config;
	unsigned	 users;
	struct arena	*arena;
};

struct setup	*setup_new(const struct rec_config *, uint64_t generation);
struct setup	*setup_hold(struct setup *);		/* the same, with a user more */
void		 setup_drop(struct setup *);		/* NULL is fine */

#endif
