#include "contrib/gazette/action.h"

#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct action_row rows[] = {
#define PLAIN(action, name, views, flags, help) { action, name, views, flags, ACTION_WORD_NONE, NULL, help }
	PLAIN(ACTION_UP,		"up",		KEYS_EVERYWHERE, ACTION_REPEATS, "up one line"),
	PLAIN(ACTION_DOWN,		"down",		KEYS_EVERYWHERE, ACTION_REPEATS, "down one line"),
	PLAIN(ACTION_PAGE_UP,		"page-up",	KEYS_EVERYWHERE, ACTION_REPEATS, "up one page"),
	PLAIN(ACTION_PAGE_DOWN,		"page-down",	KEYS_EVERYWHERE, ACTION_REPEATS, "down one page"),
	PLAIN(ACTION_HALF_UP,		"half-page-up",	KEYS_EVERYWHERE, ACTION_REPEATS, "up half a page"),
	PLAIN(ACTION_HALF_DOWN,		"half-page-down", KEYS_EVERYWHERE, ACTION_REPEATS, "down half a page"),
	PLAIN(ACTION_SCROLL_UP,		"scroll-up",	KEYS_EVERYWHERE, ACTION_REPEATS, "up three lines"),
	PLAIN(ACTION_SCROLL_DOWN,	"scroll-down",	KEYS_EVERYWHERE, ACTION_REPEATS, "down three lines"),
	PLAIN(ACTION_HOME,		"home",		KEYS_EVERYWHERE, 0, "to the first line, or the one counted"),
	PLAIN(ACTION_END,		"end",		KEYS_EVERYWHERE, 0, "to the last line, or the one counted"),
	PLAIN(ACTION_POINT,		"point",	KEYS_EVERYWHERE, 0, "select the line clicked at, then open it"),
	PLAIN(ACTION_OPEN,		"open",		KEYS_EVERYWHERE & ~KEYS_IN_ARTICLE, 0, "open what the line shows"),
	PLAIN(ACTION_BACK,		"back",		KEYS_EVERYWHERE, 0, "back; leaves, if the feeds are alone"),
	PLAIN(ACTION_CANCEL,		"cancel",	KEYS_EVERYWHERE, 0, "drop the filter, or go back"),
	PLAIN(ACTION_NEXT_PANE,		"next-pane",	KEYS_IN_NEWS, ACTION_REPEATS, "to the next view beside this one"),
	PLAIN(ACTION_NEXT_UNREAD,	"next-unread",	KEYS_IN_NEWS, ACTION_REPEATS, "next unread, in the next feeds too"),
	PLAIN(ACTION_PREVIOUS_UNREAD,	"previous-unread", KEYS_IN_NEWS, ACTION_REPEATS, "previous unread"),
	PLAIN(ACTION_NEXT,		"next",		KEYS_IN_ITEMS | KEYS_IN_REVISIONS, ACTION_REPEATS, "next entry, or edit"),
	PLAIN(ACTION_PREVIOUS,		"previous",	KEYS_IN_ITEMS | KEYS_IN_REVISIONS, ACTION_REPEATS, "previous entry, or edit"),

	PLAIN(ACTION_TOGGLE_READ,	"toggle-read",	KEYS_IN_ITEMS, 0, "mark read or unread"),
	PLAIN(ACTION_READ_ALL,		"read-all",	KEYS_IN_LISTS, 0, "mark all of it read"),
	PLAIN(ACTION_TOGGLE_STAR,	"toggle-star",	KEYS_IN_ITEMS, 0, "star or unstar"),
	{ ACTION_TAG,			"tag",		KEYS_IN_ITEMS, 0, ACTION_WORD_TAGS, "+TAG -TAG ...", "tag, or take tags away" },
	PLAIN(ACTION_UNDO,		"undo",		KEYS_EVERYWHERE, ACTION_REPEATS, "take back the last change of marks and tags"),
	PLAIN(ACTION_CHOOSE,		"choose",	KEYS_IN_ENTRIES, 0, "choose the line for what is done next, or not"),
	PLAIN(ACTION_CHOOSE_ALL,	"choose-all",	KEYS_IN_ENTRIES, 0, "choose all lines of the list"),
	PLAIN(ACTION_CHOOSE_NONE,	"choose-none",	KEYS_IN_ENTRIES, 0, "choose no lines any more"),

	{ ACTION_FILTER,		"filter",	KEYS_IN_LISTS | KEYS_IN_HELP, 0, ACTION_WORD_QUERY, "QUERY", "filter by a query" },
	PLAIN(ACTION_UNREAD_ONLY,	"unread-only",	KEYS_IN_NEWS, 0, "show only unread, or all"),
	PLAIN(ACTION_HIDE_READ,		"hide-read",	KEYS_IN_NEWS, 0, "hide feeds with nothing unread, or show them"),
	PLAIN(ACTION_FOLD,		"fold",		KEYS_IN_FEEDS, 0, "fold the tag, or unfold it"),
	PLAIN(ACTION_FOLD_ALL,		"fold-all",	KEYS_IN_FEEDS, 0, "fold all tags, or unfold them"),
	{ ACTION_SORT,			"sort",		KEYS_IN_LISTS, 0, ACTION_WORD_SORT, "ORDER", "another order, or this one" },
	{ ACTION_SAVE_SEARCH,		"save-search",	KEYS_IN_ENTRIES, 0, ACTION_WORD_TEXT, "NAME", "keep what the list shows as a search" },
	PLAIN(ACTION_REFRESH,		"refresh",	KEYS_IN_NEWS, 0, "fetch what the line or list shows"),
	PLAIN(ACTION_REFRESH_ALL,	"refresh-all",	KEYS_EVERYWHERE, 0, "fetch all feeds"),

	{ ACTION_SEARCH,		"search",	KEYS_IN_TEXT, 0, ACTION_WORD_TEXT, "WORDS", "search in the text; nothing: the same again" },
	PLAIN(ACTION_NEXT_MATCH,	"next-match",	KEYS_IN_TEXT, ACTION_REPEATS, "next place where it was found"),
	PLAIN(ACTION_PREVIOUS_MATCH,	"previous-match", KEYS_IN_TEXT, ACTION_REPEATS, "the one before"),
	PLAIN(ACTION_SCROLL_LEFT,	"scroll-left",	KEYS_IN_TEXT, ACTION_REPEATS, "wide lines to the left"),
	PLAIN(ACTION_SCROLL_RIGHT,	"scroll-right",	KEYS_IN_TEXT, ACTION_REPEATS, "and to the right"),
	PLAIN(ACTION_LINKS,		"links",	KEYS_IN_ARTICLE, 0, "all links and attachments"),
	PLAIN(ACTION_REVISIONS,		"revisions",	KEYS_IN_ARTICLE, 0, "what its edits have changed"),
	PLAIN(ACTION_STORY,		"story",	KEYS_IN_ITEMS, 0, "the same story in all feeds"),
	PLAIN(ACTION_IMAGES,		"images",	KEYS_IN_ARTICLE, 0, "draw its images, or not any more"),
	PLAIN(ACTION_IMAGE,		"image",	KEYS_IN_ARTICLE | KEYS_IN_LINKS, 0, "show an image by the image command"),
	PLAIN(ACTION_WRAP_CODE,		"wrap-code",	KEYS_IN_ARTICLE, 0, "break long lines of code, or not"),

	PLAIN(ACTION_BROWSER,		"open-in-browser", KEYS_IN_NEWS | KEYS_IN_LINKS, 0, "open in the browser"),
	PLAIN(ACTION_LINK,		"open-link",	KEYS_IN_ARTICLE | KEYS_IN_LINKS, 0, "open the link with this number"),
	PLAIN(ACTION_COPY,		"copy-link",	KEYS_IN_NEWS | KEYS_IN_LINKS, 0, "copy the link for pasting"),
	{ ACTION_PIPE,			"pipe",		KEYS_IN_ITEMS, 0, ACTION_WORD_COMMAND, "COMMAND", "give the text to a command" },
	{ ACTION_PIPE_JSON,		"pipe-json",	KEYS_IN_ITEMS, 0, ACTION_WORD_COMMAND, "COMMAND", "the same as JSON Feed items" },
	PLAIN(ACTION_BOOKMARK,		"bookmark",	KEYS_IN_ITEMS, 0, "run the bookmark command"),
	PLAIN(ACTION_PLAY,		"play",		KEYS_IN_ITEMS, 0, "open the attachment, or the one counted"),

	{ ACTION_ADD,			"add",		KEYS_EVERYWHERE, 0, ACTION_WORD_URL, "URL [TAG ...]", "subscribe to a feed" },
	PLAIN(ACTION_REMOVE,		"remove",	KEYS_IN_NEWS, 0, "unsubscribe the feed, or remove the search (asks)"),
	PLAIN(ACTION_PAUSE,		"pause",	KEYS_IN_NEWS, 0, "stop polling the feed, or go on"),
	PLAIN(ACTION_SETTINGS,		"feed",		KEYS_IN_NEWS | KEYS_IN_HEALTH, 0, "the feed's settings, to be changed"),
	{ ACTION_FEED_SET,		"feed-set",	KEYS_IN_NEWS | KEYS_IN_SETTINGS, ACTION_NEEDS_ARGUMENT,
	    ACTION_WORD_FEED_SETTING, "KEY VALUE", "change a setting of the feed" },
	{ ACTION_FEED_TAG,		"feed-tag",	KEYS_IN_NEWS, 0, ACTION_WORD_TAGS, "+TAG -TAG ...", "tag the feed" },

	{ ACTION_COMMAND,		"command",	KEYS_EVERYWHERE, 0, ACTION_WORD_ACTION, "ACTION", "do anything by its name" },
	{ ACTION_SET,			"set",		KEYS_EVERYWHERE, ACTION_NEEDS_ARGUMENT, ACTION_WORD_SETTING, "KEY VALUE",
	    "change a setting of the reader" },
	{ ACTION_BIND,			"bind",		KEYS_EVERYWHERE, ACTION_NEEDS_ARGUMENT, ACTION_WORD_KEY,
	    "KEY ACTION [in VIEW]", "bind a key" },
	{ ACTION_UNBIND,		"unbind",	KEYS_EVERYWHERE, ACTION_NEEDS_ARGUMENT, ACTION_WORD_KEY, "KEY [in VIEW]",
	    "let a key do nothing" },
	{ ACTION_MACRO,			"macro",	KEYS_EVERYWHERE, ACTION_NEEDS_ARGUMENT, ACTION_WORD_KEY,
	    "KEY ACTION ; ... [in VIEW]", "bind a key to several actions" },
	PLAIN(ACTION_HEALTH,		"health",	KEYS_EVERYWHERE, 0, "feeds with which something is wrong"),
	PLAIN(ACTION_LOG,		"messages",	KEYS_EVERYWHERE, 0, "what the bottom line has said"),
	PLAIN(ACTION_HELP,		"help",		KEYS_EVERYWHERE, 0, "this help"),
	PLAIN(ACTION_REDRAW,		"redraw",	KEYS_EVERYWHERE, 0, "draw the screen anew"),
	PLAIN(ACTION_QUIT,		"quit",		KEYS_EVERYWHERE, 0, "leave at once"),
#undef PLAIN
};

static const struct { const char *name; unsigned views; } views[] = {
	{ "feeds", KEYS_IN_FEEDS }, { "entries", KEYS_IN_ENTRIES }, { "article", KEYS_IN_ARTICLE }, { "help", KEYS_IN_HELP },
	{ "health", KEYS_IN_HEALTH }, { "messages", KEYS_IN_LOG }, { "settings", KEYS_IN_SETTINGS },
	{ "links", KEYS_IN_LINKS }, { "revisions", KEYS_IN_REVISIONS }, { "matches", KEYS_IN_MATCHES }, { "text", KEYS_IN_TEXT },
	{ "lists", KEYS_IN_LISTS }, { "news", KEYS_IN_NEWS }, { "everywhere", KEYS_EVERYWHERE },
};

const struct action_row *
action_row(size_t row)
{
	return row < ROWS(rows) ? &rows[row] : NULL;
}

const struct action_row *
action_get(enum action action)
{
	for (size_t row = 0; row < ROWS(rows); row++)
		if (rows[row].action == action)
			return &rows[row];
	return NULL;
}

const struct action_row *
action_find(const char *name, size_t len)
{
	for (size_t row = 0; row < ROWS(rows); row++)
		if (strlen(rows[row].name) == len && memcmp(rows[row].name, name, len) == 0)
			return &rows[row];
	return NULL;
}

unsigned
action_view(const char *name, size_t len)
{
	for (size_t row = 0; row < ROWS(views); row++)
		if (strlen(views[row].name) == len && memcmp(views[row].name, name, len) == 0)
			return views[row].views;
	return 0;
}

const char *
action_view_name(size_t row)
{
	return row < ROWS(views) ? views[row].name : NULL;
}
