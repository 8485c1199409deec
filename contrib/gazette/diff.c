#include "contrib/gazette/diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A word, and how much with the white space behind it. */
struct word {
	const char	*ptr;
	size_t		 len, whole;
};

struct words {
	struct word	*list;		/* owned */
	size_t		 count;
};

/* Where each step of the search stood: the furthest old word on each diagonal, after so many differences. */
struct trace {
	int		*rows;		/* row n has 2n + 1 diagonals, from -n on */
	int		 steps;
};

struct way {
	const struct words *before, *after;
	size_t		 head, tail;	/* words that both begin and end with */
	diff_fn		 each;
	void		*arg;
};

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\n' || chr == '\t';
}

/* White space that the text begins with is a word without letters. */
static struct words
split(const char *text, size_t len)
{
	struct words	 words = { NULL, 0 };
	size_t		 at = 0, from, room = 64;

	words.list = reallocarray(NULL, room, sizeof(*words.list));
	while (at < len) {
		if (words.count == room)
			words.list = reallocarray(words.list, room *= 2, sizeof(*words.list));
		if (words.list == NULL)
			abort();
		from = at;
		while (at < len && !is_space(text[at]))
			at++;
		words.list[words.count].ptr = text + from;
		words.list[words.count].len = at - from;
		while (at < len && is_space(text[at]))
			at++;
		words.list[words.count++].whole = at - from;
	}
	if (words.list == NULL)
		abort();
	return words;
}

static bool
same(const struct word *one, const struct word *two)
{
	return one->len == two->len && memcmp(one->ptr, two->ptr, one->len) == 0;
}

/* --- the search ------------------------------------------------------------------------------ */

/* The place of row n, diagonal k: the rows before it have n * n diagonals. */
static int *
place(const struct trace *trace, int step, int diagonal)
{
	return &trace->rows[(size_t)step * (size_t)step + (size_t)(step + diagonal)];
}

/* Whether one comes to this diagonal by adding a word (from the one above), not by removing one. */
static bool
comes_down(const struct trace *trace, int step, int k)
{
	return k == -step || (k != step && *place(trace, step - 1, k - 1) < *place(trace, step - 1, k + 1));
}

/* One step from all diagonals, and on along what is the same. True: the end is reached. */
static bool
step_on(const struct way *way, struct trace *trace, int step, int n_old, int n_new)
{
	int	 k, old;

	for (k = -step; k <= step; k += 2) {
		if (step == 0)
			old = 0;
		else if (comes_down(trace, step, k))
			old = *place(trace, step - 1, k + 1);
		else
			old = *place(trace, step - 1, k - 1) + 1;
		while (old < n_old && old - k < n_new && same(&way->before->list[way->head + (size_t)old],
		    &way->after->list[way->head + (size_t)(old - k)]))
			old++;
		*place(trace, step, k) = old;
		if (old >= n_old && old - k >= n_new)
			return true;
	}
	return false;
}

/* False: they differ in too many words. */
static bool
search(const struct way *way, struct trace *trace)
{
	int	 n_old = (int)(way->before->count - way->head - way->tail);
	int	 n_new = (int)(way->after->count - way->head - way->tail);
	int	 step;

	for (step = 0; step <= DIFF_WORDS_MAX && step <= n_old + n_new; step++) {
		trace->rows = reallocarray(trace->rows, (size_t)(step + 1) * (size_t)(step + 1), sizeof(*trace->rows));
		if (trace->rows == NULL)
			abort();
		trace->steps = step;
		if (step_on(way, trace, step, n_old, n_new))
			return true;
	}
	return false;
}

/* --- telling ----------------------------------------------------------------------------------- */

/* Words side by side as one stretch. */
static void
tell(const struct way *way, enum diff_kind kind, const struct words *words, size_t first, size_t count)
{
	const struct word	*last;

	if (count == 0)
		return;
	last = &words->list[first + count - 1];
	way->each(way->arg, kind, words->list[first].ptr, (size_t)(last->ptr + last->whole - words->list[first].ptr));
}

/* What became of each word, found from the end backwards. */
static void
mark(const struct trace *trace, int old, int new, bool *removed, bool *added)
{
	int	 step, k, from;

	for (step = trace->steps; step > 0; step--) {
		k = old - new;
		if (comes_down(trace, step, k)) {
			from = *place(trace, step - 1, k + 1);
			added[from - (k + 1)] = true;
			new = from - (k + 1);
		} else {
			from = *place(trace, step - 1, k - 1);
			removed[from] = true;
			new = from - (k - 1);
		}
		old = from;
	}
}

static size_t
run_of(const bool *marks, size_t from, size_t count, bool what)
{
	size_t	 len = 0;

	while (from + len < count && marks[from + len] == what)
		len++;
	return len;
}

static void
tell_marked(const struct way *way, const bool *removed, size_t n_old, const bool *added, size_t n_new)
{
	size_t	 old = 0, new = 0, len;

	while (old < n_old || new < n_new) {
		len = run_of(removed, old, n_old, true);
		tell(way, DIFF_REMOVED, way->before, way->head + old, len);
		old += len;
		len = run_of(added, new, n_new, true);
		tell(way, DIFF_ADDED, way->after, way->head + new, len);
		new += len;
		len = run_of(added, new, n_new, false);
		if (run_of(removed, old, n_old, false) < len)
			len = run_of(removed, old, n_old, false);
		tell(way, DIFF_SAME, way->after, way->head + new, len);
		old += len;
		new += len;
	}
}

static void
tell_middle(const struct way *way)
{
	size_t		 n_old = way->before->count - way->head - way->tail, n_new = way->after->count - way->head - way->tail;
	struct trace	 trace = { NULL, 0 };
	bool		*removed = calloc(n_old + n_new + 1, sizeof(*removed)), *added;

	if (removed == NULL)
		abort();
	added = removed + n_old;
	if (search(way, &trace))
		mark(&trace, (int)n_old, (int)n_new, removed, added);
	else
		memset(removed, true, n_old + n_new);
	tell_marked(way, removed, n_old, added, n_new);
	free(trace.rows);
	free(removed);
}

void
diff_words(const char *before, size_t before_len, const char *after, size_t after_len, diff_fn each, void *arg)
{
	struct words	 old = split(before, before_len), new = split(after, after_len);
	struct way	 way = { &old, &new, 0, 0, each, arg };
	size_t		 least = old.count < new.count ? old.count : new.count;

	while (way.head < least && same(&old.list[way.head], &new.list[way.head]))
		way.head++;
	while (way.tail < least - way.head && same(&old.list[old.count - way.tail - 1], &new.list[new.count - way.tail - 1]))
		way.tail++;
	tell(&way, DIFF_SAME, &new, 0, way.head);
	tell_middle(&way);
	tell(&way, DIFF_SAME, &new, new.count - way.tail, way.tail);
	free(old.list);
	free(new.list);
}
