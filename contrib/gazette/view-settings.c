/* view-settings - all that is known of a feed, line by line; what can be set is changed where it stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/feed-key.h"
#include "contrib/gazette/list.h"
#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/view.h"

enum {
	TEXT_BYTES = 64 << 10, LABEL_BYTES = 128,
	NAME_COLS = 21, AGE_BYTES = 32
};

struct settings_view {
	struct view	 view;
	int64_t		 feed;
	struct list	 list;
	json_t		*object;		/* the protocol's feed; NULL: not there yet */
	bool		 gone;
};

/* How a value is written. */
enum form { FORM_TEXT, FORM_TAGS, FORM_SWITCH, FORM_PERIOD, FORM_DATE, FORM_ERROR, FORM_HUB, FORM_SECRET, FORM_LINES };

static const struct row {
	const char	*name;			/* of feed-key.h, if it can be set */
	const char	*member;		/* of the feed; "settings." and a name: of its settings */
	enum form	 form;
} rows[] = {
	{ "title", "title", FORM_TEXT },
	{ "url", "url", FORM_TEXT },
	{ "tags", "tags", FORM_TAGS },
	{ "paused", "paused", FORM_SWITCH },
	{ "interval", "settings.interval", FORM_PERIOD },
	{ "keep_days", "settings.keep_days", FORM_TEXT },
	{ "keep_items", "settings.keep_items", FORM_TEXT },
	{ "mark_updated_unread", "settings.mark_updated_unread", FORM_SWITCH },
	{ "user_agent", "settings.user_agent", FORM_TEXT },
	{ "header", "settings.header", FORM_LINES },
	{ "cookie", "settings.cookie", FORM_SECRET },
	{ "proxy", "settings.proxy", FORM_TEXT },
	{ "username", "settings.username", FORM_TEXT },
	{ "password", "settings.password", FORM_SECRET },
	{ "certificates", "settings.ca_file", FORM_SECRET },
	{ "health", "health", FORM_TEXT },
	{ "error", "error", FORM_ERROR },
	{ "unread", "unread", FORM_TEXT },
	{ "entries", "total", FORM_TEXT },
	{ "newest entry", "newest", FORM_DATE },
	{ "last poll", "last_poll", FORM_DATE },
	{ "last good poll", "last_success", FORM_DATE },
	{ "next poll", "next_poll", FORM_DATE },
	{ "because", "next_poll_reason", FORM_TEXT },
	{ "polled every", "interval", FORM_PERIOD },
	{ "its own title", "feed_title", FORM_TEXT },
	{ "description", "description", FORM_TEXT },
	{ "home page", "home_page_url", FORM_TEXT },
	{ "subscribed as", "original_url", FORM_TEXT },
	{ "subscribed", "added", FORM_DATE },
	{ "format", "format", FORM_TEXT },
	{ "language", "language", FORM_TEXT },
	{ "hub", "websub", FORM_HUB },
	{ "number", "id", FORM_TEXT },
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static struct settings_view *
self(struct view *view)
{
	return (struct settings_view *)view;
}

/* NULL: it cannot be set here. */
static const struct feed_key *
key_of(const struct row *row)
{
	return feed_key_find(row->name, strlen(row->name));
}

/* --- values --------------------------------------------------------------------------------- */

static const json_t *
value_of(const struct settings_view *v, const struct row *row)
{
	static const char own[] = "settings.";

	if (strncmp(row->member, own, sizeof(own) - 1) == 0)
		return json_object_get(json_object_get(v->object, "settings"), row->member + sizeof(own) - 1);
	return json_object_get(v->object, row->member);
}

static void
put_scalar(const json_t *value, struct buf *out)
{
	if (json_is_string(value))
		text_clean(json_string_value(value), out);
	else if (json_is_integer(value))
		buf_printf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		buf_puts(out, json_is_true(value) ? "yes" : "no");
}

/* "a, b"; a single one is allowed to stand without an array. */
static void
put_list(const json_t *value, struct buf *out)
{
	size_t at;
	json_t *one;

	if (!json_is_array(value))
		put_scalar(value, out);
	json_array_foreach(value, at, one) {
		buf_puts(out, at != 0 ? ", " : "");
		put_scalar(one, out);
	}
}

/* "90s", "30m", "4h", "2d": the largest unit that has no remainder. */
static void
put_period(const json_t *value, struct buf *out)
{
	static const struct { long long seconds; char letter; } units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	long long seconds = json_integer_value(value);

	for (size_t at = 0; json_is_integer(value) && at < sizeof(units) / sizeof(units[0]); at++)
		if (seconds % units[at].seconds == 0) {
			buf_printf(out, "%lld%c", seconds / units[at].seconds, units[at].letter);
			return;
		}
	put_scalar(value, out);
}

static void
put_date(const struct settings_view *v, const json_t *value, struct buf *out)
{
	char age[TEXT_AGE_BYTES];
	int64_t time_s;

	if (!moment_read(json_string_value(value), &time_s))
		return;
	text_age(time_s, reader_now(v->view.reader), age);
	buf_puts(out, age);
}

static void
put_members(const json_t *value, const char *const *names, struct buf *out)
{
	for (size_t len = out->len; *names != NULL; names++, len = out->len) {
		if (len != 0 && json_object_get(value, *names) != NULL)
			buf_puts(out, ", ");
		put_scalar(json_object_get(value, *names), out);
	}
}

/* What a line shows; for_edit: what its editing begins with. */
static void
put_value(const struct settings_view *v, const struct row *row, bool for_edit, struct buf *out)
{
	static const char *const hub[] = { "state", "hub", NULL }, *const error[] = { "message", NULL };
	const json_t *value = value_of(v, row);

	switch (row->form) {
	case FORM_TAGS: case FORM_LINES:
		put_list(value, out);
		break;
	case FORM_PERIOD:
		put_period(value, out);
		break;
	case FORM_DATE:
		put_date(v, value, out);
		break;
	case FORM_ERROR: case FORM_HUB:
		put_members(value, row->form == FORM_HUB ? hub : error, out);
		break;
	case FORM_SECRET:
		buf_puts(out, !for_edit && value != NULL && !json_is_false(value) ? "(set)" : "");
		break;
	default:
		put_scalar(value, out);
	}
}

/* --- the feed ------------------------------------------------------------------------------- */

static void
got_feed(void *owner, json_t *result, const struct client_error *error)
{
	struct settings_view *v = owner;
	json_t *object = json_object_get(result, "feed");

	reader_show(v->view.reader);
	if (error != NULL) {
		if (error->code != CLIENT_ELOST)
			reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
		return;
	}
	json_decref(v->object);
	v->object = json_incref(object);
}

static void
load(struct settings_view *v)
{
	session_ask(reader_session(v->view.reader), "feed.get", json_pack("{s:I}", "feed", (json_int_t)v->feed), got_feed, v);
}

/* --- drawing -------------------------------------------------------------------------------- */

static void
draw_row(struct settings_view *v, struct area area, int line, const struct row *row)
{
	unsigned on = v->list.top + (size_t)line == v->list.selected ? TERM_SELECTED : 0;
	struct buf text = BUF_INIT(TEXT_BYTES);

	put_value(v, row, false, &text);
	view_put(area, line, 0, NAME_COLS, (key_of(row) != NULL ? TERM_UNREAD : TERM_DIM) | on, row->name);
	view_put(area, line, NAME_COLS, area.cols - NAME_COLS, (row->form == FORM_ERROR ? TERM_ERROR : TERM_PLAIN) | on, buf_str(&text));
	buf_free(&text);
}

static void
settings_draw(struct view *view, struct area area)
{
	struct settings_view *v = self(view);

	list_resize(&v->list, (size_t)area.rows);
	if (v->object == NULL || v->gone) {
		view_put(area, area.rows > 2 ? 2 : 0, 2, area.cols, TERM_DIM, v->gone ? "this feed is gone" :
		    session_is_up(reader_session(view->reader)) ? "loading…" : "waiting for the daemon");
		return;
	}
	for (int line = 0; line < area.rows && v->list.top + (size_t)line < N_ROWS; line++)
		draw_row(v, area, line, &rows[v->list.top + (size_t)line]);
}

static void
settings_title(struct view *view, struct buf *left, struct buf *right)
{
	struct settings_view *v = self(view);

	buf_puts(left, " feed: ");
	text_clean(json_string_value(json_object_get(v->object, "title")), left);
	buf_printf(right, "%zu/%zu", v->list.selected + 1, v->list.count);
}

static void
settings_hint(struct view *view, struct buf *out)
{
	const struct feed_key *key = key_of(&rows[self(view)->list.selected]);

	if (key != NULL)
		buf_printf(out, "%s   Enter:change  ", key->about);
	buf_puts(out, "?:help  q:back");
}

/* --- changing ------------------------------------------------------------------------------- */

static void
got_set(void *owner, json_t *result, const struct client_error *error)
{
	struct settings_view *v = owner;

	if (error != NULL && error->code == CLIENT_ELOST)
		reader_say(v->view.reader, TERM_ERROR, "the daemon went away before it answered");
	else {
		if (error == NULL)
			reader_say(v->view.reader, TERM_PLAIN, "changed");
		got_feed(owner, result, error);
	}
}

static void
set(struct settings_view *v, const char *key, const char *text)
{
	json_t *params = json_pack("{s:I, s:{s:s}}", "feed", (json_int_t)v->feed, "set", key, text);

	if (!session_ask(reader_session(v->view.reader), "feed.set", params, got_set, v))
		reader_say(v->view.reader, TERM_ERROR, "not while the daemon is away");
}

/* The row that was asked about is kept in view.about. */
static void
set_row(struct view *view, const char *text)
{
	set(self(view), rows[view->about].name, text);
}

static void
edit(struct settings_view *v)
{
	const struct row *row = &rows[v->list.selected];
	struct buf text = BUF_INIT(TEXT_BYTES);
	char label[LABEL_BYTES];

	if (v->object == NULL || v->gone)
		return;
	if (key_of(row) == NULL) {
		reader_say(v->view.reader, TERM_PLAIN, "%s cannot be changed", row->name);
		return;
	}
	v->view.about = (int64_t)v->list.selected;
	put_value(v, row, true, &text);
	snprintf(label, sizeof(label), "%s: ", row->name);
	reader_ask_line(v->view.reader, &v->view, label, buf_str(&text), SIZE_MAX, set_row);
	buf_free(&text);
}

static bool
settings_act(struct view *view, enum action action)
{
	struct settings_view *v = self(view);

	if (view_list_act(&v->list, action))
		return true;
	if (action != ACTION_OPEN)
		return false;
	edit(v);
	return true;
}

static bool
settings_point(struct view *view, int row)
{
	return view_list_point(&self(view)->list, row);
}

static void
settings_subject(struct view *view, struct subject *subject)
{
	subject->feed = self(view)->feed;
}

/* --- life ----------------------------------------------------------------------------------- */

static void
settings_change(struct view *view, const struct change *change)
{
	struct settings_view *v = self(view);

	if (change->feed != v->feed)
		return;
	if (change->what == CHANGE_FEED_REMOVED)
		v->gone = true;
	else if (change->what == CHANGE_FEED_CHANGED)
		load(v);
}

static void
settings_up(struct view *view, bool fresh)
{
	(void)fresh;
	load(self(view));
}

static void
settings_close(struct view *view)
{
	json_decref(self(view)->object);
	free(view);
}

static const struct view_ops settings_ops = {
	.keys = KEYS_IN_SETTINGS, .draw = settings_draw, .title = settings_title, .hint = settings_hint, .act = settings_act,
	.point = settings_point, .subject = settings_subject, .change = settings_change, .up = settings_up,
	.close = settings_close
};

void
view_settings_open(struct reader *reader, int64_t feed)
{
	struct settings_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->feed = feed;
	v->list.height = 1;
	v->list.count = N_ROWS;
	reader_push(reader, &v->view, &settings_ops);
	load(v);
}
