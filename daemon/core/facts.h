/*
 * facts - what is shown of an entry besides its text: its authors, its tags, its attachments, as one number that differs when they do.
 */
#ifndef DAEMON_CORE_FACTS_H
#define DAEMON_CORE_FACTS_H

#include "daemon/shared/record.h"
#include "feeds/base/hash.h"

/*
 * 0: there are none. authors: a line; rest: a JSON object with "tags", strings, and "attachments", of which "url" in its canonical
 * form, "title" and "mime_type" count, but no sizes and durations, which some servers make up at each fetch. The order of tags and
 * of attachments does not count. Text that is no JSON gives some number, too. The arena is for work.
 */
int64_t	facts_hash(const struct hash_key *, struct arena *, struct span authors, struct span rest);

#endif
