#include "contrib/gazette/narrow.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILTER_BYTES = 64 * 1024 };

static char *
copy(const char *filter)
{
	char *text;

	if (filter == NULL)
		return NULL;
	text = strdup(filter);
	if (text == NULL)
		abort();
	return text;
}

/* Takes filter. */
static void
use(struct narrow *n, char *filter)
{
	free(n->entries->filter);
	n->entries->filter = filter;
	entries_restart(n->entries);
	reader_dirty(n->entries->view->reader);
}

/* What is typed so far, its last word as the beginning of one; NULL if there is nothing to look for yet. */
static char *
while_typed(const char *text)
{
	size_t len = strlen(text), start = len;
	bool letter = len != 0 && (isalnum((unsigned char)text[len - 1]) || (unsigned char)text[len - 1] >= 0x80);
	char *query = NULL;

	while (start > 0 && strchr(" (-", text[start - 1]) == NULL)
		start--;
	letter = letter && strpbrk(text + start, "\":") == NULL && len - start > 1 && strcmp(text + start, "OR") != 0 &&
	    strcmp(text + start, "AND") != 0 && strcmp(text + start, "NOT") != 0;
	if (len != 0 && asprintf(&query, "%s%s", text, letter ? "*" : "") == -1)
		abort();
	return query;
}

/* The filter is again what it was before. */
static void
give_up(struct narrow *n)
{
	free(n->typed);
	n->typed = NULL;
	n->typed_ms = 0;
	if (n->narrowed)
		use(n, n->before);
	else
		free(n->before);
	n->before = NULL;
	n->narrowed = false;
}

void
narrow_ask(struct narrow *n, size_t position, void (*done)(struct view *, const char *), void (*typed)(struct view *, const char *))
{
	struct view *view = n->entries->view;
	struct buf text = BUF_INIT(FILTER_BYTES);

	free(n->before);
	n->before = copy(n->entries->filter);
	n->narrowed = false;
	if (n->before != NULL)
		buf_puts(&text, n->before);
	if (text.len != 0 && position == SIZE_MAX)
		buf_putc(&text, ' ');
	reader_ask_line(view->reader, view, "filter: ", buf_str(&text), position, done);
	reader_ask_typed(view->reader, view, typed);
	buf_free(&text);
}

static void
close_list(struct narrow *n)
{
	reader_close(n->entries->view->reader, n->entries->view);
}

void
narrow_typed(struct narrow *n, const char *text)
{
	if (text == NULL) {
		give_up(n);
		if (n->lone)
			close_list(n);
		return;
	}
	free(n->typed);
	n->typed = while_typed(text);
	n->typed_ms = reader_clock(n->entries->view->reader) + NARROW_MS;
	view_wake_at(n->entries->view, n->typed_ms);
}

void
narrow_done(struct narrow *n, const char *text)
{
	size_t len = strlen(text);
	bool lone = n->lone;
	char *filter;

	while (len > 0 && text[len - 1] == ' ')
		len--;
	filter = len != 0 ? strndup(text, len) : NULL;
	if (filter == NULL && len != 0)
		abort();
	n->narrowed = false;
	n->lone = false;
	n->typed_ms = 0;
	use(n, filter);
	if (lone && filter == NULL)
		close_list(n);
}

/* Takes query. What is shown stays until the answer is there. */
static void
try_typed(struct narrow *n, char *query)
{
	const char *now = n->entries->filter;

	if ((now == NULL) == (query == NULL) && (now == NULL || strcmp(now, query) == 0)) {
		free(query);
		return;
	}
	n->narrowed = true;
	free(n->entries->filter);
	n->entries->filter = query;
	entries_reload(n->entries);
}

void
narrow_wake(struct narrow *n)
{
	char *query = n->typed;

	if (n->typed_ms == 0)
		return;
	if (n->typed_ms > reader_clock(n->entries->view->reader)) {
		view_wake_at(n->entries->view, n->typed_ms);
		return;
	}
	n->typed_ms = 0;
	n->typed = NULL;
	try_typed(n, query);
}

void
narrow_understood(struct narrow *n)
{
	free(n->understood);
	n->understood = copy(n->entries->filter);
}

bool
narrow_unfinished(struct narrow *n)
{
	if (!n->narrowed)
		return false;
	free(n->entries->filter);		/* the last that was one is still shown */
	n->entries->filter = copy(n->understood);
	return true;
}

void
narrow_back(struct narrow *n)
{
	char *filter = n->understood;

	n->understood = NULL;
	use(n, filter);
}

void
narrow_end(struct narrow *n)
{
	free(n->understood);
	free(n->typed);
	free(n->before);
}

const char *
narrow_message(const char *message)
{
	int skip = 0;

	if (sscanf(message, "query: byte %*d: %n", &skip) == EOF)
		return message;
	return message + skip;
}
