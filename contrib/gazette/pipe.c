#include "contrib/gazette/pipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/article.h"
#include "contrib/gazette/run.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/view.h"

enum { QUERY_BYTES = 64 << 10, VARIABLE_BYTES = 16 << 10 };

struct pipe {
	struct reader	*reader;
	char		*command;		/* NULL: nothing is under way */
	json_t		*ids;
	size_t		 asked;			/* of them */
	bool		 json;
	struct buf	 query;			/* for those that are being asked for */
	struct buf	 input;
	struct buf	 title, url, feed;	/* variables "NAME=value" of the last entry */
};

static const char separator[] = "\n\f\n";

struct pipe *
pipe_new(struct reader *reader)
{
	struct pipe *pipe = calloc(1, sizeof(*pipe));

	if (pipe == NULL)
		abort();
	pipe->reader = reader;
	buf_init(&pipe->input, PIPE_BYTES_MAX);
	buf_init(&pipe->query, QUERY_BYTES);
	buf_init(&pipe->title, VARIABLE_BYTES);
	buf_init(&pipe->url, VARIABLE_BYTES);
	buf_init(&pipe->feed, VARIABLE_BYTES);
	return pipe;
}

/* Ready for the next one. */
static void
finish(struct pipe *pipe)
{
	free(pipe->command);
	pipe->command = NULL;
	json_decref(pipe->ids);
	pipe->ids = NULL;
	buf_free(&pipe->input);
	reader_progress(pipe->reader, "");
}

void
pipe_free(struct pipe *pipe)
{
	free(pipe->command);
	json_decref(pipe->ids);
	buf_free(&pipe->input);
	buf_free(&pipe->query);
	buf_free(&pipe->title);
	buf_free(&pipe->url);
	buf_free(&pipe->feed);
	free(pipe);
}

/* --- entries -------------------------------------------------------------------------------- */

static const char *
feed_title(struct pipe *pipe, const json_t *item)
{
	const json_t *id = json_object_get(json_object_get(item, "_gazette"), "feed");
	const struct feed *feed = feedset_find(reader_feeds(pipe->reader), json_integer_value(id));

	return feed != NULL ? feed->title : "";
}

static void
put_text(struct pipe *pipe, const json_t *item)
{
	struct article article = { 0 };

	if (pipe->input.len != 0)
		buf_puts(&pipe->input, separator);
	article_take(&article, item, feed_title(pipe, item), reader_settings(pipe->reader)->date_format);
	article_wrap(&article, &(struct layout){ .cols = PIPE_COLS });
	for (size_t line = 0; line < article.lines.count; line++) {
		buf_put(&pipe->input, lines_text(&article.lines, line), article.lines.rows[line].len);
		buf_putc(&pipe->input, '\n');
	}
	article_clear(&article);
}

static void
put_json(struct pipe *pipe, const json_t *item)
{
	char *line = json_dumps(item, JSON_COMPACT);

	if (line != NULL)
		buf_puts(&pipe->input, line);
	buf_putc(&pipe->input, '\n');
	free(line);
}

static void
set_variable(struct buf *variable, const char *name, const char *value)
{
	buf_clear(variable);
	buf_printf(variable, "%s=", name);
	text_clean(value, variable);
}

static void
take_item(struct pipe *pipe, const json_t *item)
{
	set_variable(&pipe->title, "GAZETTE_TITLE", json_string_value(json_object_get(item, "title")));
	set_variable(&pipe->url, "GAZETTE_URL", json_string_value(json_object_get(item, "url")));
	set_variable(&pipe->feed, "GAZETTE_FEED", feed_title(pipe, item));
	if (pipe->json)
		put_json(pipe, item);
	else
		put_text(pipe, item);
}

/* --- the command ---------------------------------------------------------------------------- */

static void
run_command(struct pipe *pipe)
{
	const char *argv[] = { "sh", "-c", pipe->command, NULL };
	const char *env[] = { buf_str(&pipe->title), buf_str(&pipe->url), buf_str(&pipe->feed), NULL };
	const struct run run = {
		.name = "pipe", .argv = (char *const *)argv, .env = json_array_size(pipe->ids) == 1 ? env : NULL,
		.input = buf_str(&pipe->input), .input_len = pipe->input.len, .terminal = true, .pause = true
	};
	struct run_end end;
	int failed = run_start(reader_runs(pipe->reader), &run, &end);

	if (failed != 0)
		reader_say(pipe->reader, TERM_ERROR, "pipe: %s", strerror(failed));
	else if (end.status != 0)
		reader_say(pipe->reader, TERM_ERROR, "pipe: %s: exit status %d", pipe->command, end.status);
	else
		reader_say(pipe->reader, TERM_PLAIN, "piped %zu entr%s to %s", json_array_size(pipe->ids),
		    json_array_size(pipe->ids) == 1 ? "y" : "ies", pipe->command);
}

static bool	ask(struct pipe *, json_t *after);
static bool	ask_next(struct pipe *);

static void
got_items(void *owner, json_t *result, const struct client_error *error)
{
	struct pipe *pipe = owner;
	json_t *item, *after = json_object_get(result, "after");
	size_t row;

	if (error != NULL) {
		reader_say(pipe->reader, TERM_ERROR, "pipe: %s", error->message);
		finish(pipe);
		return;
	}
	json_array_foreach(json_object_get(result, "items"), row, item)
		take_item(pipe, item);
	if (pipe->input.overflow) {
		reader_say(pipe->reader, TERM_ERROR, "pipe: more than %d MiB: choose less", PIPE_BYTES_MAX >> 20);
		finish(pipe);
	} else if (after == NULL && pipe->asked == json_array_size(pipe->ids)) {
		run_command(pipe);
		finish(pipe);
	} else if (after != NULL ? !ask(pipe, after) : !ask_next(pipe))
		finish(pipe);
	reader_show(pipe->reader);
}

/* after: there was more for this query than an answer holds; else NULL. */
static bool
ask(struct pipe *pipe, json_t *after)
{
	json_t *params = json_pack("{s:s, s:i, s:[s], s:O*}", "query", buf_str(&pipe->query), "limit", PIPE_PAGE, "fields", "*",
	    "after", after);

	if (session_ask(reader_session(pipe->reader), "item.list", params, got_items, pipe))
		return true;
	reader_say(pipe->reader, TERM_ERROR, "pipe: not while the daemon is away");
	return false;
}

/* The next page; false if there is none. */
static bool
ask_next(struct pipe *pipe)
{
	size_t count = 0;

	buf_clear(&pipe->query);
	for (; count < PIPE_PAGE && pipe->asked < json_array_size(pipe->ids); count++, pipe->asked++)
		buf_printf(&pipe->query, "%sid:%lld", count != 0 ? " OR " : "",
		    (long long)json_integer_value(json_array_get(pipe->ids, pipe->asked)));
	return count != 0 && ask(pipe, NULL);
}

void
pipe_start(struct pipe *pipe, const char *command, json_t *ids, bool json)
{
	if (pipe->command != NULL || *command == '\0' || json_array_size(ids) == 0 || json_array_size(ids) > PIPE_ITEMS_MAX) {
		if (pipe->command != NULL)
			reader_say(pipe->reader, TERM_ERROR, "the last pipe still waits for its entries");
		else if (json_array_size(ids) > PIPE_ITEMS_MAX)
			reader_say(pipe->reader, TERM_ERROR, "pipe: at most %d entries", PIPE_ITEMS_MAX);
		json_decref(ids);
		return;
	}
	pipe->command = strdup(command);
	if (pipe->command == NULL)
		abort();
	pipe->ids = ids;
	pipe->asked = 0;
	pipe->json = json;
	buf_init(&pipe->input, PIPE_BYTES_MAX);
	reader_progress(pipe->reader, "fetching what is piped…");
	if (!ask_next(pipe))
		finish(pipe);
}
