/* acts-item - what is done with entries whatever view they are seen in: tags, links, other programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/acts-private.h"
#include "contrib/gazette/browser.h"
#include "contrib/gazette/pipe.h"
#include "contrib/gazette/run.h"
#include "contrib/gazette/scope.h"
#include "contrib/gazette/text.h"

enum { TEXT_BYTES = 64 << 10, QUERY_BYTES = 64 };

static int play_nth;			/* of the attachments, from 1; what is asked for last counts */

/* The numbers of the entries an action is for; NULL, which is said, if there are none. To be freed. */
static json_t *
chosen(struct view *view)
{
	struct subject subject = acts_subject(view);
	json_t *ids = view->ops->chosen != NULL ? view->ops->chosen(view) : NULL;

	if (ids == NULL && subject.item != 0)
		ids = json_pack("[I]", (json_int_t)subject.item);
	if (ids == NULL)
		reader_say(view->reader, TERM_PLAIN, "there is no entry here");
	return ids;
}

/* --- tags ----------------------------------------------------------------------------------- */

void
acts_split_tags(const char *text, json_t *add, json_t *remove)
{
	for (size_t len; *text != '\0'; text += len + (text[len] != '\0')) {
		bool minus = *text == '-', sign = minus || *text == '+';

		len = strcspn(text, " ,");
		if (len > (sign ? 1 : 0))
			json_array_append_new(minus ? remove : add, json_stringn(text + sign, len - sign));
	}
}

static void
set_tags(struct view *view, const char *text)
{
	json_t *add = json_array(), *remove = json_array(), *ids = NULL;

	acts_split_tags(text, add, remove);
	if (json_array_size(add) + json_array_size(remove) != 0)
		ids = chosen(view);
	if (ids == NULL) {
		json_decref(add);
		json_decref(remove);
		return;
	}
	reader_say(view->reader, TERM_PLAIN, "tagged %zu entr%s: %s", json_array_size(ids), json_array_size(ids) == 1 ? "y" : "ies",
	    text);
	session_tag_ids(reader_session(view->reader), ids, add, remove);
}

void
acts_tag(struct view *view)
{
	reader_ask_line(view->reader, view, "tags (+later -later): ", "", SIZE_MAX, set_tags);
}

/* --- stories -------------------------------------------------------------------------------- */

void
acts_story(struct view *view)
{
	struct subject subject = acts_subject(view);
	char query[QUERY_BYTES];

	snprintf(query, sizeof(query), "story:%lld", (long long)subject.item);
	if (subject.item == 0)
		reader_say(view->reader, TERM_PLAIN, "there is no entry here");
	else
		view_entries_open(view->reader, (struct scope){ 0 }, query);
}

/* --- searches ------------------------------------------------------------------------------- */

static void
got_saved(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;

	(void)result;
	if (error == NULL)
		reader_say(reader, TERM_PLAIN, "saved: it stands among the feeds");
	else
		reader_say(reader, TERM_ERROR, "%s", error->message);
	reader_show(reader);
}

static void
save_search(struct view *view, const char *name)
{
	struct subject subject = acts_subject(view);
	struct buf query = BUF_INIT(TEXT_BYTES);

	if (*name == '\0' || subject.scope == NULL)
		return;
	scope_query(subject.scope, subject.filter, false, &query);
	acts_ask(view, "search.add", json_pack("{s:s, s:s}", "name", name, "query", buf_str(&query)), got_saved);
	buf_free(&query);
}

void
acts_save_search(struct view *view)
{
	reader_ask_line(view->reader, view, "save as: ", "", SIZE_MAX, save_search);
}

/* --- links ---------------------------------------------------------------------------------- */

void
acts_browse(struct view *view)
{
	struct subject subject = acts_subject(view);

	reader_browse(view->reader, subject.url);
}

void
reader_browse(struct reader *reader, const char *url)
{
	const struct settings *settings = reader_settings(reader);
	const char *own = getenv("BROWSER");
	const char *command = settings->browser != NULL ? settings->browser : own != NULL && *own != '\0' ? own : NULL;
	char why[STATUS_TEXT_BYTES];

	if (url == NULL)
		reader_say(reader, TERM_ERROR, "there is no link to open");
	else if (browser_run(reader_runs(reader), "browser", command != NULL ? command : "xdg-open",
	    command != NULL && settings->browser_terminal, url, NULL, why, sizeof(why)) == 0)
		reader_say(reader, TERM_PLAIN, "opened %s", url);
	else
		reader_say(reader, TERM_ERROR, "%s", why);
}

void
view_show_image(struct view *view, const char *url)
{
	const char *command = reader_settings(view->reader)->image_command;
	char why[STATUS_TEXT_BYTES];

	if (command == NULL)
		reader_say(view->reader, TERM_PLAIN, "no image_command is set: see gazette(1)");
	else if (browser_run(reader_runs(view->reader), "image", command, true, url, NULL, why, sizeof(why)) == -1)
		reader_say(view->reader, TERM_ERROR, "%s", why);
}

void
acts_copy(struct view *view)
{
	struct subject subject = acts_subject(view);

	if (subject.url == NULL)
		reader_say(view->reader, TERM_ERROR, "there is no link to copy");
	else if (!term_copy(subject.url))
		reader_say(view->reader, TERM_ERROR, "the link is too long to be copied");
	else
		reader_say(view->reader, TERM_PLAIN, "copied %s", subject.url);
}

/* --- programs ------------------------------------------------------------------------------- */

static void
pipe_text(struct view *view, const char *command)
{
	json_t *ids = chosen(view);

	if (ids != NULL)
		pipe_start(reader_pipe(view->reader), command, ids, false);
}

static void
pipe_json(struct view *view, const char *command)
{
	json_t *ids = chosen(view);

	if (ids != NULL)
		pipe_start(reader_pipe(view->reader), command, ids, true);
}

void
acts_pipe(struct view *view)
{
	reader_ask_line(view->reader, view, "pipe to: ", "", SIZE_MAX, pipe_text);
}

void
acts_pipe_json(struct view *view)
{
	reader_ask_line(view->reader, view, "pipe items to: ", "", SIZE_MAX, pipe_json);
}

static void
run_bookmark(struct view *view, const char *command, const char *const *args)
{
	const char *argv[RUN_ARGS_MAX + 1];
	const struct run run = { .name = "bookmark", .argv = (char *const *)argv };
	char *words = strdup(command);
	int failed;

	if (words == NULL)
		abort();
	if (run_split(words, args, argv) == -1)
		reader_say(view->reader, TERM_ERROR, "bookmark: the command names no program, or too many arguments");
	else {
		failed = run_start(reader_runs(view->reader), &run, NULL);
		if (failed != 0)
			reader_say(view->reader, TERM_ERROR, "bookmark: %s: %s", argv[0], strerror(failed));
		else
			reader_say(view->reader, TERM_PLAIN, "bookmarking %s", args[0]);
	}
	free(words);
}

void
acts_bookmark(struct view *view)
{
	const char *command = reader_settings(view->reader)->bookmark;
	struct subject subject = acts_subject(view);
	const struct feed *feed = feedset_find(reader_feeds(view->reader), subject.feed);
	const char *args[] = { subject.url, subject.title != NULL ? subject.title : "", feed != NULL ? feed->title : "", NULL };

	if (command == NULL || *command == '\0')
		reader_say(view->reader, TERM_ERROR, "no bookmark command is set: \"bookmark = COMMAND\" in the settings");
	else if (subject.item == 0 || subject.url == NULL || !browser_takes(subject.url))
		reader_say(view->reader, TERM_ERROR, "there is no link to bookmark");
	else
		run_bookmark(view, command, args);
}

static void
play(struct reader *reader, const char *url, const char *type)
{
	const struct settings *settings = reader_settings(reader);
	char *command = browser_player(settings->players, type);
	char why[STATUS_TEXT_BYTES];
	struct buf clean = BUF_INIT(TEXT_BYTES);

	text_clean(url, &clean);
	if (command == NULL)
		reader_say(reader, TERM_ERROR, "no player is set for %s: see \"players\" in the settings", type);
	else if (browser_run(reader_runs(reader), "player", command, settings->player_terminal, url, type, why, sizeof(why)) == 0)
		reader_say(reader, TERM_PLAIN, "playing %s", buf_str(&clean));
	else
		reader_say(reader, TERM_ERROR, "%s", why);
	buf_free(&clean);
	free(command);
}

static void
got_attachments(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;
	const json_t *all = json_object_get(json_object_get(result, "item"), "attachments");
	const json_t *one = json_array_get(all, (size_t)(play_nth - 1));
	const char *url = json_string_value(json_object_get(one, "url")), *type = json_string_value(json_object_get(one, "mime_type"));

	if (error != NULL)
		reader_say(reader, TERM_ERROR, "%s", error->message);
	else if (json_array_size(all) == 0)
		reader_say(reader, TERM_PLAIN, "there are no attachments to it");
	else if (url == NULL)
		reader_say(reader, TERM_ERROR, "there are %zu attachments", json_array_size(all));
	else
		play(reader, url, type != NULL ? type : "application/octet-stream");
	reader_show(reader);
}

void
acts_play(struct view *view)
{
	struct subject subject = acts_subject(view);

	play_nth = reader_count(view->reader) != 0 ? reader_count(view->reader) : 1;
	if (subject.item == 0)
		reader_say(view->reader, TERM_PLAIN, "there is no entry here");
	else
		acts_ask(view, "item.get", json_pack("{s:I}", "item", (json_int_t)subject.item), got_attachments);
}
