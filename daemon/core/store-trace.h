/*
 * store-trace - why an entry is what it is: by what it is known, and what became of it.
 *
 * Nothing is written of an entry that comes as new in the usual way (none of its aliases was known) and stays as it came. What else
 * happens is one row for each kind of event and its subject, with the first and the last time and how often, so that feeds which
 * do the same at each fetch do not make it grow.
 */
#ifndef DAEMON_CORE_STORE_TRACE_H
#define DAEMON_CORE_STORE_TRACE_H

#include "daemon/core/store.h"

/* What, and what the subject is. Kinds of aliases: enum store_alias. */
enum store_trace_what {
	STORE_TRACE_UNLIKE = 1,	/* new, although an alias was known; its kind. detail: "N", the entry it leads to */
	STORE_TRACE_UNFIT,	/* new; an alias could not tell, it stands for several entries; its kind */
	STORE_TRACE_HOME,	/* new; its link is the feed's home page */
	STORE_TRACE_LEARNT,	/* it came with an alias that was new for it; its kind. detail: the kind it was known by */
	STORE_TRACE_EDITED,	/* it came with another text, title or link; the kind it was known by. detail: what differed */
	STORE_TRACE_RULE,	/* a rule found it; its number. detail: what the rule did */
	STORE_TRACE_REMOVED,	/* removed; the rule that did it, or 0 */
	STORE_TRACE_REFUSED,	/* a rule's command was given up; the rule's number */
	STORE_TRACES
};

enum store_alias { STORE_ALIAS_NONE, STORE_ALIAS_GUID, STORE_ALIAS_LINK, STORE_ALIAS_TEXT };

/* In the running transaction. */
int	store_trace(struct store *, uint32_t item, uint32_t feed, enum store_trace_what, int64_t subject, struct span detail, int64_t now_s);

struct store_trace {
	enum store_trace_what what;
	int64_t	 subject, first_s, last_s, times;
	struct span detail;
};

typedef int (*store_trace_fn)(void *arg, const struct store_trace *);

/* In the order in which they began. Committed. */
int	store_traces(struct store *, uint32_t item, store_trace_fn, void *arg);

/* What an alias of this kind that the entry has now would find. */
enum store_alias_state {
	STORE_ALIAS_MISSING,	/* the entry has none */
	STORE_ALIAS_FINDS,	/* this entry */
	STORE_ALIAS_SHARED,	/* nothing: it stands for several */
	STORE_ALIAS_OTHER,	/* another entry */
	STORE_ALIAS_UNKNOWN	/* nothing */
};

struct store_why {
	uint32_t item, feed;
	bool	 removed;		/* only its aliases are left */
	int64_t	 received_s, revision;	/* STORE_ABSENT, 0: removed */
	struct {
		enum store_alias_state state;
		int64_t	 count;		/* of this kind that lead to this entry, earlier ones included */
		uint32_t other;
	} aliases[STORE_ALIAS_TEXT + 1];
	enum store_alias by;		/* what it would be known by now, as it is */
};

/* ENONE: there is no such entry, and of none that was is anything known. Committed. */
int	store_why(struct store *, uint32_t item, struct store_why *);

#endif
