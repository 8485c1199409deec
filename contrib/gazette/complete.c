#include "contrib/gazette/complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/argument.h"
#include "feeds/base/buf.h"

enum { WORD_BYTES = 4096 };

struct work {
	struct complete	*out;
	const char	*typed;			/* the incomplete word */
	const struct complete_lists *lists;
};

/* A candidate, if it begins like what is there: before, and text. */
static void
offer(struct work *work, const char *before, const char *text)
{
	struct complete *out = work->out;
	char *word;

	if (asprintf(&word, "%s%s", before, text) == -1)
		abort();
	if (out->count == COMPLETE_WORDS_MAX || strncmp(word, work->typed, strlen(work->typed)) != 0) {
		free(word);
		return;
	}
	if (out->words == NULL && (out->words = calloc(COMPLETE_WORDS_MAX, sizeof(out->words[0]))) == NULL)
		abort();
	out->words[out->count++] = word;
}

static void
offer_all(struct work *work, const char *before, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		offer(work, before, *texts);
}

static void
offer_list(struct work *work, const char *before, const char *(*list)(void *, size_t))
{
	const char *text;

	for (size_t row = 0; list != NULL && (text = list(work->lists->arg, row)) != NULL; row++)
		offer(work, before, text);
}

/* --- kinds ---------------------------------------------------------------------------------- */

static void
offer_actions(struct work *work)
{
	const struct action_row *row;

	for (size_t at = 0; (row = action_row(at)) != NULL; at++)
		offer(work, "", row->name);
}

/* One with a blank or comma in it cannot be typed among others. */
static void
offer_tags(struct work *work)
{
	const char *tag;

	for (size_t row = 0; work->lists->tag != NULL && (tag = work->lists->tag(work->lists->arg, row)) != NULL; row++)
		if (tag[strcspn(tag, " ,")] == '\0') {
			offer(work, "+", tag);
			offer(work, "-", tag);
		}
}

/* FIELD:NAME, or FIELD:"NAME" with what needs an escape in it left out: a query has none. */
static void
offer_names(struct work *work, const char *field, const char *(*list)(void *, size_t), bool quoted)
{
	const char *name;

	for (size_t row = 0; list != NULL && (name = list(work->lists->arg, row)) != NULL; row++) {
		struct buf word = BUF_INIT(WORD_BYTES);

		if (quoted || name[strcspn(name, " ()\"")] != '\0')
			buf_printf(&word, "%s\"%s\"", field, name);
		else
			buf_printf(&word, "%s%s", field, name);
		if (strchr(name, '"') == NULL && !word.overflow)
			offer(work, "", buf_str(&word));
		buf_free(&word);
	}
}

static void
offer_query(struct work *work)
{
	static const char *const words[] = {
		"is:unread", "is:read", "is:starred", "is:updated", "has:attachment", "title:", "author:", "text:", "url:", "tag:",
		"feed:", "lang:", "since:", "before:", "date:today", "date:", "received:", "search:", "story:", "id:", NULL
	};
	const char *minus = *work->typed == '-' ? "-" : "";

	offer_all(work, minus, words);
	offer_names(work, *minus == '\0' ? "tag:" : "-tag:", work->lists->tag, false);
	offer_names(work, *minus == '\0' ? "search:" : "-search:", work->lists->search, false);
	offer_names(work, *minus == '\0' ? "feed:" : "-feed:", work->lists->feed, true);
}

static void
offer_sorts(struct work *work)
{
	offer_all(work, "", argument_words(ACTION_WORD_SORT));
}

static void
offer_settings(struct work *work)
{
	offer_list(work, "", work->lists->setting);
}

static void
offer_feed_settings(struct work *work)
{
	offer_all(work, "", argument_words(ACTION_WORD_FEED_SETTING));
}

static void
offer_views(struct work *work)
{
	const char *name;

	for (size_t row = 0; (name = action_view_name(row)) != NULL; row++)
		offer(work, "", name);
}

/* --- lines ---------------------------------------------------------------------------------- */

/* Kinds of which only the first word is completed. */
static bool
is_first_only(enum action_word word)
{
	return word == ACTION_WORD_SORT || word == ACTION_WORD_SETTING || word == ACTION_WORD_FEED_SETTING;
}

static const struct {
	enum action_word word;
	void		(*offer)(struct work *);
} kinds[] = {
	{ ACTION_WORD_TAGS, offer_tags }, { ACTION_WORD_QUERY, offer_query }, { ACTION_WORD_SORT, offer_sorts },
	{ ACTION_WORD_SETTING, offer_settings }, { ACTION_WORD_FEED_SETTING, offer_feed_settings },
};

bool
complete_has_names(enum action_word word)
{
	return word == ACTION_WORD_TAGS || word == ACTION_WORD_QUERY || word == ACTION_WORD_ACTION || word == ACTION_WORD_KEY;
}

static void
offer_kind(struct work *work, enum action_word word, bool first)
{
	for (size_t row = 0; row < sizeof(kinds) / sizeof(kinds[0]); row++)
		if (kinds[row].word == word && (first || !is_first_only(word)))
			kinds[row].offer(work);
}

/* Where the step begins that the end of the line is in: behind the last ";" that is a word. */
static const char *
step_start(const char *line)
{
	const char *start = line;

	for (const char *pos = line; *pos != '\0'; pos++)
		if (pos[0] == ';' && pos != line && pos[-1] == ' ' && pos[1] == ' ')
			start = pos + 2;
	return start + strspn(start, " ");
}

/* Behind "5 ", if it begins so. */
static const char *
skip_count(const char *step)
{
	size_t digits = strspn(step, "0123456789");

	return digits != 0 && step[digits] == ' ' ? step + digits + strspn(step + digits, " ") : step;
}

static void	complete_words(struct work *, enum action_word, const char *line);

static void
complete_step(struct work *work, const char *step)
{
	const char *name = skip_count(step), *end = name + strcspn(name, " ");
	const struct action_row *row = action_find(name, (size_t)(end - name));

	if (*end == '\0')
		offer_actions(work);
	else if (row != NULL)
		complete_words(work, row->word, end + strspn(end, " "));
}

/* KEY ACTION ARGUMENT ... in VIEW */
static void
complete_binding(struct work *work, const char *line)
{
	const char *behind = line + strcspn(line, " "), *before = work->typed;

	while (before > line && before[-1] == ' ')
		before--;
	if (before - line > 3 && strncmp(before - 3, " in", 3) == 0)
		offer_views(work);
	else if (*behind != '\0')
		complete_step(work, step_start(behind));
}

static void
complete_words(struct work *work, enum action_word word, const char *line)
{
	if (word == ACTION_WORD_ACTION)
		complete_step(work, step_start(line));
	else if (word == ACTION_WORD_KEY)
		complete_binding(work, line);
	else
		offer_kind(work, word, work->typed == line);
}

static int
compare(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static void
drop_doubles(struct complete *out)
{
	size_t kept = 0;

	qsort(out->words, out->count, sizeof(out->words[0]), compare);
	for (size_t at = 0; at < out->count; at++)
		if (kept != 0 && strcmp(out->words[kept - 1], out->words[at]) == 0)
			free(out->words[at]);
		else
			out->words[kept++] = out->words[at];
	out->count = kept;
}

/* The last word of the line; a blank within quotes does not end one. */
static const char *
last_word(const char *line)
{
	const char *word = line;
	bool quoted = false;

	for (const char *pos = line; *pos != '\0'; pos++) {
		quoted ^= *pos == '"';
		if (!quoted && (*pos == ' ' || *pos == '('))
			word = pos + 1;
	}
	return word;
}

void
complete_line(struct complete *out, enum action_word word, const char *line, const struct complete_lists *lists)
{
	struct work work = { .out = out, .typed = last_word(line), .lists = lists };

	complete_free(out);
	out->from = (size_t)(work.typed - line);
	complete_words(&work, word, line);
	if (out->count != 0)
		drop_doubles(out);
}

void
complete_free(struct complete *out)
{
	for (size_t at = 0; at < out->count; at++)
		free(out->words[at]);
	free(out->words);
	out->words = NULL;
	out->from = out->count = 0;
}

size_t
complete_common(const struct complete *complete)
{
	size_t common = complete->count != 0 ? strlen(complete->words[0]) : 0;

	for (size_t at = 1; at < complete->count; at++)
		for (size_t pos = 0; pos < common; pos++)
			if (complete->words[at][pos] != complete->words[0][pos])
				common = pos;
	while (complete->count != 0 && common != 0 && (complete->words[0][common] & 0xc0) == 0x80)
		common--;		/* not within a character */
	return common;
}
