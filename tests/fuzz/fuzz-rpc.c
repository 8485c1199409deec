/*
 * Any bytes as a request to core, with a store that has some entries, its modules, and neither helpers nor network: what is answered is
 * whole lines of JSON.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/core/add.h"
#include "daemon/core/announce.h"
#include "daemon/core/backup.h"
#include "daemon/core/check.h"
#include "daemon/core/document.h"
#include "daemon/core/errand.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/forget.h"
#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/marks.h"
#include "daemon/core/poll.h"
#include "daemon/core/refresh.h"
#include "daemon/core/retain.h"
#include "daemon/core/rpc.h"
#include "daemon/core/rules.h"
#include "daemon/core/server.h"
#include "daemon/core/store-feed.h"
#include "daemon/core/store-job.h"
#include "daemon/core/tally.h"
#include "daemon/core/watch.h"
#include "daemon/core/websub.h"
#include "daemon/shared/log.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES = 12, NOW = 1800000000, TURN_MS = 1, TURNS_MAX = 5000, READ_BYTES = 64 << 10 };

static struct core core;
static struct loop_timer *turn;
static char dir[] = "/tmp/fuzz-rpc.XXXXXX";
static int peer = -1;
static uint64_t client;

static void
need(bool fine, const char *what)
{
	if (!fine) {
		fprintf(stderr, "%s: %s\n", what, core.store != NULL ? store_error(core.store) : "");
		abort();
	}
}

static void
clean_up(void)
{
	static const char *const names[] = { "gazette.db", "gazette.db-wal", "gazette.db-shm", "socket" };
	char path[64];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void
on_turn(void *arg)
{
	loop_stop(arg);
}

/* All that is ready is done. */
static void
take_turn(void)
{
	loop_timer_start(turn, TURN_MS);
	loop_run(core.loop);
}

static void
fill(void)
{
	struct store_counts counts;
	struct store_job *job;
	uint32_t feed;

	need(store_feed_add(core.store, &(struct store_feed_new){ .url = SPAN("https://a.example/") }, &feed) == STORE_OK, "feed");
	job = store_job_new(core.store);
	for (uint64_t i = 0; i < ENTRIES; i++) {
		const struct rec_entry rec = { .ordinal = i, .published = NOW - (int64_t)i * 1000, .modified = STORE_ABSENT, .title = SPAN("one two"),
		    .text = SPAN("three"), .content_hash = i, .url = SPAN("https://a.example/x") };

		need(store_job_entry(job, &rec) == STORE_OK, "entry");
	}
	need(store_job_apply(job, feed, NOW, &counts) == STORE_OK, "apply");
	store_job_free(job);
	need(store_batch_commit(core.store) == STORE_OK, "commit");
}

static void
connect_peer(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (peer != -1)
		close(peer);
	snprintf(addr.sun_path, sizeof addr.sun_path, "%s/socket", dir);
	peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(connect(peer, (struct sockaddr *)&addr, sizeof addr) == 0, "connect");
	client++;
	for (int i = 0; i < TURNS_MAX && server_find(core.server, client) == NULL; i++)
		take_turn();
	need(server_find(core.server, client) != NULL, "client");
}

static void
set_up(void)
{
	char error[STORE_ERROR_BYTES + SERVER_ERROR_BYTES], path[64];

	need(mkdtemp(dir) != NULL, "mkdtemp");
	/* they fork: what is to be done at the end is not theirs */
	core.check = check_new(dir);
	core.tally = tally_new(dir);
	need(core.check != NULL && core.tally != NULL, "side");
	atexit(clean_up);
	core.loop = loop_new();
	core.state_dir = dir;
	conf_init(&core.conf);
	turn = loop_timer_new(core.loop, on_turn, core.loop);
	need(store_open(&core.store, dir, error) == STORE_OK, "store");
	fill();
	core.server = server_new(core.loop, &rpc_client_ops, &core);
	core.watches = watches_new(&core);
	core.poll = poll_new(&core);
	core.adds = adds_new(&core);
	core.refreshes = refreshes_new(&core);
	core.ingest = ingest_new(&core);
	core.fetchers = fetchers_new(&core);
	core.index = index_new(&core);
	core.retain = retain_new(&core);
	core.forget = forget_new(&core);
	core.backup = backup_new(&core);
	core.documents = documents_new(&core);
	core.errands = errands_new(&core);
	core.announce = announce_new(&core);
	core.rules = rules_new(&core);
	core.marks = marks_new(&core);
	core.websub = websub_new(&core);
	check_start(core.check, &core);
	tally_start(core.tally, &core);
	snprintf(path, sizeof path, "%s/socket", dir);
	need(server_listen(core.server, path, NULL, SERVER_FULL, error) == 0, error);
	connect_peer();
}

/* What has been said is whole lines, each an object. */
static void
hear(void)
{
	struct buf heard = BUF_INIT(CLIENT_OUT_MAX);
	ssize_t got = 1;

	take_turn();
	while (got > 0) {
		char *room = buf_reserve(&heard, READ_BYTES);

		got = recv(peer, room, READ_BYTES, MSG_DONTWAIT);
		heard.len += got > 0 ? (size_t)got : 0;
		if (got > 0)
			take_turn();
	}
	for (const char *at = heard.ptr, *end = at + heard.len, *stop; at < end; at = stop + 1) {
		json_t *line;

		stop = memchr(at, '\n', (size_t)(end - at));
		need(stop != NULL, "half a line");
		line = json_loadb(at, (size_t)(stop - at), 0, NULL);
		need(json_is_object(line), "no object");
		json_decref(line);
	}
	buf_free(&heard);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line;

	if (core.store == NULL)
		set_up();
	if (server_find(core.server, client) == NULL)
		connect_peer();
	line = malloc(size + 1);
	need(line != NULL, "malloc");
	memcpy(line, data, size);
	line[size] = '\0';
	rpc_request(&core, server_find(core.server, client), line, size);
	free(line);
	hear();
	return 0;
}
