#include "contrib/gazette/argument.h"

#include <stdbool.h>
#include <string.h>

#include "contrib/gazette/feed-key.h"
#include "contrib/gazette/settings.h"

static const char *const orders[] = { "newest", "oldest", "relevance", "title", "unread", "health", NULL };

const char *const *
argument_words(enum action_word word)
{
	return word == ACTION_WORD_SORT ? orders : word == ACTION_WORD_FEED_SETTING ? feed_key_names() : NULL;
}

static int
check_setting(const char *argument, struct buf *why)
{
	struct settings scratch;
	char wrong[SETTINGS_ERROR_BYTES];
	int result;

	settings_init(&scratch);
	result = settings_pair(&scratch, argument, wrong);
	if (result == -1)
		buf_puts(why, wrong);
	settings_free(&scratch);
	return result;
}

static bool
is_one_of(const char *const *words, const char *text, size_t len)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == len && memcmp(*words, text, len) == 0)
			return true;
	return false;
}

int
argument_check(const struct action_row *row, const char *argument, struct buf *why)
{
	const char *const *words = argument_words(row->word);
	size_t len = row->word == ACTION_WORD_SORT ? strlen(argument) : strcspn(argument, " \t");

	if (row->word == ACTION_WORD_SETTING)
		return check_setting(argument, why);
	if (words == NULL || is_one_of(words, argument, len))
		return 0;
	buf_printf(why, "%s knows no \"%.*s\": allowed are", row->name, (int)len, argument);
	for (size_t at = 0; words[at] != NULL; at++)
		buf_printf(why, "%s %s", at != 0 ? "," : "", words[at]);
	return -1;
}
