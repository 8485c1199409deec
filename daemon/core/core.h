/*
 * core - what the modules of gazetted share: one struct, filled in by main.c, and the news of a commit.
 *
 * Who does what: fetcher and index keep the helpers; poll decides what is fetched next (host: manners, schedule and
 * rhythm: when again); ingest takes in what comes back, settle decides what it means; rpc answers clients, with rpc-feed, rpc-item and
 * rpc-state as its methods; add, refresh, marks and watch are answers that take their time; retain and forget remove what is not to be kept;
 * rules, errand and announce do what is to be done with what is new; websub deals with hubs.
 */
#ifndef DAEMON_CORE_CORE_H
#define DAEMON_CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/rhythm.h"
#include "daemon/shared/conf.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/record.h"

struct core {
	struct loop	*loop;
	struct conf	 conf;
	const char	*state_dir;
	const char	*config;	/* the file that is read; NULL: none */
	struct store	*store;
	struct server	*server;
	struct porter	*porter;
	struct fetchers	*fetchers;
	struct index	*index;
	struct poll	*poll;
	struct ingest	*ingest;
	struct marks	*marks;
	struct adds	*adds;
	struct refreshes *refreshes;
	struct watches	*watches;
	struct retain	*retain;
	struct backup	*backup;
	struct check	*check;
	struct tally	*tally;
	struct documents *documents;
	struct forget	*forget;
	struct rules	*rules;
	struct errands	*errands;
	struct announce	*announce;
	struct websub	*websub;
	int64_t		 started_ms;
	int64_t		 seen_seq;	/* what core_changed() has seen, */
	int64_t		 told_seq;	/* and what of it may be told: entries that have met their rules */
	struct { uint64_t total, ok, not_modified, failed, outcomes[OUTCOME_COUNT]; } polls;
	struct { bool limits, files, calls; } sandbox;	/* which walls our processes are behind */
	struct rhythm_pace pace;
};

/* Something may have been committed: rules are run on what is new, clients that watch and the indexer are told. */
void	core_changed(struct core *);

/* A client's request is about to change the store: what ingest has open is committed and answered first. */
void	core_before_change(struct core *);

#endif
