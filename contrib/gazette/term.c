#include "contrib/gazette/term.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "contrib/gazette/cursor.h"
#include "contrib/gazette/keys.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/theme.h"
#include "feeds/base/base64.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum { ESCAPE_DELAY_MS = 25, LINE_CODES_MAX = 4096, REPLACEMENT = 0xfffd, ELLIPSIS = 0x2026,
	TERM_NAME_BYTES = 128, FEW_COLOURS = 256, FEWEST_COLOURS = 8, LOOKS = 64 };

static const char many_colours[] = "-256color";

/* THEME_'s, in the order of their bits. */
static const attr_t attributes[] = { A_BOLD, A_DIM, A_ITALIC, A_UNDERLINE, A_REVERSE };

static const struct {
	wint_t	 curses;
	uint32_t key;
} special_keys[] = {
	{ KEY_RESIZE, KEYS_RESIZE }, { KEY_UP, KEYS_UP }, { KEY_DOWN, KEYS_DOWN }, { KEY_LEFT, KEYS_LEFT },
	{ KEY_RIGHT, KEYS_RIGHT }, { KEY_HOME, KEYS_HOME }, { KEY_END, KEYS_END }, { KEY_PPAGE, KEYS_PAGE_UP },
	{ KEY_NPAGE, KEYS_PAGE_DOWN }, { KEY_BACKSPACE, KEYS_BACKSPACE }, { KEY_DC, KEYS_DELETE },
	{ KEY_ENTER, KEYS_ENTER }, { KEY_A1, KEYS_HOME }, { KEY_C1, KEYS_END }, { KEY_A3, KEYS_PAGE_UP },
	{ KEY_C3, KEYS_PAGE_DOWN }, { KEY_IC, KEYS_INSERT }, { KEY_BTAB, KEYS_BACK_TAB },
};

static const int endings[] = { SIGHUP, SIGINT, SIGTERM };
enum { N_ENDINGS = sizeof(endings) / sizeof(endings[0]) };

static volatile sig_atomic_t ended;

/* There is one terminal, as there is one curses library. */
static struct {
	SCREEN	*screen;
	sigset_t waiting;		/* the signals blocked while waiting: all but SIGWINCH as they were */
	sigset_t before;
	sigset_t ending;		/* those of endings that are not ignored */
	struct sigaction endings_before[N_ENDINGS];
	int	 cursor_row, cursor_col;
	int	 colours;		/* how many; 0: none */
	bool	 italics;
	struct theme theme;
	unsigned char painted[TERM_PAIRS_MAX / 8];	/* pairs that pictures on this screen have: bits, */
	int	 n_painted;		/* and how many */
	struct { unsigned style; bool known; struct theme_style as; } looks[LOOKS];	/* what styles have come to */
	bool	 pointed;		/* the last key was of the mouse, */
	int	 mouse_row, mouse_col;	/* which was there */
} term;

static void
end(int signal)
{
	(void)signal;
	ended = 1;
}

static void
catch_endings(void)
{
	struct sigaction action = { .sa_handler = end, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&term.ending);
	for (size_t row = 0; row < N_ENDINGS; row++) {
		sigaction(endings[row], NULL, &term.endings_before[row]);
		if (term.endings_before[row].sa_handler == SIG_IGN)
			continue;
		sigaction(endings[row], &action, NULL);
		sigaddset(&term.ending, endings[row]);
	}
}

static void
restore_signals(void)
{
	for (size_t row = 0; row < N_ENDINGS; row++)
		sigaction(endings[row], &term.endings_before[row], NULL);
	sigprocmask(SIG_SETMASK, &term.before, NULL);
}

static void
start_colours(void)
{
	const char *no_color = getenv("NO_COLOR"), *italics = tigetstr("sitm");

	memset(term.looks, 0, sizeof(term.looks));
	term.italics = italics != NULL && italics != (char *)-1;
	term.colours = 0;
	theme_named("terminal", &term.theme);
	if ((no_color != NULL && *no_color != '\0') || !has_colors() || start_color() == ERR ||
	    use_default_colors() == ERR)
		return;
	term.colours = COLORS;
}

void
term_theme(const struct theme *theme)
{
	term.theme = *theme;
	memset(term.looks, 0, sizeof(term.looks));
	term_redraw();
}

/* The terminal by its description with all colours, or NULL. */
static SCREEN *
direct_screen(void)
{
	const char *colorterm = getenv("COLORTERM"), *name = getenv("TERM");
	char direct[TERM_NAME_BYTES];
	SCREEN *screen;
	size_t len;

	if (colorterm == NULL || (strcmp(colorterm, "truecolor") != 0 && strcmp(colorterm, "24bit") != 0) || name == NULL)
		return NULL;
	len = strlen(name);
	if (len > sizeof(many_colours) - 1 && strcmp(name + len - (sizeof(many_colours) - 1), many_colours) == 0)
		len -= sizeof(many_colours) - 1;
	if (snprintf(direct, sizeof(direct), "%.*s-direct", (int)len, name) >= (int)sizeof(direct))
		return NULL;
	screen = newterm(direct, stdout, stdin);
	if (screen != NULL && (tigetstr("cup") == NULL || tigetnum("colors") <= FEW_COLOURS)) {
		endwin();
		delscreen(screen);
		return NULL;
	}
	return screen;
}

int
term_open(bool direct, const char **why)
{
	sigset_t resize;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		*why = "the reader needs a terminal as its input and output";
		return -1;
	}
	/* let in by ppoll() alone, so that a resize is never missed between looking and waiting */
	sigemptyset(&resize);
	sigaddset(&resize, SIGWINCH);
	sigprocmask(SIG_BLOCK, &resize, &term.before);
	term.waiting = term.before;
	sigdelset(&term.waiting, SIGWINCH);
	catch_endings();		/* before curses does, which ends where it stands */
	term.screen = direct ? direct_screen() : NULL;
	if (term.screen == NULL)
		term.screen = newterm(NULL, stdout, stdin);
	if (term.screen == NULL) {
		restore_signals();
		*why = "the terminal is not known: is TERM set right?";
		return -1;
	}
	if (tigetstr("cup") == NULL) {
		term_close();
		*why = "the terminal cannot move its cursor: is TERM set right?";
		return -1;
	}
	set_escdelay(ESCAPE_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	typeahead(-1);			/* else a screen may stay half drawn when what comes meanwhile is no key after all */
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	start_colours();
	term_cursor(-1, 0);
	return 0;
}

/* Where the screen stays as it is, what is written next stands there. */
static void
clear_last_line(void)
{
	const char *other_screen = tigetstr("rmcup");

	if (tigetstr("cup") == NULL || (other_screen != NULL && other_screen != (char *)-1))
		return;
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
}

void
term_close(void)
{
	if (term.screen == NULL)
		return;
	clear_last_line();
	endwin();
	delscreen(term.screen);
	term.screen = NULL;
	restore_signals();
}

int
term_rows(void)
{
	return LINES;
}

int
term_cols(void)
{
	return COLS;
}

/* --- drawing -------------------------------------------------------------------------------- */

void
term_erase(void)
{
	erase();
	if (term.n_painted != 0)
		memset(term.painted, 0, sizeof(term.painted));
	term.n_painted = 0;
}

int
term_colours(void)
{
	return term.colours;
}

/* What stands for the code point in a cell: itself if the curses library and the terminal can take it. */
static wchar_t
shown(uint32_t code)
{
	return shown_is_safe(code) && wcwidth((wchar_t)code) >= 0 ? (wchar_t)code : REPLACEMENT;
}

struct line {
	wchar_t	codes[LINE_CODES_MAX];
	size_t	count;
	int	width;
	wchar_t	base;		/* the last one that took a column */
};

static void
line_put(struct line *line, wchar_t code, int width)
{
	if (line->count == LINE_CODES_MAX || (width == 0 && line->count == 0))
		return;
	line->codes[line->count++] = code;
	line->width += width;
	if (width != 0)
		line->base = code;
}

static void
line_fill(struct line *line, int width)
{
	while (line->width < width && line->count < LINE_CODES_MAX)
		line_put(line, L' ', 1);
}

static void
line_code(struct line *line, uint32_t code)
{
	wchar_t as = shown(code);

	if (!text_melts((uint32_t)line->base, code))
		line_put(line, as, as == REPLACEMENT ? 1 : text_columns(code));
}

/* ptr[0..len) in exactly width columns. */
static void
line_make(struct line *line, const char *ptr, size_t len, int width)
{
	size_t fits = text_fit(ptr, len, width, NULL), step;
	uint32_t code;

	line->count = 0;
	line->width = 0;
	line->base = 0;
	if (fits < len)
		fits = text_fit(ptr, len, width - 1, NULL);
	for (size_t pos = 0; pos < fits; pos += step) {
		step = utf8_decode(ptr + pos, fits - pos, &code);
		line_code(line, code);
	}
	if (fits < len)
		line_put(line, ELLIPSIS, 1);
	line_fill(line, width);
}

static struct theme_style
look(unsigned style)
{
	size_t at = (style ^ style >> 8) % LOOKS;

	if (!term.looks[at].known || term.looks[at].style != style) {
		term.looks[at].as = theme_on(theme_mix(&term.theme, style), term.colours);
		term.looks[at].style = style;
		term.looks[at].known = true;
	}
	return term.looks[at].as;
}

static attr_t
attributes_of(unsigned wanted)
{
	attr_t all = A_NORMAL;

	if (!term.italics && (wanted & THEME_ITALIC) != 0)
		wanted = (wanted & ~(unsigned)THEME_ITALIC) | THEME_UNDERLINE;
	for (size_t bit = 0; bit < sizeof(attributes) / sizeof(attributes[0]); bit++)
		if ((wanted & 1U << bit) != 0)
			all |= attributes[bit];
	return all;
}

/* The curses library's number for two colours: where it has no more of them it takes back the one that was used least lately. */
static int
pair_of(const struct theme_style *as)
{
	int pair = 0;

	if (as->foreground != THEME_DEFAULT || as->background != THEME_DEFAULT)
		pair = alloc_pair(as->foreground, as->background);
	return pair > 0 ? pair : 0;
}

static bool
is_painted(int pair)
{
	return pair > 0 && pair < TERM_PAIRS_MAX && (term.painted[pair / 8] & 1U << pair % 8) != 0;
}

/* The same for a picture. All that are on the screen must be there at once, or the last ones change what the first ones look like. */
static int
picture_pair(struct theme_style *as)
{
	int most = COLOR_PAIRS < TERM_PAIRS_MAX ? COLOR_PAIRS : TERM_PAIRS_MAX, pair;

	if (term.n_painted >= most - TERM_PAIRS_KEPT && !is_painted(find_pair(as->foreground, as->background)))
		*as = theme_on(*as, FEWEST_COLOURS);
	pair = pair_of(as);
	if (pair == 0 || pair >= TERM_PAIRS_MAX || is_painted(pair))
		return pair;
	term.painted[pair / 8] |= (unsigned char)(1U << pair % 8);
	term.n_painted++;
	return pair;
}

static void
put_line(int row, int col, int width, const char *ptr, size_t len, attr_t all, int pair)
{
	static struct line line;

	if (width > COLS - col)
		width = COLS - col;
	line_make(&line, ptr, len, width);
	attr_set(all, 0, &pair);
	mvaddnwstr(row, col, line.codes, (int)line.count);
	attr_set(A_NORMAL, 0, NULL);
}

static bool
is_on_screen(int row, int col, int width)
{
	return row >= 0 && row < LINES && col >= 0 && col < COLS && width > 0;
}

void
term_text(int row, int col, int width, unsigned style, const char *ptr, size_t len)
{
	struct theme_style as = look(style);

	if (is_on_screen(row, col, width))
		put_line(row, col, width, ptr, len, attributes_of(as.attributes), pair_of(&as));
}

void
term_paint(int row, int col, int width, const struct theme_style *style, const char *ptr, size_t len)
{
	struct theme_style as = theme_on(*style, term.colours);
	int pair;

	if (!is_on_screen(row, col, width))
		return;
	pair = picture_pair(&as);
	put_line(row, col, width, ptr, len, attributes_of(as.attributes), pair);
}

void
term_cursor(int row, int col)
{
	term.cursor_row = row;
	term.cursor_col = col;
}

void
term_show(void)
{
	bool visible = term.cursor_row >= 0 && term.cursor_row < LINES;

	curs_set(visible ? 1 : 0);
	if (visible)
		move(term.cursor_row, term.cursor_col < COLS ? term.cursor_col : COLS - 1);
	else
		move(LINES - 1, 0);
	refresh();
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
}

/* --- keys ----------------------------------------------------------------------------------- */

static uint32_t
mouse_key(void)
{
	/* where the button is let go in the same breath, curses tells of the whole click alone */
	static const struct { mmask_t button; uint32_t key; } buttons[] = {
		{ BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON1_TRIPLE_CLICKED, KEYS_CLICK }, { BUTTON4_PRESSED, KEYS_WHEEL_UP }, { BUTTON5_PRESSED, KEYS_WHEEL_DOWN }
	};
	MEVENT event;

	if (getmouse(&event) == ERR)
		return KEYS_NONE;
	for (size_t row = 0; row < sizeof(buttons) / sizeof(buttons[0]); row++) {
		if ((event.bstate & buttons[row].button) == 0)
			continue;
		term.pointed = true;
		term.mouse_row = event.y;
		term.mouse_col = event.x;
		return buttons[row].key;
	}
	return KEYS_NONE;
}

static uint32_t
special_key(wint_t code)
{
	if (code == KEY_MOUSE)
		return mouse_key();
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return KEYS_F1 + (code - KEY_F(1));
	for (size_t row = 0; row < sizeof(special_keys) / sizeof(special_keys[0]); row++)
		if (special_keys[row].curses == code)
			return special_keys[row].key;
	return KEYS_OTHER;
}

static uint32_t
plain_key(wint_t code)
{
	return code == 0x7f || code == '\b' ? KEYS_BACKSPACE : (uint32_t)code;
}

/* Esc alone, or what Meta sends: Esc and, at once, a character. */
static uint32_t
escape_key(void)
{
	wint_t code;
	int kind = get_wch(&code);

	if (kind == OK && code > ' ' && code != 0x7f)
		return KEYS_META | (uint32_t)code;
	if (kind == OK)
		unget_wch((wchar_t)code);
	else if (kind == KEY_CODE_YES)
		ungetch((int)code);
	return KEYS_ESCAPE;
}

uint32_t
term_key(void)
{
	uint32_t key = KEYS_NONE;
	wint_t code;
	int kind;

	while (key == KEYS_NONE) {		/* what the mouse does besides is none */
		kind = get_wch(&code);
		if (kind == ERR)
			return KEYS_NONE;
		term.pointed = false;
		if (kind == KEY_CODE_YES)
			key = special_key(code);
		else
			key = code == KEYS_ESCAPE ? escape_key() : plain_key(code);
	}
	return key;
}

bool
term_mouse(int *row, int *col)
{
	*row = term.mouse_row;
	*col = term.mouse_col;
	return term.pointed;
}

void
term_use_mouse(bool on)
{
	mouseinterval(0);		/* a click is told when the button goes down */
	mousemask(on ? ALL_MOUSE_EVENTS : 0, NULL);	/* get_wch() would block after one that is not asked for */
}

int
term_fd(void)
{
	return STDIN_FILENO;
}

int
term_poll(struct pollfd *ready, size_t count, int timeout_ms)
{
	struct timespec limit = { .tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000 };
	sigset_t mask;
	int found = -1;

	sigprocmask(SIG_BLOCK, &term.ending, &mask);	/* none is missed between looking and waiting */
	if (!ended)
		found = ppoll(ready, count, timeout_ms == -1 ? NULL : &limit, &term.waiting);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return found;
}

bool
term_ended(void)
{
	return ended;
}

/* --- other programs --------------------------------------------------------------------------- */

void
term_leave(void)
{
	def_prog_mode();
	endwin();
}

void
term_back(void)
{
	reset_prog_mode();
	term_redraw();
	refresh();
}

const sigset_t *
term_outer_sigmask(void)
{
	return &term.before;
}

/* The last line but one: in the last one an output of any length would end where it has begun. */
void
term_mark(void)
{
	putp(tparm(tigetstr("cup"), (long)LINES - 1, 0L));
	fputs("\n", stdout);
	putp(tparm(tigetstr("cup"), (long)LINES - 2, 0L));
	fflush(stdout);
}

bool
term_marked(void)
{
	int row, col;

	return cursor_ask(STDIN_FILENO, STDOUT_FILENO, &row, &col) == 0 && row == LINES - 2 && col == 0;
}

/* OSC 52: the terminal, or the one that is in front of it, takes the text. */
bool
term_copy(const char *text)
{
	struct buf sequence = BUF_INIT(TERM_COPY_MAX);

	buf_puts(&sequence, "\033]52;c;");
	base64_encode(text, strlen(text), &sequence);
	buf_puts(&sequence, "\a");
	if (!sequence.overflow) {
		fwrite(sequence.ptr, 1, sequence.len, stdout);
		fflush(stdout);
	}
	buf_free(&sequence);
	return !sequence.overflow;
}
