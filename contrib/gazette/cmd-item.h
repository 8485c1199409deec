/*
 * cmd-item - what the commands about entries share: reading an item of gazette-protocol(7).
 */
#ifndef CONTRIB_GAZETTE_CMD_ITEM_H
#define CONTRIB_GAZETTE_CMD_ITEM_H

#include "contrib/gazette/cmd.h"

enum { CMD_ITEM_TITLE_COLUMNS = 120 };	/* of a title made from the text of an entry that has none */

/* When it was published, else changed, else received, as the daemon wrote it; borrowed; may be NULL. */
const char	*cmd_item_date(const json_t *item);

bool		 cmd_item_has_tag(const json_t *item, const char *tag);

/* The tags separated by commas, clean, in the arena; NULL if there is none. */
const char	*cmd_item_tags(struct cmd *, const json_t *item);

/* Prints them as "list" does for people (cmd-list.c). */
void		 cmd_item_print(struct cmd *, const json_t *items);

/* Its title; if it has none the beginning of its text, else its URL. Borrowed or in the arena; not clean; may be NULL. */
const char	*cmd_item_title(struct cmd *, const json_t *item);

#endif
