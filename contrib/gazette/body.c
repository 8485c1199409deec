#include "contrib/gazette/body.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { FIRST_ROWS = 16 };

static void *
grow(void *memory, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return memory;
	*cap = *cap != 0 ? 2 * *cap : FIRST_ROWS;
	memory = reallocarray(memory, *cap, size);
	if (memory == NULL)
		abort();
	return memory;
}

void
body_free(struct body *b)
{
	buf_free(&b->text);
	buf_free(&b->urls);
	free(b->blocks);
	free(b->runs);
	free(b->frames);
	free(b->tables);
	free(b->cells);
	free(b->links);
	free(b->images);
	*b = (struct body){ 0 };
}

struct body_block *
body_add_block(struct body *b, enum body_kind kind, int frame)
{
	b->blocks = grow(b->blocks, b->n_blocks, &b->cap_blocks, sizeof(*b->blocks));
	for (int at = frame; at != -1 && b->frames[at].first == SIZE_MAX; at = b->frames[at].parent)
		b->frames[at].first = b->n_blocks;
	b->blocks[b->n_blocks] = (struct body_block){ .kind = kind, .frame = frame, .text = b->text.len, .run = b->n_runs };
	return &b->blocks[b->n_blocks++];
}

int
body_add_frame(struct body *b, enum body_frame_kind kind, int parent)
{
	b->frames = grow(b->frames, b->n_frames, &b->cap_frames, sizeof(*b->frames));
	b->frames[b->n_frames] = (struct body_frame){ .kind = kind, .parent = parent, .first = SIZE_MAX };
	return (int)b->n_frames++;
}

size_t
body_add_table(struct body *b)
{
	b->tables = grow(b->tables, b->n_tables, &b->cap_tables, sizeof(*b->tables));
	b->tables[b->n_tables] = (struct body_table){ .block = b->n_blocks, .cell = b->n_cells };
	return b->n_tables++;
}

struct body_cell *
body_add_cell(struct body *b)
{
	b->cells = grow(b->cells, b->n_cells, &b->cap_cells, sizeof(*b->cells));
	b->cells[b->n_cells] = (struct body_cell){ .first = b->n_blocks, .across = 1, .down = 1 };
	return &b->cells[b->n_cells++];
}

struct body_image *
body_add_image(struct body *b, size_t text, const char *url, size_t len)
{
	b->urls.max = BODY_BYTES_MAX;
	if (b->urls.len + len > BODY_IMAGE_BYTES_MAX)
		return NULL;
	b->images = grow(b->images, b->n_images, &b->cap_images, sizeof(*b->images));
	b->images[b->n_images] = (struct body_image){ .text = text, .url = b->urls.len, .url_len = len, .frame = -1 };
	buf_put(&b->urls, url, len);
	return &b->images[b->n_images++];
}

size_t
body_image_at(const struct body *b, size_t text)
{
	size_t low = 0, high = b->n_images;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->images[middle].text < text)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
body_frame_columns(const struct body *b, int frame)
{
	int columns = 0;

	for (; frame != -1; frame = b->frames[frame].parent)
		columns += b->frames[frame].width;
	return columns;
}

void
body_put(struct body *b, unsigned style, const char *ptr, size_t len)
{
	struct body_block *block = &b->blocks[b->n_blocks - 1];
	struct body_run *last = block->n_runs != 0 ? &b->runs[b->n_runs - 1] : NULL;

	b->text.max = BODY_BYTES_MAX;
	buf_put(&b->text, ptr, len);
	if (len == 0 || b->text.overflow)
		return;
	block->len += len;
	if (last != NULL && last->style == style) {
		last->end += len;
		return;
	}
	b->runs = grow(b->runs, b->n_runs, &b->cap_runs, sizeof(*b->runs));
	b->runs[b->n_runs++] = (struct body_run){ .end = b->text.len, .style = style };
	block->n_runs++;
}

/* --- links ---------------------------------------------------------------------------------------- */

size_t
body_add_link(struct body *b, enum body_link_kind kind, const char *url, size_t len)
{
	size_t from = b->n_links > BODY_LINKS_ALIKE ? b->n_links - BODY_LINKS_ALIKE : 0;
	struct body_link link = { .kind = kind, .label = b->text.len };

	b->urls.max = BODY_BYTES_MAX;
	link.url = b->urls.len;
	text_cleann(url, len, &b->urls);
	link.url_len = b->urls.len - link.url;
	for (size_t at = from; at < b->n_links; at++) {
		if (b->links[at].url_len != link.url_len ||
		    memcmp(b->urls.ptr + b->links[at].url, b->urls.ptr + link.url, link.url_len) != 0)
			continue;
		b->urls.len = link.url;
		return at + 1;
	}
	b->links = grow(b->links, b->n_links, &b->cap_links, sizeof(*b->links));
	b->links[b->n_links++] = link;
	return b->n_links;
}

/* --- plain text ------------------------------------------------------------------------------------ */

/* Where a URL ends: at a blank or a bracket; what ends a sentence is none of it. */
static size_t
url_len(const char *ptr, size_t len)
{
	size_t end = 0;

	while (end < len && (unsigned char)ptr[end] > ' ' && strchr("<>\"`", ptr[end]) == NULL)
		end++;
	while (end > 0 && strchr(".,;:!?'", ptr[end - 1]) != NULL)
		end--;
	if (end > 0 && ptr[end - 1] == ')' && memchr(ptr, '(', end) == NULL)
		end--;
	return end;
}

static const char *
find_url(const char *ptr, size_t len)
{
	for (size_t at = 0; at + 8 < len; at++)
		if (ptr[at] == 'h' && (strncmp(ptr + at, "http://", 7) == 0 || strncmp(ptr + at, "https://", 8) == 0))
			return ptr + at;
	return NULL;
}

/* A line with its URLs as links; they are numbered like others, though they stand there. */
static void
put_plain_line(struct body *b, unsigned style, const char *ptr, size_t len)
{
	const char *url = find_url(ptr, len), *end = ptr + len;

	for (; url != NULL; url = find_url(ptr, (size_t)(end - ptr))) {
		size_t url_bytes = url_len(url, (size_t)(end - url));

		body_put(b, style, ptr, (size_t)(url - ptr));
		body_add_link(b, BODY_LINK, url, url_bytes);
		body_put(b, style | TERM_ANCHOR, url, url_bytes);
		ptr = url + url_bytes;
	}
	body_put(b, style, ptr, (size_t)(end - ptr));
}

/* "> " before a line is a quotation, as in mail. */
static int
plain_frame(struct body *b, int *quote, const char **ptr, size_t *len)
{
	if (*len == 0 || **ptr != '>')
		return -1;
	if (*quote == -1) {
		*quote = body_add_frame(b, BODY_QUOTE, -1);
		b->frames[*quote].width = 2;
	}
	*len -= 1 + (*len > 1 && (*ptr)[1] == ' ');
	*ptr += 1 + ((*ptr)[1] == ' ');
	return *quote;
}

void
body_plain(struct body *b, const char *ptr, size_t len)
{
	struct buf clean = BUF_INIT(4 * (size_t)BODY_BYTES_MAX);
	const char *pos, *end, *newline;
	int quote = -1, frame;
	bool gap = false;

	text_clean_lines(ptr, len, &clean);
	pos = buf_str(&clean);
	for (end = pos + clean.len; pos < end; pos = newline + 1) {
		struct body_block *block;
		size_t line;

		newline = memchr(pos, '\n', (size_t)(end - pos));
		if (newline == NULL)
			newline = end;
		line = (size_t)(newline - pos);
		while (line > 0 && pos[line - 1] == ' ')
			line--;
		if (line == 0) {
			gap = b->n_blocks != 0;
			quote = -1;
			continue;
		}
		frame = plain_frame(b, &quote, &pos, &line);
		block = body_add_block(b, BODY_TEXT, frame);
		block->gap = gap;
		gap = false;
		put_plain_line(b, frame != -1 ? TERM_QUOTE : TERM_PLAIN, pos, line);
	}
	buf_free(&clean);
}
