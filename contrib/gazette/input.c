#include "contrib/gazette/input.h"

#include <stdlib.h>
#include <string.h>

void
input_init(struct input *in, const struct keys *keys, const struct input_ops *ops, void *arg)
{
	*in = (struct input){ .keys = keys, .ops = ops, .arg = arg };
}

void
input_free(struct input *in)
{
	keys_steps_free(&in->left);
}

/* --- doing ---------------------------------------------------------------------------------- */

static void
do_step(struct input *in, const struct keys_step *step, int count)
{
	const struct action_row *row = action_get(step->action);
	int times = (row->flags & ACTION_REPEATS) != 0 && count > 1 ? count : 1;
	struct input before = *in;		/* an action may do a line of others */

	for (int time = 0; time < times && !in->ops->asking(in->arg); time++) {
		in->row = row;
		in->count = count;
		in->argument = step->argument;
		in->ops->act(in->arg, step->action);
	}
	in->row = before.row;
	in->count = before.count;
	in->argument = before.argument;
}

/* Keeps the steps from this one on. */
static void
leave(struct input *in, const struct keys_steps *steps, size_t from)
{
	struct keys_steps left = { .count = steps->count - from };

	left.steps = calloc(left.count, sizeof(left.steps[0]));
	if (left.steps == NULL)
		abort();
	for (size_t at = 0; at < left.count; at++) {
		left.steps[at] = steps->steps[from + at];
		if (left.steps[at].argument != NULL && (left.steps[at].argument = strdup(left.steps[at].argument)) == NULL)
			abort();
	}
	keys_steps_free(&in->left);
	in->left = left;
}

static void
do_steps(struct input *in, const struct keys_steps *steps, int count)
{
	bool alone = steps->count == 1;

	for (int time = 0; time < (alone || count == 0 ? 1 : count); time++) {
		for (size_t at = 0; at < steps->count; at++) {
			do_step(in, &steps->steps[at], alone && count != 0 ? count : steps->steps[at].count);
			if (!in->ops->asking(in->arg))
				continue;
			if (at + 1 < steps->count)
				leave(in, steps, at + 1);
			return;
		}
	}
}

void
input_resume(struct input *in, bool answered)
{
	struct keys_steps left = in->left;

	in->left = (struct keys_steps){ 0 };
	if (answered && left.count != 0)
		do_steps(in, &left, 0);
	keys_steps_free(&left);
}

int
input_line(struct input *in, const char *line, struct buf *why)
{
	struct keys_steps steps;

	if (keys_parse_steps(line, &steps, why) == -1)
		return -1;
	do_steps(in, &steps, 0);
	keys_steps_free(&steps);
	return 0;
}

/* --- keys ----------------------------------------------------------------------------------- */

static void
forget_typed(struct input *in)
{
	in->n_typed = 0;
	in->typed_count = 0;
}

/* A digit of a count, unless it is bound by itself. */
static bool
is_count(const struct input *in, uint32_t key)
{
	const struct keys_steps *steps;

	if (in->n_typed != 0 || key < '0' || key > '9' || (key == '0' && in->typed_count == 0))
		return false;
	return in->typed_count != 0 || keys_match(in->keys, &key, 1, in->ops->view(in->arg), &steps) == KEYS_UNBOUND;
}

static void
take_count(struct input *in, uint32_t key)
{
	in->typed_count = in->typed_count * 10 + (int)(key - '0');
	if (in->typed_count > KEYS_COUNT_MAX)
		in->typed_count = KEYS_COUNT_MAX;
}

bool
input_key(struct input *in, uint32_t key)
{
	const struct keys_steps *steps = NULL;
	enum keys_match match;
	int count;

	if (key == '\n')		/* some terminals send it for Enter */
		key = KEYS_ENTER;
	if (key == KEYS_ESCAPE && (in->n_typed != 0 || in->typed_count != 0)) {
		forget_typed(in);
		return true;
	}
	if (is_count(in, key)) {
		take_count(in, key);
		return true;
	}
	in->typed[in->n_typed++] = key;
	match = keys_match(in->keys, in->typed, in->n_typed, in->ops->view(in->arg), &steps);
	if (match == KEYS_BEGUN)
		return true;
	if (match == KEYS_UNBOUND && in->n_typed == 1 && (key & KEYS_META) != 0) {
		/* Esc, and then another key: not Meta after all */
		in->n_typed = 0;
		input_key(in, KEYS_ESCAPE);
		return input_key(in, key & ~(uint32_t)KEYS_META);
	}
	count = in->typed_count;
	forget_typed(in);
	if (match == KEYS_BOUND)
		do_steps(in, steps, count);
	return match == KEYS_BOUND;
}

void
input_pending(const struct input *in, struct buf *out)
{
	if (in->typed_count != 0)
		buf_printf(out, "%d", in->typed_count);
	keyname_put_all(in->typed, in->n_typed, out);
}
