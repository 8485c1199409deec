/* view-health - feeds with which something is wrong, or of which something has to be known: what gazette health tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/list.h"
#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/view.h"

enum {
	PAGE = 1000,
	RELOAD_MS = 1000,		/* what has changed meanwhile is asked for once */
	WORD_BYTES = 16, TEXT_BYTES = 4096,
	WHAT_COLS = 13, AGE_COLS = 10, TITLE_SHARE = 3, AGE_FROM_COLS = 60
};

struct finding {
	int64_t	 feed, since_s, next_s;
	char	 what[WORD_BYTES];
	char	*title, *reason, *url;	/* clean */
};

struct findings {
	struct finding	*rows;
	size_t		 count, cap;
};

struct health_view {
	struct view	 view;
	struct list	 list;
	struct findings	 shown, coming;	/* coming: page by page, to be shown when all are there */
	bool		 known;
};

static struct health_view *
self(struct view *view)
{
	return (struct health_view *)view;
}

static const struct finding *
selected(struct health_view *v)
{
	return v->list.count != 0 ? &v->shown.rows[v->list.selected] : NULL;
}

static bool
is_bad(const struct finding *finding)
{
	static const char *const bad[] = { "failing", "gone", "quarantined" };

	for (size_t row = 0; row < sizeof(bad) / sizeof(bad[0]); row++)
		if (strcmp(finding->what, bad[row]) == 0)
			return true;
	return false;
}

/* --- findings ------------------------------------------------------------------------------- */

static char *
clean_text(const json_t *object, const char *name)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	char *copy;

	text_clean(json_string_value(json_object_get(object, name)), &text);
	copy = strdup(buf_str(&text));
	if (copy == NULL)
		abort();
	buf_free(&text);
	return copy;
}

static void
clear(struct findings *findings)
{
	for (size_t row = 0; row < findings->count; row++) {
		free(findings->rows[row].title);
		free(findings->rows[row].reason);
		free(findings->rows[row].url);
	}
	free(findings->rows);
	*findings = (struct findings){ 0 };
}

static void
add(struct findings *findings, const json_t *object)
{
	const char *what = json_string_value(json_object_get(object, "what"));
	struct finding *finding;

	if (findings->count == findings->cap) {
		findings->cap = findings->cap != 0 ? 2 * findings->cap : 64;
		findings->rows = reallocarray(findings->rows, findings->cap, sizeof(findings->rows[0]));
		if (findings->rows == NULL)
			abort();
	}
	finding = &findings->rows[findings->count++];
	*finding = (struct finding){
		.feed = json_integer_value(json_object_get(object, "feed")), .title = clean_text(object, "title"),
		.reason = clean_text(object, "reason"), .url = clean_text(object, "url")
	};
	moment_of(object, "since", &finding->since_s);
	moment_of(object, "next_poll", &finding->next_s);
	snprintf(finding->what, sizeof(finding->what), "%s", what != NULL ? what : "");
}

/* The line that is selected keeps its number. */
static void
show(struct health_view *v)
{
	clear(&v->shown);
	v->shown = v->coming;
	v->coming = (struct findings){ 0 };
	v->known = true;
	list_follow(&v->list, v->shown.count, v->list.selected < v->shown.count ? v->list.selected : v->shown.count - 1);
}

static void	ask(struct health_view *, json_t *after);

static void
got_findings(void *owner, json_t *result, const struct client_error *error)
{
	struct health_view *v = owner;
	json_t *object, *after = json_object_get(result, "after");
	size_t row;

	reader_show(v->view.reader);
	if (error != NULL) {
		if (error->code != CLIENT_ELOST)
			reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
		return;
	}
	json_array_foreach(json_object_get(result, "findings"), row, object)
		add(&v->coming, object);
	if (after != NULL)
		ask(v, after);
	else
		show(v);
}

static void
ask(struct health_view *v, json_t *after)
{
	session_ask(reader_session(v->view.reader), "health", json_pack("{s:i, s:O*}", "limit", PAGE, "after", after), got_findings, v);
}

static void
load(struct health_view *v)
{
	session_forget(reader_session(v->view.reader), v);
	clear(&v->coming);
	ask(v, NULL);
}

/* --- drawing -------------------------------------------------------------------------------- */

static void
draw_finding(struct health_view *v, struct area area, int line, const struct finding *finding)
{
	unsigned on = v->list.top + (size_t)line == v->list.selected ? TERM_SELECTED : 0;
	int title = area.cols / TITLE_SHARE, col;
	char age[TEXT_AGE_BYTES] = "";

	col = view_put(area, line, 0, WHAT_COLS, (is_bad(finding) ? TERM_ERROR : TERM_PLAIN) | on, finding->what);
	if (area.cols >= AGE_FROM_COLS) {
		if (finding->since_s != 0)
			text_age(finding->since_s, reader_now(v->view.reader), age);
		col = view_put(area, line, col, AGE_COLS, TERM_DIM | on, age);
	}
	col = view_put(area, line, col, title, TERM_UNREAD | on, finding->title);
	col = view_put(area, line, col, 2, TERM_PLAIN | on, " ");
	view_put(area, line, col, area.cols - col, TERM_PLAIN | on, finding->reason);
}

static void
health_draw(struct view *view, struct area area)
{
	struct health_view *v = self(view);
	const char *why = v->known ? "all feeds are well" : session_is_up(reader_session(view->reader)) ? "loading…" :
	    "waiting for the daemon";

	list_resize(&v->list, (size_t)area.rows);
	for (int line = 0; line < area.rows && v->list.top + (size_t)line < v->list.count; line++)
		draw_finding(v, area, line, &v->shown.rows[v->list.top + (size_t)line]);
	if (v->list.count == 0)
		view_put(area, area.rows > 2 ? 2 : 0, 2, area.cols, TERM_DIM, why);
}

static void
health_title(struct view *view, struct buf *left, struct buf *right)
{
	struct health_view *v = self(view);

	buf_puts(left, " health");
	if (v->list.count != 0)
		buf_printf(right, "%zu/%zu", v->list.selected + 1, v->list.count);
}

static void
health_hint(struct view *view, struct buf *out)
{
	const struct finding *finding = selected(self(view));
	char age[TEXT_AGE_BYTES];

	if (finding == NULL) {
		buf_puts(out, "?:help  q:back");
		return;
	}
	buf_puts(out, finding->reason);
	if (finding->next_s != 0)
		buf_printf(out, "; next poll %s", text_age(finding->next_s, reader_now(view->reader), age));
}

/* --- keys ----------------------------------------------------------------------------------- */

static bool
health_act(struct view *view, enum action action)
{
	struct health_view *v = self(view);
	const struct finding *finding = selected(v);

	if (view_list_act(&v->list, action))
		return true;
	switch (action) {
	case ACTION_OPEN:
		if (finding != NULL)
			view_entries_open(view->reader, (struct scope){ .feed = finding->feed }, NULL);
		return true;
	case ACTION_REFRESH:
		if (finding != NULL)
			reader_refresh(view->reader, json_pack("[I]", (json_int_t)finding->feed));
		return true;
	default:
		return false;
	}
}

static bool
health_point(struct view *view, int row)
{
	return view_list_point(&self(view)->list, row);
}

static void
health_subject(struct view *view, struct subject *subject)
{
	const struct finding *finding = selected(self(view));

	if (finding == NULL)
		return;
	subject->feed = finding->feed;
	subject->title = finding->title;
	subject->url = finding->url;
}

/* --- life ----------------------------------------------------------------------------------- */

static void
health_change(struct view *view, const struct change *change)
{
	bool of_feeds = change->what == CHANGE_FEED_ADDED || change->what == CHANGE_FEED_CHANGED ||
	    change->what == CHANGE_FEED_REMOVED;

	if (of_feeds && view->wake_ms == 0)
		view->wake_ms = reader_clock(view->reader) + RELOAD_MS;
}

static void
health_up(struct view *view, bool fresh)
{
	(void)fresh;
	load(self(view));
}

static void
health_wake(struct view *view)
{
	load(self(view));
}

static void
health_close(struct view *view)
{
	clear(&self(view)->shown);
	clear(&self(view)->coming);
	free(view);
}

static const struct view_ops health_ops = {
	.keys = KEYS_IN_HEALTH, .draw = health_draw, .title = health_title, .hint = health_hint, .act = health_act,
	.point = health_point, .subject = health_subject, .change = health_change, .up = health_up, .wake = health_wake,
	.close = health_close
};

void
view_health_open(struct reader *reader)
{
	struct health_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->list.height = 1;
	reader_push(reader, &v->view, &health_ops);
	ask(v, NULL);
}
