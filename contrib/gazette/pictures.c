#include "contrib/gazette/pictures.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contrib/gazette/browser.h"
#include "contrib/gazette/run.h"
#include "contrib/gazette/sgr.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/view.h"
#include "feeds/base/base64.h"

enum { SIZE_BYTES = 32, PROGRESS_BYTES = 64, PROGRAM_BYTES = 256, WHY_BYTES = 512, COLOURS_16 = 16, COLOURS_256 = 256 };

static const char drawer[] = "chafa";

enum state { WAITS, LOADING, LOADED, DRAWING, DRAWN, FAILED };

struct picture {
	struct pictures	*all;
	char		*url;
	size_t		 url_len;
	enum state	 state;
	bool		 wanted;
	uint64_t	 used;
	int		 file;			/* -1: none */
	size_t		 bytes;			/* of it */
	int		 cols, rows;		/* as it was asked for last */
	int		 drawn_cols, drawn_rows;
	struct lines	 lines;
};

struct pictures {
	struct reader	*reader;
	struct picture	*list[PICTURES_MAX];
	size_t		 count;
	uint64_t	 clock;
	unsigned	 changes;
	bool		 shown;			/* that some are under way */
};

static void	pump(struct pictures *);

struct pictures *
pictures_new(struct reader *reader)
{
	struct pictures *p = calloc(1, sizeof(*p));

	if (p == NULL)
		abort();
	p->reader = reader;
	return p;
}

static void
drop_file(struct picture *picture)
{
	if (picture->file != -1)
		close(picture->file);
	picture->file = -1;
	picture->bytes = 0;
	if (picture->state == LOADED)
		picture->state = WAITS;
}

static void
free_picture(struct picture *picture)
{
	run_cancel(reader_runs(picture->all->reader), picture);
	drop_file(picture);
	lines_free(&picture->lines);
	free(picture->url);
	free(picture);
}

void
pictures_free(struct pictures *p)
{
	while (p->count != 0)
		free_picture(p->list[--p->count]);
	free(p);
}

unsigned
pictures_changes(const struct pictures *p)
{
	return p->changes;
}

const char *
pictures_missing(const struct pictures *p)
{
	static char loader[PROGRAM_BYTES];
	const char *command = reader_settings(p->reader)->image_load;

	command += strspn(command, " \t");
	snprintf(loader, sizeof(loader), "%.*s", (int)strcspn(command, " \t"), command);
	if (!run_finds(drawer))
		return drawer;
	return run_finds(loader) ? NULL : loader;
}

/* --- steps -------------------------------------------------------------------------------------- */

static void
fail(struct picture *picture, const char *who, const char *why)
{
	picture->state = FAILED;
	picture->all->changes++;
	reader_say(picture->all->reader, TERM_ERROR, "image: %s: %s", who, why);
}

/* Most programs begin their messages with their own name. */
static const char *
without_name(const struct run_end *end)
{
	size_t len = strlen(end->name);

	return strncmp(end->line, end->name, len) == 0 && strncmp(end->line + len, ": ", 2) == 0 ? end->line + len + 2 : end->line;
}

/* Whether it went well; else that is said. */
static bool
is_well(struct picture *picture, const struct run_end *end)
{
	char why[WHY_BYTES];

	if (end->status == 0)
		return true;
	if (end->late)
		snprintf(why, sizeof(why), "it took longer than %d s", PICTURES_TIME_S);
	else if (*end->line != '\0')
		snprintf(why, sizeof(why), "%s", without_name(end));
	else
		snprintf(why, sizeof(why), "exit status %d", end->status);
	fail(picture, end->name, why);
	return false;
}

static void
start(struct picture *picture, const char *const *argv, int file, size_t bytes_max,
    void (*done)(void *, const struct run_end *, int, size_t))
{
	const struct run_catch caught = {
		.bytes_max = bytes_max, .memory_max = PICTURES_MEMORY_MAX, .time_s = PICTURES_TIME_S, .done = done, .arg = picture
	};
	const struct run run = { .name = argv[0], .argv = (char *const *)argv, .file = file, .caught = &caught };
	int failed = run_start(reader_runs(picture->all->reader), &run, NULL);

	if (failed != 0)
		fail(picture, argv[0], strerror(failed));
}

/* The files of others go, those used least lately first, until all have room. */
static void
make_room(struct pictures *p, const struct picture *for_this)
{
	size_t sum = 0;

	for (size_t at = 0; at < p->count; at++)
		sum += p->list[at]->bytes;
	while (sum > PICTURES_BYTES_MAX) {
		struct picture *oldest = NULL;

		for (size_t at = 0; at < p->count; at++)
			if (p->list[at] != for_this && p->list[at]->bytes != 0 && p->list[at]->state != DRAWING &&
			    (oldest == NULL || p->list[at]->used < oldest->used))
				oldest = p->list[at];
		if (oldest == NULL)
			return;
		sum -= oldest->bytes;
		drop_file(oldest);
	}
}

static void
keep(struct picture *picture, int file, size_t bytes)
{
	picture->file = file;
	picture->bytes = bytes;
	picture->state = LOADED;
	make_room(picture->all, picture);
}

static void
loaded(void *arg, const struct run_end *end, int output, size_t len)
{
	struct picture *picture = arg;

	if (!is_well(picture, end) || len == 0) {
		close(output);
		if (len == 0 && picture->state != FAILED)
			fail(picture, end->name, "there is nothing");
	} else
		keep(picture, output, len);
	pump(picture->all);
}

static void
take_drawing(struct picture *picture, int output, size_t len)
{
	void *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, output, 0);

	if (bytes == MAP_FAILED)
		return;
	sgr_lines(bytes, len, picture->drawn_cols, picture->drawn_rows, &picture->lines);
	munmap(bytes, len);
}

static void
drawn(void *arg, const struct run_end *end, int output, size_t len)
{
	struct picture *picture = arg;

	lines_clear(&picture->lines);
	if (is_well(picture, end)) {
		if (len != 0)
			take_drawing(picture, output, len);
		if (picture->lines.count != 0) {
			picture->state = DRAWN;
			picture->all->changes++;
		} else
			fail(picture, end->name, "it has drawn nothing");
	}
	close(output);
	pump(picture->all);
}

static const char *
colours_word(int count)
{
	if (count == 0)
		return "none";
	if (count < COLOURS_16)
		return "8";
	if (count < COLOURS_256)
		return "16";
	return count == COLOURS_256 ? "256" : "full";
}

static void
draw(struct picture *picture)
{
	char size[SIZE_BYTES];
	const char *argv[] = {
		drawer, "--format", "symbols", "--animate", "off", "--optimize", "0", "--size", size, "--colors", colours_word(term_colours()), "-",
		text_unicode() ? NULL : "--symbols", "ascii", NULL
	};

	picture->state = DRAWING;
	picture->drawn_cols = picture->cols;
	picture->drawn_rows = picture->rows;
	snprintf(size, sizeof(size), "%dx%d", picture->cols, picture->rows);
	start(picture, argv, picture->file, PICTURES_OUTPUT_MAX, drawn);
}

/* --- loading ------------------------------------------------------------------------------------ */

/* "data:image/png;base64,...": what it holds; false if it is of another form. */
static bool
decode_data(struct picture *picture)
{
	static const char mark[] = ";base64,";
	const char *comma = memchr(picture->url, ',', picture->url_len);
	size_t head = comma != NULL ? (size_t)(comma + 1 - picture->url) : 0;
	struct buf bytes = BUF_INIT(PICTURES_FILE_MAX);
	bool well = head >= sizeof(mark) && strncasecmp(comma + 1 - (sizeof(mark) - 1), mark, sizeof(mark) - 1) == 0 &&
	    base64_decode(comma + 1, picture->url_len - head, &bytes) == 0 && bytes.len != 0;
	int file = well ? memfd_create("gazette-image", MFD_CLOEXEC) : -1;

	if (file != -1 && write(file, bytes.ptr, bytes.len) != (ssize_t)bytes.len) {
		close(file);
		file = -1;
	}
	if (file != -1)
		keep(picture, file, bytes.len);
	buf_free(&bytes);
	return file != -1;
}

static void
load(struct picture *picture)
{
	const char *argv[RUN_ARGS_MAX + 1], *args[] = { picture->url, NULL };
	char *words;

	if (strncasecmp(picture->url, "data:", 5) == 0) {
		if (!decode_data(picture))
			fail(picture, "data", "it is no image in base64");
		return;
	}
	if (!browser_takes(picture->url)) {
		fail(picture, "only http and https are loaded, not", picture->url);
		return;
	}
	words = strdup(reader_settings(picture->all->reader)->image_load);
	if (words == NULL)
		abort();
	picture->state = LOADING;
	if (run_split(words, args, argv) == -1)
		fail(picture, "image_load", "it names no program, or too many arguments");
	else
		start(picture, argv, 0, PICTURES_FILE_MAX, loaded);
	free(words);
}

/* Of those that are wanted and in this state the one asked for first. */
static struct picture *
next_in(struct pictures *p, enum state state)
{
	struct picture *found = NULL;

	for (size_t at = 0; at < p->count; at++)
		if (p->list[at]->wanted && p->list[at]->state == state && (found == NULL || p->list[at]->used < found->used))
			found = p->list[at];
	return found;
}

static void
show_progress(struct pictures *p, size_t ready, size_t all)
{
	char text[PROGRESS_BYTES];

	if (ready != all) {
		snprintf(text, sizeof(text), "images %zu/%zu", ready, all);
		reader_progress(p->reader, text);
	} else if (p->shown)
		reader_progress(p->reader, "");
	p->shown = ready != all;
}

static void
tell(struct pictures *p)
{
	size_t ready = 0, all = 0;

	for (size_t at = 0; at < p->count; at++) {
		all += p->list[at]->wanted;
		ready += p->list[at]->wanted && (p->list[at]->state == DRAWN || p->list[at]->state == FAILED);
	}
	show_progress(p, ready, all);
	reader_dirty(p->reader);
}

/* Begins what can be begun: drawing before loading. */
static void
pump(struct pictures *p)
{
	size_t jobs = 0;

	for (size_t at = 0; at < p->count; at++)
		jobs += p->list[at]->state == LOADING || p->list[at]->state == DRAWING;
	while (jobs < PICTURES_JOBS_MAX) {
		struct picture *picture = next_in(p, LOADED);

		if (picture != NULL)
			draw(picture);
		else {
			picture = next_in(p, WAITS);
			if (picture == NULL)
				break;
			load(picture);
		}
		jobs += picture->state == LOADING || picture->state == DRAWING;
	}
	tell(p);
}

/* --- asking ------------------------------------------------------------------------------------- */

static struct picture *
find(struct pictures *p, const char *url, size_t len)
{
	for (size_t at = 0; at < p->count; at++)
		if (p->list[at]->url_len == len && memcmp(p->list[at]->url, url, len) == 0)
			return p->list[at];
	return NULL;
}

/* In the place of the one used least lately, if there is no other. */
static struct picture *
add(struct pictures *p, const char *url, size_t len)
{
	struct picture *picture = calloc(1, sizeof(*picture));
	size_t at = p->count, oldest = 0;

	if (picture == NULL)
		abort();
	*picture = (struct picture){ .all = p, .url = strndup(url, len), .url_len = len, .file = -1 };
	if (picture->url == NULL)
		abort();
	if (p->count == PICTURES_MAX) {
		for (at = 1; at < p->count; at++)
			if (p->list[at]->used < p->list[oldest]->used)
				oldest = at;
		at = oldest;
		free_picture(p->list[at]);
	} else
		p->count++;
	p->list[at] = picture;
	return picture;
}

/* It is to be drawn anew if it was drawn in another size; one that is being drawn is when that has ended. */
static void
settle(struct picture *picture)
{
	bool fits = picture->cols == picture->drawn_cols && picture->rows == picture->drawn_rows;

	if (picture->state == DRAWN && !fits)
		picture->state = picture->file != -1 ? LOADED : WAITS;
}

const struct lines *
pictures_get(struct pictures *p, const char *url, size_t len, int cols, int rows)
{
	struct picture *picture = find(p, url, len);

	if (picture == NULL)
		picture = add(p, url, len);
	picture->used = ++p->clock;
	picture->wanted = true;
	picture->cols = cols;
	picture->rows = rows;
	settle(picture);
	if (picture->state == WAITS || picture->state == LOADED)
		pump(p);
	return picture->state == DRAWN ? &picture->lines : NULL;
}

void
pictures_stop(struct pictures *p)
{
	for (size_t at = 0; at < p->count; at++) {
		struct picture *picture = p->list[at];

		picture->wanted = false;
		if (picture->state != LOADING && picture->state != DRAWING)
			continue;
		run_cancel(reader_runs(p->reader), picture);
		picture->state = picture->file != -1 ? LOADED : WAITS;
	}
	tell(p);
}

void
pictures_retry(struct pictures *p)
{
	for (size_t at = 0; at < p->count; at++)
		if (p->list[at]->state == FAILED)
			p->list[at]->state = p->list[at]->file != -1 ? LOADED : WAITS;
}
