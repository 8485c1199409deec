/*
 * rules - runs the rules on entries as they come, before anyone is told of them.
 *
 * Entries are told of in the order of the log, up to rules_told(). Rules without words run right after the commit that brought the
 * entries, before anything else happens. Rules with words wait for the index to have passed the entries; so does the telling,
 * of these entries and of all changes behind them, but for no longer than RULES_PATIENCE_MS: then they are told as they are, and the
 * rules run when the index has come. In the order of their numbers, first those without words; each sees what those before it did.
 *
 * How far they are is in the store: an entry meets each rule once; where a daemon was killed at the wrong moment, twice.
 */
#ifndef DAEMON_CORE_RULES_H
#define DAEMON_CORE_RULES_H

#include "daemon/core/core.h"
#include "daemon/core/store-rule.h"

enum {
	RULES_PATIENCE_MS = 10 * 1000,
	RULES_RETRY_MS = 5 * 1000,	/* after the store has failed */
	RULES_WAITING_MAX = 64		/* commits that wait for the index one by one; further ones wait together */
};

struct rules;

struct rules	*rules_new(struct core *);
void		 rules_free(struct rules *);

/* What came before the daemon ended and has not met its rules meets them. */
void		 rules_start(struct rules *);

/* Something has been committed; the index has gone on; rules have been added or removed. */
void		 rules_go(struct rules *);

/* Changes up to this one may be told. */
int64_t		 rules_told(const struct rules *);

/* Runs one on all that is stored, or (0) each of them, for this user. ENONE. EVALUE: a rule's query is wrong by now. */
int		 rules_apply(struct rules *, int64_t rule, int64_t user, struct store_rule_done *);

#endif
