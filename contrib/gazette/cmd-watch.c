#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contrib/gazette/child.h"
#include "contrib/gazette/cmd.h"

/*
 * Changes are handled one after the other and as they are read: while standard output or --exec's command is slow,
 * nothing is read. The daemon then may close the connection, which is taken up again after the last
 * change that was handled; so none is lost and none is shown twice.
 */

enum { RECONNECT_FIRST_MS = 50, RECONNECT_MOST_MS = 2000 };

struct watch {
	struct cmd		*cmd;
	const char		*query;		/* NULL: every entry */
	int64_t			 seq;		/* of the last change handled; -1: before the first answer */
	bool			 ended;		/* nobody reads standard output any more */
};

/* --- what is done with a change --------------------------------------------------------------- */

static int
write_all(int fd, const char *ptr, size_t len)
{
	ssize_t	 wrote;

	while (len > 0) {
		wrote = write(fd, ptr, len);
		if (wrote == -1 && errno == EINTR)
			continue;
		if (wrote == -1)
			return -1;
		ptr += wrote;
		len -= wrote;
	}
	return 0;
}

/* Runs the command with the change on its standard input, and waits for it. */
static void
run_command(const char *command, const json_t *change)
{
	char	*argv[] = { (char []){ "sh" }, (char []){ "-c" }, (char *)(uintptr_t)command, NULL };
	int	 fd, status;
	char	*text;
	pid_t	 pid;

	fd = child_start("/bin/sh", argv, STDIN_FILENO, &pid);
	if (fd == -1) {
		out_error("cannot start \"%s\": %s", command, strerror(errno));
		return;
	}
	text = json_dumps(change, JSON_COMPACT);
	if (write_all(fd, text, strlen(text)) == 0)
		write_all(fd, "\n", 1);
	close(fd);
	free(text);
	status = child_wait(pid);
	if (WIFSIGNALED(status))
		out_error("\"%s\" was ended by signal %d", command, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		out_error("\"%s\" exited with status %d", command, WEXITSTATUS(status));
}

static void
on_change(void *arg, const char *method, json_t *params)
{
	struct watch	*watch = arg;
	const char	*what = cmd_string(params, "what");

	if (strcmp(method, "change") != 0 || what == NULL || watch->ended)
		return;
	json_object_del(params, "watch");
	if (strncmp(what, "item-", strlen("item-")) == 0) {
		if (watch->cmd->options->exec != NULL)
			run_command(watch->cmd->options->exec, params);
		else {
			out_json(params, false);
			watch->ended = out_flush() == -1;
		}
	}
	if (cmd_integer(params, "seq") > watch->seq)
		watch->seq = cmd_integer(params, "seq");
}

/* --- staying connected ------------------------------------------------------------------------ */

static int
subscribe(struct watch *watch, struct client_error *err)
{
	json_t	*params = json_object(), *result;

	if (watch->query != NULL)
		json_object_set_new(params, "query", json_string(watch->query));
	if (watch->seq != -1)
		json_object_set_new(params, "since", json_integer(watch->seq));
	if (client_call(watch->cmd->client, "watch", params, &result, err) == -1)
		return -1;
	if (watch->seq == -1)
		watch->seq = cmd_integer(result, "seq");
	json_decref(result);
	return 0;
}

/* Waits for the daemon or for the end of standard output. 0, or -1 once the connection is gone. */
static int
wait_change(struct watch *watch, struct client_error *err)
{
	struct client	*c = watch->cmd->client;
	struct pollfd	 ready[] = {
		{ .fd = client_fd(c), .events = client_events(c) }, { .fd = STDOUT_FILENO }
	};

	if (poll(ready, 2, -1) == -1)
		return 0;
	if (watch->cmd->options->exec == NULL && (ready[1].revents & (POLLERR | POLLHUP | POLLNVAL))) {
		watch->ended = true;
		return 0;
	}
	return ready[0].revents != 0 ? client_pump(c, err) : 0;
}

/* Tries until the daemon is back; slower and slower. Standard output may end meanwhile. */
static void
reconnect(struct watch *watch, struct client_error *err)
{
	struct pollfd	 output = { .fd = watch->cmd->options->exec == NULL ? STDOUT_FILENO : -1 };
	int		 wait_ms = RECONNECT_FIRST_MS;

	while (!watch->ended && client_connect(watch->cmd->client, err) == -1) {
		if (poll(&output, 1, wait_ms) > 0)
			watch->ended = true;
		wait_ms = wait_ms * 2 < RECONNECT_MOST_MS ? wait_ms * 2 : RECONNECT_MOST_MS;
	}
}

static bool
is_gone(const struct client_error *err)
{
	return err->code == CLIENT_ELOST || err->code == CLIENT_ENODAEMON;
}

enum cmd_exit
cmd_watch(struct cmd *cmd)
{
	struct watch		 watch = { .cmd = cmd, .query = cmd_query(cmd, 0), .seq = cmd->options->since };
	struct client_error	 err;
	bool			 told = false;
	int			 state;

	if (cmd->options->exec != NULL)
		signal(SIGPIPE, SIG_IGN);
	client_on_notify(cmd->client, on_change, &watch);
	while (!watch.ended) {
		state = subscribe(&watch, &err);
		told = told && state == -1;
		while (state == 0 && !watch.ended)
			state = wait_change(&watch, &err);
		if (watch.ended)
			break;
		if (!is_gone(&err))
			return cmd_fail(&err);
		if (!told)
			out_error("%s; waiting for it to come back", err.message);
		told = true;
		reconnect(&watch, &err);
	}
	return CMD_DONE;
}
