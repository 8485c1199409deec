/*
 * input - from keys to actions: keys that follow each other, counts before them ("5j"), macros, the line after ":".
 *
 *	struct input in;
 *	input_init(&in, keys, &ops, reader);
 *	input_key(&in, 'j');		ops->act() is called for each action
 *	input_free(&in);
 *
 * While ops->act() runs, in.count and in.argument are what the action was given. An action may ask the user something: what comes
 * after it waits until input_resume().
 */
#ifndef CONTRIB_GAZETTE_INPUT_H
#define CONTRIB_GAZETTE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/keys.h"
#include "feeds/base/buf.h"

struct input_ops {
	void	(*act)(void *arg, enum action);
	bool	(*asking)(void *arg);		/* the last action has asked something */
	unsigned (*view)(void *arg);		/* the KEYS_IN_ bits (view_keys()) of the view that has the keys now */
};

struct input {
	const struct keys *keys;		/* borrowed */
	const struct input_ops *ops;
	void		*arg;
	uint32_t	 typed[KEYNAME_SEQUENCE_MAX];
	size_t		 n_typed;
	int		 typed_count;		/* 0: none */
	struct keys_steps left;			/* of what was interrupted by a question */

	/* Of the action that is being done. */
	const struct action_row *row;		/* NULL: none */
	int		 count;			/* 0: none given */
	const char	*argument;		/* NULL: none given */
};

void	input_init(struct input *, const struct keys *, const struct input_ops *, void *arg);
void	input_free(struct input *);

/* False if the key means nothing. */
bool	input_key(struct input *, uint32_t key);

/* "3 down ; open": does it. 0, or -1 and why, and nothing is done. */
int	input_line(struct input *, const char *line, struct buf *why);

/* The question is answered, and what waited for that goes on; or it was given up, and it does not. */
void	input_resume(struct input *, bool answered);

/* Appends what has been typed so far of something that goes on: "5", "C-x". */
void	input_pending(const struct input *, struct buf *);

#endif
