#include "contrib/gazette/cmd.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"
#include "daemon/shared/protocol.h"

enum { WAIT_STEP_MS = 200 };

enum cmd_exit
cmd_fail(const struct client_error *err)
{
	out_error("%s", err->message);
	return err->code == CLIENT_ENODAEMON || err->code == CLIENT_ELOST ? CMD_NO_DAEMON : CMD_REFUSED;
}

/* The query with a mark under the mistake. */
static void
point_at(const char *query, const struct client_error *err)
{
	struct buf	 before = BUF_INIT(2 * PROTOCOL_REQUEST_MAX), after = BUF_INIT(2 * PROTOCOL_REQUEST_MAX);
	size_t		 position = (size_t)err->position;

	if (!out_has_progress() || err->position < 0 || position > strlen(query))
		return;
	text_clean_lines(query, position, &before);
	text_clean_lines(query + position, strlen(query + position), &after);
	fprintf(stderr, "  %s%s\n  %*s^\n", buf_str(&before), buf_str(&after), text_width(before.ptr, before.len), "");
	buf_free(&before);
	buf_free(&after);
}

struct answer {
	bool			 done;
	json_t			*result;	/* NULL on error */
	struct client_error	 err;
};

static void
answered(void *arg, json_t *result, const struct client_error *err)
{
	struct answer	*answer = arg;

	answer->done = true;
	answer->result = json_incref(result);
	if (err != NULL)
		answer->err = *err;
}

/* Asks, and says so if that takes long. */
static void
ask(struct client *client, const char *method, json_t *params, struct answer *answer)
{
	struct client_error	 lost;
	bool			 waiting = false, shown = out_progress_shown();

	*answer = (struct answer){ .done = false };
	if (client_send(client, method, params, answered, answer, &answer->err) == -1)
		return;
	while (!answer->done) {
		client_wait(client, WAIT_STEP_MS, &lost);
		if (!answer->done)
			waiting = out_waiting();
	}
	if (waiting && !shown)
		out_progress_end();
}

enum cmd_exit
cmd_call(struct cmd *cmd, const char *method, json_t *params, json_t **result)
{
	const char	*query = arena_strdup(cmd->arena, cmd_string(params, "query"));
	struct answer	 answer;
	enum cmd_exit	 status;

	ask(cmd->client, method, params, &answer);
	*result = answer.result;
	if (answer.result != NULL)
		return CMD_DONE;
	status = cmd_fail(&answer.err);
	if (query != NULL)
		point_at(query, &answer.err);
	return status;
}

enum cmd_exit
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	char	 message[ARG_ERROR_BYTES];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	out_error("%s: %s", cmd->row->name, message);
	fprintf(stderr, "usage: gazette %s%s%s%s (gazette %s --help says more)\n", cmd->row->name,
	    cmd->row->options[0].name != NULL ? " [OPTION]..." : "", *cmd->row->operands != '\0' ? " " : "",
	    cmd->row->operands, cmd->row->name);
	return CMD_USAGE;
}

enum cmd_exit
cmd_run_word(struct cmd *cmd, const struct cmd_word *words)
{
	const char		*known = words->word, *names[CMD_WORDS_MAX + 1], *nearest;
	const struct cmd_word	*word;
	size_t			 count = 0;

	for (word = words; word->word != NULL; word++) {
		if (count < CMD_WORDS_MAX)
			names[count++] = word->word;
		if (word > words)
			known = arena_printf(cmd->arena, "%s, %s", known, word->word);
		if (strcmp(cmd->args[0], word->word) != 0)
			continue;
		if (cmd->n_args < word->least || (word->most != -1 && cmd->n_args > word->most))
			return cmd_usage(cmd, "\"%s\" takes %s", word->word, word->needs);
		return word->run(cmd);
	}
	names[count] = NULL;
	nearest = args_nearest(cmd->args[0], names);
	if (nearest != NULL)
		return cmd_usage(cmd, "\"%s\" is none of %s: did you mean \"%s\"?", cmd->args[0], known, nearest);
	return cmd_usage(cmd, "\"%s\" is none of %s", cmd->args[0], known);
}

const char *
cmd_query(struct cmd *cmd, int first)
{
	const char	*query;
	int		 i;

	if (first >= cmd->n_args)
		return NULL;
	query = cmd->args[first];
	for (i = first + 1; i < cmd->n_args; i++)
		query = arena_printf(cmd->arena, "%s %s", query, cmd->args[i]);
	return query;
}

json_t *
cmd_operands(const struct cmd *cmd)
{
	json_t	*array;
	int	 i;

	if (cmd->n_args == 0)
		return NULL;
	array = json_array();
	for (i = 0; i < cmd->n_args; i++)
		json_array_append_new(array, json_string(cmd->args[i]));
	return array;
}

int
cmd_parse_number(const char *text, int64_t *number)
{
	char	*end;

	*number = strtoll(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' ? 0 : -1;
}

const char *
cmd_string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

int64_t
cmd_integer(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

const char *
cmd_clean(struct cmd *cmd, const char *text)
{
	struct buf	 clean = BUF_INIT(SIZE_MAX);
	const char	*copy;

	if (text == NULL)
		return NULL;
	text_clean(text, &clean);
	copy = arena_strndup(cmd->arena, clean.ptr, clean.len);
	buf_free(&clean);
	return copy;
}

const char *
cmd_member(struct cmd *cmd, const json_t *object, const char *name)
{
	const char	*text = cmd_clean(cmd, cmd_string(object, name));

	return text != NULL && *text != '\0' ? text : "-";
}

const char *
cmd_number(struct cmd *cmd, int64_t number, const char *one, const char *many)
{
	return arena_printf(cmd->arena, "%" PRId64 " %s", number, number == 1 ? one : many);
}
