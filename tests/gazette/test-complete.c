/* What the bottom line offers, by rows; the history of what was typed into it; questions asked in it, key by key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/complete.h"
#include "contrib/gazette/history.h"
#include "contrib/gazette/keyname.h"
#include "contrib/gazette/status.h"
#include "contrib/gazette/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- candidates ----------------------------------------------------------------------------- */

static const char *
tags(void *arg, size_t row)
{
	static const char *const names[] = { "later", "länger", "lädt", "work", "World news", NULL };

	(void)arg;
	return names[row];
}

static const char *
feeds(void *arg, size_t row)
{
	static const char *const names[] = { "The News", "The \"Best\"", "Theatre", NULL };

	(void)arg;
	return names[row];
}

static const char *
searches(void *arg, size_t row)
{
	static const char *const names[] = { "mine", "a (b)", "c \"d\"", NULL };

	(void)arg;
	return names[row];
}

static const struct complete_lists lists = { .tag = tags, .feed = feeds, .search = searches };

static const struct {
	enum action_word word;
	const char	*line;
	size_t		 from;
	const char	*words;			/* with "|" between */
	size_t		 common;
} lines[] = {
	{ ACTION_WORD_ACTION, "pip", 0, "pipe|pipe-json", 4 },
	{ ACTION_WORD_ACTION, "undo", 0, "undo", 4 },
	{ ACTION_WORD_ACTION, "nothing", 0, "", 0 },
	{ ACTION_WORD_ACTION, "5 half", 2, "half-page-down|half-page-up", 10 },
	{ ACTION_WORD_ACTION, "down ; und", 7, "undo", 4 },
	{ ACTION_WORD_ACTION, "undo ", 5, "", 0 },
	{ ACTION_WORD_ACTION, "tag +l", 4, "+later|+lädt|+länger", 2 },
	{ ACTION_WORD_ACTION, "tag +l\xc3\xa4", 4, "+lädt|+länger", 4 },
	{ ACTION_WORD_ACTION, "tag +later -w", 11, "-work", 5 },
	{ ACTION_WORD_ACTION, "down ; tag +w", 11, "+work", 5 },
	{ ACTION_WORD_ACTION, "sort ", 5, "health|newest|oldest|relevance|title|unread", 0 },
	{ ACTION_WORD_ACTION, "sort newest o", 12, "", 0 },
	{ ACTION_WORD_ACTION, "feed-set keep_", 9, "keep_days|keep_items", 5 },
	{ ACTION_WORD_ACTION, "feed-set title keep_", 15, "", 0 },
	{ ACTION_WORD_ACTION, "bind x ta", 7, "tag", 3 },
	{ ACTION_WORD_ACTION, "bind x undo in fe", 15, "feeds", 5 },
	{ ACTION_WORD_ACTION, "macro x undo ; do", 15, "down", 4 },
	{ ACTION_WORD_ACTION, "bind und", 5, "", 0 },
	{ ACTION_WORD_QUERY, "is:u", 0, "is:unread|is:updated", 4 },
	{ ACTION_WORD_QUERY, "title:x OR (is:s", 12, "is:starred", 10 },
	{ ACTION_WORD_QUERY, "-is:s", 0, "-is:starred", 11 },
	{ ACTION_WORD_QUERY, "tag:w", 0, "tag:work", 8 },
	{ ACTION_WORD_QUERY, "-tag:w", 0, "-tag:work", 9 },
	{ ACTION_WORD_QUERY, "tag:\"W", 0, "tag:\"World news\"", 16 },
	{ ACTION_WORD_TAGS, "+W", 0, "", 0 },
	{ ACTION_WORD_QUERY, "search:m", 0, "search:mine", 11 },
	{ ACTION_WORD_QUERY, "-search:\"a", 0, "-search:\"a (b)\"", 15 },
	{ ACTION_WORD_QUERY, "-feed:\"The ", 0, "-feed:\"The News\"", 16 },
	{ ACTION_WORD_QUERY, "feed:\"The", 0, "feed:\"The News\"|feed:\"Theatre\"", 9 },
	{ ACTION_WORD_QUERY, "feed:\"The N", 0, "feed:\"The News\"", 15 },
	{ ACTION_WORD_QUERY, "word", 0, "", 0 },
	{ ACTION_WORD_TAGS, "-", 0, "-later|-lädt|-länger|-work", 1 },
	{ ACTION_WORD_COMMAND, "gre", 0, "", 0 },
	{ ACTION_WORD_NONE, "1", 0, "", 0 },
};

static void
test_candidates(void **state)
{
	struct complete found = { 0 };

	(void)state;
	for (size_t row = 0; row < COUNT(lines); row++) {
		struct buf words = BUF_INIT(1 << 16);

		complete_line(&found, lines[row].word, lines[row].line, &lists);
		for (size_t at = 0; at < found.count; at++)
			buf_printf(&words, "%s%s", at != 0 ? "|" : "", found.words[at]);
		if (found.from != lines[row].from || strcmp(buf_str(&words), lines[row].words) != 0 ||
		    complete_common(&found) != lines[row].common)
			fail_msg("row %zu: from %zu: %s, %zu in common", row, found.from, buf_str(&words), complete_common(&found));
		buf_free(&words);
	}
	complete_free(&found);
}

static const char *
many(void *arg, size_t row)
{
	static char name[32];

	snprintf(name, sizeof(name), "tag%zu", row);
	return row < *(size_t *)arg ? name : NULL;
}

static void
test_many(void **state)
{
	struct complete found = { 0 };
	size_t count = COMPLETE_WORDS_MAX + 10;
	const struct complete_lists long_lists = { .tag = many, .arg = &count };

	(void)state;
	complete_line(&found, ACTION_WORD_TAGS, "+", &long_lists);
	assert_int_equal(found.count, COMPLETE_WORDS_MAX);
	complete_free(&found);
}

static const char *
noted(void *arg, size_t row)
{
	*(bool *)arg = true;
	return row == 0 ? "one" : NULL;
}

/* Names are looked for in lines that may have some, and in no other. */
static void
test_names(void **state)
{
	static const char *const begun[] = { "", "+", "tag +", "filter tag:", "x tag +", "x filter search:" };
	struct complete found = { 0 };

	(void)state;
	for (int word = ACTION_WORD_NONE; word < ACTION_WORDS; word++) {
		bool looked = false;
		const struct complete_lists named = { .tag = noted, .search = noted, .arg = &looked };

		for (size_t line = 0; line < COUNT(begun); line++)
			complete_line(&found, (enum action_word)word, begun[line], &named);
		if (looked != complete_has_names((enum action_word)word))
			fail_msg("kind %d: %d", word, looked);
	}
	complete_free(&found);
}

/* --- history -------------------------------------------------------------------------------- */

static char *
some_path(void)
{
	char path[] = "history-XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	unlink(path);
	return strdup(path);
}

static void
test_history(void **state)
{
	char *path = some_path(), *copy = strdup(path);
	struct history history, other;
	struct stat info;

	(void)state;
	history_open(&history, path);
	assert_null(history_get(&history, "filter", 0));
	history_add(&history, "filter", "one");
	history_add(&history, "tag", "+x");
	history_add(&history, "filter", "two words");
	history_add(&history, "filter", "two words");
	history_add(&history, "filter", "");
	history_add(&history, "filter", "a\nb");
	history_add(&history, "filter", "one");
	assert_string_equal(history_get(&history, "filter", 0), "one");
	assert_string_equal(history_get(&history, "filter", 1), "two words");
	assert_null(history_get(&history, "filter", 2));
	assert_string_equal(history_get(&history, "tag", 0), "+x");
	assert_null(history_get(&history, "ta", 0));
	history_open(&other, strdup(copy));
	history_add(&other, "filter", "three");
	history_close(&history);
	history_close(&other);
	history_open(&history, strdup(copy));
	assert_string_equal(history_get(&history, "filter", 0), "three");
	assert_string_equal(history_get(&history, "filter", 1), "one");
	assert_string_equal(history_get(&history, "filter", 2), "two words");
	history_close(&history);
	assert_int_equal(stat(copy, &info), 0);
	unlink(copy);
	free(copy);
}

/* What is no line of a history is left out, what is too much of it too, and the file does not grow for ever. */
static void
test_history_file(void **state)
{
	char *path = some_path(), text[64];
	struct history history;
	FILE *file = fopen(path, "w");
	struct stat info;

	(void)state;
	fputs("noblank\nfilter \xff\nfilter good\n\n", file);
	for (int line = 0; line <= 2 * HISTORY_LINES_MAX; line++)
		fprintf(file, "tag +t%d\n", line);
	fclose(file);
	history_open(&history, strdup(path));
	assert_null(history_get(&history, "filter", 0));
	assert_int_equal(history.count, HISTORY_LINES_MAX);
	snprintf(text, sizeof(text), "+t%d", 2 * HISTORY_LINES_MAX);
	assert_string_equal(history_get(&history, "tag", 0), text);
	history_close(&history);
	assert_int_equal(stat(path, &info), 0);
	assert_in_range(info.st_size, 1, HISTORY_LINES_MAX * 12);
	unlink(path);
	free(path);
	history_open(&history, strdup("/nowhere/at/all"));
	history_add(&history, "tag", "+a");
	assert_string_equal(history_get(&history, "tag", 0), "+a");
	history_close(&history);
}

/* --- a question ----------------------------------------------------------------------------- */

static char answer[256], typed[256];

static void
take_answer(struct view *view, const char *text)
{
	(void)view;
	snprintf(answer, sizeof(answer), "%s", text);
}

static void
take_typed(struct view *view, const char *text)
{
	(void)view;
	snprintf(typed, sizeof(typed), "%s", text);
}

/* Keys as in keyname.h, with blanks between; what is in the line, and the answer ("-": none yet, "x": given up). */
static const struct { enum action_word word; const char *keys, *text, *answer; } questions[] = {
	{ ACTION_WORD_ACTION, "u n Enter", "", "un" },
	{ ACTION_WORD_ACTION, "u n Esc", "", "x" },
	{ ACTION_WORD_ACTION, "u n d Tab", "undo ", "-" },
	{ ACTION_WORD_ACTION, "p i Tab", "pipe", "-" },
	{ ACTION_WORD_ACTION, "p i Tab Tab Tab", "pipe-json", "-" },
	{ ACTION_WORD_ACTION, "p i Tab Tab Tab Tab", "pipe", "-" },
	{ ACTION_WORD_ACTION, "p i Tab S-Tab", "pipe-json", "-" },
	{ ACTION_WORD_ACTION, "p i Tab S-Tab S-Tab", "pipe", "-" },
	{ ACTION_WORD_ACTION, "p i Tab Tab Space", "pipe ", "-" },
	{ ACTION_WORD_ACTION, "x Left u n d Tab", "undo x", "-" },
	{ ACTION_WORD_ACTION, "q q q Tab", "qqq", "-" },
	{ ACTION_WORD_QUERY, "s i n Tab", "since:", "-" },
	{ ACTION_WORD_TAGS, "Up", "+newest", "-" },
	{ ACTION_WORD_TAGS, "Up Up", "+older", "-" },
	{ ACTION_WORD_TAGS, "Up Up Up", "+older", "-" },
	{ ACTION_WORD_TAGS, "x Up Up Down Down", "x", "-" },
	{ ACTION_WORD_TAGS, "x Up Down Down", "x", "-" },
	{ ACTION_WORD_TAGS, "C-p C-p C-n", "+newest", "-" },
	{ ACTION_WORD_TAGS, "x Up y Down", "x", "-" },
	{ ACTION_WORD_TAGS, "Up Enter", "", "+newest" },
};

static void
press(struct status *status, const char *words)
{
	uint32_t keys[KEYNAME_SEQUENCE_MAX];

	for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		assert_int_equal(keyname_parse(words, len, keys), 1);
		if (!status_key(status, keys[0]) && status->asker == NULL)
			snprintf(answer, sizeof(answer), "x");
	}
}

static void
test_questions(void **state)
{
	static struct status status;
	struct history history;
	struct view *view = (struct view *)&status;	/* nobody looks into it */

	(void)state;
	for (size_t row = 0; row < COUNT(questions); row++) {
		struct buf text = BUF_INIT(4096);

		history_open(&history, NULL);
		history_add(&history, "tag", "+older");
		history_add(&history, "tag", "+newest");
		status = (struct status){ .history = &history, .lists = &lists };
		snprintf(answer, sizeof(answer), "-");
		status_ask_line(&status, view, ":", "", SIZE_MAX, take_answer);
		status_ask_about(&status, questions[row].word, "tag");
		status.typed = take_typed;
		press(&status, questions[row].keys);
		prompt_text(&status.prompt, &text);
		if (strcmp(answer, questions[row].answer) != 0 ||
		    (status.asker != NULL && (strcmp(buf_str(&text), questions[row].text) != 0 || strcmp(typed, buf_str(&text)) != 0)))
			fail_msg("row %zu: %s, typed %s, answer %s", row, buf_str(&text), typed, answer);
		buf_free(&text);
		status_free(&status);
		history_close(&history);
	}
}

static int yeses;

static void
count_yes(struct view *view)
{
	(void)view;
	yeses++;
}

static void
test_yes(void **state)
{
	static struct status status;
	struct view *view = (struct view *)&status;

	(void)state;
	status_ask_yes(&status, view, "sure?", count_yes);
	assert_false(status_key(&status, 'n'));
	assert_null(status.asker);
	status_ask_yes(&status, view, "sure?", count_yes);
	assert_true(status_key(&status, 'y'));
	assert_null(status.asker);
	assert_int_equal(yeses, 1);
	status_free(&status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_candidates), cmocka_unit_test(test_many), cmocka_unit_test(test_names), cmocka_unit_test(test_history),
		cmocka_unit_test(test_history_file), cmocka_unit_test(test_questions), cmocka_unit_test(test_yes)
	};

	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
