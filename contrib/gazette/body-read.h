/*
 * body-read - the state of body_html() while it reads, shared by the files that it is written in: body-html.c (links, media, the
 * rows of elements), body-read.c (text), body-frame.c (quotations and lists), body-table.c. Functions of the last two are called for
 * start and end tags.
 */
#ifndef CONTRIB_GAZETTE_BODY_READ_H
#define CONTRIB_GAZETTE_BODY_READ_H

#include "contrib/gazette/body.h"
#include "feeds/html-names.h"
#include "feeds/html.h"

enum {
	BODY_BLANK_LINE = 2,		/* line ends */
	BODY_TABLES_MAX = 16		/* in each other; deeper ones are read cell by cell */
};

/* An open element that has a frame, or is a list. */
struct level {
	unsigned char	 id;
	int		 frame;			/* inside of it */
	size_t		 frames;		/* how many there were before it */
	bool		 reversed;
	bool		 backwards;		/* and it ends with 1: how many items it has shows at its end, */
	int		 n_backwards;		/* so many wait for that */
	char		 numbering;		/* of an <ol>: 1 a A i I */
	int		 number;		/* of its next item */
};

struct reading {
	struct body	*body;
	struct html_tokenizer tokenizer;
	struct html_token token;
	struct level	 levels[BODY_DEPTH_MAX];
	size_t		 depth, overflow;
	bool		 open;			/* the last block may go on */
	unsigned	 breaks;		/* line ends due before the next text */
	bool		 newline, space;	/* due in the open block */
	int		 marks;			/* combining ones in a row */
	unsigned	 pre, headings, captions, quotes, raised, lowered;
	int		 heading;		/* 1 to 6 */
	int		 pre_column;
	bool		 pre_begun;
	unsigned	 flags[32];		/* open elements that set each bit of a style */
	struct buf	 value, url, chars;
	size_t		 link;			/* number of the open <a>; 0: none */
	size_t		 link_from;		/* where in the text it was opened */
	size_t		 player;		/* where an <audio> or <video> without a link was put; 0: nowhere */
	bool		 played;		/* inside of one that has a link: what stands there is for those who cannot play it */
	size_t		 tables[BODY_TABLES_MAX];	/* open ones */
	size_t		 n_tables, more_tables;
	bool		 in_row, in_cell, in_head, row_is_head;
	bool		 in_term;
};

/* What text is now, and the frame that it is in. */
unsigned body_read_style(const struct reading *);
int	 body_read_frame(const struct reading *);

/* At least so many line ends before what comes next; one within a block, or if there is one already an empty line. */
void	 body_read_break(struct reading *, unsigned count);
void	 body_read_newline(struct reading *);

void	 body_read_open(struct reading *, enum body_kind);
void	 body_read_put(struct reading *, unsigned style, const char *ptr, size_t len);

/* The token is text. */
void	 body_read_text(struct reading *);

/* An attribute of the token, NULL if it has none of this name; as a number. */
const struct html_attr *body_read_attr(const struct html_token *, enum html_attr_id);
int	 body_read_number(const struct html_token *, enum html_attr_id, int otherwise);

void	 body_frame_quote(struct reading *);
void	 body_frame_end_quote(struct reading *);
void	 body_frame_list(struct reading *);
void	 body_frame_end_list(struct reading *);
void	 body_frame_item(struct reading *);
void	 body_frame_end_item(struct reading *);
void	 body_frame_term(struct reading *);
void	 body_frame_end_term(struct reading *);
void	 body_frame_terms(struct reading *);
void	 body_frame_end_terms(struct reading *);
void	 body_frame_definition(struct reading *);
void	 body_frame_end_definition(struct reading *);
void	 body_frame_paragraph(struct reading *);

void	 body_table_start(struct reading *);
void	 body_table_end(struct reading *);
void	 body_table_row(struct reading *);
void	 body_table_end_row(struct reading *);
void	 body_table_cell(struct reading *);
void	 body_table_end_cell(struct reading *);
void	 body_table_head(struct reading *);
void	 body_table_end_head(struct reading *);

#endif
