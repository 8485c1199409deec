#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"

/* --- what became of it, in words ---------------------------------------------------------------- */

struct event { const char *alias, *detail; int64_t rule; };

static const char *
unlike(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "it came as new, although entry %s has its %s: all else was not the same", event->detail,
	    event->alias);
}

static const char *
unfit(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "it came as new; its %s could not tell, because several entries have had it", event->alias);
}

static const char *
home_page(struct cmd *cmd, const struct event *event)
{
	(void)cmd;
	(void)event;
	return "it came as new; its link could not tell, because it is the feed's home page";
}

static const char *
learnt(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "it came again with another %s, and was known by its %s", event->alias, event->detail);
}

static const char *
edited(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "it came again with another %s, and was known by its %s", event->detail, event->alias);
}

static const char *
rule(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "rule %" PRId64 " found it: %s", event->rule, event->detail);
}

static const char *
removed(struct cmd *cmd, const struct event *event)
{
	if (event->rule == 0)
		return "it was not to be kept any longer, and was removed";
	return arena_printf(cmd->arena, "rule %" PRId64 " removed it", event->rule);
}

static const char *
command_failed(struct cmd *cmd, const struct event *event)
{
	return arena_printf(cmd->arena, "a command of rule %" PRId64 " failed too often and was given up", event->rule);
}

static const struct {
	const char	*what;
	const char	*(*describe)(struct cmd *, const struct event *);
} events[] = {
	{ "unlike", unlike }, { "unfit", unfit }, { "home-page", home_page }, { "learnt", learnt }, { "edited", edited },
	{ "rule", rule }, { "removed", removed }, { "command-failed", command_failed }
};

/* An event of a later daemon is named as it names it. */
static const char *
describe(struct cmd *cmd, const json_t *json)
{
	const struct event	 event = { cmd_member(cmd, json, "alias"), cmd_member(cmd, json, "detail"), cmd_integer(json, "rule") };
	const char		*what = cmd_member(cmd, json, "what");
	size_t			 i;

	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(events[i].what, what) == 0)
			return events[i].describe(cmd, &event);
	return what;
}

static void
print_event(struct cmd *cmd, const json_t *event)
{
	int64_t	 times = cmd_integer(event, "times");

	out_printf("%s  %s", cmd_member(cmd, event, "first"), describe(cmd, event));
	if (times > 1)
		out_printf(" (%" PRId64 " times, last %s)", times, cmd_member(cmd, event, "last"));
	out_printf("\n");
}

/* --- by what it is known ------------------------------------------------------------------------- */

static const struct { const char *state, *words; } states[] = {
	{ "missing", "it has none" }, { "finds", "finds it" }, { "shared", "finds nothing, because several entries have had it" },
	{ "unknown", "finds nothing" }
};

static void
print_alias(struct cmd *cmd, const json_t *alias)
{
	const char	*state = cmd_member(cmd, alias, "state");
	int64_t		 count = cmd_integer(alias, "count");
	size_t		 i = 0;

	while (i < sizeof(states) / sizeof(states[0]) && strcmp(states[i].state, state) != 0)
		i++;
	if (i < sizeof(states) / sizeof(states[0]))
		out_printf("%s: %s", cmd_member(cmd, alias, "alias"), states[i].words);
	else
		out_printf("%s: finds entry %" PRId64, cmd_member(cmd, alias, "alias"), cmd_integer(alias, "item"));
	if (count > 1 || (count == 1 && strcmp(state, "finds") != 0))
		out_printf("; %" PRId64 " of it known", count);
	out_printf("\n");
}

/* The aliases of one that is gone keep it from coming back. */
static void
print_removed(struct cmd *cmd, const json_t *result)
{
	int64_t	 count = 0;
	json_t	*alias;
	size_t	 i;

	json_array_foreach(json_object_get(result, "aliases"), i, alias)
		count += cmd_integer(alias, "count");
	out_printf("it is gone; its feed may still serve it, but %s it from coming back\n",
	    cmd_number(cmd, count, "alias keeps", "aliases keep"));
}

static void
print_why(struct cmd *cmd, const json_t *result)
{
	bool		 gone = json_is_true(json_object_get(result, "removed"));
	json_t		*one;
	size_t		 i;

	out_printf("entry %" PRId64 " of feed %" PRId64 ", %s\n", cmd_integer(result, "item"), cmd_integer(result, "feed"),
	    cmd_member(cmd, result, "feed_title"));
	if (!gone)
		out_printf("%s  it came as new\n", cmd_member(cmd, result, "received"));
	json_array_foreach(json_object_get(result, "events"), i, one)
		print_event(cmd, one);
	if (gone) {
		print_removed(cmd, result);
		return;
	}
	json_array_foreach(json_object_get(result, "aliases"), i, one)
		print_alias(cmd, one);
	if (cmd_string(result, "known_by") != NULL)
		out_printf("it would be known by its %s now\n", cmd_member(cmd, result, "known_by"));
	else
		out_printf("nothing would tell it from a new one now\n");
}

enum cmd_exit
cmd_why(struct cmd *cmd)
{
	json_t		*result;
	enum cmd_exit	 status;
	int64_t		 item;

	if (cmd_parse_number(cmd->args[0], &item) == -1)
		return cmd_usage(cmd, "\"%s\" is not the number of an entry", cmd->args[0]);
	status = cmd_call(cmd, "item.why", json_pack("{s:I}", "item", (json_int_t)item), &result);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else
		print_why(cmd, result);
	json_decref(result);
	return status;
}
