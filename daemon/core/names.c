#include "daemon/core/names.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { BUCKETS_FIRST = 64 };

static size_t
bucket_of(const struct names *names, const char *name)
{
	return hash_bytes(&names->key, name, strlen(name)) & (names->n_buckets - 1);
}

void
names_init(struct names *names)
{
	*names = (struct names){ .n_buckets = BUCKETS_FIRST, .buckets = calloc(BUCKETS_FIRST, sizeof(struct named *)) };
	if (names->buckets == NULL || getrandom(&names->key, sizeof names->key, 0) != sizeof names->key)
		abort();
}

void
names_free(struct names *names)
{
	free(names->buckets);
	*names = (struct names){ .buckets = NULL };
}

struct named *
names_find(const struct names *names, const char *name)
{
	struct named *named = names->buckets[bucket_of(names, name)];

	while (named != NULL && strcmp(named->name, name) != 0)
		named = named->chain;
	return named;
}

static void
insert(struct names *names, struct named *named)
{
	struct named **bucket = &names->buckets[bucket_of(names, named->name)];

	named->chain = *bucket;
	*bucket = named;
}

static void
grow(struct names *names)
{
	struct names old = *names;

	names->n_buckets *= 2;
	names->buckets = calloc(names->n_buckets, sizeof(struct named *));
	if (names->buckets == NULL)
		abort();
	for (size_t i = 0; i < old.n_buckets; i++)
		for (struct named *named = old.buckets[i], *next; named != NULL; named = next) {
			next = named->chain;
			insert(names, named);
		}
	free(old.buckets);
}

void
names_add(struct names *names, struct named *named)
{
	if (names->count == names->n_buckets)
		grow(names);
	insert(names, named);
	names->count++;
}

void
names_remove(struct names *names, struct named *named)
{
	struct named **link = &names->buckets[bucket_of(names, named->name)];

	while (*link != named)
		link = &(*link)->chain;
	*link = named->chain;
	names->count--;
}

struct named *
names_next(const struct names *names, const struct named *named)
{
	size_t bucket = 0;

	if (named != NULL && named->chain != NULL)
		return named->chain;
	if (named != NULL)
		bucket = bucket_of(names, named->name) + 1;
	while (bucket < names->n_buckets && names->buckets[bucket] == NULL)
		bucket++;
	return bucket < names->n_buckets ? names->buckets[bucket] : NULL;
}
