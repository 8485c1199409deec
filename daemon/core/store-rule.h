/*
 * store-rule - rules: what is done with entries that a query finds, as they come or on request; and the commands that they want run.
 *
 * A rule is kept as a query and its actions: "+tag", "-tag", "read", "star", "drop", "exec:COMMAND". drop stands alone: the entry is
 * removed, its aliases stay, so that it does not come back. exec: makes an errand of each entry, to be run by others (errand.h).
 *
 * Running is in steps, so that each rule sees what those before it did: store_rules() gives their texts, store_rule_run() runs one on
 * some entries in a transaction of its own, store_cursor_set() says how far all of them are.
 */
#ifndef DAEMON_CORE_STORE_RULE_H
#define DAEMON_CORE_STORE_RULE_H

#include "daemon/core/store-item.h"

enum {
	STORE_RULES_MAX = 200,
	STORE_RULE_ACTIONS_MAX = 20,
	STORE_COMMAND_BYTES = 4000,
	STORE_ERRANDS_MAX = 100000		/* that wait; further ones are given up at once */
};

struct store_rule {
	int64_t	 id;
	struct span query;
	struct span_list actions;
};

typedef int (*store_rule_fn)(void *arg, const struct store_rule *);

/* In the order of their ids, which is that in which they run. Committed. */
int	store_rules(struct store *, store_rule_fn, void *arg);

/* Whether any of these actions runs a command. */
bool	store_rule_execs(const struct span_list *actions);

/* EVALUE: with the reason. remove, of a rule and its errands: ENONE. Mutations. */
int	store_rule_add(struct store *, struct span query, const struct span_list *actions, int64_t *id);
int	store_rule_remove(struct store *, int64_t id);

/* What to run, and on what. */
struct store_rule_run {
	int64_t	 rule;
	const struct query *query;
	const struct span_list *actions;
	int64_t	 after, until;		/* entries with ids above after, up to until; both 0: all */
	bool	 quiet;			/* nobody has seen these entries yet: one that is dropped has never been told of */
	int64_t	 told_seq;		/* quiet, or not: changes after it have not been told */
	bool	 undoable;		/* store_undo() takes back what it does to tags, */
	struct store_origin origin;	/* and tells this of it */
	bool	 exec;			/* commands may be run */
	int64_t	 now_s;
};

struct store_rule_done { int64_t matched, changed, dropped, errands, refused; };

/* Adds to *done. Nothing is done of it on error. A mutation. ENOINDEX. */
int	store_rule_run(struct store *, const struct store_rule_run *, struct store_rule_done *done);

/* --- errands: mutations but for the first two ----------------------------------------------------------- */

struct store_errand {
	int64_t	 id, rule, tries;
	uint32_t entry;
	struct span command;
};

typedef int (*store_errand_fn)(void *arg, const struct store_errand *);

/* Those due at now_s, the longest due first, at most limit. When the next is due; STORE_NEVER: none waits. Committed. */
int	store_errands(struct store *, int64_t now_s, unsigned limit, store_errand_fn, void *arg);
int	store_errand_due(struct store *, int64_t *due_s);

/* It has been carried out, or (failed_s: when, else STORE_ABSENT) is given up, which store_why() will tell. */
int	store_errand_done(struct store *, int64_t id, int64_t failed_s);
int	store_errand_later(struct store *, int64_t id, int64_t due_s);	/* one try more */

/* --- cursors -------------------------------------------------------------------------------------------- */

struct store_cursor { int64_t seq, entry; };

/* The number of the last committed entry. */
int64_t	store_last_entry(struct store *);

/* How far the index that searches see is; 0 without one. */
int64_t	store_index_seq(struct store *);

/* ENONE: there is no such cursor. get: committed. */
int	store_cursor_get(struct store *, const char *name, struct store_cursor *);
int	store_cursor_set(struct store *, const char *name, const struct store_cursor *);
int	store_cursor_drop(struct store *, const char *name);

#define STORE_CURSOR_RULES	"rules"
#define STORE_CURSOR_INDEX	"rules-index"
#define STORE_CURSOR_ON_NEW	"on_new"

#endif
