/* poll-hub - jobs that no feed is due for: a hub is asked, or has sent a document. */
#include <stdlib.h>
#include <string.h>

#include "daemon/core/fetcher.h"
#include "daemon/core/poll-private.h"

/* They have their number from the beginning, so that they are found by it. */
static struct job *
new_job(struct poll *poll)
{
	struct job *job = calloc(1, sizeof *job);

	if (job == NULL)
		abort();
	job->id = ++poll->last_job;
	map_put(&poll->jobs, job->id, job);
	return job;
}

static char *
copy(const char *str)
{
	char *copied = strdup(str);

	if (copied == NULL)
		abort();
	return copied;
}

void
poll_hub(struct poll *poll, uint32_t websub, const char *url, const char *form)
{
	struct job *job = new_job(poll);

	job->websub = websub;
	job->url = copy(url);
	job->settings = copy("{}");
	job->form = copy(form);
	arena_reset(poll->arena);
	host_add(poll->hosts, poll_next_host(poll, job), &job->at_host, false);
	poll_kick(poll);
}

/* Beside what else is done for the feed, so it is not the feed's job. */
uint64_t
poll_push(struct poll *poll, uint32_t feed, struct fetcher *fetcher)
{
	struct job *job = new_job(poll);

	job->feed = feed;
	job->pushed = true;
	job->url = copy("");
	job->settings = copy("{}");
	job->fetcher = fetcher;
	job->state = JOB_RUNNING;
	poll->running++;
	fetcher_began(fetcher);
	return job->id;
}
