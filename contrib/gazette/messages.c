#include "contrib/gazette/messages.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/text.h"

enum { TEXT_BYTES = 4096 };

static void
forget_oldest(struct messages *messages)
{
	free(messages->rows[0].text);
	memmove(messages->rows, messages->rows + 1, --messages->count * sizeof(messages->rows[0]));
}

void
messages_add(struct messages *messages, int64_t time_s, unsigned style, const char *text)
{
	struct message *last = messages->count != 0 ? &messages->rows[messages->count - 1] : NULL;
	struct buf clean = BUF_INIT(TEXT_BYTES);

	text_clean(text, &clean);
	if (last != NULL && strcmp(last->text, buf_str(&clean)) == 0)
		last->time_s = time_s;
	else {
		if (messages->rows == NULL && (messages->rows = calloc(MESSAGES_MAX, sizeof(messages->rows[0]))) == NULL)
			abort();
		if (messages->count == MESSAGES_MAX)
			forget_oldest(messages);
		messages->rows[messages->count] = (struct message){ time_s, style, strdup(buf_str(&clean)) };
		if (messages->rows[messages->count++].text == NULL)
			abort();
		messages->total++;
	}
	buf_free(&clean);
}

void
messages_clear(struct messages *messages)
{
	while (messages->count != 0)
		free(messages->rows[--messages->count].text);
	free(messages->rows);
	*messages = (struct messages){ 0 };
}
