/*
 * schedule - how much sooner entries are seen by the schedule than by uniform polling, at as many requests.
 *
 *	schedule [-f FEEDS] [-d DAYS] [-r ROUNDS] [MEAN LEAST]
 *
 * Posting histories of FEEDS (5,000) feeds: Poisson, with a daily cycle, rates log-normal with a standard deviation of their
 * logarithm of 1, 1.5 and 2. Each is polled as daemon/core/schedule.c says, from its first document on (20 entries), jitter
 * included: on average once in MEAN minutes, never sooner than after LEAST, never later than after 24 hours. After a
 * week DAYS (30) are scored: an entry's delay is the time from its publication to the next poll. Uniform polling makes
 * as many requests in the same days; so does the oracle, which knows the rates and has no limits. Means of ROUNDS (2)
 * rounds; the histories are always the same. Without MEAN and LEAST: an hour and 15 minutes, three hours and 15 minutes,
 * and what gazetted does as it is shipped, four hours and one. One JSON object a line.
 */
#include <err.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/core/schedule.h"

enum { HOUR = 3600, DAY = 86400, WARM_DAYS = 7, PAST_DAYS = 90, FIRST_ENTRIES = 20, BEGIN = 1800000000 };

struct plan { int feeds, days, rounds; int64_t mean_s, min_s, max_s; };

/* One feed: when it posts, and how it is polled. */
struct feed {
	double	 rate;			/* entries a day */
	int64_t	*posts;			/* ascending */
	size_t	 count;
	struct schedule_habit habit;
	int64_t	 last_s, next_s;
	size_t	 seen;			/* posts before the last poll */
};

struct score { double delay_s; int64_t entries, requests; };

static uint64_t state;

static double
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

/* The deviation below which this part of a normal distribution lies. */
static double
normal(double part)
{
	double low = -10, high = 10;

	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;

		if (erfc(-middle / M_SQRT2) / 2 < part)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* --- histories ------------------------------------------------------------------------------- */

static void
push(struct feed *feed, int64_t when_s)
{
	if ((feed->count & (feed->count - 1)) == 0)
		feed->posts = reallocarray(feed->posts, feed->count == 0 ? 1 : feed->count * 2, sizeof *feed->posts);
	if (feed->posts == NULL)
		abort();
	feed->posts[feed->count++] = when_s;
}

/* By thinning: drawn at the peak's rate, kept as often as the hour has it. */
static void
make_posts(struct feed *feed, int64_t until_s)
{
	double phase = draw(), peak = 1.9;

	for (double when = BEGIN - (double)PAST_DAYS * DAY;;) {
		when -= log(draw()) / (feed->rate * peak) * DAY;
		if (when >= (double)until_s)
			break;
		if (draw() * peak < 1 + (peak - 1) * sin(2 * M_PI * (when / DAY + phase)))
			push(feed, (int64_t)when);
	}
}

/* A feed in each portion of the distribution: no seed has more rare giants than another. */
static struct feed *
make_feeds(const struct plan *plan, double deviation)
{
	struct feed *feeds = calloc((size_t)plan->feeds, sizeof *feeds);

	if (feeds == NULL)
		abort();
	for (int i = 0; i < plan->feeds; i++) {
		feeds[i].rate = exp(deviation * normal((i + draw()) / plan->feeds));
		make_posts(&feeds[i], BEGIN + (int64_t)(WARM_DAYS + plan->days) * DAY);
	}
	return feeds;
}

static void
free_feeds(const struct plan *plan, struct feed *feeds)
{
	for (int i = 0; i < plan->feeds; i++)
		free(feeds[i].posts);
	free(feeds);
}

/* Posts before a time. */
static size_t
posted(const struct feed *feed, int64_t when_s)
{
	size_t low = 0, high = feed->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (feed->posts[middle] < when_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- by the schedule -------------------------------------------------------------------------- */

static double
pace_of(const struct plan *plan, const struct feed *feeds)
{
	double *rates = calloc((size_t)plan->feeds, sizeof *rates), pace;

	if (rates == NULL)
		abort();
	for (int i = 0; i < plan->feeds; i++)
		rates[i] = schedule_rate(&feeds[i].habit);
	pace = schedule_pace(rates, (size_t)plan->feeds, plan->mean_s, plan->min_s, plan->max_s);
	free(rates);
	return pace;
}

/* The first document: its entries' times are all that is known. */
static void
first_poll(const struct plan *plan, struct feed *feed)
{
	int64_t events = 0, oldest_s, now_s = BEGIN + (int64_t)(draw() * (double)plan->mean_s);
	size_t first;

	feed->seen = posted(feed, now_s);
	first = feed->seen > FIRST_ENTRIES ? feed->seen - FIRST_ENTRIES : 0;
	oldest_s = feed->seen > 0 ? feed->posts[first] : now_s;
	for (size_t i = first; i < feed->seen; i++)
		events += i == first || feed->posts[i] / SCHEDULE_BIN_S != feed->posts[i - 1] / SCHEDULE_BIN_S;
	schedule_start(&feed->habit, events, now_s - oldest_s);
	feed->last_s = feed->next_s = now_s;
}

static void
poll(const struct plan *plan, struct feed *feed, uint64_t seed, double pace, struct score *score)
{
	struct schedule_in in = {
		.seed = seed, .now_s = feed->next_s, .min_interval_s = plan->min_s, .max_interval_s = plan->max_s, .pace = pace,
		.retry_after_s = SCHEDULE_ABSENT, .max_age_s = SCHEDULE_ABSENT,
		.hints = { .ttl_min = SCHEDULE_ABSENT, .base_s = SCHEDULE_ABSENT }
	};
	struct schedule_out out;
	size_t seen = posted(feed, feed->next_s);

	for (size_t i = feed->seen; i < seen; i++) {
		if (feed->posts[i] < BEGIN + (int64_t)WARM_DAYS * DAY)
			continue;
		score->delay_s += (double)(feed->next_s - feed->posts[i]);
		score->entries++;
	}
	score->requests += feed->next_s >= BEGIN + (int64_t)WARM_DAYS * DAY;
	if (feed->next_s > feed->last_s)
		schedule_learn(&feed->habit, feed->next_s - feed->last_s, seen > feed->seen);
	in.habit = feed->habit;
	schedule_next(&in, &out);
	feed->seen = seen;
	feed->last_s = feed->next_s;
	feed->next_s = out.next_s;
}

static struct score
scheduled(const struct plan *plan, struct feed *feeds)
{
	struct score score = { 0, 0, 0 };

	for (int i = 0; i < plan->feeds; i++)
		first_poll(plan, &feeds[i]);
	for (int day = 1; day <= WARM_DAYS + plan->days; day++) {
		double pace = pace_of(plan, feeds);

		for (int i = 0; i < plan->feeds; i++)
			while (feeds[i].next_s < BEGIN + (int64_t)day * DAY)
				poll(plan, &feeds[i], (uint64_t)i + 1, pace, &score);
	}
	return score;
}

/* --- to compare with --------------------------------------------------------------------------- */

/* Each feed once in its interval, from a moment within the first one on. */
static void
regular(const struct plan *plan, const struct feed *feed, double interval, struct score *score)
{
	double begin = BEGIN + (double)WARM_DAYS * DAY, end = begin + (double)plan->days * DAY, when = begin + draw() * interval;
	size_t seen = posted(feed, (int64_t)begin);

	while (when < end) {
		for (; seen < feed->count && (double)feed->posts[seen] < when; seen++) {
			score->delay_s += when - (double)feed->posts[seen];
			score->entries++;
		}
		score->requests++;
		when += interval;
	}
}

static struct score
uniform(const struct plan *plan, const struct feed *feeds, int64_t requests)
{
	double interval = (double)plan->feeds * plan->days * DAY / (double)requests;
	struct score score = { 0, 0, 0 };

	for (int i = 0; i < plan->feeds; i++)
		regular(plan, &feeds[i], interval, &score);
	return score;
}

static struct score
oracle(const struct plan *plan, const struct feed *feeds, int64_t requests)
{
	struct score score = { 0, 0, 0 };
	double roots = 0;

	for (int i = 0; i < plan->feeds; i++)
		roots += sqrt(feeds[i].rate);
	for (int i = 0; i < plan->feeds; i++)
		regular(plan, &feeds[i], roots * plan->days * DAY / (double)requests / sqrt(feeds[i].rate), &score);
	return score;
}

/* --- the table ----------------------------------------------------------------------------------- */

static double
mean_min(const struct score *score)
{
	return score->delay_s / (double)score->entries / 60;
}

static void
compare(const struct plan *plan, double deviation)
{
	double sums[3] = { 0, 0, 0 }, polls = 0;

	state = 88172645463325252u;
	for (int round = 0; round < plan->rounds; round++) {
		struct feed *feeds = make_feeds(plan, deviation);
		const struct score by_schedule = scheduled(plan, feeds);
		const struct score by_turns = uniform(plan, feeds, by_schedule.requests);
		const struct score at_best = oracle(plan, feeds, by_schedule.requests);

		sums[0] += mean_min(&by_turns) / plan->rounds;
		sums[1] += mean_min(&by_schedule) / plan->rounds;
		sums[2] += mean_min(&at_best) / plan->rounds;
		polls += (double)by_schedule.requests / plan->feeds / plan->days / plan->rounds;
		free_feeds(plan, feeds);
	}
	printf("{\"mean_min\":%" PRId64 ",\"least_min\":%" PRId64 ",\"deviation\":%.1f,\"polls_per_day\":%.1f,\"uniform_delay_min\":%.1f,"
	    "\"delay_min\":%.1f,\"lower_percent\":%.1f,\"oracle_percent\":%.1f}\n", plan->mean_s / 60, plan->min_s / 60, deviation, polls,
	    sums[0], sums[1], 100 * (1 - sums[1] / sums[0]), 100 * (1 - sums[2] / sums[0]));
	fflush(stdout);
}

static void
compare_all(struct plan *plan, int64_t mean_min, int64_t least_min)
{
	static const double deviations[] = { 1, 1.5, 2 };

	plan->mean_s = mean_min * 60;
	plan->min_s = least_min * 60;
	for (size_t i = 0; i < sizeof deviations / sizeof deviations[0]; i++)
		compare(plan, deviations[i]);
}

static int
number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 1 || value > 100000)
		errx(2, "%s: a number from 1 to 100000 was expected", text);
	return (int)value;
}

int
main(int argc, char **argv)
{
	static const int limits[][2] = { { 60, 15 }, { 180, 15 }, { 240, 60 } };
	struct plan plan = { .feeds = 5000, .days = 30, .rounds = 2, .max_s = DAY };
	int opt;

	while ((opt = getopt(argc, argv, "f:d:r:")) != -1) {
		switch (opt) {
		case 'f': plan.feeds = number(optarg); break;
		case 'd': plan.days = number(optarg); break;
		case 'r': plan.rounds = number(optarg); break;
		default: errx(2, "usage: schedule [-f FEEDS] [-d DAYS] [-r ROUNDS] [MEAN LEAST]");
		}
	}
	if (optind + 2 == argc)
		compare_all(&plan, number(argv[optind]), number(argv[optind + 1]));
	else
		for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
			compare_all(&plan, limits[i][0], limits[i][1]);
	return 0;
}
