/*
 * cmd - the commands: one row each (cmd-table.c), one function each (cmd-feed.c, cmd-item.c, ...).
 *
 * A function gets its parsed command line and a connection, prints, and returns the exit status.
 */
#ifndef CONTRIB_GAZETTE_CMD_H
#define CONTRIB_GAZETTE_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/args.h"
#include "contrib/gazette/client.h"
#include "contrib/gazette/out.h"
#include "feeds/base/arena.h"

/* Of cmd_row. */
enum {
	CMD_SIGNS = 1,			/* "-word" is an operand, as "+word" is */
	CMD_PATHS = 2,			/* the operands may be no UTF-8: nothing of them is sent */
	CMD_OFFLINE = 4,		/* runs without a connection; it may make one */
	CMD_KEYS = 8			/* --help lists the settings of feeds */
};

enum cmd_exit { CMD_DONE = 0, CMD_REFUSED = 1, CMD_USAGE = 2, CMD_NO_DAEMON = 3 };

/* What the options of all commands are parsed into. */
struct cmd_options {
	const char	*socket;
	bool		 help, version, json, no_wait, diff, snippets, restart, append, skip_empty, images;
	const char	*title, *output, *exec, *cursor, *self, *state;
	struct arg_list	 tags, set;
	int64_t		 limit, since, revision;	/* -1: not given */
	int		 sort, format, threads;	/* index of the word; format -1: not given */
};

struct cmd {
	const struct cmd_row	*row;
	const struct cmd_options *options;
	struct client		*client;	/* connected; of CMD_OFFLINE NULL */
	struct out		 out;
	struct arena		*arena;		/* for the length of the command */
	char			**args;		/* operands */
	int			 n_args;
	int			 dashes;	/* operands before "--"; -1: there was none */
};

struct cmd_row {
	const char		*name;		/* NULL ends the table */
	const char		*operands;	/* as usage says them: "FEED..." */
	int			 least, most;	/* how many operands; most -1: any number */
	const char		*summary;	/* for the list of commands */
	const char		*about;		/* more for --help; may be NULL */
	const struct arg_option	*options;	/* its own; those of cmd_common are added */
	unsigned		 flags;
	enum cmd_exit		 (*run)(struct cmd *);
};

extern const struct cmd_row cmd_rows[];
extern const struct arg_option cmd_common[];	/* options of every command: --socket, --help */

enum cmd_exit	cmd_add(struct cmd *);
enum cmd_exit	cmd_remove(struct cmd *);
enum cmd_exit	cmd_set(struct cmd *);
enum cmd_exit	cmd_feeds(struct cmd *);
enum cmd_exit	cmd_import(struct cmd *);
enum cmd_exit	cmd_export(struct cmd *);
enum cmd_exit	cmd_export_opml(struct cmd *);
enum cmd_exit	cmd_refresh(struct cmd *);
enum cmd_exit	cmd_ingest(struct cmd *);
enum cmd_exit	cmd_list(struct cmd *);
enum cmd_exit	cmd_show(struct cmd *);
enum cmd_exit	cmd_tag(struct cmd *);
enum cmd_exit	cmd_mark(struct cmd *);		/* read, unread, star, unstar */
enum cmd_exit	cmd_undo(struct cmd *);
enum cmd_exit	cmd_tags(struct cmd *);
enum cmd_exit	cmd_count(struct cmd *);
enum cmd_exit	cmd_search(struct cmd *);
enum cmd_exit	cmd_rule(struct cmd *);
enum cmd_exit	cmd_why(struct cmd *);
enum cmd_exit	cmd_watch(struct cmd *);
enum cmd_exit	cmd_health(struct cmd *);
enum cmd_exit	cmd_status(struct cmd *);
enum cmd_exit	cmd_doctor(struct cmd *);
enum cmd_exit	cmd_backup(struct cmd *);
enum cmd_exit	cmd_complete(struct cmd *);

/* --- what they share (cmd.c) ---------------------------------------------------------------- */

/* Says the error (the daemon's name what they are about) on standard error; the exit status that it means. */
enum cmd_exit	cmd_fail(const struct client_error *);

/*
 * client_call(), with the error said; on a terminal a mistake in the "query" of params is shown where it is. The exit
 * status; *result is owned by the caller and NULL on error.
 */
enum cmd_exit	cmd_call(struct cmd *, const char *method, json_t *params, json_t **result);

/*
 * feed.list, all pages of it, by title: all feeds, or those that selectors (taken; NULL: all) name. *feeds is an array, owned by the
 * caller and NULL on error.
 */
enum cmd_exit	cmd_list_feeds(struct cmd *, json_t *selectors, json_t **feeds);

/*
 * Has a document taken for a feed as what was read elsewhere: gazette-protocol(7), ingest with "past". *result is owned by the caller
 * and NULL on error.
 */
enum cmd_exit	cmd_ingest_past(struct cmd *, const char *feed, const struct buf *document, json_t **result);

/* Commands of several words: one row for each first operand; word NULL ends the table. */
enum { CMD_WORDS_MAX = 8 };
struct cmd_word {
	const char	*word;
	int		 least, most;		/* operands, itself included; most -1: any number */
	const char	*needs;			/* for who gives others */
	enum cmd_exit	 (*run)(struct cmd *);
};

/* Runs the row of the first operand, or says what is wrong. */
enum cmd_exit	cmd_run_word(struct cmd *, const struct cmd_word *words);

/* Says what is wrong with the command line and where help is. CMD_USAGE. */
enum cmd_exit	cmd_usage(const struct cmd *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The operands from the first-th on as one query, joined by spaces; NULL if there is none. In the arena. */
const char	*cmd_query(struct cmd *, int first);

/* Puts what --set gave into params as "settings", if anything; not CMD_DONE, said already, if one is no KEY=VALUE or no file. */
enum cmd_exit	 cmd_settings(const struct cmd *, json_t *params);

/* text as a number from 0 up: 0, or -1 if it is none. */
int		 cmd_parse_number(const char *text, int64_t *number);

/* The operands as a JSON array of strings; NULL if there is none. */
json_t		*cmd_operands(const struct cmd *);

/* A member of an object, of a kind or with what stands for nothing (NULL, 0). Borrowed. */
const char	*cmd_string(const json_t *object, const char *name);
int64_t		 cmd_integer(const json_t *object, const char *name);

/* text made harmless, on one line, in the arena; NULL stays NULL. */
const char	*cmd_clean(struct cmd *, const char *text);

/* The same of a member of an object; "-" if it has none. */
const char	*cmd_member(struct cmd *, const json_t *object, const char *name);

/* "1 entry", "2 entries": in the arena. */
const char	*cmd_number(struct cmd *, int64_t number, const char *one, const char *many);

#endif
