/*
 * object - feeds and entries as clients see them: gazette-protocol(7).
 */
#ifndef DAEMON_CORE_OBJECT_H
#define DAEMON_CORE_OBJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "feeds/base/json.h"

enum { OBJECT_FIELDS_MAX = 32, OBJECT_NAME_BYTES = 64 };

/* A text that is there, a time that is one; else nothing. */
void	 object_text(struct json *, const char *name, struct span);
void	 object_time(struct json *, const char *name, int64_t time_s);

/* A feed as an object. No secrets. */
void	 object_feed(struct json *, const char *name, const struct store_feed *);

/* Which members of feeds are wanted. BRIEF: none of them needs more than store_feed_brief() gives. */
enum { OBJECT_FEED_BRIEF = 1, OBJECT_FEED_POSTS = 2 };

struct object_feed_fields {
	unsigned char rows[OBJECT_FIELDS_MAX];
	size_t	 count;
	unsigned flags;
};

/* array: of texts. NULL, or the name of the first that is no member or one too many. */
const char *object_feed_fields(const json_t *array, struct object_feed_fields *);

/* The id and these members; or an array of the id and their values, null for what is not there. */
void	 object_feed_some(struct json *, const struct store_feed *, const struct object_feed_fields *);
void	 object_feed_row(struct json *, const struct store_feed *, const struct object_feed_fields *);

/* The same by its id; nothing at all if it is not there. */
void	 object_feed_by_id(struct store *, struct json *, const char *name, uint32_t feed);
void	 object_feed_title(struct store *, struct json *, const char *name, uint32_t feed);

/* Which members of entries are wanted. */
struct object_fields {
	bool	 all, content;		/* all but content; content too */
	const char *names[OBJECT_FIELDS_MAX];	/* not all: these, besides id and the main facts of _gazette */
	size_t	 count;
};

/*
 * array: of texts, or NULL (all but content); "*" is all with content. Names are borrowed from it. False if there are too
 * many or too long ones. *want: what the store has to be asked for.
 */
bool	 object_fields(const json_t *array, struct object_fields *fields, unsigned *want);

void	 object_item(struct json *, const char *name, const struct store_item *, const struct object_fields *);

#endif
