/*
 * gazette(1): the reader without arguments, commands with.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/feed-key.h"
#include "contrib/gazette/reader.h"
#include "contrib/gazette/text.h"
#include "feeds/base/utf8.h"

enum { COMMANDS_MAX = 64, HELP_BYTES_MAX = 64 * 1024, HELP_WIDTH = 80, KEY_COLUMNS = 19 };

static const struct arg_option globals[] = {
	{ "socket", 's', "SOCKET", ARG_STRING, offsetof(struct cmd_options, socket),
	    "the daemon's socket (else $GAZETTE_SOCKET, else the user's, else the system's)" },
	{ "help", 'h', NULL, ARG_FLAG, offsetof(struct cmd_options, help), "print this help" },
	{ "version", 'V', NULL, ARG_FLAG, offsetof(struct cmd_options, version), "print the version" },
	ARG_END
};

static int
help_width(const struct out *out)
{
	return out->width > 0 && out->width < HELP_WIDTH ? out->width : HELP_WIDTH;
}

static void
print_help(const struct out *out)
{
	const struct arg_option	*const tables[] = { globals, NULL };
	const struct cmd_row	*row;
	struct buf		 text = BUF_INIT(HELP_BYTES_MAX);

	buf_puts(&text, "usage: gazette [-s SOCKET]                           the reader\n"
	    "       gazette [-s SOCKET] COMMAND [OPTION]... [ARGUMENT]...\n\n");
	for (row = cmd_rows; row->name != NULL; row++)
		buf_printf(&text, "  %-8s %s\n", row->name, row->summary);
	buf_putc(&text, '\n');
	args_help(tables, help_width(out), &text);
	buf_puts(&text, "\n\"gazette COMMAND --help\" says more of each; gazette(1) and gazette-query(7) say all.\n");
	out_put(text.ptr, text.len);
	buf_free(&text);
}

/* As args_help() has options. */
static void
put_keys(struct buf *text)
{
	for (const struct feed_key *key = feed_keys; key->name != NULL; key++)
		buf_printf(text, "  %-*s  %s\n", KEY_COLUMNS, key->name, key->about);
	buf_putc(text, '\n');
}

static void
print_command_help(const struct out *out, const struct cmd_row *row)
{
	const struct arg_option	*const tables[] = { row->options, cmd_common, NULL };
	struct buf		 text = BUF_INIT(HELP_BYTES_MAX);

	buf_printf(&text, "usage: gazette %s [OPTION]...%s%s\n", row->name, *row->operands != '\0' ? " " : "",
	    row->operands);
	buf_printf(&text, "%s\n\n", row->summary);
	if (row->about != NULL) {
		text_wrap(row->about, strlen(row->about), help_width(out), &text);
		buf_puts(&text, "\n\n");
	}
	if (row->flags & CMD_KEYS)
		put_keys(&text);
	args_help(tables, help_width(out), &text);
	out_put(text.ptr, text.len);
	buf_free(&text);
}

static enum cmd_exit
finish(enum cmd_exit status)
{
	/* Who reads no further has what he wanted: "gazette list | head" is well. */
	if (out_flush() == -1 && status == CMD_DONE && !out_reader_gone())
		status = CMD_REFUSED;
	return status;
}

static const struct cmd_row *
find_command(const char *name)
{
	const struct cmd_row	*row;

	for (row = cmd_rows; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static enum cmd_exit
unknown_command(const char *name)
{
	const char	*names[COMMANDS_MAX + 1], *nearest;
	size_t		 i;

	for (i = 0; i < COMMANDS_MAX && cmd_rows[i].name != NULL; i++)
		names[i] = cmd_rows[i].name;
	names[i] = NULL;
	nearest = args_nearest(name, names);
	if (nearest != NULL)
		out_error("unknown command \"%s\": did you mean \"%s\"?", name, nearest);
	else
		out_error("unknown command \"%s\" (gazette --help lists them)", name);
	return CMD_USAGE;
}

static void
list_commands(void)
{
	struct buf	 names = BUF_INIT(HELP_BYTES_MAX);

	for (const struct cmd_row *row = cmd_rows; row->name != NULL; row++)
		buf_printf(&names, "%s%s", row == cmd_rows ? "" : ", ", row->name);
	out_error("the commands are %s", buf_str(&names));
	buf_free(&names);
}

/* "gazette help list" is "gazette list --help". */
static enum cmd_exit
run_help(const struct out *out, const char *name)
{
	const struct cmd_row	*row = name != NULL ? find_command(name) : NULL;

	if (row != NULL)
		print_command_help(out, row);
	else if (name != NULL && (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0))
		out_printf("usage: gazette help [COMMAND]\nThe list of commands, or the help of one: the same as gazette COMMAND --help\n");
	else if (name != NULL) {
		unknown_command(name);
		list_commands();
		return CMD_USAGE;
	} else
		print_help(out);
	return finish(CMD_DONE);
}

static enum cmd_exit
run_connected(struct cmd *cmd)
{
	struct client_error	 err;
	enum cmd_exit		 status;

	/* What was begun is done, even if nobody reads what is said of it. */
	signal(SIGPIPE, SIG_IGN);
	cmd->arena = arena_new(0);
	if (!(cmd->row->flags & CMD_OFFLINE))
		cmd->client = client_new(cmd->options->socket);
	if (cmd->client != NULL && client_connect(cmd->client, &err) == -1)
		status = cmd_fail(&err);
	else
		status = cmd->row->run(cmd);
	client_free(cmd->client);
	arena_free(cmd->arena);
	return finish(status);
}

static bool
all_utf8(int argc, char **argv)
{
	int	 i;

	for (i = 0; i < argc; i++)
		if (!utf8_valid(argv[i], strlen(argv[i])))
			return false;
	return true;
}

static bool
list_utf8(const struct arg_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (!utf8_valid(list->values[i], strlen(list->values[i])))
			return false;
	return true;
}

static enum cmd_exit
run_command(struct cmd *cmd, struct cmd_options *opt, int argc, char **argv)
{
	const struct arg_option	*const tables[] = { cmd->row->options, cmd_common, NULL };
	const struct arg_parse	 parse = { .tables = tables, .into = opt, .signs = cmd->row->flags & CMD_SIGNS };
	char			 error[ARG_ERROR_BYTES];

	if (!(cmd->row->flags & CMD_PATHS) && !all_utf8(argc, argv))
		return cmd_usage(cmd, "an argument is not UTF-8");
	cmd->args = argv;
	cmd->n_args = args_parse(&parse, argc, argv, &cmd->dashes, error);
	if (cmd->n_args == -1)
		return cmd_usage(cmd, "%s", error);
	if (!list_utf8(&opt->tags) || !list_utf8(&opt->set))
		return cmd_usage(cmd, "an argument is not UTF-8");
	if (opt->help) {
		print_command_help(&cmd->out, cmd->row);
		return finish(CMD_DONE);
	}
	if (cmd->n_args < cmd->row->least)
		return cmd_usage(cmd, "an argument is missing");
	if (cmd->row->most != -1 && cmd->n_args > cmd->row->most)
		return cmd_usage(cmd, "\"%s\" is one argument too many", cmd->args[cmd->row->most]);
	return run_connected(cmd);
}

static enum cmd_exit
run_reader(const struct cmd_options *opt)
{
	struct client_error	 err;
	struct client		*client;
	int			 status;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		out_error("the reader needs a terminal (gazette --help lists the commands)");
		return CMD_USAGE;
	}
	client = client_new(opt->socket);
	status = client_connect(client, &err) == -1 ? (int)cmd_fail(&err) : reader_main(client);
	client_free(client);
	return status;
}

/* A closed standard output must not become the socket's number: what is printed would go to the daemon. */
static void
occupy_standard_descriptors(void)
{
	int	 fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct cmd_options	 opt = { .limit = -1, .since = -1, .revision = -1, .format = -1 };
	const struct arg_option	*const tables[] = { globals, NULL };
	const struct arg_parse	 parse = { .tables = tables, .into = &opt, .stop_at_operand = true };
	struct cmd		 cmd = { .options = &opt };
	char			 error[ARG_ERROR_BYTES];

	occupy_standard_descriptors();
	text_locale();
	out_init(&cmd.out);
	argc = args_parse(&parse, argc - 1, ++argv, NULL, error);
	if (argc == -1) {
		out_error("%s (gazette --help lists the options)", error);
		return CMD_USAGE;
	}
	if (opt.help)
		print_help(&cmd.out);
	if (opt.version)
		out_printf("gazette %s\n", PACKAGE_VERSION);
	if (opt.help || opt.version)
		return finish(CMD_DONE);
	if (argc == 0)
		return run_reader(&opt);
	if (strcmp(argv[0], "help") == 0)
		return run_help(&cmd.out, argc > 1 ? argv[1] : NULL);
	cmd.row = find_command(argv[0]);
	if (cmd.row == NULL)
		return unknown_command(argv[0]);
	return run_command(&cmd, &opt, argc - 1, argv + 1);
}
