/*
 * change - entries of the log as clients see them.
 */
#ifndef DAEMON_CORE_CHANGE_H
#define DAEMON_CORE_CHANGE_H

#include <stdbool.h>

#include "daemon/core/store-item.h"
#include "feeds/base/json.h"

/*
 * The members of a change into an object that is open: seq, what, feed, and for entries item and its tags as they are now. object:
 * also the entry or feed itself ("object"), and with entries the feed's counters ("feed_unread", "feed_total").
 */
void	change_members(struct store *, struct json *, const struct store_change *, bool object);

#endif
