#include "contrib/gazette/theme.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COLOURS_8 = 8, COLOURS_16 = 16, COLOURS_256 = 256,
	CUBE = 16, GREYS = 232,			/* where they begin among 256 */
	GREY_SPREAD = 40,			/* channels nearer than that make no hue that 8 or 16 colours could show */
	STYLE_BYTES = 256
};

/* In the order of TERM_. */
static const char *const names[THEME_ROWS] = {
	"plain", "bar", "unread", "dim", "error", "star", "title", "quote", "link_number", "warning", "good", "tag", "feed", "age",
	"border", "graph", "heading", "subheading", "preformatted", "caption",
	"selected", "strong", "emphasis", "underlined", "code", "struck", "link", "marked", "added", "removed", "match",
	"current_match"
};

/* What each theme says of each style, in the same order. */
static const struct {
	const char	*name;
	const char	*styles[THEME_ROWS];
} themes[] = {
	{ "terminal", {
		"", "reverse", "bold", "dim", "bold red", "bold yellow", "bold cyan", "green", "cyan", "yellow", "green", "magenta", "", "",
		"dim", "cyan", "bold cyan", "bold", "magenta", "italic",
		"reverse", "bold", "italic", "underline", "magenta", "dim", "cyan", "black on yellow", "green", "red", "black on yellow",
		"bold black on green" } },
	{ "dark", {
		"", "#d0d0d0 on #303030", "bold #ffffff", "#808080", "bold #ff5f5f", "#ffd75f", "bold #87d7ff", "#a8a8a8", "#5f87af",
		"#ffaf5f", "#87d787", "#d7afd7", "#afafaf", "#8a8a8a",
		"#4e4e4e", "#5f87af", "bold #ffd7af", "bold #dadada", "#afd7af", "italic #9e9e9e",
		"on #3a3a3a", "bold", "italic", "underline", "#afd7af", "#808080", "#87afd7", "#ffffff on #5f5f00", "#87d787", "#ff8787",
		"#000000 on #d7af5f", "bold #000000 on #ffff5f" } },
	{ "light", {
		"", "#303030 on #dadada", "bold #000000", "#767676", "bold #af0000", "#af5f00", "bold #005f87", "#585858", "#5f87af",
		"#af5f00", "#005f00", "#870087", "#4e4e4e", "#767676",
		"#bcbcbc", "#5f87af", "bold #5f0000", "bold #303030", "#005f00", "italic #626262",
		"on #d0d0d0", "bold", "italic", "underline", "#005f00", "#767676", "#005faf", "#000000 on #ffff87", "#005f00", "#af0000",
		"#000000 on #ffd787", "bold #000000 on #ffaf00" } },
	{ "plain", {
		"", "reverse", "bold", "dim", "bold", "bold", "bold", "", "dim", "bold", "", "", "", "",
		"dim", "", "bold underline", "bold", "", "italic",
		"reverse", "bold", "italic", "underline", "", "dim", "underline", "reverse", "underline", "dim", "reverse",
		"bold reverse underline" } },
};

static const struct { const char *name; unsigned attribute; } attributes[] = {
	{ "bold", THEME_BOLD }, { "dim", THEME_DIM }, { "italic", THEME_ITALIC }, { "underline", THEME_UNDERLINE },
	{ "reverse", THEME_REVERSE }, { "normal", 0 }
};

static const char *const colours[COLOURS_8] = { "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white" };

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* --- words ------------------------------------------------------------------------------------- */

static bool
read_number(const char *digits, size_t least, size_t most, int base, int *value)
{
	char *end;
	size_t len = strlen(digits);

	if (len < least || len > most || strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") != len)
		return false;
	*value = (int)strtol(digits, &end, base);
	return true;
}

static bool
read_colour(const char *word, int *colour)
{
	bool bright = strncmp(word, "bright-", 7) == 0;
	int value;

	if (strcmp(word, "default") == 0) {
		*colour = THEME_DEFAULT;
		return true;
	}
	if (read_number(word + (*word == '#'), 6, 6, 16, &value)) {
		*colour = THEME_RGB | value;
		return true;
	}
	if (read_number(word, 1, 3, 10, &value) && value < COLOURS_256) {
		*colour = value;
		return true;
	}
	for (int row = 0; row < COLOURS_8; row++)
		if (strcmp(word + (bright ? 7 : 0), colours[row]) == 0) {
			*colour = row + (bright ? COLOURS_8 : 0);
			return true;
		}
	return false;
}

static bool
read_attribute(const char *word, unsigned *found)
{
	for (size_t row = 0; row < ROWS(attributes); row++)
		if (strcmp(word, attributes[row].name) == 0) {
			*found |= attributes[row].attribute;
			return true;
		}
	return false;
}

/* NULL, or the word that is not understood. */
static const char *
read_style(char *words, struct theme_style *style)
{
	char *rest = NULL;
	bool on = false;

	*style = (struct theme_style){ 0, THEME_DEFAULT, THEME_DEFAULT };
	for (char *word = strtok_r(words, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		if (!on && strcmp(word, "on") == 0) {
			on = true;
			continue;
		}
		if (!read_colour(word, on ? &style->background : &style->foreground) &&
		    (on || !read_attribute(word, &style->attributes)))
			return word;
		on = false;
	}
	return on ? "on" : NULL;
}

const char *
theme_name(size_t row)
{
	return row < ROWS(themes) ? themes[row].name : NULL;
}

const char *
theme_style_name(size_t row)
{
	return row < THEME_ROWS ? names[row] : NULL;
}

bool
theme_named(const char *name, struct theme *theme)
{
	char words[STYLE_BYTES];

	for (size_t row = 0; row < ROWS(themes); row++) {
		if (strcmp(themes[row].name, name) != 0)
			continue;
		for (size_t style = 0; style < THEME_ROWS; style++) {
			snprintf(words, sizeof(words), "%s", themes[row].styles[style]);
			read_style(words, &theme->rows[style]);
		}
		return true;
	}
	return false;
}

int
theme_set(struct theme *theme, const char *name, const char *text, char *why, size_t why_bytes)
{
	char words[STYLE_BYTES];
	struct theme_style style;
	const char *wrong;

	for (size_t row = 0; row < THEME_ROWS; row++) {
		if (strcmp(names[row], name) != 0)
			continue;
		snprintf(words, sizeof(words), "%s", text);
		wrong = read_style(words, &style);
		if (wrong != NULL) {
			snprintf(why, why_bytes, "\"%s\" is no colour and no attribute", wrong);
			return -1;
		}
		theme->rows[row] = style;
		return 0;
	}
	snprintf(why, why_bytes, "there is no style \"%s\"", name);
	return -1;
}

bool
theme_is_style(const char *text)
{
	char words[STYLE_BYTES];
	struct theme_style style;

	snprintf(words, sizeof(words), "%s", text);
	return strspn(words, " \t") != strlen(words) && read_style(words, &style) == NULL;
}

/* --- what is shown ------------------------------------------------------------------------------- */

static void
mix_in(struct theme_style *style, const struct theme_style *with)
{
	style->attributes |= with->attributes;
	if (with->foreground != THEME_DEFAULT)
		style->foreground = with->foreground;
	if (with->background != THEME_DEFAULT)
		style->background = with->background;
}

/* A line under the cursor is read first of all: nothing of it is dim, and reversed it has one colour. */
static void
select_it(struct theme_style *style, const struct theme_style *selected)
{
	if ((selected->attributes & THEME_REVERSE) != 0 && style->background == THEME_DEFAULT) {
		style->foreground = THEME_DEFAULT;
		style->attributes &= ~(unsigned)THEME_DIM;
	}
	mix_in(style, selected);
}

struct theme_style
theme_mix(const struct theme *theme, unsigned value)
{
	unsigned base = value & (TERM_SELECTED - 1);
	struct theme_style style = theme->rows[base < TERM_STYLES ? base : TERM_PLAIN];

	for (size_t flag = 1; flag < TERM_FLAGS; flag++)
		if ((value & (unsigned)TERM_SELECTED << flag) != 0)
			mix_in(&style, &theme->rows[TERM_STYLES + flag]);
	if ((value & TERM_SELECTED) != 0)
		select_it(&style, &theme->rows[TERM_STYLES]);
	return style;
}

/* The 16 colours as most terminals have them. */
static const int palette[COLOURS_16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff
};

/* The steps of the 6x6x6 cube that xterm brought to the world. */
static const int steps[] = { 0, 95, 135, 175, 215, 255 };

static int
rgb_of(int colour)
{
	int at = colour - CUBE;

	if ((colour & THEME_RGB) != 0)
		return colour & ~THEME_RGB;
	if (colour < COLOURS_16)
		return palette[colour];
	if (colour >= GREYS)
		return (8 + 10 * (colour - GREYS)) * 0x10101;
	return steps[at / 36] << 16 | steps[at / 6 % 6] << 8 | steps[at % 6];
}

static int
distance(int one, int two)
{
	int red = (one >> 16) - (two >> 16), green = (one >> 8 & 0xff) - (two >> 8 & 0xff), blue = (one & 0xff) - (two & 0xff);

	return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

static int
nearest(int rgb, int from, int below)
{
	int best = from;

	for (int colour = from; colour < below; colour++)
		if (distance(rgb, rgb_of(colour)) < distance(rgb, rgb_of(best)))
			best = colour;
	return best;
}

static bool
is_grey(int rgb)
{
	int red = rgb >> 16, green = rgb >> 8 & 0xff, blue = rgb & 0xff;

	return abs(red - green) < GREY_SPREAD && abs(green - blue) < GREY_SPREAD && abs(red - blue) < GREY_SPREAD;
}

/* Of the eight the one with the same hue: the channels that are nearer to its strongest than to its weakest. */
static int
hue(int rgb)
{
	int red = rgb >> 16, green = rgb >> 8 & 0xff, blue = rgb & 0xff;
	int most = red > green ? red : green, least = red < green ? red : green, middle;

	most = blue > most ? blue : most;
	least = blue < least ? blue : least;
	middle = (most + least) / 2;
	return (red >= middle) | (green >= middle) << 1 | (blue >= middle) << 2;
}

/* Of the few colours one with a hue; what is bright is bold where there are no bright ones. */
static int
of_few(int colour, int count, unsigned *bold)
{
	int rgb = rgb_of(colour);

	if ((colour & THEME_RGB) != 0 || colour >= COLOURS_16) {
		if (rgb == 0)
			return 0;
		return is_grey(rgb) ? THEME_DEFAULT : hue(rgb);
	}
	if (colour < count)
		return colour;
	*bold |= THEME_BOLD;
	return colour - COLOURS_8;
}

static int
colour_on(int colour, int count, unsigned *bold)
{
	if (colour == THEME_DEFAULT || count < COLOURS_8)
		return THEME_DEFAULT;
	if (count > COLOURS_256)
		return colour < COLOURS_8 ? colour : rgb_of(colour);
	if (count < COLOURS_256)
		return of_few(colour, count, bold);
	return (colour & THEME_RGB) != 0 ? nearest(rgb_of(colour), CUBE, COLOURS_256) : colour;
}

struct theme_style
theme_on(struct theme_style style, int count)
{
	unsigned bold = 0, ignored = 0;
	struct theme_style on = {
		.attributes = style.attributes, .foreground = colour_on(style.foreground, count, &bold),
		.background = colour_on(style.background, count, &ignored)
	};

	if (style.background != THEME_DEFAULT && on.background == THEME_DEFAULT) {
		on.attributes |= THEME_REVERSE;
		on.foreground = THEME_DEFAULT;
	}
	on.attributes |= on.foreground != THEME_DEFAULT ? bold : 0;
	return on;
}
