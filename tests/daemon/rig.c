#include "tests/daemon/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_BYTES = 512, DATAGRAM_BYTES = 4096, FD_STDERR = 2, FD_LISTEN = 3, NFTW_FDS = 16 };

/* --- files ------------------------------------------------------------------------- */

static const char *
path_of(const struct rig *rig, const char *name, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%s/%s", rig->dir, name);
	return path;
}

static void
copy_program(const char *from, const char *to)
{
	struct stat status = { 0 };
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	off_t left;

	if (in == -1 || out == -1 || fstat(in, &status) == -1)
		fail_msg("%s to %s: %s", from, to, strerror(errno));
	for (left = status.st_size; left > 0;) {
		ssize_t put = sendfile(out, in, NULL, (size_t)left);

		if (put <= 0)
			fail_msg("%s: %s", to, strerror(errno));
		left -= put;
	}
	close(in);
	close(out);
}

char *
rig_file(struct rig *rig, const char *name)
{
	char path[PATH_BYTES], *text = NULL;
	size_t len = 0;
	FILE *stream = fopen(path_of(rig, name, path), "r");

	if (stream == NULL)
		return strdup("");
	if (getdelim(&text, &len, '\0', stream) == -1) {
		free(text);
		text = strdup("");
	}
	fclose(stream);
	return text;
}

void
rig_write_file(struct rig *rig, const char *name, const char *text)
{
	char path[PATH_BYTES];
	FILE *stream = fopen(path_of(rig, name, path), "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

void
rig_remove_file(struct rig *rig, const char *name)
{
	char path[PATH_BYTES];

	assert_int_equal(unlink(path_of(rig, name, path)), 0);
}

int
rig_jobs(struct rig *rig, const char *prefix)
{
	char *text = rig_file(rig, "jobs");
	int count = 0;

	for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
		count += strncmp(line, prefix, strlen(prefix)) == 0;
	free(text);
	return count;
}

/* --- time ---------------------------------------------------------------------------- */

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
wait_for(int fd, short events, int64_t until_ms, const char *what)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int64_t left_ms = until_ms - now_ms();

	if (left_ms <= 0 || poll(&pfd, 1, (int)left_ms) != 1)
		fail_msg("%s did not come within %d ms", what, RIG_WAIT_MS);
}

/* --- the daemon -------------------------------------------------------------------------- */

static void
open_notify(struct rig *rig)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	assert_true(snprintf(addr.sun_path, sizeof addr.sun_path, "%s/notify", rig->dir) < (int)sizeof addr.sun_path);
	rig->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(rig->notify >= 0);
	assert_int_equal(bind(rig->notify, (struct sockaddr *)&addr, sizeof addr), 0);
}

void
rig_notified(struct rig *rig, const char *text)
{
	char datagram[DATAGRAM_BYTES];
	int64_t until_ms = now_ms() + RIG_WAIT_MS;
	ssize_t got;

	do {
		wait_for(rig->notify, POLLIN, until_ms, text);
		got = recv(rig->notify, datagram, sizeof datagram - 1, 0);
		assert_true(got >= 0);
		datagram[got] = '\0';
	} while (strstr(datagram, text) == NULL);
}

/* As sd_listen_fds(3) has it. */
static void
pass_socket(struct rig *rig)
{
	char pid[32];

	if (rig->adopt == 0)
		return;
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	if (rig->adopt == FD_LISTEN)
		fcntl(rig->adopt, F_SETFD, 0);
	else
		dup2(rig->adopt, FD_LISTEN);
}

static void __attribute__((noreturn))
exec_daemon(struct rig *rig, int err)
{
	char program[PATH_BYTES], state[PATH_BYTES], conf[PATH_BYTES], notify[PATH_BYTES];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv("NOTIFY_SOCKET", path_of(rig, "notify", notify), 1);
	setenv("FAKE_DIR", rig->dir, 1);
	if (err == -1) {
		err = open(path_of(rig, "log", program), O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (getenv("RIG_LOG") != NULL)
			err = FD_STDERR;
	}
	dup2(err, FD_STDERR);
	pass_socket(rig);
	path_of(rig, "gazetted", program);
	execl(program, program, "-v", "-d", path_of(rig, "state", state), "-f", path_of(rig, "gazetted.conf", conf),
	    rig->adopt == 0 ? "-s" : (char *)NULL, rig->socket, (char *)NULL);
	_exit(127);
}

void
rig_restart(struct rig *rig)
{
	rig->pid = fork();
	assert_true(rig->pid >= 0);
	if (rig->pid == 0)
		exec_daemon(rig, -1);
	rig_notified(rig, "READY=1");
	rig_peer_open(rig, &rig->peer);
}

int
rig_refused(struct rig *rig, char **message)
{
	int pipes[2], status;
	char text[DATAGRAM_BYTES];
	ssize_t len;
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		exec_daemon(rig, pipes[1]);
	close(pipes[1]);
	wait_for(pipes[0], POLLIN, now_ms() + RIG_WAIT_MS, "a refusal");
	len = read(pipes[0], text, sizeof text - 1);
	close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	*message = strndup(text, len > 0 ? (size_t)len : 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
rig_start(struct rig *rig, const char *conf)
{
	const char *build = getenv("top_builddir"), *tmp = getenv("TMPDIR");
	char from[PATH_BYTES], to[PATH_BYTES];

	*rig = (struct rig){ .next_id = 1 };
	snprintf(rig->dir, sizeof rig->dir, "%.60s/rig.XXXXXX", tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->socket, sizeof rig->socket, "%.100s/run/socket", rig->dir);
	snprintf(from, sizeof from, "%.400s/daemon/gazetted", build != NULL ? build : ".");
	copy_program(from, path_of(rig, "gazetted", to));
	snprintf(from, sizeof from, "%.400s/tests/daemon/fake-fetcher", build != NULL ? build : ".");
	copy_program(from, path_of(rig, "gazetted-fetcher", to));
	rig_write_file(rig, "gazetted.conf", conf);
	open_notify(rig);
	rig_restart(rig);
}

static void
reap(struct rig *rig, int signo, bool clean)
{
	int status;

	rig_peer_close(&rig->peer);
	assert_int_equal(kill(rig->pid, signo), 0);
	assert_int_equal(waitpid(rig->pid, &status, 0), rig->pid);
	if (clean && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		fail_msg("the daemon ended with status %#x; its log is in %s/log", status, rig->dir);
	rig->pid = 0;
}

void
rig_end(struct rig *rig)
{
	reap(rig, SIGTERM, true);
}

void
rig_kill(struct rig *rig)
{
	reap(rig, SIGKILL, false);
}

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

void
rig_stop(struct rig *rig)
{
	if (rig->pid != 0)
		rig_end(rig);
	close(rig->notify);
	assert_int_equal(nftw(rig->dir, remove_one, NFTW_FDS, FTW_DEPTH | FTW_PHYS), 0);
}

/* --- connections ---------------------------------------------------------------------------- */

void
rig_peer_open(struct rig *rig, struct rig_peer *peer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	assert_true(strlen(rig->socket) < sizeof addr.sun_path);
	memcpy(addr.sun_path, rig->socket, strlen(rig->socket) + 1);
	peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(peer->fd >= 0);
	if (connect(peer->fd, (struct sockaddr *)&addr, sizeof addr) == -1)
		fail_msg("%s: %s", rig->socket, strerror(errno));
	buf_init(&peer->in, RIG_LINE_MAX);
}

void
rig_peer_close(struct rig_peer *peer)
{
	close(peer->fd);
	buf_free(&peer->in);
}

static bool
push(struct rig_peer *peer, const char *ptr, size_t len)
{
	while (len > 0) {
		ssize_t put = send(peer->fd, ptr, len, MSG_NOSIGNAL);

		if (put == -1 && errno == EPIPE)
			return false;
		if (put == -1)
			fail_msg("sending: %s", strerror(errno));
		ptr += put;
		len -= (size_t)put;
	}
	return true;
}

void
rig_peer_write(struct rig_peer *peer, const char *ptr, size_t len)
{
	if (push(peer, ptr, len))
		push(peer, "\n", 1);
}

json_t *
rig_peer_read(struct rig_peer *peer)
{
	int64_t until_ms = now_ms() + RIG_WAIT_MS;
	size_t scanned = 0;
	json_error_t error;
	json_t *json;
	char *end;

	while (peer->in.len == scanned || (end = memchr(peer->in.ptr + scanned, '\n', peer->in.len - scanned)) == NULL) {
		char *room = buf_reserve(&peer->in, 64 << 10);
		ssize_t got;

		assert_non_null(room);
		scanned = peer->in.len;
		wait_for(peer->fd, POLLIN, until_ms, "a line");
		got = recv(peer->fd, room, 64 << 10, 0);
		if (got <= 0)
			return NULL;
		peer->in.len += (size_t)got;
	}
	json = json_loadb(peer->in.ptr, (size_t)(end - peer->in.ptr), 0, &error);
	if (json == NULL)
		fail_msg("no JSON (%s): %.*s", error.text, (int)(end - peer->in.ptr), peer->in.ptr);
	buf_consume(&peer->in, (size_t)(end - peer->in.ptr) + 1);
	return json;
}

int
rig_send(struct rig *rig, const char *method, const char *params)
{
	struct buf line = BUF_INIT(RIG_LINE_MAX);
	int id = rig->next_id++;

	buf_printf(&line, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\"", id, method);
	if (params != NULL) {
		buf_puts(&line, ",\"params\":");
		buf_puts(&line, params);
	}
	buf_putc(&line, '}');
	rig_peer_write(&rig->peer, line.ptr, line.len);
	buf_free(&line);
	return id;
}

json_t *
rig_answer(struct rig *rig, int id)
{
	for (;;) {
		json_t *json = rig_peer_read(&rig->peer);

		if (json == NULL)
			fail_msg("the daemon closed the connection; its log is in %s/log", rig->dir);
		if (json_integer_value(json_object_get(json, "id")) == id)
			return json;
		json_decref(json);
	}
}

static json_t *
member_of(struct rig *rig, const char *method, const char *params, const char *member)
{
	json_t *answer = rig_answer(rig, rig_send(rig, method, params)), *value = json_object_get(answer, member);

	if (value == NULL)
		fail_msg("%s %s: no %s: %s", method, params != NULL ? params : "", member, json_dumps(answer, JSON_COMPACT));
	json_incref(value);
	json_decref(answer);
	return value;
}

json_t *
rig_call(struct rig *rig, const char *method, const char *params)
{
	return member_of(rig, method, params, "result");
}

json_t *
rig_error(struct rig *rig, const char *method, const char *params)
{
	return member_of(rig, method, params, "error");
}
