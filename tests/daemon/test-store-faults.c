/*
 * What goes wrong around the store: a disk that fills up or fails at the n-th write, for every n; and kill -9 at any moment. Nothing
 * acknowledged is lost, nothing comes twice, counters stay exact, and it goes on as soon as it can.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/core/store-rule.h"
#include "feeds/base/buf.h"
#include "schema/schema.h"
#include "tests/daemon/store-kit.h"

/* --- a file system whose n-th write fails, and all after it --------------------------------------------------- */

struct shim_file { sqlite3_file base; sqlite3_file *real; };

static sqlite3_vfs *real_vfs, shim_vfs;
static sqlite3_io_methods shim_methods;
static long writes_left = -1;		/* -1: none fails */
static int failure = SQLITE_FULL;

static sqlite3_file *
real(sqlite3_file *file)
{
	return ((struct shim_file *)file)->real;
}

static bool
fails(void)
{
	if (writes_left > 0)
		writes_left--;
	return writes_left == 0;
}

static int
shim_close(sqlite3_file *file)
{
	int code = real(file)->pMethods->xClose(real(file));

	free(real(file));
	return code;
}

static int shim_read(sqlite3_file *f, void *ptr, int len, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), ptr, len, at); }
static int shim_write(sqlite3_file *f, const void *ptr, int len, sqlite3_int64 at)
{ return fails() ? failure : real(f)->pMethods->xWrite(real(f), ptr, len, at); }
static int shim_truncate(sqlite3_file *f, sqlite3_int64 len) { return real(f)->pMethods->xTruncate(real(f), len); }
/* no power fails here, and waiting for the disk would take most of the time */
static int shim_sync(sqlite3_file *f, int flags) { return (void)f, (void)flags, writes_left == 0 ? SQLITE_IOERR_FSYNC : SQLITE_OK; }
static int shim_size(sqlite3_file *f, sqlite3_int64 *len) { return real(f)->pMethods->xFileSize(real(f), len); }
static int shim_lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int shim_unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int shim_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int shim_control(sqlite3_file *f, int op, void *arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
static int shim_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int shim_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int shim_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{ return real(f)->pMethods->xShmMap(real(f), page, size, extend, out); }
static int shim_shm_lock(sqlite3_file *f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); }
static void shim_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int shim_unmap(sqlite3_file *f, int del) { return real(f)->pMethods->xShmUnmap(real(f), del); }

static sqlite3_io_methods shim_methods = { .iVersion = 2, .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write,
    .xTruncate = shim_truncate, .xSync = shim_sync, .xFileSize = shim_size, .xLock = shim_lock, .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved, .xFileControl = shim_control, .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device, .xShmMap = shim_map, .xShmLock = shim_shm_lock, .xShmBarrier = shim_barrier,
    .xShmUnmap = shim_unmap };

static int
shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct shim_file *shim = (struct shim_file *)file;
	int code;

	(void)vfs;
	shim->real = calloc(1, (size_t)real_vfs->szOsFile);
	assert_non_null(shim->real);
	code = real_vfs->xOpen(real_vfs, name, shim->real, flags, out);
	shim->base.pMethods = shim->real->pMethods != NULL ? &shim_methods : NULL;
	if (shim->base.pMethods == NULL)
		free(shim->real);
	return code;
}

static int
install_shim(void **state)
{
	(void)state;
	real_vfs = sqlite3_vfs_find(NULL);
	shim_vfs = *real_vfs;
	shim_vfs.zName = "shim";
	shim_vfs.szOsFile = sizeof(struct shim_file);
	shim_vfs.xOpen = shim_open;
	return sqlite3_vfs_register(&shim_vfs, 1) == SQLITE_OK ? 0 : -1;
}

static int
remove_shim(void **state)
{
	(void)state;
	sqlite3_vfs_unregister(&shim_vfs);
	return 0;
}

/* --- a disk that fails -------------------------------------------------------------------------------------------- */

enum { OF_THE_LOG = 5 };	/* checks before those of the log */

static const char *const documents[] = {
	"g:1 l:/1 t:A c:one|g:2 l:/2 t:B c:two", "g:3 l:/3 t:C c:three|g:1 l:/1 t:A c:one_edited|g:2 l:/2 t:B c:two",
};

/* One document in a batch of its own. */
static int
take(uint32_t feed, const char *document)
{
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;
	int rc;

	kit_collect(job, document);
	rc = store_job_apply(job, feed, KIT_NOW, &counts);
	if (rc == STORE_OK)
		rc = store_job_finish(job, feed, &(struct rec_done){ .outcome = OUTCOME_OK }, &(struct store_poll){ .at_s = KIT_NOW,
		    .next_poll_s = KIT_NOW, .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL);
	store_job_free(job);
	return rc == STORE_OK ? store_batch_commit(kit_store) : rc;
}

static int
star(uint32_t id)
{
	const struct store_tag_edit edit = { .add = { (struct span[]){ SPAN("starred"), SPAN("own") }, 2 } };
	int64_t changed;

	return store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed);
}

/* log: each change is there, and none but comings of entries that are. */
static void
check(const char *what, long n, bool log)
{
	static const struct { const char *sql; int64_t expected; } rows[] = {
		{ "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 0 },
		{ "SELECT count(*) FROM feed_count c WHERE total <> (SELECT count(*) FROM entry e WHERE c.feed IN (0, e.feed)) OR "
		    "unread <> (SELECT count(*) FROM entry e WHERE unread AND c.feed IN (0, e.feed)) OR "
		    "starred <> (SELECT count(*) FROM entry e WHERE starred AND c.feed IN (0, e.feed))", 0 },
		{ "SELECT count(*) FROM entry e WHERE NOT EXISTS (SELECT 1 FROM content WHERE entry = e.id)", 0 },
		{ "SELECT count(*) FROM content c WHERE NOT EXISTS (SELECT 1 FROM entry WHERE id = c.entry)", 0 },
		{ "SELECT count(*) FROM (SELECT feed, title FROM entry GROUP BY 1, 2 HAVING count(*) > 1)", 0 },
		{ "SELECT (SELECT ifnull(max(seq), 0) FROM change) - (SELECT count(*) FROM change)", 0 },
		{ "SELECT (SELECT seq FROM counter) - (SELECT count(*) FROM change)", 0 },
		{ "SELECT (SELECT count(*) FROM change WHERE what = 1) - (SELECT count(*) FROM entry)", 0 },
	};

	for (size_t i = 0; i < (log ? sizeof rows / sizeof rows[0] : OF_THE_LOG); i++) {
		int64_t found = kit_number("gazette.db", rows[i].sql);

		if (found != rows[i].expected)
			fail_msg("%s, %ld: check %zu: %d", what, n, i, (int)found);
	}
}

static void
check_whole(const char *what, long n)
{
	check(what, n, true);
}

/* Fails at the n-th write; whether it got that far. */
static bool
fail_at(long n, const char *name, int expected)
{
	uint32_t feed = kit_feed("https://example.org/");
	int rcs[4];
	bool failed = false;

	writes_left = n;
	rcs[0] = take(feed, documents[0]);
	rcs[1] = rcs[0] == STORE_OK ? star(1) : rcs[0];
	rcs[2] = rcs[1] == STORE_OK ? take(feed, documents[1]) : rcs[1];
	store_idle(kit_store);
	for (int i = 0; i < 3; i++) {
		if (rcs[i] != STORE_OK && rcs[i] != expected)
			fail_msg("%s, write %ld: step %d: %s: %s", name, n, i, store_word((enum store_status)rcs[i]), store_error(kit_store));
		failed = failed || rcs[i] != STORE_OK;
	}
	/* readers go on */
	kit_count("*");
	assert_string_equal(kit_list("is:starred", STORE_NEWEST), rcs[1] == STORE_OK ? "1" : "");
	assert_false(store_batch_open(kit_store));
	writes_left = -1;
	check_whole(name, n);
	/* and so does ingest, as soon as there is room */
	for (int i = 0; i < 2; i++)
		kit_expect(take(feed, documents[i]), STORE_OK, name);
	assert_int_equal(kit_count("*"), 3);
	check_whole(name, n);
	return failed;
}

/* Each write in turn fails, in each way that a disk can, until none is left to; there are at least so many. */
static void
fail_each_write(bool (*fail_one)(long n, const char *name, int expected), long least)
{
	static const struct { const char *name; int code, expected; } kinds[] = {
		{ "full", SQLITE_FULL, STORE_EFULL }, { "failing", SQLITE_IOERR_WRITE, STORE_EIO },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		bool failed;
		long n = 0;

		failure = kinds[i].code;
		do {
			assert_int_equal(kit_setup(NULL), 0);
			failed = fail_one(++n, kinds[i].name, kinds[i].expected);
			assert_int_equal(kit_teardown(NULL), 0);
		} while (failed);
		assert_true(n > least);
	}
}

static void
test_failing_disk(void **state)
{
	(void)state;
	fail_each_write(fail_at, 20);
}

/* --- rules, undo and forgetting: each whole or not at all ------------------------------------------------------------ */

static int
run_rule(const char *query, const char *actions[], size_t count)
{
	struct span spans[4];
	struct span_list list = { spans, count };
	struct store_rule_done done = { 0, 0, 0, 0, 0 };
	struct store_rule_run run = { .rule = 1, .actions = &list, .until = 2, .exec = true, .undoable = true, .now_s = KIT_NOW };
	struct query_error error;
	struct query *parsed;
	int rc;

	for (size_t i = 0; i < count; i++)
		spans[i] = SPAN(actions[i]);
	kit_expect(store_query(kit_store, query, strlen(query), KIT_NOW, &parsed, &error), STORE_OK, query);
	run.query = parsed;
	rc = store_rule_run(kit_store, &run, &done);
	query_free(parsed);
	return rc;
}

static int
mark(void)
{
	return run_rule("*", (const char *[]){ "+ruled", "star", "exec:true" }, 3);
}

static int
undo(void)
{
	int64_t undone, changed;

	return store_undo(kit_store, 1, KIT_NOW, NULL, NULL, &undone, &changed);
}

static int
drop(void)
{
	return run_rule("url:/1", (const char *[]){ "drop" }, 1);
}

static int
forget(void)
{
	return store_log_forget(kit_store, store_seq(kit_store) - 1);
}

static int
settle(void)
{
	return store_errand_done(kit_store, 1, KIT_NOW);
}

/* How many there are when a step has been taken, a digit each: entries, tags of their own, starred, errands, traces, operations. */
static const struct { int (*take)(void); int64_t after; } steps[] = {
	{ NULL, 200000 }, { mark, 222221 }, { undo, 200220 }, { drop, 100130 }, { forget, 100130 }, { settle, 100040 },
};

enum { STEPS = sizeof steps / sizeof steps[0] };

static bool
fail_rules_at(long n, const char *name, int expected)
{
	static const char counts[] = "SELECT (SELECT count(*) FROM entry) || (SELECT count(*) FROM entry_tag) || "
	    "(SELECT count(*) FROM entry WHERE starred) || (SELECT count(*) FROM errand) || (SELECT count(*) FROM trace) || "
	    "(SELECT count(*) FROM operation)";
	size_t step;
	int64_t found;
	int rc = STORE_OK;

	kit_expect(take(kit_feed("https://example.org/"), documents[0]), STORE_OK, name);
	writes_left = n;
	for (step = 1; step < STEPS && rc == STORE_OK; step++)
		rc = steps[step].take();
	store_idle(kit_store);
	writes_left = -1;
	if (rc != STORE_OK && rc != expected)
		fail_msg("%s, write %ld: step %zu: %s", name, n, step - 1, store_error(kit_store));
	found = kit_number("gazette.db", counts);
	if (found != steps[rc == STORE_OK ? STEPS - 1 : step - 2].after)
		fail_msg("%s, write %ld: step %zu left %06d", name, n, step - 1, (int)found);
	check(name, n, false);
	/* what could not be done can be done now */
	for (size_t again = rc == STORE_OK ? STEPS : step - 1; again < STEPS; again++)
		kit_expect(steps[again].take(), STORE_OK, name);
	check(name, n, false);
	return rc != STORE_OK;
}

static void
test_failing_rules(void **state)
{
	(void)state;
	fail_each_write(fail_rules_at, 20);
}

/* The first start of a newer program: nothing is half done, the next start finishes it. True if the n-th write was reached. */
static bool
migrate_at(long n, const char *name, int expected)
{
	char error[STORE_ERROR_BYTES] = "";
	int64_t version;
	int rc;

	kit_version(1);
	kit_sql("gazette.db", "INSERT INTO feed(id, url, added) VALUES (1, 'https://example.org/', 1);"
	    "INSERT INTO feed_state(feed, next_poll) VALUES (1, 2); INSERT INTO feed_count(feed) VALUES (1); UPDATE counter SET feed = 1");
	writes_left = n;
	rc = store_open(&kit_store, kit_dir, error);
	store_close(kit_store);
	kit_store = NULL;
	writes_left = -1;
	if (rc != STORE_OK && (rc != expected || error[0] == '\0'))
		fail_msg("%s, write %ld: %d with the reason \"%s\"", name, n, rc, error);
	version = kit_number("gazette.db", "PRAGMA user_version");
	if (kit_number("gazette.db", "SELECT count(*) FROM pragma_table_info('feed_state') WHERE name IN ('posts', 'watched', 'why')") !=
	    (version == 1 ? 0 : 3))
		fail_msg("%s, write %ld: version %d is half done", name, n, (int)version);
	kit_reopen();
	assert_int_equal(kit_number("gazette.db", "PRAGMA user_version"), (int64_t)schema_migrations_count);
	assert_int_equal(kit_number("gazette.db", "SELECT next_poll FROM feed_state"), 2);
	kit_expect(take(1, documents[0]), STORE_OK, name);
	check_whole(name, n);
	return rc != STORE_OK;
}

static void
test_failing_migration(void **state)
{
	(void)state;
	fail_each_write(migrate_at, 2);
}

/* --- kill -9 ---------------------------------------------------------------------------------------------------------- */

enum { ROUNDS = 12, FEEDS = 5 };

/* Takes in documents and stars entries, telling after each what is done: 'n' an entry, 's' a star, with its number. */
static void
work(int fd, unsigned round)
{
	char error[STORE_ERROR_BYTES], line[64], document[128];
	struct store *store;

	if (store_open(&store, kit_dir, error) != STORE_OK)
		_exit(3);
	kit_store = store;
	for (unsigned i = 0; ; i++) {
		unsigned number = round * 100000 + i;
		int len;

		snprintf(document, sizeof document, "g:%u t:T%u c:text_%u|g:%u t:T%u c:text_%u", number, number, number, number - 1, number - 1,
		    number - 1);
		if (take(1 + i % FEEDS, document) != STORE_OK)
			_exit(4);
		len = snprintf(line, sizeof line, "n %u %u\n", 1 + i % FEEDS, number);
		if (write(fd, line, (size_t)len) != len)
			_exit(5);
		if (i % 3 == 0 && star((uint32_t)(store_seq(store) % 50) + 1) != STORE_OK)
			_exit(6);
	}
}

/* Reads so many lines, kills, and reads what was said before the end; each must be true. */
static int
run_and_kill(unsigned round, int lines, char *said, size_t size)
{
	int fds[2], status;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		work(fds[1], round);
	}
	close(fds[1]);
	for (int seen = 0; (got = read(fds[0], said + len, size - 1 - len)) > 0; ) {
		for (ssize_t i = 0; i < got; i++)
			seen += said[len + (size_t)i] == '\n';
		len += (size_t)got;
		if (seen >= lines)
			kill(pid, SIGKILL);
	}
	said[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Every entry that was told of is there once, in its feed. */
static void
check_said(char *said, unsigned round)
{
	struct buf sql = BUF_INIT(4 << 20);
	int64_t count = 0;

	buf_puts(&sql, "SELECT count(*) FROM entry WHERE (feed, title) IN (VALUES (0, '')");
	for (char *rest = NULL, *line = strtok_r(said, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		unsigned feed, number;

		/* the last line may be cut */
		if (rest[0] == '\0' || sscanf(line, "n %u %u", &feed, &number) != 2)
			continue;
		buf_printf(&sql, ", (%u, 'T%u')", feed, number);
		count++;
	}
	buf_puts(&sql, ")");
	if (kit_number("gazette.db", buf_str(&sql)) != count)
		fail_msg("round %u: of %d entries some are lost or doubled", round, (int)count);
	buf_free(&sql);
}

static void
test_killed(void **state)
{
	static char said[1 << 20];
	uint64_t seed = (uint64_t)getpid();
	char url[64];

	(void)state;
	for (int i = 0; i < FEEDS; i++) {
		snprintf(url, sizeof url, "https://example.org/%d", i);
		kit_feed(url);
	}
	print_message("# seed %u\n", (unsigned)seed);
	for (unsigned round = 1; round <= ROUNDS; round++) {
		int status;

		store_close(kit_store);
		kit_store = NULL;
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		status = run_and_kill(round, 1 + (int)(seed >> 40) % 60, said, sizeof said);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			fail_msg("round %u: ended by itself: %d", round, status);
		kit_reopen();
		check_whole("killed", round);
		check_said(said, round);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failing_disk), cmocka_unit_test(test_failing_rules), cmocka_unit_test(test_failing_migration),
		cmocka_unit_test_setup_teardown(test_killed, kit_setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, install_shim, remove_shim);
}
