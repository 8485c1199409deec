#include "contrib/gazette/keys.h"

#include <stdio.h>
#include <string.h>

#include "feeds/base/buf.h"

static const struct {
	enum action	 action;
	const char	*name, *help;
} actions[] = {
	{ ACTION_UP,			"up",			"up one line" },
	{ ACTION_DOWN,			"down",			"down one line" },
	{ ACTION_PAGE_UP,		"page-up",		"up one page" },
	{ ACTION_PAGE_DOWN,		"page-down",		"down one page" },
	{ ACTION_HALF_UP,		"half-page-up",		"up half a page" },
	{ ACTION_HALF_DOWN,		"half-page-down",	"down half a page" },
	{ ACTION_HOME,			"home",			"to the first line" },
	{ ACTION_END,			"end",			"to the last line" },
	{ ACTION_OPEN,			"open",			"open what the line shows" },
	{ ACTION_BACK,			"back",			"back; leaves from the feeds" },
	{ ACTION_CANCEL,		"cancel",		"drop the filter, or go back" },
	{ ACTION_NEXT_UNREAD,		"next-unread",		"next unread, in the next feeds too" },
	{ ACTION_PREVIOUS_UNREAD,	"previous-unread",	"previous unread" },
	{ ACTION_NEXT,			"next",			"next entry" },
	{ ACTION_PREVIOUS,		"previous",		"previous entry" },
	{ ACTION_TOGGLE_READ,		"toggle-read",		"mark read or unread" },
	{ ACTION_READ_ALL,		"read-all",		"mark all of it read" },
	{ ACTION_TOGGLE_STAR,		"toggle-star",		"star or unstar" },
	{ ACTION_BROWSER,		"open-in-browser",	"open in $BROWSER or xdg-open" },
	{ ACTION_LINK,			"open-link",		"open the link with this number" },
	{ ACTION_FILTER,		"filter",		"filter by a query" },
	{ ACTION_UNREAD_ONLY,		"unread-only",		"show only unread, or all" },
	{ ACTION_REFRESH,		"refresh",		"fetch what the line or list shows" },
	{ ACTION_REFRESH_ALL,		"refresh-all",		"fetch all feeds" },
	{ ACTION_REDRAW,		"redraw",		"draw the screen anew" },
	{ ACTION_HELP,			"help",			"this help" },
	{ ACTION_QUIT,			"quit",			"leave at once" },
};

static const struct {
	uint32_t	key;
	unsigned	views;
	enum action	action;
} bindings[] = {
	{ 'k',			KEYS_EVERYWHERE,	ACTION_UP },
	{ KEYS_UP,		KEYS_EVERYWHERE,	ACTION_UP },
	{ KEYS_CTRL('P'),	KEYS_EVERYWHERE,	ACTION_UP },
	{ 'j',			KEYS_EVERYWHERE,	ACTION_DOWN },
	{ KEYS_DOWN,		KEYS_EVERYWHERE,	ACTION_DOWN },
	{ KEYS_CTRL('N'),	KEYS_EVERYWHERE,	ACTION_DOWN },
	{ 'b',			KEYS_EVERYWHERE,	ACTION_PAGE_UP },
	{ KEYS_PAGE_UP,		KEYS_EVERYWHERE,	ACTION_PAGE_UP },
	{ KEYS_CTRL('B'),	KEYS_EVERYWHERE,	ACTION_PAGE_UP },
	{ ' ',			KEYS_EVERYWHERE,	ACTION_PAGE_DOWN },
	{ KEYS_PAGE_DOWN,	KEYS_EVERYWHERE,	ACTION_PAGE_DOWN },
	{ KEYS_CTRL('F'),	KEYS_EVERYWHERE,	ACTION_PAGE_DOWN },
	{ KEYS_CTRL('U'),	KEYS_EVERYWHERE,	ACTION_HALF_UP },
	{ KEYS_CTRL('D'),	KEYS_EVERYWHERE,	ACTION_HALF_DOWN },
	{ 'g',			KEYS_EVERYWHERE,	ACTION_HOME },
	{ KEYS_HOME,		KEYS_EVERYWHERE,	ACTION_HOME },
	{ 'G',			KEYS_EVERYWHERE,	ACTION_END },
	{ KEYS_END,		KEYS_EVERYWHERE,	ACTION_END },
	{ KEYS_ENTER,		KEYS_IN_LISTS,		ACTION_OPEN },
	{ 'l',			KEYS_IN_LISTS,		ACTION_OPEN },
	{ KEYS_RIGHT,		KEYS_IN_LISTS,		ACTION_OPEN },
	{ 'q',			KEYS_EVERYWHERE,	ACTION_BACK },
	{ 'h',			KEYS_IN_ENTRIES | KEYS_IN_ARTICLE | KEYS_IN_HELP,	ACTION_BACK },
	{ KEYS_LEFT,		KEYS_IN_ENTRIES | KEYS_IN_ARTICLE | KEYS_IN_HELP,	ACTION_BACK },
	{ KEYS_ESCAPE,		KEYS_EVERYWHERE,	ACTION_CANCEL },
	{ 'n',			KEYS_IN_NEWS,		ACTION_NEXT_UNREAD },
	{ '\t',			KEYS_IN_NEWS,		ACTION_NEXT_UNREAD },
	{ 'p',			KEYS_IN_NEWS,		ACTION_PREVIOUS_UNREAD },
	{ 'J',			KEYS_IN_ARTICLE,	ACTION_NEXT },
	{ 'K',			KEYS_IN_ARTICLE,	ACTION_PREVIOUS },
	{ 'r',			KEYS_IN_ENTRIES | KEYS_IN_ARTICLE,	ACTION_TOGGLE_READ },
	{ 'N',			KEYS_IN_ENTRIES | KEYS_IN_ARTICLE,	ACTION_TOGGLE_READ },
	{ 'A',			KEYS_IN_LISTS,		ACTION_READ_ALL },
	{ 's',			KEYS_IN_ENTRIES | KEYS_IN_ARTICLE,	ACTION_TOGGLE_STAR },
	{ 'o',			KEYS_IN_NEWS,		ACTION_BROWSER },
	{ '#',			KEYS_IN_ARTICLE,	ACTION_LINK },
	{ '/',			KEYS_IN_LISTS,		ACTION_FILTER },
	{ 'u',			KEYS_IN_LISTS,		ACTION_UNREAD_ONLY },
	{ 'R',			KEYS_IN_NEWS,		ACTION_REFRESH },
	{ KEYS_CTRL('R'),	KEYS_EVERYWHERE,	ACTION_REFRESH_ALL },
	{ KEYS_CTRL('L'),	KEYS_EVERYWHERE,	ACTION_REDRAW },
	{ '?',			KEYS_IN_NEWS,		ACTION_HELP },
	{ 'Q',			KEYS_EVERYWHERE,	ACTION_QUIT },
};

static const struct {
	uint32_t	 key;
	const char	*name;
} names[] = {
	{ KEYS_ENTER, "Enter" }, { KEYS_ESCAPE, "Esc" }, { '\t', "Tab" }, { ' ', "Space" }, { KEYS_UP, "Up" },
	{ KEYS_DOWN, "Down" }, { KEYS_LEFT, "Left" }, { KEYS_RIGHT, "Right" }, { KEYS_HOME, "Home" }, { KEYS_END, "End" },
	{ KEYS_PAGE_UP, "PgUp" }, { KEYS_PAGE_DOWN, "PgDn" }, { KEYS_BACKSPACE, "Backspace" }, { KEYS_DELETE, "Del" },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum action
keys_action(uint32_t key, unsigned view)
{
	if (key == '\n')		/* some terminals send it for Enter */
		key = KEYS_ENTER;
	for (size_t row = 0; row < ROWS(bindings); row++)
		if (bindings[row].key == key && (bindings[row].views & view) != 0)
			return bindings[row].action;
	return ACTION_NONE;
}

char *
keys_name(uint32_t key, char out[KEYS_NAME_BYTES])
{
	struct buf name = BUF_INIT(KEYS_NAME_BYTES - 1);

	for (size_t row = 0; row < ROWS(names); row++)
		if (names[row].key == key)
			buf_puts(&name, names[row].name);
	if (name.len == 0 && key < ' ')
		buf_printf(&name, "^%c", (int)key + '@');
	else if (name.len == 0)
		buf_put_utf8(&name, key);
	snprintf(out, KEYS_NAME_BYTES, "%s", buf_str(&name));
	buf_free(&name);
	return out;
}

int
keys_help_row(size_t row, struct keys_help *help)
{
	struct buf keys = BUF_INIT(KEYS_HELP_BYTES - 1);
	char name[KEYS_NAME_BYTES];

	if (row >= ROWS(actions))
		return -1;
	*help = (struct keys_help){ .action = actions[row].action, .name = actions[row].name, .text = actions[row].help };
	for (size_t bound = 0; bound < ROWS(bindings); bound++) {
		if (bindings[bound].action != help->action)
			continue;
		help->views |= bindings[bound].views;
		buf_printf(&keys, "%s%s", keys.len != 0 ? " " : "", keys_name(bindings[bound].key, name));
	}
	snprintf(help->keys, sizeof(help->keys), "%s", buf_str(&keys));
	buf_free(&keys);
	return 0;
}
