/*
 * args - the command line by rows: what parses an option also says its --help.
 *
 *	static const struct arg_option list_options[] = {
 *		{ "limit", 'n', "N", ARG_NUMBER, offsetof(struct options, limit), "at most N entries (0: all)" },
 *		{ "sort", 0, "newest|oldest|relevance", ARG_CHOICE, offsetof(struct options, sort), "the order" },
 *		ARG_END
 *	};
 *
 * Options are "--name value", "--name=value", "-n value", "-nvalue"; they may stand among the operands, and "--" ends
 * them. Values are stored into the caller's struct at the row's offset.
 */
#ifndef CONTRIB_GAZETTE_ARGS_H
#define CONTRIB_GAZETTE_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum arg_kind {
	ARG_FLAG,			/* bool: set to true */
	ARG_STRING,			/* const char *: borrowed from argv; a second one replaces the first */
	ARG_LIST,			/* struct arg_list: every one is kept, in order */
	ARG_NUMBER,			/* int64_t: 0 or more */
	ARG_CHOICE			/* int: the index of the word among the value's "a|b|c" */
};

enum { ARG_LIST_MAX = 64, ARG_ERROR_BYTES = 512 };

struct arg_list {
	const char	*values[ARG_LIST_MAX];
	size_t		 count;
};

struct arg_option {
	const char	*name;		/* without dashes; NULL ends the table */
	char		 letter;	/* 0: only the long form */
	const char	*value;		/* the value's name in help, for ARG_CHOICE its words; NULL for flags */
	enum arg_kind	 kind;
	size_t		 offset;
	const char	*help;
};

#define ARG_END { NULL, 0, NULL, ARG_FLAG, 0, NULL }

struct arg_parse {
	const struct arg_option *const *tables;		/* ended by NULL; the first table that has the option wins */
	void		*into;				/* the struct that the rows' offsets are for */
	bool		 stop_at_operand;		/* the first operand ends the options */
	bool		 signs;				/* "-word" is an operand, as "+word" is; only "--name" are options */
};

/*
 * Parses argv[0..argc), and moves the operands to its front in their order; how many there are, or -1 with error
 * saying what is wrong and what comes nearest. *dashes (may be NULL) is how many operands came before "--";
 * -1: there was none.
 */
int	args_parse(const struct arg_parse *, int argc, char **argv, int *dashes, char error[ARG_ERROR_BYTES]);

/* Appends the options' part of --help, one row a line, aligned and wrapped to width columns. */
void	args_help(const struct arg_option *const *tables, int width, struct buf *out);

/* The candidate nearest to a mistyped word, or NULL if none is near. candidates is ended by NULL. */
const char *args_nearest(const char *word, const char *const *candidates);

/* The index of word in "a|b|c"; -1: it is not there. */
int	args_choice(const char *choices, const char *word);

#endif
