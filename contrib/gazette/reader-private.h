/* reader-private - the reader itself, for the files that it is written in: reader.c and reader-*.c. */
#ifndef CONTRIB_GAZETTE_READER_PRIVATE_H
#define CONTRIB_GAZETTE_READER_PRIVATE_H

#include "contrib/gazette/input.h"
#include "contrib/gazette/known.h"
#include "contrib/gazette/messages.h"
#include "contrib/gazette/pipe.h"
#include "contrib/gazette/run.h"
#include "contrib/gazette/status.h"
#include "contrib/gazette/view.h"

struct reader {
	struct session	*session;
	struct settings	 settings;
	struct keys	*keys;
	struct input	 input;
	struct history	 history;
	struct complete_lists lists;
	struct known	 known;
	const struct action_row *asked;		/* for which the last line was */
	struct view	*pointed;		/* by the mouse, while its key is done; else NULL */
	struct messages	 messages;
	struct runs	 runs;
	struct pipe	*pipe;
	struct pictures	*pictures;
	struct feedset	 feeds;
	bool		 feeds_known;
	struct feedset	 coming;		/* all of them anew, as far as they have come: what is there stays until then */
	bool		 unread_only, hide_read;
	struct view	*top, *focus;
	struct status	 status;
	int64_t		 now_ms, drawn_ms, due_ms;	/* due: something shown is over then; -1: never */
	bool		 dirty, urgent, quit;
	size_t		 given_up;	/* so many marks that wait for the daemon may be lost by leaving: it was said */
};

/* Takes off the topmost view; the one below is not told. */
void	reader_pop(struct reader *);

/* A key of the terminal's, which has just come. */
void	reader_key(struct reader *, uint32_t key);

/* Reads the user's file of keys, once. 0, or -1 and what is wrong with it is said on standard error. */
int	reader_keys_start(struct reader *);
void	reader_keys_end(struct reader *);

/* The terminal as the settings are now: colours, mouse. */
void	reader_use_look(struct reader *);

/* A program that was started without the terminal has ended. */
void	reader_run_ended(void *reader, const struct run_end *);

#endif
