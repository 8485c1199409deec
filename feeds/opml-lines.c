/*
 * opml-lines - the files in which newsboat (urls), newsraft (feeds) and sfeed (sfeedrc) keep their subscriptions.
 */
#include <string.h>
#include <strings.h>

#include "feeds/opml-read.h"
#include "feeds/url.h"

struct lines {
	struct opml_reader *r;
	const char	*pos;
	const char	*where;			/* the start of the line or command */
	const char	*words[OPML_WORDS_MAX];	/* in the arena */
	size_t		 n_words;
};

static bool
is_blank(char chr)
{
	return chr == ' ' || chr == '\t' || chr == '\r';
}

static void
skip_blanks(struct lines *l)
{
	while (l->pos < l->r->end && is_blank(*l->pos))
		l->pos++;
}

static void
skip_line(struct lines *l)
{
	while (l->pos < l->r->end && *l->pos != '\n')
		l->pos++;
}

static void
add_word(struct lines *l, struct buf *word)
{
	if (l->n_words < OPML_WORDS_MAX && !word->overflow)
		l->words[l->n_words++] = arena_strndup(l->r->arena, word->len != 0 ? word->ptr : "", word->len);
	buf_clear(word);
}

/* --- newsboat: URL tag "a tag" "~Title" # comment ---------------------------------------------------- */

/* Inside quotes \n \r \t are control characters, before a backtick \ stays, otherwise \X is X. */
static void
take_escaped(struct lines *l, struct buf *word)
{
	static const char names[] = "nrt", meanings[] = "\n\r\t";
	const char *name;

	l->pos++;
	if (l->pos == l->r->end || *l->pos == '\n')
		return;
	name = strchr(names, *l->pos);
	if (*l->pos == '`')
		buf_putc(word, '\\');
	buf_putc(word, name != NULL && *name != '\0' ? meanings[name - names] : *l->pos);
	l->pos++;
}

static void
take_quoted(struct lines *l, struct buf *word)
{
	l->pos++;
	while (l->pos < l->r->end && *l->pos != '"' && *l->pos != '\n') {
		if (*l->pos == '\\')
			take_escaped(l, word);
		else
			buf_putc(word, *l->pos++);
	}
	if (l->pos < l->r->end && *l->pos == '"')
		l->pos++;
}

static void
take_newsboat_line(struct lines *l, struct buf *word)
{
	l->where = l->pos;
	l->n_words = 0;
	for (skip_blanks(l); l->pos < l->r->end && *l->pos != '\n' && *l->pos != '#'; skip_blanks(l)) {
		if (*l->pos == '"')
			take_quoted(l, word);
		else
			while (l->pos < l->r->end && *l->pos != '\n' && !is_blank(*l->pos))
				buf_putc(word, *l->pos++);
		add_word(l, word);
	}
	skip_line(l);
	if (l->pos < l->r->end)
		l->pos++;
}

/* query:NAME:EXPRESSION */
static void
add_search(struct lines *l, const char *word)
{
	const char *search = word + strlen("query:"), *colon = strchr(search, ':'), *name = colon != NULL ? opml_text(l->r, search, (size_t)(colon - search)) : NULL;
	struct opml *opml = l->r->opml;
	struct opml_search *added;

	if (name == NULL) {
		opml_complain(l->r, l->where, "a query without a name", word);
		return;
	}
	added = arena_push(l->r->arena, &opml->searches, &opml->n_searches, &opml->cap_searches, sizeof(*added));
	*added = (struct opml_search){ name, colon + 1 };
}

static void
refuse_command(struct lines *l, const char *command)
{
	opml_complain(l->r, l->where, "a command is no feed", command);
}

/* Searches and commands, which are no feeds on the web. */
static bool
take_special(struct lines *l, const char *word)
{
	static const struct { const char *begin; void (*take)(struct lines *, const char *word); } begins[] = {
		{ "query:", add_search }, { "exec:", refuse_command }, { "filter:", refuse_command }, { "$(", refuse_command }
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (strncmp(word, begins[i].begin, strlen(begins[i].begin)) != 0)
			continue;
		begins[i].take(l, word);
		return true;
	}
	return false;
}

static void
add_newsboat_line(struct lines *l)
{
	struct opml_feed *feed;

	if (l->n_words == 0 || take_special(l, l->words[0]))
		return;
	feed = opml_add(l->r, l->where, l->words[0]);
	for (size_t i = 1; feed != NULL && i < l->n_words; i++) {
		const char *tag = l->words[i];

		if (*tag == '~')
			feed->title = opml_text(l->r, tag + 1, strlen(tag + 1));
		else if (*tag == '!')
			opml_add_tag(l->r, feed, "hidden");
		else
			opml_add_tag(l->r, feed, opml_text(l->r, tag, strlen(tag)));
	}
}

int
opml_read_newsboat(struct opml_reader *r)
{
	struct lines l = { .r = r, .pos = r->start };
	struct buf word = BUF_INIT(URL_BYTES_MAX);

	while (l.pos < r->end) {
		take_newsboat_line(&l, &word);
		add_newsboat_line(&l);
	}
	buf_free(&word);
	return r->opml->n_feeds + r->opml->n_searches == 0 && r->error != NULL ? -1 : 0;
}

/* --- newsraft: @ Section, URL "Title" < settings, URL "Title" [minutes] {number} ------------------------------ */

static void
add_newsraft_line(struct lines *l, const char *section)
{
	struct opml_feed *feed;

	if (l->n_words == 0 || take_special(l, l->words[0]))
		return;
	feed = opml_add(l->r, l->where, l->words[0]);
	if (feed == NULL)
		return;
	if (l->n_words > 1 && strchr("<[{", *l->words[1]) == NULL)
		feed->title = opml_text(l->r, l->words[1], strlen(l->words[1]));
	opml_add_tag(l->r, feed, section);
}

/* Up to the settings. */
static const char *
take_section(struct lines *l)
{
	const char *start = l->pos + 1;

	while (l->pos < l->r->end && strchr("\n<[{", *l->pos) == NULL)
		l->pos++;
	return opml_text(l->r, start, (size_t)(l->pos - start));
}

int
opml_read_newsraft(struct opml_reader *r)
{
	struct lines l = { .r = r, .pos = r->start };
	struct buf word = BUF_INIT(URL_BYTES_MAX);
	const char *section = NULL;

	while (l.pos < r->end) {
		skip_blanks(&l);
		if (l.pos < r->end && *l.pos == '@') {
			section = take_section(&l);
			skip_line(&l);
		} else {
			take_newsboat_line(&l, &word);
			add_newsraft_line(&l, section);
		}
	}
	buf_free(&word);
	return r->opml->n_feeds == 0 && r->error != NULL ? -1 : 0;
}

/* A line that begins with "@". */
bool
opml_is_newsraft(const struct opml_reader *r)
{
	for (const char *pos = r->start; pos < r->end; pos++) {
		while (pos < r->end && is_blank(*pos))
			pos++;
		if (pos < r->end && *pos == '@')
			return true;
		pos = memchr(pos, '\n', (size_t)(r->end - pos));
		if (pos == NULL)
			break;
	}
	return false;
}

/* --- sfeed: feeds() { feed "name" "url" "base" "encoding" } ------------------------------------------- */

static bool
ends_command(char chr)
{
	return chr == '\n' || chr == ';' || chr == '&' || chr == '|';
}

/* '...' is literal, in "..." a backslash protects " \ $ ` and removes line ends. */
static void
take_shell_quotes(struct lines *l, struct buf *word)
{
	char quote = *l->pos++;

	while (l->pos < l->r->end && *l->pos != quote) {
		if (quote == '"' && *l->pos == '\\' && l->r->end - l->pos > 1 && strchr("\"\\$`\n", l->pos[1]) != NULL) {
			l->pos++;
			if (*l->pos == '\n') {
				l->pos++;
				continue;
			}
		}
		buf_putc(word, *l->pos++);
	}
	if (l->pos < l->r->end)
		l->pos++;
}

static void
take_shell_word(struct lines *l, struct buf *word)
{
	while (l->pos < l->r->end && !is_blank(*l->pos) && !ends_command(*l->pos)) {
		if (*l->pos == '"' || *l->pos == '\'')
			take_shell_quotes(l, word);
		else if (*l->pos == '\\' && l->r->end - l->pos > 1) {
			if (l->pos[1] != '\n')
				buf_putc(word, l->pos[1]);
			l->pos += 2;
		} else
			buf_putc(word, *l->pos++);
	}
	add_word(l, word);
}

static void
take_command(struct lines *l, struct buf *word)
{
	l->n_words = 0;
	while (l->pos < l->r->end && (is_blank(*l->pos) || ends_command(*l->pos)))
		l->pos++;
	l->where = l->pos;
	for (; l->pos < l->r->end && !ends_command(*l->pos); skip_blanks(l)) {
		if (*l->pos == '#')
			skip_line(l);
		else if (l->r->end - l->pos > 1 && memcmp(l->pos, "\\\n", 2) == 0)
			l->pos += 2;
		else
			take_shell_word(l, word);
	}
}

static void
add_command(struct lines *l)
{
	struct opml_feed *feed;
	const char *base;

	if (l->n_words < 3 || strcmp(l->words[0], "feed") != 0)
		return;
	if (strchr(l->words[2], '$') != NULL) {
		opml_complain(l->r, l->where, "a variable of the shell", l->words[2]);
		return;
	}
	feed = opml_add(l->r, l->where, l->words[2]);
	if (feed == NULL)
		return;
	feed->title = opml_text(l->r, l->words[1], strlen(l->words[1]));
	base = l->n_words > 3 ? url_resolve(l->r->arena, NULL, l->words[3], strlen(l->words[3])) : NULL;
	if (url_is_http(base))
		feed->home_page_url = base;
}

int
opml_read_sfeed(struct opml_reader *r)
{
	struct lines l = { .r = r, .pos = r->start };
	struct buf word = BUF_INIT(URL_BYTES_MAX);

	while (l.pos < r->end) {
		take_command(&l, &word);
		add_command(&l);
	}
	buf_free(&word);
	return r->opml->n_feeds == 0 && r->error != NULL ? -1 : 0;
}

/* A line that begins with "feeds()" or with "feed" and a name. */
bool
opml_is_sfeed(const struct opml_reader *r)
{
	for (const char *pos = r->start; pos < r->end; pos++) {
		while (pos < r->end && is_blank(*pos))
			pos++;
		if (r->end - pos > 6 && memcmp(pos, "feed", 4) == 0 && (is_blank(pos[4]) || memcmp(pos + 4, "s(", 2) == 0))
			return true;
		pos = memchr(pos, '\n', (size_t)(r->end - pos));
		if (pos == NULL)
			break;
	}
	return false;
}
