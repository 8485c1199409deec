#include "contrib/gazette/undone.h"

#include <pwd.h>
#include <string.h>
#include <sys/types.h>

#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"

enum { AGO_S = 7 * 86400 /* text_age() gives a date from then on */ };

/* --- what ----------------------------------------------------------------------------------- */

/* Of the tags that are states. */
static const struct { const char *tag, *added, *removed; } states[] = {
	{ "unread", "marked unread", "marked read" }, { "starred", "starred", "unstarred" }
};

static void
put_tag(const char *tag, bool added, struct buf *out)
{
	for (size_t row = 0; row < sizeof(states) / sizeof(states[0]); row++)
		if (strcmp(tag, states[row].tag) == 0) {
			buf_puts(out, added ? states[row].added : states[row].removed);
			return;
		}
	buf_putc(out, added ? '+' : '-');
	text_clean(tag, out);
}

void
undone_tags(const json_t *added, const json_t *removed, struct buf *out)
{
	size_t n_removed = json_array_size(removed), count = n_removed + json_array_size(added);
	size_t shown = count <= UNDONE_TAGS_MAX ? count : UNDONE_TAGS_MAX;

	for (size_t at = 0; at < shown; at++) {
		const json_t *tag = at < n_removed ? json_array_get(removed, at) : json_array_get(added, at - n_removed);

		buf_puts(out, at > 0 ? ", " : "");
		put_tag(json_is_string(tag) ? json_string_value(tag) : "", at >= n_removed, out);
	}
	if (shown < count)
		buf_printf(out, " and %zu more", count - shown);
}

/* --- of what, when, by whom ----------------------------------------------------------------- */

static bool
put_quoted(const json_t *object, const char *name, struct buf *out)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (text == NULL || *text == '\0')
		return false;
	buf_putc(out, '"');
	text_clean(text, out);
	buf_putc(out, '"');
	return true;
}

static void
put_subject(const json_t *operation, struct buf *out)
{
	const char *query = json_string_value(json_object_get(operation, "query"));
	long long items = json_integer_value(json_object_get(operation, "items"));

	if (!json_is_integer(json_object_get(operation, "item")))
		buf_printf(out, "%lld entr%s", items, items == 1 ? "y" : "ies");
	else if (!put_quoted(operation, "title", out))
		buf_printf(out, "entry %lld", (long long)json_integer_value(json_object_get(operation, "item")));
	if (json_is_string(json_object_get(operation, "feed_title"))) {
		buf_puts(out, " of ");
		put_quoted(operation, "feed_title", out);
	} else if (query != NULL) {
		buf_puts(out, " of ");
		text_clean(query, out);
	}
}

/* "3m ago", "12 Nov"; nothing of what has just been. */
static bool
put_when(const json_t *operation, int64_t now_s, struct buf *out)
{
	char age[TEXT_AGE_BYTES];
	int64_t at_s;

	if (!moment_of(operation, "at", &at_s) || now_s - at_s < UNDONE_RECENT_S)
		return false;
	text_age(at_s, now_s, age);
	buf_printf(out, " (%s%s", age + strspn(age, " "), now_s - at_s < AGO_S ? " ago" : "");
	return true;
}

static bool
put_user(const json_t *operation, bool opened, struct buf *out)
{
	const json_t *user = json_object_get(operation, "user");
	const struct passwd *known;

	if (!json_is_integer(user))
		return opened;
	buf_puts(out, opened ? ", by " : " (by ");
	known = getpwuid((uid_t)json_integer_value(user));
	if (known != NULL)
		text_clean(known->pw_name, out);
	else
		buf_printf(out, "user %lld", (long long)json_integer_value(user));
	return true;
}

void
undone_text(const json_t *operation, int64_t now_s, struct buf *out)
{
	bool opened;

	undone_tags(json_object_get(operation, "added"), json_object_get(operation, "removed"), out);
	buf_puts(out, ", ");
	put_subject(operation, out);
	opened = put_when(operation, now_s, out);
	if (put_user(operation, opened, out))
		buf_putc(out, ')');
}
