#include "contrib/gazette/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contrib/gazette/browser.h"
#include "contrib/gazette/file.h"
#include "contrib/gazette/format.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/theme.h"
#include "feeds/base/line.h"
#include "feeds/base/utf8.h"

enum kind { SWITCH, NUMBER, WORD, TEXT };

enum { QUOTED_MAX = 64 /* bytes of a bad value that are shown */, PATH_BYTES = 4096 };

enum { STYLE_MAX = 200 };

static bool
is_date_format(const char *format)
{
	return *format != '\0' && strlen(format) < TEXT_DATE_BYTES;
}

/* The initial value is written as in the file. */
struct row {
	const char	*name;
	enum kind	 kind;
	size_t		 offset;
	const char	*initial;		/* of a TEXT NULL, too: not set */
	int64_t		 least, most;		/* of a NUMBER; of a TEXT its length in bytes */
	const char	*words;			/* of a WORD, with blanks between; of a TEXT what check lets pass, in words, */
	bool		 (*check)(const char *);	/* of a TEXT; NULL: any will do */
	bool		 (*explain)(const char *value, const char *words, char *why);	/* or what explain knows; its words say what is wrong */
};

#define SWITCH_ROW(name_, initial_)	{ #name_, SWITCH, offsetof(struct settings, name_), initial_, 0, 1, NULL, NULL, NULL }
#define NUMBER_ROW(name_, initial_, least_, most_) \
	{ #name_, NUMBER, offsetof(struct settings, name_), initial_, least_, most_, NULL, NULL, NULL }
#define WORD_ROW(name_, initial_, words_) { #name_, WORD, offsetof(struct settings, name_), initial_, 0, 0, words_, NULL, NULL }
#define TEXT_ROW(name_, initial_, check_, allowed_) \
	{ #name_, TEXT, offsetof(struct settings, name_), initial_, 0, SETTINGS_TEXT_MAX, allowed_, check_, NULL }
#define FORMAT_ROW(name_, initial_, letters_) \
	{ #name_, TEXT, offsetof(struct settings, name_), initial_, 0, SETTINGS_TEXT_MAX, letters_, NULL, format_check }

#define STYLE_ROW(name_, style_)	{ "style_" name_, TEXT, offsetof(struct settings, styles[style_]), NULL, 0, STYLE_MAX, \
	"a style: see gazette(1)", theme_is_style, NULL }
#define FLAG_ROW(name_, bit_) STYLE_ROW(name_, TERM_STYLES + (bit_))
#define ENTRIES_LETTERS "tfaTnsxep"
#define FEEDS_LETTERS "tucUmgn"

/* Of curl: no file of its own settings, so no credentials of the user's; two protocols, also behind redirects; as much as is kept, in time. */
#define IMAGE_LOAD "curl -q -gfsSL --proto =http,https --proto-redir =http,https --max-redirs 5 --max-time 20 --max-filesize 16777216 --"

static bool
is_command(const char *value)
{
	return value[strspn(value, " \t")] != '\0';
}

static const struct row rows[] = {
	TEXT_ROW(browser, NULL, NULL, NULL),
	SWITCH_ROW(browser_terminal, "yes"),
	TEXT_ROW(bookmark, NULL, NULL, NULL),
	WORD_ROW(mark_read, "opening", "opening passing by-hand"),
	TEXT_ROW(date_format, NULL, is_date_format, "a format of strftime(3), of at most 127 bytes"),
	SWITCH_ROW(mouse, "yes"),
	NUMBER_ROW(two_panes_from, "120", 0, 10000),
	NUMBER_ROW(three_panes_from, "170", 0, 10000),
	NUMBER_ROW(feeds_share, "24", 5, 90),
	NUMBER_ROW(entries_share, "45", 5, 90),
	SWITCH_ROW(player_terminal, "no"),
	TEXT_ROW(players, "* xdg-open", browser_is_players, "a list of type and command, with ; between them"),
	WORD_ROW(images, "key", "never key always"),
	TEXT_ROW(image_load, IMAGE_LOAD, is_command, "a command"),
	TEXT_ROW(image_command, NULL, NULL, NULL),
	NUMBER_ROW(text_width, "80", 20, 1000),
	WORD_ROW(theme, "terminal", "terminal dark light plain"),
	SWITCH_ROW(truecolor, "yes"),
	WORD_ROW(feeds_sort, "title", "title unread newest health"),
	FORMAT_ROW(feeds_format, "%m %11U  %t%>  %8g  %8n", FEEDS_LETTERS),
	FORMAT_ROW(feeds_format_narrow, "%m %4u  %t", FEEDS_LETTERS),
	FORMAT_ROW(entries_format, "%n%s%x%e%p%8a  %T%t", ENTRIES_LETTERS),
	FORMAT_ROW(entries_format_feed, "%n%s%x%e%p%8a  %-16f  %T%t", ENTRIES_LETTERS),
	FORMAT_ROW(entries_format_feed_wide, "%n%s%x%e%p%8a  %-24f  %T%t", ENTRIES_LETTERS),
	FORMAT_ROW(entries_format_narrow, "%n%s%x%6a  %t", ENTRIES_LETTERS),
	WORD_ROW(entries_sort, "newest", "newest oldest relevance"),
	SWITCH_ROW(first_unread, "no"),
	SWITCH_ROW(hide_read_feeds, "no"),
	SWITCH_ROW(unread_only, "no"),
	SWITCH_ROW(wrap_code, "yes"),
	STYLE_ROW("plain", TERM_PLAIN),
	STYLE_ROW("bar", TERM_BAR),
	STYLE_ROW("unread", TERM_UNREAD),
	STYLE_ROW("dim", TERM_DIM),
	STYLE_ROW("error", TERM_ERROR),
	STYLE_ROW("star", TERM_STAR),
	STYLE_ROW("title", TERM_HEAD),
	STYLE_ROW("quote", TERM_QUOTE),
	STYLE_ROW("link_number", TERM_LINK),
	STYLE_ROW("warning", TERM_WARNING),
	STYLE_ROW("good", TERM_GOOD),
	STYLE_ROW("tag", TERM_TAG),
	STYLE_ROW("feed", TERM_FEED),
	STYLE_ROW("age", TERM_AGE),
	STYLE_ROW("border", TERM_BORDER),
	STYLE_ROW("graph", TERM_GRAPH),
	STYLE_ROW("heading", TERM_HEADING),
	STYLE_ROW("subheading", TERM_SUBHEADING),
	STYLE_ROW("preformatted", TERM_PRE),
	STYLE_ROW("caption", TERM_CAPTION),
	FLAG_ROW("selected", 0),
	FLAG_ROW("strong", 1),
	FLAG_ROW("emphasis", 2),
	FLAG_ROW("underlined", 3),
	FLAG_ROW("code", 4),
	FLAG_ROW("struck", 5),
	FLAG_ROW("link", 6),
	FLAG_ROW("marked", 7),
	FLAG_ROW("added", 8),
	FLAG_ROW("removed", 9),
	FLAG_ROW("match", 10),
	FLAG_ROW("current_match", 11),
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

struct place {
	const char	*name;			/* of the file */
	unsigned	 line;
	char		*why;
};

static int __attribute__((format(printf, 2, 3)))
fail(const struct place *at, const char *fmt, ...)
{
	va_list args;
	int len = snprintf(at->why, SETTINGS_ERROR_BYTES, "%.200s:%u: ", at->name, at->line);

	va_start(args, fmt);
	vsnprintf(at->why + len, (size_t)(SETTINGS_ERROR_BYTES - len), fmt, args);
	va_end(args);
	return -1;
}

/* --- values --------------------------------------------------------------------------------- */

static int
set_switch(const struct row *row, const char *value, void *member, const struct place *at)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return fail(at, "%s: '%.*s' is neither yes nor no", row->name, QUOTED_MAX, value);
	*(bool *)member = *value == 'y';
	return 0;
}

static int
set_number(const struct row *row, const char *value, void *member, const struct place *at)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (errno != 0 || !isdigit((unsigned char)*value) || *end != '\0' || number < row->least || number > row->most)
		return fail(at, "%s: '%.*s' is not a number from %lld to %lld", row->name, QUOTED_MAX, value,
		    (long long)row->least, (long long)row->most);
	*(int64_t *)member = number;
	return 0;
}

static int
set_word(const struct row *row, const char *value, void *member, const struct place *at)
{
	size_t len = strlen(value);
	int64_t number = 0;

	for (const char *word = row->words; *word != '\0'; number++) {
		size_t word_len = strcspn(word, " ");

		if (word_len == len && strncmp(word, value, len) == 0) {
			*(int64_t *)member = number;
			return 0;
		}
		word += word_len + (word[word_len] == ' ');
	}
	return fail(at, "%s: '%.*s' is none of: %s", row->name, QUOTED_MAX, value, row->words);
}

static int
set_text(const struct row *row, const char *value, void *member, const struct place *at)
{
	char **text = member, why[FORMAT_WHY_BYTES];
	size_t len = strlen(value);

	if (len > (size_t)row->most || !utf8_valid(value, len))
		return fail(at, "%s: needs a text of at most %lld bytes in UTF-8", row->name, (long long)row->most);
	if (row->explain != NULL && !row->explain(value, row->words, why))
		return fail(at, "%s: %s", row->name, why);
	if (row->check != NULL && !row->check(value))
		return fail(at, "%s: '%.*s' is not %s", row->name, QUOTED_MAX, value, row->words);
	free(*text);
	*text = strdup(value);
	if (*text == NULL)
		abort();
	return 0;
}

static int
set(struct settings *settings, const struct row *row, const char *value, const struct place *at)
{
	static int (*const setters[])(const struct row *, const char *, void *, const struct place *) = {
		[SWITCH] = set_switch, [NUMBER] = set_number, [WORD] = set_word, [TEXT] = set_text
	};

	return setters[row->kind](row, value, (char *)settings + row->offset, at);
}

void
settings_init(struct settings *settings)
{
	char why[SETTINGS_ERROR_BYTES];
	const struct place at = { .name = "initial", .why = why };

	memset(settings, 0, sizeof(*settings));
	for (size_t row = 0; row < N_ROWS; row++)
		if (rows[row].initial != NULL && set(settings, &rows[row], rows[row].initial, &at) == -1)
			abort();
}

void
settings_free(struct settings *settings)
{
	for (size_t row = 0; row < N_ROWS; row++)
		if (rows[row].kind == TEXT)
			free(*(char **)((char *)settings + rows[row].offset));
	memset(settings, 0, sizeof(*settings));
}

const char *
settings_name(size_t row)
{
	return row < N_ROWS ? rows[row].name : NULL;
}

/* --- lines ---------------------------------------------------------------------------------- */

/* What stands in the quotes that str begins with, in place; NULL if they do not end, or something but a comment follows. */
static char *
unquote(char *str)
{
	char *to = str, *from = str + 1;

	for (; *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		if (*from == '\0')
			return NULL;
		*to++ = *from;
	}
	line_cut_comment(from + 1);
	if (*line_trim(from + 1) != '\0')
		return NULL;
	*to = '\0';
	return str;
}

static const struct row *
find_row(const char *key)
{
	for (size_t row = 0; row < N_ROWS; row++)
		if (strcmp(rows[row].name, key) == 0)
			return &rows[row];
	return NULL;
}

static int
fail_key(const struct place *at, const char *key)
{
	char known[SETTINGS_ERROR_BYTES] = "";
	size_t len = 0;

	for (size_t row = 0; row < N_ROWS && len < sizeof(known); row++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", row == 0 ? "" : ", ", rows[row].name);
	return fail(at, "%.*s: unknown key; known are %s", QUOTED_MAX, key, known);
}

int
settings_line(struct settings *settings, char *line, const char *name, unsigned number, char why[SETTINGS_ERROR_BYTES])
{
	const struct place at = { .name = name, .line = number, .why = why };
	char *start = line_trim(line), *key, *value = strchr(start, '=');
	const struct row *row;

	if (*start == '\0' || *start == '#')
		return 0;
	if (value == NULL)
		return fail(&at, "'%.*s': not of the form key = value", QUOTED_MAX, start);
	*value++ = '\0';
	key = line_trim(start);
	row = find_row(key);
	if (row == NULL)
		return fail_key(&at, key);
	while (isspace((unsigned char)*value))
		value++;
	if (*value == '"')
		value = unquote(value);
	else {
		line_cut_comment(value);
		value = line_trim(value);
	}
	if (value == NULL)
		return fail(&at, "%s: the quotes do not end where the value does", key);
	return set(settings, row, value, &at);
}

int
settings_pair(struct settings *settings, const char *text, char why[SETTINGS_ERROR_BYTES])
{
	static const char place[] = "set:1: ";
	size_t len = strcspn(text, " \t=");
	char wrong[SETTINGS_ERROR_BYTES] = "", *line;
	int result;

	if (asprintf(&line, "%.*s = %s", (int)len, text, text + len + strspn(text + len, " \t=")) == -1)
		abort();
	result = settings_line(settings, line, "set", 1, wrong);
	free(line);
	snprintf(why, SETTINGS_ERROR_BYTES, "%s", wrong + (strncmp(wrong, place, strlen(place)) == 0 ? strlen(place) : 0));
	return result;
}

/* --- the file ------------------------------------------------------------------------------- */

static int
read_lines(struct settings *settings, char *text, const char *path, char why[SETTINGS_ERROR_BYTES])
{
	unsigned number = 0;

	for (char *line = text, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (settings_line(settings, line, path, ++number, why) == -1)
			return -1;
	}
	return 0;
}

int
settings_read(struct settings *settings, const char *path, char why[SETTINGS_ERROR_BYTES])
{
	struct buf text = BUF_INIT(SETTINGS_FILE_MAX);
	int status = file_read(path, &text) == 0 ? 0 : errno == ENOENT ? 1 : -1;
	char *copy;

	if (status == -1)
		snprintf(why, SETTINGS_ERROR_BYTES, "%.200s: %s", path, strerror(errno));
	if (status == 0) {
		copy = strdup(buf_str(&text));
		if (copy == NULL)
			abort();
		if (strlen(copy) != text.len) {
			snprintf(why, SETTINGS_ERROR_BYTES, "%.200s: not a text", path);
			status = -1;
		} else
			status = read_lines(settings, copy, path, why);
		free(copy);
	}
	buf_free(&text);
	return status;
}

/* --- places --------------------------------------------------------------------------------- */

/* $variable/gazette/NAME, else ~/fallback/gazette/NAME. A relative $variable counts for none, as XDG has it. */
static char *
place_of(const char *variable, const char *fallback, const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	char *path = NULL;
	int len = 0;

	if (base != NULL && *base == '/')
		len = asprintf(&path, "%s/gazette/%s", base, name);
	else if (home != NULL && *home == '/')
		len = asprintf(&path, "%s/%s/gazette/%s", home, fallback, name);
	if (len == -1)
		abort();
	return path;
}

static void
make_folders(const char *path)
{
	char part[PATH_BYTES];

	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, S_IRWXU);		/* that it fails is seen when the file is made */
	}
}

char *
settings_config_path(const char *name)
{
	return place_of("XDG_CONFIG_HOME", ".config", name);
}

char *
settings_state_path(const char *name)
{
	char *path = place_of("XDG_STATE_HOME", ".local/state", name);

	if (path != NULL)
		make_folders(path);
	return path;
}
