/*
 * line - what lines of files with settings have in common.
 */
#ifndef FEEDS_BASE_LINE_H
#define FEEDS_BASE_LINE_H

/* Cuts white space from both ends, in place: where the text begins now. */
char	*line_trim(char *);

/* Cuts a comment off: from a '#' on that stands at the beginning or after white space. */
void	 line_cut_comment(char *);

#endif
