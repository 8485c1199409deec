#include "daemon/core/ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/add.h"
#include "daemon/core/document.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/place.h"
#include "daemon/core/poll.h"
#include "daemon/core/refresh.h"
#include "daemon/core/settle.h"
#include "daemon/core/store.h"
#include "daemon/core/websub.h"
#include "daemon/shared/log.h"
#include "daemon/shared/notify.h"

enum { FRAME_ARENA_BYTES = 1 << 20, BATCH_ARENA_BYTES = 32 << 20, REASON_BYTES = 600 };

struct ingest {
	struct core	*core;
	struct arena	*frame;		/* one frame */
	/* The open batch: jobs in order, all written unless ingest is stopped. */
	struct arena	*batch;
	struct settle	*first, **last;
	size_t		 n_jobs, n_entries, n_bytes;
	bool		 touched;	/* others have written into it too */
	bool		 committing;
	struct loop_timer *delay, *retry;
	struct loop_timer *fold;	/* of the log, once a burst is over */
	bool		 stopped, given_up, held;
	const char	*word;
	char		 reason[REASON_BYTES];
};

/* --- stopping and going on ---------------------------------------------------------- */

bool
ingest_stopped(const struct ingest *ingest)
{
	return ingest->stopped;
}

const char *
ingest_word(const struct ingest *ingest)
{
	return ingest->word;
}

const char *
ingest_reason(const struct ingest *ingest)
{
	return ingest->reason;
}

static void
stop_for(struct ingest *ingest, int status, const char *why)
{
	struct core *core = ingest->core;

	ingest->word = store_word(status);
	snprintf(ingest->reason, sizeof ingest->reason, "%s: %s", ingest->word, why);
	store_batch_rollback(core->store);
	if (!ingest->stopped) {
		if (ingest->given_up)
			log_error("storing has stopped: %s", ingest->reason);
		else
			log_error("storing has stopped, trying again every %d s: %s", INGEST_RETRY_MS / 1000, ingest->reason);
		notify_status("storing has stopped: %s", ingest->reason);
		ingest->stopped = true;
		fetchers_pause(core->fetchers, true);
		adds_fail(core->adds, ingest->word, ingest->reason);
		refresh_fail(core->refreshes, ingest->word, ingest->reason);
	}
	loop_timer_stop(ingest->delay);
	if (!ingest->given_up)
		loop_timer_start(ingest->retry, INGEST_RETRY_MS);
}

static void
stop(struct ingest *ingest, int status)
{
	stop_for(ingest, status, store_error(ingest->core->store));
}

void
ingest_give_up(struct ingest *ingest)
{
	if (ingest->given_up)
		return;
	ingest->given_up = true;
	loop_timer_stop(ingest->retry);
	ingest->stopped = false;	/* from what it has stopped for before */
	stop(ingest, store_batch_begin(ingest->core->store));
}

void
ingest_full(struct ingest *ingest)
{
	stop_for(ingest, STORE_EFULL, "the disk is full");
}

static void
go_on(struct ingest *ingest)
{
	if (!ingest->stopped)
		return;
	log_info("storing goes on");
	notify_status("storing goes on");
	ingest->stopped = false;
	ingest->reason[0] = '\0';
	fetchers_pause(ingest->core->fetchers, ingest->held);
	poll_kick(ingest->core->poll);
}

void
ingest_hold(struct ingest *ingest, bool held)
{
	if (ingest->held == held)
		return;
	ingest->held = held;
	fetchers_pause(ingest->core->fetchers, held || ingest->stopped);
	if (!held)
		poll_kick(ingest->core->poll);
}

/* --- the batch ------------------------------------------------------------------------ */

static void
count_poll(struct core *core, const struct settle *settle)
{
	core->polls.total++;
	core->polls.outcomes[settle->done.outcome]++;
	if (settle->done.outcome == OUTCOME_OK)
		core->polls.ok++;
	else if (settle->done.outcome == OUTCOME_NOT_MODIFIED)
		core->polls.not_modified++;
	else
		core->polls.failed++;
}

/* One job of a batch that is committed. */
static void
conclude(struct ingest *ingest, struct settle *settle)
{
	struct core *core = ingest->core;
	struct job *job = settle->job;

	store_job_free(settle->entries);
	if (settle->end == SETTLE_AGAIN) {
		job->found |= settle->found;
		poll_again(core->poll, job, settle->next_url);
		return;
	}
	if (job->websub != 0 || job->pushed) {
		if (job->document != NULL)
			document_settled(core->documents, settle);
		else
			websub_settled(core->websub, settle);
		poll_finished(core->poll, job);
		return;
	}
	count_poll(core, settle);
	if (job->add != NULL)
		add_settled(job->add, settle);
	else
		refresh_settled(core->refreshes, settle);
	poll_finished(core->poll, job);
}

/* The batch is committed. Answering may change the store, which commits first: that is us. */
static void
conclude_all(struct ingest *ingest)
{
	struct settle *settle = ingest->first;

	ingest->first = NULL;
	ingest->last = &ingest->first;
	ingest->n_jobs = ingest->n_entries = ingest->n_bytes = 0;
	ingest->touched = false;
	ingest->committing = true;
	while (settle != NULL) {
		struct settle *next = settle->next;

		conclude(ingest, settle);
		settle = next;
	}
	ingest->committing = false;
	arena_reset(ingest->batch);
	core_changed(ingest->core);
}

void
ingest_commit(struct ingest *ingest)
{
	int status;

	if (ingest->stopped || ingest->committing || (ingest->first == NULL && !ingest->touched))
		return;
	loop_timer_stop(ingest->delay);
	status = store_batch_commit(ingest->core->store);
	if (status != STORE_OK) {
		stop(ingest, status);
		return;
	}
	conclude_all(ingest);
}

static void
on_delay(void *arg)
{
	struct ingest *ingest = arg;
	bool burst = ingest->n_entries >= INGEST_BURST_ENTRIES;

	ingest_commit(ingest);
	if (!burst)
		store_fold(ingest->core->store);
}

static void
on_fold(void *arg)
{
	struct ingest *ingest = arg;

	store_fold(ingest->core->store);
}

/* Writes the kept batch once more, job by job: what a nearly full disk has taken is done with. */
static void
on_retry(void *arg)
{
	struct ingest *ingest = arg;
	struct store *store = ingest->core->store;
	struct settle *settle;
	int status;

	if (!place_reserve_keep(ingest->core->state_dir)) {
		loop_timer_start(ingest->retry, INGEST_RETRY_MS);
		return;
	}
	while ((settle = ingest->first) != NULL) {
		status = settle_write(ingest->core, settle, ingest->batch);
		if (status == STORE_OK)
			status = store_batch_commit(store);
		if (status != STORE_OK) {
			stop(ingest, status);
			return;
		}
		ingest->first = settle->next;
		conclude(ingest, settle);
	}
	conclude_all(ingest);
	go_on(ingest);
}

void
ingest_touched(struct ingest *ingest)
{
	ingest->touched = true;
	if (!ingest->stopped && !loop_timer_running(ingest->delay))
		loop_timer_start(ingest->delay, INGEST_DELAY_MS);
}

/* --- outcomes --------------------------------------------------------------------------- */

static struct span
keep(struct arena *arena, struct span span)
{
	return span.ptr == NULL ? span : (struct span){ arena_strndup(arena, span.ptr, span.len), span.len };
}

static void
keep_done(struct arena *arena, const struct rec_done *from, struct rec_done *to)
{
	*to = *from;
	to->message = keep(arena, from->message);
	to->final_url = keep(arena, from->final_url);
	to->permanent_url = keep(arena, from->permanent_url);
	to->etag = keep(arena, from->etag);
	to->last_modified = keep(arena, from->last_modified);
	to->candidates.items = arena_zalloc(arena, (from->candidates.count + 1) * sizeof *to->candidates.items);
	for (size_t i = 0; i < from->candidates.count; i++)
		to->candidates.items[i] = keep(arena, from->candidates.items[i]);
}

/* Into the batch, with what came before it, if anything. */
static void
take_outcome(struct ingest *ingest, struct intake *intake, struct job *job, const struct rec_done *done)
{
	struct settle *settle;
	int status;

	/* It will use a transaction of its own: what is in the batch must not be written twice if that fails. */
	if (settle_is_alone(job, done))
		ingest_commit(ingest);
	settle = arena_zalloc(ingest->batch, sizeof *settle);
	settle->job = job;
	settle->at_s = loop_wall_s();
	keep_done(ingest->batch, done, &settle->done);
	if (intake->job != NULL) {
		settle->entries = intake->entries;
		ingest->n_entries += store_job_entries(intake->entries);
		intake->job = NULL;
		intake->entries = NULL;
	}
	ingest->n_jobs++;
	*ingest->last = settle;
	ingest->last = &settle->next;
	poll_answered(ingest->core->poll, job, done->address);
	if (ingest->stopped)
		return;
	status = settle_write(ingest->core, settle, ingest->batch);
	if (status != STORE_OK)
		stop(ingest, status);
	else
		ingest_touched(ingest);
}

void
ingest_outcome(struct ingest *ingest, struct job *job, const struct rec_done *done)
{
	struct intake nothing = { .job = NULL };

	take_outcome(ingest, &nothing, job, done);
}

/* --- records ------------------------------------------------------------------------------ */

enum breach { FINE, STRANGE_ENTRY, DISORDER, TOO_MANY, STRANGE_FEED, TOO_LARGE, STRANGE_OUTCOME, WRONG_COUNT, STRANGE_HOP };

static const char *const breaches[] = {
	[FINE] = NULL,
	[STRANGE_ENTRY] = "an entry of a job that is not its turn",
	[DISORDER] = "entries out of order",
	[TOO_MANY] = "more entries than a document may have",
	[STRANGE_FEED] = "a feed of a job that is not its turn",
	[TOO_LARGE] = "a feed larger than a document may be",
	[STRANGE_OUTCOME] = "the outcome of a job that is not its turn",
	[WRONG_COUNT] = "another number of entries than announced",
	[STRANGE_HOP] = "a redirect that cannot be",
};

/* The job of a record: the one that is arriving, or if none is another one of this fetcher. NULL: it may not be. */
static struct job *
find_job(const struct ingest *ingest, const struct intake *intake, uint64_t id)
{
	struct job *job = poll_job(ingest->core->poll, id);

	if (job == NULL || job->fetcher != intake->fetcher || (intake->job != NULL && intake->job != job))
		return NULL;
	return job;
}

static bool
take_job(struct ingest *ingest, struct intake *intake, uint64_t id)
{
	struct job *job = find_job(ingest, intake, id);

	if (job != NULL && intake->job == NULL) {
		intake->job = job;
		intake->entries = store_job_new(ingest->core->store);
		intake->last_ordinal = -1;
	}
	return job != NULL;
}

static enum breach
take_entry(struct ingest *ingest, struct intake *intake, const void *record)
{
	const struct rec_entry *entry = record;

	if (!take_job(ingest, intake, entry->job))
		return STRANGE_ENTRY;
	if ((int64_t)entry->ordinal <= intake->last_ordinal)
		return DISORDER;
	intake->last_ordinal = (int64_t)entry->ordinal;
	if (store_job_entry(intake->entries, entry) != STORE_OK)
		return TOO_MANY;
	return FINE;
}

static enum breach
take_feed(struct ingest *ingest, struct intake *intake, const void *record)
{
	const struct rec_feed *feed = record;

	if (!take_job(ingest, intake, feed->job))
		return STRANGE_FEED;
	if (store_job_feed(intake->entries, feed) != STORE_OK)
		return TOO_LARGE;
	return FINE;
}

/* Not the end of the job: it goes on where the redirect leads. */
static enum breach
take_hop(struct ingest *ingest, struct intake *intake, struct job *job, const struct rec_done *done)
{
	if (job->pushed || !trail_take(&job->trail, done))
		return STRANGE_HOP;
	intake_forget(intake);
	poll_hop(ingest->core->poll, job, done->address);
	return FINE;
}

static enum breach
take_done(struct ingest *ingest, struct intake *intake, const void *record)
{
	const struct rec_done *done = record;
	struct job *job = find_job(ingest, intake, done->job);

	if (job == NULL)
		return STRANGE_OUTCOME;
	if (done->outcome == OUTCOME_HOP)
		return take_hop(ingest, intake, job, done);
	if (done->outcome == OUTCOME_OK &&
	    done->entries != (intake->entries == NULL ? 0 : store_job_entries(intake->entries)))
		return WRONG_COUNT;
	take_outcome(ingest, intake, job, done);
	return FINE;
}

static const struct row {
	enum record_type type;
	const struct record_desc *desc;
	enum breach	 (*take)(struct ingest *, struct intake *, const void *record);
} rows[] = {
	{ RECORD_ENTRY, &record_entry, take_entry },
	{ RECORD_FEED, &record_feed, take_feed },
	{ RECORD_DONE, &record_done, take_done },
};

static const struct row *
find_row(int type)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if ((int)rows[i].type == type)
			return &rows[i];
	return NULL;
}

const char *
ingest_frame(struct ingest *ingest, struct intake *intake, const char *ptr, size_t len)
{
	union { struct rec_entry entry; struct rec_feed feed; struct rec_done done; } record;
	const struct row *row = find_row(record_type(ptr, len));
	enum breach breach;
	const char *error;

	arena_reset(ingest->frame);
	if (row == NULL)
		return "a record of an unknown type";
	if (record_decode(row->desc, ptr, len, &record, ingest->frame, &error) == -1)
		return error;
	breach = row->take(ingest, intake, &record);
	if (breach != FINE)
		return breaches[breach];
	ingest->n_bytes += len;
	if (ingest->n_entries >= INGEST_ENTRIES_MAX || ingest->n_jobs >= INGEST_JOBS_MAX || ingest->n_bytes >= INGEST_BYTES_MAX)
		ingest_commit(ingest);
	return NULL;
}

/* The pipe is empty: if nobody else is on the way there is nothing to wait for. */
void
ingest_idle(struct ingest *ingest)
{
	bool burst = ingest->n_entries >= INGEST_BURST_ENTRIES;

	if (poll_in_flight(ingest->core->poll) != 0)
		return;
	ingest_commit(ingest);
	if (!burst)
		store_fold(ingest->core->store);
	loop_timer_start(ingest->fold, INGEST_FOLD_MS);
}

void
intake_forget(struct intake *intake)
{
	store_job_free(intake->entries);
	intake->entries = NULL;
	intake->job = NULL;
}

/* --- life ------------------------------------------------------------------------------- */

struct ingest *
ingest_new(struct core *core)
{
	struct ingest *ingest = calloc(1, sizeof *ingest);

	if (ingest == NULL)
		abort();
	ingest->core = core;
	ingest->frame = arena_new(FRAME_ARENA_BYTES);
	ingest->batch = arena_new(BATCH_ARENA_BYTES);
	ingest->last = &ingest->first;
	ingest->delay = loop_timer_new(core->loop, on_delay, ingest);
	ingest->fold = loop_timer_new(core->loop, on_fold, ingest);
	ingest->retry = loop_timer_new(core->loop, on_retry, ingest);
	return ingest;
}

void
ingest_free(struct ingest *ingest)
{
	if (ingest == NULL)
		return;
	ingest_commit(ingest);
	for (struct settle *settle = ingest->first; settle != NULL; settle = settle->next)
		store_job_free(settle->entries);
	loop_timer_free(ingest->delay);
	loop_timer_free(ingest->fold);
	loop_timer_free(ingest->retry);
	arena_free(ingest->frame);
	arena_free(ingest->batch);
	free(ingest);
}
