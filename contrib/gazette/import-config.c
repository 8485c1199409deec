/*
 * import-config - newsboat's config, of which the named filters and the articles to be ignored are taken:
 *
 *	line		= [ word { blank word } ] [ "#" comment ]
 *	word		= "\"" { character | "\" character } "\"" | characters without blanks
 */
#include <string.h>

#include "contrib/gazette/import.h"

enum { WORDS_MAX = 3, WORD_BYTES_MAX = 16 << 10 };

struct line {
	const char	*words[WORDS_MAX];	/* in the arena */
	size_t		 count;			/* may be more */
};

static bool
is_blank(char chr)
{
	return chr == ' ' || chr == '\t' || chr == '\r';
}

static const char *
take_word(const char *pos, const char *end, struct buf *word)
{
	bool	 quoted = *pos == '"';

	for (pos += quoted; pos < end && (quoted ? *pos != '"' : !is_blank(*pos)); pos++) {
		if (quoted && *pos == '\\' && pos + 1 < end)
			pos++;
		buf_putc(word, *pos);
	}
	return pos + (quoted && pos < end);
}

static struct line
take_line(struct arena *arena, const char *pos, const char *end)
{
	struct line	 line = { .count = 0 };

	while (pos < end) {
		struct buf	 word = BUF_INIT(WORD_BYTES_MAX);

		if (is_blank(*pos)) {
			pos++;
			continue;
		}
		if (*pos == '#')
			break;
		pos = take_word(pos, end, &word);
		if (line.count < WORDS_MAX)
			line.words[line.count] = arena_strdup(arena, buf_str(&word));
		line.count++;
		buf_free(&word);
	}
	return line;
}

/* The first word that is no comment is what newsboat calls a command: no URL, no assignment, no function of a shell. */
bool
import_config_is(const char *text)
{
	static const char	 letters[] = "abcdefghijklmnopqrstuvwxyz-";
	static const char *const plain[] = { "browser", "color", "highlight", "include", "macro", "pager", "player", "proxy" };
	size_t			 len;

	while (*text == '#' || *text == '\n' || is_blank(*text))
		text += *text == '#' ? strcspn(text, "\n") : 1;
	len = strspn(text, letters);
	if (len == 0 || !is_blank(text[len]))
		return false;
	for (size_t row = 0; row < sizeof(plain) / sizeof(plain[0]); row++)
		if (strlen(plain[row]) == len && strncmp(plain[row], text, len) == 0)
			return true;
	return memchr(text, '-', len) != NULL;
}

static void
take(struct arena *arena, const struct line *line, struct import_config *config)
{
	struct import_filter	*filter;

	if (line->count == 3 && strcmp(line->words[0], "define-filter") == 0)
		filter = arena_push(arena, &config->filters, &config->n_filters, &config->cap_filters, sizeof(*filter));
	else if (line->count == 3 && strcmp(line->words[0], "ignore-article") == 0)
		filter = arena_push(arena, &config->ignored, &config->n_ignored, &config->cap_ignored, sizeof(*filter));
	else {
		config->others++;
		return;
	}
	filter->name = line->words[1];
	filter->filter = line->words[2];
}

void
import_config_read(struct arena *arena, const char *text, size_t len, struct import_config *config)
{
	const char	*end = text + len, *stop;

	*config = (struct import_config){ .others = 0 };
	for (; text < end; text = stop + 1) {
		struct line	 line;

		stop = memchr(text, '\n', (size_t)(end - text));
		if (stop == NULL)
			stop = end;
		line = take_line(arena, text, stop);
		if (line.count != 0)
			take(arena, &line, config);
	}
}
