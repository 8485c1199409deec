/*
 * names - things by their names: a hash table of what has a struct named in it. Names come from strangers.
 *
 *	struct names names;
 *	names_init(&names);
 *	host->named.name = ...;				stays the owner's, as the thing does
 *	names_add(&names, &host->named);
 *	named = names_find(&names, "example.org:443");	NULL: none
 *	names_free(&names);
 */
#ifndef DAEMON_CORE_NAMES_H
#define DAEMON_CORE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/hash.h"

struct named { struct named *chain; const char *name; };
struct names { struct hash_key key; struct named **buckets; size_t n_buckets, count; };

void	 names_init(struct names *);
void	 names_free(struct names *);		/* the table */

struct named *names_find(const struct names *, const char *name);
void	 names_add(struct names *, struct named *);	/* its name is not there yet */
void	 names_remove(struct names *, struct named *);

/* All of them: the one after this, NULL begins and ends. To take one out, ask for the next first. */
struct named *names_next(const struct names *, const struct named *);

#endif
