/* store-tag - between store-tag.c and those that change tags otherwise, or take that back (store-undo.c). Private to the store. */
#ifndef DAEMON_CORE_STORE_TAG_H
#define DAEMON_CORE_STORE_TAG_H

#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"
#include "feeds/base/buf.h"

enum { STORE_TAG_DETAIL_BYTES = 64 << 10, STORE_TAGS_A_CALL = 100 };

/* To be freed. */
struct store_ids { uint32_t *items; size_t count, capacity; };

/* What a query finds, oldest first; of entries with ids above after, up to until, or of all if both are 0. Committed. */
int	store_tag_collect(struct store *, const struct query *, int64_t after, int64_t until, struct store_ids *);

/* EVALUE. */
int	store_tag_check(struct store *, const struct store_tag_edit *);

/* In the running transaction. */
int	store_tag_apply(struct store *, const uint32_t *ids, size_t count, const struct store_tag_edit *, int64_t now_s, int64_t *changed);

/* The same of one entry, with an edit that has been checked. detail is for what the log says. */
int	store_tag_one(struct store *, uint32_t id, const struct store_tag_edit *, int64_t now_s, struct buf *detail, int64_t *changed);

/* What was changed since the change before first can be taken back as one. origin may be NULL. */
int	store_tag_keep_operation(struct store *, int64_t first, const struct store_origin *origin, int64_t now_s);

/*
 * Taking back operations, in steps within the running transaction (store-undo.c): begin and end allocate and free, and do nothing to the
 * store. some takes back about so many changes: 1: there may be more, 0: that was all, or an error.
 */
struct store_undoing;
struct store_undoing *store_undo_begin(int64_t operations, store_operation_fn each, void *arg);
int	store_undo_some(struct store *, struct store_undoing *, size_t changes, int64_t now_s, int64_t *undone, int64_t *changed);
void	store_undo_end(struct store_undoing *);

#endif
