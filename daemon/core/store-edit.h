/*
 * store-edit - the tags of many entries changed, or changes taken back, in steps that others are served between.
 *
 * One transaction is open from the first step to the last. Until then what is committed is what it was; then all of it is changed
 * at once, as one operation for store_undo(). A crash on the way leaves nothing of it. One edit at a time; whatever else writes ends it
 * first, by doing all that is left: so any function of the store may be called between steps, at that price.
 *
 *	struct store_edit edit = store_edit_tags(store, ids, count, &tags, now_s);
 *
 *	while (!store_edit_step(&edit, 100))
 *		(something else);
 *	if (edit.status == STORE_OK)
 *		use(edit.changed);
 *
 * An edit must not be moved or freed between its first step and the end, or store_edit_drop().
 */
#ifndef DAEMON_CORE_STORE_EDIT_H
#define DAEMON_CORE_STORE_EDIT_H

#include "daemon/core/store-item.h"

struct store_edit {
	int64_t		 changed, undone;	/* see store_item_tag_ids(), store_undo(); 0 after an error */
	int		 status;		/* once it is over */
	/* Private: */
	struct store	*store;
	const struct store_tag_edit *tags;	/* NULL: changes are taken back */
	const uint32_t	*ids;
	size_t		 count, at;
	int64_t		 first;			/* change of the operation that is made */
	int64_t		 operations;		/* to be taken back, */
	store_operation_fn each;		/* and told to */
	void		*arg;
	struct store_undoing *undoing;
	int64_t		 now_s;
	bool		 begun, own, over;
};

/* Nothing happens before the first step. ids, tags and their origin are borrowed until it is over. Within store_begin() ... store_commit() it is part of that. */
struct store_edit store_edit_tags(struct store *, const uint32_t *ids, size_t count, const struct store_tag_edit *tags, int64_t now_s);

/* See store_undo(). */
struct store_edit store_edit_undo(struct store *, int64_t operations, int64_t now_s, store_operation_fn each, void *arg);

/* Does as much as so many entries are; true: it is over. */
bool	store_edit_step(struct store_edit *, size_t entries);

/* All that is left; its status. */
int	store_edit_finish(struct store_edit *);

/* Takes back what has been done of it, unless it is over; the status says which. */
void	store_edit_drop(struct store_edit *);

/* Whether one is between its first step and its last. */
bool	store_edit_open(const struct store *);

#endif
