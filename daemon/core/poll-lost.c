/* poll-lost - a fetcher has died: whose fault it was, and what becomes of all that it was at. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/core/document.h"
#include "daemon/core/fetcher.h"
#include "daemon/core/ingest.h"
#include "daemon/core/poll-private.h"
#include "daemon/shared/log.h"

enum { MESSAGE_BYTES = 256 };

/* --- suspects ------------------------------------------------------------------------- */

void
poll_suspect_next(struct poll *poll)
{
	struct job *job = poll->first_suspect;

	if (job == NULL || poll->suspect != NULL)
		return;
	poll->suspect = job;
	poll->first_suspect = job->next;
	job->next = NULL;
	arena_reset(poll->arena);
	host_add(poll->hosts, poll_next_host(poll, job), &job->at_host, true);
}

void
poll_suspect_run(struct poll *poll)
{
	struct fetcher *fetcher = poll->suspect_turn ? fetchers_alone(poll->core->fetchers) : NULL;

	if (fetcher == NULL)
		return;
	poll->suspect_turn = false;
	poll_dispatch(poll, poll->suspect, fetcher);
}

void
poll_suspect(struct poll *poll, struct job *job)
{
	poll_stopped(poll, job);
	job->state = JOB_WAITING;
	job->next = poll->first_suspect;
	poll->first_suspect = job;
	poll_suspect_next(poll);
	poll_kick(poll);
}

/* --- the end of a fetcher ----------------------------------------------------------------- */

static void
give_up(struct poll *poll, struct job *job, const char *why)
{
	char message[MESSAGE_BYTES];
	struct rec_done done = { .job = job->id, .outcome = OUTCOME_CRASH, .retry_after_s = INT64_MIN, .max_age_s = INT64_MIN };

	snprintf(message, sizeof message, "the fetcher %s while it was at this feed", why);
	done.message = SPAN(message);
	if (job->feed != 0)
		log_error("feed=%" PRIu32 ": %s", job->feed, message);
	ingest_outcome(poll->core->ingest, job, &done);
}

/* Nobody knows who did it. */
static void
lose(struct poll *poll, struct job *job, const struct poll_loss *loss)
{
	job->lost += loss->counts;
	if (loss->counts && ((loss->own_fault && job == poll->suspect) || job->lost >= JOB_LOST_MAX))
		give_up(poll, job, loss->why);
	else if (job->lost >= JOB_LOST_ALONE)
		poll_suspect(poll, job);
	else
		poll_again(poll, job, NULL);
}

/* All that it was at, as an array that ends with NULL, to be freed. */
static struct job **
jobs_of(struct poll *poll, const struct fetcher *fetcher)
{
	struct job **jobs = calloc(poll->running + 1, sizeof *jobs), *job;
	size_t count = 0, at = 0;

	if (jobs == NULL)
		abort();
	while ((job = map_each(&poll->jobs, &at)) != NULL)
		if (job->state == JOB_RUNNING && job->fetcher == fetcher)
			jobs[count++] = job;
	return jobs;
}

void
poll_lost(struct poll *poll, const struct poll_loss *loss)
{
	struct job **jobs = jobs_of(poll, loss->fetcher), *named = poll_job(poll, loss->culprit);
	const struct job *culprit = named != NULL && named->fetcher == loss->fetcher ? named : NULL;

	/* It was waiting, but for one feed alone. */
	if (culprit == NULL && loss->own_fault && loss->counts && jobs[0] != NULL && jobs[1] == NULL && !jobs[0]->pushed)
		culprit = jobs[0];
	for (size_t i = 0; jobs[i] != NULL; i++)
		if (jobs[i] == culprit)
			give_up(poll, jobs[i], loss->why);
		else if (jobs[i]->pushed) {
			/* what a hub sent comes with the next look at the feed */
			if (jobs[i]->document != NULL)
				document_lost(poll->core->documents, jobs[i]->document);
			poll_finished(poll, jobs[i]);
		} else if (culprit != NULL)
			poll_again(poll, jobs[i], NULL);
		else
			lose(poll, jobs[i], loss);
	free(jobs);
	poll_kick(poll);
}
