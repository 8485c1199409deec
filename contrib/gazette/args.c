#include "contrib/gazette/args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

enum { WORD_MAX = 32, OPTIONS_MAX = 64, HELP_COLUMN_MAX = 30 };

struct state {
	const struct arg_parse	*parse;
	int			 argc, pos;
	char			**argv;
	char			*error;
};

static int
fail(struct state *st, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int
fail(struct state *st, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(st->error, ARG_ERROR_BYTES, fmt, ap);
	va_end(ap);
	return -1;
}

/* --- what was meant ------------------------------------------------------------------------- */

static size_t
least(size_t one, size_t two)
{
	return one < two ? one : two;
}

/* Edits (one letter more, less, other, or two swapped) from one word to the other; both at most WORD_MAX long. */
static size_t
distance(const char *one, const char *two)
{
	size_t	 rows[3][WORD_MAX + 1], len_one = strlen(one), len_two = strlen(two), i, j;
	size_t	*before, *above, *row;

	for (j = 0; j <= len_two; j++)
		rows[0][j] = j;
	for (i = 1; i <= len_one; i++) {
		before = rows[(i + 1) % 3];
		above = rows[(i - 1) % 3];
		row = rows[i % 3];
		row[0] = i;
		for (j = 1; j <= len_two; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (one[i - 1] != two[j - 1]));
			if (i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[len_one % 3][len_two];
}

const char *
args_nearest(const char *word, const char *const *candidates)
{
	const char	*best = NULL;
	size_t		 len = strlen(word), near = len > 4 ? 2 : 1, edits;

	if (len > WORD_MAX || len == 0)
		return NULL;
	for (; *candidates != NULL; candidates++) {
		if (strlen(*candidates) > WORD_MAX)
			continue;
		edits = len > 1 && strncmp(*candidates, word, len) == 0 ? 1 : distance(word, *candidates);
		if (edits > near || (best != NULL && edits == near))
			continue;
		near = edits;
		best = *candidates;
	}
	return best;
}

static int
unknown_option(struct state *st, const char *name, size_t len)
{
	const struct arg_option	*const *table, *row;
	const char		*names[OPTIONS_MAX + 1], *nearest;
	char			 word[WORD_MAX + 1];
	size_t			 count = 0;

	for (table = st->parse->tables; *table != NULL; table++)
		for (row = *table; row->name != NULL && count < OPTIONS_MAX; row++)
			names[count++] = row->name;
	names[count] = NULL;
	snprintf(word, sizeof(word), "%.*s", (int)least(len, WORD_MAX), name);
	nearest = args_nearest(word, names);
	if (nearest != NULL)
		return fail(st, "unknown option --%s: did you mean --%s?", word, nearest);
	return fail(st, "unknown option --%s", word);
}

/* --- parsing -------------------------------------------------------------------------------- */

int
args_choice(const char *choices, const char *word)
{
	size_t	 len = strlen(word), part;
	int	 index = 0;

	for (; *choices != '\0'; index++) {
		part = strcspn(choices, "|");
		if (part == len && memcmp(choices, word, len) == 0)
			return index;
		choices += part + (choices[part] == '|');
	}
	return -1;
}

static int
store_number(struct state *st, const struct arg_option *row, const char *value, int64_t *into)
{
	char		*end;
	long long	 number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0' || errno != 0)
		return fail(st, "--%s: \"%s\" is not a number", row->name, value);
	*into = number;
	return 0;
}

static int
store_list(struct state *st, const struct arg_option *row, const char *value, struct arg_list *into)
{
	if (into->count == ARG_LIST_MAX)
		return fail(st, "--%s: more than %d", row->name, ARG_LIST_MAX);
	into->values[into->count++] = value;
	return 0;
}

/* One of "a|b|c" that is near, in word; or NULL. */
static const char *
nearest_choice(const char *choices, const char *value, char word[WORD_MAX + 1])
{
	const char	*one[] = { word, NULL }, *nearest = NULL;
	size_t		 len;

	for (; nearest == NULL && *choices != '\0'; choices += len + (choices[len] == '|')) {
		len = strcspn(choices, "|");
		snprintf(word, WORD_MAX + 1, "%.*s", (int)len, choices);
		nearest = args_nearest(value, one);
	}
	return nearest;
}

static int
store_choice(struct state *st, const struct arg_option *row, const char *value, int *into)
{
	const char	*nearest;
	char		 word[WORD_MAX + 1];
	int		 index;

	index = args_choice(row->value, value);
	nearest = index == -1 ? nearest_choice(row->value, value, word) : NULL;
	if (nearest != NULL)
		return fail(st, "--%s: \"%s\" is none of %s: did you mean %s?", row->name, value, row->value, nearest);
	if (index == -1)
		return fail(st, "--%s: \"%s\" is none of %s", row->name, value, row->value);
	*into = index;
	return 0;
}

static int
store(struct state *st, const struct arg_option *row, const char *value)
{
	char	*into = (char *)st->parse->into + row->offset;

	switch (row->kind) {
	case ARG_FLAG:
		*(bool *)(void *)into = true;
		return 0;
	case ARG_STRING:
		*(const char **)(void *)into = value;
		return 0;
	case ARG_LIST:
		return store_list(st, row, value, (struct arg_list *)(void *)into);
	case ARG_NUMBER:
		return store_number(st, row, value, (int64_t *)(void *)into);
	case ARG_CHOICE:
		return store_choice(st, row, value, (int *)(void *)into);
	}
	return -1;
}

static const struct arg_option *
find(const struct arg_parse *parse, const char *name, size_t len, char letter)
{
	const struct arg_option	*const *table, *row;

	for (table = parse->tables; *table != NULL; table++)
		for (row = *table; row->name != NULL; row++)
			if (name != NULL ? strlen(row->name) == len && memcmp(row->name, name, len) == 0 :
			    row->letter == letter)
				return row;
	return NULL;
}

/* value: what follows in the same argument, or NULL. */
static int
take(struct state *st, const struct arg_option *row, const char *value)
{
	if (row->kind == ARG_FLAG && value != NULL)
		return fail(st, "--%s takes no value", row->name);
	if (row->kind != ARG_FLAG && value == NULL) {
		if (st->pos == st->argc)
			return fail(st, "--%s needs a value: %s", row->name, row->value);
		value = st->argv[st->pos++];
	}
	return store(st, row, value);
}

static int
long_option(struct state *st, const char *name)
{
	const struct arg_option	*row;
	size_t			 len = strcspn(name, "=");

	row = find(st->parse, name, len, 0);
	if (row == NULL)
		return unknown_option(st, name, len);
	return take(st, row, name[len] == '=' ? name + len + 1 : NULL);
}

static int
short_options(struct state *st, const char *letters)
{
	const struct arg_option	*row;

	for (; *letters != '\0'; letters++) {
		row = find(st->parse, NULL, 0, *letters);
		if (row == NULL)
			return fail(st, "unknown option -%c (put \"--\" before what begins with a dash but is no option)",
			    *letters > ' ' && *letters < 0x7f ? *letters : '?');
		if (row->kind != ARG_FLAG)
			return take(st, row, letters[1] != '\0' ? letters + 1 : NULL);
		if (take(st, row, NULL) == -1)
			return -1;
	}
	return 0;
}

static bool
is_option(const struct arg_parse *parse, const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0' && (arg[1] == '-' || !parse->signs);
}

int
args_parse(const struct arg_parse *parse, int argc, char **argv, int *dashes, char error[ARG_ERROR_BYTES])
{
	struct state	 st = { parse, argc, 0, argv, error };
	int		 count = 0, before = -1;
	bool		 options = true;
	char		*arg;

	while (st.pos < argc) {
		arg = argv[st.pos++];
		if (options && strcmp(arg, "--") == 0) {
			options = false;
			before = count;
		} else if (!options || !is_option(parse, arg)) {
			argv[count++] = arg;
			if (parse->stop_at_operand)
				options = false;
		} else if ((arg[1] == '-' ? long_option(&st, arg + 2) : short_options(&st, arg + 1)) == -1)
			return -1;
	}
	if (dashes != NULL)
		*dashes = before;
	return count;
}

/* --- help ----------------------------------------------------------------------------------- */

static void
option_usage(const struct arg_option *row, struct buf *out)
{
	if (row->letter != 0)
		buf_printf(out, "-%c, ", row->letter);
	else
		buf_puts(out, "    ");
	buf_printf(out, "--%s", row->name);
	if (row->value != NULL)
		buf_printf(out, " %s", row->value);
}

/* "  usage   help", the help beginning at column and hanging there. */
static void
help_row(const char *usage, const char *help, int column, int width, struct buf *out)
{
	struct buf	 wrapped = BUF_INIT(64 * 1024);
	const char	*line, *end;
	int		 used = text_width(usage, strlen(usage)) + 2;

	buf_printf(out, "  %s", usage);
	if (used + 2 > column) {
		buf_putc(out, '\n');
		used = 0;
	}
	text_wrap(help, strlen(help), width > column + 20 ? width - column : 20, &wrapped);
	for (line = buf_str(&wrapped); *line != '\0'; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		buf_printf(out, "%*s%.*s\n", column - used, "", (int)(end - line), line);
		used = 0;
	}
	buf_free(&wrapped);
}

void
args_help(const struct arg_option *const *tables, int width, struct buf *out)
{
	const struct arg_option	*const *table, *row;
	struct buf		 usage = BUF_INIT(4096);
	int			 column = 0, used;

	for (table = tables; *table != NULL; table++)
		for (row = *table; row->name != NULL; row++) {
			buf_clear(&usage);
			option_usage(row, &usage);
			used = (int)usage.len + 4;
			if (used > column && used <= HELP_COLUMN_MAX)
				column = used;
		}
	for (table = tables; *table != NULL; table++)
		for (row = *table; row->name != NULL; row++) {
			buf_clear(&usage);
			option_usage(row, &usage);
			help_row(buf_str(&usage), row->help, column, width, out);
		}
	buf_free(&usage);
}
