/*
 * gazetted - the daemon's core. The only writer of gazette.db; opens no connection to the internet.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "daemon/core/add.h"
#include "daemon/core/announce.h"
#include "daemon/core/backup.h"
#include "daemon/core/check.h"
#include "daemon/core/checkpoint.h"
#include "daemon/core/core.h"
#include "daemon/core/document.h"
#include "daemon/core/errand.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/forget.h"
#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/marks.h"
#include "daemon/core/place.h"
#include "daemon/core/poll.h"
#include "daemon/core/porter.h"
#include "daemon/core/refresh.h"
#include "daemon/core/retain.h"
#include "daemon/core/rpc.h"
#include "daemon/core/rules.h"
#include "daemon/core/schedule.h"
#include "daemon/core/server.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/tally.h"
#include "daemon/core/watch.h"
#include "daemon/core/websub.h"
#include "daemon/shared/log.h"
#include "daemon/shared/notify.h"
#include "daemon/shared/sandbox.h"

#define READONLY_NAME "readonly"	/* systemd.socket(5), FileDescriptorName= */

enum { TICK_MS = 10 * 1000, LISTEN_FD_FIRST = 3, LARGE_BYTES = 128 << 10, EXIT_USAGE = 2 };

struct options {
	char	*config, *state, *socket;	/* owned; NULL: the default */
	bool	 config_given, check, verbose;
};

/* The program as a whole: core, and what only main.c knows. */
struct daemon {
	struct core	 core;
	struct options	 options;
	struct checkpoint *checkpoint;
	bool		 short_of_room;	/* started on what was kept for it */
	int		 lock;
	struct loop_signal *term, *interrupt, *hangup;
	struct loop_timer *tick, *watchdog;
};

/* --- command line ------------------------------------------------------------------ */

/* Asked for, it is the answer; else it is a complaint. */
static void __attribute__((noreturn))
usage(bool asked)
{
	fputs("usage: gazetted [-hnVv] [-d STATEDIR] [-f CONFIG] [-s SOCKET]\n", asked ? stdout : stderr);
	exit(asked ? 0 : EXIT_USAGE);
}

static void
set(char **place, const char *value)
{
	free(*place);
	*place = strdup(value);
	if (*place == NULL)
		abort();
}

static void
parse_options(int argc, char **argv, struct options *options)
{
	static const struct option longs[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
	int opt;

	while ((opt = getopt_long(argc, argv, "d:f:hns:Vv", longs, NULL)) != -1)
		switch (opt) {
		case 'd': set(&options->state, optarg); break;
		case 'f': set(&options->config, optarg); options->config_given = true; break;
		case 'h': usage(true);
		case 'n': options->check = true; break;
		case 's': set(&options->socket, optarg); break;
		case 'V': printf("gazetted %s\n", PACKAGE_VERSION); exit(0);
		case 'v': options->verbose = true; break;
		default: usage(false);
		}
	if (optind != argc)
		usage(false);
	if (options->config == NULL)
		options->config = place_config();
	if (options->state == NULL)
		options->state = place_state();
	if (options->socket == NULL)
		options->socket = place_socket();
}

static void
free_options(struct options *options)
{
	free(options->config);
	free(options->state);
	free(options->socket);
}

/* --- configuration ------------------------------------------------------------------- */

/* From behind the walls: as conf_read(). */
static int
read_through(struct porter *porter, const char *path, struct conf *conf, char error[CONF_ERROR_BYTES])
{
	int fd = porter_config(porter), status;
	FILE *stream;

	if (fd == -1 && errno == ENOENT)
		return 1;
	stream = fd != -1 ? fdopen(fd, "r") : NULL;
	if (stream == NULL) {
		snprintf(error, CONF_ERROR_BYTES, "%.400s: %s", path, strerror(errno));
		return -1;
	}
	status = conf_read_stream(conf, path, stream, error);
	fclose(stream);
	return status;
}

/* 0, or -1 (logged); conf is as before then. porter: NULL while we may read it ourselves. */
static int
read_config(const struct options *options, struct porter *porter, struct conf *conf)
{
	char error[CONF_ERROR_BYTES];
	struct conf fresh;
	int found = 1;

	conf_init(&fresh);
	if (options->config != NULL && porter == NULL)
		found = conf_read(&fresh, options->config, error);
	else if (options->config != NULL)
		found = read_through(porter, options->config, &fresh, error);
	if (found == 1 && options->config_given) {
		snprintf(error, sizeof error, "%.400s: there is no such file", options->config);
		found = -1;
	}
	if (found == -1) {
		log_error("%s", error);
		conf_free(&fresh);
		return -1;
	}
	conf_free(conf);
	*conf = fresh;
	return 0;
}

/* --- signals and time ------------------------------------------------------------------- */

static void
on_end(void *arg)
{
	struct daemon *daemon = arg;

	loop_stop(daemon->core.loop);
}

static void
on_hangup(void *arg)
{
	struct daemon *daemon = arg;

	notify_reloading();
	if (read_config(&daemon->options, daemon->core.porter, &daemon->core.conf) == 0) {
		log_info("the configuration has been read again");
		fetchers_configure(daemon->core.fetchers);
		store_keep_revisions(daemon->core.store, daemon->core.conf.keep_revisions);
		poll_limits(daemon->core.poll);
		retain_now(daemon->core.retain);
		forget_now(daemon->core.forget);
		announce_configure(daemon->core.announce);
		errands_go(daemon->core.errands);
		websub_configure(daemon->core.websub);
	} else
		log_warn("the configuration stays as it was");
	notify_ready();
}

static void
on_tick(void *arg)
{
	struct daemon *daemon = arg;
	struct core *core = &daemon->core;
	struct store_stats stats;

	if (ingest_stopped(core->ingest))
		notify_status("storing has stopped: %s", ingest_reason(core->ingest));
	else if (store_stats(core->store, &stats) == STORE_OK)
		notify_status("%lld feeds, %lld failing; %lld unread of %lld entries; %zu transfers", (long long)stats.feeds,
		    (long long)stats.failing, (long long)stats.unread, (long long)stats.items, poll_in_flight(core->poll));
	if (poll_in_flight(core->poll) == 0)
		store_idle(core->store);
	loop_timer_start(daemon->tick, TICK_MS);
}

static void
on_watchdog(void *arg)
{
	struct daemon *daemon = arg;

	notify_watchdog();
	loop_timer_start(daemon->watchdog, notify_watchdog_ms());
}

static void
watch_signals(struct daemon *daemon)
{
	struct loop *loop = daemon->core.loop;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a limit on file sizes is a full disk like any other */
	daemon->term = loop_signal_new(loop, SIGTERM, on_end, daemon);
	daemon->interrupt = loop_signal_new(loop, SIGINT, on_end, daemon);
	daemon->hangup = loop_signal_new(loop, SIGHUP, on_hangup, daemon);
	daemon->tick = loop_timer_new(loop, on_tick, daemon);
	daemon->watchdog = loop_timer_new(loop, on_watchdog, daemon);
	if (notify_watchdog_ms() > 0)
		loop_timer_start(daemon->watchdog, notify_watchdog_ms());
}

/* --- sockets ----------------------------------------------------------------------------- */

/* The descriptors from LISTEN_FD_FIRST on that the service manager has passed to this very process: sd_listen_fds(3). */
struct passed {
	int	 count;
	enum server_access access[SERVER_LISTENERS_MAX];
};

static void
passed_sockets(struct passed *passed)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");

	*passed = (struct passed){ 0 };
	if (pid != NULL && count != NULL && strtol(pid, NULL, 10) == (long)getpid())
		passed->count = (int)strtol(count, NULL, 10);
	if (passed->count < 0 || passed->count > SERVER_LISTENERS_MAX)
		passed->count = 0;
	for (int i = 0; i < passed->count && names != NULL; i++) {
		size_t len = strcspn(names, ":");

		if (len == strlen(READONLY_NAME) && strncmp(names, READONLY_NAME, len) == 0)
			passed->access[i] = SERVER_READ;
		names = names[len] == ':' ? names + len + 1 : NULL;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static int
listen_somewhere(struct daemon *daemon, const struct passed *passed)
{
	struct core *core = &daemon->core;
	const struct conf *conf = &core->conf;
	char error[SERVER_ERROR_BYTES] = "no socket: give -s, or set XDG_RUNTIME_DIR";
	int listening = -1;

	for (int i = 0; i < passed->count; i++) {
		listening = server_adopt(core->server, LISTEN_FD_FIRST + i, passed->access[i], error);
		if (listening == -1)
			break;
	}
	if (passed->count == 0 && daemon->options.socket != NULL)
		listening = server_listen(core->server, daemon->options.socket, conf->socket_group, SERVER_FULL, error);
	if (listening == 0 && conf->readonly_socket != NULL)
		listening = server_listen(core->server, conf->readonly_socket, conf->readonly_group, SERVER_READ, error);
	if (listening == -1)
		log_error("%s", error);
	return listening;
}

/* --- walls --------------------------------------------------------------------------------- */

/* While nothing is open: what they are told now is all that they will ever do. */
static int
hire(struct daemon *daemon)
{
	const struct options *options = &daemon->options;
	const struct porter_row rows[PORTER_PROGRAMS] = {
		[PORTER_FETCHER] = { { options->verbose ? "-v" : NULL } },
		[PORTER_INDEXER] = { { options->verbose ? "-v" : options->state, options->verbose ? options->state : NULL } },
	};

	daemon->core.porter = porter_new(options->config, rows);
	daemon->checkpoint = checkpoint_new(options->state);
	daemon->core.check = check_new(options->state);
	daemon->core.tally = tally_new(options->state);
	if (daemon->core.porter != NULL && daemon->checkpoint != NULL && daemon->core.check != NULL && daemon->core.tally != NULL)
		return 0;
	log_error("no process for the helpers: %s", strerror(errno));
	return -1;
}

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));

	if (folder == NULL)
		abort();
	return folder;
}

/* Everything is open, and nobody has been heard yet. The sockets' folders are needed once more, to remove the sockets. */
static int
lock_down(struct daemon *daemon)
{
	struct sandbox_path paths[1 + SERVER_LISTENERS_MAX] = { { daemon->core.state_dir, SANDBOX_READ | SANDBOX_CHANGE } };
	struct sandbox sandbox = { .role = SANDBOX_CORE, .paths = paths, .n_paths = 1 };
	char *folders[SERVER_LISTENERS_MAX];
	const char *named;
	size_t count = 0;
	int status;

	for (size_t at = 0; (named = server_named(daemon->core.server, &at)) != NULL; count++) {
		folders[count] = folder_of(named);
		paths[sandbox.n_paths++] = (struct sandbox_path){ folders[count], SANDBOX_REMOVE };
	}
	daemon->core.sandbox.limits = sandbox_has_limits();
	daemon->core.sandbox.files = sandbox_has_files();
	daemon->core.sandbox.calls = sandbox_has_calls();
	status = sandbox_enter(&sandbox);
	while (count > 0)
		free(folders[--count]);
	return status;
}

/* --- life ---------------------------------------------------------------------------------- */

/* What crashed an earlier version may be no trouble to this one. */
static void
release(struct store *store)
{
	int64_t count;

	if (store_release(store, PACKAGE_VERSION, loop_wall_s(), schedule_why(SCHEDULE_QUARANTINE, 0), &count) != STORE_OK)
		log_error("quarantine: %s", store_error(store));
	else if (count > 0)
		log_info("another version than before: feeds out of quarantine: %lld", (long long)count);
}

/* On a full disk by what has been kept for that; storing waits then until as much is free again. */
static int
open_store(struct daemon *daemon, const char *dir, char error[STORE_ERROR_BYTES])
{
	int status = store_open(&daemon->core.store, dir, error);

	if (status == STORE_EFULL && place_reserve_give(dir)) {
		log_warn("%s; using the room that is kept for a start", error);
		daemon->short_of_room = true;
		status = store_open(&daemon->core.store, dir, error);
	} else if (status == STORE_OK)
		place_reserve_keep(dir);
	return status;
}

/* The state is ours alone, and open. */
static int
open_state(struct daemon *daemon)
{
	char error[STORE_ERROR_BYTES] = "no state directory: give -d, or set HOME";
	const char *dir = daemon->options.state;

	if (dir == NULL || place_make(dir, error) == -1) {
		log_error("%s", error);
		return -1;
	}
	daemon->lock = place_lock(dir, error);
	if (daemon->lock == -1 || open_store(daemon, dir, error) != STORE_OK) {
		log_error("%s", error);
		return -1;
	}
	store_keep_revisions(daemon->core.store, daemon->core.conf.keep_revisions);
	daemon->core.state_dir = dir;
	release(daemon->core.store);
	daemon->core.seen_seq = daemon->core.told_seq = store_seq(daemon->core.store);
	return 0;
}

static void
make_modules(struct daemon *daemon)
{
	struct core *core = &daemon->core;

	core->server = server_new(core->loop, &rpc_client_ops, core);
	core->watches = watches_new(core);
	core->poll = poll_new(core);
	core->adds = adds_new(core);
	core->refreshes = refreshes_new(core);
	core->ingest = ingest_new(core);
	core->marks = marks_new(core);
	core->fetchers = fetchers_new(core);
	core->index = index_new(core);
	core->retain = retain_new(core);
	core->forget = forget_new(core);
	core->backup = backup_new(core);
	core->config = daemon->options.config;
	core->documents = documents_new(core);
	core->errands = errands_new(core);
	core->announce = announce_new(core);
	core->rules = rules_new(core);
	core->websub = websub_new(core);
}

/* What has arrived is stored, what has not is fetched another time; clients that wait are told; the database closes last. */
static void
free_all(struct daemon *daemon)
{
	struct core *core = &daemon->core;

	retain_free(core->retain);
	forget_free(core->forget);
	backup_free(core->backup);
	documents_free(core->documents);
	check_free(core->check);
	tally_free(core->tally);
	core->backup = NULL;	/* clients go later */
	core->documents = NULL;
	marks_free(core->marks);
	ingest_free(core->ingest);
	websub_free(core->websub);
	index_free(core->index);
	adds_free(core->adds);
	refreshes_free(core->refreshes);
	server_free(core->server);
	announce_free(core->announce);
	errands_free(core->errands);
	rules_free(core->rules);
	watches_free(core->watches);
	poll_free(core->poll);
	fetchers_free(core->fetchers);	/* jobs that end tell theirs */
	porter_free(core->porter);
	checkpoint_free(daemon->checkpoint);
	store_close(core->store);
	loop_signal_free(daemon->term);
	loop_signal_free(daemon->interrupt);
	loop_signal_free(daemon->hangup);
	loop_timer_free(daemon->tick);
	loop_timer_free(daemon->watchdog);
	loop_free(core->loop);
	conf_free(&core->conf);
	free_options(&daemon->options);
	if (daemon->lock != -1)
		close(daemon->lock);
}

static int
run(struct daemon *daemon)
{
	struct core *core = &daemon->core;
	struct passed passed;

	passed_sockets(&passed);
	if (daemon->options.state != NULL && hire(daemon) == -1)
		return 1;
	if (open_state(daemon) == -1)
		return 1;
	core->loop = loop_new();
	core->started_ms = loop_mono_ms();
	watch_signals(daemon);
	make_modules(daemon);
	checkpoint_start(daemon->checkpoint, core->loop, core->store);
	check_start(core->check, core);
	tally_start(core->tally, core);
	if (listen_somewhere(daemon, &passed) == -1 || lock_down(daemon) == -1)
		return 1;
	index_start(core->index);
	rules_start(core->rules);
	announce_configure(core->announce);
	errands_go(core->errands);
	fetchers_start(core->fetchers);
	websub_configure(core->websub);
	if (daemon->short_of_room)
		ingest_full(core->ingest);
	notify_ready();
	on_tick(daemon);
	log_info("ready, version %s", PACKAGE_VERSION);
	loop_run(core->loop);
	notify_stopping();
	log_info("stopping");
	return 0;
}

int
main(int argc, char **argv)
{
	struct daemon daemon = { .lock = -1 };
	int status;

	umask(077);
	/* Large buffers go back to the system when they are freed, however many there have been. */
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	parse_options(argc, argv, &daemon.options);
	log_open("gazetted", daemon.options.verbose);
	conf_init(&daemon.core.conf);
	status = read_config(&daemon.options, NULL, &daemon.core.conf) == 0 ? 0 : 1;
	if (status == 0 && !daemon.options.check)
		status = run(&daemon);
	free_all(&daemon);
	return status;
}
