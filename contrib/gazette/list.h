/*
 * list - the arithmetic of a list on the screen: which line is selected, which is on top.
 *
 * Nothing is known of what the lines are. After every call: 0 <= selected < count (0 if empty), the selected
 * line is within the height lines from top on, and the last page is full if there is enough to fill it.
 */
#ifndef CONTRIB_GAZETTE_LIST_H
#define CONTRIB_GAZETTE_LIST_H

#include <stddef.h>

struct list {
	size_t	count;
	size_t	selected;
	size_t	top;		/* the line shown first */
	size_t	height;		/* lines there is room for; at least 1 */
};

/* The room has changed; the selected line stays in sight. */
void	list_resize(struct list *, size_t height);

/* New contents altogether: the first line is selected. */
void	list_reset(struct list *, size_t count);

void	list_select(struct list *, size_t line);	/* the last one if there are fewer */
void	list_move(struct list *, long lines);		/* stops at the ends */

/* Scrolls by lines (a page: the height); the selection keeps its place on the screen, at the ends it goes to the end. */
void	list_scroll(struct list *, long lines);

/*
 * Lines have been put in before line at, or removed from line at on. What is selected stays selected and on its
 * line of the screen (new lines above are out of sight then, unless all fit on it); if it was removed, what
 * follows it takes its place.
 */
void	list_insert(struct list *, size_t at, size_t lines);
void	list_remove(struct list *, size_t at, size_t lines);

/* Other contents, in which what was selected is line now: it keeps its line of the screen if it can. */
void	list_follow(struct list *, size_t count, size_t line);

#endif
