/* Keys, the line of input and the browser's command by rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/browser.h"
#include "contrib/gazette/keys.h"
#include "contrib/gazette/prompt.h"
#include "contrib/gazette/text.h"
#include "feeds/base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* --- what a key does ------------------------------------------------------------------------ */

static const struct {
	uint32_t	key;
	unsigned	view;
	enum action	action;
} lookups[] = {
	{ 'j', KEYS_IN_FEEDS, ACTION_DOWN },
	{ KEYS_DOWN, KEYS_IN_ARTICLE, ACTION_DOWN },
	{ 'k', KEYS_IN_HELP, ACTION_UP },
	{ '\r', KEYS_IN_FEEDS, ACTION_OPEN },
	{ '\n', KEYS_IN_ENTRIES, ACTION_OPEN },
	{ '\r', KEYS_IN_ARTICLE, ACTION_NONE },
	{ ' ', KEYS_IN_ARTICLE, ACTION_PAGE_DOWN },
	{ KEYS_PAGE_DOWN, KEYS_IN_ENTRIES, ACTION_PAGE_DOWN },
	{ 'b', KEYS_IN_ENTRIES, ACTION_PAGE_UP },
	{ KEYS_CTRL('D'), KEYS_IN_ARTICLE, ACTION_HALF_DOWN },
	{ 'g', KEYS_IN_FEEDS, ACTION_HOME },
	{ KEYS_END, KEYS_IN_FEEDS, ACTION_END },
	{ 'q', KEYS_IN_FEEDS, ACTION_BACK },
	{ 'q', KEYS_IN_HELP, ACTION_BACK },
	{ 'h', KEYS_IN_FEEDS, ACTION_NONE },
	{ 'h', KEYS_IN_ENTRIES, ACTION_BACK },
	{ KEYS_ESCAPE, KEYS_IN_ENTRIES, ACTION_CANCEL },
	{ 'n', KEYS_IN_FEEDS, ACTION_NEXT_UNREAD },
	{ 'n', KEYS_IN_ARTICLE, ACTION_NEXT_UNREAD },
	{ 'n', KEYS_IN_HELP, ACTION_NONE },
	{ 'r', KEYS_IN_ENTRIES, ACTION_TOGGLE_READ },
	{ 'r', KEYS_IN_FEEDS, ACTION_NONE },
	{ 'A', KEYS_IN_ENTRIES, ACTION_READ_ALL },
	{ 'A', KEYS_IN_ARTICLE, ACTION_NONE },
	{ 's', KEYS_IN_ARTICLE, ACTION_TOGGLE_STAR },
	{ 'R', KEYS_IN_FEEDS, ACTION_REFRESH },
	{ KEYS_CTRL('R'), KEYS_IN_ARTICLE, ACTION_REFRESH_ALL },
	{ 'o', KEYS_IN_ENTRIES, ACTION_BROWSER },
	{ '/', KEYS_IN_FEEDS, ACTION_FILTER },
	{ '/', KEYS_IN_ARTICLE, ACTION_NONE },
	{ 'u', KEYS_IN_ENTRIES, ACTION_UNREAD_ONLY },
	{ '#', KEYS_IN_ARTICLE, ACTION_LINK },
	{ '?', KEYS_IN_ARTICLE, ACTION_HELP },
	{ 'Q', KEYS_IN_ARTICLE, ACTION_QUIT },
	{ 0x1f600, KEYS_IN_FEEDS, ACTION_NONE },
	{ KEYS_NONE, KEYS_EVERYWHERE, ACTION_NONE },
	{ KEYS_RESIZE, KEYS_EVERYWHERE, ACTION_NONE },
	{ KEYS_OTHER, KEYS_EVERYWHERE, ACTION_NONE },
};

static void
test_lookups(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(lookups); row++)
		if (keys_action(lookups[row].key, lookups[row].view) != lookups[row].action)
			fail_msg("row %zu: key %#x is %d, not %d", row, lookups[row].key,
			    keys_action(lookups[row].key, lookups[row].view), lookups[row].action);
}

/* Every action stands in the help once, with a name, a text and a key. */
static void
test_help(void **state)
{
	bool seen[ACTIONS] = { false };
	struct keys_help help;
	size_t row;

	(void)state;
	for (row = 0; keys_help_row(row, &help) == 0; row++) {
		assert_in_range(help.action, ACTION_NONE + 1, ACTIONS - 1);
		if (seen[help.action] || help.views == 0 || help.keys[0] == '\0' || help.text[0] == '\0' ||
		    help.name[strspn(help.name, "abcdefghijklmnopqrstuvwxyz-")] != '\0')
			fail_msg("row %zu: %s", row, help.name);
		seen[help.action] = true;
	}
	assert_int_equal(row, ACTIONS - 1);
}

static const struct { uint32_t key; const char *name; } names[] = {
	{ 'q', "q" }, { KEYS_CTRL('L'), "^L" }, { '\r', "Enter" }, { '\t', "Tab" }, { ' ', "Space" },
	{ KEYS_ESCAPE, "Esc" }, { KEYS_PAGE_DOWN, "PgDn" }, { 0xe9, "é" }
};

static void
test_names(void **state)
{
	char name[KEYS_NAME_BYTES];

	(void)state;
	for (size_t row = 0; row < COUNT(names); row++)
		if (strcmp(keys_name(names[row].key, name), names[row].name) != 0)
			fail_msg("row %zu: %s, not %s", row, name, names[row].name);
}

/* --- the line of input -------------------------------------------------------------------------- */

/* keys: characters are typed; \x01 etc. are control keys; < > are Left and Right, ~ Delete, { } Home and End. */
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
		{ 0x7f, KEYS_BACKSPACE }
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

/* --- the browser ---------------------------------------------------------------------------- */

static const struct {
	const char	*command;
	const char	*expected;		/* joined by "|"; NULL: refused */
} commands[] = {
	{ "w3m", "w3m|URL" },
	{ "firefox --new-tab", "firefox|--new-tab|URL" },
	{ "firefox --new-tab %s --private", "firefox|--new-tab|URL|--private" },
	{ "  lynx\t-nopause ", "lynx|-nopause|URL" },
	{ "", NULL },
	{ "   ", NULL },
	{ "%s", NULL },
	{ "a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32", NULL },
};

static void
test_commands(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(commands); row++) {
		const char *argv[BROWSER_ARGS_MAX + 1];
		struct buf joined = BUF_INIT(4096);
		char *command = strdup(commands[row].command);
		int refused = browser_argv(command, "URL", argv);

		for (size_t at = 0; refused == 0 && argv[at] != NULL; at++)
			buf_printf(&joined, "%s%s", at != 0 ? "|" : "", argv[at]);
		if ((refused != 0) != (commands[row].expected == NULL) ||
		    (refused == 0 && strcmp(buf_str(&joined), commands[row].expected) != 0))
			fail_msg("row %zu: %d \"%s\"", row, refused, buf_str(&joined));
		buf_free(&joined);
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
		cmocka_unit_test(test_lookups), cmocka_unit_test(test_help), cmocka_unit_test(test_names),
		cmocka_unit_test(test_prompts), cmocka_unit_test(test_prompt_limit), cmocka_unit_test(test_commands),
		cmocka_unit_test(test_urls)
	};

	text_locale();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
