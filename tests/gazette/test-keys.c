/* Keys, the line of input and commands by rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/browser.h"
#include "contrib/gazette/file.h"
#include "contrib/gazette/history.h"
#include "contrib/gazette/input.h"
#include "contrib/gazette/keys.h"
#include "contrib/gazette/prompt.h"
#include "contrib/gazette/run.h"
#include "contrib/gazette/text.h"
#include "feeds/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- names ---------------------------------------------------------------------------------- */

static const struct { const char *word; size_t count; uint32_t keys[KEYNAME_SEQUENCE_MAX]; const char *shown; } words[] = {
	{ "q", 1, { 'q' }, "q" },
	{ "C-l", 1, { KEYS_CTRL('L') }, "C-l" },
	{ "C-L", 1, { KEYS_CTRL('L') }, "C-l" },
	{ "^L", 1, { KEYS_CTRL('L') }, "C-l" },
	{ "^", 1, { '^' }, "^" },
	{ "C-_", 1, { 0x1f }, "C-_" },
	{ "C-i", 1, { '\t' }, "Tab" },
	{ "C-m", 1, { KEYS_ENTER }, "Enter" },
	{ "M-v", 1, { KEYS_META | 'v' }, "M-v" },
	{ "M-<", 1, { KEYS_META | '<' }, "M-<" },
	{ "M-Up", 0, { 0 }, NULL },
	{ "Enter", 1, { KEYS_ENTER }, "Enter" },
	{ "Return", 1, { KEYS_ENTER }, "Enter" },
	{ "Space", 1, { ' ' }, "Space" },
	{ "Esc", 1, { KEYS_ESCAPE }, "Esc" },
	{ "Escape", 1, { KEYS_ESCAPE }, "Esc" },
	{ "PgDn", 1, { KEYS_PAGE_DOWN }, "PgDn" },
	{ "PageDown", 1, { KEYS_PAGE_DOWN }, "PgDn" },
	{ "F1", 1, { KEYS_F1 }, "F1" },
	{ "F12", 1, { KEYS_F12 }, "F12" },
	{ "F13", 0, { 0 }, NULL },
	{ "F0", 0, { 0 }, NULL },
	{ "gF120", 0, { 0 }, NULL },
	{ "F1F2", 2, { KEYS_F1, KEYS_F1 + 1 }, "F1F2" },
	{ "C-é", 0, { 0 }, NULL },
	{ "C-Up", 0, { 0 }, NULL },
	{ "F", 1, { 'F' }, "F" },
	{ "S-Tab", 1, { KEYS_BACK_TAB }, "S-Tab" },
	{ "WheelUp", 1, { KEYS_WHEEL_UP }, "WheelUp" },
	{ "é", 1, { 0xe9 }, "é" },
	{ "gg", 2, { 'g', 'g' }, "gg" },
	{ "C-xC-c", 2, { KEYS_CTRL('X'), KEYS_CTRL('C') }, "C-xC-c" },
	{ "C-xk", 2, { KEYS_CTRL('X'), 'k' }, "C-xk" },
	{ "gUp", 2, { 'g', KEYS_UP }, "gUp" },
	{ "C-", 2, { 'C', '-' }, "C-" },
	{ "M-", 2, { 'M', '-' }, "M-" },
	{ "abcd", 4, { 'a', 'b', 'c', 'd' }, "abcd" },
	{ "abcde", 0, { 0 }, NULL },
	{ "", 0, { 0 }, NULL },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(words); row++) {
		uint32_t keys[KEYNAME_SEQUENCE_MAX];
		size_t count = keyname_parse(words[row].word, strlen(words[row].word), keys);
		struct buf shown = BUF_INIT(64);

		if (count != words[row].count || memcmp(keys, words[row].keys, count * sizeof(keys[0])) != 0)
			fail_msg("row %zu: %s is %zu keys, first %#x", row, words[row].word, count, keys[0]);
		keyname_put_all(keys, count, &shown);
		if (count != 0 && strcmp(buf_str(&shown), words[row].shown) != 0)
			fail_msg("row %zu: %s", row, buf_str(&shown));
		buf_free(&shown);
	}
}

/* --- what a key does ------------------------------------------------------------------------ */

/* lines, ended by newlines, are bound first; then what the keys do in the view, as steps are written; NULL: nothing. */
static const struct {
	const char	*lines, *keys;
	unsigned	 view;
	const char	*steps;
} lookups[] = {
	{ "", "j", KEYS_IN_FEEDS, "down" },
	{ "", "Down", KEYS_IN_ARTICLE, "down" },
	{ "", "C-n", KEYS_IN_ENTRIES, "down" },
	{ "", "k", KEYS_IN_HELP, "up" },
	{ "", "Enter", KEYS_IN_FEEDS, "open" },
	{ "", "Enter", KEYS_IN_ARTICLE, NULL },
	{ "", "Space", KEYS_IN_ARTICLE, "page-down" },
	{ "", "C-v", KEYS_IN_ARTICLE, "page-down" },
	{ "", "M-v", KEYS_IN_ARTICLE, "page-up" },
	{ "", "PgDn", KEYS_IN_ENTRIES, "page-down" },
	{ "", "C-d", KEYS_IN_ARTICLE, "half-page-down" },
	{ "", "g", KEYS_IN_FEEDS, "home" },
	{ "", "End", KEYS_IN_FEEDS, "end" },
	{ "", "q", KEYS_IN_HELP, "back" },
	{ "", "h", KEYS_IN_FEEDS, "fold" },
	{ "", "h", KEYS_IN_ENTRIES, "back" },
	{ "", "Esc", KEYS_IN_ENTRIES, "cancel" },
	{ "", "n", KEYS_IN_ARTICLE, "next-unread" },
	{ "", "n", KEYS_IN_HELP, NULL },
	{ "", "r", KEYS_IN_ENTRIES, "toggle-read" },
	{ "", "A", KEYS_IN_ARTICLE, NULL },
	{ "", "C-r", KEYS_IN_ARTICLE, "refresh-all" },
	{ "", "u", KEYS_IN_ENTRIES, "undo" },
	{ "", "U", KEYS_IN_ENTRIES, "unread-only" },
	{ "", "C-xC-c", KEYS_IN_ENTRIES, "quit" },
	{ "", "C-x", KEYS_IN_ENTRIES, "..." },
	{ "", "😀", KEYS_IN_FEEDS, NULL },
	/* the user's */
	{ "bind x quit\n", "x", KEYS_IN_HELP, "quit" },
	{ "bind x quit in feeds\n", "x", KEYS_IN_FEEDS, "quit" },
	{ "bind x quit in feeds\n", "x", KEYS_IN_ARTICLE, NULL },
	{ "bind x quit in feeds,article\n", "x", KEYS_IN_ARTICLE, "quit" },
	{ "bind j quit in lists\n", "j", KEYS_IN_ENTRIES, "quit" },
	{ "bind j quit in lists\n", "j", KEYS_IN_ARTICLE, "down" },
	{ "bind x up\nbind x down\n", "x", KEYS_IN_FEEDS, "down" },
	{ "  bind\tx  tag  +later  +now  in  entries \r\n", "x", KEYS_IN_ENTRIES, "tag +later  +now" },
	{ "bind x filter title:\"a ; b\"\n", "x", KEYS_IN_ENTRIES, "filter title:\"a ; b\"" },
	{ "bind x filter a;b\n", "x", KEYS_IN_ENTRIES, "filter a;b" },
	{ "bind # open-link\n", "#", KEYS_IN_FEEDS, "open-link" },
	{ "# bind x quit\n#\n\n", "x", KEYS_IN_FEEDS, NULL },
	{ "bind ; undo\n", ";", KEYS_IN_FEEDS, "undo" },
	{ "unbind j\n", "j", KEYS_IN_FEEDS, NULL },
	{ "unbind j in article\n", "j", KEYS_IN_FEEDS, "down" },
	{ "unbind j in article\n", "j", KEYS_IN_ARTICLE, NULL },
	{ "unbind-all\nbind x quit\n", "q", KEYS_IN_FEEDS, NULL },
	{ "unbind-all\nbind x quit\n", "x", KEYS_IN_FEEDS, "quit" },
	{ "macro x toggle-read ; 3 down ; open in entries\n", "x", KEYS_IN_ENTRIES, "toggle-read ; 3 down ; open" },
	{ "bind x 5 down\n", "x", KEYS_IN_ENTRIES, "5 down" },
	{ "macro x up ;\n", "x", KEYS_IN_ENTRIES, "up" },
	{ "bind x sort oldest\n", "x", KEYS_IN_ENTRIES, "sort oldest" },
	{ "bind x set theme dark\n", "x", KEYS_IN_ENTRIES, "set theme dark" },
	{ "bind x feed-set interval 1h\n", "x", KEYS_IN_FEEDS, "feed-set interval 1h" },
	/* what begins alike */
	{ "bind gg home\n", "g", KEYS_IN_FEEDS, "..." },
	{ "bind gg home\n", "gg", KEYS_IN_FEEDS, "home" },
	{ "bind gg home in feeds\n", "g", KEYS_IN_ENTRIES, "home" },
	{ "bind gg home\nbind ga quit\n", "ga", KEYS_IN_FEEDS, "quit" },
	{ "bind gg home\nbind g end\n", "g", KEYS_IN_FEEDS, "end" },
	{ "bind C-x quit\n", "C-x", KEYS_IN_FEEDS, "quit" },
	/* while something is looked for */
	{ "", "n", KEYS_IN_ARTICLE, "next-unread" },
	{ "", "n", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "next-match" },
	{ "", "N", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "previous-match" },
	{ "", "p", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "previous-unread" },
	{ "", "C-x", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "..." },
	{ "bind n next in article\n", "n", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "next-match" },
	{ "bind n next\n", "n", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "next-match" },
	{ "unbind n in matches\n", "n", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "next-unread" },
	{ "bind p previous-match in matches\n", "p", KEYS_IN_ARTICLE | KEYS_IN_MATCHES, "previous-match" },
	{ "bind p previous-match in matches\n", "p", KEYS_IN_ARTICLE, "previous-unread" },
	/* a mistake binds nothing */
	{ "bind x down in nowhere\n", "x", KEYS_IN_FEEDS, NULL },
};

static void
put_steps(const struct keys_steps *steps, struct buf *out)
{
	for (size_t at = 0; at < steps->count; at++) {
		const struct keys_step *step = &steps->steps[at];

		buf_puts(out, at != 0 ? " ; " : "");
		if (step->count != 0)
			buf_printf(out, "%d ", step->count);
		buf_puts(out, action_get(step->action)->name);
		if (step->argument != NULL)
			buf_printf(out, " %s", step->argument);
	}
}

static void
bind_lines(struct keys *keys, const char *lines, struct buf *why)
{
	for (size_t len; *lines != '\0'; lines += len + 1) {
		char *line;

		len = strcspn(lines, "\n");
		line = strndup(lines, len);
		keys_line(keys, line, why);
		free(line);
	}
}

static void
test_lookups(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(lookups); row++) {
		struct keys *keys = keys_new();
		struct buf why = BUF_INIT(4096), found = BUF_INIT(4096);
		uint32_t typed[KEYNAME_SEQUENCE_MAX];
		size_t count = keyname_parse(lookups[row].keys, strlen(lookups[row].keys), typed);
		const struct keys_steps *steps = NULL;
		enum keys_match match;

		bind_lines(keys, lookups[row].lines, &why);
		match = keys_match(keys, typed, count, lookups[row].view, &steps);
		if (match == KEYS_BOUND)
			put_steps(steps, &found);
		else
			buf_puts(&found, match == KEYS_BEGUN ? "..." : "nothing");
		if (strcmp(buf_str(&found), lookups[row].steps != NULL ? lookups[row].steps : "nothing") != 0)
			fail_msg("row %zu: %s is %s: %s", row, lookups[row].keys, buf_str(&found), buf_str(&why));
		keys_free(keys);
		buf_free(&why);
		buf_free(&found);
	}
}

static const struct { const char *line, *why; } mistakes[] = {	/* why: how it begins, and a part of what is allowed */
	{ "bnd x quit", "\"bnd\" is not understood: allowed are bind, macro, unbind, unbind-all" },
	{ "#bind x quit", "\"#bind\" is not understood" },
	{ "bind", "\"\" is no key: allowed are" },
	{ "bind abcde quit", "\"abcde\" is no key: allowed are one to 4" },
	{ "bind x", "bind needs an action behind the key" },
	{ "macro x", "macro needs an action behind the key" },
	{ "bind x in feeds", "bind needs an action behind the key" },
	{ "bind x qit", "there is no action \"qit\": allowed are up, down, page-up" },
	{ "bind x quit in feed", "there is no view \"feed\": allowed are feeds, entries, article" },
	{ "bind x quit in feeds,", "there is no view" },
	{ "bind x quit now", "quit takes no argument, not \"now\"" },
	{ "bind x feed-set", "feed-set needs an argument: KEY VALUE" },
	{ "bind x up ; down", "bind takes one action: several are a macro" },
	{ "macro x up ; ; down", "there is no action \"\"" },
	{ "bind x 0 down", "\"0\" is no count: allowed are 1 to 9999" },
	{ "bind x 10000 down", "\"10000\" is no count" },
	{ "bind x 3x down", "\"3x\" is no count" },
	{ "bind x 3", "there is no action \"\"" },
	{ "bind x sort sideways", "sort knows no \"sideways\": allowed are newest, oldest, relevance, title, unread, health" },
	{ "bind x set theme neon", "theme: 'neon' is none of: terminal dark light plain" },
	{ "bind x set colour red", "colour: unknown key; known are browser, " },
	{ "bind x set mouse", "mouse: '' is neither yes nor no" },
	{ "bind x feed-set foo bar", "feed-set knows no \"foo\": allowed are title, url, tags, interval" },
	{ "macro x up ; sort up", "sort knows no \"up\"" },
	{ "bind F13 down", "\"F13\" is no key: allowed are" },
	{ "unbind x quit", "unbind takes a key and \"in VIEW\", not \"quit\"" },
	{ "unbind-all x", "\"unbind-all\" is not understood" },
};

static void
test_mistakes(void **state)
{
	struct keys *keys = keys_new();

	(void)state;
	for (size_t row = 0; row < COUNT(mistakes); row++) {
		struct buf why = BUF_INIT(4096);

		if (keys_line(keys, mistakes[row].line, &why) != -1 ||
		    strncmp(buf_str(&why), mistakes[row].why, strlen(mistakes[row].why)) != 0)
			fail_msg("row %zu: %s: %s", row, mistakes[row].line, buf_str(&why));
		if (strchr(buf_str(&why), '\n') != NULL)
			fail_msg("row %zu: more than a line", row);
		buf_free(&why);
	}
	keys_free(keys);
}

static void
test_steps_limit(void **state)
{
	struct keys *keys = keys_new();
	struct buf line = BUF_INIT(4096), why = BUF_INIT(4096);

	(void)state;
	buf_puts(&line, "macro x up");
	for (int step = 1; step < KEYS_STEPS_MAX; step++)
		buf_puts(&line, " ; up");
	assert_int_equal(keys_line(keys, buf_str(&line), &why), 0);
	buf_puts(&line, " ; up");
	assert_int_equal(keys_line(keys, buf_str(&line), &why), -1);
	assert_string_equal(buf_str(&why), "too many actions: allowed are 50");
	buf_free(&line);
	buf_free(&why);
	keys_free(keys);
}

/* A file of which some lines are wrong: each is told with its number, the others count. */
static void
test_file(void **state)
{
	char path[] = "keys-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	struct keys *keys = keys_new();
	struct buf why = BUF_INIT(1 << 16);
	const struct keys_steps *steps;
	uint32_t key = 'x';
	char expected[256];

	(void)state;
	fputs("# mine\nbind x quit\nbind y nothing-like-it\n\nbind z quit in x\nbind w quit", file);
	fclose(file);
	assert_int_equal(keys_read(keys, path, &why), -1);
	snprintf(expected, sizeof(expected), "%s:3: there is no action \"nothing-like-it\": allowed are up, ", path);
	assert_memory_equal(buf_str(&why), expected, strlen(expected));
	snprintf(expected, sizeof(expected), "\n%s:5: there is no view \"x\": ", path);
	assert_non_null(strstr(buf_str(&why), expected));
	assert_int_equal(keys_match(keys, &key, 1, KEYS_IN_FEEDS, &steps), KEYS_BOUND);
	key = 'w';
	assert_int_equal(keys_match(keys, &key, 1, KEYS_IN_FEEDS, &steps), KEYS_BOUND);
	unlink(path);
	buf_clear(&why);
	assert_int_equal(keys_read(keys, path, &why), 0);
	assert_int_equal(keys_read(keys, ".", &why), -1);
	buf_free(&why);
	keys_free(keys);
}

/* A line that is typed again moves to the end, in the file too, where those of another reader stay. */
static void
test_history(void **state)
{
	char path[] = "history-XXXXXX";
	int fd = mkstemp(path);
	struct history one, other;
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	close(fd);
	history_open(&one, strdup(path));
	history_open(&other, strdup(path));
	history_add(&one, "tag", "+a");
	history_add(&one, "tag", "+b");
	history_add(&other, "tag", "+c");
	history_add(&one, "tag", "+a");
	assert_int_equal(file_read(path, &text), 0);
	assert_string_equal(buf_str(&text), "tag +b\ntag +c\ntag +a\n");
	assert_string_equal(history_get(&one, "tag", 0), "+a");
	assert_string_equal(history_get(&one, "tag", 1), "+b");
	assert_null(history_get(&one, "tag", 2));
	history_close(&one);
	history_close(&other);
	unlink(path);
	buf_free(&text);
}

/* Every action stands in the help of its views once, with a name, a text and a key or its name. */
static void
test_help(void **state)
{
	static const unsigned views[] = { KEYS_IN_FEEDS, KEYS_IN_ENTRIES, KEYS_IN_ARTICLE, KEYS_IN_HELP, KEYS_IN_SETTINGS };
	struct keys *keys = keys_new();
	struct keys_help help;
	struct buf why = BUF_INIT(256);

	(void)state;
	for (size_t at = 0; at < COUNT(views); at++) {
		size_t row, actions = 0;

		for (row = 0; action_row(row) != NULL; row++)
			actions += (action_row(row)->views & views[at]) != 0;
		for (row = 0; keys_help_row(keys, row, views[at], &help) == 0; row++)
			if (help.keys[0] == '\0' || help.text[0] == '\0' ||
			    help.name[strspn(help.name, "abcdefghijklmnopqrstuvwxyz-")] != '\0' ||
			    help.bound == (help.keys[0] == ':' && help.keys[1] != ' '))
				fail_msg("view %zu, row %zu: %s", at, row, help.name);
		assert_int_equal(row, actions);
	}
	help.name = "";
	for (size_t row = 0; strcmp(help.name, "next-unread") != 0; row++)
		assert_int_equal(keys_help_row(keys, row, KEYS_IN_ARTICLE | KEYS_IN_MATCHES, &help), 0);
	assert_string_equal(help.keys, "Tab");
	for (size_t row = 0; strcmp(help.name, "next-match") != 0; row++)
		assert_int_equal(keys_help_row(keys, row, KEYS_IN_ARTICLE | KEYS_IN_MATCHES, &help), 0);
	assert_string_equal(help.keys, "] n");
	assert_int_equal(keys_line(keys, "macro x up ; down", &why), 0);
	assert_int_equal(keys_line(keys, "unbind j", &why), 0);
	assert_int_equal(keys_help_row(keys, 1, KEYS_IN_FEEDS, &help), 0);
	assert_string_equal(help.keys, "Down C-n");
	for (size_t row = 0; help.text[0] != '\0'; row++)
		assert_int_equal(keys_help_row(keys, row, KEYS_IN_FEEDS, &help), 0);
	assert_string_equal(help.name, "up ; down");
	assert_string_equal(help.keys, "x");
	keys_free(keys);
	buf_free(&why);
}

static void
test_actions(void **state)
{
	bool seen[ACTIONS] = { false };
	const struct action_row *row;
	size_t count;

	(void)state;
	for (count = 0; (row = action_row(count)) != NULL; count++) {
		assert_in_range(row->action, ACTION_NONE + 1, ACTIONS - 1);
		if (seen[row->action] || row->views == 0 || row->help[0] == '\0' ||
		    (row->argument == NULL) != (row->word == ACTION_WORD_NONE) ||
		    action_find(row->name, strlen(row->name)) != row || action_get(row->action) != row)
			fail_msg("row %zu: %s", count, row->name);
		seen[row->action] = true;
	}
	assert_int_equal(count, ACTIONS - 1);
}

/* --- keys that come one by one ------------------------------------------------------------------ */

/* What has been done, "down 5" if the count is not for the keys to repeat; a question is asked by tag without argument. */
struct deeds { struct buf text; bool asked; unsigned view; struct input *input; };

static void
do_action(void *arg, enum action action)
{
	struct deeds *deeds = arg;

	buf_printf(&deeds->text, "%s%s", deeds->text.len != 0 ? ", " : "", action_get(action)->name);
	if (deeds->input->count != 0 && (action_get(action)->flags & ACTION_REPEATS) == 0)
		buf_printf(&deeds->text, " %d", deeds->input->count);
	if (deeds->input->argument != NULL)
		buf_printf(&deeds->text, " %s", deeds->input->argument);
	deeds->asked = action == ACTION_TAG && deeds->input->argument == NULL;
}

static bool
is_asked(void *arg)
{
	return ((struct deeds *)arg)->asked;
}

static unsigned
view_of(void *arg)
{
	return ((struct deeds *)arg)->view;
}

static const struct input_ops input_ops = { .act = do_action, .asking = is_asked, .view = view_of };

/* keys as one word each; "+" and "-": the question is answered, or given up. pending: what shows at the end. */
static const struct { const char *lines, *keys, *deeds, *pending; } inputs[] = {
	{ "", "j", "down", "" },
	{ "", "3 j", "down, down, down", "" },
	{ "", "1 0 Up", "up, up, up, up, up, up, up, up, up, up", "" },
	{ "", "0 j", "down", "" },
	{ "", "5 G", "end 5", "" },
	{ "", "1 2 # x", "open-link 12", "" },
	{ "", "3", "", "3" },
	{ "", "3 Esc j", "down", "" },
	{ "", "9 9 9 9 9", "", "9999" },
	{ "", "C-x", "", "C-x" },
	{ "", "C-x C-c", "quit", "" },
	{ "", "2 C-x u", "undo, undo", "" },
	{ "", "C-x Esc j", "down", "" },
	{ "", "C-x j j", "down", "" },
	{ "", "C-x j", "", "" },
	{ "", "M-v", "page-up", "" },
	{ "", "M-j", "cancel, down", "" },
	{ "bind gg end\n", "g", "", "g" },
	{ "bind gg end\n", "g g", "end", "" },
	{ "bind 1 home\n", "1 j", "home, down", "" },
	{ "bind 1 home\n", "2 1 j", "down, down, down, down, down, down, down, down, down, down, down, down, down, down, "
	    "down, down, down, down, down, down, down", "" },
	{ "bind x 4 undo\n", "x", "undo, undo, undo, undo", "" },
	{ "bind x 4 undo\n", "2 x", "undo, undo", "" },
	{ "macro x up ; tag +a ; 2 down\n", "x", "up, tag +a, down, down", "" },
	{ "macro x up ; tag +a\n", "2 x", "up, tag +a, up, tag +a", "" },
	{ "macro x tag ; down\n", "x", "tag", "" },
	{ "macro x tag ; down ; tag ; up\n", "x +", "tag, down, tag", "" },
	{ "macro x tag ; down ; tag ; up\n", "x + +", "tag, down, tag, up", "" },
	{ "macro x tag ; down\n", "x - j", "tag, down", "" },
	{ "macro x tag ; down\n", "x - +", "tag", "" },
};

static void
type_word(struct input *input, struct deeds *deeds, const char *word, size_t len)
{
	uint32_t keys[KEYNAME_SEQUENCE_MAX];

	if (len == 1 && (*word == '+' || *word == '-')) {
		deeds->asked = false;
		input_resume(input, *word == '+');
	} else {
		assert_int_equal(keyname_parse(word, len, keys), 1);
		input_key(input, keys[0]);
	}
}

static void
test_inputs(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(inputs); row++) {
		struct keys *keys = keys_new();
		struct input input;
		struct deeds deeds = { .text = BUF_INIT(4096), .view = KEYS_IN_ARTICLE, .input = &input };
		struct buf why = BUF_INIT(4096), pending = BUF_INIT(64);

		bind_lines(keys, inputs[row].lines, &why);
		input_init(&input, keys, &input_ops, &deeds);
		for (const char *word = inputs[row].keys; *word != '\0'; word += strspn(word, " ")) {
			size_t len = strcspn(word, " ");

			type_word(&input, &deeds, word, len);
			word += len;
		}
		input_pending(&input, &pending);
		if (strcmp(buf_str(&deeds.text), inputs[row].deeds) != 0 || strcmp(buf_str(&pending), inputs[row].pending) != 0)
			fail_msg("row %zu: %s; pending %s", row, buf_str(&deeds.text), buf_str(&pending));
		input_free(&input);
		buf_free(&deeds.text);
		buf_free(&pending);
		buf_free(&why);
		keys_free(keys);
	}
}

static const struct { const char *line, *deeds, *why; } lines[] = {
	{ "down", "down", "" },
	{ "  3 down ; tag +a -b ", "down, down, down, tag +a -b", "" },
	{ "command down", "command down", "" },
	{ "filter since:2d", "filter since:2d", "" },
	{ "nothing", "", "there is no action \"nothing\"" },
	{ "", "", "there is no action \"\"" },
	{ "down ; nothing", "", "there is no action \"nothing\"" },
};

static void
test_lines(void **state)
{
	struct keys *keys = keys_new();
	struct input input;

	(void)state;
	for (size_t row = 0; row < COUNT(lines); row++) {
		struct deeds deeds = { .text = BUF_INIT(4096), .view = KEYS_IN_ARTICLE, .input = &input };
		struct buf why = BUF_INIT(4096);

		input_init(&input, keys, &input_ops, &deeds);
		input_line(&input, lines[row].line, &why);
		if (strcmp(buf_str(&deeds.text), lines[row].deeds) != 0 ||
		    strncmp(buf_str(&why), lines[row].why, strlen(lines[row].why)) != 0 || (why.len != 0) != (*lines[row].why != '\0'))
			fail_msg("row %zu: %s; %s", row, buf_str(&deeds.text), buf_str(&why));
		input_free(&input);
		buf_free(&deeds.text);
		buf_free(&why);
	}
	keys_free(keys);
}

/* --- the line of input -------------------------------------------------------------------------- */

/* keys: characters are typed; \x01 etc. are control keys; < > are Left and Right, ~ Delete, { } Home and End, $ % & M-b, M-f, M-d. */
static const struct {
	const char	*start, *keys;
	enum prompt_state state;
	const char	*text;
	int		 width;
	const char	*shown;
	int		 cursor;
} prompts[] = {
	{ "", "abc", PROMPT_GOES_ON, "abc", 20, "abc", 3 },
	{ "", "abc\r", PROMPT_DONE, "abc", 20, "abc", 3 },
	{ "", "abc\n", PROMPT_DONE, "abc", 20, "abc", 3 },
	{ "", "a\x1b", PROMPT_GIVEN_UP, "a", 20, "a", 1 },
	{ "", "a\x07", PROMPT_GIVEN_UP, "a", 20, "a", 1 },
	{ "", "ac<b", PROMPT_GOES_ON, "abc", 20, "abc", 2 },
	{ "", "<<ab>>", PROMPT_GOES_ON, "ab", 20, "ab", 2 },
	{ "bc", "{a", PROMPT_GOES_ON, "abc", 20, "abc", 1 },
	{ "ab", "{}c", PROMPT_GOES_ON, "abc", 20, "abc", 3 },
	{ "abc", "\x7f", PROMPT_GOES_ON, "ab", 20, "ab", 2 },
	{ "", "\x7f~", PROMPT_GOES_ON, "", 20, "", 0 },
	{ "abc", "<<~", PROMPT_GOES_ON, "ac", 20, "ac", 1 },
	{ "is:unread tag:x", "\x17", PROMPT_GOES_ON, "is:unread ", 20, "is:unread ", 10 },
	{ "is:unread  ", "\x17", PROMPT_GOES_ON, "", 20, "", 0 },
	{ "abcdef", "<<\x15", PROMPT_GOES_ON, "ef", 20, "ef", 0 },
	{ "abcdef", "<<\x0b", PROMPT_GOES_ON, "abcd", 20, "abcd", 4 },
	{ "abcdef", "\x01\x06\x06\x02x\x05y", PROMPT_GOES_ON, "axbcdefy", 20, "axbcdefy", 8 },
	{ "one two three", "$$x", PROMPT_GOES_ON, "one xtwo three", 20, "one xtwo three", 5 },
	{ "one two three", "{%x", PROMPT_GOES_ON, "onex two three", 20, "onex two three", 4 },
	{ "one two three", "{&", PROMPT_GOES_ON, " two three", 20, " two three", 0 },
	/* a letter goes with its marks; wide ones take two columns */
	{ "e\xcc\x81x", "<<y", PROMPT_GOES_ON, "ye\xcc\x81x", 20, "ye\xcc\x81x", 1 },
	{ "e\xcc\x81", "\x7f", PROMPT_GOES_ON, "", 20, "", 0 },
	{ "日本", "<x", PROMPT_GOES_ON, "日x本", 20, "日x本", 3 },
	/* what controls the terminal is not taken */
	{ "a\x1b[31mb\xe2\x80\xae", "\x0f", PROMPT_GOES_ON, "a[31mb", 20, "a[31mb", 6 },
	/* more than there is room for: the part with the cursor is shown */
	{ "abcdefgh", "", PROMPT_GOES_ON, "abcdefgh", 5, "efgh", 4 },
	{ "abcdefgh", "{", PROMPT_GOES_ON, "abcdefgh", 5, "abcde", 0 },
	{ "abcdefgh", "<<<<", PROMPT_GOES_ON, "abcdefgh", 5, "abcde", 4 },
	{ "日本語", "", PROMPT_GOES_ON, "日本語", 5, "本語", 4 },
};

static uint32_t
scripted(uint32_t code)
{
	static const struct { uint32_t sign, key; } keys[] = {
		{ '<', KEYS_LEFT }, { '>', KEYS_RIGHT }, { '~', KEYS_DELETE }, { '{', KEYS_HOME }, { '}', KEYS_END },
		{ 0x7f, KEYS_BACKSPACE }, { '$', KEYS_META | 'b' }, { '%', KEYS_META | 'f' }, { '&', KEYS_META | 'd' }
	};

	for (size_t row = 0; row < COUNT(keys); row++)
		if (keys[row].sign == code)
			return keys[row].key;
	return code;
}

static void
test_prompts(void **state)
{
	static struct prompt prompt;

	(void)state;
	for (size_t row = 0; row < COUNT(prompts); row++) {
		struct buf text = BUF_INIT(4096), shown = BUF_INIT(4096);
		enum prompt_state last = PROMPT_GOES_ON;
		const char *keys = prompts[row].keys;
		uint32_t code;
		int cursor;

		prompt_set(&prompt, prompts[row].start, SIZE_MAX);
		while (*keys != '\0') {
			keys += utf8_decode(keys, strlen(keys), &code);
			last = prompt_key(&prompt, scripted(code));
		}
		prompt_text(&prompt, &text);
		cursor = prompt_show(&prompt, prompts[row].width, &shown);
		if (last != prompts[row].state || strcmp(buf_str(&text), prompts[row].text) != 0 ||
		    strcmp(buf_str(&shown), prompts[row].shown) != 0 || cursor != prompts[row].cursor)
			fail_msg("row %zu: state %d, \"%s\" shown as \"%s\", cursor %d", row, last, buf_str(&text), buf_str(&shown),
			    cursor);
		buf_free(&text);
		buf_free(&shown);
	}
}

static void
test_prompt_limit(void **state)
{
	static struct prompt prompt;
	struct buf text = BUF_INIT(2 * PROMPT_CODES_MAX);
	int cursor;

	(void)state;
	prompt_set(&prompt, "", SIZE_MAX);
	for (int key = 0; key < PROMPT_CODES_MAX + 10; key++)
		prompt_key(&prompt, 'x');
	prompt_text(&prompt, &text);
	assert_int_equal(text.len, PROMPT_CODES_MAX);
	buf_free(&text);
	prompt_set(&prompt, "feed:4 bad", 7);
	cursor = prompt_show(&prompt, 40, &text);
	assert_int_equal(cursor, 7);
	buf_free(&text);
}

/* --- commands ------------------------------------------------------------------------------- */

static const struct {
	const char	*command;
	const char	*expected;		/* joined by "|"; NULL: refused */
} commands[] = {
	{ "w3m", "w3m|URL|TITLE" },
	{ "firefox --new-tab", "firefox|--new-tab|URL|TITLE" },
	{ "firefox --new-tab %s --private", "firefox|--new-tab|URL|--private|TITLE" },
	{ "  lynx\t-nopause ", "lynx|-nopause|URL|TITLE" },
	{ "a '$(b)' ;", "a|'$(b)'|;|URL|TITLE" },
	{ "", NULL },
	{ "   ", NULL },
	{ "%s", NULL },
	{ "%s a", NULL },
	{ "a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 "
	    "43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62", NULL },
};

static void
test_commands(void **state)
{
	const char *args[] = { "URL", "TITLE", NULL };

	(void)state;
	for (size_t row = 0; row < COUNT(commands); row++) {
		const char *argv[RUN_ARGS_MAX + 1];
		struct buf joined = BUF_INIT(4096);
		char *command = strdup(commands[row].command);
		int refused = run_split(command, args, argv);

		for (size_t at = 0; refused == 0 && argv[at] != NULL; at++)
			buf_printf(&joined, "%s%s", at != 0 ? "|" : "", argv[at]);
		if ((refused != 0) != (commands[row].expected == NULL) ||
		    (refused == 0 && strcmp(buf_str(&joined), commands[row].expected) != 0))
			fail_msg("row %zu: %d \"%s\"", row, refused, buf_str(&joined));
		buf_free(&joined);
		free(command);
	}
}

static const struct { const char *players, *type, *command; } players[] = {
	{ "* xdg-open", "audio/mpeg", "xdg-open" },
	{ "audio/* mpv --no-video; video/* mpv ; * xdg-open", "audio/mpeg", "mpv --no-video" },
	{ "audio/* mpv --no-video; video/* mpv ; * xdg-open", "VIDEO/mp4", "mpv " },
	{ "audio/* mpv --no-video; video/* mpv ; * xdg-open", "text/plain", "xdg-open" },
	{ "audio/* mpv", "video/mp4", NULL },
	{ "audio/*", "audio/mpeg", NULL },
	{ "audio/* ", "audio/mpeg", "" },
	{ ";; audio/mpeg\tplay", "audio/mpeg", "play" },
	{ "", "audio/mpeg", NULL },
};

static void
test_players(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(players); row++) {
		char *command = browser_player(players[row].players, players[row].type);

		if ((command == NULL) != (players[row].command == NULL) ||
		    (command != NULL && strcmp(command, players[row].command) != 0))
			fail_msg("row %zu: %s", row, command != NULL ? command : "none");
		free(command);
	}
}

static const struct { const char *url; bool taken; } urls[] = {
	{ "http://a.example/", true }, { "HTTPS://a.example/x?y#z", true }, { "javascript:alert(1)", false },
	{ "file:///etc/passwd", false }, { "-x http://a.example/", false }, { "http://a.example/ x", false },
	{ "http://a.example/\x1b[2J", false }, { "", false }, { "ftp://a.example/", false }
};

static void
test_urls(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(urls); row++)
		if (browser_takes(urls[row].url) != urls[row].taken)
			fail_msg("row %zu: %s", row, urls[row].url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_lookups), cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_steps_limit), cmocka_unit_test(test_file), cmocka_unit_test(test_history), cmocka_unit_test(test_help),
		cmocka_unit_test(test_actions), cmocka_unit_test(test_inputs), cmocka_unit_test(test_lines),
		cmocka_unit_test(test_prompts), cmocka_unit_test(test_prompt_limit), cmocka_unit_test(test_commands), cmocka_unit_test(test_players),
		cmocka_unit_test(test_urls)
	};

	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
