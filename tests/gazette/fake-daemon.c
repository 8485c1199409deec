/*
 * fake-daemon - runs a command against a daemon that answers from a script.
 *
 *	fake-daemon [-l LOG] [-t COLUMNS] SCRIPT COMMAND [ARGUMENT]...
 *
 * It listens on a socket of its own, puts its path into GAZETTE_SOCKET, runs the command and exits with its status (100
 * more if a signal ended it). -l: every request line is written to LOG. -t: the command gets a terminal
 * that wide, and what it writes there comes out of standard output (CR LF as LF).
 *
 * The script says what a request is answered with; "@" in the JSON stands for its id. Blocks of the same method answer
 * one request after the other, the last of them every further one.
 *
 *	on item.count
 *	notify {"method":"progress","params":{"id":@}}
 *	result {"counts":[3]}		or: error {"code":-32000,"message":"..."}, raw BYTES, close; late MS before it
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feeds/base/buf.h"

enum { LINES_MAX = 256, BYTES_MAX = 64 << 20, READ_BYTES = 64 * 1024, SECONDS_MAX = 60, TERMINAL_ROWS = 24 };

static struct {
	struct { char *word, *rest; bool used; } lines[LINES_MAX];	/* of the script */
	size_t		 n_lines;
	FILE		*log;
	struct buf	 in;
	char		 folder[64], path[80];
	int		 listener, peer, terminal, columns, signals;
	pid_t		 child;
} fake = { .listener = -1, .peer = -1, .terminal = -1 };

static void
die(const char *what)
{
	fprintf(stderr, "fake-daemon: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void
read_script(const char *path)
{
	FILE	*file = fopen(path, "r");
	char	*line = NULL;
	size_t	 cap = 0;
	ssize_t	 len;

	if (file == NULL)
		die(path);
	while ((len = getline(&line, &cap, file)) > 0 && fake.n_lines < LINES_MAX) {
		line[len - (line[len - 1] == '\n')] = '\0';
		if (*line == '\0')
			continue;
		fake.lines[fake.n_lines].word = strdup(line);
		fake.lines[fake.n_lines].rest = strchr(fake.lines[fake.n_lines].word, ' ');
		if (fake.lines[fake.n_lines].rest != NULL)
			*fake.lines[fake.n_lines].rest++ = '\0';
		fake.n_lines++;
	}
	free(line);
	fclose(file);
}

/* --- answers -------------------------------------------------------------------------------- */

static void
say(const char *ptr, size_t len)
{
	ssize_t	 sent;

	while (len > 0 && fake.peer != -1) {
		sent = send(fake.peer, ptr, len, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		ptr += sent;
		len -= sent;
	}
}

static void
hang_up(void)
{
	if (fake.peer != -1)
		close(fake.peer);
	fake.peer = -1;
	buf_clear(&fake.in);
}

static void
put_with_id(struct buf *out, const char *text, json_int_t id)
{
	for (; *text != '\0'; text++)
		if (*text == '@')
			buf_printf(out, "%lld", (long long)id);
		else
			buf_putc(out, *text);
}

/* The line of the script after the "on" that answers this method now; n_lines if none does. */
static size_t
find_block(const char *method)
{
	size_t	 i, last = fake.n_lines;

	for (i = 0; i < fake.n_lines; i++) {
		if (strcmp(fake.lines[i].word, "on") != 0 || strcmp(fake.lines[i].rest, method) != 0)
			continue;
		last = i + 1;
		if (!fake.lines[i].used)
			break;
	}
	if (last < fake.n_lines)
		fake.lines[last - 1].used = true;
	return last;
}

static void
act(const char *word, const char *rest, json_int_t id)
{
	struct buf	 out = BUF_INIT(BYTES_MAX);

	if (strcmp(word, "close") == 0)
		hang_up();
	else if (strcmp(word, "late") == 0)
		poll(NULL, 0, atoi(rest));
	else if (strcmp(word, "raw") == 0)
		buf_printf(&out, "%s\n", rest);
	else {
		buf_puts(&out, "{\"jsonrpc\":\"2.0\",");
		if (strcmp(word, "notify") == 0)
			rest++;
		else
			buf_printf(&out, "\"id\":%lld,\"%s\":", (long long)id, word);
		put_with_id(&out, rest, id);
		buf_puts(&out, strcmp(word, "notify") == 0 ? "\n" : "}\n");
	}
	say(buf_str(&out), out.len);
	buf_free(&out);
}

static void
answer(const char *line, size_t len)
{
	json_t		*request = json_loadb(line, len, 0, NULL);
	const char	*method = json_string_value(json_object_get(request, "method"));
	json_int_t	 id = json_integer_value(json_object_get(request, "id"));
	size_t		 i = find_block(method != NULL ? method : "");

	if (fake.log != NULL)
		fprintf(fake.log, "%.*s\n", (int)len, line);
	if (i == fake.n_lines)
		act("error", "{\"code\":-32601,\"message\":\"no such method in the script\"}", id);
	for (; i < fake.n_lines && strcmp(fake.lines[i].word, "on") != 0; i++)
		act(fake.lines[i].word, fake.lines[i].rest, id);
	json_decref(request);
}

static void
serve(void)
{
	char	*room = buf_reserve(&fake.in, READ_BYTES), *newline;
	ssize_t	 got = read(fake.peer, room, READ_BYTES);

	if (got <= 0) {
		hang_up();
		return;
	}
	fake.in.len += got;
	while (fake.in.len > 0 && (newline = memchr(fake.in.ptr, '\n', fake.in.len)) != NULL) {
		answer(fake.in.ptr, newline - fake.in.ptr);
		if (fake.in.len > 0)
			buf_consume(&fake.in, newline + 1 - fake.in.ptr);
	}
}

/* --- the command ---------------------------------------------------------------------------- */

static void
listen_somewhere(void)
{
	struct sockaddr_un	 addr = { .sun_family = AF_UNIX };

	snprintf(fake.folder, sizeof(fake.folder), "/tmp/fake-daemon.XXXXXX");
	if (mkdtemp(fake.folder) == NULL)
		die("mkdtemp");
	snprintf(fake.path, sizeof(fake.path), "%s/socket", fake.folder);
	memcpy(addr.sun_path, fake.path, strlen(fake.path) + 1);
	fake.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(fake.listener, (struct sockaddr *)&addr, sizeof(addr)) == -1 || listen(fake.listener, 8) == -1)
		die("socket");
}

static int
open_terminal(void)
{
	struct winsize	 size = { .ws_row = TERMINAL_ROWS, .ws_col = fake.columns };
	int		 slave;

	fake.terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fake.terminal == -1 || grantpt(fake.terminal) == -1 || unlockpt(fake.terminal) == -1)
		die("posix_openpt");
	slave = open(ptsname(fake.terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave == -1 || ioctl(slave, TIOCSWINSZ, &size) == -1)
		die("terminal");
	return slave;
}

static void
start(char **argv)
{
	sigset_t	 mask;
	int		 slave = fake.columns > 0 ? open_terminal() : -1;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fake.signals = signalfd(-1, &mask, SFD_CLOEXEC);
	setenv("GAZETTE_SOCKET", fake.path, 1);
	fake.child = fork();
	if (fake.child == 0) {
		sigprocmask(SIG_UNBLOCK, &mask, NULL);
		if (slave != -1) {
			setsid();
			ioctl(slave, TIOCSCTTY, 0);
			dup2(slave, STDIN_FILENO);
			dup2(slave, STDOUT_FILENO);
			dup2(slave, STDERR_FILENO);
		}
		execvp(*argv, argv);
		die(*argv);
	}
	if (slave != -1)
		close(slave);
}

/* Copies what the command wrote to its terminal; false once nothing more can come. */
static bool
copy_terminal(void)
{
	char	 bytes[4096];
	ssize_t	 got = read(fake.terminal, bytes, sizeof(bytes)), i;

	for (i = 0; i < got; i++)
		if (bytes[i] != '\r' || i + 1 == got || bytes[i + 1] != '\n')
			putchar(bytes[i]);
	return got > 0;
}

static int
run(void)
{
	int	 status;

	for (;;) {
		struct pollfd	 ready[] = {
			{ fake.peer == -1 ? fake.listener : fake.peer, POLLIN, 0 }, { fake.signals, POLLIN, 0 },
			{ fake.terminal, POLLIN, 0 }
		};

		if (poll(ready, 3, -1) == -1)
			die("poll");
		if (ready[0].revents != 0 && fake.peer != -1)
			serve();
		else if (ready[0].revents != 0)
			fake.peer = accept4(fake.listener, NULL, NULL, SOCK_CLOEXEC);
		if (ready[2].revents != 0)
			copy_terminal();
		if (ready[1].revents != 0 && waitpid(fake.child, &status, WNOHANG) == fake.child)
			break;
	}
	while (fake.terminal != -1 && copy_terminal())
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static int
usage(void)
{
	fprintf(stderr, "usage: fake-daemon [-l LOG] [-t COLUMNS] SCRIPT COMMAND [ARGUMENT]...\n");
	return 99;
}

int
main(int argc, char **argv)
{
	int	 option, status;
	size_t	 i;

	alarm(SECONDS_MAX);
	while ((option = getopt(argc, argv, "+l:t:")) != -1) {
		if (option == 'l')
			fake.log = fopen(optarg, "we");
		else if (option == 't')
			fake.columns = atoi(optarg);
		else
			return usage();
	}
	if (argc - optind < 2)
		return usage();
	buf_init(&fake.in, BYTES_MAX);
	read_script(argv[optind]);
	listen_somewhere();
	start(argv + optind + 1);
	status = run();
	unlink(fake.path);
	rmdir(fake.folder);
	if (fake.log != NULL)
		fclose(fake.log);
	for (i = 0; i < fake.n_lines; i++)
		free(fake.lines[i].word);
	buf_free(&fake.in);
	return status;
}
