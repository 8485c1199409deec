#include "contrib/gazette/cmd.h"

#define OPT(member) offsetof(struct cmd_options, member)

#define ROW_TAG { "tag", 'T', "TAG", ARG_LIST, OPT(tags), "a tag for the feed; may be repeated" }
#define ROW_SET { "set", 0, "KEY=VALUE", ARG_LIST, OPT(set), \
	"a setting of the feed, see \"gazette set --help\"; may be repeated" }
#define ROW_JSON { "json", 0, NULL, ARG_FLAG, OPT(json), "print JSON" }

const struct arg_option cmd_common[] = {
	{ "socket", 's', "SOCKET", ARG_STRING, OPT(socket), "the daemon's socket" },
	{ "help", 'h', NULL, ARG_FLAG, OPT(help), "print this help" },
	ARG_END
};

static const struct arg_option no_options[] = { ARG_END };
static const struct arg_option only_json[] = { ROW_JSON, ARG_END };

static const struct arg_option doctor_options[] = {
	{ "state", 'd', "STATEDIR", ARG_STRING, OPT(state), "where gazetted keeps its state, if that was said by its -d and it does not run" },
	ROW_JSON, ARG_END
};

static const struct arg_option add_options[] = {
	{ "title", 't', "TITLE", ARG_STRING, OPT(title), "the title to show instead of the feed's own" },
	ROW_TAG, ROW_SET,
	{ "no-wait", 0, NULL, ARG_FLAG, OPT(no_wait), "return before the first fetch" },
	ROW_JSON, ARG_END
};

static const struct arg_option import_options[] = { ROW_TAG, ROW_SET, ROW_JSON, ARG_END };

static const struct arg_option export_options[] = {
	{ "format", 'f', "atom|rss|jsonfeed|jsonl|csv|sfeed|mbox|maildir|html|opml", ARG_CHOICE, OPT(format),
	    "the format; opml is the list of feeds" },
	{ "output", 'o', "PATH", ARG_STRING, OPT(output), "write to this file, which is replaced when all is written; or to this Maildir" },
	{ "cursor", 'c', "NAME", ARG_STRING, OPT(cursor), "only what the last run with this cursor has not given; mbox is appended to" },
	{ "restart", 0, NULL, ARG_FLAG, OPT(restart), "begin the cursor anew" },
	{ "limit", 'n', "N", ARG_NUMBER, OPT(limit), "at most N entries; with a cursor the next run gives the others" },
	{ "append", 'a', NULL, ARG_FLAG, OPT(append), "write behind what is in the file: jsonl, csv, sfeed, mbox" },
	{ "skip-empty", 0, NULL, ARG_FLAG, OPT(skip_empty), "without entries write nothing at all, and leave the file as it is" },
	{ "title", 't', "TITLE", ARG_STRING, OPT(title), "what the feed or page is called" },
	{ "self", 0, "URL", ARG_STRING, OPT(self), "where the feed will be published" },
	{ "threads", 0, "feed|story|none", ARG_CHOICE, OPT(threads), "what mbox and maildir make threads of (feed)" },
	{ "images", 0, NULL, ARG_FLAG, OPT(images), "let a page of html load images from the web" },
	ARG_END
};

static const struct arg_option refresh_options[] = {
	{ "no-wait", 0, NULL, ARG_FLAG, OPT(no_wait), "return at once" },
	ROW_JSON, ARG_END
};

static const struct arg_option list_options[] = {
	{ "limit", 'n', "N", ARG_NUMBER, OPT(limit), "at most N entries (50; 0: all)" },
	{ "sort", 0, "newest|oldest|relevance", ARG_CHOICE, OPT(sort), "the order (newest)" },
	{ "format", 'f', "text|json|jsonl|tsv|ids", ARG_CHOICE, OPT(format), "how to print (text)" },
	{ "snippets", 'S', NULL, ARG_FLAG, OPT(snippets), "show where the words of QUERY stand" },
	{ "json", 0, NULL, ARG_FLAG, OPT(json), "the same as --format json" },
	ARG_END
};

static const struct arg_option show_options[] = {
	{ "revision", 'r', "N", ARG_NUMBER, OPT(revision), "as it was before edit N + 1; 0 is how it came" },
	{ "diff", 'd', NULL, ARG_FLAG, OPT(diff), "what the last edit changed, or all since --revision" },
	{ "format", 'f', "text|html|json", ARG_CHOICE, OPT(format), "how to print (text)" },
	{ "json", 0, NULL, ARG_FLAG, OPT(json), "the same as --format json" },
	ARG_END
};

static const struct arg_option watch_options[] = {
	{ "since", 0, "SEQ", ARG_NUMBER, OPT(since), "begin after this change (a \"seq\" printed before)" },
	{ "exec", 'e', "COMMAND", ARG_STRING, OPT(exec),
	    "run this shell command for each change, with its JSON on standard input, and print nothing" },
	{ "json", 0, NULL, ARG_FLAG, OPT(json), "nothing else is ever printed" },
	ARG_END
};

static const struct arg_option status_options[] = {
	{ "format", 'f', "text|json|prometheus", ARG_CHOICE, OPT(format), "how to print (text)" },
	{ "json", 0, NULL, ARG_FLAG, OPT(json), "the same as --format json" },
	ARG_END
};

#define ABOUT_QUERY "QUERY is explained in gazette-query(7); several words need no quotes. "

const struct cmd_row cmd_rows[] = {
	{ "add", "URL...", 1, -1, "subscribe to feeds", "A web page's own feed is found. Prints the feed's number and title.",
	    add_options, 0, cmd_add },
	{ "remove", "FEED...", 1, -1, "unsubscribe", "FEED is a number, a URL or a unique part of a title.",
	    only_json, 0, cmd_remove },
	{ "set", "FEED KEY=VALUE...", 2, -1, "change a feed's settings",
	    "FEED is a number, a URL or a unique part of a title. An empty VALUE takes the setting back.", only_json, CMD_KEYS, cmd_set },
	{ "feeds", "[FEED...]", 0, -1, "list feeds",
	    "Prints number, unread, total, newest entry, next poll, health, title and URL.", only_json, 0, cmd_feeds },
	{ "import", "FILE", 1, 1, "take over feeds, and what was read, from other readers",
	    "FILE is a list of feeds (OPML, newsboat's urls, newsraft's feeds, sfeed's sfeedrc), newsboat's config, or what another reader has kept of entries "
	    "(the database of newsboat, newsraft, Liferea or FreshRSS, sfeed's folder of feeds, lines of JSON); \"-\" is standard input. "
	    "gazette-switching(7) says how to move. --tag and --set go to all feeds of a list, settings only to new ones.",
	    import_options, CMD_PATHS, cmd_import },
	{ "export", "[QUERY]", 0, -1, "write entries, or the list of feeds, for other programs",
	    ABOUT_QUERY "Without it: every entry.", export_options, CMD_PATHS, cmd_export },
	{ "refresh", "[FEED...]", 0, -1, "poll feeds now and wait",
	    "Prints what came. With FEEDs, exits with status 1 if one of them failed.", refresh_options, 0, cmd_refresh },
	{ "ingest", "FEED [FILE]", 1, 2, "take a document as if it had been fetched",
	    "FILE is a feed of any kind, standard input without it. Prints what came.", only_json, CMD_PATHS, cmd_ingest },
	{ "list", "[QUERY]", 0, -1, "list entries", ABOUT_QUERY "Without it: is:unread.", list_options, 0, cmd_list },
	{ "show", "ID", 1, 1, "print one entry", NULL, show_options, 0, cmd_show },
	{ "tag", "{+TAG|-TAG}... [--] QUERY", 2, -1, "add and remove tags",
	    ABOUT_QUERY "Prints how many entries changed.", only_json, CMD_SIGNS, cmd_tag },
	{ "read", "QUERY", 1, -1, "mark entries read", ABOUT_QUERY "Prints how many changed.", only_json, 0, cmd_mark },
	{ "unread", "QUERY", 1, -1, "mark entries unread", ABOUT_QUERY "Prints how many changed.", only_json, 0, cmd_mark },
	{ "star", "QUERY", 1, -1, "star entries", ABOUT_QUERY "Prints how many changed.", only_json, 0, cmd_mark },
	{ "unstar", "QUERY", 1, -1, "take stars away", ABOUT_QUERY "Prints how many changed.", only_json, 0, cmd_mark },
	{ "undo", "[N]", 0, 1, "take back the last changes of state",
	    "N changes (1), each as it was made: \"gazette read '*'\" is one. Prints what that was; in a pipe how many entries changed.", only_json, 0, cmd_undo },
	{ "tags", "", 0, 0, "which tags there are", "Prints each tag, how many entries have it themselves, and how many feeds. "
	    "With --json one object a line.", only_json, 0, cmd_tags },
	{ "count", "[QUERY...]", 0, -1, "count entries",
	    "Each argument is a query of its own, see gazette-query(7); prints one number a line. Without: is:unread.",
	    only_json, 0, cmd_count },
	{ "search", "{add NAME QUERY|list|remove NAME}", 1, -1, "saved searches",
	    "search:NAME in a QUERY stands for the saved one.", only_json, 0, cmd_search },
	{ "rule", "{add QUERY ACTION...|list|remove N|test QUERY|apply [N]}", 1, -1, "what is done with entries as they come",
	    "ACTION is one of +TAG, -TAG, read, star, drop, exec:COMMAND. \"add\" prints the rule's number; \"test\" shows what a query finds "
	    "among the entries that are there, \"apply\" runs the rules on them.", only_json, CMD_SIGNS, cmd_rule },
	{ "why", "ID", 1, 1, "why an entry is what it is",
	    "Prints why it came as new, what became of it since, which rules found it, and by what it would be known now.",
	    only_json, 0, cmd_why },
	{ "watch", "[QUERY]", 0, -1, "print changes as they come",
	    ABOUT_QUERY "Prints one JSON object a line; goes on after the last one when the daemon was restarted.",
	    watch_options, 0, cmd_watch },
	{ "health", "[FEED...]", 0, -1, "what is wrong with feeds",
	    "Feeds that fail, have moved, fell silent or are malformed: number, what, since when, last good poll, next poll, title, reason. "
	    "With --json one object a line.", only_json, 0, cmd_health },
	{ "status", "", 0, 0, "the daemon's state", NULL, status_options, 0, cmd_status },
	{ "doctor", "", 0, 0, "what is wrong with the installation, and what to do",
	    "Prints a line for each thing that is looked at: ok, warning or problem, what it is, what was found; what to do. Exits with status 1 "
	    "if there is a problem. All of the database is read. With --json one object a line.", doctor_options, CMD_OFFLINE, cmd_doctor },
	{ "backup", "FILE", 1, 1, "a copy of the database while it is in use",
	    "FILE is replaced once the copy is complete. gazetted(8) says how to restore it.", only_json, CMD_PATHS, cmd_backup },
	{ "complete", "-- [WORD]...", 0, -1, "what may stand in place of the last word: for shells",
	    "Each candidate on a line, with what it is behind a tab; \":files\" stands for the names of files.",
	    no_options, CMD_OFFLINE, cmd_complete },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
};
