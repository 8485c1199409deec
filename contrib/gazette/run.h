/*
 * run - other programs that the reader starts: the browser, the bookmark command, a player, what an article is piped to, what loads
 * and draws an image.
 *
 * What comes from a feed is given to them as arguments, environment and standard input, and is never part of a text that a shell
 * reads. Those with the terminal are waited for; the others go on by themselves, and how they ended is told by run_pump().
 *
 *	struct runs runs;
 *	runs_init(&runs);
 *	failed = run_start(&runs, &(struct run){ .name = "bookmark", .argv = argv });
 *	poll() run_fd(&runs); then run_pump(&runs, ended, reader);
 *	runs_free(&runs);
 */
#ifndef CONTRIB_GAZETTE_RUN_H
#define CONTRIB_GAZETTE_RUN_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RUN_ARGS_MAX = 64,
	RUN_JOBS_MAX = 32,		/* without the terminal at a time */
	RUN_NAME_BYTES = 32,
	RUN_LINE_BYTES = 256		/* of what a program has said last */
};

/* How one ended: the exit status, or 128 + the signal. */
struct run_end {
	const char	*name;
	int		 status;
	bool		 late;		/* it had to be ended */
	const char	*line;		/* the last line it has written, clean; "" if none, or with the terminal */
};

/* What becomes of the standard output of one without the terminal, and what it may take of the machine. */
struct run_catch {
	size_t		 bytes_max;	/* what it writes behind that fails */
	size_t		 memory_max;	/* bytes, of each of its processes */
	int		 time_s;
	/* It has ended; the output is a file in memory, of that many bytes, and the caller's from now on. line is of its standard error. */
	void		(*done)(void *arg, const struct run_end *, int output, size_t len);
	void		*arg;
};

struct run {
	const char	*name;		/* for messages */
	char *const	*argv;		/* argv[0] is looked up in PATH */
	const char *const *env;		/* "NAME=value", besides the reader's own; NULL: none */
	const void	*input;		/* standard input; NULL: none (with the terminal: the terminal) */
	size_t		 input_len;
	int		 file;		/* or this is it, from its beginning; 0: see input */
	const struct run_catch *caught;	/* its output is wanted; copied; NULL: only how it ended */
	bool		 terminal;	/* it has the terminal until it ends */
	bool		 pause;		/* and if it has written something, that stays until Enter is pressed */
};

struct runs {
	struct run_job	*jobs[RUN_JOBS_MAX];
	size_t		 count;
	int		 epoll;		/* -1: none has been started yet */
};

void	runs_init(struct runs *);
void	runs_free(struct runs *);	/* they go on, but those whose output was wanted */

/* 0 and, of one with the terminal, *end (may be NULL); or the errno for which it could not be started. */
int	run_start(struct runs *, const struct run *, struct run_end *end);

/* Ends those whose output was to be given to arg: it is not called for them any more. */
void	run_cancel(struct runs *, const void *arg);

/* Whether there is such a program: in PATH, or a path itself. */
bool	run_finds(const char *program);

/* Readable when run_pump() has something to do; -1: there is none. It tells ended of those that nobody has caught. */
int	run_fd(const struct runs *);
void	run_pump(struct runs *, void (*ended)(void *arg, const struct run_end *), void *arg);

/*
 * Splits a command at blanks, in place, into argv (RUN_ARGS_MAX + 1 pointers, NULL at the end). A word "%s" is the first of
 * args, which is left out else; the others follow at the end. 0, or -1 if there is no program, or too many arguments.
 */
int	run_split(char *command, const char *const *args, const char *argv[RUN_ARGS_MAX + 1]);

#endif
