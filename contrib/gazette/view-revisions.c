#include "contrib/gazette/view.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/layout.h"
#include "contrib/gazette/moment.h"
#include "contrib/gazette/pager.h"
#include "contrib/gazette/revision.h"
#include "contrib/gazette/text.h"

enum { MARGIN_COLS = 2 };

struct revisions_view {
	struct view	 view;
	int64_t		 item;
	json_t		*revisions;		/* the earlier texts that are kept, oldest first; NULL: not known yet */
	size_t		 edit;			/* that of the edit-th is shown, and what came after it */
	json_t		*before;		/* the older of the two texts, while the other is waited for */
	struct body	 body;
	struct lines	 lines;
	struct layout	 laid;
	struct pager	 pager;
	bool		 fresh;			/* it has not been drawn yet */
	const char	*problem;		/* why nothing is shown; NULL: it is */
};

static void	ask_before(struct revisions_view *);

static struct revisions_view *
self(struct view *view)
{
	return (struct revisions_view *)view;
}

/* --- drawing -------------------------------------------------------------------------------- */

static void
revisions_draw(struct view *view, struct area area)
{
	struct revisions_view *v = self(view);
	int width = (int)reader_settings(view->reader)->text_width, margin;
	struct layout layout;

	margin = area.cols >= width + 2 * MARGIN_COLS ? MARGIN_COLS : area.col != 0;
	area.col += margin;
	area.cols -= margin;
	layout = (struct layout){ .cols = area.cols < width ? area.cols : width, .wide_cols = area.cols, .wrap_code = true };
	pager_resize(&v->pager, area.rows);
	if (v->problem != NULL) {
		view_put(area, 0, 0, area.cols, TERM_DIM, v->problem);
		return;
	}
	if (layout.cols != v->laid.cols) {
		v->laid = layout;
		lines_clear(&v->lines);
		layout_body(&v->body, &layout, &v->lines);
		pager_set(&v->pager, &v->lines);
		if (v->fresh)
			pager_show(&v->pager, TERM_ADDED | TERM_REMOVED);
		v->fresh = false;
	}
	pager_draw(&v->pager, area);
}

static void
revisions_title(struct view *view, struct buf *left, struct buf *right)
{
	struct revisions_view *v = self(view);
	const json_t *older = json_array_get(v->revisions, v->edit);
	int64_t when_s;

	if (older == NULL) {
		buf_puts(left, " changes");
		return;
	}
	buf_printf(left, " change %zu of %zu", v->edit + 1, json_array_size(v->revisions));
	if (moment_of(older, "replaced", &when_s)) {
		buf_puts(left, ", ");
		text_date(when_s, reader_settings(view->reader)->date_format, left);
	}
	if (v->problem == NULL)
		pager_position(&v->pager, right);
}

static unsigned
revisions_more_keys(const struct view *view)
{
	return pager_keys(&((const struct revisions_view *)view)->pager);
}

static void
revisions_hint(struct view *view, struct buf *out)
{
	if (!pager_hint(&self(view)->pager, out))
		buf_puts(out, "?:help  J/K:next/previous edit  ]:next change  q:back");
}

/* --- texts ---------------------------------------------------------------------------------- */

static void
fail(struct revisions_view *v, const struct client_error *error)
{
	v->problem = "waiting for the daemon";
	if (error->code != CLIENT_ELOST) {
		v->problem = "there is nothing to be shown";
		reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
	}
	reader_show(v->view.reader);
}

static void
got_after(void *owner, json_t *result, const struct client_error *error)
{
	struct revisions_view *v = owner;

	if (error != NULL) {
		fail(v, error);
		return;
	}
	body_free(&v->body);
	v->laid = (struct layout){ 0 };
	v->problem = NULL;
	pager_home(&v->pager);
	v->fresh = true;
	if (!revision_diff(&v->body, v->before, json_object_get(result, "item")))
		v->problem = "links or markup have changed, but no words";
	reader_show(v->view.reader);
}

static void
ask(struct revisions_view *v, const char *method, json_t *params, session_reply reply)
{
	if (!session_ask(reader_session(v->view.reader), method, params, reply, v))
		v->problem = "waiting for the daemon";
}

/* What came after the older text: the next one that was kept, else the entry as it is. */
static void
got_before(void *owner, json_t *result, const struct client_error *error)
{
	struct revisions_view *v = owner;
	const json_t *next = json_array_get(v->revisions, v->edit + 1);
	json_t *params;

	if (error != NULL) {
		fail(v, error);
		return;
	}
	json_decref(v->before);
	v->before = json_incref(json_object_get(result, "item"));
	params = json_pack("{s:I}", "item", (json_int_t)v->item);
	if (next != NULL)
		json_object_set(params, "revision", json_object_get(next, "revision"));
	ask(v, "item.get", params, got_after);
}

static void
ask_before(struct revisions_view *v)
{
	const json_t *older = json_array_get(v->revisions, v->edit);
	json_t *params = json_pack("{s:I, s:O}", "item", (json_int_t)v->item, "revision", json_object_get(older, "revision"));

	session_forget(reader_session(v->view.reader), v);
	v->problem = "loading…";
	ask(v, "item.get", params, got_before);
}

static int64_t
revision_number(const json_t *revisions, size_t edit)
{
	return json_integer_value(json_object_get(json_array_get(revisions, edit), "revision"));
}

/* There are new edits, but what is shown stays what it was. */
static bool
stays(struct revisions_view *v, json_t *revisions)
{
	if (v->problem != NULL || v->revisions == NULL)
		return false;
	for (size_t edit = 0; edit < json_array_size(revisions); edit++) {
		if (revision_number(revisions, edit) != revision_number(v->revisions, v->edit))
			continue;
		json_decref(v->revisions);
		v->revisions = json_incref(revisions);
		v->edit = edit;
		if (edit + 1 < json_array_size(revisions))
			reader_say(v->view.reader, TERM_PLAIN, "it has been edited again (J shows how)");
		return true;
	}
	return false;
}

static void
got_revisions(void *owner, json_t *result, const struct client_error *error)
{
	struct revisions_view *v = owner;

	if (error != NULL) {
		fail(v, error);
		return;
	}
	if (stays(v, json_object_get(result, "revisions")))
		return;
	json_decref(v->revisions);
	v->revisions = json_incref(json_object_get(result, "revisions"));
	if (json_array_size(v->revisions) == 0) {
		v->problem = json_integer_value(json_object_get(result, "revision")) == 0 ? "it has not been edited" :
		    "its earlier texts are not kept";
		reader_show(v->view.reader);
		return;
	}
	v->edit = json_array_size(v->revisions) - 1;
	ask_before(v);
}

static void
load(struct revisions_view *v)
{
	session_forget(reader_session(v->view.reader), v);
	if (v->revisions == NULL)
		v->problem = "loading…";
	ask(v, "item.revisions", json_pack("{s:I}", "item", (json_int_t)v->item), got_revisions);
}

/* --- keys ----------------------------------------------------------------------------------- */

static void
step(struct revisions_view *v, bool on)
{
	size_t count = json_array_size(v->revisions);

	if (on ? v->edit + 1 >= count : v->edit == 0) {
		reader_say(v->view.reader, TERM_PLAIN, on ? "this is the last edit" : "this is the first edit that is kept");
		return;
	}
	v->edit = on ? v->edit + 1 : v->edit - 1;
	ask_before(v);
}

static void
search(struct view *view, const char *words)
{
	pager_search(&self(view)->pager, view, words);
}

static bool
revisions_act(struct view *view, enum action action)
{
	struct revisions_view *v = self(view);
	bool walks = action == ACTION_NEXT_MATCH || action == ACTION_PREVIOUS_MATCH;

	if (walks && v->pager.search.words == NULL) {
		if (!pager_walk(&v->pager, TERM_ADDED | TERM_REMOVED, action == ACTION_NEXT_MATCH ? 1 : -1))
			reader_say(view->reader, TERM_PLAIN, "no more changes %s", action == ACTION_NEXT_MATCH ? "below" : "above");
		return true;
	}
	if (action == ACTION_SEARCH) {
		reader_ask_line(view->reader, view, "search: ", "", SIZE_MAX, search);
		return true;
	}
	if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
		step(v, action == ACTION_NEXT);
		return true;
	}
	return pager_act(&v->pager, view, action);
}

/* --- life ----------------------------------------------------------------------------------- */

static void
revisions_change(struct view *view, const struct change *change)
{
	struct revisions_view *v = self(view);

	if (change->what == CHANGE_ITEM_UPDATED && change->item == v->item)
		load(v);
}

static void
revisions_up(struct view *view, bool fresh)
{
	struct revisions_view *v = self(view);

	if (fresh || v->problem != NULL)
		load(v);
}

static void
revisions_close(struct view *view)
{
	struct revisions_view *v = self(view);

	json_decref(v->revisions);
	json_decref(v->before);
	pager_clear(&v->pager);
	body_free(&v->body);
	lines_free(&v->lines);
	free(v);
}

static const struct view_ops revisions_ops = {
	.keys = KEYS_IN_REVISIONS, .draw = revisions_draw, .title = revisions_title, .hint = revisions_hint, .more_keys = revisions_more_keys, .act = revisions_act,
	.change = revisions_change, .up = revisions_up, .close = revisions_close
};

void
view_revisions_open(struct reader *reader, int64_t item)
{
	struct revisions_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->item = item;
	pager_init(&v->pager);
	reader_push(reader, &v->view, &revisions_ops);
	load(v);
}
