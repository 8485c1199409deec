#include "daemon/core/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/query.h"
#include "daemon/core/rpc.h"
#include "daemon/core/side.h"
#include "daemon/core/store-item.h"
#include "daemon/shared/log.h"
#include "daemon/shared/protocol.h"

/* A call; counts up to at are known. */
struct job {
	struct job	*next;
	struct rpc_call	*call;
	size_t		 n, at;
	int64_t		 counts[];
};

struct tally {
	struct core	*core;
	struct side	*side;
	bool		 gone;
	struct job	*first, **last;		/* the first one's query is being counted */
	size_t		 waiting;
};

/* --- its own process: "NOW QUERY" gives "0 COUNT", or "STATUS why" ---------------------------------------------- */

static int
count_in(struct store *store, struct span text, int64_t now_s, int64_t *count)
{
	struct query_error error;
	struct query *query = NULL;
	int status;

	/* without an index there are queries without words still */
	(void)store_index_attach(store);
	status = store_query(store, text.ptr, text.len, now_s, &query, &error);
	store_deadline(store, TALLY_APART_MS);
	if (status == STORE_OK)
		status = store_item_count(store, query, count);
	query_free(query);
	return status;
}

static void
work(const char *state_dir, const char *question, char answer[SIDE_ANSWER_BYTES])
{
	char error[STORE_ERROR_BYTES] = "", *text;
	struct store *store;
	int64_t now_s = strtoll(question, &text, 10), count = 0;
	int status = store_open_apart(&store, state_dir, error);

	if (status == STORE_OK) {
		status = count_in(store, SPAN(text + 1), now_s, &count);
		snprintf(error, sizeof error, "%s", store_error(store));
	}
	if (status == STORE_OK)
		snprintf(answer, SIDE_ANSWER_BYTES, "0 %" PRId64, count);
	else
		snprintf(answer, SIDE_ANSWER_BYTES, "%d %s", status, error);
	store_close(store);
}

static const struct side_task task = { .name = "gazetted-count", .memory_max = TALLY_MEMORY_MAX, .work = work };

/* --- for core ------------------------------------------------------------------------------------------------ */

_Static_assert(SIDE_QUESTION_BYTES > QUERY_BYTES_MAX + sizeof "-9223372036854775808 ", "any query can be asked for");

enum where { HERE /* counted */, APART /* to be counted there */, ANSWERED };

static struct span
text_of(const struct job *job)
{
	return rpc_text(json_array_get(rpc_param(job->call, "queries"), job->at));
}

static enum where
count_one(struct tally *tally, struct job *job)
{
	struct span text = text_of(job);
	/* first: a query that is none ends the call, and its text */
	bool apart = !tally->gone && text.ptr != NULL && memchr(text.ptr, '\0', text.len) == NULL;
	struct query *query = rpc_query(job->call, text);
	int status;

	if (query == NULL)
		return ANSWERED;
	status = apart && query_has_prefix(query) ? STORE_ETOOSLOW : store_item_count(tally->core->store, query, &job->counts[job->at]);
	query_free(query);
	if (status == STORE_OK) {
		job->at++;
		return HERE;
	}
	if (status == STORE_ETOOSLOW && apart)
		return APART;
	rpc_fail_store(job->call, status);
	return ANSWERED;
}

/* What can be counted at once. */
static enum where
count_here(struct tally *tally, struct job *job)
{
	enum where where = HERE;

	store_deadline(tally->core->store, tally->gone ? STORE_QUERY_MS : TALLY_HERE_MS);
	while (job->at < job->n && where == HERE)
		where = count_one(tally, job);
	store_deadline(tally->core->store, 0);
	return where;
}

static void
answer(struct job *job)
{
	struct json *json = rpc_result(job->call);

	json_put_array(json, "counts");
	for (size_t i = 0; i < job->n; i++)
		json_put_integer(json, NULL, job->counts[i]);
	rpc_send(job->call);
}

static void
ask(struct tally *tally)
{
	char question[SIDE_QUESTION_BYTES];
	struct span text;

	if (tally->first == NULL)
		return;
	text = text_of(tally->first);
	snprintf(question, sizeof question, "%" PRId64 " %.*s", loop_wall_s(), (int)text.len, text.ptr);
	side_ask(tally->side, question);
}

static void
wait_for_turn(struct tally *tally, struct job *job)
{
	bool alone = tally->first == NULL;

	if (tally->waiting == TALLY_WAITING_MAX) {
		rpc_fail(job->call, "busy", "%d counts that take long wait already", TALLY_WAITING_MAX);
		free(job);
		return;
	}
	if (!job->call->kept)
		rpc_keep(job->call);
	job->next = NULL;
	*tally->last = job;
	tally->last = &job->next;
	tally->waiting++;
	if (alone)
		ask(tally);
}

static void
go_on(struct tally *tally, struct job *job)
{
	enum where where = count_here(tally, job);

	if (where == APART) {
		wait_for_turn(tally, job);
		return;
	}
	if (where == HERE)
		answer(job);
	free(job);
}

static struct job *
take_first(struct tally *tally)
{
	struct job *job = tally->first;

	tally->first = job->next;
	if (tally->first == NULL)
		tally->last = &tally->first;
	tally->waiting--;
	return job;
}

static void
on_answer(void *arg, const char *text)
{
	struct tally *tally = arg;
	struct job *job;
	char *rest;
	long status;

	if (text == NULL) {
		log_warn("gazetted-count is gone: until gazetted itself is started anew clients may wait for each other's counts");
		tally->gone = true;
		for (size_t n = tally->waiting; n > 0; n--)
			go_on(tally, take_first(tally));
		return;
	}
	status = strtol(text, &rest, 10);
	job = take_first(tally);
	ask(tally);
	if (status != STORE_OK) {
		rpc_fail(job->call, store_word((enum store_status)status), "%s", rest + strspn(rest, " "));
		free(job);
		return;
	}
	job->counts[job->at++] = strtoll(rest, NULL, 10);
	go_on(tally, job);
}

struct tally *
tally_new(const char *state_dir)
{
	struct tally *tally = calloc(1, sizeof *tally);

	if (tally == NULL)
		abort();
	tally->last = &tally->first;
	tally->side = side_new(&task, state_dir);
	if (tally->side != NULL)
		return tally;
	free(tally);
	return NULL;
}

void
tally_start(struct tally *tally, struct core *core)
{
	tally->core = core;
	side_start(tally->side, core->loop, on_answer, tally);
}

void
tally_free(struct tally *tally)
{
	if (tally == NULL)
		return;
	while (tally->first != NULL) {
		struct job *job = take_first(tally);

		rpc_fail(job->call, "busy", "the daemon is stopping");
		free(job);
	}
	side_free(tally->side, false);
	free(tally);
}

void
tally_count(struct tally *tally, struct rpc_call *call)
{
	size_t n = json_array_size(rpc_param(call, "queries"));
	struct job *job;

	if (n > TALLY_QUERIES_MAX) {
		rpc_fail_code(call, RPC_EPARAMS, "item.count: at most %d queries at a time", TALLY_QUERIES_MAX);
		return;
	}
	job = calloc(1, sizeof *job + n * sizeof job->counts[0]);
	if (job == NULL)
		abort();
	job->call = call;
	job->n = n;
	go_on(tally, job);
}
