/* acts-private - the actions that acts.c has a table of, for the files that they are written in: acts-*.c. */
#ifndef CONTRIB_GAZETTE_ACTS_PRIVATE_H
#define CONTRIB_GAZETTE_ACTS_PRIVATE_H

#include "contrib/gazette/status.h"
#include "contrib/gazette/view.h"

/* What the view's cursor is on. */
struct subject	acts_subject(struct view *);

/* Asks the daemon (takes params); the reader is the owner. Without a connection that is said. */
void	acts_ask(struct view *, const char *method, json_t *params, session_reply);

/* "+one -two three" into two arrays of tags. */
void	acts_split_tags(const char *text, json_t *add, json_t *remove);

void	acts_tag(struct view *);
void	acts_story(struct view *);
void	acts_save_search(struct view *);
void	acts_browse(struct view *);
void	acts_copy(struct view *);
void	acts_pipe(struct view *);
void	acts_pipe_json(struct view *);
void	acts_bookmark(struct view *);
void	acts_play(struct view *);

void	acts_add(struct view *);
void	acts_remove(struct view *);
void	acts_pause(struct view *);
void	acts_feed_set(struct view *);
void	acts_feed_tag(struct view *);
void	acts_settings(struct view *);

#endif
