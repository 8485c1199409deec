#include "contrib/gazette/keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/argument.h"
#include "contrib/gazette/file.h"

enum { FILE_BYTES_MAX = 1 << 20, WHY_BYTES_MAX = 4096 };

struct binding {
	uint32_t	 keys[KEYNAME_SEQUENCE_MAX];
	size_t		 n_keys;
	unsigned	 views;			/* 0: not bound any more */
	struct keys_steps steps;
};

struct keys {
	struct binding	**rows;			/* those without views too: somebody may still be doing their steps */
	size_t		 count, cap;
};

/* In the syntax of the file, but for several keys at once. */
static const struct {
	const char	*keys;
	unsigned	 views;
	const char	*steps;
} defaults[] = {
	{ "k Up C-p",		KEYS_EVERYWHERE,	"up" },
	{ "j Down C-n",		KEYS_EVERYWHERE,	"down" },
	{ "b PgUp C-b M-v",	KEYS_EVERYWHERE,	"page-up" },
	{ "Space PgDn C-f C-v",	KEYS_EVERYWHERE,	"page-down" },
	{ "C-u",		KEYS_EVERYWHERE,	"half-page-up" },
	{ "C-d",		KEYS_EVERYWHERE,	"half-page-down" },
	{ "WheelUp C-y",	KEYS_EVERYWHERE,	"scroll-up" },
	{ "WheelDown C-e",	KEYS_EVERYWHERE,	"scroll-down" },
	{ "g Home M-<",		KEYS_EVERYWHERE,	"home" },
	{ "G End M->",		KEYS_EVERYWHERE,	"end" },
	{ "Click",		KEYS_EVERYWHERE,	"point" },
	{ "Enter l Right",	KEYS_EVERYWHERE & ~KEYS_IN_ARTICLE,	"open" },
	{ "q",			KEYS_EVERYWHERE,	"back" },
	{ "h Left C-xk",	KEYS_EVERYWHERE & ~KEYS_IN_FEEDS,	"back" },
	{ "Esc C-g",		KEYS_EVERYWHERE,	"cancel" },
	{ "w",			KEYS_IN_NEWS,		"next-pane" },
	{ "n Tab",		KEYS_IN_NEWS,		"next-unread" },
	{ "p S-Tab",		KEYS_IN_NEWS,		"previous-unread" },
	{ "J",			KEYS_IN_ITEMS | KEYS_IN_REVISIONS,		"next" },
	{ "K",			KEYS_IN_ITEMS | KEYS_IN_REVISIONS,		"previous" },
	{ "r N",		KEYS_IN_ITEMS,		"toggle-read" },
	{ "A",			KEYS_IN_LISTS,		"read-all" },
	{ "s",			KEYS_IN_ITEMS,		"toggle-star" },
	{ "t",			KEYS_IN_ITEMS,		"tag" },
	{ "t",			KEYS_IN_FEEDS,		"feed-tag" },
	{ "u C-_ C-xu",		KEYS_EVERYWHERE,	"undo" },
	{ "m",			KEYS_IN_ENTRIES,	"choose" },
	{ "*",			KEYS_IN_ENTRIES,	"choose-all" },
	{ "M",			KEYS_IN_ENTRIES,	"choose-none" },
	{ "/",			KEYS_IN_LISTS | KEYS_IN_HELP, "filter" },
	{ "/",			KEYS_IN_TEXT,		"search" },
	{ "]",			KEYS_IN_TEXT,		"next-match" },
	{ "[",			KEYS_IN_TEXT,		"previous-match" },
	{ "n",			KEYS_IN_MATCHES | KEYS_IN_REVISIONS,	"next-match" },
	{ "N",			KEYS_IN_MATCHES | KEYS_IN_REVISIONS,	"previous-match" },
	{ "<",			KEYS_IN_TEXT,		"scroll-left" },
	{ ">",			KEYS_IN_TEXT,		"scroll-right" },
	{ "W",			KEYS_IN_ARTICLE,	"wrap-code" },
	{ "l Right",		KEYS_IN_ARTICLE,	"links" },
	{ "d",			KEYS_IN_ARTICLE,	"revisions" },
	{ "v",			KEYS_IN_ITEMS,		"story" },
	{ "i",			KEYS_IN_ARTICLE,	"images" },
	{ "i",			KEYS_IN_LINKS,		"image" },
	{ "I",			KEYS_IN_ARTICLE | KEYS_IN_LINKS,	"image" },
	{ "U",			KEYS_IN_NEWS,		"unread-only" },
	{ ".",			KEYS_IN_LISTS,		"hide-read" },
	{ "z h Left",		KEYS_IN_FEEDS,		"fold" },
	{ "Z",			KEYS_IN_FEEDS,		"fold-all" },
	{ "S",			KEYS_IN_LISTS,		"sort" },
	{ "R",			KEYS_IN_NEWS,		"refresh" },
	{ "C-r",		KEYS_EVERYWHERE,	"refresh-all" },
	{ "o",			KEYS_IN_NEWS | KEYS_IN_LINKS,		"open-in-browser" },
	{ "#",			KEYS_IN_ARTICLE | KEYS_IN_LINKS,	"open-link" },
	{ "y",			KEYS_IN_NEWS | KEYS_IN_LINKS,		"copy-link" },
	{ "|",			KEYS_IN_ITEMS,		"pipe" },
	{ "B",			KEYS_IN_ITEMS,		"bookmark" },
	{ "e",			KEYS_IN_ITEMS,		"play" },
	{ "a",			KEYS_IN_NEWS,		"add" },
	{ "D",			KEYS_IN_FEEDS,		"remove" },
	{ "P",			KEYS_IN_FEEDS,		"pause" },
	{ "E",			KEYS_IN_NEWS | KEYS_IN_HEALTH,	"feed" },
	{ ": M-x",		KEYS_EVERYWHERE,	"command" },
	{ "H",			KEYS_EVERYWHERE,	"health" },
	{ "L",			KEYS_EVERYWHERE,	"messages" },
	{ "? F1",		KEYS_EVERYWHERE,	"help" },
	{ "C-l",		KEYS_EVERYWHERE,	"redraw" },
	{ "Q C-xC-c",		KEYS_EVERYWHERE,	"quit" },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void *
checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

/* --- words ---------------------------------------------------------------------------------- */

/* A part of a line; words are what stands between blanks. */
struct span { const char *ptr; size_t len; };

static bool
is_blank(char chr)
{
	return chr == ' ' || chr == '\t' || chr == '\r';
}

static void
trim(struct span *span)
{
	while (span->len != 0 && is_blank(span->ptr[0])) {
		span->ptr++;
		span->len--;
	}
	while (span->len != 0 && is_blank(span->ptr[span->len - 1]))
		span->len--;
}

/* Takes the first word off. */
static struct span
take_word(struct span *rest)
{
	struct span word;

	trim(rest);
	word = (struct span){ rest->ptr, 0 };
	while (word.len < rest->len && !is_blank(rest->ptr[word.len]))
		word.len++;
	rest->ptr += word.len;
	rest->len -= word.len;
	trim(rest);
	return word;
}

/* The last word, left where it is. */
static struct span
last_word(const struct span *text)
{
	size_t from = text->len;

	while (from > 0 && !is_blank(text->ptr[from - 1]))
		from--;
	return (struct span){ text->ptr + from, text->len - from };
}

static bool
is_word(struct span word, const char *text)
{
	return word.len == strlen(text) && memcmp(word.ptr, text, word.len) == 0;
}

/* --- steps ---------------------------------------------------------------------------------- */

static int
complain_action(struct span word, struct buf *why)
{
	const struct action_row *row;

	buf_printf(why, "there is no action \"%.*s\": allowed are", (int)word.len, word.ptr);
	for (size_t at = 0; (row = action_row(at)) != NULL; at++)
		buf_printf(why, "%s %s", at != 0 ? "," : "", row->name);
	return -1;
}

static int
parse_step(struct span text, struct keys_step *step, struct buf *why)
{
	struct span word = take_word(&text);
	const struct action_row *row;
	char *end;

	*step = (struct keys_step){ 0 };
	if (word.len != 0 && isdigit((unsigned char)word.ptr[0])) {
		step->count = (int)strtol(word.ptr, &end, 10);
		if (end != word.ptr + word.len || word.len > 4 || step->count == 0) {
			buf_printf(why, "\"%.*s\" is no count: allowed are 1 to %d", (int)word.len, word.ptr, KEYS_COUNT_MAX);
			return -1;
		}
		word = take_word(&text);
	}
	row = action_find(word.ptr, word.len);
	if (row == NULL)
		return complain_action(word, why);
	if (row->word == ACTION_WORD_NONE && text.len != 0) {
		buf_printf(why, "%s takes no argument, not \"%.*s\"", row->name, (int)text.len, text.ptr);
		return -1;
	}
	if ((row->flags & ACTION_NEEDS_ARGUMENT) != 0 && text.len == 0) {
		buf_printf(why, "%s needs an argument: %s", row->name, row->argument);
		return -1;
	}
	step->action = row->action;
	step->argument = text.len != 0 ? checked(strndup(text.ptr, text.len)) : NULL;
	if (step->argument == NULL || argument_check(row, step->argument, why) == 0)
		return 0;
	free(step->argument);
	return -1;
}

/* Up to the next ";" that is a word of its own and not within quotes; what is left of a macro's own definition is not looked into. */
static struct span
take_step(struct span *rest)
{
	struct span step = { rest->ptr, 0 }, first = *rest;
	bool quoted = false, whole = is_word(take_word(&first), "macro");

	while (step.len < rest->len) {
		bool apart = (step.len == 0 || is_blank(rest->ptr[step.len - 1])) &&
		    (step.len + 1 == rest->len || is_blank(rest->ptr[step.len + 1]));

		if (rest->ptr[step.len] == ';' && apart && !quoted && !whole)
			break;
		quoted ^= rest->ptr[step.len++] == '"';
	}
	rest->ptr += step.len;
	rest->len -= step.len;
	if (rest->len != 0) {
		rest->ptr++;
		rest->len--;
	}
	trim(&step);
	return step;
}

static int
parse_steps(struct span text, struct keys_steps *steps, struct buf *why)
{
	struct span rest = text;

	*steps = (struct keys_steps){ .text = checked(strndup(text.ptr, text.len)) };
	do {
		struct span step = take_step(&rest);

		if (steps->count == KEYS_STEPS_MAX) {
			buf_printf(why, "too many actions: allowed are %d", KEYS_STEPS_MAX);
			break;
		}
		steps->steps = checked(reallocarray(steps->steps, steps->count + 1, sizeof(steps->steps[0])));
		if (parse_step(step, &steps->steps[steps->count], why) == -1)
			break;
		steps->count++;
		if (rest.len == 0)
			return 0;
	} while (true);
	keys_steps_free(steps);
	return -1;
}

int
keys_parse_steps(const char *text, struct keys_steps *steps, struct buf *why)
{
	struct span span = { text, strlen(text) };

	trim(&span);
	return parse_steps(span, steps, why);
}

void
keys_steps_free(struct keys_steps *steps)
{
	for (size_t at = 0; at < steps->count; at++)
		free(steps->steps[at].argument);
	free(steps->steps);
	free(steps->text);
	*steps = (struct keys_steps){ 0 };
}

/* --- binding -------------------------------------------------------------------------------- */

/* One of them begins with the other, or they are the same. */
static bool
alike(const struct binding *binding, const uint32_t *keys, size_t count)
{
	size_t common = binding->n_keys < count ? binding->n_keys : count;

	return memcmp(binding->keys, keys, common * sizeof(keys[0])) == 0;
}

static void
unbind(struct keys *keys, const uint32_t *codes, size_t count, unsigned views)
{
	for (size_t row = 0; row < keys->count; row++)
		if (alike(keys->rows[row], codes, count))
			keys->rows[row]->views &= ~views;
}

/* Takes steps. */
static void
bind(struct keys *keys, const uint32_t *codes, size_t count, unsigned views, struct keys_steps steps)
{
	struct binding *binding = checked(calloc(1, sizeof(*binding)));

	unbind(keys, codes, count, views);
	*binding = (struct binding){ .n_keys = count, .views = views, .steps = steps };
	memcpy(binding->keys, codes, count * sizeof(codes[0]));
	if (keys->count == keys->cap) {
		keys->cap = keys->cap != 0 ? 2 * keys->cap : 128;
		keys->rows = checked(reallocarray(keys->rows, keys->cap, sizeof(keys->rows[0])));
	}
	keys->rows[keys->count++] = binding;
}

/* --- lines ---------------------------------------------------------------------------------- */

static int
complain_view(struct span word, struct buf *why)
{
	const char *name;

	buf_printf(why, "there is no view \"%.*s\": allowed are", (int)word.len, word.ptr);
	for (size_t at = 0; (name = action_view_name(at)) != NULL; at++)
		buf_printf(why, "%s %s", at != 0 ? "," : "", name);
	return -1;
}

/* "feeds,entries"; 0 with what is wrong. */
static unsigned
parse_views(struct span names, struct buf *why)
{
	unsigned views = 0;

	for (;;) {
		const char *comma = memchr(names.ptr, ',', names.len);
		size_t len = comma != NULL ? (size_t)(comma - names.ptr) : names.len;
		unsigned view = action_view(names.ptr, len);

		if (view == 0) {
			complain_view((struct span){ names.ptr, len }, why);
			return 0;
		}
		views |= view;
		if (comma == NULL)
			return views;
		names.ptr += len + 1;
		names.len -= len + 1;
	}
}

/* Takes "in VIEW" off the end, if it is there. The views, all if none is said; 0 with what is wrong. */
static unsigned
take_views(struct span *text, struct buf *why)
{
	struct span names = last_word(text), before = { text->ptr, text->len - names.len };

	trim(&before);
	if (!is_word(last_word(&before), "in"))
		return KEYS_EVERYWHERE;
	before.len -= 2;
	trim(&before);
	*text = before;
	return parse_views(names, why);
}

/* What is bound to several is written as a macro, lest a stray ";" goes unseen. */
static int
line_steps(struct keys *keys, struct span word, struct span rest, const uint32_t *codes, size_t count, unsigned views, struct buf *why)
{
	struct keys_steps steps;

	if (rest.len == 0) {
		buf_printf(why, "%.*s needs an action behind the key", (int)word.len, word.ptr);
		return -1;
	}
	if (parse_steps(rest, &steps, why) == -1)
		return -1;
	if (is_word(word, "bind") && steps.count > 1) {
		buf_puts(why, "bind takes one action: several are a macro");
		keys_steps_free(&steps);
		return -1;
	}
	bind(keys, codes, count, views, steps);
	return 0;
}

static int
line_of_key(struct keys *keys, struct span word, struct span rest, struct buf *why)
{
	struct span key = take_word(&rest);
	uint32_t codes[KEYNAME_SEQUENCE_MAX];
	size_t count = keyname_parse(key.ptr, key.len, codes);
	unsigned views;

	if (count == 0) {
		buf_printf(why, "\"%.*s\" is no key: allowed are one to %d of characters, C-x, M-x, Enter, Esc, Tab, S-Tab, Space, "
		    "Backspace, Ins, Del, Up, Down, Left, Right, Home, End, PgUp, PgDn, F1 to F12, Click, WheelUp, WheelDown",
		    (int)key.len, key.ptr, KEYNAME_SEQUENCE_MAX);
		return -1;
	}
	views = take_views(&rest, why);
	if (views == 0)
		return -1;
	if (!is_word(word, "unbind"))
		return line_steps(keys, word, rest, codes, count, views, why);
	if (rest.len != 0) {
		buf_printf(why, "unbind takes a key and \"in VIEW\", not \"%.*s\"", (int)rest.len, rest.ptr);
		return -1;
	}
	unbind(keys, codes, count, views);
	return 0;
}

int
keys_line(struct keys *keys, const char *line, struct buf *why)
{
	struct span rest = { line, strlen(line) }, word = take_word(&rest);

	if (word.len == 0 || is_word(word, "#"))
		return 0;
	if (is_word(word, "bind") || is_word(word, "macro") || is_word(word, "unbind"))
		return line_of_key(keys, word, rest, why);
	if (is_word(word, "unbind-all") && rest.len == 0) {
		for (size_t row = 0; row < keys->count; row++)
			keys->rows[row]->views = 0;
		return 0;
	}
	buf_printf(why, "\"%.*s\" is not understood: allowed are bind, macro, unbind, unbind-all and lines that begin with \"# \"",
	    (int)word.len, word.ptr);
	return -1;
}

static int
read_lines(struct keys *keys, const char *path, char *text, struct buf *why)
{
	int number = 0, result = 0;

	for (char *line = text, *end; line != NULL; line = end) {
		struct buf wrong = BUF_INIT(WHY_BYTES_MAX);

		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		number++;
		if (keys_line(keys, line, &wrong) == -1) {
			buf_printf(why, "%s:%d: %s\n", path, number, buf_str(&wrong));
			result = -1;
		}
		buf_free(&wrong);
	}
	return result;
}

int
keys_read(struct keys *keys, const char *path, struct buf *why)
{
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	int result = file_read(path, &text);

	if (result == -1 && errno == ENOENT)
		result = 0;
	else if (result == -1)
		buf_printf(why, "%s: %s\n", path, strerror(errno));
	else {
		buf_putc(&text, '\0');
		result = read_lines(keys, path, text.ptr, why);
	}
	buf_free(&text);
	return result;
}

static void
bind_default(struct keys *keys, const char *words, unsigned views, const char *text)
{
	struct span rest = { words, strlen(words) };
	struct buf why = BUF_INIT(WHY_BYTES_MAX);

	while (rest.len != 0) {
		struct span key = take_word(&rest);
		uint32_t codes[KEYNAME_SEQUENCE_MAX];
		struct keys_steps steps;
		size_t count = keyname_parse(key.ptr, key.len, codes);

		if (count == 0 || keys_parse_steps(text, &steps, &why) == -1)
			abort();
		bind(keys, codes, count, views, steps);
	}
	buf_free(&why);
}

struct keys *
keys_new(void)
{
	struct keys *keys = checked(calloc(1, sizeof(*keys)));

	for (size_t row = 0; row < ROWS(defaults); row++)
		bind_default(keys, defaults[row].keys, defaults[row].views, defaults[row].steps);
	return keys;
}

void
keys_free(struct keys *keys)
{
	for (size_t row = 0; row < keys->count; row++) {
		keys_steps_free(&keys->rows[row]->steps);
		free(keys->rows[row]);
	}
	free(keys->rows);
	free(keys);
}

static enum keys_match
match_in(const struct keys *keys, const uint32_t *typed, size_t count, unsigned view, const struct keys_steps **steps)
{
	for (size_t row = 0; row < keys->count; row++) {
		const struct binding *binding = keys->rows[row];

		if ((binding->views & view) == 0 || binding->n_keys < count || !alike(binding, typed, count))
			continue;
		*steps = &binding->steps;
		return binding->n_keys == count ? KEYS_BOUND : KEYS_BEGUN;
	}
	return KEYS_UNBOUND;
}

enum keys_match
keys_match(const struct keys *keys, const uint32_t *typed, size_t count, unsigned view, const struct keys_steps **steps)
{
	enum keys_match match = match_in(keys, typed, count, view & KEYS_IN_MATCHES, steps);

	return match != KEYS_UNBOUND ? match : match_in(keys, typed, count, view & ~(unsigned)KEYS_IN_MATCHES, steps);
}

/* --- help ----------------------------------------------------------------------------------- */

/* One action as it is, which stands in the table of actions. */
static bool
is_plain(const struct binding *binding)
{
	const struct keys_step *step = &binding->steps.steps[0];

	return binding->steps.count == 1 && step->count == 0 && step->argument == NULL;
}

/* It is what its keys do in the view: not one that something bound in matches goes before. */
static bool
holds(const struct keys *keys, const struct binding *binding, unsigned view)
{
	const struct keys_steps *steps;

	if ((binding->views & view & KEYS_IN_MATCHES) != 0)
		return true;
	return (binding->views & view) != 0 &&
	    match_in(keys, binding->keys, binding->n_keys, view & KEYS_IN_MATCHES, &steps) == KEYS_UNBOUND;
}

static void
help_keys(const struct binding *binding, struct buf *out)
{
	if (out->len != 0)
		buf_putc(out, ' ');
	keyname_put_all(binding->keys, binding->n_keys, out);
}

static void
help_action(const struct keys *keys, const struct action_row *row, unsigned view, struct keys_help *help)
{
	struct buf names = BUF_INIT(KEYS_HELP_BYTES - 1);

	*help = (struct keys_help){ .name = row->name, .text = row->help };
	for (size_t at = 0; at < keys->count; at++)
		if (holds(keys, keys->rows[at], view) && is_plain(keys->rows[at]) &&
		    keys->rows[at]->steps.steps[0].action == row->action)
			help_keys(keys->rows[at], &names);
	help->bound = names.len != 0;
	if (!help->bound)
		buf_printf(&names, ":%s", row->name);
	snprintf(help->keys, sizeof(help->keys), "%s", buf_str(&names));
	buf_free(&names);
}

static void
help_binding(const struct binding *binding, struct keys_help *help)
{
	struct buf names = BUF_INIT(KEYS_HELP_BYTES - 1);

	help_keys(binding, &names);
	*help = (struct keys_help){ .name = binding->steps.text, .text = "", .bound = true };
	snprintf(help->keys, sizeof(help->keys), "%s", buf_str(&names));
	buf_free(&names);
}

int
keys_help_row(const struct keys *keys, size_t row, unsigned view, struct keys_help *help)
{
	const struct action_row *action;

	for (size_t at = 0; (action = action_row(at)) != NULL; at++) {
		if ((action->views & view) == 0 || row-- != 0)
			continue;
		help_action(keys, action, view, help);
		return 0;
	}
	for (size_t at = 0; at < keys->count; at++) {
		if (!holds(keys, keys->rows[at], view) || is_plain(keys->rows[at]) || row-- != 0)
			continue;
		help_binding(keys->rows[at], help);
		return 0;
	}
	return -1;
}
