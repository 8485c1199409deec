#include "daemon/core/noise.h"

#include <ctype.h>
#include <string.h>

#include "feeds/html.h"

enum { TEXT_BYTES_MAX = 64 << 20, WORD_BYTES = 32 };

/* A word as it stands, and as it is compared: in lower case, without what stands around it. */
struct word { struct span raw; char text[WORD_BYTES]; bool colon, bracket; };

/* Words between blanks; each list begins and ends with one. */
static const char counted[] = " view views visit visits hit hits read reads reader readers comment comments reply replies response responses "
    "like likes share shares retweet retweets repost reposts favourite favourites favorite favorites upvote upvotes vote votes point "
    "points reaction reactions clap claps download downloads play plays subscriber subscribers follower followers ";
static const char units[] = " second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks month months year years ";
static const char makings[] = " updated modified generated refreshed edited ";
static const char links[] = " at on the ";
static const char dates[] = " january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun am pm "
    "utc gmt bst cet cest est edt cst cdt mst mdt pst pdt today yesterday ";

static bool
is_in(const char *list, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = strstr(list, text); len > 0 && at != NULL; at = strstr(at + 1, text))
		if (at[-(at > list)] == ' ' && at[len] == ' ')
			return true;
	return false;
}

/* Digits, also "1,234", "1.2k". */
static bool
is_number(const char *text)
{
	size_t len = strspn(text, "0123456789,.");

	return isdigit((unsigned char)text[0]) && (text[len] == '\0' || (strchr("km", text[len]) != NULL && text[len + 1] == '\0'));
}

/* "10:05", "2026-11-25T10:05:00Z", "25th", "nov" */
static bool
is_date(const char *text)
{
	if (is_in(dates, text))
		return true;
	return isdigit((unsigned char)text[0]) && text[strspn(text, "0123456789:/.,-+tzsndrhampm")] == '\0';
}

/* The next word of the line; false: there is none. */
static bool
next_word(struct span *line, struct word *word)
{
	static const char around[] = "()[]{}.,;:|\"'*";
	const char *at, *end;
	size_t len = 0;

	while (line->len > 0 && line->ptr[0] == ' ') {
		line->ptr++;
		line->len--;
	}
	if (line->len == 0)
		return false;
	end = memchr(line->ptr, ' ', line->len);
	word->raw = (struct span){ line->ptr, end != NULL ? (size_t)(end - line->ptr) : line->len };
	line->ptr += word->raw.len;
	line->len -= word->raw.len;
	at = word->raw.ptr;
	end = at + word->raw.len;
	word->bracket = *at == '(' || *at == '[';
	word->colon = end[-1] == ':';
	while (at < end && strchr(around, *at) != NULL)
		at++;
	while (end > at && strchr(around, end[-1]) != NULL)
		end--;
	for (; at < end && len < WORD_BYTES - 1; at++)
		word->text[len++] = (char)tolower((unsigned char)*at);
	/* a longer word is none of those that are known */
	word->text[at < end ? 0 : len] = '\0';
	return true;
}

static bool
is_ago(const struct word *words, size_t n)
{
	return n >= 3 && (is_number(words[0].text) || is_in(" a an one ", words[0].text)) && is_in(units, words[1].text) &&
	    strcmp(words[2].text, "ago") == 0;
}

/* "updated" and its date, or nothing. */
static size_t
making_of(const struct word *words, size_t n)
{
	size_t used = 1;

	if (n < 2 || !is_in(makings, words[0].text))
		return 0;
	while (used < n && is_in(links, words[used].text))
		used++;
	if (used == n || !is_date(words[used].text) || is_ago(words + used, n - used))
		return 0;
	while (used < n && (is_date(words[used].text) || is_in(links, words[used].text)))
		used++;
	return used;
}

/* How many of these words, of which there are n, are noise from the first on. */
static size_t
noise_of(const struct word *words, size_t n)
{
	if (n >= 1 && strcmp(words[0].text, "advertisement") == 0)
		return 1;
	if (is_ago(words, n))
		return 3;
	if (n >= 2 && strcmp(words[0].text, "just") == 0 && strcmp(words[1].text, "now") == 0)
		return 2;
	if (n >= 2 && is_number(words[0].text) && is_in(counted, words[1].text))
		return 2;
	if (n >= 2 && is_in(counted, words[0].text) && (words[0].colon || words[1].bracket) && is_number(words[1].text))
		return 2;
	return making_of(words, n);
}

void
noise_strip(struct span line, struct buf *out)
{
	enum { AHEAD = 12 };
	struct word words[AHEAD];
	size_t n = 0, used;

	for (;;) {
		while (n < AHEAD && next_word(&line, &words[n]))
			n++;
		if (n == 0)
			return;
		used = noise_of(words, n);
		if (used == 0) {
			buf_put(out, words[0].raw.ptr, words[0].raw.len);
			buf_putc(out, ' ');
			used = 1;
		}
		n -= used;
		memmove(words, words + used, n * sizeof *words);
	}
}

/* Title and body, with what can be in neither between them. */
static void
strip_text(const struct noise_text *text, struct buf *out)
{
	struct buf line = BUF_INIT(TEXT_BYTES_MAX);

	noise_strip(text->title, out);
	buf_putc(out, '\n');
	if (text->html)
		html_to_line(text->body.ptr, text->body.len, &line);
	else
		for (size_t i = 0; i < text->body.len; i++)
			buf_putc(&line, isspace((unsigned char)text->body.ptr[i]) ? ' ' : text->body.ptr[i]);
	noise_strip((struct span){ line.ptr, line.len }, out);
	buf_free(&line);
}

bool
noise_same(const struct noise_text *one, const struct noise_text *two)
{
	struct buf left = BUF_INIT(TEXT_BYTES_MAX), right = BUF_INIT(TEXT_BYTES_MAX);
	bool same;

	strip_text(one, &left);
	strip_text(two, &right);
	same = !left.overflow && !right.overflow && left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0;
	buf_free(&left);
	buf_free(&right);
	return same;
}
