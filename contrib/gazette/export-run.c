#include "contrib/gazette/export-run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/moment.h"
#include "daemon/shared/protocol.h"

/* --- one entry ---------------------------------------------------------------------------------------------- */

static bool
is_full(const struct export_run *run)
{
	return run->limit > 0 && run->export->count >= run->limit;
}

static bool
was_given(const struct export_run *run, int64_t number)
{
	return run->cursor != NULL && export_numbers_has(run->cursor->given, (uint32_t)number);
}

/* Whether all is well. */
static bool
flush(struct export_run *run, size_t least)
{
	struct buf	*out = &run->export->out;

	if (out->len < least)
		return true;
	if (export_file_put(run->file, out) == -1)
		return false;
	buf_clear(out);
	return true;
}

static void
begin(struct export_run *run)
{
	struct export	*export = run->export;

	if (!run->begun && export->format->begin != NULL)
		export->format->begin(export);
	run->begun = true;
}

static bool
put_message(struct export_run *run, const json_t *item)
{
	struct export	*export = run->export;
	int64_t		 received_s = 0;
	const char	*name;
	int		 failed;

	moment_of(export_ours(item), "received", &received_s);
	name = arena_printf(export->arena, "%" PRId64 ".%" PRId64 "_%s.gazette", received_s, export_number(item),
	    export_mark(export, item));
	failed = export_file_put_message(run->file, name, &export->out);
	buf_clear(&export->out);
	return failed == 0;
}

static bool
put_item(struct export_run *run, const json_t *item)
{
	struct export	*export = run->export;
	int64_t		 number = export_number(item);
	bool		 good;

	if (!run->begun)
		export->first_s = export_order(item);
	begin(run);
	export->format->item(export, item);
	good = export->format->flags & EXPORT_FOLDER ? put_message(run, item) : flush(run, EXPORT_FLUSH_BYTES);
	export->count++;
	if (run->cursor != NULL) {
		export_numbers_add(run->cursor->given, (uint32_t)number);
		export_numbers_add(run->cursor->added, (uint32_t)number);
	}
	arena_reset(export->arena);
	if (export->count % EXPORT_PAGE == 0)
		out_progress("%" PRId64 " entries", export->count);
	return good;
}

/* --- a listing ------------------------------------------------------------------------------------------------ */

static json_t *
list_params(const struct export_run *run, const char *after)
{
	int64_t	 left = run->limit > 0 ? run->limit - run->export->count : EXPORT_PAGE;

	return json_pack("{s:s, s:I, s:s, s:[s], s:s?}", "query", run->query != NULL ? run->query : "*", "limit",
	    (json_int_t)(left < EXPORT_PAGE ? left : EXPORT_PAGE), "sort",
	    run->export->format->flags & EXPORT_NEWEST ? "newest" : "oldest", "fields", "*", "after", after);
}

static enum cmd_exit
put_page(struct export_run *run, const json_t *result)
{
	json_t	*item;
	size_t	 i;

	json_array_foreach(json_object_get(result, "items"), i, item)
		if (!was_given(run, cmd_integer(export_ours(item), "item")) && !put_item(run, item))
			return CMD_REFUSED;
	return CMD_DONE;
}

/* From after on (NULL: all), until nothing is left or the limit is reached. *end: where to go on; in the arena of the command. */
static enum cmd_exit
list(struct export_run *run, const char *after, const char **end)
{
	enum cmd_exit	 status;
	json_t		*result;

	*end = after;
	do {
		status = cmd_call(run->export->cmd, "item.list", list_params(run, *end), &result);
		if (status == CMD_DONE)
			status = put_page(run, result);
		if (status == CMD_DONE)
			*end = arena_strdup(run->export->cmd->arena, cmd_string(result, "after"));
		json_decref(result);
	} while (status == CMD_DONE && *end != NULL && !is_full(run));
	return status;
}

/* --- what has changed --------------------------------------------------------------------------------------------- */

/* The query of one entry. In the arena. */
static const char *
query_of(const struct export_run *run, int64_t number)
{
	if (run->query == NULL)
		return arena_printf(run->export->arena, "id:%" PRId64, number);
	return arena_printf(run->export->arena, "id:%" PRId64 " (%s)", number, run->query);
}

/* The last change that the query can know of: where it looks up words the index may be behind. */
static enum cmd_exit
last_change(struct export_run *run, int64_t *seq)
{
	json_t		*result;
	enum cmd_exit	 status;

	status = cmd_call(run->export->cmd, "item.list", json_pack("{s:s, s:i}", "query", query_of(run, 1), "limit", 1), &result);
	if (status == CMD_DONE && cmd_integer(result, "seq") < run->cursor->seq) {
		out_error("the daemon's entries are others, or older, than at the last run with this cursor (--restart begins anew)");
		status = CMD_REFUSED;
	}
	*seq = cmd_integer(result, "seq");
	if (json_object_get(result, "index_seq") != NULL && cmd_integer(result, "index_seq") < *seq)
		*seq = cmd_integer(result, "index_seq");
	json_decref(result);
	arena_reset(run->export->arena);
	return status;
}

struct found { int64_t time_s, number; };

/* Entries that may be new, in the order of their changes, and how far the query has been asked for them. */
struct search {
	struct export_run	*run;
	struct found		*found;
	size_t			 n_found, cap_found;
	struct export_numbers	*numbers;	/* those found */
	struct client_error	 err;
	bool			 failed;
};

struct question {
	struct search	*search;
	int64_t		 number, seq, time_s;
	bool		 matches;
};

static void
got_match(void *arg, json_t *result, const struct client_error *err)
{
	struct question	*question = arg;
	const json_t	*item = json_array_get(json_object_get(result, "items"), 0);

	if (err != NULL && !question->search->failed) {
		question->search->failed = true;
		question->search->err = *err;
	}
	question->matches = item != NULL;
	question->time_s = item != NULL ? export_order(item) : 0;
}

static void
ask_match(struct search *search, struct question *question)
{
	const struct export_run	*run = search->run;
	struct client_error	 err;

	if (client_send(run->export->cmd->client, "item.list", json_pack("{s:s, s:i, s:[s, s]}", "query",
	    query_of(run, question->number), "limit", 1, "fields", "date_published", "date_modified"), got_match, question,
	    &err) == -1)
		got_match(question, NULL, &err);
}

static void
wait_answers(struct client *client)
{
	struct client_error	 lost;

	while (client_pending(client) > 0)
		client_wait(client, -1, &lost);
}

static void
keep(struct search *search, const struct question *question)
{
	if (search->n_found == search->cap_found) {
		search->cap_found = search->cap_found > 0 ? 2 * search->cap_found : EXPORT_WINDOW;
		search->found = reallocarray(search->found, search->cap_found, sizeof(*search->found));
		if (search->found == NULL)
			abort();
	}
	search->found[search->n_found++] = (struct found){ question->time_s, question->number };
	export_numbers_add(search->numbers, (uint32_t)question->number);
}

static bool
is_enough(const struct search *search)
{
	const struct export_run	*run = search->run;

	return search->n_found >= run->sort_most ||
	    (run->limit > 0 && run->export->count + (int64_t)search->n_found >= run->limit);
}

/* Asks all of them at once, and keeps those that match. *seq: how far that went. */
static enum cmd_exit
ask_all(struct search *search, struct question *questions, size_t count, int64_t *seq)
{
	size_t	 i;

	for (i = 0; i < count; i++)
		ask_match(search, &questions[i]);
	wait_answers(search->run->export->cmd->client);
	arena_reset(search->run->export->arena);
	if (search->failed)
		return cmd_fail(&search->err);
	for (i = 0; i < count && !is_enough(search); i++) {
		*seq = questions[i].seq;
		if (questions[i].matches)
			keep(search, &questions[i]);
	}
	return CMD_DONE;
}

static bool
is_asked(const struct search *search, const struct question *questions, size_t count, int64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (questions[i].number == number)
			return true;
	return export_numbers_has(search->numbers, (uint32_t)number);
}

/* Whether a change may have made an entry one that the query finds. */
static int64_t
candidate(const struct export_run *run, const json_t *change)
{
	static const char *const kinds[] = { "item-new", "item-updated", "item-tags" };
	const char		*what = cmd_string(change, "what");
	int64_t			 number = cmd_integer(change, "item");

	for (size_t i = 0; what != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(what, kinds[i]) == 0)
			return was_given(run, number) ? 0 : number;
	return 0;
}

/* One page of changes, up to last. */
static enum cmd_exit
search_page(struct search *search, const json_t *changes, int64_t last, int64_t *seq)
{
	struct question	 questions[EXPORT_WINDOW];
	enum cmd_exit	 status = CMD_DONE;
	size_t		 count = 0, i;
	int64_t		 number, reached = *seq;
	json_t		*change;

	json_array_foreach(changes, i, change) {
		if (cmd_integer(change, "seq") > last)
			break;
		reached = cmd_integer(change, "seq");
		number = candidate(search->run, change);
		if (number == 0 || is_asked(search, questions, count, number))
			continue;
		questions[count++] = (struct question){ search, number, reached, 0, false };
		if (count < EXPORT_WINDOW)
			continue;
		status = ask_all(search, questions, count, seq);
		count = 0;
		if (status != CMD_DONE || is_enough(search))
			return status;
	}
	if (count > 0)
		status = ask_all(search, questions, count, seq);
	if (status == CMD_DONE && !is_enough(search))
		*seq = reached;
	return status;
}

static int
by_newest(const void *left, const void *right)
{
	const struct found	*one = left, *two = right;

	if (one->time_s != two->time_s)
		return one->time_s < two->time_s ? 1 : -1;
	return one->number < two->number ? 1 : one->number > two->number ? -1 : 0;
}

/* An entry with its content; one that has been removed meanwhile has no answer. */
struct fetched {
	json_t			*item;
	bool			 failed;
	struct client_error	 err;
};

static void
got_item(void *arg, json_t *result, const struct client_error *err)
{
	struct fetched	*fetched = arg;

	fetched->item = json_incref(json_object_get(result, "item"));
	fetched->failed = err != NULL && strcmp(err->word, "no-such-item") != 0;
	if (err != NULL)
		fetched->err = *err;
}

static enum cmd_exit
put_some(struct export_run *run, const struct found *found, size_t count)
{
	struct fetched		 fetched[EXPORT_WINDOW] = { 0 };
	struct client		*client = run->export->cmd->client;
	enum cmd_exit		 status = CMD_DONE;
	size_t			 i;

	for (i = 0; i < count; i++)
		if (client_send(client, "item.get", json_pack("{s:I}", "item", (json_int_t)found[i].number), got_item, &fetched[i],
		    &fetched[i].err) == -1)
			fetched[i].failed = true;
	wait_answers(client);
	for (i = 0; i < count; i++) {
		if (status == CMD_DONE && fetched[i].failed)
			status = cmd_fail(&fetched[i].err);
		if (status == CMD_DONE && fetched[i].item != NULL && !put_item(run, fetched[i].item))
			status = CMD_REFUSED;
		json_decref(fetched[i].item);
	}
	return status;
}

static enum cmd_exit
put_found(struct search *search)
{
	enum cmd_exit	 status = CMD_DONE;
	size_t		 done, count;

	if (search->run->export->format->flags & EXPORT_NEWEST && search->n_found > 0)
		qsort(search->found, search->n_found, sizeof(*search->found), by_newest);
	for (done = 0; done < search->n_found && status == CMD_DONE; done += count) {
		count = search->n_found - done < EXPORT_WINDOW ? search->n_found - done : EXPORT_WINDOW;
		status = put_some(search->run, search->found + done, count);
	}
	search->n_found = 0;
	return status;
}

static enum cmd_exit
fail_changes(const struct client_error *err, bool *too_old)
{
	*too_old = strcmp(err->word, "cursor-too-old") == 0;
	return *too_old ? CMD_DONE : cmd_fail(err);
}

/* Everything after *seq, to last; *seq: how far it was looked at. */
static enum cmd_exit
follow(struct export_run *run, int64_t last, int64_t *seq, bool *too_old)
{
	struct search		 search = { .run = run, .numbers = export_numbers_new() };
	struct client_error	 err;
	enum cmd_exit		 status = CMD_DONE;
	json_t			*result = NULL;
	bool			 more = *seq < last;

	while (more && status == CMD_DONE && !*too_old && !is_full(run)) {
		if (client_call(run->export->cmd->client, "changes", json_pack("{s:I}", "since", (json_int_t)*seq), &result, &err) == -1) {
			status = fail_changes(&err, too_old);
			break;
		}
		more = json_is_true(json_object_get(result, "more")) && cmd_integer(result, "seq") < last;
		status = search_page(&search, json_object_get(result, "changes"), last, seq);
		json_decref(result);
		if (is_enough(&search) && status == CMD_DONE) {
			status = put_found(&search);
			more = true;
		}
	}
	if (status == CMD_DONE)
		status = put_found(&search);
	free(search.found);
	export_numbers_free(search.numbers);
	return status;
}

/* --- all of it ------------------------------------------------------------------------------------------------------ */

/* Lists all that was not given yet, and begins to follow at what was the last change before that. */
static enum cmd_exit
list_with_cursor(struct export_run *run, int64_t last)
{
	struct export_cursor	*cursor = run->cursor;
	const char		*after = cursor->after;
	enum cmd_exit		 status;

	if (after == NULL)
		cursor->seq = last;
	status = list(run, after, &after);
	export_cursor_set_after(cursor, after);
	return status;
}

static enum cmd_exit
run_cursor(struct export_run *run)
{
	struct export_cursor	*cursor = run->cursor;
	enum cmd_exit		 status;
	bool			 too_old = false;
	int64_t			 last;

	status = last_change(run, &last);
	if (status != CMD_DONE)
		return status;
	if (!cursor->fresh && cursor->after == NULL) {
		status = follow(run, last, &cursor->seq, &too_old);
		if (status != CMD_DONE || !too_old)
			return status;
		out_error("the daemon has forgotten changes since the last run with this cursor: "
		    "looking through all entries for those that were not given yet");
	}
	cursor->fresh = false;
	return list_with_cursor(run, last);
}

enum cmd_exit
export_run(struct export_run *run)
{
	struct export	*export = run->export;
	const char	*end;
	enum cmd_exit	 status = run->cursor != NULL ? run_cursor(run) : list(run, NULL, &end);

	out_progress_end();
	if (status != CMD_DONE || (run->skip_empty && export->count == 0))
		return status;
	begin(run);
	if (export->format->end != NULL)
		export->format->end(export);
	return flush(run, 1) ? CMD_DONE : CMD_REFUSED;
}
