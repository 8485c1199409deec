#include "contrib/gazette/narrow.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
narrow_begin(struct narrow *n)
{
	free(n->before);
	n->before = copy(n->entries->filter);
	n->narrowed = false;
}

void
narrow_typed(struct narrow *n, const char *text)
{
	if (text == NULL) {
		give_up(n);
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
	n->narrowed = false;
	n->typed_ms = 0;
	use(n, *text != '\0' ? copy(text) : NULL);
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
