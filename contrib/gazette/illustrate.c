#include "contrib/gazette/illustrate.h"

#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/pictures.h"
#include "contrib/gazette/view.h"

void
illustrate_begin(struct illustration *i, struct reader *reader)
{
	struct pictures *pictures = reader_pictures(reader);

	pictures_stop(pictures);
	i->on = reader_settings(reader)->images == IMAGES_ALWAYS && pictures_missing(pictures) == NULL;
	i->stale = true;
}

void
illustrate_end(struct illustration *i, struct reader *reader)
{
	pictures_stop(reader_pictures(reader));
	free(i->pictures);
	*i = (struct illustration){ 0 };
}

/* --- sizes -------------------------------------------------------------------------------------- */

/* No more cells than the pixels that the page gives the image; 0 pixels: it does not say. */
static int
cells(int room, int pixels, int cell)
{
	int wanted = pixels > 0 ? (pixels - 1) / cell + 1 : room;

	return wanted < room ? wanted : room;
}

static const struct lines *
picture(struct reader *reader, const struct body *b, const struct body_image *image, int rows, const struct layout *layout)
{
	int cols = layout->cols - body_frame_columns(b, image->frame);

	if (cols < PICTURES_COLS_MIN)
		return NULL;
	rows = rows * ILLUSTRATE_SHARE / 100;
	if (rows < ILLUSTRATE_ROWS_MIN)
		rows = ILLUSTRATE_ROWS_MIN;
	return pictures_get(reader_pictures(reader), b->urls.ptr + image->url, image->url_len,
	    cells(cols, image->width, ILLUSTRATE_CELL_WIDTH), cells(rows, image->height, ILLUSTRATE_CELL_HEIGHT));
}

static void
make_list(struct illustration *i, size_t count)
{
	if (count > i->cap) {
		i->pictures = reallocarray(i->pictures, count, sizeof(*i->pictures));
		if (i->pictures == NULL)
			abort();
		i->cap = count;
	}
	memset(i->pictures, 0, count * sizeof(*i->pictures));
}

bool
illustrate(struct illustration *i, struct reader *reader, const struct body *b, int rows, struct layout *layout)
{
	unsigned changes = pictures_changes(reader_pictures(reader));
	bool again = i->stale;

	i->stale = false;
	if (!i->on || b->n_images == 0 || reader_settings(reader)->images == IMAGES_NEVER)
		return again;
	make_list(i, b->n_images);
	for (size_t at = 0; at < b->n_images && at < PICTURES_MAX; at++)
		i->pictures[at] = picture(reader, b, &b->images[at], rows, layout);
	layout->pictures = i->pictures;
	again |= changes != i->changes;
	i->changes = changes;
	return again;
}

void
illustrate_toggle(struct illustration *i, struct reader *reader, const struct body *b)
{
	const char *missing = pictures_missing(reader_pictures(reader));
	bool none = b != NULL && b->n_images == 0, never = reader_settings(reader)->images == IMAGES_NEVER;

	if (i->on)
		pictures_stop(reader_pictures(reader));
	else if (none)
		reader_say(reader, TERM_PLAIN, "there are no images in it");
	else if (never)
		reader_say(reader, TERM_PLAIN, "images are never loaded: \"images\" in the settings says so");
	else if (missing != NULL)
		reader_say(reader, TERM_ERROR, "images need %s, which is not installed", missing);
	else
		pictures_retry(reader_pictures(reader));
	i->on = !i->on && !none && !never && missing == NULL;
	i->stale = true;
}
